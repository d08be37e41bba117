package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/desk"
	"chancery/internal/foldertest"
	"chancery/library"
	"chancery/store"
)

// door is an office with a door, and a clock that moves when it is told to.
type door struct {
	*testing.T
	*desk.Desk
	store *store.Store
	ctx   context.Context
	mu    sync.Mutex
	at    time.Time
}

var loaded = sync.OnceValues(func() (*desk.Library, error) { return desk.LoadLibrary(library.FS) })

// newDoor founds an office at nine in the morning; nobody has an account.
func newDoor(t *testing.T) *door {
	t.Helper()
	d := &door{T: t, ctx: t.Context(), at: time.Date(2026, 10, 15, 1, 0, 0, 0, time.UTC)}
	lib, err := loaded()
	d.must(err)
	d.store, err = store.Open(d.ctx, foldertest.Fresh(t), func() time.Time {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.at
	})
	d.must(err)
	t.Cleanup(func() { _ = d.store.Close() })
	d.Desk = desk.New(desk.Kept(d.store), lib)
	data, err := fs.ReadFile(library.FS, "demo/office.yaml")
	d.must(err)
	o, err := office.Read("demo/office.yaml", data)
	d.must(err)
	d.must(d.Found(d.ctx, o))
	return d
}

func (d *door) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

// refused wants a fault of a kind.
func (d *door) refused(what string, err error, want fault.Kind) {
	d.Helper()
	if fault.KindOf(err) != want {
		d.Fatalf("%s: %v (%s), want %s", what, err, fault.KindOf(err), want)
	}
}

func (d *door) pass(t time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = d.at.Add(t)
}

func (d *door) now() calendar.Instant {
	d.mu.Lock()
	defer d.mu.Unlock()
	return calendar.InstantOf(d.at)
}

const passphrase = "河边的船要在日落前开走"

func from(address string) desk.Way { return desk.Way{Address: address, Agent: "a browser"} }

// join opens a person's account with a code generator, as somebody does who was invited, and gives the token and the
// generator.
func (d *door) join(person string, duty account.Duty) (string, account.TOTP) {
	d.Helper()
	link, _, err := d.InviteByOperator(d.ctx, person, duty, account.InvitationUsual)
	d.must(err)
	ticket, err := d.Accept(d.ctx, link, "", person, passphrase, from("192.0.2.1"))
	d.must(err)
	if ticket.Session.Stage != account.Enrol {
		d.Fatalf("%s came in at %q without a second factor", person, ticket.Session.Stage)
	}
	return d.enrol(ticket.Token)
}

func (d *door) enrol(token string) (string, account.TOTP) {
	d.Helper()
	offer, err := d.OfferTOTP(d.ctx, token)
	d.must(err)
	generator := account.TOTP{Secret: offer.Secret}
	ticket, err := d.ConfirmTOTP(d.ctx, token, "", d.code(generator), from("192.0.2.1"))
	d.must(err)
	d.pass(time.Minute) // the code that was shown is used up
	return ticket.Token, generator
}

func (d *door) code(g account.TOTP) string {
	d.Helper()
	code, err := g.Code(d.now())
	d.must(err)
	return code
}

// enter signs in with password and code.
func (d *door) enter(person string, g account.TOTP) desk.Ticket {
	d.Helper()
	first, err := d.SignIn(d.ctx, person, passphrase, from("192.0.2.1"))
	d.must(err)
	second, err := d.ProveCode(d.ctx, first.Token, d.code(g), from("192.0.2.1"))
	d.must(err)
	d.pass(time.Minute)
	return second
}

// waiting is the proposal that nobody has settled.
func (d *door) waiting() account.Proposal {
	d.Helper()
	var all []account.Proposal
	d.must(d.store.Read(d.ctx, func(tx *store.Tx) error {
		var err error
		all, err = tx.Proposals()
		return err
	}))
	if len(all) != 1 {
		d.Fatalf("%d proposals wait", len(all))
	}
	return all[0]
}

func (d *door) reader(token string) desk.Reader {
	d.Helper()
	r, err := d.Signed(d.ctx, token)
	d.must(err)
	return r
}

