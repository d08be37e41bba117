package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"chancery/affairs"
	"chancery/affairs/passport"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/place"
	"chancery/core/procedure"
	"chancery/core/register"
	"chancery/core/text"
)

// RegisterView is a register as it reads on a day, or a part of it.
type RegisterView struct {
	Register string         `json:"register"`
	Title    text.Text      `json:"title"`
	On       calendar.Day   `json:"on"`
	Lines    []RegisterLine `json:"lines"`
	// Total is how many lines there are in the state asked for; Counts how many in each, all states of the register in order.
	Total  int          `json:"total"`
	Counts []StateCount `json:"counts"`
	// Places are those where lines lie, the most frequent first; a line that lies at two counts at both.
	Places []PlaceCount `json:"places,omitempty"`
	// Units are the names of the office's units, by which lines can be narrowed.
	Units []string `json:"-"`
	// Today says that the day is today.
	Today bool `json:"today"`
}

// RegisterLine is one line of a register, with the number of its case.
type RegisterLine struct {
	register.Line
	Number text.Text `json:"number"`
	// Pressing says that the line asks for something: overdue, late, waiting.
	Pressing bool `json:"pressing,omitempty"`
	// Places are where the matter lies.
	Places []text.Text `json:"places,omitempty"`
}

// StateCount is how many lines stand in a state.
type StateCount struct {
	State    register.State `json:"state"`
	Lines    int            `json:"lines"`
	Pressing bool           `json:"pressing,omitempty"`
}

// PlaceCount is how many lines lie at a place.
type PlaceCount struct {
	Code  place.Code `json:"code"`
	Name  text.Text  `json:"name"`
	Lines int        `json:"lines"`
}

// RegisterQuery asks for a part of a register.
type RegisterQuery struct {
	Name string
	// On is the day on which it is read; none: today.
	On calendar.Day
	// State, Unit, Place and Who narrow it; Who is a part of a person's name.
	State register.State
	Unit  string
	Place place.Code
	Who   string
	// Sort is who, unit, place, from, until or due; Down turns it round.
	Sort string
	Down bool
	// Limit is how many lines are given, after Offset of them; none: all.
	Limit, Offset int
}

// RegisterSorts are the ways in which the lines of a register can be ordered.
func RegisterSorts() []string { return []string{"who", "unit", "place", "from", "until", "due"} }

// Register reads a register on a day, as far as its cases lie in the reader's
// sight; without a day, today. NotFound comes back for
// a register that is not there, and names those that are.
func (d *Desk) Register(ctx context.Context, reader Reader, name string, on calendar.Day) (RegisterView, error) {
	return d.RegisterPart(ctx, reader, RegisterQuery{Name: name, On: on, Sort: "who"})
}

