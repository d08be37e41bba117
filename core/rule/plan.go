package rule

import (
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"

	"chancery/core/calendar"
)

// slots numbers what checks read of an application, so that each is read once
// per application however many articles speak of it: `trip.days` has a number,
// `member.rank` has one for each member.
type slots struct {
	mu      sync.Mutex
	roots   map[string]reflect.Type // variables and facts
	numbers map[string]int
	params  map[string]int // by their names, of all books of the language
	// elements counts those that are read of a member or a stay; others the rest.
	elements, others int
}

func (s *slots) number(path string, ofElement bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.numbers[path]
	if !ok {
		count := &s.others
		if ofElement {
			count = &s.elements
		}
		n = *count
		*count++
		s.numbers[path] = n
	}
	return n
}

// param numbers a parameter.
func (s *slots) param(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.params[name]; !ok {
		s.params[name] = len(s.params)
	}
}

// plan makes a checked expression executable. CEL plans and counts its cost; only
// what it reads of the application is read through slots, at the same cost.
func (d *dialect) plan(env *cel.Env, ast *cel.Ast, scope Scope) (interpreter.InterpretableV2, error) {
	var known []*reading
	opts := []interpreter.PlannerOption{interpreter.Optimize(), interpreter.CompileRegexConstants(interpreter.MatchesRegexOptimization)}
	if !d.beyond(ast, scope) {
		opts = slices.Insert(opts, 0, interpreter.CustomDecoratorV2(func(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
			if r := d.reading(i, scope); r != nil {
				known = append(known, r)
				return r, nil
			}
			if c := comparisonOf(i); c != nil {
				return c, nil
			}
			return i, nil
		}))
	}
	attributes := interpreter.NewAttributeFactory(env.Container, d.kinds, d.kinds)
	step, err := interpreter.NewInterpreter(d.functions, env.Container, d.kinds, d.kinds, attributes).NewInterpretable(ast.NativeRep(), opts...)
	if err != nil {
		return nil, err
	}
	for _, r := range known {
		if r.source == fromApplication || r.source == fromElement {
			r.slot = d.slots.number(r.path, r.source == fromElement)
		}
	}
	return step, nil
}

// beyond says whether an expression does what readings do not know: it gives a
// name of its own to something, by which it hides a variable, or asks whether a
// field is there. It is then left to CEL.
func (d *dialect) beyond(ast *cel.Ast, scope Scope) bool {
	hides := func(name string) bool {
		_, is := d.slots.roots[name]
		return is || name == elementName(scope) || name == valueName || name == limitName || name == "param" || name == "fact" || name == "scope"
	}
	return len(celast.MatchDescendants(celast.NavigateAST(ast.NativeRep()), func(e celast.NavigableExpr) bool {
		switch e.Kind() {
		case celast.SelectKind:
			return e.AsSelect().IsTestOnly()
		case celast.ComprehensionKind:
			loop := e.AsComprehension()
			return slices.ContainsFunc([]string{loop.AccuVar(), loop.IterVar(), loop.IterVar2()}, hides)
		default:
			return false
		}
	})) > 0
}

// reading is a variable, or a field of one, that a check reads. It is CEL's
// attribute with a shorter way to the value; where that leads nowhere, CEL's way
// is gone and says what is wrong.
type reading struct {
	interpreter.InterpretableAttribute
	kinds  *kinds
	source source
	slot   int
	root   string
	path   string
	at     reflect.Type // what the path leads to, as long as more may follow
	fields [][]int
	lost   bool // the path goes on in a way that only CEL knows
}

// source is where a reading finds its value.
type source int

const (
	fromApplication source = iota
	fromElement
	fromParameters
	fromValue
	fromLimit
)

// reading gives the reading that an attribute is, when it is one and not yet made one.
func (d *dialect) reading(i interpreter.InterpretableV2, scope Scope) *reading {
	attr, ok := i.(interpreter.InterpretableAttribute)
	if !ok {
		return nil
	}
	named, ok := attr.Attr().(interpreter.NamespacedAttribute)
	if !ok || len(named.Qualifiers()) > 0 || len(named.CandidateVariableNames()) != 1 {
		return nil
	}
	name := named.CandidateVariableNames()[0]
	r := &reading{InterpretableAttribute: attr, kinds: d.kinds, root: name, path: name}
	switch {
	case name == elementName(scope):
		r.source, r.at = fromElement, d.vocabulary.element(scope)
	case name == valueName:
		r.source = fromValue
	case name == limitName:
		r.source = fromLimit
	case strings.HasPrefix(name, paramPrefix):
		r.source, r.slot = fromParameters, d.slots.params[name[len(paramPrefix):]]
	default:
		if r.at, ok = d.slots.roots[name]; !ok {
			return nil
		}
	}
	return r
}

// Attr answers CEL: the attribute of a reading is the reading.
func (r *reading) Attr() interpreter.Attribute { return r }

// AddQualifier follows the path a step further.
func (r *reading) AddQualifier(q interpreter.Qualifier) (interpreter.Attribute, error) {
	if _, err := r.InterpretableAttribute.AddQualifier(q); err != nil {
		return nil, err
	}
	field, ok := r.field(q)
	if !ok {
		r.lost = true
		return r, nil
	}
	r.path += "." + field.name
	r.fields, r.at = append(r.fields, field.index), field.goType
	return r, nil
}

