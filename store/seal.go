package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// The key under which secrets lie that must be read again, those of code generators: a file beside the key that signs the
// record, and in the database the name of that key, so that all who share it use the same one.
const (
	fileSeal   = "keys/secrets.key"
	sealNote   = "secrets key"
	sealLength = 32
	// sealed is what a secret begins with that lies under the key; no secret of a generator has a colon.
	sealed = "sealed:"
)

// seal is the key: AES-256-GCM, with a fresh nonce for each secret, bound to the account whose secret it is.
type seal struct {
	name string
	gcm  cipher.AEAD
}

func sealOf(key []byte) (*seal, error) {
	if len(key) != sealLength {
		return nil, fmt.Errorf("a key of %d bytes", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	sum := sha256.Sum256(append([]byte("chancery secrets key "), key...))
	return &seal{hex.EncodeToString(sum[:8]), gcm}, err
}

// shut puts a secret under the key, bound to what it is of; one that lies under a key already stays as it is.
func (k *seal) shut(of, secret string) (string, error) {
	if secret == "" || strings.HasPrefix(secret, sealed) {
		return secret, nil
	}
	if k == nil {
		return "", noSeal()
	}
	nonce := make([]byte, k.gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("seal a secret: %w", err)
	}
	body := k.gcm.Seal(nonce, nonce, []byte(secret), []byte(of))
	return sealed + k.name + ":" + base64.RawStdEncoding.EncodeToString(body), nil
}

// open gives a secret; ok is false where it lies under another key, or is of something else.
func (k *seal) open(of, secret string) (_ string, ok bool) {
	rest, under := strings.CutPrefix(secret, sealed)
	if !under {
		return secret, true
	}
	name, text, _ := strings.Cut(rest, ":")
	if k == nil || name != k.name {
		return secret, false
	}
	body, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(body) < k.gcm.NonceSize() {
		return secret, false
	}
	n := k.gcm.NonceSize()
	plain, err := k.gcm.Open(nil, body[:n], body[n:], []byte(of))
	if err != nil {
		return secret, false
	}
	return string(plain), true
}

// shutFor and openFor do so with a secret of an account.
func (k *seal) shutFor(of account.ID, secret account.Secret) (account.Secret, error) {
	shut, err := k.shut(string(of), string(secret))
	return account.Secret(shut), err
}

func (k *seal) openFor(of account.ID, secret account.Secret) (_ account.Secret, ok bool) {
	plain, ok := k.open(string(of), string(secret))
	return account.Secret(plain), ok
}

func noSeal() error {
	return fault.New(fault.Unavailable, "keys", text.Text{
		ZH: "保护验证器与对外通知密钥的 {file} 不在本机，不能登记新的；请从已在运行的一台复制 keys 文件夹，处处都没有时用 chancery journal new-key 换新",
		EN: "{file}, under which the secrets of code generators and hooks lie, is not on this machine, so that no new one is taken: copy the folder keys from a machine that runs already, or, where it is lost everywhere, make new keys with chancery journal new-key",
	}.Fill(text.Args{"file": fileSeal}))
}

// readSeal reads the key of the folder; nil where there is none.
func readSeal(dir string) (*seal, error) {
	data, err := os.ReadFile(filepath.Join(dir, fileSeal))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // no key is an answer: this machine opens no secrets
	}
	if err != nil {
		return nil, folderFault(dir, err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(data)))
	var k *seal
	if err == nil {
		k, err = sealOf(key)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.New(fault.Unavailable, "keys", text.Text{
			ZH: "保护验证器密钥的 {file} 已损坏；请从备份恢复，或移走它后用 chancery journal new-key 换新", EN: "{file}, under which secrets of code generators lie, is damaged: restore it from a backup, or take it away and make new keys with chancery journal new-key",
		}.Fill(text.Args{"file": filepath.Join(dir, fileSeal)})), err)
	}
	return k, nil
}

// newSeal makes a key, on the disk when it returns.
func newSeal(dir string) (*seal, error) {
	key := make([]byte, sealLength)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, fileSeal), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return readSeal(dir) // another process of this folder was first
	}
	if err != nil {
		return nil, folderFault(dir, err)
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, folderFault(dir, err)
	}
	return sealOf(key)
}

