package webtest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/desk"
)

// TestRefusalsAreShownToWhoSeesAllOfThem: every square opens its case, with the definition and the entry, and as a file.
func TestRefusalsAreShownToWhoSeesAllOfThem(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	second := h.Files()
	h.Files()
	first := h.decidable()
	h.Does("wenren", first, casework.Act{Kind: casework.RefusedNow, Ground: "OUT-08", Text: "与任务无关"})
	for _, who := range []string{"sikong", "nangong"} {
		body := h.As(who).Get("/figures/refusals?quarter=2026Q3").Body.String()
		for _, want := range []string{
			"报批 3 件", "不予批准 1 件，占 33%", `href="/cases/` + first + `" class="w0"`, `href="/cases/` + second + `" class="w4"`, "分母为本季度首次报送的案件", "存证第", "OUT-08", "上季 0 件（共 0 件）",
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s is not shown %s", who, want)
			}
		}
		if n := strings.Count(body, "<rect"); n != 3 {
			t.Errorf("%d squares for three cases", n)
		}
		if !strings.Contains(body, `href="/figures/refusals"`) {
			t.Errorf("the navigation of %s has no entry for figures", who)
		}
	}
	file := h.As("sikong").Get("/figures/refusals.csv?quarter=2026Q3").Body.String()
	if !strings.Contains(file, "报批 3 件，不予批准 1 件，占 33%") || strings.Count(file, "出〔2026〕") != 3 || !strings.Contains(file, "制表人：司空砚") {
		t.Errorf("the file is %q", file)
	}
	for _, path := range []string{"/figures/refusals", "/figures/refusals.csv?quarter=2026Q3"} {
		r := h.As("zhongli").Get(path)
		if r.Code != http.StatusForbidden || strings.Contains(r.Body.String(), "33%") || strings.Contains(r.Body.String(), first) {
			t.Errorf("who does not see all cases is answered %d at %s", r.Code, path)
		}
	}
	if body := h.As("zhongli").Get("/cases").Body.String(); strings.Contains(body, "/figures/") {
		t.Error("the navigation offers figures to who may not see them")
	}
	if r := h.As("sikong").Get("/figures/refusals?quarter=2026Q5"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a quarter that is none is answered %d", r.Code)
	}
	if r := h.As("sikong").Get("/figures/absences"); r.Code != http.StatusNotFound {
		t.Errorf("a figure that is none is answered %d", r.Code)
	}
	if body := h.As("sikong").Get("/figures/refusals?quarter=2026Q1").Body.String(); !strings.Contains(body, "没有报批的案件") {
		t.Error("an empty quarter does not say so")
	}
}

// TestEachGateCountsWhoCameSoFarAndOpensItsCases: the same denominator for all, every case at one gate only, and nothing for who
// does not see all.
func TestEachGateCountsWhoCameSoFarAndOpensItsCases(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	waiting := h.Files()
	withdrawn := h.Files()
	h.Does("zhongli", withdrawn, casework.Act{Kind: casework.WithdrawnNow, Text: "邀请方改期"})
	refused := h.decidable()
	h.Does("wenren", refused, casework.Act{Kind: casework.RefusedNow, Ground: "OUT-08", Text: "与任务无关"})
	c := h.As("sikong")
	page := c.Get("/figures/refusals?quarter=2026Q3").Body.String()
	for _, want := range []string{
		"停在哪一关", "分母为报批 3 件", "quarter=2026Q3&amp;step=approval#picked", "quarter=2026Q3&amp;step=first-review#picked",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	for query, no := range map[string]string{
		"step=approval&came=refused": refused, "step=first-review&came=withdrawn": withdrawn, "step=first-review&came=waiting": waiting,
	} {
		_, picked, found := strings.Cut(c.Get("/figures/refusals?quarter=2026Q3&"+query).Body.String(), `id="picked"`)
		picked, _, _ = strings.Cut(picked, "</section>")
		if !found || !strings.Contains(picked, "1 件，共 3 件") || !strings.Contains(picked, `href="/cases/`+no+`"`) || strings.Count(picked, `class="subject"`) != 1 {
			t.Errorf("%s opens %q", query, picked)
		}
	}
	for _, query := range []string{"step=nowhere&came=refused", "step=approval&came=lost"} {
		if r := c.Get("/figures/refusals?quarter=2026Q3&" + query); r.Code != http.StatusOK || strings.Contains(r.Body.String(), `id="picked"`) {
			t.Errorf("%s is answered %d and opens something", query, r.Code)
		}
	}
	q, err := desk.ParseQuarter("2026Q3")
	h.must(err)
	v, err := h.Desk.Refusals(t.Context(), desk.Operator(), "outbound-trip", q)
	h.must(err)
	said := ""
	for _, g := range v.Gates {
		said += fmt.Sprintf("%s %d-%d-%d-%d ", g.Step, g.Reached, len(g.Refused), len(g.Withdrawn), len(g.Waiting))
	}
	if want := "application 3-0-0-0 first-review 3-0-1-1 reviews 1-0-0-0 notice 1-0-0-0 co-signing 1-0-0-0 approval 1-1-0-0 "; said != want {
		t.Errorf("the gates count %q, not %q", said, want)
	}
}
