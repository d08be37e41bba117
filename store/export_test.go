package store

import "context"

// Statements lists every statement that the store prepares.
func Statements() []string { return statements() }

// Prepare prepares one statement on the writing connection and forgets it.
func (s *Store) Prepare(ctx context.Context, q string) error {
	stmt, err := s.conn.PrepareContext(ctx, q)
	if err != nil {
		return err
	}
	defer stmt.Close() //nolint:errcheck // it was only prepared
	return nil
}
