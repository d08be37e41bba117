package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"chancery/affairs"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/rule"
	"chancery/core/text"
)

// Precheck is what the rules would say of an application if it were submitted now.
type Precheck struct {
	// Answer is empty for a procedure without rulebooks; Ruled says that it has some.
	Answer rule.Answer
	Ruled  bool
	// Fields are the fields of the application that each finding is about, by rule; a rule that no field changes has none.
	Fields map[string]string
	// Deciders are those whom an exception could be asked of, where it would be stopped.
	Deciders []office.Person
	// History is what the register of trips knows of each person, by name.
	History map[string][]PastLine
}

// PastLine is one trip that a person has made. Where the case does not lie in the
// reader's sight only that there was one is told, since the rules count it.
type PastLine struct {
	Trip   travel.PastTrip
	Hidden bool
}

// outOfSight stands in a finding for what the reader may not see and the rules must count.
const outOfSight = "（可见范围外）"

// Precheck asks the rules and the registers as a case would that was filed today,
// or, with a number, as that case would. The registers answer in full, so that
// the verdict is the one that submitting would give; of what lies out of the
// reader's sight nothing is told but that it counts. Nothing is recorded.
func (d *Desk) Precheck(ctx context.Context, reader Reader, no string, a form.Application) (Precheck, error) {
	p, ok := d.lib.Procedure(a.Procedure)
	if !ok {
		return Precheck{}, noProcedure(a.Procedure)
	}
	var out Precheck
	err := d.store.Read(ctx, func(r Reading) error {
		c := casework.Case{Procedure: a.Procedure, Unit: a.Unit, Applicant: reader.Person}
		today := r.Now().Day(OfficeZone())
		a.Filed = today
		if no != "" {
			var err error
			if c, err = d.inSight(r, reader, no); err != nil {
				return err
			}
			a.Filed = c.Filed
			p, _ = d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
		}
		seen := lookedUp{r: r}
		live, facts, err := d.withRows(r, c, a, seen.look)
		if err != nil {
			return err
		}
		if err := d.conceal(r, reader, affairs.Involved(a), seen.rows, facts); err != nil {
			return err
		}
		if out.History, err = d.history(r, reader, c.No, a, seen.rows); err != nil || len(p.Books) == 0 {
			return err
		}
		out.Ruled = true
		out.Answer, err = d.lib.Check(live, CheckOptions{Today: today, Gate: rule.Application, Books: p.Books, Facts: facts, Alternatives: true})
		if err != nil {
			return err
		}
		out.Fields = d.lib.fieldsOf(out.Answer, a)
		if out.Answer.Verdict == rule.Stop {
			out.Deciders, err = d.deciders(r, p, a, cmp.Or(a.Mark, c.Mark), reader.Person)
		}
		return err
	})
	return out, err
}

// lookedUp remembers the rows that registers gave.
type lookedUp struct {
	r    Reading
	rows []register.Row
}

func (l *lookedUp) look(name, key string, from, until calendar.Day) ([]register.Row, error) {
	rows, err := l.r.Rows(name, key, from, until)
	l.rows = append(l.rows, rows...)
	return rows, err
}

// conceal takes out of the facts the names and numbers that the reader may not
// see. How many there are stays, for that is what rules ask.
func (d *Desk) conceal(r Reading, reader Reader, own []string, rows []register.Row, facts rule.Facts) error {
	visible := map[string]bool{}
	sees := func(no string) (bool, error) {
		if v, known := visible[no]; known {
			return v, nil
		}
		v, err := d.seesNumber(r, reader, no)
		visible[no] = v
		return v, err
	}
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		words, ok := facts[name].([]string)
		if !ok {
			continue
		}
		shown := slices.Clone(words)
		for i, word := range words {
			for _, row := range rows {
				if !strings.Contains(word, row.Case) && (word != row.Key && word != row.Who || slices.Contains(own, word)) {
					continue
				}
				ok, err := sees(row.Case)
				if err != nil {
					return err
				}
				if !ok {
					shown[i] = outOfSight
				}
			}
		}
		facts[name] = shown
	}
	return nil
}

func (d *Desk) seesNumber(r Reading, reader Reader, no string) (bool, error) {
	c, err := r.Case(no)
	if err != nil {
		return false, err
	}
	return d.sees(r, reader, c)
}

// historyMonths is how far back the form tells of a person's trips: as far as the rules look.
const historyMonths = 24

