package strict

import (
	"encoding"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"chancery/core/fault"
	"chancery/core/text"
)

// Worded is a string type whose values come from a list. In a file only these words may stand; what is left out is "".
type Worded interface{ Words() []string }

// Shaped is a type that is written otherwise than it is kept. NewShape gives a pointer to what is written, which is read
// strictly; TakeShape turns it into the value. An error of TakeShape becomes a fault at the value; a fault's own field is
// taken to lie within it.
type Shaped interface {
	NewShape() any
	TakeShape(shape any) error
}

// Decode fills into, a pointer, from the whole document. All faults come back together as a fault.List in the order of
// the file: unknown keys, wrong types, words outside their list, texts a TextUnmarshaler does not take.
//
// Fields are named by their json tags. A string takes only text (a number or a day must be quoted), a whole number only
// decimal digits, an encoding.TextUnmarshaler the literal text of any scalar, `any` what JSON would give (whole numbers as
// int64, days as text). Null is as if absent and leaves what stood in into; an item of a list may not be null. When
// faults come back, into is half filled and worth nothing.
func (d *Document) Decode(into any) error {
	return d.decode(d.root, "", into)
}

// DecodeKey fills into, a pointer, from the value of one key of the document. An absent or null key leaves into as it
// is. Faults are as in Decode, their fields beginning with the key.
func (d *Document) DecodeKey(key string, into any) error {
	_, value := find(d.root, key)
	if value == nil {
		if d.root.Kind != yaml.MappingNode {
			return fault.List{fault.New(fault.Invalid, key, wrongType(d.root, aMap)).At(d.place(d.root))}
		}
		return nil
	}
	return d.decode(value, key, into)
}

func (d *Document) decode(n *yaml.Node, path string, into any) error {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode %s: want a pointer to fill, have %T", d.file, into)
	}
	dec := decoder{document: d, check: checker{file: d.file}, fields: map[reflect.Type]*fieldSet{}}
	dec.value(n, path, target.Elem())
	if dec.wrong != nil {
		return fmt.Errorf("decode %s: %w", d.file, dec.wrong)
	}
	dec.check.faults.Sort()
	return dec.check.faults.OrNil()
}

type decoder struct {
	document *Document
	check    checker
	fields   map[reflect.Type]*fieldSet
	wrong    error // a type of ours that cannot be decoded into: not the user's fault
}

func (d *decoder) fault(n *yaml.Node, path string, t text.Text) {
	d.check.add(n.Line, n.Column, path, t)
}

func (d *decoder) value(n *yaml.Node, path string, v reflect.Value) {
	if isNull(n) {
		return
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.value(n, path, v.Elem())
		return
	}
	if d.special(n, path, v) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		d.text(n, path, v)
	case reflect.Bool:
		if b, err := strconv.ParseBool(strings.ToLower(n.Value)); err == nil && isScalar(n, "!!bool") {
			v.SetBool(b)
		} else {
			d.fault(n, path, wrongType(n, aBool))
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if i, ok := whole(n); ok && !v.OverflowInt(i) {
			v.SetInt(i)
		} else {
			d.number(n, path)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if i, ok := whole(n); ok && i >= 0 && !v.OverflowUint(uint64(i)) {
			v.SetUint(uint64(i))
		} else {
			d.number(n, path)
		}
	case reflect.Float32, reflect.Float64:
		if f, ok := decimal(n); ok && !v.OverflowFloat(f) {
			v.SetFloat(f)
		} else {
			d.fault(n, path, wrongType(n, aNumber))
		}
	case reflect.Slice:
		d.slice(n, path, v)
	case reflect.Array:
		d.array(n, path, v)
	case reflect.Map:
		d.mapping(n, path, v)
	case reflect.Struct:
		d.structure(n, path, v)
	case reflect.Interface:
		if v.NumMethod() > 0 {
			d.wrong = fmt.Errorf("%s: cannot decode into %s", path, v.Type())
			return
		}
		if plain := d.plain(n, path); plain != nil {
			v.Set(reflect.ValueOf(plain))
		}
	default:
		d.wrong = fmt.Errorf("%s: cannot decode into %s", path, v.Type())
	}
}

// special decodes the types that say themselves how they are written.
func (d *decoder) special(n *yaml.Node, path string, v reflect.Value) bool {
	if !v.CanAddr() || !v.Addr().CanInterface() {
		return false
	}
	switch into := v.Addr().Interface().(type) {
	case Shaped:
		shape := into.NewShape()
		before := len(d.check.faults)
		d.value(n, path, reflect.ValueOf(shape).Elem())
		if len(d.check.faults) == before && d.wrong == nil {
			d.refusal(n, path, into.TakeShape(shape))
		}
	case encoding.TextUnmarshaler:
		if n.Kind != yaml.ScalarNode || n.ShortTag() == "!!bool" {
			d.fault(n, path, wrongType(n, aText))
			return true
		}
		d.refusal(n, path, into.UnmarshalText([]byte(n.Value)))
	case json.Unmarshaler:
		before := len(d.check.faults)
		plain := d.plain(n, path)
		if len(d.check.faults) > before {
			return true
		}
		data, err := json.Marshal(plain)
		if err == nil {
			err = into.UnmarshalJSON(data)
		}
		d.refusal(n, path, err)
	default:
		return false
	}
	return true
}

// refusal turns the error of a type that reads itself into faults at its place.
func (d *decoder) refusal(n *yaml.Node, path string, err error) {
	if err == nil {
		return
	}
	list := fault.All(err)
	if len(list) == 0 {
		d.fault(n, path, text.Text{
			ZH: "「{value}」无法读取：{why}", EN: "'{value}' cannot be read: {why}",
		}.Fill(text.Args{"value": brief(n.Value), "why": err.Error()}))
	}
	for _, f := range list {
		inner := f.In(path)
		at := d.document.At(inner.Field)
		if f.Field == "" {
			at = d.document.place(n)
		}
		d.check.add(at.Line, at.Column, inner.Field, inner.Text)
	}
}

func (d *decoder) text(n *yaml.Node, path string, v reflect.Value) {
	if !isScalar(n, "!!str") {
		d.fault(n, path, wrongType(n, aText))
		return
	}
	if w, ok := v.Interface().(Worded); ok && !contains(w.Words(), n.Value) {
		d.fault(n, path, unknownWordText(n.Value, w.Words()))
		return
	}
	v.SetString(n.Value)
}

func (d *decoder) number(n *yaml.Node, path string) {
	if isScalar(n, "!!int") {
		d.fault(n, path, text.Text{
			ZH: "「{value}」不是此处可用的整数；请写十进制整数，如 5",
			EN: "'{value}' is not a whole number that fits here; write decimal digits, for example 5",
		}.Fill(text.Args{"value": brief(n.Value)}))
		return
	}
	d.fault(n, path, wrongType(n, aWhole))
}

func (d *decoder) slice(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fault(n, path, wrongType(n, aList))
		return
	}
	list := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	d.items(n, path, list)
	v.Set(list)
}

