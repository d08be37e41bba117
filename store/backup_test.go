package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/internal/postgrestest"
	"chancery/store"
	"chancery/store/storetest"
)

// onBoth runs a test on an office in either database; fresh gives an empty place of the same database.
func onBoth(t *testing.T, test func(t *testing.T, p store.Place, fresh func() store.Place)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		fresh := func() store.Place { return store.Place{Dir: filepath.Join(t.TempDir(), "office")} }
		test(t, fresh(), fresh)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		fresh := func() store.Place {
			return store.Place{Dir: filepath.Join(t.TempDir(), "office"), DSN: postgrestest.Empty(t)}
		}
		p := fresh()
		p.DSN = postgrestest.Fresh(t)
		test(t, p, fresh)
	})
}

// opened opens a place until the test is over, or closes it before.
func opened(t *testing.T, p store.Place) kept {
	t.Helper()
	s, err := p.Open(context.Background(), time.Now)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return kept{s}
}

// entriesOf are the entries of an office, by place, as far as a number: case, number within it and hash.
func entriesOf(t *testing.T, p store.Place, most int64) []string {
	t.Helper()
	driver, source := "sqlite", filepath.Join(p.Dir, "chancery.db")
	if p.DSN != "" {
		driver, source = "pgx", p.DSN
	}
	db, err := sql.Open(driver, source)
	must(t, err)
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(t.Context(), `SELECT e.case_no, e.seq, e.hash FROM placed p JOIN entries e ON e.id = p.entry WHERE p.place <= $1 ORDER BY p.place`, most)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var no string
		var seq int64
		var hash []byte
		must(t, rows.Scan(&no, &seq, &hash))
		out = append(out, fmt.Sprintf("%s %d %x", no, seq, hash))
	}
	must(t, rows.Err())
	return out
}

// TestAnOfficeIsBackedUpWhileSixteenAct: what is restored elsewhere is the office as it was at one instant, everything
// acknowledged before among it, and its root is the manifest's (R-11, P10).
func TestAnOfficeIsBackedUpWhileSixteenAct(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p store.Place, fresh func() store.Place) {
		t.Helper()
		s := opened(t, p)
		worked(t, s)
		ctx, stop := context.WithCancel(t.Context())
		var acting sync.WaitGroup
		acted := make(chan struct{}, 1)
		for i := range 16 {
			acting.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					no := fmt.Sprintf("OUT-2026-%d", i%5)
					if err := s.Write(t.Context(), func(w storetest.Writing) error {
						_, err := storetest.Do(w, no)
						return errors.Join(err, w.Note(fmt.Sprint("caller ", i), fmt.Sprint(n)), w.Remember(fmt.Sprint("request ", i, " ", n), []byte(`{}`)))
					}); err != nil {
						t.Error(err)
						return
					}
					select {
					case acted <- struct{}{}:
					default:
					}
				}
			})
		}
		var manifests []store.Manifest
		files := filepath.Join(t.TempDir(), "b")
		for i := range 2 {
			for range 100 {
				<-acted
			}
			before, err := s.Head(t.Context())
			must(t, err)
			m, err := p.Backup(t.Context(), fmt.Sprint(files, i), taking())
			must(t, err)
			if m.Head.Entries < before.Entries {
				t.Errorf("the backup has %d entries, and there were %d before", m.Head.Entries, before.Entries)
			}
			manifests = append(manifests, m)
		}
		stop()
		acting.Wait()
		must(t, s.Close())
		for i, m := range manifests {
			to := fresh()
			r, err := to.Restore(t.Context(), fmt.Sprint(files, i), restoring())
			must(t, err)
			if r.Manifest.Head != m.Head || (r.NewKey == "") != (m.Head.Sequenced == 0) {
				t.Errorf("restored %+v, backed up %+v", r.Manifest.Head, m.Head)
			}
			was, is := entriesOf(t, p, m.Head.Sequenced), entriesOf(t, to, m.Head.Sequenced)
			if int64(len(was)) != m.Head.Sequenced || !slices.Equal(was, is) {
				t.Errorf("%d entries were there, %d are restored; %d in the manifest", len(was), len(is), m.Head.Sequenced)
			}
			back := opened(t, to)
			head, err := back.Head(t.Context())
			must(t, err)
			if head.Entries < m.Head.Entries {
				t.Errorf("%d entries are restored of %d", head.Entries, m.Head.Entries)
			}
			report, err := back.Verify(t.Context(), storetest.Rebuild, nil)
			must(t, err)
			if len(report.Faults) > 0 {
				t.Errorf("restored: %+v", report.Faults[0])
			}
			must(t, back.Close())
		}
	})
}

