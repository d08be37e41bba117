package travel

import (
	"slices"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/place"
	"chancery/core/procedure"
	"chancery/core/text"
)

// The circumstances of a trip that procedures may name.
const (
	NoticeExempt procedure.Circumstance = "notice-exempt" // a ground of exemption from the public notice is claimed
	OtherUnits   procedure.Circumstance = "other-units"   // members come from units other than the one that files
	Cleared      procedure.Circumstance = "cleared"       // members hold access to secrets
)

// AllCircumstances are the words that a trip's procedure may use.
func AllCircumstances() []procedure.Circumstance {
	return []procedure.Circumstance{NoticeExempt, OtherUnits, Cleared}
}

// Circumstances says which of them are so in an application, and why.
func Circumstances(a form.Application) map[procedure.Circumstance]casework.Circumstance {
	out := map[procedure.Circumstance]casework.Circumstance{}
	if e := form.Get[Notice](a.Answers, "notice").Exemption; e != "" {
		out[NoticeExempt] = casework.Circumstance{Why: text.Text{
			ZH: "{ground}，按规定免予公示", EN: "exempt from public notice: {ground}",
		}.Fill(text.Args{"ground": e.Say()})}
	}
	var other, cleared []string
	for _, m := range form.Get[[]Member](a.Answers, "delegation") {
		if m.Unit != "" && m.Unit != a.Unit {
			other = append(other, m.Name)
		}
		if m.Cleared {
			cleared = append(cleared, m.Name)
		}
	}
	if len(other) > 0 {
		out[OtherUnits] = casework.Circumstance{Why: text.Text{ZH: "有其他单位人员参团", EN: "members of other units take part"}, Persons: other}
	}
	if len(cleared) > 0 {
		out[Cleared] = casework.Circumstance{Why: text.Text{ZH: "有涉密人员参团", EN: "members hold access to secrets"}, Persons: cleared}
	}
	return out
}

// Say names the ground (Zhejiang University rule of 2013, restating 中办发〔2013〕16号).
func (e NoticeExemption) Say() text.Text {
	switch e {
	case "secret":
		return text.Text{ZH: "涉密事项", EN: "a secret matter"}
	case "state-leader-party":
		return text.Text{ZH: "随同国家领导人出访", EN: "in the party of a state leader"}
	case "central-task":
		return text.Text{ZH: "中央临时交办的任务", EN: "a task ordered by the centre"}
	case "emergency":
		return text.Text{ZH: "境外突发事件", EN: "an emergency abroad"}
	case "special-mission":
		return text.Text{ZH: "特殊任务", EN: "a special mission"}
	}
	return text.Text{ZH: string(e), EN: string(e)}
}

// Journey are the names of those who travel, and the day on which they leave.
func Journey(a form.Application) ([]string, calendar.Day) {
	return Involved(a), form.Get[Itinerary](a.Answers, "itinerary").Exit
}

// NoticeAgain says whether a change alters what the public was shown: a person, a
// place or a task that was not on notice. Fewer of them, and other days, are not
// noticed again.
func NoticeAgain(before, after form.Application) bool {
	was := Involved(before)
	if slices.ContainsFunc(Involved(after), func(name string) bool { return !slices.Contains(was, name) }) {
		return true
	}
	places := Places(form.Get[Itinerary](before.Answers, "itinerary"))
	for _, p := range Places(form.Get[Itinerary](after.Answers, "itinerary")) {
		if !slices.Contains(places, p) {
			return true
		}
	}
	return form.Get[Purpose](before.Answers, "purpose").Text != form.Get[Purpose](after.Answers, "purpose").Text
}

// Reduced refuses an application that is not a reduction of another one: nobody
// and nowhere new, no more days, and less of at least one of the three.
func Reduced(before, after form.Application) error {
	old, now := form.Get[Itinerary](before.Answers, "itinerary"), form.Get[Itinerary](after.Answers, "itinerary")
	people, were := Involved(after), Involved(before)
	places, wereAt := Places(now), Places(old)
	switch {
	case slices.ContainsFunc(people, func(n string) bool { return !slices.Contains(were, n) }):
		return notReduced(text.Text{ZH: "人员有新增", EN: "a person is new"})
	case len(places) > 0 && slices.ContainsFunc(places, func(p place.Code) bool { return !slices.Contains(wereAt, p) }):
		return notReduced(text.Text{ZH: "国家（地区）有新增", EN: "a place is new"})
	case DaysAbroad(now) > DaysAbroad(old):
		return notReduced(text.Text{ZH: "天数增加", EN: "there are more days"})
	case len(people) >= len(were) && len(places) >= len(wereAt) && DaysAbroad(now) >= DaysAbroad(old):
		return notReduced(text.Text{ZH: "人员、国家（地区）和天数均未减少", EN: "neither people nor places nor days are fewer"})
	}
	return nil
}

func notReduced(why text.Text) error {
	return fault.New(fault.Invalid, "reduction", text.Text{ZH: "这不是核减：{why}", EN: "this is no reduction: {why}"}.Fill(text.Args{"why": why}))
}
