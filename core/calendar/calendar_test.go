package calendar_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chancery/core/calendar"
	"chancery/core/fault"
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

func day(s string) calendar.Day { return calendar.MustDay(s) }

// notices are the days as the yearly notices give them, written down a second time, apart from the data.
func notices() map[int]struct{ off, work []string } {
	return map[int]struct{ off, work []string }{
		2024: {
			[]string{
				"2023-12-30", "2023-12-31", "2024-01-01",
				"2024-02-10", "2024-02-11", "2024-02-12", "2024-02-13", "2024-02-14", "2024-02-15", "2024-02-16", "2024-02-17",
				"2024-04-04", "2024-04-05", "2024-04-06", "2024-05-01", "2024-05-02", "2024-05-03", "2024-05-04", "2024-05-05",
				"2024-06-08", "2024-06-09", "2024-06-10", "2024-09-15", "2024-09-16", "2024-09-17",
				"2024-10-01", "2024-10-02", "2024-10-03", "2024-10-04", "2024-10-05", "2024-10-06", "2024-10-07",
			},
			[]string{"2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12"},
		},
		2025: {
			[]string{
				"2025-01-01",
				"2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31", "2025-02-01", "2025-02-02", "2025-02-03", "2025-02-04",
				"2025-04-04", "2025-04-05", "2025-04-06", "2025-05-01", "2025-05-02", "2025-05-03", "2025-05-04", "2025-05-05",
				"2025-05-31", "2025-06-01", "2025-06-02",
				"2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04", "2025-10-05", "2025-10-06", "2025-10-07", "2025-10-08",
			},
			[]string{"2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"},
		},
		2026: {
			[]string{
				"2026-01-01", "2026-01-02", "2026-01-03",
				"2026-02-15", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23",
				"2026-04-04", "2026-04-05", "2026-04-06", "2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05",
				"2026-06-19", "2026-06-20", "2026-06-21", "2026-09-25", "2026-09-26", "2026-09-27",
				"2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07",
			},
			[]string{"2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"},
		},
	}
}

func TestEveryDayOfTheNoticesIsAsTheyGiveIt(t *testing.T) {
	t.Parallel()
	c := cn(t)
	for year, n := range notices() {
		for _, s := range n.off {
			if k, name, known := c.Kind(day(s)); k != calendar.Holiday || name.ZH == "" || name.EN == "" || !known {
				t.Errorf("%s: %s %q known=%t, want a holiday", s, k, name.ZH, known)
			}
		}
		for _, s := range n.work {
			if k, name, known := c.Kind(day(s)); k != calendar.MakeUp || name.ZH == "" || !known {
				t.Errorf("%s: %s %q known=%t, want a make-up day", s, k, name.ZH, known)
			}
		}
		for d := day(fmt.Sprintf("%d-01-01", year)); d.Year() == year; d++ {
			k, _, known := c.Kind(d)
			named := slices.Contains(n.off, d.String()) || slices.Contains(n.work, d.String())
			weekend := d.Weekday() == 0 || d.Weekday() == 6
			if !known || !named && weekend != (k == calendar.Weekend) || !named && !weekend && k != calendar.Working {
				t.Errorf("%s: %s known=%t", d, k, known)
			}
		}
		y, ok := c.Year(year)
		if !ok || y.Source == "" || y.Confidence == "" || y.Notice.ZH == "" {
			t.Errorf("%d: %+v", year, y)
		}
	}
	if !slices.Equal(c.Years(), []int{2024, 2025, 2026}) || c.Known(2023) || c.Known(2027) || c.Name() != "cn" || c.Title().IsZero() {
		t.Errorf("%v", c.Years())
	}
}

func TestASundayGivenInExchangeIsAWorkingDay(t *testing.T) {
	t.Parallel()
	if working, known := cn(t).IsWorking(day("2026-09-20")); !working || !known {
		t.Errorf("2026-09-20: working=%t known=%t", working, known)
	}
}

