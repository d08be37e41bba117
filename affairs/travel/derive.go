package travel

import (
	"fmt"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/place"
)

// World is what counting needs to know of the world.
type World struct {
	Calendar *calendar.Calendar
	Places   *place.Table
	Rates    *money.Rates
}

// Trip is what is counted from an application; rules speak of it as `trip`.
type Trip struct {
	// Track is the one the trip is judged on; DeclaredTrack the one it was filed under.
	Track             Track             `json:"track"`
	DeclaredTrack     Track             `json:"declared_track"`
	EvidenceOK        bool              `json:"evidence_ok"`
	OutsideDefinition []string          `json:"outside_definition"`
	Exit              calendar.Day      `json:"exit"`
	Entry             calendar.Day      `json:"entry"`
	Days              int               `json:"days"`
	Places            []place.Code      `json:"places"`
	Countries         int               `json:"countries"`
	Size              int               `json:"size"`
	Official          int               `json:"official"`
	Working           int               `json:"working"`
	Share             string            `json:"share"`
	MissingHalfDays   []Half            `json:"missing_half_days"`
	ProgrammeGaps     []Gap             `json:"programme_gaps"`
	Continents        []place.Continent `json:"continents"`
	LatinOrAfrica     bool              `json:"latin_or_africa"`
	PoorConnection    bool              `json:"poor_connection"`
	HKMacaoOnly       bool              `json:"hk_macao_only"`
	Taiwan            bool              `json:"taiwan"`
	Leaders           int               `json:"leaders"`
	Leader            string            `json:"leader"`
	LeaderRank        Rank              `json:"leader_rank"`
	RankGap           int               `json:"rank_gap"`
	Ministerial       bool              `json:"ministerial"`
	OtherUnits        []string          `json:"other_units"`
	MissingConsents   []string          `json:"missing_consents"`
	NoticeDays        int               `json:"notice_days"`
	NoticeEarliest    calendar.Day      `json:"notice_earliest"`
	NoticeProvisional bool              `json:"notice_provisional"`
	NoticeMissing     []NoticeField     `json:"notice_missing"`
	NoticeElsewhere   []string          `json:"notice_elsewhere"`
	NoticeExempt      bool              `json:"notice_exempt"`
	LeadDays          int               `json:"lead_days"`
	TeamsDoubled      []string          `json:"teams_doubled"`
	LetterMissing     []LetterPart      `json:"letter_missing"`
	LodgingOver       string            `json:"lodging_over"`
	LodgingCap        string            `json:"lodging_cap"`
	MissingRates      []place.Code      `json:"missing_rates"`
	BanquetsOver      []DayIn           `json:"banquets_over"`
	CabinsOver        []string          `json:"cabins_over"`
	ForeignFares      []string          `json:"foreign_fares"`
	LegsUnapproved    []string          `json:"legs_unapproved"`
	Changed           []Difference      `json:"changed"`
	RedEyeOnly        bool              `json:"red_eye_only"`
	Allowances        []Allowance       `json:"-"`
}

// noticeTerm is the length of the public notice from which the earliest filing
// day is told, in working days. The rule itself compares NoticeDays with its own parameter.
const noticeTerm = 5

// Derive counts a trip. today is the day of the act that is being checked: the
// filing day, or later the day of a decision.
func Derive(a form.Application, today calendar.Day, w World) Trip {
	var (
		it      = form.Get[Itinerary](a.Answers, "itinerary")
		members = form.Get[[]Member](a.Answers, "delegation")
		t       Trip
	)
	t.Exit, t.Entry, t.Size = it.Exit, it.Entry, len(members)
	t.Days = DaysAbroad(it)
	t.countPlaces(it, w.Places)
	t.countHalfDays(it)
	t.judgeTrack(a, members)
	t.countPeople(a, members)
	t.countNotice(form.Get[Notice](a.Answers, "notice"), today, w.Calendar)
	t.examineLetter(form.Get[Inviter](a.Answers, "inviter"), it, members)
	t.countMoney(a, it, members, w)
	t.compareActual(form.Get[Actual](a.Answers, "actual"), it, members)
	if !it.Exit.IsZero() && !today.IsZero() {
		t.LeadDays, _ = w.Calendar.WorkingBetween(today, it.Exit)
	}
	return t
}

// DaysAbroad counts from the day exit control is passed to the day entry control
// is passed, both included (中办发〔2013〕16号; 财行〔2013〕516号, article 12). Zero when either is not given.
func DaysAbroad(it Itinerary) int {
	if it.Exit.IsZero() || it.Entry.IsZero() {
		return 0
	}
	return it.Exit.DaysUntil(it.Entry) + 1
}

