package webtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/paper"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/store"
)

func letter(words string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Title (" + words + ") >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")
}

// attaches sends the form with a file.
func (c *Client) attaches(no, kind, name string, content []byte, request string) *httptest.ResponseRecorder {
	c.house.Helper()
	form, kindOfForm := fileForm(c.house, kind, name, content, request)
	return c.Send(http.MethodPost, "/cases/"+no+"/attachments", form, "Content-Type", kindOfForm)
}

// attaches sends the same form at the programs' door.
func (p *Program) attaches(no, kind, name string, content []byte, headers ...string) *httptest.ResponseRecorder {
	p.house.Helper()
	form, kindOfForm := fileForm(p.house, kind, name, content, "")
	return p.Do(http.MethodPost, "/api/cases/"+no+"/attachments", form, append([]string{"Content-Type", kindOfForm}, headers...)...)
}

// fileForm is a form with a file, and its Content-Type.
func fileForm(h *House, kind, name string, content []byte, request string) (form *bytes.Buffer, kindOfForm string) {
	h.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	h.must(m.WriteField("paper", kind))
	if request != "" {
		h.must(m.WriteField("request", request))
	}
	part, err := m.CreateFormFile("file", name)
	h.must(err)
	_, err = part.Write(content)
	h.must(err)
	h.must(m.Close())
	return &b, m.FormDataContentType()
}

