package travel

import (
	"slices"

	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/place"
)

// Allowance is what one person may draw in one currency: food and misc as a lump
// sum, lodging as a cap on actual cost. Amounts are in the currency of the cities.
type Allowance struct {
	Name       string         `json:"name"`
	Currency   money.Currency `json:"currency"`
	Food       string         `json:"food"`
	Misc       string         `json:"misc"`
	LodgingCap string         `json:"lodging_cap"`
	// Uncapped: ministers and above are paid the actual cost of an ordinary suite.
	Uncapped bool `json:"uncapped,omitempty"`
	// Edition is the table of travel money it was counted by.
	Edition string `json:"edition"`

	lodging money.Amount
}

// The share of misc that is drawn when the host gives transport or a car is
// hired: 40 % (a unit's rule on 财行〔2013〕516号).
const (
	miscShare = 2
	miscOf    = 5
)

// Allowances counts food and misc by the days abroad at the rate of the city
// slept in (the last day: the last city), and lodging by the nights in each city
// (财行〔2013〕516号, articles 11 and 12; 财行〔2017〕434号, annex). A place without
// a rate is returned in missing and left out.
func Allowances(it Itinerary, members []Member, b Budget, rates *money.Rates) (out []Allowance, missing []place.Code) {
	type sum struct {
		food, misc, lodging money.Amount
		edition             string
	}
	sums := map[money.Currency]*sum{}
	var currencies []money.Currency
	rate := func(s Stay) (money.Rate, *sum, bool) {
		r, edition, ok := rates.For(s.Place, s.City, it.Exit)
		if !ok {
			if !slices.Contains(missing, s.Place) {
				missing = append(missing, s.Place)
			}
			return r, nil, false
		}
		if sums[r.Currency] == nil {
			zero := money.Amount{Currency: r.Currency}
			sums[r.Currency] = &sum{food: zero, misc: zero, lodging: zero, edition: edition}
			currencies = append(currencies, r.Currency)
		}
		return r, sums[r.Currency], true
	}
	var slept []Stay
	for _, s := range it.Stays {
		if !s.Airside && s.Place != "" {
			slept = append(slept, s)
		}
	}
	if DaysAbroad(it) <= 0 || DaysAbroad(it) > 400 || len(slept) == 0 {
		return nil, nil
	}
	for d := it.Exit; d <= it.Entry; d = d.AddDays(1) {
		if r, s, ok := rate(cityOf(slept, d, it.Entry)); ok {
			s.food, s.misc = add(s.food, r.Food), add(s.misc, r.Misc)
		}
	}
	for _, stay := range slept {
		if r, s, ok := rate(stay); ok {
			s.lodging = add(s.lodging, r.Lodging.Times(int64(max(0, stay.Arrive.DaysUntil(stay.Leave))), 1))
		}
	}
	for _, m := range members {
		for _, c := range currencies {
			s := *sums[c]
			switch b.HostCovers {
			case "all":
				s.food, s.misc = s.food.Times(0, 1), s.misc.Times(0, 1)
			case "food":
				s.food = s.food.Times(0, 1)
			}
			if b.HostCovers == "transport" || b.HiredCar {
				s.misc = s.misc.Times(miscShare, miscOf)
			}
			a := Allowance{
				Name: m.Name, Currency: c, Food: s.food.String(), Misc: s.misc.String(), LodgingCap: s.lodging.String(),
				Edition: s.edition, lodging: s.lodging,
			}
			if m.Rank.Level() >= Rank("ministerial").Level() {
				a.Uncapped, a.LodgingCap = true, ""
			}
			out = append(out, a)
		}
	}
	return out, missing
}

// cityOf is the stay whose city is slept in on a day; on the last day the last one.
func cityOf(stays []Stay, d, last calendar.Day) Stay {
	if d == last {
		return stays[len(stays)-1]
	}
	at := stays[0]
	for _, s := range stays {
		if s.Arrive <= d {
			at = s
		}
	}
	return at
}

// add adds two amounts of the same currency.
func add(a, b money.Amount) money.Amount {
	return money.Amount{Minor: a.Minor + b.Minor, Currency: a.Currency}
}

// countMoney holds what is asked for against what the tables allow.
func (t *Trip) countMoney(a form.Application, it Itinerary, members []Member, w World) {
	b := form.Get[Budget](a.Answers, "budget")
	t.Allowances, t.MissingRates = Allowances(it, members, b, w.Rates)
	t.holdLodging(b)
	for _, g := range b.Banquets {
		if r, _, ok := w.Rates.For(g.Place, g.City, it.Exit); !g.Approved || (ok && r.Currency == g.PerHead.Currency && g.PerHead.Minor > r.Food.Minor) {
			t.BanquetsOver = append(t.BanquetsOver, DayIn(g.Day.String()+" "+g.City))
		}
	}
	for _, f := range b.Flights {
		leg := f.From + "–" + f.To
		for _, m := range members {
			if (len(f.Travellers) == 0 || slices.Contains(f.Travellers, m.Name)) && dearer(f.Cabin, m.Rank) {
				t.CabinsOver = append(t.CabinsOver, m.Name+" "+leg)
			}
		}
		if f.Carrier == "foreign" && !f.Consent {
			t.ForeignFares = append(t.ForeignFares, leg)
		}
	}
	for _, l := range b.Legs {
		if !l.Approved {
			t.LegsUnapproved = append(t.LegsUnapproved, l.From+"–"+l.To)
		}
	}
}

// holdLodging compares the lodging asked for with the caps of those who are capped.
func (t *Trip) holdLodging(b Budget) {
	lodgingCap := money.Amount{Currency: b.Lodging.Currency}
	other := false
	for _, a := range t.Allowances {
		if a.Uncapped {
			continue
		}
		if a.Currency == b.Lodging.Currency {
			lodgingCap = add(lodgingCap, a.lodging)
		} else if a.lodging.Minor > 0 {
			other = true
		}
	}
	if b.Lodging.Minor == 0 {
		return
	}
	t.LodgingCap = lodgingCap.String() + " " + string(lodgingCap.Currency)
	switch {
	case other:
		t.LodgingOver = "other-currency"
	case b.Lodging.Minor > lodgingCap.Minor && !t.Ministerial:
		t.LodgingOver = "over"
	}
}

// dearer says whether a cabin is above what a rank may fly (财行〔2013〕516号,
// article 9): ministers first class, bureau level business, others economy.
func dearer(c Cabin, r Rank) bool {
	switch c {
	case "first":
		return r.Level() < Rank("ministerial").Level()
	case "business":
		return r.Level() < Rank("bureau").Level()
	}
	return false
}
