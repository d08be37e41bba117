package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/place"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

func placeCode(s string) place.Code { return place.Code(s) }

// Choices is what a reader may do in a case now, and what it takes.
type Choices struct {
	Acts []Choice
	// Recall is the own last act, while it can be taken back.
	Recall *Recall
	// Officer are those who keep the case moving, to be asked.
	Officer []office.Person
	// Travellers are those still abroad.
	Travellers []string
	// Posts and People are those to whom something could be given, while they are few enough to be shown.
	Posts  []office.Post
	People []office.Person
}

// Choice is an act that a reader may do, and what follows.
type Choice struct {
	casework.May
	Stance procedure.Stance
	// On is the title of the signature or the duty.
	On text.Text
	// After is where the case would stand, and with whom; Moves says that it would leave its step.
	After CaseLine
	Moves bool
}

// Recall is an act that its actor can take back.
type Recall struct {
	Kind       casework.Kind
	Now, Until calendar.Instant
}

// fewEnough is up to how many posts or people a page lists.
const fewEnough = 80

// CaseFor shows a case to a reader as Case does, with what the reader may do in it now; both are of one instant.
func (d *Desk) CaseFor(ctx context.Context, reader Reader, no string) (CaseView, Choices, error) {
	var view CaseView
	var choices Choices
	err := d.store.Read(ctx, func(r Reading) error {
		v, told, err := d.view(r, reader, no)
		if err != nil {
			return err
		}
		view = v
		choices, err = d.choices(r, reader, told.standing())
		return err
	})
	return view, choices, err
}

// choices are what a reader may do in a case that was folded from its entries.
func (d *Desk) choices(r Reading, reader Reader, c casework.Case) (Choices, error) {
	w, p, err := d.world(r, c, nil)
	if err != nil {
		return Choices{}, err
	}
	var out Choices
	for _, o := range casework.Offers(c, reader.Actor(), w) {
		if o.Kind == casework.Recalled {
			out.Recall = &Recall{Kind: casework.Kind(c.Last.Kind), Now: w.Now, Until: casework.RecallableUntil(c)}
			continue
		}
		out.Acts = append(out.Acts, Choice{
			May: o.May, Stance: o.Stance, On: subjectOf(c, o.May), After: d.line(o.After, w.Office, w.Day), Moves: o.After.Step != c.Step || o.After.State.Ended(),
		})
	}
	for _, a := range w.Office.Bearers(p.Officer, w.Day, c.Procedure) {
		if person, ok := w.Office.Person(a.Person); ok && a.Person != reader.Person {
			out.Officer = append(out.Officer, person)
		}
	}
	for _, name := range w.Travellers {
		if c.HomeDay(name).IsZero() {
			out.Travellers = append(out.Travellers, name)
		}
	}
	if len(w.Office.Posts) <= fewEnough {
		out.Posts = w.Office.Posts
	}
	if len(w.Office.Persons) <= fewEnough {
		out.People = w.Office.Persons
	}
	return out, nil
}

// subjectOf names the signature, the duty or the condition that an act is about.
func subjectOf(c casework.Case, on casework.May) text.Text {
	for _, s := range c.Slots {
		if s.ID == on.Slot {
			return s.Title
		}
	}
	for _, x := range c.Duties {
		if x.ID == on.Slot {
			return x.Named()
		}
	}
	if k := c.ConditionAt(on.Slot); k != nil {
		return text.Text{ZH: k.Text, EN: k.Text}
	}
	return text.Text{}
}

// PostCalled finds the post that a name or an ID means; Invalid when there is none, or more than one.
func (d *Desk) PostCalled(ctx context.Context, name string) (office.PostID, error) {
	o, err := d.Office(ctx)
	if err != nil {
		return "", err
	}
	var found []office.PostID
	for _, p := range o.Posts {
		if string(p.ID) == name {
			return p.ID, nil
		}
		if p.Name.ZH == name || strings.EqualFold(p.Name.EN, name) {
			found = append(found, p.ID)
		}
	}
	return theOne(found, "post", name, text.Text{ZH: "岗位", EN: "post"})
}

// PeopleCalled finds the persons that names or IDs mean; Invalid when one of them is nobody's, or more than one's.
func (d *Desk) PeopleCalled(ctx context.Context, names []string) ([]office.PersonID, error) {
	o, err := d.Office(ctx)
	if err != nil {
		return nil, err
	}
	var out []office.PersonID
	for _, name := range names {
		var found []office.PersonID
		for _, p := range o.Persons {
			if string(p.ID) == name {
				found = []office.PersonID{p.ID}
				break
			}
			if p.Name == name || strings.EqualFold(p.Pinyin, name) {
				found = append(found, p.ID)
			}
		}
		id, err := theOne(found, "persons", name, text.Text{ZH: "人", EN: "person"})
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, nil
}

func theOne[ID ~string](found []ID, field, name string, what text.Text) (ID, error) {
	args := text.Args{"name": name, "what": what}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fault.New(fault.Invalid, field, text.Text{
			ZH: "名册中没有「{name}」这个{what}；请核对名称", EN: "the office has no {what} called {name}; look at the name again",
		}.Fill(args))
	}
	return "", fault.New(fault.Invalid, field, text.Text{
		ZH: "名册中有几个「{name}」；请写编号", EN: "the office has several called {name}; give the ID",
	}.Fill(args))
}

// Altered is the application of a case in sight with operations applied to it, as an act carries it. What the reader may
// not see of the application stays as it is.
func (d *Desk) Altered(ctx context.Context, reader Reader, no string, ops []rule.PatchOp) (filing json.RawMessage, digest string, err error) {
	err = d.store.Read(ctx, func(r Reading) error {
		c, err := d.inSight(r, reader, no)
		if err != nil {
			return err
		}
		a, err := d.application(c, c.Filing)
		if err != nil {
			return err
		}
		if a, err = d.lib.Apply(a, ops); err != nil {
			return err
		}
		if filing, err = a.Canonical(); err != nil {
			return err
		}
		digest, err = a.Digest()
		return err
	})
	return filing, digest, err
}

// Proof is the proof file of a case in sight. It holds every entry in full, so it is for those to whom nothing of the case is hidden.
func (d *Desk) Proof(ctx context.Context, reader Reader, no string) ([]byte, error) {
	v, err := d.Case(ctx, reader, no)
	if err != nil {
		return nil, err
	}
	if len(v.Hidden) > 0 {
		return nil, fault.New(fault.NotAllowed, "proof", text.Text{
			ZH: "证明文件含有申请的全部内容，其中一部分您不能查阅；请由申请人或经办处室下载",
			EN: "the proof holds the whole application, part of which you may not see; the applicant or the office that runs the procedure can download it",
		})
	}
	return d.store.Proof(ctx, v.No)
}
