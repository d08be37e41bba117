package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

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
	Attachments              AttachmentsPart
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
}

// DutyLine is one thing to be done, and whether it was.
type DutyLine struct {
	Title, Owner Run
	State        Tag
	Day          string
}

// LogLine is one entry of the case's journal.
type LogLine struct {
	At, Act, Seq string
	Who, Note    Run
	Key          bool
}

// Proof says how the record of the case is proven.
type Proof struct{ Words, Command string }

// caseShow shows a case: where it stands, why, what is to be judged, what the
// rules say, what others said, and what was done.
func (s *Site) caseShow(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	v, err := s.cases.Case(r.Context(), who, r.PathValue("no"))
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	c := v.Case
	page := CasePage{
		Frame: f, No: c.Number.In(f.Lang), Subject: f.Run(c.Title), Unit: f.Run(c.Unit), Procedure: f.Run(v.Procedure.In(f.Lang)),
		State: stateTag(f, c.State), Steps: stepMarks(f, v), Why: s.why(f, v), Opinions: opinions(f, v), Decisions: decisions(f, v),
		Duties: duties(f, v), Log: logLines(f, v), Proof: proof(f, v), Attachments: attachments(f, v, ""), Summary: s.summary(f, v), Timeline: s.timeline(f, v.Application),
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
	}
	if v.Checked != nil {
		page.Findings = findings(f, v.Checked.Findings)
		page.FindingsAt = f.Say("case.findings_at", text.Args{
			"today": f.day(v.Checked.Today), "day": f.day(v.Checked.Day), "gate": gateWord(f, v.Checked.Gate),
		})
		page.Focus = slices.DeleteFunc(slices.Clone(page.Findings.Open), func(x FindingLine) bool { return x.Status != string(rule.Judge) })
	}
	page.FocusTitle = f.Say("case.opinions")
	if len(page.Focus) > 0 {
		page.FocusTitle = f.Say("case.to_judge", text.Args{"n": len(page.Focus)})
	}
	return s.show(w, r, caseShow(page))
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
			Task: f.Run(t.Task.In(f.Lang)), Post: f.Run(t.Post.In(f.Lang)), Who: f.Run(text.Join(t.People, f.Lang)),
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
func opinions(f Frame, v desk.CaseView) []OpinionLine {
	out := objections(f, v)
	ordered := slices.Clone(v.Case.Opinions)
	slices.SortStableFunc(ordered, func(a, b casework.Opinion) int {
		switch {
		case a.Dissents() == b.Dissents():
			return 0
		case a.Dissents():
			return -1
		default:
			return 1
		}
	})
	var silent []string
	for _, o := range ordered {
		if o.Stance == procedure.Agree && o.Text == "" && o.Answer == "" {
			silent = append(silent, joined(f, actorName(f, v.People, o.By).Words, o.Title.In(f.Lang)))
			continue
		}
		line := OpinionLine{
			Who: actorName(f, v.People, o.By), Office: f.Run(o.Title.In(f.Lang)), At: f.minute(o.At),
			Stance: stanceTag(f, o.Stance), Text: runsOf(f, o.Text), Dissent: o.Dissents(),
		}
		if o.By.Person == "" { // nobody spoke in time
			line.Who, line.Office = line.Office, Run{}
		}
		out = append(out, line)
		if o.Answer != "" {
			out = append(out, OpinionLine{Stance: Tag{"message-circle", "", f.Say("stance.reply")}, Text: runsOf(f, o.Answer)})
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

func decisions(f Frame, v desk.CaseView) []DecisionLine {
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
			line.Conditions = append(line.Conditions, ConditionLine{Text: f.Run(words), Met: met})
		}
		out = append(out, line)
	}
	return out
}

func duties(f Frame, v desk.CaseView) []DutyLine {
	var out []DutyLine
	for _, d := range v.Case.Duties {
		line := DutyLine{Title: f.Run(d.Title.In(f.Lang)), State: Tag{"hourglass", "pri", f.Say("duty.open")}}
		if d.Post != "" {
			line.Owner = f.Run(postOf(v, d).In(f.Lang))
		} else {
			line.Owner = Run{Words: f.Say("case.applicant")}
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
func postOf(v desk.CaseView, d casework.Duty) text.Text {
	for _, h := range v.Holders {
		if h.Task == d.Title {
			return h.Post
		}
	}
	return text.Text{ZH: v.People[d.By.Person], EN: v.People[d.By.Person]}
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
	p := Proof{Command: "chancery journal proof " + v.No}
	if n := len(v.Log); n > 0 {
		p.Words = f.Say("case.proof", text.Args{
			"n": n, "from": strconv.FormatInt(v.Log[0].Entry, 10), "to": strconv.FormatInt(v.Log[n-1].Entry, 10), "last": strconv.FormatInt(v.LastEntry, 10),
		})
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
	add("sum.applicant", false, f.Run(v.People[c.Applicant]))
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
