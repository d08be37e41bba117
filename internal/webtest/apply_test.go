package webtest

import (
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"chancery/affairs/travel"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/internal/foldertest"
	"chancery/library"
	"chancery/store"
)

// applications reads every application of the contract that is no refused file.
func applications(t *testing.T, lib *desk.Library) map[string]form.Application {
	t.Helper()
	files, err := filepath.Glob("../contract/testdata/*.yaml")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d examples found, %v", len(files), err)
	}
	out := map[string]form.Application{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a, err := lib.ReadApplication(file, data)
		if len(fault.All(err)) > 0 {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		out[file] = a
	}
	return out
}

// said is what an application says: a block in which nothing is said is as one that is absent.
func said(t *testing.T, a form.Application) string {
	t.Helper()
	b, err := a.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	s := string(b)
	for name := range a.Answers {
		s = strings.NewReplacer(`"`+name+`":{},`, "", `"`+name+`":[],`, "").Replace(s)
	}
	return s
}

// TestAnApplicationTypedInTheFormEqualsTheOneReadFromItsFile: every application of the contract is written on a sheet, drawn
// as a page, sent as a browser sends it, and read again.
func TestAnApplicationTypedInTheFormEqualsTheOneReadFromItsFile(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	lib := h.Desk.Library()
	reader := desk.Reader{Person: "zhongli"}
	for file, want := range applications(t, lib) {
		blocks := lib.Forms[want.Procedure]
		sheet := blocks.Fill(want)
		taken := blocks.Take(sheet, lib.Words)
		if len(taken.Faults) > 0 || said(t, taken.Application) != said(t, want) {
			t.Errorf("%s: the sheet reads otherwise: %v", file, taken.Faults)
		}
		draft, err := h.Desk.SaveDraft(t.Context(), reader, form.Draft{ID: desk.NewDraftID(), Procedure: want.Procedure, Sheet: sheet})
		h.must(err)
		r := c.Get("/drafts/" + draft.ID)
		if r.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", file, r.Code, r.Body)
		}
		sent := Form(t, r.Body.String(), "application")
		sent.Set("save", "1")
		if r := c.Post("/drafts/"+draft.ID, sent); r.Code != http.StatusSeeOther {
			t.Fatalf("%s: saving it is answered %d", file, r.Code)
		}
		kept, err := h.Desk.Draft(t.Context(), reader, draft.ID)
		h.must(err)
		taken = blocks.Take(kept.Sheet, lib.Words)
		if len(taken.Faults) > 0 || said(t, taken.Application) != said(t, want) {
			t.Errorf("%s: what comes back from the page is another:\n%v\n%s\n%s", file, taken.Faults, said(t, want), said(t, taken.Application))
		}
	}
}

// nineDays is a trip of nine days to two places, typed by 钟离牧 and kept as a draft.
func nineDays(t *testing.T, h *House) form.Draft {
	t.Helper()
	data, err := os.ReadFile("../../web/samples/nine-days.yaml")
	h.must(err)
	lib := h.Desk.Library()
	a, err := lib.ReadApplication("nine-days.yaml", data)
	h.must(err)
	a.Filed = 0
	d, err := h.Desk.SaveDraft(t.Context(), desk.Reader{Person: "zhongli"}, form.Draft{
		ID: desk.NewDraftID(), Procedure: a.Procedure, Sheet: lib.Forms[a.Procedure].Fill(a),
	})
	h.must(err)
	return d
}

// press sends the form of a page with one of its buttons; changes are typed before that, a name and a value each.
func press(t *testing.T, c *Client, page, button, value string, changes ...string) *answer {
	t.Helper()
	sent := Form(t, page, "application")
	for i := 0; i+1 < len(changes); i += 2 {
		sent.Set(changes[i], changes[i+1])
	}
	sent.Set(button, value)
	r := c.Post(Action(t, page, "application"), sent)
	return &answer{code: r.Code, body: r.Body.String(), to: r.Header().Get("Location")}
}

