package register

import (
	"encoding/json"

	"chancery/core/calendar"
	"chancery/core/text"
)

// Listing is a register as people read it on a day: which rows are looked at, and
// what each says.
type Listing struct {
	Name  string
	Title text.Text
	// Source is the register whose rows are read.
	Source string
	// Span gives the days that a row must touch to be looked at; a zero day does not limit.
	Span func(on calendar.Day) (from, until calendar.Day)
	// Read says what a row means on a day; ok is false where it does not belong to the listing that day.
	Read func(r Row, on calendar.Day) (line Line, ok bool, err error)
}

// Line is one line of a listing.
type Line struct {
	// Who is the person or the thing that the line is about.
	Who   string       `json:"who"`
	Unit  string       `json:"unit,omitempty"`
	What  string       `json:"what,omitempty"`
	From  calendar.Day `json:"from,omitempty"`
	Until calendar.Day `json:"until,omitempty"`
	// Due is a day that is still waited for or was.
	Due   calendar.Day `json:"due,omitempty"`
	State State        `json:"state"`
	Say   text.Text    `json:"say"`
	Case  string       `json:"case"`
}

// State is how the matter of a line stands on the day; each listing has its own words.
type State string

// Through gives the rows that touch a day.
func Through(on calendar.Day) (from, until calendar.Day) { return on, on }

// BodyOf reads the body of a row.
func BodyOf[T any](r Row) (body T, err error) {
	err = json.Unmarshal(r.Body, &body)
	return body, err
}
