// Package affairs is the one explicit list of what the world of foreign affairs
// adds to the engine: the blocks that forms are made of, what rules may speak of,
// what is counted, and which changes an applicant could make.
package affairs

import (
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/place"
	"chancery/core/rule"
)

// Blocks lists every block that a procedure's form may be made of.
func Blocks() []form.Block {
	return append(form.GenericBlocks(), travel.Blocks()...)
}

// Affair is what one procedure has beyond the engine. Any of it may be nil.
type Affair struct {
	// Examine looks at the answers as a whole, beyond the single fields.
	Examine func(form.Answers, *place.Table) []*fault.Fault
	// Vocabulary is what rules may speak of.
	Vocabulary func(*calendar.Calendar) rule.Vocabulary
	// Count gives the rules their values for an application on the day of an act,
	// the track it is judged on, and what an answer shows of the counting.
	Count func(a form.Application, today calendar.Day, w travel.World) (values rule.Values, track string, derived any)
	// Changes gives the applications one step away from one that is stopped.
	Changes func(form.Application, travel.World) []rule.Change[form.Application]
}

// Of gives what a procedure has beyond the engine; a procedure without an affair
// of its own has none of it.
func Of(procedure string) Affair {
	if procedure != "outbound-trip" {
		return Affair{}
	}
	return Affair{
		Examine:    travel.Examine,
		Vocabulary: travel.Vocabulary,
		Count: func(a form.Application, today calendar.Day, w travel.World) (rule.Values, string, any) {
			values, trip := travel.Values(a, today, w)
			return values, trip.DeclaredTrack, trip.Derived()
		},
		Changes: travel.Changes,
	}
}
