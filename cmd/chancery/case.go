package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
	"chancery/desk"
)

type caseCommand struct {
	File    caseFileCommand    `cmd:"" help:"File a case; it stays a draft until it is submitted."`
	Show    caseShowCommand    `cmd:"" help:"Show a case: where it stands, who has it since when, and why."`
	List    caseListCommand    `cmd:"" help:"List cases, newest first."`
	Tick    caseTickCommand    `cmd:"" help:"Do what the passing of time does: notices that end, silence that lapses, escalations."`
	Path    casePathCommand    `cmd:"" help:"Show the way an application would go, and who would have it; nothing is filed."`
	Allowed caseAllowedCommand `cmd:"" help:"List what the person named with --as may do in a case now."`

	Attach caseAttachCommand `cmd:"" help:"Attach a file: a letter, a scan, a form (附材料)."`

	Submit       actCommand `cmd:"" help:"Submit it (报送)."`
	Return       actCommand `cmd:"" help:"Send it back to be mended (退回)."`
	Countersign  actCommand `cmd:"" help:"Give an opinion in a signing (会签)."`
	Comment      actCommand `cmd:"" help:"Write a comment (批注)."`
	Answer       actCommand `cmd:"" help:"Reply to an opinion (答复)."`
	AddSigner    actCommand `cmd:"" help:"Add a signer (加签)."`
	RemoveSigner actCommand `cmd:"" help:"Take a signer out (减签)."`
	Reassign     actCommand `cmd:"" help:"Give a task to another post (转办)."`
	Notice       actCommand `cmd:"" help:"Put it on public notice (公示)."`
	Object       actCommand `cmd:"" help:"Object to a notice (提出异议)."`
	Resolve      actCommand `cmd:"" help:"Answer an objection (核查异议)."`
	AskOutside   actCommand `cmd:"" help:"Ask an authority outside to decide (报请审批)."`
	Receive      actCommand `cmd:"" help:"Enter the answer of an authority outside (收到批复)."`
	Approve      actCommand `cmd:"" help:"Approve, perhaps with conditions (批准)."`
	Reduce       actCommand `cmd:"" help:"Approve a reduced application (核减)."`
	Refuse       actCommand `cmd:"" help:"Refuse (不予批准)."`
	Issue        actCommand `cmd:"" help:"Issue the numbered instrument (制发批件)."`
	Fulfil       actCommand `cmd:"" help:"Do one of the things to be done, or tick off a condition (办妥)."`
	Hinder       actCommand `cmd:"" help:"Record what stands in the way of a duty: a visa refused, a document lost (受阻)."`
	Depart       actCommand `cmd:"" help:"Let the delegation leave (出发)."`
	Change       actCommand `cmd:"" help:"Ask for a change of an approved case (申请变更)."`
	Homecoming   actCommand `cmd:"" help:"Record the homecoming (回国)."`
	Handback     actCommand `cmd:"" help:"Record that the documents are back (交还证照)."`
	Report       actCommand `cmd:"" help:"File the return report (归国报告)."`
	PostNotice   actCommand `cmd:"" help:"Post the notice after the trip (事后公示)."`
	Settle       actCommand `cmd:"" help:"Hold the account against the approval (核销)."`
	Close        actCommand `cmd:"" help:"Close it (办结)."`
	Withdraw     actCommand `cmd:"" help:"Withdraw it before it is decided (撤回)."`
	Cancel       actCommand `cmd:"" help:"Cancel it after approval, before departure (取消)."`
	Revoke       actCommand `cmd:"" help:"Revoke the approval (撤销)."`
	Recall       actCommand `cmd:"" help:"Take the own last act back, within five minutes (收回)."`
	Correct      actCommand `cmd:"" help:"Write a correction into the record (更正)."`
}

