package casework_test

import (
	"testing"

	"pgregory.net/rapid"

	"chancery/core/casework"
)

// TestWhoHoldsATaskIsRemindedOnceBeforeEachDeadline: five and one working days before the deadline; a reminder whose day
// lies before the step is not given, of several that went by unseen only the last is, and none comes after the deadline.
func TestWhoHoldsATaskIsRemindedOnceBeforeEachDeadline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		remind []int
		days   []string
		given  []int // the reminders of the step, in order
	}{
		{"one by one", []int{2, 1}, []string{"2026-09-08", "2026-09-09", "2026-09-10", "2026-09-11"}, []int{0, 1}},
		{"one that lies before the step", []int{5, 1}, []string{"2026-09-08", "2026-09-09", "2026-09-10", "2026-09-11"}, []int{1}},
		{"two that went by unseen", []int{2, 1}, []string{"2026-09-10"}, []int{1}},
		{"all went by unseen", []int{2, 1}, []string{"2026-09-14"}, nil},
		{"on the day itself", []int{0}, []string{"2026-09-09", "2026-09-10", "2026-09-10"}, []int{0}},
	} {
		g := opened(t, "outbound-trip", "2026-09-07")
		g.w.Procedure.Remind = tt.remind
		g.w.Since = g.w.Day
		g.does("zhongli", casework.Act{Kind: casework.Submitted}) // due on the third working day: 10 September
		for _, day := range tt.days {
			g.day(day)
		}
		var given []int
		for _, e := range g.events {
			if e.Kind == casework.Reminded {
				given = append(given, e.Rung)
			}
		}
		if len(given) != len(tt.given) || (len(given) > 0 && (given[0] != tt.given[0] || given[len(given)-1] != tt.given[len(given)-1])) {
			t.Errorf("%s: reminded %v, want %v", tt.name, given, tt.given)
		}
		if again := casework.Rebuild(g.events); again.Reminded != g.c.Reminded {
			t.Errorf("%s: rebuilt, %d reminders were given", tt.name, again.Reminded)
		}
	}
}

// TestAReminderLeavesTheLastActToBeRecalled: it is not the act of the next holder.
func TestAReminderLeavesTheLastActToBeRecalled(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.w.Procedure.Remind = []int{1}
	g.w.Since = g.w.Day
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.day("2026-09-09")
	if e := g.events[len(g.events)-1]; e.Kind != casework.Reminded || g.c.Last == nil || g.c.Last.Kind != string(casework.Submitted) {
		t.Errorf("after %s the last act is %+v", e.Kind, g.c.Last)
	}
}

// TestTheNextDayIsTheFirstOnWhichTimeDoesSomething: whatever was done before, time does nothing until the day that Next
// names, and something on it.
func TestTheNextDayIsTheFirstOnWhichTimeDoesSomething(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := begin(t.Fatalf, "outbound-trip", "2026-09-07")
		g.w.Procedure.Remind = []int{5, 1}
		for range rapid.IntRange(1, 40).Draw(t, "acts") {
			person := rapid.SampledFrom(g.w.Office.Persons).Draw(t, "person").ID
			step := g.c.Step
			_ = g.try(string(person), draw(t, g, person))
			if g.c.Step != step {
				g.w.Since = g.w.Day
			}
			if rapid.IntRange(0, 4).Draw(t, "time") > 0 {
				continue
			}
			g.tick()
			next := casework.Next(g.c, g.w)
			for day := g.w.Day; day < g.w.Day+40; day++ {
				w := g.w
				w.Day = day
				e, _, err := casework.Tick(g.c, w)
				if err != nil {
					t.Fatal(err)
				}
				if due := !next.IsZero() && day >= next; due != (e != nil) {
					t.Fatalf("in %s the next day is %s, and on %s time does %+v", g.c.Step, next, day, e)
				}
				if e != nil {
					break
				}
			}
			g.day(g.w.Day.AddDays(rapid.IntRange(1, 12).Draw(t, "days")).String())
		}
	})
}
