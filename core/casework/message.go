package casework

import (
	"slices"
	"time"

	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/text"
)

// Message is something that somebody is told; it leaves the house after the commit.
type Message struct {
	// To is empty for what is told to no person of the office, but to programs outside.
	To    office.PersonID `json:"to"`
	Case  string          `json:"case"`
	Kind  Kind            `json:"kind"`
	Words text.Text       `json:"words"`
	// NotBefore is when it may leave the house: an act can be recalled until then.
	NotBefore calendar.Instant `json:"not_before,omitempty"`
}

// Messages tells people of an act once it is durable: those to whom it brought an open task or whose task it gave another
// day, those to whom the case is copied, the applicant how it was decided, and the post to which an overdue task is escalated.
// A reminder tells those alone whose task it is. Nobody is told what they did themselves. Was and is are the open tasks
// before and after.
func Messages(c Case, events []Event, was, is []Task, o office.Office) []Message {
	last := events[len(events)-1]
	var out []Message
	say := func(id office.PersonID, kind Kind, words text.Text) {
		if id != last.Actor.Person {
			words = text.Text{ZH: c.Number.ZH + "：" + words.ZH, EN: c.Number.EN + ": " + words.EN}
			out = append(out, Message{To: id, Case: c.No, Kind: kind, Words: words, NotBefore: RecallableUntil(c)})
		}
	}
	for _, e := range events {
		if words, ok := concluding(e.Kind); ok {
			say(c.Applicant, e.Kind, words)
		}
		if e.Kind == Commented {
			for _, id := range e.Persons {
				say(id, e.Kind, text.Text{ZH: "抄送您阅知", EN: "copied to you"})
			}
		}
	}
	if last.Kind == Escalated {
		for _, b := range o.Bearers(office.PostID(last.From), last.Day, c.Procedure) {
			say(b.Person, last.Kind, text.Text{ZH: "超期转报", EN: "overdue, told to you"})
		}
	}
	for _, t := range is {
		words := t.Title
		switch {
		case last.Kind == Reminded:
			if !remindedOf(last, t, c.Duties) {
				continue
			}
			words = text.Text{ZH: "{task}（{due}到期）", EN: "{task}, due on {due}"}.Fill(text.Args{"task": words, "due": t.Due.Due.Say()})
		case slices.ContainsFunc(was, t.stays):
			continue
		}
		if t.Post == "" {
			say(t.Person, last.Kind, words)
			continue
		}
		for _, b := range o.Bearers(t.Post, last.Day, c.Procedure) {
			say(b.Person, last.Kind, words)
		}
	}
	return out
}

// Aside tells programs outside of an act, of each of its events.
func Aside(c Case, events []Event) []Message {
	out := make([]Message, 0, len(events))
	for _, e := range events {
		out = append(out, Message{Case: c.No, Kind: e.Kind, NotBefore: RecallableUntil(c)})
	}
	return out
}

// concluding says in words what an act made of a case that its applicant waits for.
func concluding(k Kind) (text.Text, bool) {
	switch k { //nolint:exhaustive // the others conclude nothing
	case ApprovedNow:
		return text.Text{ZH: "已批准", EN: "approved"}, true
	case RefusedNow:
		return text.Text{ZH: "不予批准", EN: "refused"}, true
	case CancelledNow:
		return text.Text{ZH: "已取消", EN: "cancelled"}, true
	case RevokedNow:
		return text.Text{ZH: "批准已撤销", EN: "the approval was revoked"}, true
	case ClosedNow:
		return text.Text{ZH: "已办结", EN: "closed"}, true
	}
	return text.Text{}, false
}

// stays says whether another task is the same one, of the same holder and due on the same day.
func (t Task) stays(other Task) bool {
	due := func(t Task) (d calendar.Day) {
		if t.Due != nil {
			d = t.Due.Due
		}
		return d
	}
	return t.Step == other.Step && t.ID == other.ID && t.Post == other.Post && t.Person == other.Person && t.Since == other.Since && due(t) == due(other)
}

// remindedOf says whether a task is the one of which a reminder reminds: the duty, the examination of an objection, or what
// the step itself waits for.
func remindedOf(e Event, t Task, duties []Duty) bool {
	switch {
	case t.Due == nil:
		return false
	case e.Slot != "":
		return t.ID == e.Slot
	case e.Number > 0:
		return t.ID == ExamineObjection
	}
	return t.ID != ExamineObjection && !slices.ContainsFunc(duties, func(d Duty) bool { return d.ID == t.ID })
}

// RecallableUntil is the instant until which the last act can be taken back; no message of it leaves the house before.
func RecallableUntil(c Case) calendar.Instant {
	if c.Last == nil {
		return 0
	}
	return calendar.InstantOf(c.Last.At.Time().Add(RecallMinutes * time.Minute))
}
