package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chancery/affairs"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// Applications takes applications in and answers what their forms ask. *desk.Desk does.
type Applications interface {
	Library() *desk.Library
	Procedures() []desk.StartLine
	Blank(ctx context.Context, reader desk.Reader, procedure string) (form.Application, error)
	Again(ctx context.Context, reader desk.Reader, no string, exit calendar.Day) (form.Application, error)
	Precheck(ctx context.Context, reader desk.Reader, no string, a form.Application) (desk.Precheck, error)
	Path(ctx context.Context, a form.Application) ([]desk.PathLine, error)
	Drafts(ctx context.Context, reader desk.Reader) ([]form.Draft, error)
	Draft(ctx context.Context, reader desk.Reader, id string) (form.Draft, error)
	SaveDraft(ctx context.Context, reader desk.Reader, draft form.Draft) (form.Draft, error)
	DropDraft(ctx context.Context, reader desk.Reader, id string) error
	HandIn(ctx context.Context, actor office.Actor, h desk.HandingIn) (casework.Case, error)
}

// ApplicationPage is the form of an application: a new one, one to be mended, or a change.
type ApplicationPage struct {
	Frame
	Heading, ProcedureTitle string
	Action                  string
	// Case is the case that is mended or changed, and Number its number as the page writes it; none: empty.
	Case    string
	Number  string
	Change  bool
	Why     Control
	Grounds Control
	// Mending says what is to be mended; Stopped that the last submission was stopped.
	Mending []LogWords
	Stopped bool
	// Asked says that an exception was asked for; Exception is where one can be, nil where nothing is stopped.
	Asked     bool
	Exception *ExceptionPart
	// Procedure, CaseVersion, Request, Before and Filed go with the form, unseen.
	Procedure, Request, Before, Filed string
	CaseVersion                       int
	Saved                             Saved
	Head                              []Control // unit and mark, which belong to no block
	Sections, Rare                    []Section
	RareOpen                          bool
	Strip                             *Strip
	Programme                         []ProgrammeDay
	Money                             *TripFigures
	Faults                            []FieldFault
	Answer                            *CheckAnswer
	Applied                           []string
	Path                              []PathRow
	Conflict                          *DraftConflict
	Paste                             string
	PasteWrong                        []string
	Places                            []Choice
	// Earlier are cases from which this one can be begun; StartsAt is where that is asked.
	Earlier  []Choice
	StartsAt string
	// Focus is the id of what the reader goes on with.
	Focus string
	// Ready says that submitting would not be stopped.
	Ready bool
}

// ExceptionPart asks for an exception to what the rules stop.
type ExceptionPart struct {
	// Asks is whom the request goes to; Needs is what the articles themselves ask for, one line each.
	Asks  Run
	Needs []ExceptionNeed
	Field Control
}

// ExceptionNeed is an article that stops, and what it would take by that article.
type ExceptionNeed struct {
	Cite Citation
	Say  Run
}

// LogWords is one thing that was said in a case.
type LogWords struct {
	Who, At string
	Text    Run
}

// Section is one block of a form.
type Section struct {
	Control
	Title        string
	View         string // of delegation, itinerary, budget; else ""
	State        string // done, err or ""
	Head         bool   // unit and mark are asked above it
	Number, Note string
}

// FieldFault is a fault with the field that it is about.
type FieldFault struct{ Href, Field, Say string }

// PathRow is one step that the application would go through.
type PathRow struct {
	Title, Who, Term, Why string
	Passed                bool
}

// editing is a form that is open: what is typed, and what for.
type editing struct {
	draft  form.Draft
	view   *desk.CaseView
	typed  typed
	action string
	// faults come from what was done, beside those of the sheet.
	faults   fault.List
	conflict *DraftConflict
	applied  []string
	saved    bool
	focus    string
	strict   bool // faults of the sheet are answered 422
	earlier  []Choice
	startsAt string
	stopped  bool
	asked    bool
}

