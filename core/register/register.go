// Package register knows what a register is: rows that a pure function reads
// from a case. A case's rows are what they are whatever way the case came to its
// present state, so a register rebuilt from the journal equals the one that grew.
package register

import (
	"bytes"
	"encoding/json"

	"chancery/core/calendar"
	"chancery/core/casework"
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
}

// Equal says whether two rows say the same.
func (r Row) Equal(other Row) bool {
	return r.Register == other.Register && r.Key == other.Key && r.Case == other.Case && r.From == other.From && r.Until == other.Until &&
		bytes.Equal(r.Body, other.Body)
}

// Standing is all that the entries of a case make of it: the case as journal.Canonical writes it, its open tasks, the
// keys by which it is seen, its register rows. Of entries that are of no case it is nothing.
type Standing struct {
	Self  json.RawMessage `json:"self"`
	Tasks []casework.Task `json:"tasks,omitempty"`
	Keys  []casework.Key  `json:"keys,omitempty"`
	Rows  []Row           `json:"rows,omitempty"`
}
