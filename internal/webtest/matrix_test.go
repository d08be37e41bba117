package webtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/desk"
	"chancery/web/api"
)

// kindOfPerson is one of those who ask: by what the office calls them, and who it is in the invented office.
type kindOfPerson struct{ zh, login string }

// disabled is the account that was shut while its session and its token were in use.
const disabled = "murong"

// kindsOfPersons are all who ask; the first has not signed in.
func kindsOfPersons() []kindOfPerson {
	return []kindOfPerson{
		{"未登录者", ""},
		{"账号已停用者", disabled},
		{"其他单位人员", "xiahou"},
		{"申请人", "zhongli"},
		{"专办员", "dongfang"},
		{"处长", "nangong"},
		{"财务审核", "gongye"},
		{"会签人", "chunyu"},
		{"监督岗", "ouyang"},
		{"审批领导", "wenren"},
		{"主任", "sikong"},
		{"被抄送人", "huangfu"},
		{"系统管理员", "admin-system"},
		{"安全管理员", "admin-security"},
		{"审计管理员", "admin-audit"},
	}
}

// class is what a route asks of whoever calls it.
type class string

const (
	open    class = "公开"   // everybody is answered, signed in or not
	signed  class = "登录"   // everybody who has signed in
	vouched class = "登录另凭" // who has signed in, and gives the password or answers for the post
	sight   class = "知悉"   // who has the case in sight; to all others there is none
	noticed class = "公示"   // everybody, for a case whose notice is shown; any other is not there
	own     class = "本人"   // whose it is; to all others there is none
	duty    class = "管理职责" // the administrators; a further duty may be asked for by the act
	overall class = "掌握全部" // who sees every trip
	nowhere class = "无此页"  // nobody: there is nothing
)

// TestS05EveryRouteIsAskedAsEveryKindOfPerson: every route of the pages and of the programs' door, with a case in sight, with
// one out of sight and with none. What is out of sight is answered like what does not exist, byte for byte but for its number
// and the request's name; nothing is ever a failure of ours; a route that the table does not name fails.
//
// The gate asks every route as nobody, as a fifth of the others in turns, and as whose things they are; those of the administrators
// and of who sees every trip it asks as all, as the proof does everywhere.
//
// What the routes answer in substance is shown elsewhere: TestEveryActIsRefusedToWhoMayNot, TestWhatIsOutOfSightIsAnsweredLikeWhatIsNotThere,
// TestATokenIsGoodForWhatItWasMadeFor, TestASessionCountsForTheDesksOwnPagesOnly, TestS07AnAdministratorsDutyGivesNoReadingOfCases.
func TestS05EveryRouteIsAskedAsEveryKindOfPerson(t *testing.T) {
	t.Parallel()
	m := askers(t)
	table := routeClasses()
	routes := append(pageRoutes(t), doorRoutes(t, m.House)...)
	known := map[string]bool{}
	for _, route := range routes {
		known[route] = true
		if table[route] == "" {
			t.Errorf("the matrix does not say who is answered at %s", route)
		}
	}
	for route := range table {
		if !known[route] {
			t.Errorf("the matrix has %s, which nobody answers", route)
		}
	}
	for i, route := range routes {
		every := 5
		if table[route] == duty || table[route] == overall {
			every = 1 // where people differ most, all are asked
		}
		if route == "POST /sign-out" {
			continue // nobody asks anything after it
		}
		for j, who := range kindsOfPersons() {
			if who.login != "" && sampled(i+j, every) {
				continue
			}
			if who.login != "zhongli" {
				m.asks(route, table[route], who.login)
			}
		}
		m.asks(route, table[route], "zhongli") // last: it may be his to take away
	}
	for _, who := range kindsOfPersons() {
		if r := m.browsers[who.login].Post("/sign-out", nil); r.Code != http.StatusSeeOther {
			t.Errorf("%s signs out: %d", who.zh, r.Code)
		}
	}
}

// asked is the office with everybody's browser and program open, and what is asked about.
type asked struct {
	*House
	browsers map[string]*Client
	programs map[string]*Program
	// seen is a trip at its approval, copied to 皇甫岑; hidden a case that its applicant, whom nobody else works with, has not submitted.
	seen, hidden string
	// draft, token, another token and session are 钟离牧's; style is the name of the style that is served.
	draft, token, another, session, style string
}

