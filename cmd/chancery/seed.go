package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// seedCommand makes up an office that has worked for years: to try the house at the size of one's own, and to measure it.
type seedCommand struct {
	Cases  int    `help:"How many cases it has." default:"1000" placeholder:"N"`
	People int    `help:"How many people it has who travel, beside those who keep the desk." default:"200" placeholder:"N"`
	Years  int    `help:"Over how many years the cases are spread." default:"3" placeholder:"N"`
	Seed   uint64 `help:"Another number gives another office; the same arguments give the same." default:"1" placeholder:"N"`
	Until  string `help:"The last day that is told of; else yesterday." default:"" placeholder:"DAY"`
}

// What an invented office may be at most: names are told apart, and a day has only so many instants.
const (
	seedCases  = 5_000_000
	seedPeople = 20_000
	seedYears  = 15
)

// seeded is what was made up. The same arguments give the same one, and the same rows of cases; salts are drawn anew, so that
// hashes and the tree's root differ.
type seeded struct {
	Cases  int                    `json:"cases"`
	Acts   int                    `json:"acts"`
	States map[casework.State]int `json:"states"`
	From   calendar.Day           `json:"from"`
	Until  calendar.Day           `json:"until"`
	Took   string                 `json:"took"`
}

// Run makes the office up in an empty place. It goes through the same acts as people do, at the days on which they would
// have been done.
func (c *seedCommand) Run(a *App) error {
	until := a.today().AddDays(-1)
	if c.Until != "" {
		if err := until.UnmarshalText([]byte(c.Until)); err != nil {
			return err
		}
	}
	if err := c.possible(until, a.today()); err != nil {
		return err
	}
	world, err := newSeedWorld(*c, until)
	if err != nil {
		return err
	}
	clock := newDemoClock(a.clock)
	clock.set(dayBegin(world.from).Add(-time.Hour))
	began := a.clock()
	a.goBy(clock)
	place := a.place()
	place.Fills = true
	s, err := place.Open(a.ctx, a.clock)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	lib, err := a.libraryOf(s)
	if err != nil {
		return err
	}
	d := desk.New(desk.Kept(s), lib)
	if err := c.found(a, d, world); err != nil {
		return err
	}
	quiet := d.Quietly()
	fill, err := quiet.Fill(a.ctx)
	if err != nil {
		return err
	}
	f := &seeding{ctx: a.ctx, desk: quiet, fill: fill, clock: clock, world: world, due: map[calendar.Day][]seedStep{}, told: a.errs, real: clock.real}
	if err := f.run(); err != nil {
		return errors.Join(err, fill.End(context.WithoutCancel(a.ctx))) // what there is holds together
	}
	if err := fill.End(a.ctx); err != nil {
		return err
	}
	done, err := f.made()
	if err := errors.Join(err, s.Close()); err != nil { // what was made up is durable now
		return err
	}
	done.Took = clock.real().Sub(began).Round(time.Millisecond).String()
	return a.print(done, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{
			ZH: "已编出 {cases} 件案件、{acts} 次办理（{from} 至 {until}），用时 {took}", EN: "made up {cases} cases in {acts} acts from {from} to {until}, in {took}",
		}.Fill(text.Args{"cases": done.Cases, "acts": done.Acts, "from": done.From.String(), "until": done.Until.String(), "took": done.Took}).In(a.lang()))
	})
}

// possible refuses what no office could be.
func (c *seedCommand) possible(until, today calendar.Day) error {
	for _, n := range []struct {
		flag        string
		is, at, end int
	}{{"cases", c.Cases, 1, seedCases}, {"people", c.People, 20, seedPeople}, {"years", c.Years, 1, seedYears}} {
		if n.is < n.at || n.is > n.end {
			return fault.New(fault.Invalid, n.flag, text.Text{
				ZH: "--{flag} 须在 {from} 与 {to} 之间", EN: "--{flag} lies between {from} and {to}",
			}.Fill(text.Args{"flag": n.flag, "from": n.at, "to": n.end}))
		}
	}
	if until >= today {
		return fault.New(fault.Invalid, "until", text.Text{ZH: "--until 须早于今天", EN: "--until is a day that has passed"})
	}
	return nil
}

// found gives an empty place the invented office.
func (c *seedCommand) found(a *App, d *desk.Desk, w *seedWorld) error {
	err := d.Found(a.ctx, w.office)
	if err != nil && fault.KindOf(err) == fault.Conflict {
		return fault.New(fault.Conflict, "data", text.Text{
			ZH: "这里已有一个机构；编造的机构只放进空的数据夹或空的数据库", EN: "there is an office here already: an invented one goes into an empty folder or an empty database",
		})
	}
	return errors.Join(err, d.Ready(a.ctx))
}

// dayBegin is when the office begins to work on a day.
func dayBegin(d calendar.Day) time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, d.String(), desk.OfficeZone())
	return t.Add(9 * time.Hour)
}

// seedStep is one act that is due on a day; the hour orders the acts of a day.
type seedStep struct {
	hour int
	of   *seedCase
	do   demoAct
}

// seeding is an office while it is made up, one day after the other.
type seeding struct {
	ctx   context.Context //nolint:containedctx // lives as long as one command
	desk  *desk.Desk
	fill  *desk.Filling
	clock *demoClock
	world *seedWorld
	due   map[calendar.Day][]seedStep
	acts  int
	told  io.Writer
	real  func() time.Time
}

// seedTogether is how many acts share a commit at most.
const seedTogether = 2000

// at puts an act of a case on a day and an hour. What lies behind the last day is not told.
func (f *seeding) at(day calendar.Day, hour int, k *seedCase, do demoAct) {
	if day <= f.world.until {
		f.due[day] = append(f.due[day], seedStep{hour, k, do})
	}
}

func (f *seeding) run() error {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // a burst of work
	w := f.world
	said := f.real()
	for day, next := w.from, 0; day <= w.until; day = day.AddDays(1) {
		for ; next < w.asked.Cases && w.filed(next) <= day; next++ {
			if err := f.plan(next, day); err != nil {
				return err
			}
		}
		if err := f.work(day); err != nil {
			return err
		}
		if now := f.real(); now.Sub(said) > 10*time.Second {
			said = now
			fmt.Fprintf(f.told, "%s: %d / %d, %d\n", day, next, w.asked.Cases, f.acts)
		}
	}
	return nil
}

// made tells what was made up.
func (f *seeding) made() (seeded, error) {
	states, err := f.desk.CountCases(f.ctx, desk.Operator(), casework.Filter{})
	out := seeded{Acts: f.acts, States: states, From: f.world.from, Until: f.world.until}
	for _, n := range states {
		out.Cases += n
	}
	return out, err
}

// work does what is due on a day, many acts to a transaction, each of these at its own instant.
func (f *seeding) work(day calendar.Day) error {
	steps := f.due[day]
	delete(f.due, day)
	slices.SortStableFunc(steps, func(a, b seedStep) int { return a.hour - b.hour })
	at := dayBegin(day)
	for part := range slices.Chunk(steps, seedTogether) {
		f.clock.set(at)
		if err := f.ctx.Err(); err != nil {
			return err
		}
		err := f.fill.At(f.ctx, calendar.InstantOf(at), func(d *desk.Desk) error {
			for _, s := range part {
				if s.of.over {
					continue
				}
				if err := s.do(d, at); err != nil {
					return fmt.Errorf("seed, %s: %w", day, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		f.acts += len(part)
		at = at.Add(time.Minute)
	}
	return nil
}
