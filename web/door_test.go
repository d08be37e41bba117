package web_test

import (
	"bytes"
	"html"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/desk"
	"chancery/internal/foldertest"
	"chancery/library"
	"chancery/store"
	"chancery/web"
)

var loaded = sync.OnceValues(func() (*desk.Library, error) { return desk.LoadLibrary(library.FS) })

// house is a whole desk behind a web server, with a clock that moves when it is told to.
type house struct {
	*testing.T
	desk   *desk.Desk
	server *httptest.Server
	logged *journalist
	mu     sync.Mutex
	at     time.Time
}

// journalist keeps what many write at once.
type journalist struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journalist) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journalist) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

const passphrase = "河边的船要在日落前开走"

func newHouse(t *testing.T, change ...func(*web.Config)) *house {
	t.Helper()
	h := &house{T: t, at: time.Now(), logged: &journalist{}}
	lib, err := loaded()
	h.must(err)
	s, err := store.Open(t.Context(), foldertest.Fresh(t), h.now)
	h.must(err)
	t.Cleanup(func() { _ = s.Close() })
	h.desk = desk.New(desk.Kept(s), lib)
	data, err := fs.ReadFile(library.FS, "demo/office.yaml")
	h.must(err)
	o, err := office.Read("demo/office.yaml", data)
	h.must(err)
	h.must(h.desk.Found(t.Context(), o))
	c := web.Config{
		Accounts: h.desk, Cases: h.desk, Registers: h.desk, Office: h.desk, Figures: h.desk, Own: h.desk, Checks: lib, Rules: lib.Books, Places: lib.Places, Words: lib.Words, Loopback: true,
		Today: func() calendar.Day { return calendar.InstantOf(h.now()).Day(desk.OfficeZone()) }, Log: slog.New(slog.NewTextHandler(h.logged, nil)),
	}
	for _, f := range change {
		f(&c)
	}
	site, err := web.New(c)
	h.must(err)
	h.server = httptest.NewServer(site)
	t.Cleanup(h.server.Close)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// visitor is a browser with its own cookies.
type visitor struct {
	*house
	client *http.Client
}

func (h *house) visitor() *visitor {
	h.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	return &visitor{house: h, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is what a page said.
type answer struct {
	status   int
	body, to string
	header   http.Header
}

func (v *visitor) do(method, path string, form url.Values) answer {
	v.Helper()
	if !strings.Contains(path, "://") {
		path = v.server.URL + path
	}
	r, err := http.NewRequestWithContext(v.Context(), method, path, strings.NewReader(form.Encode()))
	v.must(err)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := v.client.Do(r)
	v.must(err)
	body, err := io.ReadAll(resp.Body)
	v.must(err)
	v.must(resp.Body.Close())
	return answer{resp.StatusCode, string(body), resp.Header.Get("Location"), resp.Header}
}

func (v *visitor) get(path string) answer { v.Helper(); return v.do(http.MethodGet, path, nil) }

func (v *visitor) post(path string, f url.Values) answer {
	v.Helper()
	return v.do(http.MethodPost, path, f)
}

// want wants a status, and where the answer leads to.
func (v *visitor) want(a answer, status int, to string) {
	v.Helper()
	if a.status != status || a.to != to {
		v.Fatalf("%d to %q, want %d to %q\n%s", a.status, a.to, status, to, a.body)
	}
}

var letters = regexp.MustCompile(`<code class="mono">([A-Z2-7 ]+)</code>`)

// secret reads the secret of a generator off a page, as a person does who types it.
func (v *visitor) secret(body string) account.TOTP {
	v.Helper()
	m := letters.FindStringSubmatch(body)
	if m == nil {
		v.Fatal("no secret on the page")
	}
	return account.TOTP{Secret: account.Secret(strings.ReplaceAll(html.UnescapeString(m[1]), " ", ""))}
}

func (v *visitor) code(g account.TOTP) string {
	v.Helper()
	code, err := g.Code(calendar.InstantOf(v.now()))
	v.must(err)
	return code
}

// join goes the whole way of an invited person, page by page.
func (h *house) join(person string, duty account.Duty) (*visitor, account.TOTP) {
	h.Helper()
	link, _, err := h.desk.InviteByOperator(h.Context(), person, duty, account.InvitationUsual)
	h.must(err)
	v := h.visitor()
	g := v.accept("/invitation/"+link, person)
	return v, g
}

func (v *visitor) accept(link, login string) account.TOTP {
	v.Helper()
	if a := v.get(link); a.status != 200 {
		v.Fatalf("invitation: %d %s", a.status, a.body)
	}
	v.want(v.post(link, url.Values{"login": {login}, "password": {passphrase}}), 303, "/sign-in/next?next=%2F")
	page := v.get("/sign-in/next?next=/")
	g := v.secret(page.body)
	v.want(v.post("/sign-in/code", url.Values{"code": {v.code(g)}, "next": {"/cases"}}), 303, "/cases")
	v.pass(time.Minute)
	return g
}

func (v *visitor) signIn(login string, g account.TOTP) {
	v.Helper()
	v.want(v.post("/sign-in", url.Values{"login": {login}, "password": {passphrase}, "next": {"/rulebook"}}), 303, "/sign-in/next?next=%2Frulebook")
	v.want(v.post("/sign-in/code", url.Values{"code": {v.code(g)}, "next": {"/rulebook"}}), 303, "/rulebook")
	v.pass(time.Minute)
}

// auditor is the reader that an auditor is.
func (h *house) auditor() desk.Reader {
	h.Helper()
	v, _ := h.join("admin-audit", account.Audit)
	who, err := h.desk.Signed(h.Context(), v.cookie())
	h.must(err)
	return who
}

func (v *visitor) cookie() string {
	u, err := url.Parse(v.server.URL)
	v.must(err)
	for _, c := range v.client.Jar.Cookies(u) {
		if c.Name == "chancery" {
			return c.Value
		}
	}
	return ""
}

func TestNothingOpensBeforeSignInAndTheWayLeadsBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	v.want(v.get("/cases?state=active"), 303, "/sign-in?next=%2Fcases%3Fstate%3Dactive")
	v.want(v.get("/me/security"), 303, "/sign-in?next=%2Fme%2Fsecurity")
	v.want(v.get("/accounts"), 303, "/sign-in?next=%2Faccounts")
	v.want(v.get("/no/such/page"), 303, "/sign-in?next=%2Fno%2Fsuch%2Fpage")
	if a := v.post("/check", nil); a.status != 401 {
		t.Errorf("a form without a session: %d", a.status)
	}
	for _, there := range []string{"/sign-in", "/healthz", "/readyz"} {
		if a := v.get(there); a.status != 200 {
			t.Errorf("%s: %d", there, a.status)
		}
	}
	if a := v.get("/invitation/never-was"); a.status != 404 || !strings.Contains(a.body, "从未有效") {
		t.Errorf("an invitation that never was: %d", a.status)
	}
	_, g := h.join("dongfang", "")
	v.signIn("dongfang", g)
	if a := v.get("/cases"); a.status != 200 || !strings.Contains(a.body, "东方既白") || !strings.Contains(a.body, "出国管理处专办员") {
		t.Errorf("signed in: %d", a.status)
	}
	v.want(v.get("/sign-in?next=/rulebook"), 303, "/rulebook")
	v.want(v.post("/sign-out", nil), 303, "/sign-in")
	v.want(v.get("/cases"), 303, "/sign-in?next=%2Fcases")
}

func TestS03_ThePasswordAloneOpensNoPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, g := h.join("dongfang", "")
	v := h.visitor()
	v.want(v.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {passphrase}}), 303, "/sign-in/next?next=%2F")
	for _, page := range []string{"/cases", "/me/security", "/accounts", "/check"} {
		v.want(v.get(page), 303, "/sign-in?next="+url.QueryEscape(page))
	}
	if a := v.post("/sign-in/code", url.Values{"code": {"000000"}}); a.status != 403 || !strings.Contains(a.body, "验证码不对") {
		t.Errorf("a wrong code: %d", a.status)
	}
	v.want(v.post("/sign-out", nil), 303, "/sign-in") // gives up halfway
	v.want(v.get("/sign-in/next"), 303, "/sign-in")
	v.want(v.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {passphrase}}), 303, "/sign-in/next?next=%2F")
	code := v.code(g)
	v.want(v.post("/sign-in/code", url.Values{"code": {code[:3] + " " + code[3:]}}), 303, "/")
	again := h.visitor()
	again.want(again.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {passphrase}}), 303, "/sign-in/next?next=%2F")
	if a := again.post("/sign-in/code", url.Values{"code": {code}}); a.status != 403 {
		t.Errorf("a code that was used: %d", a.status)
	}
}

