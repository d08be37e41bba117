package calendar_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chancery/core/calendar"
)

// oracle answers from the notices written down in the tests and the standard library's dates, one day after another.
type oracle struct{ off, work map[string]bool }

func newOracle() oracle {
	o := oracle{off: map[string]bool{}, work: map[string]bool{}}
	for _, n := range notices() {
		for _, s := range n.off {
			o.off[s] = true
		}
		for _, s := range n.work {
			o.work[s] = true
		}
	}
	for _, s := range []string{"01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15", "10-01", "10-02", "10-03"} {
		o.off["2027-"+s] = true
	}
	return o
}

func (o oracle) works(at time.Time) bool {
	s := at.Format(time.DateOnly)
	return o.work[s] || !o.off[s] && at.Weekday() != time.Saturday && at.Weekday() != time.Sunday
}

func (o oracle) after(from string, n int) string {
	at, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return err.Error()
	}
	for n > 0 {
		at = at.AddDate(0, 0, 1)
		if o.works(at) {
			n--
		}
	}
	return at.Format(time.DateOnly)
}

func (o oracle) between(after, until string) int {
	a, errA := time.Parse(time.DateOnly, after)
	b, errB := time.Parse(time.DateOnly, until)
	if errA != nil || errB != nil {
		return -1
	}
	n := 0
	for a = a.AddDate(0, 0, 1); !a.After(b); a = a.AddDate(0, 0, 1) {
		if o.works(a) {
			n++
		}
	}
	return n
}

func fourYears(t *rapid.T, name string) calendar.Day {
	return day("2024-01-01").AddDays(rapid.IntRange(0, 4*365).Draw(t, name))
}

func TestWorkingDaysAreThoseThatOneWouldCountOnTheWall(t *testing.T) {
	t.Parallel()
	c, o := cn(t), newOracle()
	rapid.Check(t, func(t *rapid.T) {
		from, n := fourYears(t, "from").AddDays(-200), rapid.IntRange(0, 40).Draw(t, "n")
		if from < day("2023-12-30") {
			from = day("2023-12-30")
		}
		d := c.AddWorking(from, n)
		if d.Due.Year() > 2027 {
			t.Skip("beyond what the tests have written down")
		}
		if want := o.after(from.String(), n); d.Due.String() != want {
			t.Fatalf("%d working days after %s: %s, want %s", n, from, d.Due, want)
		}
		if reaches := d.Due.Year() >= 2027 && n > 0; d.Provisional != reaches || len(d.UnknownYears) > 0 != reaches {
			t.Fatalf("%s to %s: provisional=%t %v", from, d.Due, d.Provisional, d.UnknownYears)
		}
		if n > 0 && from.DaysUntil(d.Due) != n+len(d.Skipped) {
			t.Fatalf("%s to %s: %d counted and %d skipped do not make the days between", from, d.Due, n, len(d.Skipped))
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := fourYears(t, "after"), fourYears(t, "until")
		n, provisional := c.WorkingBetween(a, b)
		if b.Year() > 2027 || a.Year() > 2027 {
			t.Skip("beyond what the tests have written down")
		}
		if want := o.between(a.String(), b.String()); n != want {
			t.Fatalf("working days after %s until %s: %d, want %d", a, b, n, want)
		}
		if touches := b > a && b.Year() == 2027; provisional != touches {
			t.Fatalf("%s to %s: provisional=%t", a, b, provisional)
		}
	})
}

func TestCountingWorkingDaysUndoesAddingThem(t *testing.T) {
	t.Parallel()
	c := cn(t)
	rapid.Check(t, func(t *rapid.T) {
		from, n := day("2010-01-01").AddDays(rapid.IntRange(0, 12_000).Draw(t, "from")), rapid.IntRange(1, 60).Draw(t, "n")
		on := c.AddWorking(from, n)
		if got, provisional := c.WorkingBetween(from, on.Due); got != n || provisional != on.Provisional {
			t.Fatalf("%d after %s is %s, and between them %d", n, from, on.Due, got)
		}
		if works, _ := c.IsWorking(on.Due); !works {
			t.Fatalf("%s is not worked", on.Due)
		}
		if next := c.AddWorking(on.Due, 1).Due; c.AddWorking(from, n+1).Due != next {
			t.Fatalf("one more after %s is not the next working day", on.Due)
		}
		back := c.AddWorking(on.Due, -n)
		if works, _ := c.IsWorking(from); works && back.Due != from {
			t.Fatalf("%d back from %s is %s, want %s", n, on.Due, back.Due, from)
		}
		if back.Due > from && n > 0 {
			if between, _ := c.WorkingBetween(from, back.Due); between != 0 {
				t.Fatalf("%d back from %s is %s, later than %s", n, on.Due, back.Due, from)
			}
		}
	})
}

func TestWorkingDaysAddUpOverADayBetween(t *testing.T) {
	t.Parallel()
	c := cn(t)
	rapid.Check(t, func(t *rapid.T) {
		days := []calendar.Day{fourYears(t, "a"), fourYears(t, "b"), fourYears(t, "c")}
		slices.Sort(days)
		first, _ := c.WorkingBetween(days[0], days[1])
		second, _ := c.WorkingBetween(days[1], days[2])
		if all, _ := c.WorkingBetween(days[0], days[2]); all != first+second {
			t.Fatalf("%v: %d + %d is not %d", days, first, second, all)
		}
	})
}

func TestATermThatIsMovedEndsOnTheNextWorkingDay(t *testing.T) {
	t.Parallel()
	c := cn(t)
	rapid.Check(t, func(t *rapid.T) {
		from, n := fourYears(t, "from"), rapid.IntRange(-100, 100).Draw(t, "n")
		for _, d := range []struct{ plain, moved calendar.Derivation }{
			{c.AddDays(from, n, false), c.AddDays(from, n, true)},
			{c.AddMonths(from, n/10, false), c.AddMonths(from, n/10, true)},
		} {
			works, _ := c.IsWorking(d.moved.Due)
			between, _ := c.WorkingBetween(d.plain.Due.AddDays(-1), d.moved.Due)
			if !works || between != 1 || d.moved.Due < d.plain.Due {
				t.Fatalf("%s moves to %s", d.plain.Due, d.moved.Due)
			}
			if moved := d.moved.Due != d.plain.Due; moved == d.moved.RolledFrom.IsZero() {
				t.Fatalf("%s: rolled from %s", d.moved.Due, d.moved.RolledFrom)
			}
		}
	})
}
