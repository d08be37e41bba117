package desk

import (
	"context"
	"slices"

	"chancery/core/casework"
	"chancery/core/rule"
	"chancery/core/text"
)

// Citing says which cases in a reader's sight cite an article, of how many, and
// which steps of procedures rest on it.
type Citing struct {
	// Of is how many cases were looked at: the newest in sight that were ever submitted, CitingAtMost at most; All says that there are no more.
	Of    int
	All   bool
	Cases []CitingCase
	Steps []CitingStep
}

// CitingCase is a case that cites an article: what the rules last said by it, or a decision whose ground it was.
type CitingCase struct {
	No     string
	Number text.Text
	Title  string
	Called CaseName
	Status rule.Status
	// Ground says that a decision named the article as its ground.
	Ground bool
	State  casework.State
}

// CitingStep is a step of a procedure that rests on an article.
type CitingStep struct{ Procedure, Step text.Text }

// CitingAtMost is how many cases are looked at for citations.
const CitingAtMost = 100

// Citing looks for the cases that cite an article of a book among the newest of
// its procedure in the reader's sight. What the rules found met is no citation.
func (d *Desk) Citing(ctx context.Context, reader Reader, book, article string) (Citing, error) {
	out := Citing{Cases: []CitingCase{}}
	b, ok := d.lib.Books.Find(book)
	if !ok {
		return out, nil
	}
	for name := range d.lib.Forms {
		p, _ := d.lib.Procedure(name)
		for _, s := range p.Steps {
			if s.Article == book+"/"+article {
				out.Steps = append(out.Steps, CitingStep{Procedure: p.Title, Step: s.Title})
			}
		}
	}
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		sight, err := sightOf(r, reader)
		if err != nil {
			return err
		}
		cases, err := r.Cases(casework.Filter{Sight: sight, Procedure: b.Procedure, SubmittedFrom: 1, Limit: CitingAtMost + 1})
		if err != nil {
			return err
		}
		out.All = len(cases) <= CitingAtMost
		for _, c := range cases[:min(len(cases), CitingAtMost)] {
			out.Of++
			line := CitingCase{No: c.No, Number: c.Number, Title: c.Title, Called: d.named(c, o), State: c.State, Status: rule.OK, Ground: groundOf(c, article)}
			checked, err := checkedOf(r, c)
			if err != nil {
				return err
			}
			if checked != nil {
				for _, f := range checked.Findings {
					if f.Rule == article && f.Cite.Book == book && f.Status.Worse(line.Status) {
						line.Status = f.Status
					}
				}
			}
			if line.Ground || line.Status != rule.OK {
				out.Cases = append(out.Cases, line)
			}
		}
		return nil
	})
	return out, err
}

// groundOf says whether a decision of a case named an article as its ground.
func groundOf(c casework.Case, article string) bool {
	return slices.ContainsFunc(c.Decisions, func(d casework.Decision) bool { return d.Ground == article })
}

// checkedOf is what the rules said last of a case; nil where nothing was checked.
func checkedOf(r Reading, c casework.Case) (*casework.Checked, error) {
	last := lastCheck(c)
	if last == 0 {
		return nil, nil //nolint:nilnil // nothing was checked: there is nothing to show
	}
	entry, err := r.Entry(c.No, last)
	if err != nil {
		return nil, err
	}
	e, err := eventOf(entry)
	if err != nil {
		return nil, err
	}
	return e.Checked.Read()
}

// lastCheck is the number, within a case, of the entry that keeps what the rules said last.
func lastCheck(c casework.Case) int {
	if c.Checked == 0 && len(c.Decisions) > 0 {
		return c.Decisions[len(c.Decisions)-1].Checked
	}
	return c.Checked
}
