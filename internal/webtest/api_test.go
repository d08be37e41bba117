package webtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chancery/affairs"
	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/library"
	"chancery/web/api"
)

// everything is what a token can be good for.
var everything = []account.Scope{account.ScopeRead, account.ScopeFile, account.ScopeAct}

// compliant is the trip that passes, as a file.
func compliant(t *testing.T) string {
	t.Helper()
	data, err := library.FS.ReadFile("rulebooks/cn-national/examples/compliant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// read reads an answer of a status.
func read[T any](t *testing.T, r *httptest.ResponseRecorder, status int) (out T) {
	t.Helper()
	if r.Code != status {
		t.Fatalf("answered %d, want %d: %s", r.Code, status, r.Body)
	}
	if err := json.Unmarshal(r.Body.Bytes(), &out); err != nil {
		t.Fatalf("%v: %s", err, r.Body)
	}
	return out
}

// problem reads a problem of a status, and looks at what every problem has.
func problem(t *testing.T, r *httptest.ResponseRecorder, status int) api.Problem {
	t.Helper()
	p := read[api.Problem](t, r, status)
	if r.Header().Get("Content-Type") != "application/problem+json" || p.Status != status || p.Detail == "" || p.Title == "" || len(p.Faults) == 0 {
		t.Fatalf("%s: %+v", r.Header().Get("Content-Type"), p)
	}
	for _, f := range p.Faults {
		if f.Say.ZH == "" || f.Say.EN == "" {
			t.Fatalf("said in one language only: %+v", f)
		}
	}
	return p
}

type done struct {
	No      string `json:"no"`
	Version int    `json:"version"`
	State   string `json:"state"`
	Step    string `json:"step"`
}

// yaml says of which kind a body is.
func (p *Program) yaml(path, body string, headers ...string) *httptest.ResponseRecorder {
	return p.Do(http.MethodPost, path, strings.NewReader(body), append([]string{"Content-Type", "application/yaml"}, headers...)...)
}

func TestATripIsFiledSubmittedAndSignedByPrograms(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	mine := h.Token("zhongli", everything...)
	r := mine.yaml("/api/cases", compliant(t))
	filed := read[done](t, r, http.StatusCreated)
	if filed.State != "draft" || r.Header().Get("Location") != "/api/cases/"+filed.No || r.Header().Get("ETag") != `"1"` {
		t.Fatalf("%+v, %v", filed, r.Header())
	}
	r = mine.Do(http.MethodPost, "/api/cases/"+filed.No+"/submission", nil, "If-Match", r.Header().Get("ETag"))
	if now := read[done](t, r, http.StatusOK); now.State != "active" || now.Version != 2 {
		t.Fatalf("%+v", now)
	}
	officer := h.Token("dongfang", everything...)
	may := officer.Get("/api/cases/" + filed.No + "/allowed")
	type allowed struct {
		Acts []struct{ Kind, Href string } `json:"acts"`
	}
	to := ""
	for _, a := range read[allowed](t, may, http.StatusOK).Acts {
		if a.Kind == string(casework.Countersigned) {
			to = a.Href
		}
	}
	r = officer.Do(http.MethodPost, to, map[string]any{"opinion": "agree", "text": "同意 👍"}, "If-Match", may.Header().Get("ETag"))
	if now := read[done](t, r, http.StatusOK); now.Version != 3 || r.Header().Get("ETag") != `"3"` {
		t.Fatalf("%+v", now)
	}
	type shown struct {
		Opinions []casework.Opinion `json:"opinions"`
	}
	if all := read[shown](t, mine.Get("/api/cases/"+filed.No), http.StatusOK).Opinions; len(all) != 1 || all[0].Text != "同意 👍" {
		t.Errorf("%+v", all)
	}
}

func TestACaseNamesThoseWhoHaveToDoWithItAndNobodyElse(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	type shown struct {
		People map[office.PersonID]string `json:"people"`
	}
	people := read[shown](t, h.Token("dongfang", everything...).Get("/api/cases/"+no), http.StatusOK).People
	if people["zhongli"] != "钟离牧" || len(people) != 1 {
		t.Errorf("the case of 钟离牧 names %v", people)
	}
}

func TestAnActSaysWhichVersionItSaw(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	p := h.Token("zhongli", everything...)
	to := "/api/cases/" + no + "/comments"
	say := map[string]any{"text": "补充说明"}
	problem(t, p.Do(http.MethodPost, to, say), http.StatusPreconditionRequired)
	problem(t, p.Do(http.MethodPost, to, say, "If-Match", "*"), http.StatusPreconditionRequired)
	for _, wrong := range []string{"2", `W/"2"`, `"2", "3"`, `"x"`, `"-1"`, `"99999999999999999999"`} {
		problem(t, p.Do(http.MethodPost, to, say, "If-Match", wrong), http.StatusUnprocessableEntity)
	}
	r := p.Do(http.MethodPost, to, say, "If-Match", `"1"`)
	if x := problem(t, r, http.StatusPreconditionFailed); x.Version != 2 || r.Header().Get("ETag") != `"2"` {
		t.Errorf("the present version is not told: %+v, %s", x, r.Header().Get("ETag"))
	}
	read[done](t, p.Do(http.MethodPost, to, say, "If-Match", `"2"`), http.StatusOK)
	problem(t, p.Do(http.MethodPost, to, say, "If-Match", `"2"`), http.StatusPreconditionFailed)
}

func TestARequestSentAgainIsAnsweredTheSameAndDoneOnce(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	p := h.Token("zhongli", everything...)
	first := p.yaml("/api/cases", compliant(t), "Idempotency-Key", "a-1")
	again := p.yaml("/api/cases", compliant(t), "Idempotency-Key", "a-1")
	if first.Code != http.StatusCreated || first.Body.String() != again.Body.String() || again.Code != first.Code {
		t.Fatalf("%s\n%s", first.Body, again.Body)
	}
	no := read[done](t, first, http.StatusCreated).No
	to := "/api/cases/" + no + "/submission"
	one := p.Do(http.MethodPost, to, nil, "If-Match", `"1"`, "Idempotency-Key", "a-2")
	h.Does("dongfang", no, casework.Act{Kind: casework.Commented, Text: "收到"})
	two := p.Do(http.MethodPost, to, nil, "If-Match", `"1"`, "Idempotency-Key", "a-2")
	if one.Code != http.StatusOK || two.Code != http.StatusOK || one.Body.String() != two.Body.String() || one.Header().Get("ETag") != two.Header().Get("ETag") {
		t.Fatalf("%d %s\n%d %s", one.Code, one.Body, two.Code, two.Body)
	}
	problem(t, p.Do(http.MethodPost, "/api/cases/"+no+"/comments", map[string]any{"text": "x"}, "If-Match", `"3"`, "Idempotency-Key", "a-2"), http.StatusConflict)
}

// TestANameOfARequestIsItsSendersOwn: another person's key neither answers nor hinders.
func TestANameOfARequestIsItsSendersOwn(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	theirs := read[done](t, h.Token("zhongli", everything...).yaml("/api/cases", compliant(t), "Idempotency-Key", "k"), http.StatusCreated)
	mine := read[done](t, h.Token("xiahou", everything...).yaml("/api/cases", compliant(t), "Idempotency-Key", "k"), http.StatusCreated)
	if theirs.No == mine.No {
		t.Fatalf("the key of somebody else gives away %s", theirs.No)
	}
}

func TestATokenIsGoodForWhatItWasMadeFor(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	reads, files := h.Token("zhongli", account.ScopeRead), h.Token("zhongli", account.ScopeFile)
	read[map[string]any](t, reads.Get("/api/cases/"+no), http.StatusOK)
	problem(t, reads.yaml("/api/cases", compliant(t)), http.StatusForbidden)
	problem(t, reads.Do(http.MethodPost, "/api/cases/"+no+"/comments", map[string]any{"text": "x"}, "If-Match", `"2"`), http.StatusForbidden)
	problem(t, files.Get("/api/cases/"+no), http.StatusForbidden)
	read[done](t, files.yaml("/api/cases", compliant(t)), http.StatusCreated)
	if r := h.As("zhongli").Post("/me/tokens", TokenForm(account.Service, "x", account.ScopeRead, account.ScopeAct)); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a service was given the right to act: %d", r.Code)
	}
	form := TokenForm(account.Personal, "x", account.ScopeRead)
	form.Set("days", "366")
	if r := h.As("zhongli").Post("/me/tokens", form); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a token was made for longer than a year: %d", r.Code)
	}
	form = TokenForm(account.Personal, "x", account.ScopeRead)
	form.Set("password", "wrong")
	if r := h.As("zhongli").Post("/me/tokens", form); r.Code != http.StatusForbidden || shown.MatchString(r.Body.String()) {
		t.Errorf("a token was made without the password: %d", r.Code)
	}
}

