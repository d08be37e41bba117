package web

import (
	"context"
	"strconv"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
	"chancery/desk"
)

// Cases answers what the case pages ask.
type Cases interface {
	// Docket is every case that may be seen, each with its open tasks.
	Docket(ctx context.Context) (Docket, error)
	// File is one case with everything that was done in it; a fault NotFound when there is none.
	File(ctx context.Context, no string) (CaseFile, error)
}

// Docket is the cases of an office on a day.
type Docket struct {
	Items  []DocketItem
	Office office.Office
	Today  calendar.Day
}

// DocketItem is one case with the tasks that wait in it.
type DocketItem struct {
	Case  casework.Case
	Tasks []casework.Task
	Step  text.Text
}

// CaseFile is one case as it stands, and how it came to be so.
type CaseFile struct {
	Case      casework.Case
	Procedure procedure.Procedure
	Tasks     []casework.Task
	Entries   []CaseEntry
	Office    office.Office
	Today     calendar.Day
}

// CaseEntry is one entry of the journal about the case.
type CaseEntry struct {
	ID    int64
	Event casework.Event
	Hash  string
}

// stateTag is the tag of a case's state, in the words that stand everywhere.
func stateTag(f Frame, s casework.State) Tag {
	switch s {
	case casework.Draft:
		return Tag{"pencil", "", f.Say("state.draft")}
	case casework.Active:
		return Tag{"hourglass", "pri", f.Say("state.active")}
	case casework.Noticed:
		return Tag{"speakerphone", "pri", f.Say("state.noticed")}
	case casework.Returned:
		return Tag{"corner-up-left", "warn", f.Say("state.returned")}
	case casework.Approved:
		return Tag{"check", "ok", f.Say("state.approved")}
	case casework.ApprovedIf:
		return Tag{"list-check", "ok", f.Say("state.approved_if")}
	case casework.Refused:
		return Tag{"x", "stop", f.Say("state.refused")}
	case casework.Withdrawn:
		return Tag{"arrow-back-up", "", f.Say("state.withdrawn")}
	case casework.Cancelled:
		return Tag{"x", "", f.Say("state.cancelled")}
	case casework.Revoked:
		return Tag{"x", "stop", f.Say("state.revoked")}
	case casework.Closed:
		return Tag{"checks", "ok", f.Say("state.closed")}
	}
	return Tag{"circle-dashed", "", string(s)}
}

// stanceTag is the tag of an opinion.
func stanceTag(f Frame, s procedure.Stance) Tag {
	switch s {
	case procedure.Agree:
		return Tag{"check", "ok", f.Say("stance.agree")}
	case procedure.Reservation:
		return Tag{"flag", "warn", f.Say("stance.reservation")}
	case procedure.Object:
		return Tag{"x", "stop", f.Say("stance.object")}
	case procedure.Abstain:
		return Tag{"circle-dashed", "", f.Say("stance.abstain")}
	case procedure.Lapsed:
		return Tag{"clock", "", f.Say("stance.lapsed")}
	case procedure.Open:
		return Tag{"message-circle", "", f.Say("stance.comment")}
	}
	return Tag{"message-circle", "", string(s)}
}

// dueOn draws a deadline as it stands today.
func (s *Site) dueOn(f Frame, d *calendar.Derivation, today calendar.Day) *Due {
	if d == nil || d.Due.IsZero() {
		return nil
	}
	left, provisional := s.workingLeft(d.Due, today)
	due := dueIn(f, left, provisional || d.Provisional)
	due.Day = f.day(d.Due)
	return &due
}

// workingLeft counts the working days from today to a deadline; below zero they are over.
func (s *Site) workingLeft(due, today calendar.Day) (left int, provisional bool) {
	if due < today {
		over, provisional := s.calendar.WorkingBetween(due, today)
		return -max(over, 1), provisional
	}
	return s.calendar.WorkingBetween(today, due)
}

// personName is how a person is called: in the person's own script, and on an
// English page by the spelling in letters where there is one.
func personName(f Frame, o office.Office, id office.PersonID) Run {
	p, ok := o.Person(id)
	switch {
	case !ok:
		return f.Run(string(id))
	case f.Lang == text.EN && p.Pinyin != "":
		return Run{Words: p.Pinyin}
	default:
		return f.Run(p.Name)
	}
}

func postName(f Frame, o office.Office, id office.PostID) string {
	if p, ok := o.Post(id); ok {
		return p.Name.In(f.Lang)
	}
	return string(id)
}

// holder says who has a task today: those who hold the post, or the applicant.
func holder(f Frame, o office.Office, t casework.Task, today calendar.Day) (who, post Run, vacant bool) {
	if t.Post == "" {
		return personName(f, o, t.Person), Run{Words: f.Say("case.applicant")}, false
	}
	var names []string
	for _, id := range o.Holders(t.Post, today) {
		names = append(names, personName(f, o, id).Words)
	}
	post = f.Run(postName(f, o, t.Post))
	return f.Run(text.Join(names, f.Lang)), post, len(names) == 0
}

// minute says a moment on the office's clock.
func (f Frame) minute(i calendar.Instant) string {
	if i == 0 {
		return ""
	}
	at := i.Time().In(desk.OfficeZone())
	return f.Say("date.minute", text.Args{"day": i.Day(desk.OfficeZone()).Say(), "time": at.Format("15:04")})
}

// actor says who acted, and for whom.
func actorName(f Frame, o office.Office, a office.Actor) Run {
	who := personName(f, o, a.Person)
	if a.For != "" {
		who.Words = f.Say("actor.for", text.Args{"who": who.Words, "whom": personName(f, o, a.For).Words})
	}
	if a.Person == "" {
		return Run{Words: f.Say("actor.clock")}
	}
	return who
}

// articleCitation cites an article by its name in a procedure, book/ID, as it stood on a day.
func (s *Site) articleCitation(f Frame, name string, on calendar.Day) (Citation, bool) {
	book, id, ok := strings.Cut(name, "/")
	if !ok {
		return Citation{}, false
	}
	b, ok := s.rules.Find(book)
	if !ok {
		return Citation{}, false
	}
	for _, a := range b.Articles {
		if a.ID != id {
			continue
		}
		e, ok := a.On(on)
		if !ok {
			e = latestEdition(a)
		}
		return Citation{
			Words: id + " " + a.Title.In(f.Lang), Since: e.From.String(), Href: articleHref(book, id, e.From),
			Hint: f.Say("cite.hint", text.Args{"document": e.Document, "article": e.Article, "since": e.From.String()}),
		}, true
	}
	return Citation{}, false
}

func number(n int) string { return strconv.Itoa(n) }
