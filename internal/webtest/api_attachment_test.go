package webtest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/paper"
	"chancery/desk"
)

type attachedAnswer struct {
	Version    int                 `json:"version"`
	Attachment casework.Attachment `json:"attachment"`
}

type attachmentsAnswer struct {
	Attachments []casework.Attachment `json:"attachments"`
	Papers      []string              `json:"papers"`
}

func TestAProgramAttachesAPaperListsItAndTakesItOut(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no, content := h.Files(), letter("one")
	mine := h.Token("zhongli", everything...)
	var first attachedAnswer
	for i := range 2 { // the same request sent twice is one act, answered the same
		r := mine.attaches(no, "invitation", "东京湾 来函.pdf", content, "Idempotency-Key", "letter-1")
		got := read[attachedAnswer](t, r, http.StatusCreated)
		if i > 0 && got != first {
			t.Errorf("sent again it is answered %+v, first %+v", got, first)
		}
		first = got
		if to := r.Header().Get("Location"); to != "/api/cases/"+no+"/attachments/1" || r.Header().Get("ETag") != `"3"` {
			t.Errorf("it lies at %q, ETag %s", to, r.Header().Get("ETag"))
		}
	}
	problem(t, mine.attaches(no, "invitation", "另一件.pdf", letter("two"), "Idempotency-Key", "letter-1"), http.StatusConflict)
	problem(t, mine.attaches(no, "invitation", "东京湾 来函.pdf", content), http.StatusConflict)
	officer := h.Token("dongfang", account.ScopeRead)
	all := read[attachmentsAnswer](t, officer.Get("/api/cases/"+no+"/attachments"), http.StatusOK)
	if len(all.Attachments) != 1 || all.Attachments[0] != first.Attachment || !slices.Contains(all.Papers, "invitation") || !slices.Contains(all.Papers, "other") {
		t.Errorf("listed: %+v", all)
	}
	r := officer.Get("/api/cases/" + no + "/attachments/1")
	if r.Code != http.StatusOK || !bytes.Equal(r.Body.Bytes(), content) {
		t.Fatalf("the file is answered %d with %d bytes", r.Code, r.Body.Len())
	}
	page := h.As("dongfang").Get("/cases/" + no + "/attachments/1")
	for _, name := range []string{"Content-Type", "Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy", "Cache-Control", "Content-Length"} {
		if got, want := r.Header().Get(name), page.Header().Get(name); got == "" || got != want {
			t.Errorf("%s is %q, at the page %q", name, got, want)
		}
	}
	allowed := mine.Get("/api/cases/" + no + "/allowed").Body.String()
	says(t, allowed, `{"kind":"attached","href":"/api/cases/`+no+`/attachments"}`)
	// Nothing takes a paper away: what was attached stands in the journal.
	if r := mine.Do(http.MethodDelete, "/api/cases/"+no+"/attachments/1", nil); r.Code != http.StatusMethodNotAllowed || r.Header().Get("Allow") != http.MethodGet {
		t.Errorf("to remove it is answered %d, Allow %s", r.Code, r.Header().Get("Allow"))
	}
}

func TestATokenThatOnlyReadsAttachesNothing(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	if p := problem(t, h.Token("zhongli", account.ScopeRead, account.ScopeFile).attaches(no, "other", "a.pdf", letter("x")), http.StatusForbidden); p.Kind != "scope" {
		t.Errorf("%+v", p)
	}
	h.attachesNothing(no)
	h.Token("zhongli", account.ScopeAct).attaches(no, "other", "a.pdf", letter("x"))
	if p := problem(t, h.Token("zhongli", account.ScopeAct).Get("/api/cases/"+no+"/attachments/1"), http.StatusForbidden); p.Kind != "scope" {
		t.Errorf("%+v", p)
	}
}

// attachesNothing sees that a case has no files.
func (h *House) attachesNothing(no string) {
	h.Helper()
	v, err := h.Desk.Case(h.Context(), desk.Operator(), no)
	h.must(err)
	if len(v.Case.Attachments) > 0 {
		h.Errorf("%s has %d files", no, len(v.Case.Attachments))
	}
}

// TestS13AtTheProgramsDoorHostileFilesAreRefusedInWordsAndLeaveNothing: as at the pages; what is too large is answered 413.
func TestS13AtTheProgramsDoorHostileFilesAreRefusedInWordsAndLeaveNothing(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	mine := h.Token("zhongli", everything...)
	for name, c := range map[string]struct {
		kind, file string
		content    []byte
		status     int
	}{
		"empty":                 {"other", "空.pdf", nil, 422},
		"too large":             {"other", "大.pdf", append(letter("x"), make([]byte, paper.AtMost)...), 413},
		"HTML as PDF":           {"other", "页.pdf", []byte("<!DOCTYPE html><html></html>"), 422},
		"a secrecy mark":        {"other", "请示（机密）.pdf", letter("x"), 403},
		"a kind of paper":       {"secret-list", "a.pdf", letter("x"), 422},
		"a kind without an end": {strings.Repeat("a", 300), "a.pdf", letter("x"), 415},
	} {
		p := problem(t, mine.attaches(no, c.kind, c.file, c.content), c.status)
		if c.status == http.StatusRequestEntityTooLarge && (p.Faults[0].Field != "file" || !strings.Contains(p.Faults[0].Say.EN, "20 MiB")) {
			t.Errorf("%s: %+v", name, p)
		}
	}
	problem(t, mine.Do(http.MethodPost, "/api/cases/"+no+"/attachments", map[string]any{"paper": "other"}), http.StatusUnsupportedMediaType)
	head := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-"
	endless := &counted{r: io.MultiReader(strings.NewReader(head), &zeros{left: 2 << 30})}
	problem(t, mine.Do(http.MethodPost, "/api/cases/"+no+"/attachments", endless, "Content-Type", "multipart/form-data; boundary=b"), http.StatusRequestEntityTooLarge)
	if endless.n > paper.AtMost+1<<20 {
		t.Errorf("%d bytes were read", endless.n)
	}
	h.attachesNothing(no)
}

// TestS05AtTheProgramsDoorAStrangersFileIsNotEvenRead: the case is not there for a stranger, and no byte of the file is taken in.
func TestS05AtTheProgramsDoorAStrangersFileIsNotEvenRead(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	sent := &counted{r: &zeros{left: 1 << 20}}
	r := h.Token("xiahou", everything...).Do(http.MethodPost, "/api/cases/"+no+"/attachments", sent, "Content-Type", "multipart/form-data; boundary=b")
	if problem(t, r, http.StatusNotFound); sent.n > 0 {
		t.Errorf("%d bytes were read", sent.n)
	}
}
