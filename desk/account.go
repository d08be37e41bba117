package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"net/netip"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
)

// SecurityChain is the chain of the journal in which the acts at the door are entered; it is of no case.
const SecurityChain = "security"

// hashedAtOnce is how many passwords are hashed at the same time: each takes 19 MiB and a core.
const hashedAtOnce = 2

// Way is whence somebody comes to the door.
type Way struct {
	Address string
	Agent   string
}

// Ticket is what somebody who has come in carries: the token is told once and kept by nobody else.
type Ticket struct {
	Token   string
	Session account.Session
}

// random gives fresh random bytes.
func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: it ends the program instead
	return b
}

func newToken() string { return encoded(random(32)) }
func newID() string    { return hex.EncodeToString(random(8)) }

// SignIn takes a login and a password. What comes back may be signed in, or one step before: the stage of the session says
// what is to be done next. A wrong login, a wrong password and a disabled account are answered with the same words after the
// same work. TooOften comes back while the login or the address has to wait; then nothing is tried.
func (d *Desk) SignIn(ctx context.Context, login, password string, from Way) (Ticket, error) {
	clean, err := account.Login(login)
	if err != nil {
		clean = "?" // no login looks like this: the way of one that does not exist
	}
	near := network(from.Address)
	keys := []slowKey{
		{named("login here", clean+" "+near), account.LoginHerePace()},
		{named("login", clean), account.LoginPace()},
		{named("address", near), account.AddressPace()},
	}
	var a account.Account
	err = d.store.Write(ctx, func(w Writing) error {
		if err := w.Sweep(); err != nil {
			return err
		}
		var err error
		if a, _, err = w.AccountByLogin(clean); err != nil {
			return err
		}
		return take(w, keys...)
	})
	if err != nil {
		return Ticket{}, err
	}
	if !d.matches(ctx, a.Password, password) || a.State != account.Active {
		return Ticket{}, d.failedAt(ctx, a, "password", from, wrongLogin())
	}
	var out Ticket
	err = d.store.Write(ctx, func(w Writing) error {
		now, ok, err := w.Account(a.ID)
		if err != nil {
			return err
		}
		if !ok || now.State != account.Active || now.Password != a.Password {
			return wrongLogin()
		}
		if err := giveBack(w, keys...); err != nil {
			return err
		}
		out, err = d.admit(w, now, false, "password", from)
		return err
	})
	return out, err
}

func wrongLogin() error {
	return fault.New(fault.NotAllowed, "login", text.Text{
		ZH: "登录名或密码不对；请核对后再试。忘记密码请找系统管理员", EN: "login or password is not right: check both and try again; if it is forgotten, ask a system administrator",
	})
}

// matches compares a password outside of any transaction, a few at a time.
func (d *Desk) matches(ctx context.Context, hash account.Secret, password string) bool {
	select {
	case d.hashing <- struct{}{}:
	case <-ctx.Done():
		return false
	}
	defer func() { <-d.hashing }()
	if len(password) > 4*account.PasswordMost {
		password = ""
	}
	return account.MatchPassword(hash, password)
}

// hashed makes the hash of a new password.
func (d *Desk) hashed(password string) account.Secret {
	d.hashing <- struct{}{}
	defer func() { <-d.hashing }()
	return account.HashPassword(password, random(account.SaltLength))
}

// admit begins the session of an account that has proven itself by a password or a provider, and by a second factor when
// strong: at the stage of what is still to be done.
func (d *Desk) admit(w Writing, a account.Account, strong bool, way string, from Way) (Ticket, error) {
	stage := account.Full
	demanded, err := d.factorDemanded(w, a)
	if err != nil {
		return Ticket{}, err
	}
	switch {
	case !strong && a.HasFactor():
		stage = account.Factor
	case !strong && demanded:
		stage = account.Enrol
	case way != "sso" && a.Password != "" && d.policy.PasswordOld(a.PasswordAt, w.Now()):
		stage = account.Renew
	}
	t := Ticket{Token: newToken()}
	t.Session = d.policy.Begin(newID(), hashOf(t.Token), a.ID, stage, w.Now())
	t.Session.Address, t.Session.Agent = from.Address, shortened(from.Agent, 200)
	t.Session.Strong = strong && (a.HasFactor() || way == "sso")
	if err := w.SaveSession(t.Session); err != nil {
		return Ticket{}, err
	}
	if stage != account.Full {
		return t, nil
	}
	return t, note(w, account.Event{
		Kind: account.SignedIn, Account: a.ID, Person: a.Person, Session: t.Session.ID, Way: way, Address: from.Address, Agent: t.Session.Agent,
	})
}