// TestADamagedBackupIsRefused: whichever byte is another, wherever it ends, and nothing is touched.
func TestADamagedBackupIsRefused(t *testing.T) {
	t.Parallel()
	p := store.Place{Dir: filepath.Join(t.TempDir(), "office")}
	s := opened(t, p)
	worked(t, s)
	must(t, s.Close())
	file := filepath.Join(t.TempDir(), "backup")
	m, err := p.Backup(t.Context(), file, taking())
	must(t, err)
	whole, err := os.ReadFile(file)
	must(t, err)
	refused := func(what string, content []byte) {
		t.Helper()
		bad := filepath.Join(t.TempDir(), "bad")
		must(t, os.WriteFile(bad, content, 0o600))
		to := store.Place{Dir: filepath.Join(t.TempDir(), "elsewhere")}
		_, err := to.Restore(t.Context(), bad, restoring())
		if !store.BadBackup(err) || fault.KindOf(err) == fault.Ours {
			t.Errorf("%s: %v", what, err)
		}
		if left, _ := filepath.Glob(to.Dir + "*"); len(left) > 0 {
			t.Errorf("%s: %v is there", what, left)
		}
	}
	step := 1499
	if os.Getenv("CHANCERY_PROOF") != "" {
		step = 37
	}
	for i := 0; i < len(whole); i += step {
		b := bytes.Clone(whole)
		b[i] ^= 1 << (i % 8)
		refused(fmt.Sprint("byte ", i), b)
	}
	for i := 1; i < 2100; i += step / 10 {
		b := bytes.Clone(whole)
		b[len(b)-i] ^= 0x20
		refused(fmt.Sprint("byte ", i, " from the end"), b)
	}
	for _, n := range []int{0, 1, 511, 512, 70000, len(whole) / 2, len(whole) - 1024, len(whole) - 1} {
		refused(fmt.Sprint("cut to ", n), whole[:n])
	}
	refused("one byte more", append(bytes.Clone(whole), 0))
	refused("foreign", []byte("PK\x03\x04 some other file"))

	resealed := func(what, old, becomes string) {
		t.Helper()
		b := bytes.Replace(whole, []byte(old), []byte(becomes), 1)
		if bytes.Equal(b, whole) {
			t.Fatalf("%s: %q is not in the manifest", what, old)
		}
		bad := filepath.Join(t.TempDir(), "resealed")
		must(t, os.WriteFile(bad, b, 0o600))
		must(t, store.Reseal(bad))
		b, err := os.ReadFile(bad) //nolint:gosec // a file of the test
		must(t, err)
		refused(what, b)
	}
	other := strings.Repeat("0", 64)
	resealed("another digest", m.Tables[5].Digest, other)
	resealed("another root", m.Head.Root, other)
	resealed("another digest of the files", m.Files.Digest, other)
	resealed("one row less", fmt.Sprintf(`"rows": %d`, m.Tables[len(m.Tables)-1].Rows), fmt.Sprintf(`"rows": %d`, m.Tables[len(m.Tables)-1].Rows-1))
	resealed("a table of nobody's", `"name": "cases"`, `"name": "casks"`)
	resealed("a column of nobody's", `"case_no"`, `"case_on"`)
	resealed("a newer form", `"format": 1`, `"format": 2`)
	resealed("a newer schema", fmt.Sprintf(`"schema": %d,`, m.Schema), fmt.Sprintf(`"schema": %d,`, m.Schema+80))
	must(t, restored(t, file, store.Place{Dir: filepath.Join(t.TempDir(), "elsewhere")}))
}

func restored(t *testing.T, file string, to store.Place) error {
	t.Helper()
	_, err := to.Restore(t.Context(), file, restoring())
	return err
}

