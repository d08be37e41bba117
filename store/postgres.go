package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/journal"
	"chancery/core/text"
)

// postgres is a database that many processes share. Each act is a transaction of its own on a connection of its own.
type postgres struct {
	s       *Store
	writers *sql.DB
	readers *sql.DB
	trips   atomic.Int64  // how often the server was asked
	moved   chan struct{} // closed when no more files move out of the folder
	notices *notices

	mu      sync.Mutex
	closing bool
	acting  sync.WaitGroup
}

// How many connections a process has at most: one for each act under way, and one for each reading.
const (
	writersAtMost = 16
	readersAtMost = 12
)

// openPostgres connects to a database and brings it to the present schema.
func openPostgres(ctx context.Context, s *Store, dsn string) (dialect, error) {
	if _, err := migratePostgres(ctx, dsn); err != nil {
		return nil, err
	}
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, dsnFault(err)
	}
	for name, value := range sessions() {
		if _, said := config.RuntimeParams[name]; !said {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	d := &postgres{s: s, moved: make(chan struct{})}
	pool := func(most int) *sql.DB {
		db := sql.OpenDB(pipes{stdlib.GetConnector(*config), &d.trips})
		db.SetMaxOpenConns(most)
		db.SetMaxIdleConns(most)
		db.SetConnMaxIdleTime(5 * time.Minute)
		return db
	}
	d.writers, d.readers = pool(writersAtMost), pool(readersAtMost)
	d.notices = newNotices(s.followers.tell, config, d.readers)
	if err := d.fit(ctx); err != nil {
		return nil, errors.Join(err, d.release())
	}
	return d, nil
}

// sessions is how a connection is to behave: a process that died, or lost its way, lets go of what it held.
func sessions() map[string]string {
	return map[string]string{
		"application_name":                    "chancery",
		"statement_timeout":                   "60s",
		"idle_in_transaction_session_timeout": "60s",
		"tcp_keepalives_idle":                 "10",
		"tcp_keepalives_interval":             "5",
		"tcp_keepalives_count":                "3",
		"tcp_user_timeout":                    "25s",
	}
}

// fit refuses a server on which the store could not keep its promises.
func (d *postgres) fit(ctx context.Context) error {
	var version, encoding, synchronous string
	if err := d.readers.QueryRowContext(ctx, postgresSettings).Scan(&version, &encoding, &synchronous); err != nil {
		return err
	}
	n, err := strconv.Atoi(version)
	if err != nil {
		return fmt.Errorf("version of the server: %w", err)
	}
	switch {
	case n < 140000:
		return fault.New(fault.Unavailable, "data", text.Text{
			ZH: "PostgreSQL 版本过旧（{has}），至少需要 14；请升级数据库", EN: "this PostgreSQL is too old ({has}): 14 is the least, upgrade the server",
		}.Fill(text.Args{"has": n / 10000}))
	case encoding != "UTF8":
		return fault.New(fault.Unavailable, "data", text.Text{
			ZH: "数据库的编码是 {has}，存不下所有文字；请用 UTF8 编码另建数据库", EN: "the database is encoded as {has} and cannot hold every text: make one that is encoded as UTF8",
		}.Fill(text.Args{"has": encoding}))
	case synchronous == "off":
		return fault.New(fault.Unavailable, "data", text.Text{
			ZH: "数据库关闭了 synchronous_commit，写入未落盘就会答复；请打开后再用", EN: "the database has synchronous_commit off and acknowledges what is not on its disk: switch it on",
		})
	}
	return nil
}

// migratePostgres brings the schema to the present version; of several processes that start at once one does it.
func migratePostgres(ctx context.Context, dsn string) (Migration, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return Migration{}, dsnFault(err)
	}
	db := stdlib.OpenDB(*config)
	files, err := fs.Sub(migrations, "migrations/postgres")
	if err != nil {
		return Migration{}, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return Migration{}, err
	}
	did, err := migrate(ctx, goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	return did, errors.Join(err, db.Close())
}

// start moves files that an earlier version kept in the folder; acts are taken from the beginning.
func (d *postgres) start() {
	d.notices.start()
	d.s.pacing.Go(d.adoptBlobs)
	d.s.pacing.Go(d.keepTime)
}

// watch finds what was left waiting by a process that died.
func (*postgres) watch() time.Duration { return time.Second }

func (d *postgres) rest() {
	d.mu.Lock()
	d.closing = true
	d.mu.Unlock()
	d.acting.Wait()
	d.notices.close()
}

func (d *postgres) release() error { return errors.Join(d.writers.Close(), d.readers.Close()) }

func (d *postgres) prepare(ctx context.Context, q string) error {
	stmt, err := d.writers.PrepareContext(ctx, q)
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	return nil
}

// enter lets an act in, unless the store closes.
func (d *postgres) enter() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.closing {
		d.acting.Add(1)
	}
	return !d.closing
}

