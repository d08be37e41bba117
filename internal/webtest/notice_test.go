package webtest

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/desk"
)

// onNotice brings a trip to its public notice, which runs from Monday 2026-09-21, and gives its number.
func (h *House) onNotice(change ...rule.PatchOp) string {
	h.Helper()
	no := h.Files(change...)
	for _, who := range []string{"dongfang", "nangong", "gongye"} {
		h.Agrees(who, no)
	}
	h.Does("dongfang", no, casework.Act{Kind: casework.NoticePosted})
	return no
}

// changed changes the office.
func (h *House) changed(change func(*office.Office)) {
	h.Helper()
	h.must(desk.Kept(h.store).Write(h.Context(), func(w desk.Writing) error {
		o, err := w.Office()
		if err != nil {
			return err
		}
		change(&o)
		return w.SaveOffice(o)
	}))
}

func says(t *testing.T, body string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func silent(t *testing.T, body string, all ...string) {
	t.Helper()
	for _, never := range all {
		if strings.Contains(body, never) {
			t.Errorf("the page says %q", never)
		}
	}
}

func TestANoticeShowsWhatTheRulesDemandAndNothingElse(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.onNotice()
	for lang, words := range map[string][]string{
		"zh": {"关于澜川市港航局因公赴日本、韩国的公示", "钟离牧", "局长", "团长", "慕容舟", "商谈港口岸电合作", "东京", "首尔", "2026年10月15日", "东京湾港湾合作机构", "译文", "会谈", "对方机构", "经费与预算", "5 个工作日", "9月29日", "外事监督处", "0000-1239", "存证"},
		"en": {"Notice of an official trip to", "Japan", "leader", "Funding and budget", "5 working days", "Supervision Division", "0000-1239", `lang="zh-Hans"`},
	} {
		r := h.As("").In(lang).Get("/notices/" + no)
		if r.Code != http.StatusOK {
			t.Fatalf("%s: an outsider is answered %d", lang, r.Code)
		}
		says(t, r.Body.String(), words...)
		silent(t, r.Body.String(), "1971-", "1972-", "1971年", "2029-05", "2029年", "division", "处级", "cleared", "barred", "钟离牧局长处")
	}
}

func TestAnOutsiderObjectsInTwoClicksAndFollowsItByTheReference(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.onNotice()
	outsider := h.As("")
	page := outsider.Get("/notices/" + no).Body.String()
	request := regexp.MustCompile(`name="request" value="([^"]+)"`).FindStringSubmatch(page)
	if request == nil {
		t.Fatal("the form carries no request")
	}
	form := url.Values{"request": {request[1]}, "text": {"行程里有一天与任务无关"}, "name": {"林女士 555-0134"}, "about": {"programme"}}
	first := outsider.Post("/notices/"+no+"/objections", form)
	if first.Code != http.StatusSeeOther {
		t.Fatalf("answered %d %s", first.Code, first.Body)
	}
	again := outsider.Post("/notices/"+no+"/objections", form)
	if first.Header().Get("Location") != again.Header().Get("Location") {
		t.Error("the same form sent twice is two objections")
	}
	receipt := first.Header().Get("Location")
	says(t, outsider.Get(receipt).Body.String(), "异议回执", "核查中", no, "9月29日")
	h.Does("ouyang", no, casework.Act{Kind: casework.ObjectionSettled, Number: 1, Text: "经核查，行程与任务相符"})
	after := outsider.Get(receipt).Body.String()
	says(t, after, "异议不成立", "经核查，行程与任务相符")
	silent(t, after, "林女士", "555-0134")
	if r := outsider.Get("/notices/objections?ref=" + no + "-AAAAAAAAAA"); r.Code != http.StatusNotFound || !strings.Contains(r.Body.String(), "没有这个查询号") {
		t.Errorf("a reference that was guessed is answered %d", r.Code)
	}
}

// TestS05OnlyTheSupervisionPostSeesWhoObjected, on the page of the case and in its log, by name and by account.
func TestS05OnlyTheSupervisionPostSeesWhoObjected(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.onNotice()
	if r := h.As("").Post("/notices/"+no+"/objections", url.Values{"text": {"慕容舟与任务无关"}, "name": {"林女士 555-0134"}}); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code)
	}
	seen, err := h.Desk.Version(t.Context(), desk.Operator(), no)
	h.must(err)
	_, err = h.Desk.Do(t.Context(), office.Actor{Person: "xiahou"}, no, "", casework.Act{Kind: casework.Objected, Seen: seen, Text: "天数偏多", Ground: "夏侯渊澄代投"})
	h.must(err)
	says(t, h.As("ouyang").Get("/cases/"+no).Body.String(), "林女士 555-0134", "夏侯渊澄代投", "慕容舟与任务无关")
	for _, who := range []string{"zhongli", "dongfang", "nangong", "sikong", "wenren"} {
		// Whom a case can be copied to is offered on every case, and says nothing of this one.
		body := regexp.MustCompile(`(?s)<datalist.*?</datalist>`).ReplaceAllString(h.As(who).Get("/cases/"+no).Body.String(), "")
		silent(t, body, "林女士", "555-0134", "夏侯渊澄")
		if who == "zhongli" {
			silent(t, body, "慕容舟与任务无关", "天数偏多")
		} else {
			says(t, body, "天数偏多")
		}
	}
	v, err := h.Desk.Case(t.Context(), desk.Operator(), no)
	h.must(err)
	for _, o := range v.Case.Objections {
		if o.By != "" || o.Reference != "" {
			t.Errorf("the operator's view names an objector: %+v", o)
		}
	}
}

func TestAnObjectionThatIsWrongKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.onNotice()
	outsider := h.As("")
	r := outsider.Post("/notices/"+no+"/objections", url.Values{"text": {strings.Repeat("长", 2001)}, "name": {"林女士"}, "about": {"money"}})
	if r.Code != http.StatusUnprocessableEntity {
		t.Fatalf("answered %d", r.Code)
	}
	says(t, r.Body.String(), "最多 2000 字", `href="#text"`, `value="林女士"`, `value="money" checked`, "有 1 处要改")
	if r := outsider.Post("/notices/"+no+"/objections", url.Values{"text": {"附件标有 机密★ 字样"}}); r.Code != http.StatusForbidden {
		t.Errorf("the mark of a state secret is answered %d", r.Code)
	}
}

func TestOneAddressThatObjectsAgainAndAgainIsSlowedDownAndNotShutOut(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.onNotice()
	outsider := h.As("")
	slowed := false
	for range 8 {
		r := outsider.Post("/notices/"+no+"/objections", url.Values{"text": {"再次反映"}})
		if r.Code == http.StatusTooManyRequests {
			says(t, r.Body.String(), "秒再试", "再次反映")
			slowed = true
			break
		}
	}
	if !slowed {
		t.Fatal("eight objections at the same moment are all taken")
	}
	h.Day("2026-09-22")
	if r := outsider.Post("/notices/"+no+"/objections", url.Values{"text": {"再次反映"}}); r.Code != http.StatusSeeOther {
		t.Errorf("the day after it is answered %d", r.Code)
	}
}

func TestANoticeIsShownForItsTermThenItsResultThenNothing(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	outsider := h.As("")
	status := func(day string, want int, words string) {
		t.Helper()
		if day != "" {
			h.Day(day)
		}
		r := outsider.Get("/notices/" + no)
		if r.Code != want || !strings.Contains(r.Body.String(), words) {
			t.Errorf("%s: answered %d, want %d with %q", day, r.Code, want, words)
		}
		listed := strings.Contains(outsider.Get("/notices").Body.String(), "/notices/"+no+`"`)
		if listed != (want == http.StatusOK) {
			t.Errorf("%s: listed %v", day, listed)
		}
	}
	status("", http.StatusNotFound, "没有编号为")
	for _, who := range []string{"dongfang", "nangong", "gongye"} {
		h.Agrees(who, no)
	}
	h.Does("dongfang", no, casework.Act{Kind: casework.NoticePosted})
	status("2026-09-29", http.StatusOK, "公示中")
	status("2026-09-30", http.StatusOK, "收到异议 0 件")
	silent(t, outsider.Get("/notices/"+no).Body.String(), "提交异议")
	if r := outsider.Post("/notices/"+no+"/objections", url.Values{"text": {"太迟了"}}); r.Code != http.StatusConflict {
		t.Errorf("an objection after the term is answered %d", r.Code)
	}
	last := h.Desk.Library().Calendar.AddWorking(calendar.MustDay("2026-09-29"), 5).Due // over the holiday of October
	status(last.String(), http.StatusOK, "收到异议 0 件")
	status(last.AddDays(1).String(), http.StatusNotFound, "没有编号为")
}

// TestS05ANoticeInsideTheOfficeIsShownToItsStaffOnly: by the office's setting, and by the mark of the case.
func TestS05ANoticeInsideTheOfficeIsShownToItsStaffOnly(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	open := h.onNotice()
	marked := h.onNotice(rule.PatchOp{Op: "add", Path: "/mark", Value: "internal"})
	outsider, staff := h.As(""), h.As("xiahou")
	there, absent := outsider.Get("/notices/"+marked), outsider.Get("/notices/OUT-2026-9")
	if there.Code != http.StatusNotFound || absent.Code != http.StatusNotFound {
		t.Errorf("an outsider is answered %d and %d", there.Code, absent.Code)
	}
	silent(t, outsider.Get("/notices").Body.String(), marked)
	if r := outsider.Post("/notices/"+marked+"/objections", url.Values{"text": {"有意见"}}); r.Code != http.StatusNotFound {
		t.Errorf("an outsider's objection to it is answered %d", r.Code)
	}
	says(t, staff.Get("/notices/"+marked).Body.String(), "慕容舟")
	h.changed(func(o *office.Office) { o.Notice = "" })
	for _, path := range []string{"/notices", "/notices/" + open, "/notices/OUT-2026-9"} {
		if r := outsider.Get(path); r.Code != http.StatusSeeOther || !strings.HasPrefix(r.Header().Get("Location"), "/sign-in?next=") {
			t.Errorf("%s: an outsider is answered %d %s", path, r.Code, r.Header().Get("Location"))
		}
	}
	says(t, staff.Get("/notices/"+open).Body.String(), "慕容舟", "提交异议")
	if r := staff.Post("/notices/"+open+"/objections", url.Values{"text": {"有意见"}}); r.Code != http.StatusSeeOther {
		t.Errorf("an objection of the staff is answered %d", r.Code)
	}
	v, err := h.Desk.Case(t.Context(), desk.Reader{Person: "ouyang"}, open)
	h.must(err)
	for _, line := range v.Log {
		if line.Kind == casework.Objected && line.Person != "" {
			t.Errorf("the log names %s, who signed in and objected without a name", line.Person)
		}
	}
}
