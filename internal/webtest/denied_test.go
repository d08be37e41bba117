package webtest

import (
	"net/http"
	"strings"
	"testing"

	"chancery/core/account"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/desk"
)

// marksHigh lets the office hold work secrets, and clears these people for them.
func (h *House) marksHigh(people ...office.PersonID) {
	h.Helper()
	h.must(desk.Kept(h.store).Write(h.Context(), func(w desk.Writing) error {
		o, err := w.Office()
		if err != nil {
			return err
		}
		o.Ceiling = office.WorkSecret
		if err := w.SaveOffice(o); err != nil {
			return err
		}
		for _, p := range people {
			a, _, err := w.AccountOf(p)
			if err != nil {
				return err
			}
			seen := a.Version
			a.Clearance = office.WorkSecret
			a.Version++
			if err := w.SaveAccount(a, seen); err != nil {
				return err
			}
		}
		return nil
	}))
}

// TestS09WhoAsksForAMarkedCaseInVainIsNoted: by page, file, act and program; once a day, under the person, for the auditor
// to read. The one who asked learns nothing: the answer is that for a case that never was, and the own security page is silent.
// Of a case without a mark, and of a number that was never given, nothing is noted.
func TestS09WhoAsksForAMarkedCaseInVainIsNoted(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	plain := h.Files()
	h.marksHigh("zhongli")
	secret := h.Drafts(rule.PatchOp{Op: "add", Path: "/mark", Value: string(office.WorkSecret)})
	stranger := h.As("gongye")
	never := "OUT-2026-9999"
	want := stranger.Get("/cases/" + never)
	for _, path := range []string{"/cases/" + secret, "/cases/" + secret + "/attachments", "/cases/" + secret + "/proof", "/cases/" + plain} {
		got := stranger.Get(path)
		if strings.Contains(path, plain) && got.Code == http.StatusOK {
			t.Fatalf("%s is no case to be denied", path)
		}
		if got.Code != want.Code {
			t.Errorf("%s answers %d, a number that was never given %d", path, got.Code, want.Code)
		}
	}
	program := h.Token("gongye", account.ScopeRead)
	program.Do("GET", "/api/cases/"+secret, nil)
	h.Desk.Rest()

	for _, reader := range []string{"admin-audit", "admin-security"} {
		page := h.As(reader).Get("/accounts?lang=zh").Body.String()
		if n := strings.Count(page, "查阅无权知悉的标密案件"); n != 1 || !strings.Contains(page, secret) || !strings.Contains(page, "公冶") {
			t.Errorf("%s reads %d lines of it", reader, n)
		}
	}
	if page := h.As("admin-audit").Get("/accounts?lang=en").Body.String(); !strings.Contains(page, "Asked for a marked case") || strings.Contains(page, never) || strings.Contains(page, ": "+plain) {
		t.Error("the log says too little, or too much")
	}
	log := read[struct {
		Log []struct{ Kind, Person, Case string }
	}](t, h.Token("admin-audit", account.ScopeRead).Do("GET", "/api/security-log", nil), http.StatusOK)
	found := 0
	for _, l := range log.Log {
		if l.Kind == string(account.ReadDenied) {
			found++
			if l.Person != "gongye" || l.Case != secret {
				t.Errorf("noted %+v", l)
			}
		}
	}
	if found != 1 {
		t.Errorf("%d lines at the programs' door", found)
	}
	if own := stranger.Get("/me/security").Body.String(); strings.Contains(own, secret) || strings.Contains(own, "标密") {
		t.Error("who asked is told that there is something")
	}
	h.Day("2026-09-15")
	h.As("gongye").Get("/cases/" + secret)
	h.Desk.Rest()
	if page := h.As("admin-audit").Get("/accounts?lang=zh").Body.String(); strings.Count(page, "查阅无权知悉的标密案件") != 2 {
		t.Error("the next day is not noted")
	}
}
