package travel_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/place"
	"chancery/desk"
	"chancery/library"
)

func world(t testing.TB) travel.World {
	t.Helper()
	l, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	return l.World()
}

// drawItinerary draws an itinerary of one to five stays that follow one another.
func drawItinerary(t *rapid.T) travel.Itinerary {
	day := calendar.MustDay("2026-01-01").AddDays(rapid.IntRange(0, 900).Draw(t, "exit"))
	it := travel.Itinerary{Exit: day}
	day = day.AddDays(rapid.IntRange(0, 1).Draw(t, "night in the air"))
	for i := range rapid.IntRange(1, 5).Draw(t, "stays") {
		nights := rapid.IntRange(0, 6).Draw(t, "nights")
		s := travel.Stay{
			Place: rapid.SampledFrom([]place.Code{"JP", "KR", "DE", "XA", "HK"}).Draw(t, "place"), Arrive: day, Leave: day.AddDays(nights),
			City:    rapid.SampledFrom([]string{"", "东京", "首尔", "柏林"}).Draw(t, "city"),
			Airside: i > 0 && rapid.IntRange(0, 5).Draw(t, "airside") == 0,
		}
		it.Stays = append(it.Stays, s)
		day = s.Leave
	}
	it.Entry = day
	for d := it.Exit; d <= it.Entry; d++ {
		for _, part := range []travel.Part{"am", "pm"} {
			if kind := rapid.SampledFrom([]travel.HalfDayKind{"official", "official", "travel", "rest", "internal", ""}).Draw(t, "half-day"); kind != "" {
				it.Programme = append(it.Programme, travel.HalfDay{Day: d, Part: part, Kind: kind})
			}
		}
	}
	return it
}

// TestDaysAbroadAndCountriesAsCountedOnFingers walks the calendar day by day and
// the route stop by stop.
func TestDaysAbroadAndCountriesAsCountedOnFingers(t *testing.T) {
	t.Parallel()
	w := world(t)
	rapid.Check(t, func(rt *rapid.T) {
		it := drawItinerary(rt)
		days := 0
		for d := it.Exit; d != it.Entry; d++ {
			days++
		}
		days++ // the day of entry counts too
		seen := map[string]bool{}
		for _, s := range it.Stays {
			if !s.Airside {
				seen[string(s.Place)] = true
			}
		}
		missing := 2 * days
		official, working := 0, 0
		for _, h := range it.Programme {
			missing--
			if h.Kind == "official" {
				official++
			}
			if h.Kind != "travel" {
				working++
			}
		}
		got := travel.Derive(form.Application{Answers: form.Answers{"itinerary": it}}, it.Exit, w)
		if got.Days != days || got.Countries != len(seen) || len(got.MissingHalfDays) != missing || got.Official != official || got.Working != working {
			rt.Fatalf("%d days, %d places, %d missing, %d/%d; on fingers %d, %d, %d, %d/%d",
				got.Days, got.Countries, len(got.MissingHalfDays), got.Official, got.Working, days, len(seen), missing, official, working)
		}
	})
}

