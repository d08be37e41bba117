package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/desk"
	"chancery/internal/postgrestest"
	"chancery/library"
	"chancery/store"
)

// commanded runs one command line and gives its exit code and everything that it said.
func commanded(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out strings.Builder
	code := run(t.Context(), append(args, "--lang", "en"), &out, &out)
	return code, out.String()
}

// movesAnOffice is a folder whose office is moved: the demo's in the proof, and a small one in the gate.
func movesAnOffice(t *testing.T) string {
	t.Helper()
	if os.Getenv("CHANCERY_PROOF") != "" {
		return demoOffice(t)
	}
	folder := t.TempDir()
	answered[seeded](t, "seed", "--data", folder, "--cases", "5", "--people", "20", "--years", "1", "--until", "2026-11-30")
	return folder
}

// TestTheDemoOfficeMovesToPostgreSQLAndBack: its rows are the same there and back, and its record proves itself (P10).
func TestTheDemoOfficeMovesToPostgreSQLAndBack(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Empty(t)
	first, on, third := movesAnOffice(t), filepath.Join(t.TempDir(), "pg"), filepath.Join(t.TempDir(), "back")
	was, err := (store.Place{Dir: first}).Digests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"migrate", "--data", first, "--to", dsn, "--to-data", on},
		{"migrate", "--data", on, "--database", dsn, "--to", third},
	} {
		if code, said := commanded(t, args...); code != exitDone || !strings.Contains(said, "every row was compared") {
			t.Fatalf("%v: exit %d\n%s", args, code, said)
		}
	}
	for _, p := range []store.Place{{Dir: first}, {Dir: on, DSN: dsn}, {Dir: third}} {
		is, err := p.Digests(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(was, is, func(a, b store.TableSum) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
			t.Errorf("%+v\nwas\n%+v", is, was)
		}
	}
	if code, said := commanded(t, "journal", "verify", "--data", third); code != exitDone {
		t.Errorf("verify: exit %d\n%s", code, said)
	}
	found := func(args ...string) string {
		t.Helper()
		code, said := commanded(t, append([]string{"case", "list"}, args...)...)
		if code != exitDone {
			t.Errorf("list: exit %d\n%s", code, said)
		}
		return said
	}
	if a, b := found("--data", first), found("--data", third); a != b {
		t.Errorf("listed\n%s\nand was\n%s", b, a)
	}
	if code, said := commanded(t, "migrate", "--data", first, "--to", third); code != exitConflict {
		t.Errorf("moved onto an office: exit %d, %s", code, said)
	}
	if code, _ := commanded(t, "migrate", "--data", first, "--to", dsn); code != exitBadInput {
		t.Errorf("moved without a folder: exit %d", code)
	}
}

// TestABackupIsWrittenCheckedAndRestoredOnTheCommandLine, and each way in which that cannot be has its exit code.
func TestABackupIsWrittenCheckedAndRestoredOnTheCommandLine(t *testing.T) {
	t.Parallel()
	data, to := movesAnOffice(t), filepath.Join(t.TempDir(), "restored")
	file, bad := filepath.Join(t.TempDir(), "office.tar"), filepath.Join(t.TempDir(), "bad.tar")
	held, err := (&App{Data: data, ctx: t.Context(), clock: time.Now, libfs: library.FS}).openStore() // as serve holds it
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		code int
		says string
		args []string
	}{
		{exitDone, "read back", []string{"backup", file, "--data", data}},
		{exitBadInput, "--force", []string{"backup", file, "--data", data}},
		{exitDone, "signing key is not in it", []string{"backup", file, "--data", data, "--force"}},
		{exitUnreached, "no data", []string{"backup", file + "2", "--data", t.TempDir()}},
		{exitUnreached, "was not written", []string{"backup", filepath.Join(t.TempDir(), "none", "file"), "--data", data}},
		{exitDone, "is whole", []string{"restore", file, "--verify"}},
		{exitConflict, "--replace", []string{"restore", file, "--data", data}},
		{exitUnreached, "in use", []string{"restore", file, "--data", data, "--replace"}},
		{exitDone, "given a new one", []string{"restore", file, "--data", to}},
		{exitUnreached, "cannot be opened", []string{"restore", file + "0", "--data", t.TempDir()}},
	} {
		if code, said := commanded(t, c.args...); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%v: exit %d, want %d; %s", c.args, code, c.code, said)
		}
	}
	content, err := os.ReadFile(file) //nolint:gosec // a file of the test
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/3] ^= 1
	if err := os.WriteFile(bad, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"restore", bad, "--verify"}, {"restore", bad, "--data", t.TempDir()}} {
		if code, said := commanded(t, args...); code != exitNo || !strings.Contains(said, "damaged or cut off") {
			t.Errorf("%v: exit %d, %s", args, code, said)
		}
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
	if _, said := commanded(t, "doctor", "--data", data); !strings.Contains(said, "ok  the last backup: ") || !strings.Contains(said, file) {
		t.Errorf("doctor: %s", said)
	}
	if _, said := commanded(t, "doctor", "--data", to); !strings.Contains(said, "!!  no backup was ever taken") {
		t.Errorf("doctor of the restored office: %s", said)
	}
}

