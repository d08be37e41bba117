package casework

import (
	"chancery/core/calendar"
	"chancery/core/procedure"
)

// Tick gives what the passing of time does to a case, at most one event a call:
// a notice that has run its term, silence that lapses, a deadline that is
// escalated by one rung. Each happens once; called again with nothing due it gives nothing.
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
	default:
		if !d.escalate() {
			return nil, c, nil
		}
	}
	return &d.event, Apply(c, d.event), nil
}

// escalate finds the rung of a ladder that is to be told: of the step, of a duty,
// of an objection to the notice. Each has a term of its own.
func (d *doing) escalate() bool {
	if d.climb(d.step.Escalate, d.c.Due, d.c.Escalated, d.c.Rungs) {
		return true
	}
	for _, x := range d.c.Duties {
		if x.Done.IsZero() && d.climb(d.step.Escalate, x.Due, x.Escalated, x.Rungs) {
			d.event.Slot = x.ID
			return true
		}
	}
	notice, _ := d.w.Procedure.OfKind(procedure.Notice)
	for _, o := range d.c.Objections {
		if !o.Resolved && d.climb(notice.Escalate, &o.Due, o.Escalated, o.Rungs) {
			d.event.Number = o.ID
			return true
		}
	}
	return false
}

// climb enters the next rung of a ladder, where its day has come.
func (d *doing) climb(ladder procedure.Ladder, due *calendar.Derivation, escalated bool, rungs int) bool {
	if due == nil {
		return false
	}
	told := 0
	if escalated {
		told = rungs + 1
	}
	rung, ok := ladder.Due(told, due.Due, d.w.Day, d.w.Calendar)
	if ok {
		d.event.Kind, d.event.From, d.event.Rung, d.event.Post = Escalated, string(rung.Post), told, postOf(d.w.Office, rung.Post)
	}
	return ok
}

func openSlots(c Case) bool {
	for _, s := range c.Slots {
		if s.Stance == procedure.Open {
			return true
		}
	}
	return false
}
