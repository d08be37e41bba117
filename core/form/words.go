package form

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"chancery/core/place"
	"chancery/core/strict"
	"chancery/core/text"
)

// Words are what coded values are called, in both languages. The words of a kind
// stand under its name and the code, `Track.general`; places are called as their
// table has them.
type Words struct {
	said   text.Catalogue
	places *place.Table
}

// NewWords takes the texts of codes and the table of places.
func NewWords(said text.Catalogue, places *place.Table) Words {
	return Words{said: said, places: places}
}

// Listed is a kind whose codes no program knows: an office lists them, in its
// words, and one that is not listed is called by its code.
type Listed interface{ Listed() }

// Composed is a kind that is made of other values and says itself with their words, such as half a day.
type Composed interface {
	Say(w Words) text.Text
}

// Say is what a value of a kind is called. ok is false where the kind is not a coded one.
func (w Words) Say(kind reflect.Type, code string) (said text.Text, ok bool) {
	itself := text.Text{ZH: code, EN: code}
	if kind == nil || kind.Kind() != reflect.String {
		return itself, false
	}
	if kind == reflect.TypeFor[place.Code]() {
		return w.places.Name(place.Code(code)), true
	}
	value := reflect.New(kind).Elem()
	value.SetString(code)
	switch is := value.Interface().(type) {
	case Composed:
		return is.Say(w), true
	case strict.Worded, Listed:
		key := keyOf(kind, code)
		if !w.said.Has(key) {
			return itself, true
		}
		return w.said.Say(key, nil), true
	}
	return itself, false
}

// Filled is the text under a key with its places filled, for a value that is made of others.
func (w Words) Filled(key string, a text.Args) text.Text { return w.said.Say(key, a) }

// Code finds the code of a kind that somebody means: the code itself, or what it is called in either language.
func (w Words) Code(kind reflect.Type, typed string) (code string, ok bool) {
	if kind == reflect.TypeFor[place.Code]() {
		return w.place(typed)
	}
	for _, key := range w.said.Keys() {
		code, of := strings.CutPrefix(key, kind.Name()+".")
		if !of {
			continue
		}
		said := w.said.Say(key, nil)
		if code == typed || said.ZH == typed || strings.EqualFold(said.EN, typed) {
			return code, true
		}
	}
	return typed, false
}

// place finds a place by its code, or by its name in either language.
func (w Words) place(typed string) (string, bool) {
	code := place.Code(strings.ToUpper(typed))
	if _, ok := w.places.Find(code); ok {
		return string(code), true
	}
	for _, p := range w.places.All() {
		if p.Name.ZH == typed || strings.EqualFold(p.Name.EN, typed) {
			return string(p.Code), true
		}
	}
	return typed, false
}

// Choices are the codes of a kind in their order: its own, or those that the office lists.
func (w Words) Choices(kind reflect.Type) []string {
	switch is := reflect.Zero(kind).Interface().(type) {
	case strict.Worded:
		return is.Words()
	case Listed:
		var out []string
		for _, key := range w.said.Keys() {
			if code, of := strings.CutPrefix(key, kind.Name()+"."); of {
				out = append(out, code)
			}
		}
		return out
	}
	return nil
}

// Unsaid are the codes of the kinds in some types, and in what they are made of, for which there are no words.
func (w Words) Unsaid(types ...reflect.Type) []string {
	var lacking []string
	seen := map[reflect.Type]bool{}
	var look func(t reflect.Type)
	look = func(t reflect.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice:
			look(t.Elem())
		case reflect.Struct:
			for i := range t.NumField() {
				look(t.Field(i).Type)
			}
		case reflect.String:
			worded, ok := reflect.Zero(t).Interface().(strict.Worded)
			if !ok {
				return
			}
			for _, code := range worded.Words() {
				if key := keyOf(t, code); !w.said.Has(key) {
					lacking = append(lacking, key)
				}
			}
		}
	}
	for _, t := range types {
		look(t)
	}
	slices.Sort(lacking)
	return slices.Compact(lacking)
}

func keyOf(kind reflect.Type, code string) string { return fmt.Sprintf("%s.%s", kind.Name(), code) }
