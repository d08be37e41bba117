package rule

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// PatchOp is one operation of a JSON Patch (RFC 6902); add, replace and remove are what we use.
type PatchOp struct {
	Op    PatchVerb `json:"op"`
	Path  string    `json:"path"`
	Value any       `json:"value,omitempty"`
}

// PatchVerb is what an operation does.
type PatchVerb string

// Words lists the verbs.
func (PatchVerb) Words() []string { return []string{"add", "replace", "remove"} }

// ApplyPatch applies operations to a JSON-like document (maps, slices, scalars)
// and returns the new one; doc itself may be changed. An operation whose path
// does not exist is an error; only a member that is replaced may be absent, since
// an application is written without the members that hold nothing.
func ApplyPatch(doc any, ops []PatchOp) (any, error) {
	for _, op := range ops {
		var err error
		doc, err = applyOp(doc, op, strings.Split(op.Path, "/")[1:])
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", op.Op, op.Path, err)
		}
	}
	return doc, nil
}

func applyOp(node any, op PatchOp, path []string) (any, error) {
	if len(path) == 0 {
		return op.Value, nil
	}
	key := strings.ReplaceAll(strings.ReplaceAll(path[0], "~1", "/"), "~0", "~")
	switch n := node.(type) {
	case map[string]any:
		return applyInMap(n, op, key, path[1:])
	case []any:
		return applyInList(n, op, key, path[1:])
	}
	return nil, fmt.Errorf("nothing can be at %q", key)
}

func applyInMap(n map[string]any, op PatchOp, key string, rest []string) (any, error) {
	child, ok := n[key]
	if len(rest) == 0 {
		if op.Op == "remove" {
			if !ok {
				return nil, fmt.Errorf("there is no %q", key)
			}
			delete(n, key)
			return n, nil
		}
		n[key] = op.Value
		return n, nil
	}
	if !ok {
		return nil, fmt.Errorf("there is no %q", key)
	}
	changed, err := applyOp(child, op, rest)
	if err != nil {
		return nil, err
	}
	n[key] = changed
	return n, nil
}

func applyInList(n []any, op PatchOp, key string, rest []string) (any, error) {
	if key == "-" && op.Op == "add" && len(rest) == 0 {
		return append(n, op.Value), nil
	}
	i, err := strconv.Atoi(key)
	if err != nil || i < 0 || i > len(n) || (i == len(n) && (op.Op != "add" || len(rest) > 0)) {
		return nil, fmt.Errorf("there is no item %q in a list of %d", key, len(n))
	}
	if len(rest) > 0 {
		changed, err := applyOp(n[i], op, rest)
		if err != nil {
			return nil, err
		}
		n[i] = changed
		return n, nil
	}
	switch op.Op {
	case "add":
		grown := make([]any, 0, len(n)+1)
		grown = append(grown, n[:i]...)
		grown = append(grown, op.Value)
		return append(grown, n[i:]...), nil
	case "remove":
		return append(append(make([]any, 0, len(n)), n[:i]...), n[i+1:]...), nil
	default:
		n[i] = op.Value
		return n, nil
	}
}

// Difference gives the operations that turn one JSON-like document into
// another. Items that left a list are removed one by one from its end, so that
// the paths hold when applied in order.
func Difference(from, to any) []PatchOp { return difference("", from, to) }

func difference(path string, from, to any) []PatchOp {
	switch a := from.(type) {
	case map[string]any:
		if b, ok := to.(map[string]any); ok {
			return differenceOfMaps(path, a, b)
		}
	case []any:
		if b, ok := to.([]any); ok {
			return differenceOfLists(path, a, b)
		}
	default:
		if from == to {
			return nil
		}
	}
	return []PatchOp{{Op: "replace", Path: path, Value: to}}
}

func differenceOfMaps(path string, a, b map[string]any) []PatchOp {
	var ops []PatchOp
	for _, key := range sortedKeys(a, b) {
		sub := path + "/" + strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
		av, inA := a[key]
		bv, inB := b[key]
		switch {
		case inA && inB:
			ops = append(ops, difference(sub, av, bv)...)
		case inA:
			ops = append(ops, PatchOp{Op: "remove", Path: sub})
		default:
			ops = append(ops, PatchOp{Op: "add", Path: sub, Value: bv})
		}
	}
	return ops
}

// differenceOfLists keeps what stayed, removes what left from the end backwards
// and changes the rest in place.
func differenceOfLists(path string, a, b []any) []PatchOp {
	var ops []PatchOp
	if len(a) > len(b) {
		gone := leftOut(a, b)
		for i := len(gone) - 1; i >= 0; i-- {
			ops = append(ops, PatchOp{Op: "remove", Path: path + "/" + strconv.Itoa(gone[i])})
		}
		kept := make([]any, 0, len(b))
		for i, v := range a {
			if len(gone) > 0 && gone[0] == i {
				gone = gone[1:]
				continue
			}
			kept = append(kept, v)
		}
		a = kept
	}
	for i := range a {
		ops = append(ops, difference(path+"/"+strconv.Itoa(i), a[i], b[i])...)
	}
	for i := len(a); i < len(b); i++ {
		ops = append(ops, PatchOp{Op: "add", Path: path + "/-", Value: b[i]})
	}
	return ops
}

// leftOut picks len(a)-len(b) items of a to leave out, so that as many as
// possible of the others stand in b unchanged and in order.
func leftOut(a, b []any) []int {
	n, m := len(a), len(b)
	equal := func(i, j int) int {
		if len(difference("", a[i], b[j])) == 0 {
			return 1
		}
		return 0
	}
	// kept[i][j]: how many of a[i:] can stay unchanged when it becomes b[j:].
	kept := make([][]int, n+1)
	for i := range kept {
		kept[i] = make([]int, m+1)
	}
	pairs := func(i, j int) bool { // whether a[i] is best turned into b[j]
		if j >= m {
			return false
		}
		mayLeave := n-i > m-j
		return !mayLeave || equal(i, j)+kept[i+1][j+1] >= kept[i+1][j]
	}
	for i := n - 1; i >= 0; i-- {
		for j := max(0, m-(n-i)); j <= m; j++ {
			if pairs(i, j) {
				kept[i][j] = equal(i, j) + kept[i+1][j+1]
			} else {
				kept[i][j] = kept[i+1][j]
			}
		}
	}
	var out []int
	for i, j := 0, 0; i < n; i++ {
		if pairs(i, j) {
			j++
		} else {
			out = append(out, i)
		}
	}
	return out
}

func sortedKeys(a, b map[string]any) []string {
	keys := slices.Collect(maps.Keys(a))
	for k := range b {
		if _, ok := a[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}
