package web

import (
	"slices"
	"strings"

	"chancery/affairs/travel"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/procedure"
	"chancery/core/text"
	"chancery/desk"
)

// Panel is where a reader does what a case asks for: cards to choose from, the words, and one button named after what it does.
type Panel struct {
	Title  string
	Due    *Due
	Counts []CountMark
	Cards  []Card
	// Words is what is written with the choice; Phrases are the usual ones.
	Words, WordsLabel string
	Phrases           []string
	// Bar are the words of the phone's bar.
	Bar    string
	Hidden Hidden
}

// Hidden is what every form of a page carries unseen.
type Hidden struct {
	Form, Seen, Request, Base string
}

// CountMark is how many findings are of one sort.
type CountMark struct{ Tone, N, Words string }

// Card is one choice: what it means, what else it asks for, and what follows.
type Card struct {
	ID, Title, Hint string
	Action, Button  string
	// Stance is that of a signature; Stop warns of what cannot be undone.
	Stance, Slot, Number string
	Stop                 string
	Fields               []Field
	Effects              []string
	Picked               bool
}

// Field is one field of a form.
type Field struct {
	Name, Label, Hint string
	// Kind is text, area, day, money, select, list or ticks.
	Kind    string
	Value   string
	Options []Option
	// List names the list of suggestions.
	List     string
	Required bool
}

// Option is one of the things to choose from.
type Option struct {
	Value, Label string
	On           bool
}

// routeOf is where the form of an act is sent to; the names are those of docs/words.md.
func routeOf(k casework.Kind) string {
	return map[casework.Kind]string{
		casework.Submitted: "submission", casework.ReturnedBack: "return", casework.Countersigned: "countersignatures", casework.Commented: "comments",
		casework.Answered: "answers", casework.SignerAdded: "signers", casework.SignerRemoved: "signer-removals", casework.Reassigned: "reassignment",
		casework.NoticePosted: "notice", casework.ObjectionSettled: "objection-findings", casework.DecisionAsked: "outside-request",
		casework.DecisionReceived: "outside-answer", casework.ApprovedNow: "approval", casework.RefusedNow: "refusal", casework.Issued: "instrument",
		casework.Fulfilled: "fulfilments", casework.Hindered: "hindrances", casework.Departed: "departure", casework.ChangeAsked: "changes",
		casework.CameHome: "homecoming", casework.HandedBack: "hand-back", casework.Reported: "report", casework.PostNoticed: "post-notice",
		casework.Settled: "settlement", casework.ClosedNow: "closure", casework.WithdrawnNow: "withdrawal", casework.CancelledNow: "cancellation",
		casework.RevokedNow: "revocation", casework.Recalled: "recall", casework.Corrected: "corrections",
	}[k]
}

// offering sets out what a reader may do in a case.
type offering struct {
	f      Frame
	who    desk.Reader
	v      desk.CaseView
	can    desk.Choices
	back   *sent
	hidden Hidden
}

func (o offering) say(key string, args ...text.Args) string { return o.f.Say(key, args...) }

func (o offering) of(k casework.Kind) []desk.Choice {
	var out []desk.Choice
	for _, c := range o.can.Acts {
		if c.Kind == k {
			out = append(out, c)
		}
	}
	return out
}

func (o offering) action(route string) string { return o.hidden.Base + "/" + route }

// panel gives the panel; nil when the case asks for nothing of the reader.
func (o offering) panel(found Findings) *Panel {
	cards := o.cards()
	if len(cards) == 0 || len(cards) == 1 && cards[0].ID == "return" {
		return nil
	}
	p := &Panel{Title: o.say("panel.title", text.Args{"step": o.v.Step}), Cards: cards, WordsLabel: o.say("panel.words"), Bar: o.say("panel.bar"), Hidden: o.hidden}
	p.Hidden.Form = panelForm
	if h, ok := nearest(o.v.CaseLine); ok {
		p.Due = dueOf(o.f, h, o.v.Today)
	}
	if len(found.Open)+len(found.Met) > 0 {
		p.Counts = []CountMark{
			{"t-ok", number(len(found.Met)), o.say("status.ok")},
			{"t-judge", number(found.Judges), o.say("status.judge")},
			{"", number(found.Stops + found.Missing), o.say("status.stop")},
		}
	}
	p.Phrases = append(slices.Clone(o.f.who.Prefers.Phrases), strings.Split(o.say("panel.phrases"), "|")...)
	p.Words = o.back.was(panelForm, "text")
	picked := o.back.was(panelForm, "pick")
	for i := range cards {
		cards[i].Picked = cards[i].ID == picked || len(cards) == 1
	}
	return p
}