func TestS01_PasswordsAreJudgedByTheProfileOfTheOffice(t *testing.T) {
	t.Parallel()
	lib, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	asvs, djbh3 := account.DefaultPolicy(), account.DefaultPolicy()
	djbh3.Profile = account.DJBH3
	for _, c := range []struct {
		password    string
		asvs, djbh3 bool
	}{
		{"short7!", false, false},
		{"password123", false, false},
		{"PassWord123", false, false},
		{"woaini1314", false, false},
		{"abababababab", false, false},
		{"dongfang2026", false, false},
		{"chancery1", false, false},
		{"eight ch", true, false},
		{passphrase, true, false},
		{"Zwölf-Boote 17", true, true},
		{strings.Repeat("ab cd efg ", 8), true, false},
		{strings.Repeat("Ab3 cd efg ", 6), true, true},
		{strings.Repeat("xyz1 ", 60), false, false},
	} {
		for profile, want := range map[account.Profile]bool{account.ASVS: c.asvs, account.DJBH3: c.djbh3} {
			p := asvs
			if profile == account.DJBH3 {
				p = djbh3
			}
			if err := p.JudgePassword(c.password, lib.Common, "dongfang", "东方既白", "chancery"); (err == nil) != want {
				t.Errorf("%s, %q: %v, want good=%v", profile, c.password, err, want)
			}
		}
	}
	day := func(n int) calendar.Instant {
		return calendar.InstantOf(time.Date(2026, 1, 1+n, 0, 0, 0, 0, time.UTC))
	}
	if asvs.PasswordOld(day(0), day(2000)) || djbh3.PasswordOld(day(0), day(89)) || !djbh3.PasswordOld(day(0), day(91)) {
		t.Error("a password grows old under djbh3 after ninety days, and under asvs never")
	}
}

func TestS01_AnOldPasswordIsRenewedBeforeAnythingOpensAndDoesNotComeBack(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	p := account.DefaultPolicy()
	p.Profile, p.Factors = account.DJBH3, false
	d.Desk = d.Under(p)
	link, _, err := d.InviteByOperator(d.ctx, "dongfang", "", account.InvitationUsual)
	d.must(err)
	const first, second = "Elf Boote 11", "Zwölf Boote 12"
	_, err = d.Accept(d.ctx, link, "", "dongfang", first, from(""))
	d.must(err)
	d.pass(91 * 24 * time.Hour)
	ticket, err := d.SignIn(d.ctx, "dongfang", first, from(""))
	d.must(err)
	if ticket.Session.Stage != account.Renew {
		t.Fatalf("stage %s", ticket.Session.Stage)
	}
	_, err = d.Signed(d.ctx, ticket.Token)
	d.refused("an old password opens", err, fault.SignedOut)
	_, err = d.ChangePassword(d.ctx, ticket.Token, first, first, from(""))
	d.refused("the same password again", err, fault.Invalid)
	renewed, err := d.ChangePassword(d.ctx, ticket.Token, first, second, from(""))
	d.must(err)
	d.reader(renewed.Token)
	_, err = d.ChangePassword(d.ctx, renewed.Token, second, first, from(""))
	d.refused("a former password", err, fault.Invalid)
}

func TestS02_FailuresSlowSignInDownAndNeverShutAnybodyOut(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	_, generator := d.join("dongfang", "")
	fail := func() error {
		_, err := d.SignIn(d.ctx, "dongfang", "not the password", from("198.51.100.7"))
		return err
	}
	waits := 0
	for range 8 {
		err := fail()
		for fault.KindOf(err) == fault.TooOften {
			waits++
			d.pass(time.Second)
			err = fail()
		}
		d.refused("a wrong password", err, fault.NotAllowed)
	}
	if want := 1 + 2 + 4 + 8 + 16; waits < want || waits > want+5 { // an instant of the store may be a microsecond later than the clock
		t.Errorf("eight failures took %d seconds of waiting, want %d", waits, want)
	}
	_, err := d.SignIn(d.ctx, "dongfang", passphrase, from("198.51.100.7"))
	d.refused("the right password from where it waits", err, fault.TooOften)
	d.enter("dongfang", generator) // from elsewhere the owner comes in at once
	d.pass(account.LoginHerePace().Most)
	_, err = d.SignIn(d.ctx, "dongfang", passphrase, from("198.51.100.7"))
	d.must(err)
	d.refused("after a success", fail(), fault.NotAllowed)
}

