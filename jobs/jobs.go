// Package jobs is the clock's door: what is due is done, each job by one call of the desk, which looks at what is so and
// does what is due, once. A job that is run twice, after a crash or by two processes, does nothing the second time; one
// that fails is tried again, with longer and longer pauses, and is given up in sight of the system administrator.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/desk"
)

// Queue keeps jobs until they are due. Acts plan into it in their own transaction.
type Queue interface {
	// Keep plans those jobs that are not planned; the others stay as they are.
	Keep(ctx context.Context, jobs ...job.Job) error
	// Take gives up to so many jobs whose instant has come, the oldest first, of those that wait for somebody outside or of
	// the others. They belong to the caller for job.HeldFor, or until they are settled.
	Take(ctx context.Context, outward bool, most int) ([]job.Job, error)
	// Settle writes down what became of jobs that were taken. What was planned anew meanwhile stays as it was planned.
	Settle(ctx context.Context, results ...job.Result) error
	// Ahead is how long it is until the next job is due; nothing or less where one is.
	Ahead(ctx context.Context, outward bool) (time.Duration, error)
	// Planned gives a signal after a commit with which jobs were planned.
	Planned() <-chan struct{}
}

// Desk does what is due.
type Desk interface {
	// TickCase does in one case what the passing of time does, and says how much that was.
	TickCase(ctx context.Context, no string) (int, error)
	// Deliver plans that what an act has to tell is sent each of these ways.
	Deliver(ctx context.Context, key string, ways []string) error
	// Outgoing gives the message that a job is to send, and the way; ok is false where it was sent already.
	Outgoing(ctx context.Context, key string) (p job.Parcel, way string, ok bool, err error)
	// Sent writes down that a message went its way.
	Sent(ctx context.Context, key string) error
	// Recount holds every open case against the calendar, and says how many deadlines moved.
	Recount(ctx context.Context) (int, error)
	// ComeBack tells of the recurring duties that have come back, and says how many did.
	ComeBack(ctx context.Context) (int, error)
	// Tidy drops what nobody needs any more, and says how much went.
	Tidy(ctx context.Context) (int, error)
}

// Sender lets a message leave the house one way: by mail, to a program. It finds out by itself whether and where the
// message is wanted. The number of the parcel is the same however often it is tried, so that a receiver can know it again.
// An error means that it did not leave and is tried again, ErrForGood that no second try would help.
type Sender interface {
	Send(ctx context.Context, p job.Parcel) error
}

// ErrForGood is what a failure wraps that no second try mends: the job is given up at once.
var ErrForGood = errors.New("for good")

// Way is a sender with the name under which its messages wait.
type Way struct {
	Name   string
	Sender Sender
}

// Config is what the jobs stand on.
type Config struct {
	Queue Queue
	Desk  Desk
	// Ways are those by which messages leave the house; without one they are told to nobody.
	Ways []Way
	// Clock is the one by which the desk acts.
	Clock func() time.Time
	Log   *slog.Logger
}

// Runner does what is due.
type Runner struct {
	Config
	senders map[string]Sender
	ways    []string
}

// New gives a runner; it runs nothing yet.
func New(c Config) *Runner {
	r := &Runner{Config: c, senders: map[string]Sender{}}
	for _, w := range c.Ways {
		r.senders[w.Name] = w.Sender
		r.ways = append(r.ways, w.Name)
	}
	return r
}

// How jobs are taken: so many at a time of each of the two queues, as many run beside one another.
const (
	takenAtMost = 100
	besides     = 8
	// runsAtMost ends a job before somebody else may take it.
	runsAtMost  = job.HeldFor - time.Minute
	sendsAtMost = time.Minute
)

// How long a queue is left alone: at most until the next look, so that what another process planned and did not live to do
// is found; at least for a moment, however much is planned; and after trouble.
const (
	nextLook = 30 * time.Second
	breath   = 20 * time.Millisecond
	trouble  = 5 * time.Second
)

// Run does what is due until the context ends, and then finishes what is under way.
func (r *Runner) Run(ctx context.Context) {
	var lanes sync.WaitGroup
	wake := []chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}
	for i, outward := range []bool{false, true} {
		lanes.Go(func() { r.lane(ctx, outward, wake[i]) })
	}
	for {
		select {
		case <-r.Queue.Planned():
			for _, w := range wake {
				select {
				case w <- struct{}{}:
				default:
				}
			}
		case <-ctx.Done():
			lanes.Wait()
			return
		}
	}
}

// lane does what is due in one of the two queues.
func (r *Runner) lane(ctx context.Context, outward bool, wake <-chan struct{}) {
	kept := outward // routines stand in the other queue
	for ctx.Err() == nil {
		wait := breath
		err := error(nil)
		if !kept {
			err = r.keepRoutines(ctx)
			kept = err == nil
		}
		n := 0
		if err == nil {
			n, err = r.batch(ctx, outward)
		}
		if err == nil && n == 0 {
			if wait, err = r.Queue.Ahead(ctx, outward); err == nil {
				wait = min(max(wait, breath), nextLook)
			}
		}
		if err != nil && ctx.Err() == nil {
			r.Log.Warn("jobs wait: the queue cannot be reached", "error", err)
			wait = trouble
		}
		if n > 0 {
			continue
		}
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-wake:
			pause := time.NewTimer(breath)
			<-pause.C
		case <-ctx.Done():
		}
		again.Stop()
	}
}

