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

// next enters the step after the present one. A change under way goes up the
// same chain of signatures but is not put on notice a second time.
func (d *doing) next() error {
	s, ok := d.w.Procedure.After(d.step.ID)
	for ok && d.c.Change != nil && s.Kind == procedure.Notice {
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
		made := Duty{ID: duty.ID, Title: duty.Title, Post: duty.Owner.Post, Act: duty.Act, Blocks: duty.Blocks}
		if !duty.Term.IsZero() {
			from := w.Day
			if !c.Home.IsZero() {
				from = c.Home
			}
			due := duty.Term.From(from, w.Calendar)
			made.Due = &due
		}
		e.Duties = append(e.Duties, made)
	}
	if !term.IsZero() && s.Kind != procedure.Notice {
		due := term.From(w.Day, w.Calendar)
		e.Due = &due
	}
	if s.Kind == procedure.Draft {
		e.State = Draft
	}
	return e, nil
}

// postOf names a post in both languages, or its ID when it is not known.
func postOf(o office.Office, id office.PostID) text.Text {
	if p, ok := o.Post(id); ok {
		return p.Name
	}
	return text.Text{ZH: string(id), EN: string(id)}
}