type answer struct {
	code     int
	body, to string
}

func TestAStoppedTripIsMendedWithAnAlternativeAndSubmittedInFourPosts(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	d := nineDays(t, h)
	page := c.Get("/drafts/" + d.ID).Body.String()
	if verdict := Element(t, page, "panel"); !strings.Contains(verdict, "OUT-02") {
		t.Fatalf("the panel does not name the article: %s", verdict)
	}
	if !strings.Contains(page, `href="#itinerary.entry"`) {
		t.Error("the finding does not lead to its field")
	}
	stopped := press(t, c, page, "submit", "1")
	if stopped.code != http.StatusSeeOther || !strings.HasSuffix(stopped.to, "/application?stopped") {
		t.Fatalf("answered %d %s", stopped.code, stopped.to)
	}
	if r := c.Get("/drafts/" + d.ID); r.Code != http.StatusNotFound {
		t.Errorf("the draft is still there: %d", r.Code)
	}
	page = c.Get(stopped.to).Body.String()
	patch, ok := Button(t, page, "apply")
	if !ok {
		t.Fatalf("no alternative is offered: %s", Element(t, page, "panel"))
	}
	applied := press(t, c, page, "apply", patch)
	if applied.code != http.StatusOK || Form(t, applied.body, "application").Get("itinerary.entry") != "2026-10-22" {
		t.Fatalf("answered %d, back on %s", applied.code, Form(t, applied.body, "application").Get("itinerary.entry"))
	}
	undone := press(t, c, applied.body, "undo", "1")
	if back := Form(t, undone.body, "application").Get("itinerary.entry"); back != "2026-10-23" {
		t.Errorf("after undoing, back on %s", back)
	}
	done := press(t, c, applied.body, "submit", "1")
	if done.code != http.StatusSeeOther || strings.Contains(done.to, "application") {
		t.Fatalf("answered %d %s\n%s", done.code, done.to, Element(t, done.body, "panel"))
	}
	no := strings.TrimPrefix(done.to, "/cases/")
	view, err := h.Desk.Case(t.Context(), desk.Reader{Person: "zhongli"}, no)
	h.must(err)
	if view.Case.Stops != 1 || view.State != "active" {
		t.Errorf("%d stops recorded, state %s", view.Case.Stops, view.State)
	}
}

// TestAFormThatMissesSomethingIsNotSubmitted: it says so before, and when it is sent nevertheless it comes back with the
// article and what to add, in both languages; once that is there it goes on.
func TestAFormThatMissesSomethingIsNotSubmitted(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	data, err := os.ReadFile("../contract/testdata/01-compliant.yaml")
	h.must(err)
	lib := h.Desk.Library()
	a, err := lib.ReadApplication("trip.yaml", []byte(strings.Replace(string(data), "  tasks: [port-cooperation]\n", "", 1)))
	h.must(err)
	a.Filed = 0
	d, err := h.Desk.SaveDraft(t.Context(), desk.Reader{Person: "zhongli"}, form.Draft{ID: desk.NewDraftID(), Procedure: a.Procedure, Sheet: lib.Forms[a.Procedure].Fill(a)})
	h.must(err)
	page := c.Get("/drafts/" + d.ID).Body.String()
	if panel := Element(t, page, "panel"); !strings.Contains(panel, "补齐后才能报送") {
		t.Errorf("the panel does not say that it cannot be submitted: %s", panel)
	}
	back := press(t, c, page, "submit", "1")
	if back.code != http.StatusSeeOther || !strings.HasSuffix(back.to, "/application?stopped") {
		t.Fatalf("answered %d %s", back.code, back.to)
	}
	zh, en := c.Get(back.to).Body.String(), c.Get(back.to+"&lang=en").Body.String()
	if !strings.Contains(zh, "被规则拦下") || !strings.Contains(Element(t, zh, "panel"), "OUT-11") || !strings.Contains(en, "change or add what the panel lists") {
		t.Error("the way out is not said in both languages")
	}
	c.Get(back.to + "&lang=zh")
	if done := press(t, c, zh, "submit", "1", "purpose.tasks", "port-cooperation"); done.code != http.StatusSeeOther || strings.Contains(done.to, "application") {
		t.Fatalf("answered %d %s", done.code, done.to)
	}
}

