package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
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
	planned  bool
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
	ctx := context.Background() // an act that has begun is ended whoever stops waiting for it
	tx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		first.done <- mend("begin to write", err)
		return before, 0
	}
	shared := &sharing{tx: tx, bound: map[string]*sql.Stmt{}}
	var done []*act
	taken := 0
	late := time.NewTimer(patience)
	defer late.Stop()
	for a := first; a != nil; a = d.next(taken, before, late.C) {
		taken++
		err := d.run(ctx, shared, a)
		if _, trouble := troubleOf(err); trouble {
			_ = tx.Rollback()
			a.done <- err
			answer(done, err)
			return before, 0
		}
		if err != nil || a.panicked != nil {
			a.done <- err
			continue
		}
		done = append(done, a)
	}
	begun := time.Now()
	if err := tx.Commit(); err != nil {
		_ = tx.Rollback()
		d.broken.Store(&err)
		answer(done, mend("commit", err))
		return before, 0
	}
	took := time.Since(begun)
	c := Commit{Writes: len(done), Took: took}
	var chains []string
	for _, a := range done {
		c.Kinds, chains = append(c.Kinds, a.kinds...), append(chains, a.chains...)
	}
	d.s.committed(c)
	d.s.spread(chains)
	answer(done, nil)
	if slices.ContainsFunc(done, func(a *act) bool { return a.grew }) {
		signal(d.s.grown)
	}
	if slices.ContainsFunc(done, func(a *act) bool { return a.planned }) {
		signal(d.s.planned)
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

// run does one act inside its own savepoint.
func (d *sqliteFile) run(ctx context.Context, in *sharing, a *act) (err error) {
	if err := in.plain(ctx, savepoint); err != nil {
		return mend("begin act", err)
	}
	t := &Tx{s: d.s, ctx: ctx, at: d.s.now(), writes: true, tx: in.tx}
	t.line = &stmts{ctx: ctx, bound: func(q string) *sql.Stmt { return in.stmt(ctx, d.writing[q], q) }}
	finish := release
	if err = call(t, a); err != nil || a.panicked != nil {
		finish = rollbackTo
	}
	a.grew, a.planned, a.kinds, a.chains = t.grew, t.planned, t.kinds, t.chains
	if ended := in.plain(ctx, finish); ended != nil {
		return errors.Join(err, mend("end act", ended))
	}
	if finish == rollbackTo {
		if ended := in.plain(ctx, release); ended != nil {
			return errors.Join(err, mend("end act", ended))
		}
	}
	return err
}

// call runs the act's function; a panic is kept for the caller, so that it does not end the others' acts.
func call(t *Tx, a *act) error {
	defer func() { a.panicked = recover() }()
	return a.fn(t)
}

// sharing is a transaction that several acts share.
type sharing struct {
	tx    *sql.Tx
	bound map[string]*sql.Stmt // prepared statements, bound to it
}

func (in *sharing) stmt(ctx context.Context, prepared *sql.Stmt, q string) *sql.Stmt {
	bound, ok := in.bound[q]
	if !ok {
		bound = in.tx.StmtContext(ctx, prepared)
		in.bound[q] = bound
	}
	return bound
}

// plain runs a statement without arguments.
func (in *sharing) plain(ctx context.Context, q string) error {
	if _, err := in.tx.ExecContext(ctx, q); err != nil {
		return fmt.Errorf("%s: %w", q, err)
	}
	return nil
}
