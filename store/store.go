// Package store keeps the office's data in one folder: an SQLite database, the key that signs the record, and the
// checkpoints. A write returns when it is durable, and never before; what is in the database after a crash is exactly
// what was acknowledged, and perhaps what was about to be. One process holds a folder at a time.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the database, under the name "sqlite"

	"chancery/core/calendar"
	"chancery/core/journal"
	"chancery/core/office"
)

// Store is an open data folder. It is safe for use by many callers at once.
type Store struct {
	dir   string
	clock func() time.Time
	lock  *os.File
	key   *journal.Key

	writer  *sql.DB
	readers *sql.DB
	write   map[string]*sql.Stmt // prepared on writer, which is one connection
	read    map[string]*sql.Stmt

	acts    chan *act
	grown   chan struct{} // entries wait for the tree
	planned chan struct{} // jobs were planned
	closing chan struct{} // no act is taken any more
	resting chan struct{} // the sequencer is to finish
	closed  sync.Once
	running sync.WaitGroup
	pacing  sync.WaitGroup

	last   atomic.Int64 // the instant of the newest act
	room   room
	office atomic.Pointer[readOffice]
	cases  knownCases
	broken atomic.Pointer[error]
}

// readOffice is the office as it was read last, with its version: every act asks for it, and it
// seldom changes.
type readOffice struct {
	version int64
	office  office.Office
}

// Open opens the data folder, making it and the key at the first start and bringing the database to the present schema.
// The clock gives the instants of the acts. Unavailable comes back when another process holds the folder, when it cannot
// be read or written, and when a newer version of the program wrote it.
func Open(ctx context.Context, dir string, clock func() time.Time) (*Store, error) {
	s, err := begin(ctx, dir, clock, func(s *Store, empty bool, replaced []replacement) (*journal.Key, error) {
		return readKey(s.dir, empty, replaced)
	})
	if err != nil {
		return nil, err
	}
	s.start()
	return s, nil
}

// start begins to take acts and to grow the tree.
func (s *Store) start() {
	s.running.Go(s.serve)
	s.pacing.Go(s.pace)
	signal(s.grown)
}

// begin opens a data folder; nothing runs in it yet. Key gives the key that signs; empty says that nothing was signed yet.
func begin(ctx context.Context, dir string, clock func() time.Time, key func(s *Store, empty bool, replaced []replacement) (*journal.Key, error)) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, folderFault(dir, err)
	}
	lock, err := holdFolder(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{
		dir: dir, clock: clock, lock: lock, write: map[string]*sql.Stmt{}, read: map[string]*sql.Stmt{},
		acts: make(chan *act), grown: make(chan struct{}, 1), planned: make(chan struct{}, 1), closing: make(chan struct{}), resting: make(chan struct{}), room: room{ask: diskRoom},
	}
	if err := s.open(ctx, key); err != nil {
		return nil, errors.Join(mend("open the data folder", err), s.release())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, key func(s *Store, empty bool, replaced []replacement) (*journal.Key, error)) error {
	var err error
	if s.writer, err = sql.Open("sqlite", s.dsn("_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)")); err != nil {
		return err
	}
	s.writer.SetMaxOpenConns(1)
	if _, err := migrate(ctx, s.writer); err != nil {
		return err
	}
	if s.readers, err = sql.Open("sqlite", s.dsn("_pragma=query_only(1)")); err != nil {
		return err
	}
	s.readers.SetMaxOpenConns(4)
	s.readers.SetMaxIdleConns(4)
	for _, q := range statements() {
		if s.write[q], err = s.writer.PrepareContext(ctx, q); err != nil {
			return fmt.Errorf("prepare %q: %w", q, err)
		}
		if s.read[q], err = s.readers.PrepareContext(ctx, q); err != nil {
			return fmt.Errorf("prepare %q: %w", q, err)
		}
	}
	var last, hashes int64
	if err := s.write[lastInstant].QueryRowContext(ctx).Scan(&last); err != nil {
		return err
	}
	if err := s.write[countHashes].QueryRowContext(ctx).Scan(&hashes); err != nil {
		return err
	}
	s.last.Store(last)
	if err := cutTornCheckpoint(s.dir); err != nil {
		return folderFault(s.dir, err)
	}
	return s.Read(ctx, func(t *Tx) error {
		replaced, err := t.replacements()
		if err != nil {
			return err
		}
		s.key, err = key(s, hashes == 0, replaced)
		return err
	})
}

func (s *Store) dsn(params ...string) string {
	// Five connections share the machine with everything else: the file system keeps what they do not.
	query := "_pragma=busy_timeout(5000)&_pragma=cache_size(-4000)"
	for _, p := range params {
		query += "&" + p
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(s.dir, fileData)), RawQuery: query}
	return u.String()
}

// Close puts the waiting entries into the tree and lets go of the folder. Acts that come after are refused.
func (s *Store) Close() error {
	var err error
	s.closed.Do(func() {
		close(s.resting)
		s.pacing.Wait()
		close(s.closing)
		s.running.Wait()
		err = s.release()
	})
	return err
}

func (s *Store) release() error {
	var errs []error
	for _, stmts := range []map[string]*sql.Stmt{s.write, s.read} {
		for _, stmt := range stmts {
			if stmt != nil {
				errs = append(errs, stmt.Close())
			}
		}
	}
	for _, db := range []*sql.DB{s.readers, s.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, freeFile(s.lock), s.lock.Close())...)
}

// Read runs fn on one consistent state of the data.
func (s *Store) Read(ctx context.Context, fn func(*Tx) error) error {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return mend("begin reading", err)
	}
	defer func() { _ = tx.Rollback() }()
	t := &Tx{s: s, ctx: ctx, tx: tx, at: max(calendar.InstantOf(s.clock()), calendar.Instant(s.last.Load()))}
	t.stmt = func(q string) *sql.Stmt { return tx.StmtContext(ctx, s.read[q]) }
	return fn(t)
}
