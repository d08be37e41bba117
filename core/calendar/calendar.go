package calendar

import (
	"slices"
	"strconv"
	"time"

	"chancery/core/fault"
	"chancery/core/strict"
	"chancery/core/text"
)

// Kind says what sort of day a day is.
type Kind uint8

// The kinds of day.
const (
	Working Kind = iota // an ordinary working day
	Weekend             // Saturday or Sunday, off
	Holiday             // off by the year's notice, adjoining weekends included
	MakeUp              // a weekend day that is worked by the year's notice
)

// String gives the kind in one English word.
func (k Kind) String() string {
	switch k {
	case Working:
		return "working"
	case Weekend:
		return "weekend"
	case Holiday:
		return "holiday"
	case MakeUp:
		return "make-up"
	}
	return "kind-" + strconv.Itoa(int(k))
}

// Works tells whether a day of this kind is worked.
func (k Kind) Works() bool { return k == Working || k == MakeUp }

// Confidence says how well a statement of the data is established.
type Confidence string

// The confidences: the text itself seen; seen restated elsewhere; unconfirmed.
const (
	Seen        Confidence = "T"
	Restated    Confidence = "L"
	Unconfirmed Confidence = "U"
)

// Words lists the confidences.
func (Confidence) Words() []string {
	return []string{string(Seen), string(Restated), string(Unconfirmed)}
}

// Calendar is the working calendar of one jurisdiction.
type Calendar struct {
	name  string
	title text.Text
	years map[int]Year
	days  map[Day]special
	fixed []fixedDays
	moved map[Day]text.Text // statutory days of years without a notice that the data computes
}

// Year is what announced the holidays of one year.
type Year struct {
	Year       int        `json:"year"`
	Notice     text.Text  `json:"notice"`
	Source     string     `json:"source"`
	Confidence Confidence `json:"confidence"`
	Note       text.Text  `json:"note,omitzero"`
}

type special struct {
	kind   Kind
	name   text.Text
	notice int // the year whose notice names the day
}

// fixedDays are statutory days that fall on the same dates each year.
type fixedDays struct {
	Name      text.Text `json:"name"`
	Month     int       `json:"month"`
	Day       int       `json:"day"`
	Days      int       `json:"days"`
	SinceYear int       `json:"since_year"`
	Source    string    `json:"source"`
}

type calendarFile struct {
	Calendar  string    `json:"calendar"`
	Title     text.Text `json:"title"`
	Source    string    `json:"source"`
	Statutory struct {
		Fixed    []fixedDays `json:"fixed"`
		Computed []struct {
			Year   int    `json:"year"`
			Source string `json:"source"`
			Days   []Span `json:"days"`
		} `json:"computed"`
	} `json:"statutory"`
	Years []Announcement `json:"years"`
}

// Span is a run of days off, or a weekend day that is worked.
type Span struct {
	From Day       `json:"from"`
	To   Day       `json:"to,omitempty"`
	Name text.Text `json:"name"`
}

// ParseCalendar reads a calendar's file. Faults, all together: what package strict refuses, a year without its notice or
// source, a span without name or that ends before it begins, a day that is named twice, a make-up day that is no weekend
// day, a day that belongs neither to the year of its notice nor to the weeks around it.
func ParseCalendar(file string, data []byte) (*Calendar, error) {
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return nil, err
	}
	var f calendarFile
	if err := doc.Decode(&f); err != nil {
		return nil, err
	}
	b := builder{doc: doc, calendar: &Calendar{
		name: f.Calendar, title: f.Title, fixed: f.Statutory.Fixed,
		years: map[int]Year{}, days: map[Day]special{}, moved: map[Day]text.Text{},
	}}
	b.build(f)
	b.faults.Sort()
	if err := b.faults.OrNil(); err != nil {
		return nil, err
	}
	return b.calendar, nil
}

// Name gives the calendar's short name, such as cn.
func (c *Calendar) Name() string { return c.name }

// Title gives the calendar's name for people.
func (c *Calendar) Title() text.Text { return c.title }

// Years lists the years whose holidays are announced, in order.
func (c *Calendar) Years() []int {
	years := make([]int, 0, len(c.years))
	for y := range c.years {
		years = append(years, y)
	}
	slices.Sort(years)
	return years
}

// Known tells whether the holidays of a year are announced.
func (c *Calendar) Known(year int) bool {
	_, ok := c.years[year]
	return ok
}

// Year gives what announced the holidays of a year, for pages and notes.
func (c *Calendar) Year(year int) (Year, bool) {
	y, ok := c.years[year]
	return y, ok
}

// UnknownAhead gives the first year not before today's whose holidays are not announced, and in how many days it begins:
// 0 when it has begun. ok is false for no day.
func (c *Calendar) UnknownAhead(today Day) (year, days int, ok bool) {
	if today.IsZero() {
		return 0, 0, false
	}
	year = today.Year()
	for c.Known(year) {
		year++
	}
	begins, err := NewDay(year, 1, 1)
	if err != nil {
		return 0, 0, false
	}
	return year, max(0, today.DaysUntil(begins)), true
}

// Kind says what sort of day a day is, and what the holiday is called or the make-up day stands for. In a year not
// announced, known is false: the kind is then that of Monday to Friday less the statutory days, and may yet change.
func (c *Calendar) Kind(d Day) (k Kind, name text.Text, known bool) {
	if s, ok := c.days[d]; ok {
		return s.kind, s.name, true
	}
	known = c.Known(d.Year())
	if !known {
		if name, ok := c.statutory(d); ok {
			return Holiday, name, false
		}
	}
	if w := d.Weekday(); w == time.Saturday || w == time.Sunday {
		return Weekend, text.Text{ZH: "周末", EN: "weekend"}, known
	}
	return Working, text.Text{}, known
}

