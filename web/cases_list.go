package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// casesAPage is how many cases stand on one page of the list.
const casesAPage = 50

// CasesPage is the list of cases.
type CasesPage struct {
	Frame
	// Sentence is the answer in words: how many, how many of them pressing.
	Sentence string
	Filters  []Filter
	Rows     []CaseRow
	Pages    []Filter
}

// Filter is one way to narrow the list; its count says what it would show.
type Filter struct {
	Label, Count, Href string
	Current            bool
}

// CaseRow is one case in the list.
type CaseRow struct {
	No, Title, Unit Run
	Href            string
	State           Tag
	Step, Holder    Run
	Since           string
	Due             *Due
}

// casesList lists the cases, what presses first.
func (s *Site) casesList(w http.ResponseWriter, r *http.Request) error {
	f := s.frame(w, r)
	f.Here, f.Title = "cases", f.Say("cases.title")
	state := casework.State(r.URL.Query().Get("state"))
	if state != "" && !slices.Contains(state.Words(), string(state)) {
		return fault.New(fault.Invalid, "state", f.words.Say("cases.state_wrong", text.Args{"state": string(state)}))
	}
	docket, err := s.cases.Docket(r.Context())
	if err != nil {
		return err
	}
	shown := slices.DeleteFunc(slices.Clone(docket.Items), func(i DocketItem) bool { return state != "" && i.Case.State != state })
	slices.SortStableFunc(shown, pressingFirst)
	page := CasesPage{Frame: f, Sentence: s.docketInWords(f, docket), Filters: stateFilters(f, docket, state)}
	at := 1
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil && n > 1 {
		at = n
	}
	pages := (len(shown) + casesAPage - 1) / casesAPage
	for n := 1; n <= pages; n++ {
		page.Pages = append(page.Pages, Filter{Label: number(n), Href: f.With("page", number(n)), Current: n == at})
	}
	from := min((at-1)*casesAPage, len(shown))
	for _, item := range shown[from:min(from+casesAPage, len(shown))] {
		page.Rows = append(page.Rows, s.caseLine(f, docket, item))
	}
	return s.show(w, r, casesList(page))
}

// pressingFirst orders cases: with a deadline by its day, then the open ones,
// then those that have ended, the newest first.
func pressingFirst(a, b DocketItem) int {
	rank := func(i DocketItem) int {
		switch {
		case i.Case.State.Ended():
			return 2
		case i.Case.Due == nil:
			return 1
		default:
			return 0
		}
	}
	if c := cmp.Compare(rank(a), rank(b)); c != 0 {
		return c
	}
	if rank(a) == 0 {
		if c := cmp.Compare(a.Case.Due.Due, b.Case.Due.Due); c != 0 {
			return c
		}
	}
	return cmp.Compare(b.Case.Since, a.Case.Since)
}

func (s *Site) docketInWords(f Frame, d Docket) string {
	open, soon, over := 0, 0, 0
	for _, i := range d.Items {
		if i.Case.State.Ended() {
			continue
		}
		open++
		if i.Case.Due == nil {
			continue
		}
		switch left, _ := s.workingLeft(i.Case.Due.Due, d.Today); {
		case left < 0:
			over++
		case left <= 2:
			soon++
		}
	}
	args := text.Args{"n": len(d.Items), "open": open, "soon": soon, "over": over}
	switch {
	case soon == 0 && over == 0:
		return f.Say("cases.sentence_calm", args)
	case over == 0:
		return f.Say("cases.sentence_soon", args)
	default:
		return f.Say("cases.sentence_over", args)
	}
}

// stateFilters lists the states that occur, each with how many cases are in it.
func stateFilters(f Frame, d Docket, now casework.State) []Filter {
	count := map[casework.State]int{}
	for _, i := range d.Items {
		count[i.Case.State]++
	}
	out := []Filter{{Label: f.Say("cases.all"), Count: number(len(d.Items)), Href: "/cases", Current: now == ""}}
	for _, word := range now.Words() {
		st := casework.State(word)
		if count[st] > 0 || st == now {
			out = append(out, Filter{
				Label: stateTag(f, st).Word, Count: number(count[st]), Href: "/cases?state=" + url.QueryEscape(word), Current: st == now,
			})
		}
	}
	return out
}

func (s *Site) caseLine(f Frame, d Docket, i DocketItem) CaseRow {
	c := i.Case
	row := CaseRow{
		No: f.Run(c.Number.In(f.Lang)), Title: f.Run(c.Title), Unit: f.Run(c.Unit), Href: "/cases/" + pathPart(c.No),
		State: stateTag(f, c.State), Step: Run{Words: i.Step.In(f.Lang)},
	}
	if c.State.Ended() {
		return row
	}
	row.Due = s.dueOn(f, c.Due, d.Today)
	if len(i.Tasks) == 0 {
		return row
	}
	who, post, vacant := holder(f, d.Office, i.Tasks[0], d.Today)
	row.Holder = who
	if vacant {
		row.Holder = Run{Words: f.Say("case.vacant_post", text.Args{"post": post.Words})}
	}
	if more := len(i.Tasks) - 1; more > 0 {
		row.Holder.Words = f.Say("cases.and_more", text.Args{"who": row.Holder.Words, "n": more})
	}
	row.Since = f.Say("cases.since", text.Args{"day": i.Tasks[0].Since.Day(desk.OfficeZone()).Say()})
	return row
}
