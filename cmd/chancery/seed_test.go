package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/desk"
	"chancery/internal/postgrestest"
	"chancery/library"
	"chancery/store"
)

// seedRows is the digest of the rows of all cases of an invented office, as they stand in canonical form.
func seedRows(t *testing.T, place store.Place) (digest string, states map[casework.State]int) {
	t.Helper()
	s, err := place.Open(t.Context(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	h := sha256.New()
	states = map[casework.State]int{}
	err = s.Read(t.Context(), func(tx *store.Tx) error {
		cases, err := tx.Cases(casework.Filter{Sight: casework.Everything()})
		for _, c := range cases {
			body, err := journal.Canonical(c)
			if err != nil {
				return err
			}
			h.Write(body)
			states[c.State]++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil)), states
}

func TestTheSameArgumentsMakeUpTheSameOffice(t *testing.T) {
	t.Parallel()
	seed := func(args ...string) string {
		folder := t.TempDir()
		answered[seeded](t, append([]string{"seed", "--data", folder, "--cases", "12", "--people", "20", "--years", "1", "--until", "2026-11-30"}, args...)...)
		digest, states := seedRows(t, store.Place{Dir: folder})
		if states[casework.Closed] == 0 || states[casework.Closed] == 12 {
			t.Errorf("an office of years has cases of many states, most of them closed: %v", states)
		}
		return digest
	}
	first := seed()
	if seed() != first {
		t.Error("the same arguments made up another office")
	}
	if seed("--seed", "2") == first {
		t.Error("another seed made up the same office")
	}
}

func TestAnInventedOfficeIsTheSameOnPostgreSQL(t *testing.T) {
	t.Parallel()
	args := []string{"seed", "--cases", "6", "--people", "20", "--years", "1", "--until", "2026-11-30", "--data"}
	alone, beside, db := t.TempDir(), t.TempDir(), postgrestest.Empty(t)
	answered[seeded](t, append(args, alone)...)
	answered[seeded](t, append(args, beside, "--database", db)...)
	one, _ := seedRows(t, store.Place{Dir: alone})
	if other, _ := seedRows(t, store.Place{Dir: beside, DSN: db}); other != one {
		t.Error("the databases hold other cases")
	}
}

// TestWhatIsHeldWhileAnOfficeIsMadeUpIsWrittenInTheEnd: each case is what its entries say, and is found by what it is.
func TestWhatIsHeldWhileAnOfficeIsMadeUpIsWrittenInTheEnd(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	answered[seeded](t, "seed", "--data", folder, "--cases", "12", "--people", "20", "--years", "1", "--until", "2026-11-30")
	var said bytes.Buffer
	if code := run(t.Context(), []string{"journal", "verify", "--data", folder}, &said, &said); code != exitDone {
		t.Error(said.String())
	}
	s, err := store.Open(t.Context(), folder, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // what is asked of it was answered
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	d := desk.New(desk.Kept(s), lib)
	keys, err := d.Resight(t.Context())
	if err != nil || keys != 0 {
		t.Errorf("of %d cases the keys were others: %v", keys, err)
	}
	words, err := d.Reword(t.Context())
	if err != nil || words != 0 {
		t.Errorf("%d cases were found by other words: %v", words, err)
	}
}

func TestAnOfficeThatWasNotMadeUpToTheEndIsRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	answered[seeded](t, "seed", "--data", folder, "--cases", "1", "--people", "20", "--years", "1", "--until", "2026-11-30")
	s, err := store.Open(t.Context(), folder, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	fill, err := desk.New(desk.Kept(s), lib).Fill(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	trouble := errors.New("trouble in an act")
	if err := fill.At(t.Context(), 1, func(*desk.Desk) error { return trouble }); !errors.Is(err, trouble) {
		t.Errorf("an act failed with %v", err)
	}
	if err := fill.End(t.Context()); fault.KindOf(err) != fault.Conflict {
		t.Errorf("after an act that failed, the end is %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if code := run(t.Context(), []string{"case", "list", "--data", folder}, &said, &said); code != exitConflict {
		t.Errorf("it is answered with %d: %s", code, said.String())
	}
}

// TestYearsThatAreMadeUpAreNoLeapOfTheClock: the program as it is started holds its clock against the machine's.
func TestYearsThatAreMadeUpAreNoLeapOfTheClock(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	args := []string{"seed", "--data", t.TempDir(), "--cases", "2", "--people", "20", "--years", "1", "--until", "2026-11-30"}
	if code := byClock(t.Context(), time.Now, &said, &said, args...); code != exitDone {
		t.Error(said.String())
	}
}

func TestAnOfficeIsMadeUpInAnEmptyPlaceOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	args := []string{"seed", "--data", folder, "--cases", "1", "--people", "20", "--years", "1"}
	var out, errs bytes.Buffer
	if code := run(t.Context(), args, &out, &errs); code != exitDone {
		t.Fatal(errs.String())
	}
	if code := run(t.Context(), args, &out, &errs); code != exitConflict {
		t.Errorf("a second office is answered with %d: %s", code, errs.String())
	}
	if code := run(t.Context(), []string{"seed", "--data", t.TempDir(), "--people", "1"}, &out, &errs); code != exitBadInput {
		t.Errorf("an office of one person is answered with %d", code)
	}
}
