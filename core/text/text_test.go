package text_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chancery/core/text"
)

type stay struct{}

func (stay) String() string { return "JP" }

func TestPlacesAreFilledInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zh, en         string
		args           text.Args
		wantZH, wantEN string
	}{
		{"出访 {n} 天", "{n} {n|day|days} abroad", text.Args{"n": 1}, "出访 1 天", "1 day abroad"},
		{"出访 {n} 天", "{n} {n|day|days} abroad", text.Args{"n": 8}, "出访 8 天", "8 days abroad"},
		{"{n}", "{n|day|days}", text.Args{"n": "1"}, "1", "day"},
		{"{n}", "{n|day|days}", text.Args{"n": int64(1)}, "1", "day"},
		{"{who}", "{who|person|people}: {who}", text.Args{"who": []string{"甲", "乙"}}, "甲、乙", "people: 甲, 乙"},
		{"{who}", "{who|person|people}", text.Args{"who": []string{"甲"}}, "甲", "person"},
		{"去{place}", "to {place}", text.Args{"place": text.Text{ZH: "日本", EN: "Japan"}}, "去日本", "to Japan"},
		{"去{places}", "to {places}", text.Args{"places": []text.Text{{ZH: "日本", EN: "Japan"}, {ZH: "韩国", EN: "Korea"}}}, "去日本、韩国", "to Japan, Korea"},
		{"{years}", "{years}", text.Args{"years": []int{2027, 2028}}, "2027、2028", "2027, 2028"},
		{"{s}{b}", "{s}{b}", text.Args{"s": stay{}, "b": true}, "JPtrue", "JPtrue"},
		{"{unknown}天", "{unknown} {unknown|day|days}", nil, "{unknown}天", "{unknown} {unknown}"},
		{"写作 {a: 1} 或 { 或 {}", "write {a: 1} or {1} or {a|b}", text.Args{"a": 1, "b": 2}, "写作 {a: 1} 或 { 或 {}", "write {a: 1} or {1} or {a|b}"},
		{"{a}", "{a}", text.Args{"a": "{b}", "b": "x"}, "{b}", "{b}"},
		{"{{a}}", "{x {a}", text.Args{"a": 1}, "{1}", "{x 1"},
	} {
		got := text.Text{ZH: c.zh, EN: c.en}.Fill(c.args)
		if got.ZH != c.wantZH || got.EN != c.wantEN {
			t.Errorf("%q, %q: got %q, %q, want %q, %q", c.zh, c.en, got.ZH, got.EN, c.wantZH, c.wantEN)
		}
	}
}

func TestATextNamesItsPlaces(t *testing.T) {
	t.Parallel()
	got := text.Text{ZH: "{b}{a}", EN: "{a} {n|x|y} {not this}"}.Placeholders()
	if want := []string{"a", "b", "n"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestALanguageIsChosen(t *testing.T) {
	t.Parallel()
	one := text.Text{ZH: "一", EN: "one"}
	if one.In(text.ZH) != "一" || one.In(text.EN) != "one" || one.In("fr") != "一" || one.IsZero() || !(text.Text{}).IsZero() {
		t.Error("wrong language")
	}
}

func TestFillingLeavesNoPlaceThatWasGiven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("{}|ab 天"))).Draw(t, "text")
		tt := text.Text{ZH: s, EN: s}
		args := text.Args{}
		for _, name := range tt.Placeholders() {
			args[name] = "§"
		}
		filled := tt.Fill(args)
		if len(tt.Placeholders()) == 0 && filled != tt {
			t.Fatalf("%q without places became %q", s, filled.ZH)
		}
		if again := filled.Fill(args); len(args) > 0 && strings.Count(filled.ZH, "§") == 0 && !strings.Contains(s, "|") {
			t.Fatalf("%q: nothing filled in %q, %q", s, filled.ZH, again.ZH)
		}
	})
}

func TestACatalogueSaysWhatItsFilesSay(t *testing.T) {
	t.Parallel()
	c, err := text.ParseCatalogue([]byte("case.title: 第{n}号\nyes: 是\n"), []byte("yes: \"yes\"\ncase.title: number {n}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Say("case.title", text.Args{"n": 5}); got.ZH != "第5号" || got.EN != "number 5" {
		t.Errorf("%+v", got)
	}
	if got := c.Say("nothing", nil); got.ZH != "⟨nothing⟩" || got.EN != "⟨nothing⟩" {
		t.Errorf("%+v", got)
	}
	if !c.Has("yes") || c.Has("no") || fmt.Sprint(c.Keys()) != "[case.title yes]" {
		t.Error(c.Keys())
	}
}

func TestACatalogueThatDiffersBetweenLanguagesIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, zh, en, want string }{
		{"a key in one language", "a: 一\nb: 二", "a: one\nc: three", "zh line 2: b: the English file does not have it"},
		{"a key in the other", "a: 一", "a: one\nc: three", "en line 2: c: the Chinese file does not have it"},
		{"other places", "a: '{n}天'", "a: '{m} days'", "the places differ: [n] in Chinese, [m] in English"},
		{"a repeated key", "a: 一\na: 二", "a: one", "zh line 2: a stands already on line 1"},
		{"a number", "a: 1", "a: one", "zh line 1: a must be text"},
		{"a list", "a: [一]", "a: one", "zh line 1: a must be text"},
		{"an alias", "a: &x 一\nb: *x", "a: one\nb: two", "zh line 2: b must be text"},
		{"silence", "a: ''", "a: one", "zh line 1: a says nothing"},
		{"a key that is no text", "1: 一", "1: one", "zh line 1: a key must be text"},
		{"no keys at all", "- 一", "a: one", "zh line 1: wants lines"},
		{"no YAML", "a: 'x", "a: one", "zh: yaml:"},
	} {
		_, err := text.ParseCatalogue([]byte(c.zh), []byte(c.en))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if _, err := text.ParseCatalogue(nil, nil); err != nil {
		t.Errorf("two empty files are equal: %v", err)
	}
}
