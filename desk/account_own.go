package desk

import (
	"context"
	"time"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// freshFor is how long after sign-in somebody without a password counts as having just proven who it is.
const freshFor = 10 * time.Minute

// reprove asks for the password again before an account is changed. Somebody who never had one, since a provider signs in
// for him, must have come in just now. A sign-in that is under way has proven itself already.
func (d *Desk) reprove(ctx context.Context, token, password string, from Way, stages ...account.Stage) error {
	var a account.Account
	needed := true
	err := d.store.Write(ctx, func(w Writing) error {
		s, found, err := d.session(w, hashOf(token), stages...)
		if err != nil {
			return err
		}
		a = found
		switch {
		case s.Stage == account.Enrol:
			needed = false
		case a.Password == "":
			needed = false
			if w.Now().Time().Sub(s.Began.Time()) > freshFor {
				return fault.New(fault.NotAllowed, "", text.Text{
					ZH: "更改账号前请先退出并重新登录，以证明是本人", EN: "before the account is changed, sign out and in again to show that it is you",
				})
			}
		}
		return nil
	})
	if err != nil || !needed {
		return err
	}
	return d.again(ctx, a, password, from)
}

// again asks for the password of an account once more. Whoever tries again and again is slowed down.
func (d *Desk) again(ctx context.Context, a account.Account, password string, from Way) error {
	err := d.store.Write(ctx, func(w Writing) error { return take(w, slowKey{named("again", string(a.ID)), account.FactorPace()}) })
	if err != nil {
		return err
	}
	if !d.matches(ctx, a.Password, password) {
		return d.failedAt(ctx, a, "password", from, fault.New(fault.NotAllowed, "current", text.Text{
			ZH: "当前密码不对；请核对后再试", EN: "the present password is not right: check it and try again",
		}))
	}
	return d.store.Write(ctx, func(w Writing) error {
		return giveBack(w, slowKey{named("again", string(a.ID)), account.FactorPace()})
	})
}

// ChangePassword sets a new password; the present one is shown again. The other sessions of the account end, and this one
// goes on under a new token.
func (d *Desk) ChangePassword(ctx context.Context, token, present, password string, from Way) (Ticket, error) {
	if err := d.reprove(ctx, token, present, from, account.Full, account.Renew); err != nil {
		return Ticket{}, err
	}
	var a account.Account
	var near []string
	err := d.store.Read(ctx, func(r Reading) error {
		_, found, err := d.session(r, hashOf(token), account.Full, account.Renew)
		if err != nil {
			return err
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		p, _ := o.Person(found.Person)
		a, near = found, nearWords(found.Login, p, o)
		return nil
	})
	if err != nil {
		return Ticket{}, err
	}
	if err := d.policy.JudgePassword(password, d.lib.Common, near...); err != nil {
		return Ticket{}, err
	}
	if present == password || a.Reused(password) {
		return Ticket{}, reused()
	}
	hash := d.hashed(password)
	var out Ticket
	err = d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Full, account.Renew)
		if err != nil {
			return err
		}
		if err := save(w, a.WithPassword(hash, d.policy, w.Now())); err != nil {
			return err
		}
		if err := note(w, account.Event{Kind: account.PasswordChanged, Account: a.ID, Person: a.Person, Session: s.ID, Address: from.Address}); err != nil {
			return err
		}
		if err := w.DropSessionsOf(a.ID, s.Hash); err != nil {
			return err
		}
		if s.Stage == account.Full {
			out, err = renewed(w, s)
			return err
		}
		if err := w.DropSession(s.Hash); err != nil {
			return err
		}
		if a, _, err = w.Account(a.ID); err != nil {
			return err
		}
		out, err = d.admit(w, a, true, "password", from)
		return err
	})
	return out, err
}

// SecurityView is what somebody sees of the own account.
type SecurityView struct {
	Login       string
	Name        string
	Person      office.PersonID
	HasPassword bool
	PasswordAt  text.Text
	HasTOTP     bool
	Passkeys    []account.Passkey
	Subjects    []account.Subject
	Demanded    bool
	Sessions    []account.Session
	// Current is the ID of the session that asks.
	Current string
	Log     []account.Event
}

// OwnSecurity shows the own account to who is signed in.
func (d *Desk) OwnSecurity(ctx context.Context, token string) (SecurityView, error) {
	var out SecurityView
	err := d.store.Read(ctx, func(r Reading) error {
		s, a, err := d.session(r, hashOf(token), account.Full)
		if err != nil {
			return err
		}
		if out, err = d.securityView(r, s, a); err != nil {
			return err
		}
		all, err := r.SessionsOf(a.ID)
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.Stage == account.Full && d.policy.Alive(one, r.Now()) {
				out.Sessions = append(out.Sessions, one)
			}
		}
		out.Log, err = r.SecurityLog(a.ID, 20)
		return err
	})
	return out, err
}

func (d *Desk) securityView(r Reading, s account.Session, a account.Account) (SecurityView, error) {
	o, err := r.Office()
	if err != nil {
		return SecurityView{}, err
	}
	p, _ := o.Person(a.Person)
	demanded, err := d.factorDemanded(r, a)
	v := SecurityView{
		Login: a.Login, Name: p.Name, Person: a.Person, HasPassword: a.Password != "", HasTOTP: a.TOTP != nil,
		Passkeys: a.Passkeys, Subjects: a.Subjects, Demanded: demanded, Current: s.ID,
	}
	if v.HasPassword {
		v.PasswordAt = a.PasswordAt.Day(OfficeZone()).Say()
	}
	return v, err
}

// EndSession ends one session of the own account, by its ID; NotFound when there is none such. EndOthers ends all but
// this one.
func (d *Desk) EndSession(ctx context.Context, by Reader, id string) error {
	return d.store.Write(ctx, func(w Writing) error {
		all, err := w.SessionsOf(by.Account)
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.ID != id {
				continue
			}
			if err := w.DropSession(s.Hash); err != nil {
				return err
			}
			return note(w, account.Event{Kind: account.SessionRevoked, Account: by.Account, Person: by.Person, By: by.Person, Session: id})
		}
		return fault.New(fault.NotFound, "session", text.Text{ZH: "没有这个登录会话，或已经结束", EN: "there is no such session, or it has ended already"})
	})
}

// EndOthers ends all sessions of the own account but the one that a token opens.
func (d *Desk) EndOthers(ctx context.Context, token string) error {
	return d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(token), account.Full)
		if err != nil {
			return err
		}
		if err := w.DropSessionsOf(a.ID, s.Hash); err != nil {
			return err
		}
		return note(w, account.Event{Kind: account.SessionsRevoked, Account: a.ID, Person: a.Person, By: a.Person})
	})
}
