package main

import (
	"fmt"
	"io"
	"strings"

	"chancery/core/text"
	"chancery/desk"
)

type figuresCommand struct {
	Refusals refusalsCommand `cmd:"" help:"Refused of submitted, with the cases behind it."`
}

type refusalsCommand struct {
	Quarter   string `required:"" help:"Quarter, such as 2026Q3." placeholder:"QUARTER"`
	Procedure string `help:"Procedure counted." default:"outbound-trip"`
}

// Run prints the figure with its denominator and the cases behind it.
func (c *refusalsCommand) Run(a *App) error {
	q, err := desk.ParseQuarter(c.Quarter)
	if err != nil {
		return err
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
	figure, err := d.Refusals(a.ctx, reader, c.Procedure, q)
	if err != nil {
		return err
	}
	return a.print(figure, func(w io.Writer) {
		percent := 0
		if figure.Submitted > 0 {
			percent = (figure.Refused*200 + figure.Submitted) / (2 * figure.Submitted)
		}
		fmt.Fprintln(w, text.Text{
			ZH: "{quarter}：报送 {submitted} 件，不予批准 {refused} 件，占 {percent}%", EN: "{quarter}: {refused} of {submitted} refused, {percent} %",
		}.Fill(text.Args{"quarter": figure.Quarter, "submitted": figure.Submitted, "refused": figure.Refused, "percent": percent}).In(a.lang()))
		fmt.Fprintln(w, figure.Definition.In(a.lang()))
		for _, g := range figure.Gates {
			fmt.Fprintln(w, text.Text{
				ZH: "{step}：到 {reached} 件（共 {submitted} 件），不予批准 {refused} 件，撤回或取消 {withdrawn} 件，在办 {waiting} 件",
				EN: "{step}: {reached} of {submitted} came so far, {refused} refused, {withdrawn} withdrawn or cancelled, {waiting} in progress",
			}.Fill(text.Args{
				"step": g.Title, "reached": g.Reached, "submitted": figure.Submitted, "refused": len(g.Refused), "withdrawn": len(g.Withdrawn), "waiting": len(g.Waiting),
			}).In(a.lang()))
		}
		fmt.Fprintln(w, strings.Join(figure.Cases, "\n"))
	})
}
