package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/place"
	"chancery/core/register"
	"chancery/core/text"
	"chancery/desk"
)

// Registers reads registers. *desk.Desk does.
type Registers interface {
	RegisterPart(ctx context.Context, reader desk.Reader, q desk.RegisterQuery) (desk.RegisterView, error)
}

// linesAPage is how many lines of a register stand on one page.
const linesAPage = 50

// RegisterPage is a register as it reads on a day.
type RegisterPage struct {
	Frame
	Sentence  string
	Heading   string
	Registers []Filter
	States    []Filter
	Places    []Filter
	Heads     []SortHead
	Groups    []RegisterGroup
	Empty     bool
	Pages     []Filter
	// What the form above the lines holds.
	Path, On, Who, Unit, State, Place string
	Units                             []string
	CSV, XLSX                         string
	// Cut says that an export would leave lines out.
	Cut string
	// Contacts says that the lines tell how to reach those who travel.
	Contacts bool
}

// SortHead is the head of a column by which lines can be ordered.
type SortHead struct {
	Label, Href string
	// Order is "ascending" or "descending" where the lines are ordered by the column, else "none".
	Order string
}

// RegisterGroup is lines under one heading; without one they simply follow.
type RegisterGroup struct {
	Place Run
	Lines []RegisterRow
}

// RegisterRow is one line of a register.
type RegisterRow struct {
	Who, Unit, What Run
	From, Until     string
	State           Tag
	Say             string
	Contact         Run
	No              Run
	Href            string
}

// registerShow reads a register on a day, or sends it as a file.
func (s *Site) registerShow(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	name, kind, asFile := strings.Cut(r.PathValue("name"), ".")
	q, err := s.registerQuery(name, r.URL.Query())
	if err != nil {
		return err
	}
	if asFile {
		q.Limit, q.Offset = exportAtMost, 0
	}
	v, err := s.registers.RegisterPart(r.Context(), who, q)
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	if asFile {
		return s.exported(w, kind, s.registerExport(f, v))
	}
	page := RegisterPage{
		Frame: f, Heading: v.Title.In(f.Lang), Sentence: registerSentence(f, v), Path: "/registers/" + name, On: v.On.String(),
		Who: q.Who, Unit: q.Unit, State: string(q.State), Place: string(q.Place), Units: v.Units, Empty: len(v.Lines) == 0, Contacts: name == "abroad",
		CSV: f.elsewhere("/registers/" + name + ".csv"), XLSX: f.elsewhere("/registers/" + name + ".xlsx"),
	}
	page.Here, page.Title = "registers", page.Heading
	if name == "abroad" || name == "trips" {
		page.Here = name
	}
	for _, one := range registerNames() {
		page.Registers = append(page.Registers, Filter{Label: f.Say(registerKey(one)), Href: "/registers/" + one, Current: one == name})
	}
	all := 0
	for _, c := range v.Counts {
		all += c.Lines
	}
	page.States = append(page.States, Filter{Label: f.Say("register.all"), Count: number(all), Href: f.with("state", "", "page", ""), Current: q.State == ""})
	for _, c := range v.Counts {
		if c.Lines > 0 || c.State == q.State {
			page.States = append(page.States, Filter{
				Label: f.Say(stateKey(c.State)), Count: number(c.Lines), Href: f.with("state", string(c.State), "page", ""), Current: c.State == q.State,
			})
		}
	}
	for _, p := range v.Places {
		again := string(p.Code)
		if p.Code == q.Place {
			again = ""
		}
		page.Places = append(page.Places, Filter{Label: p.Name.In(f.Lang), Count: number(p.Lines), Href: f.with("place", again, "page", ""), Current: p.Code == q.Place})
	}
	page.Heads = sortHeads(f, name, q)
	page.Groups = registerGroups(f, name, q.Sort, v.Lines)
	page.Pages = pagesOf(f, v.Total, linesAPage, q.Offset/linesAPage+1)
	if v.Total > exportAtMost {
		page.Cut = f.Say("export.cut", text.Args{"rows": exportAtMost, "total": v.Total})
	}
	return s.show(w, r, registerShow(page))
}

func registerNames() []string { return []string{"abroad", "trips", "documents", "gifts"} }

// registerQuery reads what part of a register an address asks for.
func (s *Site) registerQuery(name string, v url.Values) (desk.RegisterQuery, error) {
	q := desk.RegisterQuery{
		Name: name, State: register.State(v.Get("state")), Unit: v.Get("unit"), Place: place.Code(v.Get("place")), Who: strings.TrimSpace(v.Get("who")),
		Sort: v.Get("sort"), Down: v.Get("down") != "", Limit: linesAPage,
	}
	if asked := v.Get("on"); asked != "" {
		day, err := calendar.ParseDay(asked)
		if err != nil {
			return q, fault.New(fault.Invalid, "on", s.words.Say("check.on.wrong", text.Args{"day": asked}))
		}
		q.On = day
	}
	if n, err := strconv.Atoi(v.Get("page")); err == nil && n > 1 {
		q.Offset = min(n-1, 1_000_000) * linesAPage
	}
	if q.Sort == "" {
		q.Sort, q.Down = naturalOrder(name)
	}
	return q, nil
}

// naturalOrder is how the lines of a register stand when nobody orders them.
func naturalOrder(name string) (sort string, down bool) {
	switch name {
	case "abroad":
		return "place", false
	case "documents":
		return "due", false
	case "gifts":
		return "from", true
	}
	return "from", false
}

