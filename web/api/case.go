package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
	"chancery/desk"
)

// caseList is one page of cases.
type caseList struct {
	Cases []desk.CaseLine `json:"cases"`
	Next  string          `json:"next,omitempty" doc:"The cursor of the page that follows; absent on the last."`
}

// caseCounts counts the cases in sight by their state.
type caseCounts struct {
	All    int            `json:"all"`
	States map[string]int `json:"states"`
}

// caseBody is a case with all that the caller may see of it.
type caseBody struct {
	No               string           `json:"no"`
	Number           text.Text        `json:"number"`
	Procedure        string           `json:"procedure"`
	ProcedureTitle   text.Text        `json:"procedure_title"`
	ProcedureVersion int              `json:"procedure_version"`
	Version          int              `json:"version"`
	Title            string           `json:"title"`
	Unit             string           `json:"unit"`
	Applicant        office.PersonID  `json:"applicant"`
	Filed            calendar.Day     `json:"filed"`
	FirstSubmitted   calendar.Instant `json:"first_submitted,omitempty"`
	Mark             office.Mark      `json:"mark,omitempty"`
	State            casework.State   `json:"state"`
	Outcome          casework.Outcome `json:"outcome,omitempty"`
	Step             string           `json:"step"`
	StepTitle        text.Text        `json:"step_title"`
	Since            calendar.Instant `json:"since"`
	Round            int              `json:"round"`
	Holders          []desk.Holder    `json:"holders"`
	Steps            []desk.StepView  `json:"steps"`
	// Application is what was filed, as its file has it.
	Application json.RawMessage       `json:"application"`
	Hidden      []string              `json:"hidden,omitempty" doc:"Parts of the application that the caller may not see; they are not in it."`
	Checked     *checkedBody          `json:"checked,omitempty"`
	Slots       []casework.Slot       `json:"slots,omitempty"`
	Opinions    []casework.Opinion    `json:"opinions,omitempty"`
	Notice      *casework.NoticeRun   `json:"notice,omitempty"`
	Objections  []casework.Objection  `json:"objections,omitempty"`
	Decisions   []casework.Decision   `json:"decisions,omitempty"`
	Conditions  []casework.Condition  `json:"conditions,omitempty"`
	External    *casework.External    `json:"external,omitempty"`
	Instrument  text.Text             `json:"instrument,omitzero"`
	Voided      []text.Text           `json:"voided,omitempty"`
	Duties      []casework.Duty       `json:"duties,omitempty"`
	Skipped     []casework.Skip       `json:"skipped,omitempty"`
	Change      *changeBody           `json:"change,omitempty"`
	Departed    calendar.Day          `json:"departed,omitempty"`
	Home        calendar.Day          `json:"home,omitempty"`
	Homecomings []casework.Homecoming `json:"homecomings,omitempty"`
	Settled     *casework.Settlement  `json:"settled,omitempty"`
	Archive     procedure.Archive     `json:"archive,omitempty"`
	Copied      []office.PersonID     `json:"copied,omitempty"`
	Attachments []casework.Attachment `json:"attachments,omitempty"`
	Log         []desk.LogLine        `json:"log"`
	// People names those whom the case mentions.
	People map[office.PersonID]string `json:"people"`
}

// checkedBody is what the rules said of a case.
type checkedBody struct {
	Gate     rule.Gate      `json:"gate"`
	Day      calendar.Day   `json:"day"`
	Today    calendar.Day   `json:"today"`
	Verdict  rule.Status    `json:"verdict"`
	Books    []rule.BookRef `json:"books"`
	Findings []rule.Finding `json:"findings"`
	Digest   string         `json:"digest"`
}

// changeBody is a change of an approved case that is under way.
type changeBody struct {
	Why       string           `json:"why"`
	Ground    string           `json:"ground,omitempty"`
	Requested calendar.Instant `json:"requested"`
}

// doneBody is what a filing or an act is answered: the case as it stood when it was done.
type doneBody struct {
	No         string           `json:"no"`
	Number     text.Text        `json:"number"`
	Version    int              `json:"version"`
	State      casework.State   `json:"state"`
	Outcome    casework.Outcome `json:"outcome,omitempty"`
	Step       string           `json:"step"`
	Digest     string           `json:"digest" doc:"SHA-256 of the application as it stands."`
	Instrument text.Text        `json:"instrument,omitzero"`
	Stops      int              `json:"stops,omitempty" doc:"How often the rules stopped a submission of the case, because of a stop or of something missing; that is an answer, and the case stays with its applicant."`
}

