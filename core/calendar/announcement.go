package calendar

import (
	"fmt"
	"maps"
	"strings"

	"chancery/core/strict"
	"chancery/core/text"
)

// Announcement is a year's holidays as its notice announces them: the days off, the
// adjoining weekends with them or not, and the weekend days that are worked in exchange.
type Announcement struct {
	Year
	Off  []Span `json:"off"`
	Work []Span `json:"work"`

	doc *strict.Document // the file it was read from
}

// ParseAnnouncement reads the file of one announced year. It takes two forms: that of
// a calendar's own years (year, notice, source, confidence, off, work), and the JSON of
// holiday-cn (year, papers, days with name, date and isOffDay). Whether the year fits a
// calendar is said by With.
func ParseAnnouncement(file string, data []byte) (Announcement, error) {
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return Announcement{}, err
	}
	var a Announcement
	if doc.Has("days") {
		a, err = listed(doc)
	} else {
		err = doc.Decode(&a)
	}
	a.doc = doc
	return a, err
}

// holidayList is a year day by day.
type holidayList struct {
	Schema string   `json:"$schema"`
	ID     string   `json:"$id"`
	Year   int      `json:"year"`
	Papers []string `json:"papers"`
	Days   []struct {
		Name string `json:"name"`
		Date Day    `json:"date"`
		Off  bool   `json:"isOffDay"`
	} `json:"days"`
}

func listed(doc *strict.Document) (Announcement, error) {
	var list holidayList
	if err := doc.Decode(&list); err != nil {
		return Announcement{}, err
	}
	a := Announcement{Year: Year{
		Year: list.Year, Source: strings.Join(list.Papers, " "), Confidence: Restated,
		Notice: text.Text{
			ZH: "国务院办公厅关于{year}年部分节假日安排的通知", EN: "State Council General Office, notice on the holidays of {year}",
		}.Fill(text.Args{"year": fmt.Sprint(list.Year)}),
	}}
	for _, d := range list.Days {
		s := Span{From: d.Date, Name: holidayName(d.Name)}
		if d.Off {
			a.Off = append(a.Off, s)
		} else {
			a.Work = append(a.Work, s)
		}
	}
	return a, nil
}

// holidayName gives the name of a holiday, or of several that fall together, in both languages.
func holidayName(zh string) text.Text {
	known := map[string]string{
		"元旦": "New Year's Day", "春节": "Spring Festival", "清明节": "Qingming", "劳动节": "Labour Day",
		"端午节": "Dragon Boat Festival", "中秋节": "Mid-Autumn Festival", "国庆节": "National Day",
	}
	var en []string
	for part := range strings.SplitSeq(zh, "、") {
		name, ok := known[part]
		if !ok {
			name = part
		}
		en = append(en, name)
	}
	return text.Text{ZH: zh, EN: strings.Join(en, " and ")}
}

// With gives the calendar with a year as announced, in place of what it knew of that
// year. Faults: a year without its notice, source or days, a day that is named twice or
// belongs to another year, a make-up day that is no weekend day, and a holiday by law
// that would be worked, since the file is then not whole.
func (c *Calendar) With(a Announcement) (*Calendar, error) {
	next := &Calendar{name: c.name, title: c.title, fixed: c.fixed, moved: c.moved, years: maps.Clone(c.years), days: maps.Clone(c.days)}
	maps.DeleteFunc(next.days, func(_ Day, s special) bool { return s.notice == a.Year.Year })
	b := builder{doc: a.doc, calendar: next}
	first, err := NewDay(a.Year.Year, 1, 1)
	if err != nil || a.Year.Year < 1949 {
		b.fault("year", text.Text{ZH: "须写明年份", EN: "the year is missing"})
		return nil, b.faults.OrNil()
	}
	if len(a.Off) == 0 {
		b.fault("year", text.Text{
			ZH: "文件中没有 {year} 年的放假日，该年安排可能尚未公布；请等通知公布后再导入",
			EN: "the file has no day off in {year}, perhaps because the year is not announced yet: import it once it is",
		}.Fill(text.Args{"year": fmt.Sprint(a.Year.Year)}))
		return nil, b.faults.OrNil()
	}
	b.year("", a)
	for d := first; d.Year() == a.Year.Year; d++ {
		if name, ok := next.statutory(d); ok {
			if k, _, _ := next.Kind(d); k.Works() {
				b.fault("off", text.Text{
					ZH: "{day}（{name}）依法放假，文件中却是工作日；请核对文件是否完整", EN: "{day} ({name}) is off by law and is worked in the file; see whether the file is whole",
				}.Fill(text.Args{"day": d.String(), "name": name}))
			}
		}
	}
	b.faults.Sort()
	if err := b.faults.OrNil(); err != nil {
		return nil, err
	}
	return next, nil
}

// Again counts a deadline afresh, from the same day and by the same term, with what the
// calendar knows now. A term in days or months that runs forward ends on a day that is worked.
func (c *Calendar) Again(d Derivation) Derivation {
	switch d.Unit {
	case WorkingDays:
		return c.AddWorking(d.From, d.Count)
	case Months:
		return c.AddMonths(d.From, d.Count, d.Count > 0)
	}
	return c.AddDays(d.From, d.Count, d.Count > 0)
}