func TestAPaperIsAttachedListedJournalledAndGivenOutForSaving(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	applicant, content := h.As("zhongli"), letter("one")
	for range 2 { // the same form sent twice is one act
		if r := applicant.attaches(no, "invitation", "东京湾 来函.pdf", content, "the-same"); r.Code != http.StatusSeeOther {
			t.Fatalf("answered %d %s", r.Code, r.Body)
		}
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	page := h.As("dongfang").Get("/cases/" + no).Body.String()
	says(t, page, "东京湾 来函.pdf", "邀请函", "1 件", hash[:16], "附材料", `enctype="multipart/form-data"`)
	r := h.As("dongfang").Get("/cases/" + no + "/attachments/1")
	if r.Code != http.StatusOK || !bytes.Equal(r.Body.Bytes(), content) {
		t.Fatalf("the file is answered %d with %d bytes", r.Code, r.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
	} {
		if got := r.Header().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if got := r.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment; filename*=utf-8''%E4%B8%9C") || !strings.Contains(got, `filename="attachment-1.pdf"`) {
		t.Errorf("it is named %q", got)
	}
	h.must(h.store.Read(t.Context(), func(tx *store.Tx) error {
		entries, err := tx.Entries(no)
		if err != nil {
			return err
		}
		last := entries[len(entries)-1]
		if last.Kind != "attached" || !strings.Contains(string(last.Body), hash) || last.Actor.Person != "zhongli" {
			t.Errorf("the entry is %s %s by %s", last.Kind, last.Body, last.Actor.Person)
		}
		return nil
	}))
	file := filepath.Join(h.dir, "blobs", hash[:2], hash[2:4], hash)
	if kept, err := os.ReadFile(file); err != nil || !bytes.Equal(kept, content) {
		t.Errorf("the file is kept as %d bytes, %v", len(kept), err)
	}
	if left, err := filepath.Glob(filepath.Join(h.dir, "blobs", "half-*")); err != nil || len(left) > 0 {
		t.Errorf("halves are left behind: %v %v", left, err)
	}
}

// TestTheRulesAreToldOfAnAttachedPaper: what they are asked about lists it among the papers.
func TestTheRulesAreToldOfAnAttachedPaper(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files(rule.PatchOp{Op: "replace", Path: "/papers", Value: []any{"invitation"}})
	told := func() []string {
		var last struct {
			Answers struct {
				Papers []string `json:"papers"`
			} `json:"answers"`
		}
		h.must(h.store.Read(t.Context(), func(tx *store.Tx) error {
			entries, err := tx.Entries(no)
			if err != nil {
				return err
			}
			return json.Unmarshal(entries[len(entries)-1].Body, &last)
		}))
		return last.Answers.Papers
	}
	if got := told(); !slices.Equal(got, []string{"invitation"}) {
		t.Fatalf("at first the rules are told of %v", got)
	}
	h.Does("dongfang", no, casework.Act{Kind: casework.ReturnedBack, Ground: "papers", Text: "请附请示"})
	for kind, name := range map[string]string{"request": "请示.pdf", "other": "说明.pdf"} {
		if r := h.As("zhongli").attaches(no, kind, name, letter(kind), ""); r.Code != http.StatusSeeOther {
			t.Fatal(r.Code)
		}
	}
	h.Does("zhongli", no, casework.Act{Kind: casework.Submitted})
	if got := told(); !slices.Equal(got, []string{"invitation", "request"}) {
		t.Errorf("then the rules are told of %v", got)
	}
}

// TestS05AFileIsGivenOutInTheSightOfItsCaseOnlyAndNeverByItsHash: to a stranger like one that does not exist.
func TestS05AFileIsGivenOutInTheSightOfItsCaseOnlyAndNeverByItsHash(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no, content := h.Files(), letter("one")
	if r := h.As("zhongli").attaches(no, "invitation", "来函.pdf", content, ""); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code)
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	stranger := h.As("xiahou")
	for _, path := range []string{"/attachments/1", "/attachments/2", "/attachments/" + hash, "/attachments/0", "/attachments/-1", "/attachments"} {
		if r := stranger.Get("/cases/" + no + path); r.Code != http.StatusNotFound || bytes.Contains(r.Body.Bytes(), []byte("来函")) {
			t.Errorf("%s: a stranger is answered %d", path, r.Code)
		}
	}
	if r := stranger.attaches(no, "other", "我的.pdf", letter("two"), ""); r.Code != http.StatusNotFound {
		t.Errorf("a stranger who attaches is answered %d", r.Code)
	}
	for _, path := range []string{"/attachments/2", "/attachments/" + hash, "/attachments/0"} {
		if r := h.As("zhongli").Get("/cases/" + no + path); r.Code != http.StatusNotFound {
			t.Errorf("%s: the applicant is answered %d", path, r.Code)
		}
	}
	if r := h.As("").Get("/cases/" + no + "/attachments/1"); r.Code != http.StatusSeeOther {
		t.Errorf("nobody is answered %d", r.Code)
	}
	// Whoever knows a hash cannot make it a paper of a case of the own.
	seen, err := h.Desk.Version(t.Context(), desk.Operator(), no)
	h.must(err)
	if _, err := h.Desk.Do(t.Context(), office.Actor{Person: "zhongli"}, no, "", casework.Act{
		Kind: casework.Attached, Seen: seen, Attachment: &casework.Attachment{Paper: "other", Name: "x", Type: "pdf", Size: 1, Hash: hash},
	}); err == nil {
		t.Error("a hash by itself is attached")
	}
}

// TestS13HostileFilesAreRefusedInWordsAndLeaveNothing, over HTTP, with what was chosen kept.
func TestS13HostileFilesAreRefusedInWordsAndLeaveNothing(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	applicant := h.As("zhongli")
	before, err := h.Desk.Version(t.Context(), desk.Operator(), no)
	h.must(err)
	for name, c := range map[string]struct {
		file    string
		content []byte
		status  int
	}{
		"empty":           {"空.pdf", nil, 422},
		"too large":       {"大.pdf", append(letter("x"), make([]byte, paper.AtMost)...), 422},
		"EICAR":           {"a.pdf", letter(`X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-` + `STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`), 422},
		"SVG":             {"图.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 422},
		"HTML as PDF":     {"页.pdf", []byte("<!DOCTYPE html><html></html>"), 422},
		"PDF as a script": {"a.js", letter("x"), 422},
		"a script":        {"a.pdf", []byte("%PDF-1.7\n/OpenAction << /S /JavaScript >>\n%%EOF"), 422},
		"a secrecy mark":  {"请示（机密）.pdf", letter("x"), 403},
	} {
		r := applicant.attaches(no, "translation", c.file, c.content, "")
		if r.Code != c.status {
			t.Errorf("%s is answered %d", name, r.Code)
		}
		says(t, r.Body.String(), `href="#file"`, `value="translation" selected`)
		silent(t, r.Body.String(), "<script>alert")
	}
	if r := applicant.attaches(no, "secret-list", "a.pdf", letter("x"), ""); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "请选择材料种类") {
		t.Errorf("an unknown kind of paper is answered %d", r.Code)
	}
	if after, err := h.Desk.Version(t.Context(), desk.Operator(), no); err != nil || after != before {
		t.Errorf("the case went from version %d to %d, %v", before, after, err)
	}
	if kept, err := filepath.Glob(filepath.Join(h.dir, "blobs", "*")); err != nil || len(kept) > 0 {
		t.Errorf("files were kept: %v %v", kept, err)
	}
}

// TestS13TwoGibibytesAreRefusedBeforeTheyAreRead, whether the length is said or not.
func TestS13TwoGibibytesAreRefusedBeforeTheyAreRead(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	applicant := h.As("zhongli")
	head := "--b\r\nContent-Disposition: form-data; name=\"paper\"\r\n\r\nother\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-"
	endless := &counted{r: io.MultiReader(strings.NewReader(head), &zeros{left: 2 << 30})}
	r := applicant.Send(http.MethodPost, "/cases/"+no+"/attachments", endless, "Content-Type", "multipart/form-data; boundary=b")
	if r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "20 MiB") {
		t.Errorf("answered %d", r.Code)
	}
	if endless.n > paper.AtMost+1<<20 {
		t.Errorf("%d bytes were read", endless.n)
	}
}

