package calendar_test

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chancery/core/calendar"
	"chancery/core/fault"
)

func shipped(t *testing.T) *calendar.Calendar {
	t.Helper()
	data, err := os.ReadFile("../../library/calendars/cn.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := calendar.ParseCalendar("cn.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// dayByDay writes what a calendar knows of a year as holiday-cn does: every weekday
// that is off and every weekend day that is worked.
func dayByDay(c *calendar.Calendar, year int) []byte {
	type entry struct {
		Name string       `json:"name"`
		Date calendar.Day `json:"date"`
		Off  bool         `json:"isOffDay"`
	}
	list := map[string]any{"year": year, "papers": []string{"a notice"}}
	var days []entry
	for d := calendar.MustDay(fmt.Sprintf("%d-01-01", year)); d.Year() == year; d++ {
		k, name, _ := c.Kind(d)
		if k == calendar.Holiday || k == calendar.MakeUp {
			days = append(days, entry{name.ZH, d, k == calendar.Holiday})
		}
	}
	list["days"] = days
	data, _ := json.Marshal(list)
	return data
}

func TestAYearAnnouncedInEitherFormIsTheSameYear(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for _, year := range []int{2025, 2026} {
		a, err := calendar.ParseAnnouncement("year.json", dayByDay(c, year))
		if err != nil {
			t.Fatal(err)
		}
		with, err := c.With(a)
		if err != nil {
			t.Fatal(err)
		}
		for d := calendar.MustDay(fmt.Sprintf("%d-01-01", year)); d.Year() == year; d++ {
			was, _, _ := c.Kind(d)
			is, _, known := with.Kind(d)
			if was != is || !known {
				t.Errorf("%s is %s, and %s (known: %v) once announced day by day", d, was, is, known)
			}
		}
	}
	written := "year: 2027\nnotice: {zh: 通知, en: Notice}\nsource: invented\nconfidence: T\noff:\n" +
		"  - {from: 2027-01-01, to: 2027-01-03, name: {zh: 元旦, en: New Year}}\n  - {from: 2027-02-05, to: 2027-02-11, name: {zh: 春节, en: Spring Festival}}\n" +
		"  - {from: 2027-04-03, to: 2027-04-05, name: {zh: 清明节, en: Qingming}}\n  - {from: 2027-05-01, to: 2027-05-05, name: {zh: 劳动节, en: Labour Day}}\n" +
		"  - {from: 2027-06-09, name: {zh: 端午节, en: Dragon Boat}}\n  - {from: 2027-09-15, name: {zh: 中秋节, en: Mid-Autumn}}\n" +
		"  - {from: 2027-10-01, to: 2027-10-07, name: {zh: 国庆节, en: National Day}}\nwork:\n  - {from: 2027-05-08, name: {zh: 劳动节, en: Labour Day}}\n"
	a, err := calendar.ParseAnnouncement("2027.yaml", []byte(written))
	if err != nil {
		t.Fatal(err)
	}
	with, err := c.With(a)
	if err != nil {
		t.Fatal(err)
	}
	if works, known := with.IsWorking(calendar.MustDay("2027-05-08")); !works || !known || c.Known(2027) || !with.Known(2027) {
		t.Errorf("8 May 2027: %v, %v; the calendar that was laid over knows 2027: %v", works, known, c.Known(2027))
	}
}

func TestAYearThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	c := shipped(t)
	for what, file := range map[string]string{
		"not announced yet":     `{"year": 2027, "papers": [], "days": []}`,
		"worked in the file":    strings.Replace(string(dayByDay(c, 2026)), `{"name":"元旦","date":"2026-01-01","isOffDay":true},`, "", 1),
		"no weekend day":        strings.Replace(string(dayByDay(c, 2026)), `"isOffDay":true}`, `"isOffDay":true},{"name":"元旦","date":"2026-01-05","isOffDay":false}`, 1),
		"stands twice":          strings.Replace(string(dayByDay(c, 2026)), `"isOffDay":true}`, `"isOffDay":true},{"name":"元旦","date":"2026-01-01","isOffDay":true}`, 1),
		"does not belong to":    strings.Replace(string(dayByDay(c, 2026)), `"isOffDay":true}`, `"isOffDay":true},{"name":"元旦","date":"2024-01-01","isOffDay":true}`, 1),
		"source must be filled": strings.Replace(string(dayByDay(c, 2026)), `"a notice"`, ``, 1),
		"the year is missing":   `{"papers": ["x"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}`,
		"notice must be filled": "year: 2027\noff: [{from: 2027-01-01, name: {zh: 元旦, en: New Year}}]\n",
		"isHoliday":             `{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isHoliday": true}]}`,
	} {
		a, err := calendar.ParseAnnouncement("year", []byte(file))
		if err == nil {
			_, err = c.With(a)
		}
		said := ""
		for _, f := range fault.All(err) {
			said += f.Text.EN + "\n"
		}
		if !strings.Contains(said, what) {
			t.Errorf("want %q, it says %q", what, said)
		}
	}
}

// TestADeadlineCountedAgainIsTheOneCountedAfresh: whatever term is counted from
// whatever day, counting the kept derivation again after a year was announced gives
// what the calendar that knows the year counts from the start.
func TestADeadlineCountedAgainIsTheOneCountedAfresh(t *testing.T) {
	t.Parallel()
	before := shipped(t)
	data, err := os.ReadFile("../../internal/scene/testdata/2027.json")
	if err != nil {
		t.Fatal(err)
	}
	a, err := calendar.ParseAnnouncement("2027.json", data)
	if err != nil {
		t.Fatal(err)
	}
	after, err := before.With(a)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		from := calendar.MustDay("2026-11-01").AddDays(rapid.IntRange(0, 420).Draw(r, "from"))
		n := rapid.IntRange(1, 40).Draw(r, "term")
		count := rapid.SampledFrom([]func(*calendar.Calendar) calendar.Derivation{
			func(c *calendar.Calendar) calendar.Derivation { return c.AddWorking(from, n) },
			func(c *calendar.Calendar) calendar.Derivation { return c.AddWorking(from, -n) },
			func(c *calendar.Calendar) calendar.Derivation { return c.AddDays(from, n, true) },
			func(c *calendar.Calendar) calendar.Derivation { return c.AddDays(from, -n, false) },
			func(c *calendar.Calendar) calendar.Derivation { return c.AddMonths(from, 1+n%12, true) },
		}).Draw(r, "counting")
		if again, afresh := after.Again(count(before)), count(after); !reflect.DeepEqual(again, afresh) {
			r.Fatalf("again %+v, afresh %+v", again, afresh)
		}
		if d := count(before); !d.Provisional && !reflect.DeepEqual(after.Again(d), d) {
			r.Fatalf("a deadline that touches no announced year was counted otherwise: %+v", after.Again(d))
		}
	})
}
