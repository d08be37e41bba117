package web

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"chancery/affairs/travel"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// NoticeBoard answers what the pages of public notices ask. *desk.Desk does.
type NoticeBoard interface {
	Notices(ctx context.Context, reader desk.Reader) ([]desk.NoticeLine, error)
	Notice(ctx context.Context, reader desk.Reader, no string) (desk.NoticeView, error)
	Object(ctx context.Context, reader desk.Reader, no string, o desk.Objecting) (desk.Receipt, error)
	Objection(ctx context.Context, reference string) (desk.Receipt, error)
}

// NoticePage is a notice as an official document, with the form for objections beside it.
type NoticePage struct {
	Frame
	No, Number, Mast string
	Heading, Opening Run
	Rows             []Fact
	Closing          []string
	Office           Run
	Posted           string
	// State says in a word where the notice stands; Due what is left of its term, and Term how it was counted.
	State       Tag
	Due         *Due
	Term        string
	Supervision string
	Proof       string
	// Form is the form for objections; nil when none is taken any more.
	Form *ObjectionForm
}

// ObjectionForm is the form for an objection, with what was typed.
type ObjectionForm struct {
	Action, Request, Examined string
	About                     []AboutLine
	Text, Name                string
	Wrong                     []FieldWrong
	TextWrong, NameWrong      string
}

// AboutLine is one thing that an objection may be about.
type AboutLine struct {
	Value, Label string
	Checked      bool
}

// FieldWrong is what is wrong with a field: a sentence, and the field that it leads to.
type FieldWrong struct{ Field, Say string }

// abouts are the things that an objection may be about.
func abouts() []string { return []string{"programme", "people", "money", "other"} }

// visitor is who reads a page that is open to everybody: whoever is signed in, or nobody.
func (s *Site) visitor(r *http.Request) desk.Reader {
	who, err := s.reader(r)
	if err != nil {
		return desk.Reader{}
	}
	return who
}

// inside leads people to sign in first, where a page is for the office's own staff.
func inside(w http.ResponseWriter, r *http.Request, err error) error {
	if fault.KindOf(err) != fault.SignedOut || r.Method == http.MethodPost {
		return err
	}
	http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
	return nil
}

// noticeShow shows the notice of a case.
func (s *Site) noticeShow(w http.ResponseWriter, r *http.Request) error {
	v, err := s.notices.Notice(r.Context(), s.visitor(r), r.PathValue("no"))
	if err != nil {
		return inside(w, r, err)
	}
	return s.show(w, r, noticeShow(s.noticePage(w, r, v, ObjectionForm{Request: newRequestID() + newRequestID()})))
}

// noticeObject files an objection and leads to its receipt.
func (s *Site) noticeObject(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	no := r.PathValue("no")
	typed := ObjectionForm{Request: r.PostForm.Get("request"), Text: r.PostForm.Get("text"), Name: r.PostForm.Get("name")}
	f := s.frame(w, r)
	var about []string
	for _, a := range abouts() {
		checked := slices.Contains(r.PostForm["about"], a)
		if checked {
			about = append(about, aboutWord(f, a))
		}
		typed.About = append(typed.About, AboutLine{Value: a, Checked: checked})
	}
	words := strings.TrimSpace(typed.Text)
	if len(about) > 0 && words != "" {
		words = f.Say("object.about_words", text.Args{"about": text.Join(about, f.Lang)}) + "\n" + words
	}
	receipt, err := s.notices.Object(r.Context(), s.visitor(r), no, desk.Objecting{Text: words, Name: typed.Name, Request: typed.Request, From: s.way(r)})
	if err == nil {
		http.Redirect(w, r, "/notices/objections?ref="+url.QueryEscape(receipt.Reference), http.StatusSeeOther)
		return nil
	}
	kind := fault.KindOf(err)
	if kind != fault.Invalid && kind != fault.TooOften && kind != fault.NotAllowed && kind != fault.TooLate {
		return err
	}
	v, seen := s.notices.Notice(r.Context(), s.visitor(r), no)
	if seen != nil {
		return err
	}
	for _, one := range fault.All(err) {
		field := one.Field
		switch field {
		case "name":
			typed.NameWrong = one.Text.In(f.Lang)
		default:
			field, typed.TextWrong = "text", one.Text.In(f.Lang)
		}
		typed.Wrong = append(typed.Wrong, FieldWrong{Field: field, Say: one.Text.In(f.Lang)})
	}
	page := s.noticePage(w, r, v, typed)
	if page.Form == nil {
		return err
	}
	page.Title = f.Say("fault.count", text.Args{"n": len(typed.Wrong)}) + page.Title
	return s.write(w, r, statusOf(kind), noticeShow(page))
}

