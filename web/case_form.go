package web

import (
	"slices"

	"chancery/affairs/travel"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/desk"
)

// Form is an act beside the one that the case asks for.
type Form struct {
	ID, Title, Icon, Action, Button string
	Fields                          []Field
	Slot, Number                    string
	Stop                            string
	Effects                         []string
	Open                            bool
	Hidden                          Hidden
}

// forms are the acts beside what the case asks for.
func (o offering) forms() []Form {
	var out []Form
	reason := func(key string) Field { return Field{Name: "text", Label: o.say(key), Kind: "area", Required: true} }
	post := Field{Name: "post", Label: o.say("field.post"), Kind: "list", List: "posts", Required: true}
	add := func(id, icon string, c desk.Choice, fields ...Field) {
		x := Form{
			ID: id, Title: o.say("more." + id), Icon: icon, Action: o.action(routeOf(c.Kind)), Button: o.say("more." + id + "_do"), Slot: c.Slot,
			Fields: o.filled(id, "", fields), Hidden: o.hidden,
		}
		x.Hidden.Form = id
		x.Open = o.back != nil && o.back.key == id
		if c.Moves {
			x.Effects = o.effects(c)
		}
		if key := "more." + id + "_stop"; o.f.words.Has(key) {
			x.Stop = o.say(key)
		}
		out = append(out, x)
	}
	first := func(k casework.Kind, then func(desk.Choice)) {
		if all := o.of(k); len(all) > 0 {
			then(all[0])
		}
	}
	first(casework.Commented, func(c desk.Choice) {
		fields := []Field{reason("field.comment")}
		if len(o.can.Officer) > 0 {
			ask := Field{Name: "persons", Label: o.say("field.ask"), Kind: "ticks"}
			for _, p := range o.can.Officer {
				ask.Options = append(ask.Options, Option{string(p.ID), p.Name, true})
			}
			add("ask_officer", "messages", c, reason("field.question"), ask)
		}
		add("comment", "message-circle", c, append(fields, Field{Name: "persons", Label: o.say("field.persons"), Hint: o.say("field.persons_hint"), Kind: "list", List: "people"})...)
	})
	first(casework.SignerAdded, func(c desk.Choice) { add("add_signer", "user-plus", c, post) })
	first(casework.SignerRemoved, func(c desk.Choice) {
		c.Slot = ""
		add("remove_signer", "x", c, o.slotField(casework.SignerRemoved), reason("field.reason"))
	})
	first(casework.Reassigned, func(c desk.Choice) {
		fields := []Field{post, {Name: "text", Label: o.say("field.why"), Kind: "text"}}
		if c.Slot != "" {
			c.Slot = ""
			fields = append([]Field{o.slotField(casework.Reassigned)}, fields...)
		}
		c.Moves = false
		add("reassign", "corner-up-left", c, fields...)
	})
	if cards := o.cards(); len(cards) == 1 && cards[0].ID == "return" {
		first(casework.ReturnedBack, func(c desk.Choice) {
			add("return", "corner-up-left", c, reason("field.mend"), Field{Name: "ground", Label: o.say("field.return_ground"), Kind: "select", Options: o.grounds("papers", "figures", "task", "people", "other")})
		})
	}
	first(casework.Hindered, func(c desk.Choice) {
		c.Slot = ""
		add("hinder", "alert-triangle", c, o.slotField(casework.Hindered),
			Field{Name: "ground", Label: o.say("field.hindrance"), Kind: "select", Options: o.grounds("visa-refused", "document-lost", "illness", "flight", "other")}, reason("field.happened"))
	})
	first(casework.ChangeAsked, func(c desk.Choice) {
		members := form.Get[[]travel.Member](o.v.Application.Answers, "delegation")
		add("change", "pencil", c,
			Field{Name: "ground", Label: o.say("field.change_ground"), Kind: "select", Options: o.grounds(casework.ChangeGrounds()...)},
			o.membersOut(members), Field{Name: "shift", Label: o.say("field.shift"), Hint: o.say("field.shift_hint"), Kind: "text"},
			Field{Name: "entry", Label: o.say("field.new_entry"), Kind: "day"}, reason("field.reason"))
	})
	first(casework.WithdrawnNow, func(c desk.Choice) {
		add("withdraw", "arrow-back-up", c, Field{Name: "text", Label: o.say("field.why"), Kind: "text"})
	})
	first(casework.CancelledNow, func(c desk.Choice) { add("cancel", "x", c, reason("field.reason")) })
	first(casework.RevokedNow, func(c desk.Choice) { add("revoke", "x", c, reason("field.reason")) })
	first(casework.Corrected, func(c desk.Choice) { add("correct", "pencil", c, reason("field.correction")) })
	return out
}

