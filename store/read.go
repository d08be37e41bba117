package store

import (
	"chancery/core/calendar"
	"chancery/core/register"
)

// LastEntry is how many entries the journal holds, and the number of the newest once all have their places; zero when it is empty.
func (t *Tx) LastEntry() (int64, error) {
	var id int64
	_, err := t.one("read the last entry", t.s.db.lastEntry(), nil, &id)
	return id, err
}

// Noted gives the word about the data that was kept under a name; none: empty.
func (t *Tx) Noted(name string) (string, error) {
	if err := t.locks.hold(t, "note/"+name); err != nil {
		return "", err
	}
	var value string
	_, err := t.one("read note", getNote, []any{name}, &value)
	return value, err
}

// RowsOf gives the register rows of one case, in the order in which they were saved.
func (t *Tx) RowsOf(no string) ([]register.Row, error) {
	return t.registerRows(rowsOfCase, no)
}

// Rows gives the rows of a register that touch the days from and until, both included; a zero day does not limit. With a
// key it gives only the rows of that key.
func (t *Tx) Rows(name, key string, from, until calendar.Day) ([]register.Row, error) {
	if err := t.locks.holdRows(t, name, key); err != nil {
		return nil, err
	}
	if key != "" {
		return t.registerRows(rowsOfKey, name, from.String(), until.String(), key)
	}
	if !from.IsZero() {
		return t.registerRows(rowsSince, name, from.String(), until.String())
	}
	return t.registerRows(someRows, name, from.String(), until.String())
}

// CountKeyed counts the rows of one key of a register, those of one case left out.
func (t *Tx) CountKeyed(name, key, but string) (int, error) {
	if err := t.locks.holdRows(t, name, key); err != nil {
		return 0, err
	}
	var n int
	_, err := t.one("count register", countKeyed, []any{name, key, but}, &n)
	return n, err
}