const absentNo = "OUT-2026-9"

func askers(t *testing.T) *asked {
	t.Helper()
	m := &asked{House: Open(t, "2026-09-14"), browsers: map[string]*Client{}, programs: map[string]*Program{}}
	h := m.House
	h.Limits(api.Limits{EachSecond: 1000, AtOnce: 100_000, WrongAtOnce: 100_000})
	m.seen = h.Files()
	if r := h.As("zhongli").attaches(m.seen, "other", "来函.pdf", letter("matrix"), "matrix"); r.Code != http.StatusSeeOther {
		t.Fatalf("attach: %d", r.Code)
	}
	h.Does("dongfang", m.seen, casework.Act{Kind: casework.Commented, Text: "请阅", Persons: personIDs("huangfu")})
	h.Agrees("dongfang", m.seen)
	h.Agrees("nangong", m.seen)
	h.Agrees("gongye", m.seen)
	h.Does("dongfang", m.seen, casework.Act{Kind: casework.NoticePosted})
	h.Day("2026-09-22")
	h.Agrees("chunyu", m.seen)
	h.Agrees("ouyang", m.seen)
	m.hidden = m.draftsAs("baili")
	d, err := h.Desk.SaveDraft(t.Context(), desk.Reader{Person: "zhongli"}, form.Draft{ID: desk.NewDraftID(), Procedure: "outbound-trip"})
	h.must(err)
	m.draft = d.ID
	for range 2 {
		h.Token("zhongli", everything...)
	}
	spare := read[struct {
		Tokens []struct{ ID string }
	}](t, h.As("zhongli").Get("/api/me/tokens"), http.StatusOK)
	m.token, m.another = spare.Tokens[0].ID, spare.Tokens[1].ID
	for _, who := range kindsOfPersons() {
		m.browsers[who.login] = h.As(who.login)
		m.programs[who.login] = &Program{house: h}
		if who.login != "" {
			m.programs[who.login] = h.Token(who.login, everything...)
		}
	}
	m.style = regexp.MustCompile(`/static/([^"]+\.css)`).FindStringSubmatch(h.As("").Get("/sign-in").Body.String())[1]
	m.session = regexp.MustCompile(`name="session" value="([^"]+)"`).FindStringSubmatch(m.browsers["zhongli"].Get("/me/security").Body.String())[1]
	h.Disables(disabled)
	return m
}

// draftsAs files a case of a person and leaves it a draft.
func (h *House) draftsAs(person string) string {
	h.Helper()
	a, err := h.Desk.Library().ReadApplication("draft.yaml", []byte("procedure: outbound-trip\nunit: 市外事办公室\npurpose: {text: 无人知悉的行程}\n"))
	h.must(err)
	c, err := h.Desk.File(h.Context(), office.Actor{Person: office.PersonID(person)}, desk.Filing{Application: a})
	h.must(err)
	return c.No
}

var (
	routeLine = regexp.MustCompile(`s\.(?:page|scripted)\("((?:GET|POST|PUT|DELETE) [^"]+)"(\+p\.Name)?`)
	anyLine   = regexp.MustCompile(`(?:s\.(?:page|scripted)|HandleFunc)\("`)
	muxLine   = regexp.MustCompile(`HandleFunc\("([^"]+)"`)
)

// pageRoutes reads the table of contents of the site. What it cannot read fails.
func pageRoutes(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile("../../web/routes.go")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	lines := 0
	for _, m := range routeLine.FindAllStringSubmatch(string(data), -1) {
		lines++
		if m[2] == "" {
			out = append(out, strings.TrimSuffix(m[1], "{$}"))
			continue
		}
		for _, procedure := range []string{"outbound-trip", "position", "gift-received"} {
			out = append(out, m[1]+procedure)
		}
	}
	for _, m := range muxLine.FindAllStringSubmatch(string(data), -1) {
		lines++
		if m[1] != "/api/" { // the programs' door, which says itself what it answers
			out = append(out, m[1])
		}
	}
	out = append(out, "GET /no-such-page") // s.page("/", …) answers what nothing else does
	if all := len(anyLine.FindAllString(string(data), -1)); lines+1 != all {
		t.Fatalf("web/routes.go registers %d routes, the matrix reads %d", all, lines+1)
	}
	return out
}

