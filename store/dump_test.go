package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/internal/postgrestest"
	"chancery/store"
)

// taking is a backup of this moment.
func taking() store.Taking {
	return store.Taking{Program: "a test", At: calendar.InstantOf(time.Now())}
}

// restoring restores without a look at what the cases say.
func restoring() store.Restoring {
	return store.Restoring{At: calendar.InstantOf(time.Now()), Clock: time.Now}
}

// worked is an office that has worked: acts, a case found by its words, attached files.
func worked(t *testing.T, s kept) {
	t.Helper()
	ctx := t.Context()
	for i := range plan() {
		must(t, s.Store.Write(ctx, func(w *store.Tx) error { return whole(w, i) }))
	}
	must(t, s.Store.Write(ctx, func(w *store.Tx) error {
		return w.SaveWords("A", []string{"澜川市港航局赴日本", "shore power 2026"}, nil)
	}))
	for _, said := range []string{"invitation", "itinerary", ""} {
		_, err := s.KeepBlob(ctx, []byte(said))
		must(t, err)
	}
}

// sameTables wants two offices to hold the same.
func sameTables(t *testing.T, a, b []store.TableSum) {
	t.Helper()
	if len(a) != len(b) || len(a) == 0 {
		t.Fatalf("%d tables and %d", len(a), len(b))
	}
	for i := range a {
		if a[i].Name != b[i].Name || a[i].Rows != b[i].Rows || a[i].Digest != b[i].Digest || !slices.Equal(a[i].Columns, b[i].Columns) {
			t.Errorf("%+v\nbut\n%+v", a[i], b[i])
		}
	}
}

func digests(t *testing.T, p store.Place) []store.TableSum {
	t.Helper()
	sums, err := p.Digests(t.Context())
	must(t, err)
	return sums
}

// TestAnOfficeMovesBetweenTheDatabasesAndBack: SQLite, PostgreSQL, SQLite, and every row is as it was.
func TestAnOfficeMovesBetweenTheDatabasesAndBack(t *testing.T) {
	t.Parallel()
	first := store.Place{Dir: filepath.Join(t.TempDir(), "office")}
	s := open(t, first.Dir)
	worked(t, s)
	must(t, s.Close())
	head := headOf(t, first)
	second := store.Place{Dir: filepath.Join(t.TempDir(), "office"), DSN: postgrestest.Empty(t)}
	third := store.Place{Dir: filepath.Join(t.TempDir(), "deep", "office")}
	before := digests(t, first)
	for _, way := range [][2]store.Place{{first, second}, {second, third}} {
		r, err := way[0].Move(t.Context(), way[1], "a test", restoring())
		must(t, err)
		if r.NewKey != "" || r.Manifest.Head.Root != head {
			t.Errorf("%+v", r)
		}
		sameTables(t, before, digests(t, way[1]))
		if _, err := os.Stat(way[1].Dir + ".moving"); !os.IsNotExist(err) {
			t.Errorf("the file of the move: %v", err)
		}
	}
	sameTables(t, before, digests(t, first))
	server, err := sql.Open("pgx", second.DSN)
	must(t, err)
	var counted float64
	must(t, server.QueryRowContext(t.Context(), `SELECT reltuples FROM pg_class WHERE relname = 'entries' AND relnamespace = current_schema()::regnamespace`).Scan(&counted))
	must(t, server.Close())
	if counted <= 0 {
		t.Errorf("the server plans by %.0f entries: it has not counted what was loaded", counted)
	}
	for _, p := range []store.Place{second, third} { // it is an office that acts, signs and finds
		m, err := p.Open(context.Background(), time.Now)
		must(t, err)
		s := kept{m}
		if !s.Signs() {
			t.Error("the moved office has no key")
		}
		for i, said := range []string{"invitation", "itinerary", ""} {
			hash, err := s.KeepBlob(t.Context(), []byte(said))
			must(t, err)
			if got, err := s.Blob(t.Context(), hash); err != nil || string(got) != said {
				t.Errorf("file %d: %q, %v", i, got, err)
			}
		}
		must(t, s.Store.Write(t.Context(), func(w *store.Tx) error { return w.Note("moved", fmt.Sprint(p.DSN != "")) }))
		must(t, s.Close())
	}
}

// headOf is the root of an office's record.
func headOf(t *testing.T, p store.Place) string {
	t.Helper()
	s, err := p.Open(context.Background(), time.Now)
	must(t, err)
	head, err := s.Head(t.Context())
	must(t, err)
	must(t, s.Close())
	return head.Root
}
