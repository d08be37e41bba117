package store_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/internal/postgrestest"
	"chancery/store"
	"chancery/store/storetest"
)

// machine is one whose clock, and whose own count of time, go as the test says.
type machine struct {
	*testing.T
	store  kept
	offset atomic.Int64 // of the clock, in nanoseconds
	passed atomic.Int64
	asleep atomic.Int64
}

// on opens a place on it; the clock is right as long as nobody sets it.
func on(t *testing.T, p store.Place) *machine {
	t.Helper()
	m := &machine{T: t}
	begun := time.Now()
	s, err := store.OpenSteady(t.Context(), p, func() time.Time {
		return begun.Add(time.Duration(m.offset.Load() + m.passed.Load()))
	}, func() time.Duration { return time.Duration(m.passed.Load()) }, func() time.Duration { return time.Duration(m.asleep.Load()) })
	must(t, err)
	m.store = kept{s}
	t.Cleanup(func() { _ = s.Close() })
	return m
}

func (m *machine) passes(d time.Duration) { m.passed.Add(int64(d)) }
func (m *machine) leaps(d time.Duration)  { m.offset.Add(int64(d)) }
func (m *machine) sleeps(d time.Duration) { m.asleep.Add(int64(d)); m.offset.Add(int64(d)) }

// acts wants an act to be done, and that a reading shows it as of now.
func (m *machine) acts() {
	m.Helper()
	m.passes(time.Second)
	if err := m.store.Write(m.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }); err != nil {
		m.Errorf("an act: %v", err)
	}
}

// refuses wants an act to be refused in words that have these in them, and reading to go on by the time that it must be.
func (m *machine) refuses(words string, late time.Duration) {
	m.Helper()
	m.passes(time.Second)
	err := m.store.Write(m.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err })
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), words) {
		m.Errorf("by a wrong clock: %v", err)
	}
	inWords(m.T, "a wrong clock", err)
	if err := m.store.Refuses(); fault.KindOf(err) != fault.Unavailable {
		m.Errorf("it is not said that acts are refused: %v", err)
	}
	must(m.T, m.store.Read(m.Context(), func(r storetest.Reading) error {
		if off := time.Since(r.Now().Time()).Abs(); off > late {
			m.Errorf("a reading is %s off", off)
		}
		_, err := r.Case("A")
		return err
	}))
}

// TestR05AClockThatFallsBackOrLeapsStopsActsUntilItIsRight on a single machine: it is held against the newest act and
// against how time passed. Small steps, and a machine that was asleep, stop nobody.
func TestR05AClockThatFallsBackOrLeapsStopsActsUntilItIsRight(t *testing.T) {
	t.Parallel()
	m := on(t, store.Place{Dir: t.TempDir()})
	m.acts()
	for _, step := range []time.Duration{-5 * time.Second, 5 * time.Second, -time.Minute, time.Minute} {
		m.leaps(step)
		m.acts()
	}
	for leap, words := range map[time.Duration]string{-time.Hour: "behind the newest act", -24 * time.Hour: "behind the newest act", 24 * time.Hour: "leapt ahead by 24h"} {
		m.leaps(leap)
		m.refuses(words, time.Minute)
		m.leaps(-leap)
		m.acts()
	}
	m.sleeps(20 * time.Hour) // an ordinary night
	m.acts()
}

// TestR05AClockThatFellBackThoughNobodyHasActedSinceIsSeen by how time passed; where it was put right, the program is
// started again.
func TestR05AClockThatFellBackThoughNobodyHasActedSinceIsSeen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := on(t, store.Place{Dir: dir})
	m.acts()
	m.passes(3 * time.Hour)
	m.acts()
	m.passes(3 * time.Hour)
	must(t, m.store.Timely(t.Context()))
	m.leaps(-time.Hour)
	m.refuses("fell back by 1h0m", 7*time.Hour)
	must(t, m.store.Close())
	again := on(t, store.Place{Dir: dir})
	again.leaps(5 * time.Hour)
	again.acts()
}

// TestR05AMachineThatStartsWithAClockBeforeTheNewestActTakesNoActs until its clock has come that far; who knows better
// takes the clock as it is.
func TestR05AMachineThatStartsWithAClockBeforeTheNewestActTakesNoActs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	m := on(t, store.Place{Dir: dir})
	m.acts()
	must(t, m.store.Close())
	early := func() time.Time { return time.Now().Add(-time.Hour) }
	for holds, want := range map[bool]fault.Kind{true: fault.Unavailable, false: fault.Ours} {
		s, err := store.Place{Dir: dir, HoldsClock: holds}.Open(t.Context(), early)
		must(t, err)
		err = kept{s}.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err })
		if fault.KindOf(err) != want {
			t.Errorf("held: %t: %v", holds, err)
		}
		must(t, s.Close())
	}
}

// TestR05ANodeWhoseClockIsNotTheServersTakesNoActsUntilItIs, and another node goes on.
func TestR05ANodeWhoseClockIsNotTheServersTakesNoActsUntilItIs(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Fresh(t)
	m, other := on(t, store.Place{Dir: t.TempDir(), DSN: dsn}), on(t, store.Place{Dir: t.TempDir(), DSN: dsn})
	m.acts()
	for _, step := range []time.Duration{-5 * time.Second, 5 * time.Second} {
		m.leaps(step)
		m.acts()
	}
	for leap, words := range map[time.Duration]string{
		-10 * time.Minute: "behind the database's", 10 * time.Minute: "ahead of the database's", -time.Hour: "behind the database's", 24 * time.Hour: "ahead of the database's",
	} {
		m.leaps(leap)
		m.refuses(words, 11*time.Minute)
		other.acts()
		m.leaps(-leap)
		m.acts()
	}
}
