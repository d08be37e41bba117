package webtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chancery/desk"
)

func encoded(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// spec reads the OpenAPI document as a program does.
func spec(t *testing.T, h *House) *Document {
	t.Helper()
	d := read[Document](t, h.As("").Get("/api/openapi.json"), http.StatusOK)
	return &d
}

var actRoute = regexp.MustCompile("(?m)^\\|[^|]+\\| `casework\\.[A-Za-z]+` \\| `(/[a-z-]+)` \\|")

func TestTheDocumentDescribesEveryActAndEveryOperation(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	d := spec(t, h)
	if d.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", d.OpenAPI)
	}
	words, err := os.ReadFile("../../docs/words.md")
	if err != nil {
		t.Fatal(err)
	}
	acts := actRoute.FindAllSubmatch(words, -1)
	if len(acts) < 30 {
		t.Fatalf("docs/words.md lists %d acts", len(acts))
	}
	said := map[string]bool{}
	for _, m := range acts {
		path := "/api/cases/{no}" + string(m[1])
		if string(m[1]) == "/cases" {
			path = "/api/cases"
		}
		said[path] = true
		if d.Paths[path]["post"] == nil {
			t.Errorf("docs/words.md has the act %s, the document has not", path)
		}
	}
	ids := map[string]bool{}
	for _, op := range d.operations() {
		name := op.method + " " + op.path
		if op.method == http.MethodPost && strings.HasPrefix(op.path, "/api/cases") && !said[op.path] {
			t.Errorf("%s is no act of docs/words.md", name)
		}
		if op.Summary == "" || op.Description == "" || op.OperationID == "" || ids[op.OperationID] || len(op.Security) == 0 {
			t.Errorf("%s is not described: %q %q %q", name, op.OperationID, op.Summary, op.Description)
		}
		ids[op.OperationID] = true
		in := map[string]bool{}
		for _, p := range op.Parameters {
			in[p.In+" "+p.Name] = true
		}
		for _, m := range regexp.MustCompile(`\{([a-z]+)\}`).FindAllStringSubmatch(op.path, -1) {
			if !in["path "+m[1]] {
				t.Errorf("%s: %s of the path is not described", name, m[1])
			}
		}
		if act := said[op.path] && op.path != "/api/cases"; op.method == http.MethodPost && act {
			added := strings.HasSuffix(op.path, "/attachments") // to whatever version there is: a paper stands in nobody's way
			if in["header If-Match"] == added || !in["header Idempotency-Key"] {
				t.Errorf("%s: an act without If-Match or Idempotency-Key", name)
			}
		}
		for status, r := range op.Responses {
			for kind, m := range r.Content {
				if m.Schema == nil || r.Description == "" {
					t.Errorf("%s: %s %s is not described", name, status, kind)
				}
				if code, err := strconv.Atoi(status); err != nil || code >= 400 && kind != "application/problem+json" {
					t.Errorf("%s: %s comes as %s", name, status, kind)
				}
			}
		}
	}
	for name, s := range d.Components.Schemas {
		for _, ref := range refs(s) {
			if d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")] == nil {
				t.Errorf("%s: %s leads nowhere", name, ref)
			}
		}
	}
}

func refs(s *schema) []string {
	if s == nil {
		return nil
	}
	out := []string{}
	if s.Ref != "" {
		out = append(out, s.Ref)
	}
	for _, p := range s.Properties {
		out = append(out, refs(p)...)
	}
	for _, p := range s.AnyOf {
		out = append(out, refs(p)...)
	}
	return append(out, refs(s.Items)...)
}

// guess makes values of a schema, now and then wrong ones.
type guess struct {
	*rand.Rand
	d *Document
}

var odd = []any{
	nil, "", "x", "钟离牧", "' OR 1=1 --", "\u202e", "\x00", "../../etc/passwd", "%s%n", strings.Repeat("长", 300), "2026-02-30", "9999-12-31", -1, 0, 1 << 40,
	1.5, true,
	[]any{},
	[]any{[]any{[]any{}}},
	map[string]any{},
	map[string]any{"$ref": "x"},
	map[string]any{"zh": 1},
	"🦀",
}

