package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"chancery/core/casework"
)

// knownSchema is the schema that this program brings the database of a place to.
func knownSchema(p Place) (int64, error) {
	names, err := fs.ReadDir(migrations, "migrations/"+p.engine().name())
	if err != nil || len(names) == 0 {
		return 0, err
	}
	return goose.NumericComponent(names[len(names)-1].Name())
}

func (p Place) engine() engine {
	if p.DSN == "" {
		return sqliteEngine{}
	}
	return postgresEngine{}
}

// migrateTo makes a schema as it was at a version.
func (p Place) migrateTo(ctx context.Context, version int64) error {
	var (
		db  *sql.DB
		err error
	)
	dialect := goose.DialectSQLite3
	if p.DSN == "" {
		db, err = openFile(p.Dir, "_pragma=journal_mode(WAL)")
	} else {
		dialect = goose.DialectPostgres
		db, err = openServer(p.DSN)
	}
	if err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations/"+p.engine().name())
	if err == nil {
		var m *goose.Provider
		if m, err = goose.NewProvider(dialect, db, files); err == nil {
			_, err = m.UpTo(ctx, version)
		}
	}
	return errors.Join(err, db.Close())
}

// load puts the rows of a backup into the site, in a schema as it was when they were written.
func (s *site) load(ctx context.Context, file string, how Restoring) (err error) {
	var l loader
	defer func() {
		if l != nil {
			err = errors.Join(err, l.close())
		}
	}()
	_, err = readBackup(ctx, file, takes{
		manifest: func(m Manifest) error {
			if err := s.built.migrateTo(ctx, m.Schema); err != nil {
				return mend("make the tables", err)
			}
			var err error
			if l, err = s.loader(ctx, m); err != nil {
				return mend("load the backup", err)
			}
			for _, sum := range m.Tables {
				if _, err := l.columns(sum); err != nil {
					return foreign(file, err)
				}
			}
			return nil
		},
		table: func(sum TableSum, r io.Reader) error {
			columns, err := l.columns(sum)
			if err != nil {
				return err
			}
			rows := newRowReader(r, sum, columns)
			var bad error
			next := func() ([]any, error) {
				row, err := rows.next()
				if err != nil && !errors.Is(err, io.EOF) {
					bad = err
				}
				return row, err
			}
			if err := l.table(sum, next); bad == nil && err != nil {
				return ourError{mend("load table "+sum.Name, err)}
			}
			how.Progress(sum.Name, sum.Rows)
			return bad
		},
		file: func(hash string, content []byte) error { return l.file(hash, content) },
		other: func(name string, content []byte) error {
			if err := os.WriteFile(filepath.Join(s.built.Dir, name), content, 0o600); err != nil {
				return folderFault(s.built.Dir, err)
			}
			return nil
		},
	})
	if err == nil {
		err = mend("load the backup", l.finish())
	}
	return err
}

// loader puts rows into a database whose tables are made and empty.
type loader interface {
	// columns are those of a table as it is here, in the order of the backup; an error where there is no such table.
	columns(sum TableSum) ([]column, error)
	table(sum TableSum, next func() ([]any, error)) error
	file(hash string, content []byte) error
	// finish derives what a backup does not have.
	finish() error
	close() error
}

func (s *site) loader(ctx context.Context, m Manifest) (loader, error) {
	snap := &snapshot{ctx: ctx, dir: s.built.Dir, engine: s.built.engine()}
	l := loading{snap: snap, m: m, dir: s.built.Dir}
	var err error
	if s.built.DSN == "" {
		snap.db, err = openFile(s.built.Dir, "_pragma=journal_mode(WAL)", "_pragma=synchronous(OFF)")
	} else {
		snap.db, err = openServer(s.built.DSN)
	}
	if err == nil {
		snap.db.SetMaxOpenConns(1)
		l.conn, err = snap.db.Conn(ctx)
	}
	if err == nil {
		snap.tx, err = l.conn.BeginTx(ctx, nil)
	}
	if err == nil {
		l.tables, err = snap.described()
	}
	if err != nil {
		return nil, errors.Join(err, l.close())
	}
	for _, t := range l.tables { // migrations write rows too, which are in the backup as they became
		if _, err := snap.tx.ExecContext(ctx, "DELETE FROM "+t.name); err != nil {
			return nil, errors.Join(err, l.close())
		}
	}
	if s.built.DSN == "" {
		return &fileLoader{loading: l}, nil
	}
	return &serverLoader{loading: l}, nil
}

// loading is what both loaders share: one transaction.
type loading struct {
	snap   *snapshot
	conn   *sql.Conn
	m      Manifest
	dir    string
	tables []table
}

func (l *loading) close() error {
	var errs []error
	if l.snap.tx != nil {
		if err := l.snap.tx.Rollback(); !errors.Is(err, sql.ErrTxDone) {
			errs = append(errs, err)
		}
		l.snap.tx = nil
	}
	if l.conn != nil {
		errs = append(errs, l.conn.Close())
	}
	return errors.Join(append(errs, l.snap.close())...)
}

func (l *loading) columns(sum TableSum) ([]column, error) {
	i := slices.IndexFunc(l.tables, func(t table) bool { return t.name == sum.Name })
	if i < 0 || !slices.Equal(l.tables[i].names(), sum.Columns) {
		return nil, fmt.Errorf("table %s is not one of schema %d", sum.Name, l.m.Schema)
	}
	return l.tables[i].columns, nil
}

