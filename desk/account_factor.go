package desk

import (
	"context"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// Pending says at which stage the session of a token stands, and whose it is; SignedOut when it opens nothing at all.
func (d *Desk) Pending(ctx context.Context, token string) (account.Stage, SecurityView, error) {
	var stage account.Stage
	var view SecurityView
	err := d.store.Read(ctx, func(r Reading) error {
		s, a, err := d.session(r, hashOf(token), account.Full, account.Factor, account.Enrol, account.Renew)
		if err != nil {
			return err
		}
		stage = s.Stage
		view, err = d.securityView(r, s, a)
		return err
	})
	return stage, view, err
}

// factorKey counts second factors that were wrong; a right password does not forget them.
func factorKey(a account.ID) slowKey {
	return slowKey{named("factor", string(a)), account.FactorPace()}
}

// ProveCode shows a code of the time-based generator as the second factor of a sign-in and gives the session that is then
// opened, under a new token. A code is taken once.
func (d *Desk) ProveCode(ctx context.Context, token, code string, from Way) (Ticket, error) {
	a, err := d.tryFactor(ctx, token)
	if err != nil {
		return Ticket{}, err
	}
	var out Ticket
	right, lost := false, false
	err = d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Factor)
		if err != nil || a.TOTP == nil {
			return err
		}
		if a.TOTP.Lost {
			lost = true
			return nil
		}
		var used account.TOTP
		if used, right = a.TOTP.Accept(code, w.Now()); !right {
			return nil
		}
		a.TOTP = &used
		out, err = d.proven(w, s, a, "totp", from)
		return err
	})
	if err == nil && lost {
		return out, fault.New(fault.NotAllowed, "code", text.Text{
			ZH: "本机打不开您的验证器密钥，任何验证码都无法核对；请用通行密钥登录，或请两名管理员办理找回后重新登记验证器",
			EN: "the secret of your code generator cannot be opened on this machine, so no code can be checked: use a passkey, or have two administrators recover the account and enrol the generator anew",
		})
	}
	if err == nil && !right {
		return out, d.failedAt(ctx, a, "totp", from, wrongCode())
	}
	return out, err
}

// tryFactor counts a try of a second factor and gives whose it is.
func (d *Desk) tryFactor(ctx context.Context, token string) (account.Account, error) {
	var a account.Account
	err := d.store.Write(ctx, func(w Writing) error {
		var err error
		if _, a, err = d.session(w, hashOf(token), account.Factor); err != nil {
			return err
		}
		return take(w, factorKey(a.ID))
	})
	return a, err
}

// proven lets somebody in who has shown the second factor; the account is saved as it was changed by that.
func (d *Desk) proven(w Writing, s account.Session, a account.Account, way string, from Way) (Ticket, error) {
	if err := giveBack(w, factorKey(a.ID)); err != nil {
		return Ticket{}, err
	}
	if err := save(w, a); err != nil {
		return Ticket{}, err
	}
	if err := w.DropSession(s.Hash); err != nil {
		return Ticket{}, err
	}
	return d.admit(w, a, true, way, from)
}

// save writes an account that was read in the same act.
func save(w Writing, a account.Account) error {
	a.Version++
	return w.SaveAccount(a, a.Version-1)
}

func wrongCode() error {
	return fault.New(fault.NotAllowed, "code", text.Text{
		ZH: "验证码不对、已过期或已用过；请等下一个再输入", EN: "the code is not right, out of its time or was used: wait for the next one and enter that",
	})
}

// Offer is a time-based secret that waits to be confirmed with a code.
type Offer struct {
	Secret account.Secret
	// Address is what the picture for a generator holds.
	Address string
}

// OfferTOTP gives the secret that is to be put into a generator. The same one is given until it is confirmed.
func (d *Desk) OfferTOTP(ctx context.Context, token string) (Offer, error) {
	var out Offer
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Full, account.Enrol)
		if err != nil {
			return err
		}
		if s.Offered == "" {
			s.Offered = account.NewTOTPSecret(random(account.TOTPSecretLength))
			if err := w.SaveSession(s); err != nil {
				return err
			}
		}
		o, err := w.Office()
		if err != nil {
			return err
		}
		name := o.Name.EN
		if name == "" {
			name = o.Name.ZH
		}
		out = Offer{Secret: s.Offered, Address: account.TOTPAddress(s.Offered, name, a.Login)}
		return nil
	})
	return out, err
}

// ConfirmTOTP enrols the generator that was offered, once it shows the right code. Somebody who is signed in already shows
// the password again. The session goes on under a new token; the others of the account end.
func (d *Desk) ConfirmTOTP(ctx context.Context, token, password, code string, from Way) (Ticket, error) {
	if err := d.reprove(ctx, token, password, from, account.Full, account.Enrol); err != nil {
		return Ticket{}, err
	}
	var out Ticket
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Full, account.Enrol)
		if err != nil {
			return err
		}
		fresh, ok := account.TOTP{Secret: s.Offered, Since: w.Now()}.Accept(code, w.Now())
		if s.Offered == "" || !ok {
			return wrongCode()
		}
		a.TOTP = &fresh
		out, err = d.enrolled(w, s, a, "totp", from)
		return err
	})
	return out, err
}

// enrolled saves an account with a new factor and lets its bearer go on under a new token.
func (d *Desk) enrolled(w Writing, s account.Session, a account.Account, way string, from Way) (Ticket, error) {
	if err := save(w, a); err != nil {
		return Ticket{}, err
	}
	if err := note(w, account.Event{Kind: account.FactorAdded, Account: a.ID, Person: a.Person, Session: s.ID, Way: way, Address: from.Address}); err != nil {
		return Ticket{}, err
	}
	if err := w.DropSessionsOf(a.ID, s.Hash); err != nil {
		return Ticket{}, err
	}
	if s.Stage == account.Enrol {
		if err := w.DropSession(s.Hash); err != nil {
			return Ticket{}, err
		}
		return d.admit(w, a, true, way, from)
	}
	s.Strong = true
	return renewed(w, s)
}

// renewed carries a session on under a new token; the old one opens nothing any more.
func renewed(w Writing, s account.Session) (Ticket, error) {
	if err := w.DropSession(s.Hash); err != nil {
		return Ticket{}, err
	}
	t := Ticket{Token: newToken(), Session: s}
	t.Session.Hash, t.Session.Offered, t.Session.Ceremony = hashOf(t.Token), "", nil
	return t, w.SaveSession(t.Session)
}

// RemoveFactor takes a second factor away: "totp" or the ID of a passkey. The password is shown again, and the last factor
// stays where one is demanded.
func (d *Desk) RemoveFactor(ctx context.Context, token, password, which string, from Way) (Ticket, error) {
	if err := d.reprove(ctx, token, password, from, account.Full); err != nil {
		return Ticket{}, err
	}
	var out Ticket
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Full)
		if err != nil {
			return err
		}
		demanded, err := d.factorDemanded(w, a)
		if err != nil {
			return err
		}
		if a, err = a.WithoutFactor(which, demanded); err != nil {
			return err
		}
		if err := save(w, a); err != nil {
			return err
		}
		way := "passkey"
		if which == "totp" {
			way = which
		}
		if err := note(w, account.Event{Kind: account.FactorRemoved, Account: a.ID, Person: a.Person, Session: s.ID, Way: way, Address: from.Address}); err != nil {
			return err
		}
		if err := w.DropSessionsOf(a.ID, s.Hash); err != nil {
			return err
		}
		out, err = renewed(w, s)
		return err
	})
	return out, err
}
