package webtest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"chancery/core/casework"
	"chancery/desk"
)

// onPage is what a form of a case's page carries unseen.
func onPage(t *testing.T, page *httptest.ResponseRecorder) url.Values {
	t.Helper()
	if page.Code != http.StatusOK {
		t.Fatalf("the page answers %d: %s", page.Code, wordsOf(page))
	}
	form := url.Values{}
	for _, name := range []string{"seen", "request"} {
		m := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(page.Body.String())
		if m == nil {
			t.Fatalf("the page has no field %s", name)
		}
		form.Set(name, m[1])
	}
	return form
}

// words are the visible words of a page.
func wordsOf(page *httptest.ResponseRecorder) string {
	doc, err := html.Parse(strings.NewReader(page.Body.String()))
	if err != nil {
		return page.Body.String()
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" {
			b.WriteString(strings.TrimSpace(n.Data) + " ")
		}
	}
	return b.String()
}

// cards are the choices that the panel of a page offers.
func cards(page *httptest.ResponseRecorder) []string {
	var out []string
	for _, m := range regexp.MustCompile(`name="pick" value="([^"]+)"`).FindAllStringSubmatch(page.Body.String(), -1) {
		out = append(out, m[1])
	}
	return out
}

// picks sends a card of the panel as a browser does: with the fields that the page holds for it.
func (c *Client) picks(no, card string, fields url.Values) *httptest.ResponseRecorder {
	c.house.Helper()
	page := c.Get("/cases/" + no)
	form := onPage(c.house.T, page)
	form.Set("form", "decide")
	form.Set("pick", card)
	form.Set("choice", card)
	body := page.Body.String()
	for _, m := range regexp.MustCompile(`type="hidden" name="(`+card+`\.[a-z]+)" value="([^"]*)"`).FindAllStringSubmatch(body, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	to := regexp.MustCompile(`name="choice" value="` + card + `" formaction="([^"]+)"`).FindStringSubmatch(body)
	if to == nil {
		c.house.Fatalf("the page offers no %s, only %v", card, cards(page))
	}
	for name, values := range fields {
		form[name] = values
	}
	return c.Post(to[1], form)
}

// picksCard picks a card and expects it to be done.
func (h *House) picksCard(person, no, card string, fields url.Values) {
	h.Helper()
	if r := h.As(person).picks(no, card, fields); r.Code != http.StatusSeeOther {
		h.Fatalf("%s %s: answered %d: %s", person, card, r.Code, wordsOf(r))
	}
}

// sends sends one of the small forms.
func (c *Client) sends(no, route string, fields url.Values) *httptest.ResponseRecorder {
	c.house.Helper()
	form := onPage(c.house.T, c.Get("/cases/"+no))
	for name, values := range fields {
		form[name] = values
	}
	return c.Post("/cases/"+no+"/"+route, form)
}

func (h *House) stands(no string) casework.Case {
	h.Helper()
	v, err := h.Desk.Case(h.Context(), desk.Operator(), no)
	h.must(err)
	return v.Case
}

// ticks presses every button of the list of things to be done that a person has.
func (h *House) ticks(person, no string) {
	h.Helper()
	c := h.As(person)
	for range 60 {
		body := c.Get("/cases/" + no).Body.String()
		m := regexp.MustCompile(`(?s)action="([^"]+)" class="noprint" data-once>.*?name="slot" value="([^"]+)"`).FindStringSubmatch(body)
		if m == nil {
			return
		}
		form := onPage(h.T, c.Get("/cases/"+no))
		form.Set("slot", html.UnescapeString(m[2]))
		if r := c.Post(m[1], form); r.Code != http.StatusSeeOther {
			h.Fatalf("%s ticks %s at %s: %d: %s", person, m[2], m[1], r.Code, wordsOf(r))
		}
	}
	h.Fatal("the list has no end")
}

// approved brings a trip over the pages to where the deputy director decides it.
func (h *House) toApproval(day string) string {
	h.Helper()
	no := h.Files()
	h.picksCard("dongfang", no, "agree", nil)
	h.picksCard("nangong", no, "agree", nil)
	h.picksCard("gongye", no, "agree", url.Values{"text": {"预算内"}})
	h.picksCard("dongfang", no, "notice", nil)
	h.Day(day)
	h.picksCard("chunyu", no, "agree", nil)
	h.picksCard("ouyang", no, "reservation", url.Values{"text": {"建议压缩一天"}})
	return no
}

func TestATripGoesFromSubmittedToClosedByThePagesAlone(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.toApproval("2026-09-22")
	page := wordsOf(h.As("wenren").Get("/cases/" + no))
	for _, want := range []string{"建议压缩一天", "保留意见", "签署：批准"} {
		if !strings.Contains(page, want) {
			t.Errorf("who decides does not read %q", want)
		}
	}
	h.picksCard("wenren", no, "condition", url.Values{"condition.conditions": {"全程不超过八天\n回国后两周内报告"}})
	h.picksCard("dongfang", no, "issue", nil)
	h.ticks("dongfang", no)
	h.ticks("zhongli", no)
	c := h.stands(no)
	exit := c.Duties
	if len(exit) == 0 {
		t.Fatalf("nothing was to be done before departure in the step %s", c.Step)
	}
	h.Day("2026-10-15")
	h.picksCard("dongfang", no, "depart", nil)
	h.Day("2026-10-23")
	h.picksCard("zhongli", no, "home", url.Values{"home.day": {"2026-10-22"}})
	h.ticks("dongfang", no)
	h.picksCard("zhongli", no, "report", url.Values{"text": {"签了意向书"}})
	h.picksCard("gongye", no, "settle", url.Values{"settle.claimed": {"1000"}, "settle.paid": {"900"}, "settle.unpaid": {"100"}, "settle.currency": {"CNY"}, "text": {"一餐超标"}})
	h.ticks("dongfang", no)
	h.picksCard("dongfang", no, "close", nil)
	if c := h.stands(no); c.State != casework.Closed || c.Outcome != casework.OutcomeCondition || c.Settled.Refused != "100.00 CNY" {
		t.Errorf("it stands in %s, %s, settled %v", c.State, c.Outcome, c.Settled)
	}
}

// TestEveryActIsRefusedToWhoMayNot tries the address of every act as people who may not do it: those who see the case are
// told who may, those who do not see it are told that there is none; nothing is done.
func TestEveryActIsRefusedToWhoMayNot(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	before := h.stands(no).Version
	reader, stranger := h.As("sikong"), h.As("xiahou")
	form := onPage(t, h.As("dongfang").Get("/cases/"+no))
	form.Set("text", "理由")
	form.Set("ground", "OUT-02")
	form.Set("stance", "agree")
	form.Set("post", "director")
	form.Set("day", "2026-09-14")
	form.Set("claimed", "1")
	form.Set("paid", "1")
	form.Set("shift", "1")
	for _, route := range []string{
		"submission", "return", "countersignatures", "answers", "signers", "signer-removals", "reassignment", "notice", "objection-findings",
		"outside-request", "outside-answer", "approval", "reduction", "refusal", "instrument", "fulfilments", "hindrances", "departure", "changes",
		"homecoming", "hand-back", "report", "post-notice", "settlement", "closure", "withdrawal", "cancellation", "revocation", "recall", "corrections",
	} {
		if r := reader.Post("/cases/"+no+"/"+route, form); r.Code != http.StatusForbidden {
			t.Errorf("%s: the director is answered %d", route, r.Code)
		}
		if r := stranger.Post("/cases/"+no+"/"+route, form); r.Code != http.StatusNotFound {
			t.Errorf("%s: a stranger is answered %d", route, r.Code)
		}
		if r := h.As("").Post("/cases/"+no+"/"+route, form); r.Code != http.StatusUnauthorized {
			t.Errorf("%s: nobody is answered %d", route, r.Code)
		}
	}
	if after := h.stands(no).Version; after != before {
		t.Errorf("%d acts were done", after-before)
	}
}

func TestAFormSentTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	c := h.As("dongfang")
	form := onPage(t, c.Get("/cases/"+no))
	form.Set("text", "请补邀请函译文")
	before := h.stands(no).Version
	for range 2 {
		if r := c.Post("/cases/"+no+"/comments", form); r.Code != http.StatusSeeOther {
			t.Fatalf("answered %d: %s", r.Code, wordsOf(r))
		}
	}
	if after := h.stands(no).Version; after != before+1 {
		t.Errorf("%d comments were written", after-before)
	}
	other := h.As("sikong") // the same name of another's request is not the same act
	if r := other.Post("/cases/"+no+"/comments", form); r.Code != http.StatusConflict {
		t.Errorf("another's act under the same name is answered %d", r.Code)
	}
}

