package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/text"
)

// engine is what sets one database apart from another for a dump: how it tells of its schema, and in which order entries
// are found.
type engine interface {
	name() string
	// begin is how a reading sees one state from its beginning to its end.
	begin() *sql.TxOptions
	// tables names the tables, but for those that the database keeps for itself; columns gives those of one.
	tables() string
	columns() string
	kind(said string) columnKind
	// collate, after a text, orders it by its bytes.
	collate() string
	// rows reads a table.
	rows(s *snapshot, t table, give func(row []any) error) error
	// given are the numbers that tables gave their rows last.
	given(s *snapshot) (map[string]int64, error)
}

// snapshot is an office as it is at one instant. It is read beside whoever acts on it, and nothing is written.
type snapshot struct {
	ctx    context.Context //nolint:containedctx // a snapshot lives no longer than the call that the context is of
	dir    string
	engine engine
	db     *sql.DB
	tx     *sql.Tx
	schema int64
	tables []table
}

// snapshot begins to read a place. It takes no lock on the folder: the file may be read while a process acts on it, and
// what is read is one state.
func (p Place) snapshot(ctx context.Context) (*snapshot, error) {
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return nil, folderFault(dir, err)
	}
	s := &snapshot{ctx: ctx, dir: dir, engine: sqliteEngine{}}
	if p.DSN == "" {
		if err := hasData(dir); err != nil {
			return nil, err
		}
		s.db, err = openFile(dir, "_pragma=query_only(1)")
	} else {
		s.engine = postgresEngine{}
		s.db, err = openServer(p.DSN)
	}
	if err == nil {
		s.tx, err = s.db.BeginTx(ctx, s.engine.begin())
	}
	if err == nil {
		err = s.look()
	}
	if err != nil {
		return nil, errors.Join(mend("read the data", err), s.close())
	}
	return s, nil
}

// hasData refuses a folder without a database.
func hasData(dir string) error {
	_, err := os.Stat(filepath.Join(dir, fileData))
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return folderFault(dir, err)
	}
	return fault.New(fault.Unavailable, "data", text.Text{
		ZH: "{dir} 中没有数据；请用 --data 指明数据夹", EN: "there is no data in {dir}: name the data folder with --data",
	}.Fill(text.Args{"dir": dir}))
}

