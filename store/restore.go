package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
)

// Restoring says how a backup is restored.
type Restoring struct {
	At calendar.Instant // now
	// Replace lets a place be taken that has data already; the old data is put aside.
	Replace bool
	// Keys is a folder with the key of the office, where the backup has none; "": the office is given a new one.
	Keys string
	// Check verifies the restored record, as far as the schema of this program knows it.
	Check func(ctx context.Context, s *Store) (journal.Report, error)
	// Faulty restores a record that does not prove itself, as it was in the backup.
	Faulty bool
	// Clock gives the instant of the entry that says that the key was replaced.
	Clock    func() time.Time
	Progress func(what string, n int64)
}

// Restored says what became of a backup.
type Restored struct {
	Manifest  Manifest       `json:"manifest"`
	Migration Migration      `json:"migration"`
	Report    journal.Report `json:"report"`
	// NewKey is the public half of the key that the office was given; "": it signs with the one it had.
	NewKey string `json:"new_key,omitempty"`
	// Aside are the folder, and the schema of the database, where the data is that was in the place before.
	Aside []string `json:"aside,omitempty"`
}

// errFaulty marks a record that does not prove itself.
var errFaulty = errors.New("the record does not prove itself")

// Restore makes the office of a backup in a place that has none. First the whole file is checked; then the rows go where
// nobody looks for them, are read back and held against the manifest, brought to the schema of this program, and the record
// is verified; only then does the office take its place, at once. Until then, and whenever anything does not hold, the
// place is as it was. BadBackup tells that the file is the reason; Conflict comes back when the place has data.
func (p Place) Restore(ctx context.Context, file string, how Restoring) (Restored, error) {
	if how.Progress == nil {
		how.Progress = func(string, int64) {}
	}
	var out Restored
	m, err := CheckBackup(ctx, file, nil)
	if err != nil {
		return out, err
	}
	out.Manifest = m
	known, err := knownSchema(p)
	if err != nil {
		return out, err
	}
	if m.Schema > known {
		return out, newer(file, m)
	}
	site, err := p.site(ctx, how)
	if err != nil {
		return out, err
	}
	err = site.restore(ctx, file, how, &out)
	if err == nil {
		out.Aside, err = site.settle(ctx, how)
	}
	if err != nil {
		return out, errors.Join(err, site.clear(context.WithoutCancel(ctx)))
	}
	return out, nil
}

// site is where an office is built before it takes its place: a folder beside the folder, and a schema of the database of
// which no office knows.
type site struct {
	place Place // where the office is to be
	built Place // where it is built
}

// site clears a site for a place. It refuses a place that has data.
func (p Place) site(ctx context.Context, how Restoring) (*site, error) {
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return nil, folderFault(dir, err)
	}
	s := &site{place: Place{Dir: dir, DSN: p.DSN}, built: Place{Dir: dir + ".half"}}
	if !how.Replace {
		names, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, folderFault(dir, err)
		}
		if len(names) > 0 {
			return nil, taken(dir)
		}
	} else if err := unused(dir); err != nil {
		return nil, err
	}
	if p.DSN != "" {
		if s.built.DSN, err = within(p.DSN, siteSchema); err != nil {
			return nil, err
		}
		if err := clearServer(ctx, p.DSN, how.Replace); err != nil {
			return nil, err
		}
	}
	if err := os.RemoveAll(s.built.Dir); err != nil {
		return nil, folderFault(s.built.Dir, err)
	}
	return s, makeFolder(s.built.Dir)
}

// taken is the fault of a place that has data.
func taken(where string) error {
	return fault.New(fault.Conflict, "data", text.Text{
		ZH: "{where} 中已有内容，没有改动；请另指一处空的，或用 --replace（原有数据会改名保留）",
		EN: "{where} is not empty and was left alone: name an empty place, or use --replace (what is there is kept under another name)",
	}.Fill(text.Args{"where": where}))
}