// openSeal agrees with all who share the database on the key, makes it at the first start, and puts under it what was
// written before there was one. A folder without the key opens no secrets, and leaves that to the others; where nobody
// else shares the data, it is given a new one: what lay under the old is lost, and its bearers are let in anew by recovery.
func (s *Store) openSeal(ctx context.Context, renew bool) error {
	here, err := readSeal(s.dir)
	if err != nil {
		return err
	}
	var agreed string
	if err := s.Read(ctx, func(t *Tx) error { agreed, err = t.Noted(sealNote); return err }); err != nil {
		return err
	}
	if here == nil || agreed != here.name {
		err = s.Write(ctx, func(t *Tx) error {
			if err := t.locks.hold(t, sealNote); err != nil {
				return err
			}
			if agreed, err = t.Noted(sealNote); err != nil {
				return err
			}
			if here == nil && (agreed == "" || s.lock != nil || renew) {
				if here, err = newSeal(s.dir); err != nil {
					return err
				}
				return t.Note(sealNote, here.name)
			}
			switch {
			case here == nil || agreed == here.name:
				return nil
			case agreed == "" || s.lock != nil || renew:
				return t.Note(sealNote, here.name)
			}
			return fault.New(fault.Unavailable, "keys", text.Text{
				ZH: "{file} 不是本库所用的密钥；请从已在运行的一台复制 keys 文件夹", EN: "{file} is not the key that this database uses: copy the folder keys from a machine that runs already",
			}.Fill(text.Args{"file": filepath.Join(s.dir, fileSeal)}))
		})
		if err != nil {
			return err
		}
	}
	s.seal = here
	return s.sealOld(ctx)
}

// sealOld puts the secrets under the key that were written before there was one.
func (s *Store) sealOld(ctx context.Context) error {
	old := 0
	if s.seal == nil {
		return nil
	}
	if err := s.Read(ctx, func(t *Tx) error {
		all, err := bodies[account.Account](t, "read accounts", allAccounts)
		for _, a := range all {
			if a.TOTP != nil && !strings.HasPrefix(string(a.TOTP.Secret), sealed) {
				old++
			}
		}
		return err
	}); err != nil || old == 0 {
		return err
	}
	return s.Write(ctx, func(t *Tx) error {
		all, err := t.Accounts()
		if err != nil {
			return err
		}
		for _, a := range all {
			if a.TOTP != nil && !a.TOTP.Lost {
				if err := t.SaveAccount(a, a.Version); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// LostSecrets counts the code generators whose secrets cannot be opened with the key of this folder.
func (s *Store) LostSecrets(ctx context.Context) (n int, err error) {
	err = s.Read(ctx, func(t *Tx) error {
		n = 0
		all, err := t.accounts("read accounts", allAccounts)
		for _, a := range all {
			if a.TOTP != nil && a.TOTP.Lost {
				n++
			}
		}
		return err
	})
	return n, err
}

// accounts reads accounts, their secrets opened.
func (t *Tx) accounts(doing, q string, args ...any) ([]account.Account, error) {
	all, err := bodies[account.Account](t, doing, q, args...)
	for i := range all {
		t.open(&all[i])
	}
	return all, err
}

// opened is the account of a row, with its secret opened; nothing is none.
func (t *Tx) opened(body []byte) (a account.Account, ok bool, err error) {
	if body == nil {
		return a, false, nil
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return a, false, fmt.Errorf("read an account: %w", err)
	}
	t.open(&a)
	return a, true, nil
}

// open opens the secret of an account as it was read.
func (t *Tx) open(a *account.Account) {
	if g := a.TOTP; g != nil {
		secret, ok := t.s.seal.openFor(a.ID, g.Secret)
		g.Secret, g.Lost = secret, !ok
	}
}

// shutAccount is an account as it is written.
func (t *Tx) shutAccount(a account.Account) (account.Account, error) {
	if a.TOTP == nil {
		return a, nil
	}
	g := *a.TOTP
	var err error
	g.Secret, err = t.s.seal.shutFor(a.ID, g.Secret)
	a.TOTP = &g
	return a, err
}