func TestS02_AnAddressThatTriesManyAccountsWaitsToo(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	slowed := false
	for i := range 40 {
		_, err := d.SignIn(d.ctx, "somebody"+string(rune('a'+i%26))+string(rune('a'+i/26)), "guess guess", from("2001:db8:1:2::"+string(rune('1'+i%9))))
		slowed = slowed || fault.KindOf(err) == fault.TooOften
	}
	if !slowed {
		t.Error("forty logins from one network were tried without a wait")
	}
	_, err := d.SignIn(d.ctx, "somebody", "guess guess", from("2001:db8:1:3::1"))
	d.refused("another network", err, fault.NotAllowed)
}

func TestS02_GuessesFromManyNetworksSlowTheLoginAndTheOwnerComesInBetween(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	_, generator := d.join("dongfang", "")
	tried := 0
	for i := range 40 {
		if _, err := d.SignIn(d.ctx, "dongfang", "a guess of many", from(fmt.Sprintf("198.51.%d.1", i))); fault.KindOf(err) == fault.NotAllowed {
			tried++
		}
	}
	if tried != account.LoginPace().Free {
		t.Errorf("%d guesses from forty networks were tried in one moment", tried)
	}
	d.pass(account.LoginPace().Most)
	d.enter("dongfang", generator)
}

func TestS02_ParallelGuessesCountEachOther(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.join("dongfang", "")
	var running sync.WaitGroup
	var mu sync.Mutex
	tried := 0
	for range 12 {
		running.Go(func() {
			_, err := d.SignIn(d.ctx, "dongfang", "a guess of many", from("198.51.100.7"))
			mu.Lock()
			defer mu.Unlock()
			if fault.KindOf(err) == fault.NotAllowed {
				tried++
			}
		})
	}
	running.Wait()
	if tried != account.LoginHerePace().Free {
		t.Errorf("%d guesses at the same moment were tried, want %d", tried, account.LoginHerePace().Free)
	}
}

func TestS02_ASessionEndsAfterRestAndAfterItsDay(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	_, generator := d.join("dongfang", "")
	rests := d.enter("dongfang", generator)
	d.pass(31 * time.Minute)
	_, err := d.Signed(d.ctx, rests.Token)
	d.refused("a session that rested", err, fault.SignedOut)
	works := d.enter("dongfang", generator)
	began := d.now()
	for d.now().Time().Sub(began.Time()) < 11*time.Hour+30*time.Minute {
		d.reader(works.Token)
		d.pass(20 * time.Minute)
	}
	d.pass(25 * time.Minute)
	_, err = d.Signed(d.ctx, works.Token)
	d.refused("a session after twelve hours", err, fault.SignedOut)
}

