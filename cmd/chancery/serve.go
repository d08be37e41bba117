package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/jobs"
	"chancery/store"
	"chancery/web"
	"chancery/web/api"
)

// The times a reader may take; what is slower is dropped, so that nobody can
// hold the door by being slow.
const (
	headTime  = 5 * time.Second
	bodyTime  = 20 * time.Second
	replyTime = 40 * time.Second
	idleTime  = 90 * time.Second
	stopTime  = 10 * time.Second // for what is under way when the door closes
)

type serveCommand struct {
	Addr        string `help:"Where to listen; other machines are answered with --cert or --behind-proxy only." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Demo        bool   `help:"Fill an empty data folder with an invented office, and print how to sign in."`
	Cert        string `help:"File of the certificate for https." placeholder:"FILE"`
	Key         string `help:"File of the certificate's key." placeholder:"FILE"`
	BehindProxy bool   `help:"A proxy of the office before it speaks https with the readers, and says in X-Forwarded-For who asks."`

	Log     string        `help:"How the log on standard error is written: text, or json, a document a line." enum:"text,json" default:"text"`
	Metrics string        `help:"Where to answer Prometheus, at /metrics; without a host on this machine only. Without it there are no figures." placeholder:"[HOST:]PORT"`
	Drain   time.Duration `help:"When told to stop, say so at /readyz for so long before the door closes, so that a balancer sends nobody any more." default:"0s" placeholder:"DURATION"`

	Profile  string        `help:"What passwords are judged by: asvs (length, and none that everybody tries) or djbh3 (also kinds of characters, and a change every 90 days)." enum:"asvs,djbh3" default:"asvs"`
	Idle     time.Duration `help:"A session ends after so long a rest." default:"30m" placeholder:"DURATION"`
	Absolute time.Duration `help:"A session ends after so long, however much it is used." default:"12h" placeholder:"DURATION"`

	Dormant int `help:"An account that nobody used for so many days is suspended, its person told two weeks before; 0: never." default:"90" placeholder:"DAYS"`

	Backup backupFlags `embed:"" prefix:"backup-" group:"A backup every day"`

	mailFlags

	Hooks hookFlags `embed:""`

	Checkpoints dropFlags `embed:"" prefix:"checkpoints-" group:"Checkpoints for a witness"`

	FeedLevel string `help:"Highest mark of cases of which more than the number stands in a calendar feed." enum:"public,internal,work-secret" default:"public" env:"CHANCERY_FEED_LEVEL"`

	SSO ssoFlags `embed:"" prefix:"sso-" group:"Identities elsewhere"`
}

// Run serves the web desk until it is told to stop, then lets the requests that
// are under way finish.
func (c *serveCommand) Run(a *App) error {
	if err := c.guarded(); err != nil {
		return err
	}
	if _, err := c.sender(nil, a.clock); err != nil { // before anything is opened
		return err
	}
	if err := c.Checkpoints.checked(); err != nil {
		return err
	}
	clock := newDemoClock(a.clock)
	if c.Demo {
		clock.set(demoBegin())
		a.goBy(clock)
	}
	open := a.openFounded
	if c.Demo {
		open = func() (*desk.Desk, *store.Store, error) {
			d, s, _, err := a.openInvented()
			return d, s, err
		}
	}
	d, s, err := open()
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // what was acknowledged is durable already
	if c.Demo {
		if err := a.openDemo(d, clock); err != nil {
			return err
		}
	}
	announced, err := desk.Announced(a.ctx, desk.Kept(s))
	if err != nil {
		return err
	}
	d, years := d.Under(c.policy()), len(announced)
	a.log = c.logger(a)
	seen, stopping := newWatch(a.log, s, c.Idle), make(chan struct{})
	s.Watch(seen.committed)
	s.WatchSlow(slowData, seen.slow)
	changes := &desk.Changes{}
	s.Follow(func(c store.Changed) { changes.Tell(c.Chains, c.All) })
	site, err := c.site(a, d, s, changes, stopping)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(a.ctx, "tcp", c.Addr)
	if err != nil {
		return fault.New(fault.Unavailable, "addr", text.Text{
			ZH: "{addr} 不能监听；是不是已有程序占用？换一个 --addr 再试", EN: "cannot listen on {addr}; is something else using it? try another --addr",
		}.Fill(text.Args{"addr": c.Addr}))
	}
	figures, err := c.listenFigures(a)
	if err != nil {
		_ = listener.Close()
		return err
	}
	house, err := c.house(a, d, s, seen)
	if err == nil && house.Backup == nil {
		err = d.EndBackups(a.ctx)
	}
	if err == nil {
		err = house.CatchUp(a.ctx)
	}
	if fault.KindOf(err) == fault.Unavailable { // what cannot be done now is done as soon as it can, and people read meanwhile
		a.log.Warn("what came due waits", "error", err)
		err = nil
	}
	if err == nil {
		err = c.announce(a, d, listener.Addr())
	}
	if err != nil {
		_ = listener.Close()
		return err
	}
	now := &serving{serveCommand: c, a: a, desk: d, store: s, seen: seen, changes: changes, stopping: stopping, years: years, rest: a.keep(house)}
	now.site.Store(site)
	following, ended := context.WithCancel(context.WithoutCancel(a.ctx))
	var running sync.WaitGroup
	running.Go(func() { now.follow(following) })
	if c.Checkpoints.To != "" {
		running.Go(func() { a.dropping(following, d, &drop{dropFlags: c.Checkpoints, store: s}) })
	}
	defer func() {
		running.Wait()
		now.desk.Rest()
	}()
	defer ended()
	return c.open(a, seen, now, listener, figures, stopping)
}

// house is what does by itself what is due, as this command was told to.
func (c *serveCommand) house(a *App, d *desk.Desk, s *store.Store, seen *watch) (*jobs.Runner, error) {
	hooks, err := c.Hooks.way(a, d, c.Site)
	if err != nil {
		return nil, err
	}
	house, err := a.house(d, seen.queue(s), c.mailFlags, hooks)
	if err != nil {
		return nil, err
	}
	house.Backup, err = c.Backup.daily(a, d)
	return house, err
}

// announce says where the desk is and, of the demo, how to sign in.
func (c *serveCommand) announce(a *App, d *desk.Desk, at net.Addr) error {
	scheme := "http"
	if c.Cert != "" {
		scheme = "https"
	}
	fmt.Fprintf(a.out, "%s://%s\n", scheme, at)
	if c.Demo {
		return a.demoAccounts(d)
	}
	there, err := d.Inhabited(a.ctx)
	if err != nil || there {
		return err
	}
	fmt.Fprintln(a.errs, text.Text{
		ZH: "还没有任何账号，谁也登录不了。请先停止服务，运行 chancery account invite 人员 --duty system 取得一次性链接，再启动并打开它",
		EN: "nobody has an account yet, so nobody can sign in: stop, run chancery account invite PERSON --duty system for a link that is good once, start again and open it",
	}.In(a.lang()))
	return nil
}

// policy is what is demanded of those who come in.
func (c *serveCommand) policy() account.Policy {
	p := account.DefaultPolicy()
	if c.Demo {
		p = account.DemoPolicy()
	}
	p.Profile, p.Idle, p.Absolute = account.Profile(c.Profile), c.Idle, c.Absolute
	p.Dormant = time.Duration(max(0, c.Dormant)) * 24 * time.Hour
	return p
}

// ssoFlags name a provider that signs people in for us.
type ssoFlags struct {
	Issuer string `help:"Issuer of the office's identity provider (OpenID Connect); without it only this desk signs people in." placeholder:"URL"`
	Client string `help:"What the provider calls this desk." placeholder:"ID"`
	Secret string `help:"File that holds the secret which the provider gave for this desk." placeholder:"FILE"`
	Name   string `help:"How people know the provider." placeholder:"NAME"`
}

// providerTime is how long the provider may take for an answer.
const providerTime = 5 * time.Second

// provider is the office's identity provider; nil where none is named.
func (f ssoFlags) provider() (web.Provider, error) {
	if f.Issuer == "" {
		return nil, nil //nolint:nilnil // no provider is a choice, not a failure
	}
	u, err := url.Parse(f.Issuer)
	loopback := err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
	if err != nil || u.Host == "" || u.Scheme != "https" && !loopback || f.Client == "" || f.Secret == "" {
		return nil, fault.New(fault.Invalid, "sso-issuer", text.Text{
			ZH: "身份提供方须是 https 地址，并同时给出 --sso-client 和 --sso-secret", EN: "the provider is an https address, and is given together with --sso-client and --sso-secret",
		})
	}
	secret, err := readInput(f.Secret, secretBytes)
	if err != nil {
		return nil, err
	}
	name := f.Name
	if name == "" {
		name = u.Host
	}
	return web.OpenID{
		Issuer: f.Issuer, Client: f.Client, Secret: strings.TrimSpace(string(secret)), Title: text.Text{ZH: name, EN: name},
		HTTP: &http.Client{Timeout: providerTime}, Now: time.Now,
	}, nil
}

// secretBytes is the most that is read of a secret.
const secretBytes = 4 << 10

// The word in the demo's marker, while the invented office is being made up and
// once it stands.
const (
	demoFilling = "filling\n"
	demoFilled  = "filled\n"
)

// openDemo fills an empty data folder with the invented office and lets its
// clock run. A folder that holds other cases is left alone, since the demo's
// clock would date real acts wrongly; so is one that was left half filled.
func (a *App) openDemo(d *desk.Desk, clock *demoClock) error {
	marker := filepath.Join(a.Data, "demo")
	cases, err := d.Cases(a.ctx, desk.Operator(), casework.Filter{Limit: 1})
	if err != nil {
		return err
	}
	word, err := os.ReadFile(filepath.Clean(marker))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the mark of the demo: %w", err)
	}
	if len(cases) > 0 && string(word) != demoFilled {
		return fault.New(fault.Conflict, "data", text.Text{
			ZH: "数据夹 {data} 里已有别的案件，或演示数据没有填完；请用 --data 换一个空文件夹",
			EN: "the data folder {data} holds other cases, or a demo that was not finished; choose an empty one with --data",
		}.Fill(text.Args{"data": a.Data}))
	}
	if len(cases) == 0 {
		if err := os.WriteFile(marker, []byte(demoFilling), 0o600); err != nil {
			return fmt.Errorf("mark the data folder as a demo: %w", err)
		}
		if err := fillDemo(a.ctx, d, clock); err != nil {
			return err
		}
		if err := os.WriteFile(marker, []byte(demoFilled), 0o600); err != nil {
			return fmt.Errorf("mark the data folder as a demo: %w", err)
		}
	}
	clock.set(demoToday())
	clock.run()
	return nil
}

// site is the web desk before the desk.
func (c *serveCommand) site(a *App, d *desk.Desk, s *store.Store, changes *desk.Changes, stopping <-chan struct{}) (*web.Site, error) {
	lib := d.Library()
	programs, err := api.New(api.Config{Desk: d, Record: s, Clock: a.clock, Log: a.logger()})
	if err != nil {
		return nil, err
	}
	origin, err := siteOf(c.Site)
	if err != nil {
		return nil, err
	}
	provider, err := c.SSO.provider()
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Accounts: d, Tokens: d, Operations: d, Feeds: d, FeedLevel: office.Mark(c.FeedLevel), Hooks: d, Mails: c.SMTP != "", Programs: programs, Provider: provider, Origin: origin, Cases: d, Applications: d, Notices: d, Finder: d, Papers: d, Checks: lib, Rules: lib.Books, Places: lib.Places, Words: lib.Words,
		Registers: d, Office: d, Own: d, Figures: d, Live: web.Live{Desk: d, Changes: changes}, Today: a.today, Log: a.logger(), Ready: answers(s), Stopping: stopping,
		Idle: c.Idle, Encrypted: c.BehindProxy || c.Cert != "", Proxied: c.BehindProxy, Loopback: !c.BehindProxy && c.Cert == "",
	})
}

// guarded refuses an address at which passwords would cross a network unencrypted: plain http is for this machine, and for
// a proxy that encrypts before it.
func (c *serveCommand) guarded() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fault.New(fault.Invalid, "addr", text.Text{
			ZH: "{addr} 不是「主机:端口」的写法；例如 127.0.0.1:8080", EN: "{addr} is not HOST:PORT; for example 127.0.0.1:8080",
		}.Fill(text.Args{"addr": c.Addr}))
	}
	if (c.Cert == "") != (c.Key == "") {
		return fault.New(fault.Invalid, "cert", text.Text{
			ZH: "--cert 与 --key 须同时给出", EN: "--cert and --key are given together",
		})
	}
	if c.Demo && (c.BehindProxy || c.Cert != "") {
		return fault.New(fault.NotAllowed, "demo", text.Text{
			ZH: "演示不要求第二因素，只在本机开放；请去掉 --demo，或去掉 --behind-proxy 和 --cert", EN: "the demo asks for no second factor and opens on this machine only: leave out --demo, or --behind-proxy and --cert",
		})
	}
	if ip := net.ParseIP(host); c.BehindProxy || c.Cert != "" || host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fault.New(fault.NotAllowed, "addr", text.Text{
		ZH: "在 {addr} 上明文传输，密码会被看见；请用 --cert 和 --key 加密，或在前面放加密的代理并写 --behind-proxy，或只在本机监听 127.0.0.1:端口",
		EN: "on {addr} passwords would cross the network in the clear: encrypt with --cert and --key, or put an encrypting proxy before it and say --behind-proxy, or listen on this machine only, 127.0.0.1:PORT",
	}.Fill(text.Args{"addr": c.Addr}))
}
