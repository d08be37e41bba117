package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"chancery/affairs/gift"
	"chancery/affairs/travel"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// CasePage is one case as it stands now.
type CasePage struct {
	Frame
	No                       string
	Subject, Unit, Procedure Run
	State                    Tag
	Steps                    []StepMark
	StepSentence             string
	Due                      *Due
	Holders                  []Holder
	MoreHolders              string
	Why                      Why
	Summary                  []Fact
	Timeline                 *Timeline
	Focus                    []FindingLine
	FocusTitle               string
	Opinions                 []OpinionLine
	Decisions                []DecisionLine
	Duties                   []DutyLine
	Findings                 Findings
	FindingsAt               string
	Log                      []LogLine
	Proof                    Proof
	Panel                    *Panel
	Forms                    []Form
	Recall                   *RecallBox
	Said                     *Said
	Wrong                    *Wrong
	Posts, Colleagues        []Option
	Application              []ApplicationPart
	Rounds                   []RoundPart
	Attachments              AttachmentsPart
}

// RecallBox takes the own last act back while there is time.
type RecallBox struct {
	Words, Until, Left, Button, Action string
	Hidden                             Hidden
}

// StepMark is one step of the line: done, now or still to come.
type StepMark struct {
	Class      string
	Current    string // "step" for the present one, else "false"
	Name, Note Run
}

// Holder is who has the case in hand.
type Holder struct {
	Task, Who, Post Run
	Vacant          bool
	Since           string
	Due             *Due
	// Arithmetic is how the deadline was counted, in one sentence.
	Arithmetic string
}

// Why says why the present step is there.
type Why struct {
	Words, Procedure, Escalation string
	Basis                        *Citation
	// Named is what the step rests on when there is nothing to open.
	Named string
}

// OpinionLine is one opinion, as it was given.
type OpinionLine struct {
	Who, Office Run
	At          string
	Stance      Tag
	Text        []Run
	Dissent     bool
	// Answer is the form of the reply, where the reader may give it.
	Answer *Form
}

// DecisionLine is a decision with its ground and its conditions.
type DecisionLine struct {
	Outcome    Tag
	Who        Run
	At         string
	Ground     string
	Text       Run
	Conditions []ConditionLine
	Dissent    string
}

// ConditionLine is one condition of an approval.
type ConditionLine struct {
	Text Run
	Met  Tag
	Tick *Form
}

// DutyLine is one thing to be done, and whether it was.
type DutyLine struct {
	Title, Owner Run
	State        Tag
	Day          string
	Hindered     string
	// Tick is the button that does it, where that is the reader's.
	Tick *Form
}

// LogLine is one entry of the case's journal.
type LogLine struct {
	At, Act, Seq string
	Who, Note    Run
	Key          bool
}

// Proof says how the record of the case is proven.
type Proof struct {
	Words, Command string
	// Href downloads the proof; without it Locked says why not.
	Href, Locked string
}

// caseShow shows a case: where it stands, why, what is to be judged, what the
// rules say, what others said, what was done, and what the reader may do now.
func (s *Site) caseShow(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	return s.casePage(w, r, who, r.PathValue("no"), nil)
}

