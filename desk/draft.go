package desk

import (
	"context"

	"chancery/affairs"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/text"
)

// DraftReading is what can be read of drafts.
type DraftReading interface {
	Draft(id string) (d form.Draft, ok bool, err error)
	DraftsOf(person office.PersonID, most int) ([]form.Draft, error)
	CountDrafts(person office.PersonID) (int, error)
}

// DraftWriting is what may be written of drafts.
type DraftWriting interface {
	// SaveDraft writes a draft in place of the version that was seen; saved is false when there is another by now.
	SaveDraft(d form.Draft, seen int) (saved bool, err error)
	DropDraft(id string) error
}

// draftsAtMost is how many drafts one person may keep.
const draftsAtMost = 200

// NewDraftID names a draft that is to be written.
func NewDraftID() string { return newID() + newID() }

// Drafts lists what the reader is writing and has not filed, the one changed last first.
func (d *Desk) Drafts(ctx context.Context, reader Reader) ([]form.Draft, error) {
	var out []form.Draft
	err := d.store.Read(ctx, func(r Reading) error {
		if reader.Person == "" {
			return nil // whoever is nobody writes nothing
		}
		var err error
		out, err = r.DraftsOf(reader.Person, draftsAtMost)
		return err
	})
	return out, err
}

// Draft gives a draft to its writer. For anybody else it is NotFound, in the very
// words for one that does not exist.
func (d *Desk) Draft(ctx context.Context, reader Reader, id string) (form.Draft, error) {
	var out form.Draft
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		out, err = ownDraft(r, reader, id)
		return err
	})
	return out, err
}

func ownDraft(r Reading, reader Reader, id string) (form.Draft, error) {
	draft, ok, err := r.Draft(id)
	if err != nil {
		return form.Draft{}, err
	}
	if !ok || draft.Person != reader.Person || reader.Person == "" {
		return form.Draft{}, noDraft()
	}
	return draft, nil
}

func noDraft() error {
	return fault.New(fault.NotFound, "draft", text.Text{
		ZH: "没有这份草稿；可能已经提交或删除，请从草稿清单找起", EN: "there is no such draft; it may have been submitted or removed: look in the list of drafts",
	})
}

// SaveDraft keeps what the reader is writing. The version is the one that was
// seen, 0 for a new draft; a draft that was changed in another window meanwhile
// is a fault Conflict, and nothing of either is lost. It gives the draft as kept.
func (d *Desk) SaveDraft(ctx context.Context, reader Reader, draft form.Draft) (form.Draft, error) {
	f, ok := d.lib.form(draft.Procedure)
	if !ok {
		return draft, noProcedure(draft.Procedure)
	}
	seen := draft.Version
	err := d.store.Write(ctx, func(w Writing) error {
		o, err := w.Office()
		if err != nil {
			return err
		}
		if err := fitSheet(o, draft.Sheet); err != nil {
			return err
		}
		if err := d.mayDraft(w, reader, draft, seen); err != nil {
			return err
		}
		p, _ := d.lib.Procedure(draft.Procedure)
		draft.Person, draft.Version, draft.Updated = reader.Person, seen+1, w.Now()
		draft.Title = affairs.Title(f.Take(draft.Sheet, d.lib.Words).Application, p.Title, d.lib.Places)
		saved, err := w.SaveDraft(draft, seen)
		if err == nil && !saved {
			err = overtaken()
		}
		return err
	})
	return draft, err
}

// mayDraft refuses a draft of somebody else, one too many, and one of a case out of sight.
func (d *Desk) mayDraft(w Writing, reader Reader, draft form.Draft, seen int) error {
	if _, known, err := w.Draft(draft.ID); err != nil {
		return err
	} else if known {
		kept, err := ownDraft(w, reader, draft.ID)
		if err == nil && kept.Version != seen {
			err = overtaken()
		}
		return err
	}
	if seen != 0 || len(draft.ID) != len(NewDraftID()) || reader.Person == "" {
		return noDraft()
	}
	if draft.Case != "" {
		if _, err := d.inSight(w, reader, draft.Case); err != nil {
			return err
		}
	}
	n, err := w.CountDrafts(reader.Person)
	if err == nil && n >= draftsAtMost {
		err = fault.New(fault.Conflict, "draft", text.Text{
			ZH: "草稿已有 {n} 份，不能再存；请先删除用不着的", EN: "you keep {n} drafts already and no more can be saved; remove those that you no longer need",
		}.Fill(text.Args{"n": n}))
	}
	return err
}

func overtaken() error {
	return fault.New(fault.Conflict, "draft", text.Text{
		ZH: "这份草稿在另一个窗口改过；两边的内容都还在，请看差别后选定", EN: "this draft was changed in another window; both texts are kept: look at the difference and choose",
	})
}

// fitSheet refuses to keep what this instance may not hold.
func fitSheet(o office.Office, s form.Sheet) error {
	if err := o.Below(office.Mark(s.Get("mark"))); err != nil {
		return err
	}
	for name, values := range s {
		for _, v := range values {
			if err := office.NotSecret(name, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// DropDraft throws the reader's own draft away.
func (d *Desk) DropDraft(ctx context.Context, reader Reader, id string) error {
	return d.store.Write(ctx, func(w Writing) error {
		if _, err := ownDraft(w, reader, id); err != nil {
			return err
		}
		return w.DropDraft(id)
	})
}

func noProcedure(name string) error {
	return fault.New(fault.NotFound, "procedure", text.Text{
		ZH: "没有名为「{name}」的程序", EN: "there is no procedure called {name}",
	}.Fill(text.Args{"name": name}))
}
