package store

import (
	"context"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
)

// How far the clock may be from what it is held against. One that stands a little behind harms nobody: the instants of acts
// rise all the same. By one that is far ahead time would act before its day, and nobody could take that back.
const (
	// skewAtMost is beside the clock of a server that all nodes share.
	skewAtMost = time.Minute
	// behindAtMost is behind the newest act, or behind where the clock must have come since it was looked at last.
	behindAtMost = 5 * time.Minute
	// aheadAtMost is ahead of where the clock must have come. A machine that was put to sleep wakes with a clock that leaps over a
	// night; a wrong day is further.
	aheadAtMost = 12 * time.Hour
)

// lookAgain is how often a clock is held against the server's.
const lookAgain = 5 * time.Second

// steady is the time as it goes on from an instant that was right, whatever the clock of the machine does.
type steady struct {
	passed func() time.Duration // since some moment; it stands while the machine sleeps
	asleep func() time.Duration // how much longer ago the machine was started than passed knows of; it never falls

	mu    sync.Mutex
	from  calendar.Instant // zero: no instant is known to be right
	at    time.Duration
	slept time.Duration
}

// newSteady goes by the machine's own count of time, which nobody sets.
func newSteady() *steady {
	begun := time.Now()
	passed := func() time.Duration { return time.Since(begun) }
	return &steady{passed: passed, asleep: func() time.Duration { return max(0, sinceBoot()-passed()) }}
}

// sinceBoot is how long ago the machine was started, with the time that it slept; zero where it does not say.
func sinceBoot() time.Duration {
	said, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(said), " ")
	seconds, err := strconv.ParseFloat(first, 64)
	if err != nil {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}

// set takes an instant as right.
func (p *steady) set(at calendar.Instant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.from, p.at, p.slept = at, p.passed(), p.asleep()
}

// now is how late it is, if any instant is known to be right, and how long ago that was.
func (p *steady) now() (at calendar.Instant, since time.Duration, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	since = p.passed() - p.at
	return p.from.Add(since), since, p.from > 0
}

// woken is now with the time that the machine slept since.
func (p *steady) woken() calendar.Instant {
	at, _, _ := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	return at.Add(max(0, p.asleep()-p.slept))
}

// timely refuses acts by a clock that cannot be right. It is asked for each act, and looks closer only where something is odd.
func (s *Store) timely(ctx context.Context, clock calendar.Instant) error {
	if s.steady == nil {
		return nil
	}
	return s.db.timely(ctx, clock)
}

// Timely refuses, in words, as acts are refused while the clock cannot be right.
func (s *Store) Timely(ctx context.Context) error {
	return s.timely(ctx, calendar.InstantOf(s.clock()))
}

// apart is how far an instant is behind another.
func apart(a, b calendar.Instant) time.Duration { return a.Time().Sub(b.Time()) }

// timely holds the clock against the newest act, and against how time has passed since it was looked at last.
func (d *sqliteFile) timely(_ context.Context, clock calendar.Instant) error {
	p, last := d.s.steady, calendar.Instant(d.s.last.Load())
	if behind := apart(last, clock); behind > behindAtMost {
		return clockFault(text.Text{
			ZH: "本机时钟比最近一次办理还早 {gap}，时间不可信，为免期限算错暂停写入，仍可查阅；请校准时钟，校准后自动恢复（如果时钟无误，是以前的时钟走快了，请加 --trust-clock 重新启动）",
			EN: "the clock of this machine is {gap} behind the newest act, so nothing is written lest deadlines are wrong, and reading goes on: set the clock right, and work goes on by itself (if it is right, and was fast before, start again with --trust-clock)",
		}, behind)
	}
	at, since, known := p.now()
	if known && (apart(clock, at) > aheadAtMost || apart(at, clock) > behindAtMost) {
		at = p.woken()
		if ahead := apart(clock, at); ahead > aheadAtMost {
			return clockFault(text.Text{
				ZH: "本机时钟在运行中突然快了 {gap}，时间不可信，为免期限提前到来暂停写入，仍可查阅；请校准时钟，校准后自动恢复（如果现在的时钟无误，请重新启动）",
				EN: "the clock of this machine leapt ahead by {gap} while we were running, so nothing is written lest deadlines come too early, and reading goes on: set the clock right, and work goes on by itself (if it is right now, start again)",
			}, ahead)
		}
		if behind := apart(at, clock); behind > behindAtMost {
			return clockFault(text.Text{
				ZH: "本机时钟在运行中突然慢了 {gap}，时间不可信，为免期限算错暂停写入，仍可查阅；请校准时钟，校准后自动恢复（如果现在的时钟无误，请重新启动）",
				EN: "the clock of this machine fell back by {gap} while we were running, so nothing is written lest deadlines are wrong, and reading goes on: set the clock right, and work goes on by itself (if it is right now, start again)",
			}, behind)
		}
		known = false
	}
	if !known || since > time.Minute {
		p.set(clock)
	}
	return nil
}

// timely holds the clock against the server's, which was asked a moment ago, and is asked at once where the two are apart.
func (d *postgres) timely(ctx context.Context, clock calendar.Instant) error {
	at, since, known := d.s.steady.now()
	if known && since < 10*lookAgain && apart(clock, at).Abs() <= skewAtMost {
		return nil
	}
	skew, err := d.skew(ctx)
	switch {
	case err != nil:
		return err
	case skew > skewAtMost:
		return clockFault(text.Text{
			ZH: "本机时钟比数据库的时钟快 {gap}，时间不可信，为免期限提前到来暂停写入，仍可查阅；请校准两边的时钟，校准后自动恢复",
			EN: "the clock of this machine is {gap} ahead of the database's, so nothing is written lest deadlines come too early, and reading goes on: set both clocks right, and work goes on by itself",
		}, skew)
	case skew < -skewAtMost:
		return clockFault(text.Text{
			ZH: "本机时钟比数据库的时钟慢 {gap}，时间不可信，为免期限算错暂停写入，仍可查阅；请校准两边的时钟，校准后自动恢复",
			EN: "the clock of this machine is {gap} behind the database's, so nothing is written lest deadlines are wrong, and reading goes on: set both clocks right, and work goes on by itself",
		}, -skew)
	}
	return nil
}

// skew asks the server how late it is, and says how far the clock is surely ahead of it. The way there and back may have
// taken any part of the time that passed.
func (d *postgres) skew(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, lookAgain)
	defer cancel()
	var there int64
	before := calendar.InstantOf(d.s.clock())
	if err := d.readers.QueryRowContext(ctx, postgresClock).Scan(&there); err != nil {
		return 0, mend("ask for the time", err)
	}
	after, at := calendar.InstantOf(d.s.clock()), calendar.Instant(there)
	d.s.steady.set(at)
	switch {
	case before > at:
		return apart(before, at), nil
	case after < at:
		return apart(after, at), nil
	}
	return 0, nil
}

// keepTime asks the server for the time every few seconds.
func (d *postgres) keepTime() {
	if d.s.steady == nil {
		return
	}
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	for {
		_, _ = d.skew(context.Background()) // a server that does not answer takes no acts either
		select {
		case <-look.C:
		case <-d.s.resting:
			return
		}
	}
}

// FieldClock is the field of the faults that a clock is to blame for.
const FieldClock = "clock"

func clockFault(words text.Text, gap time.Duration) error {
	return fault.New(fault.Unavailable, FieldClock, words.Fill(text.Args{"gap": gap.Round(time.Second).String()}))
}
