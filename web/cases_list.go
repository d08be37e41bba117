package web

import (
	"net/http"
	"net/url"
	"slices"

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
	tally, err := s.cases.Tally(r.Context(), who, casework.Filter{})
	if err != nil {
		return err
	}
	shown := tally.Of[state].All
	if state == "" {
		shown = tally.All().All
	}
	known := !tally.OpenOnly || state != "" && !state.Ended()
	pages, at := max(1, (shown+casesAPage-1)/casesAPage), pageOf(r)
	if known {
		at = min(at, pages)
	}
	lines, err := s.cases.Cases(r.Context(), who, casework.Filter{
		State: string(state), PressingFirst: true, Limit: casesAPage + 1, Offset: (at - 1) * casesAPage,
	})
	if err != nil {
		return err
	}
	if !known { // how many there are was not counted: one page leads to the next
		pages = at
		if len(lines) > casesAPage {
			pages++
		}
	}
	lines = lines[:min(len(lines), casesAPage)]
	page := CasesPage{Frame: f, Sentence: listInWords(f, tally), Filters: stateFilters(f, tally, state)}
	for n := 1; n <= pages; n++ {
		if n == 1 || n == pages || n-at <= 4 && at-n <= 4 {
			page.Pages = append(page.Pages, Filter{Label: number(n), Href: f.With("page", number(n)), Current: n == at})
		}
	}
	for _, item := range lines {
		page.Rows = append(page.Rows, caseRowOf(f, item))
	}
	return s.show(w, r, casesList(page))
}

// listInWords says how many cases there are and how many of them press.
func listInWords(f Frame, tally casework.Tally) string {
	all, open := tally.All(), 0
	for state, n := range tally.Of {
		if !state.Ended() {
			open += n.All
		}
	}
	args := text.Args{"n": all.All, "open": open, "soon": all.Soon, "over": all.Over}
	switch {
	case tally.OpenOnly:
		return f.Say("cases.sentence_open", args)
	case all.Soon == 0 && all.Over == 0:
		return f.Say("cases.sentence_calm", args)
	case all.Over == 0:
		return f.Say("cases.sentence_soon", args)
	default:
		return f.Say("cases.sentence_over", args)
	}
}

// stateFilters lists the states that occur, each with how many cases are in it.
func stateFilters(f Frame, tally casework.Tally, now casework.State) []Filter {
	count := func(n int, counted bool) string {
		if !counted {
			return ""
		}
		return number(n)
	}
	out := []Filter{{Label: f.Say("cases.all"), Count: count(tally.All().All, !tally.OpenOnly), Href: "/cases", Current: now == ""}}
	for _, word := range now.Words() {
		st := casework.State(word)
		counted := !tally.OpenOnly || !st.Ended()
		if n := tally.Of[st].All; n > 0 || st == now || !counted {
			out = append(out, Filter{
				Label: stateTag(f, st).Word, Count: count(n, counted), Href: "/cases?state=" + url.QueryEscape(word), Current: st == now,
			})
		}
	}
	return out
}

func caseRowOf(f Frame, l desk.CaseLine) CaseRow {
	row := CaseRow{
		No: f.Run(l.Number.In(f.Lang)), Title: f.title(l.Title, l.Called), Unit: f.unit(l.Unit), Href: "/cases/" + pathPart(l.No),
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