// look reads the sheet, asks the rules and the registers, and sets the page out.
func (s *Site) applicationPage(w http.ResponseWriter, r *http.Request, e editing) (ApplicationPage, error) {
	reader, err := s.reader(r)
	if err != nil {
		return ApplicationPage{}, err
	}
	f := s.frame(w, r)
	f.Here, f.Form, f.url = "new", "application", url.URL{Path: e.action}
	lib := s.forms.Library()
	sheet := e.draft.Sheet
	blocks := lib.Forms[e.draft.Procedure]
	taken := blocks.Take(withoutBlankHalves(sheet), lib.Words)
	faults := append(slices.Clone(e.faults), taken.Faults...)
	p, _ := lib.Procedure(e.draft.Procedure)
	page := ApplicationPage{
		Frame: f, Action: e.action, ProcedureTitle: p.Title.In(f.Lang), Case: e.draft.Case, Change: e.draft.Change, Stopped: e.stopped, Asked: e.asked,
		Procedure: e.draft.Procedure, Request: e.typed.request, Before: e.typed.before, CaseVersion: e.typed.caseVersion,
		Filed: sheet.Get("filed"), Conflict: e.conflict, Applied: e.applied, Paste: e.typed.paste, PasteWrong: e.typed.pasteWrong,
		Saved: s.savedWords(f, e.draft, e.saved), Focus: e.focus, Earlier: e.earlier, StartsAt: e.startsAt,
	}
	page.Heading = s.applicationHeading(f, e, taken.Application, p)
	page.Title = page.Heading
	d := newDrawing(f, sheet, faults, s.places)
	var pre desk.Precheck
	if len(taken.Faults) == 0 {
		if pre, err = s.forms.Precheck(r.Context(), reader, e.draft.Case, taken.Application); err != nil {
			return page, fmt.Errorf("precheck: %w", err)
		}
	}
	if pre.Ruled {
		page.Answer = s.checkAnswer(f, pre.Answer)
		link(page.Answer, pre.Fields, taken)
	}
	d.found = map[string][]string{}
	for _, x := range pre.Answer.Findings {
		if field := taken.On(pre.Fields[x.Rule]); !x.Status.Passes() {
			d.found[field] = append(d.found[field], f.of(x.Say).Words)
		}
	}
	if pre.Answer.Verdict == rule.Missing {
		page.Answer.Verdict = f.Say("apply.missing")
	}
	page.Ready = len(faults) == 0 && pre.Answer.Verdict.Passes()
	if pre.Answer.Verdict == rule.Stop && !e.draft.Change {
		page.Exception = exceptionPart(f, e, pre)
		page.Exception.Field.Faults = d.faults["exception"]
	}
	for _, x := range faults {
		page.Faults = append(page.Faults, FieldFault{Href: hrefOf(x.Field), Field: s.fieldWords(f, x.Field), Say: x.Text.In(f.Lang)})
	}
	page.Head = []Control{d.control("unit", reflect.TypeFor[string]()), d.control("mark", reflect.TypeFor[office.Mark]())}
	page.Sections, page.Rare, page.RareOpen = d.sections(blocks, pre, taken)
	s.historyNotes(f, page.Sections, sheet, pre.History)
	it := form.Get[travel.Itinerary](taken.Application.Answers, "itinerary")
	page.Strip = s.strip(f, taken.Application, lib.Calendar)
	page.Programme = d.programme(it, lib.Calendar)
	page.Money = s.tripFigures(f, pre.Answer.Derived)
	if page.Path, err = s.pathRows(r.Context(), f, taken.Application); err != nil {
		return page, err
	}
	for _, place := range lib.Places.All() {
		page.Places = append(page.Places, Choice{Value: place.Name.In(f.Lang), Label: string(place.Code)})
	}
	s.caseWords(d, e, &page)
	return page, nil
}

// show writes the form: whole, or the part that a script asks for.
func (s *Site) applicationWrite(w http.ResponseWriter, r *http.Request, e editing, status int) error {
	page, err := s.applicationPage(w, r, e)
	if err != nil {
		return err
	}
	if status == http.StatusOK && len(page.Faults) > 0 && e.strict {
		status = http.StatusUnprocessableEntity
	}
	if status != http.StatusOK && len(page.Faults) > 0 {
		page.Title = page.Say("check.faults.title", text.Args{"n": len(page.Faults)}) + page.Say("list.colon") + page.Title
		page.Focus = "faults"
	}
	if r.Header.Get("Chancery-Part") == "check" {
		return s.write(w, r, status, applicationForm(page))
	}
	return s.write(w, r, status, applicationShow(page))
}