// IsWorking tells whether a day is worked; in a year not announced, known is false and the answer provisional.
func (c *Calendar) IsWorking(d Day) (working, known bool) {
	k, _, known := c.Kind(d)
	return k.Works(), known
}

func (c *Calendar) statutory(d Day) (text.Text, bool) {
	if name, ok := c.moved[d]; ok {
		return name, true
	}
	year := d.Year()
	for _, f := range c.fixed {
		if year < f.SinceYear {
			continue
		}
		if first := ordinal(year, f.Month, f.Day); d >= first && d < first.AddDays(f.Days) {
			return f.Name, true
		}
	}
	return text.Text{}, false
}

type builder struct {
	doc      *strict.Document
	calendar *Calendar
	faults   fault.List
}

func (b *builder) fault(path string, t text.Text) {
	f := fault.New(fault.Invalid, path, t)
	if b.doc != nil {
		f = f.At(b.doc.At(path))
	}
	b.faults = append(b.faults, f)
}

func (b *builder) want(path, value string) {
	if value == "" {
		b.fault(path, text.Text{ZH: "此处必须填写 {path}", EN: "{path} must be filled in"}.Fill(text.Args{"path": path}))
	}
}

func (b *builder) build(f calendarFile) {
	b.want("calendar", f.Calendar)
	b.want("source", f.Source)
	for i, days := range f.Statutory.Fixed {
		path := "statutory.fixed[" + strconv.Itoa(i) + "]"
		b.want(path+".source", days.Source)
		b.want(path+".name", days.Name.ZH)
		if _, err := NewDay(2025, days.Month, days.Day); err != nil || days.Days < 1 || days.Days > 10 {
			b.fault(path, text.Text{
				ZH: "固定节日须写明存在的 month、day 与 1 至 10 的 days",
				EN: "a fixed holiday needs a month and day that exist and 1 to 10 days",
			})
		}
	}
	for i, year := range f.Statutory.Computed {
		path := "statutory.computed[" + strconv.Itoa(i) + "]"
		b.want(path+".source", year.Source)
		for j, s := range year.Days {
			at := path + ".days[" + strconv.Itoa(j) + "]"
			for d := range b.span(at, s, year.Year) {
				b.calendar.moved[d] = s.Name
			}
		}
	}
	for i, year := range f.Years {
		path := "years[" + strconv.Itoa(i) + "]."
		if b.calendar.Known(year.Year.Year) {
			b.fault(path+"year", text.Text{ZH: "{year} 年写了两次", EN: "the year {year} stands twice"}.Fill(text.Args{"year": year.Year.Year}))
		}
		b.year(path, year)
	}
}

// year adds a year with its days; path is where it stands in the file.
func (b *builder) year(path string, a Announcement) {
	b.want(path+"notice", a.Notice.ZH)
	b.want(path+"source", a.Source)
	b.want(path+"confidence", string(a.Confidence))
	b.calendar.years[a.Year.Year] = a.Year
	b.days(path+"off", a.Off, Holiday, a.Year.Year)
	b.days(path+"work", a.Work, MakeUp, a.Year.Year)
}

func (b *builder) days(path string, spans []Span, kind Kind, year int) {
	for i, s := range spans {
		at := path + "[" + strconv.Itoa(i) + "]"
		for d := range b.span(at, s, year) {
			if before, twice := b.calendar.days[d]; twice && (before.notice == year || before.kind != kind) {
				b.fault(at, text.Text{ZH: "{day} 写了两次", EN: "{day} stands twice"}.Fill(text.Args{"day": d}))
			}
			if w := d.Weekday(); kind == MakeUp && w != time.Saturday && w != time.Sunday {
				b.fault(at, text.Text{
					ZH: "{day} 不是周末，不能是调休上班日", EN: "{day} is no weekend day and cannot be made up on",
				}.Fill(text.Args{"day": d}))
			}
			b.calendar.days[d] = special{kind: kind, name: s.Name, notice: year}
		}
	}
}

// span goes through the days of a span; one that is unsound is a fault and has none.
func (b *builder) span(path string, s Span, year int) func(func(Day) bool) {
	if s.To.IsZero() {
		s.To = s.From
	}
	b.want(path+".name", s.Name.ZH)
	switch {
	case s.From.IsZero():
		b.fault(path, text.Text{ZH: "须写明 from（首日）", EN: "the first day, from, is missing"})
		return func(func(Day) bool) {}
	case s.To < s.From || s.From.DaysUntil(s.To) > 30:
		b.fault(path, text.Text{
			ZH: "{from} 至 {to} 不是一段假期；请核对", EN: "{from} to {to} is no span of days off; check it",
		}.Fill(text.Args{"from": s.From, "to": s.To}))
		return func(func(Day) bool) {}
	case s.To.AddDays(31).Year() < year || s.From.AddDays(-31).Year() > year:
		b.fault(path, text.Text{
			ZH: "{from} 不属于 {year} 年的安排", EN: "{from} does not belong to the year {year}",
		}.Fill(text.Args{"from": s.From, "year": year}))
	}
	return func(yield func(Day) bool) {
		for d := s.From; d <= s.To; d++ {
			if !yield(d) {
				return
			}
		}
	}
}
