package rule

import (
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"chancery/core/calendar"
)

// TestAReadingGivesWhatCELGivesAtTheSameCost plans expressions twice, with what
// they read taken through slots and by CEL alone: the value, what is wrong with
// it, and the cost that is counted are the same.
func TestAReadingGivesWhatCELGivesAtTheSameCost(t *testing.T) {
	t.Parallel()
	people := []any{&walker{Name: "舟", Age: 9}, &walker{Name: "a name of more than ten letters", Age: 70}}
	values := Values{Persons: people, Variables: map[string]any{
		"trip":  &journey{Days: 12, Exit: calendar.MustDay("2026-10-15"), Route: []string{"哈尔堡", "圣林", "a place of more than ten letters"}},
		"today": calendar.MustDay("2026-01-01"),
	}}
	b := load(t, map[string]string{"top/parameters.yaml": daysParameter, "top/articles/D-01.yaml": daysArticle()})
	book := b.books[0]
	env, err := book.dialect.env(extension{scope: "person"}, cel.Variable("member", cel.ObjectType("rule.walker")))
	if err != nil {
		t.Fatal(err)
	}
	for _, expr := range []string{
		`trip.days`, `trip.days > param.max_days`, `trip.days > param.max_days ? trip.route[0] : "x"`, `today < trip.exit`, `trip.exit`,
		`member.name == "舟"`, `member.name != "舟"`, `member.name == "a name of more than ten letters, and then some"`, `"舟" == member.name`,
		`member.age > 60 || member.name == "舟"`, `!(member.age > 60) && trip.days == 12`, `(member.age > 60 ? trip.days : member.age) + 1`,
		`trip.route.exists(x, x == "圣林" && trip.days > 3)`, `trip.route.filter(x, x != member.name).size()`, `trip.route.exists(trip, trip == "圣林")`,
		`scope.persons.exists(p, p.name == member.name && p.age > 60)`, `scope.persons.all(member, member.age < 80)`,
		`cel.bind(value, trip.days, value + value)`, `has(trip.exit)`, `trip.route[1].startsWith("圣")`, `trip.route[7]`, `trip.days / (trip.days - 12)`,
		`fact.others.size() > 0`, `fact.others.exists(x, x == "a")`, `member.name in trip.route`, `string(trip.days) + "/" + string(param.max_days)`,
	} {
		t.Run(expr, func(t *testing.T) {
			t.Parallel()
			ast, issues := env.Compile(expr)
			if issues.Err() != nil {
				t.Fatal(issues.Err())
			}
			ours, err := book.dialect.plan(env, ast, "person")
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := interpreter.NewInterpreter(book.dialect.functions, env.Container, book.dialect.kinds, book.dialect.kinds,
				interpreter.NewAttributeFactory(env.Container, book.dialect.kinds, book.dialect.kinds)).NewInterpretable(ast.NativeRep(), interpreter.Optimize())
			if err != nil {
				t.Fatal(err)
			}
			for _, facts := range []Facts{nil, {"others": []string{"a", "b"}}} {
				for i := range people {
					run := func(step interpreter.InterpretableV2) (ref.Val, uint64) {
						s, err := book.speaker(&Request{Day: day(t, "2026-01-01"), Values: values, Facts: facts})
						if err != nil {
							t.Fatal(err)
						}
						defer s.done()
						s.turn(book.compiled[0].check, &s.elements("person")[i])
						s.check = &check{scope: "person"}
						var v ref.Val
						for range 2 { // the second time from what was read before
							if err := s.within(book.dialect.budget, func() error { v = step.Exec(s.frame); return nil }); err != nil {
								t.Fatal(err)
							}
						}
						return v, s.spent.ActualCost()
					}
					got, cost := run(ours)
					want, wantCost := run(theirs)
					if cost != wantCost {
						t.Errorf("of %v it costs %d, CEL says %d", people[i], cost, wantCost)
					}
					gotErr, failed := got.(*types.Err)
					if wantErr, ok := want.(*types.Err); ok || failed {
						if !ok || !failed || gotErr.Error() != wantErr.Error() {
							t.Errorf("of %v it says %v, CEL says %v", people[i], got, want)
						}
						continue
					}
					if got.Equal(want) != types.True {
						t.Errorf("of %v it is %v, CEL says %v", people[i], got, want)
					}
				}
			}
		})
	}
}

// TestS17TheBudgetHoldsWhileAnArticleIsAsked: lists may turn out longer than the
// estimate at load took them to be; then the limit stops the article, for one
// element and for all of a scope together.
func TestS17TheBudgetHoldsWhileAnArticleIsAsked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		scope, check   string
		stops, walkers int
		stopped        bool
	}{
		"as many as were expected":        {scope: "case", check: `trip.route.exists(x, x.size() > 1)`, stops: listsAtMost},
		"more than were expected":         {scope: "case", check: `trip.route.exists(x, x.size() > 1)`, stops: 5000, stopped: true},
		"a few people":                    {scope: "person", check: `member.age + trip.days > 60`, stops: 1, walkers: 6},
		"many people, each within bounds": {scope: "person", check: `member.age + trip.days > 60`, stops: 1, walkers: 5000, stopped: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			article := strings.Replace(daysArticle("value > limit", c.check), "gate: application", "gate: application\nscope: "+c.scope, 1)
			if c.scope == "person" {
				article = strings.Replace(article, "'trip.days'", "'member.age'", 1)
			}
			b := load(t, map[string]string{"top/parameters.yaml": daysParameter, "top/articles/D-01.yaml": article})
			trip := journey{Days: 3, Route: strings.Split(strings.Repeat("a ", c.stops-1)+"a", " ")}
			r := Request{Procedure: "walk", Day: day(t, "2026-01-01"), Gate: Approval, Values: Values{Variables: map[string]any{"trip": &trip}}}
			for range c.walkers {
				r.Values.Persons = append(r.Values.Persons, &walker{Name: "舟"})
			}
			_, err := b.Evaluate(r)
			_, _, judged := b.Judge(r)
			for _, err := range []error{err, judged} {
				if stopped := err != nil && strings.Contains(err.Error(), "cost limit exceeded"); stopped != c.stopped {
					t.Errorf("stopped by its cost: %v, want %v (%v)", stopped, c.stopped, err)
				}
			}
		})
	}
}
