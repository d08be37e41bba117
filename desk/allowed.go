package desk

import (
	"context"

	"chancery/affairs"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// Allowed lists the acts that a person may do in a case now. What the rules would
// say of an act is not asked.
func (d *Desk) Allowed(ctx context.Context, actor office.Actor, no string) ([]casework.May, error) {
	var out []casework.May
	err := d.store.Read(ctx, func(r Reading) error {
		if _, err := d.inSight(r, ReaderOf(actor), no); err != nil {
			return err
		}
		c, err := d.refolded(r, no) // what can be recalled is known only to the entries
		if err != nil {
			return err
		}
		w, _, err := d.world(r, c, nil)
		if err != nil {
			return err
		}
		out = casework.Allowed(c, actor, w)
		return nil
	})
	return out, err
}

// standAside marks the tasks whose bearers are parties to the case, and says whether the reader may attach a file.
func (d *Desk) standAside(r Reading, reader Reader, v *CaseView) error {
	if v.Case.State.Ended() {
		return nil
	}
	w, p, err := d.world(r, v.Case, nil)
	if err != nil {
		return err
	}
	v.Attaches = casework.MayAttach(v.Case, reader.Actor(), w)
	for i, t := range v.Case.Tasks(p) {
		if t.Post == "" || i >= len(v.Holders) {
			continue
		}
		if step, _ := p.Step(t.Step); step.Kind != procedure.Sign && step.Kind != procedure.Decision && t.ID != "objection" {
			continue // parties to a case may keep it moving; they neither sign nor decide it
		}
		free, aside := casework.Bearers(v.Case, t.Post, w)
		v.Holders[i].Aside = aside
		v.Holders[i].Vacant = len(free) == 0
	}
	return nil
}

// PathLine is a step that a case would go through, and who would have it today.
type PathLine struct {
	Step    string    `json:"step"`
	Title   text.Text `json:"title"`
	Why     text.Text `json:"why"`
	Article string    `json:"article,omitempty"`
	// Posts are those who would act, with the people who bear them today; none: the applicant.
	Posts []PathPost `json:"posts,omitempty"`
	// Outside is the authority outside the office that decides; the clock stops meanwhile.
	Outside text.Text      `json:"outside,omitzero"`
	Term    procedure.Term `json:"term,omitzero"`
	// PassedBy says why the case would pass the step by.
	PassedBy text.Text `json:"passed_by,omitzero"`
	// Silence is what is made of a signer who does not answer in time.
	Silence procedure.Silence `json:"silence,omitempty"`
}

// PathPost is a post on the way of a case.
type PathPost struct {
	Title  text.Text `json:"title"`
	People []string  `json:"people"`
	// Vacant: nobody holds the post today.
	Vacant bool `json:"vacant,omitempty"`
}

// Path shows, before anything is filed, which steps an application would go
// through, why each is there and on which article, and who would have it.
func (d *Desk) Path(ctx context.Context, a form.Application) ([]PathLine, error) {
	p, ok := d.lib.Procedure(a.Procedure)
	if !ok {
		return nil, fault.New(fault.Invalid, "procedure", text.Text{
			ZH: "没有名为「{name}」的程序", EN: "there is no procedure called {name}",
		}.Fill(text.Args{"name": a.Procedure}))
	}
	var so map[procedure.Circumstance]casework.Circumstance
	if circumstances := affairs.Of(a.Procedure).Circumstances; circumstances != nil {
		so = circumstances(a)
	}
	var out []PathLine
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		today := r.Now().Day(OfficeZone())
		slots, term := asked(a, o)
		for _, s := range p.Path(affairs.LeaderLevel(a), func(c procedure.Circumstance) bool { _, is := so[c]; return is }) {
			line := PathLine{
				Step: s.Step.ID, Title: s.Step.Title, Why: s.Step.Why, Article: s.Step.Article, Outside: s.Outside, Term: s.Step.Term, Silence: s.Step.Silence,
			}
			if s.PassedBy {
				line.PassedBy = so[s.Step.Unless].Why
			}
			posts := s.Posts
			if s.Step.Owner.Role == procedure.Asked {
				for _, slot := range slots {
					posts = append(posts, slot.Post)
				}
				if term > 0 {
					line.Term = procedure.Term{WorkingDays: term}
				}
			}
			for _, id := range posts {
				line.Posts = append(line.Posts, pathPost(o, id, p.Name, today))
			}
			out = append(out, line)
		}
		return nil
	})
	return out, err
}

func pathPost(o office.Office, id office.PostID, procedure string, today calendar.Day) PathPost {
	post := PathPost{Title: text.Text{ZH: string(id), EN: string(id)}, People: []string{}, Vacant: len(o.Holders(id, today)) == 0}
	if known, ok := o.Post(id); ok {
		post.Title = known.Name
	}
	for _, b := range o.Bearers(id, today, procedure) {
		if person, ok := o.Person(b.Person); ok {
			post.People = append(post.People, person.Name)
		}
	}
	return post
}
