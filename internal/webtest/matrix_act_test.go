package webtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/core/office"
	"chancery/desk"
)

// may is who may do an act: persons by their login, in the order of kindsOfPersons.
type may map[casework.Kind][]string

// standing is a place in the life of a trip: how it comes there, who sees it there, and who may do what.
type standing struct {
	zh    string
	comes func(h *House, no string)
	sees  []string
	may   may
}

func list(words string) []string { return strings.Fields(words) }

// standings are the life of one trip. The rights are written here as the office's rules say them, and are not asked of the
// program: an act that is not named is nobody's.
func standings() []standing {
	const always = "zhongli dongfang nangong ouyang wenren sikong"
	remark := func(h *House, _ string) { h.Later(6 * time.Minute) } // what was done before can no longer be recalled
	return []standing{
		{"未报送", remark, list("zhongli"), may{
			casework.Submitted: list("zhongli"), casework.WithdrawnNow: list("zhongli"), casework.Attached: list("zhongli"), casework.Commented: list("zhongli"),
		}},
		{"初审", func(h *House, no string) {
			h.Does("zhongli", no, casework.Act{Kind: casework.Submitted})
			h.Does("dongfang", no, casework.Act{Kind: casework.Commented, Text: "请阅", Persons: personIDs("huangfu")})
			remark(h, no)
		}, list(always + " huangfu"), may{
			casework.ReturnedBack: list("dongfang"), casework.Countersigned: list("dongfang"), casework.SignerAdded: list("dongfang"),
			casework.Reassigned: list("dongfang"), casework.Corrected: list("dongfang"), casework.WithdrawnNow: list("zhongli"),
			casework.Attached: list("zhongli dongfang"), casework.Commented: list(always + " huangfu"),
		}},
		{"审核", func(h *House, no string) { h.Agrees("dongfang", no); remark(h, no) }, list(always + " gongye huangfu"), may{
			casework.ReturnedBack: list("dongfang nangong gongye"), casework.Countersigned: list("nangong gongye"),
			casework.SignerAdded: list("dongfang nangong gongye"), casework.SignerRemoved: list("dongfang"), casework.Reassigned: list("dongfang nangong gongye"),
			casework.Answered: list("zhongli dongfang"), casework.Corrected: list("dongfang"), casework.WithdrawnNow: list("zhongli"),
			casework.Attached: list("zhongli dongfang nangong gongye"), casework.Commented: list(always + " gongye huangfu"),
		}},
		{"公示中", func(h *House, no string) {
			h.Agrees("nangong", no)
			h.Agrees("gongye", no)
			h.Does("dongfang", no, casework.Act{Kind: casework.NoticePosted})
			h.As("").Post("/notices/"+no+"/objections", url.Values{"text": {"有异议"}})
			remark(h, no)
		}, list(always + " gongye huangfu"), may{
			casework.ReturnedBack: list("dongfang"), casework.Reassigned: list("dongfang"), casework.ObjectionSettled: list("ouyang"),
			casework.Answered: list("zhongli dongfang"), casework.Corrected: list("dongfang"), casework.WithdrawnNow: list("zhongli"),
			casework.Attached: list("zhongli dongfang"), casework.Commented: list(always + " gongye huangfu"),
		}},
		{"会签", func(h *House, no string) {
			h.Does("ouyang", no, casework.Act{Kind: casework.ObjectionSettled, Number: 1, Text: "经查不实"})
			h.Day("2026-09-22")
			remark(h, no)
		}, list(always + " gongye chunyu huangfu"), may{
			casework.ReturnedBack: list("dongfang chunyu ouyang"), casework.Countersigned: list("chunyu ouyang"),
			casework.SignerAdded: list("dongfang chunyu ouyang"), casework.SignerRemoved: list("dongfang"), casework.Reassigned: list("dongfang chunyu ouyang"),
			casework.Answered: list("zhongli dongfang"), casework.Corrected: list("dongfang"), casework.WithdrawnNow: list("zhongli"),
			casework.Attached: list("zhongli dongfang chunyu ouyang"), casework.Commented: list(always + " gongye chunyu huangfu"),
		}},
		{"审批", func(h *House, no string) {
			h.Agrees("chunyu", no)
			h.Agrees("ouyang", no)
			remark(h, no)
		}, list(always + " gongye chunyu huangfu"), may{
			casework.ReturnedBack: list("dongfang wenren"), casework.ApprovedNow: list("wenren"), casework.RefusedNow: list("wenren"),
			casework.Reassigned: list("dongfang wenren"), casework.Answered: list("zhongli dongfang"), casework.Corrected: list("dongfang"),
			casework.WithdrawnNow: list("zhongli"), casework.Attached: list("zhongli dongfang wenren"),
			casework.Commented: list(always + " gongye chunyu huangfu"),
		}},
		{"行前", func(h *House, no string) {
			h.Does("wenren", no, casework.Act{Kind: casework.ApprovedNow})
			h.Does("dongfang", no, casework.Act{Kind: casework.Issued})
			remark(h, no)
		}, list(always + " gongye chunyu huangfu"), may{
			casework.Fulfilled: list("dongfang"), casework.Hindered: list("dongfang"), casework.Reassigned: list("dongfang"), casework.ChangeAsked: list("zhongli"),
			casework.CancelledNow: list("zhongli dongfang"), casework.RevokedNow: list("wenren"), casework.Answered: list("zhongli dongfang"),
			casework.Corrected: list("dongfang"), casework.Attached: list("zhongli dongfang"), casework.Commented: list(always + " gongye chunyu huangfu"),
		}},
		{"已取消", func(h *House, no string) {
			h.Does("zhongli", no, casework.Act{Kind: casework.CancelledNow, Text: "行程取消"})
			remark(h, no)
		}, list(always + " gongye chunyu huangfu"), may{
			casework.Corrected: list("dongfang"), casework.Commented: list(always + " gongye chunyu huangfu"),
		}},
	}
}

