// Package calendar knows days, working days and deadlines. A day is a day of the office's calendar, without hour or
// zone. Which days are worked is data, announced year by year; of a year not yet announced the package says that it does
// not know, and every deadline that touches it is provisional. A deadline keeps its arithmetic with it.
package calendar

import (
	"fmt"
	"time"

	"chancery/core/fault"
	"chancery/core/text"
)

// Day is a day of the Gregorian calendar, counted from 0001-01-01 = 1. The zero Day is no day.
type Day int32

// The first and the last day there is. Counting stops at them.
const (
	FirstDay Day = 1       // 0001-01-01
	LastDay  Day = 3652059 // 9999-12-31
)

// NewDay gives the day of a year (1–9999), month (1–12) and day of the month. A day that does not exist, such as
// 30 February, is a fault.
func NewDay(year, month, day int) (Day, error) {
	if !exists(year, month, day) {
		return 0, fault.New(fault.Invalid, "", text.Text{
			ZH: "没有{year}年{month}月{day}日这一天",
			EN: "there is no day {day} of month {month} in the year {year}",
		}.Fill(text.Args{"year": year, "month": month, "day": day}))
	}
	return ordinal(year, month, day), nil
}

func exists(year, month, day int) bool {
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

// ParseDay reads "2026-10-08", and nothing else; another form or a day that does not exist is a fault.
func ParseDay(s string) (Day, error) {
	year, month, day, ok := digits(s)
	if !ok {
		return 0, fault.New(fault.Invalid, "", text.Text{
			ZH: "「{value}」不是日期；请写作 2026-10-08 的样子",
			EN: "'{value}' is not a day; write it like 2026-10-08",
		}.Fill(text.Args{"value": shortened(s)}))
	}
	return NewDay(year, month, day)
}

// IsDay says whether ParseDay would take it.
func IsDay(s string) bool {
	year, month, day, ok := digits(s)
	return ok && exists(year, month, day)
}

// MustDay is ParseDay for days written in Go, in tests and constants; it panics on what is not a day.
func MustDay(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DayOf gives the day on which an instant falls in its own zone.
func DayOf(t time.Time) Day {
	return clamp(int64(ordinal(max(1, min(9999, t.Year())), int(t.Month()), t.Day())))
}

// String gives "2026-10-08", and "" for no day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	year, month, day := d.date()
	digit := func(n int) byte { return '0' + byte(n%10) }
	return string([]byte{
		digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), '-', digit(month / 10), digit(month), '-', digit(day / 10), digit(day),
	})
}

// MarshalText gives what String gives.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDay reads; an empty text is no day.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	day, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = day
	return nil
}

// IsZero tells whether it is no day.
func (d Day) IsZero() bool { return d == 0 }

// AddDays goes n days on, back when n is negative, no further than the first and the last day. No day stays no day.
func (d Day) AddDays(n int) Day {
	if d.IsZero() {
		return 0
	}
	const far = 4_000_000 // more than all days
	return clamp(int64(d) + int64(max(-far, min(far, n))))
}

// AddMonths goes n calendar months on, back when n is negative. Where the month is too short it is the month's last day:
// one month after 31 January is 28 or 29 February. No day stays no day.
func (d Day) AddMonths(n int) Day {
	if d.IsZero() {
		return 0
	}
	const far = 120_000 // more than all months
	year, month, day := d.date()
	months := year*12 + month - 1 + max(-far, min(far, n))
	switch {
	case months < 12:
		return FirstDay
	case months >= 10_000*12:
		return LastDay
	}
	year, month = months/12, months%12+1
	return ordinal(year, month, min(day, daysIn(year, month)))
}

// DaysUntil counts the days from d to other: 1 until tomorrow, negative when other is past.
func (d Day) DaysUntil(other Day) int { return int(other) - int(d) }

// Weekday gives the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday((int64(d)%7 + 7) % 7) } // 0001-01-01 was a Monday

// Year gives the year, 0 for no day.
func (d Day) Year() int { year, _, _ := d.date(); return year }

// Month gives the month, January = 1; 0 for no day.
func (d Day) Month() time.Month { _, month, _ := d.date(); return time.Month(month) }

// DayOfMonth gives the day of the month; 0 for no day.
func (d Day) DayOfMonth() int { _, _, day := d.date(); return day }

// Say gives the day without its year: 10月8日, 8 Oct.
func (d Day) Say() text.Text {
	if d.IsZero() {
		return text.Text{ZH: "（无日期）", EN: "(no day)"}
	}
	_, month, day := d.date()
	return text.Text{
		ZH: fmt.Sprintf("%d月%d日", month, day),
		EN: fmt.Sprintf("%d %s", day, monthEN(month)),
	}
}

// SayFull gives the day with its year: 2026年10月8日, 8 Oct 2026.
func (d Day) SayFull() text.Text {
	if d.IsZero() {
		return d.Say()
	}
	said, year := d.Say(), d.Year()
	return text.Text{ZH: fmt.Sprintf("%d年%s", year, said.ZH), EN: fmt.Sprintf("%s %d", said.EN, year)}
}

// SayWeekday names the day of the week: 周四, Thu.
func (d Day) SayWeekday() text.Text {
	zh := [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}
	return text.Text{ZH: zh[d.Weekday()], EN: d.Weekday().String()[:3]}
}

func monthEN(month int) string { return time.Month(month).String()[:3] }

func clamp(n int64) Day { return Day(max(int64(FirstDay), min(int64(LastDay), n))) }

func digits(s string) (year, month, day int, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	for i := range len(s) {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return 0, 0, 0, false
		}
	}
	n := func(s string) (n int) {
		for i := range len(s) {
			n = n*10 + int(s[i]-'0')
		}
		return n
	}
	return n(s[:4]), n(s[5:7]), n(s[8:]), true
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func daysIn(year, month int) int {
	switch month {
	case 2:
		if leap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// ordinal and date count in years that begin in March, so that the leap day is a year's last.
func ordinal(year, month, day int) Day {
	y, m := year, month-3
	if m < 0 {
		y, m = y-1, m+12
	}
	return Day(365*y + y/4 - y/100 + y/400 + (153*m+2)/5 + day - 306)
}

func (d Day) date() (year, month, day int) {
	if d.IsZero() {
		return 0, 0, 0
	}
	n := int(clamp(int64(d))) + 305 // days since 0000-03-01
	era, inEra := n/146097, n%146097
	yearInEra := (inEra - inEra/1460 + inEra/36524 - inEra/146096) / 365
	inYear := inEra - (365*yearInEra + yearInEra/4 - yearInEra/100)
	m := (5*inYear + 2) / 153
	year, month, day = era*400+yearInEra, m+3, inYear-(153*m+2)/5+1
	if month > 12 {
		year, month = year+1, month-12
	}
	return year, month, day
}

func shortened(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
