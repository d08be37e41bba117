package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// Days answers what the page of a day asks. *desk.Desk does.
type Days interface {
	Today(ctx context.Context, reader desk.Reader, part desk.DayPart) (desk.Today, error)
	// WaitingFor counts what waits for a reader, as the first list of the day does.
	WaitingFor(ctx context.Context, reader desk.Reader) (int, error)
}

// linesADay is how many cases stand on one page of a list of the day.
const linesADay = 20

// TodayPage is somebody's day.
type TodayPage struct {
	Frame
	Date, Sentence string
	Week           []WeekDay
	Tabs           []Filter
	Groups         []TaskGroup
	Empty          string
	Pages          []Filter
	Abroad         []AbroadBar
	AbroadWords    string
	Vacant         []Run
	VacantMore     string
	Said           *Said
}

// WeekDay is one working day of the strip.
type WeekDay struct {
	Class, Number, Name string
	Marks               []WeekMark
}

// WeekMark is a count on a day of the strip; it opens what it counts.
type WeekMark struct{ Class, Words, Href string }

// TaskGroup are the tasks that press alike.
type TaskGroup struct {
	Title, Count string
	Rows         []TaskRow
}

// TaskRow is one case of a list.
type TaskRow struct {
	Href, Icon      string
	Title, Task, No Run
	Unit            Run
	Tags            []Tag
	Due             *Due
	First, NoDue    bool
	Act             string
}

// AbroadBar is how many people are on one continent, one stroke each.
type AbroadBar struct {
	Name, Words string
	Strokes     int
}

// todayShow shows the reader's day: what closes today, what waits, what the office should know.
func (s *Site) todayShow(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	list := casework.List(r.URL.Query().Get("list"))
	if list == "" {
		list = casework.ToDo
	}
	if !slices.Contains(list.Words(), string(list)) {
		return fault.New(fault.Invalid, "list", s.words.Say("today.list_wrong", text.Args{"list": string(list)}))
	}
	at := max(pageOf(r), 1)
	part := desk.DayPart{List: list, Limit: linesADay, Offset: (at - 1) * linesADay}
	if part.From, part.Until, err = dueWithin(r.URL.Query()); err != nil {
		return err
	}
	day, err := s.cases.Today(r.Context(), who, part)
	if err != nil {
		return err
	}
	f := s.bareFrame(w, r)
	f.Here, f.Title = "today", f.Say("nav.today")
	f.Live, f.LiveSays = s.liveAt("/events", day.Counts[casework.ToDo]), f.Say("live.day")
	f.waits(day.Counts[casework.ToDo])
	page := TodayPage{
		Frame: f, Date: dateInWords(f, day.Day), Sentence: dayInWords(f, day), Week: week(f, day), Tabs: tabs(f, day),
		Groups: groups(f, day), Empty: f.Say("today.empty_" + string(list)), Said: said(f, r),
	}
	all := day.Counts[list]
	if list == casework.ToDo && !part.Until.IsZero() {
		all = day.Within
		page.Groups, page.Empty = dueGroup(f, day, part), f.Say("today.within_none")
	}
	page.Pages = dayPages(f, list, all, len(day.Lines) == linesADay, at)
	people, groups := 0, 0
	for _, a := range day.Abroad {
		people, groups = people+a.People, groups+a.Cases
		page.Abroad = append(page.Abroad, AbroadBar{Name: f.Say("continent." + orElse(a.Continent, "none")), Words: f.Say("today.people", text.Args{"n": a.People}), Strokes: min(a.People, 40)})
	}
	page.AbroadWords = f.Say("today.abroad_words", text.Args{"people": people, "groups": groups})
	for i, v := range day.Vacant {
		if i == vacantShown {
			page.VacantMore = f.Say("today.vacant_more", text.Args{"n": len(day.Vacant) - i})
			break
		}
		page.Vacant = append(page.Vacant, f.Run(v.In(f.Lang)))
	}
	return s.show(w, r, todayShow(page))
}

// dueWithin reads the days to which what waits is narrowed, as the strip of the week names them; none: it is not.
func dueWithin(q url.Values) (from, until calendar.Day, err error) {
	if s := q.Get("from"); s != "" {
		if from, err = calendar.ParseDay(s); err != nil {
			return 0, 0, err
		}
	}
	if s := q.Get("until"); s != "" {
		until, err = calendar.ParseDay(s)
	}
	return from, until, err
}