func (l *loading) exec(q string, args ...any) error {
	_, err := l.snap.tx.ExecContext(l.snap.ctx, q, args...)
	return err
}

// file keeps an attached file in the folder, which is made durable as a whole.
func (l *loading) file(hash string, content []byte) error {
	path := filepath.Join(l.dir, dirBlobs, hash[:2], hash[2:4], hash)
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		return folderFault(l.dir, err)
	}
	return nil
}

// fileLoader loads into a file.
type fileLoader struct{ loading }

func (l *fileLoader) table(sum TableSum, next func() ([]any, error)) error {
	marks := make([]string, len(sum.Columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	stmt, err := l.snap.tx.PrepareContext(l.snap.ctx,
		"INSERT INTO "+sum.Name+" ("+strings.Join(sum.Columns, ", ")+") VALUES ("+strings.Join(marks, ", ")+")")
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	for {
		row, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			_, err = stmt.ExecContext(l.snap.ctx, row...)
		}
		if err != nil {
			return err
		}
	}
}

func (l *fileLoader) finish() error {
	for name, n := range l.m.Next {
		if err := l.exec(`UPDATE sqlite_sequence SET seq = MAX(seq, $2) WHERE name = $1`, name, n); err != nil {
			return err
		}
		if err := l.exec(`INSERT INTO sqlite_sequence (name, seq) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)
			AND EXISTS (SELECT 1 FROM sqlite_master WHERE name = $1 AND sql LIKE '%AUTOINCREMENT%')`, name, n); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(l.tables, func(t table) bool { return t.name == "searched" }) {
		if err := l.index(); err != nil {
			return err
		}
	}
	return l.snap.tx.Commit()
}

// index writes the pairs by which words are found.
func (l *fileLoader) index() error {
	for last := int64(0); ; {
		type found struct {
			id        int64
			no, words string
		}
		var some []found
		if err := l.snap.each(`SELECT id, case_no, words FROM searched WHERE id > $1 ORDER BY id LIMIT 500`, []any{last}, func(row []any) error {
			f := found{no: fmt.Sprint(row[1]), words: fmt.Sprint(row[2])}
			f.id, _ = row[0].(int64)
			some = append(some, f)
			return nil
		}); err != nil || len(some) == 0 {
			return err
		}
		for _, f := range some {
			keys, err := firsts[string](l.snap, `SELECT key FROM sight WHERE case_no = $1 ORDER BY key`, f.no)
			if err != nil {
				return err
			}
			var shared []casework.Key
			for _, k := range keys {
				if k := casework.Key(k); k.Shared() {
					shared = append(shared, k)
				}
			}
			if err := l.exec(sqliteAddPairs, f.id, pairs([]string{f.words}), strings.Join(marks(shared), " ")); err != nil {
				return err
			}
			last = f.id
		}
	}
}

// serverLoader loads into a server.
type serverLoader struct{ loading }

func (l *serverLoader) table(sum TableSum, next func() ([]any, error)) error {
	columns := sum.Columns
	if sum.Name == "searched" {
		words := slices.Index(columns, "words")
		columns = append(slices.Clone(columns), "pairs")
		plain := next
		next = func() ([]any, error) {
			row, err := plain()
			if err != nil {
				return nil, err
			}
			return append(row, " "+pairs([]string{fmt.Sprint(row[words])})), nil
		}
	}
	return copied(l.snap.ctx, l.conn, sum.Name, columns, func() ([]any, error) {
		row, err := next()
		if errors.Is(err, io.EOF) {
			return nil, nil // the end, as pgx wants it
		}
		return row, err
	})
}

// file keeps an attached file in the database, where it has a place for it.
func (l *serverLoader) file(hash string, content []byte) error {
	names, err := firsts[string](l.snap, l.snap.engine.tables())
	if err != nil {
		return err
	}
	if !slices.Contains(names, dirBlobs) {
		return l.loading.file(hash, content)
	}
	return l.exec(`INSERT INTO blobs (hash, content) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, hash, content)
}

func (l *serverLoader) finish() error {
	if names, err := firsts[string](l.snap, l.snap.engine.tables()); err != nil {
		return err
	} else if slices.Contains(names, "placed") {
		if err := l.exec(`INSERT INTO placed (place, entry) SELECT id, id FROM entries WHERE id <= $1`, l.m.Head.Sequenced); err != nil {
			return err
		}
		if err := l.exec(`INSERT INTO waiting (entry) SELECT id FROM entries WHERE id > $1`, l.m.Head.Sequenced); err != nil {
			return err
		}
	}
	identities, err := firsts[string](l.snap, `SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = current_schema()::regnamespace AND a.attname = 'id' AND a.attidentity <> '' ORDER BY 1`)
	if err != nil {
		return err
	}
	for _, name := range identities {
		if strings.HasPrefix(name, "goose") {
			continue
		}
		if err := l.exec(`SELECT setval(pg_get_serial_sequence($1, 'id'), GREATEST((SELECT COALESCE(MAX(id), 0) FROM `+name+`), $2::bigint) + 1, false)`,
			name, l.m.Next[name]); err != nil {
			return err
		}
	}
	return l.snap.tx.Commit()
}
