package rule

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"chancery/core/calendar"
	"chancery/core/fault"
)

// The tests speak of a small world: a journey with days and people.
type journey struct {
	Days  int          `json:"days"`
	Exit  calendar.Day `json:"exit"`
	Route []string     `json:"route"`
}

type walker struct {
	Name string `json:"name"`
	Age  int    `json:"age"`
}

func smallWorld() map[string]Vocabulary {
	return map[string]Vocabulary{"walk": {
		Variables: []Variable{NewVariable[journey]("trip"), NewVariable[calendar.Day]("today")},
		Person:    reflect.TypeFor[walker](),
		Subject:   func(e any) string { return e.(*walker).Name },
		Facts:     []Variable{NewVariable[[]string]("others")},
	}}
}

// library builds a folder of books from «file: text» pairs, the header and an empty list of parameters given.
func library(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, content := range files {
		out["rulebooks/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	for _, b := range []struct{ name, level string }{{"top", "national"}, {"low", "provincial"}, {"unit", "unit"}} {
		used := false
		for name := range files {
			used = used || strings.HasPrefix(name, b.name+"/")
		}
		if !used {
			continue
		}
		out["rulebooks/"+b.name+"/book.yaml"] = &fstest.MapFile{Data: []byte(fmt.Sprintf(`name: %s
title: {zh: 书, en: Book}
issuer: {zh: 某, en: Somebody}
level: %s
kind: test
procedure: walk
documents: [{number: "一", title: {zh: 一, en: One}, confidence: T}]
`, b.name, b.level))}
		if _, ok := out["rulebooks/"+b.name+"/parameters.yaml"]; !ok {
			out["rulebooks/"+b.name+"/parameters.yaml"] = &fstest.MapFile{Data: []byte("[]")}
		}
	}
	return out
}

const daysParameter = `- name: max_days
  title: {zh: 天数, en: Days}
  unit: day
  type: int
  tighter: lower
  values:
    - {from: 2010-01-01, value: 8, source: s, confidence: T}
    - {from: 2020-01-01, value: 5, source: s, confidence: T}
    - {from: 2021-01-01, value: 3, source: s, confidence: U}
`

func daysArticle(change ...string) string {
	a := `id: D-01
title: {zh: 天数, en: Days}
kind: limit
gate: application
editions: [{from: 2010-01-01, document: "一", article: "1", confidence: T, source: s}]
text: {zh: 文, en: text}
measure: {value: 'trip.days', limit: 'param.max_days', unit: day}
outcomes:
  - {if: 'value > limit', status: stop, say: {zh: "{value} 天，上限 {limit} 天", en: "{value} {value|day|days}, at most {limit}"}}
ok: {zh: 符合, en: met}
examples: [{name: {zh: 例, en: example}, base: b, expect: {status: ok}}]
`
	return strings.NewReplacer(change...).Replace(a)
}

func day(t testing.TB, s string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func load(t testing.TB, files map[string]string) *Books {
	t.Helper()
	b, err := Load(library(files), "rulebooks", smallWorld())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func evaluate(t testing.TB, b *Books, on string, trip journey, people ...*walker) Evaluation {
	t.Helper()
	v := Values{Variables: map[string]any{"trip": &trip, "today": day(t, on)}}
	for _, p := range people {
		v.Persons = append(v.Persons, p)
	}
	e, err := b.Evaluate(Request{Procedure: "walk", Day: day(t, on), Gate: Approval, Values: v})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTheValueInForceOnTheFilingDaySpeaks(t *testing.T) {
	t.Parallel()
	b := load(t, map[string]string{"top/parameters.yaml": daysParameter, "top/articles/D-01.yaml": daysArticle()})
	for _, c := range []struct {
		on      string
		verdict Status
		limit   string
	}{{"2019-12-31", OK, "8"}, {"2020-01-01", Stop, "5"}, {"2026-01-01", Stop, "5"}} {
		e := evaluate(t, b, c.on, journey{Days: 6})
		if e.Verdict != c.verdict || e.Findings[0].Limit.Value != c.limit {
			t.Errorf("on %s: %s against %s, want %s against %s", c.on, e.Verdict, e.Findings[0].Limit.Value, c.verdict, c.limit)
		}
	}
	if e := evaluate(t, b, "2009-12-31", journey{Days: 99}); len(e.Findings) != 0 {
		t.Errorf("an article spoke before it was in force: %+v", e.Findings)
	}
}

func TestWhatNobodyConfirmedNeverSpeaks(t *testing.T) {
	t.Parallel()
	b := load(t, map[string]string{"top/parameters.yaml": daysParameter, "top/articles/D-01.yaml": daysArticle("confidence: T, source", "confidence: U, source")})
	e := evaluate(t, b, "2026-01-01", journey{Days: 99})
	if e.Verdict != OK || len(e.Findings) != 0 || len(e.Drafts) != 2 {
		t.Errorf("verdict %s, %d findings, %d drafts", e.Verdict, len(e.Findings), len(e.Drafts))
	}
}

func TestAPersonIsNamedWhenTheRuleIsAboutPersons(t *testing.T) {
	t.Parallel()
	b := load(t, map[string]string{"top/articles/D-01.yaml": daysArticle("gate: application", "scope: person", "trip.days", "member.age", "'param.max_days'", "'70'",
		"{value} 天", "{names}", "{value} {value|day|days}", "{names} ({value})")})
	e := evaluate(t, b, "2026-01-01", journey{}, &walker{"甲", 60}, &walker{"乙", 71}, &walker{"丙", 80})
	f := e.Findings[0]
	if f.Status != Stop || fmt.Sprint(f.Subjects) != "[乙 丙]" || f.Say.EN != "乙, 丙 (71), at most 70" {
		t.Errorf("%+v", f)
	}
}

func TestAFactThatNoRegisterAnswersLeavesTheRuleUnanswered(t *testing.T) {
	t.Parallel()
	b := load(t, map[string]string{"top/articles/D-01.yaml": daysArticle("measure:", "facts: [others]\nmeasure:", "trip.days", "fact.others.size()", "'param.max_days'", "'0'")})
	e := evaluate(t, b, "2026-01-01", journey{})
	if len(e.Findings) != 0 || len(e.Unanswered) != 1 {
		t.Errorf("%d findings, %d unanswered", len(e.Findings), len(e.Unanswered))
	}
	e, err := b.Evaluate(Request{
		Procedure: "walk", Day: day(t, "2026-01-01"), Gate: Approval, Facts: Facts{"others": []string{"x"}},
		Values: Values{Variables: map[string]any{"trip": &journey{}}},
	})
	if err != nil || e.Verdict != Stop {
		t.Errorf("%s, %v", e.Verdict, err)
	}
}

// TestABadCheckIsRefusedWhenItsBookIsLoaded holds S-17's first half: what cannot be evaluated safely never loads.
func TestABadCheckIsRefusedWhenItsBookIsLoaded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, want string }{
		"a field that does not exist": {"trip.days", "trip.dayz", "undefined field 'dayz'"},
		"a parameter misspelt":        {"param.max_days", "param.max_dayz", "undeclared reference"},
		"unlike types":                {"value > limit", "value > today", "no matching overload"},
		"not a yes or no":             {"value > limit", "value + limit", "must be a yes or no"},
		"too costly": {
			"value > limit",
			"trip.route.exists(a, trip.route.exists(b, trip.route.exists(c, trip.route.exists(d, a + b + c + d == \"x\"))))", "costs too much",
		},
		"an unknown key":        {"kind: limit", "kind: limit\nstatus: stop", "status"},
		"a word outside a list": {"status: stop", "status: forbid", "forbid"},
		"no example":            {"examples: [{name: {zh: 例, en: example}, base: b, expect: {status: ok}}]", "examples: []", "no example"},
		"no source":             {"source: s", "source: \"\"", "no source"},
		"an unknown document":   {`document: "一"`, `document: "二"`, "not among the documents"},
		"making a value":        {"value > limit", "rule.journey{days: 3}.days > limit", "cannot make a value"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(library(map[string]string{"top/parameters.yaml": daysParameter, "top/articles/D-01.yaml": daysArticle(c.from, c.to)}), "rulebooks", smallWorld())
			faults := fault.All(err)
			if len(faults) == 0 {
				t.Fatalf("it was loaded (%v)", err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says %q, want something of %q", err, c.want)
			}
			if !strings.Contains(faults[0].Place.File, "D-01.yaml") || faults[0].Place.Line == 0 {
				t.Errorf("it does not say where: %+v", faults[0].Place)
			}
		})
	}
}

func TestALowerBookThatLoosensIsRefused(t *testing.T) {
	t.Parallel()
	_, err := Load(library(map[string]string{
		"top/parameters.yaml": daysParameter, "top/articles/D-01.yaml": daysArticle(),
		"low/parameters.yaml": strings.Replace(daysParameter, "value: 5", "value: 9", 1), "low/articles/P-01.yaml": strengthening,
	}), "rulebooks", smallWorld())
	if err == nil || !strings.Contains(err.Error(), "may only tighten") {
		t.Errorf("got %v", err)
	}
}

const strengthening = `id: P-01
title: {zh: 从严, en: Stricter}
kind: limit
strengthens: D-01
editions: [{from: 2010-01-01, document: "一", article: "2", confidence: T, source: s}]
text: {zh: 文, en: text}
examples: [{name: {zh: 例, en: example}, base: b, expect: {status: ok}}]
`

// TestTheStrictestOfLayersCounts puts random limits in three layers against an
// oracle: the least of the limits in force decides, and is the one cited.
func TestTheStrictestOfLayersCounts(t *testing.T) {
	t.Parallel()
	parameter := func(n int) string {
		return fmt.Sprintf("- {name: max_days, title: {zh: 天, en: d}, type: int, tighter: lower, values: [{from: 2010-01-01, value: %d, source: s, confidence: T}]}\n", n)
	}
	rapid.Check(t, func(rt *rapid.T) {
		top := rapid.IntRange(1, 12).Draw(rt, "national")
		low := rapid.IntRange(1, top).Draw(rt, "provincial")
		unit := rapid.IntRange(1, top).Draw(rt, "unit")
		days := rapid.IntRange(1, 14).Draw(rt, "days")
		if unit > low {
			unit = low
		}
		b := load(t, map[string]string{
			"top/parameters.yaml": parameter(top), "top/articles/D-01.yaml": daysArticle(),
			"low/parameters.yaml": parameter(low), "low/articles/P-01.yaml": strengthening,
			"unit/parameters.yaml": parameter(unit), "unit/articles/U-01.yaml": strings.Replace(strengthening, "P-01", "U-01", 1),
		})
		e := evaluate(t, b, "2026-01-01", journey{Days: days})
		if len(e.Findings) != 1 || len(e.Findings[0].Also) != 2 {
			rt.Fatalf("one matter, three layers: %+v", e.Findings)
		}
		f := e.Findings[0]
		if want := min(top, low, unit); f.Limit.Value != fmt.Sprint(want) || (f.Status == Stop) != (days > want) {
			rt.Fatalf("%d days against %d/%d/%d: %s, limit %s", days, top, low, unit, f.Status, f.Limit.Value)
		}
	})
}

// TestS17HostileChecksEndQuickly runs what a hostile author would write: it is
// refused at load, or stopped by the limit, and never takes long.
func TestS17HostileChecksEndQuickly(t *testing.T) {
	t.Parallel()
	route := make([]string, 5000)
	for i := range route {
		route[i] = strings.Repeat("长", 50)
	}
	for _, expr := range []string{
		`trip.route.exists(a, trip.route.exists(b, a == b + "x"))`,
		`trip.route.all(a, a.matches("(x+x+)+y"))`,
		`trip.route.map(a, a + a).exists(b, b.contains("xyz"))`,
		`[1,2,3].all(a, [1,2,3].all(b, [1,2,3].all(c, a + b + c < 100)))`,
		strings.Repeat("(", 300) + "true" + strings.Repeat(")", 300),
		`"x".size() > ` + strings.Repeat("1 + ", 2000) + "1",
	} {
		begin := time.Now()
		b, err := Load(library(map[string]string{"top/parameters.yaml": daysParameter, "top/articles/D-01.yaml": daysArticle("value > limit", strings.ReplaceAll(expr, "'", "''"))}), "rulebooks", smallWorld())
		if err == nil {
			_, err = b.Evaluate(Request{
				Procedure: "walk", Day: day(t, "2026-01-01"), Gate: Approval,
				Values: Values{Variables: map[string]any{"trip": &journey{Route: route}}},
			})
		}
		if took := time.Since(begin); took > 2*time.Second { // fifty milliseconds on a quiet machine; the limit leaves room for a busy one
			t.Errorf("%.40s… took %v (%v)", expr, took, err)
		}
	}
}