// CatchUp does what came due while nobody served, but for what leaves the house. It is done before the door opens: nobody
// then finds that a case moved under his hands because an old deadline was only now looked at.
func (r *Runner) CatchUp(ctx context.Context) error {
	for {
		if n, err := r.batch(ctx, false); err != nil || n == 0 {
			return err
		}
	}
}

// RunDue does everything that is due, and what that makes due, until nothing is. It says how many jobs it ran.
func (r *Runner) RunDue(ctx context.Context) (int, error) {
	if err := r.keepRoutines(ctx); err != nil {
		return 0, err
	}
	all := 0
	for {
		ran := 0
		for _, outward := range []bool{false, true} {
			n, err := r.batch(ctx, outward)
			if err != nil {
				return all, err
			}
			ran += n
		}
		if ran == 0 {
			return all, nil
		}
		all += ran
	}
}

// batch takes what is due, runs it, and writes down what became of it.
func (r *Runner) batch(ctx context.Context, outward bool) (int, error) {
	most := takenAtMost
	if outward {
		most = besides // who waits for others takes no more than are waited for at once
	}
	taken, err := r.Queue.Take(ctx, outward, most)
	if err != nil || len(taken) == 0 {
		return 0, err
	}
	ctx = context.WithoutCancel(ctx) // what was taken is finished, whoever wants to stop
	results := make([]job.Result, len(taken))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(besides, len(taken)) {
		workers.Go(func() {
			for i := range next {
				results[i] = r.run(ctx, taken[i])
			}
		})
	}
	for i := range taken {
		next <- i
	}
	close(next)
	workers.Wait()
	return len(taken), r.Queue.Settle(ctx, results...)
}

// run runs one job and says what became of it.
func (r *Runner) run(ctx context.Context, j job.Job) job.Result {
	most := runsAtMost
	if j.Kind.Outward() {
		most = sendsAtMost
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	err := r.do(ctx, j)
	now := calendar.InstantOf(r.Clock())
	if err == nil {
		done := job.Result{Job: j}
		if routine, ok := routineOf(j.Kind); ok {
			done.Again = routine.after(now)
		}
		return done
	}
	failed := job.After(j, now, err.Error())
	if errors.Is(err, ErrForGood) && !j.Kind.Routine() {
		failed.Again = 0
	}
	if failed.Again == 0 {
		r.Log.Error("a job was given up", "job", j.ID, "kind", j.Kind, "tries", j.Tries, "why", failed.Why)
	} else {
		r.Log.Warn("a job failed and is tried again", "job", j.ID, "kind", j.Kind, "tries", j.Tries, "why", failed.Why)
	}
	return failed
}

// do calls the desk. A panic is a failure like any other, and is told with where it happened.
func (r *Runner) do(ctx context.Context, j job.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.Log.Error("a job panicked", "job", j.ID, "kind", j.Kind, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%s: panic: %v", j.Kind, p)
		}
	}()
	switch j.Kind {
	case job.Tick:
		_, err = r.Desk.TickCase(ctx, j.Key)
	case job.Deliver:
		err = r.Desk.Deliver(ctx, j.Key, r.ways)
	case job.Send:
		err = r.send(ctx, j.Key)
	case job.Recount:
		_, err = r.Desk.Recount(ctx)
	case job.Duties:
		_, err = r.Desk.ComeBack(ctx)
	case job.Tidy:
		_, err = r.Desk.Tidy(ctx)
	default:
		err = fmt.Errorf("nobody here does what is called %q: %w", j.Kind, ErrForGood)
	}
	return err
}

// send lets one message go one way.
func (r *Runner) send(ctx context.Context, key string) error {
	p, way, ok, err := r.Desk.Outgoing(ctx, key)
	if err != nil || !ok {
		return err
	}
	name, target, _ := strings.Cut(way, ":") // a way that leads to several says behind a colon which
	p.Target = target
	sender, ok := r.senders[name]
	if !ok {
		return fmt.Errorf("there is no way called %q any more: %w", way, ErrForGood)
	}
	if err := sender.Send(ctx, p); err != nil {
		return err
	}
	return r.Desk.Sent(ctx, key)
}

// routine is what comes back every day at a time of the office.
type routine struct {
	kind         job.Kind
	hour, minute int
}

// routines are those that there are, at times when nobody waits.
func routines() []routine {
	return []routine{
		{job.Recount, 0, 10},
		{job.Duties, 8, 0},
		{job.Tidy, 3, 30},
	}
}

func routineOf(k job.Kind) (routine, bool) {
	for _, r := range routines() {
		if r.kind == k {
			return r, true
		}
	}
	return routine{}, false
}

// after is the next time after an instant.
func (r routine) after(now calendar.Instant) calendar.Instant {
	day := now.Day(desk.OfficeZone())
	at := func(d calendar.Day) calendar.Instant {
		return d.Begins(desk.OfficeZone()).Add(time.Duration(r.hour)*time.Hour + time.Duration(r.minute)*time.Minute)
	}
	if next := at(day); next > now {
		return next
	}
	return at(day.AddDays(1))
}

// keepRoutines plans those routines that are not planned yet.
func (r *Runner) keepRoutines(ctx context.Context) error {
	now := calendar.InstantOf(r.Clock())
	var all []job.Job
	for _, one := range routines() {
		all = append(all, job.Job{Kind: one.kind, Due: one.after(now)})
	}
	return r.Queue.Keep(ctx, all...)
}
