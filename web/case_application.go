package web

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/text"
	"chancery/desk"
)

// ApplicationPart is a block of the application in full, or what is locked of it.
type ApplicationPart struct {
	Title  string
	Groups []AnswerGroup
	// Lock names what this reader may not see of the block.
	Lock string
}

// AnswerGroup are answers that belong together: those of one member, one stay.
type AnswerGroup struct {
	Title string
	Facts []Fact
	// Head and Rows are a list of many short items, as a table.
	Head []string
	Rows [][]Run

	list string
}

// RoundPart is what was changed in the application at once.
type RoundPart struct {
	Title   string
	Changes []ChangeLine
}

// ChangeLine is one field before and after.
type ChangeLine struct{ Field, Before, After Run }

// applicationParts sets the application out in full, with a visible lock where something is hidden from the reader.
func applicationParts(f Frame, v desk.CaseView) []ApplicationPart {
	locked := map[string][]string{}
	for _, path := range v.Hidden {
		block, rest, _ := strings.Cut(strings.NewReplacer("[", ".", "]", "").Replace(path), ".")
		label := f.Say("lock.whole")
		if parts := strings.Split(rest, "."); rest != "" {
			label = f.partLabel(append([]string{block}, parts...))
		}
		if !slices.Contains(locked[block], label) {
			locked[block] = append(locked[block], label)
		}
	}
	lock := func(name string) string {
		if len(locked[name]) == 0 {
			return ""
		}
		return f.Say("lock.words", text.Args{"parts": text.Join(locked[name], f.Lang)})
	}
	var out []ApplicationPart
	for _, b := range v.Answers {
		out = append(out, ApplicationPart{Title: b.Title.In(f.Lang), Groups: answerGroups(f, b), Lock: lock(b.Name)})
		delete(locked, b.Name)
	}
	rest := make([]string, 0, len(locked))
	for name := range locked {
		rest = append(rest, name)
	}
	slices.Sort(rest)
	for _, name := range rest {
		out = append(out, ApplicationPart{Title: f.partLabel([]string{name}), Lock: lock(name)})
	}
	return out
}

func answerGroups(f Frame, b desk.Block) []AnswerGroup {
	var (
		out         []AnswerGroup
		item        []string // the path of the one that was named last
		list, title string
	)
	for _, leaf := range b.Leaves {
		name := append([]string{b.Name}, leaf.Path...)
		if of := name[:itemOf(name)]; len(out) == 0 || !slices.Equal(item, of) {
			item = of
			list, title = groupTitle(f, name)
		}
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, AnswerGroup{Title: title, list: list})
		}
		g := &out[len(out)-1]
		g.Facts = append(g.Facts, Fact{Label: f.partLabel(name), Value: []Run{f.Run(f.answer(leaf.Kind, leaf.Value))}})
	}
	return tabled(out)
}

// The lists that are set as tables: so many items at least, of so many answers at most.
const (
	itemsOfATable   = 3
	answersOfATable = 6
)

// tabled sets lists of many short items as tables.
func tabled(groups []AnswerGroup) []AnswerGroup {
	var out []AnswerGroup
	for i := 0; i < len(groups); {
		n, short := i, true
		for n < len(groups) && groups[n].list == groups[i].list {
			short = short && len(groups[n].Facts) <= answersOfATable
			n++
		}
		if groups[i].list == "" || n-i < itemsOfATable || !short {
			out = append(out, groups[i:n]...)
		} else {
			out = append(out, table(groups[i:n]))
		}
		i = n
	}
	return out
}

