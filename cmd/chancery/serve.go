package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/web"
)

// The times a reader may take; what is slower is dropped, so that nobody can
// hold the door by being slow.
const (
	headTime  = 5 * time.Second
	bodyTime  = 20 * time.Second
	replyTime = 40 * time.Second
	idleTime  = 90 * time.Second
	stopTime  = 10 * time.Second
)

type serveCommand struct {
	Addr string `help:"Where to listen; until people can sign in, this machine only." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Demo bool   `help:"Fill an empty data folder with an invented office."`
}

// Run serves the web desk until it is told to stop, then lets the requests that
// are under way finish.
func (c *serveCommand) Run(a *App) error {
	if err := loopbackOnly(c.Addr); err != nil {
		return err
	}
	clock := newDemoClock(a.clock)
	if c.Demo {
		clock.set(demoBegin())
		a.clock = clock.now
	}
	d, s, err := a.openDesk()
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // what was acknowledged is durable already
	if c.Demo {
		if err := a.openDemo(d, clock); err != nil {
			return err
		}
	}
	site, err := a.site(d)
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
	server := &http.Server{
		Handler: site, ReadHeaderTimeout: headTime, ReadTimeout: bodyTime, WriteTimeout: replyTime, IdleTimeout: idleTime,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(a.logger().Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(a.ctx) },
	}
	waiting := &unused{conns: map[net.Conn]struct{}{}}
	server.ConnState = waiting.follow
	server.RegisterOnShutdown(waiting.close)
	fmt.Fprintf(a.out, "http://%s\n", listener.Addr())
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-a.ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), stopTime)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}

// unused are the connections on which nobody has asked anything yet. Browsers open them ahead; the server that stops
// would wait for each whether a question comes after all.
type unused struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

func (u *unused) follow(c net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if state == http.StateNew {
		u.conns[c] = struct{}{}
	} else {
		delete(u.conns, c)
	}
}

func (u *unused) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	for c := range u.conns {
		_ = c.Close() // nobody waits for an answer
	}
}

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
	cases, err := d.Cases(a.ctx, casework.Filter{Limit: 1})
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
func (a *App) site(d *desk.Desk) (*web.Site, error) {
	officer, err := a.officer()
	if err != nil {
		return nil, err
	}
	lib := d.Library()
	return web.New(web.Config{
		Cases: d, Checks: lib, Rules: lib.Books, Places: lib.Places, Today: a.today, Person: officer, Loopback: true, Log: a.logger(),
	})
}

// officer is whom the pages act for until people can sign in: the case officer
// of the invented office.
func (a *App) officer() (web.Person, error) {
	const file = "demo/office.yaml"
	data, err := fs.ReadFile(a.libfs, file)
	if err != nil {
		return web.Person{}, fmt.Errorf("read the invented office: %w", err)
	}
	o, err := office.Read(file, data)
	if err != nil {
		return web.Person{}, err
	}
	p, _ := o.Person("dongfang")
	officer := web.Person{Name: text.Text{ZH: p.Name, EN: p.Pinyin}}
	for _, id := range o.PostsOf(p.ID, a.today()) {
		if post, ok := o.Post(id); ok {
			officer.Post = post.Name
		}
	}
	return officer, nil
}

// logger writes what is ours to mend.
func (a *App) logger() *slog.Logger { return slog.New(slog.NewTextHandler(a.errs, nil)) }

// loopbackOnly refuses an address that others could reach: nobody can sign in
// yet, so whoever reached the pages would act as the demo's officer.
func loopbackOnly(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fault.New(fault.Invalid, "addr", text.Text{
			ZH: "{addr} 不是「主机:端口」的写法；例如 127.0.0.1:8080", EN: "{addr} is not HOST:PORT; for example 127.0.0.1:8080",
		}.Fill(text.Args{"addr": addr}))
	}
	if ip := net.ParseIP(host); host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return fault.New(fault.NotAllowed, "addr", text.Text{
		ZH: "登录功能启用之前只在本机监听，不能用 {addr}；请用 127.0.0.1:端口", EN: "until people can sign in it listens on this machine only, not on {addr}; use 127.0.0.1:PORT",
	}.Fill(text.Args{"addr": addr}))
}