// TestAllowancesAsASpreadsheetWouldCountThem lays out one row a day and one a
// night, with exact fractions, and sums the columns.
func TestAllowancesAsASpreadsheetWouldCountThem(t *testing.T) {
	t.Parallel()
	w := world(t)
	type column struct{ food, misc, lodging *big.Rat }
	decimal := func(a money.Amount) *big.Rat {
		r, ok := new(big.Rat).SetString(a.String())
		if !ok {
			t.Fatalf("amount %q", a)
		}
		return r
	}
	rapid.Check(t, func(rt *rapid.T) {
		it := drawItinerary(rt)
		b := travel.Budget{
			HostCovers: rapid.SampledFrom([]travel.HostCovers{"", "none", "transport", "food", "all"}).Draw(rt, "host covers"),
			HiredCar:   rapid.Bool().Draw(rt, "hired car"),
		}
		sheet := map[money.Currency]*column{}
		at := func(c money.Currency) *column {
			if sheet[c] == nil {
				sheet[c] = &column{new(big.Rat), new(big.Rat), new(big.Rat)}
			}
			return sheet[c]
		}
		var slept []travel.Stay
		for _, s := range it.Stays {
			if !s.Airside {
				slept = append(slept, s)
			}
		}
		for d := it.Exit; d <= it.Entry; d++ {
			here := slept[0]
			for _, s := range slept {
				if s.Arrive <= d {
					here = s
				}
			}
			if d == it.Entry {
				here = slept[len(slept)-1]
			}
			if r, _, ok := w.Rates.For(here.Place, here.City, it.Exit); ok {
				c := at(r.Currency)
				food, misc := decimal(r.Food), decimal(r.Misc)
				if b.HostCovers == "food" || b.HostCovers == "all" {
					food = new(big.Rat)
				}
				if b.HostCovers == "all" {
					misc = new(big.Rat)
				}
				if b.HostCovers == "transport" || b.HiredCar {
					misc.Mul(misc, big.NewRat(40, 100))
				}
				c.food.Add(c.food, food)
				c.misc.Add(c.misc, misc)
			}
		}
		for _, s := range slept {
			for d := s.Arrive; d < s.Leave; d++ {
				if r, _, ok := w.Rates.For(s.Place, s.City, it.Exit); ok {
					c := at(r.Currency)
					c.lodging.Add(c.lodging, decimal(r.Lodging))
				}
			}
		}
		got, _ := travel.Allowances(it, []travel.Member{{Name: "钟离牧", Rank: "division"}}, b, w.Rates)
		for _, a := range got {
			c := at(a.Currency)
			for what, pair := range map[string][2]string{
				"food": {a.Food, shown(c.food, a.Currency)}, "misc": {a.Misc, shown(c.misc, a.Currency)}, "lodging": {a.LodgingCap, shown(c.lodging, a.Currency)},
			} {
				if pair[0] != pair[1] {
					rt.Fatalf("%s in %s: %s, the sheet says %s", what, a.Currency, pair[0], pair[1])
				}
			}
			delete(sheet, a.Currency)
		}
		for c, left := range sheet {
			if left.food.Sign() != 0 || left.misc.Sign() != 0 || left.lodging.Sign() != 0 {
				rt.Fatalf("nothing was paid in %s", c)
			}
		}
	})
}

func shown(r *big.Rat, c money.Currency) string {
	if c == "JPY" {
		return r.FloatString(0)
	}
	return r.FloatString(2)
}

// TestAShorterTripIsStillATrip: whatever is cut, the days, the stays and the
// programme stay within the trip, and the trip is shorter by what is said.
func TestAShorterTripIsStillATrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		it := drawItinerary(rt)
		before := fmt.Sprint(it)
		days := travel.DaysAbroad(it)
		check := func(what string, got travel.Itinerary, less int) {
			if travel.DaysAbroad(got) != days-less {
				rt.Fatalf("%s: %d days, was %d, %d less were promised", what, travel.DaysAbroad(got), days, less)
			}
			for _, s := range got.Stays {
				if s.Arrive < got.Exit || s.Leave > got.Entry || s.Leave < s.Arrive {
					rt.Fatalf("%s: stay %v outside %s…%s", what, s, got.Exit, got.Entry)
				}
			}
			seen := map[string]bool{}
			for _, h := range got.Programme {
				key := h.Day.String() + string(h.Part)
				if h.Day < got.Exit || h.Day > got.Entry || seen[key] {
					rt.Fatalf("%s: half-day %s outside the trip or twice", what, key)
				}
				seen[key] = true
			}
		}
		n := rapid.IntRange(1, 3).Draw(rt, "days less")
		if got, ok := travel.Shorten(it, n); ok {
			check("shorten", got, n)
		}
		i := rapid.IntRange(0, len(it.Stays)-1).Draw(rt, "stay left out")
		got, less := travel.DropStay(it, i)
		if len(got.Stays) > 0 {
			check("drop", got, less)
		}
		if fmt.Sprint(it) != before {
			rt.Fatal("the trip that was given was changed")
		}
	})
}

