package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// Compared are two stands of an article side by side: the edition and the values of one day, and of another.
type Compared struct {
	Sides []Side
	// Days are those on which the article or a value changed, to be chosen on either side.
	With, On []Filter
	// Changed are the parameters whose value differs.
	Changed []ValueChange
	Same    string
}

// Side is one stand of the article.
type Side struct {
	State    Tag
	Since    string
	Document []Piece
	Article  []Piece
	Values   []SideValue
}

// SideValue is a parameter on one side.
type SideValue struct {
	Title string
	Value []Piece
	Draft string
}

// Piece is a run of words that was taken away, put in, or stayed.
type Piece struct {
	Words    string
	Del, Ins bool
}

// ValueChange is a parameter whose value differs between the two sides.
type ValueChange struct{ Title, Old, New string }

// stand is an article on a day, drafts included.
type stand struct {
	day     calendar.Day
	edition rule.Edition
	there   bool
	draft   bool
	values  map[string]rule.Value
}

// stands are the days on which an article or one of its values changed, each with what stood from then on.
func stands(a rule.Article, params []rule.Parameter) []stand {
	var days []calendar.Day
	for _, e := range a.Editions {
		days = append(days, e.From)
	}
	for _, p := range params {
		for _, v := range p.Values {
			days = append(days, v.From)
		}
	}
	slices.Sort(days)
	var out []stand
	for _, day := range slices.Compact(days) {
		out = append(out, standOn(a, params, day))
	}
	return out
}

// standOn is the article as it stood on a day; a value that begins that very day counts although it is a draft.
func standOn(a rule.Article, params []rule.Parameter, day calendar.Day) stand {
	s := stand{day: day, values: map[string]rule.Value{}}
	s.edition, s.there = a.On(day)
	s.draft = s.edition.Confidence == rule.Unconfirmed
	for _, p := range params {
		v, ok := p.On(day)
		for _, d := range p.Values {
			if d.From == day && d.Confidence == rule.Unconfirmed {
				v, ok, s.draft = d, true, true
			}
		}
		if ok {
			s.values[p.Name] = v
		}
	}
	return s
}

// compared sets the article on a day beside another day, by default the stand before it.
func compared(f Frame, a rule.Article, params []rule.Parameter, on calendar.Day, with string) (*Compared, error) {
	all := stands(a, params)
	if len(all) < 2 {
		return nil, nil //nolint:nilnil // there is one stand: nothing to set beside it
	}
	right := standOn(a, params, on)
	at := 0
	for i, s := range all {
		if s.day <= on {
			at = i
		}
	}
	left := all[max(at-1, 0)]
	if at == 0 {
		left = all[1]
	}
	if with != "" {
		day, err := calendar.ParseDay(with)
		if err != nil {
			return nil, fault.New(fault.Invalid, "with", f.words.Say("check.on.wrong", text.Args{"day": with}))
		}
		left = standOn(a, params, day)
	}
	old, fresh := left, right
	if fresh.day < old.day {
		old, fresh = fresh, old
	}
	c := &Compared{Sides: []Side{sideOf(f, params, old, fresh, false), sideOf(f, params, fresh, old, true)}}
	for _, s := range all {
		c.With = append(c.With, Filter{Label: s.day.String(), Href: f.with("with", s.day.String(), "on", on.String()), Current: s.day == left.day})
		c.On = append(c.On, Filter{Label: s.day.String(), Href: f.with("on", s.day.String(), "with", left.day.String()), Current: s.day == right.day})
	}
	for _, p := range params {
		before, after := f.valueOn(p, old), f.valueOn(p, fresh)
		if before != after {
			c.Changed = append(c.Changed, ValueChange{Title: p.Title.In(f.Lang), Old: before, New: after})
		}
	}
	if len(c.Changed) == 0 {
		c.Same = f.Say("compare.same")
	}
	return c, nil
}

// valueOn is a parameter's value of a stand in words; none: "".
func (f Frame) valueOn(p rule.Parameter, s stand) string {
	v, ok := s.values[p.Name]
	if !ok {
		return ""
	}
	return valueWords(f, v.Value, p.Unit)
}

func sideOf(f Frame, params []rule.Parameter, s, other stand, fresh bool) Side {
	side := Side{Since: f.Say("cite.since", text.Args{"since": s.day.String()}), State: editionTag(f, s.edition)}
	switch {
	case s.draft:
		side.State = Tag{"pencil", "warn", f.Say("edition.draft")}
	case !s.there:
		side.State = Tag{"circle-dashed", "", f.Say("compare.none")}
	case !fresh && s.edition.Until.IsZero():
		side.State = Tag{"clock", "", f.Say("compare.before")}
	}
	mine, theirs := sourceOf(f, s), sourceOf(f, other)
	side.Document, side.Article = pieces(mine.Document.Words, theirs.Document.Words, fresh), pieces(mine.Article, theirs.Article, fresh)
	for _, p := range params {
		v := SideValue{Title: p.Title.In(f.Lang), Value: pieces(f.valueOn(p, s), f.valueOn(p, other), fresh)}
		if s.values[p.Name].Confidence == rule.Unconfirmed {
			v.Draft = f.Say("edition.draft")
		}
		if f.valueOn(p, s) != "" {
			side.Values = append(side.Values, v)
		}
	}
	return side
}

