package calendar_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chancery/core/calendar"
	"chancery/core/fault"
)

func anyDay() *rapid.Generator[calendar.Day] {
	return rapid.Map(rapid.Int32Range(int32(calendar.FirstDay), int32(calendar.LastDay)), func(n int32) calendar.Day { return calendar.Day(n) })
}

func midnight(d calendar.Day) time.Time {
	return time.Date(d.Year(), d.Month(), d.DayOfMonth(), 0, 0, 0, 0, time.UTC)
}

func TestEveryDayThereIsAgreesWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := calendar.FirstDay; d <= calendar.LastDay; d++ {
		year, month, day := at.Date()
		if d.Year() != year || d.Month() != month || d.DayOfMonth() != day || d.Weekday() != at.Weekday() {
			t.Fatalf("day %d is %s %s, want %s", int32(d), d, d.Weekday(), at)
		}
		if back, err := calendar.NewDay(year, int(month), day); err != nil || back != d {
			t.Fatalf("%s counts as %d, want %d (%v)", d, int32(back), int32(d), err)
		}
		at = at.AddDate(0, 0, 1)
	}
	if calendar.FirstDay.String() != "0001-01-01" || calendar.LastDay.String() != "9999-12-31" {
		t.Errorf("%s to %s", calendar.FirstDay, calendar.LastDay)
	}
}

func TestADayIsWrittenAndReadAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDay().Draw(t, "day")
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back calendar.Day
		if err := json.Unmarshal(data, &back); err != nil || back != d {
			t.Fatalf("%s read as %s, %v", data, back, err)
		}
		if calendar.DayOf(midnight(d)) != d {
			t.Fatalf("DayOf(%s) is %s", midnight(d), calendar.DayOf(midnight(d)))
		}
	})
}

func TestWhatIsNoDayIsRefused(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2026-02-30": "there is no day 30 of month 2 in the year 2026",
		"2026-02-29": "there is no day 29 of month 2 in the year 2026",
		"1900-02-29": "there is no day 29 of month 2 in the year 1900",
		"2026-13-01": "there is no day 1 of month 13 in the year 2026",
		"2026-00-10": "there is no day 10 of month 0 in the year 2026",
		"2026-04-31": "there is no day 31 of month 4 in the year 2026",
		"0000-01-01": "there is no day 1 of month 1 in the year 0",
		"2026-1-1":   "'2026-1-1' is not a day; write it like 2026-10-08",
		"2026/10/08": "'2026/10/08' is not a day; write it like 2026-10-08",
		"+026-10-08": "'+026-10-08' is not a day; write it like 2026-10-08",
		"２０26-10-08": "'２０26-10-08' is not a day; write it like 2026-10-08",
		"today":      "'today' is not a day; write it like 2026-10-08",
		"":           "'' is not a day; write it like 2026-10-08",
	} {
		if d, err := calendar.ParseDay(s); err == nil || err.Error() != want || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %s, %v", s, d, err)
		}
	}
	if d, err := calendar.ParseDay("2024-02-29"); err != nil || d.String() != "2024-02-29" {
		t.Errorf("%s, %v", d, err)
	}
}

func TestNoDayStaysNoDay(t *testing.T) {
	t.Parallel()
	var none calendar.Day
	data, err := json.Marshal(none)
	if err != nil || string(data) != `""` {
		t.Errorf("%s, %v", data, err)
	}
	back := calendar.Day(5)
	if err := json.Unmarshal(data, &back); err != nil || !back.IsZero() {
		t.Errorf("%s, %v", back, err)
	}
	if none.AddDays(5) != 0 || none.AddMonths(5) != 0 || none.String() != "" || none.Year() != 0 || none.Month() != 0 || none.DayOfMonth() != 0 || none.Say().EN != "(no day)" {
		t.Error("no day became one")
	}
}

func TestMonthsAddAsPeopleCountThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-10-15", 1, "2026-11-15"},
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2026-12-31", 2, "2027-02-28"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-10-15", -24, "2024-10-15"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2026-10-15", 0, "2026-10-15"},
		{"9999-12-01", 1, "9999-12-31"},
		{"0001-01-31", -1, "0001-01-01"},
	} {
		if got := calendar.MustDay(c.from).AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s + %d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestAddingMonthsKeepsTheDayOrTakesTheMonthsLast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.MustDay("1900-01-01").AddDays(rapid.IntRange(0, 80_000).Draw(t, "day"))
		n := rapid.IntRange(-1200, 1200).Draw(t, "months")
		got := d.AddMonths(n)
		first := time.Date(d.Year(), d.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		last := first.AddDate(0, 1, -1)
		want := min(d.DayOfMonth(), last.Day())
		if got.Year() != first.Year() || got.Month() != first.Month() || got.DayOfMonth() != want {
			t.Fatalf("%s + %d months: %s, want day %d of %s", d, n, got, want, first.Format("2006-01"))
		}
		if d.DayOfMonth() <= 28 && got.AddMonths(-n) != d {
			t.Fatalf("%s + %d - %d months: %s", d, n, n, got.AddMonths(-n))
		}
	})
}

func TestAddingDaysAndCountingThemAreInverse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDay().Draw(t, "a"), anyDay().Draw(t, "b")
		if got := a.AddDays(a.DaysUntil(b)); got != b {
			t.Fatalf("%s, want %s", got, b)
		}
	})
	d := calendar.MustDay("2026-10-15")
	if d.AddDays(math.MaxInt) != calendar.LastDay || d.AddDays(math.MinInt) != calendar.FirstDay ||
		d.AddMonths(math.MaxInt) != calendar.LastDay || d.AddMonths(math.MinInt) != calendar.FirstDay {
		t.Error("counting does not stop at the ends")
	}
}

func TestADayIsSaid(t *testing.T) {
	t.Parallel()
	d := calendar.MustDay("2026-10-08")
	if s := d.Say(); s.ZH != "10月8日" || s.EN != "8 Oct" {
		t.Error(s)
	}
	if s := d.SayFull(); s.ZH != "2026年10月8日" || s.EN != "8 Oct 2026" {
		t.Error(s)
	}
	if s := d.SayWeekday(); s.ZH != "周四" || s.EN != "Thu" {
		t.Error(s)
	}
}

func TestAnInstantFallsOnTheDayOfItsZone(t *testing.T) {
	t.Parallel()
	china := time.FixedZone("UTC+8", 8*3600)
	i, err := calendar.ParseInstant("2026-10-15T00:30:00+08:00")
	if err != nil {
		t.Fatal(err)
	}
	if i.Day(china).String() != "2026-10-15" || i.Day(time.UTC).String() != "2026-10-14" || i.String() != "2026-10-14T16:30:00.000000Z" {
		t.Errorf("%s %s %s", i, i.Day(china), i.Day(time.UTC))
	}
	if calendar.Instant(0).Day(china) != 0 {
		t.Error("no instant has a day")
	}
}

func TestAnInstantIsWrittenAndReadAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		i := calendar.Instant(rapid.Int64Range(-60_000_000_000_000_000, 250_000_000_000_000_000).Draw(t, "µs"))
		data, err := json.Marshal(i)
		if err != nil {
			t.Fatal(err)
		}
		var back calendar.Instant
		if err := json.Unmarshal(data, &back); err != nil || back != i {
			t.Fatalf("%s read as %d, want %d (%v)", data, back, i, err)
		}
		if calendar.InstantOf(i.Time()) != i {
			t.Fatalf("%d through time.Time: %d", i, calendar.InstantOf(i.Time()))
		}
	})
	for _, s := range []string{"2026-10-15", "2026-10-15 08:00:00", "2026-10-15T08:00:00", "2026-02-30T08:00:00Z", "now"} {
		if _, err := calendar.ParseInstant(s); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", s, err)
		}
	}
}
