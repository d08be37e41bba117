package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/jobs"
	"chancery/store"
)

// TestTheDailyBackupIsTakenOnceADayByOneOfThoseToldTo: it is in nobody else's queue; one that fails is tried again in sight of
// the administrator, one that is broken off is given back.
func TestTheDailyBackupIsTakenOnceADayByOneOfThoseToldTo(t *testing.T) {
	t.Parallel()
	h := open(t) // 14 September, 09:00 in the office
	taken := 0
	var fails error
	ctx, stop := context.WithCancel(t.Context())
	told := func() *jobs.Runner {
		r := h.runner()
		r.Backup = &jobs.Backup{Hour: 2, Minute: 30, Take: func(ctx context.Context) error {
			taken++
			return errors.Join(fails, ctx.Err())
		}}
		return r
	}
	one, other, nobody := told(), told(), h.runner()
	day := func(ctx context.Context, want int) {
		t.Helper()
		h.due(nobody)
		for range 2 {
			for _, r := range []*jobs.Runner{one, other} {
				if err := r.BackUp(ctx); err != nil {
					t.Fatal(err)
				}
			}
		}
		if taken != want {
			t.Fatalf("taken %d times, want %d", taken, want)
		}
	}
	day(ctx, 0)
	h.later(17*time.Hour + 29*time.Minute) // 02:29
	day(ctx, 0)
	h.later(time.Minute + time.Second)
	day(ctx, 1)
	h.later(24 * time.Hour)
	fails = errors.New("the disk of the backups is full")
	day(ctx, 2)
	if j := h.troubled(); j.Kind != job.Backup || j.Why != fails.Error() || j.State(calendar.InstantOf(h.clock())) != job.Retrying {
		t.Errorf("%+v", j)
	}
	fails = nil
	h.later(time.Minute)
	day(ctx, 3)
	h.later(24 * time.Hour)
	stop()
	_ = one.BackUp(ctx) // told to stop before it looked
	var counted []job.Count
	if err := h.store.Read(t.Context(), func(tx *store.Tx) (err error) { counted, err = tx.CountJobs(); return err }); err != nil {
		t.Fatal(err)
	}
	for _, c := range counted {
		if c.Kind == job.Backup && (c.Waiting != 1 || c.Ran == 0) {
			t.Errorf("%+v", c)
		}
	}
	day(t.Context(), 4)
}

// TestABackupThatIsBrokenOffIsTakenByTheNext: at once, and not as one that failed.
func TestABackupThatIsBrokenOffIsTakenByTheNext(t *testing.T) {
	t.Parallel()
	h := open(t)
	begun := make(chan struct{})
	r := h.runner()
	r.Backup = &jobs.Backup{Hour: 2, Take: func(ctx context.Context) error {
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	}}
	if err := r.BackUp(t.Context()); err != nil { // plans it
		t.Fatal(err)
	}
	h.later(24 * time.Hour)
	ctx, stop := context.WithCancel(t.Context())
	var ends sync.WaitGroup
	ends.Go(func() {
		if err := r.BackUp(ctx); err != nil {
			t.Error(err)
		}
	})
	<-begun
	stop()
	ends.Wait()
	var troubled []job.Job
	if err := h.store.Read(t.Context(), func(tx *store.Tx) (err error) { troubled, err = tx.TroubledJobs(10); return err }); err != nil || len(troubled) > 0 {
		t.Errorf("%+v, %v", troubled, err)
	}
	taken := false
	next := h.runner()
	next.Backup = &jobs.Backup{Hour: 2, Take: func(context.Context) error { taken = true; return nil }}
	if err := next.BackUp(t.Context()); err != nil || !taken {
		t.Errorf("taken by the next: %t, %v", taken, err)
	}
}