func (s *Site) applicationHeading(f Frame, e editing, a form.Application, p procedure.Procedure) string {
	d := drawing{sheet: e.draft.Sheet}
	for _, block := range []string{"itinerary.stays", "matter.title", "gift.what"} {
		if d.filled(block) {
			if f.Lang == text.EN {
				return s.forms.Library().DraftCalled(e.draft, f.who.Called)
			}
			return affairs.Title(a, p.Title, s.forms.Library().Places)
		}
	}
	return f.Say("apply.new", text.Args{"procedure": p.Title})
}

// exceptionPart says to whom a request for an exception goes and what the articles that stop ask for themselves.
func exceptionPart(f Frame, e editing, pre desk.Precheck) *ExceptionPart {
	names := make([]string, len(pre.Deciders))
	for i, person := range pre.Deciders {
		names[i] = person.Name
	}
	out := &ExceptionPart{Asks: f.persons(names), Field: Control{
		Kind: drawnLong, Name: "exception", Label: f.Say("apply.exception.why"), Value: e.typed.exception, Lines: "3",
	}}
	for _, x := range pre.Answer.Findings {
		if x.Status != rule.Stop {
			continue
		}
		need := ExceptionNeed{Cite: citation(f, x.Rule, x.Cite), Say: f.of(x.Needs)}
		if need.Say.Words == "" {
			need.Say.Words = f.Say("apply.exception.none")
		}
		out.Needs = append(out.Needs, need)
	}
	return out
}

// link sets beside each finding the field that it is about.
func link(a *CheckAnswer, fields map[string]string, taken form.Taken) {
	for _, lines := range [][]FindingLine{a.Findings.Open, a.Findings.Met} {
		for i := range lines {
			if field := fields[lines[i].Rule]; field != "" {
				lines[i].Href = hrefOf(taken.On(field))
			}
		}
	}
}

// hrefOf is the link to a field of the page.
func hrefOf(field string) string {
	if field == "" {
		return "#application"
	}
	return "#" + url.PathEscape(field)
}

// fieldWords name a field with the item of the list it stands in.
func (s *Site) fieldWords(f Frame, field string) string {
	if field == "" || !f.words.Has("field."+patternOf(field)) {
		return ""
	}
	words := f.fieldLabel(field)
	if open := strings.Index(field, "["); open >= 0 {
		list := field[:open]
		digits, _, _ := strings.Cut(field[open+1:], "]")
		words = f.Say("apply.field_of", text.Args{"block": f.fieldLabel(list), "row": rowSaid(digits), "field": words})
	}
	return words
}

// sections draws the blocks of a form: the common ones, and those that are rare.
func (d drawing) sections(blocks form.Form, pre desk.Precheck, taken form.Taken) (common, rare []Section, open bool) {
	wrong := map[string]bool{}
	for _, x := range pre.Answer.Findings {
		if !x.Status.Passes() && x.Status == rule.Stop {
			block, _, _ := strings.Cut(patternOf(taken.On(pre.Fields[x.Rule])), ".")
			wrong[block] = true
		}
	}
	for _, b := range blocks.Blocks {
		x := Section{Control: d.control(b.Name, b.Type), Title: b.Title.In(d.f.Lang)}
		faulty := false
		for field := range d.faults {
			faulty = faulty || form.Within(field, b.Name)
		}
		switch {
		case faulty || wrong[b.Name]:
			x.State, x.Note = "err", d.f.Say("apply.section.wrong")
		case d.filled(b.Name):
			x.State, x.Note = "done", d.f.Say("apply.section.filled")
			if x.Kind == drawnList {
				x.Note = d.f.Say("apply.section.items", text.Args{"n": len(x.Items)})
			}
		default:
			x.Note = d.f.Say("apply.section.empty")
		}
		if slices.Contains([]string{"delegation", "itinerary", "budget"}, b.Name) {
			x.View = b.Name
		}
		if slices.Contains(rareBlocks(), b.Name) {
			open = open || faulty || wrong[b.Name]
			rare = append(rare, x)
			continue
		}
		x.Number, x.Head = number(len(common)+1), len(common) == 0
		common = append(common, x)
	}
	return common, rare, open
}

