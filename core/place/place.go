// Package place knows the countries and regions of the world by their codes, how they are officially called in both
// languages, and to which continent and group they belong. A region is never called a country.
package place

import (
	"slices"
	"strconv"

	"chancery/core/fault"
	"chancery/core/strict"
	"chancery/core/text"
)

// Code is an ISO 3166-1 alpha-2 code; XA to XZ are free for invented places.
type Code string

// UnmarshalText takes two capital letters; whether a place has the code only a Table knows. Empty is none.
func (c *Code) UnmarshalText(b []byte) error {
	s := string(b)
	if s != "" && !isCode(s) {
		return fault.New(fault.Invalid, "", text.Text{
			ZH: "「{value}」不是国家和地区代码；请写两个大写字母，如 JP",
			EN: "'{value}' is not the code of a country or region; write two capital letters, for example JP",
		}.Fill(text.Args{"value": shortened(s)}))
	}
	*c = Code(s)
	return nil
}

// MarshalText gives the two letters.
func (c Code) MarshalText() ([]byte, error) { return []byte(c), nil }

// Kind says whether a place is a country or a region.
type Kind string

// The kinds of place.
const (
	Country Kind = "country"
	Region  Kind = "region"
)

// Words lists the kinds.
func (Kind) Words() []string { return []string{string(Country), string(Region)} }

// Continent is a part of the world.
type Continent string

// The continents.
const (
	Asia         Continent = "asia"
	Europe       Continent = "europe"
	Africa       Continent = "africa"
	NorthAmerica Continent = "north-america"
	SouthAmerica Continent = "south-america"
	Oceania      Continent = "oceania"
	Antarctica   Continent = "antarctica"
)

// Words lists the continents.
func (Continent) Words() []string {
	return []string{
		string(Asia), string(Europe), string(Africa), string(NorthAmerica), string(SouthAmerica), string(Oceania), string(Antarctica),
	}
}

// Group is a set of places of which a rule speaks together.
type Group string

// The groups.
const (
	LatinAmerica Group = "latin-america" // Latin America with the Caribbean
	AllAfrica    Group = "africa"
)

// Words lists the groups.
func (Group) Words() []string { return []string{string(LatinAmerica), string(AllAfrica)} }

// Place is a country or region.
type Place struct {
	Code      Code      `json:"code"`
	Name      text.Text `json:"name"`
	Kind      Kind      `json:"kind"`
	Continent Continent `json:"continent"`
	Groups    []Group   `json:"groups,omitempty"`
	Sample    bool      `json:"sample,omitempty"` // invented, for samples and tests
}

// In tells whether the place belongs to a group.
func (p Place) In(g Group) bool { return slices.Contains(p.Groups, g) }

// Table is a list of places by code. The zero Table has none.
type Table struct {
	places map[Code]Place
}

type tableFile struct {
	Table  string `json:"table"`
	Source string `json:"source"`
	Rows   []struct {
		Code      Code      `json:"code"`
		ZH        string    `json:"zh"`
		EN        string    `json:"en"`
		Kind      Kind      `json:"kind"`
		Continent Continent `json:"continent"`
		Groups    []Group   `json:"groups"`
	} `json:"places"`
	Sample bool `json:"sample"`
}

// ParseTable reads a file of places. Faults, all together: what package strict refuses, a missing source, code, name,
// kind or continent, a code that stands twice, an invented place among the real ones or a real one among the samples.
func ParseTable(file string, data []byte) (*Table, error) {
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return nil, err
	}
	var f tableFile
	if err := doc.Decode(&f); err != nil {
		return nil, err
	}
	var faults fault.List
	add := func(path string, t text.Text) {
		faults = append(faults, fault.New(fault.Invalid, path, t).At(doc.At(path)))
	}
	if f.Source == "" {
		add("source", text.Text{ZH: "须写明 source（出处）", EN: "source is missing: say where the table comes from"})
	}
	t := &Table{places: make(map[Code]Place, len(f.Rows))}
	for i, row := range f.Rows {
		path := "places[" + strconv.Itoa(i) + "]"
		if row.Code == "" || row.ZH == "" || row.EN == "" || row.Kind == "" || row.Continent == "" {
			add(path, text.Text{
				ZH: "code、zh、en、kind、continent 均须填写", EN: "code, zh, en, kind and continent must all be filled in",
			})
			continue
		}
		if _, twice := t.places[row.Code]; twice {
			add(path+".code", text.Text{ZH: "代码 {code} 写了两次", EN: "the code {code} stands twice"}.Fill(text.Args{"code": string(row.Code)}))
		}
		if invented(row.Code) != f.Sample {
			add(path+".code", text.Text{
				ZH: "{code}：XA 至 XZ 只用于虚构地点，虚构地点只能写在标有 sample: true 的文件中",
				EN: "{code}: XA to XZ are for invented places, and these stand only in a file marked sample: true",
			}.Fill(text.Args{"code": string(row.Code)}))
		}
		t.places[row.Code] = Place{
			Code: row.Code, Name: text.Text{ZH: row.ZH, EN: row.EN}, Kind: row.Kind,
			Continent: row.Continent, Groups: row.Groups, Sample: f.Sample,
		}
	}
	if err := faults.OrNil(); err != nil {
		return nil, err
	}
	return t, nil
}

// Join gives one table with the places of all; where several have a code, the last one counts.
func Join(tables ...*Table) *Table {
	all := &Table{places: map[Code]Place{}}
	for _, t := range tables {
		for code, p := range t.places {
			all.places[code] = p
		}
	}
	return all
}

// Find gives the place of a code; ok is false when there is none.
func (t *Table) Find(c Code) (p Place, ok bool) {
	p, ok = t.places[c]
	return p, ok
}

// Name gives what a place is called, or its code when the table does not have it.
func (t *Table) Name(c Code) text.Text {
	if p, ok := t.places[c]; ok {
		return p.Name
	}
	return text.Text{ZH: string(c), EN: string(c)}
}

// All lists the places in the order of their codes.
func (t *Table) All() []Place {
	all := make([]Place, 0, len(t.places))
	for _, p := range t.places {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Place) int {
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	return all
}

func isCode(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

func invented(c Code) bool { return len(c) == 2 && c[0] == 'X' }

func shortened(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
