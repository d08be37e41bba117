// Package office knows who may act: units, posts, persons who hold posts from a
// day to a day, and delegations of authority that name both sides. Steps belong
// to posts, never to persons; a post that nobody holds is an incident to be
// shown, never a step to be skipped.
package office

import (
	"cmp"
	"fmt"
	"slices"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/strict"
	"chancery/core/text"
)

// PersonID, PostID and UnitID name people, posts and units for good; they are never used again for another.
type (
	PersonID string
	PostID   string
	UnitID   string
)

// Unit is a unit of the office or of a department it works with.
type Unit struct {
	ID     UnitID    `json:"id"`
	Name   text.Text `json:"name"`
	Parent UnitID    `json:"parent,omitempty"`
}

// Post is a place in the office that somebody holds.
type Post struct {
	ID   PostID    `json:"id"`
	Name text.Text `json:"name"`
	Unit UnitID    `json:"unit"`
	// Head says that its holder answers for the unit and those below it.
	Head bool `json:"head,omitempty"`
	// Telephone is where the post is reached, also by people outside.
	Telephone string `json:"telephone,omitempty"`
	// Sees says which cases it sees beside those it has a part in.
	Sees Sees `json:"sees,omitzero"`
}

// Sees is what a post sees beside the cases it has a part in: those of its unit
// and the units below, those of some procedures, or all of the office's.
type Sees struct {
	Unit       bool     `json:"unit,omitempty"`
	Procedures []string `json:"procedures,omitempty"`
	Office     bool     `json:"office,omitempty"`
}

// IsZero says that it sees nothing more.
func (s Sees) IsZero() bool { return !s.Unit && !s.Office && len(s.Procedures) == 0 }

// Person is somebody who can act. Name is in the person's own script.
type Person struct {
	ID     PersonID `json:"id"`
	Name   string   `json:"name"`
	Pinyin string   `json:"pinyin,omitempty"`
	// Left is the last day of somebody who has left the office; the name stays in the record.
	Left calendar.Day `json:"left,omitempty"`
}

// Holding says that a person holds a post from a day to a day, both included; no last day: still.
type Holding struct {
	Person PersonID     `json:"person"`
	Post   PostID       `json:"post"`
	From   calendar.Day `json:"from"`
	Until  calendar.Day `json:"until,omitempty"`
}

// Delegation gives the authority of a post, held by From, to another person for
// a span of days. It cannot be passed on, so that chains end after one link and
// never close into a circle.
type Delegation struct {
	From  PersonID     `json:"from"`
	To    PersonID     `json:"to"`
	Post  PostID       `json:"post"`
	Since calendar.Day `json:"since"`
	Until calendar.Day `json:"until"`
	// Procedures limits it; empty: all.
	Procedures []string `json:"procedures,omitempty"`
	Why        string   `json:"why,omitempty"`
}

// Kinship says that two persons are relatives; neither decides for the other.
type Kinship struct {
	Persons  []PersonID `json:"persons"`
	Relation string     `json:"relation"`
}

// Plan is the total of a unit's approved plan of a year: how many groups it may send abroad.
type Plan struct {
	// Unit is the unit as applications name it.
	Unit   string `json:"unit"`
	Year   int    `json:"year"`
	Groups int    `json:"groups"`
	// Source is the document that approved it.
	Source string `json:"source"`
}

// Office is the whole of it, as a value.
type Office struct {
	Name text.Text `json:"name"`
	// Ceiling is the highest mark that this instance may hold; none: internal.
	Ceiling Mark `json:"ceiling,omitempty"`
	// Notice says who may read public notices; none: the office's own staff.
	Notice      Readership   `json:"notice,omitempty"`
	Units       []Unit       `json:"units"`
	Posts       []Post       `json:"posts"`
	Persons     []Person     `json:"persons"`
	Holdings    []Holding    `json:"holdings"`
	Delegations []Delegation `json:"delegations,omitempty"`
	Kin         []Kinship    `json:"kin,omitempty"`
	Plans       []Plan       `json:"plans,omitempty"`
}

