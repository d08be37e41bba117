package web_test

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/web"
)

// pages are the addresses that a reader can open.
func pages() []string {
	return []string{
		"/cases", "/cases?state=refused", "/cases/2026-0398", "/check", "/check?sample=nine-days",
		"/rulebook", "/rulebook/cn-national/OUT-02", "/rulebook/cn-national/OUT-02?on=2010-01-01",
	}
}

// wrong are requests that fail, with the status each gets.
func wrong() map[string]int {
	return map[string]int{
		"/nowhere": 404, "/cases/2026-9999": 404, "/cases?state=asleep": 422, "/rulebook/none/OUT-02": 404,
		"/rulebook/cn-national/OUT-99": 404, "/rulebook/cn-national/OUT-02?on=someday": 422, "/static/design.css": 404,
	}
}

// S-12: headers on every route, errors included.
func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	demand := func(path string, h http.Header) {
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if len(h.Get("X-Request-Id")) != 8 {
			t.Errorf("%s: no request id", path)
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: opens itself to other origins", path)
		}
	}
	for _, path := range append(pages(), "/", "/healthz", "/readyz") {
		demand(path, get(t, s, path).Header())
	}
	for path, status := range wrong() {
		rec := get(t, s, path)
		if rec.Code != status {
			t.Errorf("%s: status %d, want %d", path, rec.Code, status)
		}
		demand(path, rec.Header())
		if kind := rec.Header().Get("Content-Type"); kind != "text/html; charset=utf-8" {
			t.Errorf("%s: %s", path, kind)
		}
	}
}

func TestAPageKeepsNothingInTheBrowserAndAStaticFileKeepsForEver(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	page := get(t, s, "/cases")
	if page.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("a page is kept: %s", page.Header().Get("Cache-Control"))
	}
	for _, url := range []string{"design", "app", "icons", "seal"} {
		from := strings.Index(page.Body.String(), "/static/"+url+".")
		path, _, _ := strings.Cut(page.Body.String()[from:], `"`)
		path, _, _ = strings.Cut(path, "#")
		rec := get(t, s, path, "Accept-Encoding", "gzip")
		if rec.Code != 200 || !strings.Contains(rec.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Header().Get("Cache-Control"))
		}
	}
}

func TestKindsOfFaultHaveTheirStatus(t *testing.T) {
	t.Parallel()
	for kind, status := range map[fault.Kind]int{
		fault.Invalid: 422, fault.NotFound: 404, fault.NotAllowed: 403, fault.Conflict: 409, fault.TooLate: 409, fault.Unavailable: 503,
		fault.SignedOut: 401, fault.TooOften: 429,
	} {
		rec := get(t, open(t, world{fail: fault.New(kind, "", say("先做这个", "do this first"))}, nil), "/cases?lang=en")
		if rec.Code != status {
			t.Errorf("%s: %d, want %d", kind, rec.Code, status)
		}
		contains(t, rec.Body.String(), "Do this first", rec.Header().Get("X-Request-Id"))
	}
}

func TestWhatIsOursIsLoggedOnceAndShownAsANumber(t *testing.T) {
	t.Parallel()
	for name, w := range map[string]world{"error": {fail: errors.New("secret detail")}, "panic": {panic: true}} {
		var logged bytes.Buffer
		rec := get(t, open(t, w, &logged), "/cases")
		id := rec.Header().Get("X-Request-Id")
		if rec.Code != 500 || strings.Contains(rec.Body.String(), "secret") || !strings.Contains(rec.Body.String(), id) {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
		if n := strings.Count(logged.String(), id); n != 1 {
			t.Errorf("%s: logged %d times", name, n)
		}
	}
}

func TestARequestFromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	rec := post(t, open(t, world{}, nil), "/check", url.Values{"application": {"procedure: outbound-trip"}}, "Sec-Fetch-Site", "cross-site")
	if rec.Code != 403 {
		t.Errorf("status %d", rec.Code)
	}
}

func TestOnLoopbackOnlyThisMachinesOwnNameIsAnswered(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil, func(c *web.Config) { c.Loopback = true })
	for host, status := range map[string]int{"127.0.0.1:8080": 200, "localhost": 200, "[::1]:8080": 200, "office.example": 421, "127.0.0.1.example": 421} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/cases", nil)
		r.Host = host
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, signedIn(r))
		if rec.Code != status {
			t.Errorf("%s: %d, want %d", host, rec.Code, status)
		}
	}
}