// TestS05EveryActAtEveryStepIsDoneByThoseWhoMayAndNobodyElse: every act of casework.Kinds, in eight places of a trip's life, by
// every kind of person, over the pages and at the programs' door (what is refused, at one of the two in turns). Whoever may, is let pass, and takes the act back; whoever may
// not is refused in words, whoever does not see the case is told that there is none, and no entry is left in the journal.
//
// The gate asks for all that is let pass, at one of the two doors in turns; what is refused, each person asks for at one of the eight
// places, in turns. The proof asks at both doors for what is let pass, and at all eight places.
//
// That the pages offer what they let pass is shown by TestATripGoesFromSubmittedToClosedByThePagesAlone, the acts of files by
// TestOnlyThoseWhoHaveTheCaseAttachToIt, objections from outside by the tests of notices.
func TestS05EveryActAtEveryStepIsDoneByThoseWhoMayAndNobodyElse(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-14")
	no := h.Drafts()
	routes := routesOfActs(t, h)
	v, err := h.Desk.Case(t.Context(), desk.Operator(), no)
	h.must(err)
	filing, _ := h.altered(v, "/budget/line", "2026 年新科目")
	programs := map[string]*Program{}
	for _, who := range kindsOfPersons() {
		programs[who.login] = &Program{house: h}
		if signedIn(who.login) {
			programs[who.login] = h.Token(who.login, everything...)
		}
	}
	pages, day := map[string]*Client{}, ""
	for turn, at := range standings() {
		at.comes(h, no)
		if today := h.clock().Format(time.DateOnly); today != day { // a session does not last over night
			day = today
			for _, who := range kindsOfPersons() {
				pages[who.login] = h.As(who.login)
			}
		}
		now := h.stands(no)
		c := now
		people := kindsOfPersons()
		slices.SortStableFunc(people, func(a, b kindOfPerson) int { return strings.Compare(applicantLast(a), applicantLast(b)) })
		for _, who := range people {
			if who.login == disabled {
				continue // has no session any more: TestS05EveryRouteIsAskedAsEveryKindOfPerson
			}
			page := pages[who.login]
			turn++
			want := http.StatusForbidden
			switch {
			case who.login == "":
				want = http.StatusUnauthorized
			case !slices.Contains(at.sees, who.login):
				want = http.StatusNotFound
			}
			for i, route := range routes {
				if route.kind == casework.Objected && at.zh == "公示中" {
					continue // anybody may, and it cannot be taken back: the tests of notices
				}
				let := slices.Contains(at.may[route.kind], who.login)
				for _, door := range []bool{true, false} {
					if door && !route.door || !door && !route.page {
						continue
					}
					if !let && sampled(turn+i, refusedAt) {
						continue
					}
					both := route.door && route.page
					if both && !let && door == ((turn+i)%3 == 0) {
						continue // what is refused is asked for at one of the two, in turns
					}
					if both && let && !proof() && door == ((turn+i)%2 == 0) {
						continue // so is, in the gate, what is let pass
					}
					form, body := h.everythingIn(c, route, who.login, filing)
					var code int
					switch {
					case door && route.kind == casework.Attached:
						code = programs[who.login].attaches(no, "other", "a.pdf", letter("door "+at.zh+who.login)).Code
					case door:
						code = programs[who.login].Do(http.MethodPost, "/api/cases/"+no+route.path, body, "If-Match", `"`+strconv.Itoa(c.Version)+`"`).Code
					case route.kind == casework.Attached:
						code = page.attaches(no, "other", "a.pdf", letter(at.zh+who.login), "").Code
					default:
						code = page.Post("/cases/"+no+route.path, form).Code
					}
					after, err := h.Desk.Version(t.Context(), desk.Operator(), no)
					h.must(err)
					switch {
					case let && (code != http.StatusOK && code != http.StatusCreated && code != http.StatusSeeOther || after != c.Version+1):
						t.Errorf("%s: %s may not do %s (door %v): answered %d, version %d after %d", at.zh, who.zh, route.kind, door, code, after, c.Version)
					case let:
						h.takesBack(no, who.login, route.kind)
					case !refusedWith(code, want) || after != c.Version:
						t.Errorf("%s: %s does %s (door %v): answered %d, want %d; version %d after %d", at.zh, who.zh, route.kind, door, code, want, after, c.Version)
					}
					if let || after != c.Version {
						c = h.stands(no)
					}
				}
			}
		}
		if then := h.stands(no); then.Step != now.Step || then.State != now.State {
			t.Fatalf("%s: the case stands in %s, %s", at.zh, then.Step, then.State)
		}
	}
}

