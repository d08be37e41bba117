// Package affairs is the one explicit list of what the world of foreign affairs
// adds to the engine: the blocks that forms are made of, what rules may speak of,
// what is counted, what registers hold, and which changes an applicant could make.
package affairs

import (
	"reflect"
	"slices"

	"chancery/affairs/gift"
	"chancery/affairs/passport"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/office"
	"chancery/core/place"
	"chancery/core/procedure"
	"chancery/core/register"
	"chancery/core/rule"
	"chancery/core/text"
)

// Blocks lists every block that a procedure's form may be made of.
func Blocks() []form.Block {
	return append(append(form.GenericBlocks(), travel.Blocks()...), gift.Blocks()...)
}

// Kinds are the types of all that blocks hold and of all that rules speak of.
func Kinds(cal *calendar.Calendar) []reflect.Type {
	kinds := []reflect.Type{reflect.TypeFor[office.Mark]()}
	for _, b := range Blocks() {
		kinds = append(kinds, b.Type)
	}
	for _, v := range []rule.Vocabulary{travel.Vocabulary(cal), gift.Vocabulary(cal)} {
		for _, x := range slices.Concat(v.Variables, v.Facts) {
			kinds = append(kinds, x.Type)
		}
		kinds = append(kinds, v.Person, v.Stay)
	}
	return slices.DeleteFunc(kinds, func(t reflect.Type) bool { return t == nil })
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
	// Live is the application as the acts of the case make it.
	Live func(form.Application, casework.Case) (form.Application, error)
	// Registers adds to an application what the registers know of it, and answers the facts that rules ask for.
	Registers func(form.Application, casework.Case, Lookup) (form.Application, rule.Facts, error)
	// Rows are the register rows of a case.
	Rows func(casework.Case, form.Application) ([]register.Row, error)
	// Involved are the names of those the case is about; LeaderLevel the rank level that finds its authority.
	Involved    func(form.Application) []string
	LeaderLevel func(form.Application) int
	// Hide takes out what only those need who judge the persons, and names what it took out; reader is the name of who reads.
	Hide func(a form.Application, reader string) (form.Application, []string)
	// Show is what a public notice shows of an application; nil: it is never on notice.
	Show func(form.Application, *money.Rates) travel.Shown
	// Title is how the case is called in lists.
	Title func(form.Application, *place.Table) string
	// Line is how the case is called in English, of its data.
	Line func(a form.Application, places *place.Table, called func(name string) string) string
	// Size is how large the case is, in a few words; nil: there is nothing to measure.
	Size func(form.Application) text.Text
	// Words are the fields by which a case is found, beside its title and who filed it; nothing that Hide takes out.
	Words func(form.Application, *place.Table) []string
	// Circumstances are those that are so in an application, by the word that procedures use.
	Circumstances func(form.Application) map[procedure.Circumstance]casework.Circumstance
	// Journey are the names of those who travel, and the day on which they leave.
	Journey func(form.Application) ([]string, calendar.Day)
	// Again is an application made into the beginning of another one that begins on a day, zero for one without days.
	Again func(form.Application, calendar.Day) form.Application
	// About is the field in which somebody would change what a rule calls a variable or a fact; "" where none does.
	About func(variable string) string
	// NoticeAgain says whether a change alters what was on public notice; Reduced refuses what is no reduction.
	NoticeAgain func(before, after form.Application) bool
	Reduced     func(before, after form.Application) error
}

// Lookup gives the rows of a register that touch a span of days; with a key, only those of that person or thing.
type Lookup = func(register, key string, from, until calendar.Day) ([]register.Row, error)

// Of gives what a procedure has beyond the engine; a procedure without an affair
// of its own has none of it.
func Of(procedure string) Affair {
	switch procedure {
	case "outbound-trip":
		return Affair{
			Examine: travel.Examine, Vocabulary: travel.Vocabulary, Changes: travel.Changes, Live: travel.Live, Rows: tripRows,
			Registers: tripRegisters, Involved: travel.Involved, LeaderLevel: travel.LeaderLevel, Title: travel.Title, Line: travel.Line, Size: travel.Size, Hide: travel.Hide, Show: travel.Show, Words: travel.Words,
			Circumstances: travel.Circumstances, Journey: travel.Journey, NoticeAgain: travel.NoticeAgain, Reduced: travel.Reduced,
			Again: travel.Again, About: travel.About,
			Count: func(a form.Application, today calendar.Day, w travel.World) (rule.Values, string, any) {
				values, trip := travel.Values(a, today, w)
				return values, string(trip.DeclaredTrack), trip.Derived()
			},
		}
	case "gift-received":
		return Affair{
			Examine: gift.Examine, Vocabulary: gift.Vocabulary, Rows: gift.Rows, Involved: gift.Involved, Title: gift.Title, Line: gift.Line, Words: gift.Words,
			About: gift.About,
			Count: func(a form.Application, today calendar.Day, w travel.World) (rule.Values, string, any) {
				return gift.Values(a, today, w.Calendar), "", nil
			},
		}
	}
	return Affair{}
}

