package desk

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"chancery/affairs"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/strict"
	"chancery/core/text"
)

// ProcedureExample is an example of a procedure: an application, the way that it
// must go, and acts with what must then be so. Rules are not asked in it; they
// have examples of their own.
type ProcedureExample struct {
	Name text.Text `json:"name"`
	// Base is the file of the application in the library; Change makes another one of it.
	Base   string         `json:"base"`
	Change []rule.PatchOp `json:"change,omitempty"`
	// On is the day on which it is filed, By the person who files it.
	On calendar.Day    `json:"on"`
	By office.PersonID `json:"by"`
	// Path are the steps that the case must go through, in order; Passes those that it passes by.
	Path   []string `json:"path"`
	Passes []string `json:"passes,omitempty"`
	// Decides is the post that decides; empty when an authority outside does.
	Decides office.PostID `json:"decides,omitempty"`
	Acts    []ExampleAct  `json:"acts,omitempty"`
}

// ExampleAct is one act of an example and what must then be so.
type ExampleAct struct {
	// On moves the clock; time does what it does.
	On  calendar.Day    `json:"on,omitempty"`
	By  office.PersonID `json:"by,omitempty"`
	Act casework.Kind   `json:"act,omitempty"`

	Opinion   procedure.Stance `json:"opinion,omitempty"`
	Text      string           `json:"text,omitempty"`
	Ground    string           `json:"ground,omitempty"`
	Slot      string           `json:"slot,omitempty"`
	Number    int              `json:"number,omitempty"`
	Upheld    bool             `json:"upheld,omitempty"`
	Condition []string         `json:"condition,omitempty"`
	Concluded bool             `json:"concluded,omitempty"`
	Post      office.PostID    `json:"post,omitempty"`
	Day       calendar.Day     `json:"day,omitempty"`
	Change    []rule.PatchOp   `json:"change,omitempty"`
	Claimed   string           `json:"claimed,omitempty"`
	Paid      string           `json:"paid,omitempty"`

	// Refused: the act must be refused, in words that hold these.
	Refused string `json:"refused,omitempty"`
	// Stands and State are where the case must then be; Due the deadline of the step.
	Stands string         `json:"stands,omitempty"`
	State  casework.State `json:"state,omitempty"`
	Due    calendar.Day   `json:"due,omitempty"`
}

// ExamineProcedures looks whether the posts, articles, books and circumstances
// that procedures name are there. Every fault comes back with its line.
func (l *Library) ExamineProcedures(o office.Office) error {
	var posts []office.PostID
	for _, p := range o.Posts {
		posts = append(posts, p.ID)
	}
	var faults fault.List
	for _, p := range l.procedures {
		circumstances := affairs.Circumstances(p.Name)
		if circumstances == nil {
			circumstances = []procedure.Circumstance{}
		}
		faults = append(faults, p.Examine(procedure.Known{
			Posts: posts, Circumstances: circumstances, Gates: rule.Gate("").Words(),
			Book: func(name string) bool { _, ok := l.Books.Find(name); return ok },
			Article: func(book, id string) bool {
				b, ok := l.Books.Find(book)
				return ok && slices.ContainsFunc(b.Articles, func(a rule.Article) bool { return a.ID == id })
			},
		})...)
		if _, ok := l.Forms[p.Name]; !ok {
			faults = append(faults, fault.New(fault.Invalid, "procedure", text.Text{
				ZH: "程序 " + p.Name + " 没有 form.yaml", EN: "the procedure " + p.Name + " has no form.yaml",
			}))
		}
	}
	for _, r := range l.recurring {
		if posts != nil && !slices.Contains(posts, r.Post) {
			faults = append(faults, fault.New(fault.Invalid, "duties."+r.ID+".post", text.Text{ZH: "没有这个岗位：" + string(r.Post), EN: "there is no post " + string(r.Post)}))
		}
	}
	return faults.OrNil()
}

