package rule

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"chancery/core/calendar"
	"chancery/core/text"
)

// Vocabulary is what the checks of a procedure may speak of: typed variables,
// what a person and a stay look like, functions, and facts that registers can
// answer. Types are Go types; a struct's fields carry their `json` names.
type Vocabulary struct {
	Variables []Variable
	// Person and Stay are the element types of the person and the stay scope.
	Person, Stay reflect.Type
	// Subject names the one that a finding is about: a person's name, a stay's place.
	Subject   func(element any) string
	Functions []Function
	Facts     []Variable
	// Say is what a value of a kind is called in a finding; ok is false where the kind has no words. Without it codes are said as they are.
	Say func(kind reflect.Type, code string) (said text.Text, ok bool)
}

// Variable is a name that a check may use, with its Go type.
type Variable struct {
	Name string
	Type reflect.Type
}

// NewVariable declares a variable of type T.
func NewVariable[T any](name string) Variable {
	return Variable{Name: name, Type: reflect.TypeFor[T]()}
}

// Function is a function that a check may call. It must have no effect and
// depend on nothing but its arguments, which come as Go values: int64, string,
// bool, calendar.Day, or a pointer to a struct. It may give an error instead of
// its result; the check then cannot be evaluated.
type Function struct {
	Name   string
	Args   []reflect.Type
	Result reflect.Type
	Call   func(args []any) any
}

// Values are the variables' values for one application. Persons and Stays hold
// pointers to the vocabulary's element types.
type Values struct {
	Variables map[string]any
	Persons   []any
	Stays     []any
}

// kinds turns Go types into CEL types and Go values into CEL values. It is made
// once per vocabulary and then only read.
type kinds struct {
	base    *types.Registry
	structs map[string]*structKind
	byType  map[reflect.Type]*structKind
}

type structKind struct {
	typ    *cel.Type
	names  []string
	fields map[string]*types.FieldType
	read   map[string]structField
}

// structField is where a field is found without CEL.
type structField struct {
	name   string
	index  []int
	goType reflect.Type
}

func newKinds(v Vocabulary) (*kinds, error) {
	base, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("make type registry: %w", err)
	}
	k := &kinds{base: base, structs: map[string]*structKind{}, byType: map[reflect.Type]*structKind{}}
	var all []reflect.Type
	for _, x := range append(append([]Variable{}, v.Variables...), v.Facts...) {
		all = append(all, x.Type)
	}
	for _, t := range []reflect.Type{v.Person, v.Stay} {
		if t != nil {
			all = append(all, t)
		}
	}
	for _, t := range all {
		if _, err := k.celType(t); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// celType is the CEL type of a Go type; structs are learnt on the way.
func (k *kinds) celType(t reflect.Type) (*cel.Type, error) {
	switch {
	case t == reflect.TypeFor[calendar.Day]():
		return cel.TimestampType, nil
	case t.Kind() == reflect.Pointer:
		return k.celType(t.Elem())
	case t.Kind() == reflect.String:
		return cel.StringType, nil
	case t.Kind() == reflect.Bool:
		return cel.BoolType, nil
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64 || t.Kind() == reflect.Int32:
		return cel.IntType, nil
	case t.Kind() == reflect.Slice:
		elem, err := k.celType(t.Elem())
		if err != nil {
			return nil, err
		}
		return cel.ListType(elem), nil
	case t.Kind() == reflect.Struct:
		return k.structType(t)
	}
	return nil, fmt.Errorf("a check cannot see values of type %s", t)
}

func (k *kinds) structType(t reflect.Type) (*cel.Type, error) {
	if known, ok := k.byType[t]; ok {
		return known.typ, nil
	}
	name := t.String()
	sk := &structKind{typ: cel.ObjectType(name), fields: map[string]*types.FieldType{}, read: map[string]structField{}}
	k.byType[t], k.structs[name] = sk, sk
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || f.Anonymous || tag == "" || tag == "-" {
			continue
		}
		ft, err := k.celType(f.Type)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", name, tag, err)
		}
		index := f.Index
		get := func(target any) reflect.Value {
			v := reflect.ValueOf(target)
			if v.Kind() == reflect.Pointer {
				v = v.Elem()
			}
			return v.FieldByIndex(index)
		}
		sk.names = append(sk.names, tag)
		sk.read[tag] = structField{name: tag, index: index, goType: f.Type}
		sk.fields[tag] = &types.FieldType{
			Type:    ft,
			IsSet:   func(target any) bool { return !get(target).IsZero() },
			GetFrom: func(target any) (any, error) { return native(get(target)), nil },
		}
	}
	return sk.typ, nil
}

