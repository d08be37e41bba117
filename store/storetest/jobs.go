package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"chancery/core/job"
)

// jobs: what an act plans is there with the act and not without it; of many who take at once each job is given to one; it
// is given again once its holder had it too long, and not after it was done.
func jobs(t *testing.T, at Place) {
	t.Helper()
	var mu sync.Mutex
	now := time.Date(2026, 9, 14, 1, 0, 0, 0, time.UTC)
	s, err := at(t.Context(), func() time.Time { mu.Lock(); defer mu.Unlock(); return now })
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	for i := range 50 {
		err := s.Write(t.Context(), func(w Writing) error {
			if err := w.Plan(job.Job{Kind: job.Tick, Key: fmt.Sprint(i), Due: w.Now()}); err != nil {
				return err
			}
			if i%5 == 0 {
				return errChanged
			}
			return nil
		})
		if err != nil && !errors.Is(err, errChanged) {
			t.Fatal(err)
		}
	}
	taken := func() []job.Job {
		var all []job.Job
		var takers sync.WaitGroup
		for range 4 {
			takers.Go(func() {
				for {
					some, err := s.Take(t.Context(), false, 7)
					if err != nil {
						t.Error(err)
					}
					if len(some) == 0 {
						return
					}
					mu.Lock()
					all = append(all, some...)
					mu.Unlock()
				}
			})
		}
		takers.Wait()
		return all
	}
	first := taken()
	seen := map[string]bool{}
	for _, j := range first {
		if seen[j.Key] {
			t.Errorf("job %s was given twice", j.Key)
		}
		seen[j.Key] = true
	}
	if len(first) != 40 {
		t.Fatalf("%d jobs were given of 40 that were committed", len(first))
	}
	must(t, s.Settle(t.Context(), job.Result{Job: first[0]}))
	mu.Lock()
	now = now.Add(job.HeldFor + time.Second)
	mu.Unlock()
	if again := taken(); len(again) != 39 {
		t.Errorf("%d jobs are given again of 39 whose holders are gone", len(again))
	}
}