// TestAnExceptionIsAskedOfThoseWhoDecide: from a stopped form it takes the field and one button; the stop and the request
// are on record, and whoever decides has the case before them. Asked again of the case as it stands, nothing is stopped twice.
func TestAnExceptionIsAskedOfThoseWhoDecide(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	page := c.Get("/drafts/" + nineDays(t, h).ID).Body.String()
	if part := Element(t, page, "exception-part"); !strings.Contains(part, "闻人澜") || !strings.Contains(part, "分管领导") || strings.Contains(part, "钟离牧") {
		t.Fatalf("the form does not say whom to ask, or what the article asks for: %s", part)
	}
	silent := press(t, c, page, "submit", "exception")
	if silent.code != http.StatusUnprocessableEntity || strings.Count(silent.body, "请写明申请例外的理由") < 2 {
		t.Fatalf("a request without a reason answered %d", silent.code)
	}
	for range 2 {
		asked := press(t, c, page, "submit", "exception", "exception", "对方只有这两天能签")
		if asked.code != http.StatusSeeOther || !strings.HasSuffix(asked.to, "/application?stopped&asked") {
			t.Fatalf("answered %d %s", asked.code, asked.to)
		}
		page = c.Get(asked.to).Body.String()
	}
	if !strings.Contains(page, "例外申请已记录") {
		t.Error("the page does not say that it was asked")
	}
	lines, err := h.Desk.Cases(t.Context(), desk.Reader{Person: "wenren"}, casework.Filter{Key: casework.CopiedKey("wenren")})
	h.must(err)
	if len(lines) != 1 {
		t.Fatalf("%d cases are copied to the one who decides", len(lines))
	}
	view, err := h.Desk.Case(t.Context(), desk.Reader{Person: "wenren"}, lines[0].No)
	h.must(err)
	requests := 0
	for _, l := range view.Log {
		if l.Kind == casework.Commented && strings.Contains(l.Text, "申请例外：对方只有这两天能签") && l.Person == "钟离牧" {
			requests++
		}
	}
	if view.Case.Stops != 1 || view.State != casework.Draft || requests != 2 {
		t.Errorf("%d stops, %d requests, state %s", view.Case.Stops, requests, view.State)
	}
}

func TestADoubleSubmissionIsOneCase(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	d := nineDays(t, h)
	page := c.Get("/drafts/" + d.ID).Body.String()
	first, second := press(t, c, page, "submit", "1"), press(t, c, page, "submit", "1")
	if first.to == "" || first.to != second.to {
		t.Errorf("led to %q and %q", first.to, second.to)
	}
}

func TestAFieldThatCannotBeReadIsSaidOnTopAndAtTheField(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	r := press(t, c, c.Get("/trips/new").Body.String(), "submit", "1", "itinerary.stays[0].place", "无此国", "purpose.text", "商谈")
	if r.code != http.StatusUnprocessableEntity {
		t.Fatalf("answered %d", r.code)
	}
	body := r.body
	for _, id := range []string{"faults", "itinerary.stays[0].place-err"} {
		if !strings.Contains(Element(t, body, id), "无此国") {
			t.Errorf("%s says %q", id, Element(t, body, id))
		}
	}
	again := Form(t, body, "application")
	if again.Get("itinerary.stays[0].place") != "无此国" || again.Get("purpose.text") != "商谈" {
		t.Error("what was typed is gone")
	}
}

