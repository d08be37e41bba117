package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgresListen opens a line; it is sent as it stands, not prepared.
const postgresListen = `LISTEN chancery`

// How the processes speak with each other: so long what changed is gathered at most before it is told, so long a telling
// may take, so long nothing is heard before it is asked whether the line still stands, and so long until a lost line is tried again.
const (
	gathered   = 100 * time.Millisecond
	tellAtMost = 5 * time.Second
	silence    = 20 * time.Second
	relisten   = time.Second
	// toldAtMost is how many bytes one telling holds; the server takes 8000.
	toldAtMost = 7800
	everything = "*"
)

// notices tells the other processes on a database what this one changed, and hears them.
type notices struct {
	tell   func(Changed)
	config *pgx.ConnConfig
	db     *sql.DB
	name   string // of this process: what it told itself it need not hear

	mu      sync.Mutex
	waiting map[string]bool
	wake    chan struct{}

	ctx     context.Context //nolint:containedctx // ends with the store
	end     context.CancelFunc
	hearing sync.Once
	running sync.WaitGroup
}

func newNotices(tell func(Changed), config *pgx.ConnConfig, db *sql.DB) *notices {
	n := &notices{tell: tell, config: config, db: db, name: rand.Text(), waiting: map[string]bool{}, wake: make(chan struct{}, 1)}
	n.ctx, n.end = context.WithCancel(context.Background())
	return n
}

// start begins to tell.
func (n *notices) start() { n.running.Go(n.telling) }

// close tells what waits, and hears no more.
func (n *notices) close() {
	n.end()
	n.running.Wait()
}

func (n *notices) add(chains []string) {
	n.mu.Lock()
	for _, c := range chains {
		n.waiting[c] = true
	}
	n.mu.Unlock()
	signal(n.wake)
}

// telling tells at once what changed after a quiet moment, and then gathers.
func (n *notices) telling() {
	for {
		select {
		case <-n.wake:
		case <-n.ctx.Done():
			_ = n.send() // the others look by themselves now and then
			return
		}
		pause := gathered
		if n.send() != nil {
			pause = relisten
			signal(n.wake)
		}
		rest := time.NewTimer(pause)
		select {
		case <-rest.C:
		case <-n.ctx.Done():
		}
		rest.Stop()
	}
}

// send tells what waits; what could not be told waits on.
func (n *notices) send() error {
	n.mu.Lock()
	told := n.waiting
	n.waiting = map[string]bool{}
	n.mu.Unlock()
	if len(told) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(n.ctx), tellAtMost)
	defer cancel()
	_, err := n.db.ExecContext(ctx, postgresTell, n.name+"\n"+spelled(told))
	if err != nil {
		n.mu.Lock()
		for c := range told {
			n.waiting[c] = true
		}
		n.mu.Unlock()
	}
	return err
}

// spelled are chains as they are told; more than a telling holds are everything.
func spelled(chains map[string]bool) string {
	var b strings.Builder
	for c := range chains {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(c)
		if b.Len() > toldAtMost || c == everything {
			return everything
		}
	}
	return b.String()
}

// heard reads what another process told; ok is false for what this one did.
func (n *notices) heard(said string) (c Changed, ok bool) {
	from, what, _ := strings.Cut(said, "\n")
	if from == n.name {
		return Changed{}, false
	}
	if what == everything {
		return Changed{All: true}, true
	}
	return Changed{Chains: strings.Split(what, "\n")}, true
}

// follow begins to hear.
func (n *notices) follow() { n.hearing.Do(func() { n.running.Go(n.listening) }) }

// listening hears until the store closes, on a line that is made anew whenever it is lost.
func (n *notices) listening() {
	for n.ctx.Err() == nil {
		_ = n.listen() // a line that was lost is no fault of ours: what was missed is looked up when it stands again
		again := time.NewTimer(relisten)
		select {
		case <-again.C:
		case <-n.ctx.Done():
		}
		again.Stop()
	}
}

func (n *notices) listen() error {
	conn, err := pgx.ConnectConfig(n.ctx, n.config.Copy())
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(n.ctx), tellAtMost)
		defer cancel()
		_ = conn.Close(ctx)
	}()
	if _, err := conn.Exec(n.ctx, postgresListen); err != nil {
		return err
	}
	n.tell(Changed{All: true}) // nobody knows what was told before
	for {
		said, err := n.wait(conn)
		if err != nil {
			return err
		}
		if said == nil {
			continue
		}
		if c, ok := n.heard(said.Payload); ok {
			n.tell(c)
		}
	}
}

// wait waits for what is told; after a silence without anything it asks whether the line still stands.
func (n *notices) wait(conn *pgx.Conn) (*pgconn.Notification, error) {
	ctx, cancel := context.WithTimeout(n.ctx, silence)
	defer cancel()
	said, err := conn.WaitForNotification(ctx)
	if err == nil || ctx.Err() == nil || n.ctx.Err() != nil {
		return said, err
	}
	asking, cancel := context.WithTimeout(n.ctx, tellAtMost)
	defer cancel()
	return nil, conn.Ping(asking)
}

func (d *postgres) follow() { d.notices.follow() }

func (d *postgres) spread(chains []string) { d.notices.add(chains) }