// casePage shows a case; back is the form that was refused, if one was.
func (s *Site) casePage(w http.ResponseWriter, r *http.Request, who desk.Reader, no string, back *sent) error {
	v, can, err := s.cases.CaseFor(r.Context(), who, no)
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	c := v.Case
	base := "/cases/" + pathPart(v.No)
	f.At(base)
	o := offering{f: f, who: who, v: v, can: can, back: back, hidden: Hidden{Seen: number(c.Version), Request: newPageID(), Base: base}}
	page := CasePage{
		Frame: f, No: c.Number.In(f.Lang), Subject: f.Run(c.Title), Unit: f.Run(c.Unit), Procedure: f.Run(v.Procedure.In(f.Lang)),
		State: stateTag(f, c.State), Steps: stepMarks(f, v), Why: s.why(f, v), Opinions: o.opinions(), Decisions: o.decisions(),
		Duties: o.duties(), Log: logLines(f, v), Proof: proof(f, v), Attachments: attachments(f, v, ""), Summary: s.summary(f, v), Timeline: s.timeline(f, v.Application),
		Said: said(f, r), Recall: o.recall(), Forms: o.forms(), Application: s.applicationParts(f, v), Rounds: s.rounds(f, v),
	}
	page.Here, page.Title = "cases", page.No+" "+c.Title
	if i := slices.IndexFunc(v.Steps, func(st desk.StepView) bool { return st.ID == c.Step }); i >= 0 {
		page.StepSentence = f.Say("case.step_of", text.Args{"i": i + 1, "n": len(v.Steps), "step": v.Steps[i].Title})
	}
	if !c.State.Ended() {
		if h, ok := nearest(v.CaseLine); ok {
			page.Due = dueOf(f, h, v.Today)
		}
		page.Holders = holders(f, v)
		if more := len(page.Holders) - holdersShown; more > 0 && len(page.Duties) > 0 {
			page.Holders, page.MoreHolders = page.Holders[:holdersShown], f.Say("case.more_holders", text.Args{"n": more})
		}
	}
	if v.Checked != nil {
		page.Findings = findings(f, v.Checked.Findings)
		page.FindingsAt = f.Say("case.findings_at", text.Args{
			"today": f.day(v.Checked.Today), "day": f.day(v.Checked.Day), "gate": gateWord(f, v.Checked.Gate),
		})
		page.Focus = slices.DeleteFunc(slices.Clone(page.Findings.Open), func(x FindingLine) bool { return x.Status != string(rule.Judge) })
	}
	if page.Said != nil && page.Recall != nil {
		page.Said.Recall = page.Recall.Button
	}
	page.Panel = o.panel(page.Findings)
	switch n := len(page.Focus); {
	case n == 0:
		page.FocusTitle = f.Say("case.opinions")
	case n == 1 && page.Panel != nil:
		page.FocusTitle = f.Say("case.judge_one")
	default:
		page.FocusTitle = f.Say("case.to_judge", text.Args{"n": n})
	}
	page.Wrong = o.wrong(page.Log)
	for _, p := range can.Posts {
		page.Posts = append(page.Posts, Option{Value: p.Name.In(f.Lang)})
	}
	for _, p := range can.People {
		page.Colleagues = append(page.Colleagues, Option{Value: p.Name, Label: p.Pinyin})
	}
	page.PrintStyle = base + "/foot.css?entry=" + lastEntryOf(v) + "&code=" + v.Head[:min(len(v.Head), footCode)]
	status := http.StatusOK
	if back != nil {
		status = statusOf(back.kind)
		page.Title = f.Say("wrong.in_title", text.Args{"n": len(back.faults), "title": page.Title})
	}
	return s.write(w, r, status, caseShow(page))
}

// footCode is how much of the hash of the last entry stands under a printed page.
const footCode = 16

// footStyle is what a printed case bears at the foot of every page: its number, its last entry and a short code. Only a
// style can write there, and only a file of ours may be one.
func (s *Site) footStyle(w http.ResponseWriter, r *http.Request) error {
	no, entry, code := r.PathValue("no"), r.URL.Query().Get("entry"), r.URL.Query().Get("code")
	for _, c := range no {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) && c != '-' {
			return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
		}
	}
	if len(no) > 60 || len(entry) > 20 || len(code) > footCode || strings.Trim(entry+code, "0123456789abcdef") != "" {
		return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, _ = fmt.Fprintf(w, "@page { @bottom-left { content: \"%s · #%s · %s\"; font-size: 9pt; } }\n", no, entry, code)
	return nil
}

// holdersShown is how many of those who hold a case are set out beside a list of what is to be done.
const holdersShown = 3

func lastEntryOf(v desk.CaseView) string {
	if len(v.Log) == 0 {
		return ""
	}
	return strconv.FormatInt(v.Log[len(v.Log)-1].Entry, 10)
}

// recall gives the box by which the reader takes the own last act back.
func (o offering) recall() *RecallBox {
	if o.can.Recall == nil {
		return nil
	}
	left := o.can.Recall.Until.Time().Sub(o.can.Recall.Now.Time())
	box := &RecallBox{
		Words: o.say("recall.words", text.Args{"act": actWord(o.f, o.can.Recall.Kind)}), Until: strconv.Itoa(max(int(left.Seconds()), 0)),
		Left: o.say("recall.left", text.Args{"m": int(left.Minutes()), "s": int(left.Seconds()) % 60}), Button: o.say("recall.do"), Action: o.action("recall"), Hidden: o.hidden,
	}
	box.Hidden.Form = "recall"
	return box
}

