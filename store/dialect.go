package store

import (
	"context"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/journal"
)

// dialect is what sets one database apart from another: how acts are told apart and committed, how entries get their
// places, and how words are found. All else is one text for both.
type dialect interface {
	// write runs fn as an act, durable when it returns; read runs it on one consistent state.
	write(ctx context.Context, fn func(*Tx) error) error
	read(ctx context.Context, fn func(*Tx) error) error
	// glance lets each question see what stands when it is asked.
	glance(ctx context.Context, fn func(*Tx) error) error

	// addEntry writes an entry, and gives it its place where places are given at once.
	addEntry(t *Tx, e journal.Entry) (journal.Entry, error)
	// lastEntry counts the entries; allEntries gives them by place, those that wait for one at the end.
	lastEntry() string
	allEntries() string
	// waiting gives the next batch of those that wait, in order; grow puts them into the tree.
	waiting(t *Tx, size int64) ([]unplaced, error)
	grow(t *Tx, g growth) error
	// unsound tells the audit of what only this database can be wrong in: an index that says something else than its row, an
	// entry that neither has a place nor waits for one.
	unsound(t *Tx, a *journal.Audit) error

	// key gives the key that signs; empty says that nothing was signed yet.
	key(ctx context.Context, empty bool, replaced []replacement) (*journal.Key, error)

	saveWords(t *Tx, no string, fields []string, shared []casework.Key) error
	// found gives the newest hits of all runs in a filter's sight, by keys of the reader's own that are few or by any.
	found(t *Tx, f casework.Filter, runs []string, few bool) ([]hit, error)

	// keepBlob keeps a file, durable when it returns; blob gives it, nothing where there is none; blobsAfter lists the hashes
	// that follow one, in order.
	keepBlob(ctx context.Context, hash string, content []byte) error
	blob(ctx context.Context, hash string) ([]byte, error)
	blobsAfter(ctx context.Context, after string, most int) ([]string, error)

	// watch is how often to look for entries that wait though nobody said so; zero where nobody else writes.
	watch() time.Duration

	// indexed tells whether words are found by an index.
	indexed(t *Tx) (bool, error)

	// timely refuses acts by a clock that cannot be right.
	timely(ctx context.Context, clock calendar.Instant) error
	// follow begins to hear what other processes changed; spread tells them what this one did.
	follow()
	spread(chains []string)

	// refuses gives the reason for which no act is taken just now; nil: acts are taken.
	refuses() error

	// start begins to take acts; rest lets those in hand end and takes no more; release lets go of the database.
	start()
	rest()
	release() error
	// prepare prepares a statement and forgets it.
	prepare(ctx context.Context, q string) error
}

// line is an open transaction, as statements are put to it.
type line interface {
	// exec runs a writing statement and says how many rows it touched.
	exec(doing, q string, args []any) (int64, error)
	// put runs a writing statement at any moment before the next question or the commit.
	put(doing, q string, args []any) error
	// along asks together with the next question, where that saves a way; read is given the rows of the answer, once. False: it
	// saves none, and nothing is asked.
	along(doing, q string, args []any, read func(rows) error) bool
	// send runs what was put so far.
	send() error
	// query gives each row to read.
	query(q string, args []any, read func(scan func(...any) error) error) error
}

// rows are those of an answer.
type rows interface {
	Next() bool
	Scan(into ...any) error
}