// historyNotes say at each member what the register of trips knows of them.
func (s *Site) historyNotes(f Frame, sections []Section, sheet form.Sheet, history map[string][]desk.PastLine) {
	for i := range sections {
		if sections[i].View != "delegation" {
			continue
		}
		for j := range sections[i].Items {
			item := &sections[i].Items[j]
			name := strings.TrimSpace(sheet.Get(item.Name + ".name"))
			if name == "" {
				continue
			}
			item.Title = f.Say("apply.member", text.Args{"n": j + 1, "name": name})
			item.Note = []Run{f.Run(f.Say("apply.history", text.Args{"n": len(history[name])}))}
			hidden := 0
			for _, line := range history[name] {
				if line.Hidden {
					hidden++
					continue
				}
				item.Note = append(item.Note, f.Run(s.pastWords(f, line.Trip)))
			}
			if hidden > 0 {
				item.Note = append(item.Note, Run{Words: f.Say("apply.history.hidden", text.Args{"n": hidden})})
			}
		}
	}
}

// pathRows set out the steps that an application would go through.
func (s *Site) pathRows(ctx context.Context, f Frame, a form.Application) ([]PathRow, error) {
	lines, err := s.forms.Path(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("path: %w", err)
	}
	out := make([]PathRow, 0, len(lines))
	for _, l := range lines {
		row := PathRow{Title: l.Title.In(f.Lang), Why: l.Why.In(f.Lang), Term: termWords(f, l.Term), Passed: !l.PassedBy.IsZero()}
		if row.Passed {
			row.Why = l.PassedBy.In(f.Lang)
		}
		var who []string
		for _, p := range l.Posts {
			words := p.Title.In(f.Lang) + " " + f.persons(p.People).Words
			if p.Vacant {
				words = f.Say("case.vacant_post", text.Args{"post": p.Title})
			}
			who = append(who, words)
		}
		switch {
		case !l.Outside.IsZero():
			who = append(who, l.Outside.In(f.Lang))
		case len(who) == 0:
			who = append(who, f.Say("apply.path.applicant"))
		}
		row.Who = strings.Join(who, f.Say("list.semicolon"))
		out = append(out, row)
	}
	return out, nil
}

func termWords(f Frame, t procedure.Term) string {
	switch {
	case t.WorkingDays > 0:
		return f.Say("apply.path.working_days", text.Args{"n": t.WorkingDays})
	case t.Days > 0:
		return f.Say("apply.path.days", text.Args{"n": t.Days})
	case t.Months > 0:
		return f.Say("apply.path.months", text.Args{"n": t.Months})
	}
	return ""
}

// caseWords say of a case that is mended or changed what has to be known of it.
func (s *Site) caseWords(d drawing, e editing, page *ApplicationPage) {
	if e.view == nil {
		return
	}
	f := d.f
	page.Number = e.view.Number.In(f.Lang)
	page.Title = page.Number + " " + page.Title
	if e.draft.Change {
		why := e.typed.why
		page.Why = Control{Kind: drawnLong, Name: "why", Label: f.Say("apply.change.why"), Value: why, Lines: "2", Faults: d.faults["why"]}
		page.Grounds = Control{Kind: drawnSelect, Name: "ground", Label: f.Say("apply.change.ground"), Value: e.typed.ground, Faults: d.faults["ground"]}
		for _, g := range casework.ChangeGrounds() {
			page.Grounds.Choices = append(page.Grounds.Choices, Choice{Value: g, Label: capital(f.Say("ground." + g)), Chosen: g == e.typed.ground})
		}
		return
	}
	for _, l := range e.view.Log {
		if l.Kind == casework.ReturnedBack {
			page.Mending = []LogWords{{Who: f.called(l.Person), At: f.minute(l.At), Text: f.Run(l.Text)}}
		}
	}
}

// rowSaid counts the rows of a list from one.
func rowSaid(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n + 1
}

// headed puts unit and mark before the fields of the first section.
func headed(p ApplicationPage, x Section, fields ...Control) []Control {
	if !x.Head {
		return fields
	}
	return append(slices.Clone(p.Head), fields...)
}
