package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/text"
)

// OwnReading is what can be read of somebody's own.
type OwnReading interface {
	// Waiting are the cases in which something waits for somebody, what presses first.
	Waiting(own casework.Own, limit, offset int) ([]casework.Case, error)
	// WaitingByDay counts them by the first day by which something is due; the zero day: none.
	WaitingByDay(own casework.Own) (map[calendar.Day]int, error)
	OwnCases(list casework.List, own casework.Own, limit, offset int) ([]casework.Case, error)
	// CountOwn counts no further than one more than casework.ListAtMost.
	CountOwn(list casework.List, own casework.Own) (int, error)
	// RowsInSight are the rows of a register that touch a day, of cases in sight.
	RowsInSight(name string, sight casework.Sight, day calendar.Day) ([]register.Row, error)
}

// Today is what somebody's day is made of: what waits and until when, the own
// lists, and what the office should know.
type Today struct {
	Now   calendar.Instant
	Day   calendar.Day
	List  casework.List
	Lines []CaseLine
	// Counts says how long each list is, as far as casework.ListAtMost and one more.
	Counts map[casework.List]int
	// Within is how many of those that wait are due within the days that were asked for.
	Within int
	// Over, Due and Soon are how many cases wait overdue, until today, and until the next working day.
	Over, Due, Soon int
	// Week are the next ten working days, today first, with what is due and who comes home.
	Week   []DayAhead
	Abroad []AbroadIn
	// Vacant are the posts that nobody holds.
	Vacant []text.Text
}

// DayAhead is a working day with what falls on it; what falls on days off before it is with it.
type DayAhead struct {
	Day     calendar.Day
	Due     int
	Returns int
	// From is the first of the days that are with it.
	From calendar.Day
	// NewWeek: days off lie before it.
	NewWeek bool
}

// AbroadIn is how many people of how many delegations are abroad on a continent today, as far as the reader sees.
type AbroadIn struct {
	Continent     string
	People, Cases int
}

// DayPart is what of somebody's day is listed.
type DayPart struct {
	List casework.List
	// From and Until narrow what waits to what is due from a day, none being the first of all, until another; none: all of it.
	From, Until   calendar.Day
	Limit, Offset int
}

// daysAhead is how many working days the strip shows.
const daysAhead = 10

// Today gives the day of a reader, with a page of one of the lists. What waits
// for a post that somebody delegated for some procedures waits in those only.
func (d *Desk) Today(ctx context.Context, reader Reader, part DayPart) (Today, error) {
	var out Today
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		sight, err := sightOf(r, reader)
		if err != nil {
			return err
		}
		out = Today{Now: r.Now(), Day: r.Now().Day(OfficeZone()), List: part.List, Counts: map[casework.List]int{}}
		own := casework.OwnOf(o, reader.Person, out.Day, sight)
		byDay, err := r.WaitingByDay(own)
		if err != nil {
			return err
		}
		for _, n := range byDay {
			out.Counts[casework.ToDo] += n
		}
		for _, l := range []casework.List{casework.Done, casework.Started, casework.Copied, casework.Drafts} {
			if out.Counts[l], err = r.CountOwn(l, own); err != nil {
				return err
			}
		}
		if out.List == casework.ToDo && !part.Until.IsZero() {
			out.Within = part.within(byDay)
		}
		if err := d.lines(r, &out, own, o, part.Limit, part.Offset); err != nil {
			return err
		}
		returns, err := d.abroad(r, &out, sight)
		if err != nil {
			return err
		}
		d.ahead(&out, byDay, returns)
		for _, id := range o.Vacant(out.Day) {
			post, _ := o.Post(id)
			out.Vacant = append(out.Vacant, post.Name)
		}
		return nil
	})
	return out, err
}

// within counts what is due within the days of the part, and moves the part there: what waits stands in the order of its days.
func (p *DayPart) within(byDay map[calendar.Day]int) int {
	n := 0
	first := p.Offset
	for due, cases := range byDay {
		switch {
		case due.IsZero() || due > p.Until:
		case due < p.From:
			p.Offset += cases
		default:
			n += cases
		}
	}
	p.Limit = max(min(p.Limit, n-first), 0)
	return n
}

