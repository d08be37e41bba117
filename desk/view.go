package desk

import (
	"context"
	"encoding/hex"
	"slices"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// CaseLine is a case in a list.
type CaseLine struct {
	No        string           `json:"no"`
	Number    text.Text        `json:"number"`
	Procedure string           `json:"procedure"`
	Title     string           `json:"title"`
	Unit      string           `json:"unit"`
	State     casework.State   `json:"state"`
	Outcome   casework.Outcome `json:"outcome,omitempty"`
	Step      text.Text        `json:"step"`
	Holders   []Holder         `json:"holders"`
	Filed     calendar.Day     `json:"filed"`
	Today     calendar.Day     `json:"today"`
	Version   int              `json:"version"`
	// Called is how it is called in English.
	Called CaseName `json:"-"`
	// Dissent, Objections and Changing are what a list warns of: opinions that dissent, open objections, a change under way.
	Dissent    int  `json:"-"`
	Objections int  `json:"-"`
	Changing   bool `json:"-"`
}

// Holder is who has a case: a post with its bearers, or the applicant; since when, until when.
type Holder struct {
	Task   text.Text            `json:"task"`
	Post   text.Text            `json:"post"`
	People []string             `json:"people"`
	Since  calendar.Instant     `json:"since"`
	Due    *calendar.Derivation `json:"due,omitempty"`
	// LeftDays are the working days left until the due day, negative when it has passed.
	LeftDays int `json:"left_days,omitempty"`
	// Vacant: nobody can do the task: nobody holds the post, or all who bear it must
	// stand aside. That is an incident, and is shown as one.
	Vacant bool `json:"vacant,omitempty"`
	// Aside says why those who bear the post and are parties to the case must stand aside.
	Aside []text.Text `json:"aside,omitempty"`
}

// StepView is a step of the procedure as a case sees it.
type StepView struct {
	ID      string    `json:"id"`
	Title   text.Text `json:"title"`
	Why     text.Text `json:"why"`
	Article string    `json:"article,omitempty"`
	Done    bool      `json:"done"`
	Current bool      `json:"current"`
	// Day is when the step was entered last; zero when it has not been.
	Day calendar.Day `json:"day,omitempty"`
}

// LogLine is one entry of a case in the journal.
type LogLine struct {
	Entry  int64            `json:"entry"`
	Kind   casework.Kind    `json:"kind"`
	At     calendar.Instant `json:"at"`
	Person string           `json:"person,omitempty"`
	// For is the person who delegated the authority; both are recorded.
	For      string           `json:"for,omitempty"`
	Post     text.Text        `json:"post,omitzero"`
	Operator bool             `json:"operator,omitempty"`
	Text     string           `json:"text,omitempty"`
	Ground   string           `json:"ground,omitempty"`
	Stance   procedure.Stance `json:"stance,omitempty"`
	Step     text.Text        `json:"step"`
}

// CaseView is a case with everything that a page or a reader needs to know of it.
type CaseView struct {
	CaseLine
	Case        casework.Case    `json:"case"`
	Application form.Application `json:"application"`
	// Checked is what the rules said last: of the decision, or since.
	Checked   *casework.Checked `json:"checked,omitempty"`
	Procedure text.Text         `json:"procedure_title"`
	Steps     []StepView        `json:"steps"`
	Log       []LogLine         `json:"log"`
	// Hidden are the parts of the application that this reader may not see; they are not in it.
	Hidden []string `json:"hidden,omitempty"`
	// Attaches: this reader may attach a file now.
	Attaches bool `json:"attaches,omitempty"`
	// People names the persons that the case mentions, by ID.
	People map[office.PersonID]string `json:"people"`
	// Proof says how far the journal has taken the case into its tree.
	LastEntry int64 `json:"last_entry"`
	// Head is the hash of the last entry of the case, in hexadecimal.
	Head string `json:"-"`
	// Rounds are what was changed in the application, each time it was.
	Rounds []Round `json:"-"`
	// Answers is the application as a page shows it.
	Answers []Block `json:"-"`
	// Party and Allowances are who travels, and what the tables give them; nobody where the case is no trip.
	Party      []travel.Companion `json:"-"`
	Allowances []travel.Allowance `json:"-"`
}

// Cases lists the cases in a reader's sight that a filter picks, newest first.
func (d *Desk) Cases(ctx context.Context, reader Reader, f casework.Filter) ([]CaseLine, error) {
	var out []CaseLine
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		if f.Sight, err = sightOf(r, reader); err != nil {
			return err
		}
		cases, err := r.Cases(f)
		if err != nil {
			return err
		}
		today := r.Now().Day(OfficeZone())
		for _, c := range cases {
			out = append(out, d.line(c, o, today))
		}
		return nil
	})
	return out, err
}

