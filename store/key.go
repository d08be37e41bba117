package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
)

// readKey reads the key that signs checkpoints, as the database has it.
func (s *Store) readKey(ctx context.Context, empty bool, replaced []replacement) (*journal.Key, error) {
	return s.db.key(ctx, empty, replaced)
}

// readKey reads the key that signs checkpoints. A record that has none yet is given a new one; a record whose key is
// lost is not given another silently. A replacement that was journalled and then broken off is brought to its end.
func readKey(dir string, empty bool, replaced []replacement) (*journal.Key, error) {
	if n := len(replaced); n > 0 {
		if err := adoptKey(dir, replaced[n-1].New); err != nil {
			return nil, err
		}
	}
	private, err := os.ReadFile(filepath.Join(dir, filePrivate))
	public := []byte{}
	if err == nil {
		public, err = os.ReadFile(filepath.Join(dir, filePublic))
	}
	if errors.Is(err, fs.ErrNotExist) {
		if empty {
			return newKey(dir)
		}
		return nil, fault.New(fault.Unavailable, "keys", text.Text{
			ZH: "签署记录的密钥不见了（{private} 与 {public} 缺一不可）；请从备份中恢复，或用 chancery journal new-key 换一把新的",
			EN: "the key that signs the record is gone ({private} and {public} are both needed): restore it from a backup, or make a new one with chancery journal new-key",
		}.Fill(text.Args{"private": filepath.Join(dir, filePrivate), "public": filepath.Join(dir, filePublic)}))
	}
	if err != nil {
		return nil, folderFault(dir, err)
	}
	key, err := journal.ReadKey(string(private), string(public))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", fault.New(fault.Unavailable, "keys", text.Text{
			ZH: "签署记录的密钥已损坏（{private} 与 {public} 不成一对）；请从备份中恢复，或用 chancery journal new-key 换一把新的",
			EN: "the key that signs the record is damaged ({private} and {public} are no pair): restore it from a backup, or make a new one with chancery journal new-key",
		}.Fill(text.Args{"private": filepath.Join(dir, filePrivate), "public": filepath.Join(dir, filePublic)})), err)
	}
	return key, nil
}

// makeKey makes a key of a name of its own.
func makeKey() (private, public string, err error) {
	var id [4]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", "", fmt.Errorf("make key: %w", err)
	}
	private, public, err = journal.NewKey(rand.Reader, "chancery/"+hex.EncodeToString(id[:]))
	if err != nil {
		return "", "", fmt.Errorf("make key: %w", err)
	}
	return private, public, nil
}

// newKey gives a new record its key. The private half is named as the next one first: a key that bears the key's name is whole.
func newKey(dir string) (*journal.Key, error) {
	private, public, err := makeKey()
	if err != nil {
		return nil, err
	}
	if err := keepNext(dir, private); err != nil {
		return nil, err
	}
	if err := adoptKey(dir, public); err != nil {
		return nil, err
	}
	return journal.ReadKey(private, public)
}

// keepNext keeps the private half of the next key, on the disk when it returns.
func keepNext(dir, private string) error {
	f, err := os.OpenFile(filepath.Join(dir, fileNext), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return folderFault(dir, err)
	}
	_, err = f.WriteString(private + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return folderFault(dir, err)
	}
	return nil
}

// adoptKey makes the next key the key, when its public half is the one given.
func adoptKey(dir, public string) error {
	next, err := os.ReadFile(filepath.Join(dir, fileNext))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return folderFault(dir, err)
	}
	if _, err := journal.ReadKey(string(next), public); err != nil {
		return nil //nolint:nilerr // a key that was made and never journalled: nobody ever signed with it
	}
	err = os.WriteFile(filepath.Join(dir, filePublic), []byte(public+"\n"), 0o600)
	if err == nil {
		err = os.Rename(filepath.Join(dir, fileNext), filepath.Join(dir, filePrivate))
	}
	if err != nil {
		return folderFault(dir, err)
	}
	return nil
}

// replacement is a replacement of the key, and the entry that says it.
type replacement struct {
	journal.Replacement
	entry int64
}

// replacements gives the replacements of the key, in order.
func (t *Tx) replacements() ([]replacement, error) {
	entries, err := t.Entries(journal.KeyCase)
	if err != nil {
		return nil, err
	}
	var out []replacement
	for _, e := range entries {
		if e.Kind != journal.KeyReplaced {
			continue
		}
		if r, err := journal.ReadReplacement(e); err == nil { // one that cannot be read was changed: verification names it
			out = append(out, replacement{r, e.ID})
		}
	}
	return out, nil
}

// ReplaceKey opens a place as Open does and gives its record a new key, in place of the one that is lost or must
// not be used any more. The replacement is an entry of its own, made by the actor that by finds in the office; what the
// old key signed before that entry stays provable as long as its public half is known. Invalid comes back when nothing
// was ever signed.
func (p Place) ReplaceKey(ctx context.Context, clock func() time.Time, by func(office.Office) (office.Actor, error)) (*Store, journal.Replacement, error) {
	private, public, err := makeKey()
	if err != nil {
		return nil, journal.Replacement{}, err
	}
	said := journal.Replacement{New: public}
	s, err := p.begin(ctx, clock, func(s *Store, _ context.Context, empty bool, replaced []replacement) (*journal.Key, error) {
		if empty {
			return nil, fault.New(fault.Invalid, "keys", text.Text{
				ZH: "{dir} 中尚无签署过的记录，不需要换密钥", EN: "nothing was signed in {dir} yet: there is no key to replace",
			}.Fill(text.Args{"dir": s.dir}))
		}
		if err := keepNext(s.dir, private); err != nil {
			return nil, err
		}
		said.Old = publicBefore(s.dir, replaced)
		return journal.ReadKey(private, public)
	})
	if err != nil {
		return nil, journal.Replacement{}, err
	}
	s.db.start()
	if err := s.journalKey(ctx, &said, by); err != nil {
		s.db.rest()
		return nil, journal.Replacement{}, errors.Join(err, s.release())
	}
	s.pacing.Go(s.pace)
	if err := s.openSeal(ctx, true); err != nil {
		return nil, journal.Replacement{}, errors.Join(err, s.Close())
	}
	return s, said, s.sequence() //nolint:contextcheck // the tree grows to the end of a batch, whoever asked for it
}

// publicBefore gives the public half of the key that signed until now; "" when it is lost.
func publicBefore(dir string, replaced []replacement) string {
	if data, err := os.ReadFile(filepath.Join(dir, filePublic)); err == nil {
		if public := strings.TrimSpace(string(data)); journal.IsVerifier(public) {
			return public
		}
	}
	if n := len(replaced); n > 0 {
		return replaced[n-1].New
	}
	return ""
}

// journalKey writes the entry of a replacement and makes the new key the folder's.
func (s *Store) journalKey(ctx context.Context, said *journal.Replacement, by func(office.Office) (office.Actor, error)) error {
	err := s.Write(ctx, func(t *Tx) error {
		var signed []byte
		if _, err := t.one("read checkpoint", lastCheckpoint, nil, &signed); err != nil {
			return err
		}
		said.Origin = journal.Signer(signed)
		o, err := t.Office()
		if err != nil {
			return err
		}
		actor, err := by(o)
		if err != nil {
			return err
		}
		body, err := journal.Canonical(said)
		if err != nil {
			return err
		}
		if _, err = t.Append(journal.KeyCase, journal.KeyReplaced, 1, actor, body); err != nil {
			return err
		}
		return t.Note(keyNote, said.New)
	})
	if err != nil {
		return err
	}
	return adoptKey(s.dir, said.New)
}