// stepMarks draws the line of steps with the day on which each was entered.
func stepMarks(f Frame, v desk.CaseView) []StepMark {
	out := make([]StepMark, 0, len(v.Steps))
	for _, st := range v.Steps {
		m := StepMark{Current: "false", Name: f.Run(st.Title.In(f.Lang))}
		switch {
		case st.Done:
			m.Class = "done"
		case st.ID == v.Case.Step:
			m.Class, m.Current = "now", "step"
		}
		if m.Class != "" && !st.Day.IsZero() {
			m.Note = Run{Words: st.Day.Say().In(f.Lang)}
		}
		out = append(out, m)
	}
	return out
}

func holders(f Frame, v desk.CaseView) []Holder {
	var out []Holder
	for _, t := range v.Holders {
		h := Holder{
			Task: f.Run(t.Task.In(f.Lang)), Post: f.Run(t.Post.In(f.Lang)), Who: f.persons(t.People),
			Vacant: t.Vacant, Since: f.minute(t.Since), Due: dueOf(f, t, v.Today),
		}
		if t.Due != nil {
			h.Arithmetic = t.Due.Say().In(f.Lang)
		}
		out = append(out, h)
	}
	return out
}

// why says why the present step is there: the procedure, and the article it rests on.
func (s *Site) why(f Frame, v desk.CaseView) Why {
	i := slices.IndexFunc(v.Steps, func(st desk.StepView) bool { return st.ID == v.Case.Step })
	if i < 0 {
		return Why{}
	}
	step := v.Steps[i]
	w := Why{
		Words:     step.Why.In(f.Lang),
		Procedure: f.Say("case.procedure", text.Args{"title": v.Procedure, "version": v.Case.ProcedureVersion, "step": step.Title}),
	}
	switch c, ok := s.articleCitation(f, step.Article, v.Case.Filed); {
	case ok:
		w.Basis = &c
	case step.Article != "":
		w.Named = f.Say("case.basis_named", text.Args{"article": step.Article})
	default:
		w.Named = f.Say("case.own_order")
	}
	if v.Case.Escalated {
		w.Escalation = f.Say("case.escalated")
	}
	return w
}

// opinions are what was said: dissent first, with the reply to it, then the
// others, oldest first. Those who agreed without a word share one line.
// Objections of the public stand with the dissent.
func (o offering) opinions() []OpinionLine {
	f, v := o.f, o.v
	out := objections(f, v)
	ordered := make([]int, len(v.Case.Opinions))
	for i := range ordered {
		ordered[i] = i
	}
	slices.SortStableFunc(ordered, func(a, b int) int {
		switch first, second := v.Case.Opinions[a].Dissents(), v.Case.Opinions[b].Dissents(); {
		case first == second:
			return 0
		case first:
			return -1
		default:
			return 1
		}
	})
	var silent []string
	for _, i := range ordered {
		said := v.Case.Opinions[i]
		if said.Stance == procedure.Agree && said.Text == "" && said.Answer == "" {
			silent = append(silent, joined(f, actorName(f, v.People, said.By).Words, said.Title.In(f.Lang)))
			continue
		}
		line := OpinionLine{
			Who: actorName(f, v.People, said.By), Office: f.Run(said.Title.In(f.Lang)), At: f.minute(said.At),
			Stance: stanceTag(f, said.Stance), Text: runsOf(f, said.Text), Dissent: said.Dissents(),
		}
		if said.By.Person == "" { // nobody spoke in time
			line.Who, line.Office = line.Office, Run{}
		}
		if said.By.Person != o.who.Person && said.Text != "" {
			line.Answer = o.answerForm(i, number(i))
		}
		out = append(out, line)
		if said.Answer != "" {
			out = append(out, replyLine(f, v, said.Answer))
		}
	}
	if len(silent) > 0 {
		out = append(out, OpinionLine{
			Who: Run{Words: f.Say("case.others", text.Args{"n": len(silent)})}, Stance: stanceTag(f, procedure.Agree),
			Text: []Run{f.Run(strings.Join(silent, f.Say("list.semicolon")))},
		})
	}
	return out
}