// cards are the choices, in the order in which they come to mind.
func (o offering) cards() []Card {
	var out []Card
	add := func(id string, c desk.Choice, route string, fields ...Field) {
		card := Card{
			ID: id, Title: o.say("card." + id), Hint: o.say("card." + id + "_hint"), Button: o.say("card." + id + "_do"), Action: o.action(route),
			Slot: c.Slot, Effects: o.effects(c), Fields: o.filled(panelForm, id+".", fields),
		}
		if c.Kind == casework.ObjectionSettled {
			card.Number = number(c.Number)
		}
		if key := "card." + id + "_stop"; o.f.words.Has(key) {
			card.Stop = o.say(key)
		}
		out = append(out, card)
	}
	signing := map[string]bool{}
	for _, c := range o.of(casework.Countersigned) {
		if len(signing) > 0 && !signing[c.Slot] {
			continue // one place is signed after the other
		}
		signing[c.Slot] = true
		add(string(c.Stance), c, "countersignatures")
		out[len(out)-1].Stance = string(c.Stance)
	}
	for _, c := range o.of(casework.ApprovedNow) {
		add("approve", c, "approval")
		if o.v.Case.Change == nil {
			add("condition", c, "approval", Field{Name: "conditions", Label: o.say("field.conditions"), Hint: o.say("field.conditions_hint"), Kind: "area"})
		}
		if fields := o.reduction(); len(fields) > 0 && o.v.Case.Change == nil {
			add("reduce", c, "reduction", fields...)
		}
	}
	for _, c := range o.of(casework.DecisionAsked) {
		add("ask", c, "outside-request")
	}
	for _, c := range o.of(casework.DecisionReceived) {
		reply := []Field{{Name: "ground", Label: o.say("field.reply_no"), Kind: "text"}, {Name: "day", Label: o.say("field.reply_day"), Kind: "day"}}
		add("received", c, "outside-answer", reply...)
		add("received_no", c, "outside-answer", append(reply, Field{Name: "outcome", Kind: "hidden", Value: "refused"})...)
	}
	for _, c := range o.of(casework.ReturnedBack) {
		add("return", c, "return", Field{Name: "ground", Label: o.say("field.return_ground"), Kind: "select", Options: o.grounds("papers", "figures", "task", "people", "other")})
	}
	for _, c := range o.of(casework.RefusedNow) {
		add("refuse", c, "refusal", Field{Name: "ground", Label: o.say("field.refusal_ground"), Kind: "select", Options: o.articles()})
	}
	for _, c := range o.of(casework.ObjectionSettled)[:min(1, len(o.of(casework.ObjectionSettled)))] {
		add("upheld", c, "objection-findings", Field{Name: "upheld", Kind: "hidden", Value: "yes"})
		add("unfounded", c, "objection-findings")
	}
	for _, one := range o.plain() {
		for _, c := range o.of(one.kind)[:min(1, len(o.of(one.kind)))] {
			add(one.id, c, routeOf(one.kind), one.fields...)
		}
	}
	return out
}

type plainCard struct {
	id     string
	kind   casework.Kind
	fields []Field
}

// plain are the acts with one way to do them.
func (o offering) plain() []plainCard {
	travellers := []Option{{"", o.say("field.everybody"), false}}
	for _, name := range o.can.Travellers {
		travellers = append(travellers, Option{name, o.f.called(name), false})
	}
	money := func(name string) Field { return Field{Name: name, Label: o.say("field." + name), Kind: "money"} }
	archive := []Option{{"", o.say("archive.own"), false}}
	for _, class := range procedure.Archive("").Words() {
		archive = append(archive, Option{class, o.say("archive." + class), false})
	}
	return []plainCard{
		{"submit", casework.Submitted, nil},
		{"notice", casework.NoticePosted, nil},
		{"issue", casework.Issued, nil},
		{"depart", casework.Departed, nil},
		{"home", casework.CameHome, []Field{
			{Name: "day", Label: o.say("field.entry_day"), Kind: "day", Value: o.v.Today.String()},
			{Name: "slot", Label: o.say("field.traveller"), Kind: "select", Options: travellers},
		}},
		{"report", casework.Reported, nil},
		{"settle", casework.Settled, []Field{
			money("claimed"), money("paid"), money("unpaid"),
			{Name: "currency", Label: o.say("field.currency"), Kind: "text", Value: "CNY"},
		}},
		{"close", casework.ClosedNow, []Field{{Name: "ground", Label: o.say("field.archive"), Kind: "select", Options: archive}}},
	}
}

