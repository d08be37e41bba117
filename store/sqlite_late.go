package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// late opens connections to an SQLite file over which a statement is prepared when it is run for the first time. A folder is
// opened for each command, and a command asks a few of the statements that there are; that each can be prepared is shown by
// a test.
type late struct {
	driver driver.Driver
	source string
}

// sqliteConn is what a connection of the driver can do that package sql looks for.
type sqliteConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// openLate opens a source of the driver that is registered under the name "sqlite".
func openLate(source string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", source)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(late{db.Driver(), source}), db.Close()
}

func (l late) Driver() driver.Driver { return l.driver }

func (l late) Connect(context.Context) (driver.Conn, error) {
	c, err := l.driver.Open(l.source)
	if err != nil {
		return nil, err
	}
	able, ok := c.(sqliteConn)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver is another one than it was"), c.Close())
	}
	return lateConn{able}, nil
}

type lateConn struct{ sqliteConn }

func (c lateConn) PrepareContext(_ context.Context, q string) (driver.Stmt, error) {
	return &lateStmt{conn: c.sqliteConn, q: q}, nil
}

// lateStmt is a statement of a connection, which serves one caller at a time.
type lateStmt struct {
	conn sqliteConn
	q    string
	stmt sqliteStmt // nil: it was not run yet
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// ready prepares the statement, unless it is.
func (s *lateStmt) ready(ctx context.Context) error {
	if s.stmt != nil {
		return nil
	}
	stmt, err := s.conn.PrepareContext(ctx, s.q)
	if err != nil {
		return err
	}
	able, ok := stmt.(sqliteStmt)
	if !ok {
		return errors.Join(errors.New("the SQLite driver is another one than it was"), stmt.Close())
	}
	s.stmt = able
	return nil
}

func (s *lateStmt) Close() error {
	if s.stmt == nil {
		return nil
	}
	return s.stmt.Close()
}

// NumInput leaves it to the driver to count what a statement is given, as the driver does itself.
func (s *lateStmt) NumInput() int { return -1 }

func (s *lateStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	return s.stmt.ExecContext(ctx, args)
}

func (s *lateStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	return s.stmt.QueryContext(ctx, args)
}

// Exec and Query are asked by nobody who has the others; the interface of a statement names them.
func (s *lateStmt) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }
func (s *lateStmt) Query([]driver.Value) (driver.Rows, error)  { return nil, driver.ErrSkip }
