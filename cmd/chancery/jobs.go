package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/core/text"
	"chancery/desk"
	"chancery/jobs"
	"chancery/store"
)

type jobsCommand struct {
	List  jobsListCommand  `cmd:"" help:"What the house does by itself: waiting, running, tried again, given up."`
	Retry jobsRetryCommand `cmd:"" help:"Have a job that failed tried again at once."`
	Run   jobsRunCommand   `cmd:"" help:"Do everything that is due now; serve does so by itself."`
}

type jobsListCommand struct{}

// Run lists the queues, and the jobs that failed.
func (c *jobsListCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	view, err := d.Operations(a.ctx, desk.Operator())
	if err != nil {
		return err
	}
	type queue struct {
		Kind     job.Kind         `json:"kind"`
		Waiting  int              `json:"waiting"`
		Running  int              `json:"running"`
		Retrying int              `json:"retrying"`
		Failed   int              `json:"failed"`
		Late     int              `json:"late"`
		Next     calendar.Instant `json:"next,omitempty"`
		Ran      calendar.Instant `json:"ran,omitempty"`
	}
	type failed struct {
		ID    int64            `json:"id"`
		Kind  job.Kind         `json:"kind"`
		Key   string           `json:"key,omitempty"`
		State job.State        `json:"state"`
		Due   calendar.Instant `json:"due"`
		Tries int              `json:"tries"`
		Why   string           `json:"why"`
	}
	out := struct {
		Queues []queue  `json:"queues"`
		Failed []failed `json:"failed"`
	}{[]queue{}, []failed{}}
	for _, q := range view.Counts {
		out.Queues = append(out.Queues, queue{q.Kind, q.Waiting, q.Running, q.Retrying, q.Failed, q.Late, q.Next, q.Ran})
	}
	for _, j := range view.Troubled {
		out.Failed = append(out.Failed, failed{j.ID, j.Kind, j.Key, j.State(view.Now), j.Due, j.Tries, j.Why})
	}
	return a.print(out, func(w io.Writer) {
		for _, q := range out.Queues {
			fmt.Fprintf(w, "%-8s %s\n", q.Kind, text.Text{
				ZH: "等待 {waiting}，正在办理 {running}，重试中 {retrying}，已放弃 {failed}",
				EN: "{waiting} waiting, {running} running, {retrying} tried again, {failed} given up",
			}.Fill(text.Args{"waiting": q.Waiting, "running": q.Running, "retrying": q.Retrying, "failed": q.Failed}).In(a.lang()))
		}
		for _, j := range out.Failed {
			fmt.Fprintf(w, "%6d  %s %s  %s\n        %s\n", j.ID, j.Kind, j.Key, text.Text{
				ZH: "已试 {n} 次", EN: "{n} {n|try|tries}",
			}.Fill(text.Args{"n": j.Tries}).In(a.lang()), j.Why)
		}
	})
}

type jobsRetryCommand struct {
	ID int64 `arg:"" help:"Number of the job, as jobs list shows it."`
}

// Run has a job tried again; the next serve does it, or jobs run.
func (c *jobsRetryCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	if err := d.RetryJob(a.ctx, desk.Operator(), c.ID); err != nil {
		return err
	}
	return a.print(map[string]int64{"retried": c.ID}, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{ZH: "作业 {id} 已排到最前", EN: "job {id} is due now"}.Fill(text.Args{"id": fmt.Sprint(c.ID)}).In(a.lang()))
	})
}

type jobsRunCommand struct{ mailFlags }

// Run does what is due.
func (c *jobsRunCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	house, err := a.house(d, s, c.mailFlags)
	if err != nil {
		return err
	}
	n, err := house.RunDue(a.ctx)
	if err != nil {
		return err
	}
	return a.print(map[string]int{"done": n}, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{ZH: "办了 {n} 项作业", EN: "{n} {n|job|jobs} run"}.Fill(text.Args{"n": n}).In(a.lang()))
	})
}

// house is what does by itself what is due, with the ways by which messages leave.
func (a *App) house(d *desk.Desk, s *store.Store, by mailFlags) (*jobs.Runner, error) {
	log := a.logger()
	ways := []jobs.Way{{Name: "log", Sender: jobs.Noted{Log: log}}}
	sender, err := by.sender(d, a.clock)
	if err != nil {
		return nil, err
	}
	if sender != nil {
		ways = []jobs.Way{{Name: job.Mail, Sender: sender}}
	}
	return jobs.New(jobs.Config{Queue: s, Desk: d, Ways: ways, Clock: a.clock, Log: log}), nil
}

// keep lets the house do what is due until it is told to stop; the function that it gives waits until what is under way is finished.
func (a *App) keep(house *jobs.Runner) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(a.ctx))
	var running sync.WaitGroup
	running.Go(func() { house.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// lateForDoctor is how long a job may wait beyond its instant before that is not in order.
const lateForDoctor = time.Hour

// jobsInOrder says whether jobs were given up, and whether what is due is done.
func jobsInOrder(view desk.Operations) diagnosis {
	failed, late := 0, 0
	var oldest calendar.Instant
	for _, c := range view.Counts {
		failed += c.Failed
		if late += c.Late; c.Oldest > 0 && (oldest == 0 || c.Oldest < oldest) {
			oldest = c.Oldest
		}
	}
	args := text.Args{"failed": failed, "late": late, "since": oldest.Time().In(desk.OfficeZone()).Format("2006-01-02 15:04")}
	switch {
	case failed > 0:
		return diagnosis{Check: "jobs", Say: text.Text{
			ZH: "{failed} 项作业已放弃；请看 chancery jobs list，排除原因后 chancery jobs retry 编号", EN: "{failed} {failed|job was|jobs were} given up: see chancery jobs list, mend the cause, then chancery jobs retry ID",
		}.Fill(args)}
	case oldest > 0 && view.Now > oldest.Add(lateForDoctor):
		return diagnosis{Check: "jobs", Say: text.Text{
			ZH: "{late} 项作业到时未办，最早自 {since}；请启动服务，或运行 chancery jobs run", EN: "{late} {late|job is|jobs are} due and not done, the oldest since {since}: start serve, or run chancery jobs run",
		}.Fill(args)}
	}
	return diagnosis{Check: "jobs", OK: true, Say: text.Text{ZH: "到时的作业都已办完", EN: "what is due has been done"}}
}
