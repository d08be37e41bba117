package rule

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
	"cel.dev/cel-go/interpreter"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
)

// What a check may cost. CEL counts steps; the longest article of the shipped
// books stays under a tenth of it.
const (
	articleBudget = 20_000
	listsAtMost   = 64
	wordsAtMost   = 256
)

const (
	personsName = "scope.persons"
	staysName   = "scope.stays"
	paramPrefix = "param."
	factPrefix  = "fact."
	valueName   = "value"
	limitName   = "limit"
)

// language is CEL with one vocabulary.
type language struct {
	vocabulary Vocabulary
	kinds      *kinds
	base       *cel.Env
	functions  interpreter.Dispatcher
	budget     *cost.Tracker
	slots      slots
}

func newLanguage(v Vocabulary) (*language, error) {
	k, err := newKinds(v)
	if err != nil {
		return nil, err
	}
	l := &language{vocabulary: v, kinds: k, slots: slots{roots: map[string]reflect.Type{}, numbers: map[string]int{}, params: map[string]int{}}}
	opts := []cel.EnvOption{
		cel.CustomTypeAdapter(k), cel.CustomTypeProvider(k), ext.Bindings(),
		cel.ParserExpressionSizeLimit(4_000), cel.ParserRecursionLimit(60),
	}
	variables := slices.Clone(v.Variables)
	for _, f := range v.Facts {
		variables = append(variables, Variable{Name: factPrefix + f.Name, Type: f.Type})
	}
	for _, x := range variables {
		t, err := k.celType(x.Type)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", x.Name, err)
		}
		opts = append(opts, cel.Variable(x.Name, t))
		l.slots.roots[x.Name] = x.Type
	}
	for _, f := range v.Functions {
		opt, err := k.function(f)
		if err != nil {
			return nil, err
		}
		opts = append(opts, opt)
	}
	for name, element := range map[string]Scope{personsName: "person", staysName: "stay"} {
		if t := v.element(element); t != nil {
			et, err := k.celType(t)
			if err != nil {
				return nil, err
			}
			opts = append(opts, cel.Variable(name, cel.ListType(et)))
		}
	}
	if l.base, err = cel.NewCustomEnv(append([]cel.EnvOption{cel.StdLib()}, opts...)...); err != nil {
		return nil, fmt.Errorf("make the language of checks: %w", err)
	}
	l.functions = interpreter.NewDispatcher()
	for _, f := range l.base.Functions() {
		bindings, err := f.Bindings()
		if err == nil {
			err = l.functions.Add(bindings...)
		}
		if err != nil {
			return nil, fmt.Errorf("make the language of checks: %w", err)
		}
	}
	if l.budget, err = cost.NewTracker(nil, cost.TrackerLimit(articleBudget)); err != nil {
		return nil, fmt.Errorf("limit the cost of checks: %w", err)
	}
	return l, nil
}

func (k *kinds) function(f Function) (cel.EnvOption, error) {
	var args []*cel.Type
	for _, a := range f.Args {
		t, err := k.celType(a)
		if err != nil {
			return nil, fmt.Errorf("function %s: %w", f.Name, err)
		}
		args = append(args, t)
	}
	result, err := k.celType(f.Result)
	if err != nil {
		return nil, fmt.Errorf("function %s: %w", f.Name, err)
	}
	call := func(in []any) ref.Val {
		out := f.Call(in)
		if err, ok := out.(error); ok {
			return types.WrapErr(err)
		}
		return k.NativeToValue(out)
	}
	var binding cel.OverloadOpt
	switch len(args) {
	case 1:
		binding = cel.UnaryBinding(func(v ref.Val) ref.Val { return call([]any{argument(v)}) })
	case 2:
		binding = cel.BinaryBinding(func(v, w ref.Val) ref.Val { return call([]any{argument(v), argument(w)}) })
	default:
		binding = cel.FunctionBinding(func(vals ...ref.Val) ref.Val {
			in := make([]any, len(vals))
			for i, v := range vals {
				in[i] = argument(v)
			}
			return call(in)
		})
	}
	return cel.Function(f.Name, cel.Overload(f.Name, args, result, binding)), nil
}

// argument is a CEL value as a function of a vocabulary takes it.
func argument(v ref.Val) any {
	if t, ok := v.(types.Timestamp); ok {
		return dayOf(t.Time)
	}
	return v.Value()
}

// dialect is the language of one book: with its parameters, and with what a
// scope and a measure add to it.
type dialect struct {
	*language
	mu    sync.Mutex
	envs  map[extension]*cel.Env
	steps map[expression]*step
}

// extension is what an article may speak of beyond its book: a member or a stay, the measured value, the limit.
type extension struct {
	scope        Scope
	value, limit string // their types; empty: there is none
}

// expression is one expression of an article and what it may speak of.
type expression struct {
	extension
	text string
}

// step is an expression that is compiled, what it gives and what it costs at most.
type step struct {
	run   interpreter.InterpretableV2
	gives *cel.Type
	kind  reflect.Type // in Go, where the expression only reads; else none
	cost  uint64
}

