package desk

import (
	"context"
	"slices"

	"chancery/affairs"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/procedure"
)

// HandingIn is an application that is handed in from its form.
type HandingIn struct {
	Application form.Application
	// Case is the case that it mends, or, with Change, the approved one that it changes; none: a new one is filed.
	Case   string
	Change bool
	// Seen is the version of the case that the applicant saw.
	Seen int
	// Why and Ground are the reason of a change.
	Why, Ground string
	// Draft is the draft that is thrown away once it is handed in; none: empty.
	Draft string
	// Exception is what is said to those who decide, where the rules stop it and an exception is asked for.
	Exception string
	// Request is the caller's own name for the act; sent again, it gives the first result.
	Request string
}

// HandIn files an application and submits it, all in one act; or submits a case
// again that was sent back or stopped; or asks for a change of an approved one.
// A stop of the rules is no error: it is recorded, the case stays with the
// applicant, and the case that comes back says so. The draft is gone afterwards.
func (d *Desk) HandIn(ctx context.Context, actor office.Actor, h HandingIn) (casework.Case, error) {
	var out casework.Case
	application, err := h.Application.Canonical()
	if err != nil {
		return out, err
	}
	asked := request{actor.Person, h.Request, handed{h.Case, h.Change, h.Why, h.Ground, application, h.Exception}}
	err = d.store.Write(ctx, func(w Writing) error {
		return once(w, asked, &out, func() error {
			var err error
			out, err = d.handIn(ctx, w, actor, h)
			return err
		})
	})
	return out, err
}

func (d *Desk) handIn(ctx context.Context, w Writing, actor office.Actor, h HandingIn) (casework.Case, error) {
	within := *d
	within.store = joined{w}
	act := casework.Act{Kind: casework.Submitted, Seen: h.Seen, Text: h.Why, Ground: h.Ground}
	no := h.Case
	if no == "" {
		c, err := d.file(w, actor, Filing{Application: h.Application})
		if err != nil {
			return c, err
		}
		no, act.Seen = c.No, c.Version
	} else if err := d.mended(w, actor, h, &act); err != nil {
		return casework.Case{}, err
	}
	c, err := within.handInOrAsk(ctx, w, actor, no, act, h)
	if err != nil {
		return c, err
	}
	if h.Draft == "" {
		return c, nil
	}
	if _, err := ownDraft(w, ReaderOf(actor), h.Draft); err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return c, nil // it was never saved
		}
		return c, err
	}
	return c, w.DropDraft(h.Draft)
}

// handInOrAsk submits, and asks for the exception where one is wanted: a comment in the case, copied to those who decide
// it and to its officer. What was stopped and has not been changed since is not submitted a second time.
func (d *Desk) handInOrAsk(ctx context.Context, w Writing, actor office.Actor, no string, act casework.Act, h HandingIn) (casework.Case, error) {
	var out casework.Case
	before, err := w.Case(no)
	if err != nil {
		return out, err
	}
	stopped := before.State == casework.Draft && !before.FirstSubmitted.IsZero() && len(act.Filing) == 0
	if out = before; h.Exception == "" || !stopped {
		if out, err = d.Do(ctx, actor, no, "", act); err != nil || h.Exception == "" {
			return out, err
		}
	}
	p, _ := d.lib.ProcedureVersion(out.Procedure, out.ProcedureVersion)
	asked, err := d.deciders(w, p, h.Application, out.Mark, actor.Person)
	if err != nil {
		return out, err
	}
	ask := casework.Act{Kind: casework.Commented, Seen: out.Version, Text: h.Exception}
	for _, person := range asked {
		ask.Persons = append(ask.Persons, person.ID)
	}
	return d.Do(ctx, actor, no, "", ask)
}

// deciders are those who could be asked for an exception: who decides such an application today, and the officer who keeps
// it moving; nobody who takes part in it, and nobody who is not cleared for it.
func (d *Desk) deciders(r Reading, p procedure.Procedure, a form.Application, mark office.Mark, asks office.PersonID) ([]office.Person, error) {
	o, err := r.Office()
	if err != nil {
		return nil, err
	}
	posts := []office.PostID{p.Officer}
	for _, s := range p.Path(affairs.LeaderLevel(a), func(procedure.Circumstance) bool { return false }) {
		if s.Step.Kind == procedure.Decision {
			posts = append(slices.Clone(s.Posts), posts...)
		}
	}
	var out []office.Person
	for _, post := range posts {
		for _, b := range o.Bearers(post, r.Now().Day(OfficeZone()), p.Name) {
			person, known := o.Person(b.Person)
			if !known || person.ID == asks || slices.Contains(affairs.Involved(a), person.Name) || slices.Contains(out, person) {
				continue
			}
			clearance, err := clearanceOf(r, person.ID)
			if err != nil {
				return nil, err
			}
			if clearance.Level() >= mark.Level() {
				out = append(out, person)
			}
		}
	}
	return out, nil
}

// mended puts into an act what the form of a case holds. The filing day stays that
// of the case; where nothing was changed the case is submitted as it stands.
func (d *Desk) mended(w Writing, actor office.Actor, h HandingIn, act *casework.Act) error {
	c, err := d.inSight(w, ReaderOf(actor), h.Case)
	if err != nil {
		return err
	}
	a := h.Application
	a.Filed = c.Filed
	if act.Digest, err = a.Digest(); err != nil {
		return err
	}
	if h.Change {
		act.Kind = casework.ChangeAsked
	} else if act.Digest == c.Digest {
		return nil
	}
	act.Filing, err = a.Canonical()
	return err
}
