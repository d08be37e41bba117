package affairs_test

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chancery/affairs"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/place"
	"chancery/core/strict"
	"chancery/core/text"
	"chancery/library"
)

const atlas = `sample: true
source: 样例
places:
  - {code: XB, zh: 维尔达, en: Virda, kind: country, continent: asia}
  - {code: XA, zh: 诺维亚, en: Novia, kind: country, continent: europe}
`

// anything gives any value of a type as people type one: words without space around them.
func anything(t *rapid.T, of reflect.Type) reflect.Value {
	v := reflect.New(of).Elem()
	if rapid.IntRange(0, 3).Draw(t, "left out") == 0 {
		return v
	}
	words := rapid.StringMatching(`[a-z甲乙丙丁、，0-9]{1,8}`)
	switch at := v.Addr().Interface().(type) {
	case *calendar.Day:
		*at = calendar.MustDay("2026-01-01").AddDays(rapid.IntRange(0, 900).Draw(t, "day"))
		return v
	case *place.Code:
		*at = rapid.SampledFrom([]place.Code{"XB", "XA"}).Draw(t, "place")
		return v
	case *money.Amount:
		*at = money.Amount{Minor: rapid.Int64Range(1, 1_000_000).Draw(t, "minor"), Currency: rapid.SampledFrom([]money.Currency{"CNY", "JPY"}).Draw(t, "currency")}
		return v
	case encoding.TextUnmarshaler:
		t.Fatalf("no values of %s", of)
	}
	if w, ok := v.Interface().(strict.Worded); ok {
		v.SetString(rapid.SampledFrom(w.Words()).Draw(t, "word"))
		return v
	}
	switch of.Kind() {
	case reflect.String:
		v.SetString(words.Draw(t, "text"))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, "yes"))
	case reflect.Int:
		v.SetInt(int64(rapid.IntRange(0, 99).Draw(t, "number")))
	case reflect.Slice:
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			if item := anything(t, of.Elem()); !item.IsZero() { // an item that says nothing is none
				v.Set(reflect.Append(v, item))
			}
		}
	case reflect.Struct:
		for i := range of.NumField() {
			v.Field(i).Set(anything(t, of.Field(i).Type))
		}
	}
	return v
}

// calledAs are the words of the house, with the places of the tests.
func calledAs() (form.Words, error) {
	places, err := place.ParseTable("atlas.yaml", []byte(atlas))
	if err != nil {
		return form.Words{}, err
	}
	said, err := text.ReadCatalogue(library.FS, "words")
	return form.NewWords(said, places), err
}

// TestADutyIsUnderstoodByItsNameInEitherLanguage: people write what a duty is called; the record has its code.
func TestADutyIsUnderstoodByItsNameInEitherLanguage(t *testing.T) {
	t.Parallel()
	words, err := calledAs()
	if err != nil {
		t.Fatal(err)
	}
	f := form.Form{Procedure: "outbound-trip", Blocks: affairs.Blocks()}
	taken := f.Take(form.Sheet{"purpose.tasks": {"岸电\nEmission agreement\nport-equipment\n海事"}}, words)
	if got := form.Get[travel.Purpose](taken.Application.Answers, "purpose").Tasks; len(taken.Faults) > 0 || !slices.Equal(got, []travel.Duty{"shore-power", "emission-agreement", "port-equipment", "海事"}) {
		t.Errorf("read %q, %v", got, taken.Faults)
	}
}

func TestWhatIsWrittenOnASheetIsReadFromIt(t *testing.T) {
	t.Parallel()
	words, err := calledAs()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		f := form.Form{Procedure: "any", Blocks: affairs.Blocks()}
		a := form.Application{Procedure: "any", Unit: "市港航局", Answers: form.Answers{}}
		for _, b := range f.Blocks {
			if v := anything(t, b.Type); !v.IsZero() {
				a.Answers[b.Name] = v.Interface()
			}
		}
		taken := f.Take(f.Fill(a), words)
		if len(taken.Faults) > 0 {
			t.Fatal(taken.Faults)
		}
		want, err := a.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		got, err := taken.Application.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != string(got) {
			t.Fatalf("written\n%s\nread\n%s", want, got)
		}
	})
}

func TestAFaultStandsAtTheFieldOfTheSheetThoughEmptyLinesCameBefore(t *testing.T) {
	t.Parallel()
	words, err := calledAs()
	if err != nil {
		t.Fatal(err)
	}
	f := form.Form{Procedure: "outbound-trip", Blocks: affairs.Blocks()}
	taken := f.Take(form.Sheet{
		"delegation[0].name": {" "}, "delegation[4].name": {"钟离牧"}, "delegation[4].born": {"1971-02-30"},
		"itinerary.stays[2].place": {"novia"}, "itinerary.stays[3].place": {"无此国"}, "budget.lodging.amount": {"十元"}, "budget.lodging.currency": {"cny"},
		"notice.objections": {"一"}, "track": {"other"}, "no.such": {"field"},
	}, words)
	var at []string
	for _, x := range taken.Faults {
		at = append(at, x.Field)
		if x.Text.ZH == "" || x.Text.EN == "" || strings.Contains(x.Text.ZH, "{") {
			t.Errorf("%s says %q", x.Field, x.Text)
		}
	}
	slices.Sort(at)
	want := []string{"budget.lodging.amount", "delegation[4].born", "itinerary.stays[3].place", "notice.objections", "track"}
	if !slices.Equal(at, want) {
		t.Errorf("faults at %v, want %v", at, want)
	}
	if on := taken.On("delegation[0].name"); on != "delegation[4].name" {
		t.Errorf("the first member stands at %s", on)
	}
}
