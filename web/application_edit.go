package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// typed is what a form sent beside its sheet.
type typed struct {
	request, before string
	caseVersion     int
	why, ground     string
	paste           string
	pasteWrong      []string
	exception       string
}

// applicationNew opens an empty form of a procedure, or one begun from an earlier case.
func (s *Site) applicationNew(procedure string) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		reader, err := s.reader(r)
		if err != nil {
			return err
		}
		e := editing{startsAt: "/cases/new/" + procedure}
		from, exit := r.URL.Query().Get("from"), calendar.Day(0)
		if day := r.URL.Query().Get("exit"); day != "" {
			if exit, err = calendar.ParseDay(day); err != nil {
				return fmt.Errorf("read day: %w", err)
			}
		}
		var a form.Application
		if from != "" {
			if a, err = s.forms.Again(r.Context(), reader, from, exit); err == nil && a.Procedure != procedure {
				err = casework.NoCase(from)
			}
		} else {
			a, err = s.forms.Blank(r.Context(), reader, procedure)
		}
		if err != nil {
			return err
		}
		e.draft = form.Draft{ID: desk.NewDraftID(), Procedure: procedure, Sheet: s.forms.Library().Forms[procedure].Fill(a)}
		for _, b := range s.forms.Library().Forms[procedure].Blocks {
			if b.Name == "delegation" && len(e.draft.Sheet.Rows("delegation")) == 0 {
				e.draft.Sheet["delegation[0]"] = []string{""} // a row to begin with
			}
			if b.Name == "itinerary" && len(e.draft.Sheet.Rows("itinerary.stays")) == 0 {
				e.draft.Sheet["itinerary.stays[0]"] = []string{""}
			}
		}
		e.action = "/drafts/" + e.draft.ID
		e.typed.request = desk.NewDraftID()
		if e.earlier, err = s.earlierCases(r, s.bareFrame(w, r), procedure, from); err != nil {
			return err
		}
		return s.applicationWrite(w, r, e, http.StatusOK)
	}
}

// earlierAtMost is how many earlier cases are offered to begin from.
const earlierAtMost = 20

func (s *Site) earlierCases(r *http.Request, f Frame, procedure, chosen string) ([]Choice, error) {
	lines, err := s.cases.Cases(r.Context(), f.who, casework.Filter{Procedure: procedure, Limit: earlierAtMost})
	if err != nil {
		return nil, fmt.Errorf("list earlier cases: %w", err)
	}
	var out []Choice
	for _, l := range lines {
		out = append(out, Choice{Value: l.No, Label: l.Number.In(f.Lang) + " " + f.title(l.Title, l.Called).Words, Chosen: l.No == chosen})
	}
	return out, nil
}

// draftOpen opens a draft of the reader where it was left.
func (s *Site) draftOpen(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r)
	if err != nil {
		return err
	}
	draft, err := s.forms.Draft(r.Context(), reader, r.PathValue("id"))
	if err != nil {
		return err
	}
	if draft.Case != "" {
		http.Redirect(w, r, caseFormHref(draft)+"?draft="+draft.ID, http.StatusSeeOther)
		return nil
	}
	e := editing{draft: draft, action: "/drafts/" + draft.ID, typed: typed{request: desk.NewDraftID()}, saved: true}
	return s.applicationWrite(w, r, e, http.StatusOK)
}

func caseFormHref(d form.Draft) string {
	page := "/application"
	if d.Change {
		page = "/change"
	}
	return "/cases/" + url.PathEscape(d.Case) + page
}

// caseForm opens the form of a case that was sent back or stopped, or, as a
// change, of one that is approved. Only the applicant may write in it.
func (s *Site) caseForm(change bool) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		reader, err := s.reader(r)
		if err != nil {
			return err
		}
		view, err := s.ownCase(r, reader, r.PathValue("no"), change)
		if err != nil {
			return err
		}
		draft := form.Draft{
			ID: desk.NewDraftID(), Procedure: view.Case.Procedure, Case: view.No, Change: change,
			Sheet: s.forms.Library().Forms[view.Case.Procedure].Fill(view.Application),
		}
		draft.Sheet.Drop("filed")
		saved := false
		if id := r.URL.Query().Get("draft"); id != "" {
			kept, err := s.forms.Draft(r.Context(), reader, id)
			if err != nil {
				return err
			}
			if kept.Case == draft.Case && kept.Change == change {
				draft, saved = kept, true
			}
		}
		return s.applicationWrite(w, r, editing{
			draft: draft, view: &view, action: "/drafts/" + draft.ID, saved: saved, stopped: r.URL.Query().Has("stopped"), asked: r.URL.Query().Has("asked"),
			typed: typed{request: desk.NewDraftID(), caseVersion: view.Version},
		}, http.StatusOK)
	}
}