func TestS03_EveryDoorDemandsTheSecondFactor(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	_, generator := d.join("dongfang", "")
	halfway, err := d.SignIn(d.ctx, "dongfang", passphrase, from(""))
	d.must(err)
	_, err = d.Signed(d.ctx, halfway.Token)
	d.refused("a password alone", err, fault.SignedOut)
	_, err = d.OwnSecurity(d.ctx, halfway.Token)
	d.refused("a password alone, on the own page", err, fault.SignedOut)
	_, err = d.OfferTOTP(d.ctx, halfway.Token)
	d.refused("a password alone, enrolling another generator", err, fault.SignedOut)
	_, err = d.ChangePassword(d.ctx, halfway.Token, passphrase, "another long one", from(""))
	d.refused("a password alone, changing the password", err, fault.SignedOut)
	_, err = d.ProveCode(d.ctx, halfway.Token, "000000", from(""))
	d.refused("a wrong code", err, fault.NotAllowed)
	code := d.code(generator)
	whole, err := d.ProveCode(d.ctx, halfway.Token, code, from(""))
	d.must(err)
	d.reader(whole.Token)
	again, err := d.SignIn(d.ctx, "dongfang", passphrase, from(""))
	d.must(err)
	_, err = d.ProveCode(d.ctx, again.Token, code, from(""))
	d.refused("the same code again", err, fault.NotAllowed)
	_, err = d.RemoveFactor(d.ctx, whole.Token, passphrase, "totp", from(""))
	d.refused("the last factor", err, fault.NotAllowed)

	// The door of an identity provider, which saw no second factor.
	link, _, err := d.InviteByOperator(d.ctx, "ouyang", "", account.InvitationUsual)
	d.must(err)
	weak, err := d.AcceptBySubject(d.ctx, link, account.Subject{Issuer: "https://id.example", Subject: "7"}, false, from(""))
	d.must(err)
	_, err = d.Signed(d.ctx, weak.Token)
	d.refused("a provider that saw no factor", err, fault.SignedOut)
}

func TestS03_CodesOfTheSecondFactorCannotBeGuessedByComingBack(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.join("dongfang", "")
	guesses := 0
	for range 10 {
		ticket, err := d.SignIn(d.ctx, "dongfang", passphrase, from(""))
		d.must(err)
		if _, err = d.ProveCode(d.ctx, ticket.Token, "123456", from("")); fault.KindOf(err) == fault.NotAllowed {
			guesses++
		}
	}
	if guesses != account.FactorPace().Free {
		t.Errorf("%d codes were tried in one moment", guesses)
	}
}

func TestS04_AFreshInstallHasNoAccountAndItsFirstLinkExpires(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.must(d.store.Read(d.ctx, func(tx *store.Tx) error {
		all, err := tx.Accounts()
		if len(all) != 0 {
			t.Errorf("a fresh install has %d accounts", len(all))
		}
		return err
	}))
	for _, login := range []string{"admin", "root", "admin-system", "dongfang"} {
		for _, password := range []string{"", "admin", "password", login} {
			if _, err := d.SignIn(d.ctx, login, password, from(login+password)); err == nil {
				t.Errorf("%s came in with %q", login, password)
			}
		}
	}
	link, i, err := d.InviteByOperator(d.ctx, "admin-system", account.System, 1000*time.Hour)
	d.must(err)
	if lives := i.Until.Time().Sub(i.Made.Time()); lives != account.InvitationMost {
		t.Errorf("the link lives %v", lives)
	}
	d.pass(account.InvitationMost + time.Second)
	_, err = d.Accept(d.ctx, link, "", "admin-system", passphrase, from(""))
	d.refused("a link that ran out", err, fault.NotFound)
	first, _, err := d.InviteByOperator(d.ctx, "admin-system", account.System, account.InvitationUsual)
	d.must(err)
	second, _, err := d.InviteByOperator(d.ctx, "admin-system", account.System, account.InvitationUsual)
	d.must(err)
	_, err = d.Accept(d.ctx, first, "", "admin-system", passphrase, from(""))
	d.refused("a link that a later one replaced", err, fault.NotFound)
	_, err = d.Accept(d.ctx, second, "", "admin-system", passphrase, from(""))
	d.must(err)
	_, err = d.Accept(d.ctx, second, "", "admin-system", passphrase, from(""))
	d.refused("a link that was used", err, fault.NotFound)
	_, _, err = d.InviteByOperator(d.ctx, "admin-audit", account.System, account.InvitationUsual)
	d.refused("a second system administrator by the operator alone", err, fault.NotAllowed)
	d.must(d.DisableByOperator(d.ctx, "admin-system"))
	d.refused("shut twice", d.DisableByOperator(d.ctx, "admin-system"), fault.Conflict)
	_, _, err = d.InviteByOperator(d.ctx, "admin-system", account.System, account.InvitationUsual)
	d.refused("the operator coming into an account that is there", err, fault.Conflict)
	_, _, err = d.InviteByOperator(d.ctx, "admin-audit", account.System, account.InvitationUsual)
	d.must(err)
}

