package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"chancery/core/account"
	"chancery/store"
)

func generator(secret string) *account.TOTP { return &account.TOTP{Secret: account.Secret(secret)} }

// lies says whether bytes lie in any file of a data folder.
func lies(t *testing.T, dir, secret string) bool {
	t.Helper()
	found := false
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if data, err := os.ReadFile(f); err == nil && bytes.Contains(data, []byte(secret)) {
			found = true
		}
	}
	return found
}

// TestS14TheSecretOfAGeneratorLiesUnderAKey: in no file of the data, and still there for who has the key; the key is the
// owner's alone. With the key lost the account stays, its secret is said to be lost, and a new one can be enrolled.
func TestS14TheSecretOfAGeneratorLiesUnderAKey(t *testing.T) {
	t.Parallel()
	const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	dir := t.TempDir()
	s := open(t, dir)
	a := person("a1", "dongfang")
	a.TOTP = generator(secret)
	write(t, s, func(tx *store.Tx) error { return tx.SaveAccount(a, 0) })
	session := account.Session{ID: "s1", Hash: hash(7), Account: "a1", Stage: account.Enrol, Until: 4_000_000_000_000_000, Offered: account.Secret(secret)}
	write(t, s, func(tx *store.Tx) error { return tx.SaveSession(session) })
	read := func(want string, lost bool) {
		t.Helper()
		write(t, s, func(tx *store.Tx) error {
			got, _, err := tx.Account("a1")
			if err != nil || string(got.TOTP.Secret) != want && !lost || got.TOTP.Lost != lost {
				t.Errorf("the generator is lost: %v, %v", got.TOTP.Lost, err)
			}
			return nil
		})
	}
	read(secret, false)
	write(t, s, func(tx *store.Tx) error {
		got, _, err := tx.Session(hash(7))
		if err != nil || string(got.Offered) != secret {
			t.Errorf("what was offered is not there: %v", err)
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if lies(t, dir, secret) {
		t.Error("the secret lies in the data as it is")
	}
	key := filepath.Join(dir, "keys", "secrets.key")
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key: %v %v", info, err)
	}
	s = open(t, dir)
	read(secret, false)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	read("", true)
	if n, err := s.LostSecrets(t.Context()); err != nil || n != 1 {
		t.Errorf("%d lost secrets %v", n, err)
	}
	write(t, s, func(tx *store.Tx) error {
		a, _, err := tx.Account("a1")
		if err != nil {
			return err
		}
		a.TOTP, a.Version = generator(secret), 2
		return tx.SaveAccount(a, 1)
	})
	read(secret, false)
}

// TestS14WhatWasWrittenBeforeThereWasAKeyIsPutUnderItAtTheNextStart, and a secret put into another's row opens nothing.
func TestS14WhatWasWrittenBeforeThereWasAKeyIsPutUnderItAtTheNextStart(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	dir := t.TempDir()
	s := open(t, dir)
	a := person("a1", "dongfang")
	a.TOTP = generator("JBSWY3DPEHPK3PXP")
	write(t, s, func(tx *store.Tx) error { return tx.SaveAccount(a, 0) })
	a.TOTP = generator(secret)
	if err := s.WriteAsBefore(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if body, err := s.AccountBody(t.Context(), "a1"); err != nil || !bytes.Contains(body, []byte(secret)) {
		t.Fatalf("the old form: %s %v", body, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	body, err := s.AccountBody(t.Context(), "a1")
	if err != nil || bytes.Contains(body, []byte(secret)) || !bytes.Contains(body, []byte("sealed:")) {
		t.Errorf("after the start: %s %v", body, err)
	}
	write(t, s, func(tx *store.Tx) error {
		got, _, err := tx.Account("a1")
		if err != nil || string(got.TOTP.Secret) != secret {
			t.Errorf("it is lost: %v", err)
		}
		return nil
	})
	other := person("a2", "ouyang")
	other.Person = "ouyang"
	other.TOTP = generator(string(body[bytes.Index(body, []byte("sealed:")):][:bytes.IndexByte(body[bytes.Index(body, []byte("sealed:")):], '"')]))
	write(t, s, func(tx *store.Tx) error { return tx.SaveAccount(other, 0) })
	write(t, s, func(tx *store.Tx) error {
		if got, _, err := tx.Account("a2"); err != nil || !got.TOTP.Lost {
			t.Errorf("another's secret opens: %v", err)
		}
		return nil
	})
}