// TestS03_EveryPathIsShutToStrangersAndToThePasswordAlone goes through the table of routes itself, so that a page that is
// added later is asked too.
func TestS03_EveryPathIsShutToStrangersAndToThePasswordAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.join("dongfang", "")
	half := h.visitor()
	half.want(half.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {passphrase}}), 303, "/sign-in/next?next=%2F")
	source, err := os.ReadFile("routes.go")
	h.must(err)
	open := regexp.MustCompile(`^/(sign-in|invitation|notices|feed|static|healthz|readyz)(/|$)|^/sign-out$`)
	asked := 0
	for _, m := range regexp.MustCompile(`"(GET|POST) (/[^"]*)"`).FindAllStringSubmatch(string(source), -1) {
		method, path := m[1], regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(m[2], "x")
		if path == "/x" {
			path = "/"
		}
		if open.MatchString(path) {
			continue
		}
		asked++
		for name, v := range map[string]*visitor{"a stranger": h.visitor(), "the password alone": half} {
			a := v.do(method, path, nil)
			if shut := a.status == 401 || a.status == 303 && strings.HasPrefix(a.to, "/sign-in?next="); !shut {
				t.Errorf("%s %s lets %s in: %d to %q", method, path, name, a.status, a.to)
			}
		}
	}
	if asked < 20 {
		t.Errorf("only %d paths were found in the table", asked)
	}
}

