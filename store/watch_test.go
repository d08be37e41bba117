package store_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/trace"
	"chancery/internal/foldertest"
	"chancery/internal/postgrestest"
	"chancery/store"
)

// TestWhatTakesLongIsHeardOfUnderItsRequest, an act and a reading, and what does not is not.
func TestWhatTakesLongIsHeardOfUnderItsRequest(t *testing.T) {
	t.Parallel()
	s := open(t, foldertest.Fresh(t))
	heard := make(chan store.Slow, 10)
	ctx := trace.With(t.Context(), "abcdefgh")
	asks := func() {
		must(t, s.Store.Read(ctx, func(*store.Tx) error { return nil }))
		must(t, s.Store.Write(ctx, func(*store.Tx) error { return nil }))
	}
	s.WatchSlow(0, func(slow store.Slow) { heard <- slow })
	asks()
	for _, act := range []bool{false, true} {
		if slow := <-heard; slow.Act != act || slow.Request != "abcdefgh" {
			t.Errorf("heard of %+v, want an act: %t", slow, act)
		}
	}
	s.WatchSlow(time.Hour, func(slow store.Slow) { heard <- slow })
	asks()
	if len(heard) != 0 {
		t.Errorf("heard of %+v", <-heard)
	}
}

// TestWhoeverWatchesHearsOfWhatIsDurableAndOfNothingElse, and counts the sessions that go on, on both databases.
func TestWhoeverWatchesHearsOfWhatIsDurableAndOfNothingElse(t *testing.T) {
	t.Parallel()
	for name, fresh := range map[string]func(t *testing.T) kept{
		"sqlite":     func(t *testing.T) kept { t.Helper(); return open(t, foldertest.Fresh(t)) },
		"postgresql": func(t *testing.T) kept { t.Helper(); return openPostgres(t, postgrestest.Fresh(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := fresh(t)
			var mu sync.Mutex
			var heard []string
			writes := 0
			s.Watch(func(c store.Commit) {
				mu.Lock()
				defer mu.Unlock()
				heard = append(heard, c.Kinds...)
				writes += c.Writes
			})
			appends := func(kind string, then error) error {
				return s.Store.Write(t.Context(), func(tx *store.Tx) error {
					_, err := tx.Append("OUT-2026-1", kind, 1, office.Actor{Person: "p"}, []byte(`{}`))
					return errors.Join(err, then)
				})
			}
			must(t, appends("filed", nil))
			if err := appends("refused", errors.New("the act thinks better of it")); err == nil {
				t.Error("an act that fails is taken")
			}
			must(t, appends("commented", nil))
			must(t, s.Store.Write(t.Context(), func(tx *store.Tx) error {
				now := tx.Now()
				ago := func(d time.Duration) calendar.Instant { return calendar.InstantOf(now.Time().Add(-d)) }
				for i, one := range []account.Session{
					{Seen: now, Until: now.Add(time.Hour)},
					{Seen: ago(20 * time.Minute), Until: now.Add(time.Hour)},
					{Seen: ago(40 * time.Minute), Until: now.Add(time.Hour)},
					{Seen: now, Until: ago(time.Second)},
				} {
					one.ID, one.Account, one.Hash = string(rune('a'+i)), "a1", account.Hash{byte(i + 1)}
					if err := tx.SaveSession(one); err != nil {
						return err
					}
				}
				return nil
			}))
			mu.Lock()
			slices.Sort(heard)
			if got := strings.Join(heard, " "); got != "commented filed" || writes < 3 {
				t.Errorf("heard of %d writes with %s", writes, got)
			}
			mu.Unlock()
			n, err := s.Sessions(t.Context(), 30*time.Minute)
			if err != nil || n != 2 {
				t.Errorf("%d sessions go on, %v", n, err)
			}
			free, size, err := s.Room()
			if err != nil || free == 0 || size < free {
				t.Errorf("%d of %d bytes, %v", free, size, err)
			}
			if err := s.Refuses(); err != nil {
				t.Errorf("acts are refused: %v", err)
			}
		})
	}
}

func TestTheSchemaOfTheProgramIsTheOneThatANewFolderGets(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, open(t, dir).Close())
	did, err := store.Place{Dir: dir}.Migrate(t.Context())
	must(t, err)
	if known, err := store.Schema(); err != nil || known != did.Reached {
		t.Errorf("the program says %d, %v; the folder is at %d", known, err, did.Reached)
	}
}
