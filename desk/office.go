package desk

import (
	"cmp"
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
		var err error
		next, err = d.changed(w, actor, c)
		return err
	})
	return next, err
}

func (d *Desk) changed(w Writing, actor office.Actor, c office.Change) (office.Office, error) {
	o, err := w.Office()
	if err != nil {
		return o, err
	}
	c.At, c.Actor = w.Now(), actor
	c.Day = c.At.Day(OfficeZone())
	if err := mayChange(o, actor, c); err != nil {
		return o, err
	}
	if c.Left != nil {
		if err := free(w, o, *c.Left); err != nil {
			return o, err
		}
	}
	next, err := o.Change(c)
	if err != nil {
		return o, err
	}
	entries, err := w.Entries(office.Chain)
	if err != nil {
		return o, err
	}
	if len(entries) == 0 { // an office from before its changes were entered
		if err := found(w, o); err != nil {
			return o, err
		}
	}
	if err := enterChange(w, c); err != nil {
		return o, err
	}
	if c.Unit != nil || c.Joined != nil { // cases may name the unit or the person already
		if _, err := d.resight(w, next); err != nil {
			return o, err
		}
	}
	return next, w.SaveOffice(next)
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

// mayChange lets everybody give and end the authority of the own posts; the head
// of the unit and a post that sees the whole office may do so for others and hand
// posts over, but take nothing for themselves. All else is for the operator of the machine.
func mayChange(o office.Office, actor office.Actor, c office.Change) error {
	if actor.Operator {
		return nil
	}
	var post office.PostID
	var from, to office.PersonID
	switch {
	case c.Given != nil:
		post, from, to = c.Given.Post, c.Given.From, c.Given.To
	case c.Ended != nil:
		post, from = c.Ended.Post, c.Ended.From
	case c.HandOver != nil:
		post, to = c.HandOver.Post, c.HandOver.To
	default:
		return fault.New(fault.NotAllowed, "office", text.Text{
			ZH: "机构的这类变动由系统操作员在命令行办理（chancery office）", EN: "such changes of the office are made by the operator of the machine (chancery office)",
		})
	}
	if from == actor.Person && from != "" || to != actor.Person && o.Answers(actor.Person, post, c.Day) {
		return nil
	}
	var zhs, ens []string
	for _, id := range o.Answering(post, c.Day) {
		if p, ok := o.Person(id); ok && id != to {
			zhs, ens = append(zhs, p.Name), append(ens, cmp.Or(p.Pinyin, p.Name))
		}
	}
	who := text.Text{ZH: text.Join(append(zhs, "系统操作员"), text.ZH), EN: text.Join(append(ens, "the operator of the machine"), text.EN)}
	return fault.New(fault.NotAllowed, "office", text.Text{
		ZH: "各人只能委托或收回自己岗位的职权，也不能把别人的岗位交给自己；这个岗位还可由{who}办理",
		EN: "everybody may delegate the authority of the own posts, and end that, and nobody takes another's for himself; for this post it may also be done by {who}",
	}.Fill(text.Args{"who": who}))
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
			used, err := r.CountKeyed(travel.PlanRegister, travel.PlanKey(p.Unit, p.Year), "")
			if err != nil {
				return err
			}
			out.Plans = append(out.Plans, PlanLine{Plan: p, Used: used, Left: p.Groups - used})
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