func TestAYearNotAnnouncedIsNeverKnown(t *testing.T) {
	t.Parallel()
	c := cn(t)
	for s, want := range map[string]calendar.Kind{
		"2027-01-01": calendar.Holiday, "2027-02-04": calendar.Working,
		"2027-02-05": calendar.Holiday, "2027-02-06": calendar.Holiday, "2027-02-07": calendar.Holiday, "2027-02-08": calendar.Holiday, "2027-02-09": calendar.Working,
		"2027-04-05": calendar.Holiday, "2027-05-01": calendar.Holiday, "2027-05-02": calendar.Holiday, "2027-05-03": calendar.Working,
		"2027-06-09": calendar.Holiday, "2027-09-15": calendar.Holiday, "2027-10-01": calendar.Holiday, "2027-10-02": calendar.Holiday, "2027-10-03": calendar.Holiday, "2027-10-04": calendar.Working,
		"2027-03-06": calendar.Weekend, "2027-03-08": calendar.Working,
		"2012-05-01": calendar.Holiday, "2012-05-02": calendar.Working, "2012-10-03": calendar.Holiday, "2023-12-29": calendar.Working, "2035-10-01": calendar.Holiday,
	} {
		if k, _, known := c.Kind(day(s)); k != want || known {
			t.Errorf("%s: %s known=%t, want %s", s, k, known, want)
		}
	}
}

func TestAWarningComesBeforeTheFirstYearNotAnnounced(t *testing.T) {
	t.Parallel()
	c := cn(t)
	for s, want := range map[string]struct{ year, days int }{
		"2026-11-02": {2027, 60}, "2026-12-31": {2027, 1}, "2027-01-01": {2027, 0}, "2027-06-01": {2027, 0}, "2026-01-01": {2027, 365}, "2023-06-01": {2023, 0},
	} {
		if year, days, ok := c.UnknownAhead(day(s)); !ok || year != want.year || days != want.days {
			t.Errorf("%s: %d in %d days, %t", s, year, days, ok)
		}
	}
	if _, _, ok := c.UnknownAhead(0); ok {
		t.Error("no day has a year ahead")
	}
}

func TestADeadlineTellsItsArithmetic(t *testing.T) {
	t.Parallel()
	c := cn(t)
	for _, w := range []struct {
		name   string
		got    calendar.Derivation
		due    string
		zh, en string
	}{
		{
			// 21 to 24 September and the Sunday before them, worked for the National Day holiday, make five.
			"a notice over a Sunday that is worked", c.AddWorking(day("2026-09-18"), 5), "2026-09-24",
			"自9月18日次日起数满5个工作日，不计9月19日（周末）；9月20日（周日）调休上班，计入，至9月24日",
			"5 full working days after 18 Sep, not counting 19 Sep (weekend), counting Sunday 20 Sep, worked in exchange for a holiday: 24 Sep",
		},
		{
			// 29 and 30 September, 8, 9 and 10 October: the last a Saturday worked in exchange.
			"a notice over the National Day holiday", c.AddWorking(day("2026-09-28"), 5), "2026-10-10",
			"自9月28日次日起数满5个工作日，不计10月1日至7日（国庆节）；10月10日（周六）调休上班，计入，至10月10日",
			"5 full working days after 28 Sep, not counting 1–7 Oct (National Day), counting Saturday 10 Oct, worked in exchange for a holiday: 10 Oct",
		},
		{
			"a term into a year not announced", c.AddWorking(day("2026-12-28"), 5), "2027-01-05",
			"自2026年12月28日次日起数满5个工作日，不计1月1日（元旦）、1月2日至3日（周末），至2027年1月5日（2027年放假安排尚未公布，此日为暂定）",
			"5 full working days after 28 Dec 2026, not counting 1 Jan (New Year's Day), 2–3 Jan (weekend): 5 Jan 2027 (provisional: the holidays of 2027 are not announced yet)",
		},
		{
			"one day", c.AddWorking(day("2026-11-24"), 1), "2026-11-25",
			"自11月24日次日起数满1个工作日，至11月25日", "1 full working day after 24 Nov: 25 Nov",
		},
		{
			"days that end in a holiday", c.AddDays(day("2026-09-24"), 7, true), "2026-10-08",
			"自9月24日起7日，至10月1日；适逢10月1日至7日（国庆节），顺延至10月8日",
			"7 days after 24 Sep: 1 Oct; not a working day (1–7 Oct (National Day)), so it moves to 8 Oct",
		},
		{"days that are not moved", c.AddDays(day("2026-09-24"), 7, false), "2026-10-01", "自9月24日起7日，至10月1日", "7 days after 24 Sep: 1 Oct"},
		{"a month", c.AddMonths(day("2026-10-31"), 1, true), "2026-11-30", "自10月31日起1个月，至11月30日", "1 month after 31 Oct: 30 Nov"},
		{
			// 14, 13 and 12 October, the worked Saturday the 10th, and the 9th.
			"days back", c.AddWorking(day("2026-10-15"), -5), "2026-10-09",
			"自10月15日前一日起倒数5个工作日，不计10月11日（周末）；10月10日（周六）调休上班，计入，至10月9日",
			"5 full working days back from 15 Oct, not counting 11 Oct (weekend), counting Saturday 10 Oct, worked in exchange for a holiday: 9 Oct",
		},
		{"from no day", c.AddWorking(0, 5), "", "尚无起算日", "nothing to count from yet"},
	} {
		said := w.got.Say()
		if w.got.Due.String() != w.due || said.ZH != w.zh || said.EN != w.en {
			t.Errorf("%s: %s\n%s\n%s", w.name, w.got.Due, said.ZH, said.EN)
		}
	}
}

