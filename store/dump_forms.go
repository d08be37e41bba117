package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// sqliteEngine is the database in a file, for a dump.
type sqliteEngine struct{}

func (sqliteEngine) name() string          { return "sqlite" }
func (sqliteEngine) begin() *sql.TxOptions { return &sql.TxOptions{ReadOnly: true} }
func (sqliteEngine) collate() string       { return "" }

func (sqliteEngine) tables() string {
	return `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name`
}

func (sqliteEngine) columns() string { return `SELECT name, type, pk FROM pragma_table_info($1)` }

func (sqliteEngine) kind(said string) columnKind {
	switch said {
	case "integer", "bigint":
		return numbers
	case "text":
		return texts
	case "blob":
		return octets
	}
	return 0
}

func (f sqliteEngine) rows(s *snapshot, t table, give func(row []any) error) error {
	return s.each(t.query(f.collate()), nil, give)
}

func (sqliteEngine) given(s *snapshot) (map[string]int64, error) {
	return givenBy(s, `SELECT name, seq FROM sqlite_sequence WHERE name NOT LIKE 'goose%'`)
}

func givenBy(s *snapshot, q string) (map[string]int64, error) {
	out := map[string]int64{}
	err := s.each(q, nil, func(row []any) error {
		n, ok := row[1].(int64)
		if ok && n > 0 {
			out[fmt.Sprint(row[0])] = n
		}
		return nil
	})
	return out, err
}

// postgresEngine is the database on a server, for a dump.
type postgresEngine struct{}

func (postgresEngine) name() string { return "postgres" }

func (postgresEngine) begin() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

func (postgresEngine) collate() string { return ` COLLATE "C"` }

func (postgresEngine) tables() string {
	return `SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY relname::text COLLATE "C"`
}

func (postgresEngine) columns() string {
	return `SELECT a.attname::text, format_type(a.atttypid, NULL), COALESCE((SELECT k.place FROM pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
		WHERE i.indrelid = c.oid AND i.indisprimary AND k.attnum = a.attnum), 0)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = $1
		AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum`
}

func (postgresEngine) kind(said string) columnKind {
	switch said {
	case "bigint", "integer", "smallint":
		return numbers
	case "text":
		return texts
	case "bytea":
		return octets
	}
	return 0
}

// rows gives an entry its place for its number, as the file does; those that wait come after in the order in which they will
// get theirs.
func (f postgresEngine) rows(s *snapshot, t table, give func(row []any) error) error {
	if t.name != "entries" {
		return s.each(t.query(f.collate()), nil, give)
	}
	columns := "e." + strings.Join(t.names()[1:], ", e.") // the first is the number
	last := int64(0)
	if err := s.each(`SELECT p.place, `+columns+` FROM placed p JOIN entries e ON e.id = p.entry ORDER BY p.place`, nil, func(row []any) error {
		last, _ = row[0].(int64)
		return give(row)
	}); err != nil {
		return err
	}
	return s.each(`SELECT e.id, `+columns+` FROM entries e WHERE NOT EXISTS (SELECT 1 FROM placed p WHERE p.entry = e.id) ORDER BY e.id`, nil, func(row []any) error {
		last++
		row[0] = last
		return give(row)
	})
}

func (postgresEngine) given(s *snapshot) (map[string]int64, error) {
	return givenBy(s, `SELECT c.relname::text, COALESCE(q.last_value, 0) FROM pg_sequences q JOIN pg_class s ON s.relname = q.sequencename
		AND s.relnamespace = current_schema()::regnamespace JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') JOIN pg_class c ON c.oid = d.refobjid
		WHERE q.schemaname = current_schema() AND c.relname NOT IN ('entries', 'searched') AND c.relname NOT LIKE 'goose%'`)
}

// openServer connects to a database for as long as a dump takes.
func openServer(dsn string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, dsnFault(err)
	}
	for name, value := range map[string]string{"application_name": "chancery backup", "statement_timeout": "0", "idle_in_transaction_session_timeout": "0"} {
		config.RuntimeParams[name] = value
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(1)
	return db, nil
}

// copied loads rows into a table of a server, as one connection.
func copied(ctx context.Context, conn *sql.Conn, table string, columns []string, next func() ([]any, error)) error {
	return conn.Raw(func(c any) error {
		p, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("%T is no connection of pgx", c)
		}
		_, err := p.Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(next))
		return err
	})
}
