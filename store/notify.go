package store

import (
	"slices"
	"sync"
)

// Changed is what commits changed, of this process or of another on the same database: the chains of the journal that
// grew. A chain is a case, by its number, or one of the office's own. It is a hint to look again, and holds nothing else.
type Changed struct {
	Chains []string
	// All says that anything may have changed: for a while nothing could be heard.
	All bool
}

// Has tells whether a chain grew, or may have.
func (c Changed) Has(chain string) bool { return c.All || slices.Contains(c.Chains, chain) }

// Follow lets fn hear of what changed, as long as the store is open. What other processes changed is heard a moment after
// their commit, perhaps twice, and once for many acts; after a time in which nothing could be heard fn is told that anything
// may have changed. One that died between its commit and telling of it is not heard: who must know looks now and then.
// Acts wait for fn, and several may call it at once, so fn must be quick and must not ask the store.
func (s *Store) Follow(fn func(Changed)) {
	s.followers.mu.Lock()
	s.followers.all = append(slices.Clone(s.followers.all), fn)
	s.followers.mu.Unlock()
	s.db.follow()
}

// followers are told of what changed.
type followers struct {
	mu  sync.Mutex
	all []func(Changed)
}

func (f *followers) tell(c Changed) {
	f.mu.Lock()
	all := f.all
	f.mu.Unlock()
	for _, fn := range all {
		fn(c)
	}
}

// spread tells this process and the others what a commit of ours changed.
func (s *Store) spread(chains []string) {
	if len(chains) == 0 {
		return
	}
	slices.Sort(chains)
	chains = slices.Compact(chains)
	s.followers.tell(Changed{Chains: chains})
	s.db.spread(chains)
}

// follow has nobody else to hear: one process holds the file.
func (*sqliteFile) follow() {}

func (*sqliteFile) spread([]string) {}
