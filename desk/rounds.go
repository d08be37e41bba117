package desk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chancery/affairs"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/core/text"
)

// Round is what somebody changed in the application at once: after a return, for a change, by a reduction.
type Round struct {
	At      calendar.Instant
	Kind    casework.Kind
	By      office.PersonID
	Changes []FieldChange
}

// FieldChange is one field before and after; empty: it was not there, or is no longer. Kind is the type of what stands there.
type FieldChange struct {
	Path          string
	Kind          reflect.Type
	Before, After any
}

// rounds compares the applications that the entries of a case hold, each with the one before. What the reader may not see
// of the application is not in it.
func (d *Desk) rounds(v *CaseView, events []casework.Event, reader Reader, o office.Office) error {
	name := ""
	if person, ok := o.Person(reader.Person); ok {
		name = person.Name
	}
	seen := func(filing []byte) (any, error) {
		a, err := d.application(v.Case, filing)
		if err != nil {
			return nil, err
		}
		if hide := affairs.Of(v.Application.Procedure).Hide; hide != nil && len(v.Hidden) > 0 {
			a, _ = hide(a, name)
		}
		a.Filed = 0
		return tree(a)
	}
	var last []byte
	digest := ""
	for _, e := range events {
		if len(e.Filing) == 0 || e.Digest == digest {
			continue
		}
		before := last
		last, digest = e.Filing, e.Digest
		if before == nil {
			continue
		}
		from, err := seen(before)
		if err != nil {
			return err
		}
		to, err := seen(last)
		if err != nil {
			return err
		}
		round := Round{At: e.At, Kind: e.Kind, By: e.Actor.Person}
		ops := rule.Difference(from, to)
		slices.Reverse(ops) // what is taken out of a list is named from its end
		for _, op := range ops {
			round.Changes = append(round.Changes, FieldChange{Path: op.Path, Kind: d.lib.KindAt(v.Application.Procedure, op.Path), Before: valueAt(from, op.Path), After: op.Value})
		}
		v.Rounds = append(v.Rounds, round)
	}
	return nil
}

// valueAt is what stands at a path in a document of maps and lists; nil: nothing.
func valueAt(doc any, path string) any {
	for part := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		switch at := doc.(type) {
		case map[string]any:
			doc = at[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(at) {
				return nil
			}
			doc = at[i]
		default:
			return nil
		}
	}
	return doc
}

// Block is a part of an application as a page shows it: its answers one by one.
type Block struct {
	Name   string
	Title  text.Text
	Leaves []Leaf
}

// Leaf is one answer: its path within the block, what stands there, and the type of it.
type Leaf struct {
	Path  []string
	Kind  reflect.Type
	Value any
}

// KindAt is the type of what stands at a path of an application; none where no block has it.
func (l *Library) KindAt(procedure, path string) reflect.Type {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	f, _ := l.form(procedure)
	i := slices.IndexFunc(f.Blocks, func(b form.Block) bool { return b.Name == parts[0] })
	if parts[0] == "mark" {
		return reflect.TypeFor[office.Mark]()
	}
	if i < 0 {
		return nil
	}
	at := f.Blocks[i].Type
	for _, part := range parts[1:] {
		switch {
		case at != nil && at.Kind() == reflect.Slice:
			at = at.Elem()
		default:
			_, types := fieldsOf(at)
			at = types[part]
		}
	}
	return at
}

// blocks are the parts of an application that were answered, in the order of its form.
func (l *Library) blocks(a form.Application) ([]Block, error) {
	doc, err := tree(a)
	if err != nil {
		return nil, err
	}
	answers, ok := doc.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the application for %s is no list of blocks", a.Procedure)
	}
	f, _ := l.form(a.Procedure)
	var out []Block
	for _, b := range f.Blocks {
		if v, there := answers[b.Name]; there {
			out = append(out, Block{Name: b.Name, Title: b.Title, Leaves: leaves(nil, nil, v, b.Type)})
		}
	}
	return out, nil
}

// leaves walks a value in the order in which its type names its fields.
func leaves(out []Leaf, path []string, v any, t reflect.Type) []Leaf {
	down := func(part string) []string { return append(slices.Clone(path), part) }
	switch at := v.(type) {
	case map[string]any:
		if t == reflect.TypeFor[money.Amount]() {
			return append(out, Leaf{path, t, v})
		}
		keys, types := fieldsOf(t)
		for _, key := range sortedKeys(at) {
			if !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
		for _, key := range keys {
			if _, there := at[key]; there {
				out = leaves(out, down(key), at[key], types[key])
			}
		}
	case []any:
		if len(at) > 0 && scalars(at) {
			return append(out, Leaf{path, t, v})
		}
		var of reflect.Type
		if t != nil && t.Kind() == reflect.Slice {
			of = t.Elem()
		}
		for i, x := range at {
			out = leaves(out, down(strconv.Itoa(i)), x, of)
		}
	default:
		if words := Plain(v); words != "" && words != "false" {
			out = append(out, Leaf{path, t, v})
		}
	}
	return out
}

// fieldsOf are the names of a struct's fields as they are written, in their order, with their types.
func fieldsOf(t reflect.Type) ([]string, map[string]reflect.Type) {
	types := map[string]reflect.Type{}
	if t == nil || t.Kind() != reflect.Struct {
		return nil, types
	}
	var keys []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" {
			keys, types[name] = append(keys, name), t.Field(i).Type
		}
	}
	return keys, types
}

func scalars(list []any) bool {
	return !slices.ContainsFunc(list, func(x any) bool {
		switch x.(type) {
		case map[string]any, []any:
			return true
		}
		return false
	})
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Plain is a value of an application in plain words.
func Plain(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case map[string]any:
		var parts []string
		for _, k := range sortedKeys(x) {
			if words := Plain(x[k]); words != "" {
				parts = append(parts, words)
			}
		}
		return strings.Join(parts, " · ")
	case []any:
		var parts []string
		for _, one := range x {
			parts = append(parts, Plain(one))
		}
		return strings.Join(parts, ", ")
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}
