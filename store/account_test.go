package store_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"chancery/core/office"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/internal/foldertest"
	"chancery/store"
)

func hash(b byte) account.Hash { return account.Hash(bytes.Repeat([]byte{b}, 32)) }

func person(id, login string, subjects ...account.Subject) account.Account {
	return account.Account{
		ID: account.ID(id), Person: "person", Login: login, State: account.Active, Clearance: office.Internal, Password: "$hash", Version: 1, Subjects: subjects,
	}
}

func write(t *testing.T, s kept, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Store.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestAPersonALoginAndAnIdentityElsewhereHaveOneAccount(t *testing.T) {
	t.Parallel()
	s := open(t, foldertest.Fresh(t))
	elsewhere := account.Subject{Issuer: "https://id.example", Subject: "7"}
	first := person("a1", "dongfang", elsewhere)
	first.Person = "dongfang"
	write(t, s, func(tx *store.Tx) error { return tx.SaveAccount(first, 0) })
	for name, other := range map[string]account.Account{
		"the same person":  {ID: "a2", Person: "dongfang", Login: "other", Version: 1},
		"the same login":   {ID: "a3", Person: "ouyang", Login: "dongfang", Version: 1},
		"the same subject": {ID: "a4", Person: "wenren", Login: "wenren", Version: 1, Subjects: []account.Subject{elsewhere}},
	} {
		if err := s.Store.Write(t.Context(), func(tx *store.Tx) error { return tx.SaveAccount(other, 0) }); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	changed := first
	changed.Version, changed.Clearance = 2, office.WorkSecret
	write(t, s, func(tx *store.Tx) error { return tx.SaveAccount(changed, 1) })
	if err := s.Store.Write(t.Context(), func(tx *store.Tx) error { return tx.SaveAccount(changed, 1) }); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a version that was not seen: %v", err)
	}
	write(t, s, func(tx *store.Tx) error {
		bySubject, ok, err := tx.AccountOfSubject(elsewhere)
		if err != nil || !ok || bySubject.ID != "a1" || bySubject.Clearance != office.WorkSecret {
			t.Errorf("%+v %v %v", bySubject, ok, err)
		}
		if _, ok, err := tx.AccountOfSubject(account.Subject{Issuer: "https://other.example", Subject: "7"}); ok || err != nil {
			t.Errorf("the same subject of another issuer: %v %v", ok, err)
		}
		byLogin, ok, err := tx.AccountByLogin("dongfang")
		if err != nil || !ok || byLogin.Password != "$hash" {
			t.Errorf("%v %v", ok, err)
		}
		if _, ok, err := tx.AccountOf("nobody"); ok || err != nil {
			t.Errorf("nobody: %v %v", ok, err)
		}
		all, err := tx.Accounts()
		if len(all) != 1 {
			t.Errorf("%d accounts", len(all))
		}
		return err
	})
}

func TestSessionsEndOneByOneAllButOneAndByTheirDay(t *testing.T) {
	t.Parallel()
	s := open(t, foldertest.Fresh(t))
	far := calendar.InstantOf(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
	left := func() string {
		var ids []string
		if err := s.Store.Read(t.Context(), func(tx *store.Tx) error {
			all, err := tx.SessionsOf("a1")
			for _, one := range all {
				ids = append(ids, one.ID)
				if again, ok, err := tx.Session(one.Hash); err != nil || !ok || again.ID != one.ID {
					t.Errorf("%s: %v %v", one.ID, ok, err)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return strings.Join(ids, " ")
	}
	write(t, s, func(tx *store.Tx) error {
		for i, id := range []string{"s1", "s2", "s3", "s4"} {
			one := account.Session{ID: id, Hash: hash(byte(i + 1)), Account: "a1", Stage: account.Full, Seen: calendar.Instant(100 - i), Until: far}
			if id == "s4" {
				one.Until = 5
			}
			if err := tx.SaveSession(one); err != nil {
				return err
			}
		}
		return tx.SaveSession(account.Session{ID: "o1", Hash: hash(9), Account: "a2", Until: far})
	})
	if got := left(); got != "s1 s2 s3 s4" {
		t.Error(got)
	}
	write(t, s, func(tx *store.Tx) error { return tx.Sweep() })
	write(t, s, func(tx *store.Tx) error { return tx.DropSession(hash(2)) })
	if got := left(); got != "s1 s3" {
		t.Error(got)
	}
	write(t, s, func(tx *store.Tx) error { return tx.DropSessionsOf("a1", hash(3)) })
	if got := left(); got != "s3" {
		t.Error(got)
	}
	write(t, s, func(tx *store.Tx) error {
		if _, ok, err := tx.Session(hash(9)); err != nil || !ok {
			t.Errorf("somebody else's session: %v %v", ok, err)
		}
		return nil
	})
}

func TestLinksProposalsAndFailuresAreKeptAndForgotten(t *testing.T) {
	t.Parallel()
	s := open(t, foldertest.Fresh(t))
	write(t, s, func(tx *store.Tx) error {
		if err := tx.SaveInvitation(account.Invitation{ID: "i1", Hash: hash(7), Person: "dongfang", Until: 9}); err != nil {
			return err
		}
		if err := tx.SaveProposal(account.Proposal{ID: "p1", Account: "a1", Change: account.RecoverAccess, Half: "half"}); err != nil {
			return err
		}
		return tx.SaveSlowdown("login:1", account.Slowdown{Failures: 3, Last: 8})
	})
	write(t, s, func(tx *store.Tx) error {
		i, ok, err := tx.Invitation(hash(7))
		if err != nil || !ok || i.ID != "i1" || i.Hash != hash(7) {
			t.Errorf("%+v %v %v", i, ok, err)
		}
		open, err := tx.Proposals()
		if err != nil || len(open) != 1 {
			t.Errorf("%v %v", open, err)
		}
		open[0].Settled = 10
		if err := tx.SaveProposal(open[0]); err != nil {
			return err
		}
		if open, err = tx.Proposals(); err != nil || len(open) != 0 {
			t.Errorf("%v %v", open, err)
		}
		slow, err := tx.Slowdown("login:1")
		if err != nil || slow.Failures != 3 {
			t.Errorf("%+v %v", slow, err)
		}
		if err := tx.SaveSlowdown("login:1", account.Slowdown{}); err != nil {
			return err
		}
		slow, err = tx.Slowdown("login:1")
		if slow.Failures != 0 {
			t.Error("what was forgotten is there")
		}
		return err
	})
}
