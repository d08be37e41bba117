package travel

import (
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/place"
)

// Shown is what a public notice shows of an application for a trip, and all that
// it shows (article PUB-01): the members with unit and post, countries and
// regions, task, daily programme, route, letter, inviter, funding and budget.
// Ranks, days of birth, documents and earlier trips have no place in it.
type Shown struct {
	Unit        string        `json:"unit"`
	Members     []ShownMember `json:"members"`
	Places      []place.Code  `json:"places"`
	Task        string        `json:"task"`
	Exit, Entry calendar.Day  `json:"-"`
	Days        int           `json:"days"`
	Programme   []ShownDay    `json:"programme"`
	Route       []ShownStay   `json:"route"`
	Inviter     ShownInviter  `json:"inviter"`
	Letter      ShownLetter   `json:"letter"`
	Funding     ShownFunding  `json:"funding"`
}

// ShownMember is a member as a notice names one.
type ShownMember struct {
	Name   string `json:"name"`
	Unit   string `json:"unit"`
	Post   string `json:"post"`
	Leader bool   `json:"leader,omitempty"`
	Role   Role   `json:"role,omitempty"`
}

// ShownDay is a day of the programme, with what each half of it is for.
type ShownDay struct {
	Day   calendar.Day `json:"day"`
	Parts []ShownPart  `json:"parts"`
}

// ShownPart is a half of a day; Whole: both halves are for the same.
type ShownPart struct {
	Part  Part   `json:"part"`
	Whole bool   `json:"whole,omitempty"`
	Text  string `json:"text"`
	With  string `json:"with,omitempty"`
}

// ShownStay is a stop of the route.
type ShownStay struct {
	Place place.Code `json:"place"`
	City  string     `json:"city"`
}

// ShownInviter is who invites.
type ShownInviter struct {
	Body  string     `json:"body"`
	Name  string     `json:"name,omitempty"`
	Post  string     `json:"post,omitempty"`
	Place place.Code `json:"place,omitempty"`
}

// ShownLetter is what the letter of invitation says; who is to be asked about it is not shown.
type ShownLetter struct {
	Signed     bool         `json:"signed"`
	Translated bool         `json:"translated"`
	From       calendar.Day `json:"from,omitempty"`
	To         calendar.Day `json:"to,omitempty"`
	Payer      LetterPayer  `json:"payer,omitempty"`
}

// ShownFunding is where the money comes from, and how much it is.
type ShownFunding struct {
	Line       string     `json:"line,omitempty"`
	Payer      Payer      `json:"payer,omitempty"`
	HostCovers HostCovers `json:"host_covers,omitempty"`
	// Allowances are lodging, food and incidentals of the whole delegation by the tables, one sum a currency.
	Allowances []money.Amount `json:"allowances,omitempty"`
	// Lodging is what is asked for where it is not what the tables give.
	Lodging money.Amount `json:"lodging,omitzero"`
	Flights int          `json:"flights,omitempty"`
}

// Show gives what a public notice shows of an application.
func Show(a form.Application, rates *money.Rates) Shown {
	var (
		it      = form.Get[Itinerary](a.Answers, "itinerary")
		members = form.Get[[]Member](a.Answers, "delegation")
		inviter = form.Get[Inviter](a.Answers, "inviter")
		budget  = form.Get[Budget](a.Answers, "budget")
	)
	out := Shown{
		Unit: a.Unit, Places: Places(it), Task: form.Get[Purpose](a.Answers, "purpose").Text, Exit: it.Exit, Entry: it.Entry, Days: DaysAbroad(it),
		Programme: programme(it.Programme),
		Inviter:   ShownInviter{Body: inviter.Body, Name: inviter.Name, Post: inviter.Post, Place: inviter.Place},
		Letter: ShownLetter{
			Signed: inviter.Letter.Signed, Translated: inviter.Letter.Translated, From: inviter.Letter.From, To: inviter.Letter.To, Payer: inviter.Letter.Payer,
		},
		Funding: ShownFunding{
			Line: budget.Line, Payer: budget.Payer, HostCovers: budget.HostCovers, Lodging: budget.Lodging, Flights: len(budget.Flights),
			Allowances: sums(it, members, budget, rates),
		},
	}
	for _, m := range members {
		out.Members = append(out.Members, ShownMember{Name: m.Name, Unit: m.Unit, Post: m.Post, Leader: m.Leader, Role: m.Role})
	}
	for _, s := range it.Stays {
		out.Route = append(out.Route, ShownStay{Place: s.Place, City: s.City})
	}
	return out
}

// programme gathers the half-days by day; two halves for the same are one.
func programme(lines []HalfDay) []ShownDay {
	var out []ShownDay
	for _, l := range lines {
		part := ShownPart{Part: l.Part, Text: l.Text, With: l.With}
		n := len(out)
		if n == 0 || out[n-1].Day != l.Day {
			out = append(out, ShownDay{Day: l.Day, Parts: []ShownPart{part}})
			continue
		}
		last := &out[n-1]
		if before := &last.Parts[len(last.Parts)-1]; before.Text == part.Text && before.With == part.With {
			before.Whole = true
			continue
		}
		last.Parts = append(last.Parts, part)
	}
	return out
}

// sums adds what the members may draw by the tables, one sum a currency.
func sums(it Itinerary, members []Member, b Budget, rates *money.Rates) []money.Amount {
	allowances, _ := Allowances(it, members, b, rates)
	var out []money.Amount
	for _, one := range allowances {
		for _, amount := range []string{one.Food, one.Misc, one.LodgingCap} {
			part, err := money.Parse(amount, one.Currency)
			if err != nil {
				continue // what has no cap has no amount
			}
			out = added(out, part)
		}
	}
	return out
}

func added(all []money.Amount, part money.Amount) []money.Amount {
	for i := range all {
		if sum, err := all[i].Add(part); err == nil {
			all[i] = sum
			return all
		}
	}
	return append(all, part)
}
