package desk

import (
	"context"

	"chancery/core/account"
	"chancery/core/office"
)

// Settings are how a person likes the desk to be.
func (d *Desk) Settings(ctx context.Context, reader Reader) (p account.Preferences, err error) {
	err = d.store.Read(ctx, func(r Reading) error {
		p, err = r.Preferences(reader.Person)
		return err
	})
	return p, err
}

// Prefer keeps how a person likes the desk to be. Invalid comes back for a word that is none, for too many or too long
// phrases, and for what is no mail address. That an address changed is noted at the door, not which: whoever sees it there
// can ask.
func (d *Desk) Prefer(ctx context.Context, reader Reader, p account.Preferences) error {
	p, err := p.Tidy()
	if err != nil {
		return err
	}
	for _, phrase := range p.Phrases {
		if err := office.NotSecret("phrases", phrase); err != nil {
			return err
		}
	}
	return d.store.Write(ctx, func(w Writing) error {
		before, err := w.Preferences(reader.Person)
		if err != nil {
			return err
		}
		if before.Mail.Address != p.Mail.Address {
			e := account.Event{Kind: account.MailChanged, Account: reader.Account, Person: reader.Person, Session: reader.Session}
			if err := note(w, e); err != nil {
				return err
			}
		}
		return w.SavePreferences(reader.Person, p)
	})
}
