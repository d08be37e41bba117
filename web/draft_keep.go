package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/text"
	"chancery/desk"
)

// Saved says when a draft was kept, and in which version.
type Saved struct {
	Words   string
	Version int
	// Lost is what a script says when the connection is gone; Unsaved what it says of what is not kept yet.
	Lost, Unsaved string
}

func (s *Site) savedWords(f Frame, d form.Draft, saved bool) Saved {
	out := Saved{Version: d.Version, Words: f.Say("apply.saved.not"), Lost: f.Say("apply.saved.lost"), Unsaved: f.Say("apply.saved.soon")}
	if saved && !d.Updated.IsZero() {
		out.Words = f.Say("apply.saved.at", text.Args{"at": f.minute(d.Updated)})
	}
	return out
}

// DraftConflict is the difference between what is typed here and what another window saved.
type DraftConflict struct {
	Lines []DraftDifference
	// Href opens the other text; Version is the one that saving would replace.
	Href    string
	Version int
}

// DraftDifference is one field in which two texts differ.
type DraftDifference struct{ Href, Field, Here, There string }

// keepDraft saves what is typed. When another window saved meanwhile nothing is
// lost: the page keeps this text, and shows how the other one differs.
func (s *Site) keepDraft(w http.ResponseWriter, r *http.Request, reader desk.Reader, e editing) error {
	part := r.Header.Get("Chancery-Part") == "draft"
	draft := e.draft
	draft.Sheet = withoutBlankHalves(draft.Sheet)
	if r.PostForm.Get("save") == "copy" {
		draft.ID, draft.Version = desk.NewDraftID(), 0
	}
	kept, err := s.forms.SaveDraft(r.Context(), reader, draft)
	f := s.frame(w, r)
	switch {
	case err == nil && part:
		return s.write(w, r, http.StatusOK, savedPart(s.savedWords(f, kept, true)))
	case err == nil:
		to := "/drafts/" + kept.ID
		if kept.Case != "" {
			to = caseFormHref(kept) + "?draft=" + kept.ID
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	case fault.KindOf(err) == fault.Conflict:
		other, found := s.forms.Draft(r.Context(), reader, draft.ID)
		if found != nil {
			return err
		}
		conflict := s.draftConflict(f, e.draft, other)
		if part {
			return s.write(w, r, http.StatusConflict, conflictPart(f, conflict))
		}
		e.conflict, e.draft.Version, e.focus = conflict, other.Version, "conflict"
		return s.applicationWrite(w, r, e, http.StatusConflict)
	case fault.KindOf(err) == fault.Invalid && part:
		return s.write(w, r, http.StatusUnprocessableEntity, savedPart(Saved{Words: fault.All(err)[0].Text.In(f.Lang), Version: e.draft.Version}))
	case len(fault.All(err)) > 0 && !part:
		e.faults = fault.All(err)
		return s.applicationWrite(w, r, e, statusOf(fault.KindOf(err)))
	}
	return err
}

func (s *Site) draftConflict(f Frame, here, there form.Draft) *DraftConflict {
	out := &DraftConflict{Href: "/drafts/" + there.ID, Version: there.Version}
	mine, theirs := withoutBlankHalves(here.Sheet), there.Sheet
	names := map[string]bool{}
	for name := range mine {
		names[name] = true
	}
	for name := range theirs {
		names[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		a, b := strings.TrimSpace(strings.Join(mine.Items(name), "\n")), strings.TrimSpace(strings.Join(theirs.Items(name), "\n"))
		if a == b {
			continue
		}
		words := s.fieldWords(f, name)
		if words == "" {
			words = name
		}
		out.Lines = append(out.Lines, DraftDifference{Href: hrefOf(name), Field: words, Here: a, There: b})
	}
	return out
}

// DraftListPage lists what the reader is writing.
type DraftListPage struct {
	Frame
	Drafts     []DraftLine
	Procedures []ProcedureLine
	// Mend are the reader's cases that wait to be mended or submitted; of those in Change a change can be asked.
	Mend, Change []OwnCaseLine
}

// OwnCaseLine is a case of the reader that can be mended, or changed.
type OwnCaseLine struct {
	Href, No, Act string
	Title         Run
	State         Tag
}

// DraftLine is one draft in the list.
type DraftLine struct {
	ID, Href, Procedure, Updated string
	Title                        Run
	Case                         string
}

// ProcedureLine is a procedure under which somebody can file.
type ProcedureLine struct{ Href, Title, Why string }

// caseNew shows what can be filed, and what is half written.
func (s *Site) caseNew(w http.ResponseWriter, r *http.Request) error { return s.draftList(w, r) }

// draftList lists the reader's drafts, and the procedures under which a new one begins.
func (s *Site) draftList(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r)
	if err != nil {
		return err
	}
	drafts, err := s.forms.Drafts(r.Context(), reader)
	if err != nil {
		return fmt.Errorf("list drafts: %w", err)
	}
	f := s.frame(w, r)
	f.Here, f.Title = "new", f.Say("drafts.title")
	page := DraftListPage{Frame: f}
	titles := map[string]string{}
	for _, p := range s.forms.Procedures() {
		titles[p.Name] = p.Title.In(f.Lang)
		page.Procedures = append(page.Procedures, ProcedureLine{Href: "/cases/new/" + p.Name, Title: p.Title.In(f.Lang), Why: p.Why.In(f.Lang)})
	}
	for _, d := range drafts {
		page.Drafts = append(page.Drafts, DraftLine{
			ID: d.ID, Href: "/drafts/" + d.ID, Procedure: titles[d.Procedure], Updated: f.minute(d.Updated), Title: s.draftTitle(f, d), Case: d.Case,
		})
	}
	if page.Mend, err = s.ownCases(r, f, reader, false, casework.Returned, casework.Draft); err != nil {
		return err
	}
	if page.Change, err = s.ownCases(r, f, reader, true, casework.Approved, casework.ApprovedIf); err != nil {
		return err
	}
	return s.show(w, r, draftList(page))
}

// draftTitle is how a draft is called: on a Chinese page as the desk made it when it was kept, on an English one of its data.
func (s *Site) draftTitle(f Frame, d form.Draft) Run {
	if f.Lang == text.EN {
		return f.Run(cmp.Or(s.forms.Library().DraftCalled(d, f.who.Called), d.Title))
	}
	return f.Run(d.Title)
}

// ownCases are the cases of the reader in some states, each with the form that is open to it.
func (s *Site) ownCases(r *http.Request, f Frame, reader desk.Reader, change bool, states ...casework.State) ([]OwnCaseLine, error) {
	act := f.Say("drafts.mend")
	if change {
		act = f.Say("apply.change.submit")
	}
	var out []OwnCaseLine
	for _, state := range states {
		lines, err := s.cases.Cases(r.Context(), reader, casework.Filter{Person: reader.Person, State: string(state), Limit: earlierAtMost})
		if err != nil {
			return nil, fmt.Errorf("list own cases: %w", err)
		}
		for _, l := range lines {
			out = append(out, OwnCaseLine{
				No: l.Number.In(f.Lang), Title: f.title(l.Title, l.Called), State: stateTag(f, l.State), Act: act, Href: caseFormHref(form.Draft{Case: l.No, Change: change}),
			})
		}
	}
	return out, nil
}

// draftDrop throws a draft away.
func (s *Site) draftDrop(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r)
	if err != nil {
		return err
	}
	if err := s.forms.DropDraft(r.Context(), reader, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, "/drafts", http.StatusSeeOther)
	return nil
}