func TestAStaleFormKeepsWhatWasTypedAndShowsWhatChanged(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	c := h.As("dongfang")
	form := onPage(t, c.Get("/cases/"+no))
	form.Set("form", "decide")
	form.Set("pick", "reservation")
	form.Set("choice", "reservation")
	form.Set("reservation.stance", "reservation")
	form.Set("text", "日程偏满，写了很久的意见")
	h.Does("sikong", no, casework.Act{Kind: casework.Commented, Text: "此案从快"})
	r := c.Post("/cases/"+no+"/countersignatures", form)
	if r.Code != http.StatusConflict {
		t.Fatalf("answered %d", r.Code)
	}
	for _, want := range []string{"日程偏满，写了很久的意见</textarea>", "此案从快", `id="pick-reservation" name="pick" value="reservation" checked`, "案件有了变动"} {
		if !strings.Contains(r.Body.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	m := regexp.MustCompile(`name="seen" value="([^"]+)"`).FindStringSubmatch(r.Body.String())
	form.Set("seen", m[1])
	if r := c.Post("/cases/"+no+"/countersignatures", form); r.Code != http.StatusSeeOther {
		t.Errorf("signed again: answered %d", r.Code)
	}
	if o := h.stands(no).Opinions; len(o) != 1 || o[0].Text != "日程偏满，写了很久的意见" {
		t.Errorf("the opinions are %v", o)
	}
}

func TestAnActIsRecalledWithinFiveMinutesAndNotAfter(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	h.picksCard("dongfang", no, "agree", nil)
	if page := h.As("dongfang").Get("/cases/" + no); !strings.Contains(wordsOf(page), "还可收回") {
		t.Error("the page does not offer to recall")
	}
	if page := h.As("sikong").Get("/cases/" + no); strings.Contains(wordsOf(page), "还可收回") {
		t.Error("another is offered to recall it")
	}
	if r := h.As("dongfang").sends(no, "recall", nil); r.Code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", r.Code, wordsOf(r))
	}
	if c := h.stands(no); c.Step != "first-review" {
		t.Errorf("it stands in %s", c.Step)
	}
	h.picksCard("dongfang", no, "agree", nil)
	h.Later(6 * time.Minute)
	if page := h.As("dongfang").Get("/cases/" + no); strings.Contains(wordsOf(page), "还可收回") {
		t.Error("after six minutes the page still offers to recall")
	}
	if r := h.As("dongfang").sends(no, "recall", nil); r.Code != http.StatusConflict || !strings.Contains(wordsOf(r), "5 分钟") {
		t.Errorf("after six minutes answered %d", r.Code)
	}
}

func TestTheEnterKeyAndTheButtonOfAnotherCardSignNothing(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.toApproval("2026-09-22")
	c := h.As("wenren")
	form := onPage(t, c.Get("/cases/"+no))
	form.Set("form", "decide")
	form.Set("text", "写到一半")
	for pick, choice := range map[string]string{"refuse": "approve", "approve": "", "": ""} {
		form.Set("pick", pick)
		form.Set("choice", choice)
		if r := c.Post("/cases/"+no+"/approval", form); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "写到一半</textarea>") {
			t.Errorf("picked %q, pressed %q: answered %d", pick, choice, r.Code)
		}
	}
	if c := h.stands(no); c.Step != "approval" {
		t.Errorf("it stands in %s", c.Step)
	}
}

