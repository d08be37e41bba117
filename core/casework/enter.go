package casework

import (
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// enter works out the step that the case enters: its owner, its signers or
// duties, and its deadline with the arithmetic.
func (d *doing) enter(s procedure.Step) error {
	e, err := entering(d.c, s, d.w)
	if err != nil {
		return err
	}
	d.event.Enter = e
	return nil
}

// passes says why the case passes a step by, when it does.
func (d *doing) passes(s procedure.Step) (text.Text, bool) {
	if d.c.Change != nil && s.Kind == procedure.Notice && !d.w.NoticeAgain {
		return text.Text{
			ZH: "变更未增加人员、国家（地区）或任务，或已在境外来不及公示，不再公示", EN: "the change adds no person, place or task, or is asked for abroad: it is not noticed again",
		}, true
	}
	so, ok := d.w.Circumstances[s.Unless]
	return so.Why, ok && s.Unless != ""
}

// next enters the step after the present one. What it passes by on the way is
// written down with its reason.
func (d *doing) next() error {
	s, ok := d.w.Procedure.After(d.step.ID)
	for ok {
		why, pass := d.passes(s)
		if !pass {
			break
		}
		d.event.Skipped = append(d.event.Skipped, Skip{Step: s.ID, Why: why})
		s, ok = d.w.Procedure.After(s.ID)
	}
	if !ok {
		return nil
	}
	return d.enter(s)
}

func entering(c Case, s procedure.Step, w World) (*Entering, error) {
	e := &Entering{Step: s.ID, State: Active, Post: s.Owner.Post}
	if c.Outcome != NoOutcome && c.Outcome != OutcomeRefused {
		e.State = Approved
		if c.Outcome == OutcomeCondition {
			e.State = ApprovedIf
		}
	}
	term := s.Term
	switch s.Owner.Role {
	case procedure.Authority:
		row, ok := w.Procedure.AuthorityFor(w.LeaderLevel)
		if !ok {
			return nil, fault.New(fault.Invalid, "authorities", text.Text{
				ZH: "审批权限表中没有适用于团长职级的一行", EN: "the table of authorities has no row for the leader's rank",
			})
		}
		e.Post = row.Post
		if row.Post == "" {
			e.Post = w.Procedure.Officer // the officer asks the authority outside and enters its answer
		}
	case procedure.Asked:
		e.Slots = append(e.Slots, w.Asked...)
		if w.AskedTerm > 0 {
			term = procedure.Term{WorkingDays: w.AskedTerm}
		}
	case procedure.Applicant:
		e.Post = ""
	}
	for _, slot := range s.Slots {
		e.Slots = append(e.Slots, Slot{ID: slot.ID, Title: slot.Title, Post: slot.Post})
	}
	for _, duty := range s.Duties {
		e.Duties = append(e.Duties, duties(c, s, duty, w)...)
	}
	if !term.IsZero() && s.Kind != procedure.Notice {
		from := w.Day
		if s.Kind == procedure.Duties && !c.Home.IsZero() {
			from = c.Home
		}
		if c.Paused != nil && c.Paused.Step == s.ID && c.ReturnedFrom == s.ID {
			term = procedure.Term{WorkingDays: c.Paused.Left} // the clock stood still meanwhile
		}
		due := term.From(from, w.Calendar)
		e.Due = &due
	}
	switch {
	case s.Kind == procedure.Draft:
		e.State = Draft
	case s.Kind == procedure.Notice && c.Notice != nil && !c.Notice.Ended && c.Change == nil:
		e.State = Noticed // it comes back to a notice that still runs
	}
	return e, nil
}

// duties makes of one duty of the procedure what has to be done in this case:
// nothing, when its circumstance is not so; one, or one for each traveller. What
// was done before a change stays done.
func duties(c Case, s procedure.Step, duty procedure.Duty, w World) []Duty {
	so, is := w.Circumstances[duty.When]
	if duty.When != "" && !is {
		return nil
	}
	persons := []string{""}
	switch {
	case duty.Each && len(so.Persons) > 0:
		persons = so.Persons
	case duty.Each && len(w.Travellers) > 0:
		persons = w.Travellers
	}
	var out []Duty
	for _, person := range persons {
		made := Duty{ID: duty.ID, Title: duty.Title, Step: s.ID, Post: duty.Owner.Post, Person: person, Act: duty.Act, Blocks: duty.Blocks}
		if person != "" {
			made.ID += "/" + person
		}
		switch {
		case !duty.Before.IsZero() && !w.Exit.IsZero():
			due := duty.Before.Back(w.Exit, w.Calendar)
			made.Due = &due
		case !duty.Term.IsZero():
			from := w.Day
			if home := c.HomeDay(person); !home.IsZero() {
				from = home
			}
			due := duty.Term.From(from, w.Calendar)
			made.Due = &due
		}
		for _, old := range c.Done {
			if old.ID == made.ID && old.Step == s.ID && !old.Done.IsZero() {
				made.Done, made.Late, made.By, made.Text = old.Done, old.Late, old.By, old.Text
			}
		}
		out = append(out, made)
	}
	return out
}

// postOf names a post in both languages, or its ID when it is not known.
func postOf(o office.Office, id office.PostID) text.Text {
	if p, ok := o.Post(id); ok {
		return p.Name
	}
	return text.Text{ZH: string(id), EN: string(id)}
}
