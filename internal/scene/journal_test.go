package scene

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/procedure"
	"chancery/desk"
	"chancery/internal/foldertest"
	"chancery/store"
)

// played is the folder that recorded gives copies of.
var played struct {
	sync.Once
	folder foldertest.Folder
	no     string
}

// recorded gives the data folder of an office in which a case was played up to its public notice and which was closed then,
// and the case's number. It is played once; each test has a copy.
func recorded(t *testing.T) (dir, no string) {
	t.Helper()
	played.Do(func() {
		w := begin(t, "2026-09-14")
		w.files("zhongli", compliant, shifted()...)
		w.does("zhongli", casework.Act{Kind: casework.Submitted})
		w.does("dongfang", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree})
		w.does("nangong", agree(""))
		w.does("gongye", agree(""))
		w.files("zhongli", compliant, shifted()...)
		w.does("zhongli", casework.Act{Kind: casework.Submitted})
		w.must(w.store.Close())
		var err error
		played.folder, err = foldertest.Keep(w.dir)
		w.must(err)
		played.no = w.no
	})
	if played.no == "" {
		t.Fatal("the case could not be played")
	}
	return played.folder.Copy(t), played.no
}

func reopened(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// verified verifies the record of a store by the embedded library.
func verified(t *testing.T, s *store.Store) (journal.Report, error) {
	t.Helper()
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	rebuild, err := desk.New(desk.Kept(s), lib).Standings(context.Background())
	if err != nil {
		return journal.Report{}, err
	}
	return s.Verify(context.Background(), rebuild, nil)
}

// forged puts an entry that is well made in itself at the third place: only the tree and its checkpoints know better.
func forged() string {
	e := journal.Chain(journal.Entry{}, journal.Entry{
		Case: "OUT-2026-9", Kind: "filed", Version: 1, At: calendar.InstantOf(time.Date(2026, 9, 14, 1, 0, 0, 0, time.UTC)), Body: []byte(`{}`),
	}, journal.Salt{1})
	return fmt.Sprintf(`INSERT INTO entries VALUES (3, '%s', %d, '%s', %d, %d, '', '', '', 0, x'%x', x'%x', x'%x', x'%x')`,
		e.Case, e.Seq, e.Kind, e.Version, e.At, []byte(e.Body), e.Prev[:], e.Salt[:], e.Hash[:])
}

// TestS10WhateverIsChangedInTheRecordIsFound changes the database behind the
// office's back, one thing at a time, and expects verification to name it.
func TestS10WhateverIsChangedInTheRecordIsFound(t *testing.T) {
	inFile(t)
	t.Parallel()
	for name, c := range map[string]struct {
		kind journal.FaultKind
		do   []string
	}{
		"nothing":         {"", nil},
		"a changed byte":  {"changed", []string{`UPDATE entries SET body = replace(body, '"day"', '"Day"') WHERE id = 3`}},
		"a removed entry": {"removed", []string{`DELETE FROM entries WHERE id = 3`}},
		"an inserted entry": {"inserted", []string{
			`UPDATE entries SET id = -id - 1 WHERE id >= 3`, `UPDATE entries SET id = -id WHERE id < 0`,
			forged(),
		}},
		"two swapped":        {"reordered", []string{`UPDATE entries SET id = -1 WHERE id = 2`, `UPDATE entries SET id = 2 WHERE id = 3`, `UPDATE entries SET id = 3 WHERE id = -1`}},
		"a changed case row": {"row", []string{`UPDATE cases SET body = replace(body, '"active"', '"closed"')`}},
		"a truncated tail":   {"truncated", []string{`DELETE FROM entries WHERE id >= 6`, `DELETE FROM tree WHERE position >= 8`, `DELETE FROM checkpoints`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, _ := recorded(t)
			files, err := filepath.Glob(filepath.Join(dir, "*.db"))
			if err != nil || len(files) != 1 {
				t.Fatalf("%v, %v", files, err)
			}
			db, err := sql.Open("sqlite", files[0])
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range c.do {
				if _, err := db.ExecContext(t.Context(), q); err != nil {
					t.Fatalf("%s: %v", q, err)
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			report, err := verified(t, reopened(t, dir))
			if err != nil {
				t.Fatal(err)
			}
			if c.kind == "" {
				if len(report.Faults) > 0 || report.Entries == 0 || report.Sequenced != report.Entries {
					t.Errorf("an untouched record: %+v", report)
				}
				return
			}
			if !slices.ContainsFunc(report.Faults, func(f journal.FaultFound) bool { return f.Kind == c.kind && f.Say.ZH != "" && f.Say.EN != "" }) {
				t.Errorf("not found as %s: %+v", c.kind, report.Faults)
			}
		})
	}
}

// TestAProofHoldsWithoutTheDataAndNotWithAnotherByte exports one case's proof.
func TestAProofHoldsWithoutTheDataAndNotWithAnotherByte(t *testing.T) {
	inFile(t)
	t.Parallel()
	dir, no := recorded(t)
	proof, err := reopened(t, dir).Proof(t.Context(), no)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.CheckProof(proof, ""); err != nil {
		t.Fatalf("the proof does not hold: %v", err)
	}
	for at := 0; at < len(proof); at += 1 + len(proof)/400 {
		bent := slices.Clone(proof)
		bent[at] ^= 1
		if _, err := journal.CheckProof(bent, ""); err == nil {
			t.Fatalf("with byte %d changed it still holds", at)
		}
	}
}

// TestASecondProcessOnOneFolderIsTold: the folder belongs to one process at a time.
func TestASecondProcessOnOneFolderIsTold(t *testing.T) {
	inFile(t)
	t.Parallel()
	dir, _ := recorded(t)
	reopened(t, dir)
	_, err := store.Open(t.Context(), dir, time.Now)
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v", err)
	}
	if key, err := os.Stat(filepath.Join(dir, "keys")); err != nil || key.Mode().Perm() != 0o700 {
		t.Errorf("the keys: %v, %v", key, err)
	}
}

// TestP3TheSameRequestActsOnce: a filing that is sent again gives the first case, and no second one.
func TestP3TheSameRequestActsOnce(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	data, err := os.ReadFile(compliant)
	w.must(err)
	a, err := w.desk.Library().ReadApplication("given", data)
	w.must(err)
	first, err := w.desk.File(w.ctx, deskActor("zhongli"), desk.Filing{Application: a, Request: "r-1"})
	w.must(err)
	again, err := w.desk.File(w.ctx, deskActor("zhongli"), desk.Filing{Application: a, Request: "r-1"})
	w.must(err)
	lines, err := w.desk.Cases(w.ctx, desk.Operator(), casework.Filter{})
	w.must(err)
	if first.No != again.No || len(lines) != 1 {
		t.Errorf("filed %s and %s, %d cases", first.No, again.No, len(lines))
	}
}