// dialect adds param.<name> for every parameter, each declared by itself, so that
// a misspelling is found when the book is loaded.
func (l *language) dialect(params []Parameter) (*dialect, error) {
	d := &dialect{language: l, envs: map[extension]*cel.Env{}, steps: map[expression]*step{}}
	var opts []cel.EnvOption
	for _, p := range params {
		t := cel.IntType
		switch p.Type {
		case "text":
			t = cel.StringType
		case "words":
			t = cel.ListType(cel.StringType)
		}
		opts = append(opts, cel.Variable(paramPrefix+p.Name, t))
		l.slots.param(p.Name)
	}
	env, err := l.base.Extend(opts...)
	if err != nil {
		return nil, fmt.Errorf("declare parameters: %w", err)
	}
	d.envs[extension{scope: "case"}] = env
	return d, nil
}

// env is the environment with an extension; articles of one shape share it.
func (d *dialect) env(x extension, opts ...cel.EnvOption) (*cel.Env, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if env, ok := d.envs[x]; ok {
		return env, nil
	}
	env, err := d.envs[extension{scope: "case"}].Extend(opts...)
	if err != nil {
		return nil, err
	}
	d.envs[x] = env
	return env, nil
}

// check is a compiled article.
type check struct {
	scope Scope
	// applies is absent where the article always applies; the others where it has none.
	applies, value, limit, provisional interpreter.InterpretableV2
	outcomes                           []interpreter.InterpretableV2
	with                               map[string]interpreter.InterpretableV2
	// kinds are the Go types of the values that are shown, by the names under which texts show them.
	kinds map[string]reflect.Type
}

// compiler compiles one article and gathers what is wrong with it.
type compiler struct {
	dialect *dialect
	env     *cel.Env
	speaks  extension
	article Article
	kind    reflect.Type // of what was compiled last
	cost    uint64       // of what decides, for one element
	faults  fault.List
}

func (d *dialect) compile(a Article) (*check, fault.List) {
	c := &compiler{dialect: d, article: a}
	x := extension{scope: a.Scope}
	var opts []cel.EnvOption
	extend := func(path string) bool {
		env, err := d.env(x, opts...)
		if err != nil {
			c.faults = append(c.faults, refuse(a, path, err.Error(), err.Error()))
			return false
		}
		c.env, c.speaks = env, x
		return true
	}
	elements := uint64(1)
	if name := elementName(a.Scope); name != "" {
		goType := d.vocabulary.element(a.Scope)
		if goType == nil {
			return nil, fault.List{refuse(a, "scope", "此程序没有这一范围", "this procedure has no such scope")}
		}
		t, err := d.kinds.celType(goType)
		if err != nil {
			return nil, fault.List{refuse(a, "scope", err.Error(), err.Error())}
		}
		opts = append(opts, cel.Variable(name, t))
		elements = listsAtMost
	}
	if !extend("scope") {
		return nil, c.faults
	}
	out := &check{scope: a.Scope, with: map[string]interpreter.InterpretableV2{}, kinds: map[string]reflect.Type{}}
	if a.Provisional != "" {
		out.provisional, _ = c.step("provisional", a.Provisional, cel.BoolType)
	}
	for _, name := range slices.Sorted(maps.Keys(a.With)) {
		out.with[name], _ = c.step("with."+name, a.With[name], nil)
		out.kinds[name] = c.kind
	}
	c.cost = 0 // what is only shown has a budget of its own
	if a.Applies != "" {
		out.applies, _ = c.step("applies", a.Applies, cel.BoolType)
	}
	if a.Measure != nil {
		var value, limit *cel.Type
		if out.value, value = c.step("measure.value", a.Measure.Value, nil); value != nil {
			out.kinds[valueName] = c.kind
			opts, x.value = append(opts, cel.Variable(valueName, value)), value.String()
		}
		if a.Measure.Limit != "" {
			if out.limit, limit = c.step("measure.limit", a.Measure.Limit, nil); limit != nil {
				out.kinds[limitName] = c.kind
				opts, x.limit = append(opts, cel.Variable(limitName, limit)), limit.String()
			}
		}
		if !extend("measure") {
			return nil, c.faults
		}
	}
	for i, o := range a.Outcomes {
		step, _ := c.step(fmt.Sprintf("outcomes[%d].if", i), o.If, cel.BoolType)
		out.outcomes = append(out.outcomes, step)
	}
	if len(c.faults) == 0 && c.cost > articleBudget/elements {
		c.tooCostly("outcomes", cost.SafeMultiply(c.cost, elements))
	}
	return out, c.faults
}