func (s *snapshot) close() error {
	var errs []error
	if s.tx != nil {
		if err := s.tx.Rollback(); !errors.Is(err, sql.ErrTxDone) {
			errs = append(errs, err)
		}
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	return errors.Join(errs...)
}

// look reads the schema: tables, their columns and keys are what the database says.
func (s *snapshot) look() error {
	var err error
	if s.tables, err = s.described(); err != nil {
		return err
	}
	if len(s.tables) == 0 {
		return fault.New(fault.Unavailable, "data", text.Text{ZH: "数据库中没有数据；请核对 --database", EN: "there is no data in the database: check --database"})
	}
	return s.tx.QueryRowContext(s.ctx, schemaReached).Scan(&s.schema)
}

// described gives the tables that a dump has, by name.
func (s *snapshot) described() ([]table, error) {
	names, err := firsts[string](s, s.engine.tables())
	if err != nil {
		return nil, err
	}
	var out []table
	for _, name := range names {
		if derived(name) {
			continue
		}
		var columns []column
		if err := s.each(s.engine.columns(), []any{name}, func(row []any) error {
			said, _ := row[1].(string)
			c := column{name: fmt.Sprint(row[0]), kind: s.engine.kind(strings.ToLower(said))}
			key, _ := row[2].(int64)
			c.key = int(key)
			if c.kind == 0 {
				return fmt.Errorf("column %s of table %s is of a kind that a backup cannot write: %s", c.name, name, said)
			}
			columns = append(columns, c)
			return nil
		}); err != nil {
			return nil, err
		}
		t, err := newTable(name, columns)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// firsts gives the only column of what is asked.
func firsts[T any](s *snapshot, q string, args ...any) ([]T, error) {
	var out []T
	err := s.each(q, args, func(row []any) error {
		v, ok := row[0].(T)
		if !ok {
			return fmt.Errorf("%T is not what was asked for", row[0])
		}
		out = append(out, v)
		return nil
	})
	return out, err
}

// each gives each row of what is asked; the list is used again.
func (s *snapshot) each(q string, args []any, give func(row []any) error) error {
	rows, err := s.tx.QueryContext(s.ctx, q, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	row, into := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := give(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// asked is the snapshot as readings of the record ask it.
func (s *snapshot) asked() *Tx {
	return &Tx{s: &Store{dir: s.dir}, ctx: s.ctx, tx: s.tx, line: asking{s}}
}

// asking puts the questions of a reading to a snapshot.
type asking struct{ s *snapshot }

func (asking) exec(doing, _ string, _ []any) (int64, error) {
	return 0, fmt.Errorf("%s: a snapshot is not written", doing)
}

func (a asking) put(doing, q string, args []any) error { _, err := a.exec(doing, q, args); return err }
func (asking) send() error                             { return nil }

func (asking) along(string, string, []any, func(rows) error) bool { return false }

func (a asking) query(q string, args []any, read func(scan func(...any) error) error) error {
	rows, err := a.s.tx.QueryContext(a.s.ctx, q, args...)
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

// head reads the state of the record.
func (s *snapshot) head() (DumpHead, error) {
	t := s.asked()
	h := DumpHead{}
	if _, err := t.one("count the entries", `SELECT COUNT(*) FROM entries`, nil, &h.Entries); err != nil {
		return h, err
	}
	var err error
	if h.Sequenced, err = t.treeSize(); err != nil {
		return h, err
	}
	root, err := journal.Root(h.Sequenced, t.treeReader(nil))
	if err != nil {
		return h, err
	}
	h.Root = root.String()
	var signed []byte
	if _, err := t.one("read checkpoint", lastCheckpoint, nil, &signed); err != nil {
		return h, err
	}
	h.Checkpoint = string(signed)
	h.Key, err = s.public(t)
	return h, err
}

// public is the public half of the key that signs: the one that processes agree on, the one that the record was given
// last, else the folder's; "" where nobody knows it.
func (s *snapshot) public(t *Tx) (string, error) {
	var agreed string
	if ok, err := t.one("read note", getNote, []any{keyNote}, &agreed); ok || err != nil {
		return agreed, err
	}
	replaced, err := t.replacements()
	return publicBefore(s.dir, replaced), err
}

// files gives the attached files by hash: those in the database, where it keeps them, and those in the folder.
func (s *snapshot) files(give func(hash string, content []byte) error) error {
	given := map[string]bool{}
	names, err := firsts[string](s, s.engine.tables())
	if err != nil {
		return err
	}
	for _, name := range names {
		if name != dirBlobs {
			continue
		}
		if err := s.each(`SELECT hash, content FROM blobs ORDER BY hash`+s.engine.collate(), nil, func(row []any) error {
			hash, content := fmt.Sprint(row[0]), []byte{}
			if b, ok := row[1].([]byte); ok {
				content = b
			}
			given[hash] = true
			return give(hash, content)
		}); err != nil {
			return err
		}
	}
	return filepath.WalkDir(filepath.Join(s.dir, dirBlobs), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && d == nil {
			return nil
		}
		if err != nil || d.IsDir() || !isBlob(d.Name()) || given[d.Name()] {
			return err
		}
		if err := s.ctx.Err(); err != nil {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // a file of the data folder
		if err != nil {
			return folderFault(s.dir, err)
		}
		return give(d.Name(), content)
	})
}

// isBlob tells a kept file from one that was not written to its end.
func isBlob(name string) bool { return len(name) == 64 && strings.Trim(name, "0123456789abcdef") == "" }