// history gathers the approved trips that the members made within the window.
func (d *Desk) history(r Reading, reader Reader, no string, a form.Application, rows []register.Row) (map[string][]PastLine, error) {
	exit := form.Get[travel.Itinerary](a.Answers, "itinerary").Exit
	members := affairs.Involved(a)
	out := map[string][]PastLine{}
	told := map[string]bool{}
	for _, row := range rows {
		id := row.Case + " " + row.Key
		if row.Register != travel.TripsRegister || row.Case == no || told[id] || !slices.Contains(members, row.Key) || row.From < exit.AddMonths(-historyMonths) || row.From >= exit {
			continue
		}
		told[id] = true
		var trip travel.TripRow
		if err := json.Unmarshal(row.Body, &trip); err != nil {
			return nil, fmt.Errorf("read register row %s of %s: %w", row.Key, row.Case, err)
		}
		if !trip.Approved {
			continue
		}
		line := PastLine{Trip: travel.PastOf(trip, row)}
		sees, err := d.seesNumber(r, reader, row.Case)
		if err != nil {
			return nil, err
		}
		if !sees {
			line = PastLine{Hidden: true}
		}
		out[row.Key] = append(out[row.Key], line)
	}
	return out, nil
}

// spoken is a name in an expression, with what follows its dots.
var spoken = regexp.MustCompile(`[a-z_]+(?:\.[a-z_]+)*`)

// fieldsOf finds for each finding the field of the application that it is about:
// the first that its article speaks of and that the form has.
func (l *Library) fieldsOf(answer rule.Answer, a form.Application) map[string]string {
	f, _ := l.form(a.Procedure)
	out := map[string]string{}
	for _, finding := range answer.Findings {
		book, ok := l.Books.Find(finding.Cite.Book)
		if !ok {
			continue
		}
		i := slices.IndexFunc(book.Articles, func(x rule.Article) bool { return x.ID == finding.Rule })
		if i < 0 {
			continue
		}
		if field := l.aboutOf(f, book.Articles[i]); field != "" {
			out[finding.Rule] = ofSubject(field, finding, a)
		}
	}
	return out
}

func (l *Library) aboutOf(f form.Form, a rule.Article) string {
	var says []string
	if a.Measure != nil {
		says = append(says, a.Measure.Value)
	}
	for _, o := range a.Outcomes {
		says = append(says, o.If)
	}
	switch a.Scope {
	case "person":
		says = append([]string{"person"}, says...)
	case "stay":
		says = append([]string{"stay"}, says...)
	}
	about := affairs.Of(f.Procedure).About
	for _, say := range append(says, a.Applies) {
		for _, name := range spoken.FindAllString(say, -1) {
			if about != nil {
				if field := about(name); field != "" {
					return field
				}
			}
			if field := f.Field(name); field != "" {
				return field
			}
		}
	}
	return ""
}

// ofSubject is the item of the delegation or of the stays that a finding names first.
func ofSubject(field string, finding rule.Finding, a form.Application) string {
	if len(finding.Subjects) == 0 {
		return field
	}
	switch field {
	case "delegation":
		if i := slices.Index(affairs.Involved(a), finding.Subjects[0]); i >= 0 {
			return fmt.Sprintf("delegation[%d]", i)
		}
	case "itinerary.stays":
		for i, s := range form.Get[travel.Itinerary](a.Answers, "itinerary").Stays {
			if subject := finding.Subjects[0]; subject == string(s.Place) || subject == string(s.Place)+" "+s.City {
				return fmt.Sprintf("itinerary.stays[%d]", i)
			}
		}
	}
	return field
}

// StartLine is a procedure under which somebody can file.
type StartLine struct {
	Name  string    `json:"name"`
	Title text.Text `json:"title"`
	// Why says what its first step is there for.
	Why text.Text `json:"why"`
}

// Procedures lists the procedures under which somebody can file, by name.
func (d *Desk) Procedures() []StartLine {
	var out []StartLine
	for _, name := range slices.Sorted(maps.Keys(d.lib.Forms)) {
		if p, ok := d.lib.Procedure(name); ok {
			out = append(out, StartLine{Name: name, Title: p.Title, Why: p.First().Why})
		}
	}
	return out
}

// Blank is an application that somebody begins: of the reader's own unit.
func (d *Desk) Blank(ctx context.Context, reader Reader, procedure string) (form.Application, error) {
	a := form.Application{Procedure: procedure, Answers: form.Answers{}}
	if _, ok := d.lib.Procedure(procedure); !ok {
		return a, noProcedure(procedure)
	}
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		a.Unit = ownUnit(o, reader.Person, r.Now().Day(OfficeZone()))
		return nil
	})
	return a, err
}

func ownUnit(o office.Office, person office.PersonID, day calendar.Day) string {
	for _, id := range o.PostsOf(person, day) {
		post, _ := o.Post(id)
		if above := o.Above(post.Unit); len(above) > 0 {
			unit, _ := o.Unit(above[len(above)-1])
			return unit.Name.ZH
		}
	}
	return ""
}

// Again is a case in the reader's sight made into the beginning of another
// application, without what the reader may not see of it.
func (d *Desk) Again(ctx context.Context, reader Reader, no string, exit calendar.Day) (form.Application, error) {
	view, err := d.Case(ctx, reader, no)
	if err != nil {
		return form.Application{}, err
	}
	a := view.Application
	if again := affairs.Of(a.Procedure).Again; again != nil {
		return again(a, exit), nil
	}
	a.Filed = 0
	return a, nil
}
