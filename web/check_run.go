package web

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// Checks evaluates an application without filing it. *desk.Library does.
type Checks interface {
	ReadApplication(file string, data []byte) (form.Application, error)
	Check(app form.Application, o desk.CheckOptions) (rule.Answer, error)
}

//go:embed samples/compliant.yaml
var compliantSample string

//go:embed samples/nine-days.yaml
var nineDaySample string

// CheckPage is the form that checks an application beforehand, and the answer.
type CheckPage struct {
	Frame
	// Application is what stands in the form; Before is what stood there before
	// an alternative was taken, empty when there is nothing to undo.
	Application string
	Before      string
	Applied     []string
	Samples     []Choice
	Books       []Choice
	Gates       []Choice
	On          string
	// Faults is why the application cannot be read; Answer is the verdict on one that can.
	Faults []FaultLine
	Answer *CheckAnswer
}

// Choice is one of several things to choose from.
type Choice struct {
	Value, Label, Href string
	Chosen             bool
}

// FaultLine is one fault of the file, with the line it stands on.
type FaultLine struct {
	Line    int
	Place   string
	Excerpt string
	Say     string
}

// CheckAnswer is the verdict with everything it rests on.
type CheckAnswer struct {
	Status, Icon  string
	Verdict       string
	Counts, Basis string
	Findings      Findings
	Alternatives  []AlternativeLine
	Needs         []string
	Later         []LaterGate
	Drafts        []string
	Unanswered    []string
	Trip          *TripFigures
	Timeline      *Timeline
}

// AlternativeLine is a nearby application that would pass, ready to be taken.
type AlternativeLine struct {
	Say, Cost string
	Verdict   Tag
	// Patch is what taking it changes, as a JSON Patch.
	Patch string
	Best  bool
}

// LaterGate is what will be asked at a later gate.
type LaterGate struct {
	Gate string
	Asks []string
}

// checkOpen shows the form with one of the samples already checked.
func (s *Site) checkOpen(w http.ResponseWriter, r *http.Request) error {
	application := compliantSample
	if r.URL.Query().Get("sample") == "nine-days" {
		application = nineDaySample
	}
	asked := checkForm{application: application}
	return s.checkShow(w, r, asked)
}

// checkRun checks what stands in the form. Nothing is kept.
func (s *Site) checkRun(w http.ResponseWriter, r *http.Request) error {
	asked, err := readCheckForm(w, r, s.limits.Form)
	if err != nil {
		return err
	}
	return s.checkShow(w, r, asked)
}

// checkForm is what a reader sent.
type checkForm struct {
	application, before string
	on                  string
	gate                string
	books               []string
	applied             []string
	faults              fault.List
}

func readCheckForm(w http.ResponseWriter, r *http.Request, limit int64) (checkForm, error) {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if err := r.ParseForm(); err != nil {
		return checkForm{}, formError(err)
	}
	newlines := strings.NewReplacer("\r\n", "\n", "\r", "\n") // a browser sends a text area's lines with CR LF
	f := checkForm{
		application: newlines.Replace(r.PostForm.Get("application")),
		on:          strings.TrimSpace(r.PostForm.Get("on")),
		gate:        r.PostForm.Get("gate"),
		books:       r.PostForm["book"],
	}
	before := newlines.Replace(r.PostForm.Get("before"))
	switch {
	case r.PostForm.Has("undo") && before != "":
		f.application = before
	case r.PostForm.Get("apply") != "":
		ops, err := readPatch(r.PostForm.Get("apply"))
		if err != nil {
			return checkForm{}, err
		}
		patched, err := patchYAML(f.application, ops)
		if err != nil {
			f.faults = fault.All(err)
			if len(f.faults) == 0 {
				return checkForm{}, fmt.Errorf("apply alternative: %w", err)
			}
			return f, nil
		}
		f.before, f.application, f.applied = f.application, patched, changesInWords(ops)
	default:
		f.before = ""
	}
	return f, nil
}

