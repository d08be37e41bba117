package api

import (
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// operation is one thing that can be asked or done at the door: what the OpenAPI document says of it, and what does it.
type operation struct {
	method, path, id string
	say              text.Text
	// scope is what a token must be good for; everybody: nobody need be signed in.
	scope    account.Scope
	everyone bool
	query    []parameter
	// versioned: the version that was seen is named in If-Match; repeatable: the same Idempotency-Key is answered the same.
	versioned, repeatable bool
	// body is the schema of what is sent; nil: nothing is. Empty says that nothing may be sent as well.
	body  *huma.Schema
	empty bool
	// form is the schema of a form with a file, which do reads by itself.
	form *huma.Schema
	// answer is the type of what comes back, none for 204; status is 200 unless it says otherwise.
	answer reflect.Type
	status int
	tagged bool // an ETag comes back
	// gives are the kinds of file that come back instead of an answer.
	gives  []string
	faults []int
	do     func(*call) (any, error)
}

// parameter is one part of the query.
type parameter struct {
	name   string
	say    text.Text
	schema *huma.Schema
	must   bool
}

// call is one request to an operation.
type call struct {
	*caller
	w http.ResponseWriter
	r *http.Request
	// body is what was sent; plain says that it is JSON.
	body []byte
	json bool
	// seen is the version that If-Match names.
	seen int
	q    map[string]string
}

// query is one part of the query; "" when it is absent.
func (c *call) query(name string) string { return c.q[name] }

var inPath = regexp.MustCompile(`\{([a-z]+)\}`)

// register describes an operation and lets it answer.
func (d *Door) register(op operation) {
	if op.status == 0 {
		op.status = http.StatusOK
	}
	o := &huma.Operation{
		Method: op.method, Path: op.path, OperationID: op.id, Summary: op.say.EN, Description: op.say.ZH,
		Tags: []string{strings.Split(strings.TrimPrefix(op.path, "/api/"), "/")[0]}, Responses: map[string]*huma.Response{},
		Parameters: op.parameters(),
	}
	if op.everyone {
		o.Security = []map[string][]string{{}}
	} else {
		o.Security = []map[string][]string{{"token": {string(op.scope)}}, {"session": {}}}
	}
	if op.body != nil {
		o.RequestBody = &huma.RequestBody{Required: !op.empty, Content: map[string]*huma.MediaType{
			"application/json": {Schema: op.body}, "application/yaml": {Schema: op.body},
		}}
	}
	if op.form != nil {
		o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: op.form}}}
	}
	done := &huma.Response{Description: http.StatusText(op.status)}
	if op.answer != nil {
		done.Content = map[string]*huma.MediaType{"application/json": {Schema: d.schemas.of(op.answer)}}
	}
	for _, kind := range op.gives {
		if done.Content == nil {
			done.Content = map[string]*huma.MediaType{}
		}
		done.Content[kind] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	if op.tagged {
		done.Headers = map[string]*huma.Param{"ETag": {Description: "The version of the case; for If-Match.", Schema: &huma.Schema{Type: huma.TypeString}}}
	}
	o.Responses[strconv.Itoa(op.status)] = done
	for _, status := range op.problems() {
		o.Responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status),
			Content:     map[string]*huma.MediaType{"application/problem+json": {Schema: d.schemas.of(reflect.TypeFor[Problem]())}},
		}
	}
	d.huma.OpenAPI().AddOperation(o)
	d.huma.Adapter().Handle(o, func(ctx huma.Context) {
		r, w := humago.Unwrap(ctx)
		d.run(op, w, r)
	})
}

func (op operation) parameters() []*huma.Param {
	var out []*huma.Param
	text := &huma.Schema{Type: huma.TypeString}
	for _, m := range inPath.FindAllStringSubmatch(op.path, -1) {
		out = append(out, &huma.Param{Name: m[1], In: "path", Required: true, Schema: text})
	}
	for _, p := range op.query {
		schema := p.schema
		if schema == nil {
			schema = text
		}
		out = append(out, &huma.Param{Name: p.name, In: "query", Required: p.must, Description: p.say.EN + " " + p.say.ZH, Schema: schema})
	}
	if op.versioned {
		out = append(out, &huma.Param{
			Name: "If-Match", In: "header", Required: true, Schema: text, Description: "The ETag of the case as it was seen. 所见案件的 ETag。",
		})
	}
	if op.repeatable {
		out = append(out, &huma.Param{
			Name: "Idempotency-Key", In: "header", Schema: text, Description: "Your own name for this request; sent again, it gives the first answer. 自拟的请求编号；重发时得到同一答复。",
		})
	}
	return out
}

// problems are the statuses that can come back beside the good one.
func (op operation) problems() []int {
	out := append([]int{http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}, op.faults...)
	if !op.everyone {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden)
	}
	if op.body != nil || op.form != nil {
		out = append(out, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusRequestTimeout)
	}
	if op.versioned {
		out = append(out, http.StatusPreconditionRequired, http.StatusPreconditionFailed)
	}
	if op.repeatable {
		out = append(out, http.StatusConflict)
	}
	if inPath.MatchString(op.path) {
		out = append(out, http.StatusNotFound)
	}
	out = append(out, http.StatusUnprocessableEntity)
	slices.Sort(out)
	return slices.Compact(out)
}

