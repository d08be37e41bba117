// Package passport knows the register of travel documents 证照: whose document was
// handed out for which trip, when it is due back, and whether it came back. The
// register is a reading of the case; who holds which document is told by the one
// who knows the application.
package passport

import (
	"encoding/json"
	"fmt"
	"slices"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/register"
)

// Register is the name of the register of travel documents.
const Register = "documents"

// OutRegister is the same register by the unit of the holder: a row for each document while it is out.
const OutRegister = "documents-out"

// handOut is the duty of the checklist by which a document is handed out.
const handOut = "documents"

const (
	// backDays is how long a document may stay out after the homecoming, until the
	// case itself says so in its own term (外交部领事页面: seven days).
	backDays = 7
	// blockDays is how long a document is overdue before the unit's new cases wait (北京市外办2014年10月通知).
	blockDays = 30
)

// Holder is somebody who travels on a document.
type Holder struct {
	Name string
	Unit string
	// Kind is the kind of document, in the word of the application.
	Kind string
}

// Row is a travel document that was handed out for a trip.
type Row struct {
	Person string       `json:"person"`
	Unit   string       `json:"unit"`
	Kind   string       `json:"kind,omitempty"`
	Due    calendar.Day `json:"due,omitempty"`
	// Planned: the holder is not home yet, and the day is counted from the homecoming as approved.
	Planned bool         `json:"planned,omitempty"`
	Back    calendar.Day `json:"back,omitempty"`
	// Hindered says what stands in the way of its return, in a coded ground: document-lost.
	Hindered string `json:"hindered,omitempty"`
}

// Rows gives a row for every document that is out, or was, from the day on which
// it was handed out; at the latest from the departure. It is due back as the
// case's own term says, which begins with the homecoming; until then seven days
// after home, the day of homecoming as approved.
func Rows(c casework.Case, holders []Holder, home calendar.Day) ([]register.Row, error) {
	switch c.State {
	case casework.Cancelled, casework.Revoked, casework.Withdrawn, casework.Refused:
		return nil, nil // nobody travels: what was handed out went back with the approval
	case casework.Draft, casework.Active, casework.Noticed, casework.Returned, casework.Approved, casework.ApprovedIf, casework.Closed:
	}
	var out []register.Row
	for _, h := range holders {
		row, handed := Row{Person: h.Name, Unit: h.Unit, Kind: h.Kind}, c.Departed
		for _, d := range c.Checklist() {
			if d.Person != "" && d.Person != h.Name {
				continue
			}
			switch {
			case d.Base() == handOut && !d.Done.IsZero():
				handed = d.Done
			case d.Act == string(casework.HandedBack):
				row.Back, row.Hindered = d.Done, d.Hindered
				if d.Due != nil {
					row.Due = d.Due.Due
				}
			}
		}
		if handed.IsZero() {
			continue
		}
		if row.Due.IsZero() && !home.IsZero() {
			row.Due, row.Planned = home.AddDays(backDays), true
		}
		body, err := json.Marshal(row)
		if err != nil {
			return nil, fmt.Errorf("write document row: %w", err)
		}
		out = append(out, register.Row{
			Register: Register, Key: h.Name, Case: c.No, From: handed, Until: row.Back, Body: body,
			Who: h.Name, Unit: h.Unit, Began: handed, Ended: row.Back, Due: row.Due,
		})
	}
	return out, nil
}

// Outstanding are those of a case's rows whose document is still out, in the register by unit.
func Outstanding(rows []register.Row) []register.Row {
	var out []register.Row
	for _, r := range rows {
		if r.Register == Register && r.Until.IsZero() {
			r.Register, r.Key = OutRegister, r.Unit
			out = append(out, r)
		}
	}
	return out
}

// Blocking are the documents of a unit that are so long overdue on a day that its
// new cases wait, each with its holder and its case; those of the case itself are
// left out (RET-01).
func Blocking(unit, own string, on calendar.Day, open []register.Row) ([]string, error) {
	found := []string{}
	for _, r := range open {
		row, err := register.BodyOf[Row](r)
		if err != nil {
			return nil, fmt.Errorf("read document row %s of %s: %w", r.Key, r.Case, err)
		}
		if r.Case != own && row.Unit == unit && row.blocks(on) {
			found = append(found, row.Person+" "+r.Case)
		}
	}
	slices.Sort(found)
	return found, nil
}

// out says that the document is out on a day.
func (r Row) out(on calendar.Day) bool { return r.Back.IsZero() || r.Back > on }

func (r Row) overdue(on calendar.Day) bool { return r.out(on) && !r.Due.IsZero() && r.Due < on }

func (r Row) blocks(on calendar.Day) bool {
	return r.overdue(on) && r.Due < Grave(on)
}

// Grave is the day before which a document must have been due to block its unit's new cases on a day.
func Grave(on calendar.Day) calendar.Day { return on.AddDays(-blockDays) }