// Actor is who acts: a person in a post, perhaps for the one who delegated it.
// Operator says that the operator of the machine acted in the person's name.
type Actor struct {
	Person   PersonID `json:"person"`
	Post     PostID   `json:"post,omitempty"`
	For      PersonID `json:"for,omitempty"`
	Operator bool     `json:"operator,omitempty"`
}

// Read reads an office from its file and refuses one that contradicts itself.
func Read(file string, data []byte) (Office, error) {
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return Office{}, err
	}
	var o Office
	if err := doc.Decode(&o); err != nil {
		return Office{}, err
	}
	faults := o.examine()
	for _, f := range faults {
		f.Place = doc.At(f.Field)
	}
	return o, faults.OrNil()
}

// examine finds names that do not exist, spans that end before they begin, and
// delegations of what the delegator does not hold.
func (o Office) examine() fault.List {
	var faults fault.List
	add := func(field, zh, en string) {
		faults = append(faults, fault.New(fault.Invalid, field, text.Text{ZH: zh, EN: en}))
	}
	for i, p := range o.Posts {
		if _, ok := o.Unit(p.Unit); !ok {
			add(fmt.Sprintf("posts[%d].unit", i), "没有这个单位："+string(p.Unit), "there is no unit "+string(p.Unit))
		}
	}
	for i, h := range o.Holdings {
		at := fmt.Sprintf("holdings[%d]", i)
		if _, ok := o.Person(h.Person); !ok {
			add(at+".person", "没有这个人："+string(h.Person), "there is no person "+string(h.Person))
		}
		if _, ok := o.Post(h.Post); !ok {
			add(at+".post", "没有这个岗位："+string(h.Post), "there is no post "+string(h.Post))
		}
		if !h.Until.IsZero() && h.Until < h.From {
			add(at+".until", "止日早于起日", "it ends before it begins")
		}
	}
	for i, d := range o.Delegations {
		at := fmt.Sprintf("delegations[%d]", i)
		if d.Until.IsZero() || d.Until < d.Since {
			add(at+".until", "委托须写明起止日期，且止日不早于起日", "a delegation names both days, and does not end before it begins")
			continue
		}
		if d.From == d.To {
			add(at+".to", "不能委托给自己", "nobody delegates to himself")
		}
		for _, day := range []calendar.Day{d.Since, d.Until} {
			if !slices.Contains(o.Holders(d.Post, day), d.From) {
				add(at+".from", "委托人在委托期内并不任此岗位", "the delegator does not hold this post throughout")
				break
			}
		}
		if _, ok := o.Person(d.To); !ok {
			add(at+".to", "没有这个人："+string(d.To), "there is no person "+string(d.To))
		}
	}
	for i, k := range o.Kin {
		at := fmt.Sprintf("kin[%d].persons", i)
		if len(k.Persons) != 2 || k.Persons[0] == k.Persons[1] {
			add(at, "亲属关系须写明两个不同的人", "a kinship names two different persons")
		}
		for _, id := range k.Persons {
			if _, ok := o.Person(id); !ok {
				add(at, "没有这个人："+string(id), "there is no person "+string(id))
			}
		}
	}
	planned := map[string]bool{}
	for i, p := range o.Plans {
		key := fmt.Sprintf("%s %d", p.Unit, p.Year)
		if p.Unit == "" || p.Year == 0 || p.Groups < 0 || p.Source == "" || planned[key] {
			add(fmt.Sprintf("plans[%d]", i), "计划须写明单位、年度、团组数和批准文件，每个单位每年一份", "a plan names its unit, year, number of groups and source; one a unit and year")
		}
		planned[key] = true
	}
	faults = append(faults, o.examineNames()...)
	return faults
}

