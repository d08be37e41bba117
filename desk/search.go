package desk

import (
	"context"
	"slices"
	"strings"

	"chancery/affairs"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// Found is what a search found, of what the reader may see.
type Found struct {
	Cases []CaseLine `json:"cases"`
	// More cases were found than are given.
	More     bool           `json:"more,omitempty"`
	People   []FoundPerson  `json:"people"`
	Articles []FoundArticle `json:"articles"`
}

// FoundPerson is a person of the office, with the posts held today.
type FoundPerson struct {
	Name  string      `json:"name"`
	Posts []text.Text `json:"posts"`
}

// FoundArticle is an article of a rulebook.
type FoundArticle struct {
	Book  string    `json:"book"`
	ID    string    `json:"id"`
	Title text.Text `json:"title"`
	Issue text.Text `json:"issue"`
}

// How much a search takes and gives.
const (
	searchedAtMost = 100 // characters
	runsAtMost     = 8
	foundAtMost    = 50
	peopleAtMost   = 10
	articlesAtMost = 20
)

// Search finds cases, people and articles by words; two characters of Chinese are
// enough, and other words are found by their beginning. Of a case, what is found
// are its number, title, unit and applicant, who goes where and why. What does
// not lie in the reader's sight is neither found nor counted.
func (d *Desk) Search(ctx context.Context, reader Reader, words string) (Found, error) {
	var out Found
	if len([]rune(words)) > searchedAtMost {
		return out, tooMuch("q")
	}
	runs := text.Runs(words)
	if len(runs) > runsAtMost {
		return out, tooMuch("q")
	}
	if len(runs) == 0 {
		return out, nil
	}
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		today := r.Now().Day(OfficeZone())
		cases, err := d.findCases(r, reader, words, runs)
		if err != nil {
			return err
		}
		out.More = len(cases) > foundAtMost
		for _, c := range cases[:min(len(cases), foundAtMost)] {
			out.Cases = append(out.Cases, d.line(c, o, today))
		}
		out.People = d.findPeople(o, runs, today)
		return nil
	})
	out.Articles = d.findArticles(d.lib.Books, runs)
	return out, err
}

func tooMuch(field string) error {
	return fault.New(fault.Invalid, field, text.Text{
		ZH: "查找内容过长；请用不超过 {n} 个词、{most} 个字", EN: "that is too much to look for: use at most {n} words and {most} characters",
	}.Fill(text.Args{"n": runsAtMost, "most": searchedAtMost}))
}

// findCases finds by number, where the words are one, and else by words.
func (d *Desk) findCases(r Reading, reader Reader, words string, runs []string) ([]casework.Case, error) {
	if no, is := d.lib.Number(words); is {
		c, err := d.inSight(r, reader, no)
		if fault.KindOf(err) == fault.NotFound {
			return nil, nil
		}
		return []casework.Case{c}, err
	}
	sight, err := sightOf(r, reader)
	if err != nil {
		return nil, err
	}
	return r.Find(casework.Filter{Sight: sight, Limit: foundAtMost + 1}, runs)
}

func (d *Desk) findPeople(o office.Office, runs []string, today calendar.Day) []FoundPerson {
	var out []FoundPerson
	for _, p := range o.Persons {
		if !text.Found(d.findables.of(p.Name, p.Pinyin, strings.ReplaceAll(p.Pinyin, " ", "")), runs) {
			continue
		}
		found := FoundPerson{Name: p.Name}
		for _, id := range o.PostsOf(p.ID, today) {
			if post, ok := o.Post(id); ok {
				found.Posts = append(found.Posts, post.Name)
			}
		}
		if out = append(out, found); len(out) == peopleAtMost {
			break
		}
	}
	return out
}

func (d *Desk) findArticles(books *rule.Books, runs []string) []FoundArticle {
	var out []FoundArticle
	for _, b := range books.All() {
		for _, a := range b.Articles {
			if text.Found(d.findables.of(a.ID, a.Title.ZH, a.Title.EN, a.Text.ZH, a.Text.EN), runs) {
				out = append(out, FoundArticle{Book: b.Name, ID: a.ID, Title: a.Title, Issue: b.Title})
			}
			if len(out) == articlesAtMost {
				return out
			}
		}
	}
	return out
}

// wordsRule is the version of the rule by which cases are found and notices
// kept; a data folder that was written by another is read through again.
const wordsRule = "1"

// words are the fields by which a case is found.
func (d *Desk) words(c casework.Case, o office.Office) ([]string, error) {
	a, err := d.application(c, c.Filing)
	if err != nil {
		return nil, err
	}
	runs := text.Runs(c.No)
	out := []string{runs[len(runs)-1], c.Title, c.Unit, c.Instrument.ZH}
	if p, ok := o.Person(c.Applicant); ok {
		out = append(out, p.Name, p.Pinyin)
	}
	for _, w := range affairs.Words(a, d.lib.Places) {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out, nil
}

// saveWords keeps the fields by which a case is found, where the act changed them or who shares the case.
func (d *Desk) saveWords(w Writing, before, c casework.Case, p procedure.Procedure, o office.Office) error {
	if before.No != "" && before.Digest == c.Digest && before.Title == c.Title && before.Instrument == c.Instrument &&
		before.FirstSubmitted.IsZero() == c.FirstSubmitted.IsZero() {
		return nil
	}
	fields, err := d.words(c, o)
	if err != nil {
		return err
	}
	keys, err := d.keys(c, p, o)
	if err != nil {
		return err
	}
	return w.SaveWords(c.No, fields, sharedOf(keys))
}

func sharedOf(keys []casework.Key) []casework.Key {
	return slices.DeleteFunc(slices.Clone(keys), func(k casework.Key) bool { return !k.Shared() })
}

// Reword keeps anew by what every case is found, and until when its notice is
// shown, where that is not what the case says: in a data folder that was written
// before cases were found. It says of how many cases it changed the words.
func (d *Desk) Reword(ctx context.Context) (int, error) {
	changed := 0
	err := d.store.Write(ctx, func(w Writing) error {
		changed = 0
		o, err := w.Office()
		if err != nil {
			return err
		}
		cases, err := w.Cases(casework.Filter{Sight: casework.Everything()})
		if err != nil {
			return err
		}
		for _, c := range slices.Backward(cases) { // what was opened later is found first
			fields, err := d.words(c, o)
			if err != nil {
				return err
			}
			then, err := w.WordsOf(c.No)
			if err != nil {
				return err
			}
			p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
			keys, err := d.keys(c, p, o)
			if err != nil {
				return err
			}
			if then != text.Findable(fields...) {
				changed++
			}
			if err := w.SaveWords(c.No, fields, sharedOf(keys)); err != nil {
				return err
			}
			if err := w.SaveNotice(c.No, d.noticeUntil(c, p)); err != nil {
				return err
			}
		}
		return w.Note("words", wordsRule)
	})
	return changed, err
}
