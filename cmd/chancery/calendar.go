package main

import (
	"fmt"
	"io"

	"chancery/core/calendar"
	"chancery/core/text"
)

type calendarCommand struct {
	Import calendarImportCommand `cmd:"" help:"Lay a year's announced holidays over the calendar, and count running deadlines afresh."`
	Show   calendarShowCommand   `cmd:"" help:"The years whose holidays are known, and what announced them."`
}

type calendarImportCommand struct {
	File    string `arg:"" help:"File of the year: a year as in calendars/cn.yaml, or the JSON of holiday-cn."`
	Replace bool   `help:"Put it in place of what is known of that year."`
}

// Run imports a year.
func (c *calendarImportCommand) Run(a *App) error {
	data, err := readInput(c.File, applicationBytes)
	if err != nil {
		return err
	}
	year, err := calendar.ParseAnnouncement(c.File, data)
	if err != nil {
		return err
	}
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	actor, err := a.actor(d)
	if err != nil {
		return err
	}
	done, err := d.Announce(a.ctx, actor, year, c.Replace)
	if err != nil {
		return err
	}
	return a.print(done, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{
			ZH: "{year} 年放假安排已载入，重算时限 {n} 项", EN: "the holidays of {year} are in; {n} {n|deadline|deadlines} counted afresh",
		}.Fill(text.Args{"year": fmt.Sprint(done.Year.Year), "n": len(done.Deadlines)}).In(a.lang()))
		for _, l := range done.Deadlines {
			fmt.Fprintf(w, "  %s  %s → %s  %s\n", l.Number.In(a.lang()), l.Was.Due, l.Is.Due, l.Is.Say().In(a.lang()))
		}
	})
}

type calendarShowCommand struct{}

// Run shows the years that are known.
func (c *calendarShowCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	cal := d.Library().Calendar
	years := []calendar.Year{}
	for _, y := range cal.Years() {
		year, _ := cal.Year(y)
		years = append(years, year)
	}
	return a.print(years, func(w io.Writer) {
		for _, y := range years {
			fmt.Fprintf(w, "%d  %s  (%s)\n", y.Year, y.Notice.In(a.lang()), y.Source)
		}
	})
}
