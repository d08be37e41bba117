package store_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// wire stands between a store and its server, and can be cut.
type wire struct {
	dsn    string // the server, through the wire
	server string
	mu     sync.Mutex
	conns  map[net.Conn]struct{}
	away   bool // nobody is let through
	deaf   bool // what the server says is lost, and with the first word of it the connection
}

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	u, err := url.Parse(dsn)
	must(t, err)
	w := &wire{server: u.Host, conns: map[net.Conn]struct{}{}}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	u.Host = l.Addr().String()
	w.dsn = u.String()
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(conn)
		}
	}()
	return w
}

func (w *wire) carry(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	w.mu.Lock()
	away := w.away
	w.conns[conn] = struct{}{}
	w.mu.Unlock()
	if away {
		return
	}
	var d net.Dialer
	server, err := d.DialContext(context.Background(), "tcp", w.server)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	go func() { _, _ = io.Copy(server, conn) }()
	words := make([]byte, 32<<10)
	for {
		n, err := server.Read(words)
		if err != nil || w.lost() {
			return
		}
		if _, err := conn.Write(words[:n]); err != nil {
			return
		}
	}
}

func (w *wire) lost() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.deaf
}

// cut ends all connections and lets nobody through.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.away = true
	for c := range w.conns {
		_ = c.Close()
	}
}

// swallow loses what the server says from now on.
func (w *wire) swallow() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deaf = true
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.away, w.deaf = false, false
}
