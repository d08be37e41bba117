package gift_test

import (
	"testing"

	"pgregory.net/rapid"

	"chancery/affairs/gift"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/money"
)

func yuan(t testing.TB, amount string) money.Amount {
	t.Helper()
	a, err := money.Parse(amount, "CNY")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestTheTermIsAMonthFromReceiptOrFromTheReturn holds the count against a calendar read month by month.
func TestTheTermIsAMonthFromReceiptOrFromTheReturn(t *testing.T) {
	t.Parallel()
	for received, c := range map[string]struct{ returned, due string }{
		"2026-09-15": {"", "2026-10-15"}, "2026-01-31": {"", "2026-02-28"}, "2024-01-31": {"", "2024-02-29"},
		"2026-12-10": {"2026-12-20", "2027-01-20"}, "2026-03-31": {"", "2026-04-30"},
	} {
		g := gift.Gift{Received: calendar.MustDay(received)}
		if c.returned != "" {
			g.Returned = calendar.MustDay(c.returned)
		}
		due := calendar.MustDay(c.due)
		if in := gift.Count(g, due); in.Due != due || in.Late {
			t.Errorf("received %s: due %s, late %v; want %s", received, in.Due, in.Late, c.due)
		}
		if late := gift.Count(g, due.AddDays(1)); !late.Late {
			t.Errorf("received %s: a day after %s is not late", received, c.due)
		}
	}
}

func TestDeclaringLaterNeverMakesItEarlier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := gift.Gift{Received: calendar.MustDay("2026-01-01").AddDays(rapid.IntRange(0, 800).Draw(t, "received"))}
		day := g.Received.AddDays(rapid.IntRange(0, 70).Draw(t, "declared"))
		if gift.Count(g, day).Late && !gift.Count(g, day.AddDays(1)).Late {
			t.Fatal("a later declaration was in time")
		}
		if after := g.Received.DaysUntil(day); after <= 28 && gift.Count(g, day).Late {
			t.Fatalf("late after %d days", after)
		} else if after > 31 && !gift.Count(g, day).Late {
			t.Fatalf("in time after %d days", after)
		}
	})
}

func TestAFractionOfAYuanIsNotRoundedUp(t *testing.T) {
	t.Parallel()
	for amount, want := range map[string]int{"199.99": 199, "200.00": 200, "0.50": 0} {
		if got := gift.Count(gift.Gift{Value: yuan(t, amount)}, 0).Yuan; got != want {
			t.Errorf("%s is %d yuan, want %d", amount, got, want)
		}
	}
}

func TestAValueInOtherMoneyAndAReturnBeforeReceiptAreFaults(t *testing.T) {
	t.Parallel()
	yen, err := money.Parse("20000", "JPY")
	if err != nil {
		t.Fatal(err)
	}
	g := gift.Gift{Value: yen, Received: calendar.MustDay("2026-10-02"), Returned: calendar.MustDay("2026-10-01")}
	found := gift.Examine(form.Answers{"gift": g}, nil)
	if len(found) != 2 || found[0].Field != "gift.value.currency" || found[1].Field != "gift.returned" {
		t.Errorf("%v", found)
	}
	g.Value, g.Returned = yuan(t, "480.00"), calendar.MustDay("2026-10-05")
	if found := gift.Examine(form.Answers{"gift": g}, nil); len(found) != 0 {
		t.Errorf("%v", found)
	}
}

func TestTheRegisterHoldsWhatWasDeclaredAndNotWhatWasWithdrawn(t *testing.T) {
	t.Parallel()
	a := form.Application{Procedure: "gift-received", Answers: form.Answers{"gift": gift.Gift{What: "瓷盘", Received: calendar.MustDay("2026-09-15")}}}
	for name, c := range map[string]struct {
		c    casework.Case
		rows int
	}{
		"a draft":     {casework.Case{State: casework.Draft}, 0},
		"declared":    {casework.Case{State: casework.Active, FirstSubmitted: 1}, 1},
		"disposed of": {casework.Case{State: casework.Closed, FirstSubmitted: 1, Outcome: casework.OutcomeSetForward}, 1},
		"withdrawn":   {casework.Case{State: casework.Withdrawn, FirstSubmitted: 1}, 0},
	} {
		rows, err := gift.Rows(c.c, a)
		if err != nil || len(rows) != c.rows {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
		}
	}
}
