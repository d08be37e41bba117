package webtest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/office"
)

// feedOf makes the address of somebody's calendar over the pages, and gives its path.
func (h *House) feedOf(person string) string {
	h.Helper()
	r := h.As(person).Post("/settings/feed", url.Values{"password": {password}})
	found := regexp.MustCompile(`value="https?://[^/"]+(/feed/[A-Za-z0-9_-]{43}\.ics)"`).FindStringSubmatch(r.Body.String())
	if r.Code != http.StatusCreated || found == nil {
		h.Fatalf("%s makes an address: %d %s", person, r.Code, r.Body)
	}
	return found[1]
}

// readCalendar reads a calendar with a parser that is not ours, and gives what it says of each event.
func readCalendar(t *testing.T, r *httptest.ResponseRecorder) map[string]ical.Event {
	t.Helper()
	if r.Code != http.StatusOK || !strings.HasPrefix(r.Header().Get("Content-Type"), "text/calendar") {
		t.Fatalf("the calendar is answered %d %s", r.Code, r.Header().Get("Content-Type"))
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(r.Body.String(), "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	c, err := ical.NewDecoder(bytes.NewReader(r.Body.Bytes())).Decode()
	if err != nil {
		t.Fatal(err)
	}
	if err := ical.NewEncoder(&bytes.Buffer{}).Encode(c); err != nil && len(c.Children) > 0 { // it checks what must be there, and how often
		t.Error(err)
	}
	out := map[string]ical.Event{}
	for _, e := range c.Events() {
		uid, err := e.Props.Text(ical.PropUID)
		if err != nil || out[uid].Component != nil {
			t.Errorf("the event %q is there twice, or has no name: %v", uid, err)
		}
		out[uid] = e
	}
	return out
}

func saidOf(t *testing.T, e ical.Event, prop string) string {
	t.Helper()
	if e.Component == nil {
		t.Fatal("the event is not there")
	}
	s, err := e.Props.Text(prop)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestACalendarShowsWhatWaitsAndUntilWhen: the deadline of the task, the trip from exit to entry, the notice that runs; to
// each only the own.
func TestACalendarShowsWhatWaitsAndUntilWhen(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	officer, applicant, stranger := h.feedOf("dongfang"), h.feedOf("zhongli"), h.feedOf("xiahou")
	waits := readCalendar(t, h.As("").Get(officer))
	if len(waits) != 1 {
		t.Fatalf("the officer's calendar: %v", waits)
	}
	for uid, e := range waits {
		if !strings.HasPrefix(uid, "task-"+no) || !strings.Contains(saidOf(t, e, ical.PropSummary), "待办") || !strings.Contains(saidOf(t, e, ical.PropDescription), "工作日") {
			t.Errorf("%s: %s, %s", uid, saidOf(t, e, ical.PropSummary), saidOf(t, e, ical.PropDescription))
		}
		start := e.Props.Get(ical.PropDateTimeStart)
		if start.Params.Get("VALUE") != "DATE" || len(start.Value) != 8 {
			t.Errorf("the deadline is no whole day: %v", start)
		}
	}
	own := readCalendar(t, h.As("").Get(applicant))
	trip := own["trip-"+no+"@chancery"]
	if saidOf(t, trip, "STATUS") != "TENTATIVE" || saidOf(t, trip, "TRANSP") != "OPAQUE" {
		t.Errorf("the trip that is asked for: %v", trip.Props)
	}
	if none := readCalendar(t, h.As("").Get(stranger)); len(none) != 0 {
		t.Errorf("somebody else's calendar: %v", none)
	}
	before := trip.Props.Get("SEQUENCE").Value
	h.Agrees("dongfang", no)
	h.Agrees("nangong", no)
	h.Agrees("gongye", no)
	h.Does("dongfang", no, casework.Act{Kind: casework.NoticePosted})
	if none := readCalendar(t, h.As("").Get(officer)); none["notice-"+no+"@chancery"].Component == nil {
		t.Errorf("the notice that runs is not in the officer's calendar: %v", none)
	}
	moved := readCalendar(t, h.As("").Get(applicant))["trip-"+no+"@chancery"]
	if moved.Component == nil || moved.Props.Get("SEQUENCE").Value == before {
		t.Error("the case has moved on, and the event has not")
	}
}

// TestACalendarTellsOnlyTheNumberOfACaseAboveTheLevel and in the language of the person.
func TestACalendarTellsOnlyTheNumberOfACaseAboveTheLevel(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	h.Files()
	secret := strings.TrimSuffix(strings.TrimPrefix(h.feedOf("zhongli"), "/feed/"), ".ics")
	for level, tells := range map[office.Mark]bool{office.Public: false, office.Internal: true} {
		agenda, err := h.Desk.Agenda(t.Context(), secret, level)
		h.must(err)
		if len(agenda.Events) == 0 {
			t.Fatal("the calendar is empty")
		}
		for _, e := range agenda.Events {
			if strings.Contains(e.Title+e.About, "钟离") || strings.Contains(e.Title+e.About, "赴") != tells {
				t.Errorf("up to %s: %q %q", level, e.Title, e.About)
			}
			if !strings.Contains(e.Title, "〔2026〕") {
				t.Errorf("up to %s the number is not there: %q", level, e.Title)
			}
		}
	}
	h.As("zhongli").Post("/me", url.Values{"lang": {"en"}})
	agenda, err := h.Desk.Agenda(t.Context(), secret, office.Public)
	h.must(err)
	if !strings.HasPrefix(agenda.Events[0].Title, "Trip ") {
		t.Errorf("it does not speak English: %q", agenda.Events[0].Title)
	}
}

// TestAnAddressThatIsRevokedIsAnsweredLikeAnyPageThatIsNotThere: renewed, revoked, of a disabled account, never made.
func TestAnAddressThatIsRevokedIsAnsweredLikeAnyPageThatIsNotThere(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	h.Files()
	first := h.feedOf("zhongli")
	a := h.As("").Get(first)
	if b := h.As("").Get(first, "If-None-Match", a.Header().Get("ETag")); b.Code != http.StatusNotModified || b.Body.Len() != 0 {
		t.Errorf("asked again: %d", b.Code)
	}
	if b := h.As("").Get(first); b.Body.String() != a.Body.String() {
		t.Error("the same facts do not give the same bytes")
	}
	second := h.feedOf("zhongli")
	never := bare(h.As("").Get("/feed/"+strings.Repeat("A", 43)+".ics"), strings.Repeat("A", 43))
	gone := func(what, path string) {
		t.Helper()
		r := h.As("").Get(path)
		if got := bare(r, strings.TrimSuffix(strings.TrimPrefix(path, "/feed/"), ".ics")); r.Code != http.StatusNotFound || got != never {
			t.Errorf("%s: %s", what, differ(got, never))
		}
	}
	gone("renewed", first)
	if page := h.As("zhongli").Get("/settings/feed").Body.String(); strings.Contains(page, "/feed/"+second[6:20]) || !strings.Contains(page, "有一个在用的地址") {
		t.Error("the page shows the address again, or does not say that there is one")
	}
	c := h.As("zhongli")
	if r := c.Post("/settings/feed/removal", nil); r.Code != http.StatusSeeOther {
		t.Errorf("revoked: %d", r.Code)
	}
	if r := c.Post("/settings/feed/removal", nil); r.Code != http.StatusConflict {
		t.Errorf("revoked again: %d", r.Code)
	}
	gone("revoked", second)
	third := h.feedOf("zhongli")
	if r := h.As("zhongli").Post("/settings/feed", url.Values{"password": {"not this"}}); r.Code != http.StatusForbidden {
		t.Errorf("made without the password: %d", r.Code)
	}
	h.Disables("zhongli")
	gone("disabled", third)
	if strings.Contains(h.Logged(), third[6:20]) {
		t.Error("the address stands in the log")
	}
}

// TestAProgramMakesTheAddressOfACalendarWithThePassword: it is told once, and takes the place of the one before.
func TestAProgramMakesTheAddressOfACalendarWithThePassword(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	h.Files()
	before := h.feedOf("zhongli")
	p := h.Token("zhongli", account.ScopeRead, account.ScopeAct)
	for _, body := range []string{`{"password":"not-the-password"}`, `{}`} {
		problem(t, p.Do(http.MethodPost, "/api/me/feed", body), http.StatusForbidden)
	}
	problem(t, h.Token("zhongli", account.ScopeRead).Do(http.MethodPost, "/api/me/feed", `{"password":"`+password+`"}`), http.StatusForbidden)
	if r := h.As("").Get(before); r.Code != http.StatusOK {
		t.Errorf("what was refused took the address before away: %d", r.Code)
	}
	made := read[struct{ Address string }](t, p.Do(http.MethodPost, "/api/me/feed", `{"password":"`+password+`"}`), http.StatusCreated)
	if r := h.As("").Get(made.Address); r.Code != http.StatusOK || !strings.HasPrefix(r.Body.String(), "BEGIN:VCALENDAR") {
		t.Errorf("%s: %d %s", made.Address, r.Code, r.Body)
	}
	if r := h.As("").Get(before); r.Code != http.StatusNotFound {
		t.Errorf("the address before still opens: %d", r.Code)
	}
	if shown := p.Get("/api/me/feed").Body.String(); strings.Contains(shown, "/feed/") || !strings.Contains(shown, `"in_use":true`) {
		t.Errorf("asked again: %s", shown)
	}
}
