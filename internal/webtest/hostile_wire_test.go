package webtest

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"chancery/core/account"
)

// slow is a body that never comes.
type slow struct{}

func (slow) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

func TestS19_ABodyThatIsTooLargeOrTooSlowIsRefusedOnEveryRoute(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	table := routes(t, no)
	for _, path := range []string{"/api/check", "/api/cases", "/api/path", "/api/cases/" + no + "/comments"} {
		table = append(table, route{http.MethodPost, path})
	}
	program := h.Token("dongfang", everything...)
	c := h.As("dongfang")
	large := "text=" + strings.Repeat("x", 1<<20)
	asked := 0
	for _, one := range table {
		unread := one.path == "/sign-out" || strings.HasSuffix(one.path, "/sso") || strings.HasSuffix(one.path, "/removal") && strings.HasPrefix(one.path, "/drafts") ||
			strings.HasSuffix(one.path, "/attachments") || one.path == "/me/security/others" || strings.HasPrefix(one.path, "/me/tokens/")
		if one.method != http.MethodPost || unread {
			continue // takes no form, or a file, of which TestS13 speaks
		}
		asked++
		send := func(body io.Reader) *httptest.ResponseRecorder {
			if strings.HasPrefix(one.path, "/api/") {
				return program.Do(one.method, one.path, body, "Content-Type", "application/json", "If-Match", `"2"`)
			}
			return c.Send(one.method, one.path, body, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
		}
		for status, body := range map[int]io.Reader{http.StatusRequestEntityTooLarge: strings.NewReader(large), http.StatusRequestTimeout: slow{}} {
			r := send(body)
			if gone := one.path == "/invitation/never-was" && r.Code == http.StatusNotFound; r.Code != status && !gone {
				t.Errorf("%s: answered %d, want %d", one.path, r.Code, status)
			}
			guardedRightly(t, one.path, r)
		}
	}
	if asked < 50 {
		t.Errorf("only %d routes take a form", asked)
	}
}

// heard is an answer that came over the wire; its status is 0 when the connection was shut without one.
type heard struct {
	status int
	header http.Header
	body   string
}

// raw sends bytes as they are and gives the first answer.
func raw(t *testing.T, address, request string) heard {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return heard{} // it would not even hear it out
	}
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return heard{}
	}
	defer func() { _ = r.Body.Close() }()
	body, _ := io.ReadAll(r.Body) // what came of it is looked at, also when it was cut off
	return heard{r.StatusCode, r.Header, string(body)}
}

