package web

import (
	"encoding"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/place"
	"chancery/core/strict"
	"chancery/core/text"
)

// Control is one field of a form as it is drawn; a group and a list have more below them.
type Control struct {
	Kind ControlKind
	// Name is the name of the field on the sheet, and the id of what is drawn for it.
	Name, Label, Hint string
	Value             string
	Lines             string // how many lines a longer field has to begin with
	Choices           []Choice
	// Currency is the second half of an amount.
	Currency string
	Faults   []string
	Items    []ControlItem
	// Fields are those that are asked first, Rare those that stand behind a fold.
	Fields, Rare []Control
	// RareOpen says that something behind the fold is filled in or wrong.
	RareOpen bool
	Next     string
}

// ControlItem is one item of a list.
type ControlItem struct {
	Name, Title  string
	Fields, Rare []Control
	RareOpen     bool
	Note         []Run
	Faults       []string
}

// ControlKind is how a field is drawn.
type ControlKind string

// The ways in which a field is drawn.
const (
	drawnText   ControlKind = "text"
	drawnLong   ControlKind = "long"
	drawnDay    ControlKind = "day"
	drawnNumber ControlKind = "number"
	drawnPlace  ControlKind = "place"
	drawnTick   ControlKind = "tick"
	drawnSelect ControlKind = "select"
	drawnPicks  ControlKind = "picks"
	drawnNames  ControlKind = "names"
	drawnLines  ControlKind = "lines"
	drawnAmount ControlKind = "amount"
	drawnGroup  ControlKind = "group"
	drawnList   ControlKind = "list"
)

// drawing turns the fields of a sheet into controls.
type drawing struct {
	f      Frame
	sheet  form.Sheet
	faults map[string][]string
	people []string            // of the delegation
	found  map[string][]string // what findings say, by the field that they are about
	places Places
}

func newDrawing(f Frame, sheet form.Sheet, faults fault.List, places Places) drawing {
	d := drawing{f: f, sheet: sheet, faults: map[string][]string{}, places: places}
	for _, x := range faults {
		d.faults[x.Field] = append(d.faults[x.Field], x.Text.In(f.Lang))
	}
	for _, row := range sheet.Rows("delegation") {
		if name := strings.TrimSpace(sheet.Get("delegation[" + strconv.Itoa(row) + "].name")); name != "" && !slices.Contains(d.people, name) {
			d.people = append(d.people, name)
		}
	}
	return d
}

var rowNumber = regexp.MustCompile(`\[\d+\]`)

// patternOf is the name of a field without the numbers of rows: the key of its words.
func patternOf(name string) string { return rowNumber.ReplaceAllString(name, "") }

func (f Frame) fieldLabel(name string) string { return f.Say("field." + patternOf(name)) }

// control draws the field of a name and type.
func (d drawing) control(name string, t reflect.Type) Control {
	pattern := patternOf(name)
	c := Control{Name: name, Label: d.f.fieldLabel(name), Value: d.sheet.Get(name), Faults: d.faults[name]}
	if key := "hint." + pattern; d.f.words.Has(key) {
		c.Hint = d.f.Say(key)
	}
	zero := reflect.New(t)
	_, worded := zero.Elem().Interface().(strict.Worded)
	_, literal := zero.Interface().(encoding.TextUnmarshaler)
	switch {
	case t == reflect.TypeFor[place.Code]():
		c.Kind = drawnPlace
		if p, ok := d.places.Find(place.Code(strings.ToUpper(c.Value))); ok {
			c.Value = p.Name.In(d.f.Lang)
		}
	case t == reflect.TypeFor[calendar.Day]():
		c.Kind = drawnDay
	case t == reflect.TypeFor[money.Amount]():
		c.Kind, c.Value, c.Currency = drawnAmount, d.sheet.Get(name+".amount"), d.sheet.Get(name+".currency")
		c.Faults = slices.Concat(c.Faults, d.faults[name+".amount"], d.faults[name+".currency"])
	case worded:
		c.Kind, c.Choices = drawnSelect, d.choices(t, []string{c.Value})
	case t.Kind() == reflect.Bool:
		c.Kind = drawnTick
	case t.Kind() == reflect.Int:
		c.Kind = drawnNumber
	case t.Kind() == reflect.Struct && !literal:
		c.Kind = drawnGroup
		c.Fields, c.Rare, c.RareOpen = d.fields(name, t)
	case t.Kind() == reflect.Slice:
		d.slice(&c, name, t)
	default:
		c.Kind = drawnText
		if slices.Contains(longFields(), pattern) {
			c.Kind, c.Lines = drawnLong, "2"
		}
	}
	return c
}

func (d drawing) slice(c *Control, name string, t reflect.Type) {
	item := reflect.New(t.Elem()).Elem()
	_, worded := item.Interface().(strict.Worded)
	chosen := d.sheet.Items(name)
	switch {
	case worded:
		c.Kind, c.Choices = drawnPicks, d.choices(t.Elem(), chosen)
	case slices.Contains(nameFields(), patternOf(name)):
		c.Kind = drawnNames
		for _, n := range chosen { // in the order in which they were written, so that nothing changes by looking
			c.Choices = append(c.Choices, Choice{Value: n, Label: n, Chosen: true})
		}
		for _, n := range d.people {
			if !slices.Contains(chosen, n) {
				c.Choices = append(c.Choices, Choice{Value: n, Label: n})
			}
		}
	case t.Elem().Kind() == reflect.Struct:
		c.Kind, c.Next = drawnList, name+"["+strconv.Itoa(nextRow(d.sheet, name))+"]"
		for i, row := range d.sheet.Rows(name) {
			at := name + "[" + strconv.Itoa(row) + "]"
			x := ControlItem{Name: at, Faults: slices.Concat(d.faults[at], d.found[at]), Title: d.f.Say("apply.item", text.Args{"what": d.f.Say("item." + patternOf(name)), "n": i + 1})}
			x.Fields, x.Rare, x.RareOpen = d.fields(at, t.Elem())
			c.Items = append(c.Items, x)
		}
	default:
		c.Kind, c.Value, c.Lines = drawnLines, strings.Join(d.called(t.Elem(), chosen), "\n"), number(max(1, len(chosen)))
	}
}

