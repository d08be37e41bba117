package webtest

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"chancery/core/account"
	"chancery/core/job"
	"chancery/desk"
)

type hooksRead struct {
	Hooks []struct {
		ID, Name, Titles string
		Live             bool
		Events           []string
	}
}

// TestAProgramLooksAfterHooksAsTheirPageDoes: added, changed, paused, resumed and removed by the token of a system
// administrator, with every fault of what was asked; its secret is told once.
func TestAProgramLooksAfterHooksAsTheirPageDoes(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	p := h.Token("admin-system", account.ScopeRead, account.ScopeAct)
	if r := h.Token("admin-system", account.ScopeRead).Do("POST", "/api/hooks", "{}"); r.Code != http.StatusForbidden {
		t.Errorf("a token that reads adds: %d", r.Code)
	}
	if r := p.Do("POST", "/api/hooks", `{"name":"","url":"ftp://x"}`); r.Code != http.StatusUnprocessableEntity || len(problem(t, r, r.Code).Faults) != 2 {
		t.Errorf("faults: %d %s", r.Code, r.Body)
	}
	made := p.Do("POST", "/api/hooks", `{"name":"人事","url":"https://hr.example/in?k=secret","events":["approved"]}`)
	if made.Code != http.StatusCreated || !strings.Contains(made.Body.String(), "whsec_") {
		t.Fatalf("added: %d %s", made.Code, made.Body)
	}
	listed := p.Get("/api/hooks")
	if strings.Contains(listed.Body.String(), "whsec_") || strings.Contains(listed.Body.String(), "secret") {
		t.Errorf("the list tells what is told once: %s", listed.Body)
	}
	id := read[hooksRead](t, listed, http.StatusOK).Hooks[0].ID
	done := func(method, path, body string) {
		t.Helper()
		var sent any
		if body != "" {
			sent = body
		}
		if r := p.Do(method, "/api/hooks/"+id+path, sent); r.Code != http.StatusNoContent {
			t.Errorf("%s %s: %d %s", method, path, r.Code, r.Body)
		}
	}
	one := func() (out hooksRead) { t.Helper(); return read[hooksRead](t, p.Get("/api/hooks"), http.StatusOK) }
	done("POST", "/change", `{"titles":"public"}`)
	if at := one().Hooks[0]; at.Titles != "public" || at.Name != "人事" || len(at.Events) != 1 || !at.Live {
		t.Errorf("changed: %+v", at)
	}
	if r := p.Do("POST", "/api/hooks/"+id+"/change", `{"name":" ","url":"https://else.example"}`); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("changed to what cannot be: %d", r.Code)
	}
	done("POST", "/pause", "")
	if one().Hooks[0].Live {
		t.Error("it was not paused")
	}
	done("POST", "/resumption", "")
	if !one().Hooks[0].Live {
		t.Error("it was not resumed")
	}
	done("POST", "/test", "")
	done("DELETE", "", "")
	if len(one().Hooks) != 0 {
		t.Error("it was not removed")
	}
	for _, path := range []string{"/pause", "/test", "/change", "/deliveries/1/retry"} {
		if r := p.Do("POST", "/api/hooks/"+id+path, "{}"); r.Code != http.StatusNotFound {
			t.Errorf("%s of what is gone: %d", path, r.Code)
		}
	}
}

// TestAMessageThatDidNotReachAHookIsSeenAndSentAgain: of that hook, and of no other.
func TestAMessageThatDidNotReachAHookIsSeenAndSentAgain(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	p := h.Token("admin-system", account.ScopeRead, account.ScopeAct)
	ids := []string{}
	for _, name := range []string{"a", "b"} {
		made, _, err := h.Desk.AddHook(t.Context(), desk.Operator(), job.HookAsk{Kind: job.Webhook, Name: name, URL: "https://hr.example/"})
		h.must(err)
		ids = append(ids, made.ID)
	}
	h.must(h.Desk.TestHook(t.Context(), desk.Operator(), ids[0]))
	taken, err := h.store.Take(t.Context(), true, 10)
	h.must(err)
	h.must(h.store.Settle(t.Context(), job.Result{Job: taken[0], Why: "hr.example: answered 502"}))
	type listed struct {
		Deliveries []struct {
			ID    int64
			State job.State
			Why   string
		}
	}
	all := read[listed](t, p.Get("/api/hooks/"+ids[0]+"/deliveries"), http.StatusOK).Deliveries
	if len(all) != 1 || all[0].State != job.Failed || !strings.Contains(all[0].Why, "502") {
		t.Fatalf("did not reach it: %+v", all)
	}
	if other := read[listed](t, p.Get("/api/hooks/"+ids[1]+"/deliveries"), http.StatusOK).Deliveries; len(other) != 0 {
		t.Errorf("the other's: %+v", other)
	}
	retry := func(hook string) int {
		return p.Do("POST", "/api/hooks/"+hook+"/deliveries/"+strconv.FormatInt(all[0].ID, 10)+"/retry", nil).Code
	}
	if got := []int{retry(ids[1]), retry(ids[0]), retry(ids[0])}; got[0] != http.StatusNotFound || got[1] != http.StatusNoContent || got[2] != http.StatusConflict {
		t.Errorf("sent again: %v", got)
	}
}

// TestAProgramKeepsTheOwnSettings: what is not named stays; what cannot be is refused; a calendar's address is revoked.
func TestAProgramKeepsTheOwnSettings(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	p := h.Token("zhongli", account.ScopeRead, account.ScopeAct)
	for _, body := range []string{`{"lang":"en","phrases":["同意"]}`, `{"mail":{"address":"z@office.example","when":"digest","hour":8,"quiet":{"from":1320,"until":420}}}`} {
		if r := p.Do("POST", "/api/me/settings", body); r.Code != http.StatusNoContent {
			t.Fatalf("%s: %d %s", body, r.Code, r.Body)
		}
	}
	kept := read[account.Preferences](t, p.Get("/api/me/settings"), http.StatusOK)
	if kept.Lang != "en" || len(kept.Phrases) != 1 || kept.Mail.Address != "z@office.example" || kept.Mail.Quiet.From != 1320 {
		t.Errorf("kept: %+v", kept)
	}
	for _, body := range []string{`{"lang":"fr"}`, `{"no":1}`, `{"mail":{"hour":24}}`} {
		if r := p.Do("POST", "/api/me/settings", body); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", body, r.Code)
		}
	}
	if r := p.Do("DELETE", "/api/me/feed", nil); r.Code != http.StatusConflict {
		t.Errorf("none to revoke: %d", r.Code)
	}
	if f := read[struct {
		InUse bool `json:"in_use"`
	}](t, p.Get("/api/me/feed"), http.StatusOK); f.InUse {
		t.Error("an address that nobody made is in use")
	}
}
