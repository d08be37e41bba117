package travel

import (
	"slices"

	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/register"
)

// Again is a trip made into the beginning of another one: its people, stays and
// programme, with every day moved so that it leaves on a day, or without days
// where none is given. What belongs to the one trip stays behind: its papers,
// letter, signatures, evidence, notice and plan, and what the registers knew.
func Again(a form.Application, exit calendar.Day) form.Application {
	it := form.Get[Itinerary](a.Answers, "itinerary")
	by := 0
	if !exit.IsZero() && !it.Exit.IsZero() {
		by = it.Exit.DaysUntil(exit)
	}
	move := func(d calendar.Day) calendar.Day {
		if exit.IsZero() || d.IsZero() {
			return 0
		}
		return d.AddDays(by)
	}
	it.Exit, it.Entry, it.PoorConnection, it.GapsReason = move(it.Exit), move(it.Entry), "", ""
	it.Stays = slices.Clone(it.Stays)
	for i := range it.Stays {
		it.Stays[i].Arrive, it.Stays[i].Leave = move(it.Stays[i].Arrive), move(it.Stays[i].Leave)
	}
	it.Programme = slices.Clone(it.Programme)
	for i := range it.Programme {
		it.Programme[i].Day = move(it.Programme[i].Day)
	}
	if exit.IsZero() {
		it.Programme = nil // a programme is told by its days
	}
	members := slices.Clone(form.Get[[]Member](a.Answers, "delegation"))
	for i := range members {
		members[i].Past, members[i].Justification, members[i].Document.Exception = nil, "", ""
	}
	inviter := form.Get[Inviter](a.Answers, "inviter")
	inviter.Letter = Letter{}
	budget := form.Get[Budget](a.Answers, "budget")
	budget = Budget{Line: budget.Line, Payer: budget.Payer, HostCovers: budget.HostCovers, HiredCar: budget.HiredCar}
	again := form.Application{Procedure: a.Procedure, Unit: a.Unit, Mark: a.Mark, Answers: form.Answers{
		"itinerary": it, "delegation": members, "inviter": inviter, "budget": budget,
	}}
	for _, block := range []string{"track", "purpose", "cross"} {
		if v, ok := a.Answers[block]; ok {
			again.Answers[block] = v
		}
	}
	return again
}

// About is the field of an application in which somebody would change what a
// rule calls a variable of the trip or a fact; "" for one that no field changes.
func About(variable string) string {
	return map[string]string{
		"trip.days": "itinerary.entry", "trip.exit": "itinerary.exit", "trip.entry": "itinerary.entry", "trip.lead_days": "itinerary.exit",
		"trip.countries": "itinerary.stays", "trip.places": "itinerary.stays", "trip.continents": "itinerary.stays",
		"trip.taiwan": "itinerary.stays", "trip.hk_macao_only": "itinerary.stays", "trip.poor_connection": "itinerary.poor_connection",
		"trip.latin_or_africa": "itinerary.poor_connection", "trip.share": "itinerary.programme", "trip.official": "itinerary.programme",
		"trip.working": "itinerary.programme", "trip.missing_half_days": "itinerary.programme", "trip.programme_gaps": "itinerary.programme",
		"trip.size": "delegation", "trip.leaders": "delegation", "trip.leader": "delegation", "trip.leader_rank": "delegation", "trip.ministerial": "delegation",
		"trip.teams_doubled": "delegation", "trip.outside_definition": "delegation", "person": "delegation", "stay": "itinerary.stays",
		"trip.other_units": "consents", "trip.missing_consents": "consents", "trip.rank_gap": "inviter.rank", "trip.letter_missing": "inviter.letter",
		"trip.track": "track", "trip.declared_track": "track", "trip.evidence_ok": "academic.evidence",
		"trip.notice_days": "notice.from", "trip.notice_earliest": "notice.from", "trip.notice_missing": "notice.covers", "trip.notice_exempt": "notice.exemption",
		"trip.lodging_over": "budget.lodging", "trip.lodging_cap": "budget.lodging", "trip.missing_rates": "itinerary.stays", "trip.banquets_over": "budget.banquets",
		"trip.cabins_over": "budget.flights", "trip.foreign_fares": "budget.flights", "trip.legs_unapproved": "budget.legs",
		"trip.changed": "actual", "trip.red_eye_only": "actual.red_eye",
		"fact.overlapping_filings": "inviter.body", "fact.team_same_country": "itinerary.stays", "fact.team_abroad": "delegation",
		"fact.team_heads_abroad": "delegation", "fact.plan_left": "plan.listed", "fact.unit_overdue_documents": "unit", "fact.leader_overdue_reports": "delegation",
	}[variable]
}

// PastOf is a trip of the register as an application tells of it.
func PastOf(row TripRow, r register.Row) PastTrip { return pastOf(row, r) }
