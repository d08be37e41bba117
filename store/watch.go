package store

import (
	"context"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/core/trace"
)

// Commit is what one commit carried: how many writes shared it, the kinds of the entries that they left, and how long it
// took to be durable. It names no case and no person.
type Commit struct {
	Writes int
	Kinds  []string
	Took   time.Duration
}

// Slow is what took long, from the asking to the answer: an act or a reading, and the request for which it was.
type Slow struct {
	Act     bool
	Request string
	Took    time.Duration
}

// slowly is who hears of what takes long, and what is called long.
type slowly struct {
	from time.Duration
	tell func(Slow)
}

// WatchSlow lets fn hear of each act and reading that takes so long or longer, under the same conditions as Watch.
func (s *Store) WatchSlow(from time.Duration, fn func(Slow)) { s.slow.Store(&slowly{from, fn}) }

// timed begins to time an act or a reading; what it gives ends that.
func (s *Store) timed(ctx context.Context, act bool) func() {
	watch := s.slow.Load()
	if watch == nil {
		return func() {}
	}
	begun := time.Now()
	return func() {
		if took := time.Since(begun); took >= watch.from {
			watch.tell(Slow{Act: act, Request: trace.Of(ctx), Took: took})
		}
	}
}

// Watch lets fn hear of every commit of this process. Acts wait for fn, and several may call it at once, so fn must be
// quick and must not ask the store.
func (s *Store) Watch(fn func(Commit)) { s.watching.Store(&fn) }

func (s *Store) committed(c Commit) {
	if fn := s.watching.Load(); fn != nil {
		(*fn)(c)
	}
}

// Room says how much of the disk under the data folder is free for us, and how large it is, in bytes.
func (s *Store) Room() (free, size uint64, err error) { return diskRoom(s.dir) }

// Refuses gives the reason for which no act is taken just now; nil: acts are taken.
func (s *Store) Refuses() error { return s.db.refuses() }

// Sessions counts the sessions that go on: neither over, nor at rest for longer than idle.
func (s *Store) Sessions(ctx context.Context, idle time.Duration) (int, error) {
	var n int
	err := s.Read(ctx, func(t *Tx) error {
		_, err := t.one("count sessions", countSessions, []any{int64(t.at), int64(t.at) - idle.Microseconds()}, &n)
		return err
	})
	return n, err
}

// Jobs counts the jobs of each kind and how they stand, with the instant at which they were counted.
func (s *Store) Jobs(ctx context.Context) (counts []job.Count, now calendar.Instant, err error) {
	err = s.Read(ctx, func(t *Tx) error {
		now = t.at
		counts, err = t.CountJobs()
		return err
	})
	return counts, now, err
}

// Lag is how long the entry that waits for the tree longest has waited; zero where none does.
func (s *Store) Lag(ctx context.Context) (time.Duration, error) {
	var lag time.Duration
	err := s.Read(ctx, func(t *Tx) error {
		size, err := t.treeSize()
		if err != nil {
			return err
		}
		waiting, err := s.db.waiting(t, size)
		if err != nil || len(waiting) == 0 {
			return err
		}
		var at int64
		if _, err := t.one("read waiting entries", instantOfEntry, []any{waiting[0].id}, &at); err != nil {
			return err
		}
		lag = t.at.Time().Sub(calendar.Instant(at).Time())
		return nil
	})
	return max(lag, 0), err
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