func TestASessionThatSomebodyElsePlantedIsNotTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, g := h.join("dongfang", "")
	v := h.visitor()
	u, err := url.Parse(h.server.URL)
	h.must(err)
	v.client.Jar.SetCookies(u, []*http.Cookie{{Name: "chancery", Value: "planted", Path: "/"}})
	seen := []string{v.cookie()}
	v.want(v.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {passphrase}}), 303, "/sign-in/next?next=%2F")
	seen = append(seen, v.cookie())
	v.want(v.post("/sign-in/code", url.Values{"code": {v.code(g)}}), 303, "/")
	seen = append(seen, v.cookie())
	v.want(v.post("/me/security/password", url.Values{"current": {passphrase}, "password": {"die Boote fahren früh"}}), 303, "/me/security")
	seen = append(seen, v.cookie())
	for i, one := range seen {
		for _, other := range seen[i+1:] {
			if one == other || one == "" {
				t.Errorf("the token stayed: %v", seen)
			}
		}
		if i == len(seen)-1 {
			break
		}
		if _, err := h.desk.Signed(t.Context(), one); err == nil {
			t.Errorf("token %d still opens", i)
		}
	}
}

func TestTheSessionsCookieIsShutAndBehindTLSBoundToTheHost(t *testing.T) {
	t.Parallel()
	for _, encrypted := range []bool{false, true} {
		h := newHouse(t, func(c *web.Config) { c.Encrypted = encrypted })
		h.join("dongfang", "")
		v := h.visitor()
		a := v.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {passphrase}})
		cookie := a.header.Get("Set-Cookie")
		for part, want := range map[string]bool{
			"__Host-chancery=": encrypted, "Secure": encrypted, "HttpOnly": true, "SameSite=Lax": true, "Path=/": true, "Domain": false, "Max-Age": false,
		} {
			if strings.Contains(cookie, part) != want {
				t.Errorf("encrypted=%v: %s in %q", encrypted, part, cookie)
			}
		}
		if (a.header.Get("Strict-Transport-Security") != "") != encrypted {
			t.Error("encryption is promised where there is none, or not where there is")
		}
	}
}

func TestNobodyIsLedOutOfTheHouseAfterSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, g := h.join("dongfang", "")
	v := h.visitor()
	v.signIn("dongfang", g)
	for _, next := range []string{
		"https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\tevil", "javascript:alert(1)", "cases", "", "http:/cases",
		"/\r\nSet-Cookie: a=b", "/sign-out", "https:evil.example", "/%2f%2fevil.example/../..//evil.example",
	} {
		a := v.get("/sign-in?next=" + url.QueryEscape(next))
		to, err := url.Parse(a.to)
		if a.status != 303 || err != nil || to.Host != "" || to.Scheme != "" || strings.HasPrefix(a.to, "//") {
			t.Errorf("%q leads to %q", next, a.to)
		}
	}
	v.want(v.get("/sign-in?next="+url.QueryEscape("/cases?state=active")), 303, "/cases?state=active")
	for _, next := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "/\r\nSet-Cookie: a=b"} {
		late := h.visitor()
		late.want(late.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {passphrase}, "next": {next}}), 303, "/sign-in/next?next=%2F")
		late.want(late.post("/sign-in/code", url.Values{"code": {late.code(g)}, "next": {next}}), 303, "/")
		late.pass(time.Minute)
	}
}

