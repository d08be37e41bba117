package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"chancery/core/casework"
	"chancery/core/text"
	"chancery/desk"
)

// Figures counts. *desk.Desk does.
type Figures interface {
	Refusals(ctx context.Context, reader desk.Reader, procedure string, q desk.Quarter) (desk.Refusals, error)
	Citing(ctx context.Context, reader desk.Reader, book, article string) (desk.Citing, error)
}

// RefusalsPage is the figure «refused of submitted» of a quarter, with every case behind it.
type RefusalsPage struct {
	Frame
	Submitted, Refused, Share string
	Before                    string
	Quarter                   string
	Previous, Next            Filter
	Squares                   []Square
	Grid                      Grid
	Key                       []KeyPart
	Definition                string
	AsOf, Edition, Stopped    string
	Rows                      []RefusedRow
	Grounds                   []GroundRow
	// Gates are the steps up to the decision; Picked are the cases behind one of their numbers.
	Gates  []GateRow
	Passed GateCell
	Picked *PickedCases
	CSV    string
	Spoken string
}

// Grid is the size of the drawing.
type Grid struct{ Box string }

// Square is one case of the drawing; it opens the case.
type Square struct {
	X, Y        string
	Class, Href string
	Title       string
}

// KeyPart says what a kind of square means, and how many there are.
type KeyPart struct{ Class, Words string }

// RefusedRow is one refused case.
type RefusedRow struct {
	No, Title, Unit Run
	Href            string
	Ground, Decided string
}

// GateRow is a step up to the decision: how many came so far, and how many ended or wait there.
type GateRow struct {
	Title, Reached, All         string
	Refused, Withdrawn, Waiting GateCell
}

// GateCell is a number that opens its cases; nothing is opened where there are none.
type GateCell struct {
	Count, Href, Spoken string
	Strokes             int
}

// PickedCases are the cases behind a number.
type PickedCases struct {
	Title, Count string
	Rows         []PickedRow
}

// PickedRow is one of them.
type PickedRow struct {
	No, Title, Unit Run
	Href            string
	State           Tag
}

// GroundRow is a ground of refusal, how often it was given, and how wide its bar is.
type GroundRow struct {
	Ground, Count string
	Most          string
}

// figureOf is the procedure whose refusals are counted.
const figureOf = "outbound-trip"

// refusalsShow shows the refusals of a quarter, or sends them as a file.
func (s *Site) refusalsShow(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if name != "refusals" && name != "refusals.csv" {
		return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
	}
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	q := desk.QuarterOf(s.today())
	if asked := r.URL.Query().Get("quarter"); asked != "" {
		if q, err = desk.ParseQuarter(asked); err != nil {
			return err
		}
	}
	v, err := s.figures.Refusals(r.Context(), who, figureOf, q)
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	if name != "refusals" {
		return s.exported(w, "csv", s.refusalsExport(f, v))
	}
	before, err := s.figures.Refusals(r.Context(), who, figureOf, q.Before())
	if err != nil {
		return err
	}
	page := RefusalsPage{
		Frame: f, Submitted: number(v.Submitted), Refused: number(v.Refused), Share: wholePercent(v.Refused, v.Submitted), Quarter: quarterWords(f, q),
		Previous:   Filter{Label: quarterWords(f, q.Before()), Href: "/figures/refusals?quarter=" + q.Before().String()},
		Before:     f.Say("refusals.before", text.Args{"refused": before.Refused, "submitted": before.Submitted, "share": wholePercent(before.Refused, before.Submitted)}),
		Definition: v.Definition.In(f.Lang), AsOf: f.Say("refusals.as_of", text.Args{"at": f.minute(v.AsOf.Instant), "entry": strconv.FormatInt(v.AsOf.Entry, 10)}),
		Stopped: f.Say("refusals.stopped", text.Args{"n": v.Stopped}), CSV: "/figures/refusals.csv?quarter=" + q.String(),
	}
	if v.Edition != "" {
		page.Edition = f.Say("refusals.edition", text.Args{"edition": v.Edition})
	}
	page.Here, page.Title = "figures", page.Quarter+" "+f.Say("refusals.title")
	if next := q.After(); next.Begins() <= s.today() {
		page.Next = Filter{Label: quarterWords(f, next), Href: "/figures/refusals?quarter=" + next.String()}
	}
	page.waffle(v.All)
	page.list(v.All)
	page.gates(v, q, r.URL.Query())
	return s.show(w, r, refusalsShow(page))
}

func quarterWords(f Frame, q desk.Quarter) string {
	return f.Say([]string{"refusals.quarter.1", "refusals.quarter.2", "refusals.quarter.3", "refusals.quarter.4"}[q.Number-1], text.Args{"year": number(q.Year)})
}

