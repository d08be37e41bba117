package store

import (
	"context"
	"encoding/json"
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