func TestAMissingEvidenceMakesAnAcademicTripGeneral(t *testing.T) {
	t.Parallel()
	w := world(t)
	a := form.Application{Answers: form.Answers{"track": travel.Track("academic")}}
	if got := travel.Derive(a, 0, w); got.Track != "general" || got.DeclaredTrack != "academic" {
		t.Errorf("judged on %s, declared %s", got.Track, got.DeclaredTrack)
	}
	a.Answers["academic"] = travel.Academic{Evidence: []travel.Evidence{"own-paper"}}
	if got := travel.Derive(a, 0, w); got.Track != "academic" {
		t.Errorf("judged on %s", got.Track)
	}
	a.Answers["delegation"] = []travel.Member{{Name: "申屠原", Staff: "administrative"}}
	if got := travel.Derive(a, 0, w); got.Track != "general" || strings.Join(got.OutsideDefinition, "") != "申屠原" {
		t.Errorf("judged on %s, outside: %v", got.Track, got.OutsideDefinition)
	}
}

func TestPastTripsAreCountedByTheirExitDay(t *testing.T) {
	t.Parallel()
	past := func(days ...string) (out []travel.PastTrip) {
		for _, d := range days {
			out = append(out, travel.PastTrip{Exit: calendar.MustDay(d), Track: "general"})
		}
		return out
	}
	a := form.Application{Answers: form.Answers{
		"itinerary": travel.Itinerary{Exit: calendar.MustDay("2026-10-15")},
		"delegation": []travel.Member{{Name: "钟离牧", Past: append(past("2024-10-14", "2024-10-15", "2026-01-01", "2025-12-31", "2026-10-15", "2026-12-01"),
			travel.PastTrip{Exit: calendar.MustDay("2026-03-01"), Track: "academic"})}},
	}}
	m := travel.Travellers(a)[0]
	if m.TripsCounted(travel.RollingForm, 24) != 3 || m.TripsInYear() != 2 {
		t.Errorf("%d in 24 months, %d this year", m.TripsCounted(travel.RollingForm, 24), m.TripsInYear())
	}
}

// TestATripDrawnOutBeforeItsProgrammeIsWrittenIsShortenedBackToIt: the lines of the day of the way home stay.
func TestATripDrawnOutBeforeItsProgrammeIsWrittenIsShortenedBackToIt(t *testing.T) {
	t.Parallel()
	exit := calendar.MustDay("2026-12-01")
	it := travel.Itinerary{Exit: exit, Entry: exit.AddDays(6), Stays: []travel.Stay{{Place: "XA", Arrive: exit, Leave: exit.AddDays(6)}}}
	for d := exit; d <= exit.AddDays(4); d++ {
		it.Programme = append(it.Programme, travel.HalfDay{Day: d, Part: "am"}, travel.HalfDay{Day: d, Part: "pm"})
	}
	got, ok := travel.Shorten(it, 2)
	put := it // only the way home was put off
	put.Entry, put.Stays = exit.AddDays(11), []travel.Stay{{Place: "XA", Arrive: exit, Leave: exit.AddDays(4)}}
	if back, ok := travel.Shorten(put, 7); !ok || back.Entry != exit.AddDays(4) || back.Stays[0].Leave != exit.AddDays(4) || len(back.Programme) != 10 {
		t.Errorf("put off, it is shortened to %+v", back)
	}
	if !ok || got.Entry != exit.AddDays(4) || len(got.Programme) != 10 {
		t.Errorf("back on %s with %d half-days; want %s with 10", got.Entry, len(got.Programme), exit.AddDays(4))
	}
}