func TestARefusalCitesItsArticleAndSaysWhatItEnds(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.toApproval("2026-09-22")
	page := h.As("wenren").Get("/cases/" + no)
	if !strings.Contains(wordsOf(page), "不予批准即结案") {
		t.Error("the button's line does not say what a refusal ends")
	}
	if r := h.As("wenren").picks(no, "refuse", url.Values{"text": {"任务不必要"}}); r.Code != http.StatusForbidden {
		t.Errorf("without an article answered %d", r.Code)
	}
	h.picksCard("wenren", no, "refuse", url.Values{"text": {"任务不必要"}, "refuse.ground": {"OUT-11"}})
	if c := h.stands(no); c.State != casework.Refused || c.Decisions[0].Ground != "OUT-11" {
		t.Errorf("it stands in %s", c.State)
	}
}

func TestWhatTheApplicantMendedIsShownFieldByField(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	h.picksCard("dongfang", no, "return", url.Values{"text": {"请写明资金科目"}, "return.ground": {"papers"}})
	v, err := h.Desk.Case(h.Context(), desk.Operator(), no)
	h.must(err)
	filing, digest := h.altered(v, "/budget/line", "2026 年新科目")
	h.Does("zhongli", no, casework.Act{Kind: casework.Submitted, Filing: filing, Digest: digest})
	page := h.As("dongfang").Get("/cases/" + no)
	for _, want := range []string{"<ins>2026 年新科目</ins>", "<del>", "申请的改动"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestAReductionIsMadeOfTheCardAndApproved(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.toApproval("2026-09-22")
	h.picksCard("wenren", no, "reduce", url.Values{"reduce.entry": {"2026-10-21"}, "text": {"压缩一天"}})
	if c := h.stands(no); c.Outcome != casework.OutcomeReduced {
		t.Errorf("its outcome is %s", c.Outcome)
	}
}

func TestWhoeverIsCopiedSeesTheCaseFromThenOn(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	if r := h.As("xiahou").Get("/cases/" + no); r.Code != http.StatusNotFound {
		t.Fatalf("answered %d", r.Code)
	}
	if r := h.As("dongfang").sends(no, "comments", url.Values{"text": {"请知悉"}, "persons": {"夏侯渊澄、没有此人"}}); r.Code != http.StatusUnprocessableEntity || !strings.Contains(wordsOf(r), "没有此人") {
		t.Errorf("an unknown name is answered %d", r.Code)
	}
	if r := h.As("dongfang").sends(no, "comments", url.Values{"text": {"请知悉"}, "persons": {"夏侯渊澄"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", r.Code, wordsOf(r))
	}
	if r := h.As("xiahou").Get("/cases/" + no); r.Code != http.StatusOK {
		t.Errorf("answered %d", r.Code)
	}
	if list := wordsOf(h.As("xiahou").Get("/?list=copied")); !strings.Contains(list, "出〔2026〕") {
		t.Error("it is not in the list of copies")
	}
}

func TestTheProofIsForThoseToWhomNothingIsHidden(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.toApproval("2026-09-22")
	r := h.As("zhongli").Get("/cases/" + no + "/proof")
	if r.Code != http.StatusOK || !strings.Contains(r.Header().Get("Content-Disposition"), "attachment") || !strings.Contains(r.Body.String(), "chancery proof v1") {
		t.Errorf("the applicant is answered %d", r.Code)
	}
	if r := h.As("chunyu").Get("/cases/" + no + "/proof"); r.Code != http.StatusForbidden {
		t.Errorf("a co-signer is answered %d", r.Code)
	}
	if r := h.As("xiahou").Get("/cases/" + no + "/proof"); r.Code != http.StatusNotFound {
		t.Errorf("a stranger is answered %d", r.Code)
	}
	page := wordsOf(h.As("chunyu").Get("/cases/" + no))
	if !strings.Contains(page, "已上锁：") || strings.Contains(page, "出生日期 ") && strings.Contains(page, "1975") {
		t.Error("the lock is not shown, or what it locks is")
	}
}

func TestWhoDecidesSeesWhichTripOfTheYearItIsForEach(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.toApproval("2026-09-22")
	page := wordsOf(h.As("wenren").Get("/cases/" + no))
	for _, said := range []string{"今年首次", "全团费用上限", "住宿上限"} {
		if !strings.Contains(page, said) {
			t.Errorf("%q is not said", said)
		}
	}
	if page := wordsOf(h.As("chunyu").Get("/cases/" + no)); strings.Contains(page, "今年首次") || !strings.Contains(page, "全团费用上限") {
		t.Error("how often somebody travelled is told to a co-signer, or the money is not")
	}
}

func TestTheFootOfAPrintedCaseIsAStyleAndNothingElse(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	c := h.As("dongfang")
	link := regexp.MustCompile(`media="print" href="([^"]+)"`).FindStringSubmatch(c.Get("/cases/" + no).Body.String())
	if link == nil {
		t.Fatal("the page has no style of its own for paper")
	}
	if r := c.Get(html.UnescapeString(link[1])); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), no+" · #") {
		t.Errorf("answered %d: %s", r.Code, r.Body)
	}
	for _, evil := range []string{"?entry=1&code=%22%7D", "?entry=%22", "?code=" + strings.Repeat("a", 99)} {
		if r := c.Get("/cases/" + no + "/foot.css" + evil); r.Code != http.StatusNotFound {
			t.Errorf("%s: answered %d", evil, r.Code)
		}
	}
}
