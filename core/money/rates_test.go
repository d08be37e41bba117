package money_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"chancery/core/calendar"
	"chancery/core/money"
	"chancery/core/place"
)

func rates(t testing.TB) *money.Rates {
	t.Helper()
	names, err := filepath.Glob("../../library/rates/*/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("%v, %v", names, err)
	}
	var files []money.File
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, money.File{Name: filepath.Base(name), Data: data})
	}
	r, err := money.ParseRates(files...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func today() calendar.Day { return calendar.MustDay("2026-10-15") }

func TestEveryRowIsThatOfTheTranscription(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/per-diem.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// A row in the words of the transcription: number, place, cities, currency, lodging, food, misc, note.
	inTable := map[string][]string{}
	places := map[place.Code]bool{}
	for _, rate := range rates(t).Rows("434") {
		if rate.Sample {
			continue
		}
		places[rate.Place] = true
		bare := func(a money.Amount) string {
			if a.Currency != rate.Currency {
				t.Errorf("row %d: %s in a row of %s", rate.Row, a.Currency, rate.Currency)
			}
			return strings.TrimSuffix(a.String(), ".00")
		}
		key := strings.Join([]string{itoa(rate.Row), string(rate.Place), string(rate.Currency), bare(rate.Lodging), bare(rate.Food), bare(rate.Misc), rate.Note}, "|")
		inTable[key] = append(inTable[key], rate.City)
	}
	for _, l := range lines[1:] {
		key := strings.Join([]string{l[0], l[1], l[3], l[4], l[5], l[6], l[7]}, "|")
		cities := strings.Split(l[2], "、")
		slices.Sort(cities)
		slices.Sort(inTable[key])
		if !slices.Equal(cities, inTable[key]) {
			t.Errorf("row %s (%s): cities %q, in the table %q", l[0], key, cities, inTable[key])
		}
	}
	if len(lines)-1 != 273 || len(inTable) != 273 || len(places) != 188 {
		t.Errorf("%d lines, %d rows, %d places, want 273, 273 and 188", len(lines)-1, len(inTable), len(places))
	}
}

func itoa(n int) string { return money.Amount{Minor: int64(n), Currency: "JPY"}.String() }

func TestACityTakesItsOwnRateThenThatOfOtherCitiesThenThatOfThePlace(t *testing.T) {
	t.Parallel()
	r := rates(t)
	for _, c := range []struct {
		place    place.Code
		city     string
		wantCity string
		lodging  string
		currency money.Currency
	}{
		{"JP", "东京", "东京", "20000", "JPY"},
		{"JP", "京都", "京都", "18000", "JPY"},
		{"JP", "东京市", "东京", "20000", "JPY"},
		{"JP", "仙台", "其他城市", "", "JPY"},
		{"JP", "", "其他城市", "", "JPY"},
		{"KR", "首尔", "首尔", "180.00", "USD"},
		{"MX", "墨西哥城", "墨西哥", "150.00", "USD"},
		{"VN", "胡志明", "胡志明市", "", "USD"},
		{"SG", "新加坡", "全境", "", "USD"},
		{"HK", "", "全境", "", "HKD"},
		{"GB", "伦敦", "伦敦", "", "GBP"},
		{"DE", " 柏林 ", "柏林", "", "EUR"},
		{"XA", "哈尔堡", "哈尔堡", "150.00", "EUR"},
		{"XC", "某城", "其他城市", "130.00", "USD"},
	} {
		rate, edition, ok := r.For(c.place, c.city, today())
		if !ok || edition != "434" || rate.City != c.wantCity || rate.Currency != c.currency || c.lodging != "" && rate.Lodging.String() != c.lodging {
			t.Errorf("%s %q: %+v of %q, %t", c.place, c.city, rate, edition, ok)
		}
	}
}

func TestEveryPlaceOfTheTableHasARateForAnyCity(t *testing.T) {
	t.Parallel()
	r := rates(t)
	for _, rate := range r.Rows("434") {
		if _, _, ok := r.For(rate.Place, "一座没有自己标准的城市", today()); !ok {
			t.Errorf("%s has no rate for other cities", rate.Place)
		}
	}
}

func TestAPlaceOutsideTheTableHasNoRate(t *testing.T) {
	t.Parallel()
	r := rates(t)
	for _, code := range []place.Code{"CN", "HN", "MC", "VA", "XZ", ""} {
		if rate, _, ok := r.For(code, "", today()); ok {
			t.Errorf("%s: %+v", code, rate)
		}
	}
}

func TestBeforeItsFirstDayAnEditionIsNotInForce(t *testing.T) {
	t.Parallel()
	r := rates(t)
	for s, want := range map[string]bool{"2012-05-14": false, "2017-12-31": false, "2018-01-01": true, "2030-01-01": true} {
		if _, _, ok := r.For("JP", "东京", calendar.MustDay(s)); ok != want {
			t.Errorf("%s: %t", s, ok)
		}
	}
	if _, _, ok := r.For("JP", "东京", 0); ok {
		t.Error("a rate on no day")
	}
	e, ok := r.EditionOn(today())
	if !ok || e.Number != "财行〔2017〕434号" || e.FromConfidence != calendar.Unconfirmed || e.Confidence != calendar.Seen || e.Source == "" {
		t.Errorf("%+v", e)
	}
}

func head(name, from string) money.File {
	return money.File{Name: name + ".yaml", Data: []byte("edition: '" + name + "'\nhead: {edition: '" + name + "', document: {zh: 甲, en: A}, source: s, from: " + from + ", from_confidence: T, confidence: T}\n")}
}

func rows(name, rows string) money.File {
	return money.File{Name: name + "-rows.yaml", Data: []byte("edition: '" + name + "'\nrows:\n" + rows)}
}

func TestTheNewestEditionInForceCounts(t *testing.T) {
	t.Parallel()
	const row = "- {row: 1, place: JP, cities: [全境], currency: JPY, lodging: '%', food: '2', misc: '3'}\n"
	r, err := money.ParseRates(
		rows("new", strings.Replace(row, "%", "20", 1)), head("new", "2027-01-01"), head("old", "2018-01-01"), rows("old", strings.Replace(row, "%", "10", 1)),
	)
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range map[string]string{"2026-12-31": "10 old", "2027-01-01": "20 new"} {
		rate, edition, ok := r.For("JP", "", calendar.MustDay(s))
		if got := rate.Lodging.String() + " " + edition; !ok || got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
	if e := r.Editions(); len(e) != 2 || e[0].Edition != "old" {
		t.Errorf("%+v", e)
	}
}

func TestAnUnsoundTableIsRefusedWithEveryFault(t *testing.T) {
	t.Parallel()
	good := "- {row: 1, place: JP, cities: [全境], currency: JPY, lodging: '1', food: '2', misc: '3'}\n"
	for _, c := range []struct {
		name  string
		files []money.File
		want  string
	}{
		{"no head", []money.File{rows("a", good)}, "a-rows.yaml:1:10: no file holds the head (document, source, first day) of the edition 'a'"},
		{"two heads", []money.File{head("a", "2018-01-01"), head("a", "2019-01-01")}, "has the name or the first day of the edition 'a' (see a.yaml:2:1)"},
		{"two editions from one day", []money.File{head("a", "2018-01-01"), head("b", "2018-01-01")}, "b.yaml:2:1: has the name or the first day of the edition 'a'"},
		{"a head without a day", []money.File{{Name: "h", Data: []byte("head: {edition: a, document: {zh: 甲, en: A}, source: s}")}}, "must all be filled in"},
		{"rows of no edition", []money.File{{Name: "r", Data: []byte("rows:\n" + good)}}, "edition is missing"},
		{"an incomplete row", []money.File{head("a", "2018-01-01"), rows("a", "- {row: 1, place: JP}\n")}, "a-rows.yaml:3:3: place, cities and currency must all be filled in"},
		{"a city twice", []money.File{head("a", "2018-01-01"), rows("a", good+good)}, "全境 of JP stands twice"},
		{"an amount left out", []money.File{head("a", "2018-01-01"), rows("a", "- {row: 1, place: JP, cities: [全境], currency: JPY, lodging: '1', food: '2'}\n")}, "'' is not an amount"},
		{"half a yen", []money.File{head("a", "2018-01-01"), rows("a", strings.Replace(good, "'1'", "'1.5'", 1))}, "'1.5' is not an amount; write it like 123450, with at most 0 decimals"},
		{"less than nothing", []money.File{head("a", "2018-01-01"), rows("a", strings.Replace(good, "'1'", "'-1'", 1))}, "a rate cannot be below nothing"},
		{"an unknown key", []money.File{head("a", "2018-01-01"), rows("a", strings.Replace(good, "misc", "misk", 1))}, "did you mean 'misc'?"},
	} {
		_, err := money.ParseRates(c.files...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
