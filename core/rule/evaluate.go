package rule

import (
	"cmp"
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"chancery/core/calendar"
	"chancery/core/text"
)

// Facts are what registers answer, by the name under which rules ask. Nil means
// that there is no register to ask.
type Facts map[string]any

// Request is one application put before the books.
type Request struct {
	Procedure string
	// Books names the books to ask; empty: all that speak to the procedure.
	Books []string
	// Day fixes which editions and values are in force.
	Day    calendar.Day
	Gate   Gate
	Values Values
	Facts  Facts
}

// Evaluate puts an application before the books: one finding per article that
// applies and is due at the gate or before, the strictest of those that speak to
// one matter. The order of findings is that of the worst first, then of the
// articles. An error means that a check could not be evaluated, which is ours.
func (b *Books) Evaluate(r Request) (Evaluation, error) {
	out := Evaluation{Verdict: OK}
	var findings []Finding
	for _, bk := range b.speaking(r.Procedure, r.Books) {
		out.Books = append(out.Books, BookRef{Name: bk.Name, Edition: bk.editionOn(r.Day), Level: bk.Level})
		speaker := newSpeaker(b, bk, r)
		out.Drafts = append(out.Drafts, bk.drafts()...)
		for i := range bk.compiled {
			f, speaks, err := speaker.ask(&bk.compiled[i], &out)
			if err != nil {
				return Evaluation{}, err
			}
			if speaks {
				findings = append(findings, f)
			}
		}
	}
	out.Findings = strictest(findings, b.matters)
	for _, f := range out.Findings {
		if f.Status.Worse(out.Verdict) {
			out.Verdict = f.Status
		}
	}
	return out, nil
}

// Judge gives only the verdict that Evaluate would give, and how many findings do
// not pass, without writing the findings: for a search that looks at many applications.
func (b *Books) Judge(r Request) (verdict Status, failing int, err error) {
	verdict = OK
	for _, bk := range b.speaking(r.Procedure, r.Books) {
		s := newSpeaker(b, bk, r)
		for i := range bk.compiled {
			c := &bk.compiled[i]
			if _, due := s.due(c, &Evaluation{}); !due {
				continue
			}
			numbers, _, err := s.decide(c)
			if err != nil {
				return verdict, failing, fmt.Errorf("book %s, article %s: %w", bk.Name, c.article.ID, err)
			}
			worst, _ := worstOf(&c.article, numbers)
			if !worst.Passes() {
				failing++
			}
			if worst.Worse(verdict) {
				verdict = worst
			}
		}
	}
	return verdict, failing, nil
}

// speaker asks the articles of one book on one day.
type speaker struct {
	book    *loadedBook
	request Request
	vars    *variables
}

func newSpeaker(b *Books, bk *loadedBook, r Request) *speaker {
	return &speaker{book: bk, request: r, vars: &variables{
		values: r.Values.Variables, facts: r.Facts, params: b.parametersOn(bk, r.Day),
		persons: r.Values.Persons, stays: r.Values.Stays,
	}}
}

// variables is what CEL asks for the value of a name.
type variables struct {
	values  map[string]any
	params  map[string]any
	facts   Facts
	persons []any
	stays   []any
	// element is bound while a text about one person or stay is written.
	elementName string
	element     any
}

// ResolveName answers CEL.
func (v *variables) ResolveName(name string) (any, bool) {
	if value, ok := v.values[name]; ok {
		return value, true
	}
	switch {
	case name == personsName:
		return v.persons, true
	case name == staysName:
		return v.stays, true
	case v.elementName != "" && name == v.elementName:
		return v.element, true
	case len(name) > 6 && name[:6] == "param.":
		value, ok := v.params[name[6:]]
		return value, ok
	case len(name) > 5 && name[:5] == "fact.":
		value, ok := v.facts[name[5:]]
		return value, ok
	}
	return nil, false
}

// Parent answers CEL; there is none.
func (v *variables) Parent() cel.Activation { return nil }

