package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"chancery/affairs/travel"
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/place"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
	"chancery/library"
	"chancery/web"
)

// whatElse is what the pages of the tests do not ask.
type whatElse = web.Cases

// world is a small office that answers what the pages ask.
type world struct {
	whatElse
	title string // of every case
	fail  error  // what the cases answer instead
	panic bool
}

func day(s string) calendar.Day { return calendar.MustDay(s) }

func say(zh, en string) text.Text { return text.Text{ZH: zh, EN: en} }

func instant(s string) calendar.Instant {
	var i calendar.Instant
	if err := i.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return i
}

func (w world) aCase() casework.Case {
	due := calendar.Derivation{Calendar: "cn", From: day("2026-10-14"), Count: 5, Unit: calendar.WorkingDays, Due: day("2026-10-21")}
	return casework.Case{
		No: "2026-0398", Number: say("出〔2026〕398", "OUT-2026-398"), Procedure: "outbound-trip", ProcedureVersion: 1,
		Title: w.title, Unit: "市港航局", Applicant: "zhongli", Filed: day("2026-09-28"), State: casework.Active, Step: "approve",
		Since: instant("2026-10-14T08:05:00Z"), Post: "deputy", Due: &due, Filing: json.RawMessage(compliant()),
		Opinions: []casework.Opinion{
			{
				Step: "review", Title: say("外事监督处", "Supervision Division"), Stance: procedure.Reservation, Text: "罗森港三日中，仅一日与任务直接相关。",
				By: office.Actor{Person: "ouyang", Post: "supervision"}, At: instant("2026-10-14T03:20:00Z"), Answer: "港区参观为岸电设施现场。",
			},
			{
				Step: "review", Title: say("出国管理处", "Trips Division"), Stance: procedure.Agree, Text: "同意。",
				By: office.Actor{Person: "dongfang"}, At: instant("2026-10-14T08:05:00Z"),
			},
		},
	}
}

// checked is what the rules said of the case.
func (w world) checked() *casework.Checked {
	return &casework.Checked{Gate: rule.Approval, Day: day("2026-09-28"), Today: day("2026-10-14"), Verdict: rule.Judge, Findings: []rule.Finding{
		finding("OUT-08", rule.Judge, say("11月17日的港区参观是不是任务的一部分", "Is the port visit of 17 Nov part of the task")),
		finding("OUT-02", rule.OK, say("在外 8 天，上限 8 天", "8 days abroad, at most 8")),
	}}
}

func finding(id string, s rule.Status, words text.Text) rule.Finding {
	return rule.Finding{
		Rule: id, Status: s, Gate: rule.Approval, Say: words, How: say("两国最多 8 天", "two countries: at most 8 days"),
		Measured: &rule.Quantity{Value: "8", Unit: "day"}, Limit: &rule.Quantity{Value: "8", Unit: "day"},
		Cite: rule.Cite{
			Book: "cn-national", Document: "中办发〔2013〕16号", Article: "第九条", Title: say("国家数与天数", "Countries and days"),
			InForceFrom: day("2013-12-31"), AssumedDay: true, Confidence: "L",
		},
	}
}

func (w world) line(c casework.Case) desk.CaseLine {
	l := desk.CaseLine{
		No: c.No, Number: c.Number, Procedure: c.Procedure, Title: c.Title, Unit: c.Unit, State: c.State,
		Step: say("审批", "Approval"), Filed: c.Filed, Today: day("2026-10-15"),
	}
	if !c.State.Ended() {
		l.Holders = []desk.Holder{{Task: say("审批", "Approval"), Post: say("副主任", "Deputy director"), People: []string{"闻人澜"}, Since: c.Since, Due: c.Due, LeftDays: 4}}
	}
	return l
}

func (w world) Cases(_ context.Context, _ desk.Reader, f casework.Filter) ([]desk.CaseLine, error) {
	if w.panic {
		panic("the roof is falling in")
	}
	if w.fail != nil {
		return nil, w.fail
	}
	refused := w.aCase()
	refused.No, refused.Number, refused.State = "2026-0371", say("出〔2026〕371", "OUT-2026-371"), casework.Refused
	if f.State == string(casework.Refused) {
		return []desk.CaseLine{w.line(refused)}, nil
	}
	return []desk.CaseLine{w.line(w.aCase()), w.line(refused)}, nil
}

func (w world) Tally(context.Context, desk.Reader, casework.Filter) (casework.Tally, error) {
	if w.panic {
		panic("the roof is falling in")
	}
	return casework.Tally{Of: map[casework.State]casework.Count{casework.Active: {All: 1}, casework.Refused: {All: 1}}}, w.fail
}

func (w world) CaseFor(ctx context.Context, reader desk.Reader, no string) (desk.CaseView, desk.Choices, error) {
	v, err := w.Case(ctx, reader, no)
	return v, desk.Choices{}, err
}

func (w world) WaitingFor(context.Context, desk.Reader) (int, error) { return 2, w.fail }

