package web

import (
	"slices"
	"strconv"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/text"
)

// Strip is an itinerary on a calendar: every day as wide as the other, what is no
// working day marked, and the stays below.
type Strip struct {
	Timeline
	Cells []StripCell
}

// StripCell is one day of the strip.
type StripCell struct {
	X, Width, Class string
	// Hint says what sort of day it is; "" for a working day.
	Hint string
}

// stripAtMost is the longest trip that is drawn by days.
const stripAtMost = 60

// strip draws the itinerary of an application; nil when its days are not known.
func (s *Site) strip(f Frame, app form.Application, cal *calendar.Calendar) *Strip {
	line := s.timeline(f, app)
	it := form.Get[travel.Itinerary](app.Answers, "itinerary")
	if line == nil || travel.DaysAbroad(it) > stripAtMost {
		return nil
	}
	out := &Strip{Timeline: *line}
	total := travel.DaysAbroad(it)
	var off []string
	for i := range total {
		d := it.Exit.AddDays(i)
		class, hint := offDay(f, cal, d)
		if hint != "" && class != "made" {
			off = append(off, f.shortDay(d)+" "+hint)
		}
		out.Cells = append(out.Cells, StripCell{X: share(i, total), Width: share(1, total), Class: class, Hint: hint})
	}
	if len(off) > 0 {
		out.Label += f.Say("apply.strip.off", text.Args{"days": off})
	}
	return out
}

// offDay says what is special about a day at home, and the class that marks it.
func offDay(f Frame, cal *calendar.Calendar, d calendar.Day) (class, hint string) {
	kind, name, known := cal.Kind(d)
	switch {
	case kind == calendar.Working:
		return "", ""
	case kind.Works():
		return "made", f.Say("apply.strip.made", text.Args{"name": name})
	}
	hint = name.In(f.Lang)
	if !known && kind == calendar.Holiday {
		hint += f.Say("apply.strip.unknown")
	}
	if kind == calendar.Weekend {
		return "weekend", hint
	}
	return "holiday", hint
}

// ProgrammeDay is one day of the programme, in two halves.
type ProgrammeDay struct {
	Day, Weekday, Off, Class string
	Halves                   []ProgrammeHalf
	// Outside says that the day lies outside the trip.
	Outside bool
}

// ProgrammeHalf is one half-day.
type ProgrammeHalf struct {
	Name, Day, Part string
	Label           string
	Kinds           []Choice
	Text, With      string
	Faults          []string
}

// programme sets out the half-days of a trip, one day a row. A half-day without a
// line gets an empty one; lines outside the trip stay and are marked.
func (d drawing) programme(it travel.Itinerary, cal *calendar.Calendar) []ProgrammeDay {
	type slot struct {
		day  calendar.Day
		part string
	}
	at := map[slot]int{}
	var days []calendar.Day
	next := nextRow(d.sheet, "itinerary.programme")
	if n := travel.DaysAbroad(it); n > 0 && n <= stripAtMost {
		for day := it.Exit; day <= it.Entry; day = day.AddDays(1) {
			days = append(days, day)
		}
	}
	for _, row := range d.sheet.Rows("itinerary.programme") {
		name := rowName("itinerary.programme", row)
		day, err := calendar.ParseDay(d.sheet.Get(name + ".day"))
		part := d.sheet.Get(name + ".part")
		if _, taken := at[slot{day, part}]; err != nil || taken || !slices.Contains(travel.Part("").Words(), part) {
			continue
		}
		at[slot{day, part}] = row
		if !slices.Contains(days, day) && d.said(name) {
			days = append(days, day)
		}
	}
	slices.Sort(days)
	out := make([]ProgrammeDay, 0, len(days))
	for _, day := range days {
		class, off := offDay(d.f, cal, day)
		line := ProgrammeDay{Day: d.f.shortDay(day), Weekday: day.SayWeekday().In(d.f.Lang), Off: off, Class: class, Outside: day < it.Exit || day > it.Entry}
		for _, part := range travel.Part("").Words() {
			row, ok := at[slot{day, part}]
			if !ok {
				row = next
				next++
			}
			line.Halves = append(line.Halves, d.half(rowName("itinerary.programme", row), day, part))
		}
		out = append(out, line)
	}
	return out
}

// said says that a half-day says more than which one it is.
func (d drawing) said(name string) bool {
	return d.sheet.Get(name+".kind")+d.sheet.Get(name+".text")+d.sheet.Get(name+".with") != ""
}

func (d drawing) half(name string, day calendar.Day, part string) ProgrammeHalf {
	h := ProgrammeHalf{
		Name: name, Day: day.String(), Part: part, Label: d.f.shortDay(day) + " " + wordOf(d.f, travel.Part(part)),
		Text: d.sheet.Get(name + ".text"), With: d.sheet.Get(name + ".with"), Faults: d.faults[name+".kind"],
	}
	for _, word := range travel.HalfDayKind("").Words() {
		h.Kinds = append(h.Kinds, Choice{Value: word, Label: wordOf(d.f, travel.HalfDayKind(word)), Chosen: word == d.sheet.Get(name+".kind")})
	}
	return h
}

// halves are the words of the two halves of a day.
func halves(f Frame) []string {
	var out []string
	for _, part := range travel.Part("").Words() {
		out = append(out, wordOf(f, travel.Part(part)))
	}
	return out
}

func rowName(list string, row int) string { return list + "[" + strconv.Itoa(row) + "]" }

// withoutBlankHalves leaves out half-days that say nothing but which one they are: the page drew them to be filled in.
func withoutBlankHalves(s form.Sheet) form.Sheet {
	const list = "itinerary.programme"
	d := drawing{sheet: s}
	out := s.Clone()
	for _, row := range s.Rows(list) {
		if name := rowName(list, row); !d.said(name) {
			out.Drop(name)
		}
	}
	return out
}

// pastWords say what the register knows of a person's trips.
func (s *Site) pastWords(f Frame, p travel.PastTrip) string {
	var names []string
	for _, c := range p.Places {
		names = append(names, s.placeName(f, c))
	}
	return p.Exit.String() + " – " + p.Entry.String() + " " + text.Join(names, f.Lang)
}
