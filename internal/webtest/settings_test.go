package webtest

import (
	"net/http"
	"net/url"
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
