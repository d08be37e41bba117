package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"chancery/affairs/passport"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
)

// HandOver passes a post from one person to another from a day on.
func (d *Desk) HandOver(ctx context.Context, actor office.Actor, h office.HandOver) (office.Office, error) {
	return d.change(ctx, actor, office.Change{Kind: office.HandedOver, HandOver: &h})
}

// Delegate gives the authority of a post to another person for a span of days.
func (d *Desk) Delegate(ctx context.Context, actor office.Actor, g office.Delegation) (office.Office, error) {
	return d.change(ctx, actor, office.Change{Kind: office.AuthorityGiven, Given: &g})
}

// EndDelegation ends a delegation of authority.
func (d *Desk) EndDelegation(ctx context.Context, actor office.Actor, e office.Ending) (office.Office, error) {
	return d.change(ctx, actor, office.Change{Kind: office.AuthorityEnded, Ended: &e})
}

// SetPlan sets the total of a unit's plan of a year, in place of the one before.
func (d *Desk) SetPlan(ctx context.Context, actor office.Actor, p office.Plan) (office.Office, error) {
	return d.change(ctx, actor, office.Change{Kind: office.PlanSet, Plan: &p})
}

// Join takes a person into the office, perhaps into a vacant post.
func (d *Desk) Join(ctx context.Context, actor office.Actor, j office.Joining) (office.Office, error) {
	return d.change(ctx, actor, office.Change{Kind: office.Joined, Joined: &j})
}

// Leave lets a person go. Conflict comes back for somebody who still holds posts,
// authority, tasks or travel documents, and says which.
func (d *Desk) Leave(ctx context.Context, actor office.Actor, l office.Leaving) (office.Office, error) {
	return d.change(ctx, actor, office.Change{Kind: office.Left, Left: &l})
}

// AddUnit adds a unit.
func (d *Desk) AddUnit(ctx context.Context, actor office.Actor, u office.Unit) (office.Office, error) {
	return d.change(ctx, actor, office.Change{Kind: office.UnitAdded, Unit: &u})
}

// AddPost adds a post, which is vacant until somebody takes it up.
func (d *Desk) AddPost(ctx context.Context, actor office.Actor, p office.Post) (office.Office, error) {
	return d.change(ctx, actor, office.Change{Kind: office.PostAdded, Post: &p})
}

// change changes the office in one transaction and enters the change in the
// office's own chain of the journal.
func (d *Desk) change(ctx context.Context, actor office.Actor, c office.Change) (office.Office, error) {
	var next office.Office
	err := d.store.Write(ctx, func(w Writing) error {
		o, err := w.Office()
		if err != nil {
			return err
		}
		if err := mayChange(actor, c); err != nil {
			return err
		}
		c.At, c.Actor = w.Now(), actor
		c.Day = c.At.Day(OfficeZone())
		if c.Left != nil {
			if err := free(w, o, *c.Left); err != nil {
				return err
			}
		}
		if next, err = o.Change(c); err != nil {
			return err
		}
		entries, err := w.Entries(office.Chain)
		if err != nil {
			return err
		}
		if len(entries) == 0 { // an office from before its changes were entered
			if err := found(w, o); err != nil {
				return err
			}
		}
		if err := enterChange(w, c); err != nil {
			return err
		}
		if c.Unit != nil || c.Joined != nil { // cases may name the unit or the person already
			if _, err := d.resight(w, next); err != nil {
				return err
			}
		}
		return w.SaveOffice(next)
	})
	return next, err
}

// found begins the office's chain with the office as it stands.
func found(w Writing, o office.Office) error {
	now := w.Now()
	return enterChange(w, office.Change{
		Kind: office.Founded, At: now, Day: now.Day(OfficeZone()), Actor: office.Actor{Operator: true}, Founded: &o,
	})
}

func enterChange(w Writing, c office.Change) error {
	body, err := journal.Canonical(c)
	if err != nil {
		return fmt.Errorf("write a change of the office: %w", err)
	}
	_, err = w.Append(office.Chain, string(c.Kind), office.ChangeVersion, c.Actor, body)
	return err
}

// RebuildOffice makes the office of the entries of its chain.
func RebuildOffice(entries []journal.Entry) (office.Office, error) {
	changes := make([]office.Change, 0, len(entries))
	for _, e := range entries {
		var c office.Change
		if err := json.Unmarshal(e.Body, &c); err != nil {
			return office.Office{}, fmt.Errorf("read entry %d: %w", e.ID, err)
		}
		changes = append(changes, c)
	}
	return office.Rebuild(changes)
}

// mayChange lets everybody give and end the authority of the own posts; all else
// is for the operator of the machine.
func mayChange(actor office.Actor, c office.Change) error {
	own := c.Given != nil && c.Given.From == actor.Person || c.Ended != nil && c.Ended.From == actor.Person
	if actor.Operator || own {
		return nil
	}
	return fault.New(fault.NotAllowed, "office", text.Text{
		ZH: "各人只能委托或收回自己岗位的职权；机构的其他变动由系统操作员在命令行办理（chancery office）",
		EN: "everybody may delegate the authority of the own posts, and end that; other changes of the office are made by the operator of the machine (chancery office)",
	})
}

