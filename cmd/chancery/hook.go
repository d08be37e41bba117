package main

import (
	"cmp"
	"crypto/x509"
	"fmt"
	"io"
	"net/netip"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/jobs"
	"chancery/jobs/hook"
)

// hookFlags say what hooks may reach.
type hookFlags struct {
	Allow []netip.Prefix `name:"hook-allow" help:"Network of the office that hooks may reach though it lies inside, also by http; none else is." placeholder:"CIDR" env:"CHANCERY_HOOK_ALLOW" group:"Web hooks"`
	CA    string         `name:"hook-ca" help:"File of the authority that signed certificates of hooks inside." placeholder:"FILE" env:"CHANCERY_HOOK_CA" group:"Web hooks"`
}

// way is the one by which hooks are told.
func (f hookFlags) way(a *App, d *desk.Desk, site string) (jobs.Way, error) {
	c := hook.Config{Desk: d, Site: site, Allowed: f.Allow, Clock: a.clock, Log: a.logger()}
	if f.CA != "" {
		signed, err := readInput(f.CA, 1<<20)
		if err != nil {
			return jobs.Way{}, err
		}
		if c.Roots, err = x509.SystemCertPool(); err != nil {
			c.Roots = x509.NewCertPool()
		}
		if !c.Roots.AppendCertsFromPEM(signed) {
			return jobs.Way{}, fault.New(fault.Invalid, "hook-ca", text.Text{ZH: "{name} 中没有证书（PEM）", EN: "there is no certificate in {name} (PEM)"}.Fill(text.Args{"name": f.CA}))
		}
	}
	return jobs.Way{Name: job.Hooks, Sender: hook.New(c)}, nil
}

type hookCommand struct {
	Add    hookAddCommand    `cmd:"" help:"Have a program outside told what happens: a web hook, or the robot of an office messenger."`
	List   hookListCommand   `cmd:"" help:"Those outside who are told, and what they answered last."`
	Remove hookRemoveCommand `cmd:"" help:"Tell it nothing any more, and forget its secret."`
	Test   hookTestCommand   `cmd:"" help:"Send it a message that says nothing, and show what it answers."`
}

type hookAddCommand struct {
	Name   string          `arg:"" help:"Where it leads, in words."`
	URL    string          `arg:"" help:"Its address." placeholder:"URL"`
	Kind   string          `help:"What it is: webhook, wecom, dingtalk or feishu." enum:"webhook,wecom,dingtalk,feishu" default:"webhook"`
	Secret string          `help:"File of the secret that DingTalk or Feishu gave; that of a web hook is made here." placeholder:"FILE"`
	Event  []casework.Kind `help:"Acts that it hears of, as the journal calls them; without it all." placeholder:"KIND"`
	Titles string          `help:"Highest mark of cases whose title it is told; without it no title." enum:"public,internal,work-secret," default:""`
}

// Run adds a hook; its secret is printed this once.
func (c *hookAddCommand) Run(a *App) error {
	ask := job.HookAsk{Kind: job.HookKind(c.Kind), Name: c.Name, URL: c.URL, Events: c.Event, Titles: office.Mark(c.Titles)}
	if c.Secret != "" {
		given, err := readInput(c.Secret, secretBytes)
		if err != nil {
			return err
		}
		ask.Secret = string(given)
	}
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	h, secret, err := d.AddHook(a.ctx, desk.Operator(), ask)
	if err != nil {
		return err
	}
	return a.print(map[string]string{"id": h.ID, "secret": secret}, func(w io.Writer) {
		fmt.Fprintln(w, h.ID, h.Name, h.Host)
		if secret != "" {
			fmt.Fprintln(w, text.Text{ZH: "签名密钥（只显示这一次）：", EN: "secret, shown this once: "}.In(a.lang())+secret)
		}
	})
}

type hookListCommand struct{}

// Run lists the hooks.
func (c *hookListCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // only read
	all, err := d.Hooks(a.ctx, desk.Operator())
	if err != nil {
		return err
	}
	out := []desk.HookLine{}
	for _, h := range all {
		out = append(out, desk.HookLineOf(h))
	}
	return a.print(map[string]any{"hooks": out}, func(w io.Writer) {
		for _, h := range out {
			state := text.Text{ZH: "在用", EN: "live"}
			if !h.Live {
				state = text.Text{ZH: "已停用", EN: "off"}
			}
			fmt.Fprintf(w, "%s  %-8s %s  %s  %s  %d %s\n", h.ID, h.Kind, state.In(a.lang()), h.Name, h.Host, h.Status, cmp.Or(h.Why, "-"))
		}
	})
}

type hookRemoveCommand struct {
	ID string `arg:"" help:"Of the hook, as hook list shows it."`
}

// Run removes a hook.
func (c *hookRemoveCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	if err := d.RemoveHook(a.ctx, desk.Operator(), c.ID); err != nil {
		return err
	}
	return a.print(map[string]string{"removed": c.ID}, func(w io.Writer) { fmt.Fprintln(w, c.ID) })
}

type hookTestCommand struct {
	hookFlags
	ID string `arg:"" help:"Of the hook, as hook list shows it."`
}

// Run sends a hook a message and shows what it answers; the answer is no where it was not taken in.
func (c *hookTestCommand) Run(a *App) error {
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // what was acknowledged is durable
	way, err := c.way(a, d, "")
	if err != nil {
		return err
	}
	if err := d.TestHook(a.ctx, desk.Operator(), c.ID); err != nil {
		return err
	}
	house, err := a.house(d, s, mailFlags{}, way)
	if err != nil {
		return err
	}
	if _, err := house.RunDue(a.ctx); err != nil {
		return err
	}
	all, err := d.Hooks(a.ctx, desk.Operator())
	if err != nil {
		return err
	}
	for _, h := range all {
		if h.ID != c.ID {
			continue
		}
		if h.Last.Why != "" {
			a.exit = exitNo
		}
		return a.print(desk.HookLineOf(h), func(w io.Writer) { fmt.Fprintln(w, h.Last.Status, cmp.Or(h.Last.Why, "ok")) })
	}
	return nil
}