// RunProcedureExamples examines every procedure and runs its examples, for the
// office that the library comes with. It says how many there were. A procedure
// without an example is a fault, and so is an example that does not come out as
// it must.
func (l *Library) RunProcedureExamples() (int, error) {
	const roster = "demo/office.yaml"
	data, err := fs.ReadFile(l.fsys, roster)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil // a library without an office: its procedures wait for one
	}
	if err != nil {
		return 0, fmt.Errorf("read office: %w", err)
	}
	o, err := office.Read(roster, data)
	if err != nil {
		return 0, err
	}
	faults := fault.All(l.ExamineProcedures(o))
	ran := 0
	for _, p := range l.procedures {
		files, err := fs.Glob(l.fsys, path.Join("procedures", p.Name, "examples", "*.yaml"))
		if err != nil {
			return ran, fmt.Errorf("list examples: %w", err)
		}
		if len(files) == 0 {
			faults = append(faults, fault.New(fault.Invalid, "examples", text.Text{
				ZH: "程序 " + p.Name + " 没有示例", EN: "the procedure " + p.Name + " has no example",
			}).At(fault.Place{File: path.Join("procedures", p.Name, "procedure.yaml")}))
		}
		for _, file := range files {
			ran++
			found, err := l.runProcedureExample(p, o, file)
			if err != nil {
				return ran, err
			}
			faults = append(faults, found...)
		}
	}
	return ran, faults.OrNil()
}

// runProcedureExample runs the example of one file.
func (l *Library) runProcedureExample(p procedure.Procedure, o office.Office, file string) (fault.List, error) {
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return nil, fmt.Errorf("read example: %w", err)
	}
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return fault.All(err), nil
	}
	var e ProcedureExample
	if err := doc.Decode(&e); err != nil {
		return fault.All(err), nil
	}
	wrong := func(field, zh, en string) fault.List {
		return fault.List{fault.New(fault.Invalid, field, text.Text{
			ZH: "示例「" + e.Name.ZH + "」：" + zh, EN: "example «" + e.Name.EN + "»: " + en,
		}).At(doc.At(field))}
	}
	base, err := fs.ReadFile(l.fsys, e.Base)
	if err != nil {
		return wrong("base", "没有这个文件："+e.Base, "there is no file "+e.Base), nil
	}
	a, err := l.ReadApplication(e.Base, base)
	if err == nil && len(e.Change) > 0 {
		a, err = l.Apply(a, e.Change)
	}
	if err != nil {
		return append(wrong("change", "申请不成立", "the application cannot be"), fault.All(err)...), nil
	}
	play, err := l.exampleCase(p, o, a, e)
	if err != nil {
		return nil, err
	}
	if found := play.path(a, wrong); found != nil {
		return found, nil
	}
	for i, act := range e.Acts {
		if zh, en := play.act(act); zh != "" {
			return wrong(fmt.Sprintf("acts[%d]", i), zh, en), nil
		}
	}
	return nil, nil
}

// examplePlay is a case of an example while it is played, without rules and without a store.
type examplePlay struct {
	l *Library
	e ProcedureExample
	c casework.Case
	w casework.World
}

func (l *Library) exampleCase(p procedure.Procedure, o office.Office, a form.Application, e ProcedureExample) (*examplePlay, error) {
	issued := 0
	play := &examplePlay{l: l, e: e, w: casework.World{Calendar: l.Calendar, Office: o, Procedure: p, Instrument: func() (text.Text, error) {
		issued++
		return procedure.Number(p.Instrument, e.On.Year(), issued), nil
	}}}
	play.clock(e.On)
	filing, err := a.Canonical()
	if err != nil {
		return nil, err
	}
	digest, err := a.Digest()
	if err != nil {
		return nil, err
	}
	number := procedure.Number(p.Series, e.On.Year(), 1)
	play.c = casework.Open(casework.Event{
		Kind: casework.Filed, At: play.w.Now, Day: e.On, Actor: office.Actor{Person: e.By}, Filing: filing, Digest: digest,
		New: &casework.Opening{
			No: number.EN, Number: number, Procedure: p.Name, Version: p.Version, Title: e.Name.ZH, Unit: a.Unit, Applicant: e.By, Filed: e.On,
		},
		Enter: &casework.Entering{Step: p.First().ID, State: casework.Draft},
	})
	return play, play.know(nil)
}

// clock sets the day, at nine in the morning.
func (play *examplePlay) clock(day calendar.Day) {
	play.w.Day = day
	at := time.Date(day.Year(), day.Month(), day.DayOfMonth(), 9, 0, 0, 0, OfficeZone())
	play.w.Now = calendar.InstantOf(at)
}

