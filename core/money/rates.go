package money

import (
	"slices"
	"strconv"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/place"
	"chancery/core/strict"
	"chancery/core/text"
)

// The rows of the table that stand for more than the cities they name.
const (
	OtherCities = "其他城市" // every city of the place without a row of its own
	Everywhere  = "全境"   // the whole place
)

// Rate is the travel money of one city or place, each amount per person and day (lodging: and night).
type Rate struct {
	Place    place.Code `json:"place"`
	City     string     `json:"city"` // as the table has it: a city, 其他城市 or 全境
	Currency Currency   `json:"currency"`
	Lodging  Amount     `json:"lodging"` // the most that is paid
	Food     Amount     `json:"food"`
	Misc     Amount     `json:"misc"`
	Row      int        `json:"row"` // its number in the printed table; 0: none
	Note     string     `json:"note,omitempty"`
	Sample   bool       `json:"sample,omitempty"` // of an invented place
}

// Edition is one issue of the table.
type Edition struct {
	Edition        string              `json:"edition"` // its short name, such as 434
	Document       text.Text           `json:"document"`
	Number         string              `json:"number"` // the document's number
	Source         string              `json:"source"`
	From           calendar.Day        `json:"from"`            // the first day it is in force
	FromConfidence calendar.Confidence `json:"from_confidence"` // how well that day is established
	Confidence     calendar.Confidence `json:"confidence"`      // how well the figures are
	Note           text.Text           `json:"note,omitzero"`
}

// Rates is the table of travel money in all its editions.
type Rates struct {
	editions []Edition // oldest first
	rates    map[string]map[place.Code]map[string]Rate
}

// File is one file of the table as it was found.
type File struct {
	Name string
	Data []byte
}

type ratesFile struct {
	Head   *Edition `json:"head"`
	Rows   []row    `json:"rows"`
	Of     string   `json:"edition"`
	Sample bool     `json:"sample"`
}

type row struct {
	Row      int        `json:"row"`
	Place    place.Code `json:"place"`
	Cities   []string   `json:"cities"`
	Currency Currency   `json:"currency"`
	Lodging  string     `json:"lodging"`
	Food     string     `json:"food"`
	Misc     string     `json:"misc"`
	Note     string     `json:"note"`
}

// ParseRates reads the files of the table, in any order: each names its edition; one of an edition's files holds its head
// (document, source, first day), the others rows. Faults, all together: what package strict refuses, an edition without
// head or with two, two editions from one day, an incomplete row, a city that stands twice, an amount that is none.
func ParseRates(files ...File) (*Rates, error) {
	r := &reader{rates: &Rates{rates: map[string]map[place.Code]map[string]Rate{}}, heads: map[string]fault.Place{}, wanted: map[string]*fault.Fault{}}
	for _, f := range files {
		if err := r.file(f); err != nil {
			return nil, err
		}
	}
	r.finish()
	if err := r.faults.OrNil(); err != nil {
		return nil, err
	}
	return r.rates, nil
}

// For gives the rate of a city on a day and the edition it is from: the city's own row, else that for other cities, else
// that for the whole place, in the newest edition in force that day. A city is matched as the table writes it, and also
// with or without 市 or 城 at its end. ok is false when no edition is in force or the edition has no rate for the place.
func (r *Rates) For(p place.Code, city string, on calendar.Day) (rate Rate, edition string, ok bool) {
	e, ok := r.EditionOn(on)
	if !ok {
		return Rate{}, "", false
	}
	cities := r.rates[e.Edition][p]
	for _, name := range append(spellings(city), OtherCities, Everywhere) {
		if rate, ok := cities[name]; ok {
			return rate, e.Edition, true
		}
	}
	return Rate{}, "", false
}

// EditionOn gives the edition in force on a day; ok is false before the first and for no day.
func (r *Rates) EditionOn(on calendar.Day) (e Edition, ok bool) {
	if on.IsZero() {
		return Edition{}, false
	}
	for _, next := range r.editions {
		if next.From <= on {
			e, ok = next, true
		}
	}
	return e, ok
}

// Editions lists the editions, oldest first.
func (r *Rates) Editions() []Edition { return slices.Clone(r.editions) }

// Rows lists the rates of an edition, one for each city named, in the order of the printed table, samples last.
func (r *Rates) Rows(edition string) []Rate {
	var rows []Rate
	for _, cities := range r.rates[edition] {
		for _, rate := range cities {
			rows = append(rows, rate)
		}
	}
	slices.SortFunc(rows, func(a, b Rate) int {
		switch {
		case a.Sample != b.Sample && a.Sample:
			return 1
		case a.Sample != b.Sample:
			return -1
		case a.Row != b.Row:
			return a.Row - b.Row
		case a.Place != b.Place:
			return strings.Compare(string(a.Place), string(b.Place))
		}
		return strings.Compare(a.City, b.City)
	})
	return rows
}

