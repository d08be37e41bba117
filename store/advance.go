package store

import (
	"context"

	"chancery/core/journal"
)

// Advance shows a witness the newest signed checkpoint, proven from a tree of so many entries where it has that many. The
// zero Advance: nothing was signed yet, or the key was replaced this moment.
func (s *Store) Advance(ctx context.Context, since int64) (journal.Advance, error) {
	var out journal.Advance
	err := s.Read(ctx, func(t *Tx) error {
		var signed []byte
		ok, err := t.one("read head", lastCheckpoint, nil, &signed)
		if err != nil || !ok || journal.Signer(signed) != s.key.Name() {
			return err
		}
		out, err = journal.BuildAdvance(since, signed, s.key.Verifier(), t.treeReader(nil))
		return err
	})
	return out, err
}