// refusedAt is at one of how many places the gate asks for what is refused.
const refusedAt = 8

// applicantLast orders people so that the applicant, who alone can show the case to others, acts last.
func applicantLast(k kindOfPerson) string {
	if k.login == "zhongli" {
		return "last"
	}
	return ""
}

// routeOfAct is where an act is posted: below a case on the page, at the door, or at both.
type routeOfAct struct {
	kind       casework.Kind
	path       string
	page, door bool
	fields     []string
}

// routesOfActs reads from docs/words.md where acts are posted, and from the document of the door what is said with them.
func routesOfActs(t *testing.T, h *House) []routeOfAct {
	t.Helper()
	pages, paths := pageRoutes(t), spec(t, h).Paths
	kinds := map[casework.Kind]bool{}
	var out []routeOfAct
	for _, k := range casework.Kinds() {
		for _, path := range pathsOf(t, k) {
			route := routeOfAct{kind: k, path: path, page: slices.Contains(pages, "POST /cases/{no}"+path)}
			if op := paths["/api/cases/{no}"+path]["post"]; op != nil {
				route.door = true
				if said := op.RequestBody.Content["application/json"].Schema; said != nil { // a file comes in a form
					for name := range said.Properties {
						route.fields = append(route.fields, name)
					}
				}
			}
			kinds[k] = kinds[k] || route.page || route.door
			out = append(out, route)
		}
		if !kinds[k] {
			t.Errorf("the act %s is posted nowhere", k)
		}
	}
	return out
}

var actLine = regexp.MustCompile("(?m)^\\|[^|]+\\| `casework\\.[A-Za-z]+` \\| `(/[a-z-]+)` \\| `([a-z_]+)` \\|")

func pathsOf(t *testing.T, k casework.Kind) []string {
	t.Helper()
	words, err := os.ReadFile("../../docs/words.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range actLine.FindAllSubmatch(words, -1) {
		if string(m[2]) == string(k) && string(m[1]) != "/reduction" { // a reduction is an approval with another application: TestAReductionIsMadeOfTheCardAndApproved
			out = append(out, string(m[1]))
		}
	}
	return out
}

// everythingIn is all that an act could want to be told in a case as it stands, for the page and for the door.
func (h *House) everythingIn(c casework.Case, route routeOfAct, who string, application json.RawMessage) (url.Values, map[string]any) {
	said := map[string]any{
		"text": "理由", "ground": "OUT-11", "opinion": "agree", "number": 0, "post": "interpreter", "conditions": []string{}, "application": application,
		"claimed": "10.00 CNY", "paid": "10.00 CNY", "day": "2026-09-14",
	}
	if c.Step == "approval" && route.kind == casework.Reassigned {
		said["post"] = "director"
	}
	if route.kind == casework.ObjectionSettled {
		said["number"] = 1
	}
	if route.kind == casework.ChangeAsked {
		said["ground"] = "postponed"
	}
	if route.kind == casework.ClosedNow {
		delete(said, "ground")
	}
	for _, s := range c.Slots { // the own place in a signing; whoever has none names the first
		post := map[string]office.PostID{"nangong": "trips-head", "gongye": "finance-review", "chunyu": "commerce-cosigner", "ouyang": "supervision"}[who]
		if said["slot"] == nil || s.Post == post {
			said["slot"] = s.ID
		}
	}
	if route.kind == casework.Fulfilled || route.kind == casework.Hindered {
		said["slot"] = "briefing"
	}
	body := map[string]any{}
	form := url.Values{"seen": {strconv.Itoa(c.Version)}, "claimed": {"10"}, "paid": {"10"}, "stance": {"agree"}, "shift": {"1"}}
	for name, value := range said {
		if slices.Contains(route.fields, name) {
			body[name] = value
		}
		if form.Get(name) == "" && name != "application" && name != "conditions" {
			form.Set(name, fmt.Sprint(value))
		}
	}
	return form, body
}

// refusedWith says whether an answer refuses: who does not see the case is told that there is none; who sees it, that it is not
// for him, or not now.
func refusedWith(code, want int) bool {
	if want != http.StatusForbidden {
		return code == want
	}
	return code == http.StatusForbidden || code == http.StatusConflict || code == http.StatusUnprocessableEntity
}

// takesBack recalls an act that can be.
func (h *House) takesBack(no, person string, k casework.Kind) {
	h.Helper()
	switch k {
	case casework.Commented, casework.Corrected, casework.Attached:
		return
	default:
	}
	h.Does(person, no, casework.Act{Kind: casework.Recalled})
}