// free refuses to let somebody go who still holds something, and says what.
func free(r Reading, o office.Office, l office.Leaving) error {
	p, ok := o.Person(l.Person)
	if !ok {
		return nil // said by the change itself
	}
	var zhs, ens []string
	add := func(zh, en string, what []text.Text) {
		if len(what) > 0 {
			more := text.Text{ZH: zh, EN: en}.Fill(text.Args{"what": what})
			zhs, ens = append(zhs, more.ZH), append(ens, more.EN)
		}
	}
	same := func(s string) text.Text { return text.Text{ZH: s, EN: s} }
	posts, from := o.Keeps(l.Person, l.Last)
	var names, givers []text.Text
	for _, id := range posts {
		post, _ := o.Post(id)
		names = append(names, post.Name)
	}
	for _, id := range from {
		giver, _ := o.Person(id)
		givers = append(givers, same(giver.Name))
	}
	add("岗位{what}，请先交接", "the post {what} (hand it over first)", names)
	add("{what}委托的职权，请先终止授权", "authority delegated by {what} (end it first)", givers)
	tasks, err := r.Tasks("", l.Person)
	if err != nil {
		return err
	}
	var cases []text.Text
	for _, t := range tasks {
		if !slices.Contains(cases, same(t.Case)) {
			cases = append(cases, same(t.Case))
		}
	}
	add("{what} 的待办，请先办完", "tasks in {what} (do them first)", cases)
	rows, err := r.Rows(passport.Register, p.Name, calendar.LastDay, 0) // what is still out
	if err != nil {
		return err
	}
	var documents []text.Text
	for _, row := range rows {
		documents = append(documents, same(row.Case))
	}
	add("{what} 领出的证照，请先交还", "the travel document handed out in {what} (hand it back first)", documents)
	if len(zhs) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "person", text.Text{
		ZH: p.Name + "还不能离开，名下还有：" + strings.Join(zhs, "；"), EN: p.Name + " cannot leave yet and still holds " + strings.Join(ens, "; "),
	})
}

// OfficeView is the office as it stands on a day.
type OfficeView struct {
	Name        text.Text        `json:"name"`
	On          calendar.Day     `json:"on"`
	Posts       []OfficePost     `json:"posts"`
	Delegations []DelegationLine `json:"delegations"`
	Plans       []PlanLine       `json:"plans"`
	// Persons are those who belong to the office that day.
	Persons []office.Person `json:"persons"`
}

// OfficePost is a post with those who bear it; none holds it: it is vacant.
type OfficePost struct {
	ID     office.PostID `json:"id"`
	Unit   text.Text     `json:"unit"`
	Name   text.Text     `json:"name"`
	People []string      `json:"people"`
	Vacant bool          `json:"vacant,omitempty"`
}

// DelegationLine is a delegation of authority that holds or is to come.
type DelegationLine struct {
	office.Delegation
	FromName string `json:"from_name"`
	ToName   string `json:"to_name"`
}

// PlanLine is a unit's plan of a year and what is left of it.
type PlanLine struct {
	office.Plan
	Used int `json:"used"`
	Left int `json:"left"`
}

// Office shows the office as it stands today.
func (d *Desk) Office(ctx context.Context) (OfficeView, error) {
	var out OfficeView
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		today := r.Now().Day(OfficeZone())
		out = OfficeView{Name: o.Name, On: today, Posts: []OfficePost{}, Delegations: []DelegationLine{}, Plans: []PlanLine{}, Persons: []office.Person{}}
		name := func(id office.PersonID) string { p, _ := o.Person(id); return p.Name }
		for _, p := range o.Posts {
			unit, _ := o.Unit(p.Unit)
			line := OfficePost{ID: p.ID, Unit: unit.Name, Name: p.Name, People: []string{}, Vacant: len(o.Holders(p.ID, today)) == 0}
			for _, b := range o.Bearers(p.ID, today, "") {
				if person := name(b.Person); !slices.Contains(line.People, person) {
					line.People = append(line.People, person)
				}
			}
			out.Posts = append(out.Posts, line)
		}
		for _, g := range o.Delegations {
			if g.Until >= today {
				out.Delegations = append(out.Delegations, DelegationLine{Delegation: g, FromName: name(g.From), ToName: name(g.To)})
			}
		}
		for _, p := range o.Plans {
			rows, err := r.Rows(travel.PlanRegister, travel.PlanKey(p.Unit, p.Year), 0, 0)
			if err != nil {
				return err
			}
			out.Plans = append(out.Plans, PlanLine{Plan: p, Used: len(rows), Left: p.Groups - len(rows)})
		}
		for _, p := range o.Persons {
			if p.There(today) {
				out.Persons = append(out.Persons, p)
			}
		}
		return nil
	})
	return out, err
}
