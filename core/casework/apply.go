package casework

import (
	"slices"

	"chancery/core/procedure"
	"chancery/core/text"
)

// Open makes the case that a filed event begins.
func Open(e Event) Case {
	n := e.New
	c := Case{
		No: n.No, Number: n.Number, Procedure: n.Procedure, ProcedureVersion: n.Version, Title: n.Title, Unit: n.Unit,
		Applicant: n.Applicant, Filed: n.Filed, Mark: n.Mark, State: Draft, Filing: e.Filing, Digest: e.Digest, Round: 1, Version: 1,
	}
	c.enter(e)
	return c
}

// Rebuild folds the events of a case from the first, which is that of its filing.
func Rebuild(events []Event) Case {
	if len(events) == 0 || events[0].New == nil {
		return Case{}
	}
	c := Open(events[0])
	for _, e := range events[1:] {
		c = Apply(c, e)
	}
	return c
}

// Apply makes the case after an event. It is pure: the case given stays as it is.
func Apply(c Case, e Event) Case {
	before, earlier := c, c.Before
	before.Before, before.Last = nil, nil
	c = c.Copy()
	c.Version++
	if e.Kind != Commented && e.Kind != Attached && e.Kind != Reminded { // a remark, a paper or a reminder is not the act of the next holder
		c.Last, c.Before = nil, nil
	}
	if e.Kind == Recalled && earlier != nil {
		return recalled(before, *earlier)
	}
	if !e.Checked.IsZero() {
		c.Checked = c.Version // the entry of this event keeps it
	}
	if record, ok := records()[e.Kind]; ok {
		record(&c, e)
	}
	if e.Enter != nil {
		c.enter(e)
	}
	if recallable(e.Kind) {
		c.Last = &LastAct{Kind: string(e.Kind), By: e.Actor, At: e.At}
		c.Before = &before
	}
	return c
}

// Copy is the case with lists of its own, which may be changed without changing those of the other.
func (c Case) Copy() Case {
	c.Slots, c.Duties, c.Opinions = slices.Clone(c.Slots), slices.Clone(c.Duties), slices.Clone(c.Opinions)
	c.Objections, c.Decisions, c.Voided = slices.Clone(c.Objections), slices.Clone(c.Decisions), slices.Clone(c.Voided)
	c.Conditions, c.Done, c.Skipped = slices.Clone(c.Conditions), slices.Clone(c.Done), slices.Clone(c.Skipped)
	c.Homecomings, c.Copied, c.Attachments = slices.Clone(c.Homecomings), slices.Clone(c.Copied), slices.Clone(c.Attachments)
	return c
}

// recalled is the case as it stood before the act that is taken back. Its
// version goes on counting, and a number that was issued stays, marked void.
func recalled(now Case, back Case) Case {
	back.Version = now.Version + 1
	if back.FirstSubmitted.IsZero() { // an act counts at once: a submission stays one
		back.FirstSubmitted = now.FirstSubmitted
	}
	back.Copied, back.Attachments = now.Copied, now.Attachments // readers keep their copies, and the case its papers
	if now.Instrument != back.Instrument {
		back.Voided = append(slices.Clone(now.Voided), now.Instrument)
	}
	return back
}

func recallable(k Kind) bool {
	switch k {
	case Filed, Commented, Attached, Corrected, Recalled, Objected, NoticeEnded, LapsedNow, Escalated, Reminded, Recounted:
		return false
	default:
		return true
	}
}

func (c *Case) enter(e Event) {
	n := e.Enter
	if n == nil {
		return
	}
	c.Done = append(c.Done, c.Duties...)
	c.Done = slices.DeleteFunc(c.Done, func(x Duty) bool { return x.Step == n.Step }) // it comes back to them
	if n.State == Returned {
		c.ReturnedFrom, c.External = e.From, nil
	}
	if e.Outcome == OutcomeRefused {
		c.Change = nil // the approval stands as it was
	}
	c.Skipped = append(c.Skipped, e.Skipped...)
	if e.Pause != nil {
		c.Paused = e.Pause
	}
	c.Step, c.State, c.Post, c.Due, c.Slots, c.Duties = n.Step, n.State, n.Post, n.Due, slices.Clone(n.Slots), slices.Clone(n.Duties)
	c.Since, c.Escalated, c.Rungs, c.Reminded = e.At, false, 0, 0
}

