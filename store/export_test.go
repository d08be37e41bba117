package store

import (
	"context"
	"time"

	"chancery/core/journal"
)

// Statements lists every statement that the store prepares.
func Statements() []string { return statements() }

// Prepare prepares one statement on the writing connection and forgets it.
func (s *Store) Prepare(ctx context.Context, q string) error {
	stmt, err := s.writer.PrepareContext(ctx, q)
	if err != nil {
		return err
	}
	defer stmt.Close() //nolint:errcheck // it was only prepared
	return nil
}

// OpenOnDisk opens a folder as Open does, on a disk of which ask says how much is free.
func OpenOnDisk(ctx context.Context, dir string, clock func() time.Time, ask func(dir string) (free, size uint64, err error)) (*Store, error) {
	s, err := begin(ctx, dir, clock, func(s *Store, empty bool, replaced []replacement) (*journal.Key, error) {
		return readKey(s.dir, empty, replaced)
	})
	if err != nil {
		return nil, err
	}
	s.room.ask = ask
	s.start()
	return s, nil
}
