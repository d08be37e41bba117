package store

import (
	"context"
	"time"
)

// Statements lists every statement that both databases are asked; SQLiteStatements and PostgresStatements what one alone is.
func Statements() []string         { return statements() }
func SQLiteStatements() []string   { return sqliteStatements() }
func PostgresStatements() []string { return postgresStatements() }

// Prepare prepares one statement and forgets it.
func (s *Store) Prepare(ctx context.Context, q string) error { return s.db.prepare(ctx, q) }

// Trips is how often a PostgreSQL server was asked.
func (s *Store) Trips() int64 { return s.db.(*postgres).trips.Load() } //nolint:forcetypeassert // a test asks it of no other

// OpenOnDisk opens a folder as Open does, on a disk of which ask says how much is free.
func OpenOnDisk(ctx context.Context, dir string, clock func() time.Time, ask func(dir string) (free, size uint64, err error)) (*Store, error) {
	s, err := Place{Dir: dir}.begin(ctx, clock, (*Store).readKey)
	if err != nil {
		return nil, err
	}
	s.db.(*sqliteFile).room.ask = ask //nolint:forcetypeassert // a folder without a server
	s.start()
	return s, nil
}

// Asked is what a reading asks the database: each statement with its arguments.
type Asked struct {
	Q    string
	Args []any
}

// Asks runs a reading and gives what it asked.
func (s *Store) Asks(ctx context.Context, fn func(*Tx) error) (asked []Asked, err error) {
	err = s.Read(ctx, func(t *Tx) error {
		t.line = listening{t.line, &asked}
		return fn(t)
	})
	return asked, err
}

type listening struct {
	line
	asked *[]Asked
}

func (l listening) query(q string, args []any, read func(scan func(...any) error) error) error {
	*l.asked = append(*l.asked, Asked{q, args})
	return l.line.query(q, args, read)
}