// records is what each kind of event writes into the case, beside the step it enters.
func records() map[Kind]func(*Case, Event) {
	return map[Kind]func(*Case, Event){
		Submitted: func(c *Case, e Event) {
			if c.FirstSubmitted.IsZero() {
				c.FirstSubmitted = e.At
			}
			if len(e.Filing) > 0 {
				if e.Digest != c.Digest {
					c.Round++
					c.Notice = nil // what is new has not been on notice
				}
				c.Filing, c.Digest, c.Mark = e.Filing, e.Digest, e.Mark
			}
			if e.Enter == nil {
				c.Stops++
			}
			c.ReturnedFrom = ""
		},
		Countersigned: countersigned,
		Commented: func(c *Case, e Event) {
			for _, id := range e.Persons {
				if !slices.Contains(c.Copied, id) {
					c.Copied = append(c.Copied, id)
				}
			}
		},
		Attached:    func(c *Case, e Event) { c.Attachments = append(c.Attachments, *e.Attachment) },
		Answered:    func(c *Case, e Event) { c.Opinions[e.Number].Answer = e.Text },
		SignerAdded: func(c *Case, e Event) { c.Slots = append(c.Slots, *e.Signer) },
		SignerRemoved: func(c *Case, e Event) {
			c.Slots = slices.DeleteFunc(c.Slots, func(s Slot) bool { return s.ID == e.Slot })
		},
		Reassigned:   reassigned,
		LapsedNow:    lapsed,
		NoticePosted: func(c *Case, e Event) { c.Notice, c.State = &NoticeRun{Posted: e.Day, Term: *e.Due}, Noticed },
		NoticeEnded:  func(c *Case, _ Event) { n := *c.Notice; n.Ended = true; c.Notice = &n },
		Objected: func(c *Case, e Event) {
			c.Objections = append(c.Objections, Objection{ID: e.Number, Text: e.Text, By: e.From, Reference: e.Slot, At: e.At, Due: *e.Due})
		},
		ObjectionSettled: objectionSettled,
		DecisionAsked:    func(c *Case, e Event) { c.External, c.Due = e.External, nil },
		DecisionReceived: func(c *Case, e Event) { c.External = e.External; decided(c, e) },
		ApprovedNow:      decided,
		RefusedNow:       decided,
		Issued:           func(c *Case, e Event) { c.Instrument = e.Instrument },
		Fulfilled:        fulfilled,
		HandedBack:       fulfilled,
		Reported:         fulfilled,
		PostNoticed:      fulfilled,
		Departed:         func(c *Case, e Event) { c.Departed = e.Day },
		ChangeAsked: func(c *Case, e Event) {
			c.Change = &Change{Why: e.Text, Filing: e.Filing, Digest: e.Digest, Requested: e.At, Resume: e.From, Ground: e.Ground}
			if e.Mark.Level() > c.Mark.Level() {
				c.Mark = e.Mark // what is asked for is in the case from now on
			}
		},
		Hindered:  hindered,
		CameHome:  cameHome,
		Settled:   func(c *Case, e Event) { c.Settled = e.Settlement },
		ClosedNow: func(c *Case, e Event) { c.Archive = e.Archive; c.end(Closed, e) },
		WithdrawnNow: func(c *Case, e Event) {
			if c.Change != nil {
				c.Change = nil
				return
			}
			c.Outcome = OutcomeWithdrawn
			c.end(Withdrawn, e)
		},
		CancelledNow: func(c *Case, e Event) { c.Outcome = OutcomeCancelled; c.void(); c.end(Cancelled, e) },
		RevokedNow:   func(c *Case, e Event) { c.Outcome = OutcomeRevoked; c.void(); c.end(Revoked, e) },
		Escalated:    escalated,
		Reminded:     reminded,
		Recounted:    recounted,
	}
}

// void takes the instrument out of use; its number stays visible.
func (c *Case) void() {
	if !c.Instrument.IsZero() {
		c.Voided, c.Instrument = append(c.Voided, c.Instrument), text.Text{}
	}
}

func cameHome(c *Case, e Event) {
	if len(e.Actual) > 0 {
		c.Actual = e.Actual
	}
	if e.Slot != "" {
		c.Homecomings = append(c.Homecomings, Homecoming{Person: e.Slot, Day: e.Day, Text: e.Text})
	}
	if e.Enter != nil {
		c.Home = c.lastHome(e.Day)
	}
}

func hindered(c *Case, e Event) {
	for i := range c.Duties {
		if c.Duties[i].answersTo(e.Slot) && c.Duties[i].Done.IsZero() {
			c.Duties[i].Hindered, c.Duties[i].Text = e.Ground, e.Text
		}
	}
}