// CountCases counts the cases in a reader's sight that a filter picks, by state.
func (d *Desk) CountCases(ctx context.Context, reader Reader, f casework.Filter) (map[casework.State]int, error) {
	var out map[casework.State]int
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		if f.Sight, err = sightOf(r, reader); err != nil {
			return err
		}
		out, err = r.CountCases(f)
		return err
	})
	return out, err
}

// Version is the present version of a case in a reader's sight.
func (d *Desk) Version(ctx context.Context, reader Reader, no string) (int, error) {
	var out int
	err := d.store.Read(ctx, func(r Reading) error {
		c, err := d.inSight(r, reader, no)
		out = c.Version
		return err
	})
	return out, err
}

// Case shows one case, without what this reader may not see of it. It is a fault
// NotFound when no case of that number lies in the reader's sight.
func (d *Desk) Case(ctx context.Context, reader Reader, no string) (CaseView, error) {
	var out CaseView
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		out, _, err = d.view(r, reader, no)
		return err
	})
	return out, err
}

// view is a case as its reader may see it, with the history that it was read from, which holds more.
func (d *Desk) view(r Reading, reader Reader, no string) (CaseView, history, error) {
	var (
		out  CaseView
		told history
	)
	c, err := d.inSight(r, reader, no)
	if err != nil {
		return out, told, err
	}
	o, err := r.Office()
	if err != nil {
		return out, told, err
	}
	entries, err := r.Entries(c.No)
	if err != nil {
		return out, told, err
	}
	a, err := d.application(c, c.Filing)
	if err != nil {
		return out, told, err
	}
	if told, err = d.historyOf(entries); err != nil {
		return out, told, err
	}
	p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	out = CaseView{
		CaseLine: d.line(c, o, r.Now().Day(OfficeZone())), Case: c, Application: a, Procedure: p.Title,
		People: mentioned(c, told.events, o),
	}
	if out.Checked, err = d.saidOf(r, c, a, p, told); err != nil {
		return out, told, err
	}
	if err := d.standAside(r, reader, &out); err != nil {
		return out, told, err
	}
	if out.LastEntry, err = r.LastEntry(); err != nil {
		return out, told, err
	}
	if n := len(entries); n > 0 {
		out.Head = hex.EncodeToString(entries[n-1].Hash[:])
	}
	out.read(entries, told.events, p, o)
	if err := out.hide(r, reader, p, o); err != nil {
		return out, told, err
	}
	if out.Answers, err = d.laidOut(&out, entries); err != nil {
		return out, told, err
	}
	if err := d.party(&out, told); err != nil {
		return out, told, err
	}
	return out, told, d.rounds(&out, told.events, reader, o)
}

