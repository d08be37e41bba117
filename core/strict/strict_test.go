package strict_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chancery/core/fault"
	"chancery/core/strict"
	"chancery/core/text"
)

type colour string

func (colour) Words() []string { return []string{"red", "green", "light-blue"} }

type letter string

func (l *letter) UnmarshalText(b []byte) error {
	if len(b) != 1 {
		return fault.New(fault.Invalid, "", text.Text{ZH: "一个字母", EN: "one letter"})
	}
	*l = letter(b)
	return nil
}

type pair struct{ sum int }

type written struct {
	A int `json:"a"`
	B int `json:"b"`
}

func (*pair) NewShape() any { return new(written) }

func (p *pair) TakeShape(shape any) error {
	w, ok := shape.(*written)
	if !ok {
		return errors.New("no pair")
	}
	if w.B < 0 {
		return fault.New(fault.Invalid, "b", text.Text{ZH: "b 为负", EN: "b is negative"})
	}
	p.sum = w.A + w.B
	return nil
}

type inner struct {
	Name   string `json:"name"`
	Listed bool   `json:"listed"`
}

type outer struct {
	inner
	N       int              `json:"n"`
	Few     int8             `json:"few"`
	Share   float64          `json:"share"`
	List    []string         `json:"list"`
	Two     [2]int           `json:"two"`
	Map     map[string]int   `json:"map"`
	Colours map[colour]bool  `json:"colours"`
	Colour  colour           `json:"colour"`
	Letter  letter           `json:"letter"`
	Letters map[letter]inner `json:"letters"`
	Pair    pair             `json:"pair"`
	Inner   *inner           `json:"inner"`
	Inners  []inner          `json:"inners"`
	Any     any              `json:"any"`
	Hidden  string           `json:"-"`
}

func TestASoundFileFillsWhatItIsReadInto(t *testing.T) {
	t.Parallel()
	const file = "\uFEFFname: 钟离牧\r\nlisted: true\nn: -5\nfew: 127\nshare: 0.83\nlist: [a, 'b']\ntwo: [1, 2]\nmap: {k: 1, 2026: 2}\n" +
		"colours: {red: true}\ncolour: light-blue\nletter: 7\nletters: {x: {name: y}}\npair: {a: 2, b: 3}\ninner: {name: z}\n" +
		"inners:\n- name: one\n- {name: two}\nany: {a: [1, 2.5, true, null, 2026-10-08, text]}\n"
	var got outer
	if err := strict.Decode("a.yaml", []byte(file), &got); err != nil {
		t.Fatal(err)
	}
	want := outer{
		inner: inner{Name: "钟离牧", Listed: true}, N: -5, Few: 127, Share: 0.83, List: []string{"a", "b"}, Two: [2]int{1, 2},
		Map: map[string]int{"k": 1, "2026": 2}, Colours: map[colour]bool{"red": true}, Colour: "light-blue", Letter: "7",
		Letters: map[letter]inner{"x": {Name: "y"}}, Pair: pair{5}, Inner: &inner{Name: "z"}, Inners: []inner{{Name: "one"}, {Name: "two"}},
		Any: map[string]any{"a": []any{int64(1), 2.5, true, nil, "2026-10-08", "text"}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outer{}, pair{})); diff != "" {
		t.Error(diff)
	}
}