// ownCase is a case that the reader filed and may now write in.
func (s *Site) ownCase(r *http.Request, reader desk.Reader, no string, change bool) (desk.CaseView, error) {
	view, err := s.cases.Case(r.Context(), reader, no)
	if err != nil {
		return view, err
	}
	if view.Case.Applicant != reader.Person {
		return view, fault.New(fault.NotAllowed, "application", s.words.Say("apply.not_yours", text.Args{"who": view.People[view.Case.Applicant]}))
	}
	open := view.State == casework.Draft || view.State == casework.Returned
	if change {
		open = view.State == casework.Approved || view.State == casework.ApprovedIf
	}
	if !open {
		key := "apply.not_open"
		if change {
			key = "apply.not_changeable"
		}
		return view, fault.New(fault.NotAllowed, "application", s.words.Say(key, text.Args{"step": view.Step}))
	}
	return view, nil
}

// draftRun reads the form and does what its button asks: keep, check, add or take
// out a line, take an alternative or give it back, paste, or submit. The form of
// a case comes here as well; it names the case.
func (s *Site) draftRun(w http.ResponseWriter, r *http.Request) error {
	reader, err := s.reader(r)
	if err != nil {
		return err
	}
	e := editing{draft: form.Draft{ID: r.PathValue("id")}, action: "/drafts/" + r.PathValue("id")}
	if err := s.readApplicationForm(w, r, &e); err != nil {
		return err
	}
	if no := r.PostForm.Get("case"); no != "" {
		view, err := s.ownCase(r, reader, no, e.draft.Change)
		if err != nil {
			return err
		}
		e.view, e.draft.Case = &view, no
		if e.draft.Procedure != view.Case.Procedure {
			return refusal{status: http.StatusUnprocessableEntity, key: "fault.form"}
		}
	}
	sent := r.PostForm
	switch {
	case sent.Has("submit"):
		return s.handIn(w, r, reader, e)
	case sent.Has("save") || sent.Has("autosave"):
		return s.keepDraft(w, r, reader, e)
	case sent.Get("add") != "":
		list := sent.Get("add")
		row := rowName(list, nextRow(e.draft.Sheet, list))
		e.draft.Sheet[row], e.focus = []string{""}, row
	case sent.Get("drop") != "":
		e.draft.Sheet.Drop(sent.Get("drop"))
		e.focus, _, _ = strings.Cut(sent.Get("drop"), "[")
	case sent.Has("paste"):
		f := s.frame(w, r)
		for _, row := range e.draft.Sheet.Rows("delegation") {
			name := rowName("delegation", row)
			if (drawing{sheet: e.draft.Sheet}).filled(name) {
				continue
			}
			e.draft.Sheet.Drop(name) // an empty row only stood there to be filled
		}
		e.typed.paste, e.typed.pasteWrong = s.pasted(f, e.draft.Sheet, e.typed.paste)
		e.focus = "delegation"
		if len(e.typed.pasteWrong) > 0 {
			e.focus = "paste-wrong"
			return s.applicationWrite(w, r, e, http.StatusUnprocessableEntity)
		}
	case sent.Has("undo") && e.typed.before != "":
		before := form.Sheet{}
		if err := json.Unmarshal([]byte(e.typed.before), &before); err != nil {
			return refusal{status: http.StatusUnprocessableEntity, key: "fault.patch"}
		}
		e.draft.Sheet, e.focus = before, "panel"
	case sent.Get("apply") != "":
		return s.takeAlternative(w, r, e)
	}
	e.typed.before = "" // after anything else the way back would take more away than the alternative
	e.strict = sent.Has("check") && sent.Get("check") == "1" && !sent.Has("live")
	return s.applicationWrite(w, r, e, http.StatusOK)
}

// fieldsAtMost bounds what one form may hold: some three hundred members.
const fieldsAtMost = 5000

// readApplicationForm reads what was sent: the fields of the sheet, and what goes with them.
func (s *Site) readApplicationForm(w http.ResponseWriter, r *http.Request, e *editing) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	sent := r.PostForm
	e.draft.Procedure, e.draft.Change = sent.Get("procedure"), sent.Get("change") == "true"
	blocks, ok := s.forms.Library().Forms[e.draft.Procedure]
	if !ok {
		return refusal{status: http.StatusUnprocessableEntity, key: "fault.form"}
	}
	var err error
	if e.draft.Version, err = strconv.Atoi("0" + sent.Get("draft_version")); err != nil {
		return refusal{status: http.StatusUnprocessableEntity, key: "fault.form"}
	}
	if e.typed.caseVersion, err = strconv.Atoi("0" + sent.Get("case_version")); err != nil {
		return refusal{status: http.StatusUnprocessableEntity, key: "fault.form"}
	}
	if len(sent) > fieldsAtMost {
		return refusal{status: http.StatusRequestEntityTooLarge, key: "apply.too_many", args: text.Args{"n": fieldsAtMost}}
	}
	newlines := strings.NewReplacer("\r\n", "\n", "\r", "\n")
	e.draft.Sheet = form.Sheet{}
	for name, values := range sent {
		root := name
		if i := strings.IndexAny(name, ".["); i >= 0 {
			root = name[:i]
		}
		if root != "unit" && root != "mark" && root != "filed" && !slices.ContainsFunc(blocks.Blocks, func(b form.Block) bool { return b.Name == root }) {
			continue
		}
		for _, v := range values {
			e.draft.Sheet[name] = append(e.draft.Sheet[name], newlines.Replace(v))
		}
	}
	e.typed.request, e.typed.before = sent.Get("request"), sent.Get("before")
	e.typed.why, e.typed.ground, e.typed.paste = newlines.Replace(sent.Get("why")), sent.Get("ground"), newlines.Replace(sent.Get("pasted"))
	e.typed.exception = newlines.Replace(sent.Get("exception"))
	return nil
}