func TestS06_SessionsDieWithTheAccount(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	token, generator := d.join("dongfang", "")
	admin, _ := d.join("admin-system", account.System)
	other := d.enter("dongfang", generator)
	who := d.reader(token)
	d.must(d.Disable(d.ctx, d.reader(admin), who.Account))
	for _, dead := range []string{token, other.Token} {
		_, err := d.Signed(d.ctx, dead)
		d.refused("a session of a disabled account", err, fault.SignedOut)
	}
	_, err := d.SignIn(d.ctx, "dongfang", passphrase, from(""))
	d.refused("a disabled account", err, fault.NotAllowed)
	d.must(d.Enable(d.ctx, d.reader(admin), who.Account))
	_, err = d.Signed(d.ctx, token)
	d.refused("an old session of an account that was enabled again", err, fault.SignedOut)
	d.enter("dongfang", generator)
	d.refused("shutting oneself out", d.Disable(d.ctx, d.reader(admin), d.reader(admin).Account), fault.NotAllowed)
}

func TestS06_ARevokedSessionDiesAtOnceAndTheOthersStay(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	here, generator := d.join("dongfang", "")
	there := d.enter("dongfang", generator)
	stranger, _ := d.join("ouyang", "")
	d.refused("a stranger's session", d.EndSession(d.ctx, d.reader(stranger), d.reader(there.Token).Session), fault.NotFound)
	d.must(d.EndSession(d.ctx, d.reader(here), d.reader(there.Token).Session))
	_, err := d.Signed(d.ctx, there.Token)
	d.refused("a revoked session", err, fault.SignedOut)
	third := d.enter("dongfang", generator)
	d.must(d.EndOthers(d.ctx, here))
	_, err = d.Signed(d.ctx, third.Token)
	d.refused("one of the others", err, fault.SignedOut)
	d.reader(here)
	d.must(d.SignOut(d.ctx, here))
	_, err = d.Signed(d.ctx, here)
	d.refused("after signing out", err, fault.SignedOut)
	d.reader(stranger)
}

func TestS07_ThreeDutiesAreKeptApartAndRightsNeedTwo(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	systemToken, _ := d.join("admin-system", account.System)
	securityToken, _ := d.join("admin-security", account.Security)
	auditToken, _ := d.join("admin-audit", account.Audit)
	officer, _ := d.join("dongfang", "")
	system, security, audit, who := d.reader(systemToken), d.reader(securityToken), d.reader(auditToken), d.reader(officer)

	for _, held := range account.AllDuties() {
		for _, more := range account.AllDuties() {
			one, err := account.Duties{}.Grant(held)
			d.must(err)
			if _, err := one.Grant(more); held != more && err == nil {
				t.Errorf("one account holds %s and %s", held, more)
			}
		}
	}
	grant := account.Proposal{Change: account.GrantDuty, Account: who.Account, Duty: account.Security}
	for name, one := range map[string]desk.Reader{"the auditor": audit, "an officer": who} {
		_, err := d.Propose(d.ctx, one, grant)
		d.refused(name+" proposing", err, fault.NotAllowed)
	}
	_, err := d.Propose(d.ctx, system, account.Proposal{Change: account.SetClearance, Account: system.Account, Clearance: office.WorkSecret})
	d.refused("a right for oneself", err, fault.NotAllowed)
	_, err = d.Propose(d.ctx, system, account.Proposal{Change: account.GrantDuty, Account: audit.Account, Duty: account.Security})
	d.refused("a second duty", err, fault.NotAllowed)
	_, err = d.Propose(d.ctx, system, grant)
	d.must(err)
	p := d.waiting()
	for name, one := range map[string]desk.Reader{"the same one": system, "the auditor": audit, "whom it is about": who} {
		_, err := d.Settle(d.ctx, one, p.ID, true)
		d.refused(name+" confirming", err, fault.NotAllowed)
	}
	if d.reader(officer).Duties.Of() != "" {
		t.Fatal("a proposal alone gave a duty")
	}
	_, err = d.Settle(d.ctx, security, p.ID, true)
	d.must(err)
	_, err = d.Signed(d.ctx, officer)
	d.refused("a session from before the duty", err, fault.SignedOut)
	_, err = d.Settle(d.ctx, security, p.ID, true)
	d.refused("a proposal that was settled", err, fault.TooLate)
	d.must(d.WithdrawDuty(d.ctx, security, who.Account))

	_, err = d.Propose(d.ctx, security, account.Proposal{Change: account.SetClearance, Account: who.Account, Clearance: office.WorkSecret})
	d.must(err)
	late := d.waiting()
	d.must(d.store.Read(d.ctx, func(tx *store.Tx) error {
		a, _, err := tx.Account(who.Account)
		if a.Clearance != office.Internal || a.Duties.Of() != "" {
			t.Errorf("%s %s", a.Clearance, a.Duties.Of())
		}
		return err
	}))
	d.pass(8 * 24 * time.Hour)
	_, err = d.Settle(d.ctx, system, late.ID, true)
	d.refused("a proposal that ran out", err, fault.TooLate)
}

