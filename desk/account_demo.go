package desk

import (
	"context"

	"chancery/core/account"
	"chancery/core/office"
)

// Newcomer is somebody who is given an account without an invitation.
type Newcomer struct {
	Person office.PersonID
	Duty   account.Duty
}

// Settlers gives accounts to people of an invented office, all under one password; who has one already keeps it and gets
// the password. It is for demonstrations only: real people are invited.
func (d *Desk) Settlers(ctx context.Context, password string, people []Newcomer) error {
	hash := d.hashed(password)
	return d.store.Write(ctx, func(w Writing) error {
		for _, n := range people {
			a, _, err := w.AccountOf(n.Person)
			if err != nil {
				return err
			}
			seen := a.Version
			if seen == 0 {
				a = account.Account{
					ID: account.ID(newID()), Person: n.Person, Login: string(n.Person), State: account.Active, Clearance: office.Internal, Since: w.Now(),
				}
				if n.Duty != "" {
					if a.Duties, err = a.Duties.Grant(n.Duty); err != nil {
						return err
					}
				}
			}
			a = a.WithPassword(hash, d.policy, w.Now())
			a.Version++
			if err := w.SaveAccount(a, seen); err != nil {
				return err
			}
			if seen == 0 {
				if err := note(w, account.Event{Kind: account.Opened, Account: a.ID, Person: a.Person, Operator: true, Duty: n.Duty}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Inhabited tells whether anybody has an account.
func (d *Desk) Inhabited(ctx context.Context) (bool, error) {
	there := false
	err := d.store.Read(ctx, func(r Reading) error {
		all, err := r.Accounts()
		there = len(all) > 0
		return err
	})
	return there, err
}
