package store

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"

	"chancery/core/casework"
)

// So many cases are known as a busy hour moves and looks at, and so many of one answer at most: a long one is gone through once.
const (
	casesKnown  = 256
	knownAtOnce = 64
)

// knownCases keeps the cases that were read or written last, each under the digest
// of its bytes in the database. It only saves reading them again: what is found is
// what those bytes say, so it does not matter whether an act that wrote one was undone.
type knownCases struct {
	mu   sync.Mutex
	kept map[[sha256.Size]byte]casework.Case
}

// read gives the case that these bytes are of.
func (k *knownCases) read(body []byte, keep bool) (casework.Case, error) {
	digest := sha256.Sum256(body)
	k.mu.Lock()
	c, ok := k.kept[digest]
	k.mu.Unlock()
	if ok {
		return c.Copy(), nil
	}
	if err := json.Unmarshal(body, &c); err != nil {
		return c, fmt.Errorf("read case: %w", err)
	}
	if keep {
		k.add(digest, c)
	}
	return c, nil
}

// keep keeps a case with its bytes.
func (k *knownCases) keep(body []byte, c casework.Case) { k.add(sha256.Sum256(body), c) }

// add keeps a case, in place of any other where there are too many.
func (k *knownCases) add(digest [sha256.Size]byte, c casework.Case) {
	c = c.Copy()
	c.Before = nil // not kept in the database either
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept = map[[sha256.Size]byte]casework.Case{}
	}
	for other := range k.kept {
		if len(k.kept) < casesKnown {
			break
		}
		delete(k.kept, other)
	}
	k.kept[digest] = c
}

// cases reads rows of the body of a case each.
func (t *Tx) cases(doing, q string, args ...any) ([]casework.Case, error) {
	var out []casework.Case
	err := t.each(doing, q, args, func(scan func(...any) error) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		c, err := t.s.cases.read(body, len(out) < knownAtOnce)
		out = append(out, c)
		return err
	})
	return out, err
}
