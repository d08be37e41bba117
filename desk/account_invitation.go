package desk

import (
	"context"
	"crypto/subtle"
	"time"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// InviteByOperator makes a link with which a person opens an account; the operator of the machine answers for it. This is
// how the first accounts come to be. A duty may go with it only while no account that is in use holds that duty: later
// ones are granted by two administrators. The token is told once.
func (d *Desk) InviteByOperator(ctx context.Context, name string, duty account.Duty, lives time.Duration) (token string, i account.Invitation, err error) {
	err = d.store.Write(ctx, func(w Writing) error {
		p, _, err := person(w, name)
		if err != nil {
			return err
		}
		var duties account.Duties
		if duty != "" {
			if duties, err = duties.Grant(duty); err != nil {
				return err
			}
			all, err := w.Accounts()
			if err != nil {
				return err
			}
			for _, a := range all {
				if a.State == account.Active && a.Duties.Has(duty) {
					return fault.New(fault.NotAllowed, "duty", text.Text{
						ZH: "已有{duty}在用；再授予此职责须由两名管理员在「账号」页办理", EN: "there is a {duty} already; another is made by two administrators on the page of accounts",
					}.Fill(text.Args{"duty": duty.Title()}))
				}
			}
		}
		token, i, err = d.invite(w, account.Invitation{Purpose: account.Join, Person: p.ID, Duties: duties}, lives, true)
		return err
	})
	return token, i, err
}

// Invite makes a link with which a person opens an account. A system administrator may.
func (d *Desk) Invite(ctx context.Context, by Reader, name string, lives time.Duration) (token string, i account.Invitation, err error) {
	err = d.store.Write(ctx, func(w Writing) error {
		if _, err := administrator(w, by, account.System); err != nil {
			return err
		}
		p, _, err := person(w, name)
		if err != nil {
			return err
		}
		token, i, err = d.invite(w, account.Invitation{Purpose: account.Join, Person: p.ID, By: by.Person}, lives, false)
		return err
	})
	return token, i, err
}

// invite writes an invitation; the links before it that the person did not use are withdrawn.
func (d *Desk) invite(w Writing, i account.Invitation, lives time.Duration, operator bool) (string, account.Invitation, error) {
	if i.Purpose == account.Join {
		if _, there, err := w.AccountOf(i.Person); err != nil {
			return "", i, err
		} else if there {
			return "", i, fault.New(fault.Conflict, "person", text.Text{
				ZH: "此人已有账号；忘记密码或丢失第二因素，请由两名管理员办理找回", EN: "this person has an account already; if the password or the second factor is lost, two administrators recover it",
			})
		}
	}
	before, err := w.Invitations(i.Person)
	if err != nil {
		return "", i, err
	}
	for _, old := range before {
		if old.Open(w.Now()) == nil {
			old.Void = true
			if err := w.SaveInvitation(old); err != nil {
				return "", i, err
			}
		}
	}
	token := newToken()
	i.ID, i.Hash, i.Made = newID(), hashOf(token), w.Now()
	i.Until = account.InvitationUntil(i.Made, lives)
	if err := w.SaveInvitation(i); err != nil {
		return "", i, err
	}
	return token, i, note(w, account.Event{
		Kind: account.Invited, Account: i.Account, Person: i.Person, By: i.By, Operator: operator, Duty: i.Duties.Of(), Way: string(i.Purpose),
	})
}

// InvitationView is an invitation as the invited person sees it.
type InvitationView struct {
	Invitation account.Invitation
	Name       string
	// Login is the account's; empty while the person chooses one.
	Login string
	// Suggested is a login that would do.
	Suggested string
}

// Invitation shows the invitation that a token opens; NotFound for one that was used, ran out, was withdrawn or never was.
func (d *Desk) Invitation(ctx context.Context, token string) (InvitationView, error) {
	var out InvitationView
	err := d.store.Read(ctx, func(r Reading) error {
		i, a, err := openInvitation(r, token)
		if err != nil {
			return err
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		p, _ := o.Person(i.Person)
		out = InvitationView{Invitation: i, Name: p.Name, Login: a.Login, Suggested: string(i.Person)}
		return nil
	})
	return out, err
}

// openInvitation gives an invitation that may be accepted, and the account that it recovers.
func openInvitation(r Reading, token string) (account.Invitation, account.Account, error) {
	i, ok, err := r.Invitation(hashOf(token))
	if err != nil {
		return i, account.Account{}, err
	}
	if !ok {
		return i, account.Account{}, account.InvitationGone()
	}
	if err := i.Open(r.Now()); err != nil {
		return i, account.Account{}, err
	}
	if i.Purpose == account.Join {
		return i, account.Account{}, nil
	}
	a, ok, err := r.Account(i.Account)
	if err != nil {
		return i, a, err
	}
	if !ok || a.State != account.Active {
		return i, a, account.InvitationGone()
	}
	return i, a, nil
}

// Accept opens the account that a token invites to, or comes back into it, with a login and a new password, and gives the
// first session. Where a second factor is demanded it is the next thing to set up, and nothing opens before. Who comes back
// also says the code of the administrator who proposed the recovery.
func (d *Desk) Accept(ctx context.Context, token, code, login, password string, from Way) (Ticket, error) {
	var near []string
	var a account.Account
	err := d.store.Read(ctx, func(r Reading) error {
		i, old, err := openInvitation(r, token)
		if err != nil {
			return err
		}
		if i.Half != "" && subtle.ConstantTimeCompare([]byte(i.Half), []byte(halfOf(code))) != 1 {
			return wrongHalf()
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		a = old
		if i.Purpose == account.Join {
			if a.Login, err = account.Login(login); err != nil {
				return err
			}
		}
		p, _ := o.Person(i.Person)
		near = nearWords(a.Login, p, o)
		return nil
	})
	if err != nil {
		return Ticket{}, err
	}
	if err := d.policy.JudgePassword(password, d.lib.Common, near...); err != nil {
		return Ticket{}, err
	}
	if a.Reused(password) {
		return Ticket{}, reused()
	}
	hash := d.hashed(password)
	var out Ticket
	err = d.store.Write(ctx, func(w Writing) error {
		i, into, err := openInvitation(w, token)
		if err != nil {
			return err
		}
		if i.Purpose == account.Join {
			if into, err = opened(i, login, w); err != nil {
				return err
			}
		}
		out, err = d.accepted(w, i, into.WithPassword(hash, d.policy, w.Now()), false, "invitation", from)
		return err
	})
	return out, err
}

// AcceptBySubject opens the account that a token invites to for somebody whom a provider has just signed in, and binds the
// two for good. Strong says that the provider saw a second factor.
func (d *Desk) AcceptBySubject(ctx context.Context, token string, s account.Subject, strong bool, from Way) (Ticket, error) {
	var out Ticket
	err := d.store.Write(ctx, func(w Writing) error {
		i, _, err := openInvitation(w, token)
		if err != nil {
			return err
		}
		if i.Purpose != account.Join {
			return account.InvitationGone()
		}
		into, err := opened(i, string(i.Person), w)
		if err != nil {
			return err
		}
		into.Subjects = []account.Subject{s}
		out, err = d.accepted(w, i, into, strong, "sso", from)
		return err
	})
	return out, err
}

// opened is the new account of an invitation.
func opened(i account.Invitation, login string, w Writing) (account.Account, error) {
	clean, err := account.Login(login)
	if err != nil {
		return account.Account{}, err
	}
	return account.Account{
		ID: account.ID(newID()), Person: i.Person, Login: clean, State: account.Active, Duties: i.Duties, Clearance: office.Internal, Since: w.Now(),
	}, nil
}

// accepted uses an invitation up and lets the person in.
func (d *Desk) accepted(w Writing, i account.Invitation, a account.Account, strong bool, way string, from Way) (Ticket, error) {
	seen := a.Version
	a.Version++
	kind := account.Opened
	if i.Purpose == account.Recover {
		kind = account.Recovered
		a.TOTP, a.Passkeys = nil, nil
		if err := shut(w, a.ID); err != nil {
			return Ticket{}, err
		}
		if err := w.SaveSlowdown(named("factor", string(a.ID)), account.Slowdown{}); err != nil {
			return Ticket{}, err
		}
	}
	if err := w.SaveAccount(a, seen); err != nil {
		return Ticket{}, err
	}
	i.Used, i.Account = w.Now(), a.ID
	if err := w.SaveInvitation(i); err != nil {
		return Ticket{}, err
	}
	err := note(w, account.Event{Kind: kind, Account: a.ID, Person: a.Person, Duty: a.Duties.Of(), Way: way, Address: from.Address})
	if err != nil {
		return Ticket{}, err
	}
	return d.admit(w, a, strong, way, from)
}

// nearWords are what a password may not be made of.
func nearWords(login string, p office.Person, o office.Office) []string {
	return []string{login, p.Name, p.Pinyin, string(p.ID), o.Name.ZH, o.Name.EN, "chancery"}
}

func wrongHalf() error {
	return fault.New(fault.NotAllowed, "code", text.Text{
		ZH: "核对码不对；它由提出找回的那名管理员另行告知，与链接不是同一人给的", EN: "the code is not right: the administrator who proposed the recovery tells it, another one than the one who gave the link",
	})
}

func reused() error {
	return fault.New(fault.Invalid, "password", text.Text{
		ZH: "这个密码用过；请换一个新的", EN: "this password was in use before; choose a new one",
	})
}

// administrator gives the reader's account when it still holds one of the duties.
func administrator(r Reading, by Reader, duties ...account.Duty) (account.Account, error) {
	a, ok, err := r.Account(by.Account)
	if err != nil {
		return a, err
	}
	if ok && a.State == account.Active {
		for _, duty := range duties {
			if a.Duties.Has(duty) {
				return a, nil
			}
		}
	}
	var who []text.Text
	for _, duty := range duties {
		who = append(who, duty.Title())
	}
	return a, fault.New(fault.NotAllowed, "", text.Text{
		ZH: "此项由{who}办理", EN: "this is done by: {who}",
	}.Fill(text.Args{"who": who}))
}
