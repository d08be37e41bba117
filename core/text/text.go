// Package text holds words in both languages of the office, Chinese and English, side by side. A sentence is written
// once in each language with named places to fill, so that neither can be forgotten and nothing is glued together from
// pieces in a foreign word order.
package text

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Lang names a language in which the office can be read.
type Lang string

// The two languages. Every text has both.
const (
	ZH Lang = "zh"
	EN Lang = "en"
)

// Text is one thing said in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Args are the values for the places of a text, by name: string, the whole numbers, Text (said in the language asked for),
// lists of string, Text or int (joined by 、 or a comma), fmt.Stringer; anything else is printed as Go prints it.
type Args map[string]any

// In gives the words in one language. A language other than EN is read as Chinese.
func (t Text) In(l Lang) string {
	if l == EN {
		return t.EN
	}
	return t.ZH
}

// IsZero tells whether nothing is said in either language.
func (t Text) IsZero() bool { return t == Text{} }

// Fill puts the values into the places: "{name}" stands for a value, "{n|day|days}" for the first word when the value n
// is one and for the second otherwise. A place whose name is not among the arguments stays visible as "{name}".
func (t Text) Fill(a Args) Text {
	return Text{ZH: fill(t.ZH, ZH, a), EN: fill(t.EN, EN, a)}
}

// FillIn is Fill for who wants one language alone.
func (t Text) FillIn(l Lang, a Args) string { return fill(t.In(l), l, a) }

// Prepared is a text whose places were found beforehand, for one that is filled often.
type Prepared struct {
	text   Text
	zh, en []piece
}

// piece is a stretch of text and the place after it; the last one has none.
type piece struct {
	before string
	place  slot
	last   bool
}

// Prepare finds the places of a text.
func (t Text) Prepare() Prepared {
	return Prepared{text: t, zh: pieces(t.ZH), en: pieces(t.EN)}
}

// Fill gives what filling the text itself would give.
func (p Prepared) Fill(a Args) Text {
	return Text{ZH: join(p.text.ZH, p.zh, ZH, a), EN: join(p.text.EN, p.en, EN, a)}
}

// FillIn is Fill for who wants one language alone.
func (p Prepared) FillIn(l Lang, a Args) string {
	if l == EN {
		return join(p.text.EN, p.en, l, a)
	}
	return join(p.text.ZH, p.zh, l, a)
}

func pieces(s string) []piece {
	var out []piece
	for s != "" {
		before, place, after, ok := nextPlace(s)
		out = append(out, piece{before: before, place: place, last: !ok})
		if !ok {
			break
		}
		s = after
	}
	return out
}

// Placeholders lists the names of all places of the text, of either language, sorted and each once.
func (t Text) Placeholders() []string {
	names := append(placeholders(t.ZH), placeholders(t.EN)...)
	slices.Sort(names)
	return slices.Compact(names)
}

func fill(s string, l Lang, a Args) string {
	before, p, after, ok := nextPlace(s)
	if !ok {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	for ; ok; before, p, after, ok = nextPlace(after) {
		b.WriteString(before)
		p.fill(&b, l, a)
	}
	b.WriteString(before)
	return b.String()
}

func join(whole string, pieces []piece, l Lang, a Args) string {
	if len(pieces) == 0 || pieces[0].last {
		return whole
	}
	var b strings.Builder
	b.Grow(len(whole) + len(whole)/4)
	for _, p := range pieces {
		b.WriteString(p.before)
		if !p.last {
			p.place.fill(&b, l, a)
		}
	}
	return b.String()
}

// fill writes what stands in a place.
func (p slot) fill(b *strings.Builder, l Lang, a Args) {
	value, given := a[p.name]
	switch {
	case !given:
		b.WriteString("{" + p.name + "}")
	case p.plural && isOne(value):
		b.WriteString(p.one)
	case p.plural:
		b.WriteString(p.many)
	default:
		b.WriteString(render(value, l))
	}
}

func placeholders(s string) []string {
	var names []string
	for {
		_, p, after, ok := nextPlace(s)
		if !ok {
			slices.Sort(names)
			return slices.Compact(names)
		}
		names = append(names, p.name)
		s = after
	}
}

type slot struct {
	name      string
	plural    bool
	one, many string
}

// nextPlace cuts s at its first place. Braces that do not enclose a name are ordinary text.
func nextPlace(s string) (before string, p slot, after string, ok bool) {
	for from := 0; ; {
		open := strings.IndexByte(s[from:], '{')
		if open < 0 {
			return s, slot{}, "", false
		}
		open += from
		end := strings.IndexByte(s[open:], '}')
		if end < 0 {
			return s, slot{}, "", false
		}
		end += open
		if p, ok := readSlot(s[open+1 : end]); ok {
			return s[:open], p, s[end+1:], true
		}
		from = open + 1
	}
}

func readSlot(s string) (slot, bool) {
	name, words, plural := strings.Cut(s, "|")
	if !isName(name) {
		return slot{}, false
	}
	if !plural {
		return slot{name: name}, true
	}
	one, many, ok := strings.Cut(words, "|")
	return slot{name: name, plural: true, one: one, many: many}, ok && !strings.Contains(many, "|")
}

func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

func render(v any, l Lang) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case Text:
		return v.In(l)
	case []string:
		return Join(v, l)
	case []Text:
		said := make([]string, len(v))
		for i, t := range v {
			said[i] = t.In(l)
		}
		return Join(said, l)
	case []int:
		said := make([]string, len(v))
		for i, n := range v {
			said[i] = strconv.Itoa(n)
		}
		return Join(said, l)
	}
	return fmt.Sprint(v)
}

func isOne(v any) bool {
	switch v := v.(type) {
	case int:
		return v == 1
	case []string:
		return len(v) == 1
	case []Text:
		return len(v) == 1
	case []int:
		return len(v) == 1
	}
	return fmt.Sprint(v) == "1"
}

// Join sets words in a row as the language does: 甲、乙 or "a, b".
func Join(words []string, l Lang) string {
	if l == EN {
		return strings.Join(words, ", ")
	}
	return strings.Join(words, "、")
}
