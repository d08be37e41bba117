// Package register knows what a register is: rows that a pure function reads
// from a case. A case's rows are what they are whatever way the case came to its
// present state, so a register rebuilt from the journal equals the one that grew.
package register

import (
	"bytes"
	"encoding/json"

	"chancery/core/calendar"
	"chancery/core/casework"
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

// Equal says whether two rows say the same.
func (r Row) Equal(other Row) bool {
	return r.Register == other.Register && r.Key == other.Key && r.Case == other.Case && r.From == other.From && r.Until == other.Until &&
		bytes.Equal(r.Body, other.Body) && r.Who == other.Who && r.Unit == other.Unit && r.Place == other.Place &&
		r.Began == other.Began && r.Ended == other.Ended && r.Due == other.Due && r.Stage == other.Stage &&
		r.Number == other.Number && r.Procedure == other.Procedure && r.Mark == other.Mark
}

// Standing is all that the entries of a case make of it: the case as journal.Canonical writes it, its open tasks, the
// keys by which it is seen, its register rows. Of entries that are of no case it is nothing.
type Standing struct {
	Self json.RawMessage `json:"self"`
	// Mark is the level of the case's mark, which its tasks bear.
	Mark  int             `json:"mark"`
	Tasks []casework.Task `json:"tasks,omitempty"`
	Keys  []casework.Key  `json:"keys,omitempty"`
	Rows  []Row           `json:"rows,omitempty"`
}
