package web

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/place"
	"chancery/core/text"
)

// Places names places. *place.Table does.
type Places interface {
	Find(code place.Code) (place.Place, bool)
}

// Words say what coded values are called, and find the code that somebody means. form.Words does.
type Words interface {
	Say(kind reflect.Type, code string) (text.Text, bool)
	Code(kind reflect.Type, typed string) (string, bool)
	Choices(kind reflect.Type) []string
}

// placeName is the name of a place, its code when no table has it.
func (s *Site) placeName(f Frame, code place.Code) string {
	if p, ok := s.places.Find(code); ok {
		return p.Name.In(f.Lang)
	}
	return string(code)
}

// TripFigures is what was counted from an application for a trip.
type TripFigures struct {
	Facts      []Fact
	Allowances []AllowanceLine
	// Sums are those of all travellers, one for each currency.
	Sums     []AllowanceLine
	Missing  []string
	Editions string
}

// Fact is one line of a summary list.
type Fact struct {
	Label  string
	Value  []Run
	Strong bool
}

// AllowanceLine is one traveller's money in one currency, as the tables give it.
// Rows is how many lines the traveller has; zero on all but the first.
type AllowanceLine struct {
	Name                        Run
	Rows                        int
	Currency, Food, Misc, Lodge string
}

// tripFigures sets out what was counted; nil for an answer that is not about a trip.
func (s *Site) tripFigures(f Frame, derived any) *TripFigures {
	d, ok := derived.(travel.Derived)
	if !ok {
		return nil
	}
	var names []string
	for _, code := range d.Places {
		names = append(names, s.placeName(f, code))
	}
	t := TripFigures{Facts: []Fact{
		{Label: f.Say("trip.days"), Value: []Run{{Words: f.Say("trip.days_n", text.Args{"n": d.DaysAbroad})}}, Strong: true},
		{Label: f.Say("trip.places"), Value: []Run{{Words: text.Join(names, f.Lang)}}},
	}}
	if d.SubstantiveShare != "" {
		t.Facts = append(t.Facts, Fact{Label: f.Say("trip.share"), Value: []Run{{Words: percent(d.SubstantiveShare)}}})
	}
	if !d.NoticeEarliest.IsZero() {
		t.Facts = append(t.Facts, Fact{Label: f.Say("trip.notice_earliest"), Value: []Run{{Words: f.day(d.NoticeEarliest)}}})
	}
	t.allow(f, d.Allowance)
	for _, code := range d.MissingRates {
		t.Missing = append(t.Missing, s.placeName(f, code))
	}
	return &t
}

// allow sets out what each traveller may draw, and all together.
func (t *TripFigures) allow(f Frame, all []travel.Allowance) {
	var editions []string
	for _, a := range all {
		line := AllowanceLine{Name: f.person(a.Name), Currency: string(a.Currency), Food: a.Food, Misc: a.Misc, Lodge: a.LodgingCap}
		if a.Uncapped {
			line.Lodge = f.Say("trip.uncapped")
		}
		line.Rows = 1
		if n := len(t.Allowances); n > 0 && t.Allowances[n-1].Name == line.Name {
			first := n - 1
			for t.Allowances[first].Rows == 0 {
				first--
			}
			t.Allowances[first].Rows++
			line.Rows = 0
		}
		t.Allowances = append(t.Allowances, line)
		if a.Edition != "" && !slices.Contains(editions, a.Edition) {
			editions = append(editions, a.Edition)
		}
	}
	t.Sums = sums(all)
	if len(editions) > 0 {
		t.Editions = f.Say("trip.edition", text.Args{"edition": editions})
	}
}

// sums adds up what the travellers may draw, by currency; the lodging of those without a cap is not in it.
func sums(all []travel.Allowance) []AllowanceLine {
	var out []AllowanceLine
	add := func(to *string, more string, c money.Currency) {
		a, errA := money.Parse(cmp.Or(*to, "0"), c)
		b, errB := money.Parse(cmp.Or(more, "0"), c)
		if errA == nil && errB == nil {
			*to = money.Amount{Minor: a.Minor + b.Minor, Currency: c}.String()
		}
	}
	for _, a := range all {
		i := slices.IndexFunc(out, func(l AllowanceLine) bool { return l.Currency == string(a.Currency) })
		if i < 0 {
			out = append(out, AllowanceLine{Currency: string(a.Currency)})
			i = len(out) - 1
		}
		add(&out[i].Lodge, a.LodgingCap, a.Currency)
		add(&out[i].Food, a.Food, a.Currency)
		add(&out[i].Misc, a.Misc, a.Currency)
	}
	return out
}