// run answers one request to an operation.
func (d *Door) run(op operation, w http.ResponseWriter, r *http.Request) {
	answer, err := d.answer(op, w, r)
	switch {
	case err != nil:
		d.fail(w, r, err)
	case answer == nil:
		w.WriteHeader(http.StatusNoContent)
	case op.gives != nil:
		if file, ok := answer.(attachmentFile); ok {
			GiveFile(w, r, file.Attachment, file.content)
		}
	default:
		d.send(w, r, op.status, "application/json", answer)
	}
}

func (d *Door) answer(op operation, w http.ResponseWriter, r *http.Request) (any, error) {
	if no := r.PathValue("no"); no != "" {
		r.SetPathValue("no", d.desk.CaseNo(no))
	}
	c := &call{caller: &caller{}, w: w, r: r}
	if op.everyone {
		if err := d.paced("address:"+network(comingOf(r).Way.Address), d.clock()); err != nil {
			return nil, err
		}
	} else {
		who, err := d.admit(r)
		if err != nil {
			return nil, err
		}
		if err := who.may(op.scope); err != nil {
			return nil, err
		}
		c.caller = &who
	}
	var err error
	if c.q, err = readQuery(r, op.query); err != nil {
		return nil, err
	}
	if op.versioned {
		if c.seen, err = seen(r); err != nil {
			return nil, err
		}
	}
	if op.repeatable {
		if err := readable("Idempotency-Key", r.Header.Get("Idempotency-Key")); err != nil {
			return nil, err
		}
	}
	if op.body != nil {
		if err := d.read(op, c); err != nil {
			return nil, err
		}
	}
	return op.do(c)
}

// read takes the body in.
func (d *Door) read(op operation, c *call) error {
	body, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, d.limits.Body))
	if err != nil {
		return err //nolint:wrapcheck // fail looks for what it is
	}
	c.body = body
	if len(body) == 0 && op.empty {
		return nil
	}
	kind, _, _ := strings.Cut(c.r.Header.Get("Content-Type"), ";")
	switch strings.ToLower(strings.TrimSpace(kind)) {
	case "application/json":
		c.json = true
	case "application/yaml", "application/x-yaml", "text/yaml":
	default:
		return refuse(http.StatusUnsupportedMediaType, "unsupported-type", "", say(
			"内容须以 application/json 或 application/yaml 送来；请写明 Content-Type", "send the body as application/json or application/yaml and say so in Content-Type",
		))
	}
	return nil
}

// readQuery takes the query in: only what the operation knows, each once, without what cannot be seen.
func readQuery(r *http.Request, known []parameter) (map[string]string, error) {
	out := map[string]string{}
	var faults fault.List
	values := r.URL.Query()
	for _, p := range known {
		got := values[p.name]
		switch {
		case len(got) > 1:
			faults = append(faults, fault.New(fault.Invalid, p.name, say("{name} 只能写一次", "{name} may stand once").Fill(text.Args{"name": p.name})))
		case len(got) == 1:
			out[p.name] = got[0]
			faults = append(faults, fault.All(readable(p.name, got[0]))...)
		}
		if p.must && out[p.name] == "" {
			faults = append(faults, fault.New(fault.Invalid, p.name, say("请写明 {name}", "{name} is needed").Fill(text.Args{"name": p.name})))
		}
		if words := p.schema; words != nil && len(words.Enum) > 0 && out[p.name] != "" && !slices.Contains(words.Enum, any(out[p.name])) {
			faults = append(faults, fault.New(fault.Invalid, p.name, say("{name} 只能是：{words}", "{name} is one of {words}").Fill(text.Args{"name": p.name, "words": wordsOf(words.Enum)})))
		}
		delete(values, p.name)
	}
	var unknown []string
	for name := range values {
		unknown = append(unknown, name)
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		faults = append(faults, fault.New(fault.Invalid, name, say("不认得查询项「{name}」", "there is no {name} in this query").Fill(text.Args{"name": name})))
	}
	return out, faults.OrNil()
}

func wordsOf(enum []any) []string {
	var out []string
	for _, e := range enum {
		if s, ok := e.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// longest is the most that a part of the query or a header may hold, in characters.
const longest = 200

// readable refuses text that is too long or holds what cannot be seen.
func readable(field, s string) error {
	if len([]rune(s)) > longest {
		return invalid(field, "{name} 最多 {n} 个字符", "{name} has at most {n} characters", text.Args{"name": field, "n": longest})
	}
	hidden := func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar
	}
	if strings.ContainsFunc(s, hidden) {
		return invalid(field, "{name} 含有看不见的控制字符；请去掉", "{name} holds control characters that cannot be seen; take them out", text.Args{"name": field})
	}
	return nil
}

func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// seen is the version that If-Match names: one, as an ETag that a case came with.
func seen(r *http.Request) (int, error) {
	header := strings.TrimSpace(strings.Join(r.Header.Values("If-Match"), ", "))
	if header == "" || header == "*" {
		return 0, refuse(http.StatusPreconditionRequired, "version-required", "If-Match", say(
			"请在 If-Match 中写明所见案件的 ETag；先读案件，再据此办理", "name in If-Match the ETag of the case as you saw it: read the case first, then act on it",
		))
	}
	version, err := strconv.Atoi(strings.Trim(header, `"`))
	if err != nil || header != etag(version) || version < 1 {
		return 0, invalid("If-Match", "If-Match 须原样写读案件时得到的 ETag，例如 \"7\"", `If-Match is the ETag that the case came with, such as "7"`, nil)
	}
	return version, nil
}
