package store

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a column holds, in either database.
type columnKind uint8

const (
	numbers columnKind = iota + 1
	texts
	octets
)

type column struct {
	name string
	kind columnKind
	key  int // the place in the primary key, from 1; 0: not in it
}

// table is a table as a dump writes it: the columns of the primary key come first, the others by name.
type table struct {
	name    string
	columns []column
	keys    int
}

// derived are the tables of which a dump has nothing: places and waiting entries follow from the entries and the tree, the pairs
// of words from the words, and attached files are files. The key that is agreed on is in the manifest's head.
func derived(name string) bool {
	switch name {
	case "placed", "waiting", "blobs", "goose_db_version":
		return true
	}
	return false
}

// derivedColumn tells of a column that follows from others.
func derivedColumn(table, column string) bool { return table == "searched" && column == "pairs" }

// expression is what a dump reads for a column. A job that somebody has in hand is written as one that waits: whoever has it
// is not where the dump is restored.
func expression(table, column string) string {
	if table == "jobs" {
		switch column {
		case "held", "turn":
			return "0"
		case "tries":
			return "CASE WHEN held > 0 AND tries > 0 THEN tries - 1 ELSE tries END"
		}
	}
	return column
}

// condition leaves rows out: the key that processes agree on stands in the head of the record.
func condition(table string) string {
	if table == "meta" {
		return " WHERE name <> '" + keyNote + "'"
	}
	return ""
}

// newTable describes a table; an error when it has no primary key.
func newTable(name string, columns []column) (table, error) {
	t := table{name: name}
	for _, c := range columns {
		if derivedColumn(name, c.name) {
			continue
		}
		t.columns = append(t.columns, c)
		if c.key > 0 {
			t.keys++
		}
	}
	if t.keys == 0 {
		return t, fmt.Errorf("table %s has no primary key", name)
	}
	slices.SortFunc(t.columns, func(a, b column) int {
		switch {
		case a.key > 0 && b.key > 0:
			return cmp.Compare(a.key, b.key)
		case a.key > 0:
			return -1
		case b.key > 0:
			return 1
		}
		return cmp.Compare(a.name, b.name)
	})
	return t, nil
}

func (t table) names() []string {
	out := make([]string, len(t.columns))
	for i, c := range t.columns {
		out[i] = c.name
	}
	return out
}

// query reads the table in the order of its primary key; collate makes the order of texts that of their bytes.
func (t table) query(collate string) string {
	var what, order []string
	for _, c := range t.columns {
		what = append(what, expression(t.name, c.name))
		if c.key == 0 {
			continue
		}
		if c.kind == texts {
			order = append(order, c.name+collate)
		} else {
			order = append(order, c.name)
		}
	}
	return "SELECT " + strings.Join(what, ", ") + " FROM " + t.name + condition(t.name) + " ORDER BY " + strings.Join(order, ", ")
}

func tableMember(name string) string { return "tables/" + name + ".jsonl.gz" }

func sumOf(t table) TableSum { return TableSum{Name: t.name, Columns: t.names()} }

// sum writes the rows of a table, a line for each, and counts them.
func (s *snapshot) sum(t table, sum *TableSum, w io.Writer, tell func(n int64)) error {
	digest := sha256.New()
	l := &lines{kinds: t.columns, to: io.MultiWriter(digest, w)}
	err := s.engine.rows(s, t, func(row []any) error {
		sum.Rows++
		if sum.Rows%10000 == 0 {
			tell(sum.Rows)
		}
		return l.write(row)
	})
	if err == nil {
		err = l.flush()
	}
	if err != nil {
		return mend("read table "+t.name, err)
	}
	tell(sum.Rows)
	sum.Bytes, sum.Digest = l.bytes, hex.EncodeToString(digest.Sum(nil))
	return nil
}

// lines writes rows as JSON, a list for each.
type lines struct {
	kinds []column
	to    io.Writer
	line  bytes.Buffer
	bytes int64
}

func (l *lines) write(row []any) error {
	for i, v := range row {
		said, err := written(l.kinds[i].kind, v)
		if err != nil {
			return fmt.Errorf("column %s: %w", l.kinds[i].name, err)
		}
		row[i] = said
	}
	enc := json.NewEncoder(&l.line)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(row); err != nil {
		return err
	}
	if l.line.Len() < 64<<10 {
		return nil
	}
	return l.flush()
}