// dueGroup is the one group of what is due within some days, with how many wait in all.
func dueGroup(f Frame, day desk.Today, part desk.DayPart) []TaskGroup {
	if len(day.Lines) == 0 {
		return nil
	}
	g := TaskGroup{
		Title: f.Say("today.within", text.Args{"day": f.day(part.Until)}),
		Count: f.Say("today.within_of", text.Args{"n": day.Within, "all": day.Counts[casework.ToDo]}),
	}
	if part.Until < day.Day {
		g.Title = f.Say("today.group_over")
	}
	for _, l := range day.Lines {
		g.Rows = append(g.Rows, taskRow(f, day, l))
	}
	g.Rows[0].First = true
	return []TaskGroup{g}
}

// dayPages leads through a list; one that was not counted to its end goes on as long as its pages are full.
func dayPages(f Frame, list casework.List, all int, full bool, at int) []Filter {
	pages := (all + linesADay - 1) / linesADay
	if list != casework.ToDo && all > casework.ListAtMost {
		if pages = max(pages-1, at); full {
			pages = max(pages, at+1)
		}
	}
	var out []Filter
	for n := 1; n <= pages && pages > 1; n++ {
		if n == 1 || n == pages || n-at <= 3 && at-n <= 3 {
			out = append(out, Filter{Label: number(n), Href: f.With("page", number(n)), Current: n == at})
		}
	}
	return out
}

// vacantShown is how many vacancies are named one by one.
const vacantShown = 5

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func pageOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil {
		return 1
	}
	return min(max(n, 1), 1<<20)
}

// capped is a count as it is shown: beyond what is counted there are just more.
func capped(f Frame, list casework.List, n int) string {
	if list != casework.ToDo && n > casework.ListAtMost {
		return f.Say("today.more_than", text.Args{"n": casework.ListAtMost})
	}
	return number(n)
}

func dateInWords(f Frame, d calendar.Day) string {
	return f.Say("today.date", text.Args{"day": d.Say(), "weekday": f.Say("weekday.full_" + number(int(d.Weekday())))})
}

// dayInWords opens the page: who reads, and what closes today.
func dayInWords(f Frame, day desk.Today) string {
	greeting := f.Say("today.morning")
	switch hour := day.Now.Time().In(desk.OfficeZone()).Hour(); {
	case hour >= 18:
		greeting = f.Say("today.evening")
	case hour >= 12:
		greeting = f.Say("today.afternoon")
	}
	args := text.Args{"who": f.Person, "greeting": greeting, "due": day.Due, "over": day.Over, "n": day.Counts[casework.ToDo], "soon": day.Soon}
	switch {
	case day.Over > 0 && day.Due > 0:
		return f.Say("today.sentence_over_due", args)
	case day.Over > 0:
		return f.Say("today.sentence_over", args)
	case day.Due > 0:
		return f.Say("today.sentence_due", args)
	case day.Counts[casework.ToDo] > 0:
		return f.Say("today.sentence_calm", args)
	default:
		return f.Say("today.sentence_none", args)
	}
}

func week(f Frame, day desk.Today) []WeekDay {
	var out []WeekDay
	for i, d := range day.Week {
		w := WeekDay{Number: number(d.Day.DayOfMonth()), Name: f.Say("weekday." + number(int(d.Day.Weekday())))}
		mark := func(class, key string, n int, href string) {
			if n > 0 {
				w.Marks = append(w.Marks, WeekMark{class, f.Say(key, text.Args{"n": n}), href})
			}
		}
		switch {
		case i == 0:
			w.Class, w.Name = "today", f.Say("today.now", text.Args{"weekday": w.Name})
			mark("due1", "today.over_n", day.Over, "/?until="+day.Day.AddDays(-1).String())
		case d.NewWeek:
			w.Class = "wk"
		}
		mark("due1", "today.due_n", d.Due, "/?from="+d.From.String()+"&until="+d.Day.String())
		mark("out", "today.returns_n", d.Returns, "/registers/abroad?sort=until")
		out = append(out, w)
	}
	return out
}

