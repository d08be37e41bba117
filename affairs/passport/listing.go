package passport

import (
	"fmt"

	"chancery/core/calendar"
	"chancery/core/register"
	"chancery/core/text"
)

// How a document stands on a day.
const (
	Out      register.State = "out"
	Overdue  register.State = "overdue"
	Blocks   register.State = "blocks"
	Returned register.State = "returned"
)

// Listings is the register of documents as people read it: what is out on the day,
// and what came back that very day.
func Listings() []register.Listing {
	return []register.Listing{{
		Name: Register, Title: text.Text{ZH: "证照台账", EN: "Register of travel documents"}, Source: Register,
		Reads: register.Alive, States: []register.State{Out, Overdue, Blocks, Returned}, Pressing: []register.State{Overdue, Blocks}, Read: read,
	}}
}

func read(r register.Row, on calendar.Day) (register.Line, error) {
	row, err := register.BodyOf[Row](r)
	if err != nil {
		return register.Line{}, fmt.Errorf("read document row %s of %s: %w", r.Key, r.Case, err)
	}
	line := register.Line{
		Who: row.Person, Unit: row.Unit, What: row.Kind, From: r.From, Until: r.Until, Due: row.Due, Case: r.Case,
	}
	line.State, line.Say = row.stands(on)
	return line, nil
}

// stands says how the document stands on a day.
func (r Row) stands(on calendar.Day) (register.State, text.Text) {
	args := text.Args{"due": r.Due.SayFull(), "n": r.Due.DaysUntil(on), "back": r.Back.SayFull()}
	lost := text.Text{}
	if r.Hindered != "" {
		lost = text.Text{ZH: "（" + r.Hindered + "）", EN: " (" + r.Hindered + ")"}
	}
	say := func(s register.State, t text.Text) (register.State, text.Text) {
		return s, text.Text{ZH: t.ZH + lost.ZH, EN: t.EN + lost.EN}.Fill(args)
	}
	switch {
	case !r.out(on):
		return say(Returned, text.Text{ZH: "{back}已交还", EN: "returned on {back}"})
	case r.blocks(on):
		return say(Blocks, text.Text{ZH: "逾期 {n} 天，交还前本单位新申请停办", EN: "{n} days overdue; the unit's new cases wait until it is back"})
	case r.overdue(on):
		return say(Overdue, text.Text{ZH: "应于{due}交还，逾期 {n} 天", EN: "due on {due}, {n} {n|day|days} overdue"})
	case r.Due.IsZero():
		return say(Out, text.Text{ZH: "已领出", EN: "handed out"})
	case r.Planned:
		return say(Out, text.Text{ZH: "已领出，按批准的回国日应于{due}前交还", EN: "handed out; by the homecoming as approved it is due back by {due}"})
	}
	return say(Out, text.Text{ZH: "已领出，应于{due}前交还", EN: "handed out; due back by {due}"})
}