// RegisterPart reads a part of a register; what it counts lies in the reader's
// sight as well. Invalid comes back for a state or an order that the register
// does not know.
func (d *Desk) RegisterPart(ctx context.Context, reader Reader, q RegisterQuery) (RegisterView, error) {
	listing, err := listingOf(q)
	if err != nil {
		return RegisterView{}, err
	}
	out := RegisterView{Register: listing.Name, Title: listing.Title, On: q.On, Lines: []RegisterLine{}}
	err = d.store.Read(ctx, func(r Reading) error {
		today := r.Now().Day(OfficeZone())
		if out.On.IsZero() {
			out.On = today
		}
		out.Today = out.On == today
		sight, err := sightOf(r, reader)
		if err != nil {
			return err
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		for _, u := range o.Units {
			out.Units = append(out.Units, u.Name.ZH)
		}
		picked := register.Query{
			Source: listing.Source, On: out.On, Span: listing.Reads(out.On), Grave: passport.Grave(out.On), State: q.State, Unit: q.Unit,
			Place: string(q.Place), Who: q.Who, Sort: q.Sort, Down: q.Down, Limit: q.Limit, Offset: q.Offset,
		}
		counts, err := r.CountListed(picked, sight)
		if err != nil {
			return err
		}
		d.count(&out, listing, q.State, counts)
		rows, err := r.Listed(picked, sight)
		if err != nil {
			return err
		}
		hides := d.hidesLines(o, reader, sight, today)
		for _, row := range rows {
			line, err := listing.Read(row, out.On)
			if err != nil {
				return err
			}
			if listing.Source == passport.Register && hides(row) {
				line.What = ""
			}
			out.Lines = append(out.Lines, RegisterLine{
				Line: line, Number: row.Number, Pressing: slices.Contains(listing.Pressing, line.State), Places: d.placesOf(row),
			})
		}
		return nil
	})
	return out, err
}

func listingOf(q RegisterQuery) (register.Listing, error) {
	all := affairs.Listings()
	i := slices.IndexFunc(all, func(l register.Listing) bool { return l.Name == q.Name })
	if i < 0 {
		var names []string
		for _, l := range all {
			names = append(names, l.Name)
		}
		return register.Listing{}, fault.New(fault.NotFound, "register", text.Text{
			ZH: "没有名为「{name}」的台账；可查 {names}", EN: "there is no register called {name}; there are {names}",
		}.Fill(text.Args{"name": q.Name, "names": strings.Join(names, ", ")}))
	}
	if q.State != "" && !slices.Contains(all[i].States, q.State) {
		return all[i], fault.New(fault.Invalid, "state", text.Text{
			ZH: "本台账没有「{state}」这种状态；请从筛选项里选", EN: "this register knows no state {state}; choose one of its filters",
		}.Fill(text.Args{"state": string(q.State)}))
	}
	if q.Sort != "" && !slices.Contains(RegisterSorts(), q.Sort) {
		return all[i], fault.New(fault.Invalid, "sort", text.Text{
			ZH: "不能按「{sort}」排序；请点表头选择", EN: "lines cannot be ordered by {sort}; choose a column's head",
		}.Fill(text.Args{"sort": q.Sort}))
	}
	return all[i], nil
}

// count sums what the store counted by state and place.
func (d *Desk) count(out *RegisterView, listing register.Listing, state register.State, counts []register.Count) {
	at := map[place.Code]int{}
	for _, s := range listing.States {
		line := StateCount{State: s, Pressing: slices.Contains(listing.Pressing, s)}
		for _, c := range counts {
			if c.State != s {
				continue
			}
			line.Lines += c.Rows
			if state != "" && state != s {
				continue
			}
			out.Total += c.Rows
			for code := range strings.FieldsSeq(c.Place) {
				at[place.Code(code)] += c.Rows
			}
		}
		out.Counts = append(out.Counts, line)
	}
	for code, lines := range at {
		out.Places = append(out.Places, PlaceCount{Code: code, Name: d.lib.Places.Name(code), Lines: lines})
	}
	slices.SortFunc(out.Places, func(a, b PlaceCount) int { return cmp.Or(b.Lines-a.Lines, cmp.Compare(a.Code, b.Code)) })
}

func (d *Desk) placesOf(r register.Row) []text.Text {
	var out []text.Text
	for code := range strings.FieldsSeq(r.Place) {
		out = append(out, d.lib.Places.Name(place.Code(code)))
	}
	return out
}

// hidesLines tells of which rows a reader may not see what only those need who
// judge the persons: the travel document of somebody else.
func (d *Desk) hidesLines(o office.Office, reader Reader, sight casework.Sight, today calendar.Day) func(register.Row) bool {
	own, _ := o.Person(reader.Person)
	judged := map[string]bool{}
	return func(row register.Row) bool {
		if own.Name != "" && row.Who == own.Name {
			return false
		}
		if _, known := judged[row.Procedure]; !known {
			p, _ := d.lib.Procedure(row.Procedure)
			judged[row.Procedure] = sight.All || judges(p, sight, o, reader.Person, today)
		}
		return !judged[row.Procedure]
	}
}

// rowsRule is the version of the rule by which rows are made; a data folder whose rows were made by another is read through again.
const rowsRule = "2"

// rowsAtOnce is of how many cases the rows are made anew in one transaction.
const rowsAtOnce = 200

// reregister makes the register rows of every case anew, some cases to a transaction, so that those who act meanwhile wait
// for a few only. What an act writes meanwhile is made by the new rule already.
func (d *Desk) reregister(ctx context.Context) error {
	for behind, more := "", true; more; {
		last := behind
		err := d.store.Write(ctx, func(w Writing) error {
			if err := w.Alone(); err != nil { // a case that is read here is not written by another act
				return err
			}
			cases, err := w.CasesBehind(behind, rowsAtOnce)
			if err != nil {
				return err
			}
			for _, c := range cases {
				rows, err := d.Rows(c)
				if err != nil {
					return err
				}
				if err := w.SaveRows(c.No, rows); err != nil {
					return err
				}
			}
			if more = len(cases) == rowsAtOnce; more {
				last = cases[len(cases)-1].No
				return nil
			}
			return w.Note("registers", rowsRule)
		})
		if err != nil {
			return err
		}
		behind = last
	}
	return nil
}

// Rows gives the register rows of a case as it stands. Only what was submitted
// has rows: whoever sees everything of a procedure sees them without being asked for a key.
func (d *Desk) Rows(c casework.Case) ([]register.Row, error) {
	if c.FirstSubmitted.IsZero() {
		return nil, nil
	}
	a, err := d.application(c, c.Filing)
	if err != nil {
		return nil, err
	}
	rows, err := affairs.Rows(c, a)
	for i := range rows {
		rows[i].Number, rows[i].Procedure, rows[i].Mark = c.Number, c.Procedure, c.Mark.Level()
	}
	return rows, err
}

// judges says that a reader judges the persons of a procedure's cases: a post
// that sees all of them, or one of the office that runs it.
func judges(p procedure.Procedure, sight casework.Sight, o office.Office, person office.PersonID, today calendar.Day) bool {
	if sight.SeesAllOf(p.Name) {
		return true
	}
	officer, _ := o.Post(p.Officer)
	above := o.Above(officer.Unit)
	if len(above) == 0 {
		return false
	}
	for _, post := range o.Posts {
		if !o.Within(post.Unit, above[len(above)-1]) {
			continue
		}
		if _, ok := o.ActingIn(person, post.ID, today, p.Name); ok {
			return true
		}
	}
	return false
}
