package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/core/text"
)

// Quarter is a quarter of a year, such as 2026Q3.
type Quarter struct {
	Year, Number int
}

// ParseQuarter reads a quarter as 2026Q3.
func ParseQuarter(s string) (Quarter, error) {
	year, number, ok := strings.Cut(s, "Q")
	y, errY := strconv.Atoi(year)
	n, errN := strconv.Atoi(number)
	if !ok || errY != nil || errN != nil || y < 1949 || y > 9999 || n < 1 || n > 4 {
		return Quarter{}, fault.New(fault.Invalid, "quarter", text.Text{
			ZH: "「{q}」不是季度；请写成 2026Q3", EN: "{q} is not a quarter; write it as 2026Q3",
		}.Fill(text.Args{"q": s}))
	}
	return Quarter{Year: y, Number: n}, nil
}

// Before is the quarter before.
func (q Quarter) Before() Quarter {
	if q.Number == 1 {
		return Quarter{Year: q.Year - 1, Number: 4}
	}
	return Quarter{Year: q.Year, Number: q.Number - 1}
}

// QuarterOf is the quarter in which a day lies.
func QuarterOf(d calendar.Day) Quarter {
	return Quarter{Year: d.Year(), Number: (int(d.Month())-1)/3 + 1}
}

// String writes the quarter as 2026Q3.
func (q Quarter) String() string { return fmt.Sprintf("%dQ%d", q.Year, q.Number) }

// span is the quarter as instants in the office's time zone; the end is not included.
func (q Quarter) span() (from, until calendar.Instant) {
	begin := time.Date(q.Year, time.Month(3*q.Number-2), 1, 0, 0, 0, 0, OfficeZone())
	return calendar.InstantOf(begin), calendar.InstantOf(begin.AddDate(0, 3, 0))
}

// Refusals is the figure «refused of submitted» with its denominator, its
// definition and the cases behind it.
type Refusals struct {
	Quarter    string    `json:"quarter"`
	Refused    int       `json:"refused"`
	Submitted  int       `json:"submitted"`
	Share      string    `json:"share"`
	Definition text.Text `json:"definition"`
	// Stopped counts the submissions of the quarter that the rules stopped at least once: another figure.
	Stopped int    `json:"stopped_by_rules"`
	Edition string `json:"edition"`
	AsOf    AsOf   `json:"as_of"`
	// Cases are the numbers of the refused, as they stand on paper.
	Cases []string `json:"cases"`
	// Gates say at which step cases were stopped; each opens its cases.
	Gates []GateCount `json:"gates"`
	// All are the cases that the figure counts, in the order of their numbers.
	All []CountedCase `json:"-"`
}

// CountedCase is a case behind a figure.
type CountedCase struct {
	No      string
	Number  text.Text
	Title   string
	Called  CaseName
	Unit    string
	State   casework.State
	Outcome casework.Outcome
	// Refused: a person decided to refuse it; Ground is the coded reason, Decided the day.
	Refused bool
	Ground  string
	Decided calendar.Day
	Stops   int
	// Gate is the step up to the decision at which the case ended or waits, and Came how: refused, withdrawn, waiting or passed.
	Gate, Came string
}

// AsOf says how far the journal went when a figure was counted.
type AsOf struct {
	Instant calendar.Instant `json:"instant"`
	Entry   int64            `json:"entry"`
}

