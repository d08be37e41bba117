package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"chancery/core/casework"
	"chancery/desk"
	"chancery/library"
	"chancery/store"
)

// shelf keeps what is written by many at once.
type shelf struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *shelf) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *shelf) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// door is the invented office behind its door, with all that it logs.
type door struct {
	*testing.T

	desk     *desk.Desk
	store    *store.Store
	seen     *watch
	logged   *shelf
	server   *httptest.Server
	password string
}

func openDoor(t *testing.T) *door {
	t.Helper()
	clock := newDemoClock(nil)
	clock.set(demoToday())
	h := &door{T: t, logged: &shelf{}}
	var printed bytes.Buffer
	a := &App{Data: demoOffice(t), ctx: t.Context(), clock: clock.now, libfs: library.FS, load: readOnce, out: &printed, errs: h.logged}
	d, s, err := a.openDesk()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c := &serveCommand{Log: "json", Demo: true, Profile: "asvs", Idle: 1 << 40, Absolute: 1 << 45}
	d = d.Under(c.policy())
	if err := a.demoAccounts(d); err != nil {
		t.Fatal(err)
	}
	h.password = regexp.MustCompile(`[a-z2-7]{4}(-[a-z2-7]{4}){3}`).FindString(printed.String())
	h.desk, h.store = d, s
	h.seen = newWatch(slog.New(slog.NewJSONHandler(h.logged, nil)), s, c.Idle)
	s.Watch(h.seen.committed)
	a.log = h.seen.log
	site, err := c.site(a, d, s, &desk.Changes{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	h.server = httptest.NewServer(h.seen.door(site))
	t.Cleanup(h.server.Close)
	return h
}

// visitor is a browser that keeps its cookies.
func (h *door) visitor() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// do sends a request and gives its answer, read whole.
func (h *door) do(c *http.Client, method, path string, form url.Values) (int, string) {
	h.Helper()
	r, err := http.NewRequestWithContext(h.Context(), method, h.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		h.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := c.Do(r)
	if err != nil {
		h.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		h.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// as signs somebody in.
func (h *door) as(login string) *http.Client {
	h.Helper()
	c := h.visitor()
	if status, body := h.do(c, http.MethodPost, "/sign-in", url.Values{"login": {login}, "password": {h.password}}); status != http.StatusSeeOther {
		h.Fatalf("%s does not come in: %d %s", login, status, body)
	}
	return c
}

// formOf reads the hidden fields of a page.
func formOf(page string) url.Values {
	form := url.Values{}
	for _, m := range regexp.MustCompile(`name="(seen|request)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		form.Set(m[1], m[2])
	}
	return form
}

// figures is what Prometheus reads.
func (h *door) figures() string {
	h.Helper()
	w := httptest.NewRecorder()
	h.seen.page().ServeHTTP(w, httptest.NewRequestWithContext(h.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		h.Fatalf("the figures are answered with %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// busyHour goes through the desk as several people, rightly and wrongly, and gives the case that got a comment.
func (h *door) busyHour() (no string) {
	h.Helper()
	o, err := h.desk.Office(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	cases, err := h.desk.Cases(h.Context(), desk.Reader{Person: "dongfang"}, casework.Filter{Limit: 8, State: string(casework.Active)})
	if err != nil || len(cases) == 0 {
		h.Fatalf("%d cases, %v", len(cases), err)
	}
	no = cases[0].No
	var paths []string
	for _, p := range o.Persons {
		paths = append(paths, "/people/"+string(p.ID), "/search?q="+url.QueryEscape(p.Name), "/people?q="+url.QueryEscape(p.Name), "/people/"+url.PathEscape(p.Name),
			"/api/people/"+url.PathEscape(p.Name), "/invitation/"+url.PathEscape(p.Name), "/nowhere/"+string(p.ID))
	}
	for _, c := range cases {
		paths = append(paths, "/cases/"+c.No, "/cases/"+c.No+"/attachments", "/cases/"+c.No+"/proof", "/api/cases/"+c.No)
	}
	paths = append(paths, "/", "/cases", "/registers/trips", "/registers/abroad", "/me", "/me/security", "/drafts", "/trips/new", "/healthz", "/readyz", "/static/none")
	who := h.as("dongfang")
	for _, path := range paths {
		if status, body := h.do(who, http.MethodGet, path, nil); status >= http.StatusInternalServerError {
			h.Errorf("%s: %d %s", path, status, body)
		}
	}
	_, page := h.do(who, http.MethodGet, "/cases/"+no, nil)
	form := formOf(page)
	form.Set("text", "请"+o.Persons[0].Name+"补邀请函译文")
	if status, body := h.do(who, http.MethodPost, "/cases/"+no+"/comments", form); status != http.StatusSeeOther {
		h.Errorf("the comment is answered %d: %s", status, body)
	}
	stranger := h.visitor()
	for _, p := range o.Persons[:5] {
		h.do(stranger, http.MethodPost, "/sign-in", url.Values{"login": {string(p.ID)}, "password": {"wrong-" + string(p.ID)}})
		h.do(stranger, http.MethodPost, "/people/"+string(p.ID), url.Values{"name": {p.Name}})
		h.do(stranger, http.MethodGet, "/people/"+string(p.ID), nil)
	}
	if err := h.store.Close(); err != nil { // and then all of it fails
		h.Fatal(err)
	}
	for _, path := range paths {
		h.do(who, http.MethodGet, path, nil)
	}
	h.do(who, http.MethodPost, "/cases/"+no+"/comments", form)
	h.do(stranger, http.MethodPost, "/sign-in", url.Values{"login": {"dongfang"}, "password": {h.password}})
	return no
}

// TestTheLogAndTheFiguresOfABusyHourNameNobody: no name in either language, no login, no password, no address, no case.
func TestTheLogAndTheFiguresOfABusyHourNameNobody(t *testing.T) {
	t.Parallel()
	h := openDoor(t)
	o, err := h.desk.Office(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cases, err := h.desk.Cases(t.Context(), desk.Operator(), casework.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	h.busyHour()
	words := map[string]bool{h.password: true, "127.0.0.1": true, "OUT-2026": true}
	for _, p := range o.Persons {
		words[p.Name], words[string(p.ID)] = true, true
	}
	for _, c := range cases {
		words[c.Title] = true
	}
	if len(words) < 30 {
		t.Fatalf("only %d words are looked for", len(words))
	}
	told := h.logged.String() + h.figures()
	for word := range words {
		if at := strings.Index(told, word); at >= 0 {
			t.Errorf("%q is told: %s", word, told[max(0, at-200):min(len(told), at+200)])
		}
	}
	failed, lines := 0, 0
	for line := range strings.Lines(h.logged.String()) {
		var l struct {
			Msg, Route, ID string
			Status         int
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		lines++
		if l.ID == "" {
			t.Errorf("a line without the request's name: %s", line)
		}
		if l.Msg == "request failed" {
			failed++
			if l.Route == "" && strings.Contains(line, "panic") {
				t.Errorf("a failure without its route: %s", line)
			}
		}
	}
	if failed < 20 || lines < 200 {
		t.Errorf("%d lines, %d of failures: the hour was not busy", lines, failed)
	}
}

func TestTheErrorPageItsHeaderAndTheLogNameTheRequestAlike(t *testing.T) {
	t.Parallel()
	h := openDoor(t)
	who := h.as("dongfang")
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.server.URL+"/cases", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := who.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	page, err := io.ReadAll(answer.Body)
	id := answer.Header.Get("X-Request-Id")
	if err != nil || answer.StatusCode != http.StatusInternalServerError || len(id) != 8 || !strings.Contains(string(page), id) {
		t.Fatalf("%d, %v, %q: %s", answer.StatusCode, err, id, page)
	}
	var said []string
	for line := range strings.Lines(h.logged.String()) {
		var l struct{ Msg, ID string }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if l.ID == id {
			said = append(said, l.Msg)
		}
	}
	if strings.Join(said, ", ") != "request failed, answered" {
		t.Errorf("the log says of it: %s", said)
	}
}

func TestFiguresCountRequestsByRouteAndActsByKind(t *testing.T) {
	t.Parallel()
	h := openDoor(t)
	who := h.as("dongfang")
	cases, err := h.desk.Cases(t.Context(), desk.Reader{Person: "dongfang"}, casework.Filter{Limit: 3, State: string(casework.Active)})
	if err != nil || len(cases) != 3 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		h.do(who, http.MethodGet, "/cases/"+c.No, nil)
	}
	h.do(who, http.MethodGet, "/cases/OUT-2026-9999", nil)
	_, page := h.do(who, http.MethodGet, "/cases/"+cases[0].No, nil)
	form := formOf(page)
	form.Set("text", "请补译文")
	if status, _ := h.do(who, http.MethodPost, "/cases/"+cases[0].No+"/comments", form); status != http.StatusSeeOther {
		t.Fatalf("the comment is answered %d", status)
	}
	figures := h.figures()
	for _, want := range []string{
		`chancery_requests_total{route="GET /cases/{no}",status="200"} 4`,
		`chancery_requests_total{route="GET /cases/{no}",status="404"} 1`,
		`chancery_requests_total{route="POST /cases/{no}/comments",status="303"} 1`,
		`chancery_request_seconds_count{route="GET /cases/{no}"} 5`,
		`chancery_acts_total{kind="commented"} 1`,
		"chancery_sessions 1", "chancery_data_answers 1", "chancery_writing 1",
		`chancery_build_info{`, "go_goroutines ", "process_resident_memory_bytes ",
	} {
		if !strings.Contains(figures, want) {
			t.Errorf("no %s in\n%s", want, figures)
		}
	}
	for _, name := range []string{"chancery_entries", "chancery_entries_waiting", "chancery_disk_free_bytes", "chancery_disk_bytes", "chancery_commit_writes_count", "chancery_commit_seconds_count"} {
		if !regexp.MustCompile(`(?m)^` + name + ` \d`).MatchString(figures) {
			t.Errorf("no %s in\n%s", name, figures)
		}
	}
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	figures = h.figures()
	if !strings.Contains(figures, "chancery_data_answers 0") || strings.Contains(figures, "chancery_sessions ") {
		t.Errorf("the data is gone, and the figures say\n%s", figures)
	}
}

func TestADeskWhoseDataIsSilentLivesButIsNotReady(t *testing.T) {
	t.Parallel()
	h := openDoor(t)
	stranger := h.visitor()
	for _, at := range []struct {
		alive, ready string
		status       int
	}{{"ok\n", "ready\n", http.StatusOK}, {"ok\n", "the data does not answer\n", http.StatusServiceUnavailable}} {
		if status, body := h.do(stranger, http.MethodGet, "/healthz", nil); status != http.StatusOK || body != at.alive {
			t.Errorf("alive: %d %q", status, body)
		}
		if status, body := h.do(stranger, http.MethodGet, "/readyz", nil); status != at.status || body != at.ready {
			t.Errorf("ready: %d %q, want %d %q", status, body, at.status, at.ready)
		}
		if err := h.store.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestThePresentProgramIsTheOneThatItsSumNames(t *testing.T) {
	t.Parallel()
	own, err := ownSum()
	if err != nil {
		t.Fatal(err)
	}
	v := answered[programVersion](t, "version")
	if v.Version != version || v.Schema < 9 || !strings.HasPrefix(v.Go, "go1.") {
		t.Errorf("%+v", v)
	}
	folder := t.TempDir()
	for sums, code := range map[string]int{
		strings.Repeat("0", 64) + "  chancery-linux-arm64\n" + own + "  chancery-linux-amd64\n": exitDone,
		strings.Repeat("0", 64) + "  chancery-linux-amd64\n":                                    exitNo,
		"": exitNo,
	} {
		var out, errs bytes.Buffer
		file := filepath.Join(folder, "sums")
		if err := os.WriteFile(file, []byte(sums), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := run(context.WithoutCancel(t.Context()), []string{"version", "--verify", file}, &out, &errs); got != code {
			t.Errorf("%q: ends with %d: %s%s", sums, got, out.String(), errs.String())
		}
		if code == exitDone && !strings.Contains(out.String(), "chancery-linux-amd64") {
			t.Errorf("it does not say which it is: %s", out.String())
		}
	}
}
