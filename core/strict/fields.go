package strict

import (
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"

	"chancery/core/text"
)

// fieldSet is what a struct type may be written with: names in the order of the type, and where each lies.
type fieldSet struct {
	names []string
	index map[string][]int
}

func (d *decoder) fieldsOf(t reflect.Type) *fieldSet {
	if set, ok := d.fields[t]; ok {
		return set
	}
	set := &fieldSet{index: map[string][]int{}}
	d.fields[t] = set
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case name == "-":
		case f.Anonymous && name == "" && inner.Kind() == reflect.Struct && inner != t:
			if !f.IsExported() && f.Type.Kind() == reflect.Pointer {
				continue // nobody outside its package could fill it
			}
			under := d.fieldsOf(inner)
			for _, n := range under.names {
				set.add(n, append([]int{i}, under.index[n]...))
			}
		case f.IsExported():
			if name == "" {
				name = f.Name
			}
			set.add(name, []int{i})
		}
	}
	return set
}

// add keeps the shallowest of the fields of one name, as encoding/json does.
func (s *fieldSet) add(name string, index []int) {
	have, taken := s.index[name]
	if !taken {
		s.names = append(s.names, name)
	}
	if !taken || len(index) < len(have) {
		s.index[name] = index
	}
}

// reach gives the field, making embedded pointers on the way.
func reach(v reflect.Value, index []int) reflect.Value {
	for i, x := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v
}

// What a place in a file may want.
type wanted uint8

const (
	aText wanted = iota
	aBool
	aWhole
	aNumber
	aList
	aMap
)

func (w wanted) say() text.Text {
	switch w {
	case aText:
		return text.Text{ZH: "文字", EN: "text"}
	case aBool:
		return text.Text{ZH: " true 或 false", EN: "true or false"}
	case aWhole:
		return text.Text{ZH: "整数", EN: "a whole number"}
	case aNumber:
		return text.Text{ZH: "数", EN: "a number"}
	case aList:
		return text.Text{ZH: "清单（各项以 - 起首，或写在方括号内）", EN: "a list (items beginning with -, or in square brackets)"}
	case aMap:
		return text.Text{ZH: "若干「键: 值」", EN: "lines of the form 'key: value'"}
	}
	return text.Text{}
}

// wrongType says what is wanted at a place and what stands there.
func wrongType(n *yaml.Node, w wanted) text.Text {
	args := text.Args{"want": w.say(), "have": found(n)}
	if w == aText && n.Kind == yaml.ScalarNode {
		args["value"] = brief(n.Value)
		return text.Text{
			ZH: "此处应为{want}，现为{have}；若确为文字，请加引号：\"{value}\"",
			EN: "wanted here: {want}; found: {have}; if it is meant as text, quote it: \"{value}\"",
		}.Fill(args)
	}
	return text.Text{
		ZH: "此处应为{want}，现为{have}",
		EN: "wanted here: {want}; found: {have}",
	}.Fill(args)
}

func found(n *yaml.Node) text.Text {
	switch n.Kind {
	case yaml.SequenceNode:
		return text.Text{ZH: "清单", EN: "a list"}
	case yaml.MappingNode:
		return text.Text{ZH: "一组「键: 值」", EN: "a map of keys"}
	}
	args := text.Args{"value": brief(n.Value)}
	switch n.ShortTag() {
	case "!!null":
		return text.Text{ZH: "空值", EN: "nothing"}
	case "!!bool":
		return text.Text{ZH: "真假值 {value}", EN: "the truth value {value}"}.Fill(args)
	case "!!int", "!!float":
		return text.Text{ZH: "数 {value}", EN: "the number {value}"}.Fill(args)
	case "!!timestamp":
		return text.Text{ZH: "日期 {value}", EN: "the day {value}"}.Fill(args)
	}
	return text.Text{ZH: "文字「{value}」", EN: "the text '{value}'"}.Fill(args)
}
