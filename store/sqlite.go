package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the database, under the name "sqlite"

	"chancery/core/journal"
)

// sqliteFile is the database that is a file in the data folder. Acts come one at a time, many to a commit.
type sqliteFile struct {
	s       *Store
	writer  *sql.DB
	readers *sql.DB
	writing map[string]*sql.Stmt // prepared on writer, which is one connection
	reading map[string]*sql.Stmt

	acts    chan *act
	closing chan struct{} // no act is taken any more
	running sync.WaitGroup
	room    room
	broken  atomic.Pointer[error]
	fills   bool   // what is written is durable when the file is closed, and not before
	memory  memory // of those who write, one at a time
}

// openSQLite opens the file of a data folder, making it where there is none.
func openSQLite(ctx context.Context, s *Store, fills bool) (dialect, error) {
	d := &sqliteFile{
		s: s, fills: fills, writing: map[string]*sql.Stmt{}, reading: map[string]*sql.Stmt{},
		acts: make(chan *act), closing: make(chan struct{}), room: room{ask: diskRoom},
	}
	if err := d.open(ctx); err != nil {
		return nil, errors.Join(err, d.release()) //nolint:contextcheck // what was written goes to the disk whoever stops waiting
	}
	return d, nil
}

func (d *sqliteFile) open(ctx context.Context) error {
	var err error
	if d.writer, err = openFile(d.s.dir, toWrite...); err != nil {
		return err
	}
	d.writer.SetMaxOpenConns(1)
	if d.fills {
		if err := d.hurry(ctx); err != nil {
			return err
		}
	}
	if _, err := migrateSQLite(ctx, d.writer); err != nil {
		return err
	}
	if d.readers, err = openFile(d.s.dir, "_pragma=query_only(1)"); err != nil {
		return err
	}
	d.readers.SetMaxOpenConns(4)
	d.readers.SetMaxIdleConns(4)
	for _, q := range slices.Concat(statements(), sqliteStatements()) {
		if d.writing[q], err = d.writer.PrepareContext(ctx, q); err != nil {
			return fmt.Errorf("prepare %q: %w", q, err)
		}
		if d.reading[q], err = d.readers.PrepareContext(ctx, q); err != nil {
			return fmt.Errorf("prepare %q: %w", q, err)
		}
	}
	return nil
}

// openFile opens the database file of a folder.
func openFile(dir string, params ...string) (*sql.DB, error) {
	// Five connections share the machine with everything else: the file system keeps what they do not.
	query := "_pragma=busy_timeout(5000)&_pragma=cache_size(-4000)"
	for _, p := range params {
		query += "&" + p
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, fileData)), RawQuery: query}
	return openLate(u.String())
}

// How the one connection that writes is opened: what it has committed is on the disk.
//
//nolint:gochecknoglobals // parameters
var toWrite = []string{"_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_pragma=temp_store(MEMORY)"}

