package form

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/strict"
	"chancery/core/text"
)

// Application is an application as it was filed: for which procedure, when, by
// which unit, and the answers.
type Application struct {
	Procedure string       `json:"procedure"`
	Filed     calendar.Day `json:"filed,omitempty"`
	Unit      string       `json:"unit,omitempty"`
	// Mark says how far the case may be seen; none: internal.
	Mark    office.Mark `json:"mark,omitempty"`
	Answers Answers     `json:"answers"`
}

// headKeys are the keys of an application's file that belong to no block.
var headKeys = []string{"procedure", "filed", "unit", "mark"} //nolint:gochecknoglobals // a constant list

type head struct {
	Procedure string       `json:"procedure"`
	Filed     calendar.Day `json:"filed"`
	Unit      string       `json:"unit"`
	Mark      office.Mark  `json:"mark"`
}

// Read reads the file of an application. forms finds the form of a procedure.
// Every fault of the file comes back together as a fault.List, each with its
// line and column; then the application is worth nothing.
func Read(file string, data []byte, forms func(procedure string) (Form, bool)) (Application, error) {
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return Application{}, err
	}
	var (
		h      head
		faults fault.List
	)
	gather := func(err error) error {
		list := fault.All(err)
		if err != nil && len(list) == 0 {
			return err
		}
		faults = append(faults, list...)
		return nil
	}
	for key, into := range map[string]any{"procedure": &h.Procedure, "filed": &h.Filed, "unit": &h.Unit, "mark": &h.Mark} {
		if !slices.Contains(doc.Keys(), key) {
			continue
		}
		if err := gather(doc.DecodeKey(key, into)); err != nil {
			return Application{}, err
		}
	}
	if h.Procedure == "" {
		faults = append(faults, fault.New(fault.Invalid, "procedure", text.Text{
			ZH: "没有写明 procedure（程序）；请写明，例如 procedure: outbound-trip",
			EN: "procedure is missing; name it, for example procedure: outbound-trip",
		}).At(doc.At("procedure")))
		return Application{}, faults.OrNil()
	}
	f, ok := forms(h.Procedure)
	if !ok {
		faults = append(faults, fault.New(fault.Invalid, "procedure", text.Text{
			ZH: "没有名为「{name}」的程序", EN: "there is no procedure called {name}",
		}.Fill(text.Args{"name": h.Procedure})).At(doc.At("procedure")))
		return Application{}, faults.OrNil()
	}
	answers, err := f.read(doc, gather)
	if err != nil {
		return Application{}, err
	}
	if f.Examine != nil && len(faults) == 0 {
		for _, found := range f.Examine(answers) {
			faults = append(faults, found.At(doc.At(found.Field)))
		}
	}
	if err := sorted(faults).OrNil(); err != nil {
		return Application{}, err
	}
	return Application{Procedure: h.Procedure, Filed: h.Filed, Unit: h.Unit, Mark: h.Mark, Answers: answers}, nil
}

func (f Form) read(doc *strict.Document, gather func(error) error) (Answers, error) {
	answers := Answers{}
	var names []string
	for _, b := range f.Blocks {
		names = append(names, b.Name)
	}
	for _, key := range doc.Keys() {
		if slices.Contains(headKeys, key) {
			continue
		}
		i := slices.Index(names, key)
		if i < 0 {
			err := gather(strict.UnknownKey(doc, key, append(slices.Clone(names), headKeys...)))
			if err != nil {
				return nil, err
			}
			continue
		}
		if !doc.Has(key) {
			continue // a block without a value was not given
		}
		into := reflect.New(f.Blocks[i].Type)
		if err := gather(doc.DecodeKey(key, into.Interface())); err != nil {
			return nil, err
		}
		answers[key] = into.Elem().Interface()
	}
	return answers, nil
}

func sorted(l fault.List) fault.List {
	slices.SortStableFunc(l, func(a, b *fault.Fault) int {
		if a.Place.Line != b.Place.Line {
			return a.Place.Line - b.Place.Line
		}
		return a.Place.Column - b.Place.Column
	})
	return l
}

// Canonical is the application as one JSON document: keys sorted, no space
// between them, so that equal applications have equal bytes. It can be read
// again with Read.
func (a Application) Canonical() ([]byte, error) {
	flat := map[string]any{"procedure": a.Procedure}
	if !a.Filed.IsZero() {
		flat["filed"] = a.Filed
	}
	if a.Unit != "" {
		flat["unit"] = a.Unit
	}
	if a.Mark != "" {
		flat["mark"] = a.Mark
	}
	for name, v := range a.Answers {
		flat[name] = v
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(flat); err != nil {
		return nil, fmt.Errorf("write application: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Digest is the SHA-256 of the canonical bytes, in hexadecimal.
func (a Application) Digest() (string, error) {
	c, err := a.Canonical()
	return DigestOf(c), err
}

// DigestOf is the digest of an application whose canonical bytes are at hand.
func DigestOf(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// Restore reads what Canonical wrote. It trusts the bytes: they were examined
// when they were first read, and are kept unchanged since.
func Restore(data []byte, forms func(procedure string) (Form, bool)) (Application, error) {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return Application{}, fmt.Errorf("read kept application: %w", err)
	}
	a := Application{Answers: Answers{}}
	for key, into := range map[string]any{"procedure": &a.Procedure, "filed": &a.Filed, "unit": &a.Unit, "mark": &a.Mark} {
		if raw, ok := parts[key]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				return Application{}, fmt.Errorf("read kept application, %s: %w", key, err)
			}
		}
	}
	f, ok := forms(a.Procedure)
	if !ok {
		return Application{}, fmt.Errorf("read kept application: procedure %q is not loaded", a.Procedure)
	}
	for _, b := range f.Blocks {
		raw, ok := parts[b.Name]
		if !ok {
			continue
		}
		into := reflect.New(b.Type)
		if err := json.Unmarshal(raw, into.Interface()); err != nil {
			return Application{}, fmt.Errorf("read kept application, %s: %w", b.Name, err)
		}
		a.Answers[b.Name] = into.Elem().Interface()
	}
	return a, nil
}
