package travel

import (
	"encoding/json"
	"fmt"

	"chancery/core/calendar"
)

// Companion is one of a delegation as whoever decides on the trip reads it.
type Companion struct {
	Name, Unit, Post string
	Leader           bool
	Role             Role
	Duties           []Duty
	// Turn is which trip of its year this one is for the person, from 1, of those that are counted (general track) and begin
	// before it; 0 where no register was asked.
	Turn int
}

// Party lists a delegation. Past are the trips that the registers knew of when the rules were asked, by name; nil: nobody asked.
func Party(members []Member, exit calendar.Day, past map[string][]PastTrip) []Companion {
	out := make([]Companion, 0, len(members))
	for _, m := range members {
		c := Companion{Name: m.Name, Unit: m.Unit, Post: m.Post, Leader: m.Leader, Role: m.Role, Duties: m.Duties}
		if past != nil && !exit.IsZero() {
			c.Turn = 1
			for _, p := range past[m.Name] {
				if general(p) && p.Exit.Year() == exit.Year() && p.Exit < exit {
					c.Turn++
				}
			}
		}
		out = append(out, c)
	}
	return out
}

// PastIn gives the past trips that stand in answers which the rules were asked about, by name.
func PastIn(answers json.RawMessage) (map[string][]PastTrip, error) {
	if len(answers) == 0 {
		return nil, nil //nolint:nilnil // nobody asked
	}
	var asked struct {
		Delegation []Member `json:"delegation"`
	}
	if err := json.Unmarshal(answers, &asked); err != nil {
		return nil, fmt.Errorf("read the answers that the rules were asked about: %w", err)
	}
	out := make(map[string][]PastTrip, len(asked.Delegation))
	for _, m := range asked.Delegation {
		out[m.Name] = m.Past
	}
	return out, nil
}