func TestADeadlineKeepsWhatWasCounted(t *testing.T) {
	t.Parallel()
	c := cn(t)
	data, err := json.Marshal(c.AddWorking(day("2026-12-31"), 2))
	if err != nil {
		t.Fatal(err)
	}
	want := `{"calendar":"cn","from":"2026-12-31","count":2,"unit":"working-day","due":"2027-01-05","skipped":[` +
		`{"day":"2027-01-01","name":{"zh":"元旦","en":"New Year's Day"}},{"day":"2027-01-02","name":{"zh":"周末","en":"weekend"}},{"day":"2027-01-03","name":{"zh":"周末","en":"weekend"}}],` +
		`"provisional":true,"unknown_years":[2027]}`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Error(diff)
	}
	rolled := c.AddMonths(day("2026-09-03"), 1, true)
	if rolled.RolledFrom != day("2026-10-03") || rolled.Due != day("2026-10-08") || rolled.Provisional {
		t.Errorf("%+v", rolled)
	}
}

func TestALongTermIsSaidShortly(t *testing.T) {
	t.Parallel()
	said := cn(t).AddWorking(day("2026-01-15"), 150).Say()
	if len([]rune(said.ZH)) > 300 || !strings.Contains(said.EN, "days in all") {
		t.Error(said)
	}
}

func TestAnUnsoundCalendarIsRefusedWithEveryFault(t *testing.T) {
	t.Parallel()
	const head = "calendar: x\ntitle: {zh: 甲, en: A}\nsource: s\n"
	const year = "years:\n- year: 2026\n  notice: {zh: 甲, en: A}\n  source: s\n  confidence: T\n"
	for _, c := range []struct{ name, file, want string }{
		{"no source", "calendar: x\n", "c.yaml:1:1: source must be filled in"},
		{"an unknown key", head + "yeers: []\n", "c.yaml:4:1: unknown key 'yeers'; did you mean 'years'?"},
		{"a year without notice", head + "years: [{year: 2026}]\n", "years[0].notice must be filled in"},
		{"a weekday made up on", head + year + "  work: [{from: 2026-09-21, name: {zh: 甲, en: A}}]\n", "2026-09-21 is no weekend day and cannot be made up on"},
		{"a span that ends first", head + year + "  off: [{from: 2026-09-21, to: 2026-09-20, name: {zh: 甲, en: A}}]\n", "2026-09-21 to 2026-09-20 is no span of days off; check it"},
		{"a span without end", head + year + "  off: [{from: 2026-01-01, to: 9999-09-20, name: {zh: 甲, en: A}}]\n", "is no span of days off"},
		{"a span without beginning", head + year + "  off: [{to: 2026-09-20, name: {zh: 甲, en: A}}]\n", "the first day, from, is missing"},
		{"a day twice", head + year + "  off: [{from: 2026-09-21, name: {zh: 甲, en: A}}, {from: 2026-09-21, name: {zh: 乙, en: B}}]\n", "2026-09-21 stands twice"},
		{"a day of another year", head + year + "  off: [{from: 2025-09-21, name: {zh: 甲, en: A}}]\n", "2025-09-21 does not belong to the year 2026"},
		{"a year twice", head + year + year[len("years:\n"):], "the year 2026 stands twice"},
		{"a nameless span", head + year + "  off: [{from: 2026-09-21}]\n", "years[0].off[0].name must be filled in"},
		{"a fixed day that does not exist", head + "statutory: {fixed: [{name: {zh: 甲, en: A}, month: 2, day: 30, days: 1, source: s}]}\n", "a fixed holiday needs a month and day that exist"},
	} {
		_, err := calendar.ParseCalendar("c.yaml", []byte(c.file))
		if err == nil || !strings.Contains(err.Error(), c.want) || fault.All(err)[0].Place.Line == 0 {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
