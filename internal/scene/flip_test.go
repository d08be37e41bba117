package scene

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/store"
)

// proven are the tables that verification answers for, each with its columns and the order of its rows.
func proven() map[string][]string {
	return map[string][]string{
		"entries":       {"id", "case_no", "seq", "kind", "version", "at", "person", "post", "on_behalf", "operator", "body", "prev", "salt", "hash"},
		"tree":          {"position", "hash"},
		"checkpoints":   {"size", "at", "note"},
		"cases":         {"no", "opened", "procedure", "state", "step", "unit", "person", "title", "filed", "first_submitted", "decided", "outcome", "version", "head", "body"},
		"tasks":         {"case_no", "ord", "post", "person", "since", "due", "body"},
		"sight":         {"key", "opened", "case_no"},
		"register_rows": {"case_no", "ord", "register", "row_key", "from_day", "until_day", "body"},
	}
}

func database(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "chancery.db"))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// examined opens a folder and verifies it; found says that anything was said to be wrong, by whomever.
func examined(t *testing.T, dir string) (found bool) {
	t.Helper()
	s, err := store.Open(context.Background(), dir, time.Now)
	if err != nil {
		return true
	}
	report, err := verified(t, s)
	return errors.Join(err, s.Close()) != nil || len(report.Faults) > 0
}

// TestS10AnyColumnOfAnyProvenTableThatIsChangedIsFound changes one bit of one value, in each column in turn.
func TestS10AnyColumnOfAnyProvenTableThatIsChangedIsFound(t *testing.T) {
	inFile(t)
	t.Parallel()
	whole, _ := recorded(t)
	for table, columns := range proven() {
		if table == "checkpoints" {
			columns = []string{"note"} // the others only say where a note is looked for
		}
		for _, column := range columns {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			db := database(t, dir)
			bend := fmt.Sprintf(`UPDATE %s SET %s = CASE typeof(%s) WHEN 'integer' THEN (%s + 4096)
				WHEN 'blob' THEN CAST(substr(%s, 1, length(%s) - 1) || CASE WHEN substr(%s, -1) = CAST('~' AS BLOB) THEN '!' ELSE '~' END AS BLOB)
				ELSE %s || '~' END
				WHERE rowid = (SELECT MAX(rowid) FROM %s)`, table, column, column, column, column, column, column, column, table)
			done, err := db.ExecContext(t.Context(), bend)
			if err != nil {
				t.Fatalf("%s.%s: %v", table, column, err)
			}
			if n, err := done.RowsAffected(); err != nil || n != 1 {
				t.Fatalf("%s.%s: %d rows were changed, %v", table, column, n, err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if !examined(t, dir) {
				t.Errorf("%s.%s was changed and nobody says so", table, column)
			}
		}
	}
}

// TestS10ABitFlippedInAnyFileIsFoundWhereItChangesTheRecord flips single bits in the files of the folder: what is refused
// is refused in words, and what verification answers for is either as it was or named.
func TestS10ABitFlippedInAnyFileIsFoundWhereItChangesTheRecord(t *testing.T) {
	inFile(t)
	t.Parallel()
	whole, _ := recorded(t)
	before, err := dump(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	flips := 10
	if os.Getenv("CHANCERY_PROOF") != "" {
		flips = 1500
	}
	rnd := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0)) //nolint:gosec // any bit will do; the message names it
	named := 0
	for _, name := range []string{"chancery.db", "checkpoints", "keys/journal.key", "keys/journal.pub"} {
		data, err := os.ReadFile(filepath.Join(whole, name))
		if err != nil {
			t.Fatal(err)
		}
		for range flips {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
				t.Fatal(err)
			}
			at, bit := rnd.IntN(len(data)), rnd.IntN(8)
			bent := append([]byte(nil), data...)
			bent[at] ^= 1 << bit
			if err := os.WriteFile(filepath.Join(dir, name), bent, 0o600); err != nil {
				t.Fatal(err)
			}
			after, unread := dump(t, dir)
			found := examined(t, dir)
			if found {
				named++
			}
			if !found && (unread != nil || after != before) {
				t.Errorf("%s, byte %d, bit %d: the record changed and nobody says so (%v)", name, at, bit, unread)
			}
		}
	}
	if named == 0 {
		t.Error("nothing was ever found")
	}
	t.Logf("%d of %d flips were named", named, 4*flips)
}

// TestS10AnIndexThatSaysSomethingElseThanItsRowIsFound bends the number of a case wherever it stands in the file: in rows, and in
// the indexes by which they are found. A reading is answered from either.
func TestS10AnIndexThatSaysSomethingElseThanItsRowIsFound(t *testing.T) {
	inFile(t)
	t.Parallel()
	whole, no := recorded(t)
	name := filepath.Join(whole, "chancery.db")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, err := dump(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	var places []int
	for from := 0; ; {
		at := bytes.Index(data[from:], []byte(no))
		if at < 0 {
			break
		}
		places = append(places, from+at)
		from += at + len(no)
	}
	bent, changed, most := 0, 0, 12
	if os.Getenv("CHANCERY_PROOF") != "" {
		most = 40
	}
	for i, at := range places {
		if len(places) > most && i%(len(places)/most) != 0 {
			continue
		}
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(whole)); err != nil {
			t.Fatal(err)
		}
		other := bytes.Clone(data)
		other[at+len(no)-1] ^= 1
		if err := os.WriteFile(filepath.Join(dir, "chancery.db"), other, 0o600); err != nil {
			t.Fatal(err)
		}
		bent++
		after, unread := dump(t, dir)
		if unread == nil && after == before {
			continue // a place that holds nothing any more, or an index alone
		}
		changed++
		if !examined(t, dir) {
			t.Errorf("the number at byte %d was changed and nobody says so", at)
		}
	}
	if changed == 0 {
		t.Errorf("of %d places none was of a row", bent)
	}
}

// dump is a hash over the proven tables as they are read without the store, in the order of their own keys.
func dump(t *testing.T, dir string) (string, error) {
	t.Helper()
	db := database(t, dir)
	defer func() { _ = db.Close() }()
	h := sha256.New()
	for _, table := range []string{"entries", "tree", "checkpoints", "cases", "tasks", "register_rows"} {
		columns := proven()[table]
		if err := written(t, db, h, table, columns); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// written writes the rows of a table.
func written(t *testing.T, db *sql.DB, to io.Writer, table string, columns []string) error {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), fmt.Sprintf(`SELECT %s FROM %s NOT INDEXED ORDER BY 1, 2`, strings.Join(columns, ", "), table))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		fmt.Fprintf(to, "%s %q\n", table, values)
	}
	return rows.Err()
}

// TestS10AKeyWithAnotherByteIsRefusedInWords: half a key signs nothing.
func TestS10AKeyWithAnotherByteIsRefusedInWords(t *testing.T) {
	inFile(t)
	t.Parallel()
	dir, _ := recorded(t)
	name := filepath.Join(dir, "keys", "journal.key")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-5] ^= 1
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(context.Background(), dir, time.Now)
	if fault.KindOf(err) != fault.Unavailable || len(fault.All(err)) == 0 {
		t.Errorf("refused as %v", err)
	}
}
