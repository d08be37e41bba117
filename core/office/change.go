package office

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
)

// Chain is the name under which the changes of the office itself stand in the
// journal; no case is numbered so.
const Chain = "OFFICE"

// ChangeKind names a change of the office by what the journal says of it: a past participle.
type ChangeKind string

// The changes of an office.
const (
	Founded        ChangeKind = "office_founded"
	HandedOver     ChangeKind = "post_handed_over"
	AuthorityGiven ChangeKind = "authority_delegated"
	AuthorityEnded ChangeKind = "delegation_ended"
	PlanSet        ChangeKind = "plan_set"
	Joined         ChangeKind = "person_joined"
	Left           ChangeKind = "person_left"
	UnitAdded      ChangeKind = "unit_added"
	PostAdded      ChangeKind = "post_added"
)

// ChangeVersion is the version in which changes are written.
const ChangeVersion = 1

// Change is what changed, complete: applying it needs nothing but the office before it.
type Change struct {
	Kind  ChangeKind       `json:"kind"`
	At    calendar.Instant `json:"at"`
	Day   calendar.Day     `json:"day"`
	Actor Actor            `json:"actor"`

	// Founded is the office as it stood when its record began.
	Founded  *Office     `json:"founded,omitempty"`
	HandOver *HandOver   `json:"hand_over,omitempty"`
	Given    *Delegation `json:"given,omitempty"`
	Ended    *Ending     `json:"ended,omitempty"`
	Plan     *Plan       `json:"plan,omitempty"`
	Joined   *Joining    `json:"joined,omitempty"`
	Left     *Leaving    `json:"left,omitempty"`
	Unit     *Unit       `json:"unit,omitempty"`
	Post     *Post       `json:"post,omitempty"`
}

// HandOver passes a post from one person to another; On is the first day of the new holder.
type HandOver struct {
	Post PostID       `json:"post"`
	From PersonID     `json:"from"`
	To   PersonID     `json:"to"`
	On   calendar.Day `json:"on"`
}

// Ending ends a delegation of authority; On is the first day on which it no longer holds.
type Ending struct {
	Post PostID       `json:"post"`
	From PersonID     `json:"from"`
	To   PersonID     `json:"to"`
	On   calendar.Day `json:"on"`
}

// Joining is a new person, with a vacant post from a day on where one is taken up.
type Joining struct {
	Person Person       `json:"person"`
	Post   PostID       `json:"post,omitempty"`
	From   calendar.Day `json:"from,omitempty"`
}

// Leaving is a person who goes; Last is the last day.
type Leaving struct {
	Person PersonID     `json:"person"`
	Last   calendar.Day `json:"last"`
}

// Rebuild makes the office of its changes, of which the first founds it.
func Rebuild(changes []Change) (Office, error) {
	var o Office
	for i, c := range changes {
		var err error
		if o, err = o.apply(c); err != nil {
			return o, fmt.Errorf("change %d of the office, %s: %w", i+1, c.Kind, err)
		}
	}
	return o, nil
}

// Change gives the office after a change, and refuses one that cannot be: on a day
// that has passed, of somebody or something that is not there, or one that leaves
// the office contradicting itself.
func (o Office) Change(c Change) (Office, error) {
	if err := o.sound(c); err != nil {
		return o, err
	}
	next, err := o.apply(c)
	if err != nil {
		return o, err
	}
	return next, next.examine().OrNil()
}

// complete tells whether a change says what its kind has to say. One from a record that somebody spoilt may not.
func (c Change) complete() bool {
	switch c.Kind {
	case Founded:
		return c.Founded != nil
	case HandedOver:
		return c.HandOver != nil
	case AuthorityGiven:
		return c.Given != nil
	case AuthorityEnded:
		return c.Ended != nil
	case PlanSet:
		return c.Plan != nil
	case Joined:
		return c.Joined != nil
	case Left:
		return c.Left != nil
	case UnitAdded:
		return c.Unit != nil
	case PostAdded:
		return c.Post != nil
	}
	return true // of a kind that this program does not know, nothing is taken
}

// apply is the pure fold.
func (o Office) apply(c Change) (Office, error) {
	if !c.complete() {
		return o, errors.New("does not say what changed")
	}
	switch c.Kind {
	case Founded:
		return *c.Founded, nil
	case HandedOver:
		return o.HandOver(c.HandOver.Post, c.HandOver.From, c.HandOver.To, c.HandOver.On)
	case AuthorityGiven:
		o.Delegations = append(slices.Clone(o.Delegations), *c.Given)
	case AuthorityEnded:
		o.Delegations = ended(o.Delegations, *c.Ended)
	case PlanSet:
		o.Plans = slices.DeleteFunc(slices.Clone(o.Plans), func(p Plan) bool { return p.Unit == c.Plan.Unit && p.Year == c.Plan.Year })
		o.Plans = append(o.Plans, *c.Plan)
	case Joined:
		o.Persons = append(slices.Clone(o.Persons), c.Joined.Person)
		if c.Joined.Post != "" {
			o.Holdings = append(slices.Clone(o.Holdings), Holding{Person: c.Joined.Person.ID, Post: c.Joined.Post, From: c.Joined.From})
		}
	case Left:
		o.Persons = slices.Clone(o.Persons)
		for i, p := range o.Persons {
			if p.ID == c.Left.Person {
				o.Persons[i].Left = c.Left.Last
			}
		}
	case UnitAdded:
		o.Units = append(slices.Clone(o.Units), *c.Unit)
	case PostAdded:
		o.Posts = append(slices.Clone(o.Posts), *c.Post)
	}
	return o, nil
}

