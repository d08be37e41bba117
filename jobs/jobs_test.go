package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/internal/foldertest"
	"chancery/jobs"
	"chancery/store"
)

// house is a store with a movable clock, and a desk that does what the test says.
type house struct {
	*testing.T
	store *store.Store
	mu    sync.Mutex
	now   time.Time
	ran   map[string]int
	fails func(key string) error
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, now: time.Date(2026, 9, 14, 1, 0, 0, 0, time.UTC), ran: map[string]int{}}
	s, err := store.Open(t.Context(), foldertest.Fresh(t), h.clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h.store = s
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) later(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(by)
}

func (h *house) runner() *jobs.Runner {
	return jobs.New(jobs.Config{Queue: h.store, Desk: h, Clock: h.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
}

// plans plans a tick, so long from now.
func (h *house) plans(key string, in time.Duration) {
	h.Helper()
	err := h.store.Write(h.Context(), func(t *store.Tx) error {
		return t.Plan(job.Job{Kind: job.Tick, Key: key, Due: calendar.InstantOf(h.clock().Add(in))})
	})
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) due(r *jobs.Runner) {
	h.Helper()
	if _, err := r.RunDue(h.Context()); err != nil {
		h.Fatal(err)
	}
}

func (h *house) times(key string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ran[key]
}

// troubled is the one job that failed.
func (h *house) troubled() job.Job {
	h.Helper()
	var all []job.Job
	if err := h.store.Read(h.Context(), func(t *store.Tx) (err error) { all, err = t.TroubledJobs(10); return err }); err != nil {
		h.Fatal(err)
	}
	if len(all) != 1 {
		h.Fatalf("%d jobs failed, want one", len(all))
	}
	return all[0]
}

func (h *house) TickCase(_ context.Context, no string) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ran[no]++
	if h.fails != nil {
		return 0, h.fails(no)
	}
	return 1, nil
}

func (h *house) Deliver(context.Context, string, []string) error { return nil }

func (h *house) Outgoing(_ context.Context, key string) (job.Parcel, string, bool, error) {
	way, _, _ := strings.Cut(key, "/")
	return job.Parcel{}, way, true, nil
}

// Send counts a message by its way.
func (h *house) Send(context.Context, job.Parcel) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ran["sent"]++
	return nil
}

func (h *house) Sent(context.Context, string) error            { return nil }
func (h *house) Unwanted(context.Context, string) error        { return nil }
func (h *house) NotSent(context.Context, string, string) error { return nil }
func (h *house) Digest(context.Context) (int, error)           { return 0, nil }
func (h *house) Recount(context.Context) (int, error)          { return 0, nil }
func (h *house) ComeBack(context.Context) (int, error)         { return 0, nil }
func (h *house) Tidy(context.Context) (int, error)             { return 0, nil }

func (h *house) SuspendDormant(context.Context) (int, error) { return 0, nil }

// TestAJobIsRunAtItsInstantAndOnce, and what is planned anew runs at the new instant alone.
func TestAJobIsRunAtItsInstantAndOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.runner()
	h.plans("early", time.Hour)
	h.plans("moved", time.Hour)
	h.plans("moved", 3*time.Hour)
	for _, at := range []struct{ early, moved int }{{0, 0}, {1, 0}, {1, 0}, {1, 1}, {1, 1}} {
		h.due(r)
		if h.times("early") != at.early || h.times("moved") != at.moved {
			t.Errorf("at %s: run %v, want %+v", h.clock().Format(time.TimeOnly), h.ran, at)
		}
		h.later(time.Hour + time.Second)
	}
}

