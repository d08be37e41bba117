package casework

import (
	"reflect"
	"slices"

	"chancery/core/calendar"
	"chancery/core/office"
)

// Recount is a deadline that was counted afresh when a year's holidays were announced.
type Recount struct {
	// What is the deadline: step, notice, duty or objection; ID is which duty, Number which objection.
	What   string              `json:"what"`
	ID     string              `json:"id,omitempty"`
	Number int                 `json:"number,omitempty"`
	Was    calendar.Derivation `json:"was"`
	Is     calendar.Derivation `json:"is"`
	// Told is how many of the reminders before the new deadline have gone by.
	Told int `json:"told,omitempty"`
}

// The deadlines that a case has.
const (
	ofStep      = "step"
	ofNotice    = "notice"
	ofDuty      = "duty"
	ofObjection = "objection"
)

// Recompute counts the running deadlines of a case afresh by the calendar of the
// world and gives the event and the case after it; no event where every deadline is
// as it was. What has been done, has ended or was answered stays as it was counted;
// so does what was counted over announced years, where this calendar does not know them.
func Recompute(c Case, actor office.Actor, w World) (*Event, Case) {
	if c.State.Ended() {
		return nil, c
	}
	e := Event{Kind: Recounted, Step: c.Step, At: w.Now, Day: w.Day, Actor: actor}
	for _, r := range running(c) {
		if r.Is = w.Calendar.Again(r.Was); !reflect.DeepEqual(r.Is, r.Was) && (!r.Is.Provisional || r.Was.Provisional) {
			r.Told = gone(w, r.Is.Due)
			e.Recounted = append(e.Recounted, r)
		}
	}
	if len(e.Recounted) == 0 {
		return nil, c
	}
	return &e, Apply(c, e)
}

// gone counts the reminders before a deadline whose days have come.
func gone(w World, due calendar.Day) int {
	n := 0
	for i, before := range w.Procedure.Remind {
		if w.Calendar.AddWorking(due, -before).Due <= w.Day {
			n = i + 1
		}
	}
	return n
}

// running are the deadlines of a case that still run.
func running(c Case) []Recount {
	var out []Recount
	if c.Due != nil {
		out = append(out, Recount{What: ofStep, Was: *c.Due})
	}
	if c.Notice != nil && !c.Notice.Ended {
		out = append(out, Recount{What: ofNotice, Was: c.Notice.Term})
	}
	for _, d := range c.Duties {
		if d.Done.IsZero() && d.Due != nil {
			out = append(out, Recount{What: ofDuty, ID: d.ID, Was: *d.Due})
		}
	}
	for _, o := range c.Objections {
		if !o.Resolved {
			out = append(out, Recount{What: ofObjection, Number: o.ID, Was: o.Due})
		}
	}
	return slices.DeleteFunc(out, func(r Recount) bool { return r.Was.From.IsZero() })
}

// recounted puts the new deadlines in place of the old. What was told as overdue and
// is not overdue any more is told again when it is.
func recounted(c *Case, e Event) {
	for _, r := range e.Recounted {
		is, late := r.Is, e.Day > r.Is.Due
		switch r.What {
		case ofStep:
			c.Due, c.Reminded = &is, r.Told
			if !late {
				c.Escalated, c.Rungs = false, 0
			}
		case ofNotice:
			n := *c.Notice
			n.Term = is
			c.Notice = &n
		case ofDuty:
			for i := range c.Duties {
				if d := &c.Duties[i]; d.ID == r.ID {
					d.Due, d.Reminded = &is, r.Told
					if !late {
						d.Escalated, d.Rungs = false, 0
					}
				}
			}
		case ofObjection:
			for i := range c.Objections {
				if o := &c.Objections[i]; o.ID == r.Number {
					o.Due, o.Reminded = is, r.Told
					if !late {
						o.Escalated, o.Rungs = false, 0
					}
				}
			}
		}
	}
}