func TestMembersArePastedLineByLine(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	r := press(t, c, c.Get("/trips/new").Body.String(), "paste", "1", "pasted",
		"姓名\t级别\t单位\t出生日期\r\n钟离牧\t县处级正职\t市港航局\t1971/4/9\r\n慕容舟\t处长级\t市港航局\t1972年4月9日\r\n端木青\tstaff\t市港航局\t1973-04-09\r\n")
	body := r.body
	if r.code != http.StatusUnprocessableEntity || !strings.Contains(Element(t, body, "paste-wrong"), "第 3 行") {
		t.Fatalf("answered %d: %s", r.code, Element(t, body, "paste-wrong"))
	}
	again := Form(t, body, "application")
	if again.Get("delegation[0].name") != "钟离牧" || again.Get("delegation[0].born") != "1971-04-09" || again.Get("delegation[0].rank") != "division" ||
		again.Get("delegation[1].name") != "端木青" {
		t.Errorf("the lines that can be read are not in: %v", again)
	}
	if left := again.Get("pasted"); !strings.Contains(left, "慕容舟") || strings.Contains(left, "端木青") {
		t.Errorf("left over: %q", left)
	}
	mended := press(t, c, body, "paste", "1", "pasted", strings.ReplaceAll(again.Get("pasted"), "处长级", "县处级正职"))
	if mended.code != http.StatusOK || Form(t, mended.body, "application").Get("delegation[2].born") != "1972-04-09" {
		t.Errorf("after mending the line it is answered %d", mended.code)
	}
}

func TestLinesAreAddedAndTakenOutWithoutScripts(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	page := c.Get("/trips/new").Body.String()
	two := press(t, c, page, "add", "itinerary.stays")
	if !Form(t, two.body, "application").Has("itinerary.stays[1].city") {
		t.Fatal("no second stay is there")
	}
	left := Form(t, press(t, c, two.body, "drop", "itinerary.stays[0]", "itinerary.stays[1].city", "东京").body, "application")
	if left.Has("itinerary.stays[0].city") || left.Get("itinerary.stays[1].city") != "东京" {
		t.Errorf("left: %v", left)
	}
}

func TestADraftChangedInTwoWindowsKeepsBothTexts(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	d := nineDays(t, h)
	page := c.Get("/drafts/" + d.ID).Body.String()
	one, two := Form(t, page, "application"), Form(t, page, "application")
	one.Set("purpose.text", "甲窗口写的")
	one.Set("autosave", "1")
	if r := c.Post("/drafts/"+d.ID, one, "Chancery-Part", "draft"); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), `data-version="2"`) {
		t.Fatalf("the first window is answered %d %s", r.Code, r.Body)
	}
	two.Set("purpose.text", "乙窗口写的")
	auto := url.Values{}
	for name, v := range two {
		auto[name] = v
	}
	auto.Set("autosave", "1")
	if r := c.Post("/drafts/"+d.ID, auto, "Chancery-Part", "draft"); r.Code != http.StatusConflict || !strings.Contains(r.Body.String(), "甲窗口写的") {
		t.Errorf("the second window saves by itself and is answered %d", r.Code)
	}
	two.Set("save", "1")
	r := c.Post("/drafts/"+d.ID, two)
	body := r.Body.String()
	if difference := Element(t, body, "differ"); r.Code != http.StatusConflict || !strings.Contains(difference, "甲窗口写的") || !strings.Contains(difference, "乙窗口写的") {
		t.Fatalf("answered %d: %s", r.Code, difference)
	}
	if Form(t, body, "application").Get("purpose.text") != "乙窗口写的" {
		t.Error("what was typed in the second window is gone")
	}
	copied := press(t, c, body, "save", "copy")
	if copied.code != http.StatusSeeOther || copied.to == "/drafts/"+d.ID {
		t.Fatalf("keeping a second draft is answered %d %s", copied.code, copied.to)
	}
	if list := c.Get("/drafts").Body.String(); !strings.Contains(list, d.ID) || !strings.Contains(list, strings.TrimPrefix(copied.to, "/drafts/")) {
		t.Error("not both drafts are in the list")
	}
	over := press(t, c, body, "save", "1")
	kept, err := h.Desk.Draft(t.Context(), desk.Reader{Person: "zhongli"}, d.ID)
	h.must(err)
	if over.code != http.StatusSeeOther || kept.Sheet.Get("purpose.text") != "乙窗口写的" {
		t.Errorf("saving over it is answered %d, kept %q", over.code, kept.Sheet.Get("purpose.text"))
	}
}

