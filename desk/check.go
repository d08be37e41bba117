package desk

import (
	"encoding/json"
	"fmt"

	"chancery/affairs"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/rule"
)

// CheckOptions says how an application is put before the rules.
type CheckOptions struct {
	// On overrides the filing day; zero: the application's own, else Today.
	On calendar.Day
	// Today is the day of the act that is checked; zero: the filing day.
	Today calendar.Day
	// Gate is the gate asked about; empty: approval.
	Gate rule.Gate
	// Books names the books to ask; empty: cn-national alone.
	Books []string
	// Facts are what registers answer; nil: there is no data folder.
	Facts rule.Facts
	// Alternatives asks for the nearest applications that would pass.
	Alternatives bool
}

// Check answers whether an application would be stopped, by which article, and
// what would be the nearest way to comply. It is pure: the same application,
// books and day give the same answer. The application's filing day must be known,
// from itself or from the options.
func (l *Library) Check(a form.Application, o CheckOptions) (rule.Answer, error) {
	if !o.On.IsZero() {
		a.Filed = o.On
	}
	if a.Filed.IsZero() {
		a.Filed = o.Today
	}
	if o.Gate == "" {
		o.Gate = rule.Approval
	}
	if len(o.Books) == 0 {
		o.Books = []string{DefaultBook}
	}
	e, track, derived, err := l.evaluate(a, o)
	if err != nil {
		return rule.Answer{}, err
	}
	answer := rule.Answer{
		Procedure: a.Procedure, Track: track, Day: a.Filed, Gate: o.Gate, Books: e.Books, Verdict: e.Verdict, Findings: e.Findings,
		Later: e.Later, Drafts: e.Drafts, Unanswered: e.Unanswered, Derived: derived,
		Alternatives: []rule.Alternative{},
	}
	for _, f := range e.Findings {
		if f.Needs.ZH != "" || f.Needs.EN != "" {
			answer.Needs = append(answer.Needs, rule.Need{Rule: f.Rule, Say: f.Needs})
		}
	}
	if o.Alternatives && !e.Verdict.Passes() {
		if answer.Alternatives, err = l.nearest(a, o); err != nil {
			return rule.Answer{}, err
		}
	}
	return answer, nil
}

// DefaultBook is the book that is asked when none is named.
const DefaultBook = "cn-national"

func (l *Library) evaluate(a form.Application, o CheckOptions) (e rule.Evaluation, track string, derived any, err error) {
	r, track, derived := l.request(a, o)
	e, err = l.Books.Evaluate(r)
	return e, track, derived, err
}

// request counts an application and puts it in the form in which the books are asked.
func (l *Library) request(a form.Application, o CheckOptions) (r rule.Request, track string, derived any) {
	r = rule.Request{Procedure: a.Procedure, Books: o.Books, Day: a.Filed, Gate: o.Gate, Facts: o.Facts}
	if count := affairs.Of(a.Procedure).Count; count != nil {
		today := o.Today
		if today.IsZero() {
			today = a.Filed
		}
		r.Values, track, derived = count(a, today, l.World())
	}
	return r, track, derived
}

// nearest searches for the nearest applications that pass, and proves each by
// checking the application that its patch makes.
func (l *Library) nearest(a form.Application, o CheckOptions) ([]rule.Alternative, error) {
	changes := affairs.Of(a.Procedure).Changes
	if changes == nil {
		return []rule.Alternative{}, nil
	}
	search := rule.Search[form.Application]{
		Changes: func(b form.Application) []rule.Change[form.Application] { return changes(b, l.World()) },
		Judge: func(b form.Application) (rule.Status, int, error) {
			r, _, _ := l.request(b, o)
			return l.Books.Judge(r)
		},
		Tree: tree,
	}
	found, err := search.Nearest(a)
	if err != nil {
		return nil, err
	}
	proven := make([]rule.Alternative, 0, len(found))
	for _, alt := range found {
		b, err := l.Apply(a, alt.Changes)
		if err != nil {
			return nil, fmt.Errorf("apply alternative: %w", err)
		}
		e, _, _, err := l.evaluate(b, o)
		if err != nil {
			return nil, err
		}
		if e.Verdict.Passes() {
			alt.Verdict = e.Verdict
			proven = append(proven, alt)
		}
	}
	return proven, nil
}

// Apply gives the application that a patch makes of another one.
func (l *Library) Apply(a form.Application, ops []rule.PatchOp) (form.Application, error) {
	doc, err := tree(a)
	if err != nil {
		return form.Application{}, err
	}
	changed, err := rule.ApplyPatch(doc, ops)
	if err != nil {
		return form.Application{}, err
	}
	data, err := json.Marshal(changed)
	if err != nil {
		return form.Application{}, fmt.Errorf("write changed application: %w", err)
	}
	return l.ReadApplication("changed application", data)
}

func tree(a form.Application) (any, error) {
	data, err := a.Canonical()
	if err != nil {
		return nil, err
	}
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("read application: %w", err)
	}
	return doc, nil
}

// World is what counting needs to know of the world.
func (l *Library) World() travel.World {
	return travel.World{Calendar: l.Calendar, Places: l.Places, Rates: l.Rates}
}
