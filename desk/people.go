package desk

import (
	"cmp"
	"context"
	"slices"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// PeopleView is the office as its people read it on a day: units with their
// posts, everybody by name, what is vacant and who acts for whom. All who are
// signed in may read it.
type PeopleView struct {
	On          calendar.Day
	Units       []UnitView
	People      []PersonLine
	Vacant      []PostView
	Delegations []DelegationView
}

// UnitView is a unit with its posts; Depth is how many units lie above it.
type UnitView struct {
	Name  text.Text
	Depth int
	Posts []PostView
}

// PostView is a post with its holders, and who acts in it for one of them.
type PostView struct {
	ID      office.PostID
	Name    text.Text
	Unit    text.Text
	Head    bool
	Holders []PersonLine
	Acting  []DelegationView
	Vacant  bool
}

// PersonLine is a person with the posts held, and the day since which, where one post is spoken of.
type PersonLine struct {
	ID    office.PersonID
	Name  string
	Posts []text.Text
	Since calendar.Day
	Until calendar.Day
	Left  calendar.Day
}

// DelegationView is a delegation of authority that holds or is to come.
type DelegationView struct {
	office.Delegation
	FromName, ToName string
	PostName         text.Text
	// Scope are the procedures that it holds for; none: all.
	Scope []text.Text
	// Now says that it holds on the day; MayEnd that the reader may end it.
	Now, MayEnd bool
}

// People shows the office as it stands today.
func (d *Desk) People(ctx context.Context, reader Reader) (PeopleView, error) {
	var out PeopleView
	err := d.atOffice(ctx, func(o office.Office, today calendar.Day) error {
		out.On = today
		for _, u := range inTree(o.Units) {
			unit := UnitView{Name: u.Name, Depth: len(o.Above(u.ID)) - 1}
			for _, p := range o.Posts {
				if p.Unit == u.ID {
					unit.Posts = append(unit.Posts, d.postView(o, p, reader, today))
				}
			}
			for _, p := range unit.Posts {
				if p.Vacant {
					out.Vacant = append(out.Vacant, p)
				}
			}
			out.Units = append(out.Units, unit)
		}
		for _, p := range o.Persons {
			if p.There(today) {
				out.People = append(out.People, personLine(o, p, today))
			}
		}
		byName(out.People)
		for _, g := range o.Delegations {
			if g.Until >= today {
				out.Delegations = append(out.Delegations, d.delegationView(o, g, reader, today))
			}
		}
		return nil
	})
	return out, err
}

// atOffice runs a function on the office as it stands today.
func (d *Desk) atOffice(ctx context.Context, fn func(o office.Office, today calendar.Day) error) error {
	return d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		return fn(o, r.Now().Day(OfficeZone()))
	})
}

// inTree orders units so that those below follow the one above.
func inTree(all []office.Unit) []office.Unit {
	var out []office.Unit
	var below func(parent office.UnitID)
	below = func(parent office.UnitID) {
		for _, u := range all {
			if u.Parent == parent {
				out = append(out, u)
				below(u.ID)
			}
		}
	}
	below("")
	return out
}

// byName orders people as names stand in a list: by pinyin.
func byName(people []PersonLine) {
	sortKey := text.SortKeys()
	keys := map[string]string{}
	for _, p := range people {
		keys[p.Name] = sortKey(p.Name)
	}
	slices.SortFunc(people, func(a, b PersonLine) int {
		return cmp.Or(cmp.Compare(keys[a.Name], keys[b.Name]), cmp.Compare(a.ID, b.ID))
	})
}

func personLine(o office.Office, p office.Person, day calendar.Day) PersonLine {
	line := PersonLine{ID: p.ID, Name: p.Name, Left: p.Left}
	for _, id := range o.PostsOf(p.ID, day) {
		post, _ := o.Post(id)
		line.Posts = append(line.Posts, post.Name)
	}
	return line
}

func (d *Desk) postView(o office.Office, p office.Post, reader Reader, day calendar.Day) PostView {
	unit, _ := o.Unit(p.Unit)
	v := PostView{ID: p.ID, Name: p.Name, Unit: unit.Name, Head: p.Head}
	for _, h := range o.Holdings {
		if h.Post == p.ID && h.From <= day && (h.Until.IsZero() || day <= h.Until) {
			person, _ := o.Person(h.Person)
			v.Holders = append(v.Holders, PersonLine{ID: h.Person, Name: person.Name, Since: h.From, Until: h.Until})
		}
	}
	byName(v.Holders)
	v.Vacant = len(v.Holders) == 0
	for _, g := range o.Delegations {
		if g.Post == p.ID && g.Until >= day {
			v.Acting = append(v.Acting, d.delegationView(o, g, reader, day))
		}
	}
	return v
}

func (d *Desk) delegationView(o office.Office, g office.Delegation, reader Reader, day calendar.Day) DelegationView {
	from, _ := o.Person(g.From)
	to, _ := o.Person(g.To)
	post, _ := o.Post(g.Post)
	v := DelegationView{Delegation: g, FromName: from.Name, ToName: to.Name, PostName: post.Name, Now: g.Since <= day && day <= g.Until}
	v.MayEnd = g.From == reader.Person || o.Answers(reader.Person, g.Post, day)
	for _, name := range g.Procedures {
		p, _ := d.lib.Procedure(name)
		v.Scope = append(v.Scope, p.Title)
	}
	return v
}

