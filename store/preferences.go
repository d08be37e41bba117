package store

import (
	"chancery/core/account"
	"chancery/core/journal"
	"chancery/core/office"
)

// Preferences gives how a person likes the desk to be; the zero value where nothing was said.
func (t *Tx) Preferences(person office.PersonID) (account.Preferences, error) {
	p, _, err := first(bodies[account.Preferences](t, "read preferences", getPreferences, string(person)))
	return p, err
}

// SavePreferences writes how a person likes the desk to be.
func (t *Tx) SavePreferences(person office.PersonID, p account.Preferences) error {
	body, err := journal.Canonical(p)
	if err != nil {
		return err
	}
	_, err = t.exec("save preferences", putPreferences, string(person), body)
	return err
}