// lines reads the page of the list. In what waits, those who hold a case are only the reader's own tasks.
func (d *Desk) lines(r Reading, out *Today, own casework.Own, o office.Office, limit, offset int) error {
	var cases []casework.Case
	var err error
	if out.List == casework.ToDo {
		cases, err = r.Waiting(own, limit, offset)
	} else {
		cases, err = r.OwnCases(out.List, own, limit, offset)
	}
	if err != nil {
		return err
	}
	for _, c := range cases {
		line := d.line(c, o, out.Day)
		if out.List == casework.ToDo {
			p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
			tasks := c.Tasks(p)
			mine := line.Holders[:0:0]
			for i, h := range line.Holders {
				if i < len(tasks) && own.Bears(tasks[i], c) {
					mine = append(mine, h)
				}
			}
			slices.SortStableFunc(mine, func(a, b Holder) int { return cmp.Compare(dueDay(a), dueDay(b)) })
			line.Holders = mine
		}
		out.Lines = append(out.Lines, line)
	}
	return nil
}

func dueDay(h Holder) calendar.Day {
	if h.Due == nil || h.Due.Due.IsZero() {
		return calendar.LastDay
	}
	return h.Due.Due
}

// ahead lays what is due over the working days to come.
func (d *Desk) ahead(out *Today, byDay, returns map[calendar.Day]int) {
	before := out.Day
	for i, day := 0, out.Day; i < daysAhead; i++ {
		if i > 0 {
			day = d.lib.Calendar.AddWorking(before, 1).Due
		}
		ahead := DayAhead{Day: day, From: day, NewWeek: i > 0 && before.DaysUntil(day) > 1}
		if i > 0 {
			ahead.From = before.AddDays(1)
		}
		for due, n := range byDay {
			if due == day || (i > 0 && due > before && due < day) {
				ahead.Due += n
			}
		}
		for due, n := range returns {
			if due == day || (i > 0 && due > before && due < day) {
				ahead.Returns += n
			}
		}
		out.Week = append(out.Week, ahead)
		before = day
	}
	next := out.Week[1].Day
	for due, n := range byDay {
		switch {
		case due.IsZero():
		case due < out.Day:
			out.Over += n
		case due == out.Day:
			out.Due += n
		case due <= next:
			out.Soon += n
		}
	}
}

// abroad counts who is abroad today by continent, and gives how many come home when.
func (d *Desk) abroad(r Reading, out *Today, sight casework.Sight) (map[calendar.Day]int, error) {
	rows, err := r.RowsInSight(travel.TripsRegister, sight, out.Day)
	if err != nil {
		return nil, err
	}
	people, returns := map[string]int{}, map[calendar.Day]int{}
	cases := map[string]map[string]bool{}
	for _, row := range rows {
		var trip travel.TripRow
		if err := json.Unmarshal(row.Body, &trip); err != nil {
			return nil, fmt.Errorf("read register row %s of %s: %w", row.Key, row.Case, err)
		}
		if !trip.Approved {
			continue
		}
		in := d.continentOf(trip)
		people[in]++
		if cases[in] == nil {
			cases[in] = map[string]bool{}
		}
		cases[in][row.Case] = true
		returns[row.Until]++
	}
	for in, n := range people {
		out.Abroad = append(out.Abroad, AbroadIn{Continent: in, People: n, Cases: len(cases[in])})
	}
	slices.SortFunc(out.Abroad, func(a, b AbroadIn) int {
		return cmp.Or(cmp.Compare(b.People, a.People), cmp.Compare(a.Continent, b.Continent))
	})
	return returns, nil
}

func (d *Desk) continentOf(trip travel.TripRow) string {
	for _, code := range trip.Places {
		if p, ok := d.lib.Places.Find(placeCode(code)); ok {
			return string(p.Continent)
		}
	}
	return ""
}

// Tally counts the cases in a reader's sight that a filter picks, by state, with what is overdue and what is due within two working days.
func (d *Desk) Tally(ctx context.Context, reader Reader, f casework.Filter) (casework.Tally, error) {
	var out casework.Tally
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		if f.Sight, err = sightOf(r, reader); err != nil {
			return err
		}
		today := r.Now().Day(OfficeZone())
		out, err = r.TallyCases(f, today, d.lib.Calendar.AddWorking(today, 3).Due.AddDays(-1))
		return err
	})
	return out, err
}
