package fire

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// relay stands between nodes and their server, as a network that may fail in ways that a server by itself does not.
type relay struct {
	port   int
	target string

	frozen  atomic.Bool  // nothing passes, and nobody is told
	losing  atomic.Int64 // of a hundred commits the answers to so many are lost
	missing atomic.Int64 // of ten thousand messages to the server so many are lost, with the connection
	lost    atomic.Int64 // commits whose answer was lost
	dropped atomic.Int64 // connections that were cut on the way to the server

	mu     sync.Mutex
	thawed chan struct{}
	open   map[net.Conn]bool
}

func newRelay(t *testing.T, to int) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{port: l.Addr().(*net.TCPAddr).Port, target: fmt.Sprintf("127.0.0.1:%d", to), thawed: make(chan struct{}), open: map[net.Conn]bool{}} //nolint:forcetypeassert // of TCP
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go r.carry(c)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		r.thaw()
		r.mu.Lock()
		defer r.mu.Unlock()
		for c := range r.open {
			_ = c.Close()
		}
	})
	return r
}

// freeze lets nothing pass any more; thaw lets it pass again.
func (r *relay) freeze() { r.frozen.Store(true) }

func (r *relay) thaw() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.frozen.Swap(false) {
		close(r.thawed)
		r.thawed = make(chan struct{})
	}
}

func (r *relay) await() {
	r.mu.Lock()
	thawed := r.thawed
	r.mu.Unlock()
	if r.frozen.Load() {
		<-thawed
	}
}

// carry carries one connection.
func (r *relay) carry(near net.Conn) {
	r.await()
	far, err := net.Dial("tcp", r.target)
	if err != nil {
		_ = near.Close()
		return
	}
	r.mu.Lock()
	r.open[near], r.open[far] = true, true
	r.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { r.pass(far, near, r.cutsRequest) })
	both.Go(func() { r.pass(near, far, r.cutsAnswer) })
	both.Wait()
	r.mu.Lock()
	delete(r.open, near)
	delete(r.open, far)
	r.mu.Unlock()
}

// pass carries one direction until it ends or is cut; then the other one ends as well.
func (r *relay) pass(to, from net.Conn, cuts func([]byte) bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	part := make([]byte, 64<<10)
	for {
		n, err := from.Read(part)
		r.await()
		if n > 0 && cuts(part[:n]) {
			return
		}
		if _, failed := to.Write(part[:n]); failed != nil || err != nil {
			return
		}
	}
}

func (r *relay) cutsRequest([]byte) bool {
	cut := rand.Int64N(10_000) < r.missing.Load() //nolint:gosec // any will do
	if cut {
		r.dropped.Add(1)
	}
	return cut
}

// cutsAnswer loses the word of the server that a commit is done.
func (r *relay) cutsAnswer(part []byte) bool {
	cut := bytes.Contains(part, []byte("COMMIT\x00")) && rand.Int64N(100) < r.losing.Load() //nolint:gosec // any will do
	if cut {
		r.lost.Add(1)
	}
	return cut
}
