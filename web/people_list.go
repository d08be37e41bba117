package web

import (
	"context"
	"net/http"

	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
)

// Office shows the office and changes who acts for whom. *desk.Desk does.
type Office interface {
	People(ctx context.Context, reader desk.Reader) (desk.PeopleView, error)
	PersonOf(ctx context.Context, reader desk.Reader, id office.PersonID) (desk.PersonView, error)
	PostOf(ctx context.Context, reader desk.Reader, id office.PostID) (desk.PostDetail, error)
	ChangeOffice(ctx context.Context, reader desk.Reader, request string, c office.Change) error
}

// PeoplePage is the office: its units with their posts, its people, what is vacant, who acts for whom.
type PeoplePage struct {
	Frame
	Sentence    string
	Units       []UnitPart
	People      []PersonRow
	Vacant      []PostRow
	Delegations []DelegationRow
}

// UnitPart is a unit with its posts; Class says how deep it lies.
type UnitPart struct {
	Name  Run
	Class string
	Posts []PostRow
}

// PostRow is a post with those who hold it and act in it.
type PostRow struct {
	Name, Unit Run
	Href       string
	Head       string
	Holders    []PersonRow
	Acting     []Run
	Vacant     *Tag
}

// PersonRow is a person in a list.
type PersonRow struct {
	Name  Run
	Href  string
	Posts Run
	Span  string
}

// DelegationRow is a delegation of authority.
type DelegationRow struct {
	Sentence   Run
	Post       Run
	PostHref   string
	Span       string
	Scope, Why Run
	State      Tag
	// Ends is set where the reader may end it.
	Ends *EndForm
}

// EndForm ends a delegation of authority.
type EndForm struct {
	Action, From, To, Request string
}

func (s *Site) peopleList(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	v, err := s.office.People(r.Context(), who)
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	f.Here, f.Title = "people", f.Say("people.title")
	page := PeoplePage{Frame: f}
	posts, acting := 0, 0
	for _, u := range v.Units {
		part := UnitPart{Name: f.Run(u.Name.In(f.Lang)), Class: "depth-" + number(min(u.Depth, 4))}
		for _, p := range u.Posts {
			part.Posts = append(part.Posts, postRow(f, p))
			posts++
		}
		page.Units = append(page.Units, part)
	}
	for _, p := range v.Vacant {
		page.Vacant = append(page.Vacant, postRow(f, p))
	}
	for _, p := range v.People {
		page.People = append(page.People, personRow(f, p))
	}
	for _, g := range v.Delegations {
		page.Delegations = append(page.Delegations, delegationRow(f, g))
		if g.Now {
			acting++
		}
	}
	args := text.Args{"people": len(v.People), "posts": posts, "vacant": len(v.Vacant), "acting": acting}
	page.Sentence = f.Say("people.sentence", args)
	if len(v.Vacant) == 0 {
		page.Sentence = f.Say("people.sentence_full", args)
	}
	return s.show(w, r, peopleList(page))
}

func personHref(id office.PersonID) string { return "/people/" + pathPart(string(id)) }

func postHref(id office.PostID) string { return "/posts/" + pathPart(string(id)) }

func postRow(f Frame, p desk.PostView) PostRow {
	row := PostRow{Name: f.Run(p.Name.In(f.Lang)), Unit: f.Run(p.Unit.In(f.Lang)), Href: postHref(p.ID)}
	if p.Head {
		row.Head = f.Say("people.head")
	}
	for _, h := range p.Holders {
		row.Holders = append(row.Holders, personRow(f, h))
	}
	for _, g := range p.Acting {
		if g.Now {
			row.Acting = append(row.Acting, f.Run(f.Say("people.acting", text.Args{
				"to": f.person(g.ToName).Words, "from": f.person(g.FromName).Words, "until": g.Until.String(),
			})))
		}
	}
	if p.Vacant {
		row.Vacant = &Tag{"alert-triangle", "stop", f.Say("people.vacant")}
	}
	return row
}

func personRow(f Frame, p desk.PersonLine) PersonRow {
	row := PersonRow{Name: f.person(p.Name), Href: personHref(p.ID), Posts: f.Run(text.Join(inLang(p.Posts, f.Lang), f.Lang))}
	if !p.Since.IsZero() {
		row.Span = spanWords(f, p.Since.String(), p.Until.String())
	}
	return row
}

// spanWords says from when until when something holds; without an end, still.
func spanWords(f Frame, from, until string) string {
	if until == "" {
		return f.Say("people.since", text.Args{"from": from})
	}
	return f.Say("people.span", text.Args{"from": from, "until": until})
}

func delegationRow(f Frame, g desk.DelegationView) DelegationRow {
	row := DelegationRow{
		Sentence: f.Run(f.Say("people.gives", text.Args{"from": f.person(g.FromName).Words, "to": f.person(g.ToName).Words})),
		Post:     f.Run(g.PostName.In(f.Lang)), PostHref: postHref(g.Post), Span: spanWords(f, g.Since.String(), g.Until.String()),
		Scope: Run{Words: f.Say("people.all_procedures")}, Why: f.Run(g.Why),
		State: Tag{"clock", "", f.Say("people.to_come")},
	}
	if len(g.Scope) > 0 {
		row.Scope = f.Run(text.Join(inLang(g.Scope, f.Lang), f.Lang))
	}
	if g.Now {
		row.State = Tag{"check", "ok", f.Say("people.holds")}
	}
	if g.MayEnd {
		row.Ends = &EndForm{Action: postHref(g.Post) + "/delegation-ends", From: string(g.From), To: string(g.To), Request: newRequestID()}
	}
	return row
}
