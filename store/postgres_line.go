package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// piped is a transaction on a pipe.
type piped struct {
	ctx    context.Context //nolint:containedctx // of the transaction
	conn   *sql.Conn
	tx     *sql.Tx
	single bool    // no transaction: every question is one by itself
	again  *sql.DB // where a reading takes another connection from, as long as it has read nothing

	renewed func() error // what is asked along on that one
}

func (l *piped) begin(from *sql.DB, opts *sql.TxOptions) error {
	conn, err := from.Conn(l.ctx)
	if err != nil {
		return mend("reach the database", err)
	}
	if l.single {
		l.conn = conn
		return nil
	}
	// The context bounds each question by itself; a transaction that it ended would be pulled away from under the next one, or
	// from under a commit whose act was done in time.
	tx, err := conn.BeginTx(context.WithoutCancel(l.ctx), opts)
	if err != nil {
		return errors.Join(mend("begin", err), conn.Close())
	}
	l.conn, l.tx = conn, tx
	return nil
}

// end undoes what was not committed, and gives the connection back.
func (l *piped) end() {
	if l.tx != nil {
		_ = l.tx.Rollback() // after a commit it does nothing, and a connection that fails is given up
	}
	_ = l.conn.Close()
}

func (l *piped) with(fn func(*pipe) error) error {
	return l.conn.Raw(func(c any) error {
		p, ok := c.(*pipe)
		if !ok {
			return fmt.Errorf("%T is no pipe", c)
		}
		return fn(p)
	})
}

func (l *piped) exec(doing, q string, args []any) (n int64, err error) {
	err = l.with(func(p *pipe) error {
		tag, err := p.ask(l.ctx, doing, q, args, nil)
		n = tag.RowsAffected()
		return err
	})
	return n, err
}

func (l *piped) put(doing, q string, args []any) error {
	return l.with(func(p *pipe) error { p.keep(doing, q, args, nil); return nil })
}

func (l *piped) along(doing, q string, args []any, read func(rows) error) bool {
	err := l.with(func(p *pipe) error {
		p.keep(doing, q, args, func(r pgx.Rows) error { return read(r) })
		return nil
	})
	return err == nil
}

func (l *piped) send() error {
	return l.with(func(p *pipe) error { return p.send(l.ctx) })
}

func (l *piped) query(q string, args []any, read func(scan func(...any) error) error) error {
	for tried := 0; ; tried++ {
		err := l.with(func(p *pipe) error {
			_, err := p.ask(l.ctx, "ask", q, args, func(rows pgx.Rows) error {
				for rows.Next() {
					l.again = nil
					if err := read(rows.Scan); err != nil {
						return err
					}
				}
				return nil
			})
			return err
		})
		if err == nil {
			l.again = nil
		}
		if l.again == nil || tried > readersAtMost || !inTheWay(err) {
			return err
		}
		l.end() // the connection had failed while nobody used it
		if err := l.begin(l.again, &sql.TxOptions{ReadOnly: true}); err != nil {
			return err
		}
		if err := l.renewed(); err != nil {
			return err
		}
	}
}
