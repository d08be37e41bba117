package webtest

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/desk"
)

// pageOpen is an open page that hears what changed.
type pageOpen struct {
	*testing.T
	lines *bufio.Scanner
	close func()
}

// listens opens the events of a page as somebody's browser does; the page hears until the test is over.
func (h *House) listens(c *Client, path string) *pageOpen {
	h.Helper()
	ctx, cancel := context.WithTimeout(h.Context(), time.Minute)
	h.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.address()+path, nil)
	h.must(err)
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := http.DefaultClient.Do(r)
	h.must(err)
	h.Cleanup(func() { _ = answer.Body.Close() })
	if answer.StatusCode != http.StatusOK {
		h.Fatalf("%s: %d", path, answer.StatusCode)
	}
	if got := answer.Header.Get("Content-Type") + " " + answer.Header.Get("X-Accel-Buffering"); got != "text/event-stream; charset=utf-8 no" {
		h.Errorf("headers: %s", got)
	}
	return &pageOpen{T: h.T, lines: bufio.NewScanner(answer.Body), close: cancel}
}

func (h *House) address() string {
	s := httptest.NewServer(h.Site)
	h.Cleanup(s.Close)
	return s.URL
}

// hears gives all that is heard until the stream is over, or until a line that begins so.
func (p *pageOpen) hears(until string) string {
	p.Helper()
	var all []string
	for p.lines.Scan() {
		if p.lines.Text() != "" {
			all = append(all, p.lines.Text())
		}
		if until != "" && strings.HasPrefix(p.lines.Text(), until) {
			return strings.Join(all, "\n")
		}
	}
	if until != "" {
		p.Fatalf("nothing begins with %q: %q %v", until, all, p.lines.Err())
	}
	return strings.Join(all, "\n")
}

// live opens the site so that pages hear as long as the test goes on.
func live(t *testing.T) *House {
	t.Helper()
	h := Open(t, "2026-09-14")
	h.StreamsFor(time.Hour)
	return h
}

// TestThePageOfACaseHearsThatSomebodyElseActed: the version and nothing of what was done.
func TestThePageOfACaseHearsThatSomebodyElseActed(t *testing.T) {
	t.Parallel()
	h := live(t)
	no := h.Files()
	page := h.As("zhongli").Get("/cases/" + no).Body.String()
	_, at, ok := strings.Cut(page, `data-live="`)
	at, _, _ = strings.Cut(at, `"`)
	if !ok || !strings.HasPrefix(at, "/cases/"+no+"/events?seen=") || !strings.Contains(page, "此件已有变动") {
		t.Fatalf("the page listens nowhere: %q", at)
	}
	open := h.listens(h.As("zhongli"), at)
	open.hears("retry:")
	h.Does("dongfang", no, casework.Act{Kind: casework.Commented, Text: "请补材料"})
	v, err := h.Desk.Version(t.Context(), desk.Operator(), no)
	h.must(err)
	if got, want := open.hears("data:"), "event: changed\ndata: {\"version\":"+strconv.Itoa(v)+"}"; got != want {
		t.Errorf("heard %q, want %q", got, want)
	}
	late := h.listens(h.As("zhongli"), at)
	if got := late.hears("data:"); !strings.Contains(got, "changed") {
		t.Errorf("a page that comes back late hears %q", got)
	}
}

// TestTodayHearsThatSomethingArrived for its reader, and not that something was done among others.
func TestTodayHearsThatSomethingArrived(t *testing.T) {
	t.Parallel()
	h := live(t)
	page := h.As("dongfang").Get("/").Body.String()
	_, at, _ := strings.Cut(page, `data-live="`)
	at, _, _ = strings.Cut(at, `"`)
	if at != "/events?seen=0" {
		t.Fatalf("the page listens at %q", at)
	}
	open := h.listens(h.As("dongfang"), at)
	other := h.listens(h.As("xiahou"), "/events?seen=0")
	open.hears("retry:")
	h.Files()
	if got := open.hears("data:"); got != "event: changed\ndata: {\"version\":1}" {
		t.Errorf("heard %q", got)
	}
	other.close()
	if got := other.hears(""); got != "retry: 5000" {
		t.Errorf("somebody else hears %q", got)
	}
}

// TestWhatIsOutOfSightIsHeardByNobody: absent from the first, and silent once it is out of sight (P4: attempts to read by the event stream).
func TestWhatIsOutOfSightIsHeardByNobody(t *testing.T) {
	t.Parallel()
	h := live(t)
	no := h.Files()
	c := h.As("xiahou")
	none, others := c.Get("/cases/OUT-2026-9/events?seen=1"), c.Get("/cases/"+no+"/events?seen=1")
	if none.Code != http.StatusNotFound || bare(none, "OUT-2026-9") != bare(others, no) {
		t.Errorf("a case of others is told from none: %d %d", none.Code, others.Code)
	}
	if r := h.As("").Get("/cases/" + no + "/events"); r.Code != http.StatusUnauthorized {
		t.Errorf("nobody is answered %d", r.Code)
	}
}

// TestAnOpenPageEndsWithItsSession, and keeps nobody signed in.
func TestAnOpenPageEndsWithItsSession(t *testing.T) {
	t.Parallel()
	h := live(t)
	no := h.Files()
	open := h.listens(h.As("nangong"), "/cases/"+no+"/events")
	open.hears("retry:")
	h.Disables("nangong")
	if got := open.hears(""); got != "" {
		t.Errorf("after the session is over it hears %q", got)
	}
	c := h.As("zhongli")
	h.Later(20 * time.Minute)
	if r := c.Get("/me"); r.Code != http.StatusOK {
		t.Fatalf("after twenty minutes: %d", r.Code)
	}
	h.Later(20 * time.Minute)
	h.listens(c, "/cases/"+no+"/events").close()
	h.Later(20 * time.Minute)
	if r := c.Get("/me"); r.Code != http.StatusSeeOther {
		t.Errorf("a page that only listened kept the session: %d", r.Code)
	}
}

// TestASessionHearsWithSixPagesAtMost.
func TestASessionHearsWithSixPagesAtMost(t *testing.T) {
	t.Parallel()
	h := live(t)
	c := h.As("zhongli")
	for range 6 {
		h.listens(c, "/events").hears("retry:")
	}
	if r := c.Get("/events"); r.Code != http.StatusTooManyRequests {
		t.Errorf("the seventh page: %d", r.Code)
	}
}

// TestEveryPageThatListensIsToldOfWhatCouldNotBeHeard.
func TestEveryPageThatListensIsToldOfWhatCouldNotBeHeard(t *testing.T) {
	t.Parallel()
	var c desk.Changes
	ears := []*desk.Ear{c.Case("A"), c.Any(), c.Years()}
	c.Tell(nil, true)
	for _, e := range ears {
		<-e.Told()
	}
	c.Tell([]string{"B"}, false)
	<-ears[1].Told()
	c.Tell([]string{"CALENDAR", "security"}, false)
	for _, e := range ears {
		<-e.Told()
		e.Close()
	}
}
