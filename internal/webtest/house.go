// Package webtest plays the pages of the desk over HTTP: the real site before
// the real desk on the real store, in the invented office, with people who have
// signed in. The clock stands where the test puts it.
package webtest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/argon2"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/internal/foldertest"
	"chancery/library"
	"chancery/store"
	"chancery/web"
	"chancery/web/api"
)

const password = "hexie-duanqiao-lan-27"

// shipped is the library that the program ships, read once for all tests: nothing changes it.
var shipped = sync.OnceValues(func() (*desk.Library, error) { return desk.LoadLibrary(library.FS) })

// House is an open office with its site.
type House struct {
	*testing.T
	Desk *desk.Desk
	Site http.Handler
	// Changes tells open pages what changed; each hears for as long as Stream.
	Changes *desk.Changes
	Stream  time.Duration

	store *store.Store
	dir   string
	mu    sync.Mutex
	now   time.Time
	wrote strings.Builder
}

// founded are folders with the invented office and an account for everybody in it, each as it stands on the morning of its
// founding. Every house of a day begins as a copy of the one of that day, and shares nothing with the others from then on.
var founded = struct {
	sync.Mutex
	on map[string]foldertest.Folder
}{on: map[string]foldertest.Folder{}}

// Open opens the invented office on a day, at nine in the morning.
func Open(t *testing.T, day string) *House {
	t.Helper()
	h := &House{T: t, dir: foundedOn(t, day).Copy(t)}
	h.Day(day)
	h.opens()
	t.Cleanup(func() { _ = h.store.Close() })
	h.Limits(api.Limits{EachSecond: 1000, AtOnce: 100_000})
	return h
}

// hashedLightly is the hash of a password as cheap as one can be: what one has to cost is shown elsewhere, and people enter
// every house.
func hashedLightly(password string) account.Secret {
	salt := make([]byte, account.SaltLength)
	sum := argon2.IDKey([]byte(account.Prepared(password)), salt, 1, 8, 1, 32)
	return account.Secret(fmt.Sprintf("$argon2id$v=%d$m=8,t=1,p=1$%s$%s", argon2.Version,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)))
}

// foundedOn gives the folder of an office that was founded on a day.
func foundedOn(t *testing.T, day string) foldertest.Folder {
	t.Helper()
	founded.Lock()
	defer founded.Unlock()
	if folder, ok := founded.on[day]; ok {
		return folder
	}
	h := &House{T: t, dir: foldertest.Fresh(t)}
	h.Day(day)
	h.opens()
	data, err := library.FS.ReadFile("demo/office.yaml")
	h.must(err)
	o, err := office.Read("office.yaml", data)
	h.must(err)
	h.must(h.Desk.Found(t.Context(), o))
	people := make([]desk.Newcomer, 0, len(o.Persons))
	for _, p := range o.Persons {
		people = append(people, desk.Newcomer{Person: p.ID, Duty: map[office.PersonID]account.Duty{
			"admin-system": account.System, "admin-security": account.Security, "admin-audit": account.Audit,
		}[p.ID]})
	}
	h.must(h.Desk.Settlers(t.Context(), password, people))
	h.must(desk.Kept(h.store).Write(t.Context(), func(w desk.Writing) error {
		all, err := w.Accounts()
		for _, a := range all {
			a.Password = hashedLightly(password)
			seen := a.Version
			a.Version++
			err = errors.Join(err, w.SaveAccount(a, seen))
		}
		return err
	}))
	h.must(h.store.Close())
	folder, err := foldertest.Keep(h.dir)
	h.must(err)
	founded.on[day] = folder
	return folder
}

// opens unlocks the folder, with the desk before it.
func (h *House) opens() {
	h.Helper()
	lib, err := shipped()
	h.must(err)
	s, err := store.Open(h.Context(), h.dir, h.clock)
	h.must(err)
	h.store = s
	h.Changes = &desk.Changes{}
	s.Follow(func(c store.Changed) { h.Changes.Tell(c.Chains, c.All) })
	if h.Stream == 0 {
		h.Stream = 10 * time.Millisecond
	}
	h.Desk = desk.New(desk.Kept(h.store), lib).Under(account.DemoPolicy())
}

// Limits opens the site anew with other limits of the programs' door.
func (h *House) Limits(l api.Limits) {
	h.Helper()
	lib := h.Desk.Library()
	programs, err := api.New(api.Config{Desk: h.Desk, Record: h.store, Clock: h.clock, Log: h.log(), Limits: l})
	h.must(err)
	h.Site, err = web.New(web.Config{
		Accounts: h.Desk, Tokens: h.Desk, Operations: h.Desk, Feeds: h.Desk, FeedLevel: office.Internal, Hooks: h.Desk, Programs: programs, Cases: h.Desk, Applications: h.Desk, Notices: h.Desk, Finder: h.Desk, Papers: h.Desk, Checks: lib, Rules: lib.Books, Places: lib.Places, Words: lib.Words,
		Registers: h.Desk, Office: h.Desk, Own: h.Desk, Figures: h.Desk, Log: h.log(),
		Live: web.Live{Desk: h.Desk, Changes: h.Changes}, Limits: web.Limits{Stream: h.Stream},
		Today: func() calendar.Day { return calendar.InstantOf(h.clock()).Day(desk.OfficeZone()) },
	})
	h.must(err)
}

