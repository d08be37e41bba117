package jobs

import (
	"context"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/desk"
)

// Backup is the backup that is taken every day at a time of the office. Of all processes that are told to, one takes it.
type Backup struct {
	Hour, Minute int
	// Take takes it; an error means that it is tried again.
	Take func(ctx context.Context) error
}

// backupTakes is how long a backup may take. One that a process did not live to end is taken by another after that.
const backupTakes = 3 * time.Hour

// after is the next time after an instant.
func (b *Backup) after(now calendar.Instant) calendar.Instant {
	at := now.Time().In(desk.OfficeZone())
	next := time.Date(at.Year(), at.Month(), at.Day(), b.Hour, b.Minute, 0, 0, at.Location())
	if calendar.InstantOf(next) <= now {
		next = next.AddDate(0, 0, 1)
	}
	return calendar.InstantOf(next)
}

// backups takes the daily backup until the context ends; one that is under way then is given back.
func (r *Runner) backups(ctx context.Context) {
	for ctx.Err() == nil {
		wait := nextLook
		if err := r.BackUp(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("the daily backup waits: the queue cannot be reached", "error", err)
			wait = trouble
		}
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-ctx.Done():
		}
		again.Stop()
	}
}

// BackUp takes the daily backup if it is due and nobody else is about it, and plans it where it is not planned.
func (r *Runner) BackUp(ctx context.Context) error {
	j, ok, err := r.Queue.TakeAlone(ctx, job.Job{Kind: job.Backup, Due: r.Backup.after(calendar.InstantOf(r.Clock()))}, backupTakes)
	if err != nil || !ok {
		return err
	}
	within, cancel := context.WithTimeout(ctx, backupTakes-time.Minute)
	err = r.Backup.Take(within)
	cancel()
	now := calendar.InstantOf(r.Clock())
	result := job.Result{Job: j, Again: r.Backup.after(now)}
	switch {
	case err != nil && ctx.Err() != nil: // told to stop: the next process takes it
		result = job.Result{Job: j, Again: now, Why: "stopped"}
		result.Job.Tries--
	case err != nil:
		result = job.After(j, now, err.Error())
		r.Log.Error("the daily backup failed and is tried again", "tries", j.Tries, "why", result.Why)
	default:
		r.Log.Info("the daily backup is taken")
	}
	return r.Queue.Settle(context.WithoutCancel(ctx), result)
}
