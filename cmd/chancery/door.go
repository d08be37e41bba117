package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"chancery/core/fault"
	"chancery/core/text"
	"chancery/store"
	"chancery/web"
)

// logger writes a line for each request and what is ours to mend. The demo keeps the first to itself: its terminal shows
// how to sign in.
func (c *serveCommand) logger(a *App) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if c.Demo {
		o.Level = slog.LevelWarn
	}
	if c.Log == "json" {
		return slog.New(slog.NewJSONHandler(a.errs, o))
	}
	return slog.New(slog.NewTextHandler(a.errs, o))
}

// logger writes what is ours to mend.
func (a *App) logger() *slog.Logger {
	if a.log != nil {
		return a.log
	}
	return slog.New(slog.NewTextHandler(a.errs, nil))
}

// answers asks whether the data does, and whether acts are dated as they should be.
func answers(s *store.Store) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, askTime)
		defer cancel()
		if _, err := s.Head(ctx); err != nil {
			return err
		}
		if err := s.Timely(ctx); err != nil {
			return fmt.Errorf("%w: %w", web.ErrClock, err)
		}
		return nil
	}
}

// listenFigures listens for Prometheus; nil where nothing is to be told. A port alone is one of this machine.
func (c *serveCommand) listenFigures(a *App) (net.Listener, error) {
	if c.Metrics == "" {
		return nil, nil //nolint:nilnil // no address is a choice, not a failure
	}
	at := c.Metrics
	if !strings.Contains(at, ":") {
		at = ":" + at
	}
	if strings.HasPrefix(at, ":") {
		at = "127.0.0.1" + at
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(a.ctx, "tcp", at)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "metrics", text.Text{
			ZH: "{addr} 不能监听；是不是已有程序占用？换一个 --metrics 再试", EN: "cannot listen on {addr}; is something else using it? try another --metrics",
		}.Fill(text.Args{"addr": at}))
	}
	return listener, nil
}

// open answers until the command is told to stop, and then leaves in order: /readyz says so, for as long as --drain; the
// door closes; what has no end of its own is ended; what is under way has stopTime to finish. Whatever was not finished by
// then is cut off, and was not acknowledged.
func (c *serveCommand) open(a *App, seen *watch, site http.Handler, listener, figures net.Listener, stopping chan<- struct{}) error {
	roomy()
	complaints := slog.NewLogLogger(seen.log.Handler(), slog.LevelWarn)
	server := &http.Server{
		Handler: givingBack(a.ctx, seen.door(site)), ReadHeaderTimeout: headTime, ReadTimeout: bodyTime, WriteTimeout: replyTime, IdleTimeout: idleTime,
		MaxHeaderBytes: 64 << 10, ErrorLog: complaints,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(a.ctx) },
	}
	waiting := &unused{conns: map[net.Conn]struct{}{}}
	server.ConnState = waiting.follow
	server.RegisterOnShutdown(waiting.close)
	server.RegisterOnShutdown(seen.streams.end)
	failed := make(chan error, 2)
	go func() {
		if c.Cert != "" {
			failed <- server.ServeTLS(listener, c.Cert, c.Key)
			return
		}
		failed <- server.Serve(listener)
	}()
	told := []any{"addr", listener.Addr().String()}
	if figures != nil {
		told = append(told, "metrics", figures.Addr().String())
		counts := &http.Server{Handler: seen.page(), ReadHeaderTimeout: headTime, ReadTimeout: bodyTime, WriteTimeout: replyTime, IdleTimeout: idleTime, ErrorLog: complaints}
		defer counts.Close() //nolint:errcheck // figures are not waited for
		go func() { failed <- counts.Serve(figures) }()
	}
	v := thisVersion()
	seen.log.Info("serving", append(told, "version", v.Version, "commit", v.Commit, "schema", v.Schema)...)
	select {
	case err := <-failed:
		_ = server.Close()
		return fmt.Errorf("serve: %w", err)
	case <-a.ctx.Done():
	}
	close(stopping)
	seen.log.Info("stopping", "drain", c.Drain.String())
	drained := time.NewTimer(c.Drain)
	defer drained.Stop()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-drained.C:
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(a.ctx), stopTime)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		seen.log.Warn("some requests were not finished in time and were cut off", "after", stopTime.String())
		err = server.Close()
	}
	if err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	seen.log.Info("stopped")
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
