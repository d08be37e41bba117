package travel

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/procedure"
	"chancery/core/register"
)

// Live is an application as the case makes it: what the acts of the case say
// stands in place of what the file said of reviews, notice, briefing, papers
// and the return.
func Live(a form.Application, c casework.Case) (form.Application, error) {
	reviews := Reviews{ForeignAffairs: "pending", Finance: "pending"}
	for _, o := range c.Opinions {
		word := Review("disagree")
		if o.Stance == procedure.Agree || o.Stance == procedure.Reservation {
			word = "agree"
		}
		switch o.Slot {
		case "foreign-affairs":
			reviews.ForeignAffairs = word
		case "finance":
			reviews.Finance = word
		}
	}
	a = with(a, "reviews", reviews)
	notice := form.Get[Notice](a.Answers, "notice")
	live := Notice{Exemption: notice.Exemption, OtherUnits: notice.OtherUnits, Objections: c.OpenObjections()}
	if c.Notice != nil {
		live.From = c.Notice.Posted
		for _, f := range NoticeField("").Words() { // the notice is made from the application: it shows all of it
			live.Covers = append(live.Covers, NoticeField(f))
		}
	}
	a = with(a, "notice", live)
	names := []string{}
	for _, m := range form.Get[[]Member](a.Answers, "delegation") {
		names = append(names, m.Name)
	}
	briefed, undertaken := []string{}, form.Get[Undertakings](a.Answers, "undertakings")
	for _, d := range c.Checklist() {
		switch {
		case d.Done.IsZero():
		case d.Base() == "briefing" && d.Person == "":
			briefed = names
		case d.Base() == "briefing":
			briefed = append(briefed, d.Person)
		case d.Base() == "undertaking" && d.Person != "" && !slices.Contains(undertaken.Secrecy, d.Person):
			undertaken.Secrecy = append(slices.Clone(undertaken.Secrecy), d.Person)
			a = with(a, "undertakings", undertaken)
		}
	}
	if len(briefed) > 0 {
		a = with(a, "briefing", briefed)
	}
	if len(c.Actual) > 0 {
		var actual Actual
		if err := json.Unmarshal(c.Actual, &actual); err != nil {
			return a, fmt.Errorf("read border days of %s: %w", c.No, err)
		}
		a = with(a, "actual", actual)
	}
	papers := form.Get[[]Paper](a.Answers, "papers")
	for _, one := range c.Attachments {
		if kind := Paper(one.Paper); slices.Contains(kind.Words(), one.Paper) && !slices.Contains(papers, kind) {
			papers = append(slices.Clone(papers), kind)
			a = with(a, "papers", papers)
		}
	}
	home := form.Get[Homecoming](a.Answers, "homecoming")
	for _, d := range c.Checklist() {
		switch d.Act {
		case string(casework.HandedBack):
			home.DocumentsBack = lastBack(c, home.DocumentsBack, d)
		case string(casework.Reported):
			home.Report = d.Done
		case string(casework.PostNoticed):
			home.PostNotice = d.Done
		}
	}
	return with(a, "homecoming", home), nil
}

// lastBack is the day on which the last travel document came back; none while one is out.
func lastBack(c casework.Case, sofar calendar.Day, d casework.Duty) calendar.Day {
	for _, other := range c.Checklist() {
		if other.Act == string(casework.HandedBack) && other.Done.IsZero() {
			return 0
		}
	}
	return max(sofar, d.Done)
}

// TripRow is one person's trip in the register of trips.
type TripRow struct {
	Person  string   `json:"person"`
	Unit    string   `json:"unit"`
	Team    string   `json:"team,omitempty"`
	Head    bool     `json:"head,omitempty"`
	Led     bool     `json:"led,omitempty"`
	Track   Track    `json:"track"`
	Places  []string `json:"places"`
	Inviter string   `json:"inviter,omitempty"`
	// Contact is how the inviter is reached, as the letter of invitation says.
	Contact string `json:"contact,omitempty"`
	// With are the partners of official business whom the programme names.
	With  []string       `json:"with,omitempty"`
	Size  int            `json:"size"`
	State casework.State `json:"state"`
	// Departed and Home are the days on which the person really left and came back.
	Departed calendar.Day `json:"departed,omitempty"`
	Home     calendar.Day `json:"home,omitempty"`
	// Approved: the trip counts for limits of frequency.
	Approved bool `json:"approved"`
}

// TripsRegister is the name of the register of trips.
const TripsRegister = "trips"

// TripRows reads a case of a trip: one row a person, from exit to entry, for
// every case that was submitted and not refused, withdrawn, cancelled or revoked.
func TripRows(c casework.Case, a form.Application) ([]register.Row, error) {
	switch c.State {
	case casework.Refused, casework.Withdrawn, casework.Cancelled, casework.Revoked:
		return nil, nil
	case casework.Draft, casework.Active, casework.Noticed, casework.Returned, casework.Approved, casework.ApprovedIf, casework.Closed:
	}
	it := form.Get[Itinerary](a.Answers, "itinerary")
	if c.FirstSubmitted.IsZero() || it.Exit.IsZero() {
		return nil, nil
	}
	members, inviter := form.Get[[]Member](a.Answers, "delegation"), form.Get[Inviter](a.Answers, "inviter")
	var places []string
	for _, p := range Places(it) {
		places = append(places, string(p))
	}
	stage := TripAsked
	if c.Outcome != casework.NoOutcome {
		stage = TripApproved
	}
	var out []register.Row
	for _, m := range members {
		until, home := PlannedHome(c, a), c.HomeDay(m.Name)
		if !home.IsZero() {
			until = home // early or late: the register says who is really abroad
		}
		body, err := json.Marshal(TripRow{
			Person: m.Name, Unit: m.Unit, Team: m.Team, Head: m.Head, Led: m.Leader, Track: form.Get[Track](a.Answers, "track"),
			Places: places, Inviter: inviter.Body, Contact: inviter.Letter.Contact, With: counterparts(it), Size: len(members), State: c.State,
			Departed: c.Departed, Home: home, Approved: c.Outcome != casework.NoOutcome,
		})
		if err != nil {
			return nil, fmt.Errorf("write trip row: %w", err)
		}
		row := register.Row{
			Register: TripsRegister, Key: m.Name, Case: c.No, From: it.Exit, Until: until, Body: body,
			Who: m.Name, Unit: m.Unit, Place: strings.Join(places, " "), Began: c.Departed, Ended: home, Stage: stage,
		}
		out = append(out, row)
		if m.Team != "" {
			row.Register, row.Key = TeamsRegister, m.Team
			out = append(out, row)
		}
	}
	return out, nil
}