// proofKey names the words about the entry of a notice; one that was written this moment has no number yet.
func proofKey(v desk.NoticeView) string {
	if v.Entry == 0 {
		return "notice.proof_waiting"
	}
	return "notice.proof"
}

// noticePage sets out a notice.
func (s *Site) noticePage(w http.ResponseWriter, r *http.Request, v desk.NoticeView, typed ObjectionForm) NoticePage {
	f := s.frame(w, r).naming(v.Names)
	page := NoticePage{
		Frame: f, No: v.No, Number: v.Number.In(f.Lang), Mast: v.Office.In(f.Lang), Office: f.Run(v.Office.In(f.Lang)), Posted: f.day(v.Posted),
		Rows: s.noticeRows(f, v), State: phaseTag(f, v.Phase), Term: v.Term.Say().In(f.Lang),
		Proof: f.Say(proofKey(v), text.Args{"entry": int(v.Entry), "hash": v.Hash.String()[:16]}),
		Supervision: f.Say("notice.supervision", text.Args{
			"unit": v.Supervision.Unit, "phone": v.Supervision.Telephone,
		}),
	}
	if v.Supervision.Telephone == "" {
		page.Supervision = f.Say("notice.supervision_bare", text.Args{"unit": v.Supervision.Unit})
	}
	if v.Phase != desk.NoticeRunning {
		page.Term = f.Say("notice.shown_until", text.Args{"day": v.Until.SayFull()})
	}
	names := text.Text{ZH: text.Join(s.shownPlaces(v, text.ZH), text.ZH), EN: text.Join(s.shownPlaces(v, text.EN), text.EN)}
	args := text.Args{"unit": f.called(v.Unit), "places": names, "n": v.Term.Count, "from": v.Term.From.Say(), "until": v.Term.Due.SayFull(), "received": v.Received, "examined": v.Examined}
	page.Heading, page.Opening = f.Run(f.Say("notice.heading", args)), f.Run(f.Say("notice.opening", args))
	page.Closing = []string{f.Say("notice.term", args)}
	page.Title = page.Heading.Words
	switch v.Phase {
	case desk.NoticeRunning:
		if v.Today > v.Term.Due {
			page.Closing = append(page.Closing, f.Say("notice.examining", args))
			break
		}
		due := dueIn(f, v.LeftDays, v.Term.Provisional)
		page.Due = &due
		typed.Action, typed.Examined = "/notices/"+v.No+"/objections", f.Say("object.intro", text.Args{"n": v.Examination.WorkingDays})
		for i, a := range abouts() {
			line := AboutLine{Value: a, Label: aboutWord(f, a)}
			line.Checked = i < len(typed.About) && typed.About[i].Checked
			if i < len(typed.About) {
				typed.About[i] = line
			} else {
				typed.About = append(typed.About, line)
			}
		}
		page.Form = &typed
	case desk.NoticeResult:
		page.Closing = append(page.Closing, f.Say("notice.result", args))
	case desk.NoticeAfter:
		page.Heading, page.Opening = f.Run(f.Say("notice.heading_after", args)), f.Run(f.Say("notice.opening_after", args))
		page.Closing = nil
		page.Title = page.Heading.Words
	}
	return page
}

// phaseTag is the tag of where a notice stands.
func phaseTag(f Frame, p desk.NoticePhase) Tag {
	switch p {
	case desk.NoticeResult:
		return Tag{"check", "", f.Say("notice.phase.result")}
	case desk.NoticeAfter:
		return Tag{"clipboard-check", "ok", f.Say("notice.phase.after")}
	case desk.NoticeRunning:
	}
	return Tag{"speakerphone", "pri", f.Say("state.noticed")}
}

func (s *Site) shownPlaces(v desk.NoticeView, lang text.Lang) []string {
	var names []string
	for _, code := range v.Shown.Places {
		names = append(names, s.placeName(Frame{Lang: lang}, code))
	}
	return names
}