// TestWhatIsThereIsNotOverwritten: neither a file by a backup nor an office by a restore, unless it is said; then the old
// office is kept aside.
func TestWhatIsThereIsNotOverwritten(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p store.Place, _ func() store.Place) {
		t.Helper()
		s := opened(t, p)
		worked(t, s)
		file := filepath.Join(t.TempDir(), "backup")
		_, err := p.Backup(t.Context(), file, taking())
		must(t, err)
		if _, err := p.Backup(t.Context(), file, taking()); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a second backup of that name: %v", err)
		}
		again := taking()
		again.Force = true
		_, err = p.Backup(t.Context(), file, again)
		must(t, err)
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("backup: %v, %v", info, err)
		}
		if err := restored(t, file, p); fault.KindOf(err) != fault.Conflict {
			t.Errorf("restored over an office: %v", err)
		}
		replacing := restoring()
		replacing.Replace = true
		if _, err := p.Restore(t.Context(), file, replacing); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("restored over an office that is open: %v", err)
		}
		must(t, s.Store.Write(t.Context(), func(w *store.Tx) error { return w.Note("after", "the backup") }))
		must(t, s.Close())
		before := digests(t, p)
		r, err := p.Restore(t.Context(), file, replacing)
		must(t, err)
		old := store.Place{Dir: r.Aside[0]}
		if p.DSN != "" {
			old.DSN = p.DSN + "&search_path=" + r.Aside[1]
		}
		sameTables(t, before, digests(t, old))
		back := opened(t, p)
		must(t, back.Store.Read(t.Context(), func(r *store.Tx) error {
			if said, err := r.Noted("after"); said != "" || err != nil {
				t.Errorf("what came after the backup is still there: %q, %v", said, err)
			}
			return nil
		}))
		must(t, back.Close())
	})
}

// TestARestoreThatBreaksOffLeavesNothing: neither an office nor the half of one; and the next one succeeds.
func TestARestoreThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p store.Place, fresh func() store.Place) {
		t.Helper()
		s := opened(t, p)
		worked(t, s)
		must(t, s.Close())
		file := filepath.Join(t.TempDir(), "backup")
		_, err := p.Backup(t.Context(), file, taking())
		must(t, err)
		to := fresh()
		nothing := func(how string) {
			t.Helper()
			if _, err := os.Stat(to.Dir); !os.IsNotExist(err) {
				t.Errorf("%s: the folder: %v", how, err)
			}
			if to.DSN == "" {
				return
			}
			conn, err := pgx.Connect(t.Context(), to.DSN)
			must(t, err)
			defer func() { _ = conn.Close(context.Background()) }()
			var n int
			must(t, conn.QueryRow(t.Context(), `SELECT COUNT(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'`).Scan(&n))
			if n > 0 {
				t.Errorf("%s: %d tables", how, n)
			}
		}
		failing := restoring()
		failing.Check = func(context.Context, *store.Store) (journal.Report, error) { return journal.Report{}, errors.New("no") }
		if _, err := to.Restore(t.Context(), file, failing); err == nil {
			t.Error("restored though nobody could verify it")
		}
		nothing("failed")
		faulty := restoring()
		faulty.Check = func(context.Context, *store.Store) (journal.Report, error) {
			return journal.Report{Faults: []journal.FaultFound{{Entry: 1}}}, nil
		}
		if _, err := to.Restore(t.Context(), file, faulty); !store.BadBackup(err) {
			t.Errorf("a record that does not prove itself: %v", err)
		}
		nothing("faulty")
		dying := restoring()
		dying.Check = func(context.Context, *store.Store) (journal.Report, error) { panic("the machine is switched off") }
		func() {
			defer func() {
				if recover() == nil {
					t.Error("it went on")
				}
			}()
			_, _ = to.Restore(t.Context(), file, dying)
		}()
		nothing("broken off")
		must(t, restored(t, file, to))
		faulty.Faulty = true
		_, err = fresh().Restore(t.Context(), file, faulty)
		must(t, err)
	})
}

