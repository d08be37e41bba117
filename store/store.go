// Package store keeps the office's data: in one folder with an SQLite database, which one process holds at a time, or in a
// PostgreSQL database that many processes share. The folder also has the key that signs the record, attached files and the
// checkpoints. A write returns when it is durable, and never before; what is in the database after a crash is exactly
// what was acknowledged, and perhaps what was about to be.
package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"chancery/core/calendar"
	"chancery/core/journal"
	"chancery/core/office"
)

// Store is an open data folder. It is safe for use by many callers at once.
type Store struct {
	dir    string
	clock  func() time.Time
	steady *steady  // what the clock is held against; nil: the clock is taken as it is
	lock   *os.File // nil where the folder is shared
	key    *journal.Key
	seal   *seal // nil: the folder has no key for secrets
	db     dialect

	grown   chan struct{}         // entries wait for the tree
	planned chan calendar.Instant // jobs were planned, the first for then
	resting chan struct{}         // the sequencer is to finish
	closed  sync.Once
	pacing  sync.WaitGroup

	last   atomic.Int64 // the instant of the newest act
	office atomic.Pointer[readOffice]
	cases  knownCases
	orders sync.Pool // of text.SortKeys, which are dear to make and serve one caller at a time

	watching  atomic.Pointer[func(Commit)]
	slow      atomic.Pointer[slowly]
	followers followers
}

// readOffice is the office as it was read last, with its version: every act asks for it, and it
// seldom changes.
type readOffice struct {
	version int64
	office  office.Office
}

// Place is where an office's data is: a folder, and with it the database that is not a file in the folder.
type Place struct {
	Dir string
	// DSN names a PostgreSQL database; "": the database is a file in the folder.
	DSN string
	// HoldsClock says that acts are refused by a clock that cannot be right: held against the server's, else against the newest act
	// and against how time passed. Without it the clock is whatever the caller says it is.
	HoldsClock bool
	// Fills says that an empty place is filled, and thrown away where the machine fails meanwhile: what was written is durable
	// when the store is closed, not before.
	Fills bool
}

// Open opens the data folder, making it and the key at the first start and bringing the database to the present schema.
// The clock gives the instants of the acts. Unavailable comes back when another process holds the folder, when it cannot
// be read or written, and when a newer version of the program wrote it.
func Open(ctx context.Context, dir string, clock func() time.Time) (*Store, error) {
	return Place{Dir: dir}.Open(ctx, clock)
}

// OpenPostgres opens the PostgreSQL database of a DSN as Open opens a folder; what is no row is in the folder: the key
// that signs the record, attached files, the list of checkpoints. Any number of processes, on any number of machines,
// share one database, each with a folder of its own or with the same one. One whose folder has no private key signs
// nothing and leaves it to the others.
func OpenPostgres(ctx context.Context, dsn, dir string, clock func() time.Time) (*Store, error) {
	return Place{Dir: dir, DSN: dsn}.Open(ctx, clock)
}

