package webtest

import (
	"net/http"
	"strings"
	"testing"
)

// TestS05ACaseNumberGuessedIsAnsweredLikeOneThatDoesNotExist, to the letter but for the number.
func TestS05ACaseNumberGuessedIsAnsweredLikeOneThatDoesNotExist(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	if r := h.As("zhongli").Get("/cases/" + no); r.Code != http.StatusOK {
		t.Fatalf("the applicant is answered %d", r.Code)
	}
	stranger := h.As("xiahou")
	there, absent := stranger.Get("/cases/"+no), stranger.Get("/cases/OUT-2026-9")
	if there.Code != http.StatusNotFound || absent.Code != http.StatusNotFound {
		t.Fatalf("answered %d and %d", there.Code, absent.Code)
	}
	same := func(body, no, id string) string {
		return strings.ReplaceAll(strings.ReplaceAll(body, no, "N"), id, "R")
	}
	if same(there.Body.String(), no, there.Header().Get("X-Request-Id")) != same(absent.Body.String(), "OUT-2026-9", absent.Header().Get("X-Request-Id")) {
		t.Error("the two answers differ")
	}
	if list := stranger.Get("/cases").Body.String(); strings.Contains(list, no) || strings.Contains(list, "钟离牧") {
		t.Error("the list names a case out of sight")
	}
}

// TestS07AnAdministratorsDutyGivesNoReadingOfCases: what is not theirs is not there.
func TestS07AnAdministratorsDutyGivesNoReadingOfCases(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	for _, person := range []string{"admin-system", "admin-security", "admin-audit"} {
		c := h.As(person)
		if r := c.Get("/accounts"); r.Code != http.StatusOK {
			t.Errorf("%s cannot open the accounts: %d", person, r.Code)
		}
		if r := c.Get("/cases/" + no); r.Code != http.StatusNotFound {
			t.Errorf("%s opens a case: %d", person, r.Code)
		}
		if list := c.Get("/cases").Body.String(); strings.Contains(list, no) {
			t.Errorf("%s is listed a case", person)
		}
	}
}