// tripRows are the register rows of a trip, those of its travel documents with them.
func tripRows(c casework.Case, a form.Application) ([]register.Row, error) {
	trips, err := travel.Rows(c, a)
	if err != nil {
		return nil, err
	}
	var holders []passport.Holder
	for _, m := range form.Get[[]travel.Member](a.Answers, "delegation") {
		holders = append(holders, passport.Holder{Name: m.Name, Unit: m.Unit, Kind: string(m.Document.Kind)})
	}
	documents, err := passport.Rows(c, holders, travel.PlannedHome(c, a))
	return slices.Concat(trips, documents, passport.Outstanding(documents)), err
}

// tripRegisters answers what rules about a trip ask of the registers.
func tripRegisters(a form.Application, c casework.Case, look Lookup) (form.Application, rule.Facts, error) {
	live, facts, err := travel.Registers(a, c, look)
	if err != nil {
		return a, nil, err
	}
	open, err := look(passport.OutRegister, a.Unit, calendar.LastDay, 0)
	if err != nil {
		return a, nil, err
	}
	facts["unit_overdue_documents"], err = passport.Blocking(a.Unit, c.No, a.Filed, open)
	return live, facts, err
}

// Listings are the registers as people read them.
func Listings() []register.Listing {
	return slices.Concat(travel.Listings(), passport.Listings(), gift.Listings())
}

// Circumstances are the words for circumstances that a procedure may use.
func Circumstances(name string) []procedure.Circumstance {
	if name == "outbound-trip" {
		return travel.AllCircumstances()
	}
	return nil
}

// Live is the application as the acts of the case make it.
func Live(a form.Application, c casework.Case) (form.Application, error) {
	if live := Of(a.Procedure).Live; live != nil {
		return live(a, c)
	}
	return a, nil
}

// Rows are the register rows of a case.
func Rows(c casework.Case, a form.Application) ([]register.Row, error) {
	if rows := Of(a.Procedure).Rows; rows != nil {
		return rows(c, a)
	}
	return nil, nil
}

// Involved are the names of those a case is about; they may not sign or decide it.
func Involved(a form.Application) []string {
	if involved := Of(a.Procedure).Involved; involved != nil {
		return involved(a)
	}
	return nil
}

// LeaderLevel is the rank level by which the authority of a case is found; zero where rank plays no part.
func LeaderLevel(a form.Application) int {
	if level := Of(a.Procedure).LeaderLevel; level != nil {
		return level(a)
	}
	return 0
}

// Words are the fields by which a case is found, beside its title and who filed it.
func Words(a form.Application, places *place.Table) []string {
	if words := Of(a.Procedure).Words; words != nil {
		return words(a, places)
	}
	return nil
}

// Papers are the kinds of paper that the rules of a procedure ask for.
func Papers(name string) []string {
	if name == "outbound-trip" {
		return travel.Paper("").Words()
	}
	return nil
}

// Title is how a case is called in lists.
func Title(a form.Application, procedure text.Text, places *place.Table) string {
	if title := Of(a.Procedure).Title; title != nil {
		return title(a, places)
	}
	if m := form.Get[form.Matter](a.Answers, "matter"); m.Title != "" {
		return m.Title
	}
	return procedure.ZH
}

// Line is how a case is called on an English page. Titles stand in the language in which they were written; this is made of
// the data of the case: what it is, whose, and how large; called names people and units in English.
func Line(a form.Application, procedure text.Text, places *place.Table, called func(name string) string) string {
	if line := Of(a.Procedure).Line; line != nil {
		return line(a, places, called)
	}
	out := procedure.EN + ", " + called(a.Unit)
	if asked := len(form.Get[form.Circulation](a.Answers, "circulation").Asked); asked > 0 {
		out += text.Text{EN: ": {n} {n|unit|units} asked"}.Fill(text.Args{"n": asked}).EN
	}
	return out
}
