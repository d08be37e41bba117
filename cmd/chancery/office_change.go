package main

import (
	"fmt"
	"io"
	"strings"

	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
)

type officeCommand struct {
	Found         foundCommand         `cmd:"" help:"Found the office of a new data folder from a file, and invite its first administrators (建立机构)."`
	Show          officeShowCommand    `cmd:"" help:"Posts with those who bear them, delegations, plans."`
	HandOver      handOverCommand      `cmd:"" help:"Pass a post to another person from a day on (岗位交接)."`
	Delegate      delegateCommand      `cmd:"" help:"Give the authority of a post to another person for some days (授权)."`
	EndDelegation endDelegationCommand `cmd:"" help:"End a delegation of authority (终止授权)."`
	Plan          planCommand          `cmd:"" help:"Set the total of a unit's plan of a year (年度计划)."`
	Join          joinCommand          `cmd:"" help:"Take a person into the office (人员加入)."`
	Leave         leaveCommand         `cmd:"" help:"Let a person go who holds nothing any more (人员离开)."`
	AddUnit       addUnitCommand       `cmd:"" help:"Add a unit (增设单位)."`
	AddPost       addPostCommand       `cmd:"" help:"Add a post (增设岗位)."`
}

// changeOffice opens the desk, lets do change the office in the actor's name, and shows the office.
func (a *App) changeOffice(do func(d *desk.Desk, actor office.Actor) error) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	actor, err := a.actor(d)
	if err != nil {
		return err
	}
	if err := do(d, actor); err != nil {
		return err
	}
	return a.showOffice(d)
}

// dayOr reads a day that the command line may leave out.
func (a *App) dayOr(s string, otherwise calendar.Day) (calendar.Day, error) {
	if s == "" {
		return otherwise, nil
	}
	return calendar.ParseDay(s)
}

// two finds two people by name or ID.
func (a *App) two(d *desk.Desk, from, to string) (x, y office.PersonID, err error) {
	p, err := d.Person(a.ctx, from)
	if err != nil {
		return "", "", err
	}
	q, err := d.Person(a.ctx, to)
	return p.ID, q.ID, err
}

type officeShowCommand struct{}

// Run shows the office.
func (c *officeShowCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	return a.showOffice(d)
}

func (a *App) showOffice(d *desk.Desk) error {
	v, err := d.Office(a.ctx)
	if err != nil {
		return err
	}
	return a.print(v, func(w io.Writer) { sayOffice(w, v, a.lang()) })
}

func sayOffice(w io.Writer, v desk.OfficeView, l text.Lang) {
	fmt.Fprintf(w, "%s  %s\n", v.Name.In(l), v.On)
	for _, p := range v.Posts {
		who := strings.Join(p.People, "、")
		if p.Vacant {
			who = strings.TrimSpace(text.Text{ZH: "空缺", EN: "VACANT"}.In(l) + " " + who)
		}
		fmt.Fprintf(w, "  %s  %s · %s: %s\n", p.ID, p.Unit.In(l), p.Name.In(l), who)
	}
	for _, g := range v.Delegations {
		fmt.Fprintln(w, text.Text{
			ZH: "  授权 {post}：{from} → {to}，{since} 至 {until}", EN: "  delegated {post}: {from} → {to}, {since} to {until}",
		}.Fill(text.Args{"post": string(g.Post), "from": g.FromName, "to": g.ToName, "since": g.Since.String(), "until": g.Until.String()}).In(l))
	}
	for _, p := range v.Plans {
		fmt.Fprintln(w, text.Text{
			ZH: "  计划 {unit} {year}：{groups} 个，已用 {used} 个，剩余 {left} 个", EN: "  plan {unit} {year}: {groups}, used {used}, left {left}",
		}.Fill(text.Args{"unit": p.Unit, "year": fmt.Sprint(p.Year), "groups": p.Groups, "used": p.Used, "left": p.Left}).In(l))
	}
}

type handOverCommand struct {
	Post string `arg:"" help:"The post."`
	From string `required:"" help:"Who holds it." placeholder:"PERSON"`
	To   string `required:"" help:"Who takes it over." placeholder:"PERSON"`
	On   string `help:"First day of the new holder; default: today." placeholder:"DAY"`
}

// Run hands a post over.
func (c *handOverCommand) Run(a *App) error {
	on, err := a.dayOr(c.On, a.today())
	if err != nil {
		return err
	}
	return a.changeOffice(func(d *desk.Desk, actor office.Actor) error {
		from, to, err := a.two(d, c.From, c.To)
		if err != nil {
			return err
		}
		_, err = d.HandOver(a.ctx, actor, office.HandOver{Post: office.PostID(c.Post), From: from, To: to, On: on})
		return err
	})
}

type delegateCommand struct {
	Post      string   `arg:"" help:"The post."`
	From      string   `required:"" help:"Who holds it." placeholder:"PERSON"`
	To        string   `required:"" help:"Who is to act for the holder." placeholder:"PERSON"`
	Since     string   `help:"First day; default: today." placeholder:"DAY"`
	Until     string   `required:"" help:"Last day." placeholder:"DAY"`
	Procedure []string `help:"Only for this procedure." placeholder:"NAME"`
	Why       string   `help:"Why."`
}

