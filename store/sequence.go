package store

import (
	"context"
	"fmt"
	"io"
	"time"

	"chancery/core/casework"
	"chancery/core/journal"
)

const (
	pause = 250 * time.Millisecond // how long entries gather before they enter the tree
	batch = 1000                   // how many enter it under one checkpoint
)

// pace puts waiting entries into the tree, a batch at a time, and what still waits when the store closes.
func (s *Store) pace() {
	for {
		select {
		case <-s.grown:
		case <-s.resting:
			_ = s.sequence() // what stays waiting is taken up at the next start
			return
		}
		wait := time.NewTimer(pause)
		select {
		case <-wait.C:
		case <-s.resting:
		}
		wait.Stop()
		_ = s.sequence() // a failure shows in Head as entries that wait, and in every act that follows
	}
}

// sequence puts all waiting entries into the tree and signs a checkpoint for each batch.
func (s *Store) sequence() error {
	for {
		var signed []byte
		more := false
		err := s.Write(context.Background(), func(t *Tx) error {
			var err error
			signed, more, err = t.sequence()
			return err
		})
		if err != nil {
			return err
		}
		if signed != nil {
			if err := keepCheckpoint(s.dir, signed); err != nil {
				return folderFault(s.dir, err)
			}
		}
		if !more {
			return nil
		}
	}
}

// sequence puts one batch into the tree; more says that others may wait.
func (t *Tx) sequence() (signed []byte, more bool, err error) {
	size, err := t.treeSize()
	if err != nil {
		return nil, false, err
	}
	fresh := map[int64]journal.Hash{}
	read := t.treeReader(fresh)
	next, begun := journal.Stored(size), size
	var waiting []journal.Hash
	err = t.each("read waiting entries", waitingEntries, []any{size, batch}, func(scan func(...any) error) error {
		var id int64
		var hash []byte
		if err := scan(&id, &hash); err != nil {
			return err
		}
		if id != size+int64(len(waiting))+1 {
			return fmt.Errorf("entry %d is missing: the tree waits for it; run `chancery journal verify`", size+int64(len(waiting))+1)
		}
		waiting = append(waiting, journal.Hash(hash))
		return nil
	})
	if err != nil || len(waiting) == 0 {
		return nil, false, err
	}
	for _, h := range waiting {
		kept, err := journal.Grow(size, h, read)
		if err != nil {
			return nil, false, err
		}
		for _, k := range kept {
			if _, err := t.exec("grow tree", addTreeHash, next, k[:]); err != nil {
				return nil, false, err
			}
			fresh[next] = k
			next++
		}
		size++
	}
	root, err := journal.Root(size, read)
	if err != nil {
		return nil, false, err
	}
	signed, err = t.s.key.Sign(journal.Checkpoint{Size: size, Root: root, At: t.at})
	if err != nil {
		return nil, false, err
	}
	_, err = t.exec("keep checkpoint", addCheckpoint, size, int64(t.at), signed)
	return signed, size-begun == batch, err
}

// treeSize counts the entries in the tree.
func (t *Tx) treeSize() (int64, error) {
	var hashes int64
	if _, err := t.one("read tree", countHashes, nil, &hashes); err != nil {
		return 0, err
	}
	low, high := int64(0), hashes // the largest size for which no more hashes are kept than there are
	for low < high {
		if mid := (low + high + 1) / 2; journal.Stored(mid) <= hashes {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return low, nil
}

// treeReader reads kept hashes, the fresh ones first.
func (t *Tx) treeReader(fresh map[int64]journal.Hash) func([]int64) ([]journal.Hash, error) {
	return func(positions []int64) ([]journal.Hash, error) {
		out := make([]journal.Hash, len(positions))
		for i, p := range positions {
			if h, ok := fresh[p]; ok {
				out[i] = h
				continue
			}
			var hash []byte
			ok, err := t.one("read tree", treeHash, []any{p}, &hash)
			if err != nil {
				return nil, err
			}
			if !ok || len(hash) != len(out[i]) {
				return nil, fmt.Errorf("the tree has no hash at %d", p)
			}
			copy(out[i][:], hash)
		}
		return out, nil
	}
}

// Head is the newest state of the record, with the newest signed checkpoint to be kept elsewhere.
func (s *Store) Head(ctx context.Context) (journal.Head, error) {
	h := journal.Head{Key: s.key.Verifier()}
	err := s.Read(ctx, func(t *Tx) error {
		if _, err := t.one("read head", lastEntry, nil, &h.Entries); err != nil {
			return err
		}
		var err error
		if h.Sequenced, err = t.treeSize(); err != nil {
			return err
		}
		root, err := journal.Root(h.Sequenced, t.treeReader(nil))
		if err != nil {
			return err
		}
		h.Root = root.String()
		var signed []byte
		ok, err := t.one("read head", lastCheckpoint, nil, &signed)
		if err != nil || !ok {
			return err
		}
		if journal.Signer(signed) != s.key.Name() {
			return nil // the key was replaced this moment: its first checkpoint comes with the next batch
		}
		c, err := journal.OpenCheckpoint(signed, s.key.Verifier())
		if err != nil {
			return err
		}
		h.Note, h.Checkpoint = string(signed), journal.HeadSigned{Size: c.Size, SignedBy: c.Origin, At: c.At}
		return nil
	})
	return h, err
}

// Proof gives the proof file of a case, all its entries under a fresh checkpoint; NotFound when there is no such case.
func (s *Store) Proof(ctx context.Context, no string) ([]byte, error) {
	if err := s.sequence(); err != nil { //nolint:contextcheck // the tree grows to the end of a batch, whoever asked for it
		return nil, err
	}
	var proof []byte
	err := s.Read(ctx, func(t *Tx) error {
		entries, err := t.Entries(no)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return casework.NoCase(no)
		}
		var signed []byte
		if _, err := t.one("read checkpoint", lastCheckpoint, nil, &signed); err != nil {
			return err
		}
		proof, err = journal.BuildProof(entries, signed, s.key.Verifier(), t.treeReader(nil))
		return err
	})
	return proof, err
}

// Export writes the record as JSON, a line for each entry in order, then the newest checkpoint and the verifier key.
func (s *Store) Export(ctx context.Context, w io.Writer) error {
	if err := s.sequence(); err != nil { //nolint:contextcheck // the tree grows to the end of a batch, whoever asked for it
		return err
	}
	return s.Read(ctx, func(t *Tx) error {
		line := func(v any) error {
			b, err := journal.Canonical(v)
			if err == nil {
				_, err = w.Write(append(b, '\n'))
			}
			return err
		}
		if err := t.entries(allEntries, nil, func(e journal.Entry) error { return line(e) }); err != nil {
			return err
		}
		var signed []byte
		if _, err := t.one("read checkpoint", lastCheckpoint, nil, &signed); err != nil {
			return err
		}
		return line(map[string]string{"checkpoint": string(signed), "verifier": s.key.Verifier()})
	})
}