func spellings(city string) []string {
	city = strings.TrimSpace(city)
	if city == "" {
		return nil
	}
	names := []string{city}
	for _, end := range []string{"市", "城"} {
		if bare, cut := strings.CutSuffix(city, end); cut && bare != "" {
			names = append(names, bare)
		}
	}
	return append(names, city+"市")
}

type reader struct {
	rates  *Rates
	heads  map[string]fault.Place  // where an edition's head stands
	wanted map[string]*fault.Fault // what to say of an edition should no head come
	faults fault.List
}

func (r *reader) file(f File) error {
	doc, err := strict.Parse(f.Name, f.Data, strict.DefaultLimits())
	if err == nil {
		var content ratesFile
		if err = doc.Decode(&content); err == nil {
			r.take(doc, content)
			return nil
		}
	}
	list := fault.All(err)
	if len(list) == 0 {
		return err
	}
	r.faults = append(r.faults, list...)
	return nil
}

func (r *reader) take(doc *strict.Document, f ratesFile) {
	add := func(path string, t text.Text) {
		r.faults = append(r.faults, fault.New(fault.Invalid, path, t).At(doc.At(path)))
	}
	if f.Head != nil {
		r.head(doc, *f.Head, add)
	}
	if f.Of == "" {
		if len(f.Rows) > 0 {
			add("edition", text.Text{ZH: "须写明 edition（属于哪一版）", EN: "edition is missing: say to which edition the rows belong"})
		}
		return
	}
	r.wanted[f.Of] = fault.New(fault.Invalid, "edition", text.Text{
		ZH: "没有「{name}」这一版的 head（文件、出处、施行日）", EN: "no file holds the head (document, source, first day) of the edition '{name}'",
	}.Fill(text.Args{"name": f.Of})).At(doc.At("edition"))
	for i, row := range f.Rows {
		r.row(f, row, "rows["+strconv.Itoa(i)+"]", add)
	}
}

func (r *reader) head(doc *strict.Document, e Edition, add func(string, text.Text)) {
	if e.Edition == "" || e.Document.ZH == "" || e.Source == "" || e.From.IsZero() || e.Confidence == "" || e.FromConfidence == "" {
		add("head", text.Text{
			ZH: "edition、document、source、from、from_confidence、confidence 均须填写",
			EN: "edition, document, source, from, from_confidence and confidence must all be filled in",
		})
		return
	}
	for _, other := range r.rates.editions {
		if other.Edition == e.Edition || other.From == e.From {
			add("head", text.Text{
				ZH: "与「{other}」版重名或同日施行（另见 {at}）",
				EN: "has the name or the first day of the edition '{other}' (see {at})",
			}.Fill(text.Args{"other": other.Edition, "at": r.heads[other.Edition]}))
			return
		}
	}
	r.heads[e.Edition] = doc.At("head")
	r.rates.editions = append(r.rates.editions, e)
}

func (r *reader) row(f ratesFile, row row, path string, add func(string, text.Text)) {
	if row.Place == "" || len(row.Cities) == 0 || row.Currency == "" {
		add(path, text.Text{ZH: "place、cities、currency 均须填写", EN: "place, cities and currency must all be filled in"})
		return
	}
	rate := Rate{Place: row.Place, Currency: row.Currency, Row: row.Row, Note: row.Note, Sample: f.Sample}
	amount := func(key, said string) Amount {
		a, err := Parse(said, row.Currency)
		for _, found := range fault.All(err) {
			add(path+"."+key, found.Text)
		}
		if a.Minor < 0 {
			add(path+"."+key, text.Text{ZH: "标准不能为负数", EN: "a rate cannot be below nothing"})
		}
		return a
	}
	rate.Lodging, rate.Food, rate.Misc = amount("lodging", row.Lodging), amount("food", row.Food), amount("misc", row.Misc)
	edition := r.rates.rates[f.Of]
	if edition == nil {
		edition = map[place.Code]map[string]Rate{}
		r.rates.rates[f.Of] = edition
	}
	if edition[row.Place] == nil {
		edition[row.Place] = map[string]Rate{}
	}
	for _, city := range row.Cities {
		if _, twice := edition[row.Place][city]; twice {
			add(path+".cities", text.Text{
				ZH: "{place} 的「{city}」写了两次", EN: "{city} of {place} stands twice",
			}.Fill(text.Args{"place": string(row.Place), "city": city}))
		}
		rate.City = city
		edition[row.Place][city] = rate
	}
}

func (r *reader) finish() {
	for edition, headless := range r.wanted {
		if _, ok := r.heads[edition]; !ok {
			r.faults = append(r.faults, headless)
		}
	}
	slices.SortFunc(r.rates.editions, func(a, b Edition) int { return int(a.From) - int(b.From) })
	r.faults.Sort()
}