func TestS16_AStrangeRequestLineOpensNothing(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	c := h.As("dongfang")
	server := httptest.NewUnstartedServer(h.Site)
	server.Config.MaxHeaderBytes = 64 << 10
	server.Config.ReadTimeout = 2 * time.Second
	server.Start()
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	cookie := "Cookie: chancery=" + c.cookies["chancery"] + "\r\n"
	tail := " HTTP/1.1\r\nHost: " + address + "\r\nConnection: close\r\n"
	var requests []string
	for _, path := range []string{
		"/%2e%2e/%2e%2e/etc/passwd", "/cases/%2e%2e/%2e%2e/etc/passwd", "/static/%2e%2e/routes.go", "/static/..%2froutes.go", "/static/..%5croutes.go", "//evil.example/%2e%2e", "//evil.example", "///",
		"/cases//" + no, "/cases/%00", "/%00", "/cases/" + no + "%00", "/cases/" + no + ";x=1", "/cases/..;/accounts", "/cases/%c0%ae%c0%ae/accounts", "/%c0%af", "/cases/%ff%fe", "/cases/%ed%a0%80",
		"/cases/%0d%0aSet-Cookie:planted=1", "/cases/%E2%80%A8", "/cases/%zz", "/cases/%", "/cases/" + strings.Repeat("a", 30_000), "/" + strings.Repeat("a/", 15_000), "/search?q=" + strings.Repeat("a", 60_000),
		"/search?" + strings.Repeat("q=a&", 12_000), "/cases?" + strings.Repeat("%00", 9000), "/cases?state=%ff", "/cases?a;b=c", "/search?q=" + strings.Repeat("x", 70_000), "http://evil.example/cases", "*", "cases", "/cases#a",
		"/people/%00", "/posts/%ff", "/registers/%00", "/rulebook/%00/%ff", "/figures/%00", "/invitation/%00", "/notices/%ff", "/drafts/%00", "/cases/" + no + "/attachments/%00",
		"/cases/" + no + "/attachments/-1", "/cases/" + no + "/attachments/99999999999999999999", "/cases/" + no + "/proof/../../x", "/api/cases/%00", "/api/cases/%ff", "/api/%2e%2e/accounts", "/api//cases",
	} {
		for _, method := range []string{"GET", "POST", "HEAD"} {
			for _, who := range []string{cookie, "", "Cookie: chancery=" + strings.Repeat("a", 5000) + "\r\n", "Cookie: chancery=\"\x01\xff\"\r\n"} {
				requests = append(requests, method+" "+path+tail+who+"\r\n")
			}
		}
	}
	small := "text=x"
	for _, framing := range []string{
		"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /accounts HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: 6\r\nContent-Length: 7\r\n\r\n" + small, "Content-Length: -1\r\n\r\n" + small,
		"Content-Length: +6\r\n\r\n" + small, "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF1\r\nx",
		"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", "Content-Type: multipart/form-data; boundary=\r\nContent-Length: 6\r\n\r\n" + small, "Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\n" + small,
		"Content-Length: 600\r\n\r\n" + small, "Expect: 200-ok\r\nContent-Length: 6\r\n\r\n" + small, "X: " + strings.Repeat("a", 80<<10) + "\r\n\r\n", strings.Repeat("X: a\r\n", 9000) + "\r\n", "Host: second\r\n\r\n",
		"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", "Range: bytes=0-1,9-,-5\r\n\r\n", "Origin: \x00\r\n\r\n", "Accept-Language: " + strings.Repeat("en;q=0.1,", 5000) + "\r\n\r\n",
		"X-Forwarded-For: a, \x01\r\nX-Forwarded-Host: evil.example\r\n\r\n", "Content-Type: ;;;\r\nContent-Length: 6\r\n\r\n" + small, "Accept-Encoding: gzip;q=,;\r\n\r\n", "If-None-Match: *\r\n\r\n",
	} {
		for _, path := range []string{"/check", "/sign-in", "/api/check", "/cases/" + no + "/comments"} {
			requests = append(requests, "POST "+path+tail+cookie+framing)
		}
	}
	requests = append(requests, "CONNECT evil.example:80 HTTP/1.1\r\nHost: evil.example:80\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "GET /cases HTTP/1.0\r\n\r\n", "GET /cases HTTP/9.9\r\n\r\n", "\x16\x03\x01\x00\x05\r\n\r\n", "GET\r\n\r\n")
	before, answered := h.stands(no).Version, 0
	for _, request := range requests {
		name := fmt.Sprintf("%.90q", request)
		r := raw(t, address, request)
		if r.status == 0 {
			continue // shut without a word: what cannot be read is not answered
		}
		answered++
		// 501 and 505 are the protocol's own words for a transfer or a version that nobody speaks.
		if r.status >= 500 && r.status != http.StatusNotImplemented && r.status != http.StatusHTTPVersionNotSupported {
			t.Errorf("%s: answered %d: %.200s", name, r.status, r.body)
		}
		if to := r.header.Get("Location"); to != "" && (!strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`)) {
			t.Errorf("%s: leads to %q", name, to)
		}
		if strings.Contains(strings.Join(r.header.Values("Set-Cookie"), " "), "planted") || strings.Contains(r.body, "package web") || strings.Contains(r.body, "root:") {
			t.Errorf("%s: more than was meant: %.200s", name, r.body)
		}
	}
	if answered < len(requests)*3/4 {
		t.Errorf("only %d of %d requests were answered", answered, len(requests))
	}
	if after := h.stands(no).Version; after != before {
		t.Errorf("one of them did something: version %d, was %d", after, before)
	}
	if logged := h.Logged(); logged != "" {
		t.Errorf("something was ours to mend: %s", logged)
	}
}

func TestS19_ABodyThatStopsHalfWayIsGivenUp(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	server := httptest.NewUnstartedServer(h.Site)
	server.Config.ReadTimeout = 200 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	r := raw(t, address, "POST /sign-in HTTP/1.1\r\nHost: "+address+"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 600\r\n\r\nlogin=dong")
	if r.status != http.StatusRequestTimeout {
		t.Errorf("answered %d", r.status)
	}
	if r := raw(t, address, "GET /sign-in HTTP/1.1\r\nHost: "); r.status != 0 && r.status != http.StatusRequestTimeout && r.status != http.StatusBadRequest {
		t.Errorf("half a head is answered %d", r.status)
	}
}

// TestS17_ABombIsAnsweredInWords: small files that unfold to much, at every door that reads one. In the gate each comes to one of
// the programs' three doors, in turns; in the proof to all.
func TestS17_ABombIsAnsweredInWords(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	var laughs strings.Builder
	laughs.WriteString("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := 1; i < 20; i++ {
		fmt.Fprintf(&laughs, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	keys := &strings.Builder{}
	for i := range 60_000 {
		fmt.Fprintf(keys, "k%d: 1\n", i)
	}
	bombs := map[string]string{
		"laughs": laughs.String(), "itself": "a: &a [*a]\n", "merged": "a: &a {b: 1}\nc:\n  <<: [" + strings.Repeat("*a, ", 20_000) + "*a]\n", "deep list": strings.Repeat("[", 100_000), "deep map": strings.Repeat("{a: ", 50_000),
		"deep JSON": strings.Repeat(`{"a":`, 50_000) + "1" + strings.Repeat("}", 50_000), "deep lines": strings.Repeat("- ", 200_000), "keys": keys.String(), "number": "procedure: 1e999999999\n", "digits": "procedure: " + strings.Repeat("9", 500_000),
		"documents": strings.Repeat("---\na: 1\n", 50_000), "tags": "a: !!python/object/apply:os.system [id]\n", "binary": "a: !!binary " + strings.Repeat("A", 400_000), "quotes": strings.Repeat(`"`, 400_000), "question": strings.Repeat("? ", 100_000),
		"block": "a: |" + strings.Repeat("\n  x", 100_000), "folded": "a: >" + strings.Repeat("\n\n", 200_000), "flow": "a: [" + strings.Repeat(",", 200_000), "anchors": strings.Repeat("- &a x\n", 60_000), "tabs": strings.Repeat("\t", 300_000), "zero": strings.Repeat("\x00", 1000),
		"colon": strings.Repeat("a:\n ", 100_000), "escape": `"` + strings.Repeat(`\ud800`, 50_000) + `"`,
	}
	program, c := h.Token("zhongli", everything...), h.As("zhongli")
	for i, name := range slices.Sorted(maps.Keys(bombs)) {
		bomb := bombs[name]
		for j, path := range []string{"/api/check", "/api/cases", "/api/path"} {
			if sampled(i+j, 3) {
				continue
			}
			for _, kind := range []string{"application/json", "application/yaml"} {
				r := program.Do(http.MethodPost, path, strings.NewReader(bomb), "Content-Type", kind)
				guardedRightly(t, name+" at "+path+" as "+kind, r)
				if r.Code < 400 {
					t.Errorf("%s at %s as %s: answered %d", name, path, kind, r.Code)
				}
			}
		}
		if !sampled(i, 2) {
			r := c.Post("/check", url.Values{"application": {bomb}})
			guardedRightly(t, name+" at /check", r)
			inert(t, name, r.Body.String())
		}
		if !sampled(i+1, 2) {
			guardedRightly(t, name+" as alternative", c.Post("/check", url.Values{"application": {"procedure: outbound-trip"}, "apply": {bomb}}))
		}
		if r := c.Send(http.MethodPost, "/sign-in/passkey", strings.NewReader(bomb), "Content-Type", "application/json"); r.Code != http.StatusBadRequest && r.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%s to the script of passkeys: answered %d", name, r.Code)
		}
	}
}

// TestS22_NoSecretIsLoggedWhenTheStoreFails: what is ours to mend is logged; what was typed with it is not.
func TestS22_NoSecretIsLoggedWhenTheStoreFails(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	program, c := h.Token("dongfang", everything...), h.As("dongfang")
	link, _, err := h.Desk.InviteByOperator(t.Context(), "xiahou", "", account.InvitationUsual)
	if err != nil {
		link = "an-invitation-nobody-else-knows"
	}
	secret := "the-words-that-open-it"
	h.must(h.store.Close())
	failed := 0
	for _, one := range routes(t, no) {
		path := strings.Replace(one.path, "never-was", link, 1)
		form := url.Values{"login": {"dongfang"}, "next": {"/"}, "seen": {"2"}}
		for _, field := range []string{"password", "current", "code", "text", "name", "half"} {
			form.Set(field, secret)
		}
		for _, who := range []*Client{c, h.As("")} {
			kept := who.cookies["chancery"]
			if r := who.Send(one.method, path+"?password="+secret, strings.NewReader(form.Encode()), "Content-Type", "application/x-www-form-urlencoded"); r.Code >= 500 {
				failed++
				if strings.Contains(r.Body.String(), "sql: ") || strings.Contains(r.Body.String(), "is closed") {
					t.Errorf("%s tells a stranger how it is built: %s", path, r.Body)
				}
			}
			if kept != "" {
				who.cookies["chancery"] = kept
			}
		}
	}
	program.Get("/api/cases")
	if failed < 20 {
		t.Fatalf("only %d requests failed", failed)
	}
	logged := h.Logged()
	for _, one := range []string{secret, password, link, program.Token, c.cookies["chancery"]} {
		if strings.Contains(logged, one) {
			t.Errorf("%.12s… is in the log", one)
		}
	}
}