// percent says a share such as 0.83 as 83%.
func percent(share string) string {
	v, err := strconv.ParseFloat(share, 64)
	if err != nil {
		return share
	}
	return strconv.FormatFloat(v*100, 'f', -1, 64) + "%"
}

// Timeline is an itinerary drawn to scale: a day is a day wide.
type Timeline struct {
	Label string
	Days  []DayMark
	Spans []Span
}

// DayMark is the label of one day, in the middle of it; the first stands at the edge.
type DayMark struct {
	X, Words, Anchor string
	Minor            bool // left out where there is little room
}

// Span is one stretch of the itinerary, in hundredths of the whole.
type Span struct {
	X, Width, Class string
	Title, Note     string
}

// timeline draws the itinerary of an application; nil when it has none or its
// days are unknown.
func (s *Site) timeline(f Frame, app form.Application) *Timeline {
	it := form.Get[travel.Itinerary](app.Answers, "itinerary")
	if it.Exit.IsZero() || it.Entry.IsZero() || it.Entry < it.Exit || it.Exit.DaysUntil(it.Entry) > 400 {
		return nil
	}
	total := it.Exit.DaysUntil(it.Entry) + 1
	t := &Timeline{}
	every := max(1, (total+15)/16)
	for i := 0; i < total; i += every {
		d := it.Exit.AddDays(i)
		words := strconv.Itoa(d.DayOfMonth())
		if i == 0 || d.DayOfMonth() <= every {
			words = f.shortDay(d)
		}
		mark := DayMark{X: share(2*i+1, 2*total), Words: words, Anchor: "middle", Minor: total > 7 && i%(2*every) != 0}
		if i == 0 {
			mark.X, mark.Anchor = "0", "start"
		}
		t.Days = append(t.Days, mark)
	}
	// Positions are counted in half-days: the day of a transfer belongs half to each stay.
	var said []string
	at, shade := 0, 0
	gap := func(until int) {
		if until > at {
			t.Spans = append(t.Spans, span(at, until, total, "x", f.Say("trip.travel"), ""))
		}
		at = max(at, until)
	}
	for i, stay := range it.Stays {
		if stay.Arrive.IsZero() || stay.Leave.IsZero() {
			continue
		}
		from, until := 2*it.Exit.DaysUntil(stay.Arrive), 2*it.Exit.DaysUntil(stay.Leave)+2
		if i+1 < len(it.Stays) && it.Stays[i+1].Arrive == stay.Leave {
			until--
		}
		from, until = max(from, at), min(until, 2*total)
		gap(from)
		if until <= from {
			continue
		}
		class := []string{"", "b2", "b3"}[shade%3]
		shade++
		if stay.Airside {
			class = "x"
		}
		name := s.placeName(f, stay.Place)
		nights := f.Say("trip.nights", text.Args{"n": stay.Arrive.DaysUntil(stay.Leave)})
		t.Spans = append(t.Spans, span(from, until, total, class, name, joined(f, stay.City, nights)))
		said = append(said, name+" "+nights)
		at = until
	}
	gap(2 * total)
	t.Label = f.Say("trip.timeline", text.Args{"from": f.day(it.Exit), "until": f.day(it.Entry), "days": total, "stays": said})
	return t
}

func span(from, until, total int, class, title, note string) Span {
	return Span{X: share(from, 2*total), Width: share(until-from, 2*total), Class: class, Title: title, Note: note}
}

// share is a part of a whole as a percentage for an SVG attribute.
func share(part, whole int) string {
	return strconv.FormatFloat(float64(part)*100/float64(whole), 'f', 3, 64) + "%"
}

func joined(f Frame, parts ...string) string {
	var full []string
	for _, p := range parts {
		if p != "" {
			full = append(full, p)
		}
	}
	sep := "·"
	if f.Lang == text.EN {
		sep = ", "
	}
	out := ""
	for i, p := range full {
		if i > 0 {
			out += sep
		}
		out += p
	}
	return out
}

// day says a day with its year when it must not be mistaken.
func (f Frame) day(d calendar.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.SayFull().In(f.Lang)
}

func (f Frame) shortDay(d calendar.Day) string {
	if f.Lang == text.EN {
		return d.Say().EN
	}
	return strconv.Itoa(int(d.Month())) + "/" + strconv.Itoa(d.DayOfMonth())
}