func doneOf(c casework.Case) doneBody {
	return doneBody{
		No: c.No, Number: c.Number, Version: c.Version, State: c.State, Outcome: c.Outcome, Step: c.Step, Digest: c.Digest,
		Instrument: c.Instrument, Stops: c.Stops,
	}
}

// The most cases on one page, and how many there are where nobody says.
const (
	pageMost  = 200
	pageUsual = 50
)

func (d *Door) caseOperations() []operation {
	state := parameter{name: "state", say: say("状态", "State"), schema: ruleWords[casework.State]()}
	narrow := []parameter{
		{name: "procedure", say: say("程序", "Procedure")}, state, {name: "unit", say: say("单位", "Unit")},
	}
	return []operation{
		{
			method: http.MethodGet, path: "/api/cases", id: "list-cases", scope: account.ScopeRead, say: say("列出可见案件，新的在前", "List the cases in sight, the newest first"),
			query: append([]parameter{
				{name: "q", say: say("标题或编号中的字", "Words of the title or the number")},
				{name: "cursor", say: say("上一页给出的续页标记", "The cursor that the page before gave")},
				{name: "limit", say: say("一页几件，1 至 200，默认 50", "How many on a page, 1 to 200; else 50"), schema: &huma.Schema{Type: huma.TypeInteger}},
			}, narrow...),
			answer: reflect.TypeFor[caseList](), do: d.listCases,
		},
		{
			method: http.MethodGet, path: "/api/counts", id: "count-cases", scope: account.ScopeRead, say: say("按状态清点可见案件", "Count the cases in sight by state"),
			query: narrow, answer: reflect.TypeFor[caseCounts](), do: d.countCases,
		},
		{
			method: http.MethodPost, path: "/api/cases", id: "file", scope: account.ScopeFile, repeatable: true, say: say("立案：送来申请，得到编号", "File a case: send the application, get its number"),
			query: []parameter{{name: "title", say: say("列表中的名称", "How the case is called in lists")}},
			body:  d.schemas.application(), answer: reflect.TypeFor[doneBody](), status: http.StatusCreated, tagged: true, do: d.file,
		},
		{
			method: http.MethodGet, path: "/api/cases/{no}", id: "show-case", scope: account.ScopeRead, say: say("读一个案件", "Read a case"),
			answer: reflect.TypeFor[caseBody](), tagged: true, do: d.showCase,
		},
		{
			method: http.MethodGet, path: "/api/cases/{no}/allowed", id: "list-allowed", scope: account.ScopeRead, say: say("列出现在可以办理的动作", "List what the caller may do in the case now"),
			answer: reflect.TypeFor[allowedBody](), tagged: true, do: d.allowed,
		},
	}
}

func filterOf(c *call) casework.Filter {
	return casework.Filter{Procedure: c.query("procedure"), State: c.query("state"), Unit: c.query("unit")}
}

func (d *Door) listCases(c *call) (any, error) {
	s := desk.Search{Filter: filterOf(c), Words: strings.TrimSpace(c.query("q"))}
	s.Filter.Limit = pageUsual
	if asked := c.query("limit"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 || n > pageMost {
			return nil, invalid("limit", "limit 是 1 至 {n} 的整数", "limit is a whole number from 1 to {n}", text.Args{"n": pageMost})
		}
		s.Filter.Limit = n
	}
	if cursor := c.query("cursor"); cursor != "" {
		behind, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil || len(behind) == 0 {
			behind = []byte{0} // no case has this number: refused like one that is out of sight
		}
		s.Behind = string(behind)
	}
	found, err := d.desk.Find(c.r.Context(), c.reader, s)
	if err != nil {
		return nil, err
	}
	out := caseList{Cases: found.Lines}
	if n := len(found.Lines); found.More && n > 0 {
		out.Next = base64.RawURLEncoding.EncodeToString([]byte(found.Lines[n-1].No))
	}
	return out, nil
}

func (d *Door) countCases(c *call) (any, error) {
	counts, err := d.desk.CountCases(c.r.Context(), c.reader, filterOf(c))
	if err != nil {
		return nil, err
	}
	out := caseCounts{States: map[string]int{}}
	for state, n := range counts {
		out.States[string(state)] = n
		out.All += n
	}
	return out, nil
}