// examineNames finds IDs that are there twice, and units that lie below themselves.
func (o Office) examineNames() fault.List {
	var faults fault.List
	seen := map[string]bool{}
	once := func(list string, i int, id string) {
		if id == "" || seen[list+id] {
			faults = append(faults, fault.New(fault.Invalid, fmt.Sprintf("%s[%d].id", list, i), text.Text{
				ZH: "编号缺失或重复：" + id, EN: "the ID is missing or there twice: " + id,
			}))
		}
		seen[list+id] = true
	}
	for i, u := range o.Units {
		once("units", i, string(u.ID))
		_, known := o.Unit(u.Parent)
		if u.Parent != "" && (!known || o.Within(u.Parent, u.ID)) {
			faults = append(faults, fault.New(fault.Invalid, fmt.Sprintf("units[%d].parent", i), text.Text{
				ZH: "上级单位不存在，或绕成一圈", EN: "the unit above does not exist, or the units go round in a circle",
			}))
		}
	}
	for i, p := range o.Posts {
		once("posts", i, string(p.ID))
	}
	for i, p := range o.Persons {
		once("persons", i, string(p.ID))
	}
	return faults
}

// Unit, Post and Person find by ID.
func (o Office) Unit(id UnitID) (Unit, bool) {
	return find(o.Units, func(u Unit) bool { return u.ID == id })
}

// Post finds a post.
func (o Office) Post(id PostID) (Post, bool) {
	return find(o.Posts, func(p Post) bool { return p.ID == id })
}

// Person finds a person.
func (o Office) Person(id PersonID) (Person, bool) {
	return find(o.Persons, func(p Person) bool { return p.ID == id })
}

// Called finds a person by ID or by name.
func (o Office) Called(name string) (Person, bool) {
	return find(o.Persons, func(p Person) bool { return string(p.ID) == name || p.Name == name })
}

// UnitNamed finds a unit as applications name it: by its name in either language, or by its ID.
func (o Office) UnitNamed(name string) (Unit, bool) {
	return find(o.Units, func(u Unit) bool { return u.Name.ZH == name || u.Name.EN == name || string(u.ID) == name })
}

// Above are a unit and the units above it, from below.
func (o Office) Above(unit UnitID) []UnitID {
	var out []UnitID
	for range len(o.Units) {
		u, ok := o.Unit(unit)
		if !ok {
			break
		}
		out = append(out, u.ID)
		unit = u.Parent
	}
	return out
}

// Within says whether a unit is another one or lies below it.
func (o Office) Within(unit, above UnitID) bool {
	for range len(o.Units) + 1 {
		if unit == above {
			return true
		}
		u, ok := o.Unit(unit)
		if !ok || u.Parent == "" {
			return false
		}
		unit = u.Parent
	}
	return false
}

func find[T any](all []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	var none T
	return none, false
}

// Holders are the persons who hold a post on a day, in the order of their names; none: the post is vacant.
func (o Office) Holders(post PostID, day calendar.Day) []PersonID {
	var out []PersonID
	for _, h := range o.Holdings {
		if h.Post == post && h.On(day) && !slices.Contains(out, h.Person) {
			out = append(out, h.Person)
		}
	}
	slices.Sort(out)
	return out
}

// PostsOf are the posts that a person holds on a day.
func (o Office) PostsOf(person PersonID, day calendar.Day) []PostID {
	held := map[PostID]bool{}
	for _, h := range o.Holdings {
		if h.Person == person && h.On(day) {
			held[h.Post] = true
		}
	}
	var out []PostID
	for _, p := range o.Posts {
		if held[p.ID] {
			out = append(out, p.ID)
		}
	}
	return out
}

// On says whether the holding is so on a day.
func (h Holding) On(day calendar.Day) bool {
	return h.From <= day && (h.Until.IsZero() || day <= h.Until)
}

// Bearers are those who may act in a post on a day for a procedure: its holders
// first, then those to whom a holder delegated it.
func (o Office) Bearers(post PostID, day calendar.Day, procedure string) []Actor {
	var out []Actor
	for _, p := range o.Holders(post, day) {
		out = append(out, Actor{Person: p, Post: post})
	}
	var stand []Actor
	for _, d := range o.Delegations {
		if d.Post != post || day < d.Since || day > d.Until || (len(d.Procedures) > 0 && !slices.Contains(d.Procedures, procedure)) {
			continue
		}
		if slices.Contains(o.Holders(post, day), d.From) {
			stand = append(stand, Actor{Person: d.To, Post: post, For: d.From})
		}
	}
	slices.SortFunc(stand, func(a, b Actor) int { return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.For, b.For)) })
	return append(out, stand...)
}

