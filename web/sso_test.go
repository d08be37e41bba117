package web_test

import (
	"bufio"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/internal/oidcprovider"
	"chancery/web"
)

// startProvider runs the provider as a process of its own and gives its issuer.
func startProvider(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "provider")
	if out, err := exec.Command("go", "build", "-o", program, "chancery/internal/oidcprovider/serve").CombinedOutput(); err != nil {
		t.Fatalf("build the provider: %v\n%s", err, out)
	}
	cmd := exec.Command(program, "chancery", "a secret of two")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // the provider ends with its input
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// abroad is a house with a provider beside it.
type abroad struct {
	*house
	issuer string
}

func newAbroad(t *testing.T) abroad {
	t.Helper()
	a := abroad{issuer: startProvider(t)}
	a.house = newHouse(t, func(c *web.Config) {
		c.Provider = web.OpenID{
			Issuer: a.issuer, Client: "chancery", Secret: "a secret of two", Title: say("统一身份", "the common sign-in"),
			HTTP: &http.Client{Timeout: 5 * time.Second}, Now: time.Now,
		}
	})
	return a
}

// told says whom the provider signs in next, by which methods, and how it lies.
func (a abroad) told(subject string, lie oidcprovider.Lie, methods ...string) {
	a.Helper()
	q := url.Values{"subject": {subject}, "lie": {string(lie)}, "method": methods}
	v := a.visitor()
	if got := v.post(a.issuer+"/told?"+q.Encode(), nil); got.status != 200 {
		a.Fatalf("the provider does not listen: %d", got.status)
	}
}

// travel goes from a page of ours to the provider, and gives the address back at which ours is to be asked.
func (v *visitor) travel(from string, form url.Values) string {
	v.Helper()
	page := v.post(from, form)
	_, to, ok := strings.Cut(page.header.Get("Refresh"), "url=")
	if !ok {
		v.Fatalf("no way to the provider: %d %s", page.status, page.body)
	}
	back := v.get(to)
	if back.status != http.StatusFound {
		v.Fatalf("the provider says %d %s", back.status, back.body)
	}
	return back.to
}

// bound opens dongfang's account by an invitation, with an identity at the provider.
func (a abroad) bound() {
	a.Helper()
	link, _, err := a.desk.InviteByOperator(a.Context(), "dongfang", "", account.InvitationUsual)
	a.must(err)
	a.told("subject-of-dongfang", oidcprovider.Honest, "mfa")
	v := a.visitor()
	v.want(v.get(v.travel("/invitation/"+link+"/sso", nil)), 303, "/")
	if page := v.get("/cases"); page.status != 200 || !strings.Contains(page.body, "东方既白") {
		a.Fatalf("bound and signed in: %d", page.status)
	}
}

func TestAnIdentityElsewhereSignsInWhomItIsBoundToAndNobodyElse(t *testing.T) {
	t.Parallel()
	a := newAbroad(t)
	a.bound()

	v := a.visitor()
	v.want(v.get(v.travel("/sign-in/sso", url.Values{"next": {"/rulebook"}})), 303, "/rulebook")

	a.told("a-stranger", oidcprovider.Honest, "mfa")
	stranger := a.visitor()
	if got := stranger.get(stranger.travel("/sign-in/sso", nil)); got.status != 403 || stranger.cookie() != "" {
		t.Errorf("a stranger: %d", got.status)
	}
	// A provider that saw only a password does not stand for the second factor.
	a.told("subject-of-dongfang", oidcprovider.Honest, "pwd")
	weak := a.visitor()
	weak.want(weak.get(weak.travel("/sign-in/sso", nil)), 303, "/sign-in/next?next=%2F")
	weak.want(weak.get("/cases"), 303, "/sign-in?next=%2Fcases")
}

func TestS21_EveryForgeryOfTheProviderIsRefused(t *testing.T) {
	t.Parallel()
	a := newAbroad(t)
	a.bound()
	for _, lie := range oidcprovider.Lies() {
		a.told("subject-of-dongfang", lie, "mfa")
		v := a.visitor()
		got := v.get(v.travel("/sign-in/sso", nil))
		if got.status != 403 || v.cookie() != "" {
			t.Errorf("%s: %d, to %q", lie, got.status, got.to)
		}
		v.want(v.get("/cases"), 303, "/sign-in?next=%2Fcases")
	}
	a.told("subject-of-dongfang", oidcprovider.Honest, "mfa")
	v := a.visitor()
	back := v.travel("/sign-in/sso", nil)
	other := a.visitor()
	if got := other.get(back); got.status != 403 {
		t.Errorf("an answer in another browser: %d", got.status)
	}
	for name, bad := range map[string]string{"no code": "/sign-in/sso?state=x", "nothing": "/sign-in/sso", "an error": "/sign-in/sso?error=access_denied"} {
		if got := v.get(bad); got.status != 403 {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	again := v.travel("/sign-in/sso", nil)
	v.want(v.get(again), 303, "/")
	if got := v.get(again); got.status != 403 {
		t.Errorf("the same answer twice: %d", got.status)
	}
}