// due gives the edition in force of an article that is to be asked now; it is not
// due when it is not in force, a draft, due later, or without the register it asks.
func (s *speaker) due(c *compiledArticle, out *Evaluation) (Edition, bool) {
	a := &c.article
	edition, ok := a.On(s.request.Day)
	if !ok || edition.Confidence == Unconfirmed {
		return edition, false
	}
	for _, name := range c.params {
		if _, ok := s.vars.params[name]; !ok {
			return edition, false // the value it rests on is not in force that day
		}
	}
	if a.Gate.Order() > s.request.Gate.Order() {
		out.Later = append(out.Later, Later{Rule: a.ID, Gate: a.Gate, Asks: a.Title})
		return edition, false
	}
	if lacking := s.lacking(a.Facts); len(lacking) > 0 {
		out.Unanswered = append(out.Unanswered, Unanswered{Rule: a.ID, Facts: lacking, Title: a.Title})
		return edition, false
	}
	return edition, true
}

// ask puts one article to the application. speaks is false when it is not due or does not apply.
func (s *speaker) ask(c *compiledArticle, out *Evaluation) (f Finding, speaks bool, err error) {
	edition, due := s.due(c, out)
	if !due {
		return f, false, nil
	}
	numbers, elements, err := s.decide(c)
	if err == nil {
		f, speaks, err = s.finding(c, edition, numbers, elements)
	}
	if err != nil {
		return f, false, fmt.Errorf("book %s, article %s: %w", s.book.Name, c.article.ID, err)
	}
	return f, speaks, nil
}

func (s *speaker) lacking(facts []string) []string {
	var lacking []string
	for _, f := range facts {
		if _, ok := s.request.Facts[f]; !ok {
			lacking = append(lacking, f)
		}
	}
	return lacking
}

// decide gives the number of the outcome for the case, or for each element of the scope.
func (s *speaker) decide(c *compiledArticle) (numbers []int, elements []any, err error) {
	v, _, err := c.check.decide.Eval(s.vars)
	if err != nil {
		return nil, nil, err
	}
	if c.check.scope == "case" {
		n, ok := v.(types.Int)
		if !ok {
			return nil, nil, fmt.Errorf("gave %v", v)
		}
		return []int{int(n)}, []any{nil}, nil
	}
	list, ok := v.(traits.Lister)
	if !ok {
		return nil, nil, fmt.Errorf("gave %v", v)
	}
	for it := list.Iterator(); it.HasNext() == types.True; {
		n, ok := it.Next().(types.Int)
		if !ok {
			return nil, nil, fmt.Errorf("gave %v", v)
		}
		numbers = append(numbers, int(n))
	}
	elements = s.request.Values.Persons
	if c.check.scope == "stay" {
		elements = s.request.Values.Stays
	}
	return numbers, elements, nil
}

// finding writes what the worst outcome says, and of whom; speaks is false when
// the article applies to nobody.
func (s *speaker) finding(c *compiledArticle, e Edition, numbers []int, elements []any) (f Finding, speaks bool, err error) {
	a := &c.article
	worst, at := worstOf(&c.article, numbers)
	if at < 0 {
		return f, false, nil
	}
	f = Finding{Rule: a.ID, Status: worst, Gate: a.Gate, level: s.book.Level, Cite: Cite{
		Book: s.book.Name, Document: e.Document, Article: e.Article, Title: a.Title, InForceFrom: e.From,
		AssumedDay: e.AssumedDay, Confidence: e.Confidence,
	}}
	say := a.OK
	number := numbers[at]
	if number < len(a.Outcomes) {
		say, f.Needs = a.Outcomes[number].Say, a.Outcomes[number].Needs
	}
	if elements[at] != nil && worst != OK {
		for i, n := range numbers {
			if n == number {
				f.Subjects = append(f.Subjects, s.book.subject(elements[i]))
			}
		}
	}
	args, err := s.measure(c, &f, elements[at], c.spoken[number])
	if err != nil {
		return f, false, err
	}
	f.Say, f.How, f.Needs = say.Fill(args), a.How.Fill(args), f.Needs.Fill(args)
	return f, true, nil
}

// worstOf is the worst status among the numbers of outcomes, and the first that has it; -1 when the article applies to none.
func worstOf(a *Article, numbers []int) (worst Status, at int) {
	worst, at = OK, -1
	for i, n := range numbers {
		if n < 0 {
			continue
		}
		status := OK
		if n < len(a.Outcomes) {
			status = a.Outcomes[n].Status
		}
		if at < 0 || status.Worse(worst) {
			worst, at = status, i
		}
	}
	return worst, at
}

