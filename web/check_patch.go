package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"chancery/core/fault"
	"chancery/core/rule"
	"chancery/core/text"
)

// An alternative is applied to the text in the form, not to a copy of it that
// was read and written again: order, comments and quotes stay as the applicant
// wrote them, as far as a change allows.

// changesAtMost bounds what one alternative may change.
const changesAtMost = 200

// readPatch reads the JSON Patch that a button of the page carries.
func readPatch(sent string) ([]rule.PatchOp, error) {
	var ops []rule.PatchOp
	if err := json.Unmarshal([]byte(sent), &ops); err != nil || len(ops) > changesAtMost {
		return nil, refusal{status: http.StatusUnprocessableEntity, key: "fault.patch"}
	}
	for _, op := range ops {
		if !strings.HasPrefix(op.Path, "/") || !slices.Contains(op.Op.Words(), string(op.Op)) {
			return nil, refusal{status: http.StatusUnprocessableEntity, key: "fault.patch"}
		}
	}
	return ops, nil
}

// changesInWords lists what a patch changes, one line each.
func changesInWords(ops []rule.PatchOp) []string {
	var out []string
	for _, op := range ops {
		path := strings.ReplaceAll(strings.TrimPrefix(op.Path, "/"), "/", ".")
		switch op.Op {
		case "remove":
			out = append(out, "− "+path)
		case "add":
			out = append(out, "+ "+path+": "+flow(op.Value))
		default:
			out = append(out, path+": "+flow(op.Value))
		}
	}
	return out
}

// patchYAML applies operations to a YAML text. The text may have been edited
// since the alternative was found: then a path may be gone, which is a fault.
func patchYAML(source string, ops []rule.PatchOp) (string, error) {
	gone := fault.New(fault.Conflict, "", text.Text{
		ZH: "申请在预审之后又改过，这个方案已对不上；请再预审一次，选新的方案",
		EN: "the application was edited after the check, so this alternative no longer fits; check again and take a new one",
	})
	for _, op := range ops {
		var tree any
		if err := yaml.Unmarshal([]byte(source), &tree); err != nil {
			return "", gone
		}
		if op.Op == "replace" && !has(tree, op.Path) {
			op.Op = "add" // absent stands for the default that is replaced
		}
		want, err := rule.ApplyPatch(clean(tree), []rule.PatchOp{op})
		if err != nil {
			return "", gone
		}
		edited, ok := editInPlace(source, op)
		if ok && means(edited, want) {
			source = edited
			continue
		}
		if source, err = rewritten(source, op); err != nil || !means(source, want) {
			return "", gone
		}
	}
	return source, nil
}

// means says whether a YAML text says what a tree says.
func means(source string, want any) bool {
	var tree any
	if err := yaml.Unmarshal([]byte(source), &tree); err != nil {
		return false
	}
	return reflect.DeepEqual(plainTree(tree), plainTree(want))
}

// plainTree makes trees of YAML and of JSON comparable: scalars by what they say.
func plainTree(v any) any {
	switch x := clean(v).(type) {
	case map[string]any:
		out := make(map[string]any, len(x))
		for k, e := range x {
			out[k] = plainTree(e)
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i, e := range x {
			out[i] = plainTree(e)
		}
		return out
	case nil:
		return nil
	default:
		return fmt.Sprint(x)
	}
}

// clean turns what YAML reads into what JSON would have: a day is its words.
func clean(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			x[k] = clean(e)
		}
	case []any:
		for i, e := range x {
			x[i] = clean(e)
		}
	case interface{ Format(string) string }: // a timestamp
		return x.Format("2006-01-02")
	}
	return v
}

func steps(path string) []string {
	parts := strings.Split(path, "/")[1:]
	for i, p := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(p)
	}
	return parts
}

func has(tree any, path string) bool {
	for _, key := range steps(path) {
		switch n := tree.(type) {
		case map[string]any:
			child, ok := n[key]
			if !ok {
				return false
			}
			tree = child
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(n) {
				return false
			}
			tree = n[i]
		default:
			return false
		}
	}
	return true
}