func (r *reading) field(q interpreter.Qualifier) (structField, bool) {
	constant, ok := q.(interpreter.ConstantQualifier)
	if !ok || r.lost || r.at == nil || q.IsOptional() {
		return structField{}, false
	}
	name, ok := constant.Value().(types.String)
	if !ok {
		return structField{}, false
	}
	at := r.at
	if at.Kind() == reflect.Pointer {
		at = at.Elem()
	}
	kind, ok := r.kinds.byType[at]
	if !ok {
		return structField{}, false
	}
	field, ok := kind.read[string(name)]
	return field, ok
}

// Exec answers CEL with the value.
func (r *reading) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	v := r.value(frame)
	if v == nil {
		return r.InterpretableAttribute.Exec(frame)
	}
	if costs := frame.CostTracker(); costs != nil {
		for range r.fields {
			costs.Qualify(r.ID())
		}
		costs.EvalAttribute(r.ID(), false, v)
	}
	return v
}

// Resolve answers CEL where the reading is a branch of a choice.
func (r *reading) Resolve(vars interpreter.Activation) (any, error) {
	frame, ok := vars.(*interpreter.ExecutionFrame)
	if !ok {
		return r.InterpretableAttribute.Resolve(vars)
	}
	v := r.value(frame)
	if v == nil {
		return r.InterpretableAttribute.Resolve(vars)
	}
	if costs := frame.CostTracker(); costs != nil {
		for range r.fields {
			costs.Qualify(r.ID())
		}
	}
	return v, nil
}

// Eval answers CEL.
func (r *reading) Eval(vars interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(vars, r.Exec)
}

// value is absent where CEL must look itself.
func (r *reading) value(frame *interpreter.ExecutionFrame) ref.Val {
	if r.lost {
		return nil
	}
	asked, ok := frame.Scope().(*asked)
	if !ok { // inside a loop
		if asked = askedFrom(frame); asked == nil {
			return nil
		}
	}
	switch r.source {
	case fromApplication:
		if v := asked.read[r.slot]; v != nil {
			return v
		}
		root, ok := asked.variable(r.root)
		if !ok {
			return nil
		}
		v := r.follow(root)
		asked.read[r.slot] = v
		return v
	case fromElement:
		if v := asked.element.read[r.slot]; v != nil {
			return v
		}
		v := r.follow(asked.element.value)
		asked.element.read[r.slot] = v
		return v
	case fromParameters:
		return asked.params[r.slot]
	case fromValue:
		return asked.measured()
	case fromLimit:
		return asked.limited()
	}
	return nil
}

// follow reads the path from a variable's value on; absent where it ends in nothing.
func (r *reading) follow(root any) ref.Val {
	if len(r.fields) == 0 {
		return r.kinds.NativeToValue(root)
	}
	v := reflect.ValueOf(root)
	for _, index := range r.fields {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return nil
			}
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return nil
		}
		v = v.FieldByIndex(index)
	}
	switch v.Kind() {
	case reflect.String:
		return types.String(v.String())
	case reflect.Bool:
		return types.Bool(v.Bool())
	case reflect.Int, reflect.Int64:
		return types.Int(v.Int())
	case reflect.Int32:
		if v.Type() == dayType {
			return timestamp(calendar.Day(v.Int()))
		}
		return types.Int(v.Int())
	default:
		return r.kinds.NativeToValue(native(v))
	}
}

// comparison is whether a reading is, or is not, a given word: what most checks are made of.
type comparison struct {
	interpreter.InterpretableV2
	read interpreter.InterpretableV2
	word types.String
	size int // in characters
	is   bool
}

func comparisonOf(i interpreter.InterpretableV2) *comparison {
	call, ok := i.(interpreter.InterpretableCall)
	if !ok || (call.Function() != operators.Equals && call.Function() != operators.NotEquals) {
		return nil
	}
	read, ok := call.Args()[0].(*reading)
	if !ok {
		return nil
	}
	constant, ok := call.Args()[1].(interpreter.InterpretableConst)
	if !ok {
		return nil
	}
	word, ok := constant.Value().(types.String)
	if !ok {
		return nil
	}
	return &comparison{
		InterpretableV2: i, read: read, word: word, size: utf8.RuneCountInString(string(word)), is: call.Function() == operators.Equals,
	}
}

// Exec answers CEL; it costs what CEL takes for it: a tenth of the shorter word's length, rounded up.
func (c *comparison) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	read, ok := c.read.Exec(frame).(types.String)
	if !ok {
		return c.InterpretableV2.Exec(frame)
	}
	if costs := frame.CostTracker(); costs != nil {
		for size := min(c.size, utf8.RuneCountInString(string(read))); size > 0; size -= 10 {
			costs.Qualify(c.ID())
		}
	}
	return types.Bool((read == c.word) == c.is)
}

// Eval answers CEL.
func (c *comparison) Eval(vars interpreter.Activation) ref.Val {
	return interpreter.EvalActivation(vars, c.Exec)
}
