package gift

import (
	"fmt"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/register"
	"chancery/core/text"
)

// How a gift stands.
const (
	Declared register.State = "declared"
	Disposed register.State = "disposed"
)

// Listings is the register of gifts as people read it: all that were received by a day.
func Listings() []register.Listing {
	return []register.Listing{{
		Name: Register, Title: text.Text{ZH: "礼品台账", EN: "Register of gifts"}, Source: Register,
		Reads:  func(on calendar.Day) register.Span { return register.Span{From: on} },
		States: []register.State{Declared, Disposed}, Pressing: []register.State{Declared}, Read: read,
	}}
}

func read(r register.Row, _ calendar.Day) (register.Line, error) {
	row, err := register.BodyOf[Row](r)
	if err != nil {
		return register.Line{}, fmt.Errorf("read gift row %s: %w", r.Case, err)
	}
	line := register.Line{
		Who: row.Gift.Receiver, Unit: r.Unit, What: row.Gift.What, From: r.From, Case: r.Case, State: Declared,
		Say: text.Text{ZH: "已申报，待处理", EN: "declared, not disposed of yet"},
	}
	if row.Outcome != casework.NoOutcome {
		line.State = Disposed
		line.Say = text.Text{ZH: "已处理（" + string(row.Gift.Disposal) + "）", EN: "disposed of (" + string(row.Gift.Disposal) + ")"}
	}
	return line, nil
}