// checkShow checks and shows. A request that names the part gets the form alone,
// to be put into the page that is open.
func (s *Site) checkShow(w http.ResponseWriter, r *http.Request, asked checkForm) error {
	f := s.frame(w, r)
	f.Here, f.Form = "check", "check"
	page := CheckPage{
		Frame: f, Application: asked.application, Before: asked.before, Applied: asked.applied, On: asked.on,
		Samples: []Choice{
			{Label: f.Say("check.sample.compliant"), Href: "/check?sample=compliant", Chosen: asked.application == compliantSample},
			{Label: f.Say("check.sample.nine_days"), Href: "/check?sample=nine-days", Chosen: asked.application == nineDaySample},
		},
	}
	options, faults := s.checkOptions(&page, asked)
	faults = append(faults, asked.faults...)
	status := http.StatusOK
	app, err := s.checks.ReadApplication("", []byte(asked.application))
	found := fault.All(err)
	if err != nil && len(found) == 0 {
		return fmt.Errorf("read application: %w", err)
	}
	faults = append(faults, found...)
	if len(faults) == 0 {
		if app.Filed.IsZero() {
			options.Today = s.today()
		}
		answer, err := s.checks.Check(app, options)
		if faults = fault.All(err); err != nil && len(faults) == 0 {
			return fmt.Errorf("check application: %w", err)
		}
		if err == nil {
			page.Answer = s.checkAnswer(f, answer)
			page.Answer.Timeline = s.timeline(f, app)
		}
	}
	page.Title = f.Say("check.title")
	if len(faults) > 0 {
		status = http.StatusUnprocessableEntity
		page.Faults = faultLines(f, faults, asked.application)
		page.Title = f.Say("check.faults.title", text.Args{"n": len(faults)}) + f.Say("list.colon") + page.Title
	}
	if r.Header.Get("Chancery-Part") == "check" {
		return s.write(w, r, status, checkParts(page))
	}
	return s.write(w, r, status, checkRun(page))
}

// checkOptions reads day, gate and books, and sets out the choices on the page.
func (s *Site) checkOptions(page *CheckPage, asked checkForm) (desk.CheckOptions, fault.List) {
	var (
		o      desk.CheckOptions
		faults fault.List
	)
	if asked.on != "" {
		day, err := calendar.ParseDay(asked.on)
		if err != nil {
			faults = append(faults, fault.New(fault.Invalid, "on", page.words.Say("check.on.wrong", text.Args{"day": asked.on})))
		}
		o.On = day
	}
	o.Gate = rule.Approval
	if asked.gate != "" {
		o.Gate = rule.Gate(asked.gate)
	}
	if o.Gate.Order() < 0 {
		faults = append(faults, fault.New(fault.Invalid, "gate", page.words.Say("check.gate.wrong", text.Args{"gate": asked.gate})))
	}
	for _, g := range o.Gate.Words() {
		page.Gates = append(page.Gates, Choice{Value: g, Label: gateWord(page.Frame, rule.Gate(g)), Chosen: g == string(o.Gate)})
	}
	chosen := asked.books
	if len(chosen) == 0 {
		chosen = []string{"cn-national"}
	}
	var known []string
	for _, b := range s.rules.All() {
		known = append(known, b.Name)
		page.Books = append(page.Books, Choice{Value: b.Name, Label: b.Title.In(page.Lang), Chosen: slices.Contains(chosen, b.Name)})
	}
	for _, b := range chosen {
		if !slices.Contains(known, b) {
			faults = append(faults, fault.New(fault.Invalid, "book", page.words.Say("check.book.wrong", text.Args{"book": b})))
		}
	}
	o.Books, o.Alternatives = chosen, true
	return o, faults
}

