package rule

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

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
		s, err := bk.speaker(&r)
		if err != nil {
			return Evaluation{}, err
		}
		out.Books = append(out.Books, BookRef{Name: bk.Name, Edition: s.standing.edition, Level: bk.Level})
		out.Drafts = append(out.Drafts, bk.unconfirmed...)
		findings = slices.Grow(findings, len(s.standing.articles))
		for i := range s.standing.articles {
			findings = append(findings, Finding{})
			speaks, err := s.ask(&s.standing.articles[i], &findings[len(findings)-1], &out)
			if err != nil {
				return Evaluation{}, err
			}
			if !speaks {
				findings = findings[:len(findings)-1]
			}
		}
		s.done()
	}
	out.Findings = strictest(findings)
	for i := range out.Findings {
		if out.Findings[i].Status.Worse(out.Verdict) {
			out.Verdict = out.Findings[i].Status
		}
	}
	return out, nil
}

// Judge gives only the verdict that Evaluate would give, and how many findings do
// not pass, without writing the findings: for a search that looks at many applications.
func (b *Books) Judge(r Request) (verdict Status, failing int, err error) {
	verdict = OK
	for _, bk := range b.speaking(r.Procedure, r.Books) {
		s, err := bk.speaker(&r)
		if err != nil {
			return verdict, failing, err
		}
		for i := range s.standing.articles {
			c := &s.standing.articles[i]
			if !s.due(c, nil) {
				continue
			}
			numbers, err := s.decide(c)
			if err != nil {
				return verdict, failing, err
			}
			worst, _ := worstOf(&c.article, numbers)
			if !worst.Passes() {
				failing++
			}
			if worst.Worse(verdict) {
				verdict = worst
			}
		}
		s.done()
	}
	return verdict, failing, nil
}

// speaker asks the articles of one book on one day.
type speaker struct {
	*asked
	standing *standing
	numbers  []int
	args     text.Args // of the finding that is being written
}

func (bk *loadedBook) speaker(r *Request) (*speaker, error) {
	st := bk.on(r.Day)
	a := &asked{book: bk, request: r, params: st.params, read: make([]ref.Val, bk.dialect.slots.others)}
	frame, err := interpreter.NewExecutionFrame(a)
	if err != nil {
		return nil, fmt.Errorf("ask book %s: %w", bk.Name, err)
	}
	a.frame = frame
	return &speaker{asked: a, standing: st, args: text.Args{}}, nil
}

// done gives back what CEL lent.
func (s *speaker) done() { s.frame.Close() }

// due says whether an article that is in force is to be asked now, and notes in
// out, where given, why not: it falls due later, or the register it asks is not at hand.
func (s *speaker) due(c *articleInForce, out *Evaluation) bool {
	a := &c.article
	if c.gate > s.request.Gate.Order() {
		if out != nil {
			out.Later = append(out.Later, Later{Rule: a.ID, Gate: a.Gate, Asks: a.Title})
		}
		return false
	}
	if lacking := s.lacking(a.Facts); len(lacking) > 0 {
		if out != nil {
			out.Unanswered = append(out.Unanswered, Unanswered{Rule: a.ID, Facts: lacking, Title: a.Title})
		}
		return false
	}
	return true
}