// Run delegates the authority of a post.
func (c *delegateCommand) Run(a *App) error {
	since, err := a.dayOr(c.Since, a.today())
	if err != nil {
		return err
	}
	until, err := calendar.ParseDay(c.Until)
	if err != nil {
		return err
	}
	return a.changeOffice(func(d *desk.Desk, actor office.Actor) error {
		from, to, err := a.two(d, c.From, c.To)
		if err != nil {
			return err
		}
		_, err = d.Delegate(a.ctx, actor, office.Delegation{
			Post: office.PostID(c.Post), From: from, To: to, Since: since, Until: until, Procedures: c.Procedure, Why: c.Why,
		})
		return err
	})
}

type endDelegationCommand struct {
	Post string `arg:"" help:"The post."`
	From string `required:"" help:"Who delegated it." placeholder:"PERSON"`
	To   string `required:"" help:"Who acts for the holder." placeholder:"PERSON"`
	On   string `help:"First day on which it no longer holds; default: today." placeholder:"DAY"`
}

// Run ends a delegation of authority.
func (c *endDelegationCommand) Run(a *App) error {
	on, err := a.dayOr(c.On, a.today())
	if err != nil {
		return err
	}
	return a.changeOffice(func(d *desk.Desk, actor office.Actor) error {
		from, to, err := a.two(d, c.From, c.To)
		if err != nil {
			return err
		}
		_, err = d.EndDelegation(a.ctx, actor, office.Ending{Post: office.PostID(c.Post), From: from, To: to, On: on})
		return err
	})
}

type planCommand struct {
	Unit   string `arg:"" help:"The unit, as applications name it."`
	Year   int    `arg:"" help:"The year."`
	Groups int    `arg:"" help:"How many groups it may send abroad."`
	Source string `required:"" help:"The document that approved the plan." placeholder:"TEXT"`
}

// Run sets a plan.
func (c *planCommand) Run(a *App) error {
	return a.changeOffice(func(d *desk.Desk, actor office.Actor) error {
		_, err := d.SetPlan(a.ctx, actor, office.Plan{Unit: c.Unit, Year: c.Year, Groups: c.Groups, Source: c.Source})
		return err
	})
}

type joinCommand struct {
	ID     string `arg:"" help:"An ID that is kept for good, such as zhangsun."`
	Name   string `arg:"" help:"The name in the person's own script."`
	Pinyin string `help:"The name in Latin letters." placeholder:"TEXT"`
	Post   string `help:"A vacant post that the person takes up." placeholder:"POST"`
	On     string `help:"First day in the post; default: today." placeholder:"DAY"`
}

// Run takes a person into the office.
func (c *joinCommand) Run(a *App) error {
	on, err := a.dayOr(c.On, a.today())
	if err != nil {
		return err
	}
	j := office.Joining{Person: office.Person{ID: office.PersonID(c.ID), Name: c.Name, Pinyin: c.Pinyin}, Post: office.PostID(c.Post)}
	if c.Post != "" {
		j.From = on
	}
	return a.changeOffice(func(d *desk.Desk, actor office.Actor) error {
		_, err := d.Join(a.ctx, actor, j)
		return err
	})
}

type leaveCommand struct {
	Person string `arg:"" help:"Who leaves."`
	On     string `help:"The last day; default: today." placeholder:"DAY"`
}

// Run lets a person go.
func (c *leaveCommand) Run(a *App) error {
	last, err := a.dayOr(c.On, a.today())
	if err != nil {
		return err
	}
	return a.changeOffice(func(d *desk.Desk, actor office.Actor) error {
		p, err := d.Person(a.ctx, c.Person)
		if err != nil {
			return err
		}
		_, err = d.Leave(a.ctx, actor, office.Leaving{Person: p.ID, Last: last})
		return err
	})
}

type addUnitCommand struct {
	ID     string `arg:"" help:"An ID that is kept for good."`
	ZH     string `arg:"" name:"zh" help:"Its name in Chinese."`
	EN     string `arg:"" name:"en" help:"Its name in English."`
	Parent string `help:"The unit above it." placeholder:"UNIT"`
}

// Run adds a unit.
func (c *addUnitCommand) Run(a *App) error {
	return a.changeOffice(func(d *desk.Desk, actor office.Actor) error {
		_, err := d.AddUnit(a.ctx, actor, office.Unit{ID: office.UnitID(c.ID), Name: text.Text{ZH: c.ZH, EN: c.EN}, Parent: office.UnitID(c.Parent)})
		return err
	})
}

type addPostCommand struct {
	ID   string `arg:"" help:"An ID that is kept for good."`
	ZH   string `arg:"" name:"zh" help:"Its name in Chinese."`
	EN   string `arg:"" name:"en" help:"Its name in English."`
	Unit string `required:"" help:"The unit that it belongs to." placeholder:"UNIT"`
	Head bool   `help:"Its holder answers for the unit and those below it."`
}

// Run adds a post.
func (c *addPostCommand) Run(a *App) error {
	return a.changeOffice(func(d *desk.Desk, actor office.Actor) error {
		_, err := d.AddPost(a.ctx, actor, office.Post{ID: office.PostID(c.ID), Name: text.Text{ZH: c.ZH, EN: c.EN}, Unit: office.UnitID(c.Unit), Head: c.Head})
		return err
	})
}
