package travel

import (
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/text"
)

// The kinds of what is counted and not typed: findings name them in words.

// Half is half of a certain day, written 2026-10-12 am.
type Half string

func halfOf(d calendar.Day, p Part) Half { return Half(d.String() + " " + string(p)) }

// parts are its day and which half it is; no day where it is written otherwise.
func (h Half) parts() (calendar.Day, Part) {
	day, part, _ := strings.Cut(string(h), " ")
	d, err := calendar.ParseDay(day)
	if err != nil || !slices.Contains(Part("").Words(), part) {
		return 0, ""
	}
	return d, Part(part)
}

// Say names the half: 10月12日上午, the morning of 12 Oct.
func (h Half) Say(w form.Words) text.Text {
	d, part := h.parts()
	if d.IsZero() {
		return text.Text{ZH: string(h), EN: string(h)}
	}
	return w.Filled("Half."+string(part), text.Args{"day": d.Say()})
}

// Gap is a stretch of the programme without a line: half a day, written 2026-10-12 am, or whole days from one to another,
// written 2026-10-12 2026-10-14.
type Gap string

// gaps joins halves into whole days, and whole days that follow each other into stretches.
func gaps(missing []Half) []Gap {
	var (
		out         []Gap
		first, last calendar.Day // of the whole days that end the list; none: zero
	)
	for i := 0; i < len(missing); i++ {
		day, part := missing[i].parts()
		if part != "am" || i+1 == len(missing) || missing[i+1] != halfOf(day, "pm") {
			out, last = append(out, Gap(missing[i])), 0
			continue
		}
		i++
		if last.IsZero() || last.AddDays(1) != day {
			out, first = append(out, ""), day
		}
		last = day
		out[len(out)-1] = Gap(first.String() + " " + last.String())
	}
	return out
}

// Say names the stretch: 10月12日上午, 10月12日全天, 10月12日至10月14日.
func (g Gap) Say(w form.Words) text.Text {
	from, until, _ := strings.Cut(string(g), " ")
	first, err := calendar.ParseDay(from)
	last, lastErr := calendar.ParseDay(until)
	switch {
	case err != nil || lastErr != nil:
		return Half(g).Say(w)
	case first == last:
		return w.Filled("Gap.day", text.Args{"day": first.Say()})
	}
	return w.Filled("Gap.days", text.Args{"from": first.Say(), "until": last.Say()})
}

// DayIn is a day somewhere, written 2026-10-12 首尔.
type DayIn string

// Say names the day and the city: 10月12日首尔, 12 Oct 首尔.
func (x DayIn) Say(form.Words) text.Text {
	day, city, _ := strings.Cut(string(x), " ")
	d, err := calendar.ParseDay(day)
	if err != nil {
		return text.Text{ZH: city, EN: city}
	}
	said := d.Say()
	return text.Text{ZH: said.ZH + city, EN: strings.TrimSpace(said.EN + " " + city)}
}

// LetterPart is one of the things that a letter of invitation must hold.
type LetterPart string

// Words lists what a letter must hold.
func (LetterPart) Words() []string {
	return []string{"signature", "translation", "names", "dates", "payer", "contact"}
}

// Difference is something in which a journey differs from the approved one.
type Difference string

// Words lists in what a journey may differ.
func (Difference) Words() []string { return []string{"exit", "entry", "places", "route", "members"} }