// StreamsFor opens the site anew, with open pages that hear for so long at once.
func (h *House) StreamsFor(d time.Duration) {
	h.Helper()
	h.Stream = d
	h.Limits(api.Limits{EachSecond: 1000, AtOnce: 100_000})
}

// Disables shuts a person's account, as a system administrator does.
func (h *House) Disables(person string) {
	h.Helper()
	admin, err := h.Desk.SignIn(h.Context(), "admin-system", password, desk.Way{})
	h.must(err)
	by, err := h.Desk.Signed(h.Context(), admin.Token)
	h.must(err)
	all, err := h.Desk.Accounts(h.Context(), by)
	h.must(err)
	for _, a := range all.Accounts {
		if string(a.Person) == person {
			h.must(h.Desk.Disable(h.Context(), by, a.ID))
		}
	}
}

func (h *House) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// log shows what is ours to mend among what the test says, and keeps it.
func (h *House) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(io.MultiWriter(h.Output(), written{h}), nil))
}

// written keeps what the site logs.
type written struct{ *House }

func (w written) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wrote.Write(b)
}

// Logged is what the site has logged so far.
func (h *House) Logged() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.wrote.String()
}

func (h *House) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// Day moves the clock to a day, at nine in the morning, and lets time do what it does.
func (h *House) Day(day string) {
	h.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" 09:00", desk.OfficeZone())
	h.must(err)
	h.mu.Lock()
	h.now = at
	h.mu.Unlock()
	if h.Desk != nil {
		_, err = h.Desk.Tick(h.Context())
		h.must(err)
	}
}

// Later moves the clock on; nothing else happens.
func (h *House) Later(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(by)
}

// Files files and submits the compliant trip of 钟离牧, changed by these operations, and gives its number.
func (h *House) Files(change ...rule.PatchOp) string {
	h.Helper()
	no := h.Drafts(change...)
	h.Does("zhongli", no, casework.Act{Kind: casework.Submitted})
	return no
}

// Drafts files it and leaves it a draft.
func (h *House) Drafts(change ...rule.PatchOp) string {
	h.Helper()
	data, err := library.FS.ReadFile("rulebooks/cn-national/examples/compliant.yaml")
	h.must(err)
	a, err := h.Desk.Library().ReadApplication("compliant.yaml", data)
	h.must(err)
	a, err = h.Desk.Library().Apply(a, change)
	h.must(err)
	c, err := h.Desk.File(h.Context(), office.Actor{Person: "zhongli"}, desk.Filing{Application: a})
	h.must(err)
	return c.No
}

// altered is the application of a case with one value replaced.
func (h *House) altered(v desk.CaseView, path string, value any) (filing []byte, digest string) {
	h.Helper()
	a, err := h.Desk.Library().Apply(v.Application, []rule.PatchOp{{Op: "replace", Path: path, Value: value}})
	h.must(err)
	filing, err = a.Canonical()
	h.must(err)
	digest, err = a.Digest()
	h.must(err)
	return filing, digest
}

func personIDs(ids ...office.PersonID) []office.PersonID { return ids }

// Does does an act in a case.
func (h *House) Does(person, no string, a casework.Act) {
	h.Helper()
	actor := office.Actor{Person: office.PersonID(person)}
	var err error
	a.Seen, err = h.Desk.Version(h.Context(), desk.ReaderOf(actor), no)
	h.must(err)
	_, err = h.Desk.Do(h.Context(), actor, no, "", a)
	h.must(err)
}

// Agrees signs what waits for a person in a case.
func (h *House) Agrees(person, no string) {
	h.Helper()
	h.Does(person, no, casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Text: "同意"})
}

// Client is the browser of somebody, who is signed in unless nobody was named.
type Client struct {
	house   *House
	cookies map[string]string
}

// As gives the browser of a person who has signed in over the pages; of nobody for "".
func (h *House) As(person string) *Client {
	h.Helper()
	c := &Client{house: h, cookies: map[string]string{"lang": "zh"}}
	if person == "" {
		return c
	}
	if r := c.Post("/sign-in", url.Values{"login": {person}, "password": {password}}); r.Code != http.StatusSeeOther {
		h.Fatalf("%s cannot sign in: %d %s", person, r.Code, r.Body)
	}
	return c
}

// In reads on in a language.
func (c *Client) In(lang string) *Client { c.cookies["lang"] = lang; return c }

// Get asks for a page; a redirect is not followed.
func (c *Client) Get(path string, headers ...string) *httptest.ResponseRecorder {
	return c.do(http.MethodGet, path, nil, headers...)
}

// Post sends a form.
func (c *Client) Post(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	return c.do(http.MethodPost, path, strings.NewReader(form.Encode()), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// Send sends a body of any kind with any method.
func (c *Client) Send(method, path string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	return c.do(method, path, body, headers...)
}

func (c *Client) do(method, path string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	c.house.Helper()
	r := httptest.NewRequestWithContext(c.house.Context(), method, path, body)
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	c.house.Site.ServeHTTP(rec, r)
	for _, cookie := range rec.Result().Cookies() {
		c.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 {
			delete(c.cookies, cookie.Name)
		}
	}
	return rec
}

// Served opens the site on an address of this machine, for a browser; everybody signs in with the password.
func (h *House) Served() (address, everybody string) {
	h.Helper()
	s := httptest.NewServer(h.Site)
	h.Cleanup(s.Close)
	return s.URL, password
}
