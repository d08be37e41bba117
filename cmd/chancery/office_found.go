package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/store"
)

type foundCommand struct {
	File     string        `arg:"" help:"File of the office: its name, units, posts, people and who holds what (YAML)."`
	System   string        `required:"" help:"The first system administrator: ID or name of a person of the file." placeholder:"PERSON"`
	Security string        `required:"" help:"The first security administrator, somebody else." placeholder:"PERSON"`
	Audit    string        `help:"The first auditor, a third person." placeholder:"PERSON"`
	Lives    time.Duration `help:"How long the links are good, an hour to 72 hours." default:"48h" placeholder:"DURATION"`
	Site     string        `help:"Address at which people reach the desk." default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// officeBytes is the most that is read of the file of an office.
const officeBytes = 4 << 20

// first is one of the first administrators, and the link by which the account is opened.
type first struct {
	Duty   account.Duty `json:"duty"`
	Person string       `json:"person"`
	Link   string       `json:"link"`
	Until  string       `json:"until"`
}

// Run founds the office of a new data folder from its own file, and invites the first administrators, each by a link of
// their own: no account is shipped, and nobody begins alone with two duties. A folder that has an office is refused.
func (c *foundCommand) Run(a *App) error {
	data, err := readInput(c.File, officeBytes)
	if err != nil {
		return err
	}
	o, err := office.Read(filepath.Base(c.File), data)
	if err != nil {
		return err
	}
	duties, err := c.administrators(o)
	if err != nil {
		return err
	}
	d, s, err := a.openBare()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	if err := d.Found(a.ctx, o); err != nil {
		return err
	}
	if err := d.Ready(a.ctx); err != nil {
		return err
	}
	var links []first
	for _, f := range duties {
		token, i, err := d.InviteByOperator(a.ctx, f.Person, f.Duty, c.Lives)
		if err != nil {
			return err
		}
		f.Link = strings.TrimSuffix(c.Site, "/") + "/invitation/" + token
		f.Until = i.Until.Time().In(desk.OfficeZone()).Format("2006-01-02 15:04")
		links = append(links, f)
	}
	missing := d.Library().PostsMissing(o)
	return a.print(map[string]any{"office": o.Name, "administrators": links, "posts_missing": missing}, func(w io.Writer) {
		l := a.lang()
		fmt.Fprintln(w, text.Text{
			ZH: "已设立「{name}」：{units} 个单位，{posts} 个岗位，{people} 人", EN: "founded {name}: {units} {units|unit|units}, {posts} {posts|post|posts}, {people} {people|person|people}",
		}.Fill(text.Args{"name": o.Name, "units": len(o.Units), "posts": len(o.Posts), "people": len(o.Persons)}).In(l))
		for _, f := range links {
			fmt.Fprintf(w, "%s  %s\n  %s\n", f.Duty.Title().In(l), f.Person, f.Link)
		}
		fmt.Fprintln(w, text.Text{
			ZH: "每个链接只能用一次，有效至 {until}；请分别当面交给本人，然后运行 chancery serve", EN: "each link is good once, until {until}: hand each to its person yourself, then run chancery serve",
		}.Fill(text.Args{"until": links[0].Until}).In(l))
		for _, m := range missing {
			fmt.Fprintln(w, text.Text{
				ZH: "注意：程序「{procedure}」用到岗位 {post}，机构中没有；其任务将无人办理，请用 office add-post 增设", EN: "note: the procedure {procedure} names the post {post}, which the office has not; its tasks would be nobody's: add it with office add-post",
			}.Fill(text.Args{"procedure": m.Procedure, "post": string(m.Post)}).In(l))
		}
	})
}

// administrators are the first ones, each another person of the office.
func (c *foundCommand) administrators(o office.Office) ([]first, error) {
	var out []first
	var faults fault.List
	for _, x := range []struct {
		duty account.Duty
		name string
	}{{account.System, c.System}, {account.Security, c.Security}, {account.Audit, c.Audit}} {
		if x.name == "" {
			continue
		}
		p, ok := o.Called(x.name)
		if !ok {
			faults = append(faults, fault.New(fault.Invalid, string(x.duty), text.Text{
				ZH: "机构文件中没有名为「{name}」的人", EN: "the office's file names nobody called {name}",
			}.Fill(text.Args{"name": x.name})))
			continue
		}
		if slices.ContainsFunc(out, func(f first) bool { return f.Person == string(p.ID) }) {
			faults = append(faults, fault.New(fault.Invalid, string(x.duty), text.Text{
				ZH: "{name}不能兼任两项管理职责；请另选一人", EN: "{name} cannot hold two administrators' duties: choose somebody else",
			}.Fill(text.Args{"name": p.Name})))
			continue
		}
		out = append(out, first{Duty: x.duty, Person: string(p.ID)})
	}
	return out, faults.OrNil()
}

// openBare opens the data with the desk before it, whether it has an office or not.
func (a *App) openBare() (*desk.Desk, *store.Store, error) {
	s, err := a.openStore()
	if err != nil {
		return nil, nil, err
	}
	lib, err := a.libraryOf(s)
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return desk.New(desk.Kept(s), lib), s, nil
}

// openFounded opens the data of an office that was founded; one that was not is refused, and what to do is said.
func (a *App) openFounded() (*desk.Desk, *store.Store, error) {
	d, s, err := a.openBare()
	if err != nil {
		return nil, nil, err
	}
	there, err := d.Founded(a.ctx)
	if err == nil && !there {
		err = fault.New(fault.Unavailable, "data", text.Text{
			ZH: "数据夹 {data} 里还没有机构；请用 chancery office found 机构文件 --system 人员 --security 人员 设立（样例见 docs/operating/office.example.yaml），或用 --demo 看一个虚构的机构",
			EN: "there is no office in the data folder {data} yet: found it with chancery office found FILE --system PERSON --security PERSON (an example is docs/operating/office.example.yaml), or look at an invented one with serve --demo",
		}.Fill(text.Args{"data": a.Data}))
	}
	if err == nil {
		err = d.Ready(a.ctx)
	}
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return d, s, nil
}
