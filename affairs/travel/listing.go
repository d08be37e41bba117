package travel

import (
	"fmt"
	"strings"

	"chancery/core/calendar"
	"chancery/core/register"
	"chancery/core/text"
)

// How a trip stands on a day.
const (
	TripAsked    register.State = "asked"
	TripApproved register.State = "approved"
	TripAbroad   register.State = "abroad"
	TripLate     register.State = "late"
	TripHome     register.State = "home"
)

// Abroad is the listing of those who are abroad.
const Abroad = "abroad"

// Listings are the registers of trips as people read them: the trips that are
// still to come or under way on a day, and those who are really abroad.
func Listings() []register.Listing {
	return []register.Listing{
		{
			Name: TripsRegister, Title: text.Text{ZH: "出访台账", EN: "Register of trips"}, Source: TripsRegister,
			Reads:  func(on calendar.Day) register.Span { return register.Span{Last: on} },
			States: []register.State{TripAsked, TripApproved, TripAbroad, TripLate}, Pressing: []register.State{TripLate}, Read: readTrip,
		},
		{
			Name: Abroad, Title: text.Text{ZH: "在外人员", EN: "Those who are abroad"}, Source: TripsRegister,
			Reads:  func(on calendar.Day) register.Span { return register.Span{Last: on, Begun: true} },
			States: []register.State{TripAbroad, TripLate}, Pressing: []register.State{TripLate}, Read: readTrip,
		},
	}
}

func readTrip(r register.Row, on calendar.Day) (register.Line, error) {
	row, err := register.BodyOf[TripRow](r)
	if err != nil {
		return register.Line{}, fmt.Errorf("read trip row %s of %s: %w", r.Key, r.Case, err)
	}
	line := register.Line{Who: row.Person, Unit: row.Unit, What: strings.Join(row.Places, " "), From: r.From, Until: r.Until, Case: r.Case}
	line.Contact = row.Inviter
	if row.Contact != "" {
		line.Contact += " " + row.Contact
	}
	if !row.Departed.IsZero() {
		line.From = row.Departed
	}
	line.State, line.Say = row.stands(r, on)
	return line, nil
}

// stands says how a trip stands on a day. The day of homecoming is still one abroad.
func (t TripRow) stands(r register.Row, on calendar.Day) (register.State, text.Text) {
	args := text.Args{"from": r.From.SayFull(), "until": r.Until.SayFull(), "n": r.Until.DaysUntil(on)}
	gone := !t.Departed.IsZero() && t.Departed <= on
	switch {
	case gone && !t.Home.IsZero() && t.Home < on:
		return TripHome, text.Text{ZH: "{until}已回国", EN: "home since {until}"}.Fill(args)
	case gone && t.Home.IsZero() && r.Until < on:
		return TripLate, text.Text{ZH: "在外，应于{until}回国，已过 {n} 天，没有回国记录", EN: "abroad; was to be home on {until}, {n} {n|day|days} ago, and no homecoming is recorded"}.Fill(args)
	case gone:
		return TripAbroad, text.Text{ZH: "在外，至{until}", EN: "abroad until {until}"}.Fill(args)
	case t.Approved:
		return TripApproved, text.Text{ZH: "已批准，{from}出境", EN: "approved, leaves on {from}"}.Fill(args)
	}
	return TripAsked, text.Text{ZH: "办理中，拟于{from}出境", EN: "asked for, to leave on {from}"}.Fill(args)
}
