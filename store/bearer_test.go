package store_test

import (
	"errors"
	"testing"

	"chancery/core/account"
	"chancery/core/office"
	"chancery/internal/foldertest"
	"chancery/internal/postgrestest"
	"chancery/store"
)

// TestWhoComesWithATokenIsKnownByOneQuestion: the token with its account, at once as they stand; and the clearance of who acts is
// what was written last, neither what an act gave up wrote nor what an act before found.
func TestWhoComesWithATokenIsKnownByOneQuestion(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func(t *testing.T) kept{
		"sqlite":     func(t *testing.T) kept { t.Helper(); return open(t, foldertest.Fresh(t)) },
		"postgresql": func(t *testing.T) kept { t.Helper(); return openPostgres(t, postgrestest.Fresh(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			a := person("a1", "login")
			write(t, s, func(tx *store.Tx) error {
				return errors.Join(tx.SaveAccount(a, 0), tx.SaveToken(account.Token{ID: "t1", Hash: hash(1), Account: "a1", Name: "mine"}),
					tx.SaveToken(account.Token{ID: "t2", Hash: hash(2), Account: "gone"}))
			})
			bearer := func(h account.Hash) (one account.Token, whose account.Account, ok bool) {
				if err := s.Glance(t.Context(), func(tx *store.Tx) (err error) { one, whose, ok, err = tx.Bearer(h); return err }); err != nil {
					t.Fatal(err)
				}
				return one, whose, ok
			}
			if one, whose, ok := bearer(hash(1)); !ok || one.ID != "t1" || one.Hash != hash(1) || whose.Login != "login" {
				t.Errorf("%+v, %+v, %v", one, whose, ok)
			}
			if _, whose, ok := bearer(hash(2)); !ok || whose.ID != "" {
				t.Errorf("a token without an account is of %+v, %v", whose, ok)
			}
			if _, _, ok := bearer(hash(3)); ok {
				t.Error("a token that nobody has is known")
			}
			cleared := func(want office.Mark) {
				t.Helper()
				write(t, s, func(tx *store.Tx) error {
					tx.Expect("person")
					mark, ok, err := tx.Clearance("person")
					if !ok || mark != want {
						t.Errorf("cleared for %q, %v; want %q", mark, ok, want)
					}
					if _, none, err := tx.Clearance("nobody"); none || err != nil {
						t.Errorf("nobody is cleared: %v, %v", none, err)
					}
					return err
				})
			}
			cleared(office.Internal)
			cleared(office.Internal)
			a.Clearance, a.Version = office.WorkSecret, 2
			if err := s.Store.Write(t.Context(), func(tx *store.Tx) error {
				return errors.Join(tx.SaveAccount(a, 1), func() error { _, _, err := tx.Clearance("person"); return err }(), errGivenUp)
			}); !errors.Is(err, errGivenUp) {
				t.Fatal(err)
			}
			cleared(office.Internal)
			write(t, s, func(tx *store.Tx) error { return tx.SaveAccount(a, 1) })
			cleared(office.WorkSecret)
		})
	}
}

var errGivenUp = errors.New("given up")
