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

// Say names the half: 10月12日上午, the morning of 12 Oct.
func (h Half) Say(w form.Words) text.Text {
	day, part, _ := strings.Cut(string(h), " ")
	d, err := calendar.ParseDay(day)
	if err != nil || !slices.Contains(Part("").Words(), part) {
		return text.Text{ZH: string(h), EN: string(h)}
	}
	return w.Filled("Half."+part, text.Args{"day": d.Say()})
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