// know counts from the application that is in force what acts need to know.
func (play *examplePlay) know(filing []byte) error {
	d := &Desk{lib: play.l}
	if len(filing) == 0 {
		filing = play.c.Filing
		if play.c.Change != nil {
			filing = play.c.Change.Filing
		}
	}
	a, err := d.application(play.c, filing)
	if err != nil {
		return err
	}
	play.w.Involved, play.w.LeaderLevel = affairs.Involved(a), affairs.LeaderLevel(a)
	play.w.Asked, play.w.AskedTerm = asked(a, play.w.Office)
	play.w.NoticeAgain = false
	return d.circumstances(&play.w, play.c, a)
}

// path holds the way that the case will go against the one that the example gives.
func (play *examplePlay) path(a form.Application, wrong func(field, zh, en string) fault.List) fault.List {
	var steps, passed []string
	var decides office.PostID
	for _, s := range play.w.Procedure.Path(affairs.LeaderLevel(a), func(c procedure.Circumstance) bool { _, ok := play.w.Circumstances[c]; return ok }) {
		if s.PassedBy {
			passed = append(passed, s.Step.ID)
			continue
		}
		steps = append(steps, s.Step.ID)
		if s.Step.Kind == procedure.Decision && len(s.Posts) > 0 {
			decides = s.Posts[0]
		}
	}
	switch {
	case !slices.Equal(steps, play.e.Path):
		return wrong("path", "经过 "+strings.Join(steps, " → "), "it goes "+strings.Join(steps, " → "))
	case !slices.Equal(passed, play.e.Passes):
		return wrong("passes", "略过的是 "+strings.Join(passed, "、"), "it passes by "+strings.Join(passed, ", "))
	case decides != play.e.Decides:
		return wrong("decides", "由 "+string(decides)+" 决定", "it is decided by "+string(decides))
	}
	return nil
}

// act does one act and says what is not as it must be; nothing when all is.
func (play *examplePlay) act(a ExampleAct) (zh, en string) {
	if !a.On.IsZero() {
		play.clock(a.On)
		for {
			event, next, err := casework.Tick(play.c, play.w)
			if err != nil {
				return err.Error(), err.Error()
			}
			if play.c = next; event == nil {
				break
			}
		}
	}
	if a.Act != "" {
		err := play.do(a)
		switch said := fault.All(err); {
		case err == nil && a.Refused != "":
			return "本应被拒绝：" + string(a.Act), "this must be refused: " + string(a.Act)
		case err != nil && len(said) == 0:
			return err.Error(), err.Error()
		case err != nil && (a.Refused == "" || (!strings.Contains(said[0].Text.ZH, a.Refused) && !strings.Contains(said[0].Text.EN, a.Refused))):
			return said[0].Text.ZH, said[0].Text.EN
		}
	}
	switch c := play.c; {
	case a.Stands != "" && c.Step != a.Stands:
		return "案件在步骤 " + c.Step, "the case is in the step " + c.Step
	case a.State != "" && c.State != a.State:
		return "案件状态是 " + string(c.State), "the case is " + string(c.State)
	case !a.Due.IsZero() && (c.Due == nil || c.Due.Due != a.Due):
		due := "—"
		if c.Due != nil {
			due = c.Due.Due.String()
		}
		return "期限是 " + due, "it is due on " + due
	}
	return "", ""
}

func (play *examplePlay) do(a ExampleAct) error {
	act := casework.Act{
		Kind: a.Act, Seen: play.c.Version, Text: a.Text, Ground: a.Ground, Stance: a.Opinion, Slot: a.Slot, Number: a.Number, Yes: a.Upheld,
		Conditions: a.Condition, Post: a.Post, Day: a.Day,
	}
	if a.Concluded {
		act.Outcome = casework.OutcomeSetForward
	}
	if a.Claimed != "" {
		act.Settlement = &casework.Settlement{Claimed: a.Claimed, Paid: a.Paid}
	}
	if len(a.Change) > 0 {
		now, err := (&Desk{lib: play.l}).application(play.c, play.c.Filing)
		if err != nil {
			return err
		}
		if now, err = play.l.Apply(now, a.Change); err != nil {
			return err
		}
		if act.Filing, err = now.Canonical(); err != nil {
			return err
		}
		if act.Digest, err = now.Digest(); err != nil {
			return err
		}
	}
	if err := play.know(act.Filing); err != nil {
		return err
	}
	_, next, err := casework.Do(play.c, act, office.Actor{Person: a.By}, play.w)
	if err != nil {
		return err
	}
	play.c = next
	return nil
}