// measure fills in the measured value and the limit and gives what the texts that are spoken show.
func (s *speaker) measure(c *compiledArticle, f *Finding, element any, spoken []string) (text.Args, error) {
	vars := s.vars
	if element != nil {
		bound := *s.vars
		bound.elementName, bound.element = elementName(c.check.scope), element
		vars = &bound
	}
	value := func(p cel.Program) (any, error) {
		v, _, err := p.Eval(vars)
		if err != nil {
			return nil, err
		}
		return plain(v), nil
	}
	args := text.Args{"names": slices.Clone(f.Subjects)}
	for name, p := range c.check.with {
		if !slices.Contains(spoken, name) {
			continue
		}
		v, err := value(p)
		if err != nil {
			return nil, err
		}
		args[name] = sayable(v)
	}
	if c.check.value != nil {
		v, err := value(c.check.value)
		if err != nil {
			return nil, err
		}
		f.Measured = &Quantity{Value: shown(v), Unit: c.article.Measure.Unit}
		args["value"] = sayable(v)
	}
	if c.check.limit != nil {
		v, err := value(c.check.limit)
		if err != nil {
			return nil, err
		}
		f.Limit, f.limit = &Quantity{Value: shown(v), Unit: c.article.Measure.Unit}, v
		args["limit"] = sayable(v)
	}
	if c.check.provisional != nil {
		v, err := value(c.check.provisional)
		if err != nil {
			return nil, err
		}
		f.Provisional = v == true
	}
	return args, nil
}

func elementName(s Scope) string {
	if s == "stay" {
		return "stay"
	}
	return "member"
}

// sayable is how a value goes into a text.
func sayable(v any) any {
	if d, ok := v.(calendar.Day); ok {
		return d.Say()
	}
	return v
}

// strictest keeps for each matter the finding that is worst; of equally bad ones
// the one with the tighter limit, then the one of the lower layer. The others are
// named in it.
func strictest(all []Finding, matters map[string]matter) []Finding {
	var order []string
	groups := map[string][]Finding{}
	for _, f := range all {
		m := matters[f.Rule].name
		if _, ok := groups[m]; !ok {
			order = append(order, m)
		}
		groups[m] = append(groups[m], f)
	}
	out := make([]Finding, 0, len(order))
	for _, m := range order {
		group := groups[m]
		slices.SortStableFunc(group, func(a, b Finding) int {
			return cmp.Or(
				b.Status.weight()-a.Status.weight(),
				matters[a.Rule].tighter(a.limit, b.limit),
				b.level.depth()-a.level.depth(),
			)
		})
		first := group[0]
		for _, other := range group[1:] {
			first.Also = append(first.Also, Also{Rule: other.Rule, Status: other.Status, Cite: other.Cite, Limit: other.Limit})
		}
		out = append(out, first)
	}
	slices.SortStableFunc(out, func(a, b Finding) int { return b.Status.weight() - a.Status.weight() })
	return out
}

// matter is what an article speaks of, and which of two limits is the tighter.
type matter struct {
	name      string
	direction Tighter
}

// tighter compares two limits: negative when a is the tighter.
func (m matter) tighter(a, b any) int {
	x, okX := a.(int)
	y, okY := b.(int)
	if !okX || !okY {
		return 0
	}
	switch m.direction {
	case "lower":
		return x - y
	case "higher":
		return y - x
	}
	return 0
}

var _ ref.Val = (*structValue)(nil)

// Ask puts one article to an application, whatever the others say of its matter.
// ok is false when it has nothing to say: not in force, unconfirmed, due later,
// not applicable, or without the register it asks.
func (b *Books) Ask(book, article string, r Request) (f Finding, ok bool, err error) {
	for _, bk := range b.speaking(r.Procedure, []string{book}) {
		speaker := newSpeaker(b, bk, r)
		for i := range bk.compiled {
			if bk.compiled[i].article.ID != article {
				continue
			}
			return speaker.ask(&bk.compiled[i], &Evaluation{})
		}
	}
	return Finding{}, false, nil
}
