package web

import (
	"slices"
	"strconv"

	"chancery/core/casework"
	"chancery/core/procedure"
	"chancery/core/text"
	"chancery/desk"
)

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

func (o offering) duties() []DutyLine {
	f, v := o.f, o.v
	var out []DutyLine
	for _, d := range v.Case.Duties {
		line := DutyLine{Title: f.of(d.Named()), Tick: o.tick(d.ID, d.Act), State: Tag{"hourglass", "pri", f.Say("duty.open")}}
		if d.Post != "" {
			line.Owner = f.Run(postOf(f, v, d).In(f.Lang))
		} else {
			line.Owner = Run{Words: f.Say("case.applicant")}
		}
		if d.Done.IsZero() && d.Hindered != "" {
			line.Hindered = f.Say("duty.hindered", text.Args{"ground": o.f.ground(d.Hindered), "words": d.Text})
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
	return text.Text{ZH: v.People[d.By.Person], EN: f.who.Called(v.People[d.By.Person])}
}

// entrySeq is the number of an entry; one that was written this moment has none yet.
func entrySeq(f Frame, entry int64) string {
	if entry == 0 {
		return f.Say("case.entry_waits")
	}
	return "#" + strconv.FormatInt(entry, 10)
}

// logLines is what was done, the latest first.
func logLines(f Frame, v desk.CaseView) []LogLine {
	var out []LogLine
	for _, e := range slices.Backward(v.Log) {
		line := LogLine{
			At: f.minute(e.At), Act: actWord(f, e.Kind), Seq: entrySeq(f, e.Entry),
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
		words := "case.proof"
		if v.Log[n-1].Entry == 0 {
			words = "case.proof_waiting"
		}
		p.Words = f.Say(words, text.Args{
			"n": n, "from": strconv.FormatInt(v.Log[0].Entry, 10), "to": strconv.FormatInt(v.Log[n-1].Entry, 10), "last": strconv.FormatInt(v.LastEntry, 10),
		})
	}
	if p.Href = "/cases/" + pathPart(v.No) + "/proof"; len(v.Hidden) > 0 {
		p.Href, p.Locked = "", f.Say("case.proof_locked")
	}
	return p
}