func (s *Site) checkAnswer(f Frame, a rule.Answer) *CheckAnswer {
	out := &CheckAnswer{Status: string(a.Verdict), Findings: findings(f, a.Findings), Trip: s.tripFigures(f, a.Derived)}
	n := out.Findings
	switch a.Verdict {
	case rule.Stop:
		out.Icon, out.Verdict = "alert-octagon", f.Say("verdict.stop")
	case rule.Missing:
		out.Icon, out.Verdict = "circle-dashed", f.Say("verdict.missing")
	case rule.Judge:
		out.Icon, out.Verdict = "scale", f.Say("verdict.judge", text.Args{"n": n.Judges})
	case rule.Warn:
		out.Icon, out.Verdict = "alert-triangle", f.Say("verdict.warn", text.Args{"n": n.Warns})
	case rule.OK:
		out.Icon, out.Verdict = "circle-check", f.Say("verdict.ok")
	}
	var books []string
	for _, b := range a.Books {
		books = append(books, b.Name+" "+b.Edition)
	}
	out.Counts = n.counts(f)
	out.Basis = f.Say("check.basis", text.Args{"day": a.Day.String(), "gate": gateWord(f, a.Gate), "books": books})
	for i, alt := range a.Alternatives {
		patch, err := json.Marshal(alt.Changes)
		if err != nil {
			continue // a change that cannot be written cannot be taken
		}
		out.Alternatives = append(out.Alternatives, AlternativeLine{
			Say: alt.Say.In(f.Lang), Cost: costInWords(f, alt.Cost), Verdict: statusMark(f, alt.Verdict), Patch: string(patch), Best: i == 0,
		})
	}
	for _, need := range a.Needs {
		out.Needs = append(out.Needs, need.Rule+" "+need.Say.In(f.Lang))
	}
	for _, d := range a.Drafts {
		out.Drafts = append(out.Drafts, d.Rule+" "+d.Title.In(f.Lang))
	}
	for _, u := range a.Unanswered {
		out.Unanswered = append(out.Unanswered, u.Rule+" "+u.Title.In(f.Lang))
	}
	for _, l := range a.Later {
		gate := gateWord(f, l.Gate)
		i := slices.IndexFunc(out.Later, func(g LaterGate) bool { return g.Gate == gate })
		if i < 0 {
			out.Later = append(out.Later, LaterGate{Gate: gate})
			i = len(out.Later) - 1
		}
		out.Later[i].Asks = append(out.Later[i].Asks, l.Rule+" "+l.Asks.In(f.Lang))
	}
	return out
}

func gateWord(f Frame, g rule.Gate) string {
	switch g {
	case rule.Application:
		return f.Say("gate.application")
	case rule.NoticeGate:
		return f.Say("gate.notice")
	case rule.Approval:
		return f.Say("gate.approval")
	case rule.Departure:
		return f.Say("gate.departure")
	case rule.Return:
		return f.Say("gate.return")
	case rule.Settlement:
		return f.Say("gate.settlement")
	}
	return string(g)
}

// costInWords says what an alternative gives up, in a fixed order.
func costInWords(f Frame, cost map[string]int) string {
	var parts []string
	for _, unit := range slices.Sorted(maps.Keys(cost)) {
		n := cost[unit]
		if n == 0 {
			continue
		}
		switch unit {
		case "days":
			parts = append(parts, signed(f, n, "cost.days_less", "cost.days_more"))
		case "people":
			parts = append(parts, signed(f, n, "cost.people_less", "cost.people_more"))
		case "stays":
			parts = append(parts, signed(f, n, "cost.stays_less", "cost.stays_more"))
		case "working_days":
			parts = append(parts, f.Say("cost.waiting", text.Args{"n": n}))
		case "track":
			parts = append(parts, f.Say("cost.track"))
		default:
			parts = append(parts, f.Say("cost.other", text.Args{"unit": unit, "n": n}))
		}
	}
	if len(parts) == 0 {
		return f.Say("cost.none")
	}
	return text.Join(parts, f.Lang)
}

func signed(f Frame, n int, less, more string) string {
	if n < 0 {
		return f.Say(less, text.Args{"n": -n})
	}
	return f.Say(more, text.Args{"n": n})
}

// faultLines sets beside each fault the line of the file that it stands on.
func faultLines(f Frame, faults fault.List, file string) []FaultLine {
	lines := strings.Split(file, "\n")
	var out []FaultLine
	for _, one := range faults {
		line := FaultLine{Line: one.Place.Line, Say: one.Text.In(f.Lang)}
		if line.Line > 0 {
			line.Place = f.Say("check.faults.line", text.Args{"n": line.Line})
			if line.Line <= len(lines) {
				line.Excerpt = clipped(strings.TrimSpace(lines[line.Line-1]), 80)
			}
		}
		out = append(out, line)
	}
	return out
}

func clipped(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

// panelTone rims the panel when a submission would be stopped.
func panelTone(p CheckPage) string {
	if p.Answer == nil || p.Answer.Status == string(rule.Stop) || p.Answer.Status == string(rule.Missing) {
		return "stop"
	}
	return ""
}
