// Package register knows what a register is: rows that a pure function reads
// from a case. A case's rows are what they are whatever way the case came to its
// present state, so a register rebuilt from the journal equals the one that grew.
package register

import (
	"encoding/json"

	"chancery/core/calendar"
	"chancery/core/text"
)

// Row is one line of a register. From and Until are the days it speaks of, both
// included; no last day: open.
type Row struct {
	Register string          `json:"register"`
	Key      string          `json:"key"`
	Case     string          `json:"case"`
	From     calendar.Day    `json:"from,omitempty"`
	Until    calendar.Day    `json:"until,omitempty"`
	Body     json.RawMessage `json:"body"`

	// Who and Unit are whom the row is about; Place where the matter lies, as codes with a space between them.
	Who   string `json:"who,omitempty"`
	Unit  string `json:"unit,omitempty"`
	Place string `json:"place,omitempty"`
	// Began and Ended are the days on which the matter really began and ended; Due is a day that is waited for.
	Began calendar.Day `json:"began,omitempty"`
	Ended calendar.Day `json:"ended,omitempty"`
	Due   calendar.Day `json:"due,omitempty"`
	// Stage is how far the matter has come, whatever the day.
	Stage State `json:"stage,omitempty"`

	// Number, Procedure and Mark are those of the case.
	Number    text.Text `json:"number,omitzero"`
	Procedure string    `json:"procedure,omitempty"`
	Mark      int       `json:"mark,omitempty"`
}

// Last is the last day on which the matter of a row is alive: the day of its real
// end; without one as planned, and open where it has begun or nothing is planned.
func (r Row) Last() calendar.Day {
	switch {
	case !r.Ended.IsZero():
		return r.Ended
	case !r.Began.IsZero(), r.Until.IsZero():
		return calendar.LastDay
	}
	return r.Until
}
