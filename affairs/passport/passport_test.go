package passport_test

import (
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"chancery/affairs/passport"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/register"
)

func day(s string) calendar.Day { return calendar.MustDay(s) }

// out is a case whose two documents were handed out on the eve of the departure.
func out() casework.Case {
	return casework.Case{
		No: "OUT-2026-1", State: casework.Approved, Departed: day("2026-10-15"),
		Done: []casework.Duty{
			{ID: "documents/慕容舟", Person: "慕容舟", Done: day("2026-10-13")},
			{ID: "documents/端木青", Person: "端木青", Done: day("2026-10-14")},
		},
	}
}

func holders() []passport.Holder {
	return []passport.Holder{{Name: "慕容舟", Unit: "市港航局", Kind: "official"}, {Name: "端木青", Unit: "市商务局", Kind: "official"}}
}

// home lets the delegation come home, each document with this term.
func home(c casework.Case, due string) casework.Case {
	for _, h := range holders() {
		c.Duties = append(c.Duties, casework.Duty{
			ID: "handback/" + h.Name, Person: h.Name, Act: string(casework.HandedBack), Due: &calendar.Derivation{Due: day(due)},
		})
	}
	return c
}

func rows(t *testing.T, c casework.Case) []register.Row {
	t.Helper()
	got, err := passport.Rows(c, holders(), day("2026-10-22"))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// says reads the register of a case on a day.
func says(t *testing.T, c casework.Case, on string) []register.Line {
	t.Helper()
	var lines []register.Line
	for _, r := range rows(t, c) {
		line, err := passport.Listings()[0].Read(r, day(on))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestADocumentIsOutFromTheDayItWasHandedOut(t *testing.T) {
	t.Parallel()
	got := says(t, out(), "2026-10-20")
	if len(got) != 2 || got[0].From != day("2026-10-13") || got[1].From != day("2026-10-14") {
		t.Fatalf("%+v", got)
	}
	if got[0].Due != day("2026-10-29") || got[0].State != passport.Out {
		t.Errorf("by the approved homecoming of the 22nd it is due on %s, %s; want the 29th", got[0].Due, got[0].State)
	}
	waiting := out()
	waiting.Departed, waiting.Done = 0, nil
	if n := len(rows(t, waiting)); n != 0 {
		t.Errorf("nothing was handed out, and %d documents are out", n)
	}
}

func TestADocumentIsDueAsTheTermOfTheCaseSays(t *testing.T) {
	t.Parallel()
	for due, states := range map[string]map[string]register.State{
		"2026-10-29": {"2026-10-29": passport.Out, "2026-10-30": passport.Overdue, "2026-11-28": passport.Overdue, "2026-11-29": passport.Blocks},
		"2026-10-28": {"2026-10-28": passport.Out, "2026-10-29": passport.Overdue, "2026-11-28": passport.Blocks}, // a stricter term of five working days
	} {
		for on, want := range states {
			got := says(t, home(out(), due), on)[0]
			if got.State != want || got.Due != day(due) {
				t.Errorf("due on %s, it is %s on %s (%s); want %s", due, got.State, on, got.Say.EN, want)
			}
		}
	}
}

func TestOnlyTheUnitThatHoldsALongOverdueDocumentIsBlocked(t *testing.T) {
	t.Parallel()
	open := rows(t, home(out(), "2026-10-29"))
	for on, want := range map[string][]string{"2026-11-28": {}, "2026-11-29": {"慕容舟 OUT-2026-1"}} {
		got, err := passport.Blocking("市港航局", "OUT-2026-9", day(on), open)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("on %s %v blocks (%v); want %v", on, got, err, want)
		}
	}
	if got, err := passport.Blocking("市水务局", "OUT-2026-9", day("2026-12-31"), open); err != nil || len(got) > 0 {
		t.Errorf("a unit that holds nothing is blocked by %v (%v)", got, err)
	}
	if got, err := passport.Blocking("市港航局", "OUT-2026-1", day("2026-12-31"), open); err != nil || len(got) > 0 {
		t.Errorf("the case itself is blocked by %v (%v)", got, err)
	}
}

func TestACancelledTripHoldsNoDocument(t *testing.T) {
	t.Parallel()
	c := out()
	c.State, c.Departed = casework.Cancelled, 0
	if n := len(rows(t, c)); n != 0 {
		t.Errorf("%d documents are out for a trip that was cancelled", n)
	}
}

// TestTheRegisterIsNothingButAReadingOfTheCase: whatever was handed out and back in
// whatever order, the rows are those of the case as it stands, and a document is
// out on a day exactly if it was handed out and is not back.
func TestTheRegisterIsNothingButAReadingOfTheCase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := out()
		c.Done = nil
		c.Departed = 0
		handed, back := map[string]calendar.Day{}, map[string]calendar.Day{}
		for _, h := range holders() {
			if rapid.Bool().Draw(r, "handed out") {
				handed[h.Name] = day("2026-10-10").AddDays(rapid.IntRange(0, 5).Draw(r, "day"))
				c.Done = append(c.Done, casework.Duty{ID: "documents/" + h.Name, Person: h.Name, Done: handed[h.Name]})
			}
		}
		c = home(c, "2026-10-29")
		for i, h := range holders() {
			if !handed[h.Name].IsZero() && rapid.Bool().Draw(r, "back") {
				back[h.Name] = day("2026-10-22").AddDays(rapid.IntRange(0, 60).Draw(r, "back on"))
				c.Duties[i].Done = back[h.Name]
			}
		}
		first, err := passport.Rows(c, holders(), day("2026-10-22"))
		if err != nil {
			r.Fatal(err)
		}
		again, err := passport.Rows(c, holders(), day("2026-10-22"))
		if err != nil || !reflect.DeepEqual(first, again) {
			r.Fatalf("read twice, the register is not the same (%v)", err)
		}
		if len(first) != len(handed) {
			r.Fatalf("%d rows for %d documents", len(first), len(handed))
		}
		for _, row := range first {
			if row.From != handed[row.Key] || row.Until != back[row.Key] {
				r.Fatalf("%s: out from %s until %s, want %s and %s", row.Key, row.From, row.Until, handed[row.Key], back[row.Key])
			}
			on := day("2026-10-20").AddDays(rapid.IntRange(0, 90).Draw(r, "on"))
			line, err := passport.Listings()[0].Read(row, on)
			if err != nil {
				r.Fatal(err)
			}
			if is := line.State == passport.Returned; is != (!back[row.Key].IsZero() && back[row.Key] <= on) {
				r.Fatalf("%s is %s on %s, back on %s", row.Key, line.State, on, back[row.Key])
			}
		}
	})
}