// filled gives fields the name of their card and what was typed before.
func (o offering) filled(key, prefix string, fields []Field) []Field {
	fields = slices.Clone(fields)
	for i := range fields {
		f := &fields[i]
		f.Name = prefix + f.Name
		if f.Kind == "hidden" || o.back == nil || o.back.key != key {
			continue
		}
		f.Value = o.back.form.Get(f.Name)
		f.Options = slices.Clone(f.Options)
		for j := range f.Options {
			f.Options[j].On = slices.Contains(o.back.form[f.Name], f.Options[j].Value)
		}
	}
	return fields
}

func (o offering) grounds(codes ...string) []Option {
	var out []Option
	for _, code := range codes {
		out = append(out, Option{code, o.say("ground." + code), false})
	}
	return out
}

// articles are the grounds of a refusal: the articles that were checked, those that are not met or to be judged first.
func (o offering) articles() []Option {
	out := []Option{{"", o.say("field.choose"), false}}
	if o.v.Checked == nil {
		return append(out, Option{"office", o.say("ground.office"), false})
	}
	for _, open := range []bool{true, false} {
		for _, x := range o.v.Checked.Findings {
			if open == x.Status.Passes() && x.Status != "judge" || !open && x.Status == "judge" {
				continue
			}
			out = append(out, Option{x.Rule, joined(o.f, x.Rule, x.Cite.Title.In(o.f.Lang)), false})
		}
	}
	return append(out, Option{"office", o.say("ground.office"), false})
}

// reduction are the fields by which fewer people or days are approved.
func (o offering) reduction() []Field {
	members := form.Get[[]travel.Member](o.v.Application.Answers, "delegation")
	it := form.Get[travel.Itinerary](o.v.Application.Answers, "itinerary")
	if len(members) == 0 || it.Entry.IsZero() {
		return nil
	}
	var out []Field
	if len(members) > 1 {
		out = append(out, o.membersOut(members))
	}
	return append(out, Field{Name: "entry", Label: o.say("field.earlier_entry"), Kind: "day", Value: it.Entry.String()})
}

func (o offering) membersOut(members []travel.Member) Field {
	ticks := Field{Name: "drop", Label: o.say("field.drop"), Kind: "ticks"}
	for i, m := range members {
		ticks.Options = append(ticks.Options, Option{number(i), o.f.called(m.Name), false})
	}
	return ticks
}

// effects say what follows: the next step, who has it, until when; and that it is recorded and can be recalled.
func (o offering) effects(c desk.Choice) []string {
	var out []string
	switch {
	case c.After.State.Ended():
		out = append(out, o.say("effect.ends", text.Args{"state": stateTag(o.f, c.After.State).Word}))
	case c.Moves:
		words := o.say("effect.next", text.Args{"step": c.After.Step})
		if len(c.After.Holders) > 0 {
			var who []string
			for _, h := range c.After.Holders[:min(3, len(c.After.Holders))] {
				if name := holderName(o.f, h).Words; !slices.Contains(who, name) {
					who = append(who, name)
				}
			}
			words = o.say("effect.next_with", text.Args{"step": c.After.Step, "who": text.Join(who, o.f.Lang)})
		}
		if h, ok := nearest(c.After); ok {
			words += o.say("effect.until", text.Args{"day": o.f.day(h.Due.Due)})
		}
		out = append(out, words)
	case c.Kind == casework.NoticePosted:
		out = append(out, o.say("effect.noticed"))
	case len(c.After.Holders) > 0:
		out = append(out, o.say("effect.stays", text.Args{"step": c.After.Step}))
	}
	return append(out, o.say("effect.recorded"))
}
