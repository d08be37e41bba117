package store

import (
	"encoding/hex"
	"encoding/json"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
)

// first gives the first of what was found.
func first[T any](found []T, err error) (T, bool, error) {
	var none T
	if err != nil || len(found) == 0 {
		return none, false, err
	}
	return found[0], true, nil
}

// Account gives an account; ok is false when there is none of that ID.
func (t *Tx) Account(id account.ID) (a account.Account, ok bool, err error) {
	return first(t.accounts("read account", oneAccount, string(id)))
}

// AccountByLogin gives the account that signs in under a login.
func (t *Tx) AccountByLogin(login string) (a account.Account, ok bool, err error) {
	return first(t.accounts("read account", accountByLogin, login))
}

// expected is a person's account that is asked along with something else.
type expected struct {
	person   office.PersonID
	answered bool
	body     []byte // nothing: there is no account
}

// Expect says that AccountOf is going to be asked of a person, so that it can be asked along with what is asked next.
func (t *Tx) Expect(person office.PersonID) {
	if person == "" || t.expected != nil && t.expected.person == person {
		return
	}
	e := &expected{person: person}
	if t.line.along("read account", accountOfPerson, []any{string(person)}, func(r rows) error {
		e.answered = true
		for r.Next() {
			if err := r.Scan(&e.body); err != nil {
				return err
			}
		}
		return nil
	}) {
		t.expected = e
	}
}

// AccountOf gives a person's account.
func (t *Tx) AccountOf(person office.PersonID) (a account.Account, ok bool, err error) {
	if e := t.expected; e != nil && e.person == person {
		t.expected = nil // what this act writes is asked anew
		if !e.answered {
			if err := t.line.send(); err != nil {
				return a, false, mend("read account", err)
			}
		}
		if e.answered {
			return t.opened(e.body)
		}
	}
	return first(t.accounts("read account", accountOfPerson, string(person)))
}

// Clearance is up to which mark a person's account may read; ok is false for whoever has none.
func (t *Tx) Clearance(person office.PersonID) (mark office.Mark, ok bool, err error) {
	if m, known := t.memory.clearanceOf(person); known {
		return m.mark, m.ok, nil
	}
	a, ok, err := t.AccountOf(person)
	if err == nil {
		t.memory.keepClearance(person, clearance{a.Clearance, ok})
	}
	return a.Clearance, ok, err
}

// AccountOfSubject gives the account that somebody at a provider is bound to.
func (t *Tx) AccountOfSubject(s account.Subject) (a account.Account, ok bool, err error) {
	return first(t.accounts("read account", accountOfSubject, s.Issuer, s.Subject))
}

// Accounts gives all accounts by login.
func (t *Tx) Accounts() ([]account.Account, error) {
	if err := t.locks.alone(); err != nil {
		return nil, err
	}
	return t.accounts("read accounts", allAccounts)
}

// SaveAccount writes an account in place of the version that was seen (0: a new account). Conflict comes back when it was
// changed meanwhile, or when the person, the login or a subject has an account already.
func (t *Tx) SaveAccount(a account.Account, seen int) error {
	a, err := t.shutAccount(a)
	if err != nil {
		return err
	}
	body, err := journal.Canonical(a)
	if err != nil {
		return err
	}
	q, args := addAccount, []any{string(a.ID), string(a.Person), a.Login, string(a.State), a.Version, body}
	if seen != 0 {
		q, args = changeAccount, append(args, seen)
	}
	t.memory.forgetClearances()
	n, err := t.exec("save account", q, args...)
	if err != nil {
		return err
	}
	if n == 0 {
		return &overtaken{fault.New(fault.Conflict, "account", text.Text{
			ZH: "此人或此登录名已有账号，或账号刚被别人改动；请重新打开后再办", EN: "this person or login has an account already, or the account was changed meanwhile: open it again and then act",
		})}
	}
	if _, err := t.exec("save subjects", dropSubjects, string(a.ID)); err != nil {
		return err
	}
	for _, s := range a.Subjects {
		n, err := t.exec("save subjects", addSubject, s.Issuer, s.Subject, string(a.ID))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "subject", text.Text{
				ZH: "该单位身份已绑定另一账号；请先解除", EN: "that identity is bound to another account; undo that first",
			})
		}
	}
	return nil
}

