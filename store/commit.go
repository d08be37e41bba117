package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
)

// most is how many acts share one commit at most.
const most = 128

// act is a write that waits for its turn, and then for its commit.
type act struct {
	fn       func(*Tx) error
	done     chan error
	panicked any
	grew     bool
	kinds    []string // of the entries that it appended
	chains   []string // in which they stand
	planned  calendar.Instant
}

// write gives an act its turn. Acts that wait at the same moment share one commit. After a commit that failed every act is
// refused until the folder is opened anew; while the disk is nearly full every act is refused until there is room.
func (d *sqliteFile) write(ctx context.Context, fn func(*Tx) error) error {
	a := &act{fn: fn, done: make(chan error, 1)}
	select {
	case d.acts <- a:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.closing:
		return closedFault()
	}
	err := <-a.done
	if a.panicked != nil {
		panic(a.panicked)
	}
	return err
}

// serve runs acts, many to a commit, until the store closes.
func (d *sqliteFile) serve() {
	before, took := 1, time.Duration(0)
	for {
		select {
		case a := <-d.acts:
			before, took = d.commit(a, before, took/4)
		case <-d.closing:
			return
		}
	}
}

// commit runs the first act and those that wait, and commits them together. Those who were answered by the commit before
// are likely to come again at once; they are waited for, for a fraction of the time that a commit takes.
func (d *sqliteFile) commit(first *act, before int, patience time.Duration) (int, time.Duration) {
	if why := d.broken.Load(); why != nil {
		first.done <- refusing(*why)
		return before, 0
	}
	if err := d.room.refuses(d.s.dir, d.s.clock()); err != nil {
		first.done <- err
		return before, 0
	}
	b := sharing{d: d, ctx: context.Background()} // an act that has begun is ended whoever stops waiting for it
	if err := b.begin(); err != nil {
		first.done <- err
		return before, 0
	}
	taken := 0
	late := time.NewTimer(patience)
	defer late.Stop()
	for a := first; a != nil; a = d.next(taken, before, late.C) {
		taken++
		b.open = append(b.open, a)
		if err := b.take(a); err != nil {
			b.undo()
			answer(b.open, err)
			return before, 0
		}
	}
	begun := time.Now()
	if err := b.tx.Commit(); err != nil {
		b.undo()
		d.broken.Store(&err)
		answer(b.open, mend("commit", err))
		return before, 0
	}
	took := time.Since(begun)
	c := Commit{Writes: len(b.open), Took: took}
	var chains []string
	for _, a := range b.open {
		c.Kinds, chains = append(c.Kinds, a.kinds...), append(chains, a.chains...)
	}
	d.s.committed(c)
	d.s.spread(chains)
	answer(b.open, nil)
	if slices.ContainsFunc(b.open, func(a *act) bool { return a.grew }) {
		signal(d.s.grown)
	}
	for _, a := range b.open {
		if a.planned > 0 {
			job.Sooner(d.s.planned, a.planned)
		}
	}
	return taken, took
}

// signal tells whoever waits; who is told already is not told twice.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func answer(acts []*act, err error) {
	for _, a := range acts {
		a.done <- err
	}
}

// next gives an act that waits, or one that comes soon when the commit before served more; nil when none does.
func (d *sqliteFile) next(taken, before int, late <-chan time.Time) *act {
	if taken == most {
		return nil
	}
	select {
	case a := <-d.acts:
		return a
	default:
	}
	if taken >= before {
		return nil
	}
	select {
	case a := <-d.acts:
		return a
	case <-late:
	case <-d.closing:
	}
	return nil
}

// sharing is a transaction that several acts share. An act that fails before it wrote leaves nothing behind; one that fails
// after takes what the others wrote with it, and these are run again. That is seldom, and dearer then than setting every act
// apart would be always.
type sharing struct {
	d     *sqliteFile
	ctx   context.Context //nolint:containedctx // of the transaction
	tx    *sql.Tx
	bound map[string]*sql.Stmt // prepared statements, bound to it
	open  []*act               // those that were taken and not answered, all of them run but the last ones
	wrote bool                 // the act that runs
}

func (b *sharing) begin() error {
	var err error
	b.tx, err = b.d.writer.BeginTx(b.ctx, nil)
	b.bound = map[string]*sql.Stmt{}
	return mend("begin to write", err)
}

// undo gives all up that was not committed.
func (b *sharing) undo() {
	b.d.memory.forget()
	_ = b.tx.Rollback()
}

// take runs an act; one that fails by itself is answered. An error is trouble of the database, and of all that are open.
func (b *sharing) take(a *act) error {
	undo, err := b.try(a)
	for undo && err == nil {
		b.d.memory.forget()
		if err := b.tx.Rollback(); err != nil {
			return mend("undo act", err)
		}
		if err := b.begin(); err != nil {
			return err
		}
		undo = false
		for _, other := range slices.Clone(b.open) {
			if undo, err = b.try(other); undo || err != nil {
				break
			}
		}
	}
	return err
}

// try runs an act, and answers it where it fails by itself; undo says that it then leaves behind what it wrote.
func (b *sharing) try(a *act) (undo bool, err error) {
	err = b.run(a)
	if _, trouble := troubleOf(err); trouble {
		return false, err
	}
	if err == nil && a.panicked == nil {
		return false, nil
	}
	b.open = slices.DeleteFunc(b.open, func(other *act) bool { return other == a })
	a.done <- err
	return b.wrote, nil
}

// run runs an act in the transaction.
func (b *sharing) run(a *act) error {
	b.wrote = false
	at, err := b.d.s.now(b.ctx)
	if err != nil {
		return err
	}
	t := &Tx{s: b.d.s, ctx: b.ctx, at: at, writes: true, tx: b.tx, memory: &b.d.memory, version: b.d.memory.version, last: b.d.memory.last}
	t.line = &stmts{ctx: b.ctx, bound: b.stmt}
	err = call(t, a)
	b.d.memory.version, b.d.memory.last = t.version, t.last
	if t.moved {
		b.d.memory.version = nil
	}
	a.grew, a.planned, a.kinds, a.chains = t.grew, t.planned, t.kinds, t.chains
	return err
}

// stmt binds a statement that an act runs. Whatever does not begin as a question does may write.
func (b *sharing) stmt(q string) *sql.Stmt {
	b.wrote = b.wrote || !strings.HasPrefix(q, "SELECT")
	bound, ok := b.bound[q]
	if !ok {
		bound = b.tx.StmtContext(b.ctx, b.d.writing[q])
		b.bound[q] = bound
	}
	return bound
}

// call runs the act's function; a panic is kept for the caller, so that it does not end the others' acts.
func call(t *Tx, a *act) error {
	defer func() { a.panicked = recover() }()
	return a.fn(t)
}