// ask puts one article to the application and writes its finding. speaks is false when it is not due or does not apply.
func (s *speaker) ask(c *articleInForce, f *Finding, out *Evaluation) (speaks bool, err error) {
	if !s.due(c, out) {
		return false, nil
	}
	numbers, err := s.decide(c)
	if err != nil {
		return false, err
	}
	return s.finding(c, f, numbers)
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

// decide gives for the case, or for each element of the scope, -1 when the article
// does not apply, else the number of the first outcome that holds, else the number
// of outcomes. All of it stays within one budget. The numbers hold until the next article is asked.
func (s *speaker) decide(c *articleInForce) ([]int, error) {
	s.numbers = s.numbers[:0]
	elements := s.elements(c.check.scope)
	err := s.within(s.book.dialect.budget, func() error {
		for i := range elements {
			s.turn(c.check, &elements[i])
			n, err := s.outcome(c.check)
			if err != nil {
				return err
			}
			s.numbers = append(s.numbers, n)
		}
		return nil
	})
	if err != nil {
		return nil, s.failed(c, err)
	}
	return s.numbers, nil
}

func (s *speaker) outcome(c *check) (int, error) {
	if c.applies != nil {
		if holds, err := s.holds(c.applies); err != nil || !holds {
			return -1, err
		}
	}
	for i, o := range c.outcomes {
		if holds, err := s.holds(o); err != nil || holds {
			return i, err
		}
	}
	return len(c.outcomes), nil
}

func (s *speaker) holds(step interpreter.InterpretableV2) (bool, error) {
	switch v := step.Exec(s.frame).(type) {
	case types.Bool:
		return bool(v), nil
	case *types.Err:
		return false, v
	default:
		return false, fmt.Errorf("gave %v", v)
	}
}

func (s *speaker) failed(c *articleInForce, err error) error {
	return fmt.Errorf("book %s, article %s: %w", s.book.Name, c.article.ID, err)
}

// finding writes what the worst outcome says, and of whom; speaks is false when
// the article applies to nobody.
func (s *speaker) finding(c *articleInForce, f *Finding, numbers []int) (speaks bool, err error) {
	a := &c.article
	worst, at := worstOf(a, numbers)
	if at < 0 {
		return false, nil
	}
	f.Rule, f.Status, f.Gate, f.Cite, f.level, f.matter = a.ID, worst, a.Gate, c.cite, s.book.Level, &c.matter
	number := numbers[at]
	elements := s.elements(c.check.scope)
	if elements[at].value != nil && worst != OK {
		for i, n := range numbers {
			if n == number {
				f.Subjects = append(f.Subjects, s.book.subject(elements[i].value))
			}
		}
	}
	s.turn(c.check, &elements[at])
	words := &c.spoken[number]
	if err := s.measure(c, f, words); err != nil {
		return false, s.failed(c, err)
	}
	f.Say, f.How, f.Needs = words.say.Fill(s.args), c.how.Fill(s.args), words.needs.Fill(s.args)
	return true, nil
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

// measure fills in the measured value and the limit, and gathers what the texts that are spoken show.
func (s *speaker) measure(c *articleInForce, f *Finding, words *spoken) error {
	clear(s.args)
	if words.names {
		s.args["names"] = f.Subjects
	}
	for _, name := range words.with {
		v, err := s.shown(c.check.with[name].Exec)
		if err != nil {
			return err
		}
		s.args[name] = s.sayable(c.check.kinds[name], v)
	}
	if c.check.value != nil {
		v, err := s.shown(func(*interpreter.ExecutionFrame) ref.Val { return s.measured() })
		if err != nil {
			return err
		}
		f.Measured = &Quantity{Value: shown(v), Unit: c.article.Measure.Unit}
		s.args[valueName] = s.sayable(c.check.kinds[valueName], v)
	}
	if c.check.limit != nil {
		v, err := s.shown(func(*interpreter.ExecutionFrame) ref.Val { return s.limited() })
		if err != nil {
			return err
		}
		f.Limit, f.limit = &Quantity{Value: shown(v), Unit: c.article.Measure.Unit}, v
		s.args[limitName] = s.sayable(c.check.kinds[limitName], v)
	}
	if c.check.provisional != nil {
		v, err := s.shown(c.check.provisional.Exec)
		if err != nil {
			return err
		}
		f.Provisional = v == true
	}
	return nil
}

// shown evaluates what a finding shows; each has a budget of its own.
func (s *speaker) shown(exec func(*interpreter.ExecutionFrame) ref.Val) (out any, err error) {
	err = s.within(s.book.dialect.budget, func() error {
		v := exec(s.frame)
		if failed, ok := v.(*types.Err); ok {
			return failed
		}
		out = plain(v)
		return nil
	})
	return out, err
}

// elementName is the name of the one that is asked about in a scope; empty: the case.
func elementName(s Scope) string {
	switch s {
	case "person":
		return "member"
	case "stay":
		return "stay"
	}
	return ""
}

// sayable is how a value of a kind goes into a text: days and codes in words.
func (s *speaker) sayable(kind reflect.Type, v any) any {
	say := s.book.dialect.vocabulary.Say
	if day, ok := v.(calendar.Day); ok {
		return day.Say()
	}
	if kind == nil || say == nil {
		return v
	}
	switch x := v.(type) {
	case string:
		if said, ok := say(kind, x); ok && x != "" {
			return said
		}
	case []string:
		if kind.Kind() != reflect.Slice {
			return v
		}
		all := make([]text.Text, len(x))
		for i, code := range x {
			all[i], _ = say(kind.Elem(), code)
		}
		return all
	}
	return v
}

// strictest keeps for each matter the finding that is worst; of equally bad ones
// the one with the tighter limit, then the one of the lower layer. The others are
// named in it.
func strictest(all []Finding) []Finding {
	groups := make([][]int, 0, len(all)) // by matter, in the order in which it was first spoken of
	alone := make([]int, len(all))       // the room for groups of one
	of := make(map[string]int, len(all))
	for i := range all {
		if n, ok := of[all[i].matter.name]; ok {
			groups[n] = append(groups[n], i)
			continue
		}
		of[all[i].matter.name] = len(groups)
		alone[i] = i
		groups = append(groups, alone[i:i+1:i+1])
	}
	for _, group := range groups {
		if len(group) == 1 {
			continue
		}
		slices.SortStableFunc(group, func(i, j int) int {
			a, b := &all[i], &all[j]
			return cmp.Or(
				b.Status.weight()-a.Status.weight(),
				a.matter.tighter(a.limit, b.limit),
				b.level.depth()-a.level.depth(),
			)
		})
		for _, i := range group[1:] {
			other := &all[i]
			all[group[0]].Also = append(all[group[0]].Also, Also{Rule: other.Rule, Status: other.Status, Cite: other.Cite, Limit: other.Limit})
		}
	}
	slices.SortStableFunc(groups, func(a, b []int) int { return all[b[0]].Status.weight() - all[a[0]].Status.weight() })
	if len(groups) == 0 {
		return []Finding{}
	}
	order := make([]int, 0, len(all))
	for _, group := range groups {
		order = append(order, group[0])
	}
	for _, group := range groups {
		order = append(order, group[1:]...)
	}
	arrange(all, order)
	return all[:len(groups)]
}

// arrange puts findings in an order in place: they are large, and there are many.
func arrange(all []Finding, order []int) {
	for i := range order {
		if order[i] == i {
			continue
		}
		first, at := all[i], i
		for order[at] != i {
			from := order[at]
			all[at], order[at] = all[from], at
			at = from
		}
		all[at], order[at] = first, at
	}
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
		s, err := bk.speaker(&r)
		if err != nil {
			return Finding{}, false, err
		}
		for i := range s.standing.articles {
			if s.standing.articles[i].article.ID == article {
				ok, err = s.ask(&s.standing.articles[i], &f, nil)
			}
		}
		s.done()
		if err != nil || ok {
			return f, ok, err
		}
	}
	return Finding{}, false, nil
}