// sessions reads sessions with the hashes that they are kept under.
func (t *Tx) sessions(q string, args ...any) ([]account.Session, error) {
	var out []account.Session
	err := t.each("read sessions", q, args, func(scan func(...any) error) error {
		var hash, body []byte
		if err := scan(&hash, &body); err != nil {
			return err
		}
		var s account.Session
		if err := json.Unmarshal(body, &s); err != nil {
			return err
		}
		copy(s.Hash[:], hash)
		s.Offered, _ = t.s.seal.openFor(s.Account, s.Offered) // one that cannot be opened is never confirmed
		out = append(out, s)
		return nil
	})
	return out, err
}

// Session gives the session whose token has a hash.
func (t *Tx) Session(hash account.Hash) (s account.Session, ok bool, err error) {
	if err := t.look(sessionLock(hash)); err != nil {
		return s, false, err
	}
	s, ok, err = first(t.sessions(oneSession, hash[:]))
	t.looked[sessionLock(hash)] = ok
	return s, ok, err
}

// SessionsOf gives the sessions of an account, the one used last first.
func (t *Tx) SessionsOf(id account.ID) ([]account.Session, error) {
	return t.sessions(sessionsOf, string(id))
}

// SaveSession writes a session. One that was read in this act is not brought back when it ended meanwhile.
func (t *Tx) SaveSession(s account.Session) error {
	var sealing error
	if s.Offered, sealing = t.s.seal.shutFor(s.Account, s.Offered); sealing != nil {
		return sealing
	}
	body, err := journal.Canonical(s)
	if err != nil {
		return err
	}
	if !t.looked[sessionLock(s.Hash)] {
		return t.put("save session", putSession, s.Hash[:], s.ID, string(s.Account), int64(s.Seen), int64(s.Until), body)
	}
	n, err := t.exec("save session", changeSession, s.Hash[:], int64(s.Seen), int64(s.Until), body)
	if err == nil && n == 0 {
		return &overtaken{fault.New(fault.SignedOut, "session", text.Text{ZH: "这个登录会话已经结束；请重新登录", EN: "this session has ended: sign in again"})}
	}
	return err
}

// DropSession ends a session.
func (t *Tx) DropSession(hash account.Hash) error {
	delete(t.looked, sessionLock(hash))
	return t.put("drop session", dropSession, hash[:])
}

// DropSessionsOf ends all sessions of an account but one; the zero hash spares none.
func (t *Tx) DropSessionsOf(id account.ID, but account.Hash) error {
	err := t.put("drop sessions", dropSessionsOf, string(id), but[:])
	return err
}

// Sweep forgets sessions that ended, tokens that ran out a month ago and failures that no longer count.
func (t *Tx) Sweep() error {
	if err := t.put("forget tokens", dropTokensLong, int64(t.at)-(30*24*time.Hour).Microseconds()); err != nil {
		return err
	}
	if err := t.put("forget sessions", dropEndedBefore, int64(t.at)); err != nil {
		return err
	}
	err := t.put("forget failures", dropSlowBefore, int64(t.at)-(24*time.Hour).Microseconds())
	return err
}

// invitations reads invitations with the hashes that they are kept under.
func (t *Tx) invitations(q string, args ...any) ([]account.Invitation, error) {
	var out []account.Invitation
	err := t.each("read invitations", q, args, func(scan func(...any) error) error {
		var hash, body []byte
		if err := scan(&hash, &body); err != nil {
			return err
		}
		var i account.Invitation
		if err := json.Unmarshal(body, &i); err != nil {
			return err
		}
		copy(i.Hash[:], hash)
		out = append(out, i)
		return nil
	})
	return out, err
}

