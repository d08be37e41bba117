package desk

import (
	"context"

	"chancery/core/office"
	"chancery/core/text"
)

// Roster is the office as it stands today, for programs: units, posts with those who bear them, people. Kinship, plans and
// accounts are not in it.
type Roster struct {
	Name   text.Text      `json:"name"`
	Units  []office.Unit  `json:"units"`
	Posts  []RosterPost   `json:"posts"`
	People []RosterPerson `json:"people"`
}

// RosterPost is a post: its holders hold it today, its bearers act in it today, also by delegation.
type RosterPost struct {
	ID      office.PostID     `json:"id"`
	Name    text.Text         `json:"name"`
	Unit    office.UnitID     `json:"unit"`
	Holders []office.PersonID `json:"holders"`
	Bearers []office.PersonID `json:"bearers"`
	Vacant  bool              `json:"vacant,omitempty"`
}

// RosterPerson is somebody of the office, with the posts that are held today.
type RosterPerson struct {
	ID    office.PersonID `json:"id"`
	Name  string          `json:"name"`
	Posts []office.PostID `json:"posts"`
}

// Roster gives the office as it stands today.
func (d *Desk) Roster(ctx context.Context) (Roster, error) {
	out := Roster{Units: []office.Unit{}, Posts: []RosterPost{}, People: []RosterPerson{}}
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		today := r.Now().Day(OfficeZone())
		out.Name = o.Name
		out.Units = append(out.Units, o.Units...)
		for _, p := range o.Posts {
			post := RosterPost{ID: p.ID, Name: p.Name, Unit: p.Unit, Holders: []office.PersonID{}, Bearers: []office.PersonID{}}
			post.Holders = append(post.Holders, o.Holders(p.ID, today)...)
			for _, b := range o.Bearers(p.ID, today, "") {
				post.Bearers = append(post.Bearers, b.Person)
			}
			post.Vacant = len(post.Holders) == 0
			out.Posts = append(out.Posts, post)
		}
		for _, p := range o.Persons {
			out.People = append(out.People, RosterPerson{ID: p.ID, Name: p.Name, Posts: append([]office.PostID{}, o.PostsOf(p.ID, today)...)})
		}
		return nil
	})
	return out, err
}