// slotField chooses among the signatures or the duties that an act could be about.
func (o offering) slotField(k casework.Kind) Field {
	out := Field{Name: "slot", Label: o.say("field.which"), Kind: "select"}
	for _, c := range o.of(k) {
		out.Options = append(out.Options, Option{c.Slot, orElse(c.On.In(o.f.Lang), c.Slot), false})
	}
	return out
}

// answerForm is the reply to an opinion; nil where the reader has none to give.
func (o offering) answerForm(number int, at string) *Form {
	for _, c := range o.of(casework.Answered) {
		if c.Number != number {
			continue
		}
		x := Form{
			ID: "answer-" + at, Title: o.say("more.answer"), Action: o.action("answers"), Button: o.say("more.answer_do"), Number: at, Hidden: o.hidden,
			Fields: o.filled("answer-"+at, "", []Field{{Name: "text", Label: o.say("stance.reply"), Kind: "area", Required: true}}),
			Open:   o.back != nil && o.back.key == "answer-"+at,
		}
		x.Hidden.Form = x.ID
		return &x
	}
	return nil
}

// tick is the button that does one thing of a list; nil where it is not the reader's to do.
func (o offering) tick(slot, act string) *Form {
	kind := casework.Fulfilled
	if act != "" {
		kind = casework.Kind(act)
	}
	for _, c := range o.of(kind) {
		if kind == casework.Fulfilled && c.Slot != slot {
			continue
		}
		if kind != casework.Fulfilled && !o.holds(slot) {
			return nil
		}
		x := Form{ID: "tick-" + slot, Action: o.action(routeOf(kind)), Button: actWord(o.f, kind), Slot: slot, Hidden: o.hidden}
		x.Hidden.Form = x.ID
		return &x
	}
	return nil
}

// holds says whether an open duty of the case has this ID.
func (o offering) holds(slot string) bool {
	return slices.ContainsFunc(o.v.Case.Duties, func(d casework.Duty) bool { return d.ID == slot && d.Done.IsZero() })
}

// Wrong is what was refused, above everything else on the page, and what has changed meanwhile.
type Wrong struct {
	Title string
	Lines []WrongLine
	// Changed is what was done since the page was opened, where that is why.
	Changed []LogLine
	Kept    string
}

// WrongLine leads to the form that it is about.
type WrongLine struct{ Words, Href string }

func (o offering) wrong(log []LogLine) *Wrong {
	if o.back == nil {
		return nil
	}
	x := &Wrong{Title: o.say("wrong.title"), Kept: o.say("wrong.kept")}
	href := "#" + orElse(o.back.key, panelForm)
	for _, f := range o.back.faults {
		x.Lines = append(x.Lines, WrongLine{f.Text.In(o.f.Lang), href})
	}
	if o.back.kind == fault.Conflict {
		x.Title, x.Kept = o.say("wrong.conflict"), o.say("wrong.conflict_kept")
		if n := len(log) - o.back.seen; o.back.seen > 0 && n > 0 {
			x.Changed = log[:n] // the latest come first
		}
	}
	return x
}