func (g *guess) value(s *schema, deep int) any {
	if s == nil || deep > 6 || g.IntN(12) == 0 {
		return odd[g.IntN(len(odd))]
	}
	if s.Ref != "" {
		return g.value(g.d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")], deep)
	}
	if len(s.AnyOf) > 0 {
		return g.value(s.AnyOf[g.IntN(len(s.AnyOf))], deep)
	}
	if len(s.Enum) > 0 {
		return s.Enum[g.IntN(len(s.Enum))]
	}
	kind := s.Type
	if many, ok := kind.([]any); ok && len(many) > 0 {
		kind = many[0]
	}
	switch kind {
	case "object":
		out := map[string]any{}
		keys := make([]string, 0, len(s.Properties))
		for key := range s.Properties {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			if slices.Contains(s.Required, key) || g.IntN(2) == 0 {
				out[key] = g.value(s.Properties[key], deep+1)
			}
		}
		if g.IntN(20) == 0 {
			out["undocumented"] = odd[g.IntN(len(odd))]
		}
		return out
	case "array":
		out := []any{}
		for range g.IntN(3) {
			out = append(out, g.value(s.Items, deep+1))
		}
		return out
	case "integer":
		return g.IntN(5) - 1
	case "boolean":
		return g.IntN(2) == 0
	}
	return []string{"x", "2026-10-08", "2026-10-15", "JP", "同意", "1234.50", "CNY", "zhongli", "director", "foreign-affairs"}[g.IntN(10)]
}

// near is a value with one part of it changed, now and then.
func (g *guess) near(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		keys := make([]string, 0, len(x))
		for key := range x {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			if g.IntN(60) > 0 {
				out[key] = g.near(x[key])
			}
		}
		return out
	case []any:
		out := []any{}
		for _, item := range x {
			out = append(out, g.near(item))
		}
		return out
	}
	if g.IntN(80) == 0 {
		return odd[g.IntN(len(odd))]
	}
	return v
}

