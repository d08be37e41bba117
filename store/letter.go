package store

import (
	"encoding/json"

	"chancery/core/account"
	"chancery/core/job"
	"chancery/core/office"
)

// Ways are those by which messages left the house, or could not.
func (t *Tx) Ways() ([]job.Way, error) {
	var out []job.Way
	err := t.each("read ways", allWays, nil, func(scan func(...any) error) error {
		var w job.Way
		err := scan(&w.Name, (*int64)(&w.Left), (*int64)(&w.Failed), &w.Why)
		out = append(out, w)
		return err
	})
	return out, err
}

// WayLeft notes that a message left one way now; WayFailed that one could not, and why.
func (t *Tx) WayLeft(name string) error {
	_, err := t.exec("note a way", wayLeft, name, int64(t.at))
	return err
}

// WayFailed notes that a message could not leave one way now, and why.
func (t *Tx) WayFailed(name, why string) error {
	_, err := t.exec("note a way", wayFailed, name, int64(t.at), why)
	return err
}

// Digested has a message wait for the next digest of a person; done again it changes nothing.
func (t *Tx) Digested(person office.PersonID, message int64) error {
	_, err := t.exec("keep for the digest", putDigested, string(person), message)
	return err
}

// DigestOf are the messages that wait for the digest of a person and came before the message of that number.
func (t *Tx) DigestOf(person office.PersonID, before int64) ([]job.Parcel, error) {
	return t.parcels(digestedOf, string(person), before)
}

// DropDigested forgets those.
func (t *Tx) DropDigested(person office.PersonID, before int64) error {
	_, err := t.exec("empty the digest", dropDigested, string(person), before)
	return err
}

// AllPreferences gives how everybody who said so likes the desk to be.
func (t *Tx) AllPreferences() (map[office.PersonID]account.Preferences, error) {
	out := map[office.PersonID]account.Preferences{}
	err := t.each("read preferences", allPreferences, nil, func(scan func(...any) error) error {
		var person office.PersonID
		var body []byte
		if err := scan((*string)(&person), &body); err != nil {
			return err
		}
		var p account.Preferences
		if err := json.Unmarshal(body, &p); err != nil {
			return err
		}
		out[person] = p
		return nil
	})
	return out, err
}