// mentioned are the names of those whom a case mentions: its applicant, whom it was copied to, and who did something in it.
func mentioned(c casework.Case, events []casework.Event, o office.Office) map[office.PersonID]string {
	ids := append([]office.PersonID{c.Applicant}, c.Copied...)
	for _, e := range events {
		ids = append(ids, e.Actor.Person, e.Actor.For)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out := make(map[office.PersonID]string, len(ids))
	for _, person := range o.Persons {
		if slices.Contains(ids, person.ID) {
			out[person.ID] = person.Name
		}
	}
	return out
}

// saidOf is what the rules say of a case. Whoever is to decide reads what the approval would rest on today; otherwise it
// is what they said last.
func (d *Desk) saidOf(r Reading, c casework.Case, a form.Application, p procedure.Procedure, told history) (*casework.Checked, error) {
	if step, _ := p.Step(c.Step); step.Kind == procedure.Decision && c.State == casework.Active && c.Change == nil && len(p.Books) > 0 {
		return d.checked(r, c, a, p, rule.Approval, r.Now().Day(OfficeZone()))
	}
	return told.checked, nil
}

// party fills in who travels and what the tables give them, as far as the reader may see it.
func (d *Desk) party(v *CaseView, told history) error {
	members, it := form.Get[[]travel.Member](v.Application.Answers, "delegation"), form.Get[travel.Itinerary](v.Application.Answers, "itinerary")
	if len(members) == 0 {
		return nil
	}
	asked := told.asked
	if v.Checked != nil && len(v.Checked.Answers) > 0 {
		asked = v.Checked.Answers // of today
	}
	if len(v.Hidden) > 0 {
		asked = nil // how often somebody travelled is seen by those who judge it
	}
	past, err := travel.PastIn(asked)
	if err != nil {
		return err
	}
	v.Party = travel.Party(members, it.Exit, past)
	v.Allowances, _ = travel.Allowances(it, members, form.Get[travel.Budget](v.Application.Answers, "budget"), d.lib.Rates)
	return nil
}

// read fills in the log and the steps from the entries.
func (v *CaseView) read(entries []journal.Entry, events []casework.Event, p procedure.Procedure, o office.Office) {
	entered := map[string]calendar.Day{}
	for i, e := range events {
		step, _ := p.Step(e.Step)
		line := LogLine{
			Entry: entries[i].ID, Kind: e.Kind, At: e.At, Operator: e.Actor.Operator, Text: e.Text, Ground: e.Ground, Stance: e.Stance, Step: step.Title,
			Person: v.People[e.Actor.Person], For: v.People[e.Actor.For],
		}
		if post, ok := o.Post(e.Actor.Post); ok {
			line.Post = post.Name
		}
		if e.Kind == casework.Escalated {
			line.Post = e.Post // whom it was told to
		}
		v.Log = append(v.Log, line)
		if e.Enter != nil {
			entered[e.Enter.Step] = e.Day
		}
	}
	reached := false
	for _, s := range p.Steps {
		current := s.ID == v.Case.Step
		reached = reached || current
		v.Steps = append(v.Steps, StepView{
			ID: s.ID, Title: s.Title, Why: s.Why, Article: s.Article, Day: entered[s.ID],
			Current: current && !v.Case.State.Ended(), Done: !reached || (current && v.Case.State == casework.Closed),
		})
	}
}

func (d *Desk) line(c casework.Case, o office.Office, today calendar.Day) CaseLine {
	p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	step, _ := p.Step(c.Step)
	line := CaseLine{
		No: c.No, Number: c.Number, Procedure: c.Procedure, Title: c.Title, Unit: c.Unit, State: c.State, Outcome: c.Outcome,
		Step: step.Title, Filed: c.Filed, Today: today, Version: c.Version, Holders: []Holder{}, Called: d.named(c, o),
		Dissent: len(c.Dissent()), Objections: c.OpenObjections(), Changing: c.Change != nil,
	}
	for _, t := range c.Tasks(p) {
		h := Holder{Task: t.Title, Since: t.Since, Due: t.Due, Post: text.Text{ZH: "申请人", EN: "Applicant"}, People: []string{}}
		if t.Due != nil {
			if t.Due.Due >= today {
				h.LeftDays, _ = d.lib.Calendar.WorkingBetween(today, t.Due.Due)
			} else {
				late, _ := d.lib.Calendar.WorkingBetween(t.Due.Due, today)
				h.LeftDays = -late
			}
		}
		if t.Post == "" {
			if person, ok := o.Person(t.Person); ok {
				h.People = append(h.People, person.Name)
			}
		} else {
			h.Post = text.Text{ZH: string(t.Post), EN: string(t.Post)}
			if post, ok := o.Post(t.Post); ok {
				h.Post = post.Name
			}
			for _, b := range o.Bearers(t.Post, today, c.Procedure) {
				if person, ok := o.Person(b.Person); ok {
					h.People = append(h.People, person.Name)
				}
			}
			h.Vacant = len(o.Holders(t.Post, today)) == 0
		}
		line.Holders = append(line.Holders, h)
	}
	return line
}
