package casework

import (
	"chancery/core/calendar"
	"chancery/core/procedure"
)

// Tick gives what the passing of time does to a case, at most one event a call:
// a notice that has run its term, silence that lapses, a deadline that is
// escalated. Each happens once; called again with nothing due it gives nothing.
func Tick(c Case, w World) (*Event, Case, error) {
	step, ok := w.Procedure.Step(c.Step)
	if !ok || c.State.Ended() {
		return nil, c, nil
	}
	d := &doing{c: c, w: w, step: step, event: Event{Step: c.Step, At: w.Now, Day: w.Day}}
	over := func(due *calendar.Derivation) bool { return due != nil && !due.Due.IsZero() && w.Day > due.Due }
	switch {
	case step.Kind == procedure.Notice && c.Notice != nil && !c.Notice.Ended && over(&c.Notice.Term) && c.OpenObjections() == 0:
		d.event.Kind = NoticeEnded
		if err := d.next(); err != nil {
			return nil, c, err
		}
	case step.Kind == procedure.Sign && step.Silence == procedure.Lapse && over(c.Due) && openSlots(c):
		d.event.Kind = LapsedNow
		stances := make([]procedure.Stance, len(c.Slots))
		for i, s := range c.Slots {
			if stances[i] = s.Stance; s.Stance == procedure.Open {
				stances[i] = procedure.Lapsed
			}
		}
		if err := d.tally(stances); err != nil {
			return nil, c, err
		}
	case over(c.Due) && !c.Escalated && step.Escalate != "":
		d.event.Kind, d.event.From = Escalated, string(step.Escalate)
	default:
		if !d.escalate(over) {
			return nil, c, nil
		}
	}
	return &d.event, Apply(c, d.event), nil
}

// escalate finds a duty or an objection whose own term has run out.
func (d *doing) escalate(over func(*calendar.Derivation) bool) bool {
	for _, x := range d.c.Duties {
		if x.Done.IsZero() && over(x.Due) && !x.Escalated && d.step.Escalate != "" {
			d.event.Kind, d.event.From, d.event.Slot = Escalated, string(d.step.Escalate), x.ID
			return true
		}
	}
	notice, ok := d.w.Procedure.OfKind(procedure.Notice)
	for _, o := range d.c.Objections {
		if ok && !o.Resolved && over(&o.Due) && !o.Escalated && notice.Escalate != "" {
			d.event.Kind, d.event.From, d.event.Number = Escalated, string(notice.Escalate), o.ID
			return true
		}
	}
	return false
}

func openSlots(c Case) bool {
	for _, s := range c.Slots {
		if s.Stance == procedure.Open {
			return true
		}
	}
	return false
}
