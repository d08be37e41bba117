package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// CasePage is one case as it stands now.
type CasePage struct {
	Frame
	No                       string
	Subject, Unit, Procedure Run
	// Written is the title as it was written, where the page calls the case otherwise.
	Written           Run
	State             Tag
	Steps             []StepMark
	StepSentence      string
	Due               *Due
	Holders           []Holder
	MoreHolders       string
	Why               Why
	Summary           []Fact
	Timeline          *Timeline
	Focus             []FindingLine
	FocusTitle        string
	Opinions          []OpinionLine
	Decisions         []DecisionLine
	Duties            []DutyLine
	Findings          Findings
	FindingsAt        string
	Log               []LogLine
	Proof             Proof
	Panel             *Panel
	Forms             []Form
	Recall            *RecallBox
	Said              *Said
	Wrong             *Wrong
	Posts, Colleagues []Option
	Application       []ApplicationPart
	Rounds            []RoundPart
	Attachments       AttachmentsPart
	Party             []PartyLine
	// Allowed is what the tables give the whole delegation.
	Allowed *TripFigures
}

// RecallBox takes the own last act back while there is time.
type RecallBox struct {
	Words, Until, Left, Button, Action string
	Hidden                             Hidden
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
		Frame: f, No: c.Number.In(f.Lang), Subject: f.title(c.Title, v.Called), Unit: f.unit(c.Unit), Procedure: f.Run(v.Procedure.In(f.Lang)),
		State: stateTag(f, c.State), Steps: stepMarks(f, v), Why: s.why(f, v), Opinions: o.opinions(), Decisions: o.decisions(),
		Duties: o.duties(), Log: logLines(f, v), Proof: proof(f, v), Attachments: attachments(f, v, ""), Summary: s.summary(f, v), Timeline: s.timeline(f, v.Application),
		Said: said(f, r), Recall: o.recall(), Forms: o.forms(), Application: applicationParts(f, v), Rounds: rounds(f, v),
		Party: party(f, v), Allowed: allowed(f, v.Allowances),
	}
	page.Here, page.Title = "cases", page.No+" "+page.Subject.Words
	if page.Subject.Words != c.Title {
		page.Written = f.Run(c.Title)
	}
	page.Live, page.LiveSays = s.liveAt(base+"/events", c.Version), f.Say("live.case")
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
	if entry != "" {
		entry = "#" + entry + " · "
	}
	_, _ = fmt.Fprintf(w, "@page { @bottom-left { content: \"%s · %s%s\"; font-size: 9pt; } }\n", no, entry, code)
	return nil
}

// lastEntryOf is the number of the last entry; empty where it has none yet.
func lastEntryOf(v desk.CaseView) string {
	if len(v.Log) == 0 || v.Log[len(v.Log)-1].Entry == 0 {
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
