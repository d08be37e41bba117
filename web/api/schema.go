package api

import (
	"maps"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"chancery/affairs/travel"
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/procedure"
)

const schemaPrefix = "#/components/schemas/"

// schemas are what the OpenAPI document says of the shape of things. They are made from the very types that are written and
// read, so that neither can hold a field that the other does not know.
type schemas struct {
	huma.Registry
	forms map[string]form.Form
}

func newSchemas(forms map[string]form.Form) *schemas {
	namer := func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Name() == "" {
			return hint
		}
		pkg := path.Base(t.PkgPath())
		if pkg == "api" || pkg == "." {
			return strings.ToUpper(t.Name()[:1]) + t.Name()[1:]
		}
		return strings.ToUpper(pkg[:1]) + pkg[1:] + t.Name()
	}
	s := &schemas{Registry: huma.NewMapRegistry(schemaPrefix, namer), forms: forms}
	s.RegisterTypeAlias(reflect.TypeFor[money.Amount](), reflect.TypeFor[amount]())
	s.RegisterTypeAlias(reflect.TypeFor[calendar.Day](), reflect.TypeFor[dayShape]())
	s.RegisterTypeAlias(reflect.TypeFor[calendar.Instant](), reflect.TypeFor[instantShape]())
	return s
}

// dayShape and instantShape say how days and instants are written.
type (
	dayShape     string
	instantShape string
)

// Schema says that a day is written as 2026-10-08.
func (dayShape) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date"}
}

// Schema says that an instant is written as RFC 3339 has it.
func (instantShape) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time"}
}

// amount is how money is written.
type amount struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

func (s *schemas) of(t reflect.Type) *huma.Schema { return s.Schema(t, true, "") }

// application is the schema of an application: one of the forms, each made of its blocks.
func (s *schemas) application() *huma.Schema {
	const name = "Application"
	if _, known := s.Map()[name]; !known {
		var any []*huma.Schema
		for _, procedure := range slices.Sorted(maps.Keys(s.forms)) {
			any = append(any, s.form(s.forms[procedure]))
		}
		s.Map()[name] = &huma.Schema{AnyOf: any}
	}
	return &huma.Schema{Ref: schemaPrefix + name}
}

func (s *schemas) form(f form.Form) *huma.Schema {
	name := "Application-" + f.Procedure
	text := &huma.Schema{Type: huma.TypeString}
	props := map[string]*huma.Schema{
		"procedure": {Type: huma.TypeString, Enum: []any{f.Procedure}}, "filed": text, "unit": text, "mark": text,
	}
	for _, b := range f.Blocks {
		block := s.Schema(b.Type, true, name+"-"+b.Name)
		if block.Ref == "" {
			block.Title, block.Description = b.Title.EN, b.Title.ZH
		}
		props[b.Name] = block
	}
	s.Map()[name] = &huma.Schema{Type: huma.TypeObject, Properties: props, Required: []string{"procedure"}, AdditionalProperties: false}
	return &huma.Schema{Ref: schemaPrefix + name}
}

// words narrows every field whose type lists its words to these words, and says what a check derives.
func (s *schemas) words() {
	s.of(reflect.TypeFor[travel.Derived]())
	for name, schema := range s.Map() {
		t := s.TypeFromRef(schemaPrefix + name)
		if t == nil {
			continue
		}
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			continue
		}
		for i := range t.NumField() {
			field := t.Field(i)
			key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			at := schema.Properties[key]
			if at == nil {
				continue
			}
			of := field.Type
			for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
				if of.Kind() == reflect.Slice && at.Items != nil {
					at = at.Items
				}
				of = of.Elem()
			}
			worded, ok := reflect.New(of).Elem().Interface().(interface{ Words() []string })
			if !ok || at.Ref != "" || of.Kind() != reflect.String {
				continue
			}
			at.Enum = enum(worded.Words()...)
			if of == reflect.TypeFor[procedure.Stance]() && name != "ActBody" {
				at.Enum = append(at.Enum, string(procedure.Lapsed)) // nobody gives it; it is what silence becomes
			}
			if !strings.Contains(options, "omit") {
				at.Enum = append(at.Enum, "")
			}
		}
	}
	s.Map()["CaseBody"].Properties["application"] = s.application()
	answer := s.Map()["RuleAnswer"]
	answer.Properties["derived"] = &huma.Schema{AnyOf: []*huma.Schema{{Ref: schemaPrefix + "TravelDerived"}}, Description: "What the rules counted; of a trip."}
}

func enum(words ...string) []any {
	var out []any
	for _, w := range words {
		out = append(out, w)
	}
	return out
}

// describedBy is the head of the OpenAPI document.
func describedBy(s *schemas) *huma.OpenAPI {
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Chancery 外事枢务", Version: "1",
			Description: "The same desk that the pages and the commands ask. Everything is shown and done in the name of a person, and nothing beyond what that person sees and may do that day. " +
				"与网页、命令行同一处理；一切以某一个人的名义显示和办理，不超出其当日所能看、所能办。",
		},
		Servers: []*huma.Server{{URL: "/"}},
		Components: &huma.Components{
			Schemas: s.Registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"token": {Type: "http", Scheme: "bearer", Description: "An access token, made on the page of access tokens; its scopes are among " +
					strings.Join([]string{string(account.ScopeRead), string(account.ScopeFile), string(account.ScopeAct)}, ", ") + ". 访问令牌。"},
				"session": {Type: "apiKey", In: "cookie", Name: "__Host-chancery", Description: "The session of the desk's own pages. 网页登录会话。"},
			},
		},
		Security: []map[string][]string{{"token": {}}},
	}
}

// describeOperation serves the document itself.
func (d *Door) describeOperation() operation {
	return operation{
		method: http.MethodGet, path: "/api/openapi.json", id: "describe", everyone: true, say: say("本接口的 OpenAPI 说明", "The OpenAPI document of this interface"),
		answer: reflect.TypeFor[map[string]any](),
		do:     func(*call) (any, error) { return d.document() },
	}
}

// ruleWords are the words of a type as the schema of a part of the query.
func ruleWords[T interface{ Words() []string }]() *huma.Schema {
	var t T
	return &huma.Schema{Type: huma.TypeString, Enum: enum(t.Words()...)}
}
