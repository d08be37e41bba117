package travel

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/place"
	"chancery/core/register"
	"chancery/core/rule"
)

// lookup gives the rows of a register that touch a span of days, those of one key.
type lookup = func(register, key string, from, until calendar.Day) ([]register.Row, error)

// The register of trips is read by person. What rules ask of other people's trips is found by other names, so that it is as
// quick in an office of a million trips as in one of a hundred.
const (
	// VisitsRegister has a row for each of those whom a delegation visits: who invites, and whom the programme names.
	VisitsRegister = "visits"
	// TeamsRegister has the rows of the register of trips of those who belong to a leadership team, by team.
	TeamsRegister = "teams"
)

// VisitRow is a delegation's visit to somebody.
type VisitRow struct {
	People []string `json:"people"`
	Places []string `json:"places"`
}

// hosts are those whom a delegation visits, each once.
func hosts(a form.Application) []string {
	out := counterparts(form.Get[Itinerary](a.Answers, "itinerary"))
	if inviter := form.Get[Inviter](a.Answers, "inviter").Body; inviter != "" && !slices.Contains(out, inviter) {
		out = append(out, inviter)
	}
	return out
}

// visitRows are the visits of a trip, from its exit until the last is home.
func visitRows(c casework.Case, a form.Application, trips []register.Row) ([]register.Row, error) {
	if len(trips) == 0 {
		return nil, nil
	}
	var visit VisitRow
	until := trips[0].Until
	for _, r := range trips {
		if r.Register == TripsRegister {
			visit.People, until = append(visit.People, r.Who), max(until, r.Until)
		}
	}
	for _, code := range Places(form.Get[Itinerary](a.Answers, "itinerary")) {
		visit.Places = append(visit.Places, string(code))
	}
	body, err := json.Marshal(visit)
	if err != nil {
		return nil, fmt.Errorf("write visit row: %w", err)
	}
	var out []register.Row
	for _, host := range hosts(a) {
		out = append(out, register.Row{Register: VisitsRegister, Key: host, Case: c.No, From: trips[0].From, Until: until, Body: body})
	}
	return out, nil
}

func sharesPlace(places []string, it Itinerary) bool {
	return slices.ContainsFunc(Places(it), func(c place.Code) bool { return slices.Contains(places, string(c)) })
}

const (
	// splitDays is how near two filings must lie to be suspected of being one group split in two (OUT-06).
	splitDays = 3
	// groupAtMost is the size of one group, interpreter included (中办发〔2013〕16号).
	groupAtMost = 6
	// namedAtMost is how many filings are named: whoever reads them has seen enough.
	namedAtMost = 20
)

// splitFrom are the filings that may be one group with this one and together with its members are more than one group may be
// (OUT-06): near in days, to one of the same destinations, with the inviter or a counterpart of the programme in common. Who
// stands in several is one person. Of very many the first are named.
func splitFrom(members []Member, hosts []string, c casework.Case, it Itinerary, look lookup) ([]string, error) {
	people := map[string]bool{}
	for _, m := range members {
		people[m.Name] = true
	}
	filings := map[string]bool{}
	for _, host := range hosts {
		rows, err := look(VisitsRegister, host, it.Exit.AddDays(-splitDays), it.Entry.AddDays(splitDays))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			row, err := register.BodyOf[VisitRow](r)
			if err != nil {
				return nil, fmt.Errorf("read visit row %s of %s: %w", r.Key, r.Case, err)
			}
			if r.Case == c.No || !sharesPlace(row.Places, it) {
				continue
			}
			filings[r.Case] = true
			for _, name := range row.People {
				people[name] = true
			}
		}
	}
	if len(people) <= groupAtMost {
		return []string{}, nil
	}
	named := append([]string{}, slices.Sorted(maps.Keys(filings))...)
	return named[:min(len(named), namedAtMost)], nil
}

// teams gathers what the leadership teams of the members are doing (OUT-12, OUT-13).
type teams struct {
	facts  rule.Facts
	abroad map[string][]string
	heads  map[string]int
}

// teamed answers what rules ask of the leadership teams of the members.
func teamed(facts rule.Facts, members []Member, c casework.Case, it Itinerary, look lookup) error {
	t := teams{facts: facts, abroad: map[string][]string{}, heads: map[string]int{}}
	var looked []string
	for _, m := range members {
		if m.Team == "" || slices.Contains(looked, m.Team) {
			continue
		}
		looked = append(looked, m.Team)
		rows, err := look(TeamsRegister, m.Team, it.Exit.AddMonths(-6), it.Entry.AddMonths(6))
		if err != nil {
			return err
		}
		for _, r := range rows {
			row, err := register.BodyOf[TripRow](r)
			if err != nil {
				return fmt.Errorf("read team row %s of %s: %w", r.Key, r.Case, err)
			}
			if r.Case != c.No {
				t.see(row, r, it, members)
			}
		}
	}
	t.finish(members)
	return nil
}

func (t *teams) see(row TripRow, r register.Row, it Itinerary, members []Member) {
	own := slices.ContainsFunc(members, func(m Member) bool { return m.Name == row.Person })
	if r.From <= it.Entry && it.Exit <= r.Until && !own && !slices.Contains(t.abroad[row.Team], row.Person) {
		t.abroad[row.Team] = append(t.abroad[row.Team], row.Person)
		if row.Head {
			t.heads[row.Team]++
		}
	}
	leads := slices.ContainsFunc(members, func(m Member) bool { return m.Leader && m.Team == row.Team && m.Name != row.Person })
	if row.Led && leads && sharesPlace(row.Places, it) && r.From >= it.Exit.AddMonths(-6) && r.From <= it.Exit.AddMonths(6) {
		who, _ := t.facts["team_same_country"].([]string)
		t.facts["team_same_country"] = append(who, row.Person+" "+r.Case)
	}
}

func (t *teams) finish(members []Member) {
	for _, m := range members {
		if m.Team == "" {
			continue
		}
		t.abroad[m.Team] = append(t.abroad[m.Team], m.Name)
		if m.Head {
			t.heads[m.Team]++
		}
	}
	names := []string{}
	for _, team := range slices.Sorted(maps.Keys(t.abroad)) {
		if len(t.abroad[team]) > len(names) {
			names = t.abroad[team]
		}
		if t.heads[team] > 1 {
			t.facts["team_heads_abroad"] = true
		}
	}
	t.facts["team_abroad"] = names
}
