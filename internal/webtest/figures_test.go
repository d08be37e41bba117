package webtest

import (
	"net/http"
	"strings"
	"testing"

	"chancery/core/casework"
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
