package store

import (
	"chancery/core/calendar"
	"chancery/core/casework"
)

// SaveNotice keeps until when a notice of the case is shown; the zero day takes it down.
func (t *Tx) SaveNotice(no string, until calendar.Day) error {
	if until.IsZero() {
		_, err := t.exec("take down notice", dropNotice, no)
		return err
	}
	_, err := t.exec("save notice", putNotice, no, until.String())
	return err
}

// Noticed gives the cases of which a notice is shown on a day, the newest first.
func (t *Tx) Noticed(day calendar.Day, limit int) ([]casework.Case, error) {
	return bodies[casework.Case](t, "read notices", onNotice, day.String(), limit)
}