// TestTheKeyIsInABackupByChoice: with it the restored office signs as before; without it, with the key kept elsewhere, too;
// and with neither it is given a new one, which its record says.
func TestTheKeyIsInABackupByChoice(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, p store.Place, fresh func() store.Place) {
		t.Helper()
		if p.DSN != "" && os.Getenv("CHANCERY_PROOF") == "" {
			t.Skip("in the folder it is the same; make proof looks at both")
		}
		s := opened(t, p)
		worked(t, s)
		must(t, s.Close())
		with, without := filepath.Join(t.TempDir(), "with"), filepath.Join(t.TempDir(), "without")
		_, err := p.Backup(t.Context(), without, taking())
		must(t, err)
		keyed := taking()
		keyed.WithKey = true
		_, err = p.Backup(t.Context(), with, keyed)
		must(t, err)
		private, err := os.ReadFile(filepath.Join(p.Dir, "keys", "journal.key"))
		must(t, err)
		secrets, err := os.ReadFile(filepath.Join(p.Dir, "keys", "secrets.key"))
		must(t, err)
		for file, has := range map[string]bool{with: true, without: false} {
			content, err := os.ReadFile(file) //nolint:gosec // a file of the test
			must(t, err)
			if bytes.Contains(content, bytes.TrimSpace(private)) != has {
				t.Errorf("%s: the key is in it: %t", file, !has)
			}
			if bytes.Contains(content, bytes.TrimSpace(secrets)) != has {
				t.Errorf("%s: the key for secrets is in it: %t", file, !has)
			}
		}
		apart := restoring()
		apart.Keys = filepath.Join(p.Dir, "keys")
		strange := restoring()
		strange.Keys = t.TempDir()
		if _, err := fresh().Restore(t.Context(), without, strange); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a key of nobody's: %v", err)
		}
		for _, c := range []struct {
			file string
			how  store.Restoring
			same bool
		}{{with, restoring(), true}, {without, apart, true}, {without, restoring(), false}} {
			to := fresh()
			r, err := to.Restore(t.Context(), c.file, c.how)
			must(t, err)
			is, err := os.ReadFile(filepath.Join(to.Dir, "keys", "journal.key"))
			must(t, err)
			if bytes.Equal(bytes.TrimSpace(is), bytes.TrimSpace(private)) != c.same || (r.NewKey == "") != c.same {
				t.Errorf("%+v: the new key is %q", c, r.NewKey)
			}
			if is, err := os.ReadFile(filepath.Join(to.Dir, "keys", "secrets.key")); c.same && !bytes.Equal(is, secrets) {
				t.Errorf("%+v: another key for secrets, %v", c, err)
			}
			back := opened(t, to)
			must(t, back.Write(t.Context(), func(w storetest.Writing) error {
				_, err := w.Append("B", "noted", 1, office.Actor{Operator: true}, []byte(`{}`))
				return err
			}))
			must(t, back.Close())
			if back = opened(t, to); !back.Signs() {
				t.Error("the restored office does not sign")
			}
			must(t, back.Close())
		}
	})
}

// TestEveryTableIsInABackup: what a dump leaves out is said by name, and nothing else is.
func TestEveryTableIsInABackup(t *testing.T) {
	t.Parallel()
	file, server := store.Place{Dir: filepath.Join(t.TempDir(), "office")}, store.Place{Dir: t.TempDir(), DSN: postgrestest.Fresh(t)}
	must(t, opened(t, file).Close())
	a, b := digests(t, file), digests(t, server)
	for i := range min(len(a), len(b)) {
		if a[i].Name != b[i].Name || !slices.Equal(a[i].Columns, b[i].Columns) {
			t.Fatalf("%s %v\nbut on PostgreSQL\n%s %v", a[i].Name, a[i].Columns, b[i].Name, b[i].Columns)
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d tables and %d", len(a), len(b))
	}
	for _, c := range []struct {
		p    store.Place
		want []string
	}{{file, []string{"goose_db_version"}}, {server, []string{"goose_db_version", "placed", "waiting"}}} {
		if left, err := c.p.Undumped(t.Context()); err != nil || !slices.Equal(slices.DeleteFunc(left, func(n string) bool { return n == "blobs" }), c.want) {
			t.Errorf("left out: %v, %v", left, err)
		}
	}
}