// Places are the distinct countries and regions of the stays that are not
// airside, in the order in which they are reached.
func Places(it Itinerary) []place.Code {
	var out []place.Code
	for _, s := range it.Stays {
		if s.Place != "" && !s.Airside && !slices.Contains(out, s.Place) {
			out = append(out, s.Place)
		}
	}
	return out
}

func (t *Trip) countPlaces(it Itinerary, table *place.Table) {
	t.PoorConnection = strings.TrimSpace(it.PoorConnection) != ""
	t.HKMacaoOnly = len(Places(it)) > 0
	for _, code := range Places(it) {
		t.Places = append(t.Places, code)
		p, ok := table.Find(code)
		if !ok {
			continue
		}
		if p.Continent != "" && !slices.Contains(t.Continents, p.Continent) {
			t.Continents = append(t.Continents, p.Continent)
		}
		t.LatinOrAfrica = t.LatinOrAfrica || p.In(place.LatinAmerica) || p.In(place.AllAfrica)
		t.HKMacaoOnly = t.HKMacaoOnly && (code == "HK" || code == "MO")
		t.Taiwan = t.Taiwan || code == "TW"
	}
	t.Countries = len(t.Places)
}

// countHalfDays counts the substantive share: half-days of kind official over
// half-days not of kind travel, and lists the half-days without a line.
func (t *Trip) countHalfDays(it Itinerary) {
	seen := map[Half]bool{}
	for _, h := range it.Programme {
		if h.Kind == "official" {
			t.Official++
		}
		if h.Kind != "travel" && h.Kind != "" {
			t.Working++
		}
		seen[halfOf(h.Day, h.Part)] = true
	}
	t.Share = "0.00"
	if t.Working > 0 {
		hundredths := (t.Official*100 + t.Working/2) / t.Working
		t.Share = fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
	}
	if t.Days == 0 || t.Days > 400 {
		return
	}
	for d := it.Exit; d <= it.Entry; d = d.AddDays(1) {
		for _, part := range Part("").Words() {
			if half := halfOf(d, Part(part)); !seen[half] {
				t.MissingHalfDays = append(t.MissingHalfDays, half)
			}
		}
	}
	t.ProgrammeGaps = gaps(t.MissingHalfDays)
}

// judgeTrack: an academic trip without evidence of an academic task, or with
// somebody outside the definition, is judged on the general track (厅字〔2016〕17号).
func (t *Trip) judgeTrack(a form.Application, members []Member) {
	t.DeclaredTrack = form.Get[Track](a.Answers, "track")
	if t.DeclaredTrack == "" {
		t.DeclaredTrack = "general"
	}
	t.Track = t.DeclaredTrack
	t.EvidenceOK = len(form.Get[Academic](a.Answers, "academic").Evidence) > 0
	for _, m := range members {
		if m.Staff == "administrative" {
			t.OutsideDefinition = append(t.OutsideDefinition, m.Name)
		}
	}
	if t.DeclaredTrack == "academic" && (!t.EvidenceOK || len(t.OutsideDefinition) > 0) {
		t.Track = "general"
	}
}

func (t *Trip) countPeople(a form.Application, members []Member) {
	consents := form.Get[[]string](a.Answers, "consents")
	teams := map[string]int{}
	for _, m := range members {
		if m.Leader {
			t.Leaders++
			t.Leader, t.LeaderRank = m.Name, m.Rank
		}
		if m.Team != "" {
			teams[m.Team]++
			if teams[m.Team] == 2 {
				t.TeamsDoubled = append(t.TeamsDoubled, m.Team)
			}
		}
		if m.Unit != "" && m.Unit != a.Unit && a.Unit != "" && !slices.Contains(t.OtherUnits, m.Unit) {
			t.OtherUnits = append(t.OtherUnits, m.Unit)
			if !slices.Contains(consents, m.Unit) {
				t.MissingConsents = append(t.MissingConsents, m.Unit)
			}
			if !slices.Contains(form.Get[Notice](a.Answers, "notice").OtherUnits, m.Unit) {
				t.NoticeElsewhere = append(t.NoticeElsewhere, m.Unit)
			}
		}
		t.Ministerial = t.Ministerial || m.Rank.Level() >= Rank("ministerial").Level()
	}
	if inviter := form.Get[Inviter](a.Answers, "inviter").Rank; inviter != "" && t.LeaderRank != "" {
		t.RankGap = inviter.Level() - t.LeaderRank.Level()
		if t.RankGap < 0 {
			t.RankGap = -t.RankGap
		}
	}
}