func TestTheItineraryStandsOnACalendarWithItsHolidaysAndAProgrammeByDay(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	page := press(t, c, c.Get("/trips/new").Body.String(), "check", "1", "itinerary.exit", "2026-09-29", "itinerary.entry", "2026-10-02",
		"itinerary.stays[0].place", "JP", "itinerary.stays[0].arrive", "2026-09-29", "itinerary.stays[0].leave", "2026-10-02").body
	drawing := page[strings.Index(page, `class="tlsvg strip"`):]
	label := drawing[:strings.Index(drawing, ">")]
	if !strings.Contains(label, "共 4 天") || !strings.Contains(label, "10/1 国庆") {
		t.Errorf("the drawing is called %s", label)
	}
	sent := Form(t, page, "application")
	halves := 0
	for name := range sent {
		if strings.HasPrefix(name, "itinerary.programme[") && strings.HasSuffix(name, ".kind") {
			halves++
		}
	}
	if halves != 8 {
		t.Errorf("%d half-days are to be filled in, want 8", halves)
	}
	sent.Set("itinerary.exit", "2026-09-30")
	sent.Set("itinerary.programme[0].kind", "official")
	sent.Set("check", "1")
	again := c.Post(Action(t, page, "application"), sent).Body.String()
	if !strings.Contains(Element(t, again, "programme"), "在行程之外") {
		t.Error("a half-day that the trip no longer holds is not marked")
	}
}

func TestAStrangerCannotOpenAnothersDraft(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	d := nineDays(t, h)
	for _, who := range []string{"xiahou", "sikong"} {
		c := h.As(who)
		none := desk.NewDraftID()
		there, absent := c.Get("/drafts/"+d.ID), c.Get("/drafts/"+none)
		plain := func(body, id, request string) string { return strings.NewReplacer(id, "", request, "").Replace(body) }
		if there.Code != http.StatusNotFound || absent.Code != http.StatusNotFound ||
			plain(there.Body.String(), d.ID, there.Header().Get("X-Request-Id")) != plain(absent.Body.String(), none, absent.Header().Get("X-Request-Id")) {
			t.Errorf("%s is answered %d and %d, or otherwise", who, there.Code, absent.Code)
		}
		sent := Form(t, c.Get("/trips/new").Body.String(), "application")
		sent.Set("save", "1")
		if r := c.Post("/drafts/"+d.ID, sent); r.Code != http.StatusNotFound {
			t.Errorf("%s writes in it and is answered %d", who, r.Code)
		}
		if r := c.Post("/drafts/"+d.ID+"/removal", nil); r.Code != http.StatusNotFound {
			t.Errorf("%s removes it and is answered %d", who, r.Code)
		}
		if list := c.Get("/drafts").Body.String(); strings.Contains(list, d.ID) {
			t.Errorf("%s sees it in the list", who)
		}
	}
}

