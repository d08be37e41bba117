package store

import (
	"context"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
)

// Commit is what one commit carried: how many writes shared it, the kinds of the entries that they left, and how long the
// disk took. It names no case and no person.
type Commit struct {
	Writes int
	Kinds  []string
	Took   time.Duration
}

// Watch lets fn hear of every commit, after those who waited for it were answered. The next commit waits for fn, so fn
// must be quick and must not ask the store.
func (s *Store) Watch(fn func(Commit)) { s.watch.Store(&fn) }

// committed tells whoever ought to know that acts are durable: the sequencer, and who watches.
func (s *Store) committed(done []*act, took time.Duration) {
	c := Commit{Writes: len(done), Took: took}
	for _, a := range done {
		c.Kinds = append(c.Kinds, a.kinds...)
	}
	if len(c.Kinds) > 0 {
		s.stir()
	}
	if watch := s.watch.Load(); watch != nil {
		(*watch)(c)
	}
}

// Room says how much of the disk under the data is free for us, and how large it is, in bytes.
func (s *Store) Room() (free, size uint64, err error) { return s.room.ask(s.dir) }

// Refuses gives the reason for which nothing is written just now; nil: writes are taken.
func (s *Store) Refuses() error {
	if why := s.broken.Load(); why != nil {
		return refusing(*why)
	}
	r := room{ask: s.room.ask} // the answer that is kept belongs to the one who writes
	return r.refuses(s.dir, s.clock())
}

// Sessions counts the sessions that go on: neither over, nor at rest for longer than idle.
func (s *Store) Sessions(ctx context.Context, idle time.Duration) (int, error) {
	var n int
	err := s.Read(ctx, func(t *Tx) error {
		_, err := t.one("count sessions", countSessions, []any{int64(t.at), int64(t.at) - idle.Microseconds()}, &n)
		return err
	})
	return n, err
}

// Schema is the newest schema that this program knows.
func Schema() (int64, error) {
	files, err := fs.Glob(migrations, "migrations/sqlite/*.sql")
	if err != nil {
		return 0, err
	}
	var newest int64
	for _, file := range files {
		n, err := goose.NumericComponent(file)
		if err != nil {
			return 0, err
		}
		newest = max(newest, n)
	}
	return newest, nil
}