// ended are the delegations after one has ended; one that had not begun is gone.
func ended(all []Delegation, e Ending) []Delegation {
	var out []Delegation
	for _, d := range all {
		if e.means(d) {
			if d.Since >= e.On {
				continue
			}
			d.Until = e.On.AddDays(-1)
		}
		out = append(out, d)
	}
	return out
}

func (e Ending) means(d Delegation) bool {
	return d.Post == e.Post && d.From == e.From && d.To == e.To && d.Until >= e.On
}

// named is how an ID is written: it stands in the record for good.
var named = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// sound finds what a change asks for that cannot be.
func (o Office) sound(c Change) error {
	var faults fault.List
	add := func(field, zh, en string, args text.Args) {
		faults = append(faults, fault.New(fault.Invalid, field, text.Text{ZH: zh, EN: en}.Fill(args)))
	}
	ahead := func(field string, day calendar.Day) {
		if day < c.Day {
			add(field, "{day} 已过，机构变动从今天起才能生效；请写 {today} 或以后的日期", "{day} has passed; a change holds from today on: write {today} or a later day", text.Args{"day": day.String(), "today": c.Day.String()})
		}
	}
	person := func(field string, id PersonID, day calendar.Day) {
		p, ok := o.Person(id)
		switch {
		case !ok:
			add(field, "没有这个人：{id}", "there is no person {id}", text.Args{"id": string(id)})
		case !p.There(day):
			add(field, "{name}届时已离开本机构", "{name} has left the office by then", text.Args{"name": p.Name})
		}
	}
	post := func(field string, id PostID) {
		if _, ok := o.Post(id); !ok {
			add(field, "没有这个岗位：{id}", "there is no post {id}", text.Args{"id": string(id)})
		}
	}
	id := func(s string) {
		if !named.MatchString(s) {
			add("id", "编号「{id}」不可用；请用小写字母开头的字母、数字和连字符", "the ID {id} cannot be used: small letters, digits and hyphens, beginning with a letter", text.Args{"id": s})
		}
	}
	switch c.Kind {
	case HandedOver:
		ahead("on", c.HandOver.On)
		post("post", c.HandOver.Post)
		person("from", c.HandOver.From, c.Day)
		person("to", c.HandOver.To, c.HandOver.On)
		if c.HandOver.From == c.HandOver.To {
			add("to", "交接双方是同一个人", "both sides of the hand-over are one person", nil)
		}
	case AuthorityGiven:
		ahead("since", c.Given.Since)
		post("post", c.Given.Post)
		person("to", c.Given.To, c.Given.Until)
	case AuthorityEnded:
		ahead("on", c.Ended.On)
		if !slices.ContainsFunc(o.Delegations, c.Ended.means) {
			add("to", "这一天没有这样一项授权可以终止", "there is no such delegation of authority to end on that day", nil)
		}
	case PlanSet:
		if !slices.ContainsFunc(o.Units, func(u Unit) bool { return u.Name.ZH == c.Plan.Unit }) {
			add("unit", "没有名为「{unit}」的单位；计划按单位的中文名称设定", "there is no unit called {unit}; a plan names the unit as applications do", text.Args{"unit": c.Plan.Unit})
		}
	case Joined:
		o.soundJoining(*c.Joined, add, ahead, post, id)
	case Left:
		person("person", c.Left.Person, c.Left.Last)
		if c.Left.Last < c.Day.AddDays(-1) {
			ahead("last", c.Left.Last)
		}
	case UnitAdded:
		id(string(c.Unit.ID))
		if c.Unit.Name.ZH == "" || c.Unit.Name.EN == "" {
			add("name", "请写明中英文名称", "name it in both languages", nil)
		}
	case PostAdded:
		id(string(c.Post.ID))
		if c.Post.Name.ZH == "" || c.Post.Name.EN == "" {
			add("name", "请写明中英文名称", "name it in both languages", nil)
		}
	case Founded:
	}
	return faults.OrNil()
}

func (o Office) soundJoining(
	j Joining, add func(string, string, string, text.Args), ahead func(string, calendar.Day), post func(string, PostID), id func(string),
) {
	id(string(j.Person.ID))
	if j.Person.Name == "" {
		add("name", "请写明姓名", "give the name", nil)
	}
	if _, ok := find(o.Persons, func(p Person) bool { return p.Name == j.Person.Name }); ok {
		add("name", "已有一位{name}；请加上能区分的字样，例如“{name}（财政）”", "there is a {name} already; add what tells them apart", text.Args{"name": j.Person.Name})
	}
	if j.Post == "" {
		return
	}
	ahead("from", j.From)
	post("post", j.Post)
	if holders := o.Holders(j.Post, j.From); len(holders) > 0 {
		p, _ := o.Person(holders[0])
		add("post", "这个岗位由{name}担任；请先加入人员，再办理交接", "{name} holds this post; let the person join first, and then hand the post over", text.Args{"name": p.Name})
	}
}

// There says that the person belongs to the office on a day.
func (p Person) There(day calendar.Day) bool { return p.Left.IsZero() || day <= p.Left }

// Keeps are the posts that a person holds, and the delegations of authority that
// others gave to the person, after a day: who keeps any cannot leave.
func (o Office) Keeps(person PersonID, after calendar.Day) (posts []PostID, from []PersonID) {
	for _, h := range o.Holdings {
		if h.Person == person && (h.Until.IsZero() || h.Until > after) && !slices.Contains(posts, h.Post) {
			posts = append(posts, h.Post)
		}
	}
	for _, d := range o.Delegations {
		if d.To == person && d.Until > after && !slices.Contains(from, d.From) {
			from = append(from, d.From)
		}
	}
	return posts, from
}