// ActingIn says as whom a person may act in a post on a day: in the own post, or for one who delegated it.
func (o Office) ActingIn(person PersonID, post PostID, day calendar.Day, procedure string) (Actor, bool) {
	return find(o.Bearers(post, day, procedure), func(a Actor) bool { return a.Person == person })
}

// Answers says whether a person answers on a day for a post that somebody else
// holds: by holding the head's post of its unit or of one above, or a post that
// sees the whole office. Authority that was delegated does not make anybody answer.
func (o Office) Answers(person PersonID, post PostID, day calendar.Day) bool {
	p, ok := o.Post(post)
	return ok && slices.ContainsFunc(o.PostsOf(person, day), func(id PostID) bool {
		own, _ := o.Post(id)
		return own.Sees.Office || own.Head && own.ID != post && o.Within(p.Unit, own.Unit)
	})
}

// Answering are those who answer on a day for a post beside its holders, in the order of their posts.
func (o Office) Answering(post PostID, day calendar.Day) []PersonID {
	var out []PersonID
	for _, p := range o.Posts {
		for _, person := range o.Holders(p.ID, day) {
			if o.Answers(person, post, day) && !slices.Contains(out, person) {
				out = append(out, person)
			}
		}
	}
	return out
}

// Vacant lists the posts that nobody holds on a day.
func (o Office) Vacant(day calendar.Day) []PostID {
	held := map[PostID]bool{}
	for _, h := range o.Holdings {
		held[h.Post] = held[h.Post] || h.On(day)
	}
	var out []PostID
	for _, p := range o.Posts {
		if !held[p.ID] {
			out = append(out, p.ID)
		}
	}
	return out
}

// PlanOf is a unit's approved plan of a year.
func (o Office) PlanOf(unit string, year int) (Plan, bool) {
	return find(o.Plans, func(p Plan) bool { return p.Unit == unit && p.Year == year })
}

// Related says whether two persons are relatives, and how.
func (o Office) Related(a, b PersonID) (relation string, ok bool) {
	for _, k := range o.Kin {
		if slices.Contains(k.Persons, a) && slices.Contains(k.Persons, b) && a != b {
			return k.Relation, true
		}
	}
	return "", false
}

// HandOver gives the office after a post has passed from one person to another:
// the old holder's last day is the day before the new one's first, so that no day
// lies between them. The delegations that the old holder gave for the post end
// with the holding; the tasks, which belong to the post, need nothing.
func (o Office) HandOver(post PostID, from, to PersonID, day calendar.Day) (Office, error) {
	if _, ok := o.Person(to); !ok {
		return o, fault.New(fault.Invalid, "to", text.Text{ZH: "没有这个人：" + string(to), EN: "there is no person " + string(to)})
	}
	o.Holdings, o.Delegations = slices.Clone(o.Holdings), slices.Clone(o.Delegations)
	for i, h := range o.Holdings {
		if h.Post != post || h.Person != from || h.From >= day || (!h.Until.IsZero() && h.Until < day) {
			continue
		}
		next := Holding{Person: to, Post: post, From: day, Until: h.Until}
		o.Holdings[i].Until = day.AddDays(-1)
		o.Holdings = append(o.Holdings, next)
		o.Delegations = slices.DeleteFunc(o.Delegations, func(d Delegation) bool { return d.Post == post && d.From == from && d.Since >= day })
		for j, d := range o.Delegations {
			if d.Post == post && d.From == from && d.Until >= day {
				o.Delegations[j].Until = day.AddDays(-1)
			}
		}
		return o, nil
	}
	return o, fault.New(fault.Invalid, "from", text.Text{
		ZH: "此人在交接日前并不任此岗位", EN: "this person does not hold the post before the day of the hand-over",
	})
}
