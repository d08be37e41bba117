package calendar_test

import (
	"os"
	"testing"

	"chancery/core/calendar"
)

func cn(t testing.TB) *calendar.Calendar {
	t.Helper()
	data, err := os.ReadFile("../../library/calendars/cn.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := calendar.ParseCalendar("calendars/cn.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSay(t *testing.T) {
	t.Parallel()
	c := cn(t)
	for _, d := range []calendar.Derivation{
		c.AddWorking(calendar.MustDay("2026-09-18"), 5),
		c.AddWorking(calendar.MustDay("2026-09-28"), 5),
		c.AddWorking(calendar.MustDay("2026-12-28"), 5),
		c.AddWorking(calendar.MustDay("2026-10-15"), -10),
		c.AddDays(calendar.MustDay("2026-09-24"), 7, true),
		c.AddMonths(calendar.MustDay("2026-10-31"), 1, true),
		c.AddDays(calendar.MustDay("2026-11-24"), 1, false),
		c.AddWorking(calendar.MustDay("2026-01-15"), 100),
	} {
		t.Logf("%s %+v", d.Due, d.Say())
	}
}
