package webtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestPreferencesAreKeptWithThePerson: in another browser they are there, and another person has none of them.
func TestPreferencesAreKeptWithThePerson(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	form := url.Values{"lang": {"en"}, "theme": {"dark"}, "compact": {"1"}, "keys_off": {"1"}, "phrases": {"同意。\n\n 请补充 \n同意。"}}
	if r := h.As("nangong").Post("/me", form); r.Code != http.StatusSeeOther {
		t.Fatalf("answered %d %s", r.Code, r.Body)
	}
	body := h.As("nangong").Get("/me").Body.String()
	for _, want := range []string{`lang="en"`, `data-theme="dark"`, "data-compact", "data-keys-off", "同意。\n请补充</textarea>", "My settings"} {
		if !strings.Contains(body, want) {
			t.Errorf("the other browser does not have %s", want)
		}
	}
	if body := h.As("sikong").Get("/me").Body.String(); strings.Contains(body, "data-theme") || strings.Contains(body, "请补充") || strings.Contains(body, "data-compact") {
		t.Error("another person has them too")
	}
	if body := h.As("nangong").Get("/cases?lang=zh&theme=auto").Body.String(); !strings.Contains(body, `lang="zh-Hans"`) || strings.Contains(body, "data-theme") {
		t.Error("the switch on a page does not change them")
	}
	if body := h.As("nangong").Get("/me").Body.String(); !strings.Contains(body, "我的设置") {
		t.Error("what the switch changed is not kept")
	}
}

// TestWhatWasChosenBeforeTheSignInCountsUntilThePersonChooses: the cookie of the door gives way to the settings.
func TestWhatWasChosenBeforeTheSignInCountsUntilThePersonChooses(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("")
	c.Get("/sign-in?theme=dark&lang=en")
	c.Post("/sign-in", url.Values{"login": {"nangong"}, "password": {password}})
	if body := c.Get("/me").Body.String(); !strings.Contains(body, `data-theme="dark"`) || !strings.Contains(body, "My settings") {
		t.Error("what was chosen at the door is gone")
	}
	c.Post("/me", url.Values{"lang": {"zh"}})
	if body := c.Get("/me").Body.String(); strings.Contains(body, "data-theme") || !strings.Contains(body, "我的设置") {
		t.Error("the settings do not count over the cookie")
	}
	c.Get("/cases?theme=light")
	if c.cookies["theme"] != "" {
		t.Error("a signed-in person's look is kept in a cookie")
	}
}

// TestPreferencesThatCannotBeAreSaid, and what was typed stays.
func TestPreferencesThatCannotBeAreSaid(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	r := h.As("nangong").Post("/me", url.Values{"theme": {"pink"}, "phrases": {strings.Repeat("长", 201)}})
	body := r.Body.String()
	if r.Code != http.StatusUnprocessableEntity || !strings.Contains(body, "没有这种外观") || !strings.Contains(body, "最多 200 字") ||
		!strings.Contains(body, strings.Repeat("长", 201)) {
		t.Errorf("answered %d %s", r.Code, body)
	}
	if r := h.As("nangong").Post("/me", url.Values{"phrases": {strings.Repeat("同意\n不同意\n", 1) + numbered(31)}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("too many phrases are answered %d", r.Code)
	}
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("一", i+1) + "\n")
	}
	return b.String()
}

// TestMailIsChosenInTheSettings: the address, when, at what hour and not at which; what cannot be is said, and what was typed stays.
// Another choice of the page leaves it as it is, and the person's own log says that the address changed, not to what.
func TestMailIsChosenInTheSettings(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	good := url.Values{"lang": {"en"}, "mail": {" nangong@office.example "}, "mail_when": {"digest"}, "mail_hour": {"8"}, "quiet_from": {"20:00"}, "quiet_until": {"07:30"}}
	if r := h.As("nangong").Post("/me", good); r.Code != http.StatusSeeOther {
		t.Fatalf("answered %d %s", r.Code, r.Body)
	}
	body := h.As("nangong").Get("/me").Body.String()
	for _, want := range []string{
		`value="nangong@office.example"`, `value="digest" checked`, `<option value="8" selected>08:00</option>`, `name="quiet_from" value="20:00"`,
		`name="quiet_until" value="07:30"`, "no mail server set up yet",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the settings do not have %s", want)
		}
	}
	own := h.As("nangong").Get("/me/security").Body.String()
	if !strings.Contains(own, "Mail address changed") || strings.Contains(own, "nangong@office.example") {
		t.Error("the own log does not say that the address changed, or says to what")
	}
	h.As("nangong").Get("/cases?lang=zh")
	if body := h.As("nangong").Get("/me").Body.String(); !strings.Contains(body, `value="nangong@office.example"`) || !strings.Contains(body, "邮件提醒") {
		t.Error("another language has other mail")
	}
	for field, value := range map[string]string{
		"mail": "nangong@office.example\r\nBcc: thief@elsewhere.example", "mail_when": "hourly", "mail_hour": "24", "quiet_from": "25:00",
	} {
		wrong := url.Values{}
		for k, v := range good {
			wrong[k] = v
		}
		wrong.Set(field, value)
		if r := h.As("nangong").Post("/me", wrong); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "alert") {
			t.Errorf("%s of %q is answered %d", field, value, r.Code)
		}
	}
}

func TestWhatIsRefusedIsSaidInSentences(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	for where, r := range map[string]*httptest.ResponseRecorder{
		"a page that is not there": h.As("zhongli").In("en").Get("/cases/OUT-2026-9999"),
		"a wrong password":         h.As("zhongli").In("en").Post("/settings/feed", url.Values{"password": {"not-this"}}),
	} {
		_, said, _ := strings.Cut(r.Body.String(), `class="errsum`)
		if m := regexp.MustCompile(`<li>(?:<a[^>]*>)?([^<]+)`).FindStringSubmatch(said); m == nil || m[1][:1] != strings.ToUpper(m[1][:1]) {
			t.Errorf("%s is said as %q", where, m)
		}
	}
}
