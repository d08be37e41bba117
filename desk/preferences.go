package desk

import (
	"context"

	"chancery/core/account"
	"chancery/core/office"
)

// Prefer keeps how a person likes the desk to be. Invalid comes back for a word that is none, and for too many or too long phrases.
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
	return d.store.Write(ctx, func(w Writing) error { return w.SavePreferences(reader.Person, p) })
}
