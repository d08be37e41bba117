package desk

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// WithdrawInvitation makes a link that was not used open nothing. A system administrator may.
func (d *Desk) WithdrawInvitation(ctx context.Context, by Reader, id string) error {
	return d.store.Write(ctx, func(w Writing) error {
		if _, err := administrator(w, by, account.System); err != nil {
			return err
		}
		all, err := w.Invitations("")
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(i account.Invitation) bool { return i.ID == id && i.Open(w.Now()) == nil })
		if at < 0 {
			return account.InvitationGone()
		}
		all[at].Void = true
		if err := w.SaveInvitation(all[at]); err != nil {
			return err
		}
		return note(w, account.Event{Kind: account.InvitationVoid, Account: all[at].Account, Person: all[at].Person, By: by.Person})
	})
}

// Disable shuts an account: its sessions end with this act. Enable opens it again. A system administrator may do both, but
// not to himself.
func (d *Desk) Disable(ctx context.Context, by Reader, id account.ID) error {
	return d.turn(ctx, by, id, account.Disabled)
}

// Enable opens a disabled account again.
func (d *Desk) Enable(ctx context.Context, by Reader, id account.ID) error {
	return d.turn(ctx, by, id, account.Active)
}

func (d *Desk) turn(ctx context.Context, by Reader, id account.ID, to account.State) error {
	return d.store.Write(ctx, func(w Writing) error {
		if _, err := administrator(w, by, account.System); err != nil {
			return err
		}
		a, err := known(w, id)
		if err != nil {
			return err
		}
		if a.ID == by.Account {
			return fault.New(fault.NotAllowed, "", text.Text{
				ZH: "不能停用自己的账号；请由另一名系统管理员办理", EN: "nobody shuts the own account; another system administrator does it",
			})
		}
		if a.State == to {
			return fault.New(fault.Conflict, "state", text.Text{ZH: "账号已是这个状态", EN: "the account is so already"})
		}
		a.State = to
		if err := save(w, a); err != nil {
			return err
		}
		kind := account.EnabledAgain
		if to == account.Disabled {
			kind = account.DisabledNow
			if err := shut(w, a.ID); err != nil {
				return err
			}
		}
		return note(w, account.Event{Kind: kind, Account: a.ID, Person: a.Person, By: by.Person})
	})
}

// EndSessionsOf ends all sessions of an account. System and security administrators may.
func (d *Desk) EndSessionsOf(ctx context.Context, by Reader, id account.ID) error {
	return d.store.Write(ctx, func(w Writing) error {
		if _, err := administrator(w, by, account.System, account.Security); err != nil {
			return err
		}
		a, err := known(w, id)
		if err != nil {
			return err
		}
		if err := shut(w, a.ID); err != nil {
			return err
		}
		return note(w, account.Event{Kind: account.SessionsRevoked, Account: a.ID, Person: a.Person, By: by.Person})
	})
}

// DisableByOperator shuts the account of a person; the operator of the machine answers for it. It is the way out when the
// administrators who could help each other have all lost what they prove themselves with: the operator then invites
// somebody else to the duty, and never comes into an account that is there.
func (d *Desk) DisableByOperator(ctx context.Context, name string) error {
	return d.store.Write(ctx, func(w Writing) error {
		p, _, err := person(w, name)
		if err != nil {
			return err
		}
		a, ok, err := w.AccountOf(p.ID)
		if err != nil {
			return err
		}
		if !ok || a.State == account.Disabled {
			return fault.New(fault.Conflict, "person", text.Text{ZH: "此人没有在用的账号", EN: "this person has no account in use"})
		}
		a.State = account.Disabled
		if err := save(w, a); err != nil {
			return err
		}
		if err := w.DropSessionsOf(a.ID, account.Hash{}); err != nil {
			return err
		}
		return note(w, account.Event{Kind: account.DisabledNow, Account: a.ID, Person: a.Person, Operator: true})
	})
}

func known(r Reading, id account.ID) (account.Account, error) {
	a, ok, err := r.Account(id)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "account", text.Text{ZH: "没有这个账号", EN: "there is no such account"})
	}
	return a, err
}

// Propose asks for a right that needs two administrators: a duty, a clearance, the recovery of access, the binding of an
// identity at a provider. Nothing changes until another one confirms it. The proposal of a recovery gives a code, once: the
// person needs it beside the link that the other administrator gets, so that neither of the two can come in as the person.
func (d *Desk) Propose(ctx context.Context, by Reader, p account.Proposal) (code string, err error) {
	err = d.store.Write(ctx, func(w Writing) error {
		me, err := administrator(w, by, account.System, account.Security)
		if err != nil {
			return err
		}
		if err := account.MayPropose(me, p.Account); err != nil {
			return err
		}
		a, err := known(w, p.Account)
		if err != nil {
			return err
		}
		if err := possible(a, p); err != nil {
			return err
		}
		p.ID, p.By, p.ByPerson, p.Made, p.Until = newID(), me.ID, me.Person, w.Now(), account.ProposalUntil(w.Now())
		p.Settled, p.SettledBy, p.Confirmed, p.Half = 0, "", false, ""
		if p.Change == account.RecoverAccess {
			code = newCode()
			p.Half = halfOf(code)
		}
		if err := w.SaveProposal(p); err != nil {
			return err
		}
		return note(w, proposalEvent(account.Proposed, a, p, by))
	})
	return code, err
}