// TestTheNewestDailyBackupsAreKept: so many, never less than the one just taken, and nobody else's files go.
func TestTheNewestDailyBackupsAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	names := []string{"chancery-20261127-020000.tar", "chancery-20261128-020000.tar", "chancery-20261129-020000.tar", "chancery-20261130-020000.tar"}
	others := []string{"chancery-20260101-020000.tar.half", "other-20260101-020000.tar", "chancery-2026.tar"}
	for _, n := range slices.Concat(names, others) {
		if err := os.WriteFile(filepath.Join(dir, n), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		keep   int
		newest string
		gone   int
	}{{9, names[3], 0}, {3, names[3], 1}, {1, names[1], 4}} { // at last the clock had been set back
		if err := prune(dir, c.keep, c.newest); err != nil {
			t.Fatal(err)
		}
		left, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		want := len(others) + len(names) - c.gone
		if c.keep == 1 {
			want = len(others) + 1
		}
		if _, err := os.Stat(filepath.Join(dir, c.newest)); err != nil || len(left) != want {
			t.Errorf("keep %d: %d are left, want %d; the newest: %v", c.keep, len(left), want, err)
		}
	}
}

// TestTheDailyBackupIsTakenVerifiedAndShown: of an office that is served, with word of it where operations and doctor look.
func TestTheDailyBackupIsTakenVerifiedAndShown(t *testing.T) {
	t.Parallel()
	a := &App{Data: t.TempDir(), ctx: t.Context(), clock: time.Now, libfs: library.FS, load: readOnce}
	d, s, _, err := a.openInvented()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is over
	dir := filepath.Join(t.TempDir(), "backups")
	for _, f := range []backupFlags{{To: dir, At: "26:00", Keep: 1}, {To: dir, At: "02:00"}} {
		if _, err := f.daily(a, d); err == nil {
			t.Errorf("%+v is taken", f)
		}
	}
	daily, err := backupFlags{To: dir, At: "02:30", Keep: 2}.daily(a, d)
	if err != nil || daily.Hour != 2 || daily.Minute != 30 {
		t.Fatal(daily, err)
	}
	if err := daily.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	view, err := d.Operations(t.Context(), desk.Operator())
	if err != nil || view.Backup.At == 0 || filepath.Dir(view.Backup.File) != dir {
		t.Fatalf("%+v, %v", view.Backup, err)
	}
	if _, err := store.CheckBackup(t.Context(), view.Backup.File, nil); err != nil {
		t.Error(err)
	}
}

// TestDoctorIsNotContentWithoutABackup: none ever, an old one where one is taken every day, one that fails.
func TestDoctorIsNotContentWithoutABackup(t *testing.T) {
	t.Parallel()
	now := calendar.InstantOf(time.Date(2026, 12, 1, 2, 0, 0, 0, time.UTC))
	old := desk.BackedUp{At: now.Add(-49 * time.Hour), File: "/b/old.tar"}
	planned := []job.Count{{Kind: job.Backup, Waiting: 1}}
	for _, c := range []struct {
		view   desk.Operations
		byHand desk.BackedUp
		ok     bool
		says   string
	}{
		{desk.Operations{}, desk.BackedUp{}, false, "no backup was ever taken"},
		{desk.Operations{Backup: old, Counts: planned}, desk.BackedUp{}, false, "more than two days old"},
		{desk.Operations{Backup: old, Counts: planned}, desk.BackedUp{At: now, File: "/b/new.tar"}, true, "/b/new.tar"},
		{desk.Operations{}, old, true, "/b/old.tar"},
		{desk.Operations{Backup: desk.BackedUp{At: now}, Troubled: []job.Job{{Kind: job.Backup, Tries: 3, Why: "full"}}}, desk.BackedUp{}, false, "fails (3 tries): full"},
	} {
		c.view.Now = now
		if d := lastBackup(c.view, c.byHand); d.OK != c.ok || !strings.Contains(d.Say.EN, c.says) {
			t.Errorf("%+v: %t, %s", c.view, d.OK, d.Say.EN)
		}
	}
}
