package webtest

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
	"chancery/desk"
)

// given is the form by which authority is given.
func given(from, to, since, until string, procedures ...string) url.Values {
	return url.Values{
		"from": {from}, "to": {to}, "since": {since}, "until": {until}, "why": {"出差"}, "procedure": procedures, "request": {from + to + since},
	}
}

// signs tries to sign what waits for a post in a case.
func (h *House) signs(person, no string) error {
	actor := office.Actor{Person: office.PersonID(person)}
	seen, err := h.Desk.Version(h.Context(), desk.Operator(), no)
	h.must(err)
	_, err = h.Desk.Do(h.Context(), actor, no, "", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Text: "同意", Seen: seen})
	return err
}

// TestAuthorityGivenOnThePageChangesWhoMaySign, and ended there it changes back.
func TestAuthorityGivenOnThePageChangesWhoMaySign(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	if h.signs("linghu", no) == nil {
		t.Fatal("somebody without authority signed")
	}
	page := h.As("dongfang").Get("/posts/trips-officer").Body.String()
	if !strings.Contains(page, `action="/posts/trips-officer/delegations"`) || strings.Contains(page, "hand-over") {
		t.Error("the holder's page is not for giving the own authority, or it hands the post over")
	}
	form := given("dongfang", "linghu", "2026-09-14", "2026-09-18", "outbound-trip")
	for range 2 { // the same form sent twice is one act
		if r := h.As("dongfang").Post("/posts/trips-officer/delegations", form); r.Code != http.StatusSeeOther {
			t.Fatalf("the holder is answered %d %s", r.Code, r.Body)
		}
	}
	people := h.As("xiahou").Get("/people").Body.String()
	if n := strings.Count(people, "东方既白 授权 令狐川"); n != 1 {
		t.Errorf("the delegation stands %d times on the page of people", n)
	}
	if !strings.Contains(people, "令狐川 代 东方既白，至 2026-09-18") || strings.Contains(people, "/delegation-ends") {
		t.Error("everybody sees who acts for whom, and nobody else ends it")
	}
	if err := h.signs("linghu", no); err != nil {
		t.Errorf("with the authority given: %v", err)
	}
	second := h.Files()
	if r := h.As("dongfang").Post("/posts/trips-officer/delegation-ends", url.Values{"from": {"dongfang"}, "to": {"linghu"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("ending is answered %d %s", r.Code, r.Body)
	}
	if h.signs("linghu", second) == nil {
		t.Error("the authority that was ended still signs")
	}
}

// TestWhoMayGiveWhoseAuthority: the holder the own, the head of the unit and an office-wide post for others, nobody for himself.
func TestWhoMayGiveWhoseAuthority(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	for i, c := range []struct {
		who, post, from, to string
		may                 bool
	}{
		{"dongfang", "trips-officer", "dongfang", "linghu", true},
		{"nangong", "trips-officer", "dongfang", "linghu", true},
		{"wenren", "trips-officer", "dongfang", "linghu", true},
		{"nangong", "trips-officer", "dongfang", "nangong", false},
		{"sikong", "port-answer", "zhongli", "murong", true},
		{"nangong", "port-answer", "zhongli", "murong", false},
		{"murong", "port-answer", "zhongli", "duanmu", false},
		{"linghu", "trips-officer", "dongfang", "linghu", false},
		{"ouyang", "director", "sikong", "ouyang", false},
	} {
		form := given(c.from, c.to, "2026-10-01", "2026-10-09")
		form.Set("request", c.who+c.post+c.to)
		since := []string{"2026-10-01", "2026-11-01", "2026-12-01"}[i%3]
		form.Set("since", since)
		form.Set("until", since[:8]+"09")
		r := h.As(c.who).Post("/posts/"+c.post+"/delegations", form)
		if (r.Code == http.StatusSeeOther) != c.may || !c.may && r.Code != http.StatusForbidden {
			t.Errorf("%s gives %s of %s to %s: %d", c.who, c.post, c.from, c.to, r.Code)
		}
		if !c.may && (!strings.Contains(r.Body.String(), "errsum") || !strings.Contains(r.Body.String(), "系统操作员")) {
			t.Errorf("%s is not told who may", c.who)
		}
	}
}

// TestAPostIsHandedOverByWhoAnswersForIt, and by nobody for himself.
func TestAPostIsHandedOverByWhoAnswersForIt(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	form := url.Values{"from": {"dongfang"}, "to": {"linghu"}, "on": {"2026-09-15"}, "request": {"one"}}
	if r := h.As("dongfang").Post("/posts/trips-officer/hand-over", form); r.Code != http.StatusForbidden {
		t.Errorf("the holder hands the own post over: %d", r.Code)
	}
	if r := h.As("nangong").Post("/posts/trips-officer/hand-over", form); r.Code != http.StatusSeeOther {
		t.Fatalf("the head is answered %d %s", r.Code, r.Body)
	}
	h.Day("2026-09-15")
	if page := h.As("nangong").Get("/posts/trips-officer").Body.String(); !strings.Contains(page, "由 令狐川 担任") {
		t.Error("the post is not the new holder's")
	}
}

// TestWhatWasTypedSurvivesAFault: the words are on top, with the status of a fault, and the form is as it was.
func TestWhatWasTypedSurvivesAFault(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	form := given("dongfang", "linghu", "2026-09-14", "2026-09-10")
	r := h.As("dongfang").Post("/posts/trips-officer/delegations", form)
	body := r.Body.String()
	if r.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="2026-09-10"`) || !strings.Contains(body, `value="出差"`) ||
		!regexp.MustCompile(`value="linghu"\s+selected`).MatchString(body) {
		t.Errorf("answered %d without what was typed", r.Code)
	}
	form.Set("until", "")
	if r := h.As("dongfang").Post("/posts/trips-officer/delegations", form); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "到哪天止") {
		t.Errorf("without a last day: %d", r.Code)
	}
}

// TestPeopleStandByPinyin as they write themselves, and on English pages by their pinyin name; who is vacant is an incident.
func TestPeopleStandByPinyin(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	_, err := h.Desk.AddPost(t.Context(), office.Actor{Operator: true}, office.Post{ID: "archivist", Unit: "fao", Name: text.Text{ZH: "档案管理员", EN: "Archivist"}})
	h.must(err)
	body := h.As("xiahou").Get("/people").Body.String()
	names := body[strings.LastIndex(body, "人员（按拼音）"):]
	if strings.Index(names, "百里岚") > strings.Index(names, "司空砚") || strings.Index(names, "司空砚") > strings.Index(names, "钟离牧") {
		t.Error("the names are not in the order of their pinyin")
	}
	if !strings.Contains(body, "1 个空缺") || !strings.Contains(body, "空缺岗位") || !strings.Contains(body, "档案管理员") {
		t.Error("the vacant post is not shown as an incident")
	}
	if body := h.As("xiahou").In("en").Get("/people").Body.String(); !strings.Contains(body, "Sikong Yan") || strings.Contains(body, "司空砚") {
		t.Error("the English page does not write names in pinyin")
	}
	no := h.Files()
	if body := h.As("zhongli").In("en").Get("/cases/" + no).Body.String(); !strings.Contains(body, "Dongfang Jibai") || !strings.Contains(body, "Zhongli Mu") {
		t.Error("the case's holder and actor are not written in pinyin")
	}
	if r := h.As("xiahou").Get("/people/nobody"); r.Code != http.StatusNotFound {
		t.Errorf("nobody is answered %d", r.Code)
	}
	if r := h.As("xiahou").Get("/posts/none"); r.Code != http.StatusNotFound {
		t.Errorf("a post that is not there is answered %d", r.Code)
	}
	if body := h.As("xiahou").Get("/people/wenren").Body.String(); !strings.Contains(body, "闻人澜 授权 令狐川") {
		t.Error("the authority that a person gave is not on the person's page")
	}
}