func TestATripBeginsFromAPastOne(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	c := h.As("zhongli")
	moved := Form(t, c.Get("/trips/new?from="+no+"&exit=2026-11-16").Body.String(), "application")
	for name, want := range map[string]string{
		"delegation[2].name": "端木青", "itinerary.exit": "2026-11-16", "itinerary.entry": "2026-11-23", "itinerary.stays[1].arrive": "2026-11-20",
		"itinerary.programme[2].day": "2026-11-17", "inviter.letter.from": "", "notice.from": "",
	} {
		if moved.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, moved.Get(name), want)
		}
	}
	if len(moved["papers"]) > 0 || moved.Has("filed") {
		t.Error("papers or the filing day came along")
	}
	cleared := Form(t, c.Get("/trips/new?from="+no).Body.String(), "application")
	if cleared.Get("itinerary.exit") != "" || cleared.Get("itinerary.stays[0].city") != "东京" {
		t.Error("without a new day the days are not left out, or the stays are")
	}
	if r := h.As("xiahou").Get("/trips/new?from=" + no); r.Code != http.StatusNotFound {
		t.Errorf("a stranger begins from it and is answered %d", r.Code)
	}
}

// approved takes a submitted trip up to its instrument.
func approved(h *House, no string) {
	h.Helper()
	for _, who := range []string{"dongfang", "nangong", "gongye"} {
		h.Agrees(who, no)
	}
	h.Does("dongfang", no, casework.Act{Kind: casework.NoticePosted})
	h.Day("2026-09-23")
	for _, who := range []string{"chunyu", "ouyang"} {
		h.Agrees(who, no)
	}
	h.Does("wenren", no, casework.Act{Kind: casework.ApprovedNow, Text: "同意"})
	h.Does("dongfang", no, casework.Act{Kind: casework.Issued})
}

func TestAReturnedCaseIsMendedInTheSameForm(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	h.Does("dongfang", no, casework.Act{Kind: casework.ReturnedBack, Text: "请补写会谈议题"})
	c := h.As("zhongli")
	r := c.Get("/cases/" + no + "/application")
	page := r.Body.String()
	if r.Code != http.StatusOK || !strings.Contains(page, "请补写会谈议题") {
		t.Fatalf("answered %d, or what is to be mended is not said", r.Code)
	}
	if r := h.As("xiahou").Get("/cases/" + no + "/application"); r.Code != http.StatusNotFound {
		t.Errorf("a stranger is answered %d", r.Code)
	}
	if r := h.As("dongfang").Get("/cases/" + no + "/application"); r.Code != http.StatusForbidden {
		t.Errorf("the officer is answered %d", r.Code)
	}
	if list := c.Get("/drafts").Body.String(); !strings.Contains(list, "/cases/"+no+"/application") {
		t.Error("the list of drafts does not lead to what is to be mended")
	}
	wrong := press(t, c, page, "submit", "1", "itinerary.entry", "2026-10-01")
	if wrong.code != http.StatusUnprocessableEntity || Element(t, wrong.body, "itinerary.entry-err") == "" {
		t.Errorf("a trip that ends before it begins is answered %d, at the field: %q", wrong.code, Element(t, wrong.body, "itinerary.entry-err"))
	}
	kept := press(t, c, page, "save", "1", "purpose.text", "商谈港口岸电合作：议题三项")
	if kept.code != http.StatusSeeOther || !strings.HasPrefix(kept.to, "/cases/"+no+"/application?draft=") {
		t.Fatalf("the draft of a case is answered %d %s", kept.code, kept.to)
	}
	done := press(t, c, c.Get(kept.to).Body.String(), "submit", "1")
	if done.code != http.StatusSeeOther || done.to != "/cases/"+no {
		t.Fatalf("answered %d %s", done.code, done.to)
	}
	view, err := h.Desk.Case(t.Context(), desk.Reader{Person: "zhongli"}, no)
	h.must(err)
	if view.State != casework.Active || form.Get[travel.Purpose](view.Application.Answers, "purpose").Text != "商谈港口岸电合作：议题三项" {
		t.Errorf("state %s, %v", view.State, view.Application.Answers["purpose"])
	}
	if drafts, err := h.Desk.Drafts(t.Context(), desk.Reader{Person: "zhongli"}); err != nil || len(drafts) != 0 {
		t.Errorf("%d drafts are left, %v", len(drafts), err)
	}
}

