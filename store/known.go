package store

import (
	"crypto/sha256"
	"sync"

	"chancery/core/casework"
)

// casesKnown is so many cases as a busy hour moves.
const casesKnown = 128

// knownCases keeps the cases that were read or written last, each with the digest
// of its bytes in the database. It only saves reading them again: what is found is
// what those bytes say, so it does not matter whether an act that wrote one was undone.
type knownCases struct {
	mu   sync.Mutex
	byNo map[string]knownCase
}

type knownCase struct {
	digest [sha256.Size]byte
	c      casework.Case
}

// find gives the case that these bytes are of, when it is known.
func (k *knownCases) find(no string, body []byte) (casework.Case, bool) {
	k.mu.Lock()
	known, ok := k.byNo[no]
	k.mu.Unlock()
	if !ok || known.digest != sha256.Sum256(body) {
		return casework.Case{}, false
	}
	return known.c.Copy(), true
}

// keep keeps a case with its bytes, in place of any other where there are too many.
func (k *knownCases) keep(no string, body []byte, c casework.Case) {
	c.Before = nil // not kept in the database either
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byNo == nil {
		k.byNo = map[string]knownCase{}
	}
	for other := range k.byNo {
		if len(k.byNo) < casesKnown {
			break
		}
		delete(k.byNo, other)
	}
	k.byNo[no] = knownCase{digest: sha256.Sum256(body), c: c.Copy()}
}