// newCode is a code that is told from mouth to mouth: ten letters and digits that are not mistaken for each other.
func newCode() string {
	s := strings.ToLower(base32.StdEncoding.EncodeToString(random(10)))
	return s[:5] + "-" + s[5:10]
}

// halfOf is what is kept of a code, however it was typed.
func halfOf(code string) string {
	bare := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return unicode.ToLower(r)
	}, strings.TrimSpace(code))
	sum := sha256.Sum256([]byte(bare))
	return hex.EncodeToString(sum[:])
}

func proposalEvent(kind account.EventKind, a account.Account, p account.Proposal, by Reader) account.Event {
	return account.Event{
		Kind: kind, Account: a.ID, Person: a.Person, By: by.Person, Change: p.Change, Proposal: p.ID, Duty: p.Duty, Clearance: p.Clearance, Subject: p.Subject,
	}
}

// possible says what is against a change of an account as it stands.
func possible(a account.Account, p account.Proposal) error {
	if a.State != account.Active {
		return fault.New(fault.Conflict, "account", text.Text{ZH: "账号已停用；请先启用", EN: "the account is disabled; enable it first"})
	}
	switch p.Change {
	case account.GrantDuty:
		if a.Duties.Has(p.Duty) {
			return fault.New(fault.Conflict, "duty", text.Text{ZH: "此账号已有这项职责", EN: "the account has this duty already"})
		}
		_, err := a.Duties.Grant(p.Duty)
		return err
	case account.SetClearance:
		if slices.Contains(p.Clearance.Words(), string(p.Clearance)) {
			return nil
		}
		return fault.New(fault.Invalid, "clearance", text.Text{
			ZH: "没有这一档；只有公开、内部、工作秘密", EN: "there is no such clearance; there are public, internal and work-secret",
		})
	case account.RecoverAccess:
		return nil
	case account.BindSubject:
		if p.Subject != nil && p.Subject.Issuer != "" && p.Subject.Subject != "" {
			return nil
		}
		return fault.New(fault.Invalid, "subject", text.Text{
			ZH: "请写明身份提供方（issuer）和其中的用户标识（subject）", EN: "name the provider (issuer) and who it is there (subject)",
		})
	}
	return fault.New(fault.Invalid, "change", text.Text{ZH: "没有这种授权", EN: "there is no such right"})
}

// Settle confirms a proposal, or turns it down. It must be another administrator than the one who made it, and not the one
// whom it is about. A confirmed recovery gives a link for the person; it is told once.
func (d *Desk) Settle(ctx context.Context, by Reader, id string, confirm bool) (token string, err error) {
	err = d.store.Write(ctx, func(w Writing) error {
		me, err := administrator(w, by, account.System, account.Security)
		if err != nil {
			return err
		}
		p, ok, err := w.Proposal(id)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "proposal", text.Text{ZH: "没有这项提请", EN: "there is no such proposal"})
		}
		if err := p.MaySettle(me, w.Now()); err != nil {
			return err
		}
		a, err := known(w, p.Account)
		if err != nil {
			return err
		}
		p.Settled, p.SettledBy, p.Confirmed = w.Now(), me.ID, confirm
		if err := w.SaveProposal(p); err != nil {
			return err
		}
		if !confirm {
			return note(w, proposalEvent(account.TurnedDown, a, p, by))
		}
		if token, err = d.give(w, a, p, by); err != nil {
			return err
		}
		return note(w, proposalEvent(account.Confirmed, a, p, by))
	})
	return token, err
}

// recoveryLives is how long the link of a recovery is good.
const recoveryLives = 24 * time.Hour

// give makes a confirmed change.
func (d *Desk) give(w Writing, a account.Account, p account.Proposal, by Reader) (token string, err error) {
	if err := possible(a, p); err != nil {
		return "", err
	}
	switch p.Change {
	case account.GrantDuty:
		if a.Duties, err = a.Duties.Grant(p.Duty); err != nil {
			return "", err
		}
	case account.SetClearance:
		a.Clearance = p.Clearance
	case account.BindSubject:
		a.Subjects = append(slices.Clone(a.Subjects), *p.Subject)
	case account.RecoverAccess:
		token, _, err = d.invite(w, account.Invitation{Purpose: account.Recover, Person: a.Person, Account: a.ID, By: by.Person, Half: p.Half}, recoveryLives, false)
		return token, err
	}
	if err := save(w, a); err != nil {
		return "", err
	}
	if p.Change == account.GrantDuty {
		// Who comes to hold a duty comes in anew: under what the duty demands, and with a token that was never without it.
		return "", shut(w, a.ID)
	}
	return "", nil
}

// WithdrawDuty takes a duty away from an account, at once. A security administrator may, but not from himself.
func (d *Desk) WithdrawDuty(ctx context.Context, by Reader, id account.ID) error {
	return d.store.Write(ctx, func(w Writing) error {
		me, err := administrator(w, by, account.Security)
		if err != nil {
			return err
		}
		if err := account.MayPropose(me, id); err != nil {
			return err
		}
		a, err := known(w, id)
		if err != nil {
			return err
		}
		held := a.Duties.Of()
		if held == "" {
			return fault.New(fault.Conflict, "duty", text.Text{ZH: "此账号没有管理职责", EN: "the account has no administrator's duty"})
		}
		a.Duties = account.Duties{}
		if err := save(w, a); err != nil {
			return err
		}
		if err := shut(w, a.ID); err != nil {
			return err
		}
		return note(w, account.Event{Kind: account.DutyWithdrawn, Account: a.ID, Person: a.Person, By: by.Person, Duty: held})
	})
}