// Open opens the place as Open or OpenPostgres does.
func (p Place) Open(ctx context.Context, clock func() time.Time) (*Store, error) {
	s, err := p.begin(ctx, clock, (*Store).readKey)
	if err != nil {
		return nil, err
	}
	s.start()
	if err := s.openSeal(ctx, false); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// start begins to take acts and to grow the tree.
func (s *Store) start() {
	s.db.start()
	s.pacing.Go(s.pace)
	signal(s.grown)
}

// keyOf gives the key that signs; empty says that nothing was signed yet.
type keyOf func(s *Store, ctx context.Context, empty bool, replaced []replacement) (*journal.Key, error)

// begin opens a place; nothing runs in it yet.
func (p Place) begin(ctx context.Context, clock func() time.Time, key keyOf) (*Store, error) {
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return nil, folderFault(dir, err)
	}
	s := &Store{dir: dir, clock: clock, grown: make(chan struct{}, 1), planned: make(chan calendar.Instant, 1), resting: make(chan struct{})}
	if p.HoldsClock {
		s.steady = newSteady()
	}
	if p.DSN == "" {
		if s.lock, err = holdFolder(dir); err != nil {
			return nil, err
		}
		s.db, err = openSQLite(ctx, s, p.Fills)
	} else {
		if err := makeFolder(dir); err != nil {
			return nil, err
		}
		s.db, err = openPostgres(ctx, s, p.DSN)
	}
	if err == nil {
		err = s.open(ctx, key)
	}
	if err != nil {
		return nil, errors.Join(mend("open the data", err), s.release())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, key keyOf) error {
	if err := cutTornCheckpoint(s.dir); err != nil {
		return folderFault(s.dir, err)
	}
	var (
		hashes   int64
		replaced []replacement
	)
	if err := s.Read(ctx, func(t *Tx) error {
		var last int64
		if _, err := t.one("read the last instant", lastInstant, nil, &last); err != nil {
			return err
		}
		s.last.Store(last)
		if _, err := t.one("read tree", countHashes, nil, &hashes); err != nil {
			return err
		}
		var err error
		replaced, err = t.replacements()
		return err
	}); err != nil {
		return err
	}
	var err error
	s.key, err = key(s, ctx, hashes == 0, replaced)
	return err
}

// Close puts the waiting entries into the tree and lets go of the folder. Acts in hand end; those that come after are refused.
func (s *Store) Close() error {
	var err error
	s.closed.Do(func() {
		close(s.resting)
		s.pacing.Wait()
		s.db.rest()
		err = s.release()
	})
	return err
}

func (s *Store) release() error {
	var errs []error
	if s.db != nil {
		errs = append(errs, s.db.release())
	}
	if s.lock != nil {
		errs = append(errs, freeFile(s.lock), s.lock.Close())
	}
	return errors.Join(errs...)
}

// Write runs fn in a transaction of its own and returns once what it wrote is durable. An error of fn undoes what fn did
// and nothing else, and comes back as it is. Fn must not call Write, and must bear to be run again from its beginning:
// where acts run side by side, one that another got in the way of is. Unavailable says that the database or the disk
// does not do what it should.
func (s *Store) Write(ctx context.Context, fn func(*Tx) error) error {
	defer s.timed(ctx, true)()
	return s.db.write(ctx, fn)
}

// Read runs fn on one consistent state of the data.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	defer s.timed(ctx, false)()
	return s.db.read(ctx, fn)
}

// Glance is Read for what one question answers: it costs no transaction, and each question sees what stands when it is asked.
func (s *Store) Glance(ctx context.Context, fn func(*Tx) error) error { return s.db.glance(ctx, fn) }

// now is the instant of an act that begins; the instants of a process rise strictly. No act begins by a clock that cannot be
// right.
func (s *Store) now(ctx context.Context) (calendar.Instant, error) {
	for {
		last, clock := s.last.Load(), calendar.InstantOf(s.clock())
		if err := s.timely(ctx, clock); err != nil {
			return 0, err
		}
		now := max(clock, calendar.Instant(last)+1)
		if s.last.CompareAndSwap(last, int64(now)) {
			return now, nil
		}
	}
}

// seen is the instant of a reading, which is not before the acts that it sees. Where the clock cannot be right it is how late
// it must be, so that nobody is signed out and nothing is shown as overdue by it.
func (s *Store) seen() calendar.Instant {
	clock := calendar.InstantOf(s.clock())
	if s.steady != nil {
		if at, _, known := s.steady.now(); known && (apart(clock, at) > aheadAtMost || apart(at, clock) > behindAtMost) {
			clock = s.steady.woken()
		}
	}
	return max(clock, calendar.Instant(s.last.Load()))
}

// Signs tells whether this process has the key that signs the record; without it the newest entries wait for one that has.
func (s *Store) Signs() bool { return s.key.Signs() }

// Indexed tells whether words are found by an index; otherwise all are read.
func (s *Store) Indexed(ctx context.Context) (ok bool, err error) {
	err = s.Read(ctx, func(t *Tx) error { ok, err = s.db.indexed(t); return err })
	return ok, err
}
