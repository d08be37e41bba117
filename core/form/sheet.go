package form

import (
	"encoding"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chancery/core/fault"
	"chancery/core/money"
	"chancery/core/place"
	"chancery/core/strict"
	"chancery/core/text"
)

// Sheet is an application as somebody types it: what stands in each field, by
// the name that faults call the field by, such as delegation[0].name. A field of
// a list of words has a value for each, or one a line. What cannot be read stays
// in it as it was typed.
type Sheet map[string][]string

// Get is what stands in a field; "" for none.
func (s Sheet) Get(name string) string {
	if v := s[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Items are what stands in a field of a list of words, in order.
func (s Sheet) Items(name string) []string {
	var out []string
	for _, v := range s[name] {
		for line := range strings.SplitSeq(v, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				out = append(out, line)
			}
		}
	}
	return out
}

// Rows are the numbers of the items that a list of the sheet has, in order.
func (s Sheet) Rows(list string) []int {
	seen := map[int]bool{}
	for name := range s {
		rest, ok := strings.CutPrefix(name, list+"[")
		if !ok {
			continue
		}
		digits, _, ok := strings.Cut(rest, "]")
		if n, err := strconv.Atoi(digits); ok && err == nil && n >= 0 && digits == strconv.Itoa(n) {
			seen[n] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// Clone is a copy that can be changed.
func (s Sheet) Clone() Sheet {
	out := make(Sheet, len(s))
	for name, v := range s {
		out[name] = slices.Clone(v)
	}
	return out
}

// Drop takes a field, or everything below it, out of the sheet.
func (s Sheet) Drop(name string) {
	for field := range s {
		if Within(field, name) {
			delete(s, field)
		}
	}
}

// Within says whether a field is another one or lies below it.
func Within(field, above string) bool {
	rest, ok := strings.CutPrefix(field, above)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// rowsAtMost bounds how many items a list of a sheet may have.
const rowsAtMost = 1000

// The shapes in which a field is typed.
type shape uint8

const (
	aGroup  shape = iota // a struct: fields below it
	aList                // a list of structs
	items                // a list of words, a value or a line each
	literal              // anything that is written as one text
	amount               // a number and its currency
	tick                 // yes or no
	number               // a whole number
)

func shapeOf(t reflect.Type) shape {
	switch {
	case t == reflect.TypeFor[money.Amount]():
		return amount
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		return literal
	}
	switch t.Kind() {
	case reflect.Struct:
		return aGroup
	case reflect.Slice:
		if shapeOf(t.Elem()) == aGroup {
			return aList
		}
		return items
	case reflect.Bool:
		return tick
	case reflect.Int:
		return number
	default:
		return literal
	}
}

// Parts are the fields of a struct as they are written: their names and types in order.
func Parts(t reflect.Type) []Part {
	var out []Part
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" && t.Field(i).IsExported() {
			out = append(out, Part{Name: name, Type: t.Field(i).Type, index: i})
		}
	}
	return out
}

// Part is one field of a struct.
type Part struct {
	Name  string
	Type  reflect.Type
	index int
}

// Fill writes an application on a sheet, so that Take reads the same one from it.
func (f Form) Fill(a Application) Sheet {
	s := Sheet{}
	put := func(name, v string) {
		if v != "" {
			s[name] = []string{v}
		}
	}
	put("unit", a.Unit)
	put("mark", string(a.Mark))
	if !a.Filed.IsZero() {
		put("filed", a.Filed.String())
	}
	for _, b := range f.Blocks {
		if v, ok := a.Answers[b.Name]; ok {
			s.fill(b.Name, reflect.ValueOf(v))
		}
	}
	return s
}

func (s Sheet) fill(name string, v reflect.Value) {
	if v.IsZero() {
		return
	}
	switch shapeOf(v.Type()) {
	case aGroup:
		for _, p := range Parts(v.Type()) {
			s.fill(name+"."+p.Name, v.Field(p.index))
		}
	case aList:
		for i := range v.Len() {
			s.fill(name+"["+strconv.Itoa(i)+"]", v.Index(i))
		}
	case items:
		for i := range v.Len() {
			s[name] = append(s[name], written(v.Index(i)))
		}
	case amount:
		if a, ok := v.Interface().(money.Amount); ok {
			s[name+".amount"], s[name+".currency"] = []string{a.String()}, []string{string(a.Currency)}
		}
	case tick:
		s[name] = []string{"true"}
	case number:
		s[name] = []string{strconv.FormatInt(v.Int(), 10)}
	case literal:
		s[name] = []string{written(v)}
	}
}

func written(v reflect.Value) string {
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		if b, err := m.MarshalText(); err == nil {
			return string(b)
		}
	}
	return v.String()
}

// Taken is what was read from a sheet.
type Taken struct {
	Application Application
	// Faults are what cannot be read, by the names of the sheet.
	Faults fault.List
	rows   map[string]string
}

// On gives the name on the sheet of a field of the application: an empty item of
// a list stands on the sheet and not in the application.
func (t Taken) On(field string) string {
	best := ""
	for in := range t.rows {
		if Within(field, in) && len(in) > len(best) {
			best = in
		}
	}
	return t.rows[best] + strings.TrimPrefix(field, best)
}

// Take reads an application from a sheet. Empty items of lists are passed over,
// and a block of which nothing is filled in is absent. Places, and codes that an
// office lists, are understood by their codes and by their names. All faults come back together.
func (f Form) Take(s Sheet, w Words) Taken {
	t := taking{Taken: Taken{Application: Application{Procedure: f.Procedure, Answers: Answers{}}, rows: map[string]string{}}, sheet: s, words: w}
	a := &t.Application
	t.into("unit", "unit", reflect.ValueOf(&a.Unit).Elem())
	t.into("mark", "mark", reflect.ValueOf(&a.Mark).Elem())
	t.into("filed", "filed", reflect.ValueOf(&a.Filed).Elem())
	for _, b := range f.Blocks {
		v := reflect.New(b.Type).Elem()
		t.into(b.Name, b.Name, v)
		if !v.IsZero() {
			a.Answers[b.Name] = v.Interface()
		}
	}
	if f.Examine != nil && len(t.Faults) == 0 {
		for _, found := range f.Examine(a.Answers) {
			found.Field = t.On(found.Field)
			t.Faults = append(t.Faults, found)
		}
	}
	return t.Taken
}

type taking struct {
	Taken
	sheet Sheet
	words Words
}

// into reads what stands under a name of the sheet; in is what the application calls it.
func (t *taking) into(name, in string, v reflect.Value) {
	switch shapeOf(v.Type()) {
	case aGroup:
		for _, p := range Parts(v.Type()) {
			t.into(name+"."+p.Name, in+"."+p.Name, v.Field(p.index))
		}
	case aList:
		t.list(name, in, v)
	case items:
		for i, word := range t.sheet.Items(name) {
			item := reflect.New(v.Type().Elem()).Elem()
			t.word(name, word, item)
			t.rows[in+"["+strconv.Itoa(i)+"]"] = name
			v.Set(reflect.Append(v, item))
		}
	case amount:
		t.amount(name, v)
	case tick:
		v.SetBool(slices.Contains(t.sheet[name], "true"))
	case number:
		typed := strings.TrimSpace(t.sheet.Get(name))
		if typed == "" {
			return
		}
		n, err := strconv.ParseInt(typed, 10, 32)
		if err != nil || n < 0 {
			t.wrong(name, text.Text{ZH: "「{value}」不是整数；请写数字，如 5", EN: "'{value}' is not a whole number; write digits, for example 5"}, typed)
			return
		}
		v.SetInt(n)
	case literal:
		if typed := strings.TrimSpace(t.sheet.Get(name)); typed != "" {
			t.word(name, typed, v)
		}
	}
}

func (t *taking) list(name, in string, v reflect.Value) {
	rows := t.sheet.Rows(name)
	if len(rows) > rowsAtMost {
		t.wrong(name, text.Text{ZH: "共 {value} 行，过多；至多 1000 行", EN: "{value} lines are too many; at most 1000"}, strconv.Itoa(len(rows)))
		return
	}
	for _, row := range rows {
		at := name + "[" + strconv.Itoa(row) + "]"
		inside := in + "[" + strconv.Itoa(v.Len()) + "]"
		item := reflect.New(v.Type().Elem()).Elem()
		before := len(t.Faults)
		t.rows[inside] = at
		t.into(at, inside, item)
		if item.IsZero() && len(t.Faults) == before {
			continue
		}
		v.Set(reflect.Append(v, item))
	}
}

func (t *taking) amount(name string, v reflect.Value) {
	number := strings.ReplaceAll(strings.TrimSpace(t.sheet.Get(name+".amount")), ",", "")
	currency := strings.ToUpper(strings.TrimSpace(t.sheet.Get(name + ".currency")))
	if number == "" {
		return // a currency alone is no amount
	}
	var code money.Currency
	err := code.UnmarshalText([]byte(currency))
	if err == nil {
		var read money.Amount
		if read, err = money.Parse(number, code); err == nil {
			v.Set(reflect.ValueOf(read))
			return
		}
	}
	for _, f := range fault.All(err) {
		t.Faults = append(t.Faults, fault.New(f.Kind, name+"."+cutTo(f.Field, "currency", "amount"), f.Text))
	}
}

func cutTo(field, known, otherwise string) string {
	if field == known {
		return known
	}
	return otherwise
}

// word reads one text into a value, and says what is wrong with it.
func (t *taking) word(name, typed string, v reflect.Value) {
	if code, ok := v.Addr().Interface().(*place.Code); ok {
		*code = t.place(name, typed)
		return
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := u.UnmarshalText([]byte(typed)); err != nil {
			for _, f := range fault.All(err) {
				t.Faults = append(t.Faults, fault.New(f.Kind, name, f.Text))
			}
			if len(fault.All(err)) == 0 {
				t.wrong(name, text.Text{ZH: "「{value}」读不出来", EN: "'{value}' cannot be read"}, typed)
			}
		}
		return
	}
	if w, ok := v.Interface().(strict.Worded); ok && !slices.Contains(w.Words(), typed) {
		t.wrong(name, text.Text{ZH: "没有「{value}」这一选项；请从所列各项中选", EN: "'{value}' is not among the choices; choose one of those listed"}, typed)
		return
	}
	if _, ok := v.Interface().(Listed); ok {
		typed, _ = t.words.Code(v.Type(), typed)
	}
	v.SetString(typed)
}

func (t *taking) place(name, typed string) place.Code {
	code, ok := t.words.place(typed)
	if !ok {
		t.wrong(name, text.Text{
			ZH: "没有「{value}」这个国家或地区；请从清单中选，或写两字母代码", EN: "there is no country or region '{value}'; choose one from the list, or write its two-letter code",
		}, typed)
		return ""
	}
	return place.Code(code)
}

func (t *taking) wrong(name string, words text.Text, typed string) {
	if r := []rune(typed); len(r) > 40 {
		typed = string(r[:40]) + "…"
	}
	t.Faults = append(t.Faults, fault.New(fault.Invalid, name, words.Fill(text.Args{"value": typed})))
}

// Field is the field of the form that a name leads to, cut at the last part that the form has; "" where it has none.
func (f Form) Field(name string) string {
	parts := strings.Split(name, ".")
	i := slices.IndexFunc(f.Blocks, func(b Block) bool { return b.Name == parts[0] })
	if i < 0 {
		return ""
	}
	field, t := parts[0], f.Blocks[i].Type
	for _, part := range parts[1:] {
		if shapeOf(t) != aGroup {
			break
		}
		fields := Parts(t)
		j := slices.IndexFunc(fields, func(p Part) bool { return p.Name == part })
		if j < 0 {
			break
		}
		field, t = field+"."+part, fields[j].Type
	}
	return field
}
