package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"chancery/desk"
)

// fillDemo makes the invented office's year through the same acts that people
// do, day by day over a moved clock: what stands in the demo was filed, signed,
// noticed and decided like any other case, and the journal proves it.
func fillDemo(ctx context.Context, d *desk.Desk, clock *demoClock) error {
	defer debug.SetGCPercent(debug.SetGCPercent(250)) // a burst of work, after which the memory is given back
	defer debug.FreeOSMemory()
	clock.set(demoBegin())
	if err := d.ContinueNumbers(ctx, "outbound-trip", 2026, demoOnPaper); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	f := &demo{ctx: ctx, desk: d.Quietly(), clock: clock, due: map[string][]demoStep{}}
	f.plan()
	days, err := f.days()
	if err != nil {
		return err
	}
	if err := f.work(days, stop); err != nil {
		return err
	}
	clock.set(demoToday())
	return nil
}

// demoDay is what is done on a day, from the hour at which it begins.
type demoDay struct {
	begin time.Time
	steps []demoStep
}

// demoStep is one act of the demo; the hour orders the acts of a day.
type demoStep struct {
	hour int
	do   demoAct
}

type demoAct func(d *desk.Desk, at time.Time) error

type demo struct {
	ctx   context.Context //nolint:containedctx // lives as long as one call of fillDemo
	desk  *desk.Desk
	clock *demoClock
	due   map[string][]demoStep
}

// days are those on which something is due, up to the day on which the demo stands.
func (f *demo) days() ([]demoDay, error) {
	var out []demoDay
	for day, steps := range f.due {
		begin, err := time.ParseInLocation("2006-01-02", day, desk.OfficeZone())
		if err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
		begin = begin.Add(9*time.Hour + 20*time.Minute)
		if begin.After(demoToday().Add(time.Hour)) {
			continue
		}
		slices.SortStableFunc(steps, func(a, b demoStep) int { return a.hour - b.hour })
		out = append(out, demoDay{begin, steps})
	}
	slices.SortFunc(out, func(a, b demoDay) int { return a.begin.Compare(b.begin) })
	return out, nil
}

// work does the days one after the other. Each is a transaction of its own at its
// own instant; the next one waits before the store already while one is done, so
// that many share a commit: the demo is to be there at once.
func (f *demo) work(days []demoDay, stop context.CancelCauseFunc) error {
	if len(days) == 0 {
		return nil
	}
	f.clock.set(days[0].begin)
	var (
		waiting sync.WaitGroup
		one     sync.Mutex // held by the day that is done; the store does one at a time
		failed  error      // of a day that was done
	)
	for i, day := range days {
		begun := make(chan struct{})
		waiting.Go(func() {
			err := f.desk.Together(f.ctx, func(joined *desk.Desk) error {
				one.Lock()
				defer one.Unlock()
				close(begun)
				if failed == nil {
					failed = context.Cause(f.ctx)
				}
				if failed == nil {
					failed = day.work(joined)
				}
				if failed == nil && i+1 < len(days) {
					f.clock.set(days[i+1].begin)
				}
				return failed
			})
			if err != nil {
				stop(err)
			}
		})
		select {
		case <-begun:
			continue
		case <-f.ctx.Done():
		}
		break
	}
	waiting.Wait()
	return context.Cause(f.ctx)
}

func (d demoDay) work(joined *desk.Desk) error {
	for _, s := range d.steps {
		if err := s.do(joined, d.begin); err != nil {
			return fmt.Errorf("demo, %s: %w", d.begin.Format(time.DateOnly), err)
		}
	}
	return nil
}
