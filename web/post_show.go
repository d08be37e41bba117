package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
)

// PostPage is one post: who holds it, who acts in it, and what the reader may do about that.
type PostPage struct {
	Frame
	Post     PostRow
	Sentence string
	Held     []PersonRow
	Acting   []DelegationRow
	// Who says who may give and end the authority of this post.
	Who     string
	Give    *GiveForm
	Hand    *HandForm
	Wrong   []string
	Crumb   string
	Request string
}

// Pick is one entry of a list to choose from.
type Pick struct {
	Value, Label string
	Chosen       bool
}

// GiveForm gives the authority of a post to another person.
type GiveForm struct {
	Action, Since, Until, Why string
	From, To, Procedures      []Pick
}

// HandForm hands a post over.
type HandForm struct {
	Action, On string
	From, To   []Pick
}

func (s *Site) postShow(w http.ResponseWriter, r *http.Request) error {
	return s.post(w, r, url.Values{}, nil)
}

// post shows a post; after a fault once more with what was typed.
func (s *Site) post(w http.ResponseWriter, r *http.Request, typed url.Values, wrong error) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	v, err := s.office.PostOf(r.Context(), who, office.PostID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	page := PostPage{Frame: f, Post: postRow(f, v.PostView), Request: newRequestID()}
	page.Here, page.Title = "people", page.Post.Name.Words
	for _, h := range v.Held {
		page.Held = append(page.Held, personRow(f, h))
	}
	for _, g := range v.Acting {
		page.Acting = append(page.Acting, delegationRow(f, g))
	}
	page.Sentence = f.Say("post.sentence", text.Args{"holders": f.persons(namesOf(v.Holders)).Words})
	if v.Vacant {
		page.Sentence = f.Say("post.sentence_vacant")
	}
	page.Who = f.Say("post.who", text.Args{"who": f.persons(v.Answering).Words})
	if len(v.Givers) > 0 {
		page.Give = giveForm(f, v, typed)
	}
	if v.MayHandOver && !v.Vacant {
		page.Hand = handForm(f, v, typed)
	}
	if wrong == nil {
		return s.show(w, r, postShow(page))
	}
	return s.again(w, r, wrong, &page.Wrong, f.Lang, func() error { return s.write(w, r, statusOf(fault.KindOf(wrong)), postShow(page)) })
}

func namesOf(people []desk.PersonLine) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.Name
	}
	return out
}

func choices(f Frame, people []desk.PersonLine, chosen string, but ...string) []Pick {
	var out []Pick
	for _, p := range people {
		if !slices.Contains(but, string(p.ID)) {
			out = append(out, Pick{Value: string(p.ID), Label: f.person(p.Name).Words, Chosen: string(p.ID) == chosen})
		}
	}
	return out
}

func giveForm(f Frame, v desk.PostDetail, typed url.Values) *GiveForm {
	form := &GiveForm{
		Action: postHref(v.ID) + "/delegations", Since: typed.Get("since"), Until: typed.Get("until"), Why: typed.Get("why"),
		From: choices(f, v.Givers, typed.Get("from")), To: choices(f, v.People, typed.Get("to")),
	}
	if len(v.Givers) == 1 {
		form.To = choices(f, v.People, typed.Get("to"), string(v.Givers[0].ID))
	}
	if form.Since == "" {
		form.Since = v.Today.String()
	}
	for _, p := range v.Procedures {
		form.Procedures = append(form.Procedures, Pick{Value: p.Name, Label: p.Title.In(f.Lang), Chosen: slices.Contains(typed["procedure"], p.Name)})
	}
	return form
}

func handForm(f Frame, v desk.PostDetail, typed url.Values) *HandForm {
	on := typed.Get("on")
	if on == "" {
		on = v.Today.AddDays(1).String()
	}
	return &HandForm{
		Action: postHref(v.ID) + "/hand-over", On: on,
		From: choices(f, v.Holders, typed.Get("from")), To: choices(f, v.People, typed.Get("to")),
	}
}

// delegate gives the authority of a post to another person.
func (s *Site) delegate(w http.ResponseWriter, r *http.Request) error {
	return s.changePost(w, r, func(form url.Values, post office.PostID) (office.Change, error) {
		since, err := s.dayOf(form, "since")
		if err != nil {
			return office.Change{}, err
		}
		until, err := s.dayOf(form, "until")
		if err != nil {
			return office.Change{}, err
		}
		return office.Change{Kind: office.AuthorityGiven, Given: &office.Delegation{
			From: office.PersonID(form.Get("from")), To: office.PersonID(form.Get("to")), Post: post, Since: since, Until: until,
			Procedures: form["procedure"], Why: strings.TrimSpace(form.Get("why")),
		}}, nil
	})
}

// endDelegation ends a delegation of authority, from today on.
func (s *Site) endDelegation(w http.ResponseWriter, r *http.Request) error {
	return s.changePost(w, r, func(form url.Values, post office.PostID) (office.Change, error) {
		return office.Change{Kind: office.AuthorityEnded, Ended: &office.Ending{
			From: office.PersonID(form.Get("from")), To: office.PersonID(form.Get("to")), Post: post, On: s.today(),
		}}, nil
	})
}

// handOver passes a post from its holder to another person.
func (s *Site) handOver(w http.ResponseWriter, r *http.Request) error {
	return s.changePost(w, r, func(form url.Values, post office.PostID) (office.Change, error) {
		on, err := s.dayOf(form, "on")
		return office.Change{Kind: office.HandedOver, HandOver: &office.HandOver{
			From: office.PersonID(form.Get("from")), To: office.PersonID(form.Get("to")), Post: post, On: on,
		}}, err
	})
}

// changePost makes a change that a form asks for and comes back to the post.
func (s *Site) changePost(w http.ResponseWriter, r *http.Request, read func(url.Values, office.PostID) (office.Change, error)) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	if err := s.parse(w, r); err != nil {
		return err
	}
	post := office.PostID(r.PathValue("id"))
	c, err := read(r.PostForm, post)
	if err == nil {
		err = s.office.ChangeOffice(r.Context(), who, requestOf(who, r.PostForm), c)
	}
	if err != nil {
		return s.post(w, r, r.PostForm, err)
	}
	http.Redirect(w, r, postHref(post), http.StatusSeeOther)
	return nil
}

// requestOf is the name under which a form asks, so that the same form sent twice is one act; nobody can name another's.
func requestOf(who desk.Reader, form url.Values) string {
	if form.Get("request") == "" {
		return ""
	}
	return string(who.Person) + "/" + form.Get("request")
}

// dayOf reads a day of a form.
func (s *Site) dayOf(form url.Values, field string) (calendar.Day, error) {
	day, err := calendar.ParseDay(form.Get(field))
	if err != nil {
		return 0, fault.New(fault.Invalid, field, s.words.Say(map[string]string{
			"since": "people.since.wrong", "until": "people.until.wrong", "on": "people.on.wrong",
		}[field], nil))
	}
	return day, nil
}
