package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"chancery/core/calendar"
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
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	all, err := s.cases.Cases(r.Context(), who, casework.Filter{})
	if err != nil {
		return err
	}
	shown := slices.DeleteFunc(slices.Clone(all), func(l desk.CaseLine) bool { return state != "" && l.State != state })
	slices.SortStableFunc(shown, pressingFirst)
	page := CasesPage{Frame: f, Sentence: listInWords(f, all), Filters: stateFilters(f, all, state)}
	pages := max(1, (len(shown)+casesAPage-1)/casesAPage)
	at := 1
	if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil {
		at = min(max(n, 1), pages)
	}
	for n := 1; n <= pages; n++ {
		page.Pages = append(page.Pages, Filter{Label: number(n), Href: f.With("page", number(n)), Current: n == at})
	}
	from := min((at-1)*casesAPage, len(shown))
	for _, item := range shown[from:min(from+casesAPage, len(shown))] {
		page.Rows = append(page.Rows, caseRowOf(f, item))
	}
	return s.show(w, r, casesList(page))
}

// pressingFirst orders cases: with a deadline by its day, then the other open
// ones, then those that have ended; equals stay newest first.
func pressingFirst(a, b desk.CaseLine) int {
	rank := func(l desk.CaseLine) (int, calendar.Day) {
		if l.State.Ended() {
			return 2, 0
		}
		if h, ok := nearest(l); ok {
			return 0, h.Due.Due
		}
		return 1, 0
	}
	rankA, dueA := rank(a)
	rankB, dueB := rank(b)
	return cmp.Or(cmp.Compare(rankA, rankB), cmp.Compare(dueA, dueB))
}

// listInWords says how many cases there are and how many of them press.
func listInWords(f Frame, all []desk.CaseLine) string {
	open, soon, over := 0, 0, 0
	for _, l := range all {
		if l.State.Ended() {
			continue
		}
		open++
		h, ok := nearest(l)
		if !ok {
			continue
		}
		switch left := leftOf(h, l.Today); {
		case left < 0:
			over++
		case left <= 2:
			soon++
		}
	}
	args := text.Args{"n": len(all), "open": open, "soon": soon, "over": over}
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
func stateFilters(f Frame, all []desk.CaseLine, now casework.State) []Filter {
	count := map[casework.State]int{}
	for _, l := range all {
		count[l.State]++
	}
	out := []Filter{{Label: f.Say("cases.all"), Count: number(len(all)), Href: "/cases", Current: now == ""}}
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

func caseRowOf(f Frame, l desk.CaseLine) CaseRow {
	row := CaseRow{
		No: f.Run(l.Number.In(f.Lang)), Title: f.Run(l.Title), Unit: f.Run(l.Unit), Href: "/cases/" + pathPart(l.No),
		State: stateTag(f, l.State), Step: f.Run(l.Step.In(f.Lang)),
	}
	if l.State.Ended() || len(l.Holders) == 0 {
		return row
	}
	if h, ok := nearest(l); ok {
		row.Due = dueOf(f, h, l.Today)
	}
	first := l.Holders[0]
	row.Holder = holderName(f, first)
	if more := len(l.Holders) - 1; more > 0 {
		row.Holder.Words = f.Say("cases.and_more", text.Args{"who": row.Holder.Words, "n": more})
	}
	row.Since = f.Say("cases.since", text.Args{"day": first.Since.Day(desk.OfficeZone()).Say()})
	return row
}
