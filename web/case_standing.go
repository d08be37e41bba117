package web

import (
	"slices"
	"strings"

	"chancery/affairs/gift"
	"chancery/affairs/travel"
	"chancery/core/form"
	"chancery/core/text"
	"chancery/desk"
)

// StepMark is one step of the line: done, now or still to come.
type StepMark struct {
	Class      string
	Current    string // "step" for the present one, else "false"
	Name, Note Run
}

// Holder is who has the case in hand.
type Holder struct {
	Task, Who, Post Run
	Vacant          bool
	Since           string
	Due             *Due
	// Arithmetic is how the deadline was counted, in one sentence.
	Arithmetic string
}

// Why says why the present step is there.
type Why struct {
	Words, Procedure, Escalation string
	Basis                        *Citation
	// Named is what the step rests on when there is nothing to open.
	Named string
}

// holdersShown is how many of those who hold a case are set out beside a list of what is to be done.
const holdersShown = 3

// stepMarks draws the line of steps with the day on which each was entered.
func stepMarks(f Frame, v desk.CaseView) []StepMark {
	out := make([]StepMark, 0, len(v.Steps))
	for _, st := range v.Steps {
		m := StepMark{Current: "false", Name: f.Run(st.Title.In(f.Lang))}
		switch {
		case st.Done:
			m.Class = "done"
		case st.ID == v.Case.Step:
			m.Class, m.Current = "now", "step"
		}
		if m.Class != "" && !st.Day.IsZero() {
			m.Note = Run{Words: st.Day.Say().In(f.Lang)}
		}
		out = append(out, m)
	}
	return out
}

func holders(f Frame, v desk.CaseView) []Holder {
	var out []Holder
	for _, t := range v.Holders {
		h := Holder{
			Task: f.of(t.Task), Post: f.Run(t.Post.In(f.Lang)), Who: f.persons(t.People),
			Vacant: t.Vacant, Since: f.minute(t.Since), Due: dueOf(f, t, v.Today),
		}
		if t.Due != nil {
			h.Arithmetic = t.Due.Say().In(f.Lang)
		}
		out = append(out, h)
	}
	return out
}

// why says why the present step is there: the procedure, and the article it rests on.
func (s *Site) why(f Frame, v desk.CaseView) Why {
	i := slices.IndexFunc(v.Steps, func(st desk.StepView) bool { return st.ID == v.Case.Step })
	if i < 0 {
		return Why{}
	}
	step := v.Steps[i]
	w := Why{
		Words:     step.Why.In(f.Lang),
		Procedure: f.Say("case.procedure", text.Args{"title": v.Procedure, "version": v.Case.ProcedureVersion, "step": step.Title}),
	}
	switch c, ok := s.articleCitation(f, step.Article, v.Case.Filed); {
	case ok:
		w.Basis = &c
	case step.Article != "":
		w.Named = f.Say("case.basis_named", text.Args{"article": step.Article})
	default:
		w.Named = f.Say("case.own_order")
	}
	if v.Case.Escalated {
		w.Escalation = f.Say("case.escalated")
	}
	return w
}

// summary is what the case is about, in a few lines.
func (s *Site) summary(f Frame, v desk.CaseView) []Fact {
	c, app := v.Case, v.Application
	var facts []Fact
	add := func(key string, strong bool, runs ...Run) {
		if len(runs) > 0 && strings.TrimSpace(runs[0].Words) != "" {
			facts = append(facts, Fact{Label: f.Say(key), Value: runs, Strong: strong})
		}
	}
	purpose := form.Get[travel.Purpose](app.Answers, "purpose")
	inviter := form.Get[travel.Inviter](app.Answers, "inviter")
	matter := form.Get[form.Matter](app.Answers, "matter")
	add("sum.purpose", true, f.Run(purpose.Text))
	add("sum.inviter", false, f.Run(inviter.Body))
	add("sum.matter", true, f.Run(matter.Title))
	add("sum.why", false, f.Run(matter.Why))
	present := form.Get[gift.Gift](app.Answers, "gift")
	add("sum.gift", true, f.Run(present.What))
	add("sum.giver", false, f.Run(present.Giver))
	add("sum.receiver", false, f.person(present.Receiver))
	add("sum.received", false, Run{Words: f.day(present.Received)})
	if present.Value.Currency != "" {
		add("sum.value", false, Run{Words: present.Value.String() + " " + string(present.Value.Currency)})
	}
	add("sum.size", false, size(f, app))
	add("sum.money", false, f.Run(form.Get[travel.Budget](app.Answers, "budget").Line))
	add("sum.asked", false, f.persons(form.Get[form.Circulation](app.Answers, "circulation").Asked))
	add("sum.applicant", false, f.person(v.People[c.Applicant]))
	add("sum.filed", false, Run{Words: f.day(c.Filed)})
	add("sum.instrument", true, f.Run(c.Instrument.In(f.Lang)))
	if c.Settled != nil {
		add("sum.settled", false, f.Run(f.Say("sum.settled_words", text.Args{"claimed": c.Settled.Claimed, "paid": c.Settled.Paid})))
	}
	return facts
}

// size says how many people go to how many places for how long.
func size(f Frame, app form.Application) Run {
	people := len(form.Get[[]travel.Member](app.Answers, "delegation"))
	it := form.Get[travel.Itinerary](app.Answers, "itinerary")
	if people == 0 {
		return Run{}
	}
	return Run{Words: f.Say("sum.size_words", text.Args{"people": people, "places": len(travel.Places(it)), "days": travel.DaysAbroad(it)})}
}