func TestACaseSubmittedAgainUnchangedGoesBackToWhereItWasReturnedFrom(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	h.Agrees("dongfang", no)
	h.Does("nangong", no, casework.Act{Kind: casework.ReturnedBack, Text: "请在批注中说明"})
	c := h.As("zhongli")
	if r := press(t, c, c.Get("/cases/"+no+"/application").Body.String(), "submit", "1"); r.code != http.StatusSeeOther {
		t.Fatalf("answered %d %s", r.code, Element(t, r.body, "faults"))
	}
	view, err := h.Desk.Case(t.Context(), desk.Reader{Person: "zhongli"}, no)
	h.must(err)
	if view.Case.Step != "reviews" || view.Case.Round != 1 {
		t.Errorf("it stands at %s in round %d", view.Case.Step, view.Case.Round)
	}
}

func TestWhoMendsACaseThatMovedMeanwhileIsToldAndKeepsTheText(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	h.Does("dongfang", no, casework.Act{Kind: casework.ReturnedBack, Text: "请补写会谈议题"})
	c := h.As("zhongli")
	page := c.Get("/cases/" + no + "/application").Body.String()
	h.Does("dongfang", no, casework.Act{Kind: casework.Commented, Text: "议题至少三项"})
	late := press(t, c, page, "submit", "1", "purpose.text", "写了很久的议题")
	if late.code != http.StatusConflict || !strings.Contains(Element(t, late.body, "faults"), "议题至少三项") {
		t.Fatalf("answered %d: %s", late.code, Element(t, late.body, "faults"))
	}
	if Form(t, late.body, "application").Get("purpose.text") != "写了很久的议题" {
		t.Error("what was typed is gone")
	}
	if again := press(t, c, late.body, "submit", "1"); again.code != http.StatusSeeOther {
		t.Errorf("signing again is answered %d", again.code)
	}
}

func TestAChangeOfAnApprovedTripIsAskedForInTheSameForm(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	approved(h, no)
	c := h.As("zhongli")
	r := c.Get("/cases/" + no + "/change")
	if r.Code != http.StatusOK {
		t.Fatalf("answered %d %s", r.Code, Element(t, r.Body.String(), "m"))
	}
	bare := press(t, c, r.Body.String(), "submit", "1", "inviter.name", "Suzuki Akira")
	if bare.code != http.StatusUnprocessableEntity || Element(t, bare.body, "why-err") == "" {
		t.Errorf("without a reason it is answered %d", bare.code)
	}
	asked := press(t, c, bare.body, "submit", "1", "why", "对方换人", "ground", "route")
	if asked.code != http.StatusSeeOther {
		t.Fatalf("answered %d %s", asked.code, Element(t, asked.body, "faults"))
	}
	view, err := h.Desk.Case(t.Context(), desk.Reader{Person: "zhongli"}, no)
	h.must(err)
	if view.Case.Change == nil || view.Case.Change.Why != "对方换人" {
		t.Errorf("no change is under way: %+v", view.Case.Change)
	}
}

func TestAGiftAndAPositionHaveTheirFormsFromTheSameMachinery(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	c := h.As("zhongli")
	gift := press(t, c, c.Get("/cases/new/gift-received").Body.String(), "submit", "1", "gift.what", "瓷盘", "gift.kind", "object", "gift.giver", "哈尔堡港务局",
		"gift.receiver", "钟离牧", "gift.received", "2026-09-10", "gift.value.amount", "320", "gift.value.currency", "CNY", "gift.disposal", "handed-over")
	if gift.code != http.StatusSeeOther || !strings.HasPrefix(gift.to, "/cases/GIFT-2026-") {
		t.Errorf("the gift is answered %d %s %s", gift.code, gift.to, Element(t, gift.body, "faults"))
	}
	position := press(t, c, c.Get("/cases/new/position").Body.String(), "submit", "1", "matter.title", "岸电标准口径", "matter.text", "拟同意互认", "circulation.asked", "市水务局\r\n市经信局")
	if position.code != http.StatusSeeOther || !strings.HasPrefix(position.to, "/cases/POS-2026-") {
		t.Errorf("the position is answered %d %s %s", position.code, position.to, Element(t, position.body, "faults"))
	}
}