// wholePercent is part of whole in whole percent, half up.
func wholePercent(part, whole int) string {
	if whole == 0 {
		return "0%"
	}
	return number((part*200+whole)/(2*whole)) + "%"
}

// kindOfSquare orders the squares: what was refused first, what is still open last.
func kindOfSquare(c desk.CountedCase) int {
	switch {
	case c.Refused:
		return 0
	case c.Outcome == casework.OutcomeCondition || c.Outcome == casework.OutcomeReduced:
		return 1
	case c.Outcome == casework.OutcomeApproved:
		return 2
	case c.State.Ended():
		return 3
	}
	return 4
}

// squareKey is the text of a kind of square.
func squareKey(kind int) string {
	return []string{"refusals.kind.0", "refusals.kind.1", "refusals.kind.2", "refusals.kind.3", "refusals.kind.4"}[kind]
}

// waffle draws a square for each case, in columns of as many as make the drawing about ten times as wide as high.
func (p *RefusalsPage) waffle(all []desk.CountedCase) {
	ordered := slices.Clone(all)
	slices.SortStableFunc(ordered, func(a, b desk.CountedCase) int { return cmp.Compare(kindOfSquare(a), kindOfSquare(b)) })
	high := 4
	for high*high*10 < len(ordered) {
		high++
	}
	const side, gap = 14, 2
	counts := [5]int{}
	for i, c := range ordered {
		kind := kindOfSquare(c)
		counts[kind]++
		p.Squares = append(p.Squares, Square{
			X: number(i / high * (side + gap)), Y: number(i % high * (side + gap)), Class: "w" + number(kind), Href: "/cases/" + pathPart(c.No),
			Title: c.Number.In(p.Lang) + " " + p.title(c.Title, c.Called).Words + p.Say("list.colon") + p.Say(squareKey(kind)),
		})
	}
	columns := (len(ordered) + high - 1) / high
	p.Grid.Box = "0 0 " + number(max(40, columns)*(side+gap)) + " " + number(high*(side+gap))
	for kind, n := range counts {
		if n > 0 {
			p.Key = append(p.Key, KeyPart{Class: "w" + number(kind), Words: p.Say(squareKey(kind)) + " " + number(n)})
		}
	}
	p.Spoken = p.Say("refusals.spoken", text.Args{"submitted": p.Submitted, "refused": p.Refused, "share": p.Share})
}

// list names the refused cases and counts their grounds.
func (p *RefusalsPage) list(all []desk.CountedCase) {
	grounds := map[string]int{}
	most := 0
	for _, c := range all {
		if !c.Refused {
			continue
		}
		grounds[c.Ground]++
		most = max(most, grounds[c.Ground])
		p.Rows = append(p.Rows, RefusedRow{
			No: p.Run(c.Number.In(p.Lang)), Title: p.title(c.Title, c.Called), Unit: p.unit(c.Unit), Href: "/cases/" + pathPart(c.No), Ground: p.ground(c.Ground), Decided: c.Decided.String(),
		})
	}
	for ground, n := range grounds {
		p.Grounds = append(p.Grounds, GroundRow{Ground: cmp.Or(p.ground(ground), p.Say("refusals.no_ground")), Count: number(n), Most: number(most)})
	}
	slices.SortFunc(p.Grounds, func(a, b GroundRow) int {
		return cmp.Or(cmp.Compare(len(b.Count), len(a.Count)), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Ground, b.Ground))
	})
}

// refusalsExport is every case that the figure counts, as a file holds it.
func (s *Site) refusalsExport(f Frame, v desk.Refusals) Export {
	rows := v.All[:min(len(v.All), exportAtMost)]
	e := Export{
		Name: "refusals-" + v.Quarter, Title: f.Say("brand.office") + v.Quarter + f.Say("refusals.title"),
		Notes: append(s.exportNotes(f, v.Quarter, len(rows), len(v.All)),
			f.Say("refusals.spoken", text.Args{"submitted": v.Submitted, "refused": v.Refused, "share": wholePercent(v.Refused, v.Submitted)}),
			v.Definition.In(f.Lang), f.Say("refusals.as_of", text.Args{"at": f.minute(v.AsOf.Instant), "entry": strconv.FormatInt(v.AsOf.Entry, 10)})),
		Heads: []string{f.Say("cases.no"), f.Say("cases.subject"), f.Say("register.head.unit"), f.Say("cases.state"), f.Say("refusals.refused"), f.Say("refusals.ground"), f.Say("refusals.decided")},
	}
	for _, c := range rows {
		refused := ""
		if c.Refused {
			refused = f.Say("refusals.yes")
		}
		e.Rows = append(e.Rows, []string{c.Number.In(f.Lang), f.title(c.Title, c.Called).Words, f.called(c.Unit), stateTag(f, c.State).Word, refused, f.ground(c.Ground), c.Decided.String()})
	}
	return e
}
