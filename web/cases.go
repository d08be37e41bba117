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

// Cases answers what the case pages ask. *desk.Desk does.
type Cases interface {
	// CaseNo gives the number by which a case is kept, however people wrote it.
	CaseNo(written string) string
	Cases(ctx context.Context, reader desk.Reader, f casework.Filter) ([]desk.CaseLine, error)
	Tally(ctx context.Context, reader desk.Reader, f casework.Filter) (casework.Tally, error)
	Case(ctx context.Context, reader desk.Reader, no string) (desk.CaseView, error)
	CaseFor(ctx context.Context, reader desk.Reader, no string) (desk.CaseView, desk.Choices, error)
	Proof(ctx context.Context, reader desk.Reader, no string) ([]byte, error)
	Days
	Acts
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

// dueOf draws the deadline of one holder as it stands on a day.
func dueOf(f Frame, h desk.Holder, today calendar.Day) *Due {
	if h.Due == nil || h.Due.Due.IsZero() {
		return nil
	}
	due := dueIn(f, leftOf(h, today), h.Due.Provisional)
	due.Day = f.day(h.Due.Due)
	return &due
}

// leftOf is the working days that are left; a deadline that has passed is over
// by one at least, were it only by a weekend.
func leftOf(h desk.Holder, today calendar.Day) int {
	if h.Due.Due < today {
		return min(h.LeftDays, -1)
	}
	return h.LeftDays
}

// nearest is the deadline that presses most among those who hold a case.
func nearest(line desk.CaseLine) (desk.Holder, bool) {
	var (
		first desk.Holder
		found bool
	)
	for _, h := range line.Holders {
		if h.Due != nil && (!found || h.Due.Due < first.Due.Due) {
			first, found = h, true
		}
	}
	return first, found
}

// holderName says who has a task: the people who hold the post, or that nobody does.
func holderName(f Frame, h desk.Holder) Run {
	if h.Vacant || len(h.People) == 0 {
		return f.Run(f.Say("case.vacant_post", text.Args{"post": h.Post}))
	}
	return f.persons(h.People)
}

// minute says a moment on the office's clock.
func (f Frame) minute(i calendar.Instant) string {
	if i == 0 {
		return ""
	}
	at := i.Time().In(desk.OfficeZone())
	return f.Say("date.minute", text.Args{"day": i.Day(desk.OfficeZone()).Say(), "time": at.Format("15:04")})
}

// actorName says who acted, and for whom.
func actorName(f Frame, people map[office.PersonID]string, a office.Actor) Run {
	return behalf(f, people[a.Person], people[a.For])
}

// behalf names a person, and whoever delegated the authority; without a person
// the office's clock acted.
func behalf(f Frame, who, whom string) Run {
	switch {
	case who == "":
		return Run{Words: f.Say("actor.clock")}
	case whom != "":
		return f.Run(f.Say("actor.for", text.Args{"who": f.person(who).Words, "whom": f.person(whom).Words}))
	default:
		return f.person(who)
	}
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
			Hint: f.Say("cite.hint", text.Args{"document": e.Document, "article": source(f, "", e.Article).Article, "since": e.From.String()}),
		}, true
	}
	return Citation{}, false
}

func number(n int) string { return strconv.Itoa(n) }