func sourceOf(f Frame, s stand) Source {
	if !s.there {
		return Source{}
	}
	return source(f, s.edition.Document, s.edition.Article)
}

// pieces are words that stayed where both sides say the same, else taken away on the old side and put in on the new.
func pieces(mine, theirs string, fresh bool) []Piece {
	if mine == "" {
		return nil
	}
	return []Piece{{Words: mine, Del: mine != theirs && !fresh, Ins: mine != theirs && fresh}}
}

// spokenOf are the parameters of which an article speaks.
func spokenOf(all []rule.Parameter, a rule.Article) []rule.Parameter {
	return slices.DeleteFunc(slices.Clone(all), func(p rule.Parameter) bool { return !speaksOf(a, p.Name) })
}

// TreePart is one book in the tree of the rulebook.
type TreePart struct {
	Level, Title, Href string
	// First says that the book is the first of its level.
	First    bool
	Articles []TreeLine
}

// TreeLine is one article in the tree.
type TreeLine struct {
	ID, Title, Href, Since string
	Draft                  bool
	Current                bool
}

// tree lists the books by level, each with its articles.
func (s *Site) tree(f Frame, book, article string) []TreePart {
	books := slices.Clone(s.rules.All())
	slices.SortStableFunc(books, func(a, b rule.Book) int { return cmp.Compare(depthOf(a.Level), depthOf(b.Level)) })
	var out []TreePart
	for i, b := range books {
		part := TreePart{Level: levelWord(f, b.Level), Title: b.Title.In(f.Lang), Href: "/rulebook#" + b.Name, First: i == 0 || books[i-1].Level != b.Level}
		for _, a := range b.Articles {
			e := latestEdition(a)
			part.Articles = append(part.Articles, TreeLine{
				ID: a.ID, Title: a.Title.In(f.Lang), Href: articleHref(b.Name, a.ID, 0), Since: strconv.Itoa(e.From.Year()),
				Draft: s.hasDraft(b, a), Current: b.Name == book && a.ID == article,
			})
		}
		out = append(out, part)
	}
	return out
}

// hasDraft says that an article or a value of which it speaks waits to be confirmed.
func (s *Site) hasDraft(b rule.Book, a rule.Article) bool {
	return latestEdition(a).Confidence == rule.Unconfirmed || slices.ContainsFunc(spokenOf(s.visibleParameters(b), a), func(p rule.Parameter) bool {
		return slices.ContainsFunc(p.Values, func(v rule.Value) bool { return v.Confidence == rule.Unconfirmed })
	})
}

func depthOf(l rule.Level) int { return slices.Index(l.Words(), string(l)) }

// CitedPart is who cites an article: cases in the reader's sight, steps of procedures.
type CitedPart struct {
	Sentence string
	Cases    []CitedRow
	Steps    []Run
}

// CitedRow is a case that cites the article.
type CitedRow struct {
	No, Title Run
	Href      string
	Says      Tag
	State     Tag
}

func (s *Site) cited(f Frame, r *http.Request, who desk.Reader, book, article string) (CitedPart, error) {
	v, err := s.figures.Citing(r.Context(), who, book, article)
	if err != nil {
		return CitedPart{}, err
	}
	args := text.Args{"n": len(v.Cases), "of": v.Of}
	out := CitedPart{Sentence: f.Say("cited.newest", args)}
	if v.All {
		out.Sentence = f.Say("cited.all", args)
	}
	for _, c := range v.Cases {
		row := CitedRow{
			No: f.Run(c.Number.In(f.Lang)), Title: f.title(c.Title, c.Called), Href: "/cases/" + pathPart(c.No), Says: statusMark(f, c.Status), State: stateTag(f, c.State),
		}
		if c.Ground {
			row.Says = Tag{"flag", "stop", f.Say("cited.ground")}
		}
		out.Cases = append(out.Cases, row)
	}
	for _, st := range v.Steps {
		out.Steps = append(out.Steps, f.Run(f.Say("cited.step", text.Args{"procedure": st.Procedure, "step": st.Step})))
	}
	return out, nil
}

// open says that the reader stands in the book.
func (p TreePart) open() bool {
	return slices.ContainsFunc(p.Articles, func(a TreeLine) bool { return a.Current })
}
