package webtest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/desk"
	"chancery/store"
)

// route is a line of the table of routes, with its parts filled in.
type route struct{ method, path string }

// routes reads the table of routes itself, so that a page that is added later is asked too. The parts of a path are those
// of a real case, or of nothing.
func routes(t *testing.T, no string) []route {
	t.Helper()
	source, err := os.ReadFile("../../web/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []route
	for _, m := range regexp.MustCompile(`"(GET|POST) (/[^"]*)"`).FindAllStringSubmatch(string(source), -1) {
		path := strings.NewReplacer("{$}", "", "{no}", no, "{name}", "trips", "{book}", "cn-national", "{article}", "OUT-02", "{id}", "director", "{token}", "never-was").Replace(m[2])
		if strings.ContainsAny(path, "{}") {
			t.Fatalf("%s has a part that nobody fills in", path)
		}
		out = append(out, route{m[1], path})
	}
	if len(out) < 90 {
		t.Fatalf("only %d routes were found in the table", len(out))
	}
	return out
}

// fields are the names of all fields of all forms.
func fields(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../web/*.templ")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{
		"text", "ground", "conditions", "persons", "post", "day", "slot", "claimed", "paid", "unpaid", "currency", "member.name", "purpose", "title", "lang", "theme",
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`name="([a-z_.]+)"`).FindAllStringSubmatch(string(source), -1) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// hostile is what somebody types who means no good.
func hostile() []string {
	return []string{
		"x\r\nSet-Cookie: planted=1\r\n\r\n<script>alert(1)</script>", "x\nlevel=ERROR msg=forged", "x\u2028level=ERROR msg=forged", "\x1b[2J\x1b]0;owned\x07",
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</textarea><svg onload=alert(1)>`, `javascript:alert(1)`, `' onmouseover='alert(1)`,
		`{{.}}{{printf "%s" .}}`, `${jndi:ldap://127.0.0.1/x}`, `#{7*7}`, `<%= 7*7 %>`, `{text}{n}{{{`, "%s%n%x%!d(MISSING)",
		`' OR 1=1 --`, `"; DROP TABLE cases; --`, `%' AND 1=CAST((SELECT 1) AS int) --`, `*) NOT title:*`, `NEAR("a" "b`,
		`../../../../etc/passwd`, `file:///etc/passwd`, `http://127.0.0.1:1/`, `//evil.example`, `; cat /etc/passwd`, "`id`", "$(id)", `=cmd|'/c calc'!A1`,
		"a\x00b", "\xc0\xae\xc0\xae/", "\xff\xfe", "\xed\xa0\x80", "\u202e钟离牧\u202c", "\ufeff", strings.Repeat("长", 9000), strings.Repeat("{", 4000), strings.Repeat("a\n", 9000),
		"-1", "99999999999999999999", "1e999999999", "NaN", "0x10", "2026-02-30", "9999-12-31", "0000-00-00", "[][][]", "a[0].b[1]", "delegation[999999999].name",
	}
}

// guardedRightly wants of any answer what is promised of all.
func guardedRightly(t *testing.T, name string, r *httptest.ResponseRecorder) {
	t.Helper()
	h := r.Header()
	if r.Code >= 500 {
		t.Errorf("%s: answered %d: %.300s", name, r.Code, r.Body)
	}
	for header, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
	} {
		if h.Get(header) != want {
			t.Errorf("%s: %s is %q, want %q", name, header, h.Get(header), want)
		}
	}
	policy := h.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") && !strings.Contains(policy, "sandbox") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
		t.Errorf("%s: policy %q", name, policy)
	}
	if kept := h.Get("Cache-Control"); kept != "no-store" && kept != "no-store, no-transform" && !strings.Contains(name, " /static/") && !strings.Contains(name, "/foot.css") {
		t.Errorf("%s: a browser keeps it: %q", name, kept)
	}
	for _, cookie := range r.Result().Cookies() {
		if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" {
			t.Errorf("%s: the cookie %s is open", name, cookie.Name)
		}
	}
	if to := h.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) || strings.ContainsAny(to, "\r\n\x00")) {
		t.Errorf("%s: leads out of the house to %q", name, to)
	}
	if h.Get("Planted") != "" || strings.Contains(strings.Join(h.Values("Set-Cookie"), " "), "planted") {
		t.Errorf("%s: a header was planted", name)
	}
}

// inert wants that nothing on a page is markup that somebody typed.
func inert(t *testing.T, name, body string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	each(doc, func(n *html.Node) {
		if n.Type != html.ElementNode {
			return
		}
		if n.Data == "script" && (!strings.HasPrefix(attr(n, "src"), "/static/") || n.FirstChild != nil) {
			t.Errorf("%s: a script of somebody's", name)
		}
		for _, a := range n.Attr {
			link := a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction"
			if strings.HasPrefix(a.Key, "on") || link && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") || link && strings.HasPrefix(a.Val, "//") {
				t.Errorf("%s: <%s %s=%q>", name, n.Data, a.Key, a.Val)
			}
		}
	})
}

func TestS12_EveryRouteIsGuardedErrorsAndFilesIncluded(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	people := map[string]*Client{"nobody": h.As(""), "dongfang": h.As("dongfang"), "admin-system": h.As("admin-system")}
	table := routes(t, no)
	file := regexp.MustCompile(`/static/[^"#]+`).FindString(h.As("").Get("/sign-in").Body.String())
	for _, path := range []string{file, "/no/such/page", "/api/cases", "/api/nowhere", "/api/openapi.json", "/cases/", "/cases/OUT-2026-9999", "/cases/OUT-2026-9999/proof", "/cases/OUT-2026-9999/attachments/1"} {
		table = append(table, route{http.MethodGet, path})
	}
	for i, one := range table {
		if one.path == "/sign-out" {
			continue // ends the session with which the rest is asked
		}
		for j, who := range slices.Sorted(maps.Keys(people)) {
			c := people[who]
			for k, method := range []string{one.method, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace, "PROPFIND"} {
				if k > 0 && sampled(i+j+k, 6) {
					continue // of the methods that nobody uses here, one in turns
				}
				guardedRightly(t, method+" "+one.path+" as "+who, c.Send(method, one.path, nil))
			}
		}
	}
	if logged := h.Logged(); logged != "" {
		t.Errorf("something was ours to mend: %s", logged)
	}
}

func TestS16_APostFromAnotherSiteIsRefusedOnEveryRoute(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	before := h.stands(no)
	table := routes(t, no)
	for _, op := range spec(t, h).operations() {
		if op.method != http.MethodGet {
			table = append(table, route{op.method, strings.NewReplacer("{no}", no, "{id}", "x").Replace(op.path)})
		}
	}
	c := h.As("dongfang")
	for _, one := range table {
		if one.method == http.MethodGet {
			continue
		}
		for _, from := range [][]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example"},
			{"Origin", "null"},
			{"Origin", "http://example.com.evil.example"},
			{"Origin", "https://evil.example", "Referer", "http://example.com/"},
		} {
			name := fmt.Sprintf("%s %s %v", one.method, one.path, from)
			r := c.Send(one.method, one.path, strings.NewReader("text=yes&pick=agree&choice=agree"), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, from...)...)
			if r.Code != http.StatusForbidden {
				t.Errorf("%s: answered %d", name, r.Code)
			}
			guardedRightly(t, name, r)
		}
	}
	if after := h.stands(no); after.Version != before.Version {
		t.Errorf("another site did something in the case: version %d, was %d", after.Version, before.Version)
	}
	if r := c.Get("/cases"); r.Code != http.StatusOK {
		t.Errorf("another site ended the session: %d", r.Code)
	}
}

func TestS16_NobodyIsLedOutOfTheHouseByAnAddress(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	for _, next := range []string{
		"https://evil.example/", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "/\tevil", "javascript:alert(1)", "data:text/html,x", "cases", "",
		"http:/cases", "/\r\nSet-Cookie: planted=1", "/sign-out", "https:evil.example", "/%2f%2fevil.example/..//evil.example", "/.//evil.example", "/..//evil.example", "/%5cevil.example",
		"/%09/evil.example", "/cases/..//evil.example", "/@evil.example", "http://127.0.0.1@evil.example/", "/\x00/evil", "/\u2028/evil", "/%zz", "/cases?next=//evil.example#//evil.example",
	} {
		c := h.As("")
		r := c.Get("/sign-in?next=" + url.QueryEscape(next))
		guardedRightly(t, "the page of "+next, r)
		inert(t, next, r.Body.String())
		r = c.Post("/sign-in", url.Values{"login": {"dongfang"}, "password": {password}, "next": {next}})
		if r.Code != http.StatusSeeOther {
			t.Fatalf("%q: answered %d", next, r.Code)
		}
		guardedRightly(t, "signing in with "+next, r)
		for _, path := range []string{"/sign-in?next=", "/sign-in/next?next="} {
			guardedRightly(t, path+next, c.Get(path+url.QueryEscape(next)))
		}
	}
}

// TestS16_WhatIsTypedIntoAnyFieldIsTakenOrRefusedInWords fills every field of every form with each line of the corpus, at every address
// that takes a form. In the gate every line goes to every thirty-second address, to others than the line before; in the proof to all.
func TestS16_WhatIsTypedIntoAnyFieldIsTakenOrRefusedInWords(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	names, table := fields(t), routes(t, no)
	c, nobody := h.As("dongfang"), h.As("")
	for i, evil := range hostile() {
		form := url.Values{}
		for _, name := range names {
			form.Set(name, evil)
		}
		for _, steer := range []url.Values{nil, {"form": {""}, "pick": {""}, "choice": {""}, "seen": {"2"}, "case": {""}, "submit": nil, "paste": nil, "add": nil}} {
			for key, value := range steer {
				form[key] = value
			}
			for j, one := range table {
				if sampled(i+j, 32) {
					continue
				}
				name := fmt.Sprintf("%s %s %.40q", one.method, one.path, evil)
				var r *httptest.ResponseRecorder
				switch {
				case strings.HasPrefix(one.path, "/sign-"), one.path == "/me/security/session", one.path == "/me/security/others":
					r = nobody.Send(one.method, one.path, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded")
				case one.method == http.MethodPost:
					r = c.Post(one.path, form)
				case steer == nil:
					q := url.Values{}
					for _, field := range []string{"q", "state", "on", "ref", "who", "quarter", "sort", "from", "to", "sample", "lang", "theme", "done", "view", "page", "cursor", "format", "compare", "unit", "procedure", "after"} {
						q.Set(field, fmt.Sprintf("%.2000s", evil))
					}
					r = c.Get(one.path + "?" + q.Encode())
				default:
					continue
				}
				guardedRightly(t, name, r)
				if strings.HasPrefix(r.Header().Get("Content-Type"), "text/html") {
					inert(t, name, r.Body.String())
				}
			}
			if t.Failed() {
				return
			}
		}
	}
	if logged := h.Logged(); logged != "" {
		t.Errorf("something was ours to mend: %s", logged)
	}
}

// TestS16_WhatIsTypedStaysTextInTheRecordAndOnThePage does what the office does with the corpus: comments, searches and objections hold it,
// the pages show it, and the record proves it.
func TestS16_WhatIsTypedStaysTextInTheRecordAndOnThePage(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	noticed := h.onNotice()
	no := h.Files()
	officer, taken := h.As("dongfang"), 0
	for _, evil := range hostile() {
		if r := officer.sends(no, "comments", url.Values{"text": {evil}}); r.Code == http.StatusSeeOther {
			taken++
		} else if r.Code != http.StatusUnprocessableEntity && r.Code != http.StatusBadRequest {
			t.Errorf("a comment %.40q: answered %d", evil, r.Code)
		}
		for _, path := range []string{"/search?q=" + url.QueryEscape(evil[:min(len(evil), 300)]), "/cases?q=" + url.QueryEscape(evil[:min(len(evil), 300)])} {
			r := officer.Get(path)
			guardedRightly(t, path, r)
			inert(t, path, r.Body.String())
		}
		r := h.As("").Post("/notices/"+noticed+"/objections", url.Values{"text": {evil}, "name": {evil}, "about": {evil}, "request": {evil}})
		guardedRightly(t, "an objection", r)
		inert(t, "an objection", r.Body.String())
		h.Later(10 * time.Minute) // so that most objections are heard, and the session lives
	}
	if taken < 20 {
		t.Errorf("only %d comments were taken", taken)
	}
	for _, lang := range []string{"zh", "en"} {
		for _, path := range []string{"/cases/" + no, "/", "/cases", "/notices/" + noticed} {
			page := officer.In(lang).Get(path)
			guardedRightly(t, path, page)
			inert(t, path, page.Body.String())
		}
	}
	if logged := h.Logged(); logged != "" {
		t.Errorf("something was ours to mend: %s", logged)
	}
	seen, err := h.Desk.Version(t.Context(), desk.Operator(), no)
	h.must(err)
	act := casework.Act{Kind: casework.Commented, Seen: seen, Text: "\xff\xfe"}
	if _, err := h.Desk.Do(t.Context(), office.Actor{Person: "dongfang"}, no, "", act); fault.KindOf(err) != fault.Invalid {
		t.Errorf("words that cannot be written down are answered %v", err)
	}
	h.must(h.store.Close()) // the record is at rest
	s, err := store.Open(t.Context(), h.dir, h.clock)
	h.must(err)
	defer func() { _ = s.Close() }()
	rebuild, err := desk.New(desk.Kept(s), h.Desk.Library()).Standings(t.Context())
	h.must(err)
	report, err := s.Verify(t.Context(), rebuild, nil)
	h.must(err)
	if len(report.Faults) > 0 {
		t.Errorf("what was typed cannot be verified: %v", report.Faults)
	}
}