func (w world) Today(_ context.Context, _ desk.Reader, part desk.DayPart) (desk.Today, error) {
	return desk.Today{
		Day: day("2026-10-15"), List: part.List, Lines: []desk.CaseLine{w.line(w.aCase())}, Counts: map[casework.List]int{casework.ToDo: 1}, Due: 1,
		Week: []desk.DayAhead{{Day: day("2026-10-15"), Due: 1}, {Day: day("2026-10-16")}},
	}, nil
}

func (w world) CaseNo(written string) string { return written }

func (w world) Case(_ context.Context, _ desk.Reader, no string) (desk.CaseView, error) {
	c := w.aCase()
	if no != c.No {
		return desk.CaseView{}, fault.New(fault.NotFound, "no", say("没有这个案号的案件", "there is no case of this number"))
	}
	app, err := w.ReadApplication(no, c.Filing)
	if err != nil {
		return desk.CaseView{}, err
	}
	return desk.CaseView{
		Checked:  w.checked(),
		CaseLine: w.line(c), Case: c, Application: app, Procedure: say("因公临时出国（境）", "Official trip abroad"),
		Steps: []desk.StepView{
			{ID: "apply", Title: say("申请", "Application"), Done: true, Day: day("2026-09-28")},
			{ID: "review", Title: say("初审", "First review"), Done: true, Day: day("2026-09-30")},
			{
				ID: "approve", Title: say("审批", "Approval"), Current: true, Day: day("2026-10-14"), Article: "cn-national/OUT-02",
				Why: say("按干部管理权限，由分管领导审批", "The leader in charge decides by the traveller's rank"),
			},
			{ID: "close", Title: say("办结", "Closing")},
		},
		Log: []desk.LogLine{
			{Entry: 47902, Kind: casework.Filed, At: instant("2026-09-28T01:00:00Z"), Person: "钟离牧"},
			{Entry: 48151, Kind: casework.Countersigned, At: instant("2026-10-14T03:20:00Z"), Person: "欧阳序", Stance: procedure.Reservation},
		},
		People:    map[office.PersonID]string{"dongfang": "东方既白", "wenren": "闻人澜", "ouyang": "欧阳序", "zhongli": "钟离牧"},
		LastEntry: 48213,
	}, nil
}

func (w world) ReadApplication(file string, data []byte) (form.Application, error) {
	return form.Read(file, data, func(p string) (form.Form, bool) {
		return form.Form{Procedure: p, Blocks: travel.Blocks()}, p == "outbound-trip"
	})
}

// Check stops what is longer than eight days and finds the way back to eight.
func (w world) Check(a form.Application, o desk.CheckOptions) (rule.Answer, error) {
	days := travel.DaysAbroad(form.Get[travel.Itinerary](a.Answers, "itinerary"))
	answer := rule.Answer{
		Procedure: a.Procedure, Day: a.Filed, Gate: o.Gate, Verdict: rule.OK, Books: []rule.BookRef{{Name: "cn-national", Edition: "2013"}},
		Findings: []rule.Finding{finding("OUT-02", rule.OK, say("在外 8 天，上限 8 天", "8 days abroad, at most 8"))},
		Later:    []rule.Later{{Rule: "DOC-02", Gate: rule.Return, Asks: say("回国后 7 天内交回证照", "documents back within 7 days")}},
		Drafts:   []rule.Draft{{Rule: "TWN-09", Title: say("待核实的一条", "an unconfirmed article")}},
		Derived: travel.Derived{
			DaysAbroad: days, Places: []place.Code{"JP", "KR"}, SubstantiveShare: "0.83",
			Allowance: []travel.Allowance{{Name: "钟离牧", Currency: "JPY", Food: "80000", Misc: "40000", LodgingCap: "90000", Edition: "2018"}},
		},
	}
	if days > 8 {
		stopped := finding("OUT-02", rule.Stop, say("在外 9 天，上限 8 天", "9 days abroad, at most 8"))
		stopped.Measured = &rule.Quantity{Value: "9", Unit: "day"}
		answer.Verdict, answer.Findings = rule.Stop, []rule.Finding{stopped}
		answer.Alternatives = []rule.Alternative{{
			Changes: []rule.PatchOp{
				{Op: "replace", Path: "/itinerary/entry", Value: "2026-10-22"},
				{Op: "replace", Path: "/itinerary/stays/1/leave", Value: "2026-10-22"},
				{Op: "remove", Path: "/itinerary/programme/17"},
				{Op: "remove", Path: "/itinerary/programme/16"},
			},
			Say: say("缩短 1 天，在外 8 天", "1 day shorter: 8 days abroad"), Verdict: rule.OK, Cost: map[string]int{"days": -1},
		}}
	}
	return answer, nil
}

// shelf is the world's rulebooks; its Find is not that of the places.
type shelf struct{}

