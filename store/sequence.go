package store

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/text"
)

const (
	pause = 250 * time.Millisecond // how long entries gather before they enter the tree
	batch = 1000                   // how many enter it under one checkpoint

	patience = 2 * time.Second // how long to wait for those who have the key
)

// pace puts waiting entries into the tree, a batch at a time, and what still waits when the store closes.
func (s *Store) pace() {
	var watch <-chan time.Time
	if often := s.db.watch(); often > 0 {
		ticker := time.NewTicker(often)
		defer ticker.Stop()
		watch = ticker.C
	}
	for {
		select {
		case <-s.grown:
		case <-watch:
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

// sequence puts all waiting entries into the tree and signs a checkpoint for each batch. Without the private half of the key
// it does nothing.
func (s *Store) sequence() error {
	for s.key.Signs() {
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
			break
		}
	}
	return nil
}

// placed returns once every entry that is there has its place. Where another process has the key it is given two seconds.
func (s *Store) placed(ctx context.Context) error {
	if s.key.Signs() {
		return s.sequence() //nolint:contextcheck // the tree grows to the end of a batch, whoever asked for it
	}
	var wanted int64
	for begun := time.Now(); time.Since(begun) < patience; {
		var size int64
		if err := s.Read(ctx, func(t *Tx) error {
			var err error
			if wanted == 0 {
				if wanted, err = t.LastEntry(); err != nil {
					return err
				}
			}
			size, err = t.treeSize()
			return err
		}); err != nil || size >= wanted {
			return err
		}
		time.Sleep(patience / 40)
	}
	return fault.New(fault.Unavailable, "keys", text.Text{
		ZH: "最新的存证还没有入树：持有签署密钥的一台没有在运行；请稍后再试，或请系统管理员检查",
		EN: "the newest entries are not in the tree yet: no machine that has the signing key is running; try again in a moment, or have it looked at",
	})
}

// unplaced is an entry that waits for its place: what the database knows it by, and its hash.
type unplaced struct {
	id   int64
	hash journal.Hash
}

// growth is what a batch brings: entries that stand behind size others from now on, and the hashes kept of them, from a
// position on.
type growth struct {
	size     int64
	entries  []unplaced
	position int64
	hashes   []journal.Hash
}

// sequence puts one batch into the tree; more says that others may wait.
func (t *Tx) sequence() (signed []byte, more bool, err error) {
	if err := t.locks.hold(t, "sequencer"); err != nil {
		return nil, false, err
	}
	size, err := t.treeSize()
	if err != nil {
		return nil, false, err
	}
	waiting, err := t.s.db.waiting(t, size)
	if err != nil || len(waiting) == 0 {
		return nil, false, err
	}
	fresh := map[int64]journal.Hash{}
	read := t.treeReader(fresh)
	g := growth{size: size, entries: waiting, position: journal.Stored(size)}
	for _, w := range waiting {
		kept, err := journal.Grow(size, w.hash, read)
		if err != nil {
			return nil, false, err
		}
		for _, k := range kept {
			fresh[g.position+int64(len(g.hashes))] = k
			g.hashes = append(g.hashes, k)
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
	if err := t.s.db.grow(t, g); err != nil {
		return nil, false, err
	}
	return signed, len(waiting) == batch, t.put("keep checkpoint", addCheckpoint, size, int64(t.at), signed)
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
		if _, err := t.one("read head", s.db.lastEntry(), nil, &h.Entries); err != nil {
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
	if err := s.placed(ctx); err != nil {
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
		c, err := journal.OpenCheckpoint(signed, s.key.Verifier())
		if err != nil {
			return err
		}
		entries = slices.DeleteFunc(entries, func(e journal.Entry) bool { return e.ID == 0 || e.ID > c.Size }) // written this moment
		proof, err = journal.BuildProof(entries, signed, s.key.Verifier(), t.treeReader(nil))
		return err
	})
	return proof, err
}

// Export writes the record as JSON, a line for each entry in order, then the newest checkpoint and the verifier key.
func (s *Store) Export(ctx context.Context, w io.Writer) error {
	if err := s.placed(ctx); err != nil {
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
		if err := t.entries(s.db.allEntries(), nil, func(e journal.Entry) error { return line(e) }); err != nil {
			return err
		}
		var signed []byte
		if _, err := t.one("read checkpoint", lastCheckpoint, nil, &signed); err != nil {
			return err
		}
		return line(map[string]string{"checkpoint": string(signed), "verifier": s.key.Verifier()})
	})
}