// TestWhatFailsIsTriedAgainWithLongerPausesAndThenGivenUp, and goes on when an administrator has it tried again. A panic is
// a failure like any other.
func TestWhatFailsIsTriedAgainWithLongerPausesAndThenGivenUp(t *testing.T) {
	t.Parallel()
	h := open(t)
	r := h.runner()
	h.fails = func(string) error { panic("the press is jammed") }
	h.plans("a", 0)
	h.due(r)
	h.due(r)
	if j := h.troubled(); h.times("a") != 1 || j.State(calendar.InstantOf(h.clock())) != job.Retrying || j.Why == "" {
		t.Fatalf("run %d times, then %+v", h.times("a"), j)
	}
	begun := h.clock()
	for h.troubled().Failed == 0 {
		h.later(time.Minute)
		h.due(r)
	}
	if took := h.clock().Sub(begun); h.times("a") != 16 || took < 20*time.Hour || took > 36*time.Hour {
		t.Errorf("given up after %d tries and %s", h.times("a"), took)
	}
	h.later(48 * time.Hour)
	h.due(r)
	if h.times("a") != 16 {
		t.Error("what was given up was tried by itself")
	}
	h.fails = nil
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		there, err := tx.Retry(h.troubled().ID)
		if !there {
			t.Error("there is nothing to try again")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.due(r)
	if h.times("a") != 17 {
		t.Errorf("tried %d times", h.times("a"))
	}
}

// TestAFailureForGoodIsGivenUpAtOnce: no second try would help.
func TestAFailureForGoodIsGivenUpAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.fails = func(string) error { return fmt.Errorf("no such address: %w", jobs.ErrForGood) }
	h.plans("a", 0)
	h.due(h.runner())
	if j := h.troubled(); j.Failed == 0 || h.times("a") != 1 {
		t.Errorf("run %d times, then %+v", h.times("a"), j)
	}
}

// TestAMessageWaitsForAWayThatIsNotSetUp: it is neither given up nor called a failure, and leaves once there is one.
func TestAMessageWaitsForAWayThatIsNotSetUp(t *testing.T) {
	t.Parallel()
	h := open(t)
	if err := h.store.Write(t.Context(), func(tx *store.Tx) error {
		return tx.Plan(job.Job{Kind: job.Send, Key: "mail/1", Due: calendar.InstantOf(h.clock())})
	}); err != nil {
		t.Fatal(err)
	}
	for range 48 {
		h.due(h.runner())
		h.later(time.Hour)
	}
	if err := h.store.Read(t.Context(), func(tx *store.Tx) error {
		all, err := tx.TroubledJobs(10)
		if len(all) != 0 {
			t.Errorf("it is in trouble: %+v", all)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	h.due(jobs.New(jobs.Config{
		Queue: h.store, Desk: h, Clock: h.clock, Log: slog.New(slog.DiscardHandler), Ways: []jobs.Way{{Name: "mail", Sender: h}},
	}))
	if h.times("sent") != 1 {
		t.Errorf("it left %d times", h.times("sent"))
	}
}

// TestWhatIsPlannedWhileItRunsIsNotLost: the answer of the older turn says nothing about the present one.
func TestWhatIsPlannedWhileItRunsIsNotLost(t *testing.T) {
	t.Parallel()
	for _, failure := range []error{nil, errors.New("it failed meanwhile")} {
		h := open(t)
		h.plans("a", 0)
		taken, err := h.store.Take(t.Context(), false, 10)
		if err != nil || len(taken) != 1 {
			t.Fatalf("%+v, %v", taken, err)
		}
		h.plans("a", time.Hour)
		result := job.Result{Job: taken[0]}
		if failure != nil {
			result = job.After(taken[0], calendar.InstantOf(h.clock()), failure.Error())
		}
		if err := h.store.Settle(t.Context(), result); err != nil {
			t.Fatal(err)
		}
		h.later(time.Hour + time.Second)
		h.due(h.runner())
		if h.times("a") != 1 {
			t.Errorf("after %v it was run %d times", failure, h.times("a"))
		}
	}
}

// TestAJobIsRunSoonAfterItsCommit: the runner is told, also behind what is due much later, and stops when it is told to.
func TestAJobIsRunSoonAfterItsCommit(t *testing.T) {
	t.Parallel()
	h := open(t)
	did := make(chan struct{}, 1)
	h.fails = func(string) error { did <- struct{}{}; return nil }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { h.runner().Run(ctx); close(ended) }()
	h.plans("later", time.Hour)
	h.plans("a", 0)
	select {
	case <-did:
	case <-time.After(10 * time.Second):
		t.Error("nobody ran it")
	}
	stop()
	<-ended
}