// hurry waits for no disk, and keeps in memory what is written again and again.
func (d *sqliteFile) hurry(ctx context.Context) error {
	for _, q := range []string{"PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000", "PRAGMA wal_autocheckpoint = 20000"} {
		if _, err := d.writer.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// settle puts on the disk what was written in a hurry.
func (d *sqliteFile) settle() error {
	ctx := context.Background()
	for _, q := range []string{"PRAGMA synchronous = FULL", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := d.writer.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	file, err := os.OpenFile(filepath.Join(d.s.dir, fileData), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func (d *sqliteFile) start() {
	_ = d.s.Timely(context.Background()) // from here on it is known how time must have passed; a wrong clock is told to who acts
	_ = blobFolder{d.s.dir}.tidy()       // what stays takes room and harms nothing
	d.running.Go(d.serve)
}

func (d *sqliteFile) rest() {
	close(d.closing)
	d.running.Wait()
}

func (d *sqliteFile) release() error {
	var errs []error
	if d.fills && d.writer != nil {
		errs = append(errs, d.settle())
	}
	for _, stmts := range []map[string]*sql.Stmt{d.writing, d.reading} {
		for _, stmt := range stmts {
			if stmt != nil {
				errs = append(errs, stmt.Close())
			}
		}
	}
	for _, db := range []*sql.DB{d.readers, d.writer} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

func (d *sqliteFile) prepare(ctx context.Context, q string) error {
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return err
	}
	err = conn.Raw(func(c any) error {
		stmt := lateStmt{conn: c.(lateConn).sqliteConn, q: q} //nolint:forcetypeassert // it was opened so
		return errors.Join(stmt.ready(ctx), stmt.Close())
	})
	return errors.Join(err, conn.Close())
}

func (d *sqliteFile) read(ctx context.Context, fn func(*Tx) error) error {
	tx, err := d.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return mend("begin reading", err)
	}
	defer func() { _ = tx.Rollback() }()
	bound := func(q string) *sql.Stmt { return tx.StmtContext(ctx, d.reading[q]) }
	return fn(&Tx{s: d.s, ctx: ctx, tx: tx, at: d.s.seen(), line: &stmts{ctx: ctx, bound: bound}})
}

func (d *sqliteFile) glance(ctx context.Context, fn func(*Tx) error) error {
	bound := func(q string) *sql.Stmt { return d.reading[q] }
	return fn(&Tx{s: d.s, ctx: ctx, at: d.s.seen(), line: &stmts{ctx: ctx, bound: bound}})
}

func (d *sqliteFile) key(_ context.Context, empty bool, replaced []replacement) (*journal.Key, error) {
	return readKey(d.s.dir, empty, replaced)
}

func (d *sqliteFile) refuses() error {
	if why := d.broken.Load(); why != nil {
		return refusing(*why)
	}
	if err := d.s.Timely(context.Background()); err != nil {
		return err
	}
	r := room{ask: d.room.ask} // the answer that is kept belongs to the one who writes
	return r.refuses(d.s.dir, d.s.clock())
}

// keepBlob keeps a file in the folder, unless acts are refused.
func (d *sqliteFile) keepBlob(_ context.Context, hash string, content []byte) error {
	select {
	case <-d.closing:
		return closedFault()
	default:
	}
	if err := d.refuses(); err != nil { //nolint:contextcheck // nothing of it is waited for
		return err
	}
	return blobFolder{d.s.dir}.keep(hash, content)
}

func (d *sqliteFile) blob(_ context.Context, hash string) ([]byte, error) {
	return blobFolder{d.s.dir}.read(hash)
}

func (d *sqliteFile) blobsAfter(_ context.Context, after string, most int) ([]string, error) {
	return blobFolder{d.s.dir}.after(after, most)
}

func (*sqliteFile) watch() time.Duration { return 0 }

func (*sqliteFile) lastEntry() string { return sqliteLastEntry }

func (*sqliteFile) allEntries() string { return sqliteAllEntries }

// addEntry gives the entry the next place: nobody else writes meanwhile.
func (*sqliteFile) addEntry(t *Tx, e journal.Entry) (journal.Entry, error) {
	if t.last == 0 {
		if _, err := t.one("append entry", sqliteLastEntry, nil, &t.last); err != nil {
			return journal.Entry{}, err
		}
	}
	e.ID = t.last + 1
	if err := t.put("append entry", sqliteAddEntry, append([]any{e.ID}, kept(e)...)...); err != nil {
		return journal.Entry{}, err
	}
	t.last = e.ID
	return e, nil
}

func (*sqliteFile) waiting(t *Tx, size int64) ([]unplaced, error) {
	var out []unplaced
	err := t.each("read waiting entries", sqliteWaiting, []any{size, batch}, func(scan func(...any) error) error {
		var id int64
		var hash []byte
		if err := scan(&id, &hash); err != nil {
			return err
		}
		if next := size + int64(len(out)) + 1; id != next {
			return fmt.Errorf("entry %d is missing: the tree waits for it; run `chancery journal verify`", next)
		}
		out = append(out, unplaced{id: id, hash: journal.Hash(hash)})
		return nil
	})
	return out, err
}

func (*sqliteFile) grow(t *Tx, g growth) error {
	for i, h := range g.hashes {
		if err := t.put("grow tree", sqliteGrow, g.position+int64(i), h[:]); err != nil {
			return err
		}
	}
	return nil
}

// unsound holds every index against its rows: a value stands in both, and what is asked is answered from either.
func (*sqliteFile) unsound(t *Tx, a *journal.Audit) error {
	return t.each("check the database file", sqliteSound, nil, func(scan func(...any) error) error {
		var said string
		if err := scan(&said); err != nil || said == "ok" {
			return err
		}
		a.Unsound(said)
		return nil
	})
}

// stmts is a transaction through statements that are prepared.
type stmts struct {
	ctx   context.Context //nolint:containedctx // of the transaction
	bound func(q string) *sql.Stmt
}

func (l *stmts) exec(_, q string, args []any) (int64, error) {
	r, err := l.bound(q).ExecContext(l.ctx, args...) //nolint:sqlclosecheck // prepared once, closed with the store
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (l *stmts) put(doing, q string, args []any) error {
	_, err := l.exec(doing, q, args)
	return err
}

func (l *stmts) along(string, string, []any, func(rows) error) bool { return false }

func (l *stmts) send() error { return nil }

func (l *stmts) query(q string, args []any, read func(scan func(...any) error) error) error {
	rows, err := l.bound(q).QueryContext(l.ctx, args...) //nolint:sqlclosecheck // prepared once, closed with the store
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := read(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