// triesAtMost is how often an act is run until it is said that others are always in its way.
const triesAtMost = 8

// write runs an act until it is committed, or fails by itself. It is run again when it must hold something from its
// beginning, when another act got in its way, and when the connection was lost before the commit was sent.
func (d *postgres) write(ctx context.Context, fn func(*Tx) error) error {
	if !d.enter() {
		return closedFault()
	}
	defer d.acting.Done()
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, over := ended(ctx)
	defer over()
	var first []string
	for tried := 1; ; tried++ {
		err := d.try(ctx, first, fn)
		var (
			asks  *again
			stale *overtaken
		)
		switch {
		case errors.As(err, &stale):
			if tried < 3 {
				continue
			}
			return stale.error
		case errors.As(err, &asks) && tried < triesAtMost:
			if asks.first != "" && !slices.Contains(first, asks.first) {
				first = append(first, asks.first)
				slices.Sort(first)
			}
			d.s.later(asks.after)
			continue
		case !inTheWay(err) || tried >= triesAtMost || ctx.Err() != nil:
			return err
		}
		time.Sleep(rand.N(time.Duration(tried) * 5 * time.Millisecond)) //nolint:gosec // so that two do not meet again
	}
}

// ended lets an act that has begun go on whoever stops waiting for it, as long as there was time for it: what has not come to
// its commit by then is undone, and can be said to be.
func ended(ctx context.Context) (context.Context, context.CancelFunc) {
	goesOn := context.WithoutCancel(ctx)
	if at, bounded := ctx.Deadline(); bounded {
		return context.WithDeadline(goesOn, at)
	}
	return goesOn, func() {}
}

// try runs an act once.
func (d *postgres) try(ctx context.Context, first []string, fn func(*Tx) error) error {
	l := &piped{ctx: ctx}
	if err := l.begin(d.writers, nil); err != nil { //nolint:contextcheck // the line has it
		return err
	}
	defer l.end() // also when fn panics
	t := &Tx{s: d.s, ctx: ctx, tx: l.tx, line: l, writes: true, locks: &locks{held: map[string]bool{}}}
	if err := t.enter(first); err != nil {
		return err
	}
	var err error
	if t.at, err = d.s.now(ctx); err != nil {
		return err
	}
	if err := t.foresee(l); err != nil {
		return err
	}
	if err := fn(t); err != nil {
		return err
	}
	begun := time.Now()
	if err := l.tx.Commit(); err != nil {
		if lostContact(err) {
			return unsure(err)
		}
		return mend("commit", err)
	}
	d.s.committed(Commit{Writes: 1, Kinds: t.kinds, Took: time.Since(begun)})
	d.s.spread(t.chains)
	if t.grew {
		signal(d.s.grown)
	}
	if t.planned > 0 {
		job.Sooner(d.s.planned, t.planned)
	}
	return nil
}

// enter comes into the house, and holds what the act is to hold from its beginning before its instant is taken.
func (t *Tx) enter(first []string) error {
	if slices.Contains(first, house) {
		first = []string{house}
	} else if err := t.locks.share(t, house); err != nil {
		return err
	}
	for _, name := range first {
		if err := t.locks.hold(t, name); err != nil {
			return err
		}
	}
	if len(first) == 0 {
		return nil
	}
	return t.line.send()
}

