package webtest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/desk"
	"chancery/jobs"
)

// TestTheDailyBackupIsTakenAtOnceWhereAMachineTakesOne: elsewhere it is said how.
func TestTheDailyBackupIsTakenAtOnceWhereAMachineTakesOne(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	admin, program := h.As("admin-system"), h.Token("admin-system", account.ScopeRead, account.ScopeAct)
	if page := admin.Get("/operations?lang=en").Body.String(); strings.Contains(page, "/operations/backup") {
		t.Error("a backup is offered that nobody takes")
	}
	if r := admin.Post("/operations/backup", nil); r.Code != http.StatusConflict || !strings.Contains(r.Body.String(), "--backup-to") {
		t.Errorf("where nobody takes one: %d", r.Code)
	}
	if r := program.Do("POST", "/api/operations/backup", "{}"); r.Code != http.StatusConflict {
		t.Errorf("at the programs' door: %d", r.Code)
	}
	taken := 0
	house := jobs.New(jobs.Config{
		Queue: h.store, Desk: h.Desk, Clock: h.clock, Log: h.log(),
		Backup: &jobs.Backup{Hour: 2, Take: func(context.Context) error { taken++; return nil }},
	})
	looks := func(want int) {
		t.Helper()
		h.must(house.BackUp(t.Context()))
		if taken != want {
			t.Errorf("%d backups were taken, want %d", taken, want)
		}
	}
	looks(0) // it is planned for the night
	if page := admin.Get("/operations?lang=en").Body.String(); !strings.Contains(page, "Back up now") {
		t.Error("no backup is offered")
	}
	if r := admin.Post("/operations/backup", nil); r.Code != http.StatusSeeOther {
		t.Errorf("at once: %d", r.Code)
	}
	looks(1)
	looks(1)
	if r := program.Do("POST", "/api/operations/backup", "{}"); r.Code != http.StatusNoContent {
		t.Errorf("by a program: %d", r.Code)
	}
	looks(2)
	h.Later(24 * time.Hour)
	looks(3) // and every night as before
}

// TestTheSystemAdministratorSeesWhatFailedAndHasItTriedAgain: on the page and at the programs' door, without a word of what
// is in a case.
func TestTheSystemAdministratorSeesWhatFailedAndHasItTriedAgain(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	h.Files()
	page := h.As("admin-system").Get("/operations?lang=en").Body.String()
	for _, want := range []string{"Everything that is due has been done", "Deadlines", "Recurring duties", "for the tree", "No daily backup has been taken yet"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "钟离牧") || strings.Contains(page, "市港航局") {
		t.Error("the page shows what is in a case")
	}
	h.must(desk.Kept(h.store).Write(t.Context(), func(w desk.Writing) error {
		return w.Plan(job.Job{Kind: job.Send, Key: "mail/1", Due: w.Now()})
	}))
	taken, err := h.store.Take(t.Context(), true, 10)
	h.must(err)
	h.must(h.store.Settle(t.Context(), job.Result{Job: taken[0], Why: "the mail server does not answer"}))
	page = h.As("admin-system").Get("/operations?lang=en").Body.String()
	for _, want := range []string{"1 job was given up", "the mail server does not answer", "mail/1", `action="/operations/`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	program := h.Token("admin-system", account.ScopeRead, account.ScopeAct)
	view := read[struct {
		Failed []struct {
			ID    int64
			State job.State
		}
	}](t, program.Do("GET", "/api/operations", nil), http.StatusOK)
	if len(view.Failed) != 1 || view.Failed[0].State != job.Failed {
		t.Fatalf("at the programs' door: %+v", view)
	}
	href := page[strings.Index(page, `action="/operations/`)+len(`action="`):]
	href = href[:strings.Index(href, `"`)]
	if r := h.As("admin-system").Post(href, nil); r.Code != http.StatusSeeOther {
		t.Errorf("tried again: %d", r.Code)
	}
	if r := h.As("admin-system").Post(href, nil); r.Code != http.StatusConflict {
		t.Errorf("tried again though it waits: %d", r.Code)
	}
	if r := program.Do("POST", "/api"+href, "{}"); r.Code != http.StatusConflict {
		t.Errorf("at the programs' door, though it waits: %d", r.Code)
	}
	again, err := h.store.Take(t.Context(), true, 10)
	if err != nil || len(again) != 1 || again[0].Tries != 1 || again[0].Due > calendar.InstantOf(h.clock()).Add(job.HeldFor) {
		t.Errorf("it is not due again: %+v, %v", again, err)
	}
}