func (d *decoder) array(n *yaml.Node, path string, v reflect.Value) {
	switch {
	case n.Kind != yaml.SequenceNode:
		d.fault(n, path, wrongType(n, aList))
	case len(n.Content) != v.Len():
		d.fault(n, path, text.Text{
			ZH: "此处应有 {want} 项，现有 {have} 项", EN: "{want} items are wanted here, {have} stand here",
		}.Fill(text.Args{"want": v.Len(), "have": len(n.Content)}))
	default:
		d.items(n, path, v)
	}
}

func (d *decoder) items(n *yaml.Node, path string, into reflect.Value) {
	for i, item := range n.Content {
		at := path + "[" + strconv.Itoa(i) + "]"
		if isNull(item) && into.Type().Elem().Kind() != reflect.Interface {
			d.fault(item, at, text.Text{ZH: "清单中有空项；请填写或删去", EN: "an item of the list is empty; fill it in or delete it"})
			continue
		}
		d.value(item, at, into.Index(i))
	}
}

func (d *decoder) mapping(n *yaml.Node, path string, v reflect.Value) {
	if v.Type().Key().Kind() != reflect.String {
		d.wrong = fmt.Errorf("%s: cannot decode into %s", path, v.Type())
		return
	}
	if n.Kind != yaml.MappingNode {
		d.fault(n, path, wrongType(n, aMap))
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMapWithSize(v.Type(), len(n.Content)/2))
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, item := n.Content[i], n.Content[i+1]
		at := below(path, key.Value)
		name := reflect.New(v.Type().Key()).Elem()
		before := len(d.check.faults)
		switch into := name.Addr().Interface().(type) {
		case encoding.TextUnmarshaler:
			d.refusal(key, at, into.UnmarshalText([]byte(key.Value)))
		case Worded:
			if !contains(into.Words(), key.Value) {
				d.fault(key, at, unknownWordText(key.Value, into.Words()))
			}
			name.SetString(key.Value)
		default:
			name.SetString(key.Value)
		}
		value := reflect.New(v.Type().Elem()).Elem()
		d.value(item, at, value)
		if len(d.check.faults) == before && !isNull(item) {
			v.SetMapIndex(name, value)
		}
	}
}

func (d *decoder) structure(n *yaml.Node, path string, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fault(n, path, wrongType(n, aMap))
		return
	}
	set := d.fieldsOf(v.Type())
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, item := n.Content[i], n.Content[i+1]
		at := below(path, key.Value)
		index, known := set.index[key.Value]
		if !known {
			d.fault(key, at, unknownKeyText(key.Value, set.names))
			continue
		}
		if isNull(item) {
			continue
		}
		d.value(item, at, reach(v, index))
	}
}

// plain gives a node as JSON would have it: nil, string, bool, int64, float64, []any, map[string]any.
func (d *decoder) plain(n *yaml.Node, path string) any {
	switch n.Kind {
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			list[i] = d.plain(item, path+"["+strconv.Itoa(i)+"]")
		}
		return list
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = d.plain(n.Content[i+1], below(path, n.Content[i].Value))
		}
		return m
	}
	switch n.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int":
		if i, ok := whole(n); ok {
			return i
		}
		d.number(n, path)
		return nil
	case "!!float":
		if f, ok := decimal(n); ok {
			return f
		}
		d.fault(n, path, wrongType(n, aNumber))
		return nil
	}
	return n.Value
}

func isScalar(n *yaml.Node, tag string) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == tag
}

// whole reads decimal digits only: 0123, 0x7B and 1_000 mean different things to different readers.
func whole(n *yaml.Node) (int64, bool) {
	digits := strings.TrimPrefix(n.Value, "-")
	if !isScalar(n, "!!int") || strings.HasPrefix(digits, "+") || len(digits) > 1 && digits[0] == '0' {
		return 0, false
	}
	i, err := strconv.ParseInt(n.Value, 10, 64)
	return i, err == nil
}

func decimal(n *yaml.Node) (float64, bool) {
	if i, ok := whole(n); ok {
		return float64(i), true
	}
	if !isScalar(n, "!!float") {
		return 0, false
	}
	f, err := strconv.ParseFloat(n.Value, 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}

func contains(words []string, w string) bool {
	for _, known := range words {
		if known == w {
			return true
		}
	}
	return false
}