func TestS02_WaitingIsSaidInWordsWithItsStatus(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	var last answer
	for range 4 {
		last = v.post("/sign-in?lang=en", url.Values{"login": {"dongfang"}, "password": {"a wrong password"}})
	}
	if last.status != 429 || last.header.Get("Retry-After") == "" || !strings.Contains(last.body, "wait") {
		t.Errorf("%d %s", last.status, last.body)
	}
}

func TestS04_TheFirstAdministratorsComeByTheOperatorsLinksAndInviteTheRest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	system, _ := h.join("admin-system", account.System)
	security, _ := h.join("admin-security", account.Security)
	page := system.post("/accounts/invitation", url.Values{"person": {"dongfang"}})
	m := regexp.MustCompile(`(http://[^<]+)(/invitation/[^<]+)`).FindStringSubmatch(page.body)
	if m == nil || m[1] != h.server.URL {
		t.Fatalf("no link on the page: %d\n%s", page.status, page.body)
	}
	officer := h.visitor()
	officer.accept(m[2], "dongfang")
	if a := officer.get("/accounts"); a.status != 403 {
		t.Errorf("an officer on the page of accounts: %d", a.status)
	}
	if a := security.post("/accounts/invitation", url.Values{"person": {"ouyang"}}); a.status != 403 {
		t.Errorf("a security administrator invites: %d", a.status)
	}

	id := regexp.MustCompile(`id="rights-([0-9a-f]+)"`).FindAllStringSubmatch(system.get("/accounts").body, -1)
	v, err := h.desk.Signed(t.Context(), officer.cookie())
	h.must(err)
	found := false
	for _, one := range id {
		found = found || one[1] == string(v.Account)
	}
	if !found {
		t.Fatal("the officer's account is not on the page")
	}
	system.want(system.post("/accounts/proposal", url.Values{"account": {string(v.Account)}, "change": {"clearance"}, "clearance": {"work-secret"}}), 303, "/accounts")
	if strings.Contains(system.get("/accounts").body, `name="proposal"`) {
		t.Error("who proposed may confirm")
	}
	proposal := regexp.MustCompile(`name="proposal" value="([0-9a-f]+)"`).FindStringSubmatch(security.get("/accounts").body)
	if proposal == nil {
		t.Fatal("nothing to confirm")
	}
	security.want(security.post("/accounts/settlement", url.Values{"proposal": {proposal[1]}, "answer": {"confirm"}}), 303, "/accounts")
	by, err := h.desk.Signed(t.Context(), security.cookie())
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := h.desk.Accounts(t.Context(), by)
	if err != nil || !slices.ContainsFunc(accounts.Accounts, func(a desk.AccountLine) bool { return a.ID == v.Account && a.Clearance == office.WorkSecret }) {
		t.Errorf("%+v %v", accounts.Accounts, err)
	}
	system.want(system.post("/accounts/state", url.Values{"account": {string(v.Account)}, "to": {"disabled"}}), 303, "/accounts")
	officer.want(officer.get("/cases"), 303, "/sign-in?next=%2Fcases")
}

func TestARecoveryTakesTheCodeOfOneAdministratorAndTheLinkOfAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	system, _ := h.join("admin-system", account.System)
	security, _ := h.join("admin-security", account.Security)
	officer, _ := h.join("dongfang", "")
	who, err := h.desk.Signed(t.Context(), officer.cookie())
	h.must(err)
	told := regexp.MustCompile(`<code class="mono breaks">([^<]+)</code>`)
	code := told.FindStringSubmatch(security.post("/accounts/proposal", url.Values{"account": {string(who.Account)}, "change": {"recovery"}}).body)
	proposal := regexp.MustCompile(`name="proposal" value="([0-9a-f]+)"`).FindStringSubmatch(system.get("/accounts").body)
	if code == nil || proposal == nil {
		t.Fatal("no code, or nothing to confirm")
	}
	link := told.FindStringSubmatch(system.post("/accounts/settlement", url.Values{"proposal": {proposal[1]}, "answer": {"confirm"}}).body)
	if link == nil {
		t.Fatal("no link")
	}
	lost := h.visitor()
	path := strings.TrimPrefix(link[1], h.server.URL)
	if page := lost.get(path); !strings.Contains(page.body, `name="code"`) || !strings.Contains(page.body, "dongfang") {
		t.Errorf("the page asks for no code: %d", page.status)
	}
	anew := url.Values{"login": {"another"}, "password": {"die Boote fahren früh"}, "code": {"aaaaa-aaaaa"}}
	if a := lost.post(path, anew); a.status != 403 {
		t.Errorf("a wrong code: %d", a.status)
	}
	anew.Set("code", code[1])
	lost.want(lost.post(path, anew), 303, "/sign-in/next?next=%2F")
	officer.want(officer.get("/cases"), 303, "/sign-in?next=%2Fcases")
	if a := lost.get(path); a.status != 404 {
		t.Errorf("a link that was used: %d", a.status)
	}
}

func TestEverybodySeesAndEndsTheOwnSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	here, g := h.join("dongfang", "")
	there := h.visitor()
	there.signIn("dongfang", g)
	page := here.get("/me/security?lang=en")
	other := regexp.MustCompile(`name="session" value="([0-9a-f]+)"`).FindAllStringSubmatch(page.body, -1)
	if len(other) != 1 || !strings.Contains(page.body, "This session") {
		t.Fatalf("%d other sessions on the page", len(other))
	}
	here.want(here.post("/me/security/session", url.Values{"session": {other[0][1]}}), 303, "/me/security")
	there.want(there.get("/cases"), 303, "/sign-in?next=%2Fcases")
	if a := here.post("/me/security/removal", url.Values{"current": {passphrase}, "factor": {"totp"}}); a.status != 403 || !strings.Contains(a.body, "last second factor") {
		t.Errorf("the last factor: %d", a.status)
	}
	if a := here.post("/me/security/password", url.Values{"current": {"not it"}, "password": {"die Boote fahren früh"}}); a.status != 403 {
		t.Errorf("a wrong present password: %d", a.status)
	}
	balanced(t, "/me/security", page.body)
	for _, path := range []string{"/sign-in", "/sign-in?lang=en"} {
		v := h.visitor()
		balanced(t, path, v.get(path).body)
	}
	if strings.Contains(page.body, "⟨") {
		t.Error("a text is missing")
	}
}

func TestS22_NoSecretStandsInTheLogOfTheServer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v, g := h.join("dongfang", "")
	v.post("/sign-in", url.Values{"login": {"dongfang"}, "password": {"a wrong password"}})
	v.get("/nowhere?password=" + url.QueryEscape(passphrase))
	for _, secret := range []string{passphrase, string(g.Secret), v.cookie(), "a wrong password"} {
		if strings.Contains(h.logged.String(), secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
}

// S-12: headers on the pages of the door too.
func TestThePagesOfTheDoorAreWellFormedInBothLanguagesAndCarryTheHeaders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	system, _ := h.join("admin-system", account.System)
	half := h.visitor()
	half.want(half.post("/sign-in", url.Values{"login": {"admin-system"}, "password": {passphrase}}), 303, "/sign-in/next?next=%2F")
	link, _, err := h.desk.InviteByOperator(t.Context(), "dongfang", "", account.InvitationUsual)
	h.must(err)
	stranger := h.visitor()
	for path, v := range map[string]*visitor{
		"/sign-in": stranger, "/invitation/" + link: stranger, "/invitation/none": stranger, "/sign-in/next": half, "/me/security": system, "/accounts": system,
	} {
		for _, lang := range []string{"zh", "en"} {
			page := v.get(path + "?lang=" + lang)
			balanced(t, path, page.body)
			if strings.Contains(page.body, "⟨") || strings.Count(page.body, "<h1>") != 1 {
				t.Errorf("%s in %s: a text is missing, or the heading", path, lang)
			}
			if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("%s: policy %q", path, policy)
			}
			if page.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s is kept by the browser", path)
			}
		}
	}
}

func TestBehindAProxyTheAddressIsTheOneThatTheProxySaw(t *testing.T) {
	t.Parallel()
	for proxied, want := range map[bool]string{true: "203.0.113.9", false: "127.0.0.1"} {
		h := newHouse(t, func(c *web.Config) { c.Proxied = proxied })
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.server.URL+"/sign-in", strings.NewReader("login=x&password=y"))
		h.must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-For", "198.51.100.1, 203.0.113.9") // the first is what the reader says of himself
		resp, err := http.DefaultClient.Do(r)
		h.must(err)
		h.must(resp.Body.Close())
		view, err := h.desk.Accounts(t.Context(), h.auditor())
		h.must(err)
		found := false
		for _, e := range view.Log {
			found = found || e.Kind == account.SignInFailed && e.Address == want
		}
		if !found {
			t.Errorf("proxied=%v: %s is not in the log", proxied, want)
		}
	}
}