// native is what a field holds, in the plainest form that CEL takes without reflection.
func native(v reflect.Value) any {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int64:
		return v.Int()
	case reflect.Int32:
		if v.Type() == dayType {
			return timestamp(calendar.Day(v.Int()))
		}
		return v.Int()
	case reflect.Struct:
		if v.CanAddr() {
			return v.Addr().Interface()
		}
	}
	return v.Interface()
}

// unixEpoch is 1970-01-01 among the days.
const unixEpoch calendar.Day = 719163

// timestamp is midnight UTC of a day; the absent day is the first instant that CEL knows.
func timestamp(d calendar.Day) types.Timestamp {
	days := int64(max(d, calendar.FirstDay)) - int64(unixEpoch)
	return types.Timestamp{Time: time.Unix(days*24*60*60, 0).UTC()}
}

// dayOf is the day of an instant in UTC; no day for the first one, and for what
// lies outside the days that the calendar knows.
func dayOf(t time.Time) calendar.Day {
	const length = 24 * 60 * 60
	seconds := t.Unix() + int64(unixEpoch)*length // since the day before the first
	if seconds < 2*length || seconds >= (int64(calendar.LastDay)+1)*length {
		return 0
	}
	return calendar.Day(seconds / length)
}

// NativeToValue is CEL's door for Go values.
func (k *kinds) NativeToValue(value any) ref.Val {
	switch v := value.(type) {
	case ref.Val:
		return v
	case string:
		return types.String(v)
	case bool:
		return types.Bool(v)
	case int:
		return types.Int(v)
	case int64:
		return types.Int(v)
	case []string:
		return types.NewStringList(k, v)
	case calendar.Day:
		return timestamp(v)
	}
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.String:
		return types.String(v.String())
	case reflect.Slice:
		return types.NewDynamicList(k, value)
	case reflect.Pointer:
		if sk, ok := k.byType[v.Type().Elem()]; ok && !v.IsNil() {
			return &structValue{kind: sk, kinds: k, value: value}
		}
	case reflect.Struct:
		if sk, ok := k.byType[v.Type()]; ok {
			return &structValue{kind: sk, kinds: k, value: value}
		}
	default:
	}
	return k.base.NativeToValue(value)
}

// The provider's side: what CEL asks about types.

func (k *kinds) EnumValue(name string) ref.Val         { return k.base.EnumValue(name) }
func (k *kinds) FindIdent(name string) (ref.Val, bool) { return k.base.FindIdent(name) }

func (k *kinds) FindStructType(name string) (*types.Type, bool) {
	if sk, ok := k.structs[name]; ok {
		return types.NewTypeTypeWithParam(sk.typ), true
	}
	return k.base.FindStructType(name)
}

func (k *kinds) FindStructFieldNames(name string) ([]string, bool) {
	if sk, ok := k.structs[name]; ok {
		return sk.names, true
	}
	return k.base.FindStructFieldNames(name)
}

func (k *kinds) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if sk, ok := k.structs[name]; ok {
		f, ok := sk.fields[field]
		return f, ok
	}
	return k.base.FindStructFieldType(name, field)
}

func (k *kinds) NewValue(name string, fields map[string]ref.Val) ref.Val {
	return k.base.NewValue(name, fields)
}

// structValue is a Go struct as CEL sees it.
type structValue struct {
	kind  *structKind
	kinds *kinds
	value any
}

func (s *structValue) ConvertToNative(t reflect.Type) (any, error) {
	if reflect.TypeOf(s.value).AssignableTo(t) {
		return s.value, nil
	}
	return nil, fmt.Errorf("a %s is not a %s", s.kind.typ, t)
}

func (s *structValue) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return s.kind.typ
	}
	return types.NewErr("a %s is not a %s", s.kind.typ, t)
}

func (s *structValue) Equal(other ref.Val) ref.Val {
	o, ok := other.(*structValue)
	return types.Bool(ok && reflect.DeepEqual(s.value, o.value))
}

func (s *structValue) Type() ref.Type { return s.kind.typ }
func (s *structValue) Value() any     { return s.value }

// Get reads a field by name, for the paths that CEL does not resolve at compile time.
func (s *structValue) Get(index ref.Val) ref.Val {
	name, ok := index.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(index)
	}
	f, ok := s.kind.fields[string(name)]
	if !ok {
		return types.NewErr("no such field: %s", name)
	}
	v, err := f.GetFrom(s.value)
	if err != nil {
		return types.WrapErr(err)
	}
	return s.kinds.NativeToValue(v)
}

var _ traits.Indexer = (*structValue)(nil)

//nolint:gochecknoglobals // types, never changed
var (
	stringList = reflect.TypeFor[[]string]()
	dayType    = reflect.TypeFor[calendar.Day]()
)

func (v Vocabulary) element(s Scope) reflect.Type {
	switch s {
	case "person":
		return v.Person
	case "stay":
		return v.Stay
	}
	return nil
}