// noticeRows are what a notice must show, each on its line.
func (s *Site) noticeRows(f Frame, v desk.NoticeView) []Fact {
	x := v.Shown
	var rows []Fact
	add := func(key string, values ...string) {
		values = slices.DeleteFunc(values, func(w string) bool { return strings.TrimSpace(w) == "" })
		if len(values) > 0 {
			rows = append(rows, Fact{Label: f.Say(key), Value: f.Runs(values)})
		}
	}
	if v.Actual != nil {
		add("notice.row.actual", f.Say("notice.actual", text.Args{
			"exit": v.Actual.Exit.SayFull(), "entry": v.Actual.Entry.SayFull(), "n": v.Actual.Members, "planned": len(x.Members),
		}))
	}
	add("notice.row.task", x.Task)
	var members, route, programme []string
	for _, m := range x.Members {
		members = append(members, member(f, m))
	}
	add("notice.row.members", members...)
	add("notice.row.places", text.Join(s.shownPlaces(v, f.Lang), f.Lang))
	route = append(route, f.Say("notice.home"))
	for _, stop := range x.Route {
		city := stop.City
		if city == "" {
			city = s.placeName(f, stop.Place)
		}
		route = append(route, city)
	}
	add("notice.row.route", f.Say("notice.days", text.Args{"exit": x.Exit.SayFull(), "entry": x.Entry.SayFull(), "n": x.Days}),
		strings.Join(append(route, f.Say("notice.home")), f.Say("notice.to")))
	for _, d := range x.Programme {
		programme = append(programme, d.Day.Say().In(f.Lang)+" "+strings.Join(parts(f, d), f.Say("list.semicolon")))
	}
	add("notice.row.programme", programme...)
	inviter := x.Inviter.Body
	if who := strings.TrimSpace(x.Inviter.Post + " " + x.Inviter.Name); who != "" {
		inviter = f.Say("notice.inviter", text.Args{"body": x.Inviter.Body, "who": who})
	}
	where := ""
	if x.Inviter.Place != "" {
		where = s.placeName(f, x.Inviter.Place)
	}
	add("notice.row.inviter", inviter, where)
	add("notice.row.letter", letter(f, x.Letter)...)
	add("notice.row.funding", funding(f, x.Funding)...)
	return rows
}

func member(f Frame, m travel.ShownMember) string {
	about := []string{strings.TrimSpace(f.called(m.Unit) + " " + m.Post)}
	if m.Leader {
		about = append(about, f.Say("notice.leader"))
	}
	if m.Role != "" && m.Role != "member" {
		about = append(about, f.word(reflect.TypeFor[travel.Role](), string(m.Role)))
	}
	return f.Say("notice.member", text.Args{"name": f.called(m.Name), "about": text.Join(about, f.Lang)})
}

// parts says what the halves of a day are for.
func parts(f Frame, d travel.ShownDay) []string {
	var out []string
	for _, p := range d.Parts {
		words := p.Text
		if p.With != "" {
			words = f.Say("notice.with", text.Args{"text": p.Text, "with": p.With})
		}
		switch {
		case p.Whole:
		case p.Part == "am":
			words = f.Say("notice.part.am") + words
		case p.Part == "pm":
			words = f.Say("notice.part.pm") + words
		}
		out = append(out, words)
	}
	return out
}

func letter(f Frame, l travel.ShownLetter) []string {
	var out []string
	switch {
	case l.Signed && l.Translated:
		out = append(out, f.Say("notice.letter.whole"))
	case l.Signed:
		out = append(out, f.Say("notice.letter.signed"))
	}
	if !l.From.IsZero() && !l.To.IsZero() {
		out = append(out, f.Say("notice.letter.days", text.Args{"from": l.From.SayFull(), "to": l.To.SayFull()}))
	}
	return out
}

func funding(f Frame, x travel.ShownFunding) []string {
	var out []string
	if x.Line != "" {
		out = append(out, f.Say("notice.line", text.Args{"line": x.Line}))
	}
	for _, word := range []string{payerWord(f, x.Payer), hostWord(f, x.HostCovers)} {
		if word != "" {
			out = append(out, word)
		}
	}
	var sums []string
	for _, a := range x.Allowances {
		sums = append(sums, a.Say().In(f.Lang))
	}
	if len(sums) > 0 {
		out = append(out, f.Say("notice.allowances", text.Args{"sums": text.Join(sums, f.Lang)}))
	}
	if !x.Lodging.IsZero() {
		out = append(out, f.Say("notice.lodging", text.Args{"sum": x.Lodging.Say()}))
	}
	if x.Flights > 0 {
		out = append(out, f.Say("notice.flights", text.Args{"n": x.Flights}))
	}
	return out
}

func aboutWord(f Frame, about string) string {
	switch about {
	case "programme":
		return f.Say("object.about.programme")
	case "people":
		return f.Say("object.about.people")
	case "money":
		return f.Say("object.about.money")
	}
	return f.Say("object.about.other")
}

func payerWord(f Frame, p travel.Payer) string {
	switch p {
	case "own-budget":
		return f.Say("notice.payer.own-budget")
	case "host":
		return f.Say("notice.payer.host")
	case "subordinate":
		return f.Say("notice.payer.subordinate")
	case "enterprise":
		return f.Say("notice.payer.enterprise")
	case "mission-abroad":
		return f.Say("notice.payer.mission-abroad")
	case "sponsor":
		return f.Say("notice.payer.sponsor")
	}
	return ""
}

func hostWord(f Frame, h travel.HostCovers) string {
	switch h {
	case "transport":
		return f.Say("notice.host.transport")
	case "food":
		return f.Say("notice.host.food")
	case "all":
		return f.Say("notice.host.all")
	}
	return ""
}
