package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// anyTree draws a small JSON-like document.
func anyTree(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kind := 0
		if depth > 0 {
			kind = rapid.IntRange(0, 2).Draw(t, "kind")
		}
		switch kind {
		case 1:
			out := map[string]any{}
			for _, k := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c/d", "e~f"}), 0, 4, rapid.ID).Draw(t, "keys") {
				out[k] = anyTree(depth-1).Draw(t, k)
			}
			return out
		case 2:
			out := []any{}
			for range rapid.IntRange(0, 5).Draw(t, "length") {
				out = append(out, anyTree(depth-1).Draw(t, "item"))
			}
			return out
		}
		return rapid.SampledFrom([]any{"x", "y", float64(1), true}).Draw(t, "leaf")
	})
}

func copyTree(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range x {
			out[k] = copyTree(e)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = copyTree(e)
		}
		return out
	}
	return v
}

func TestTheDifferenceOfTwoDocumentsTurnsOneIntoTheOther(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from, to := anyTree(3).Draw(t, "from"), anyTree(3).Draw(t, "to")
		got, err := ApplyPatch(copyTree(from), Difference(from, to))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(to, got); diff != "" {
			t.Fatalf("the patch gave something else (-want +got):\n%s", diff)
		}
	})
}

func TestALineTakenOutOfAListIsOneRemoval(t *testing.T) {
	t.Parallel()
	from := []any{"a", "b", "c", "d"}
	want := []PatchOp{{Op: "remove", Path: "/1"}}
	if diff := cmp.Diff(want, Difference(from, []any{"a", "c", "d"})); diff != "" {
		t.Error(diff)
	}
}

func TestAPatchThatNamesNothingIsRefused(t *testing.T) {
	t.Parallel()
	for _, op := range []PatchOp{
		{Op: "remove", Path: "/gone"},
		{Op: "replace", Path: "/gone/deeper", Value: 1},
		{Op: "remove", Path: "/list/7"},
		{Op: "replace", Path: "/list/x", Value: 1},
		{Op: "add", Path: "/word/deeper", Value: 1},
	} {
		doc := map[string]any{"list": []any{1}, "word": "w"}
		if _, err := ApplyPatch(doc, []PatchOp{op}); err == nil {
			t.Errorf("%s %s was accepted", op.Op, op.Path)
		}
	}
}
