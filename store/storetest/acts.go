package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

func numbers(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	var (
		mu  sync.Mutex
		got []int
		all sync.WaitGroup
	)
	for i := range 300 {
		all.Go(func() {
			var n int
			err := s.Write(t.Context(), func(w Writing) (err error) {
				if n, err = w.NextNumber("out", 2026); err == nil && i%3 == 0 {
					return errChanged
				}
				return err
			})
			if i%3 == 0 {
				if !errors.Is(err, errChanged) {
					t.Errorf("an act that failed came back as %v", err)
				}
				return
			}
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			got = append(got, n)
		})
	}
	all.Wait()
	slices.Sort(got)
	for i, n := range got {
		if n != i+1 {
			t.Fatalf("number %d is %d: an act that fails gives its number back", i+1, n)
		}
	}
	must(t, s.Write(t.Context(), func(w Writing) error { // each series and each year counts for itself, within an act too
		for _, c := range []struct {
			series string
			year   int
			want   int
		}{{"out", 2026, 201}, {"out", 2027, 1}, {"in", 2026, 1}, {"in", 2026, 2}} {
			if n, err := w.NextNumber(c.series, c.year); err != nil || n != c.want {
				t.Errorf("%s %d: %d, %v; want %d", c.series, c.year, n, err, c.want)
			}
		}
		return nil
	}))
}

// errChanged is what an act that must leave nothing behind fails with.
var errChanged = errors.New("changed its mind")