func (l *lines) flush() error {
	l.bytes += int64(l.line.Len())
	_, err := l.line.WriteTo(l.to)
	return err
}

// written is a value as a dump has it: numbers and texts as they are; octets as a text after "=" where they are one, else
// in base64 after "#".
func written(kind columnKind, v any) (any, error) {
	switch kind {
	case numbers:
		switch v.(type) {
		case nil, int64:
			return v, nil
		}
		return nil, fmt.Errorf("%T is no number", v)
	case texts, octets:
	}
	var s string
	switch v := v.(type) {
	case nil:
		return nil, nil //nolint:nilnil // NULL is a value
	case string:
		s = v
	case []byte:
		s = string(v)
	default:
		return nil, fmt.Errorf("%T is no text", v)
	}
	whole := utf8.ValidString(s)
	switch {
	case kind == octets && whole:
		return "=" + s, nil
	case kind == octets:
		return "#" + base64.StdEncoding.EncodeToString([]byte(s)), nil
	case !whole:
		return nil, errors.New("a text is not UTF-8")
	}
	return s, nil
}

// read is the value that written wrote.
func read(kind columnKind, v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil //nolint:nilnil // NULL is a value
	case json.Number:
		if kind != numbers {
			break
		}
		return v.Int64()
	case string:
		switch {
		case kind == texts:
			return v, nil
		case kind == octets && strings.HasPrefix(v, "="):
			return []byte(v[1:]), nil
		case kind == octets && strings.HasPrefix(v, "#"):
			return base64.StdEncoding.Strict().DecodeString(v[1:])
		}
	}
	return nil, errors.New("a value is not of its column's kind")
}

// rowReader reads the rows of a table, and holds them against what the manifest says.
type rowReader struct {
	sum    TableSum
	kinds  []column // nil: rows are counted only
	digest hash.Hash
	bytes  int64
	rows   int64
	dec    *json.Decoder
}

func newRowReader(r io.Reader, sum TableSum, kinds []column) *rowReader {
	out := &rowReader{sum: sum, kinds: kinds, digest: sha256.New()}
	out.dec = json.NewDecoder(io.TeeReader(bufio.NewReaderSize(r, 64<<10), out))
	out.dec.UseNumber()
	return out
}

// Write takes what was read into the digest.
func (r *rowReader) Write(b []byte) (int, error) {
	r.bytes += int64(len(b))
	return r.digest.Write(b)
}

// next gives the next row; io.EOF when there is none and all is as the manifest says.
func (r *rowReader) next() ([]any, error) {
	var row []any
	err := r.dec.Decode(&row)
	if errors.Is(err, io.EOF) {
		return nil, r.ended()
	}
	if err == nil && len(row) != len(r.sum.Columns) {
		err = errors.New("a row has not as many values as there are columns")
	}
	if err != nil {
		return nil, fmt.Errorf("table %s, row %d: %w", r.sum.Name, r.rows+1, err)
	}
	r.rows++
	for i := range r.kinds {
		if row[i], err = read(r.kinds[i].kind, row[i]); err != nil {
			return nil, fmt.Errorf("table %s, row %d, column %s: %w", r.sum.Name, r.rows, r.kinds[i].name, err)
		}
	}
	return row, nil
}

func (r *rowReader) ended() error {
	if r.rows != r.sum.Rows || r.bytes != r.sum.Bytes || hex.EncodeToString(r.digest.Sum(nil)) != r.sum.Digest {
		return fmt.Errorf("table %s is not what the manifest says", r.sum.Name)
	}
	return io.EOF
}

// growingFiles counts files as they come.
type growingFiles struct {
	FilesSum
	digest hash.Hash
}

func newFilesSum() *growingFiles { return &growingFiles{digest: sha256.New()} }

func (f *growingFiles) add(hash string, size int64) {
	f.Count++
	f.Bytes += size
	_, _ = io.WriteString(f.digest, hash+"\n") // a digest takes everything
}

func (f *growingFiles) done() FilesSum {
	f.Digest = hex.EncodeToString(f.digest.Sum(nil))
	return f.FilesSum
}