// replyLine is a reply to an opinion, with who gave it, as the log knows.
func replyLine(f Frame, v desk.CaseView, reply string) OpinionLine {
	line := OpinionLine{Stance: Tag{"message-circle", "", f.Say("stance.reply")}, Text: runsOf(f, reply)}
	for _, e := range slices.Backward(v.Log) {
		if e.Kind == casework.Answered && e.Text == reply {
			line.Who, line.At = behalf(f, e.Person, e.For), f.minute(e.At)
			break
		}
	}
	return line
}

// objections are those of the public, each with what the examination found.
func objections(f Frame, v desk.CaseView) []OpinionLine {
	var out []OpinionLine
	for _, o := range v.Case.Objections {
		who := Run{Words: f.Say("case.anonymous")}
		if o.By != "" {
			who = f.Run(o.By)
		}
		out = append(out, OpinionLine{
			Who: who, Office: Run{Words: f.Say("case.public")}, At: f.minute(o.At),
			Stance: Tag{"message-circle", "warn", f.Say("stance.objection")}, Text: runsOf(f, o.Text), Dissent: true,
		})
		if o.Resolved {
			word := f.Say("stance.not_upheld")
			if o.Upheld {
				word = f.Say("stance.upheld")
			}
			out = append(out, OpinionLine{
				Who: actorName(f, v.People, o.Examiner), Stance: Tag{"message-circle", "", word}, Text: runsOf(f, o.Finding),
			})
		}
	}
	return out
}

func runsOf(f Frame, words string) []Run {
	if words == "" {
		return nil
	}
	return f.Runs(paragraphs(words))
}

func (o offering) decisions() []DecisionLine {
	f, v := o.f, o.v
	var out []DecisionLine
	for _, d := range v.Case.Decisions {
		line := DecisionLine{
			Outcome: outcomeTag(f, d.Outcome), Who: actorName(f, v.People, d.By), At: f.minute(d.At), Ground: d.Ground, Text: f.Run(d.Text),
		}
		if d.Dissent > 0 {
			line.Dissent = f.Say("case.dissent", text.Args{"n": d.Dissent})
		}
		for _, words := range d.Conditions {
			met := Tag{"hourglass", "", f.Say("condition.open")}
			if slices.Contains(v.Case.Conditions, casework.Condition{Text: words, Met: true}) {
				met = Tag{"check", "ok", f.Say("condition.met")}
			}
			kept := ConditionLine{Text: f.Run(words), Met: met}
			if i := slices.Index(v.Case.Conditions, casework.Condition{Text: words}); i >= 0 {
				kept.Tick = o.tick("condition-"+number(i), "")
			}
			line.Conditions = append(line.Conditions, kept)
		}
		out = append(out, line)
	}
	return out
}

func (o offering) duties() []DutyLine {
	f, v := o.f, o.v
	var out []DutyLine
	for _, d := range v.Case.Duties {
		line := DutyLine{Title: f.Run(d.Named().In(f.Lang)), Tick: o.tick(d.ID, d.Act), State: Tag{"hourglass", "pri", f.Say("duty.open")}}
		if d.Post != "" {
			line.Owner = f.Run(postOf(f, v, d).In(f.Lang))
		} else {
			line.Owner = Run{Words: f.Say("case.applicant")}
		}
		if d.Done.IsZero() && d.Hindered != "" {
			line.Hindered = f.Say("duty.hindered", text.Args{"ground": o.word("ground.", d.Hindered), "words": d.Text})
		}
		switch {
		case d.Late:
			line.State = Tag{"alert-triangle", "warn", f.Say("duty.late")}
		case !d.Done.IsZero():
			line.State = Tag{"check", "ok", f.Say("duty.done")}
		case d.Blocks:
			line.State = Tag{"lock", "pri", f.Say("duty.blocks")}
		}
		switch {
		case !d.Done.IsZero():
			line.Day = f.Say("duty.done_on", text.Args{"day": f.day(d.Done)})
		case d.Due != nil:
			line.Day = f.Say("duty.due_on", text.Args{"day": f.day(d.Due.Due)})
		}
		out = append(out, line)
	}
	return out
}

// postOf names the post that owes a duty: the desk lists it among the holders
// while the duty is open.
func postOf(f Frame, v desk.CaseView, d casework.Duty) text.Text {
	for _, h := range v.Holders {
		if h.Task == d.Named() {
			return h.Post
		}
	}
	return text.Text{ZH: v.People[d.By.Person], EN: f.who.Pinyin(v.People[d.By.Person])}
}

