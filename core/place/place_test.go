package place_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/text/language"

	"chancery/core/fault"
	"chancery/core/place"
)

func world(t testing.TB) *place.Table {
	t.Helper()
	var tables []*place.Table
	for _, name := range []string{"world", "sample"} {
		data, err := os.ReadFile("../../library/places/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		table, err := place.ParseTable(name+".yaml", data)
		if err != nil {
			t.Fatal(err)
		}
		tables = append(tables, table)
	}
	return place.Join(tables...)
}

func TestHongKongMacaoAndTaiwanAreRegionsOfChina(t *testing.T) {
	t.Parallel()
	w := world(t)
	for code, want := range map[place.Code][2]string{
		"HK": {"中国香港", "Hong Kong, China"}, "MO": {"中国澳门", "Macao, China"}, "TW": {"中国台湾", "Taiwan, China"},
	} {
		p, ok := w.Find(code)
		if !ok || p.Kind != place.Region || p.Name.ZH != want[0] || p.Name.EN != want[1] || p.Continent != place.Asia {
			t.Errorf("%s: %+v", code, p)
		}
	}
}

func TestTheTableHasEveryCodeOfTheStandard(t *testing.T) {
	t.Parallel()
	w := world(t)
	// What x/text knows beyond the officially assigned codes: exceptional reservations, groupings, codes no longer used.
	others := "AC AN BU CP CQ CS CT DD DG DY EA EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ RH SU TA TP UK UN VD WK XK YD YU ZR"
	official := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string(a) + string(b)
			r, err := language.ParseRegion(code)
			if err != nil || !r.IsCountry() || r.String() != code || strings.Contains(others, code) || a == 'X' {
				continue
			}
			official++
			if _, ok := w.Find(place.Code(code)); !ok {
				t.Errorf("%s is missing", code)
			}
		}
	}
	listed := 0
	for _, p := range w.All() {
		if !p.Sample {
			listed++
		}
	}
	if official != 249 || listed != 249 {
		t.Errorf("%d codes in the standard, %d places in the table, want 249", official, listed)
	}
}

func TestCountriesAreCountedAndNamesAreUnlike(t *testing.T) {
	t.Parallel()
	kinds, zh, en := map[place.Kind]int{}, map[string]place.Code{}, map[string]place.Code{}
	for _, p := range world(t).All() {
		if p.Sample {
			continue
		}
		kinds[p.Kind]++
		if zh[p.Name.ZH] != "" || en[p.Name.EN] != "" {
			t.Errorf("%s is called as another: %+v", p.Code, p.Name)
		}
		zh[p.Name.ZH], en[p.Name.EN] = p.Code, p.Code
	}
	// The members of the United Nations, the Holy See, Palestine, the Cook Islands and Niue.
	if kinds[place.Country] != 197 || kinds[place.Region] != 52 {
		t.Errorf("%v", kinds)
	}
}

func TestPlacesLieWhereTheyLie(t *testing.T) {
	t.Parallel()
	w := world(t)
	for code, want := range map[place.Code]struct {
		zh        string
		continent place.Continent
		group     place.Group
	}{
		"JP": {"日本", place.Asia, ""}, "KR": {"韩国", place.Asia, ""}, "DE": {"德国", place.Europe, ""}, "NO": {"挪威", place.Europe, ""},
		"EG": {"埃及", place.Africa, place.AllAfrica}, "RE": {"留尼汪", place.Africa, place.AllAfrica}, "ZA": {"南非", place.Africa, place.AllAfrica},
		"BR": {"巴西", place.SouthAmerica, place.LatinAmerica}, "MX": {"墨西哥", place.NorthAmerica, place.LatinAmerica}, "CU": {"古巴", place.NorthAmerica, place.LatinAmerica},
		"JM": {"牙买加", place.NorthAmerica, place.LatinAmerica}, "US": {"美国", place.NorthAmerica, ""}, "CA": {"加拿大", place.NorthAmerica, ""},
		"AU": {"澳大利亚", place.Oceania, ""}, "PS": {"巴勒斯坦", place.Asia, ""}, "TR": {"土耳其", place.Asia, ""}, "CN": {"中国", place.Asia, ""},
		"XA": {"诺维亚", place.Europe, ""}, "XD": {"塞兰", place.Oceania, ""}, "XE": {"阿苏拉", place.SouthAmerica, place.LatinAmerica},
	} {
		p, ok := w.Find(code)
		inGroup := p.In(place.LatinAmerica) && want.group == place.LatinAmerica || p.In(place.AllAfrica) && want.group == place.AllAfrica || len(p.Groups) == 0 && want.group == ""
		if !ok || p.Name.ZH != want.zh || p.Continent != want.continent || !inGroup {
			t.Errorf("%s: %+v", code, p)
		}
	}
	for _, p := range w.All() {
		if p.In(place.AllAfrica) != (p.Continent == place.Africa) {
			t.Errorf("%s: continent %s, groups %v", p.Code, p.Continent, p.Groups)
		}
		if p.Sample != (p.Code[0] == 'X') {
			t.Errorf("%s: sample=%t", p.Code, p.Sample)
		}
	}
}

func TestAnUnknownPlaceIsShownByItsCode(t *testing.T) {
	t.Parallel()
	w := world(t)
	if _, ok := w.Find("XZ"); ok || w.Name("XZ").ZH != "XZ" || w.Name("JP").EN != "Japan" {
		t.Error("XZ is known")
	}
}

func TestACodeIsTwoCapitalLetters(t *testing.T) {
	t.Parallel()
	var c place.Code
	for _, bad := range []string{"jp", "JPN", "J", "日本", "J1"} {
		if err := c.UnmarshalText([]byte(bad)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q taken: %v", bad, err)
		}
	}
	if err := c.UnmarshalText([]byte("JP")); err != nil || c != "JP" {
		t.Errorf("%s, %v", c, err)
	}
}

func TestAnUnsoundTableIsRefusedWithEveryFault(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, want string }{
		{"no source", "places: []", "source is missing"},
		{"an incomplete row", "source: s\nplaces:\n- {code: JP}", "p.yaml:3:3: code, zh, en, kind and continent must all be filled in"},
		{"a code twice", "source: s\nplaces:\n- {code: JP, zh: 日, en: J, kind: country, continent: asia}\n- {code: JP, zh: 日, en: J, kind: country, continent: asia}", "p.yaml:4:10: the code JP stands twice"},
		{"an invented place among real ones", "source: s\nplaces:\n- {code: XA, zh: 日, en: J, kind: country, continent: asia}", "stand only in a file marked sample: true"},
		{"a real place among invented ones", "source: s\nsample: true\nplaces:\n- {code: JP, zh: 日, en: J, kind: country, continent: asia}", "stand only in a file marked sample: true"},
		{"another kind", "source: s\nplaces:\n- {code: JP, zh: 日, en: J, kind: nation, continent: asia}", "'nation' is not in the list; one of: country, region"},
		{"another continent", "source: s\nplaces:\n- {code: JP, zh: 日, en: J, kind: country, continent: aisa}", "did you mean 'asia'?"},
	} {
		_, err := place.ParseTable("p.yaml", []byte(c.file))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
