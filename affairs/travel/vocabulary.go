package travel

import (
	"reflect"
	"slices"

	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/place"
	"chancery/core/rule"
)

// Traveller is a member of the delegation as rules see one, with what is counted about the person.
type Traveller struct {
	Name              string       `json:"name"`
	Unit              string       `json:"unit"`
	Post              string       `json:"post"`
	Rank              Rank         `json:"rank"` // without -deputy
	Deputy            bool         `json:"deputy"`
	Level             int          `json:"level"`
	Leader            bool         `json:"leader"`
	Role              Role         `json:"role"`
	Duties            []Duty       `json:"duties"`
	Team              string       `json:"team"`
	Head              bool         `json:"head"`
	Retired           bool         `json:"retired"`
	Rehired           bool         `json:"rehired"`
	Born              calendar.Day `json:"born"`
	Age               int          `json:"age"`
	Cleared           bool         `json:"cleared"`
	Barred            bool         `json:"barred"`
	Tags              []Trait      `json:"tags"`
	Document          Document     `json:"document"`
	NoTask            bool         `json:"no_task"`
	TermFrom          calendar.Day `json:"term_from"`
	Justification     string       `json:"justification"`
	Staff             Staff        `json:"staff"`
	Fits              bool         `json:"fits"`
	NamedInLetter     bool         `json:"named_in_letter"`
	Briefed           bool         `json:"briefed"`
	HealthGuaranteed  bool         `json:"health_guaranteed"`
	SecrecyReviewed   bool         `json:"secrecy_reviewed"`
	SecrecyUndertaken bool         `json:"secrecy_undertaken"`
	SecrecyConsented  bool         `json:"secrecy_consented"`

	past []PastTrip
	exit calendar.Day
}

// Travellers gives the members as rules see them.
func Travellers(a form.Application) []*Traveller {
	var (
		exit     = form.Get[Itinerary](a.Answers, "itinerary").Exit
		tasks    = form.Get[Purpose](a.Answers, "purpose").Tasks
		letter   = form.Get[Inviter](a.Answers, "inviter").Letter
		in       = func(block, name string) bool { return slices.Contains(form.Get[[]string](a.Answers, block), name) }
		promised = form.Get[Undertakings](a.Answers, "undertakings").Secrecy
		out      []*Traveller
	)
	for _, m := range form.Get[[]Member](a.Answers, "delegation") {
		t := &Traveller{
			Name: m.Name, Unit: m.Unit, Post: m.Post, Rank: m.Rank.Base(), Deputy: m.Rank.Base() != m.Rank, Level: m.Rank.Level(),
			Leader: m.Leader, Role: m.Role, Duties: m.Duties, Team: m.Team, Head: m.Head, Retired: m.Retired, Rehired: m.Rehired,
			Born: m.Born, Age: age(m.Born, exit), Cleared: m.Cleared, Barred: m.Barred, Tags: m.Tags, Document: m.Document,
			NoTask: m.NoTask, TermFrom: m.TermFrom, Justification: m.Justification, Staff: m.Staff, NamedInLetter: slices.Contains(letter.Names, m.Name),
			Briefed: in("briefing", m.Name), HealthGuaranteed: in("health_guarantee", m.Name), SecrecyReviewed: in("secrecy_review", m.Name),
			SecrecyConsented: in("secrecy_consents", m.Name), SecrecyUndertaken: slices.Contains(promised, m.Name),
			past: m.Past, exit: exit,
		}
		t.Fits = slices.ContainsFunc(m.Duties, func(d Duty) bool { return slices.Contains(tasks, d) })
		out = append(out, t)
	}
	return out
}

// age is the age in full years on a day; zero when either is not known.
func age(born, on calendar.Day) int {
	if born.IsZero() || on.IsZero() {
		return 0
	}
	years := on.Year() - born.Year()
	if on.Month() < born.Month() || (on.Month() == born.Month() && on.DayOfMonth() < born.DayOfMonth()) {
		years--
	}
	return years
}

// The two forms in which trips at bureau level are counted (山东省2013年规定: 两年一次，或一届两次).
const (
	RollingForm = "rolling" // over so many calendar months before the trip
	TermForm    = "term"    // over the present term of office
)

// CountedFrom is the first day of those over which trips are counted: the day on
// which the term of office began, or so many months before this trip's exit day.
// There is none where the term is not known.
func (t *Traveller) CountedFrom(form string, months int) calendar.Day {
	if form != TermForm {
		return t.exit.AddMonths(-months)
	}
	return t.TermFrom
}

// TripsCounted counts the past general-track trips whose exit day lies in the days
// over which is counted, this trip's exit day itself excluded.
func (t *Traveller) TripsCounted(form string, months int) int {
	from := t.CountedFrom(form, months)
	n := 0
	for _, p := range t.past {
		if general(p) && !from.IsZero() && p.Exit >= from && p.Exit < t.exit {
			n++
		}
	}
	return n
}

// TripsInYear counts the past general-track trips whose exit day lies in the calendar
// year of this trip's exit day, those that are approved for later in the year with them; another on that very day is this one.
func (t *Traveller) TripsInYear() int {
	n := 0
	for _, p := range t.past {
		if general(p) && p.Exit.Year() == t.exit.Year() && p.Exit != t.exit {
			n++
		}
	}
	return n
}

func general(p PastTrip) bool { return p.Track == "" || p.Track == "general" }