// TestS18WhateverIsSentTheAnswerIsAsDocumented: requests made from the document itself, sound and unsound, by people who see
// much and little, are answered with a documented status and nothing that is not documented; never by a failure of ours.
func TestS18WhateverIsSentTheAnswerIsAsDocumented(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	real := []string{h.Files(), h.Files()}
	numbers := []string{"OUT-2026-9", "x", "%00", "%2e%2e", "%F0%9F%A6%80"}
	h.Agrees("dongfang", real[1])
	var sound map[string]any
	if err := json.Unmarshal([]byte(read[struct{ Application json.RawMessage }](t, h.Token("zhongli", everything...).Get("/api/cases/"+real[0]), http.StatusOK).Application), &sound); err != nil {
		t.Fatal(err)
	}
	d := spec(t, h)
	people := []*Program{h.Token("zhongli", everything...), h.Token("dongfang", everything...), h.Token("sikong", everything...), h.Token("xiahou", everything...)}
	g := &guess{rand.New(rand.NewPCG(18, 2026)), d} //nolint:gosec // a guess must come again with its seed
	ops := d.operations()
	seen := map[string]int{}
	guesses := 600 // the same first ones each time
	if proof() {
		guesses = 6000
	}
	for i := range guesses {
		op := ops[i%len(ops)]
		if op.method == http.MethodDelete {
			continue
		}
		who := people[g.IntN(len(people))]
		may := ""
		if g.IntN(3) == 0 { // something that this person may do now
			may = real[g.IntN(len(real))]
			list := struct{ Acts []struct{ Href string } }{}
			_ = json.Unmarshal(who.Get("/api/cases/"+may+"/allowed").Body.Bytes(), &list)
			if len(list.Acts) > 0 {
				to := strings.Replace(list.Acts[g.IntN(len(list.Acts))].Href, may, "{no}", 1)
				op = ops[slices.IndexFunc(ops, func(o *described) bool { return o.path == to })]
			}
		}
		path, no := op.path, ""
		for _, m := range regexp.MustCompile(`\{([a-z]+)\}`).FindAllString(path, -1) {
			part := numbers[g.IntN(len(numbers))]
			if g.IntN(3) > 0 {
				part = real[g.IntN(len(real))]
			}
			switch m {
			case "{no}":
				if may != "" {
					part = may
				}
			case "{book}":
				part = []string{"cn-national", "x"}[g.IntN(2)]
			case "{id}":
				path = strings.Replace(path, m, strconv.Itoa(g.IntN(4)), 1)
				continue
			case "{name}":
				part = []string{"abroad", "trips", "x"}[g.IntN(3)]
			case "{article}":
				part = []string{"OUT-02", "x"}[g.IntN(2)]
			}
			path, no = strings.Replace(path, m, part, 1), part
		}
		var query, headers []string
		for _, p := range op.Parameters {
			switch {
			case p.In == "query" && (p.Required || g.IntN(3) == 0):
				query = append(query, p.Name+"="+strings.ReplaceAll(encodedQuery(fmt.Sprint(g.value(p.Schema, 5))), "+", "%20"))
			case p.Name == "If-Match" && g.IntN(10) > 0:
				version := 1 + g.IntN(4)
				if now, err := h.Desk.Version(t.Context(), desk.Operator(), no); err == nil && g.IntN(5) > 0 {
					version = now
				}
				headers = append(headers, "If-Match", `"`+strconv.Itoa(version)+`"`)
			case p.Name == "Idempotency-Key" && g.IntN(4) == 0:
				headers = append(headers, "Idempotency-Key", strconv.Itoa(g.IntN(30)))
			}
		}
		if len(query) > 0 {
			path += "?" + strings.Join(query, "&")
		}
		var body any
		if op.RequestBody != nil && op.RequestBody.Content["multipart/form-data"].Schema != nil && g.IntN(8) > 0 {
			kind := fmt.Sprint(g.value(&schema{Enum: []any{"invitation", "other", "x"}}, 0))
			form, of := fileForm(h, kind, []string{"来函.pdf", "../a.pdf", "a.js", ""}[g.IntN(4)], [][]byte{letter(strconv.Itoa(i)), letter("same"), nil, []byte("x")}[g.IntN(4)], "")
			body, headers = form, append(headers, "Content-Type", of)
		} else if op.RequestBody != nil && op.RequestBody.Content["application/json"].Schema != nil && g.IntN(8) > 0 {
			body = g.value(op.RequestBody.Content["application/json"].Schema, 0)
			if op.RequestBody.Content["application/json"].Schema.Ref != "" && g.IntN(3) > 0 {
				body = g.near(sound)
			}
			if body == nil {
				body = "null"
			}
		}
		r := who.Do(op.method, path, body, headers...)
		name := fmt.Sprintf("guess %d: %s %s %v", i, op.method, path, body)
		if r.Code >= 500 {
			t.Errorf("%s: answered %d: %s", name, r.Code, r.Body)
			continue
		}
		seen[strconv.Itoa(r.Code)]++
		if filed := strings.TrimPrefix(r.Header().Get("Location"), "/api/cases/"); filed != "" && !strings.Contains(filed, "/") && len(real) < 12 {
			real = append(real, filed)
		}
		if kind := r.Header().Get("Content-Type"); r.Code == http.StatusOK && kind == "application/pdf" {
			if op.Responses["200"].Content[kind].Schema == nil {
				t.Errorf("%s: a file that is not documented", name)
			}
			continue
		}
		for _, wrong := range d.Against(op.method, op.path, r.Code, r.Header().Get("Content-Type"), r.Body.Bytes()) {
			t.Errorf("%s: %s", name, wrong)
		}
		if t.Failed() {
			return
		}
	}
	for _, status := range []string{"200", "201", "403", "404", "412", "422", "428"} {
		if seen[status] == 0 {
			t.Errorf("no guess was answered %s: %v", status, seen)
		}
	}
	t.Log(seen)
}

func encodedQuery(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
