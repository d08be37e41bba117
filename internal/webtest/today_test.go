package webtest

import (
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/procedure"
	"chancery/desk"
)

// tabCount are the counts beside the lists of the day, by list.
func tabCount(t *testing.T, body string) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, m := range regexp.MustCompile(`href="/(?:\?list=([a-z]+))?"(?: aria-current(?:="[a-z]*")?)?>[^<]+<span class="num">(\d+)</span>`).FindAllStringSubmatch(body, -1) {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			t.Fatal(err)
		}
		if m[1] == "" {
			m[1] = "todo"
		}
		out[m[1]] = n
	}
	return out
}

func TestTheCountsOfADayAreItsLists(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	first := h.Files()
	second := h.Files()
	h.Agrees("dongfang", first)
	h.Does("dongfang", second, casework.Act{Kind: casework.Commented, Text: "请财政局知悉", Persons: personIDs("gongye")})
	for _, person := range []string{"dongfang", "nangong", "gongye", "zhongli", "wenren", "xiahou"} {
		c := h.As(person)
		for list, n := range tabCount(t, c.Get("/").Body.String()) {
			body := c.Get("/?list=" + list).Body.String()
			if rows := strings.Count(body, `class="task"`); rows != n {
				t.Errorf("%s: %s counts %d and lists %d", person, list, n, rows)
			}
		}
	}
	for person, want := range map[string]map[string]int{
		"dongfang": {"todo": 1, "done": 2, "started": 0, "copied": 0}, "gongye": {"todo": 1, "copied": 1}, "zhongli": {"todo": 0, "started": 2, "done": 0}, "xiahou": {"todo": 0},
	} {
		got := tabCount(t, h.As(person).Get("/").Body.String())
		for list, n := range want {
			if got[list] != n {
				t.Errorf("%s: %s is %d, not %d", person, list, got[list], n)
			}
		}
	}
}

func TestADayOpensWithWhatClosesToday(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	if page := wordsOf(h.As("dongfang").Get("/")); !strings.Contains(page, "今天没有到期的") {
		t.Errorf("the first day says: %s", page)
	}
	h.Day("2026-09-17") // three working days later
	page := h.As("dongfang").Get("/")
	if said := wordsOf(page); !strings.Contains(said, "今天要办结 1 件") || !strings.Contains(said, "今天到期") {
		t.Errorf("the last day says: %s", said)
	}
	if !strings.Contains(page.Body.String(), "/cases/"+no) {
		t.Error("the case is not listed")
	}
	h.Day("2026-09-18")
	if said := wordsOf(h.As("dongfang").Get("/")); !strings.Contains(said, "有 1 件已经超期") {
		t.Errorf("the day after says: %s", said)
	}
}

func TestAPostDelegatedForOneProcedureWaitsInThatOnly(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.toApproval("2026-10-10")
	if body := h.As("linghu").Get("/").Body.String(); !strings.Contains(body, "/cases/"+no) {
		t.Error("who acts for the deputy director does not find the case")
	}
	h.Day("2026-10-13") // the delegation has ended
	if body := h.As("linghu").Get("/").Body.String(); strings.Contains(body, "/cases/"+no) {
		t.Error("after the delegation has ended the case still waits")
	}
}

func TestADraftIsNoTaskAndNobodyElseFindsIt(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Drafts()
	got := tabCount(t, h.As("zhongli").Get("/").Body.String())
	if got["drafts"] != 1 || got["todo"] != 0 || got["started"] != 0 {
		t.Errorf("the applicant counts %v", got)
	}
	for _, list := range []string{"", "?list=drafts", "?list=done"} {
		if strings.Contains(h.As("sikong").Get("/"+list).Body.String(), no) {
			t.Errorf("the director finds the draft in %q", list)
		}
	}
	if r := h.As("zhongli").Get("/?list=secret"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a list that does not exist is answered %d", r.Code)
	}
}

func TestTheListOfCasesIsPagedAndCountedWhereItLies(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	for range 53 {
		h.Files()
	}
	for _, person := range []string{"sikong", "dongfang", "zhongli"} {
		c := h.As(person)
		first, second := c.Get("/cases").Body.String(), c.Get("/cases?page=2").Body.String()
		if !strings.Contains(first, "共 53 件") {
			t.Errorf("%s: the list does not say 53", person)
		}
		if a, b := strings.Count(first, `class="subject"`), strings.Count(second, `class="subject"`); a != 50 || b != 3 {
			t.Errorf("%s: the pages list %d and %d", person, a, b)
		}
	}
}