func (shelf) All() []rule.Book {
	return []rule.Book{{
		Name: "cn-national", Title: say("因公临时出国（境）国家规定", "Official trips abroad: national rules"), Issuer: say("中央和国家机关", "central bodies"), Level: rule.National,
		Procedure: "outbound-trip",
		Articles: []rule.Article{{
			ID: "OUT-02", Title: say("国家数与天数", "Countries and days"), Kind: "limit", Gate: rule.Approval, Scope: "case",
			Text:    say("每次出访不超过三国，在外不超过十天。\n两国不超过八天。", "At most three countries and ten days.\nTwo countries: at most eight days."),
			Measure: &rule.Measure{Value: "trip.days", Limit: "param.days_two", Unit: "day"},
			Editions: []rule.Edition{
				{From: day("2008-01-01"), Until: day("2013-12-30"), Document: "中办发〔2008〕9号", Article: "第三条", Confidence: "L", AssumedDay: true, Source: "省级实施办法"},
				{From: day("2013-12-31"), Document: "中办发〔2013〕16号", Article: "第九条", Confidence: "L", AssumedDay: true, Source: "省级实施办法"},
			},
		}},
		Parameters: []rule.Parameter{{
			Name: "days_two", Title: say("两国天数", "Days for two countries"), Unit: "day", Tighter: "lower",
			Values: []rule.Value{{From: day("2008-01-01"), Value: 10, Source: "2008 年版", Confidence: "L"}, {From: day("2013-12-31"), Value: 8, Source: "2013 年版", Confidence: "L"}},
		}},
	}}
}

func (s shelf) Find(name string) (rule.Book, bool) { return s.All()[0], name == "cn-national" }

type atlas struct{}

func (atlas) Find(c place.Code) (place.Place, bool) {
	names := map[place.Code]text.Text{"JP": say("日本", "Japan"), "KR": say("韩国", "Republic of Korea")}
	name, ok := names[c]
	return place.Place{Code: c, Name: name}, ok
}

// atDesk lets one officer in, whom the requests of get and post carry the token of.
type atDesk struct{ everythingElse }

type everythingElse = web.Accounts

func (atDesk) Signed(_ context.Context, token string) (desk.Reader, error) {
	if token != "officer" {
		return desk.Reader{}, fault.New(fault.SignedOut, "", say("尚未登录", "nobody is signed in"))
	}
	return desk.Reader{Person: "dongfang", Account: "a1", Session: "s1", Name: say("东方既白", "Dongfang Jibai"), Post: say("出国管理处", "Trips Division")}, nil
}

// signedIn puts the officer's token beside the cookies that a request has.
func signedIn(r *http.Request) *http.Request {
	r.AddCookie(&http.Cookie{Name: "chancery", Value: "officer"})
	return r
}

// closed is what the small office does not have; nothing there is asked for, but preferences are taken.
type closed struct {
	web.Registers
	web.Office
	web.Figures
}

func (closed) Prefer(context.Context, desk.Reader, account.Preferences) error { return nil }

func (closed) Citing(context.Context, desk.Reader, string, string) (desk.Citing, error) {
	return desk.Citing{All: true}, nil
}

// calledAs are the words of the house; no place is among them.
func calledAs(t *testing.T) form.Words {
	t.Helper()
	said, err := text.ReadCatalogue(library.FS, "words")
	if err != nil {
		t.Fatal(err)
	}
	return form.NewWords(said, place.Join())
}

// open opens a site on a world; logged receives what it logs.
func open(t *testing.T, w world, logged io.Writer, change ...func(*web.Config)) *web.Site {
	t.Helper()
	if w.title == "" {
		w.title = "市港航局赴日本、韩国商谈岸电合作"
	}
	if logged == nil {
		logged = io.Discard
	}
	c := web.Config{
		Cases: w, Checks: w, Rules: shelf{}, Places: atlas{}, Words: calledAs(t), Today: func() calendar.Day { return day("2026-10-15") },
		Accounts: atDesk{}, Registers: closed{}, Office: closed{}, Figures: closed{}, Own: closed{}, Log: slog.New(slog.NewTextHandler(logged, nil)),
	}
	for _, f := range change {
		f(&c)
	}
	s, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func get(t *testing.T, s http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, signedIn(r))
	return rec
}

func post(t *testing.T, s http.Handler, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, signedIn(r))
	return rec
}

func contains(t *testing.T, body string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func compliant() []byte {
	var b bytes.Buffer
	_ = json.Compact(&b, []byte(`{"procedure":"outbound-trip","filed":"2026-10-08","purpose":{"kind":"negotiation","text":"商谈港口岸电合作"},
		"delegation":[{"name":"钟离牧"}],"itinerary":{"exit":"2026-10-15","entry":"2026-10-22","stays":[
		{"place":"JP","city":"东京","arrive":"2026-10-15","leave":"2026-10-19"},{"place":"KR","city":"首尔","arrive":"2026-10-19","leave":"2026-10-22"}]}}`))
	return b.Bytes()
}