func TestTooMuchTooSlowAndTheWrongMethodAreAnsweredInWords(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	large := post(t, s, "/check?lang=en", url.Values{"application": {strings.Repeat("x", 1<<20)}})
	if large.Code != 413 {
		t.Errorf("large: %d", large.Code)
	}
	contains(t, large.Body.String(), "1 MiB")
	method := post(t, s, "/cases", nil)
	if method.Code != 405 || method.Header().Get("Allow") != "GET" {
		t.Errorf("method: %d %q", method.Code, method.Header().Get("Allow"))
	}
	slow := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/check?lang=en", slowBody{})
	slow.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, signedIn(slow))
	if rec.Code != 408 {
		t.Errorf("slow: %d", rec.Code)
	}
	broken := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/check", strings.NewReader("a=%zz"))
	broken.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec = httptest.NewRecorder()
	s.ServeHTTP(rec, signedIn(broken))
	if rec.Code != 400 {
		t.Errorf("broken: %d", rec.Code)
	}
}

type slowBody struct{}

func (slowBody) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

func TestAnAnswerThatTakesTooLongSaysSo(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil, func(c *web.Config) {
		c.Limits.Time = time.Nanosecond
		c.Cases = waiting{}
	})
	rec := get(t, s, "/cases?lang=en")
	if rec.Code != 503 || rec.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
}

func TestTheLanguageIsThatOfTheAddressThenTheCookieThenTheBrowser(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	for _, c := range []struct{ path, cookie, accept, want string }{
		{"/cases", "", "", "zh-Hans"},
		{"/cases", "", "en-GB,en;q=0.9,zh;q=0.2", "en"},
		{"/cases", "", "fr, zh-CN;q=0.8, en;q=0.4", "zh-Hans"},
		{"/cases", "lang=zh", "en", "zh-Hans"},
		{"/cases?lang=en", "lang=zh", "zh", "en"},
		{"/cases?lang=xx", "lang=en", "zh", "en"},
	} {
		rec := get(t, s, c.path, "Cookie", c.cookie, "Accept-Language", c.accept)
		if !strings.Contains(rec.Body.String(), `<html lang="`+c.want+`"`) {
			t.Errorf("%+v: another language", c)
		}
	}
	rec := get(t, s, "/cases?lang=en&theme=dark")
	contains(t, rec.Body.String(), `data-theme="dark"`)
	for _, c := range rec.Result().Cookies() {
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("cookie %s is open", c.Name)
		}
	}
}

func TestWordsInTheOtherLanguageAreMarked(t *testing.T) {
	t.Parallel()
	body := get(t, open(t, world{title: "赴日本商谈"}, nil), "/cases?lang=en").Body.String()
	contains(t, body, `<span lang="zh-Hans">赴日本商谈</span>`, "OUT-2026-398", "4 working days left")
}

func TestTheListOpensWithASentenceAndFiltersByState(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	contains(t, get(t, s, "/cases").Body.String(), "共 2 件，在办 1 件", "/cases?state=refused", "余 4 工作日", "闻人澜")
	only := get(t, s, "/cases?state=refused").Body.String()
	contains(t, only, "出〔2026〕371")
	if strings.Contains(only, "出〔2026〕398") {
		t.Error("the filter lets another state through")
	}
	contains(t, get(t, s, "/").Body.String(), "今天要办结 1 件", "/cases/2026-0398")
}

func TestACaseSaysWhoHasItSinceWhenAndWhy(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	contains(t, get(t, s, "/cases/2026-0398").Body.String(),
		"闻人澜", "副主任", "10月14日 16:05", "按干部管理权限，由分管领导审批", "/rulebook/cn-national/OUT-02?on=2013-12-31",
		"保留意见", "罗森港三日中", "港区参观为岸电设施现场", "有 1 项须由人裁量", "第 3 / 4 步：审批", "#48151", "chancery journal check-proof proof-2026-0398.json",
		"工作日")
	contains(t, get(t, s, "/cases/2026-0398?lang=en").Body.String(), "Reservation", "Step 3 of 4: Approval", "Why this step")
}

func TestAnArticleShowsItsEditionsAndParametersWithSources(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	contains(t, get(t, s, "/rulebook/cn-national/OUT-02?on=2010-01-01").Body.String(), "2010年1月1日", "中办发〔2008〕9号", "中办发〔2013〕16号", "8 天", "10 天", "两国不超过八天。", "起始日为推定")
	contains(t, get(t, s, "/rulebook?lang=en").Body.String(), "1 book, 1 article, all with a source", "Countries and days", "In force")
}