// logLines is what was done, the latest first.
func logLines(f Frame, v desk.CaseView) []LogLine {
	var out []LogLine
	for _, e := range slices.Backward(v.Log) {
		line := LogLine{
			At: f.minute(e.At), Act: actWord(f, e.Kind), Seq: "#" + strconv.FormatInt(e.Entry, 10),
			Who: behalf(f, e.Person, e.For), Note: f.Run(clipped(e.Text, 120)), Key: decides(e.Kind),
		}
		if e.Kind == casework.Objected && e.Person == "" {
			line.Who = Run{Words: f.Say("actor.outside")}
		}
		if e.Stance != procedure.Open {
			line.Act += f.Say("list.colon") + stanceTag(f, e.Stance).Word
		}
		out = append(out, line)
	}
	return out
}

// proof names what the record of the case can be proven with; it claims nothing
// that was not verified.
func proof(f Frame, v desk.CaseView) Proof {
	p := Proof{Command: "chancery journal check-proof proof-" + v.No + ".json"} // of the file as it is downloaded
	if n := len(v.Log); n > 0 {
		p.Words = f.Say("case.proof", text.Args{
			"n": n, "from": strconv.FormatInt(v.Log[0].Entry, 10), "to": strconv.FormatInt(v.Log[n-1].Entry, 10), "last": strconv.FormatInt(v.LastEntry, 10),
		})
	}
	if p.Href = "/cases/" + pathPart(v.No) + "/proof"; len(v.Hidden) > 0 {
		p.Href, p.Locked = "", f.Say("case.proof_locked")
	}
	return p
}

// summary is what the case is about, in a few lines.
func (s *Site) summary(f Frame, v desk.CaseView) []Fact {
	c, app := v.Case, v.Application
	var facts []Fact
	add := func(key string, strong bool, runs ...Run) {
		if len(runs) > 0 && strings.TrimSpace(runs[0].Words) != "" {
			facts = append(facts, Fact{Label: f.Say(key), Value: runs, Strong: strong})
		}
	}
	purpose := form.Get[travel.Purpose](app.Answers, "purpose")
	inviter := form.Get[travel.Inviter](app.Answers, "inviter")
	matter := form.Get[form.Matter](app.Answers, "matter")
	add("sum.purpose", true, f.Run(purpose.Text))
	add("sum.inviter", false, f.Run(inviter.Body))
	add("sum.matter", true, f.Run(matter.Title))
	add("sum.why", false, f.Run(matter.Why))
	present := form.Get[gift.Gift](app.Answers, "gift")
	add("sum.gift", true, f.Run(present.What))
	add("sum.giver", false, f.Run(present.Giver))
	add("sum.receiver", false, f.Run(present.Receiver))
	add("sum.received", false, Run{Words: f.day(present.Received)})
	if present.Value.Currency != "" {
		add("sum.value", false, Run{Words: present.Value.String() + " " + string(present.Value.Currency)})
	}
	add("sum.size", false, size(f, app))
	add("sum.money", false, f.Run(form.Get[travel.Budget](app.Answers, "budget").Line))
	add("sum.asked", false, f.Run(text.Join(form.Get[form.Circulation](app.Answers, "circulation").Asked, f.Lang)))
	add("sum.applicant", false, f.person(v.People[c.Applicant]))
	add("sum.filed", false, Run{Words: f.day(c.Filed)})
	add("sum.instrument", true, f.Run(c.Instrument.In(f.Lang)))
	if c.Settled != nil {
		add("sum.settled", false, f.Run(f.Say("sum.settled_words", text.Args{"claimed": c.Settled.Claimed, "paid": c.Settled.Paid})))
	}
	return facts
}

// size says how many people go to how many places for how long.
func size(f Frame, app form.Application) Run {
	people := len(form.Get[[]travel.Member](app.Answers, "delegation"))
	it := form.Get[travel.Itinerary](app.Answers, "itinerary")
	if people == 0 {
		return Run{}
	}
	return Run{Words: f.Say("sum.size_words", text.Args{"people": people, "places": len(travel.Places(it)), "days": travel.DaysAbroad(it)})}
}