func table(items []AnswerGroup) AnswerGroup {
	t := AnswerGroup{Title: items[0].list, list: items[0].list}
	for _, item := range items {
		for _, fact := range item.Facts {
			if !slices.Contains(t.Head, fact.Label) {
				t.Head = append(t.Head, fact.Label)
			}
		}
	}
	for _, item := range items {
		row := make([]Run, len(t.Head))
		for _, fact := range item.Facts {
			row[slices.Index(t.Head, fact.Label)] = fact.Value[0]
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// groupTitle names the list that an answer belongs to, and the item in it; the innermost list counts.
func groupTitle(f Frame, path []string) (list, title string) {
	at := itemOf(path) - 1
	if at < 0 {
		return "", ""
	}
	n, _ := strconv.Atoi(path[at])
	list = f.partLabel(path[:at])
	return list, f.Say("answers.item", text.Args{"list": capital(f.Say("item." + strings.Join(unnumbered(path[:at]), "."))), "n": n + 1})
}

// itemOf is how much of a path leads to the item of a list that an answer belongs to; 0 where it belongs to none.
func itemOf(path []string) int {
	for i := len(path) - 1; i > 0; i-- {
		if isNumber(path[i]) {
			return i + 1
		}
	}
	return 0
}

// partLabel is the word of a field, as the form has it.
func (f Frame) partLabel(path []string) string {
	return f.Say("field." + strings.Join(unnumbered(path), "."))
}

// fieldAt names what stands at a path of the application: its block, the item of its list, the field.
func (f Frame) fieldAt(path string) string {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	field := f.partLabel(parts)
	if len(parts) == 1 {
		return field
	}
	list, item := groupTitle(f, parts)
	block := f.partLabel(parts[:1])
	if list == block {
		block = ""
	}
	if isNumber(parts[len(parts)-1]) {
		field = "" // it is the item itself
	}
	return joined(f, block, item, field)
}

// unnumbered is a path without the numbers of items.
func unnumbered(path []string) []string {
	return slices.DeleteFunc(slices.Clone(path), func(part string) bool {
		return isNumber(part) || part == "-" // the end of a list
	})
}

// isNumber says whether a part of a path numbers an item.
func isNumber(part string) bool {
	return part != "" && strings.Trim(part, "0123456789") == ""
}

// answer says a value of the application in words: days, places and codes by their type, a yes, and on English pages
// people and units as they are called there.
func (f Frame) answer(kind reflect.Type, v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case bool:
		if x {
			return f.Say("answers.yes")
		}
		return f.Say("answers.no")
	case string:
		if calendar.IsDay(x) {
			d, _ := calendar.ParseDay(x)
			return f.day(d)
		}
		if kind != nil {
			if said, ok := f.coded.Say(kind, x); ok && x != "" {
				return said.In(f.Lang)
			}
		}
		return f.called(x)
	case []any:
		of, between := kind, f.Say("list.comma")
		if kind != nil && kind.Kind() == reflect.Slice {
			of = kind.Elem()
		}
		parts := make([]string, len(x))
		for i, one := range x {
			parts[i] = f.answer(of, one)
		}
		return strings.Join(parts, between)
	case map[string]any:
		if kind == reflect.TypeFor[money.Amount]() {
			return strings.TrimSpace(desk.Plain(x["amount"]) + " " + desk.Plain(x["currency"]))
		}
		if kind == nil || kind.Kind() != reflect.Struct {
			return desk.Plain(x)
		}
		var parts []string
		for _, p := range form.Parts(kind) {
			if words := f.answer(p.Type, x[p.Name]); words != "" && x[p.Name] != false {
				parts = append(parts, words)
			}
		}
		return strings.Join(parts, " · ")
	}
	return desk.Plain(v)
}

// ground is the word of a coded ground; a ground that is an article, or was written, stands as it is.
func (f Frame) ground(code string) string {
	if key := "ground." + code; f.words.Has(key) {
		return f.Say(key)
	}
	return code
}

// rounds sets out what was changed in the application, the latest first.
func rounds(f Frame, v desk.CaseView) []RoundPart {
	var out []RoundPart
	for _, round := range slices.Backward(v.Rounds) {
		part := RoundPart{Title: f.Say("round.title", text.Args{"at": f.minute(round.At), "who": v.People[round.By], "act": actWord(f, round.Kind)})}
		for _, c := range round.Changes {
			part.Changes = append(part.Changes, ChangeLine{Field: f.Run(f.fieldAt(c.Path)), Before: f.Run(f.answer(c.Kind, c.Before)), After: f.Run(f.answer(c.Kind, c.After))})
		}
		out = append(out, part)
	}
	return out
}
