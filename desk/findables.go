package desk

import (
	"strings"
	"sync"

	"chancery/core/text"
)

// findables keeps what people and articles are found by, as text.Findable writes it: the same fields give the same words,
// and a search goes through all of them.
type findables struct {
	mu  sync.RWMutex
	all map[string]string
}

// findablesAtMost is more than any office has people and articles.
const findablesAtMost = 50_000

func (f *findables) of(fields ...string) string {
	name := strings.Join(fields, "\x00")
	f.mu.RLock()
	words, ok := f.all[name]
	f.mu.RUnlock()
	if ok {
		return words
	}
	words = text.Findable(fields...)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.all == nil || len(f.all) >= findablesAtMost {
		f.all = map[string]string{}
	}
	f.all[name] = words
	return words
}