// kinds maps the words of the command line to the acts.
func kinds() map[string]casework.Kind {
	return map[string]casework.Kind{
		"submit": casework.Submitted, "return": casework.ReturnedBack, "countersign": casework.Countersigned, "comment": casework.Commented,
		"answer": casework.Answered, "add-signer": casework.SignerAdded, "remove-signer": casework.SignerRemoved, "reassign": casework.Reassigned,
		"notice": casework.NoticePosted, "object": casework.Objected, "resolve": casework.ObjectionSettled, "ask-outside": casework.DecisionAsked,
		"receive": casework.DecisionReceived, "approve": casework.ApprovedNow, "reduce": casework.ApprovedNow, "refuse": casework.RefusedNow,
		"issue": casework.Issued, "fulfil": casework.Fulfilled, "hinder": casework.Hindered, "depart": casework.Departed, "change": casework.ChangeAsked,
		"homecoming": casework.CameHome, "handback": casework.HandedBack, "report": casework.Reported, "post-notice": casework.PostNoticed,
		"settle": casework.Settled, "close": casework.ClosedNow, "withdraw": casework.WithdrawnNow, "cancel": casework.CancelledNow,
		"revoke": casework.RevokedNow, "recall": casework.Recalled, "correct": casework.Corrected,
	}
}

type caseFileCommand struct {
	File    string `arg:"" help:"File of the application."`
	Title   string `help:"How the case is called in lists."`
	Request string `help:"Your own name for this filing; sent again, it gives the first result." placeholder:"ID"`
}

// Run files a case and prints its number.
func (c *caseFileCommand) Run(a *App) error {
	data, err := readInput(c.File, applicationBytes)
	if err != nil {
		return err
	}
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	application, err := d.Library().ReadApplication(c.File, data)
	if err != nil {
		return err
	}
	actor, err := a.actor(d)
	if err != nil {
		return err
	}
	filed, err := d.File(a.ctx, actor, desk.Filing{Application: application, Title: c.Title, Request: c.Request})
	if err != nil {
		return err
	}
	return a.show(d, desk.ReaderOf(actor), filed.No)
}

type caseShowCommand struct {
	No string `arg:"" name:"no" help:"Number of the case."`
}

// Run shows a case.
func (c *caseShowCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	reader, err := a.reader(d)
	if err != nil {
		return err
	}
	return a.show(d, reader, d.CaseNo(c.No))
}

type caseListCommand struct {
	Procedure string `help:"Only of this procedure."`
	State     string `help:"Only in this state."`
	Unit      string `help:"Only of this unit."`
	Limit     int    `help:"At most so many." default:"200"`
}

// Run lists cases.
func (c *caseListCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	reader, err := a.reader(d)
	if err != nil {
		return err
	}
	lines, err := d.Cases(a.ctx, reader, casework.Filter{Procedure: c.Procedure, State: c.State, Unit: c.Unit, Limit: c.Limit})
	if err != nil {
		return err
	}
	if lines == nil {
		lines = []desk.CaseLine{}
	}
	return a.print(lines, func(w io.Writer) {
		for _, l := range lines {
			fmt.Fprintf(w, "%-14s %-12s %s · %s%s\n", l.No, l.State, l.Title, l.Step.In(a.lang()), holding(l, a.lang()))
		}
	})
}

func holding(l desk.CaseLine, lang text.Lang) string {
	var out []string
	for _, h := range l.Holders {
		out = append(out, h.Post.In(lang)+" "+strings.Join(h.People, "、"))
	}
	if len(out) == 0 {
		return ""
	}
	return " · " + strings.Join(out, "; ")
}

type caseTickCommand struct{}

// Run does what time does.
func (c *caseTickCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	n, err := d.Tick(a.ctx)
	if err != nil {
		return err
	}
	return a.print(map[string]int{"done": n}, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{ZH: "办了 {n} 件", EN: "{n} {n|thing|things} done"}.Fill(text.Args{"n": n}).In(a.lang()))
	})
}

// actCommand is every act: the flags that an act does not use are left empty.
type actCommand struct {
	No        string   `arg:"" name:"no" help:"Number of the case."`
	Text      string   `help:"What is said: the opinion, the reason, the report."`
	Ground    string   `help:"Coded ground of a refusal or return; number of an outside reply; name of an objector."`
	Opinion   string   `help:"agree, reservation, object or abstain." placeholder:"WORD"`
	Slot      string   `help:"Which signature, duty or condition." placeholder:"ID"`
	Number    int      `help:"Which opinion or objection."`
	Upheld    bool     `help:"The objection was found to be right."`
	Day       string   `help:"The day it happened." placeholder:"DAY"`
	Condition []string `help:"A condition of the approval." sep:"none"`
	Refused   bool     `help:"The authority outside refused."`
	File      string   `help:"File of the changed application." placeholder:"FILE"`
	Actual    string   `help:"JSON of the border days as they were." placeholder:"JSON"`
	Post      string   `help:"The post that signs or takes over." placeholder:"POST"`
	Claimed   string   `help:"Money claimed." placeholder:"AMOUNT"`
	Paid      string   `help:"Money paid." placeholder:"AMOUNT"`
	Unpaid    string   `help:"Money refused." placeholder:"AMOUNT"`
	Seen      int      `help:"Version of the case that was seen; default: the present one."`
	Request   string   `help:"Your own name for this act; sent again, it gives the first result." placeholder:"ID"`
}

