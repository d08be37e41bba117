package store_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/store"
	"chancery/store/storetest"
)

// in runs statements behind the store's back.
func in(t *testing.T, dir string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "chancery.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, q := range statements {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

func TestMigrationSaysTheSchemaFoundAndReached(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := (store.Place{Dir: dir}).Migrate(t.Context()); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "no data") {
		t.Errorf("a folder without data: %v", err)
	}
	in(t, dir, `PRAGMA user_version = 1`) // a database that nobody has migrated
	first, err := (store.Place{Dir: dir}).Migrate(t.Context())
	if err != nil || first.Found != 0 || first.Reached == 0 {
		t.Errorf("the first time: %+v, %v", first, err)
	}
	again, err := (store.Place{Dir: dir}).Migrate(t.Context())
	if err != nil || again.Found != first.Reached || again.Reached != first.Reached {
		t.Errorf("again: %+v, %v", again, err)
	}
	s := open(t, dir)
	if err := s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }); err != nil {
		t.Error(err)
	}
	if _, err := (store.Place{Dir: dir}).Migrate(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a folder that is in use: %v", err)
	}
}

func TestASchemaNewerThanTheProgramIsLeftAsItIsAndRefusedInWordsWhereItSaysSo(t *testing.T) {
	t.Parallel()
	dir, _ := signed(t)
	in(t, dir, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`)
	if did, err := (store.Place{Dir: dir}).Migrate(t.Context()); err != nil || did.Found != 999 || did.Reached != 999 {
		t.Errorf("a newer schema that this program can work on: %+v, %v", did, err)
	}
	if r := verified(t, open(t, dir), nil); len(r.Faults) > 0 || r.Entries != 3 {
		t.Errorf("on a newer schema: %+v", r)
	}
	dir, _ = signed(t)
	in(t, dir, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`, `UPDATE meta SET value = '999' WHERE name = 'least schema'`)
	_, migrated := (store.Place{Dir: dir}).Migrate(t.Context())
	_, opened := store.Open(t.Context(), dir, time.Now)
	for what, err := range map[string]error{"migrate": migrated, "open": opened} {
		if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "999") {
			t.Errorf("%s: %v", what, err)
		}
	}
	in(t, dir, `DELETE FROM goose_db_version WHERE version_id = 999`)
	if r := verified(t, open(t, dir), nil); len(r.Faults) > 0 || r.Entries != 3 {
		t.Errorf("with the older schema again: %+v", r)
	}
}