func requests(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	must(t, s.Write(t.Context(), func(w Writing) error {
		if _, ok, err := w.Answered("request-1"); ok || err != nil {
			t.Errorf("answered before it was asked: %t, %v", ok, err)
		}
		return nil
	}))
	if err := s.Write(t.Context(), func(w Writing) error {
		return errors.Join(w.Remember("request-1", []byte(`{"n":0}`)), errChanged)
	}); !errors.Is(err, errChanged) {
		t.Errorf("an act that failed came back as %v", err)
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if err := s.Write(t.Context(), func(w Writing) error {
				said, ok, err := w.Answered("request-1")
				if err != nil || ok {
					if string(said) != `{"n":1}` {
						t.Errorf("answered %s", said)
					}
					return err
				}
				if _, err := Do(w, "OUT-2026-1"); err != nil {
					return err
				}
				return w.Remember("request-1", []byte(`{"n":1}`))
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if head, err := s.Head(t.Context()); err != nil || head.Entries != 1 {
		t.Errorf("%d entries, %v", head.Entries, err)
	}
	if err := s.Write(t.Context(), func(w Writing) error { return w.Remember("request-1", []byte(`{"n":2}`)) }); err == nil {
		t.Error("a request was given a second answer")
	}
}

func allOrNothing(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			err := s.Write(t.Context(), func(w Writing) error {
				if _, err := Do(w, fmt.Sprintf("OUT-2026-%d", i%7)); err != nil { // an act that fails and one that does not meet in a case
					return err
				}
				if i%3 == 0 {
					return errChanged
				}
				return nil
			})
			if want := i%3 == 0; want != errors.Is(err, errChanged) || (!want && err != nil) {
				t.Errorf("act %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if found := faults(t, s, nil); len(found) > 0 {
		t.Errorf("after acts that failed: %v", found)
	}
	read(t, s, func(r Reading) error {
		last, err := r.LastEntry()
		cases, casesErr := r.Cases(casework.Filter{Sight: casework.Everything()})
		if last != 40 || len(cases) != 7 {
			t.Errorf("%d entries and %d cases; 40 acts were done in 7", last, len(cases))
		}
		return errors.Join(err, casesErr)
	})
}

func noPart(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	act(t, s, "OUT-2026-1")
	before := state(t, s)
	if err := s.Write(t.Context(), func(w Writing) error {
		_, err := Do(w, "OUT-2026-1")
		_, other := Do(w, "OUT-2026-2")
		_, number := w.NextNumber("out", 2026)
		return errors.Join(err, other, number, w.SaveOffice(office.Office{Name: text.Text{ZH: "别的", EN: "another"}}),
			w.Outbox([]casework.Message{{To: "a"}}), w.Remember("r", []byte(`1`)), errChanged)
	}); !errors.Is(err, errChanged) {
		t.Fatal(err)
	}
	if after := state(t, s); after != before {
		t.Errorf("an act that failed at its end left something:\n%s\nwas\n%s", after, before)
	}
}

func panics(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was lost")
			}
		}()
		_ = s.Write(t.Context(), func(w Writing) error {
			if _, err := Do(w, "OUT-2026-9"); err != nil {
				t.Error(err)
			}
			panic("ours")
		})
	}()
	act(t, s, "OUT-2026-1")
	read(t, s, func(r Reading) error {
		if _, err := r.Case("OUT-2026-9"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an act that panicked left its case: %v", err)
		}
		return nil
	})
}

func oneState(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	done := make(chan struct{})
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for range 15 {
				if err := s.Write(t.Context(), func(w Writing) error { // two cases always move together
					_, err := Do(w, fmt.Sprintf("L-%d", i))
					_, other := Do(w, fmt.Sprintf("R-%d", i))
					return errors.Join(err, other)
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	go func() { writers.Wait(); close(done) }()
	for over := false; !over; {
		select {
		case <-done:
			over = true
		default:
		}
		read(t, s, func(r Reading) error {
			version := map[string]int{}
			cases, err := r.Cases(casework.Filter{Sight: casework.Everything()})
			for _, c := range cases {
				entries, err := r.Entries(c.No)
				rows, rowsErr := r.RowsOf(c.No)
				if len(entries) != c.Version || len(rows) != 1 || rows[0].Until != c.Filed.AddDays(c.Version) || err != nil || rowsErr != nil {
					t.Errorf("%s in version %d has %d entries and the rows %v: %v, %v", c.No, c.Version, len(entries), rows, err, rowsErr)
				}
				version[c.No] = c.Version
			}
			for i := range 4 {
				if l, r := version[fmt.Sprintf("L-%d", i)], version[fmt.Sprintf("R-%d", i)]; l != r {
					t.Errorf("one act was seen by half: %d and %d", l, r)
				}
			}
			return err
		})
	}
}

func noWaiting(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	act(t, s, "OUT-2026-1")
	begun, go1 := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- s.Write(t.Context(), func(w Writing) error {
			_, err := Do(w, "OUT-2026-1")
			close(begun)
			<-go1
			return err
		})
	}()
	<-begun
	read(t, s, func(r Reading) error {
		c, err := r.Case("OUT-2026-1")
		if c.Version != 1 {
			t.Errorf("an act that has not ended is seen: version %d", c.Version)
		}
		return err
	})
	close(go1)
	must(t, <-ended)
	read(t, s, func(r Reading) error {
		c, err := r.Case("OUT-2026-1")
		if c.Version != 2 {
			t.Errorf("an act that was acknowledged is not seen: version %d", c.Version)
		}
		return err
	})
}

func instants(t *testing.T, at Place) {
	t.Helper()
	still := time.Date(2026, 10, 8, 1, 0, 0, 0, time.UTC)
	var last calendar.Instant
	for i, clock := range []time.Time{still, still, still.Add(-time.Hour)} { // opened anew each time, the last time an hour back
		s, err := at(t.Context(), func() time.Time { return clock })
		must(t, err)
		for range 3 {
			must(t, s.Write(t.Context(), func(w Writing) error {
				if w.Now() <= last {
					t.Errorf("opening %d: %s after %s", i+1, w.Now(), last)
				}
				last = w.Now()
				_, err := Do(w, "OUT-2026-1")
				return err
			}))
		}
		read(t, s, func(r Reading) error {
			if r.Now() < last {
				t.Errorf("a reading at %s is before the act at %s that it sees", r.Now(), last)
			}
			return nil
		})
		must(t, s.Close())
	}
}

func closed(t *testing.T, at Place) {
	t.Helper()
	s, err := at(t.Context(), time.Now)
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
	err = s.Write(t.Context(), func(Writing) error { t.Error("an act was taken"); return nil })
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("refused as %v", err)
	}
	for _, f := range fault.All(err) {
		if f.Text.ZH == "" || f.Text.EN == "" {
			t.Errorf("refused without words: %+v", f)
		}
	}
}