// doorRoutes reads what the programs' door says that it answers.
func doorRoutes(t *testing.T, h *House) []string {
	t.Helper()
	var out []string
	for _, op := range spec(t, h).operations() {
		out = append(out, op.method+" "+op.path)
	}
	return out
}

// seers are those who have the seen trip in sight.
func seers() []string {
	return []string{"zhongli", "dongfang", "nangong", "gongye", "chunyu", "ouyang", "wenren", "sikong", "huangfu"}
}

// signedIn tells whose session or token counts.
func signedIn(login string) bool { return login != "" && login != disabled }

// asks asks at a route as a person, in every way there is, and looks at what comes back.
func (m *asked) asks(route string, is class, login string) {
	m.Helper()
	method, pattern, _ := strings.Cut(route, " ")
	about := []string{m.seen}
	if strings.Contains(pattern, "{no}") {
		about = []string{absentNo, m.hidden, m.seen}
	}
	ways := []bool{false}
	if strings.HasPrefix(pattern, "/api/") && method == http.MethodGet {
		ways = append(ways, true) // the door is also open to a session
	}
	for _, session := range ways {
		var got []*httptest.ResponseRecorder
		for _, no := range about {
			r := m.ask(method, m.path(pattern, no), login, session)
			if r.Code >= http.StatusInternalServerError {
				m.Errorf("%s as %q: %d %s", route, login, r.Code, r.Body)
			}
			got = append(got, r)
		}
		there := got[len(got)-1]
		if len(got) > 1 {
			none := bare(got[0], absentNo)
			if bare(got[1], m.hidden) != none {
				m.Errorf("%s as %q: out of sight is told from absent: %s", route, login, differ(bare(got[1], m.hidden), none))
			}
			if is != noticed && !slices.Contains(seers(), login) && bare(there, m.seen) != none {
				m.Errorf("%s as %q: a case of others is told from none: %s", route, login, differ(bare(there, m.seen), none))
			}
		}
		if is == own && signedIn(login) && login != "zhongli" {
			none := m.nobodys().ask(method, m.nobodys().path(pattern, m.seen), login, session)
			if is, not := m.unnamed(bare(there, "")), m.nobodys().unnamed(bare(none, "")); is != not {
				m.Errorf("%s as %q: another's is told from none: %s", route, login, differ(is, not))
			}
		}
		if !is.fits(there, route, login) {
			m.Errorf("%s (%s) as %q: answered %d %s", route, is, login, there.Code, there.Header().Get("Location"))
		}
	}
}

// nobodys is the same office with names of things that are not there, each as long as the true one.
func (m *asked) nobodys() *asked {
	none := *m
	for _, name := range []*string{&none.draft, &none.token, &none.another, &none.session} {
		*name = strings.Repeat("A", len(*name))
	}
	return &none
}

// unnamed is an answer without the names of 钟离牧's things.
func (m *asked) unnamed(answer string) string {
	return strings.NewReplacer(m.draft, "N", m.token, "N", m.another, "N", m.session, "N").Replace(answer)
}

// differ shows where two answers part.
func differ(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	from := max(at-60, 0)
	return fmt.Sprintf("%q, %q", a[from:min(at+80, len(a))], b[from:min(at+80, len(b))])
}

// fits says whether an answer to a person is one of the class.
func (is class) fits(r *httptest.ResponseRecorder, route, login string) bool {
	turnedAway := r.Code == http.StatusUnauthorized || strings.HasPrefix(r.Header().Get("Location"), "/sign-in?next=")
	answered := !turnedAway && r.Code != http.StatusForbidden && r.Code != http.StatusNotFound
	switch {
	case is == open:
		return !strings.HasPrefix(r.Header().Get("Location"), "/sign-in?next=")
	case is == noticed:
		return answered
	case !signedIn(login):
		return turnedAway
	case is == signed:
		return answered
	case is == vouched:
		return !turnedAway && r.Code != http.StatusNotFound
	case is == sight:
		if slices.Contains(seers(), login) {
			return !turnedAway && r.Code != http.StatusNotFound
		}
		return r.Code == http.StatusNotFound
	case is == own && login == "zhongli":
		return !turnedAway && r.Code != http.StatusNotFound
	case is == own:
		return r.Code == http.StatusForbidden || r.Code == http.StatusNotFound
	case is == nowhere:
		return r.Code == http.StatusNotFound
	}
	may := mayCall()[route]
	if is == overall {
		may = []string{"nangong", "ouyang", "wenren", "sikong"}
	}
	return !turnedAway && (r.Code == http.StatusForbidden) != slices.Contains(may, login)
}

