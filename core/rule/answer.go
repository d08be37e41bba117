package rule

import (
	"chancery/core/calendar"
	"chancery/core/text"
)

// Status is what a rule says of an application.
type Status string

// The statuses, from the best to the worst.
const (
	OK      Status = "ok"      // met
	Warn    Status = "warn"    // the officer must take note
	Judge   Status = "judge"   // a person must decide, a machine cannot
	Missing Status = "missing" // a paper or a field must be added
	Stop    Status = "stop"    // may not proceed
)

// Words lists the statuses, from the best to the worst.
func (Status) Words() []string {
	return []string{string(OK), string(Warn), string(Judge), string(Missing), string(Stop)}
}

func (s Status) weight() int {
	switch s {
	case Warn:
		return 1
	case Judge:
		return 2
	case Missing:
		return 3
	case Stop:
		return 4
	case OK:
		return 0
	}
	return 0
}

// Worse says whether s is worse than other.
func (s Status) Worse(other Status) bool { return s.weight() > other.weight() }

// Passes says whether an application of this verdict may be submitted.
func (s Status) Passes() bool { return s.weight() < Missing.weight() }

// Gate is the moment at which a rule falls due.
type Gate string

// The gates, in the order in which a case passes them.
const (
	Application Gate = "application"
	NoticeGate  Gate = "notice"
	Approval    Gate = "approval"
	Departure   Gate = "departure"
	Return      Gate = "return"
	Settlement  Gate = "settlement"
)

// Words lists the gates in their order.
func (Gate) Words() []string {
	return []string{
		string(Application), string(NoticeGate), string(Approval), string(Departure), string(Return), string(Settlement),
	}
}

// Order is the place of the gate in the sequence, from 0; -1 when it is none.
func (g Gate) Order() int {
	for i, w := range g.Words() {
		if string(g) == w {
			return i
		}
	}
	return -1
}

// Confidence says how sure we are of a fact of the world: T text seen, L from
// implementing rules, U unconfirmed. What is U never speaks.
type Confidence string

// Words lists the degrees.
func (Confidence) Words() []string { return []string{"T", "L", "U"} }

// Unconfirmed is the degree that never speaks.
const Unconfirmed Confidence = "U"

// Cite names the article that speaks, as it stood on the day.
type Cite struct {
	Book        string       `json:"book"`
	Document    string       `json:"document"`
	Article     string       `json:"article"`
	Title       text.Text    `json:"title"`
	InForceFrom calendar.Day `json:"in_force_from"`
	// AssumedDay: the day from which it is in force is an assumption, not seen in a text.
	AssumedDay bool       `json:"assumed_day,omitempty"`
	Confidence Confidence `json:"confidence"`
}

// Quantity is a measured value or a limit, with its unit.
type Quantity struct {
	Value string `json:"value"`
	Unit  string `json:"unit,omitempty"`
}

// Also is an article of another layer that speaks to the same matter and was not the strictest.
type Also struct {
	Rule   string    `json:"rule"`
	Status Status    `json:"status"`
	Cite   Cite      `json:"cite"`
	Limit  *Quantity `json:"limit,omitempty"`
}

// Finding is what one rule says of one application. It is a value, never an error.
type Finding struct {
	Rule   string `json:"rule"`
	Status Status `json:"status"`
	Gate   Gate   `json:"gate"`
	Cite   Cite   `json:"cite"`
	// Measured and Limit are absent where there is nothing to measure.
	Measured *Quantity `json:"measured,omitempty"`
	Limit    *Quantity `json:"limit,omitempty"`
	// Subjects are the persons or stays that the finding is about; empty: the case as a whole.
	Subjects []string  `json:"subjects,omitempty"`
	How      text.Text `json:"how,omitzero"`
	Say      text.Text `json:"say"`
	// Needs says which paper, signature or evidence would have to be added.
	Needs text.Text `json:"needs,omitzero"`
	// Provisional: it rests on days of a year whose holidays are not announced.
	Provisional bool   `json:"provisional,omitempty"`
	Also        []Also `json:"also,omitempty"`

	level  Level
	limit  any
	matter *matter
}

// BookRef names a book and the edition that was in force.
type BookRef struct {
	Name    string `json:"name"`
	Edition string `json:"edition"`
	Level   Level  `json:"level"`
}

// Later is a rule that falls due after the gate that was asked about.
type Later struct {
	Rule string    `json:"rule"`
	Gate Gate      `json:"gate"`
	Asks text.Text `json:"asks"`
}

// Draft is a rule or value that nobody has confirmed; it has no effect on the verdict.
type Draft struct {
	Book  string    `json:"book"`
	Rule  string    `json:"rule"`
	Title text.Text `json:"title"`
	Note  text.Text `json:"note,omitzero"`
}

// Unanswered is a rule that asks a register which was not at hand.
type Unanswered struct {
	Rule  string    `json:"rule"`
	Facts []string  `json:"facts"`
	Title text.Text `json:"title"`
}

// Need is a paper, signature or evidence that a change cannot supply.
type Need struct {
	Rule string    `json:"rule"`
	Say  text.Text `json:"say"`
}

// Evaluation is what the rules say of one application on one day at one gate.
type Evaluation struct {
	Books      []BookRef
	Verdict    Status
	Findings   []Finding
	Later      []Later
	Drafts     []Draft
	Unanswered []Unanswered
}

// Answer is the whole answer to «would this application be stopped». The same
// application under the same books on the same day gives the same bytes.
type Answer struct {
	Procedure    string        `json:"procedure"`
	Track        string        `json:"track,omitempty"`
	Day          calendar.Day  `json:"day"`
	Gate         Gate          `json:"gate"`
	Books        []BookRef     `json:"books"`
	Verdict      Status        `json:"verdict"`
	Findings     []Finding     `json:"findings"`
	Later        []Later       `json:"later,omitempty"`
	Drafts       []Draft       `json:"drafts,omitempty"`
	Unanswered   []Unanswered  `json:"unanswered,omitempty"`
	Derived      any           `json:"derived,omitempty"`
	Needs        []Need        `json:"needs,omitempty"`
	Alternatives []Alternative `json:"alternatives"`
}
