package rule

import (
	"cmp"
	"slices"
	"strings"

	"chancery/core/text"
)

// Alternative is a nearby application that would pass: what to change, and what it costs.
type Alternative struct {
	Changes []PatchOp `json:"changes"`
	Say     text.Text `json:"say"`
	Verdict Status    `json:"verdict"`
	// Cost counts what is given up, in the units of the table of costs: days, stays, people, working days of waiting.
	Cost map[string]int `json:"cost"`
}

// Change is one step away from an application: another value of an applicant's
// own choice, never a paper, a signature or evidence.
type Change[T any] struct {
	To T
	// Kind says what sort of step it is; more of the same is no other answer.
	Kind string
	Say  text.Text
	Cost map[string]int
	// Weight orders changes: the smaller the nearer. It is never zero.
	Weight int
}

// Search is the hunt for the nearest applications that pass.
type Search[T any] struct {
	// Changes gives the steps away from an application, in a fixed order.
	Changes func(T) []Change[T]
	// Judge gives the verdict on one, and what its findings are, to see whether a step helped.
	Judge func(T) (Status, int, error)
	// Tree is the application as a JSON-like document, from which the patch is made.
	Tree func(T) (any, error)
}

// The bounds of a search: it looks at so many applications and at so many steps
// away from the one given, and gives at most three answers.
const (
	searchesAtMost = 160
	stepsAtMost    = 3
	answersAtMost  = 3
)

type candidate[T any] struct {
	at     T
	say    []text.Text
	kinds  []string
	cost   map[string]int
	weight int
	steps  int
}

// Nearest gives up to three applications that pass, nearest first; equally near
// ones in the order of their patches. It looks at a bounded number of
// applications, so none found does not prove that there is none.
func (s Search[T]) Nearest(from T) ([]Alternative, error) {
	start, err := s.Tree(from)
	if err != nil {
		return nil, err
	}
	_, worst, err := s.Judge(from)
	if err != nil {
		return nil, err
	}
	open := s.step(candidate[T]{at: from, cost: map[string]int{}})
	var (
		found []Alternative
		given [][]string // the kinds of steps of each answer found
	)
	for looked := 0; len(open) > 0 && len(found) < answersAtMost && looked < searchesAtMost; looked++ {
		slices.SortStableFunc(open, func(a, b candidate[T]) int { return cmp.Compare(a.weight, b.weight) })
		next := open[0]
		open = open[1:]
		if slices.ContainsFunc(given, func(g []string) bool { return within(g, next.kinds) }) {
			continue // some of its steps are an answer already: it only adds to what need not be given up
		}
		verdict, bad, err := s.Judge(next.at)
		if err != nil {
			return nil, err
		}
		if !verdict.Passes() {
			if next.steps < stepsAtMost && bad <= worst {
				open = append(open, s.step(next)...)
			}
			continue
		}
		to, err := s.Tree(next.at)
		if err != nil {
			return nil, err
		}
		ops := Difference(start, to)
		given = append(given, next.kinds)
		found = append(found, Alternative{Changes: ops, Say: sentence(next.say), Verdict: verdict, Cost: next.cost})
	}
	return found, nil
}

func (s Search[T]) step(c candidate[T]) []candidate[T] {
	var out []candidate[T]
	for _, ch := range s.Changes(c.at) {
		cost := map[string]int{}
		for k, v := range c.cost {
			cost[k] += v
		}
		for k, v := range ch.Cost {
			cost[k] += v
		}
		out = append(out, candidate[T]{
			at: ch.To, kinds: append(slices.Clone(c.kinds), ch.Kind), say: append(slices.Clone(c.say), ch.Say), cost: cost, weight: c.weight + ch.Weight, steps: c.steps + 1,
		})
	}
	return out
}

// within says whether all these kinds of steps are among others.
func within(kinds, among []string) bool {
	for _, k := range kinds {
		if !slices.Contains(among, k) {
			return false
		}
	}
	return true
}

func sentence(parts []text.Text) text.Text {
	var zh, en []string
	for _, p := range parts {
		zh, en = append(zh, p.ZH), append(en, p.EN)
	}
	return text.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}
}