// takeAlternative changes the sheet as an alternative says, and keeps how it stood for the way back.
func (s *Site) takeAlternative(w http.ResponseWriter, r *http.Request, e editing) error {
	ops, err := readPatch(r.PostForm.Get("apply"))
	if err != nil {
		return err
	}
	lib := s.forms.Library()
	blocks := lib.Forms[e.draft.Procedure]
	taken := blocks.Take(withoutBlankHalves(e.draft.Sheet), lib.Words)
	if len(taken.Faults) > 0 {
		e.strict = true
		return s.applicationWrite(w, r, e, http.StatusOK)
	}
	changed, err := lib.Apply(taken.Application, ops)
	if err != nil {
		e.faults, e.focus = fault.List{fault.New(fault.Conflict, "", s.words.Say("apply.gone", nil))}, "faults"
		return s.applicationWrite(w, r, e, http.StatusConflict)
	}
	before, err := json.Marshal(e.draft.Sheet)
	if err != nil {
		return fmt.Errorf("keep how it stood: %w", err)
	}
	e.typed.before, e.draft.Sheet, e.applied, e.focus = string(before), blocks.Fill(changed), takenInWords(s.bareFrame(w, r), lib, e.draft.Procedure, ops), "panel"
	return s.applicationWrite(w, r, e, http.StatusOK)
}

// takenInWords says what an alternative that was taken has changed, one line each.
func takenInWords(f Frame, lib *desk.Library, procedure string, ops []rule.PatchOp) []string {
	out := make([]string, len(ops))
	for i, op := range ops {
		words := f.fieldAt(op.Path)
		if op.Op != "remove" {
			words += f.Say("list.colon") + f.answer(lib.KindAt(procedure, op.Path), op.Value)
		}
		out[i] = map[rule.PatchVerb]string{"remove": "− ", "add": "+ "}[op.Op] + words
	}
	return out
}

// handIn submits. What cannot be read comes back with its faults; a stop leads to
// the form of the case, which says what to do.
func (s *Site) handIn(w http.ResponseWriter, r *http.Request, reader desk.Reader, e editing) error {
	lib := s.forms.Library()
	taken := lib.Forms[e.draft.Procedure].Take(withoutBlankHalves(e.draft.Sheet), lib.Words)
	e.strict = true
	if len(taken.Faults) > 0 {
		return s.applicationWrite(w, r, e, http.StatusOK)
	}
	if e.draft.Change && strings.TrimSpace(e.typed.why) == "" {
		e.faults = fault.List{fault.New(fault.Invalid, "why", s.words.Say("apply.change.why_missing", nil))}
		return s.applicationWrite(w, r, e, http.StatusOK)
	}
	exception := ""
	if r.PostForm.Get("submit") == "exception" {
		if exception = strings.TrimSpace(e.typed.exception); exception == "" {
			e.faults = fault.List{fault.New(fault.Invalid, "exception", s.words.Say("apply.exception.missing", nil))}
			return s.applicationWrite(w, r, e, http.StatusOK)
		}
		exception = s.bareFrame(w, r).Say("apply.exception.said", text.Args{"why": exception})
	}
	h := desk.HandingIn{
		Application: taken.Application, Case: e.draft.Case, Change: e.draft.Change, Seen: e.typed.caseVersion, Why: strings.TrimSpace(e.typed.why),
		Ground: e.typed.ground, Exception: exception, Draft: e.draft.ID, Request: e.typed.request,
	}
	c, err := s.forms.HandIn(r.Context(), reader.Actor(), h)
	if faults := fault.All(err); len(faults) > 0 {
		e.faults = faults
		if e.view != nil && fault.KindOf(err) == fault.Conflict {
			e.typed.caseVersion = e.view.Version // having been told, the applicant may sign again
			for _, l := range e.view.Log[min(h.Seen, len(e.view.Log)):] {
				f := s.frame(w, r)
				e.faults = append(e.faults, fault.New(fault.Conflict, "", s.words.Say("apply.meanwhile", text.Args{"who": l.Person, "at": f.minute(l.At), "act": actWord(f, l.Kind), "text": l.Text})))
			}
		}
		return s.applicationWrite(w, r, e, statusOf(fault.KindOf(err)))
	}
	if err != nil {
		return fmt.Errorf("hand in: %w", err)
	}
	to := "/cases/" + url.PathEscape(c.No)
	if c.State == casework.Draft || c.State == casework.Returned {
		to += "/application?stopped"
		if exception != "" {
			to += "&asked"
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
