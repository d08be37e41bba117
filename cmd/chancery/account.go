package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/text"
	"chancery/desk"
)

type accountCommand struct {
	Invite  accountInviteCommand  `cmd:"" help:"Print a link with which a person opens an account; it is good once, and not for long."`
	Unused  accountUnusedCommand  `cmd:"" help:"Which accounts nobody used for some days, and when they are suspended."`
	Disable accountDisableCommand `cmd:"" help:"Shut a person's account, where no administrator can."`
	Log     accountLogCommand     `cmd:"" help:"The security log: who came in, who failed, who asked for a marked case in vain."`
}

type accountInviteCommand struct {
	Person string        `arg:"" help:"ID or name of the person."`
	Duty   string        `help:"Also give an administrator's duty that nobody in use holds yet: system, security or audit." enum:"system,security,audit," default:"" placeholder:"DUTY"`
	Lives  time.Duration `help:"How long the link is good, an hour to 72 hours." default:"48h" placeholder:"DURATION"`
	Site   string        `help:"Address at which people reach the desk." default:"http://127.0.0.1:8080" placeholder:"URL"`
}

// Run makes an invitation in the name of the machine's operator: so the first accounts come to be, since none is shipped.
func (c *accountInviteCommand) Run(a *App) error {
	d, s, err := a.openFounded()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable already
	token, i, err := d.InviteByOperator(a.ctx, c.Person, account.Duty(c.Duty), c.Lives)
	if err != nil {
		return err
	}
	link := strings.TrimSuffix(c.Site, "/") + "/invitation/" + token
	return a.print(map[string]any{"person": i.Person, "link": link, "until": i.Until}, func(w io.Writer) {
		fmt.Fprintln(w, link)
		fmt.Fprintln(w, text.Text{
			ZH: "有效至 {until}，只能用一次；请当面交给本人", EN: "good until {until}, and once; hand it to the person yourself",
		}.Fill(text.Args{"until": i.Until.Time().In(desk.OfficeZone()).Format("2006-01-02 15:04")}).In(a.lang()))
	})
}

type accountDisableCommand struct {
	Person string `arg:"" help:"ID or name of the person."`
}

// Run shuts an account in the name of the machine's operator.
func (c *accountDisableCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable already
	if err := d.DisableByOperator(a.ctx, c.Person); err != nil {
		return err
	}
	return a.print(map[string]any{"person": c.Person, "disabled": true}, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{
			ZH: "{person}的账号已停用", EN: "the account of {person} is disabled",
		}.Fill(text.Args{"person": c.Person}).In(a.lang()))
	})
}

type accountLogCommand struct {
	Limit int `help:"How many lines, the newest first." default:"200" placeholder:"N"`
}

// Run prints the security log, in the name of the machine's operator.
func (c *accountLogCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	log, names, err := d.SecurityLog(a.ctx, desk.Operator(), max(1, c.Limit))
	if err != nil {
		return err
	}
	return a.print(map[string]any{"log": log}, func(w io.Writer) {
		for _, e := range log {
			fields := []string{e.At.Time().In(desk.OfficeZone()).Format("2006-01-02 15:04"), string(e.Kind), names[e.Person], e.Case, names[e.By], e.Address}
			fmt.Fprintln(w, strings.Join(slices.DeleteFunc(fields, func(s string) bool { return s == "" }), "  "))
		}
	})
}

type accountUnusedCommand struct {
	Days    int `arg:"" optional:"" help:"For how many days." default:"30"`
	Dormant int `help:"What serve --dormant says." default:"90" placeholder:"DAYS"`
}

// Run lists the accounts that nobody used.
func (c *accountUnusedCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	const day = 24 * time.Hour
	p := account.DefaultPolicy()
	p.Dormant = time.Duration(max(0, c.Dormant)) * day
	unused, err := d.Under(p).Unused(a.ctx, desk.Operator(), time.Duration(max(0, c.Days))*day)
	if err != nil {
		return err
	}
	type line struct {
		Person string           `json:"person"`
		Login  string           `json:"login"`
		State  account.State    `json:"state"`
		Used   calendar.Instant `json:"used"`
		Until  calendar.Instant `json:"suspended_at,omitempty"`
	}
	out := []line{}
	for _, u := range unused {
		out = append(out, line{string(u.Person), u.Login, u.State, u.Used, u.Until})
	}
	return a.print(map[string]any{"unused": out}, func(w io.Writer) {
		for _, u := range unused {
			until := "-"
			if u.Until > 0 {
				until = u.Until.Day(desk.OfficeZone()).String()
			}
			fmt.Fprintf(w, "%s  %s  %s  %s  %s\n", u.Used.Day(desk.OfficeZone()), until, u.State, u.Login, u.Name)
		}
	})
}