// escalated marks what was overdue, so that each rung is told once.
func escalated(c *Case, e Event) {
	for i := range c.Duties {
		if e.Slot != "" && c.Duties[i].ID == e.Slot {
			c.Duties[i].Escalated, c.Duties[i].Rungs = true, e.Rung
		}
	}
	for i := range c.Objections {
		if e.Number > 0 && c.Objections[i].ID == e.Number {
			c.Objections[i].Escalated, c.Objections[i].Rungs = true, e.Rung
		}
	}
	if e.Slot == "" && e.Number == 0 {
		c.Escalated, c.Rungs = true, e.Rung
	}
}

// reminded marks of which reminder somebody was told, so that each is told once.
func reminded(c *Case, e Event) {
	for i := range c.Duties {
		if e.Slot != "" && c.Duties[i].ID == e.Slot {
			c.Duties[i].Reminded = e.Rung + 1
		}
	}
	for i := range c.Objections {
		if e.Number > 0 && c.Objections[i].ID == e.Number {
			c.Objections[i].Reminded = e.Rung + 1
		}
	}
	if e.Slot == "" && e.Number == 0 {
		c.Reminded = e.Rung + 1
	}
}

// end closes every open task with the case.
func (c *Case) end(s State, e Event) {
	c.State, c.Since, c.Due, c.Slots, c.Change = s, e.At, nil, nil, nil
}

func countersigned(c *Case, e Event) {
	for i := range c.Slots {
		if c.Slots[i].ID == e.Slot {
			c.Slots[i].Stance, c.Slots[i].By = e.Stance, e.Actor
			c.Opinions = append(c.Opinions, Opinion{
				Step: e.Step, Slot: e.Slot, Title: c.Slots[i].Title, Stance: e.Stance, Text: e.Text, By: e.Actor, At: e.At, Round: c.Round,
			})
		}
	}
}

func reassigned(c *Case, e Event) {
	for i := range c.Slots {
		if c.Slots[i].ID == e.Slot && c.Slots[i].Stance == procedure.Open {
			c.Slots[i].Post, c.Slots[i].Title = e.Signer.Post, e.Signer.Title
			return
		}
	}
	c.Post = e.Signer.Post
}

// lapsed labels every open signature: silence is never counted or shown as agreement.
func lapsed(c *Case, e Event) {
	for i := range c.Slots {
		if c.Slots[i].Stance != procedure.Open {
			continue
		}
		c.Slots[i].Stance = procedure.Lapsed
		c.Opinions = append(c.Opinions, Opinion{
			Step: e.Step, Slot: c.Slots[i].ID, Title: c.Slots[i].Title, Stance: procedure.Lapsed, At: e.At, Round: c.Round,
		})
	}
}

func objectionSettled(c *Case, e Event) {
	for i := range c.Objections {
		if c.Objections[i].ID == e.Number {
			c.Objections[i].Resolved, c.Objections[i].Upheld, c.Objections[i].Finding, c.Objections[i].Examiner = true, e.Yes, e.Text, e.Actor
		}
	}
	if e.Yes {
		c.Notice = nil // what is mended is put on notice again
	}
}

func decided(c *Case, e Event) {
	k := Decision{
		Outcome: e.Outcome, Ground: e.Ground, Text: e.Text, By: e.Actor, At: e.At, Day: e.Day, Dissent: len(c.Dissent()),
	}
	k.Conditions = e.Conditions
	for _, words := range e.Conditions {
		c.Conditions = append(c.Conditions, Condition{Text: words})
	}
	k.Checked, c.Checked = c.Checked, 0 // it stands with the decision that rests on it
	c.Decisions = append(c.Decisions, k)
	if c.Change != nil {
		if e.Outcome != OutcomeRefused {
			c.Filing, c.Digest = c.Change.Filing, c.Change.Digest
			c.Changed++
			c.Round++
		}
		c.Change = nil
		return
	}
	if len(e.Filing) > 0 {
		c.Filing, c.Digest = e.Filing, e.Digest
		c.Round++
	}
	c.Outcome = e.Outcome
	if e.Outcome == OutcomeRefused {
		c.end(Refused, e)
	}
}

func fulfilled(c *Case, e Event) {
	for i := range c.Duties {
		x := &c.Duties[i]
		if x.answersTo(e.Slot) && x.Done.IsZero() {
			x.Done, x.Late, x.By, x.Text, x.Hindered = e.Day, x.late(e.Day), e.Actor, e.Text, ""
		}
	}
	if k := c.ConditionAt(e.Slot); k != nil {
		k.Met = true
	}
}
