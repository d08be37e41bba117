package webtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/core/job"
	"chancery/desk"
	"chancery/jobs"
	"chancery/jobs/hook"
)

// receiver is a program outside, which can be down.
type receiver struct {
	mu     sync.Mutex
	answer int
	bodies []string
	ids    []string
}

func (v *receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.bodies, v.ids = append(v.bodies, string(body)), append(v.ids, r.Header.Get("webhook-id"))
	w.WriteHeader(v.answer)
}

func (v *receiver) answers(status int) { v.mu.Lock(); v.answer = status; v.mu.Unlock() }

// TestAHookHearsOfAnActOnceHoweverOftenItWasDown: by the same number each try, without what is in the case; gone, it is
// switched off.
func TestAHookHearsOfAnActOnceHoweverOftenItWasDown(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	v := &receiver{answer: http.StatusBadGateway}
	s := httptest.NewServer(v)
	t.Cleanup(s.Close)
	made, secret, err := h.Desk.AddHook(t.Context(), desk.Operator(), job.HookAsk{Kind: job.Webhook, Name: "人事", URL: s.URL})
	h.must(err)
	if !strings.HasPrefix(secret, "whsec_") {
		t.Error("the secret is not one of the standard")
	}
	way := hook.New(hook.Config{Desk: h.Desk, Site: "https://desk.example", Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Clock: h.clock, Log: h.log()})
	house := jobs.New(jobs.Config{Queue: h.store, Desk: h.Desk, Ways: []jobs.Way{{Name: job.Hooks, Sender: way}}, Clock: h.clock, Log: h.log()})
	runs := func() {
		_, err := house.RunDue(t.Context())
		h.must(err)
	}
	runs() // what came before is out of the way
	v.bodies, v.ids = nil, nil
	no := h.Files()
	h.Later(10 * time.Minute)
	runs()
	h.Later(10 * time.Minute)
	runs()
	v.answers(http.StatusNoContent)
	h.Later(10 * time.Minute)
	runs()
	h.Later(24 * time.Hour)
	runs()
	tried := map[string]int{}
	for _, id := range v.ids {
		tried[id]++
	}
	if len(v.ids) != 6 || len(tried) != 2 || tried[v.ids[0]] != 3 {
		t.Fatalf("the filing and the submission, three times each: %v", v.ids)
	}
	filed, submitted := v.bodies[4], v.bodies[5]
	if !strings.Contains(filed, `"type":"filed"`) {
		filed, submitted = submitted, filed
	}
	if !strings.Contains(filed, `"type":"filed"`) {
		t.Errorf("what has nothing to tell people is not heard: %s", filed)
	}
	if b := submitted; !strings.Contains(b, `"type":"submitted"`) || !strings.Contains(b, no) || strings.Contains(b, "赴") || strings.Contains(b, "钟离") {
		t.Errorf("told: %s", b)
	}
	v.answers(http.StatusGone)
	h.Does("dongfang", no, casework.Act{Kind: casework.Countersigned, Stance: "agree", Text: "同意"})
	h.Later(10 * time.Minute)
	runs()
	all, err := h.Desk.Hooks(t.Context(), desk.Operator())
	if err != nil || len(all) != 1 || all[0].Live || all[0].Last.Status != http.StatusGone {
		t.Errorf("gone: %+v, %v", all, err)
	}
	h.must(h.Desk.RemoveHook(t.Context(), desk.Operator(), made.ID))
}

// TestTheSystemAdministratorSaysWhoOutsideIsTold: adds, tries, switches off and removes it on the page; the secret is shown
// once, the address never again.
func TestTheSystemAdministratorSaysWhoOutsideIsTold(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("admin-system")
	wrong := c.Post("/operations/hooks", url.Values{"name": {""}, "kind": {"webhook"}, "url": {"ftp://a"}})
	if wrong.Code != http.StatusUnprocessableEntity {
		t.Errorf("wrong: %d", wrong.Code)
	}
	r := c.Post("/operations/hooks", url.Values{"name": {"人事系统"}, "kind": {"webhook"}, "url": {"https://hr.example/in?key=k1"}, "titles": {"public"}})
	if r.Code != http.StatusCreated || !strings.Contains(r.Body.String(), "whsec_") {
		t.Fatalf("added: %d %s", r.Code, r.Body)
	}
	page := c.Get("/operations/hooks").Body.String()
	if strings.Contains(page, "whsec_") || strings.Contains(page, "k1") || !strings.Contains(page, "https://hr.example") {
		t.Error("the page shows what may let somebody in, or does not show the host")
	}
	href := page[strings.Index(page, `action="/operations/hooks/`)+len(`action="`):]
	href = strings.TrimSuffix(href[:strings.Index(href, `"`)], "/test")
	for _, does := range []string{"/test", "/state", "/removal"} {
		if r := c.Post(href+does, nil); r.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", does, r.Code)
		}
	}
	if r := c.Post(href+"/removal", nil); r.Code != http.StatusNotFound {
		t.Errorf("removed again: %d", r.Code)
	}
}
