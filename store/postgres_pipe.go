package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// How long the database may take for one answer, its own statement_timeout being shorter; to say that a commit is done, so
// that whoever waits at the door hears in time that nobody knows; to undo what the end of the connection undoes as well.
const (
	answerAtMost   = 75 * time.Second
	commitAtMost   = 20 * time.Second
	rollbackAtMost = 5 * time.Second
)

// pipes makes connections that are pipes.
type pipes struct {
	driver.Connector
	trips *atomic.Int64
}

// Connect gives a new connection.
func (p pipes) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	conn, ok := c.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("connect: %T is no connection of pgx", c)
	}
	return &pipe{Conn: conn, trips: p.trips}, nil
}

// pipe is a connection that keeps back what need not be answered at once, and sends it ahead of the next question or of
// the commit: both take one way to the server and back, instead of one each. The beginning of a transaction is the first
// thing that it keeps back. Whatever comes through database/sql finds everything sent that was said before it.
type pipe struct {
	*stdlib.Conn
	trips *atomic.Int64
	kept  []keptBack
	begun bool // the server was told that a transaction begins
}

// keptBack is a statement that is still to be sent, what is done by it, and who reads its answer.
type keptBack struct {
	doing, q string
	args     []any
	read     func(pgx.Rows) error
}

// The bounds of a transaction.
const (
	beginAct     = `begin`
	beginReading = `begin read only isolation level repeatable read`
	commit       = `commit`
)

// BeginTx begins a transaction: an act, or a reading of one state.
func (c *pipe) BeginTx(_ context.Context, opts driver.TxOptions) (driver.Tx, error) {
	q := beginAct
	if opts.ReadOnly {
		q = beginReading
	}
	c.kept, c.begun = append(c.kept[:0], keptBack{doing: "begin", q: q}), false
	return bounds{c}, nil
}

// bounds are the ends of a transaction.
type bounds struct{ c *pipe }

// Commit sends what was kept back and the commit.
func (b bounds) Commit() error {
	c := b.c
	if !c.begun && len(c.kept) == 1 { // nothing was said
		c.kept = c.kept[:0]
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), commitAtMost)
	defer cancel()
	tag, err := c.ask(ctx, "commit", commit, nil, nil)
	if tag.String() == "COMMIT" {
		return nil // whatever became of the connection afterwards
	}
	if err == nil {
		err = pgx.ErrTxCommitRollback
	}
	return errors.Join(err, b.Rollback())
}

// Rollback undoes what was done.
func (b bounds) Rollback() error {
	c := b.c
	c.kept = c.kept[:0]
	if !c.begun || c.Conn.Conn().IsClosed() || c.Conn.Conn().PgConn().TxStatus() == 'I' {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), rollbackAtMost)
	defer cancel()
	c.trips.Add(1)
	_, err := c.Conn.Conn().Exec(ctx, "rollback")
	return err
}

// keep keeps a statement back; its answer is given to read with the answer to the next question.
func (c *pipe) keep(doing, q string, args []any, read func(pgx.Rows) error) {
	c.kept = append(c.kept, keptBack{doing, q, args, read})
}

// ask sends what was kept back and a question, if there is one, in one go. Read is given the rows of the answer.
func (c *pipe) ask(ctx context.Context, doing, q string, args []any, read func(pgx.Rows) error) (tag pgconn.CommandTag, err error) {
	kept := c.kept
	c.kept = nil
	if len(kept) == 0 && q == "" {
		return tag, nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerAtMost)
	defer cancel()
	c.trips.Add(1)
	c.begun = true
	var all pgx.Batch
	for _, k := range kept {
		all.Queue(k.q, k.args...)
	}
	if q != "" {
		all.Queue(q, args...)
	}
	answers := c.Conn.Conn().SendBatch(ctx, &all)
	defer func() { err = errors.Join(err, answers.Close()) }()
	for _, k := range kept {
		if _, err := answered(answers, k.read); err != nil {
			return tag, mend(k.doing, err)
		}
	}
	if q == "" {
		return tag, nil
	}
	tag, err = answered(answers, read)
	return tag, mend(doing, err)
}

// answered takes the next answer, and gives its rows to read, if anybody does.
func answered(answers pgx.BatchResults, read func(pgx.Rows) error) (pgconn.CommandTag, error) {
	if read == nil {
		return answers.Exec()
	}
	rows, err := answers.Query()
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	err = read(rows)
	rows.Close()
	return rows.CommandTag(), errors.Join(err, rows.Err())
}

// send sends what was kept back.
func (c *pipe) send(ctx context.Context) error {
	_, err := c.ask(ctx, "", "", nil, nil)
	return err
}

// QueryContext is for those who ask through database/sql.
func (c *pipe) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.send(ctx); err != nil {
		return nil, err
	}
	c.trips.Add(1)
	return c.Conn.QueryContext(ctx, q, args)
}

// ExecContext is for those who write through database/sql.
func (c *pipe) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.send(ctx); err != nil {
		return nil, err
	}
	c.trips.Add(1)
	return c.Conn.ExecContext(ctx, q, args)
}

// PrepareContext is for those who prepare through database/sql.
func (c *pipe) PrepareContext(ctx context.Context, q string) (driver.Stmt, error) {
	if err := c.send(ctx); err != nil {
		return nil, err
	}
	c.trips.Add(1)
	return c.Conn.PrepareContext(ctx, q)
}
