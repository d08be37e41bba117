package desk_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"chancery/affairs"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/rule"
	"chancery/core/strict"
	"chancery/core/text"
	"chancery/desk"
	"chancery/library"
)

// TestEveryCodedValueHasWordsInBothLanguages walks all that blocks hold and all that rules speak of.
func TestEveryCodedValueHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	kinds := codedKinds(affairs.Kinds(lib.Calendar)...)
	if len(kinds) < 25 {
		t.Fatalf("only %d kinds of codes were found; the blocks have more", len(kinds))
	}
	for _, kind := range kinds {
		for _, code := range lib.Words.Choices(kind) {
			said, ok := lib.Words.Say(kind, code)
			if !ok || !han(said.ZH) || said.EN == "" || han(said.EN) {
				t.Errorf("%s %s is called %q, %q", kind, code, said.ZH, said.EN)
			}
			for _, words := range []string{code, said.ZH, said.EN} {
				if _, ok := lib.Words.Code(kind, words); !ok {
					t.Errorf("%s: nothing is found under %q, which is what %s is called", kind, words, code)
				}
			}
		}
	}
	if lacking := lib.Words.Unsaid(reflect.TypeFor[[]struct{ Fate fate }]()); len(lacking) != 2 {
		t.Errorf("of two codes without words %q are reported", lacking)
	}
}

type fate string

func (fate) Words() []string { return []string{"kept", "lost"} }

// codedKinds are the kinds of codes in some types and in what they are made of.
func codedKinds(types ...reflect.Type) []reflect.Type {
	var out []reflect.Type
	seen := map[reflect.Type]bool{}
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Slice, reflect.Pointer:
			walk(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				walk(t.Field(i).Type)
			}
		case reflect.String:
			switch reflect.Zero(t).Interface().(type) {
			case strict.Worded, form.Listed:
				out = append(out, t)
			}
		}
	}
	for _, t := range types {
		walk(t)
	}
	return out
}

// TestNoFindingShowsACode goes through the examples of all articles: what a finding says in Chinese has no Latin words
// beside the names of units, and no day as it stands in files; what it says in English has no code.
func TestNoFindingShowsACode(t *testing.T) {
	t.Parallel()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	codes, english := map[string]bool{}, ""
	for _, kind := range codedKinds(affairs.Kinds(lib.Calendar)...) {
		for _, code := range lib.Words.Choices(kind) {
			said, _ := lib.Words.Say(kind, code)
			codes[code], english = true, english+" "+said.EN
		}
	}
	latin, day, joined := regexp.MustCompile(`[a-z]{2,}|\b[A-Z]{2}\b`), regexp.MustCompile(`\d{4}-\d{2}-\d{2}`), regexp.MustCompile(`[a-z]+(?:-[a-z]+)+`)
	const guest = "Sato Haruka" // the inviter of the examples
	said := 0
	err = lib.EachExample(func(_ rule.Book, a rule.Article, e rule.Example, f rule.Finding) {
		for _, words := range []text.Text{f.Say, f.How, f.Needs} {
			if words.IsZero() {
				continue
			}
			said++
			if latin.MatchString(strings.ReplaceAll(words.ZH, guest, "")) || day.MatchString(words.ZH+words.EN) {
				t.Errorf("%s, %s: %s | %s", a.ID, e.Name.EN, words.ZH, words.EN)
			}
			for _, word := range joined.FindAllString(words.EN, -1) {
				if codes[word] && !strings.Contains(english, word) {
					t.Errorf("%s, %s: %s", a.ID, e.Name.EN, words.EN)
				}
			}
		}
	})
	if err != nil || said < 300 {
		t.Errorf("%d sentences, %v", said, err)
	}
}

// TestEmptyHalfDaysAreNamedInStretches: halves as halves, whole days as days, days that follow each other as one stretch.
func TestEmptyHalfDaysAreNamedInStretches(t *testing.T) {
	t.Parallel()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	it := travel.Itinerary{Exit: calendar.MustDay("2026-10-12"), Entry: calendar.MustDay("2026-10-18")}
	for _, filled := range []string{"2026-10-12 am", "2026-10-14 pm", "2026-10-15 am", "2026-10-17 pm"} {
		day, part, _ := strings.Cut(filled, " ")
		it.Programme = append(it.Programme, travel.HalfDay{Day: calendar.MustDay(day), Part: travel.Part(part)})
	}
	trip := travel.Derive(form.Application{Answers: form.Answers{"itinerary": it}}, it.Exit, lib.World())
	var zh, en []string
	for _, g := range trip.ProgrammeGaps {
		said, _ := lib.Words.Say(reflect.TypeFor[travel.Gap](), string(g))
		zh, en = append(zh, said.ZH), append(en, said.EN)
	}
	if got := strings.Join(zh, "、"); got != "10月12日下午、10月13日全天、10月14日上午、10月15日下午、10月16日全天、10月17日上午、10月18日全天" {
		t.Errorf("said %s", got)
	}
	if got := strings.Join(en, ", "); !strings.HasPrefix(got, "the afternoon of 12 Oct, all of 13 Oct, the morning of 14 Oct") {
		t.Errorf("said %s", got)
	}
	it.Programme = nil
	trip = travel.Derive(form.Application{Answers: form.Answers{"itinerary": it}}, it.Exit, lib.World())
	if said, _ := lib.Words.Say(reflect.TypeFor[travel.Gap](), string(trip.ProgrammeGaps[0])); len(trip.ProgrammeGaps) != 1 || said.ZH != "10月12日至10月18日" || said.EN != "12 Oct to 18 Oct" {
		t.Errorf("without a programme %q, %q", trip.ProgrammeGaps, said)
	}
}

// TestAHalfDayIsNamedAsPeopleNameIt: its day and its half, in both languages.
func TestAHalfDayIsNamedAsPeopleNameIt(t *testing.T) {
	t.Parallel()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[travel.Half]text.Text{
		"2026-10-12 am": {ZH: "10月12日上午", EN: "the morning of 12 Oct"},
		"2026-10-12 pm": {ZH: "10月12日下午", EN: "the afternoon of 12 Oct"},
		"some time":     {ZH: "some time", EN: "some time"},
	} {
		if got, ok := lib.Words.Say(reflect.TypeFor[travel.Half](), string(code)); !ok || got != want {
			t.Errorf("%s is called %q", code, got)
		}
	}
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