func TestTheDayAndTheCaseAreReadInEnglish(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	c := h.As("dongfang").In("en")
	if said := wordsOf(c.Get("/")); !strings.Contains(said, "Monday 14 Sep") || !strings.Contains(said, "1 case waits") {
		t.Errorf("the day says: %s", said)
	}
	if said := wordsOf(c.Get("/cases/" + no)); !strings.Contains(said, "Sign: agree") || strings.Contains(said, "⟨") {
		t.Errorf("the case says: %s", said)
	}
}

func TestTheBellOnEveryPageCountsWhatTheDayLists(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	h.Files()
	h.Agrees("dongfang", no)
	for person, want := range map[string]int{"dongfang": 1, "nangong": 1, "zhongli": 0} {
		c := h.As(person)
		todo := tabCount(t, c.Get("/").Body.String())["todo"]
		if todo != want {
			t.Errorf("%s: the day lists %d, not %d", person, todo, want)
		}
		for _, path := range []string{"/", "/?list=done", "/cases", "/cases/" + no, "/rulebook", "/me", "/search"} {
			page := c.Get(path).Body.String()
			m := regexp.MustCompile(`id="bell" href="/" title="([^"]*)"`).FindStringSubmatch(page)
			if m == nil || m[1] != "待办 "+strconv.Itoa(want)+" 件" {
				t.Errorf("%s at %s: the bell says %v", person, path, m)
			}
			if badge := strings.Contains(page, `<sup aria-hidden="true">`); badge != (want > 0) {
				t.Errorf("%s at %s: a number is on the bell: %v", person, path, badge)
			}
		}
	}
}

func TestTheMenuStandsInGroupsAndNamesOnlyWhatThePersonMayOpen(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	entry := regexp.MustCompile(`<a href="([^"]+)"`)
	for person, want := range map[string]string{
		"zhongli":        "/ /cases | 业务 /cases/new /registers/trips /check | 治理 /rulebook /notices /registers/documents /people | 值守 /registers/abroad",
		"murong":         "/ /cases | 业务 /cases/new /registers/trips /check",
		"sikong":         "/ /cases | 业务 /cases/new /registers/trips /check | 治理 /rulebook /notices /figures/refusals /registers/documents /people | 值守 /registers/abroad",
		"admin-system":   "/ /cases | 业务 /cases/new /registers/trips /check | 治理 /rulebook /notices /registers/documents /people | 值守 /registers/abroad /accounts /operations",
		"admin-security": "/ /cases | 业务 /cases/new /registers/trips /check | 治理 /rulebook /notices /registers/documents /people | 值守 /registers/abroad /accounts",
	} {
		c := h.As(person)
		_, menu, _ := strings.Cut(c.Get("/cases").Body.String(), `<nav class="side"`)
		_, menu, _ = strings.Cut(menu, "</a>") // the house itself
		menu, _, _ = strings.Cut(menu, "</nav>")
		var said []string
		for i, group := range strings.Split(menu, "<h2>") {
			if i > 0 {
				heading, _, _ := strings.Cut(group, "</h2>")
				said = append(said, "|", heading)
			}
			for _, m := range entry.FindAllStringSubmatch(group, -1) {
				said = append(said, m[1])
				if r := c.Get(m[1]); r.Code != http.StatusOK {
					t.Errorf("%s: the menu leads to %s, answered %d", person, m[1], r.Code)
				}
			}
		}
		if got := strings.Join(said, " "); got != want {
			t.Errorf("%s finds the menu\n%s\nnot\n%s", person, got, want)
		}
	}
}

