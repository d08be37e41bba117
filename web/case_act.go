package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// Acts does what the case pages are told to do. *desk.Desk does.
type Acts interface {
	Do(ctx context.Context, actor office.Actor, no, request string, a casework.Act) (casework.Case, error)
	// PostCalled and PeopleCalled find what a name means.
	PostCalled(ctx context.Context, name string) (office.PostID, error)
	PeopleCalled(ctx context.Context, names []string) ([]office.PersonID, error)
	// Altered is the application of a case with operations applied to it.
	Altered(ctx context.Context, reader desk.Reader, no string, ops []rule.PatchOp) (filing json.RawMessage, digest string, err error)
}

// Said is what was done by the request before, in a sentence; Recall leads to where it can be taken back.
type Said struct{ Words, Recall string }

// said reads from the address what was just done.
func said(f Frame, r *http.Request) *Said {
	kind := casework.Kind(r.URL.Query().Get("done"))
	if !slices.Contains(casework.Kinds(), kind) {
		return nil
	}
	return &Said{Words: f.Say("act.done", text.Args{"act": actWord(f, kind)})}
}

// sent is a form that came back: what was typed, to which address, and what was wrong with it.
type sent struct {
	form   url.Values
	key    string
	faults []*fault.Fault
	kind   fault.Kind
	seen   int
}

// was is what was typed into a field of a form.
func (s *sent) was(key, field string) string {
	if s == nil || s.key != key {
		return ""
	}
	return s.form.Get(field)
}

// act does one act in a case: the page says which version was seen and carries a name of its own for the act, so that a
// form that is sent twice is done once. What is refused comes back on the case's page, with everything that was typed.
func (s *Site) act(kind casework.Kind) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := s.parse(w, r); err != nil {
			return err
		}
		who, err := s.reader(r)
		if err != nil {
			return err
		}
		no, in := r.PathValue("no"), entered{r.PostForm}
		a, err := s.actOf(r.Context(), who, no, kind, in)
		if err == nil {
			_, err = s.cases.Do(r.Context(), who.Actor(), no, in.request(who, r.URL.Path), a)
		}
		if err == nil {
			return s.done(w, r, who, no, kind)
		}
		faults := fault.All(err)
		switch fault.KindOf(err) {
		case fault.Invalid, fault.NotAllowed, fault.Conflict, fault.TooLate:
			if len(faults) == 0 {
				return err
			}
		case fault.Ours, fault.NotFound, fault.Unavailable, fault.SignedOut, fault.TooOften:
			return err
		}
		return s.casePage(w, r, who, no, &sent{form: r.PostForm, key: in.Get("form"), faults: faults, kind: fault.KindOf(err), seen: in.seen()})
	}
}

// done goes on after an act: to the case, or to the own day when the case has left the actor's sight with it.
func (s *Site) done(w http.ResponseWriter, r *http.Request, who desk.Reader, no string, kind casework.Kind) error {
	to := "/cases/" + pathPart(no)
	if _, err := s.cases.Case(r.Context(), who, no); fault.KindOf(err) == fault.NotFound && err != nil {
		to = "/"
	}
	http.Redirect(w, r, to+"?done="+url.QueryEscape(string(kind)), http.StatusSeeOther)
	return nil
}

// entered are the fields of a form. Those of a card stand under its name, so that the others do not count.
type entered struct{ url.Values }

func (e entered) card() string { return e.Get("choice") }

func (e entered) say(name string) string {
	if v := strings.TrimSpace(e.Get(e.card() + "." + name)); v != "" {
		return v
	}
	return strings.TrimSpace(strings.ReplaceAll(e.Get(name), "\r\n", "\n"))
}

func (e entered) all(name string) []string {
	return append(slices.Clone(e.Values[e.card()+"."+name]), e.Values[name]...)
}

func (e entered) seen() int {
	n, _ := strconv.Atoi(e.Get("seen")) // without a number nothing was seen, and the act is refused as stale
	return n
}

// request names the act for good: the same page, person, address and thing is the same act.
func (e entered) request(who desk.Reader, path string) string {
	page := e.Get("request")
	if page == "" {
		return ""
	}
	return clipped(strings.Join([]string{"page", string(who.Person), page, path, e.say("slot"), e.say("number"), e.card()}, ":"), 400)
}

func (e entered) day(name string) (calendar.Day, error) {
	words := e.say(name)
	if words == "" {
		return 0, nil
	}
	return calendar.ParseDay(words)
}

// panelForm is the form in which one of several cards is picked.
const panelForm = "decide"

// newPageID names a page that holds forms; nobody else can guess it.
func newPageID() string { return rand.Text() }

// actOf reads the act that a form asks for.
func (s *Site) actOf(ctx context.Context, who desk.Reader, no string, kind casework.Kind, in entered) (casework.Act, error) {
	if in.Get("form") == panelForm && (in.card() == "" || in.card() != in.Get("pick")) {
		return casework.Act{}, fault.New(fault.Invalid, "pick", s.words.Say("act.pick_wrong", nil))
	}
	a := casework.Act{
		Kind: kind, Seen: in.seen(), Text: in.say("text"), Ground: in.say("ground"), Slot: in.say("slot"), Stance: procedure.Stance(in.say("stance")),
		Yes: in.say("upheld") == "yes", Conditions: paragraphs(in.say("conditions")),
	}
	a.Number, _ = strconv.Atoi(in.say("number")) // none is the first
	if in.say("outcome") == "refused" {
		a.Outcome = casework.OutcomeRefused
	}
	var err error
	if a.Day, err = in.day("day"); err != nil {
		return a, err
	}
	if name := in.say("post"); name != "" {
		if a.Post, err = s.cases.PostCalled(ctx, name); err != nil {
			return a, err
		}
	}
	if people := namesIn(in.all("persons")); len(people) > 0 {
		if a.Persons, err = s.cases.PeopleCalled(ctx, people); err != nil {
			return a, err
		}
	}
	if claimed := in.say("claimed"); claimed != "" {
		a.Settlement = &casework.Settlement{
			Claimed: amount(claimed, in), Paid: amount(in.say("paid"), in), Refused: amount(in.say("unpaid"), in), Why: a.Text,
		}
	}
	return a, s.alter(ctx, who, no, &a, in)
}

