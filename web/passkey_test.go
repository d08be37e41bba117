package web_test

import (
	"context"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"chancery/core/account"
)

// browser is a real one, with a virtual authenticator in it.
type browser struct {
	*house
	ctx  context.Context
	name string // address of the house by a name: passkeys belong to names
}

func (h *house) browser() browser {
	h.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		h.Skip("passkeys are shown with Chromium, which is not installed here")
	}
	ctx, cancel := chromedp.NewExecAllocator(h.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox)...)
	h.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	h.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 60*time.Second)
	h.Cleanup(cancel)
	b := browser{house: h, ctx: ctx, name: strings.Replace(h.server.URL, "127.0.0.1", "localhost", 1)}
	b.do(chromedp.Navigate(b.name + "/sign-in"))
	_, err = chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{})
	h.must(err)
	_, err = chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	h.must(err)
	return b
}

func (b browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	b.must(chromedp.Do(b.ctx, steps...))
}

// text is what the page says to a person.
func (b browser) text() string {
	b.Helper()
	said, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText"))
	b.must(err)
	return said
}

func TestAPasskeyIsEnrolledAndSignsInWithARealBrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	link, _, err := h.desk.InviteByOperator(t.Context(), "dongfang", "", account.InvitationUsual)
	h.must(err)
	b.do(
		chromedp.Navigate(b.name+"/invitation/"+link+"?lang=zh"),
		chromedp.SendKeys(chromedp.CSS("[name=password]"), passphrase),
		chromedp.Click(chromedp.CSS("main form button")),
		chromedp.WaitVisible(chromedp.CSS("[data-passkey=enrol] button")),
		chromedp.Click(chromedp.CSS("[data-passkey=enrol] button")),
		chromedp.WaitVisible(chromedp.CSS(".me")),
	)
	if said := b.text(); !strings.Contains(said, "东方既白") {
		t.Fatalf("not signed in: %s", said)
	}
	b.do(
		chromedp.Navigate(b.name+"/me/security?lang=en"),
		chromedp.WaitVisible(chromedp.CSS("#factors")),
	)
	if said := b.text(); !strings.Contains(said, "通行密钥") {
		t.Errorf("the passkey is not listed: %s", said)
	}
	b.do(
		chromedp.Click(chromedp.CSS("header form[action='/sign-out'] button")),
		chromedp.WaitVisible(chromedp.CSS("[name=login]")),
		chromedp.SendKeys(chromedp.CSS("[name=login]"), "dongfang"),
		chromedp.SendKeys(chromedp.CSS("[name=password]"), passphrase),
		chromedp.Click(chromedp.CSS("main form button")),
		chromedp.WaitVisible(chromedp.CSS("[data-passkey=sign-in] button")),
	)
	who, err := h.desk.Accounts(t.Context(), h.auditor())
	h.must(err)
	for _, a := range who.Accounts {
		if a.Login == "dongfang" && a.Sessions != 0 {
			t.Error("the password alone made a session")
		}
	}
	b.do(
		chromedp.Click(chromedp.CSS("[data-passkey=sign-in] button")),
		chromedp.WaitVisible(chromedp.CSS(".me")),
	)
	if said := b.text(); !strings.Contains(said, "Dongfang Jibai") {
		t.Errorf("not signed in by the passkey: %s", said)
	}
}

func TestAnAnswerThatNoDeviceGaveIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, g := h.join("dongfang", "")
	send := func(v *visitor, path, body string) int {
		v.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.server.URL+path, strings.NewReader(body))
		h.must(err)
		resp, err := v.client.Do(r)
		h.must(err)
		h.must(resp.Body.Close())
		return resp.StatusCode
	}
	for path, want := range map[string]int{
		"/sign-in/passkey": 401, "/sign-in/passkey/answer": 401, // a session that is whole asks for no factor
		"/sign-in/passkey/enrolment": 403, "/sign-in/passkey/enrolment/answer": 403,
	} {
		if got := send(v, path, `{"credential":{"id":"x"},"password":"not it"}`); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if got := send(v, "/sign-in/passkey/enrolment", `not json`); got != 400 {
		t.Errorf("no JSON: %d", got)
	}
	half := h.visitor()
	half.want(half.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {passphrase}}), 303, "/sign-in/next?next=%2F")
	for _, path := range []string{"/sign-in/passkey/enrolment", "/sign-in/passkey/enrolment/answer"} {
		if got := send(half, path, `{"credential":{},"password":"`+passphrase+`"}`); got != 401 {
			t.Errorf("%s with the password alone: %d", path, got)
		}
	}
	for _, path := range []string{"/sign-in/passkey", "/sign-in/passkey/answer"} {
		if got := send(half, path, `{"credential":{}}`); got != 403 {
			t.Errorf("%s of somebody without a passkey: %d", path, got)
		}
	}
	half.want(half.post("/sign-in/code", url.Values{"code": {half.code(g)}}), 303, "/")
}
