// Package jobs is the clock's door: what is due is done, each job by one call of the desk, which looks at what is so and
// does what is due, once. A job that is run twice, after a crash or by two processes, does nothing the second time; one
// that fails is tried again, with longer and longer pauses, and is given up in sight of the system administrator. A message
// whose way is not set up just now waits.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/core/trace"
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
	// TakeAlone gives the job of a kind that is taken for itself, once it is due, for so long; it plans it where it is not planned.
	TakeAlone(ctx context.Context, j job.Job, hold time.Duration) (job.Job, bool, error)
	// Planned gives, after a commit with which jobs were planned, the instant at which the first of them is due.
	Planned() <-chan calendar.Instant
}

// Desk does what is due.
type Desk interface {
	// TickCase does in one case what the passing of time does, and says how much that was.
	TickCase(ctx context.Context, no string) (int, error)
	// Deliver plans that what an act has to tell is sent each of these ways.
	Deliver(ctx context.Context, key string, ways []string) error
	// Outgoing gives the message that a job is to send, and the way; ok is false where it was sent already.
	Outgoing(ctx context.Context, key string) (p job.Parcel, way string, ok bool, err error)
	// Sent writes down that a message went its way, Unwanted that it need not, NotSent that it could not, and why.
	Sent(ctx context.Context, key string) error
	Unwanted(ctx context.Context, key string) error
	NotSent(ctx context.Context, key, why string) error
	// Recount holds every open case against the calendar, and says how many deadlines moved.
	Recount(ctx context.Context) (int, error)
	// ComeBack tells of the recurring duties that have come back, and says how many did.
	ComeBack(ctx context.Context) (int, error)
	// Digest tells those who want to be told once a day and whose hour has come, and says how many are.
	Digest(ctx context.Context) (int, error)
	// Tidy drops what nobody needs any more, and says how much went.
	Tidy(ctx context.Context) (int, error)
	// SuspendDormant suspends accounts that nobody uses, and says how many.
	SuspendDormant(ctx context.Context) (int, error)
}

// Sender lets a message leave the house one way: by mail, to a program. It finds out by itself whether and where the
// message is wanted. The number of the parcel is the same however often it is tried, so that a receiver can know it again.
// An error means that it did not leave and is tried again, ErrForGood that no second try would help, NotYet that its time
// has not come.
type Sender interface {
	Send(ctx context.Context, p job.Parcel) error
}

// ErrForGood is what a failure wraps that no second try mends: the job is given up at once.
var ErrForGood = errors.New("for good")

// NotYet is what a sender answers for a message that is to leave later: that is no failure.
type NotYet struct{ Until calendar.Instant }

// Error says until when.
func (n NotYet) Error() string { return "not before " + n.Until.String() }

// Discreet is a failure whose words name somebody: they are kept with the job, for those who look after the house, and the
// log has others.
type Discreet interface {
	error
	Logged() string
}

// ErrUnwanted is what a sender answers for a message that nobody wants by its way: it is done with, and did not leave.
var ErrUnwanted = errors.New("unwanted")

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
	// Backup is the backup that is taken every day; nil: none is, by this process.
	Backup *Backup
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
// is found; at least for a moment, however much is planned; and after trouble. Wayless is how long a message is left alone by a
// process that does not know its way.
const (
	wayless  = time.Minute
	nextLook = 30 * time.Second
	breath   = 20 * time.Millisecond
	trouble  = 5 * time.Second
)

// Run does what is due until the context ends, and then finishes what is under way.
func (r *Runner) Run(ctx context.Context) {
	var lanes sync.WaitGroup
	wake := []chan calendar.Instant{make(chan calendar.Instant, 1), make(chan calendar.Instant, 1)}
	for i, outward := range []bool{false, true} {
		lanes.Go(func() { r.lane(ctx, outward, wake[i]) })
	}
	if r.Backup != nil {
		lanes.Go(func() { r.backups(ctx) })
	}
	for {
		select {
		case due := <-r.Queue.Planned():
			for _, w := range wake {
				job.Sooner(w, due)
			}
		case <-ctx.Done():
			lanes.Wait()
			return
		}
	}
}

// lane does what is due in one of the two queues.
func (r *Runner) lane(ctx context.Context, outward bool, wake <-chan calendar.Instant) {
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
		r.rest(ctx, wait, wake)
	}
}

// rest waits so long, or until something was planned that is due before.
func (r *Runner) rest(ctx context.Context, wait time.Duration, wake <-chan calendar.Instant) {
	until := calendar.InstantOf(r.Clock().Add(wait))
	again := time.NewTimer(wait)
	defer again.Stop()
	for {
		select {
		case <-again.C:
			return
		case due := <-wake:
			if due >= until {
				continue
			}
			pause := time.NewTimer(breath)
			<-pause.C
			return
		case <-ctx.Done():
			return
		}
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
	ctx, cancel := context.WithTimeout(trace.With(ctx, "job-"+strconv.FormatInt(j.ID, 10)), most)
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
	if later := (NotYet{}); errors.As(err, &later) {
		return job.Result{Job: j, Again: max(later.Until, now)}
	}
	failed := job.After(j, now, err.Error())
	logged := failed.Why
	if discreet := Discreet(nil); errors.As(err, &discreet) {
		logged = discreet.Logged()
	}
	if errors.Is(err, ErrForGood) && !j.Kind.Routine() {
		failed.Again = 0
	}
	if failed.Again == 0 {
		r.Log.Error("a job was given up", "job", j.ID, "kind", j.Kind, "tries", j.Tries, "why", logged)
	} else {
		r.Log.Warn("a job failed and is tried again", "job", j.ID, "kind", j.Kind, "tries", j.Tries, "why", logged)
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
	case job.Digests:
		_, err = r.Desk.Digest(ctx)
	case job.Tidy:
		_, err = r.Desk.Tidy(ctx)
	case job.Dormant:
		_, err = r.Desk.SuspendDormant(ctx)
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
	if !ok { // another node may have it, or this one again tomorrow
		return NotYet{Until: calendar.InstantOf(r.Clock().Add(wayless))}
	}
	err = sender.Send(ctx, p)
	after := context.WithoutCancel(ctx) // what became of it is written down however long it took
	switch {
	case err == nil:
		return r.Desk.Sent(after, key)
	case errors.Is(err, ErrUnwanted):
		return r.Desk.Unwanted(after, key)
	}
	if !errors.As(err, &NotYet{}) {
		err = errors.Join(err, r.Desk.NotSent(after, key, err.Error()))
	}
	return err
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
