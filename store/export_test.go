package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"time"

	"chancery/core/account"
)

// Statements lists every statement that both databases are asked; SQLiteStatements and PostgresStatements what one alone is.
func Statements() []string         { return statements() }
func SQLiteStatements() []string   { return sqliteStatements() }
func PostgresStatements() []string { return postgresStatements() }

// Prepare prepares one statement and forgets it.
func (s *Store) Prepare(ctx context.Context, q string) error { return s.db.prepare(ctx, q) }

// AccountBody is an account as it is written.
func (s *Store) AccountBody(ctx context.Context, id string) (body []byte, err error) {
	err = s.Read(ctx, func(t *Tx) error { _, err := t.one("read account", oneAccount, []any{id}, &body); return err })
	return body, err
}

// WriteAsBefore writes an account as programs did that had no key for secrets.
func (s *Store) WriteAsBefore(ctx context.Context, a account.Account) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return s.Write(ctx, func(t *Tx) error {
		_, err := t.exec("write account", changeAccount, string(a.ID), string(a.Person), a.Login, string(a.State), a.Version, body, a.Version)
		return err
	})
}

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

// OpenSteady opens a place that holds the clock, on a machine whose own count of time is what passed says.
func OpenSteady(ctx context.Context, p Place, clock func() time.Time, passed, asleep func() time.Duration) (*Store, error) {
	p.HoldsClock = false
	s, err := p.begin(ctx, clock, (*Store).readKey)
	if err != nil {
		return nil, err
	}
	s.steady = &steady{passed: passed, asleep: asleep}
	s.start()
	return s, s.openSeal(ctx, false)
}

// Moved waits until no more files move out of the folder.
func (s *Store) Moved() {
	if d, ok := s.db.(*postgres); ok {
		<-d.moved
	}
}

// Reseal gives a backup that was changed the seal of one that was written so.
func Reseal(file string) error {
	b, err := os.ReadFile(file) //nolint:gosec // a file of the test
	if err != nil {
		return err
	}
	b = b[:len(b)-stampLength]
	sum := sha256.Sum256(b)
	end, err := stamp(sum[:])
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(b, end...), 0o600)
}

// Undumped are the tables of a place of which a dump has nothing.
func (p Place) Undumped(ctx context.Context) ([]string, error) {
	s, err := p.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	all, err := firsts[string](s, s.engine.tables())
	return slices.DeleteFunc(all, func(name string) bool { return !derived(name) }), errors.Join(err, s.close())
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
