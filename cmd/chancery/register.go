package main

import (
	"fmt"
	"io"

	"chancery/core/calendar"
	"chancery/core/text"
)

type registerCommand struct {
	Name string `arg:"" help:"trips, abroad, documents or gifts." placeholder:"NAME"`
	On   string `help:"The day on which it is read; default: today." placeholder:"DAY"`
}

// Run prints a register as it reads on a day.
func (c *registerCommand) Run(a *App) error {
	var on calendar.Day
	if c.On != "" {
		var err error
		if on, err = calendar.ParseDay(c.On); err != nil {
			return err
		}
	}
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	reader, err := a.reader(d)
	if err != nil {
		return err
	}
	v, err := d.Register(a.ctx, reader, c.Name, on)
	if err != nil {
		return err
	}
	return a.print(v, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{ZH: "{title}，{on}，{n} 条", EN: "{title}, {on}: {n} {n|line|lines}"}.Fill(text.Args{
			"title": v.Title, "on": v.On.String(), "n": len(v.Lines),
		}).In(a.lang()))
		for _, l := range v.Lines {
			fmt.Fprintf(w, "%s  %s  %s  %s  %s\n", l.Who, l.Unit, l.What, l.Number.In(a.lang()), l.Say.In(a.lang()))
		}
	})
}
