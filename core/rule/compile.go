package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"

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
)

// language is CEL with one vocabulary and one book's parameters.
type language struct {
	vocabulary Vocabulary
	kinds      *kinds
	base       *cel.Env
}

func newLanguage(v Vocabulary) (*language, error) {
	k, err := newKinds(v)
	if err != nil {
		return nil, err
	}
	opts := []cel.EnvOption{
		cel.CustomTypeAdapter(k), cel.CustomTypeProvider(k), ext.Bindings(),
		cel.ParserExpressionSizeLimit(4_000), cel.ParserRecursionLimit(60),
	}
	variables := slices.Clone(v.Variables)
	for _, f := range v.Facts {
		variables = append(variables, Variable{Name: "fact." + f.Name, Type: f.Type})
	}
	for _, x := range variables {
		t, err := k.celType(x.Type)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", x.Name, err)
		}
		opts = append(opts, cel.Variable(x.Name, t))
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
	env, err := cel.NewCustomEnv(append([]cel.EnvOption{cel.StdLib()}, opts...)...)
	if err != nil {
		return nil, fmt.Errorf("make the language of checks: %w", err)
	}
	return &language{vocabulary: v, kinds: k, base: env}, nil
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
	call := func(vals ...ref.Val) ref.Val {
		in := make([]any, len(vals))
		for i, v := range vals {
			if t, ok := v.(types.Timestamp); ok {
				in[i] = dayOf(t.Time)
				continue
			}
			in[i] = v.Value()
		}
		out := f.Call(in)
		if err, ok := out.(error); ok {
			return types.WrapErr(err)
		}
		return k.NativeToValue(out)
	}
	return cel.Function(f.Name, cel.Overload(f.Name, args, result, cel.FunctionBinding(call))), nil
}

// withParameters adds param.<name> for every parameter, each declared by itself,
// so that a misspelling is found when the book is loaded.
func (l *language) withParameters(params []Parameter) (*cel.Env, error) {
	var opts []cel.EnvOption
	for _, p := range params {
		t := cel.IntType
		switch p.Type {
		case "text":
			t = cel.StringType
		case "words":
			t = cel.ListType(cel.StringType)
		}
		opts = append(opts, cel.Variable("param."+p.Name, t))
	}
	env, err := l.base.Extend(opts...)
	if err != nil {
		return nil, fmt.Errorf("declare parameters: %w", err)
	}
	return env, nil
}

// check is a compiled article.
type check struct {
	scope Scope
	// decide gives for the case, or for each element of the scope, -1 when the
	// article does not apply, else the number of the outcome that holds, else len(outcomes).
	decide      cel.Program
	value       cel.Program
	limit       cel.Program
	provisional cel.Program
	with        map[string]cel.Program
}

// compiler compiles one article and gathers what is wrong with it.
type compiler struct {
	env     *cel.Env
	article Article
	faults  fault.List
}

func (l *language) compile(env *cel.Env, a Article) (*check, fault.List) {
	scoped := env
	element, list := "", ""
	switch a.Scope {
	case "person":
		element, list = "member", personsName
	case "stay":
		element, list = "stay", staysName
	}
	if element != "" {
		goType := l.vocabulary.element(a.Scope)
		if goType == nil {
			return nil, fault.List{refuse(a, "scope", "此程序没有这一范围", "this procedure has no such scope")}
		}
		t, err := l.kinds.celType(goType)
		if err == nil {
			scoped, err = env.Extend(cel.Variable(element, t))
		}
		if err != nil {
			return nil, fault.List{refuse(a, "scope", err.Error(), err.Error())}
		}
	}
	c := &compiler{env: scoped, article: a}
	out := &check{scope: a.Scope, with: map[string]cel.Program{}}
	outcomes := scoped
	bind := func(expr string) string { return expr }
	if a.Measure != nil {
		var vt, lt *cel.Type
		out.value, vt = c.program("measure.value", a.Measure.Value, nil)
		bind = func(expr string) string { return fmt.Sprintf("cel.bind(value, %s, %s)", a.Measure.Value, expr) }
		opts := []cel.EnvOption{}
		if vt != nil {
			opts = append(opts, cel.Variable("value", vt))
		}
		if a.Measure.Limit != "" {
			out.limit, lt = c.program("measure.limit", a.Measure.Limit, nil)
			if lt != nil {
				opts = append(opts, cel.Variable("limit", lt))
			}
			inner := bind
			bind = func(expr string) string {
				return inner(fmt.Sprintf("cel.bind(limit, %s, %s)", a.Measure.Limit, expr))
			}
		}
		extended, err := scoped.Extend(opts...)
		if err != nil {
			return nil, append(c.faults, refuse(a, "measure", err.Error(), err.Error()))
		}
		outcomes = extended
	}
	if a.Provisional != "" {
		out.provisional, _ = c.program("provisional", a.Provisional, cel.BoolType)
	}
	for _, name := range slices.Sorted(maps.Keys(a.With)) {
		out.with[name], _ = c.program("with."+name, a.With[name], nil)
	}
	applies := a.Applies
	if applies == "" {
		applies = "true"
	}
	whole := fmt.Sprint(len(a.Outcomes))
	c.check(scoped, "applies", applies, cel.BoolType)
	for i, o := range slices.Backward(a.Outcomes) {
		c.check(outcomes, fmt.Sprintf("outcomes[%d].if", i), o.If, cel.BoolType)
		whole = fmt.Sprintf("(%s) ? %d : (%s)", o.If, i, whole)
	}
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	whole = fmt.Sprintf("!(%s) ? -1 : (%s)", applies, bind(whole))
	if element != "" {
		whole = fmt.Sprintf("%s.map(%s, %s)", list, element, whole)
	}
	c.env = env
	out.decide, _ = c.program("outcomes", whole, nil)
	return out, c.faults
}

// check type-checks one expression and notes what is wrong with it.
func (c *compiler) check(env *cel.Env, path, expr string, want *cel.Type) *cel.Ast {
	ast, issues := env.Compile(expr)
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
	if want != nil && !ast.OutputType().IsExactType(want) {
		c.faults = append(c.faults, refuse(c.article, path,
			"检查式应得出是或否，却得出 "+ast.OutputType().String(), "the check must be a yes or no, and is a "+ast.OutputType().String()))
		return nil
	}
	return ast
}

func (c *compiler) program(path, expr string, want *cel.Type) (cel.Program, *cel.Type) {
	ast := c.check(c.env, path, expr, want)
	if ast == nil {
		return nil, nil
	}
	estimate, err := c.env.EstimateCost(ast, sizes{})
	if err != nil || estimate.Max > articleBudget {
		c.faults = append(c.faults, refuse(c.article, path,
			fmt.Sprintf("检查式过于费时：估计最多 %d 步，上限 %d 步", estimate.Max, articleBudget),
			fmt.Sprintf("the check costs too much: up to %d steps, at most %d allowed", estimate.Max, articleBudget)))
		return nil, nil
	}
	p, err := c.env.Program(ast, cel.CostLimit(articleBudget), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		c.faults = append(c.faults, refuse(c.article, path, err.Error(), err.Error()))
		return nil, nil
	}
	return p, ast.OutputType()
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
	case []string:
		return strings.Join(x, "、")
	case calendar.Day:
		return x.String()
	}
	return fmt.Sprint(v)
}