// Refusals counts the refusals of the cases of a procedure that were first
// submitted in a quarter, for a reader who sees all of them. A submission is the first submit act of a case; refused
// are those that a person decided to refuse, on whatever later day; submitting
// again after a return does not count again. What the rules stop is another figure.
func (d *Desk) Refusals(ctx context.Context, reader Reader, procedure string, q Quarter) (Refusals, error) {
	out := Refusals{Quarter: q.String(), Cases: []string{}, Gates: []GateCount{}, Definition: text.Text{
		ZH: "分母为本季度首次报送的案件；分子为其中由人决定不予批准的案件，不论决定在哪一天。退回后再报不重复计数；被规则拦下的另列。",
		EN: "Of the cases first submitted in the quarter, those that a person decided to refuse, on whatever day. Submitting again after a return does not count again; what the rules stop is counted apart.",
	}}
	from, until := q.span()
	err := d.store.Read(ctx, func(r Reading) error {
		sight, err := sightOf(r, reader)
		if err != nil {
			return err
		}
		if !sight.SeesAllOf(procedure) {
			return notYours("quarter")
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		cases, err := r.Cases(casework.Filter{Sight: casework.Everything(), Procedure: procedure, SubmittedFrom: from, SubmittedUntil: until})
		if err != nil {
			return err
		}
		for _, c := range cases {
			out.Submitted++
			out.All = append(out.All, d.counted(c, o))
			if c.Stops > 0 {
				out.Stopped++
			}
			if refusedByPerson(c) {
				out.Refused++
				out.Cases = append(out.Cases, c.Number.ZH)
			}
		}
		out.AsOf = AsOf{Instant: r.Now()}
		out.AsOf.Entry, err = r.LastEntry()
		return err
	})
	slices.SortFunc(out.Cases, byNumber)
	slices.SortFunc(out.All, func(a, b CountedCase) int { return byNumber(a.Number.ZH, b.Number.ZH) })
	if p, ok := d.lib.Procedure(procedure); ok {
		out.Gates = gates(p, out.All)
	}
	out.Share = share(out.Refused, out.Submitted)
	out.Edition = d.edition(procedure, q)
	return out, err
}

func (d *Desk) counted(c casework.Case, o office.Office) CountedCase {
	out := CountedCase{
		No: c.No, Number: c.Number, Title: c.Title, Called: d.named(c, o), Unit: c.Unit, State: c.State, Outcome: c.Outcome, Refused: refusedByPerson(c), Stops: c.Stops,
	}
	p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	out.Gate, out.Came = gateOf(p, c)
	if n := len(c.Decisions); n > 0 {
		out.Ground, out.Decided = c.Decisions[n-1].Ground, c.Decisions[n-1].Day
	}
	return out
}

func refusedByPerson(c casework.Case) bool {
	return c.Outcome == casework.OutcomeRefused && len(c.Decisions) > 0 && c.Decisions[len(c.Decisions)-1].By.Person != ""
}

// share is part of whole with two decimals, half up; "0.00" of nothing.
func share(part, whole int) string {
	if whole == 0 {
		return "0.00"
	}
	hundredths := (part*200 + whole) / (2 * whole)
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}

// byNumber orders case numbers by their running number.
func byNumber(a, b string) int {
	n := func(s string) int {
		_, tail, _ := strings.Cut(s, "〕")
		v, _ := strconv.Atoi(tail)
		return v
	}
	return n(a) - n(b)
}

// edition is that of the procedure's books on the last day of the quarter.
func (d *Desk) edition(procedure string, q Quarter) string {
	p, ok := d.lib.Procedure(procedure)
	if !ok || len(p.Books) == 0 {
		return ""
	}
	_, until := q.span()
	e, err := d.lib.Books.Evaluate(rule.Request{Procedure: procedure, Books: p.Books, Day: until.Day(OfficeZone()).AddDays(-1), Gate: ""})
	if err != nil || len(e.Books) == 0 {
		return ""
	}
	return e.Books[0].Name + " " + e.Books[0].Edition
}

// After is the quarter after.
func (q Quarter) After() Quarter {
	if q.Number == 4 {
		return Quarter{Year: q.Year + 1, Number: 1}
	}
	return Quarter{Year: q.Year, Number: q.Number + 1}
}

// Begins is the first day of the quarter.
func (q Quarter) Begins() calendar.Day {
	from, _ := q.span()
	return from.Day(OfficeZone())
}
