package webtest

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/desk"
)

// abroad opens the office on 15 October with the compliant trip on its way since that day.
func abroad(t *testing.T) *House {
	t.Helper()
	h := Open(t, "2026-09-14")
	no := h.decidable()
	h.Does("wenren", no, casework.Act{Kind: casework.ApprovedNow})
	h.Does("dongfang", no, casework.Act{Kind: casework.Issued})
	h.Day("2026-10-15")
	h.Does("dongfang", no, casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	h.Does("dongfang", no, casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	h.Does("dongfang", no, casework.Act{Kind: casework.Departed})
	return h
}

// decidable files the compliant trip on 14 September and takes it to the decision, on the 22nd.
func (h *House) decidable() string {
	h.Helper()
	no := h.Files(put("/filed", "2026-09-14"), rule.PatchOp{Op: "remove", Path: "/notice"}, rule.PatchOp{Op: "remove", Path: "/reviews"}, rule.PatchOp{Op: "remove", Path: "/briefing"})
	for _, person := range []string{"dongfang", "nangong", "gongye"} {
		h.Agrees(person, no)
	}
	h.Does("dongfang", no, casework.Act{Kind: casework.NoticePosted})
	h.Day("2026-09-22")
	h.Agrees("chunyu", no)
	h.Agrees("ouyang", no)
	return no
}

func mustDay(s string) calendar.Day { return calendar.MustDay(s) }

var lineOf = regexp.MustCompile(`href="/cases/([A-Z]+-[^"/]+)"`)

// named are the cases that a page leads to.
func named(body string) []string {
	var out []string
	for _, m := range lineOf.FindAllStringSubmatch(body, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	return out
}

func put(path string, v any) rule.PatchOp { return rule.PatchOp{Op: "replace", Path: path, Value: v} }

// TestARegisterHoldsOnlyWhatLiesInSight: its lines, its counts, its files and its orders.
func TestARegisterHoldsOnlyWhatLiesInSight(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	for _, path := range []string{
		"/registers/trips", "/registers/trips?sort=who", "/registers/trips?sort=unit&down=1", "/registers/trips?state=asked", "/registers/trips.csv",
		"/registers/trips?who=钟离", "/registers/trips?unit=市港航局", "/registers/trips?on=2026-09-20",
	} {
		if body := h.As("sikong").Get(path).Body.String(); !strings.Contains(body, "钟离牧") {
			t.Errorf("the director does not see the trip at %s", path)
		}
		if body := h.As("zhongli").Get(path).Body.String(); !strings.Contains(body, "钟离牧") {
			t.Errorf("the traveller does not see the trip at %s", path)
		}
		r := h.As("xiahou").Get(path)
		if body := r.Body.String(); r.Code != http.StatusOK || strings.Contains(body, "钟离牧") || strings.Contains(body, no) {
			t.Errorf("a liaison of another unit is answered %d with the trip at %s", r.Code, path)
		}
	}
	if body := h.As("xiahou").Get("/registers/trips").Body.String(); !strings.Contains(body, "在册出访 0 人次") {
		t.Error("the count is not that of the reader's sight")
	}
	if body := h.As("sikong").Get("/registers/trips").Body.String(); !strings.Contains(body, "在册出访 3 人次") {
		t.Error("the director's count is not three travellers")
	}
}

// TestTheRegisterCountsAsItsLinesStand: the store counts states as the affairs read them, for every register on any day and reader.
func TestTheRegisterCountsAsItsLinesStand(t *testing.T) {
	t.Parallel()
	h := abroad(t)
	for _, person := range []string{"sikong", "nangong", "zhongli", "dongfang", "xiahou", "murong"} {
		for _, name := range []string{"abroad", "trips", "documents", "gifts"} {
			for _, day := range []string{"2026-09-14", "2026-10-14", "2026-10-15", "2026-10-22", "2026-10-30", "2026-11-10", "2026-12-30"} {
				on := mustDay(day)
				q := desk.RegisterQuery{Name: name, On: on}
				all, err := h.Desk.RegisterPart(t.Context(), desk.Reader{Person: office.PersonID(person)}, q)
				h.must(err)
				total := 0
				for _, c := range all.Counts {
					n := 0
					for _, l := range all.Lines {
						if l.State == c.State {
							n++
						}
					}
					q.State = c.State
					part, err := h.Desk.RegisterPart(t.Context(), desk.Reader{Person: office.PersonID(person)}, q)
					h.must(err)
					if n != c.Lines || len(part.Lines) != n || part.Total != n {
						t.Errorf("%s of %s on %s: %d lines are %s, %d counted, %d picked", name, person, day, n, c.State, c.Lines, len(part.Lines))
					}
					total += n
				}
				if total != len(all.Lines) || all.Total != total {
					t.Errorf("%s of %s on %s: %d lines, %d of them in a state, total %d", name, person, day, len(all.Lines), total, all.Total)
				}
			}
		}
	}
}

// TestWhoIsAbroadStandsUnderTheCountry: grouped, with the contact of the host, and every line leads to its case.
func TestWhoIsAbroadStandsUnderTheCountry(t *testing.T) {
	t.Parallel()
	h := abroad(t)
	body := h.As("sikong").Get("/registers/abroad").Body.String()
	for _, want := range []string{"今天在外 3 人，分布在 2 个国家和地区", `scope="rowgroup"`, "钟离牧", "端木青", "慕容舟"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if got := named(body); len(got) != 1 {
		t.Errorf("the lines lead to %v", got)
	}
	if body := h.As("sikong").In("en").Get("/registers/abroad").Body.String(); !strings.Contains(body, "Zhongli Mu") {
		t.Error("the English page does not write the name in pinyin")
	}
	if body := h.As("sikong").Get("/registers/abroad?on=2026-10-14").Body.String(); !strings.Contains(body, "在外 0 人") {
		t.Error("the day before the departure is not empty")
	}
	late := h.As("sikong").Get("/registers/abroad?on=2026-10-30").Body.String()
	if !strings.Contains(late, "3 人超期未归") || !strings.Contains(late, `class="tag stop"`) {
		t.Error("whoever is not home in time is not tagged overdue")
	}
}

// TestTheKindOfSomebodyElsesDocumentIsHidden from those who do not judge the persons, on the page and in the file.
func TestTheKindOfSomebodyElsesDocumentIsHidden(t *testing.T) {
	t.Parallel()
	h := abroad(t)
	count := func(person, path string) int {
		return strings.Count(h.As(person).Get(path).Body.String(), "公务")
	}
	for _, path := range []string{"/registers/documents", "/registers/documents.csv"} {
		all, own := count("sikong", path), count("zhongli", path)
		if all != own+2 {
			t.Errorf("%s names %d kinds to the director and %d to a traveller with two companions", path, all, own)
		}
	}
}

// TestS19AnExportIsInertAndBounded: text cells, no formula, at most ten thousand rows, and it says by whom and as of when.
func TestS19AnExportIsInertAndBounded(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	h.Files(put("/delegation/1/name", "=HYPERLINK(\"http://x.example\")"), put("/delegation/2/name", "@SUM(A1)"))
	r := h.As("sikong").Get("/registers/trips.csv")
	if r.Header().Get("Content-Disposition") == "" || !strings.HasPrefix(r.Header().Get("Content-Type"), "text/csv") {
		t.Errorf("sent as %v", r.Header())
	}
	lines := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.Body.String(), "\ufeff")))
	lines.FieldsPerRecord = -1
	rows, err := lines.ReadAll()
	h.must(err)
	if len(rows) != 7 || !strings.Contains(rows[1][0], "制表人：司空砚") || !strings.Contains(rows[1][0], "数据日期：2026年9月14日") {
		t.Errorf("the file begins %q", rows)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
				t.Errorf("a cell begins a formula: %q", cell)
			}
		}
	}
	x := h.As("sikong").Get("/registers/trips.xlsx")
	f, err := excelize.OpenReader(bytes.NewReader(x.Body.Bytes()))
	h.must(err)
	sheet, err := f.GetRows("Sheet1")
	h.must(err)
	if len(sheet) != 7 || sheet[0][0] != "澜川市外事办公室出访台账" {
		t.Errorf("the sheet is %q", sheet)
	}
	found := false
	for i := range sheet {
		for j := range sheet[i] {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			h.must(err)
			formula, err := f.GetCellFormula("Sheet1", cell)
			h.must(err)
			kind, err := f.GetCellType("Sheet1", cell)
			h.must(err)
			if formula != "" || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
				t.Errorf("%s is no text: %v %q", cell, kind, formula)
			}
			found = found || strings.HasPrefix(sheet[i][j], "=HYPERLINK")
		}
	}
	if !found {
		t.Error("the name is not in the sheet as it was given")
	}
	if r := h.As("sikong").Get("/registers/trips.doc"); r.Code != http.StatusNotFound {
		t.Errorf("an unknown kind is answered %d", r.Code)
	}
	if r := h.As("").Get("/registers/trips.csv"); r.Code != http.StatusSeeOther {
		t.Errorf("nobody is answered %d", r.Code)
	}
	v, err := h.Desk.RegisterPart(t.Context(), desk.Operator(), desk.RegisterQuery{Name: "trips", Limit: 2})
	h.must(err)
	if len(v.Lines) != 2 || v.Total != 3 {
		t.Errorf("two lines were asked for, %d came of %d", len(v.Lines), v.Total)
	}
}

// TestARegisterIsOrderedByAnyColumn, up and down.
func TestARegisterIsOrderedByAnyColumn(t *testing.T) {
	t.Parallel()
	h := abroad(t)
	order := func(query string) []string {
		body := h.As("sikong").Get("/registers/trips?" + query).Body.String()
		var out []string
		for _, name := range regexp.MustCompile(`(钟离牧|端木青|慕容舟)`).FindAllString(body, -1) {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
		return out
	}
	if got := order("sort=who"); !slices.Equal(got, []string{"端木青", "慕容舟", "钟离牧"}) {
		t.Errorf("by name: %v", got)
	}
	if got := order("sort=who&down=1"); !slices.Equal(got, []string{"钟离牧", "慕容舟", "端木青"}) {
		t.Errorf("by name, turned round: %v", got)
	}
	if r := h.As("sikong").Get("/registers/trips?sort=secret"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown order is answered %d", r.Code)
	}
	if r := h.As("sikong").Get("/registers/visas"); r.Code != http.StatusNotFound {
		t.Errorf("an unknown register is answered %d", r.Code)
	}
	if r := h.As("sikong").Get("/registers/trips?on=soon"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown day is answered %d", r.Code)
	}
}