func TestJSONIsReadAsTheYAMLItIs(t *testing.T) {
	t.Parallel()
	var got outer
	if err := strict.Decode("a.json", []byte(`{"name":"x","n":5,"inners":[{"name":"y","listed":false}],"pair":{"a":1,"b":1}}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "x" || got.N != 5 || got.Inners[0].Name != "y" || got.Pair.sum != 2 {
		t.Errorf("%+v", got)
	}
}

func TestNullLeavesWhatStoodThere(t *testing.T) {
	t.Parallel()
	got := outer{N: 7, Colour: "red"}
	if err := strict.Decode("a.yaml", []byte("n:\ncolour: ~\ninner: null\n"), &got); err != nil {
		t.Fatal(err)
	}
	if got.N != 7 || got.Colour != "red" || got.Inner != nil {
		t.Errorf("%+v", got)
	}
}

func TestEveryFaultIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"an unknown key with the nearest proposed", "listd: true", "a.yaml:1:1: unknown key 'listd'; did you mean 'listed'?"},
		{"an unknown key far from all", "inner: {zebra: 1}", "a.yaml:1:9: unknown key 'zebra'; known here: name, listed"},
		{"text where a whole number is wanted", "n: five", "a.yaml:1:4: wanted here: a whole number; found: the text 'five'"},
		{"a quoted number", `n: "5"`, "a.yaml:1:4: wanted here: a whole number; found: the text '5'"},
		{"a number that other readers take as octal", "n: 012", "a.yaml:1:4: '012' is not a whole number that fits here; write decimal digits, for example 5"},
		{"a number in groups", "n: 1_000", "a.yaml:1:4: '1_000' is not a whole number that fits here; write decimal digits, for example 5"},
		{"a number that does not fit", "few: 128", "a.yaml:1:6: '128' is not a whole number that fits here; write decimal digits, for example 5"},
		{"a broken number", "share: .nan", "a.yaml:1:8: wanted here: a number; found: the number .nan"},
		{"yes for true", "listed: yes", "a.yaml:1:9: wanted here: true or false; found: the text 'yes'"},
		{"a number where text is wanted", "name: 123", "a.yaml:1:7: wanted here: text; found: the number 123; if it is meant as text, quote it: \"123\""},
		{"a day where text is wanted", "name: 2026-10-08", "a.yaml:1:7: wanted here: text; found: the day 2026-10-08; if it is meant as text, quote it: \"2026-10-08\""},
		{"a list where text is wanted", "name: [a]", "a.yaml:1:7: wanted here: text; found: a list"},
		{"text where a list is wanted", "list: a", "a.yaml:1:7: wanted here: a list (items beginning with -, or in square brackets); found: the text 'a'"},
		{"a list where keys are wanted", "inner: [a]", "a.yaml:1:8: wanted here: lines of the form 'key: value'; found: a list"},
		{"an empty item", "list: [a, ]\nmap: {}\ninners: [~]", "a.yaml:3:10: an item of the list is empty; fill it in or delete it"},
		{"a list of the wrong length", "two: [1]", "a.yaml:1:6: 2 items are wanted here, 1 stand here"},
		{"a word outside the list", "colour: rde", "a.yaml:1:9: 'rde' is not in the list; did you mean 'red'? One of: red, green, light-blue"},
		{"a word far outside the list", "colour: transparent", "a.yaml:1:9: 'transparent' is not in the list; one of: red, green, light-blue"},
		{"an empty word", `colour: ""`, "a.yaml:1:9: '' is not in the list; one of: red, green, light-blue"},
		{"a key outside the list", "colours: {blue: true}", "a.yaml:1:11: 'blue' is not in the list; one of: red, green, light-blue"},
		{"a text that its type refuses", "letter: ab", "a.yaml:1:9: one letter"},
		{"a key that its type refuses", "letters: {ab: {}}", "a.yaml:1:11: one letter"},
		{"a list where a type reads text", "letter: [a]", "a.yaml:1:9: wanted here: text; found: a list"},
		{"a refusal within a shape", "pair: {a: 1,\n  b: -1}", "a.yaml:2:6: b is negative"},
		{"an unknown key within a shape", "pair: {c: 1}", "a.yaml:1:8: unknown key 'c'; known here: a, b"},
		{"a repeated key", "n: 1\nname: x\nn: 2", "a.yaml:3:1: 'n' stands twice, on line 1 and on line 3; keep one"},
		{"a repeated key within", "map:\n  a: 1\n  a: 2", "a.yaml:3:3: 'a' stands twice, on line 2 and on line 3; keep one"},
		{"an anchor", "n: &x 1", "a.yaml:1:4: anchors (&x) are not accepted; delete it"},
		{"an anchor and its alias", "list: [&x a, *x]", "a.yaml:1:8: anchors (&x) are not accepted; delete it\na.yaml:1:14: aliases (*x) are not accepted; write the content out"},
		{"an alias to nothing", "n: 1\nlist: [*x]", "a.yaml:2: aliases (*x) are not accepted; write the content out"},
		{"an anchored key", "&x n: 1", "a.yaml:1:1: anchors (&x) are not accepted; delete it"},
		{"a merge key", "inner:\n  <<: {name: x}", "a.yaml:2:3: merge keys (<<) are not accepted; write the items out"},
		{"a tag", "n: !!str 5", "a.yaml:1:4: tags (!!str) are not accepted; delete it"},
		{"a tag of one's own", "n: !boom 5", "a.yaml:1:4: tags (!boom) are not accepted; delete it"},
		{"a key that is a list", "? [a]\n: b", "a.yaml:1:3: a key must be one word here"},
		{"a key that is nothing", "~: b", "a.yaml:1:1: a key must be one word here"},
		{"several documents", "n: 1\n---\nn: 2", "a.yaml:2:1: the file holds several documents (divided by ---); a file may hold one"},
		{"an empty file", " \n# nothing\n", "a.yaml: the file is empty"},
		{"nothing said", "~", "a.yaml:1:1: the file says nothing"},
		{"a file that is text", "hello", "a.yaml:1:1: wanted here: lines of the form 'key: value'; found: the text 'hello'"},
		{"bad indentation", "n: 1\nname: x\n few: 2", "a.yaml:3: this is not well-formed YAML (mapping values are not allowed in this context); look at indentation, colons, quotes and brackets here"},
		{"an open bracket", "n: 1\nlist: [a, b\nname: x", "a.yaml:2: this is not well-formed YAML (did not find expected ',' or ']'); look at indentation, colons, quotes and brackets here"},
		{"a null byte", "name: a\x00b", "a.yaml:1:8: an invisible control character U+0000 stands here; delete it and type the text again"},
		{"an override of direction", "n: 1\nname: 甲\u202e乙", "a.yaml:2:8: an invisible control character U+202E stands here; delete it and type the text again"},
		{"an escaped override of direction", `name: "a\u202eb"`, "a.yaml:1:7: an invisible control character U+202E stands here; delete it and type the text again"},
		{"a byte order mark inside", "name: a\uFEFFb", "a.yaml:1:8: an invisible control character U+FEFF stands here; delete it and type the text again"},
		{"a lone carriage return", "name: a\rb", "a.yaml:1:8: an invisible control character U+000D stands here; delete it and type the text again"},
		{"a control character in a comment", "n: 1 # \x07", "a.yaml:1:8: an invisible control character U+0007 stands here; delete it and type the text again"},
		{"a C1 control character", "name: a\u0085b", "a.yaml:1:8: an invisible control character U+0085 stands here; delete it and type the text again"},
		{"another encoding", "name: \xd6\xd3", "a.yaml:1:7: the file is not UTF-8; save it as UTF-8"},
		{
			"several faults at once, in the order of the file", "colour: blue\nnmae: 1\nn: x\n",
			"a.yaml:1:9: 'blue' is not in the list; one of: red, green, light-blue\na.yaml:2:1: unknown key 'nmae'; did you mean 'name'?\na.yaml:3:4: wanted here: a whole number; found: the text 'x'",
		},
		{
			"several unsound things at once", "n: &a 1\nn: \u200e2\n",
			"a.yaml:1:4: anchors (&a) are not accepted; delete it\na.yaml:2:1: 'n' stands twice, on line 1 and on line 2; keep one\na.yaml:2:4: an invisible control character U+200E stands here; delete it and type the text again",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var into outer
			err := strict.Decode("a.yaml", []byte(c.file), &into)
			if err == nil {
				t.Fatalf("taken as %+v", into)
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			for _, f := range fault.All(err) {
				if f.Kind != fault.Invalid || f.Text.ZH == "" || f.Place.File != "a.yaml" {
					t.Errorf("incomplete: %+v", f)
				}
				if strings.Contains(f.Text.ZH+f.Text.EN, "{") && !strings.Contains(c.file, "{") {
					t.Errorf("a place not filled: %+v", f.Text)
				}
			}
		})
	}
}

func TestAFaultSaysItInChineseToo(t *testing.T) {
	t.Parallel()
	var into outer
	err := strict.Decode("a.yaml", []byte("listd: true\nn: five\n"), &into)
	var said []string
	for _, f := range fault.All(err) {
		said = append(said, f.Text.ZH)
	}
	want := []string{"没有「listd」这一项；是否应为「listed」？", "此处应为整数，现为文字「five」"}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
}

func TestAFaultNamesTheFieldByItsPath(t *testing.T) {
	t.Parallel()
	var into outer
	err := strict.Decode("a.yaml", []byte("inners:\n- {name: x}\n- {name: 5}\nletters: {a: {listed: 1}}\n"), &into)
	var fields []string
	for _, f := range fault.All(err) {
		fields = append(fields, f.Field)
	}
	if want := []string{"inners[1].name", "letters.a.listed"}; !slices.Equal(fields, want) {
		t.Errorf("fields %q, want %q", fields, want)
	}
}

func TestOneKeyIsReadByItself(t *testing.T) {
	t.Parallel()
	doc, err := strict.Parse("a.yaml", []byte("n: 5\ninner: {name: x}\nother: {anything: true}\n"), strict.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"n", "inner", "other"}; !slices.Equal(doc.Keys(), want) {
		t.Errorf("keys %q", doc.Keys())
	}
	n, in := 0, inner{}
	if err := errors.Join(doc.DecodeKey("n", &n), doc.DecodeKey("inner", &in), doc.DecodeKey("absent", &n)); err != nil || n != 5 || in.Name != "x" {
		t.Errorf("%d %+v %v", n, in, err)
	}
	if err := doc.DecodeKey("inner", &n); err == nil || fault.All(err)[0].Field != "inner" {
		t.Errorf("a map taken as a number: %v", err)
	}
	if err := strict.UnknownKey(doc, "other", []string{"outer", "n"}); err.Error() != "a.yaml:3:1: unknown key 'other'; did you mean 'outer'?" {
		t.Error(err)
	}
	if !doc.Has("n") || doc.Has("absent") || doc.File() != "a.yaml" {
		t.Error("Has or File is wrong")
	}
}

func TestAThingIsFoundByItsPath(t *testing.T) {
	t.Parallel()
	doc, err := strict.Parse("a.yaml", []byte("itinerary:\n  exit: 2026-10-15\n  stays:\n    - {place: JP, leave: 2026-10-19}\n    - {place: KR, leave: 2026-10-22}\na.b: 1\n"), strict.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"":                         "a.yaml:1:1",
		"itinerary":                "a.yaml:1:1",
		"itinerary.exit":           "a.yaml:2:9",
		"itinerary.entry":          "a.yaml:1:1",
		"itinerary.stays":          "a.yaml:3:3",
		"itinerary.stays[1]":       "a.yaml:5:7",
		"itinerary.stays[1].leave": "a.yaml:5:26",
		"itinerary.stays[2].leave": "a.yaml:3:3",
		"itinerary.stays[x]":       "a.yaml:3:3",
		"a.b":                      "a.yaml:6:6",
		"nowhere":                  "a.yaml:1:1",
	} {
		if got := doc.At(path).String(); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestAFileBeyondTheLimitsIsRefused(t *testing.T) {
	t.Parallel()
	lim := strict.Limits{Bytes: 1000, Depth: 5, Nodes: 50}
	for _, c := range []struct{ name, file, want string }{
		{"too large", strings.Repeat("#", 1001), "f: the file has 1001 bytes and may have 1000; shorten or split it"},
		{"too deep", "a: [[[[[[[[1]]]]]]]]", "f:1:8: lists and maps stand more than 5 levels within one another"},
		{"too many", "[" + strings.Repeat("1,", 100) + "]", "f:1:100: the file has more than 50 items; split it"},
	} {
		_, err := strict.Parse("f", []byte(c.file), lim)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := strict.Parse("f", []byte("a: [[[[1]]]]"), lim); err != nil {
		t.Errorf("five levels are allowed: %v", err)
	}
}

func TestNoFileOfAMebibyteTakesLong(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	files := []string{"[", "{a: ", "#\n", "a: 1 #x\n", "- &a 1\n", "- *a\n", "-\n#\n", "\x01"}
	for _, piece := range files {
		begun := time.Now()
		_, err := strict.Parse("f", []byte(strings.Repeat(piece, size/len(piece))), strict.DefaultLimits())
		if took := time.Since(begun); took > 10*time.Second {
			t.Errorf("%q took %s", piece, took)
		}
		if n := len(fault.All(err)); err != nil && (n == 0 || n > 100) {
			t.Errorf("%q: %d faults", piece, n)
		}
	}
}

func TestAnExpandingFileIsRefusedUnexpanded(t *testing.T) {
	t.Parallel()
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 20; i++ {
		fmt.Fprintf(&bomb, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	var into any
	if err := strict.Decode("bomb.yaml", []byte(bomb.String()), &into); fault.KindOf(err) != fault.Invalid || into != nil {
		t.Errorf("taken: %v", err)
	}
}

func TestATypeThatCannotBeReadIntoIsOurFault(t *testing.T) {
	t.Parallel()
	var ch struct {
		C chan int `json:"c"`
	}
	for _, into := range []any{&ch, ch, nil} {
		if err := strict.Decode("a.yaml", []byte("c: 1"), into); err == nil || fault.KindOf(err) != fault.Ours {
			t.Errorf("%T: %v", into, err)
		}
	}
}

func TestTheNearestWordIsOneThatCouldBeMeant(t *testing.T) {
	t.Parallel()
	known := []string{"listed", "itinerary", "host_covers", "member", "am", "pm"}
	for word, want := range map[string]string{
		"listd": "listed", "Listed": "listed", "itinirary": "itinerary", "iteniraryy": "itinerary", "host-covers": "host_covers",
		"mebmer": "member", "x": "", "zzzzzz": "", "": "", "bm": "am",
	} {
		if got, ok := strict.Nearest(word, known); got != want && ok {
			t.Errorf("%q: %q, want %q", word, got, want)
		} else if want != "" && !ok {
			t.Errorf("%q: nothing proposed, want %q", word, want)
		}
	}
}