// mayCall are the administrators who are answered at the routes of the accounts, and of the operations of the house.
func mayCall() map[string][]string {
	system, security, audit := "admin-system", "admin-security", "admin-audit"
	return map[string][]string{
		"GET /accounts":                                   {system, security, audit},
		"POST /accounts/invitation":                       {system},
		"POST /accounts/withdrawal":                       {system},
		"POST /accounts/state":                            {system},
		"POST /accounts/sessions":                         {system, security},
		"POST /accounts/proposal":                         {system, security},
		"POST /accounts/settlement":                       {system, security},
		"POST /accounts/duty-withdrawal":                  {security},
		"GET /operations":                                 {system},
		"POST /operations/{id}/retry":                     {system},
		"POST /operations/backup":                         {system},
		"GET /operations/hooks":                           {system},
		"POST /operations/hooks":                          {system},
		"POST /operations/hooks/{id}/state":               {system},
		"POST /operations/hooks/{id}/test":                {system},
		"POST /operations/hooks/{id}/removal":             {system},
		"GET /api/operations":                             {system},
		"GET /api/security-log":                           {security, audit},
		"POST /api/operations/{id}/retry":                 {system},
		"POST /api/operations/backup":                     {system},
		"GET /api/hooks":                                  {system},
		"POST /api/hooks":                                 {system},
		"POST /api/hooks/{id}/change":                     {system},
		"POST /api/hooks/{id}/pause":                      {system},
		"POST /api/hooks/{id}/resumption":                 {system},
		"POST /api/hooks/{id}/test":                       {system},
		"DELETE /api/hooks/{id}":                          {system},
		"GET /api/hooks/{id}/deliveries":                  {system},
		"POST /api/hooks/{id}/deliveries/{message}/retry": {system},
	}
}

func (m *asked) path(pattern, no string) string {
	id := "zhongli"
	for prefix, of := range map[string]string{
		"/posts/": "trips-officer", "/drafts/": m.draft, "/me/tokens/": m.token, "/api/me/tokens/": m.another, "/cases/": "1", "/api/cases/": "1",
	} {
		if strings.HasPrefix(pattern, prefix) {
			id = of
		}
	}
	name := "trips"
	if strings.HasPrefix(pattern, "/figures/") {
		name = "refusals"
	}
	if strings.HasPrefix(pattern, "/static/") {
		name = m.style
	}
	if pattern == "/api/figures/refusals" {
		pattern += "?quarter=2026Q3"
	}
	return strings.NewReplacer("{no}", no, "{book}", "cn-national", "{article}", "PUB-01", "{token}", "none", "{id}", id, "{name}", name, "{message}", "1").Replace(pattern)
}

func (m *asked) ask(method, path, login string, session bool) *httptest.ResponseRecorder {
	switch {
	case strings.HasPrefix(path, "/api/") && strings.HasSuffix(path, "/attachments") && method == http.MethodPost:
		return m.programs[login].attaches(strings.Split(path, "/")[3], "other", "a.pdf", nil)
	case strings.HasPrefix(path, "/api/") && !session:
		var body any
		if method == http.MethodPost {
			body = "{}"
		}
		return m.programs[login].Do(method, path, body, "If-Match", `"1"`)
	case method == http.MethodGet:
		return m.browsers[login].Get(path)
	case strings.HasSuffix(path, "/attachments"):
		return m.browsers[login].attaches(strings.Split(path, "/")[2], "other", "a.pdf", nil, "")
	}
	return m.browsers[login].Post(path, url.Values{"seen": {"1"}, "session": {m.session}})
}

// bare is an answer without what may differ: the number that was asked for and the name of the request.
func bare(r *httptest.ResponseRecorder, no string) string {
	headers := r.Header().Clone()
	headers.Del("X-Request-Id")
	head, _ := json.Marshal(headers)
	all := fmt.Sprint(r.Code, string(head), r.Body.String())
	if no != "" {
		all = strings.ReplaceAll(all, no, "N")
	}
	if id := r.Header().Get("X-Request-Id"); id != "" {
		all = strings.ReplaceAll(all, id, "R")
	}
	return all
}
