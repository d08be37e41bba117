package travel

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/place"
	"chancery/core/register"
	"chancery/core/rule"
	"chancery/core/text"
)

// Title is how a trip is called in lists: who goes where, for what.
func Title(a form.Application, places *place.Table) string {
	var names []string
	for _, c := range Places(form.Get[Itinerary](a.Answers, "itinerary")) {
		names = append(names, places.Name(c).ZH)
	}
	where := strings.Join(names, "、")
	if len(names) > 2 {
		where = fmt.Sprintf("%s等 %d 国（地区）", names[0], len(names))
	}
	return a.Unit + "赴" + where + form.Get[Purpose](a.Answers, "purpose").Text
}

// Line is how a trip is called in English, of its data: whose, where to, how many people for how many days. What it is for
// stands in the words of the applicant only.
func Line(a form.Application, places *place.Table, called func(name string) string) string {
	it := form.Get[Itinerary](a.Answers, "itinerary")
	out := called(a.Unit)
	var names []string
	for _, c := range Places(it) {
		names = append(names, places.Name(c).EN)
	}
	if len(names) > 0 {
		out += " to " + text.Join(names, text.EN)
	}
	return out + ": " + Size(a).EN
}

// Size is how large a trip is: people, countries and regions, days, as far as they are known. English, which names the places
// before it, does not count them.
func Size(a form.Application) text.Text {
	it := form.Get[Itinerary](a.Answers, "itinerary")
	args := text.Args{"people": len(form.Get[[]Member](a.Answers, "delegation")), "places": len(Places(it))}
	said := text.Text{ZH: "{people} 人", EN: "{people} {people|person|people}"}
	if args["places"] != 0 {
		said.ZH += "·{places} 个国家和地区"
	}
	if !it.Exit.IsZero() && it.Entry >= it.Exit {
		args["days"] = it.Exit.DaysUntil(it.Entry) + 1
		said.ZH, said.EN = said.ZH+"·{days} 天", said.EN+", {days} {days|day|days}"
	}
	return said.Fill(args)
}

// Words are the fields by which a trip is found: who goes where, why, and who invites.
func Words(a form.Application, places *place.Table) []string {
	out := []string{form.Get[Purpose](a.Answers, "purpose").Text, form.Get[Inviter](a.Answers, "inviter").Body}
	out = append(out, Involved(a)...)
	it := form.Get[Itinerary](a.Answers, "itinerary")
	for _, c := range Places(it) {
		name := places.Name(c)
		out = append(out, name.ZH, name.EN)
	}
	for _, s := range it.Stays {
		out = append(out, s.City)
	}
	return out
}

// Involved are the members of the delegation.
func Involved(a form.Application) []string {
	var out []string
	for _, m := range form.Get[[]Member](a.Answers, "delegation") {
		out = append(out, m.Name)
	}
	return out
}

// LeaderLevel is the rank level of the leader; without one, the highest of the delegation.
func LeaderLevel(a form.Application) int {
	highest := 0
	for _, m := range form.Get[[]Member](a.Answers, "delegation") {
		if m.Leader {
			return m.Rank.Level()
		}
		highest = max(highest, m.Rank.Level())
	}
	return highest
}

// Rows are the register rows of a trip: one for each person's trip, one for the
// report that the leader owes, one for the place that it takes in the year's plan.
func Rows(c casework.Case, a form.Application) ([]register.Row, error) {
	rows, err := TripRows(c, a)
	if err != nil {
		return nil, err
	}
	visits, err := visitRows(c, a, rows)
	if err != nil {
		return nil, err
	}
	reports, err := reportRows(c, a)
	return slices.Concat(rows, visits, reports, planRows(c, a)), err
}

// PlannedHome is the day on which a delegation comes home as approved: after so
// many days as approved, counted from the departure once it has left.
func PlannedHome(c casework.Case, a form.Application) calendar.Day {
	it := form.Get[Itinerary](a.Answers, "itinerary")
	if c.Departed.IsZero() || it.Exit.IsZero() || it.Entry.IsZero() {
		return it.Entry
	}
	return c.Departed.AddDays(it.Exit.DaysUntil(it.Entry))
}

// PlanRegister is the register of what a year's plan has been used for: a row for
// each approved trip that was not cancelled or revoked, by unit and year.
const PlanRegister = "plan"

// PlanKey finds the rows of one unit and year.
func PlanKey(unit string, year int) string { return fmt.Sprintf("%s/%d", unit, year) }

func planRows(c casework.Case, a form.Application) []register.Row {
	exit := form.Get[Itinerary](a.Answers, "itinerary").Exit
	switch c.Outcome {
	case casework.OutcomeApproved, casework.OutcomeCondition, casework.OutcomeReduced:
	case casework.NoOutcome, casework.OutcomeRefused, casework.OutcomeWithdrawn, casework.OutcomeCancelled, casework.OutcomeRevoked, casework.OutcomeSetForward:
		return nil
	}
	return []register.Row{{Register: PlanRegister, Key: PlanKey(a.Unit, exit.Year()), Case: c.No, From: exit, Until: exit, Body: json.RawMessage("{}")}}
}

