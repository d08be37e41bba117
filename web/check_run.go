package web

import (
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"os"
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
	if err := readForm(w, r, limit); err != nil {
		return checkForm{}, err
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
	status := http.StatusOK
	app, err := s.checks.ReadApplication("", []byte(asked.application))
	options, faults := s.checkOptions(&page, asked, app.Procedure)
	faults = append(faults, asked.faults...)
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
// Only the books of the application's procedure are offered, once it is known.
func (s *Site) checkOptions(page *CheckPage, asked checkForm, procedure string) (desk.CheckOptions, fault.List) {
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
	books := slices.DeleteFunc(s.rules.All(), func(b rule.Book) bool { return procedure != "" && b.Procedure != procedure })
	chosen := asked.books
	if len(chosen) == 0 { // the national ones speak everywhere
		for _, b := range books {
			if b.Level == rule.National {
				chosen = append(chosen, b.Name)
			}
		}
	}
	var known []string
	for _, b := range s.rules.All() {
		known = append(known, b.Name)
	}
	for _, b := range books {
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

// formError says why a form could not be read: too large, too slow, or broken.
func formError(err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) || errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("read form: %w", err)
	}
	return refusal{status: http.StatusBadRequest, key: "fault.form"}
}