// amount is money as it is entered: with the currency of the form, and with decimals.
func amount(words string, in entered) string {
	if words == "" {
		return ""
	}
	currency := cmp.Or(strings.ToUpper(in.say("currency")), "CNY")
	if digits := money.Currency(currency).Digits(); digits > 0 && !strings.Contains(words, ".") {
		words += "." + strings.Repeat("0", digits)
	}
	return words + " " + currency
}

// namesIn are the names in fields that may hold several each.
func namesIn(fields []string) []string {
	var out []string
	for _, field := range fields {
		for _, name := range strings.FieldsFunc(field, func(r rune) bool { return strings.ContainsRune("、,，;；\n\r", r) }) {
			if name = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(name), "@")); name != "" {
				out = append(out, name)
			}
		}
	}
	return out
}

// alter makes the application that a change asks for, or that a reduction leaves: fewer people, another day of entry, all
// days moved.
func (s *Site) alter(ctx context.Context, who desk.Reader, no string, a *casework.Act, in entered) error {
	reduces := in.card() == "reduce"
	if a.Kind != casework.ChangeAsked && !reduces {
		return nil
	}
	if reduces {
		a.Outcome = casework.OutcomeReduced
	}
	v, err := s.cases.Case(ctx, who, no)
	if err != nil {
		return err
	}
	ops, err := alterations(v.Application, in)
	if err != nil {
		return err
	}
	if len(ops) == 0 {
		return fault.New(fault.Invalid, "filing", s.words.Say("act.nothing_altered", nil))
	}
	a.Filing, a.Digest, err = s.cases.Altered(ctx, who, no, ops)
	return err
}

// alterations are the operations that the fields of a change or a reduction stand for.
func alterations(app form.Application, in entered) ([]rule.PatchOp, error) {
	var ops []rule.PatchOp
	replace := func(path string, d calendar.Day) {
		ops = append(ops, rule.PatchOp{Op: "replace", Path: path, Value: d.String()})
	}
	it := form.Get[travel.Itinerary](app.Answers, "itinerary")
	shift, err := strconv.Atoi(cmp.Or(in.say("shift"), "0"))
	if err != nil || shift > 730 || shift < -730 {
		return nil, fault.New(fault.Invalid, "shift", text.Text{ZH: "推迟天数须为整数，例如 7", EN: "the days to move by are a whole number, such as 7"})
	}
	if shift != 0 {
		replace("/itinerary/exit", it.Exit.AddDays(shift))
		replace("/itinerary/entry", it.Entry.AddDays(shift))
		for i, stay := range it.Stays {
			replace("/itinerary/stays/"+number(i)+"/arrive", stay.Arrive.AddDays(shift))
			replace("/itinerary/stays/"+number(i)+"/leave", stay.Leave.AddDays(shift))
		}
		for i, half := range it.Programme {
			replace("/itinerary/programme/"+number(i)+"/day", half.Day.AddDays(shift))
		}
	}
	entry, err := in.day("entry")
	if err != nil {
		return nil, err
	}
	if !entry.IsZero() && entry != it.Entry {
		ops = append(ops, home(it, entry, shift)...)
	}
	drop := in.all("drop")
	for i := len(form.Get[[]travel.Member](app.Answers, "delegation")) - 1; i >= 0; i-- { // from the end, so that the places hold
		if slices.Contains(drop, number(i)) {
			ops = append(ops, rule.PatchOp{Op: "remove", Path: "/delegation/" + number(i)})
		}
	}
	return ops, nil
}

// home moves the day of entry; the last stay ends with it, and what the programme says of later days goes.
func home(it travel.Itinerary, entry calendar.Day, shift int) []rule.PatchOp {
	ops := []rule.PatchOp{{Op: "replace", Path: "/itinerary/entry", Value: entry.String()}}
	if n := len(it.Stays); n > 0 {
		ops = append(ops, rule.PatchOp{Op: "replace", Path: "/itinerary/stays/" + number(n-1) + "/leave", Value: entry.String()})
	}
	for i := len(it.Programme) - 1; i >= 0; i-- {
		if it.Programme[i].Day.AddDays(shift) > entry {
			ops = append(ops, rule.PatchOp{Op: "remove", Path: "/itinerary/programme/" + number(i)})
		}
	}
	return ops
}

// proofDownload sends the proof file of a case; it holds without our data.
func (s *Site) proofDownload(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	no := r.PathValue("no")
	proof, err := s.cases.Proof(r.Context(), who, no)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="proof.json"; filename*=UTF-8''proof-`+url.PathEscape(no)+`.json`)
	w.Header().Set("Content-Length", strconv.Itoa(len(proof)))
	_, _ = w.Write(proof) // a reader who has gone is nobody's fault
	return nil
}
