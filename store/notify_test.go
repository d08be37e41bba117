package store_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"chancery/internal/foldertest"
	"chancery/internal/postgrestest"
	"chancery/store"
	"chancery/store/storetest"
)

// listens lets a test wait for what a node hears.
func listens(s kept) <-chan store.Changed {
	heard := make(chan store.Changed, 10_000)
	s.Follow(func(c store.Changed) { heard <- c })
	return heard
}

// hears waits until a node hears of a chain, or that anything may have changed.
func hears(t *testing.T, heard <-chan store.Changed, is func(store.Changed) bool) {
	t.Helper()
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	for {
		select {
		case c := <-heard:
			if is(c) {
				return
			}
		case <-late.C:
			t.Fatal("nothing is heard of what changed")
		}
	}
}

func grew(chain string) func(store.Changed) bool {
	return func(c store.Changed) bool { return !c.All && c.Has(chain) }
}

func anything(c store.Changed) bool { return c.All }

func doA(s kept, no string) error {
	return s.Write(context.Background(), func(w storetest.Writing) error { _, err := storetest.Do(w, no); return err })
}

// TestWhatOneNodeChangesTheOthersHearOf, and this one too; on one machine with a file all the same.
func TestWhatOneNodeChangesTheOthersHearOf(t *testing.T) {
	t.Parallel()
	_, all := nodes(t, 2)
	near, far := listens(all[0]), listens(all[1])
	hears(t, far, anything)
	must(t, doA(all[0], "A"))
	hears(t, near, grew("A"))
	hears(t, far, grew("A"))
	must(t, doA(all[1], "B"))
	hears(t, near, grew("B"))
	alone := open(t, foldertest.Fresh(t))
	own := listens(alone)
	must(t, doA(alone, "C"))
	hears(t, own, grew("C"))
}

// TestANodeThatClosesTellsWhatItDidLast: a command of the machine's operator is gone a moment after its act.
func TestANodeThatClosesTellsWhatItDidLast(t *testing.T) {
	t.Parallel()
	dsn, all := nodes(t, 1)
	heard := listens(all[0])
	hears(t, heard, anything)
	s, err := store.OpenPostgres(t.Context(), dsn, t.TempDir(), time.Now)
	must(t, err)
	must(t, doA(kept{s}, "A"))
	must(t, doA(kept{s}, "B"))
	must(t, s.Close())
	hears(t, heard, grew("B"))
}

// TestANodeWhoseLineWasLostTakesEverythingForChanged once it hears again.
func TestANodeWhoseLineWasLostTakesEverythingForChanged(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Fresh(t)
	near := openPostgres(t, dsn)
	door := newWire(t, dsn)
	far := openPostgres(t, door.dsn)
	heard := listens(far)
	hears(t, heard, anything)
	door.cut()
	must(t, doA(near, "A"))
	door.mend()
	hears(t, heard, anything)
	must(t, doA(near, "B"))
	hears(t, heard, grew("B"))
}

// TestMoreChangesThanOneTellingHoldsAreToldAsEverything.
func TestMoreChangesThanOneTellingHoldsAreToldAsEverything(t *testing.T) {
	t.Parallel()
	_, all := nodes(t, 2)
	heard := listens(all[1])
	hears(t, heard, anything)
	must(t, all[0].Write(t.Context(), func(w storetest.Writing) error {
		for i := range 1000 {
			if _, err := storetest.Do(w, "OUT-2026-"+strconv.Itoa(i)); err != nil {
				return err
			}
		}
		return nil
	}))
	hears(t, heard, anything)
}