// step compiles one expression of an article; absent when there is something
// wrong with it. What another article of the book asks as well is compiled once.
func (c *compiler) step(path, expr string, want *cel.Type) (interpreter.InterpretableV2, *cel.Type) {
	key := expression{c.speaks, expr}
	c.dialect.mu.Lock()
	made := c.dialect.steps[key]
	c.dialect.mu.Unlock()
	if made == nil {
		if made = c.compile(path, expr); made == nil {
			return nil, nil
		}
		c.dialect.mu.Lock()
		c.dialect.steps[key] = made
		c.dialect.mu.Unlock()
	}
	if want != nil && !made.gives.IsExactType(want) {
		c.faults = append(c.faults, refuse(c.article, path,
			"检查式应得出是或否，却得出 "+made.gives.String(), "the check must be a yes or no, and is a "+made.gives.String()))
		return nil, nil
	}
	c.cost, c.kind = cost.SafeAdd(c.cost, made.cost), made.kind
	return made.run, made.gives
}

// compile type-checks an expression, estimates its cost, plans it, and notes what is wrong with it.
func (c *compiler) compile(path, expr string) *step {
	ast, issues := c.env.Compile(expr)
	if issues.Err() != nil {
		for _, e := range issues.Errors() {
			msg := fmt.Sprintf("%s (%d: %s)", expr, e.Location.Column()+1, e.Message)
			c.faults = append(c.faults, refuse(c.article, path, "检查式有误："+msg, "the check is wrong: "+msg))
		}
		return nil
	}
	if made := celast.MatchDescendants(celast.NavigateAST(ast.NativeRep()), celast.KindMatcher(celast.StructKind)); len(made) > 0 {
		c.faults = append(c.faults, refuse(c.article, path, "检查式只读，不能造出值", "a check reads; it cannot make a value"))
		return nil
	}
	estimate, err := c.env.EstimateCost(ast, sizes{})
	if err != nil || estimate.Max > articleBudget {
		c.tooCostly(path, estimate.Max)
		return nil
	}
	run, err := c.dialect.plan(c.env, ast, c.article.Scope)
	if err != nil {
		c.faults = append(c.faults, refuse(c.article, path, err.Error(), err.Error()))
		return nil
	}
	return &step{run: run, gives: ast.OutputType(), kind: c.dialect.kindOf(ast.NativeRep().Expr(), c.article.Scope), cost: estimate.Max}
}

// kindOf is the Go type of what an expression gives, where it reads a variable or
// a field, or chooses between such. CEL knows only that it is a word; the type knows which words there are.
func (d *dialect) kindOf(e celast.Expr, scope Scope) reflect.Type {
	switch e.Kind() { //nolint:exhaustive // the others make values of their own
	case celast.IdentKind:
		if e.AsIdent() == elementName(scope) {
			return d.vocabulary.element(scope)
		}
		return d.slots.roots[e.AsIdent()]
	case celast.SelectKind:
		at := d.kindOf(e.AsSelect().Operand(), scope)
		if at == nil {
			return nil
		}
		if at.Kind() == reflect.Pointer {
			at = at.Elem()
		}
		if kind, ok := d.kinds.byType[at]; ok {
			return kind.read[e.AsSelect().FieldName()].goType
		}
	case celast.CallKind:
		if args := e.AsCall().Args(); e.AsCall().FunctionName() == operators.Conditional {
			return cmp.Or(d.kindOf(args[1], scope), d.kindOf(args[2], scope))
		}
	}
	return nil
}

func (c *compiler) tooCostly(path string, steps uint64) {
	c.faults = append(c.faults, refuse(c.article, path,
		fmt.Sprintf("检查式过于费时：估计最多 %d 步，上限 %d 步", steps, articleBudget),
		fmt.Sprintf("the check costs too much: up to %d steps, at most %d allowed", steps, articleBudget)))
}

// sizes tells the cost estimate how long lists and words can be.
type sizes struct{}

func (sizes) EstimateCallCost(string, string, *cost.AstNode, []cost.AstNode) *cost.CallEstimate {
	return nil
}

func (sizes) EstimateSize(n cost.AstNode) *cost.SizeEstimate {
	size := cost.RangedSizeEstimate(0, wordsAtMost)
	if n.Type().Kind() == types.ListKind {
		size = cost.ListSizeEstimate(cost.RangedSizeEstimate(0, listsAtMost), size)
	}
	return &size
}

func refuse(a Article, path, zh, en string) *fault.Fault {
	return fault.New(fault.Invalid, path, text.Text{ZH: a.ID + "：" + zh, EN: a.ID + ": " + en}).At(a.Where(path))
}

// plain turns a CEL result into the plain value a text or an answer shows.
func plain(v ref.Val) any {
	switch x := v.(type) {
	case types.Int:
		return int(x)
	case types.String:
		return string(x)
	case types.Bool:
		return bool(x)
	case types.Timestamp:
		return dayOf(x.Time)
	}
	if words, err := v.ConvertToNative(stringList); err == nil {
		return words
	}
	return fmt.Sprint(v.Value())
}

// shown is how a measured value stands in an answer.
func shown(v any) string {
	switch x := v.(type) {
	case int:
		return strconv.Itoa(x)
	case string:
		return x
	case []string:
		return strings.Join(x, "、")
	case calendar.Day:
		return x.String()
	}
	return fmt.Sprint(v)
}