// earlier is the library in which splitting a group is asked about when it is submitted, and not only when it is decided.
type earlier struct{ fs.FS }

func (e earlier) Open(name string) (fs.File, error) {
	if name != "rulebooks/cn-national/articles/OUT-06.yaml" {
		return e.FS.Open(name)
	}
	data, err := fs.ReadFile(e.FS, name)
	if err != nil {
		return nil, err
	}
	text := strings.Replace(string(data), "gate: approval", "gate: application", 1)
	return fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}}.Open(name)
}

// under gives the office of a house a desk with another library, over a new store.
func under(h *House, data fs.FS) *House {
	h.Helper()
	lib, err := desk.LoadLibrary(data)
	h.must(err)
	s, err := store.Open(h.Context(), foldertest.Fresh(h), h.clock)
	h.must(err)
	h.Cleanup(func() { _ = s.Close() })
	names, err := fs.ReadFile(data, "demo/office.yaml")
	h.must(err)
	o, err := office.Read("office.yaml", names)
	h.must(err)
	other := &House{T: h.T, Desk: desk.New(desk.Kept(s), lib), now: h.clock()}
	h.must(other.Desk.Found(h.Context(), o))
	return other
}

func TestThePrecheckNamesNoCaseOutOfSight(t *testing.T) {
	t.Parallel()
	h := under(Open(t, "2026-09-14"), earlier{library.FS})
	no := h.Files()
	view, err := h.Desk.Case(t.Context(), desk.Reader{Person: "zhongli"}, no)
	h.must(err)
	a := view.Application
	four := slices.Clone(form.Get[[]travel.Member](a.Answers, "delegation"))
	for i := range four {
		four[i].Name = "别人" + strconv.Itoa(i)
	}
	other := form.Application{Procedure: a.Procedure, Unit: a.Unit, Answers: maps.Clone(a.Answers)}
	other.Answers["delegation"] = append(four, travel.Member{Name: "另一人", Rank: "staff"})
	for who, sees := range map[office.PersonID]bool{"zhongli": true, "xiahou": false} {
		pre, err := h.Desk.Precheck(t.Context(), desk.Reader{Person: who}, "", other)
		h.must(err)
		i := slices.IndexFunc(pre.Answer.Findings, func(f rule.Finding) bool { return f.Rule == "OUT-06" })
		if i < 0 || pre.Answer.Findings[i].Status != rule.Judge {
			t.Fatalf("%s: the other filing is not counted", who)
		}
		body, err := json.Marshal(pre)
		h.must(err)
		if strings.Contains(string(body), no) != sees {
			t.Errorf("%s reads the number of the other case: %v", who, !sees)
		}
	}
}

// TestThePrecheckCountsWhatItDoesNotShow: a trip that lies out of the reader's sight is counted in the history of a person, and neither its case nor its days are told.
func TestThePrecheckCountsWhatItDoesNotShow(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Files()
	approved(h, no)
	for who, sees := range map[string]bool{"zhongli": true, "xiahou": false} {
		c := h.As(who)
		page := press(t, c, c.Get("/trips/new").Body.String(), "check", "1", "delegation[0].name", "钟离牧", "itinerary.exit", "2026-12-07", "itinerary.entry", "2026-12-11").body
		note := Element(t, page, "delegation[0]-note")
		if !strings.Contains(note, "1 次") || strings.Contains(note, "2026-10-15") != sees {
			t.Errorf("%s reads %q", who, note)
		}
		if !sees && strings.Contains(page, no) {
			t.Errorf("%s reads the number of the case", who)
		}
	}
}