// unused refuses a folder that a process holds.
func unused(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, fileLock)); err != nil {
		return nil //nolint:nilerr // nobody ever held it
	}
	lock, err := holdFolder(dir)
	if err != nil {
		return err
	}
	return errors.Join(freeFile(lock), lock.Close())
}

// restore builds the office on the site.
func (s *site) restore(ctx context.Context, file string, how Restoring, out *Restored) error {
	if err := s.load(ctx, file, how); err != nil {
		return err
	}
	is, err := s.built.Digests(ctx)
	if err != nil {
		return err
	}
	if !slices.EqualFunc(is, out.Manifest.Tables, sameRows) {
		return fmt.Errorf("restore: the rows that were loaded are not those of the backup: %s", differing(is, out.Manifest.Tables))
	}
	if out.Migration, err = s.built.Migrate(ctx); err != nil {
		return err
	}
	if err := s.verify(ctx, how, out); err != nil {
		return err
	}
	if err := s.giveKey(ctx, how, out); err != nil {
		return err
	}
	return syncAll(s.built.Dir)
}

func sameRows(a, b TableSum) bool {
	return a.Name == b.Name && a.Rows == b.Rows && a.Digest == b.Digest && slices.Equal(a.Columns, b.Columns)
}

// differing names the tables that differ.
func differing(is, want []TableSum) []string {
	var out []string
	for _, w := range want {
		if !slices.ContainsFunc(is, func(t TableSum) bool { return sameRows(t, w) }) {
			out = append(out, w.Name)
		}
	}
	return out
}

// verify proves the record of the restored office: it is whole, and its root is the one that the backup says.
func (s *site) verify(ctx context.Context, how Restoring, out *Restored) error {
	public := out.Manifest.Head.Key
	built, err := s.built.begin(ctx, how.Clock, func(*Store, context.Context, bool, []replacement) (*journal.Key, error) {
		if public == "" {
			return strangeKey()
		}
		return journal.PublicKey(public)
	})
	if err != nil {
		return err
	}
	out.Report, err = s.verified(ctx, built, how, out.Manifest)
	return errors.Join(err, built.release())
}

func (s *site) verified(ctx context.Context, built *Store, how Restoring, m Manifest) (journal.Report, error) {
	head, err := built.Head(ctx)
	if err != nil {
		return journal.Report{}, err
	}
	if head.Root != m.Head.Root || head.Sequenced != m.Head.Sequenced || head.Entries != m.Head.Entries {
		return journal.Report{}, errors.Join(errBackup, fault.New(fault.Invalid, "file", text.Text{
			ZH: "备份中的存证与其清单所记的树根不符，没有采用；请改用另一份备份", EN: "the record in the backup has not the root that its manifest says, and was not used; take another one",
		}))
	}
	if how.Check == nil {
		return journal.Report{}, nil
	}
	report, err := how.Check(ctx, built)
	if err != nil || len(report.Faults) == 0 || how.Faulty {
		return report, err
	}
	return report, errors.Join(errBackup, errFaulty, fault.New(fault.Invalid, "file", text.Text{
		ZH: "备份中的存证有 {n} 处不符（首处：{first}），没有采用；请改用更早的备份，或用 --faulty 照原样恢复",
		EN: "the record in the backup does not prove itself ({n} {n|fault|faults}, the first: {first}), and was not used: take an earlier backup, or restore it as it is with --faulty",
	}.Fill(text.Args{"n": len(report.Faults), "first": report.Faults[0].Say})))
}

// strangeKey is a key that signed nothing.
func strangeKey() (*journal.Key, error) {
	_, public, err := makeKey()
	if err != nil {
		return nil, err
	}
	return journal.PublicKey(public)
}