// ReportsRegister is the register of the reports that leaders owe.
const ReportsRegister = "reports"

// ReportRow is the report of a trip that its leader owes, until it is there.
type ReportRow struct {
	Person string       `json:"person"`
	Unit   string       `json:"unit"`
	Due    calendar.Day `json:"due,omitempty"`
	Back   calendar.Day `json:"back,omitempty"`
}

func reportRows(c casework.Case, a form.Application) ([]register.Row, error) {
	if c.Departed.IsZero() {
		return nil, nil
	}
	var out []register.Row
	for _, m := range form.Get[[]Member](a.Answers, "delegation") {
		if !m.Leader {
			continue
		}
		row := ReportRow{Person: m.Name, Unit: m.Unit}
		for _, d := range c.Checklist() {
			if d.Act != string(casework.Reported) || (d.Person != "" && d.Person != m.Name) {
				continue
			}
			row.Back = d.Done
			if d.Due != nil {
				row.Due = d.Due.Due
			}
		}
		body, err := json.Marshal(row)
		if err != nil {
			return nil, fmt.Errorf("write report row: %w", err)
		}
		out = append(out, register.Row{Register: ReportsRegister, Key: m.Name, Case: c.No, From: c.Departed, Until: row.Back, Body: body})
	}
	return out, nil
}

// Registers adds past trips to the members of a delegation and answers the facts
// that rules ask for by name.
func Registers(a form.Application, c casework.Case, look lookup) (form.Application, rule.Facts, error) {
	it := form.Get[Itinerary](a.Answers, "itinerary")
	facts := rule.Facts{
		"overlapping_filings": []string{}, "team_same_country": []string{}, "team_abroad": []string{}, "team_heads_abroad": false,
		"leader_overdue_reports": []string{},
	}
	if it.Exit.IsZero() {
		return a, facts, nil
	}
	members := slices.Clone(form.Get[[]Member](a.Answers, "delegation"))
	var err error
	for i, m := range members {
		if members[i].Past, err = pastTrips(m, c, it, look); err != nil {
			return a, nil, err
		}
	}
	if err := teamed(facts, members, c, it, look); err != nil {
		return a, nil, err
	}
	if facts["overlapping_filings"], err = splitFrom(members, hosts(a), c, it, look); err != nil {
		return a, nil, err
	}
	if facts["leader_overdue_reports"], err = owed(a, c, members, look); err != nil {
		return a, nil, err
	}
	return with(a, "delegation", members), facts, nil
}

// pastTrips adds what the register knows of a person's other approved trips, until
// the end of this one's year, to what the application says.
func pastTrips(m Member, c casework.Case, it Itinerary, look lookup) ([]PastTrip, error) {
	from := it.Exit.AddMonths(-36)
	if !m.TermFrom.IsZero() {
		from = min(from, m.TermFrom)
	}
	rows, err := look(TripsRegister, m.Name, from, yearEnd(it.Exit))
	if err != nil {
		return nil, err
	}
	past := slices.Clone(m.Past)
	for _, r := range rows {
		var row TripRow
		if err := json.Unmarshal(r.Body, &row); err != nil {
			return nil, fmt.Errorf("read register row %s of %s: %w", r.Key, r.Case, err)
		}
		if r.Case != c.No && row.Approved {
			past = append(past, pastOf(row, r))
		}
	}
	return past[max(0, len(past)-pastAtMost):], nil
}

// pastAtMost is how many past trips of a person are told of, the latest: nobody travels as often in three years, and no rule
// counts as far.
const pastAtMost = 200

// yearEnd is the last day of the year of a day: where trips are counted by the
// year, one that is approved for later in it counts as well (OUT-17).
func yearEnd(d calendar.Day) calendar.Day {
	return calendar.MustDay(fmt.Sprintf("%04d-12-31", d.Year()))
}

func pastOf(row TripRow, r register.Row) PastTrip {
	p := PastTrip{Exit: r.From, Entry: r.Until, Track: row.Track, Led: row.Led}
	for _, c := range row.Places {
		p.Places = append(p.Places, place.Code(c))
	}
	return p
}

// counterparts are those whom the programme names as partners of official business.
func counterparts(it Itinerary) []string {
	var out []string
	for _, h := range it.Programme {
		if h.Kind == "official" && h.With != "" && !slices.Contains(out, h.With) {
			out = append(out, h.With)
		}
	}
	return out
}

// owed are the reports of earlier trips that the leader of this one still owes on the filing day.
func owed(a form.Application, c casework.Case, members []Member, look lookup) ([]string, error) {
	found := []string{}
	for _, m := range members {
		if !m.Leader {
			continue
		}
		rows, err := look(ReportsRegister, m.Name, calendar.LastDay, 0) // only those that are still open
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			row, err := register.BodyOf[ReportRow](r)
			if err != nil {
				return nil, fmt.Errorf("read report row %s of %s: %w", r.Key, r.Case, err)
			}
			if r.Case != c.No && row.Back.IsZero() && !row.Due.IsZero() && row.Due < a.Filed {
				found = append(found, row.Person+" "+r.Case)
			}
		}
	}
	slices.Sort(found)
	return found, nil
}
