package main

import (
	"strings"
	"testing"

	"chancery/core/calendar"
	"chancery/desk"
	"chancery/library"
)

// TestR17AnUnannouncedYearIsWarnedOfSixtyDaysAhead: never a silent guess.
func TestR17AnUnannouncedYearIsWarnedOfSixtyDaysAhead(t *testing.T) {
	t.Parallel()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	if d := calendarAhead(lib.Calendar, calendar.MustDay("2026-11-01")); !d.OK {
		t.Errorf("61 days ahead it warns already: %s", d.Say.EN)
	}
	d := calendarAhead(lib.Calendar, calendar.MustDay("2026-11-02"))
	if d.OK || !strings.Contains(d.Say.EN, "2027") || !strings.Contains(d.Say.ZH, "2027") {
		t.Errorf("60 days ahead it does not warn: %+v", d)
	}
	if !strings.Contains(d.Say.EN, "load the notice") || !strings.Contains(d.Say.ZH, "请载入放假通知") {
		t.Errorf("the warning does not say what to do: %+v", d)
	}
	due := lib.Calendar.AddWorking(calendar.MustDay("2026-12-30"), 5)
	if !due.Provisional || len(due.UnknownYears) != 1 {
		t.Errorf("a deadline in 2027 does not say that it is provisional: %+v", due)
	}
}