// giveKey sees to it that the office can sign: with its key, from the backup or a folder, or with a new one, which the
// record says.
func (s *site) giveKey(ctx context.Context, how Restoring, out *Restored) error {
	m := out.Manifest
	if m.Head.Sequenced == 0 {
		return nil // nothing was ever signed: the office makes its key when it opens
	}
	if how.Keys != "" && !m.WithKey {
		if err := s.takeKey(how.Keys, m.Head.Key); err != nil {
			return err
		}
	}
	if m.WithKey || how.Keys != "" {
		opened, err := s.built.begin(ctx, how.Clock, (*Store).readKey)
		if err != nil {
			return err
		}
		return opened.release()
	}
	if m.Head.Key != "" { // what the old key signed stays provable by its public half
		if err := os.WriteFile(filepath.Join(s.built.Dir, filePublic), []byte(m.Head.Key+"\n"), 0o600); err != nil {
			return folderFault(s.built.Dir, err)
		}
	}
	opened, said, err := s.built.ReplaceKey(ctx, how.Clock, func(office.Office) (office.Actor, error) {
		return office.Actor{Operator: true}, nil
	})
	if err != nil {
		return err
	}
	out.NewKey = said.New
	return opened.Close()
}

// takeKey takes the keys of the office from a folder where they were kept.
func (s *site) takeKey(from, public string) error {
	private, err := os.ReadFile(filepath.Join(from, filepath.Base(filePrivate)))
	if err == nil {
		_, err = journal.ReadKey(string(private), public)
	}
	if err != nil {
		return errors.Join(fault.New(fault.Invalid, "keys", text.Text{
			ZH: "{from} 中没有签署这份备份中记录的密钥（公钥为 {public}）", EN: "{from} has not the key that signs the record in this backup (its public half is {public})",
		}.Fill(text.Args{"from": from, "public": public})), err)
	}
	if err := os.WriteFile(filepath.Join(s.built.Dir, filePublic), []byte(public+"\n"), 0o600); err != nil {
		return folderFault(s.built.Dir, err)
	}
	if err := os.WriteFile(filepath.Join(s.built.Dir, filePrivate), private, 0o600); err != nil {
		return folderFault(s.built.Dir, err)
	}
	secrets, err := os.ReadFile(filepath.Join(from, filepath.Base(fileSeal)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(s.built.Dir, fileSeal), secrets, 0o600)
	}
	if err != nil {
		return folderFault(s.built.Dir, err)
	}
	return nil
}

// settle gives the office its place; from then on it is there whole. It names where the data is that was there before.
func (s *site) settle(ctx context.Context, how Restoring) (aside []string, err error) {
	old := s.place.Dir + ".before-" + how.At.Time().Format("20060102-150405")
	moved := false
	if err := os.Remove(s.place.Dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty one goes
		if !how.Replace {
			return nil, taken(s.place.Dir)
		}
		if err := os.Rename(s.place.Dir, old); err != nil {
			return nil, folderFault(s.place.Dir, err)
		}
		moved, aside = true, append(aside, old)
	}
	if err = os.Rename(s.built.Dir, s.place.Dir); err != nil {
		err = folderFault(s.place.Dir, err)
	} else if s.place.DSN != "" {
		var schema string
		if schema, err = settleServer(ctx, s.place.DSN, how.At); err != nil {
			err = errors.Join(err, os.Rename(s.place.Dir, s.built.Dir))
		}
		if schema != "" {
			aside = append(aside, schema)
		}
	}
	if err != nil {
		if moved {
			err = errors.Join(err, os.Rename(old, s.place.Dir))
		}
		return nil, err
	}
	return aside, syncDir(filepath.Dir(s.place.Dir))
}

// clear takes away what was built.
func (s *site) clear(ctx context.Context) error {
	err := os.RemoveAll(s.built.Dir)
	if s.place.DSN != "" {
		err = errors.Join(err, dropSite(ctx, s.place.DSN))
	}
	return err
}

// syncAll makes everything in a folder durable.
func syncAll(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return syncDir(path)
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0) //nolint:gosec // a file that was just written
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}