// called are the words of what was typed into a field of codes, whichever language it was typed in.
func (d drawing) called(kind reflect.Type, typed []string) []string {
	out := slices.Clone(typed)
	for i, t := range typed {
		if code, ok := d.f.coded.Code(kind, t); ok {
			out[i] = d.f.word(kind, code)
		}
	}
	return out
}

// fields draws the fields of a struct: those that are asked first, and the rare
// ones, which stand open where one of them is filled in or wrong.
func (d drawing) fields(name string, t reflect.Type) (first, rare []Control, open bool) {
	for _, p := range form.Parts(t) {
		at := name + "." + p.Name
		if at == "itinerary.programme" {
			continue // it has a view of its own
		}
		if slices.Contains(flatFields(), patternOf(at)) {
			inner, innerRare, innerOpen := d.fields(at, p.Type)
			first, rare, open = append(first, inner...), append(rare, innerRare...), open || innerOpen
			continue
		}
		c := d.control(at, p.Type)
		if !slices.Contains(rareFields(), patternOf(at)) {
			first = append(first, c)
			continue
		}
		rare = append(rare, c)
		open = open || d.filled(at)
	}
	return first, rare, open
}

// filled says whether something stands in a field or below it, or is wrong there.
func (d drawing) filled(name string) bool {
	for field := range d.faults {
		if form.Within(field, name) {
			return true
		}
	}
	for field, v := range d.sheet {
		if form.Within(field, name) && strings.TrimSpace(strings.Join(v, "")) != "" {
			return true
		}
	}
	return false
}

// choices are the words of a type; what stands in the field and is none of them is offered as it was typed.
func (d drawing) choices(t reflect.Type, chosen []string) []Choice {
	known := d.f.coded.Choices(t)
	var out []Choice
	for _, word := range known {
		out = append(out, Choice{Value: word, Label: capital(d.f.word(t, word)), Chosen: slices.Contains(chosen, word)})
	}
	for _, c := range chosen {
		if c != "" && !slices.Contains(known, c) {
			out = append(out, Choice{Value: c, Label: c, Chosen: true})
		}
	}
	return out
}

// word says a coded value of a type in the language of the page.
func (f Frame) word(t reflect.Type, code string) string {
	said, _ := f.coded.Say(t, code)
	return said.In(f.Lang)
}

// wordOf says a coded value as it stands by itself, at the beginning of a line: in English with a capital.
func wordOf[T ~string](f Frame, code T) string {
	return capital(f.word(reflect.TypeFor[T](), string(code)))
}

func capital(words string) string {
	r, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return words
	}
	return string(unicode.ToUpper(r)) + words[size:]
}

func nextRow(s form.Sheet, list string) int {
	rows := s.Rows(list)
	if len(rows) == 0 {
		return 0
	}
	return rows[len(rows)-1] + 1
}

// longFields are texts of more than a line.
func longFields() []string {
	return []string{
		"purpose.text", "itinerary.poor_connection", "itinerary.gaps_reason", "delegation.justification", "plan.swap_reason", "actual.note",
		"matter.text", "matter.why", "gift.what",
	}
}

// nameFields are lists of people of the delegation.
func nameFields() []string {
	return []string{
		"inviter.letter.names", "health_guarantee", "secrecy_review", "secrecy_consents", "briefing", "undertakings.secrecy", "actual.members", "budget.flights.travellers",
	}
}

// flatFields are groups whose fields stand among those of what they belong to.
func flatFields() []string { return []string{"delegation.document"} }

// rareFields are asked of few; they stand behind a fold.
func rareFields() []string {
	return []string{
		"delegation.team", "delegation.head", "delegation.retired", "delegation.rehired", "delegation.cleared", "delegation.barred", "delegation.tags",
		"delegation.past", "delegation.justification", "delegation.no_task", "delegation.term_from", "delegation.staff", "delegation.document.exception",
		"itinerary.poor_connection", "itinerary.gaps_reason", "inviter.internal_business", "inviter.through_intermediary",
		"budget.lodging_agreed", "budget.flights", "budget.legs", "budget.banquets",
	}
}

// rareBlocks are blocks that acts of a case fill in, or that few applications need.
func rareBlocks() []string {
	return []string{
		"reviews", "notice", "consents", "extension", "health_guarantee", "secrecy_review", "secrecy_consents", "briefing", "academic", "cross",
		"undertakings", "actual", "homecoming",
	}
}

// describes names what is said of a field beside its label.
func describes(c Control) string {
	if c.Hint != "" {
		return c.Name + "-hint " + c.Name + "-err"
	}
	return c.Name + "-err"
}

func invalid(c Control) string { return strconv.FormatBool(len(c.Faults) > 0) }

// currencies are those that travel money is mostly counted in; others can be typed.
func currencies() []string {
	return []string{"CNY", "USD", "EUR", "JPY", "GBP", "HKD", "KRW", "SGD", "CHF", "AUD", "CAD"}
}

// applicationTone rims the panel when a submission would be stopped or cannot be read.
func applicationTone(p ApplicationPage) string {
	if p.Ready {
		return ""
	}
	if len(p.Faults) == 0 && p.Answer != nil && p.Answer.Status == "missing" {
		return "missing"
	}
	return "stop"
}
