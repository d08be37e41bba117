package webtest

import (
	"net/http"
	"strings"
	"testing"

	"chancery/core/casework"
)

// TestAnArticleStandsBesideItsEarlierEdition: what was taken away and put in, the values, the check, and the tree around it.
func TestAnArticleStandsBesideItsEarlierEdition(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	body := h.As("xiahou").Get("/rulebook/cn-national/OUT-02").Body.String()
	for _, want := range []string{
		"<del>中办发〔2008〕9号</del>", "<ins>中办发〔2013〕16号</ins>", "<del>10 天</del>", "<ins>8 天</ins>", "trip.days", "param.max_days_two",
		`href="/rulebook/cn-national/OUT-01"`, "省级", "云海",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	turned := h.As("xiahou").Get("/rulebook/cn-national/OUT-02?on=2010-01-01&with=2013-12-31").Body.String()
	if !strings.Contains(turned, "<del>10 天</del>") || !strings.Contains(turned, "<ins>8 天</ins>") {
		t.Error("the older of two days does not stand on the left")
	}
	if r := h.As("xiahou").Get("/rulebook/cn-national/OUT-02?with=then"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none is answered %d", r.Code)
	}
	if body := h.As("xiahou").Get("/rulebook").Body.String(); !strings.Contains(body, "国家级") || !strings.Contains(body, "待核实") {
		t.Error("the books do not stand by their level, or a draft is not marked")
	}
}

// TestWhoCitesAnArticleIsCountedInTheReadersSight: the cases, and of how many.
func TestWhoCitesAnArticleIsCountedInTheReadersSight(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	other := h.Files()
	no := h.decidable()
	h.Does("wenren", no, casework.Act{Kind: casework.RefusedNow, Ground: "OUT-08", Text: "与任务无关"})
	path := "/rulebook/cn-national/OUT-08"
	for _, who := range []string{"sikong", "zhongli"} {
		body := h.As(who).Get(path).Body.String()
		if !strings.Contains(body, "可见范围内 2 件中") || !strings.Contains(body, `href="/cases/`+no+`"`) || !strings.Contains(body, "决定理由") {
			t.Errorf("%s does not see the refusal that cites the article", who)
		}
	}
	body := h.As("xiahou").Get(path).Body.String()
	if !strings.Contains(body, "可见范围内 0 件中 0 件引用") || strings.Contains(body, no) || strings.Contains(body, other) {
		t.Error("a reader out of sight is told of the case")
	}
}