type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	clear(p)
	z.left -= int64(len(p))
	return len(p), nil
}

type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// TestS10AFileThatWasChangedOrIsMissingIsNamedByVerification, at the entry that attached it, and is not given out.
func TestS10AFileThatWasChangedOrIsMissingIsNamedByVerification(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	applicant := h.As("zhongli")
	for name, words := range map[string]string{"一.pdf": "one", "二.pdf": "two"} {
		if r := applicant.attaches(no, "other", name, letter(words), ""); r.Code != http.StatusSeeOther {
			t.Fatal(r.Code)
		}
	}
	path := func(words string) string {
		sum := sha256.Sum256(letter(words))
		hash := hex.EncodeToString(sum[:])
		return filepath.Join(h.dir, "blobs", hash[:2], hash[2:4], hash)
	}
	h.must(os.Remove(path("one")))
	h.must(os.WriteFile(path("two"), letter("twO"), 0o600))
	for _, id := range []string{"1", "2"} {
		if r := applicant.Get("/cases/" + no + "/attachments/" + id); r.Code != http.StatusServiceUnavailable || !strings.Contains(r.Body.String(), "备份") {
			t.Errorf("attachment %s is answered %d", id, r.Code)
		}
	}
	h.must(h.store.Close()) // the record is at rest
	s, err := store.Open(t.Context(), h.dir, h.clock)
	h.must(err)
	defer func() { _ = s.Close() }()
	verified := func() []journal.FaultFound {
		rebuild, err := desk.New(desk.Kept(s), h.Desk.Library()).Standings(t.Context())
		h.must(err)
		report, err := s.Verify(t.Context(), rebuild, nil)
		h.must(err)
		return report.Faults
	}
	found := verified()
	var said []string
	for _, f := range found {
		if f.Kind != journal.RowOff || f.Entry == 0 {
			t.Errorf("%+v", f)
		}
		said = append(said, f.Say.ZH)
	}
	if all := strings.Join(said, "\n"); len(found) != 2 || !strings.Contains(all, "「一.pdf」不见了") || !strings.Contains(all, "「二.pdf」被改动") {
		t.Errorf("verification says %v", said)
	}
	for _, words := range []string{"one", "two"} {
		h.must(os.WriteFile(path(words), letter(words), 0o600))
	}
	if found := verified(); len(found) > 0 {
		t.Errorf("with the files restored verification says %v", found)
	}
}

func TestOnlyThoseWhoHaveTheCaseAttachToIt(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	h.Does("zhongli", no, casework.Act{Kind: casework.Commented, Text: "请阅", Persons: []office.PersonID{"xiahou"}})
	form := regexp.MustCompile(`action="/cases/[^"]*/attachments"`)
	for who, may := range map[string]bool{"zhongli": true, "dongfang": true, "xiahou": false, "sikong": false} {
		reader := h.As(who)
		if shown := form.MatchString(reader.Get("/cases/" + no).Body.String()); shown != may {
			t.Errorf("%s is offered the form: %v", who, shown)
		}
		want := http.StatusForbidden
		if may {
			want = http.StatusSeeOther
		}
		if r := reader.attaches(no, "other", who+".pdf", letter(who), ""); r.Code != want {
			t.Errorf("%s who attaches is answered %d", who, r.Code)
		}
	}
	h.Does("zhongli", no, casework.Act{Kind: casework.WithdrawnNow, Text: "行程取消"})
	if r := h.As("zhongli").attaches(no, "other", "迟.pdf", letter("late"), ""); r.Code != http.StatusForbidden {
		t.Errorf("after the end it is answered %d", r.Code)
	}
	says(t, h.As("zhongli").Get("/cases/"+no).Body.String(), "zhongli.pdf", "dongfang.pdf")
}

// TestAPaperStandsInNobodysWay: the signer recalls a signature after a paper came, and the paper stays.
func TestAPaperStandsInNobodysWay(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	h.Agrees("dongfang", no)
	if r := h.As("zhongli").attaches(no, "translation", "译文.pdf", letter("translation"), ""); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code)
	}
	h.Does("dongfang", no, casework.Act{Kind: casework.Recalled})
	v, err := h.Desk.Case(t.Context(), desk.Operator(), no)
	h.must(err)
	if v.Case.Step != "first-review" || len(v.Case.Attachments) != 1 {
		t.Errorf("in %s with %d attachments", v.Case.Step, len(v.Case.Attachments))
	}
	if r := h.As("zhongli").attaches(no, "translation", "译文.pdf", letter("translation"), ""); r.Code != http.StatusConflict || !strings.Contains(r.Body.String(), "已经附过") {
		t.Errorf("the same file again is answered %d", r.Code)
	}
}