// file files what was sent. The file is read as `chancery case file` reads it.
func (d *Door) file(c *call) (any, error) {
	data, err := c.text()
	if err != nil {
		return nil, err
	}
	a, err := d.desk.Library().ReadApplication("", data)
	if err != nil {
		return nil, err
	}
	filed, err := d.desk.File(c.r.Context(), c.reader.Actor(), desk.Filing{Application: a, Title: c.query("title"), Request: c.r.Header.Get("Idempotency-Key")})
	if err != nil {
		return nil, err
	}
	c.w.Header().Set("Location", "/api/cases/"+url.PathEscape(filed.No))
	c.w.Header().Set("ETag", etag(filed.Version))
	return doneOf(filed), nil
}

func (d *Door) showCase(c *call) (any, error) {
	v, err := d.desk.Case(c.r.Context(), c.reader, c.r.PathValue("no"))
	if err != nil {
		return nil, err
	}
	application, err := v.Application.Canonical()
	if err != nil {
		return nil, err
	}
	k := v.Case
	out := caseBody{
		No: k.No, Number: k.Number, Procedure: k.Procedure, ProcedureTitle: v.Procedure, ProcedureVersion: k.ProcedureVersion, Version: k.Version,
		Title: k.Title, Unit: k.Unit, Applicant: k.Applicant, Filed: k.Filed, FirstSubmitted: k.FirstSubmitted, Mark: k.Mark, State: k.State,
		Outcome: k.Outcome, Step: k.Step, StepTitle: v.Step, Since: k.Since, Round: k.Round, Holders: v.Holders, Steps: v.Steps,
		Application: application, Hidden: v.Hidden, Slots: k.Slots, Opinions: k.Opinions, Notice: k.Notice, Objections: k.Objections,
		Decisions: k.Decisions, Conditions: k.Conditions, External: k.External, Instrument: k.Instrument, Voided: k.Voided, Duties: k.Checklist(),
		Skipped: k.Skipped, Departed: k.Departed, Home: k.Home, Homecomings: k.Homecomings, Settled: k.Settled, Archive: k.Archive,
		Copied: k.Copied, Attachments: k.Attachments, Log: v.Log, People: v.People,
	}
	if x := v.Checked; x != nil {
		out.Checked = &checkedBody{Gate: x.Gate, Day: x.Day, Today: x.Today, Verdict: x.Verdict, Books: x.Books, Findings: x.Findings, Digest: x.Digest}
	}
	if x := k.Change; x != nil {
		out.Change = &changeBody{Why: x.Why, Ground: x.Ground, Requested: x.Requested}
	}
	c.w.Header().Set("ETag", etag(k.Version))
	return out, nil
}

// allowedBody is what the caller may do in a case now: each act with the address at which it is done.
type allowedBody struct {
	Version int           `json:"version"`
	Acts    []allowedLine `json:"acts"`
}

type allowedLine struct {
	Kind   casework.Kind `json:"kind"`
	Slot   string        `json:"slot,omitempty"`
	Number *int          `json:"number,omitempty"`
	Href   string        `json:"href"`
}

func (d *Door) allowed(c *call) (any, error) {
	no := c.r.PathValue("no")
	version, err := d.desk.Version(c.r.Context(), c.reader, no)
	if err != nil {
		return nil, err
	}
	may, err := d.desk.Allowed(c.r.Context(), c.reader.Actor(), no)
	if err != nil {
		return nil, err
	}
	out := allowedBody{Version: version, Acts: []allowedLine{}}
	for _, m := range may {
		if m.Kind == casework.Attached {
			out.Acts = append(out.Acts, allowedLine{Kind: m.Kind, Href: "/api/cases/" + url.PathEscape(no) + "/attachments"})
		}
		for _, a := range acts() {
			if a.kind != m.Kind {
				continue
			}
			line := allowedLine{Kind: m.Kind, Slot: m.Slot, Href: "/api/cases/" + url.PathEscape(no) + a.route}
			if m.Kind == casework.Answered || m.Kind == casework.ObjectionSettled {
				line.Number = &m.Number
			}
			out.Acts = append(out.Acts, line)
		}
	}
	c.w.Header().Set("ETag", etag(version))
	return out, nil
}

// stale answers somebody who saw another version than the present one; any other error stays as it is.
func (d *Door) stale(c *call, no string, err error) error {
	faults := fault.All(err)
	if len(faults) == 0 || faults[0].Kind != fault.Conflict || faults[0].Field != "version" {
		return err
	}
	version, lost := d.desk.Version(c.r.Context(), c.reader, no)
	if lost != nil {
		return lost
	}
	r := refuse(http.StatusPreconditionFailed, "stale", "If-Match", faults[0].Text)
	r.version = version
	return r
}