// Invitation gives the invitation whose token has a hash.
func (t *Tx) Invitation(hash account.Hash) (i account.Invitation, ok bool, err error) {
	if err := t.locks.hold(t, "invitation/"+hex.EncodeToString(hash[:])); err != nil {
		return i, false, err
	}
	return first(t.invitations(oneInvitation, hash[:]))
}

// Invitations gives the newest invitations, of one person or of all.
func (t *Tx) Invitations(person office.PersonID) ([]account.Invitation, error) {
	if err := t.locks.alone(); err != nil {
		return nil, err
	}
	return t.invitations(someInvitations, string(person))
}

// SaveInvitation writes an invitation.
func (t *Tx) SaveInvitation(i account.Invitation) error {
	body, err := journal.Canonical(i)
	if err != nil {
		return err
	}
	err = t.put("save invitation", putInvitation, i.Hash[:], i.ID, string(i.Person), int64(i.Made), body)
	return err
}

// Proposal gives a proposal; ok is false when there is none of that ID.
func (t *Tx) Proposal(id string) (p account.Proposal, ok bool, err error) {
	if err := t.locks.hold(t, "proposal/"+id); err != nil {
		return p, false, err
	}
	return first(bodies[account.Proposal](t, "read proposal", oneProposal, id))
}

// Proposals gives those that nobody settled, the oldest first.
func (t *Tx) Proposals() ([]account.Proposal, error) {
	return bodies[account.Proposal](t, "read proposals", openProposals)
}

// SaveProposal writes a proposal.
func (t *Tx) SaveProposal(p account.Proposal) error {
	body, err := journal.Canonical(p)
	if err != nil {
		return err
	}
	err = t.put("save proposal", putProposal, p.ID, string(p.Account), int64(p.Made), int64(p.Settled), body)
	return err
}

// Slowdown gives what failed of late under a name; zero when nothing did.
func (t *Tx) Slowdown(what string) (account.Slowdown, error) {
	var s account.Slowdown
	if err := t.locks.hold(t, "slowdown/"+what); err != nil {
		return s, err
	}
	_, err := t.one("read failures", getSlowdown, []any{what}, &s.Failures, (*int64)(&s.Last))
	return s, err
}

// SaveSlowdown writes what failed of late; no failure is forgotten altogether.
func (t *Tx) SaveSlowdown(what string, s account.Slowdown) error {
	if s.Failures == 0 {
		err := t.put("forget failures", dropSlowdown, what)
		return err
	}
	err := t.put("save failures", putSlowdown, what, s.Failures, int64(s.Last))
	return err
}

// Log writes a line of the security log.
func (t *Tx) Log(e account.Event) error {
	body, err := journal.Canonical(e)
	if err != nil {
		return err
	}
	err = t.put("write security log", addSecurityLine, int64(t.at), string(e.Kind), string(e.Account), string(e.Person), string(e.By), e.Address, body)
	return err
}

// LastUses gives when each account was last signed in to, opened, recovered or enabled again.
func (t *Tx) LastUses() (map[account.ID]calendar.Instant, error) {
	out := map[account.ID]calendar.Instant{}
	kinds := []any{string(account.SignedIn), string(account.Opened), string(account.Recovered), string(account.EnabledAgain)}
	err := t.each("read last uses", lastUses, kinds, func(scan func(...any) error) error {
		var id string
		var at int64
		if err := scan(&id, &at); err != nil {
			return err
		}
		out[account.ID(id)] = calendar.Instant(at)
		return nil
	})
	return out, err
}

// SecurityLog gives the newest lines of the security log, of one account or of all.
func (t *Tx) SecurityLog(id account.ID, limit int) ([]account.Event, error) {
	return bodies[account.Event](t, "read security log", securityLines, string(id), limit)
}