func TestATokenIsShownOnce(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	p := h.Token("zhongli", account.ScopeRead)
	if page := h.As("zhongli").Get("/me/tokens"); page.Code != http.StatusOK || strings.Contains(page.Body.String(), p.Token) || !strings.Contains(page.Body.String(), "a tool of zhongli") {
		t.Error("the list shows the token, or not its name")
	}
	if page := h.As("zhongli").In("en").Get("/me/tokens").Body.String(); !strings.Contains(page, "Access tokens") || !strings.Contains(page, "reading") {
		t.Error("the page does not speak English")
	}
	if list := p.Get("/api/me/tokens"); list.Code != http.StatusOK || strings.Contains(list.Body.String(), p.Token) {
		t.Error("the list of the door shows the token")
	}
	if page := h.As("xiahou").Get("/me/tokens"); strings.Contains(page.Body.String(), "a tool of zhongli") {
		t.Error("somebody else sees the token in a list")
	}
}

func TestATokenEndsWithItsTermByRevocationAndWithItsAccount(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	type me struct {
		Token struct{ ID string }
	}
	revoked, disabled, lasting := h.Token("zhongli", account.ScopeRead), h.Token("gongye", account.ScopeRead), h.Token("nangong", account.ScopeRead)
	id := read[me](t, revoked.Get("/api/me"), http.StatusOK).Token.ID
	problem(t, lasting.Do(http.MethodDelete, "/api/me/tokens/"+id, nil), http.StatusForbidden)
	if r := h.As("nangong").Post("/me/tokens/"+id+"/revocation", url.Values{}); r.Code != http.StatusNotFound {
		t.Errorf("somebody else's token: %d", r.Code)
	}
	if r := revoked.Do(http.MethodDelete, "/api/me/tokens/"+id, nil); r.Code != http.StatusNoContent {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if r := revoked.Get("/api/me"); problem(t, r, http.StatusUnauthorized).Kind != "signed-out" || !strings.Contains(r.Header().Get("WWW-Authenticate"), "invalid_token") {
		t.Errorf("%v", r.Header())
	}
	h.Disables("gongye")
	problem(t, disabled.Get("/api/me"), http.StatusUnauthorized)
	read[me](t, lasting.Get("/api/me"), http.StatusOK)
	h.Day("2026-12-12")
	read[me](t, lasting.Get("/api/me"), http.StatusOK)
	h.Day("2026-12-14")
	problem(t, lasting.Get("/api/me"), http.StatusUnauthorized)
}

func TestASessionCountsForTheDesksOwnPagesOnly(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	c := h.As("zhongli")
	read[map[string]any](t, c.Get("/api/cases/"+no, "Sec-Fetch-Site", "same-origin"), http.StatusOK)
	problem(t, c.Get("/api/cases/"+no, "Sec-Fetch-Site", "cross-site"), http.StatusUnauthorized)
	body := func() *strings.Reader { return strings.NewReader(`{"text":"x"}`) }
	kind := []string{"Content-Type", "application/json", "If-Match", `"2"`}
	to := "/api/cases/" + no + "/comments"
	problem(t, c.Send(http.MethodPost, to, body(), kind...), http.StatusUnauthorized)
	problem(t, c.Send(http.MethodPost, to, body(), append(kind, "Sec-Fetch-Site", "cross-site")...), http.StatusForbidden)
	problem(t, c.Send(http.MethodPost, to, body(), append(kind, "Origin", "https://elsewhere.example")...), http.StatusForbidden)
	read[done](t, c.Send(http.MethodPost, to, body(), append(kind, "Sec-Fetch-Site", "same-origin")...), http.StatusOK)
	problem(t, h.As("").Get("/api/cases"), http.StatusUnauthorized)
	problem(t, h.As("").Get("/api/cases", "Authorization", "Basic eDp5"), http.StatusUnauthorized)
}

// TestWhatIsOutOfSightIsAnsweredLikeWhatIsNotThere at every address of a case, whatever is guessed.
func TestWhatIsOutOfSightIsAnsweredLikeWhatIsNotThere(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	stranger := h.Token("xiahou", everything...)
	const absent = "OUT-2026-9"
	same := func(r *httptest.ResponseRecorder, no string) string {
		body := strings.ReplaceAll(r.Body.String(), no, "N")
		return strconv.Itoa(r.Code) + r.Header().Get("ETag") + strings.ReplaceAll(body, r.Header().Get("X-Request-Id"), "R")
	}
	document := spec(t, h)
	for _, op := range document.operations() {
		if !strings.HasPrefix(op.path, "/api/cases/{no}") {
			continue
		}
		for _, version := range []string{`"1"`, `"2"`} {
			ask := func(no string) string {
				return same(stranger.Do(op.method, strings.ReplaceAll(op.path, "{no}", no), nil, "If-Match", version), no)
			}
			if there, not := ask(no), ask(absent); there != not || !strings.HasPrefix(there, "404") {
				t.Errorf("%s %s:\n%s\n%s", op.method, op.path, there, not)
			}
		}
	}
	cursor := func(no string) string { return "/api/cases?cursor=" + encoded(no) }
	if there, not := same(stranger.Get(cursor(no)), no), same(stranger.Get(cursor(absent)), absent); there != not || !strings.HasPrefix(there, "422") {
		t.Errorf("a cursor tells them apart:\n%s\n%s", there, not)
	}
	for _, query := range []string{"", "?q=钟离", "?q=" + no, "?state=active", "?unit=澜川市港航局", "?procedure=outbound-trip", "?limit=1"} {
		if list := stranger.Get("/api/cases" + query).Body.String(); !strings.Contains(list, `"cases":[]`) || strings.Contains(list, "next") {
			t.Errorf("%s: %s", query, list)
		}
	}
	if counts := stranger.Get("/api/counts").Body.String(); strings.TrimSpace(counts) != `{"all":0,"states":{}}` {
		t.Error(counts)
	}
	for _, l := range affairs.Listings() {
		if lines := stranger.Get("/api/registers/" + l.Name).Body.String(); !strings.Contains(lines, `"lines":[]`) {
			t.Errorf("%s: %s", l.Name, lines)
		}
	}
	problem(t, stranger.Get("/api/figures/refusals?quarter=2026Q3"), http.StatusForbidden)
}

func TestPagesOfCasesJoinWithoutGapOrRepetition(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	want := []string{}
	stranger := h.Token("xiahou", account.ScopeFile)
	for range 7 {
		want = append(want, h.Files())
		read[done](t, stranger.yaml("/api/cases", compliant(t)), http.StatusCreated) // drafts of somebody else in between
	}
	slices.Reverse(want)
	p := h.Token("zhongli", account.ScopeRead)
	type page struct {
		Cases []struct{ No string }
		Next  string
	}
	var got []string
	for next := ""; ; {
		list := read[page](t, p.Get("/api/cases?limit=3&cursor="+next), http.StatusOK)
		for _, c := range list.Cases {
			got = append(got, c.No)
		}
		if next = list.Next; next == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if list := read[page](t, p.Get("/api/cases?q="+want[2]), http.StatusOK); len(list.Cases) != 1 || list.Cases[0].No != want[2] {
		t.Errorf("looked for by number: %+v", list)
	}
	if list := read[page](t, p.Get("/api/cases?q=%25"), http.StatusOK); len(list.Cases) != 0 {
		t.Errorf("a sign of the search is not a word: %+v", list)
	}
}

func TestAProofIsGivenToThoseWhoSeeAllOfACase(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	r := h.Token("zhongli", account.ScopeRead).Get("/api/cases/" + no + "/proof")
	if r.Code != http.StatusOK || !strings.Contains(r.Body.String(), "chancery proof v1") {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	h.Does("zhongli", no, casework.Act{Kind: casework.Commented, Text: "抄送", Persons: []office.PersonID{"xiahou"}})
	copied := h.Token("xiahou", account.ScopeRead)
	shown := read[struct{ Hidden []string }](t, copied.Get("/api/cases/"+no), http.StatusOK)
	if len(shown.Hidden) == 0 {
		t.Error("nothing is hidden from whom the case was copied to")
	}
	problem(t, copied.Get("/api/cases/"+no+"/proof"), http.StatusForbidden)
	read[map[string]any](t, h.Token("zhongli", account.ScopeRead).Get("/api/journal/head"), http.StatusOK)
}

func TestFaultsOfAFileStandWhereTheyAre(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	p := h.Token("zhongli", everything...)
	bad := "procedure: outbound-trip\nitinerary:\n  exit: 2026-13-01\n  entry: soon\ncolour: blue\n"
	x := problem(t, p.yaml("/api/check", bad), http.StatusUnprocessableEntity)
	lines := []int{}
	for _, f := range x.Faults {
		lines = append(lines, f.Place.Line)
	}
	if !slices.Equal(lines, []int{3, 4, 5}) {
		t.Errorf("lines %v: %+v", lines, x.Faults)
	}
	no := h.Files()
	x = problem(t, p.Do(http.MethodPost, "/api/cases/"+no+"/changes", "{\n\t\"text\": \"x\",\n\t\"application\": {\n\t\t\"procedure\": \"outbound-trip\",\n\t\t\"colour\": 1\n\t}\n}", "If-Match", `"2"`), http.StatusUnprocessableEntity)
	if x.Faults[0].Field != "application.colour" || x.Faults[0].Place.Line != 5 {
		t.Errorf("%+v", x.Faults)
	}
	for name, body := range map[string]string{
		"an unknown key": `{"text":"x","state":"approved"}`, "a key twice": `{"text":"x","text":"y"}`, "a wrong type": `{"text":["x"]}`,
		"a control character": `{"text":"x\u0007"}`, "a direction override": `{"text":"x\u202e"}`, "a list": `["x"]`, "half of it": `{"text":`, "no JSON": "text: x",
	} {
		if r := p.Do(http.MethodPost, "/api/cases/"+no+"/comments", body, "If-Match", `"2"`); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, r.Code, r.Body)
		}
	}
	problem(t, p.Do(http.MethodPost, "/api/cases/"+no+"/comments", `{"text":"`+strings.Repeat("x", 1<<20)+`"}`, "If-Match", `"2"`), http.StatusRequestEntityTooLarge)
	problem(t, p.Do(http.MethodPost, "/api/check", strings.NewReader("a=b"), "Content-Type", "application/x-www-form-urlencoded"), http.StatusUnsupportedMediaType)
}

// TestNothingIsSetThatAnActDoesNotTake: who, when, version and state are found, never claimed.
func TestNothingIsSetThatAnActDoesNotTake(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	p := h.Token("zhongli", everything...)
	for _, key := range []string{"actor", "person", "for", "operator", "at", "version", "seen", "state", "outcome", "kind", "mark", "digest", "filing", "upheld", "opinion", "day"} {
		if r := p.Do(http.MethodPost, "/api/cases/"+no+"/comments", map[string]any{"text": "x", key: "x"}, "If-Match", `"2"`); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", key, r.Code)
		}
	}
	if r := p.yaml("/api/cases", compliant(t)+"\napplicant: sikong\n"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a filing claims its applicant: %d", r.Code)
	}
	for _, path := range []string{"/api/cases?sort=mark", "/api/cases?state=x", "/api/cases?limit=0", "/api/cases?limit=1&limit=2", "/api/cases?q=%00", "/api/cases?cursor=x!", "/api/me?person=sikong"} {
		problem(t, p.Get(path), http.StatusUnprocessableEntity)
	}
	r := p.Do(http.MethodPut, "/api/cases/"+no, `{}`)
	if problem(t, r, http.StatusMethodNotAllowed); r.Header().Get("Allow") != "GET" {
		t.Errorf("Allow: %s", r.Header().Get("Allow"))
	}
	problem(t, p.Get("/api/nowhere"), http.StatusNotFound)
}

func TestWhoAsksTooOftenWaits(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	p := h.Token("zhongli", account.ScopeRead)
	other := h.Token("nangong", account.ScopeRead)
	h.Limits(api.Limits{EachSecond: 1, AtOnce: 3, WrongAtOnce: 2})
	for range 3 {
		read[map[string]any](t, p.Get("/api/me"), http.StatusOK)
	}
	r := p.Get("/api/me")
	problem(t, r, http.StatusTooManyRequests)
	if r.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", r.Header().Get("Retry-After"))
	}
	read[map[string]any](t, other.Get("/api/me"), http.StatusOK)
	wrong := &Program{house: h, Token: account.TokenPrefix + strings.Repeat("x", 43)}
	for range 2 {
		problem(t, wrong.Get("/api/me"), http.StatusUnauthorized)
	}
	problem(t, wrong.Get("/api/me"), http.StatusTooManyRequests)
}
