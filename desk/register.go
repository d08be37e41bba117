package desk

import (
	"context"
	"slices"
	"strings"

	"chancery/affairs"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/register"
	"chancery/core/text"
)

// RegisterView is a register as it reads on a day.
type RegisterView struct {
	Register string         `json:"register"`
	Title    text.Text      `json:"title"`
	On       calendar.Day   `json:"on"`
	Lines    []RegisterLine `json:"lines"`
}

// RegisterLine is one line of a register, with the number of its case.
type RegisterLine struct {
	register.Line
	Number text.Text `json:"number"`
}

// Register reads a register on a day, as far as its cases lie in the reader's
// sight; without a day, today. NotFound comes back for
// a register that is not there, and names those that are.
func (d *Desk) Register(ctx context.Context, reader Reader, name string, on calendar.Day) (RegisterView, error) {
	all := affairs.Listings()
	i := slices.IndexFunc(all, func(l register.Listing) bool { return l.Name == name })
	if i < 0 {
		var names []string
		for _, l := range all {
			names = append(names, l.Name)
		}
		return RegisterView{}, fault.New(fault.NotFound, "register", text.Text{
			ZH: "没有名为「{name}」的台账；可查 {names}", EN: "there is no register called {name}; there are {names}",
		}.Fill(text.Args{"name": name, "names": strings.Join(names, ", ")}))
	}
	listing := all[i]
	out := RegisterView{Register: name, Title: listing.Title, On: on, Lines: []RegisterLine{}}
	err := d.store.Read(ctx, func(r Reading) error {
		if out.On.IsZero() {
			out.On = r.Now().Day(OfficeZone())
		}
		from, until := listing.Span(out.On)
		sight, err := sightOf(r, reader)
		if err != nil {
			return err
		}
		rows, err := r.RowsInSight(listing.Source, from, until, sight)
		if err != nil {
			return err
		}
		numbers := map[string]text.Text{}
		for _, row := range rows {
			line, ok, err := listing.Read(row, out.On)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if _, known := numbers[line.Case]; !known {
				c, err := r.Case(line.Case)
				if err != nil {
					return err
				}
				numbers[line.Case] = c.Number
			}
			out.Lines = append(out.Lines, RegisterLine{Line: line, Number: numbers[line.Case]})
		}
		return nil
	})
	return out, err
}
