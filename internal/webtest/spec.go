package webtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// schema is as much of a JSON schema as the document of the door uses.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       any                `json:"type"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	More       json.RawMessage    `json:"additionalProperties"`
	Items      *schema            `json:"items"`
	AnyOf      []*schema          `json:"anyOf"`
	Enum       []any              `json:"enum"`
}

type media map[string]struct {
	Schema *schema `json:"schema"`
}

type described struct {
	OperationID string                `json:"operationId"`
	Summary     string                `json:"summary"`
	Description string                `json:"description"`
	Security    []map[string][]string `json:"security"`
	Parameters  []struct {
		Name, In string
		Required bool
		Schema   *schema
	} `json:"parameters"`
	RequestBody *struct {
		Content media `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Description string `json:"description"`
		Content     media  `json:"content"`
	} `json:"responses"`

	method, path string
}

// Document is as much of an OpenAPI document as the programs' door writes.
type Document struct {
	OpenAPI    string                           `json:"openapi"`
	Paths      map[string]map[string]*described `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

// operations lists every operation by path and method.
func (d *Document) operations() []*described {
	var out []*described
	for path, methods := range d.Paths {
		for method, op := range methods {
			op.method, op.path = strings.ToUpper(method), path
			out = append(out, op)
		}
	}
	slices.SortFunc(out, func(a, b *described) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return out
}

// Against says what in an answer the document does not know or misses.
func (d *Document) Against(method, path string, status int, kind string, body []byte) []string {
	op := d.Paths[path][strings.ToLower(method)]
	if op == nil {
		return []string{method + " " + path + ": not documented"}
	}
	said, ok := op.Responses[fmt.Sprint(status)]
	if !ok {
		return []string{fmt.Sprintf("%s %s: %d is not documented", method, path, status)}
	}
	if len(body) == 0 {
		return nil
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return []string{err.Error()}
	}
	if said.Content[kind].Schema == nil {
		return []string{kind + ": not documented"}
	}
	return d.against(said.Content[kind].Schema, v, op.OperationID)
}

// against says what in a value the schema does not know or misses.
func (d *Document) against(s *schema, v any, at string) []string {
	if s == nil {
		return nil
	}
	if s.Ref != "" {
		to, ok := d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
		if !ok {
			return []string{at + ": " + s.Ref + " leads nowhere"}
		}
		return d.against(to, v, at)
	}
	if len(s.AnyOf) > 0 {
		var why []string
		for _, one := range s.AnyOf {
			wrong := d.against(one, v, at)
			if len(wrong) == 0 {
				return nil
			}
			why = append(why, wrong...)
		}
		return why
	}
	if kind := kindOf(v); s.Type != nil && !s.takes(kind) {
		return []string{fmt.Sprintf("%s: is %s, the document says %v", at, kind, s.Type)}
	}
	if len(s.Enum) > 0 && v != nil && !slices.Contains(s.Enum, v) {
		return []string{fmt.Sprintf("%s: %v is none of %v", at, v, s.Enum)}
	}
	var wrong []string
	switch x := v.(type) {
	case []any:
		for i, item := range x {
			wrong = append(wrong, d.against(s.Items, item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		for _, key := range s.Required {
			if _, ok := x[key]; !ok {
				wrong = append(wrong, at+"."+key+": missing")
			}
		}
		for key, item := range x {
			if p, ok := s.Properties[key]; ok {
				wrong = append(wrong, d.against(p, item, at+"."+key)...)
				continue
			}
			var more schema
			switch {
			case string(s.More) == "false":
				wrong = append(wrong, at+"."+key+": not documented")
			case len(s.More) > 0 && json.Unmarshal(s.More, &more) == nil:
				wrong = append(wrong, d.against(&more, item, at+"."+key)...)
			}
		}
	}
	return wrong
}

func kindOf(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if x == float64(int64(x)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}

func (s *schema) takes(kind string) bool {
	one := func(t any) bool { return t == kind || t == "number" && kind == "integer" }
	if many, ok := s.Type.([]any); ok {
		return slices.ContainsFunc(many, one)
	}
	return one(s.Type)
}