// Run does the act that the command line names.
func (c *actCommand) Run(a *App, word string) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	actor, err := a.actor(d)
	if err != nil {
		return err
	}
	act, err := c.act(d, word)
	if err != nil {
		return err
	}
	no := d.CaseNo(c.No)
	if act.Seen == 0 {
		if act.Seen, err = d.Version(a.ctx, desk.ReaderOf(actor), no); err != nil {
			return err
		}
	}
	if _, err := d.Do(a.ctx, actor, no, c.Request, act); err != nil {
		return err
	}
	return a.show(d, desk.ReaderOf(actor), no)
}

func (c *actCommand) act(d *desk.Desk, word string) (casework.Act, error) {
	act := casework.Act{
		Kind: kinds()[word], Seen: c.Seen, Text: c.Text, Ground: c.Ground, Stance: procedure.Stance(c.Opinion), Slot: c.Slot,
		Number: c.Number, Yes: c.Upheld, Conditions: c.Condition, Post: office.PostID(c.Post),
	}
	if c.Refused {
		act.Outcome = casework.OutcomeRefused
	}
	if word == "reduce" {
		act.Outcome = casework.OutcomeReduced
	}
	if c.Claimed != "" {
		act.Settlement = &casework.Settlement{Claimed: c.Claimed, Paid: c.Paid, Refused: c.Unpaid, Why: c.Text}
	}
	if c.Actual != "" {
		act.Actual = json.RawMessage(c.Actual)
	}
	var err error
	if c.Day != "" {
		if act.Day, err = calendar.ParseDay(c.Day); err != nil {
			return act, err
		}
	}
	if c.File == "" {
		return act, nil
	}
	data, err := readInput(c.File, applicationBytes)
	if err != nil {
		return act, err
	}
	application, err := d.Library().ReadApplication(c.File, data)
	if err != nil {
		return act, err
	}
	if act.Filing, err = application.Canonical(); err != nil {
		return act, err
	}
	act.Digest, err = application.Digest()
	return act, err
}

// show prints a case as it stands.
func (a *App) show(d *desk.Desk, reader desk.Reader, no string) error {
	v, err := d.Case(a.ctx, reader, no)
	if err != nil {
		return err
	}
	return a.print(v, func(w io.Writer) { sayCase(w, v, a.lang()) })
}

func sayCase(w io.Writer, v desk.CaseView, l text.Lang) {
	fmt.Fprintf(w, "%s  %s\n", v.Number.In(l), v.Title)
	fmt.Fprintf(w, "%s · %s\n", v.State, v.Step.In(l))
	for _, s := range v.Steps {
		if s.Current {
			fmt.Fprintf(w, "  %s (%s)\n", s.Why.In(l), s.Article)
		}
	}
	for _, h := range v.Holders {
		due := ""
		if h.Due != nil {
			due = " · " + h.Due.Say().In(l)
		}
		who := strings.Join(h.People, "、")
		if h.Vacant {
			who = text.Text{ZH: "空缺", EN: "VACANT"}.In(l)
		}
		fmt.Fprintf(w, "  → %s: %s %s, %s %s%s\n", h.Task.In(l), h.Post.In(l), who, text.Text{ZH: "自", EN: "since"}.In(l), h.Since.Day(desk.OfficeZone()), due)
	}
	if c := v.Checked; c != nil {
		for _, f := range c.Findings {
			if f.Status != "ok" {
				fmt.Fprintf(w, "  %s %s: %s\n", f.Status, f.Rule, f.Say.In(l))
			}
		}
	}
	for _, o := range v.Case.Dissent() {
		fmt.Fprintf(w, "  %s %s: %s\n", o.Stance, o.Title.In(l), o.Text)
	}
	for _, e := range v.Log {
		fmt.Fprintf(w, "  #%d %s %s %s %s\n", e.Entry, e.At.Day(desk.OfficeZone()), e.Kind, e.Person, e.Text)
	}
}