func TestRecoveryNeedsTwoAdministratorsAndReplacesEveryFactor(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	systemToken, _ := d.join("admin-system", account.System)
	securityToken, _ := d.join("admin-security", account.Security)
	officer, old := d.join("dongfang", "")
	system, security, who := d.reader(systemToken), d.reader(securityToken), d.reader(officer)
	code, err := d.Propose(d.ctx, security, account.Proposal{Change: account.RecoverAccess, Account: who.Account})
	d.must(err)
	p := d.waiting()
	_, err = d.Settle(d.ctx, security, p.ID, true)
	d.refused("one administrator alone", err, fault.NotAllowed)
	link, err := d.Settle(d.ctx, system, p.ID, true)
	d.must(err)
	d.reader(officer) // nothing changes before the person has come
	_, err = d.Accept(d.ctx, link, "", "anything", "ein ganz neuer Satz", from(""))
	d.refused("the link without the code", err, fault.NotAllowed)
	ticket, err := d.Accept(d.ctx, link, strings.ToUpper(strings.ReplaceAll(code, "-", " ")), "anything", "ein ganz neuer Satz", from(""))
	d.must(err)
	_, err = d.Signed(d.ctx, ticket.Token)
	d.refused("recovered without a factor", err, fault.SignedOut)
	_, err = d.Signed(d.ctx, officer)
	d.refused("a session from before", err, fault.SignedOut)
	_, err = d.SignIn(d.ctx, "dongfang", passphrase, from(""))
	d.refused("the old password", err, fault.NotAllowed)
	token, fresh := d.enrol(ticket.Token)
	d.reader(token)
	if fresh.Secret == old.Secret {
		t.Error("the old generator came back")
	}
}

func TestTheTokenIsNewAtEveryStepAndAfterEveryChangeOfRights(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	_, generator := d.join("dongfang", "")
	first, err := d.SignIn(d.ctx, "dongfang", passphrase, from(""))
	d.must(err)
	whole, err := d.ProveCode(d.ctx, first.Token, d.code(generator), from(""))
	d.must(err)
	d.pass(time.Minute)
	other := d.enter("dongfang", generator)
	changed, err := d.ChangePassword(d.ctx, whole.Token, passphrase, "die Boote fahren früh", from(""))
	d.must(err)
	for name, dead := range map[string]string{"before the factor": first.Token, "before the new password": whole.Token, "on another device": other.Token} {
		_, _, err := d.Pending(d.ctx, dead)
		d.refused("the token "+name, err, fault.SignedOut)
	}
	d.reader(changed.Token)
	if len(map[string]bool{first.Token: true, whole.Token: true, changed.Token: true}) != 3 {
		t.Error("a token was used twice")
	}
}

func TestNobodyLearnsAtTheDoorWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	d.join("dongfang", "")
	said := map[string]bool{}
	for _, login := range []string{"dongfang", "nobody-of-this-name", "no login at all!", "ouyang"} {
		_, err := d.SignIn(d.ctx, login, "a wrong password", from("198.51.100.1"))
		said[err.Error()] = true
	}
	if len(said) != 1 {
		t.Errorf("the door says different things: %v", said)
	}
	took := func(login string) time.Duration {
		least := time.Hour
		for i := range 5 {
			begun := time.Now()
			_, _ = d.SignIn(d.ctx, login, "a wrong password", from("203.0.113."+string(rune('1'+i))))
			least = min(least, time.Since(begun))
			d.pass(time.Hour)
		}
		return least
	}
	there, absent := took("dongfang"), took("nobody-of-this-name")
	if absent*3 < there || there*3 < absent {
		t.Errorf("an account that is there takes %v, one that is not %v", there, absent)
	}
}

func TestS22_NoSecretStandsInTheJournalTheLogOrTheSessions(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	link, _, err := d.InviteByOperator(d.ctx, "dongfang", "", account.InvitationUsual)
	d.must(err)
	ticket, err := d.Accept(d.ctx, link, "", "dongfang", passphrase, from("192.0.2.1"))
	d.must(err)
	token, generator := d.enrol(ticket.Token)
	_, err = d.SignIn(d.ctx, "my password typed as login", passphrase, from("192.0.2.1"))
	d.refused("a stranger", err, fault.NotAllowed)
	var written strings.Builder
	d.must(d.store.Export(d.ctx, &written))
	d.must(d.store.Read(d.ctx, func(tx *store.Tx) error {
		all, err := tx.SecurityLog("", 100)
		if err != nil {
			return err
		}
		if len(all) < 5 || all[0].Kind != account.SignInFailed {
			t.Errorf("the log has %d lines and ends with %v", len(all), all[0])
		}
		a, _, err := tx.AccountByLogin("dongfang")
		if err != nil {
			return err
		}
		s, err := tx.SessionsOf(a.ID)
		if err != nil {
			return err
		}
		for _, v := range []any{all, s} {
			b, err := json.Marshal(v)
			if err != nil {
				return err
			}
			written.Write(b)
		}
		for _, shown := range []string{string(a.Password), string(a.TOTP.Secret)} {
			if strings.Contains(strings.Join([]string{sprint(a), sprint(s)}, " "), shown) {
				t.Error("a secret is printed with its account")
			}
		}
		return nil
	}))
	for name, secret := range map[string]string{
		"the link": link, "the password": passphrase, "the token": token, "the first token": ticket.Token, "the generator": string(generator.Secret),
		"what was typed as login": "typed as login",
	} {
		if strings.Contains(written.String(), secret) {
			t.Errorf("%s is written down", name)
		}
	}
	if !strings.Contains(written.String(), string(account.SignInFailed)) || !strings.Contains(written.String(), `"security":"signed_in"`) {
		t.Error("sign-in left no trace")
	}
}

func TestEveryActAtTheDoorIsAnEntryOfItsChainAndTheRecordHolds(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	token, _ := d.join("dongfang", "")
	d.must(d.SignOut(d.ctx, token))
	var kinds []string
	d.must(d.store.Read(d.ctx, func(tx *store.Tx) error {
		entries, err := tx.Entries(desk.SecurityChain)
		for _, e := range entries {
			kinds = append(kinds, e.Kind)
			if e.Actor.Operator != (e.Kind == string(account.Invited)) {
				t.Errorf("%s: operator %v", e.Kind, e.Actor.Operator)
			}
			if strings.Contains(string(e.Body), "192.0.2.1") {
				t.Errorf("%s keeps an address for ever", e.Kind)
			}
		}
		return err
	}))
	if got := strings.Join(kinds, " "); got != "account_invited account_opened factor_added signed_in signed_out" {
		t.Error(got)
	}
	rebuild, err := d.Standings(d.ctx)
	d.must(err)
	report, err := d.store.Verify(d.ctx, rebuild, nil)
	d.must(err)
	if len(report.Faults) != 0 {
		t.Error(report.Faults)
	}
}

// sprint is how a careless line of a log would print something.
func sprint(v any) string { return fmt.Sprintf("%v %+v %#v", v, v, v) }