// factorDemanded tells whether an account must show a second factor: whoever holds a post today, stands in for one who
// does, or has an administrator's duty.
func (d *Desk) factorDemanded(r Reading, a account.Account) (bool, error) {
	if !d.policy.Factors || a.Duties.Of() != "" {
		return d.policy.Factors, nil
	}
	o, err := r.Office()
	if err != nil {
		return true, err
	}
	today := r.Now().Day(OfficeZone())
	for _, p := range o.Posts {
		for _, b := range o.Bearers(p.ID, today, "") {
			if b.Person == a.Person {
				return true, nil
			}
		}
	}
	for _, del := range o.Delegations {
		if del.To == a.Person && del.Since <= today && today <= del.Until {
			return true, nil
		}
	}
	return false, nil
}

// SignOut ends the session that a token opens, at whatever stage.
func (d *Desk) SignOut(ctx context.Context, token string) error {
	return d.store.Write(ctx, func(w Writing) error {
		s, ok, err := w.Session(hashOf(token))
		if err != nil || !ok {
			return err
		}
		if err := w.DropSession(s.Hash); err != nil || s.Stage != account.Full {
			return err
		}
		a, _, err := w.Account(s.Account)
		if err != nil {
			return err
		}
		return note(w, account.Event{Kind: account.SignedOut, Account: a.ID, Person: a.Person, Session: s.ID})
	})
}

// note writes an event down: in the log, and in the chain of the journal.
func note(w Writing, e account.Event) error {
	e.At = w.Now()
	if err := w.Log(e); err != nil || !e.Journalled() {
		return err
	}
	body, err := journal.Canonical(e.Entry())
	if err != nil {
		return fmt.Errorf("write entry: %w", err)
	}
	actor := office.Actor{Person: e.By, Operator: e.Operator}
	if e.By == "" && !e.Operator {
		actor.Person = e.Person
	}
	_, err = w.Append(SecurityChain, string(e.Kind), account.EventVersion, actor, body)
	return err
}

// failedAt writes a failure at the door into the log and gives the answer to it.
func (d *Desk) failedAt(ctx context.Context, a account.Account, way string, from Way, answer error) error {
	err := d.store.Write(ctx, func(w Writing) error {
		return note(w, account.Event{
			Kind: account.SignInFailed, Account: a.ID, Person: a.Person, Way: way, Address: from.Address, Agent: shortened(from.Agent, 200),
		})
	})
	if err != nil {
		return err
	}
	return answer
}

// slowKey is what failures are counted under, and how the wait grows.
type slowKey struct {
	name string
	pace account.Pace
}

// take counts one try under each key before it is made, so that tries at the same moment count each other. TooOften comes
// back, and nothing is counted, while one of them has to wait.
func take(w Writing, keys ...slowKey) error {
	counts := make([]account.Slowdown, len(keys))
	for i, k := range keys {
		s, err := w.Slowdown(k.name)
		if err != nil {
			return err
		}
		if wait := s.Wait(k.pace, w.Now()); wait > 0 {
			return fault.New(fault.TooOften, "", text.Text{
				ZH: "尝试过多；请等 {n} 秒再试", EN: "tried too often: wait {n} {n|second|seconds} and try again",
			}.Fill(text.Args{"n": int(math.Ceil(wait.Seconds()))}))
		}
		counts[i] = s.Failed(w.Now())
	}
	for i, k := range keys {
		if err := w.SaveSlowdown(k.name, counts[i]); err != nil {
			return err
		}
	}
	return nil
}

// giveBack is called when a try went well: what the first key counts is forgotten, and what the others count is one less.
func giveBack(w Writing, keys ...slowKey) error {
	for i, k := range keys {
		s, err := w.Slowdown(k.name)
		if err != nil {
			return err
		}
		s.Failures = max(0, s.Failures-1)
		if i == 0 {
			s.Failures = 0
		}
		if err := w.SaveSlowdown(k.name, s); err != nil {
			return err
		}
	}
	return nil
}

// named is a name under which failures are counted; what somebody typed, which may be a password in the wrong field,
// cannot be read from it.
func named(kind, what string) string {
	sum := sha256.Sum256([]byte(what))
	return kind + ":" + hex.EncodeToString(sum[:12])
}

// network is what stands for an address: itself, or for IPv6 the network that one household or office gets.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() || ip.Is4In6() {
		return address
	}
	p, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}

func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// person finds somebody of the office by ID or name.
func person(r Reading, name string) (office.Person, office.Office, error) {
	o, err := r.Office()
	if err != nil {
		return office.Person{}, o, err
	}
	p, ok := o.Called(name)
	if !ok {
		return p, o, fault.New(fault.NotFound, "person", text.Text{
			ZH: "机构中没有名为「{name}」的人", EN: "there is nobody called {name} in the office",
		}.Fill(text.Args{"name": name}))
	}
	return p, o, nil
}
