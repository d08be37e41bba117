package strict_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"chancery/core/fault"
	"chancery/core/strict"
)

// anything draws what JSON can say, three levels deep.
func anything(depth int) *rapid.Generator[any] {
	words := rapid.StringOf(rapid.RuneFrom([]rune(`ab\/"'{}[]:,#&*!|>%@-~ 0` + "\n钟离牧👍é")))
	plain := []*rapid.Generator[any]{
		words.AsAny(), rapid.Int64().AsAny(), rapid.Float64Range(-1e20, 1e20).AsAny(), rapid.Bool().AsAny(),
		rapid.SampledFrom([]string{"null", "yes", "1e5", "0x10", "2026-10-08", "~", "<<", ""}).AsAny(),
	}
	if depth > 0 {
		plain = append(plain, rapid.SliceOfN(anything(depth-1), 0, 4).AsAny(), rapid.MapOfN(words, anything(depth-1), 0, 4).AsAny())
	}
	return rapid.OneOf(plain...)
}

// TestJSONIsReadAsTheYAMLThatItIs: a comment before it makes a file YAML, and it says the same, a line further down.
func TestJSONIsReadAsTheYAMLThatItIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if rapid.Bool().Draw(t, "indented") {
			enc.SetIndent("", "  ")
		}
		if err := enc.Encode(map[string]any{"a": anything(3).Draw(t, "a"), "钟": anything(2).Draw(t, "b")}); err != nil {
			t.Fatal(err)
		}
		one, err := strict.Parse("", b.Bytes(), strict.DefaultLimits())
		other, err2 := strict.Parse("", append([]byte("# YAML\n"), b.Bytes()...), strict.DefaultLimits())
		if (err == nil) != (err2 == nil) || len(fault.All(err)) != len(fault.All(err2)) {
			t.Fatalf("%s\nas JSON: %v\nas YAML: %v", b.String(), err, err2)
		}
		if err != nil {
			return
		}
		var says, told any
		if err := one.Decode(&says); err != nil {
			t.Fatal(err)
		}
		if err := other.Decode(&told); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(says, told) {
			t.Fatalf("%s\nas JSON: %#v\nas YAML: %#v", b.String(), says, told)
		}
		for _, key := range one.Keys() {
			at, there := one.At(key), other.At(key)
			if at.Line+1 != there.Line || at.Column != there.Column {
				t.Fatalf("%s\n%q stands at %v as JSON, at %v as YAML", b.String(), key, at, there)
			}
		}
	})
}