// StayView is a stay as rules see one.
type StayView struct {
	Place   place.Code   `json:"place"`
	City    string       `json:"city"`
	Arrive  calendar.Day `json:"arrive"`
	Leave   calendar.Day `json:"leave"`
	Airside bool         `json:"airside"`
	// Days counts from the day of arrival to the day of leaving, both included.
	Days int `json:"days"`
}

// Vocabulary is what rules about trips may speak of.
func Vocabulary(cal *calendar.Calendar) rule.Vocabulary {
	v := rule.Vocabulary{
		Variables: []rule.Variable{
			rule.NewVariable[calendar.Day]("day"),
			rule.NewVariable[calendar.Day]("today"),
			rule.NewVariable[Trip]("trip"),
		},
		Person: reflect.TypeFor[Traveller](),
		Stay:   reflect.TypeFor[StayView](),
		Subject: func(element any) string {
			switch e := element.(type) {
			case *Traveller:
				return e.Name
			case *StayView:
				if e.City != "" {
					return string(e.Place) + " " + e.City
				}
				return string(e.Place)
			}
			return ""
		},
		Functions: functions(cal),
		Facts: []rule.Variable{
			rule.NewVariable[[]string]("overlapping_filings"),
			rule.NewVariable[[]string]("team_same_country"),
			rule.NewVariable[[]string]("team_abroad"),
			rule.NewVariable[bool]("team_heads_abroad"),
			rule.NewVariable[int]("plan_left"),
			rule.NewVariable[[]string]("unit_overdue_documents"),
			rule.NewVariable[[]string]("leader_overdue_reports"),
		},
	}
	for _, b := range Blocks() {
		if b.Name != "track" {
			v.Variables = append(v.Variables, rule.Variable{Name: b.Name, Type: b.Type})
		}
	}
	return v
}

func functions(cal *calendar.Calendar) []rule.Function {
	traveller := reflect.TypeFor[Traveller]()
	number := reflect.TypeFor[int]()
	person := func(v any) *Traveller {
		if t, ok := v.(*Traveller); ok {
			return t
		}
		return &Traveller{}
	}
	counting := []reflect.Type{traveller, reflect.TypeFor[string](), number}
	counted := func(a []any) (string, int) {
		form, _ := a[1].(string)
		months, _ := a[2].(int64)
		return form, int(months)
	}
	return append(rule.DayFunctions(cal),
		rule.Function{Name: "trips_counted", Args: counting, Result: number, Call: func(a []any) any {
			form, months := counted(a)
			return person(a[0]).TripsCounted(form, months)
		}},
		rule.Function{Name: "counted_from", Args: counting, Result: reflect.TypeFor[calendar.Day](), Call: func(a []any) any {
			form, months := counted(a)
			return person(a[0]).CountedFrom(form, months)
		}},
		rule.Function{Name: "tagged", Args: []reflect.Type{traveller, reflect.TypeFor[string]()}, Result: reflect.TypeFor[bool](), Call: func(a []any) any {
			tag, _ := a[1].(string)
			return slices.Contains(person(a[0]).Tags, Trait(tag))
		}},
		rule.Function{Name: "trips_in_year", Args: []reflect.Type{traveller}, Result: number, Call: func(a []any) any {
			return person(a[0]).TripsInYear()
		}},
	)
}

// Values gives the variables of one application on the day of an act.
func Values(a form.Application, today calendar.Day, w World) (rule.Values, Trip) {
	trip := Derive(a, today, w)
	v := rule.Values{Variables: map[string]any{"day": a.Filed, "today": today, "trip": &trip}}
	for _, b := range Blocks() {
		if got, ok := a.Answers[b.Name]; ok {
			v.Variables[b.Name] = got
		} else {
			v.Variables[b.Name] = reflect.Zero(b.Type).Interface()
		}
	}
	for _, t := range Travellers(a) {
		v.Persons = append(v.Persons, t)
	}
	for _, s := range form.Get[Itinerary](a.Answers, "itinerary").Stays {
		view := &StayView{Place: s.Place, City: s.City, Arrive: s.Arrive, Leave: s.Leave, Airside: s.Airside}
		if !s.Arrive.IsZero() && !s.Leave.IsZero() {
			view.Days = s.Arrive.DaysUntil(s.Leave) + 1
		}
		v.Stays = append(v.Stays, view)
	}
	return v, trip
}

// Derived is what an answer shows of the counting.
type Derived struct {
	DaysAbroad       int          `json:"days_abroad"`
	Places           []place.Code `json:"places"`
	SubstantiveShare string       `json:"substantive_share"`
	Track            Track        `json:"track"`
	NoticeEarliest   calendar.Day `json:"notice_earliest,omitempty"`
	Allowance        []Allowance  `json:"allowance"`
	// MissingRates are places that the table of travel money does not have.
	MissingRates []place.Code `json:"missing_rates,omitempty"`
}

// Derived gives what an answer shows.
func (t Trip) Derived() Derived {
	d := Derived{
		DaysAbroad: t.Days, Places: t.Places, SubstantiveShare: t.Share, Track: t.Track, NoticeEarliest: t.NoticeEarliest,
		Allowance: t.Allowances, MissingRates: t.MissingRates,
	}
	if d.Places == nil {
		d.Places = []place.Code{}
	}
	if d.Allowance == nil {
		d.Allowance = []Allowance{}
	}
	return d
}