// registerSentence says the answer: how many lines, and what presses.
func registerSentence(f Frame, v desk.RegisterView) string {
	args := text.Args{"n": v.Total, "day": v.On, "places": len(v.Places)}
	args["day"] = f.Say("register.on", text.Args{"day": f.day(v.On)})
	if v.Today {
		args["day"] = f.Say("register.today")
	}
	pressing := 0
	for _, c := range v.Counts {
		if c.Pressing {
			pressing += c.Lines
		}
	}
	args["pressing"] = pressing
	if pressing == 0 {
		return f.Say(calmKey(v.Register), args)
	}
	return f.Say(pressingKey(v.Register), args)
}

// columns are the heads of a register's table, each with the order that it stands for.
func columns(name string) []string {
	switch name {
	case "documents":
		return []string{"who", "unit", "what", "from", "due", "state", "case"}
	case "gifts":
		return []string{"who", "unit", "what", "from", "state", "case"}
	case "abroad":
		return []string{"who", "unit", "from", "until", "state", "contact", "case"}
	}
	return []string{"who", "unit", "place", "from", "until", "state", "case"}
}

func sortHeads(f Frame, name string, q desk.RegisterQuery) []SortHead {
	var out []SortHead
	for _, c := range columns(name) {
		h := SortHead{Label: f.Say(headKey(c)), Order: "none"}
		if slices.Contains(desk.RegisterSorts(), c) {
			down := ""
			if q.Sort == c {
				h.Order, down = "descending", ""
				if !q.Down {
					h.Order, down = "ascending", "1"
				}
			}
			h.Href = f.with("sort", c, "down", down, "page", "")
		}
		out = append(out, h)
	}
	return out
}

// registerGroups puts the lines under the places where people are, when they are ordered so.
func registerGroups(f Frame, name, sort string, lines []desk.RegisterLine) []RegisterGroup {
	var out []RegisterGroup
	for _, l := range lines {
		row := registerRow(f, name, l)
		heading := Run{}
		if name == "abroad" && sort == "place" {
			heading = f.Run(text.Join(inLang(l.Places, f.Lang), f.Lang))
		}
		if len(out) == 0 || out[len(out)-1].Place != heading {
			out = append(out, RegisterGroup{Place: heading})
		}
		out[len(out)-1].Lines = append(out[len(out)-1].Lines, row)
	}
	return out
}

func inLang(all []text.Text, l text.Lang) []string {
	out := make([]string, len(all))
	for i, t := range all {
		out[i] = t.In(l)
	}
	return out
}

func registerRow(f Frame, name string, l desk.RegisterLine) RegisterRow {
	row := RegisterRow{
		Who: f.person(l.Who), Unit: f.unit(l.Unit), From: l.From.String(), Until: l.Until.String(), State: registerTag(f, l), Say: l.Say.In(f.Lang),
		Contact: f.Run(l.Contact), No: f.Run(l.Number.In(f.Lang)), Href: "/cases/" + pathPart(l.Case),
	}
	switch name {
	case "documents":
		row.Until = l.Due.String()
		row.What = Run{Words: f.Say("register.hidden")}
		if l.What != "" {
			row.What.Words = wordOf(f, travel.DocumentKind(l.What))
		}
	case "gifts":
		row.What, row.Until = f.Run(l.What), ""
	default:
		row.What = f.Run(text.Join(inLang(l.Places, f.Lang), f.Lang))
	}
	return row
}

// registerTag is the tag of a line's state.
func registerTag(f Frame, l desk.RegisterLine) Tag {
	t := Tag{"circle-dashed", "", f.Say(stateKey(l.State))}
	switch l.State {
	case "late", "overdue", "blocks":
		t.Icon, t.Tone = "alert-triangle", "stop"
	case "asked", "declared":
		t.Icon, t.Tone = "hourglass", "pri"
	case "approved", "returned", "disposed":
		t.Icon, t.Tone = "check", "ok"
	case "abroad", "out":
		t.Icon, t.Tone = "user", "pri"
	}
	return t
}

// registerExport is the register as a file holds it.
func (s *Site) registerExport(f Frame, v desk.RegisterView) Export {
	e := Export{
		Name: "register-" + v.Register + "-" + v.On.String(), Title: f.Say("brand.office") + v.Title.In(f.Lang),
		Notes: s.exportNotes(f, f.day(v.On), len(v.Lines), v.Total),
	}
	heads := columns(v.Register)
	for _, c := range heads {
		e.Heads = append(e.Heads, f.Say(headKey(c)))
	}
	for _, l := range v.Lines {
		row := registerRow(f, v.Register, l)
		cells := map[string]string{
			"who": row.Who.Words, "unit": row.Unit.Words, "what": row.What.Words, "place": row.What.Words, "from": row.From, "until": row.Until, "due": row.Until,
			"state": row.Say, "contact": row.Contact.Words, "case": row.No.Words,
		}
		var line []string
		for _, c := range heads {
			line = append(line, cells[c])
		}
		e.Rows = append(e.Rows, line)
	}
	return e
}

// pagesOf are the pages of a list: the first, the last, and those around the present one.
func pagesOf(f Frame, total, each, at int) []Filter {
	pages := (total + each - 1) / each
	if pages < 2 {
		return nil
	}
	var out []Filter
	for n := 1; n <= pages; n++ {
		if n == 1 || n == pages || n >= at-2 && n <= at+2 {
			out = append(out, Filter{Label: number(n), Href: f.With("page", number(n)), Current: n == at})
		}
	}
	return out
}
