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
	// Reads says which rows belong to the listing on a day.
	Reads func(on calendar.Day) Span
	// States are those in which a line can stand, in the order in which they are shown; Pressing are those that ask for something.
	States   []State
	Pressing []State
	// Read says what a row means on a day.
	Read func(r Row, on calendar.Day) (Line, error)
}

// Span is the rows that a listing reads: alive on Last or later, begun by From;
// a zero day does not limit. Begun asks that the matter has really begun by the
// day and not ended before it.
type Span struct {
	Last  calendar.Day
	From  calendar.Day
	Begun bool
}

// Holds says whether a row belongs to the span on a day.
func (s Span) Holds(r Row, on calendar.Day) bool {
	begun := !r.Began.IsZero() && r.Began <= on && (r.Ended.IsZero() || r.Ended >= on)
	return (s.Last.IsZero() || r.Last() >= s.Last) && (s.From.IsZero() || r.From <= s.From) && (!s.Begun || begun)
}

// Alive reads what is alive on the day and has begun by it.
func Alive(on calendar.Day) Span { return Span{Last: on, From: on} }

// Query picks a part of a listing on a day.
type Query struct {
	Source string
	On     calendar.Day
	Span   Span
	// Grave is the day before which what was due is grave.
	Grave calendar.Day
	// State, Unit and Place narrow, where given; Who is a part of the person's name.
	State State
	Unit  string
	Place string
	Who   string
	// Sort is who, unit, place, from, until or due; Down turns it round.
	Sort string
	Down bool
	// Limit is how many rows are given, after Offset of them.
	Limit, Offset int
}

// Count is how many rows stand in a state at a place.
type Count struct {
	State State
	Place string
	Rows  int
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
	// Contact is how the person is reached, as far as the application says.
	Contact string `json:"contact,omitempty"`
}

// State is how the matter of a line stands on the day; each listing has its own words.
type State string

// BodyOf reads the body of a row.
func BodyOf[T any](r Row) (body T, err error) {
	err = json.Unmarshal(r.Body, &body)
	return body, err
}
