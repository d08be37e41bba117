// Package gift knows gifts received on official business: what a declaration
// holds, what is counted about it, and the register of gifts, which outlives the
// cases (国务院令第133号, articles 7 and 10).
package gift

import (
	"encoding/json"
	"fmt"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/place"
	"chancery/core/register"
	"chancery/core/rule"
	"chancery/core/text"
)

// Kind is what sort of thing was received.
type Kind string

// Words lists the sorts.
func (Kind) Words() []string { return []string{"object", "cash", "securities"} }

// Disposal is what is proposed to be done with it.
type Disposal string

// Words lists what may be done with a gift.
func (Disposal) Words() []string {
	return []string{"kept-by-receiver", "kept-by-unit", "handed-over", "to-treasury"}
}

// Gift is one gift received.
type Gift struct {
	What     string       `json:"what,omitempty"`
	Kind     Kind         `json:"kind,omitempty"`
	Giver    string       `json:"giver,omitempty"`
	Receiver string       `json:"receiver,omitempty"`
	Received calendar.Day `json:"received,omitempty"`
	// Returned is the day of the return, where the gift was received abroad: the term runs from it.
	Returned calendar.Day `json:"returned,omitempty"`
	// Value is the market price at home, in yuan.
	Value    money.Amount `json:"value,omitzero"`
	Disposal Disposal     `json:"disposal,omitempty"`
}

// Counted is what is counted of a declaration; rules speak of it as `counted`.
type Counted struct {
	// Yuan is the value in full yuan, rounded down.
	Yuan int `json:"yuan"`
	// From is the day from which the term runs; Due the last day of it, one month later.
	From calendar.Day `json:"from"`
	Due  calendar.Day `json:"due"`
	Late bool         `json:"late"`
	Kept bool         `json:"kept"`
}

// Blocks are the blocks of a declaration.
func Blocks() []form.Block { return []form.Block{form.NewBlock[Gift]("gift", "礼品", "Gift")} }

// Vocabulary is what rules about gifts may speak of.
func Vocabulary(cal *calendar.Calendar) rule.Vocabulary {
	return rule.Vocabulary{Functions: rule.DayFunctions(cal), Variables: []rule.Variable{
		rule.NewVariable[calendar.Day]("day"), rule.NewVariable[calendar.Day]("today"),
		rule.NewVariable[Gift]("gift"), rule.NewVariable[Counted]("counted"),
	}}
}

// Values gives the variables of one declaration.
func Values(a form.Application, today calendar.Day, _ *calendar.Calendar) rule.Values {
	g := form.Get[Gift](a.Answers, "gift")
	c := Count(g, a.Filed)
	return rule.Values{Variables: map[string]any{"day": a.Filed, "today": today, "gift": g, "counted": &c}}
}

// Count counts a declaration: it is due one month after the gift was received, or
// after the return where it was received abroad (国务院令第133号, article 7).
func Count(g Gift, declared calendar.Day) Counted {
	c := Counted{Yuan: int(g.Value.Minor / 100), From: max(g.Received, g.Returned), Kept: g.Disposal == "kept-by-receiver" || g.Disposal == "kept-by-unit"}
	if !c.From.IsZero() {
		c.Due = c.From.AddMonths(1)
		c.Late = declared > c.Due
	}
	return c
}

// Involved is the receiver, who may not decide what becomes of the gift.
func Involved(a form.Application) []string {
	return []string{form.Get[Gift](a.Answers, "gift").Receiver}
}

// Title is how a declaration is called in lists.
func Title(a form.Application, _ *place.Table) string {
	g := form.Get[Gift](a.Answers, "gift")
	return g.Giver + "赠" + g.Receiver + "：" + g.What
}

// Line is how a declaration is called in English, of its data: who was given something, and when.
func Line(a form.Application, _ *place.Table, called func(name string) string) string {
	g := form.Get[Gift](a.Answers, "gift")
	out := "Gift to " + called(g.Receiver)
	if !g.Received.IsZero() {
		out += ", received " + g.Received.SayFull().EN
	}
	return out
}

// Examine finds what a declaration says that cannot be: a value in other money
// than yuan, since the threshold is one of the market price at home (国务院令第133号,
// article 7), and a return before the gift was received.
func Examine(a form.Answers, _ *place.Table) []*fault.Fault {
	g := form.Get[Gift](a, "gift")
	var out []*fault.Fault
	if !g.Value.IsZero() && g.Value.Currency != "CNY" {
		out = append(out, fault.New(fault.Invalid, "gift.value.currency", text.Text{
			ZH: "请按国内市场价以人民币（CNY）填写价值", EN: "give the value at the market price at home, in yuan (CNY)",
		}))
	}
	if !g.Returned.IsZero() && g.Returned < g.Received {
		out = append(out, fault.New(fault.Invalid, "gift.returned", text.Text{
			ZH: "回国日期早于收礼日期", EN: "the return lies before the day on which the gift was received",
		}))
	}
	return out
}

// About is the field in which somebody would change what a rule calls a variable; "" where none does.
func About(variable string) string {
	return map[string]string{
		"counted.yuan": "gift.value", "counted.from": "gift.received", "counted.due": "gift.received", "counted.late": "gift.received", "counted.kept": "gift.disposal",
	}[variable]
}

// Register is the name of the register of gifts.
const Register = "gifts"

// Row is one gift in the register.
type Row struct {
	Gift    Gift             `json:"gift"`
	Outcome casework.Outcome `json:"outcome,omitempty"`
}

// Rows is one row for each declared gift that was not withdrawn.
func Rows(c casework.Case, a form.Application) ([]register.Row, error) {
	if c.FirstSubmitted.IsZero() || c.State == casework.Withdrawn {
		return nil, nil
	}
	g := form.Get[Gift](a.Answers, "gift")
	body, err := json.Marshal(Row{Gift: g, Outcome: c.Outcome})
	if err != nil {
		return nil, fmt.Errorf("write gift row: %w", err)
	}
	stage := Declared
	if c.Outcome != casework.NoOutcome {
		stage = Disposed
	}
	return []register.Row{{
		Register: Register, Key: c.No, Case: c.No, From: g.Received, Body: body, Who: g.Receiver, Unit: a.Unit, Stage: stage,
	}}, nil
}

// Words are the fields by which a declaration is found: what was given, by whom and to whom.
func Words(a form.Application, _ *place.Table) []string {
	g := form.Get[Gift](a.Answers, "gift")
	return []string{g.What, g.Giver, g.Receiver}
}