// Level orders ranks: staff 1, division 2, bureau 3, ministerial 4, state 5; a
// deputy rank counts as its rank. Zero when it is not given.
func (r Rank) Level() int {
	switch r.Base() {
	case "staff":
		return 1
	case "division":
		return 2
	case "bureau":
		return 3
	case "ministerial":
		return 4
	case "state":
		return 5
	}
	return 0
}

// Base is the rank without "-deputy".
func (r Rank) Base() Rank { return Rank(strings.TrimSuffix(string(r), "-deputy")) }

// countNotice counts the full working days after the day of posting up to the
// day before today, so that the earliest filing day is the day after the fifth.
func (t *Trip) countNotice(n Notice, today calendar.Day, cal *calendar.Calendar) {
	t.NoticeExempt = n.Exemption != ""
	for _, f := range NoticeField("").Words() {
		if !slices.Contains(n.Covers, NoticeField(f)) {
			t.NoticeMissing = append(t.NoticeMissing, NoticeField(f))
		}
	}
	if n.From.IsZero() {
		return
	}
	due := cal.AddWorking(n.From, noticeTerm)
	t.NoticeEarliest = due.Due.AddDays(1)
	t.NoticeProvisional = due.Provisional
	if today > n.From {
		var provisional bool
		t.NoticeDays, provisional = cal.WorkingBetween(n.From, today.AddDays(-1))
		t.NoticeProvisional = t.NoticeProvisional || provisional
	}
}

func (t *Trip) examineLetter(i Inviter, it Itinerary, members []Member) {
	lacks := func(what LetterPart, lacking bool) {
		if lacking {
			t.LetterMissing = append(t.LetterMissing, what)
		}
	}
	l := i.Letter
	named := true
	for _, m := range members {
		named = named && slices.Contains(l.Names, m.Name)
	}
	lacks("signature", !l.Signed)
	lacks("translation", !l.Translated)
	lacks("names", len(l.Names) == 0 || !named)
	first, last := officialSpan(it)
	lacks("dates", l.From.IsZero() || l.To.IsZero() || (!first.IsZero() && (l.From > first || l.To < last)))
	lacks("payer", l.Payer == "")
	lacks("contact", l.Contact == "")
}

// officialSpan is the first and the last day with official business.
func officialSpan(it Itinerary) (first, last calendar.Day) {
	for _, h := range it.Programme {
		if h.Kind != "official" || h.Day.IsZero() {
			continue
		}
		if first.IsZero() || h.Day < first {
			first = h.Day
		}
		last = max(last, h.Day)
	}
	return first, last
}

// compareActual tells what differs from the approval.
func (t *Trip) compareActual(a Actual, it Itinerary, members []Member) {
	if a.Exit.IsZero() && a.Entry.IsZero() && a.Places == nil && a.Members == nil && a.Route == nil {
		return
	}
	differs := func(what Difference, is bool) {
		if is {
			t.Changed = append(t.Changed, what)
		}
	}
	near := func(x, y calendar.Day) bool { d := x.DaysUntil(y); return d >= -1 && d <= 1 }
	exit, entry := !a.Exit.IsZero() && a.Exit != it.Exit, !a.Entry.IsZero() && a.Entry != it.Entry
	differs("exit", exit)
	differs("entry", entry)
	places := Places(it)
	differs("places", a.Places != nil && !sameSet(a.Places, places))
	differs("route", a.Route != nil && !slices.Equal(a.Route, route(it)))
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
	}
	differs("members", a.Members != nil && !sameSet(a.Members, names))
	t.RedEyeOnly = a.RedEye && (exit || entry) && len(t.Changed) > 0 &&
		!slices.ContainsFunc(t.Changed, func(c Difference) bool { return c != "exit" && c != "entry" }) &&
		(!exit || near(a.Exit, it.Exit)) && (!entry || near(a.Entry, it.Entry))
}

// route is the order in which places are reached, transfers included; one after itself is one.
func route(it Itinerary) []place.Code {
	var out []place.Code
	for _, s := range it.Stays {
		out = append(out, s.Place)
	}
	return slices.Compact(out)
}

func sameSet[T ~string](a, b []T) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(slices.Compact(x), slices.Compact(y))
}
