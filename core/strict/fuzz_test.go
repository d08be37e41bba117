package strict_test

import (
	"testing"
	"unicode/utf8"

	"chancery/core/fault"
	"chancery/core/strict"
)

// FuzzParse looks for a file on which reading crashes, does not end, comes back without a fault that people can read, or
// lets a forbidden character through.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"name: x\nn: 5\n", `{"a":[1,2.5,true,null,"x"]}`, "a: &a [*a]\n", "a: 1\na: 2\n", "<<: {a: 1}\n", "? [a]\n: b\n", "--- |\n text\n...\n",
		"a: !!binary aGk=\n", "a: \"\\u202e\"\n", "- - - -\n", "%YAML 1.1\n---\na: 1\n", "a: 2026-10-08\n", "\uFEFFa: 1\r\n", "a: 'b\n", "[[[[[[", "a:\n\t- b\n",
		"inner: {listed: yes}\ninners: [{name: 1}]\npair: {a: 1, b: -1}\nletters: {ab: {}}\n",
	} {
		f.Add([]byte(seed))
	}
	lim := strict.Limits{Bytes: 1 << 16, Depth: 20, Nodes: 5000}
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := strict.Parse("f.yaml", data, lim)
		if err != nil {
			list := fault.All(err)
			if len(list) == 0 || len(list) > 100 {
				t.Fatalf("%d faults: %v", len(list), err)
			}
			for _, one := range list {
				if one.Text.ZH == "" || !utf8.ValidString(one.Text.ZH) || !utf8.ValidString(one.Text.EN) {
					t.Fatalf("a fault that cannot be read: %+v", one)
				}
			}
			return
		}
		var plain any
		if err := doc.Decode(&plain); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatal(err)
		}
		sound(t, plain)
		var into outer
		if err := doc.Decode(&into); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Fatal(err)
		}
		for _, key := range doc.Keys() {
			if doc.At(key).Line < 1 {
				t.Fatalf("%q stands nowhere", key)
			}
		}
	})
}

func sound(t *testing.T, v any) {
	t.Helper()
	switch v := v.(type) {
	case string:
		for _, r := range v {
			if r < 0x20 && r != '\n' && r != '\t' || r >= 0x202A && r <= 0x202E || r == 0xFEFF {
				t.Fatalf("%U came through", r)
			}
		}
	case []any:
		for _, item := range v {
			sound(t, item)
		}
	case map[string]any:
		for key, item := range v {
			sound(t, key)
			sound(t, item)
		}
	}
}
