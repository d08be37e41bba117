package casework

import (
	"chancery/core/calendar"
	"chancery/core/procedure"
)

// Tick gives what the passing of time does to a case, at most one event a call:
// a notice that has run its term, silence that lapses, a deadline that is
// escalated by one rung, somebody who is reminded of one. Each happens once;
// called again with nothing due it gives nothing.
func Tick(c Case, w World) (*Event, Case, error) {
	for _, k := range clocks(c, w) {
		if k.from > w.Day {
			continue
		}
		step, _ := w.Procedure.Step(c.Step)
		d := &doing{c: c, w: w, step: step, event: Event{Step: c.Step, At: w.Now, Day: w.Day}}
		if err := k.strike(d); err != nil {
			return nil, c, err
		}
		return &d.event, Apply(c, d.event), nil
	}
	return nil, c, nil
}

// Next gives the first day on which Tick does something in a case, if nobody does anything before; the day of the world
// where something is due already, and no day where time does nothing any more.
func Next(c Case, w World) calendar.Day {
	var next calendar.Day
	for _, k := range clocks(c, w) {
		if next.IsZero() || k.from < next {
			next = k.from
		}
	}
	if next.IsZero() {
		return 0
	}
	return max(next, w.Day)
}

// clock is something that time does in a case, from a day on.
type clock struct {
	from   calendar.Day
	strike func(*doing) error
}

// clocks are those that run in a case, in the order in which they strike on one day.
func clocks(c Case, w World) []clock {
	step, ok := w.Procedure.Step(c.Step)
	if !ok || c.State.Ended() {
		return nil
	}
	var out []clock
	if step.Kind == procedure.Notice && c.Notice != nil && !c.Notice.Ended && c.OpenObjections() == 0 && !c.Notice.Term.Due.IsZero() {
		out = append(out, clock{c.Notice.Term.Due.AddDays(1), func(d *doing) error {
			d.event.Kind = NoticeEnded
			return d.next()
		}})
	}
	if step.Kind == procedure.Sign && step.Silence == procedure.Lapse && openSlots(c) && c.Due != nil && !c.Due.Due.IsZero() {
		out = append(out, clock{c.Due.Due.AddDays(1), lapse})
	}
	terms := c.terms(step, w.Procedure)
	for _, t := range terms {
		if k, ok := t.escalation(w); ok {
			out = append(out, k)
		}
	}
	for _, t := range terms {
		if k, ok := t.reminder(w); ok {
			out = append(out, k)
		}
	}
	return out
}

// lapse labels every signature that is still open.
func lapse(d *doing) error {
	d.event.Kind = LapsedNow
	stances := make([]procedure.Stance, len(d.c.Slots))
	for i, s := range d.c.Slots {
		if stances[i] = s.Stance; s.Stance == procedure.Open {
			stances[i] = procedure.Lapsed
		}
	}
	return d.tally(stances)
}

// term is a deadline that runs in a case, and what was told of it.
type term struct {
	due      *calendar.Derivation
	ladder   procedure.Ladder
	rungs    int // told already, the first among them
	reminded int
	duty     string // whose it is: of a duty, of an objection, else of the step
	number   int
	silent   bool // nobody is reminded of it
}

// terms are those of the step, of its duties, of the objections to the notice. Each has a ladder of its own.
func (c Case) terms(step procedure.Step, p procedure.Procedure) []term {
	told := func(escalated bool, rungs int) int {
		if escalated {
			return rungs + 1
		}
		return 0
	}
	var out []term
	if c.Due != nil {
		out = append(out, term{due: c.Due, ladder: step.Escalate, rungs: told(c.Escalated, c.Rungs), reminded: c.Reminded})
	}
	for _, x := range c.Duties {
		if x.Done.IsZero() && x.Due != nil {
			if step.Kind == procedure.Duties && c.Due != nil {
				out[0].silent = true // nobody holds the step but in its duties
			}
			out = append(out, term{due: x.Due, ladder: step.Escalate, rungs: told(x.Escalated, x.Rungs), reminded: x.Reminded, duty: x.ID})
		}
	}
	notice, _ := p.OfKind(procedure.Notice)
	for _, o := range c.Objections {
		if !o.Resolved {
			out = append(out, term{due: &o.Due, ladder: notice.Escalate, rungs: told(o.Escalated, o.Rungs), reminded: o.Reminded, number: o.ID})
		}
	}
	return out
}

// escalation is the next rung of the ladder.
func (t term) escalation(w World) (clock, bool) {
	rung, from, ok := t.ladder.Next(t.rungs, t.due.Due, w.Calendar)
	return clock{from, func(d *doing) error {
		d.event.Kind, d.event.From, d.event.Rung, d.event.Post = Escalated, string(rung.Post), t.rungs, postOf(w.Office, rung.Post)
		d.event.Slot, d.event.Number = t.duty, t.number
		return nil
	}}, ok
}

// reminder is the next day before the deadline on which those who hold the task are reminded. Of days that went by unseen
// only the last counts, none that lies before the step was entered, and none once the deadline is past.
func (t term) reminder(w World) (clock, bool) {
	remind := w.Procedure.Remind
	if t.silent || t.due.Due.IsZero() || w.Day > t.due.Due {
		return clock{}, false
	}
	k := clock{}
	for i := t.reminded; i < len(remind); i++ {
		day := w.Calendar.AddWorking(t.due.Due, -remind[i]).Due
		if day <= w.Since || (k.strike != nil && day > w.Day) {
			continue
		}
		k = clock{day, func(d *doing) error {
			d.event.Kind, d.event.Rung, d.event.Slot, d.event.Number = Reminded, i, t.duty, t.number
			return nil
		}}
	}
	return k, k.strike != nil
}

func openSlots(c Case) bool {
	for _, s := range c.Slots {
		if s.Stance == procedure.Open {
			return true
		}
	}
	return false
}