func TestAnEnglishPageCallsACaseByItsDataAndAChineseOneAsItWasWritten(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	const line, written = " to Japan, Republic of Korea: 3 people, 8 days", "赴日本、韩国"
	for _, path := range []string{"/", "/cases", "/cases/" + no, "/search?q=%E6%B8%AF%E8%88%AA"} {
		if page := h.As("dongfang").In("en").Get(path).Body.String(); !strings.Contains(page, line) {
			t.Errorf("%s does not call the case by its data", path)
		}
		if page := h.As("dongfang").Get(path).Body.String(); strings.Contains(page, line) || !strings.Contains(page, written) {
			t.Errorf("%s does not call the case in Chinese as it was written", path)
		}
	}
	page := h.As("dongfang").In("en").Get("/cases/" + no).Body.String()
	if _, head, _ := strings.Cut(page, "<h1>"); !strings.Contains(head[:200], line) || !strings.Contains(head[:300], written) {
		t.Errorf("the page of the case does not keep its title as it was written: %s", page[strings.Index(page, "<h1"):][:300])
	}
}

func TestEveryCountOfTheWeekOpensWhatItCounts(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	h.Files()
	h.Files()
	h.Drafts()
	mark := regexp.MustCompile(`<p class="due1"><a href="([^"]+)">(\d+)`)
	for _, day := range []string{"2026-09-14", "2026-09-28"} { // in time, and late
		h.Day(day)
		c := h.As("dongfang")
		body := c.Get("/").Body.String()
		all := tabCount(t, body)["todo"]
		marks := mark.FindAllStringSubmatch(body, -1)
		if len(marks) == 0 || all == 0 {
			t.Fatalf("on %s nothing is due in the week", day)
		}
		for _, m := range marks {
			opened := c.Get(html.UnescapeString(m[1])).Body.String()
			if rows := strconv.Itoa(strings.Count(opened, `class="task"`)); rows != m[2] {
				t.Errorf("%s counts %s and opens %s", m[1], m[2], rows)
			}
			if want := m[2] + " 件，待办共 " + strconv.Itoa(all) + " 件"; !strings.Contains(opened, want) {
				t.Errorf("%s does not say %q", m[1], want)
			}
		}
	}
	c := h.As("dongfang")
	if body := c.Get("/?from=2026-12-01&until=2026-12-02").Body.String(); strings.Contains(body, `class="task"`) || !strings.Contains(body, "这几天没有到期的事") {
		t.Error("days on which nothing is due list something")
	}
	if r := c.Get("/?until=soon"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none: %d", r.Code)
	}
}

func TestAnEnglishPageCallsADraftByWhatIsWrittenInIt(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	kept := nineDays(t, h)
	for _, path := range []string{"/drafts", "/drafts/" + kept.ID} {
		page := h.As("zhongli").In("en").Get(path).Body.String()
		if !strings.Contains(page, "people, 9 days") || strings.Contains(page, kept.Title) && path == "/drafts" {
			t.Errorf("%s does not call the draft by its data", path)
		}
		if page := h.As("zhongli").Get(path).Body.String(); !strings.Contains(page, kept.Title) || strings.Contains(page, "people, 9 days") {
			t.Errorf("%s does not call the draft in Chinese as it is kept", path)
		}
	}
	blank, err := h.Desk.SaveDraft(t.Context(), desk.Reader{Person: "zhongli"}, form.Draft{ID: desk.NewDraftID(), Procedure: "outbound-trip", Sheet: form.Sheet{"purpose.text": {"商谈"}}})
	if err != nil {
		t.Fatal(err)
	}
	if line := h.Desk.Library().DraftCalled(blank, func(s string) string { return s }); !strings.HasPrefix(line, "Official trip") {
		t.Errorf("a draft without a unit is called %q", line)
	}
}

func TestThoseWhoAgreeWithoutAWordAreMoreOnlyBesideSomebodyWhoSpoke(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	h.Does("dongfang", no, casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree})
	if page := h.As("dongfang").Get("/cases/" + no).Body.String(); !strings.Contains(page, "1 人") || strings.Contains(page, "另 1 人") {
		t.Error("who alone has spoken stands as one more")
	}
}

func TestEarlierCasesAreOfferedAsThePageCallsThem(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	if page := h.As("zhongli").Get("/cases/new/outbound-trip").Body.String(); !strings.Contains(page, `<option value="`+no+`">出〔2026〕`) {
		t.Error("a Chinese page offers earlier cases by another number")
	}
	if page := h.As("zhongli").In("en").Get("/cases/new/outbound-trip").Body.String(); !regexp.MustCompile(`<option value="` + no + `">` + no + ` [^<]+ to Japan, [^<]+people`).MatchString(page) {
		t.Error("an English page does not call earlier cases by their data")
	}
}
