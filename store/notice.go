package store

import (
	"chancery/core/calendar"
	"chancery/core/casework"
)

// SaveNotice keeps until when a notice of the case is shown; the zero day takes it down.
func (t *Tx) SaveNotice(no string, until calendar.Day) error {
	if until.IsZero() {
		return t.put("take down notice", dropNotice, no)
	}
	return t.put("save notice", putNotice, no, until.String())
}

// Noticed gives the cases of which a notice is shown on a day, the newest first.
func (t *Tx) Noticed(day calendar.Day, limit int) ([]casework.Case, error) {
	return t.cases("read notices", onNotice, day.String(), limit)
}