// PersonView is one person: the posts held now and before, authority given and received.
type PersonView struct {
	PersonLine
	Pinyin   string
	Held     []HoldingView
	Given    []DelegationView
	Received []DelegationView
	// Self says that it is the reader.
	Self bool
}

// HoldingView is a post that is, was or will be held.
type HoldingView struct {
	Post        office.PostID
	Name, Unit  text.Text
	From, Until calendar.Day
	Now         bool
}

// PersonOf shows one person; NotFound comes back for nobody.
func (d *Desk) PersonOf(ctx context.Context, reader Reader, id office.PersonID) (PersonView, error) {
	var out PersonView
	err := d.atOffice(ctx, func(o office.Office, today calendar.Day) error {
		p, ok := o.Person(id)
		if !ok {
			return fault.New(fault.NotFound, "person", text.Text{ZH: "没有这个人；请从人员名单找起", EN: "there is no such person; start from the list of people"})
		}
		out = PersonView{PersonLine: personLine(o, p, today), Pinyin: p.Pinyin, Self: id == reader.Person}
		for _, h := range o.Holdings {
			if h.Person != id {
				continue
			}
			post, _ := o.Post(h.Post)
			unit, _ := o.Unit(post.Unit)
			now := h.From <= today && (h.Until.IsZero() || today <= h.Until)
			out.Held = append(out.Held, HoldingView{Post: h.Post, Name: post.Name, Unit: unit.Name, From: h.From, Until: h.Until, Now: now})
		}
		slices.SortStableFunc(out.Held, func(a, b HoldingView) int { return cmp.Compare(b.From, a.From) })
		for _, g := range o.Delegations {
			if g.From == id {
				out.Given = append(out.Given, d.delegationView(o, g, reader, today))
			}
			if g.To == id {
				out.Received = append(out.Received, d.delegationView(o, g, reader, today))
			}
		}
		return nil
	})
	return out, err
}

// PostDetail is one post, with what the reader may do about it.
type PostDetail struct {
	PostView
	// Held are those who held it, hold it and will.
	Held []PersonLine
	// Givers are those whose authority the reader may give; MayHandOver says that the reader may pass the post on.
	Givers      []PersonLine
	MayHandOver bool
	// People are those to whom something can be given, Answering those who may act beside the holders.
	People    []PersonLine
	Answering []string
	// Procedures are those by which a delegation can be limited.
	Procedures []ProcedureName
	Today      calendar.Day
}

// ProcedureName is a procedure as people call it.
type ProcedureName struct {
	Name  string
	Title text.Text
}

// PostOf shows one post; NotFound comes back for one that is not there.
func (d *Desk) PostOf(ctx context.Context, reader Reader, id office.PostID) (PostDetail, error) {
	var out PostDetail
	err := d.atOffice(ctx, func(o office.Office, today calendar.Day) error {
		p, ok := o.Post(id)
		if !ok {
			return fault.New(fault.NotFound, "post", text.Text{ZH: "没有这个岗位；请从岗位名单找起", EN: "there is no such post; start from the list of posts"})
		}
		out = PostDetail{PostView: d.postView(o, p, reader, today), Today: today, MayHandOver: o.Answers(reader.Person, id, today)}
		for _, h := range o.Holdings {
			if h.Post == id {
				person, _ := o.Person(h.Person)
				out.Held = append(out.Held, PersonLine{ID: h.Person, Name: person.Name, Since: h.From, Until: h.Until})
			}
		}
		slices.SortStableFunc(out.Held, func(a, b PersonLine) int { return cmp.Compare(b.Since, a.Since) })
		for _, h := range out.Holders {
			if h.ID == reader.Person || out.MayHandOver {
				out.Givers = append(out.Givers, h)
			}
		}
		for _, person := range o.Persons {
			if person.There(today) {
				out.People = append(out.People, personLine(o, person, today))
			}
		}
		byName(out.People)
		for _, person := range o.Answering(id, today) {
			who, _ := o.Person(person)
			out.Answering = append(out.Answering, who.Name)
		}
		out.Procedures = d.lib.procedureNames()
		return nil
	})
	return out, err
}

func (l *Library) procedureNames() []ProcedureName {
	var out []ProcedureName
	for name := range l.Forms {
		if p, ok := l.Procedure(name); ok {
			out = append(out, ProcedureName{Name: name, Title: p.Title})
		}
	}
	slices.SortFunc(out, func(a, b ProcedureName) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// ChangeOffice makes a change of the office that a page asked for under a name
// of its own; the same request sent again gives what came of the first.
func (d *Desk) ChangeOffice(ctx context.Context, reader Reader, name string, c office.Change) error {
	return d.store.Write(ctx, func(w Writing) error {
		var done office.Change
		return once(w, request{reader.Person, name, c}, &done, func() error {
			done = c
			_, err := d.changed(w, reader.Actor(), c)
			return err
		})
	})
}