// later makes the acts that follow later than an instant.
func (s *Store) later(at calendar.Instant) {
	for last := s.last.Load(); last < int64(at); last = s.last.Load() {
		if s.last.CompareAndSwap(last, int64(at)) {
			return
		}
	}
}

func (d *postgres) read(ctx context.Context, fn func(*Tx) error) error {
	l := &piped{ctx: ctx, again: d.readers}
	if err := l.begin(d.readers, &sql.TxOptions{ReadOnly: true}); err != nil { //nolint:contextcheck // the line has it
		return err
	}
	defer l.end()
	t := &Tx{s: d.s, ctx: ctx, tx: l.tx, line: l, at: d.s.seen()}
	l.renewed = func() error { return t.foresee(l) }
	if err := l.renewed(); err != nil {
		return err
	}
	return fn(t)
}

func (d *postgres) glance(ctx context.Context, fn func(*Tx) error) error {
	l := &piped{ctx: ctx, again: d.readers, single: true}
	if err := l.begin(d.readers, nil); err != nil { //nolint:contextcheck // the line has it
		return err
	}
	defer l.end()
	l.renewed = func() error { return nil }
	return fn(&Tx{s: d.s, ctx: ctx, line: l, at: d.s.seen()})
}

// foresee asks along with the first question which version of the office this is: nearly everybody wants to know.
func (t *Tx) foresee(l *piped) error {
	return l.with(func(p *pipe) error {
		p.keep("read office", postgresForeseen, nil, func(rows pgx.Rows) error {
			var hooks int64
			t.version = new(int64)
			for rows.Next() {
				if err := rows.Scan(t.version, &hooks); err != nil {
					return err
				}
			}
			t.hookedBy(hooks)
			return nil
		})
		return nil
	})
}

// refuses knows of the clock alone: the server refuses by itself, act by act.
func (d *postgres) refuses() error { return d.s.Timely(context.Background()) }

func (*postgres) lastEntry() string { return postgresLastEntry }

func (*postgres) allEntries() string { return postgresAllEntries }

// addEntry lets the entry wait for its place.
func (*postgres) addEntry(t *Tx, e journal.Entry) (journal.Entry, error) {
	return e, t.put("append entry", postgresAddEntry, kept(e)...)
}

func (d *postgres) waiting(t *Tx, _ int64) ([]unplaced, error) {
	var out []unplaced
	err := t.each("read waiting entries", postgresWaiting, []any{batch}, func(scan func(...any) error) error {
		var id int64
		var hash []byte
		err := scan(&id, &hash)
		if err == nil && len(hash) != len(journal.Hash{}) {
			err = fmt.Errorf("entry with the row %d has no hash; run `chancery journal verify`", id)
		}
		if err == nil {
			out = append(out, unplaced{id: id, hash: journal.Hash(hash)})
		}
		return err
	})
	if err == nil && len(out) > 0 {
		err = t.stillSigns() // asked last: where one of them says that the key was replaced, so does the note
	}
	return out, err
}

func (*postgres) grow(t *Tx, g growth) error {
	positions, hashes := make([]int64, len(g.hashes)), make([][]byte, len(g.hashes))
	for i, h := range g.hashes {
		positions[i], hashes[i] = g.position+int64(i), h[:]
	}
	places, entries := make([]int64, len(g.entries)), make([]int64, len(g.entries))
	for i, e := range g.entries {
		places[i], entries[i] = g.size+int64(i)+1, e.id
	}
	return errors.Join(t.put("grow tree", postgresGrow, positions, hashes), t.put("give places", postgresPlace, places, entries),
		t.put("give places", postgresWaitNoMore, entries))
}

func (*postgres) unsound(t *Tx, a *journal.Audit) error {
	return t.each("read entries", postgresUnplaced, nil, func(scan func(...any) error) error {
		var no string
		var seq int
		err := scan(&no, &seq)
		if err == nil {
			a.Unplaced(no, seq)
		}
		return err
	})
}