func tabs(f Frame, day desk.Today) []Filter {
	var out []Filter
	for _, word := range day.List.Words() {
		href := "/"
		if word != string(casework.ToDo) {
			href = "/?list=" + word
		}
		out = append(out, Filter{Label: f.Say("list." + word), Count: capped(f, casework.List(word), day.Counts[casework.List(word)]), Href: href, Current: word == string(day.List)})
	}
	return out
}

// groups sets what waits under the day by which it is due; the other lists are one group.
func groups(f Frame, day desk.Today) []TaskGroup {
	if len(day.Lines) == 0 {
		return nil
	}
	if day.List != casework.ToDo {
		g := TaskGroup{}
		for _, l := range day.Lines {
			g.Rows = append(g.Rows, taskRow(f, day, l))
		}
		return []TaskGroup{g}
	}
	counts := map[string]int{"over": day.Over, "today": day.Due, "next": day.Soon}
	counts["later"] = day.Counts[casework.ToDo] - day.Over - day.Due - day.Soon
	var out []TaskGroup
	last := ""
	for _, l := range day.Lines {
		key := "later"
		if len(l.Holders) > 0 && l.Holders[0].Due != nil {
			switch due := l.Holders[0].Due.Due; {
			case due < day.Day:
				key = "over"
			case due == day.Day:
				key = "today"
			case due <= day.Week[1].Day:
				key = "next"
			}
		}
		if key != last {
			out = append(out, TaskGroup{Title: f.Say("today.group_" + key), Count: number(counts[key])})
			last = key
		}
		g := &out[len(out)-1]
		g.Rows = append(g.Rows, taskRow(f, day, l))
	}
	out[0].Rows[0].First = true
	return out
}

func taskRow(f Frame, day desk.Today, l desk.CaseLine) TaskRow {
	row := TaskRow{
		Href: "/cases/" + pathPart(l.No), Icon: procedureIcon(l.Procedure), Title: f.title(l.Title, l.Called), No: f.Run(l.Number.In(f.Lang)), Unit: f.unit(l.Unit),
		Act: f.Say("today.open"),
	}
	switch size := l.Called.Size(); {
	case row.Title.Words != l.Title: // which names the unit and the size; what was written says what for
		row.Unit = f.Run(l.Title)
	case size.ZH == "":
	case strings.HasPrefix(l.Title, l.Unit): // the unit stands there already
		row.Unit = f.of(size)
	default:
		row.Unit = f.Run(row.Unit.Words + "　" + size.In(f.Lang))
	}
	switch {
	case day.List != casework.ToDo:
		row.Tags = []Tag{stateTag(f, l.State)}
		row.Task = f.Run(l.Step.In(f.Lang))
		if len(l.Holders) > 0 && !l.State.Ended() {
			row.Task = f.Run(joined(f, l.Step.In(f.Lang), holderName(f, l.Holders[0]).Words))
		}
	case len(l.Holders) > 0:
		row.Act = f.Say("today.act")
		row.Task = f.of(l.Holders[0].Task)
		if more := len(l.Holders) - 1; more > 0 {
			row.Task = f.Run(f.Say("today.and_more", text.Args{"task": row.Task.Words, "n": more}))
		}
		if l.State == casework.Returned || l.State == casework.Noticed {
			row.Tags = append(row.Tags, stateTag(f, l.State))
		}
		row.Due = dueOf(f, l.Holders[0], l.Today)
	}
	if l.Dissent > 0 && l.Outcome == casework.NoOutcome { // a decision has seen it
		row.Tags = append(row.Tags, Tag{"flag", "warn", f.Say("today.dissent", text.Args{"n": l.Dissent})})
	}
	if l.Objections > 0 {
		row.Tags = append(row.Tags, Tag{"message-circle", "warn", f.Say("today.objections", text.Args{"n": l.Objections})})
	}
	if l.Changing {
		row.Tags = append(row.Tags, Tag{"rotate-clockwise", "pri", f.Say("today.changing")})
	}
	return row
}

func procedureIcon(name string) string {
	switch name {
	case "outbound-trip":
		return "plane-departure"
	case "position":
		return "messages"
	default:
		return "file-text"
	}
}
