package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"chancery/core/casework"
	"chancery/core/journal"
)

// Verify checks the whole record: every entry against its hash and its case's chain, the entries against the tree, the
// tree against every signed checkpoint (the database's, the folder's, and one held elsewhere, which may be nil), and
// every case's row against what rebuild makes of its entries. Rebuild must give the case as journal.Canonical writes it, and
// nothing for entries that are of no case; when it is nil
// only the row's own columns are compared. A fault in the record is in the report, never an error.
func (s *Store) Verify(ctx context.Context, rebuild func(no string, entries []journal.Entry) (row []byte, err error), held []byte) (journal.Report, error) {
	audit, err := journal.NewAudit(s.key.Verifier())
	if err != nil {
		return journal.Report{}, err
	}
	var (
		off     []offRow
		offErr  error
		running sync.WaitGroup
	)
	running.Go(func() { off, offErr = s.offRows(ctx, rebuild) })
	err = s.Read(ctx, func(t *Tx) error { return s.audit(t, audit, held) })
	running.Wait()
	if err := errors.Join(err, offErr); err != nil {
		return journal.Report{}, err
	}
	for _, row := range off {
		audit.Row(row.no, row.entry)
	}
	return audit.Found(), nil
}

// audit gives the record to an audit in the order that it asks for. What each table holds is one snapshot.
func (s *Store) audit(t *Tx, a *journal.Audit, held []byte) error {
	kept, err := keptCheckpoints(s.dir)
	if err != nil {
		return err
	}
	if held != nil {
		kept = append(kept, held)
	}
	known := map[string]bool{}
	give := func(signed []byte) {
		if !known[string(signed)] {
			known[string(signed)] = true
			a.Checkpoint(signed)
		}
	}
	if err := t.each("read checkpoints", allCheckpoints, nil, func(scan func(...any) error) error {
		var signed []byte
		err := scan(&signed)
		give(signed)
		return err
	}); err != nil {
		return err
	}
	for _, signed := range kept {
		give(signed)
	}
	var hashes []journal.Hash
	if err := t.each("read tree", allTreeHashes, nil, func(scan func(...any) error) error {
		var raw sql.RawBytes
		var h journal.Hash
		err := scan(&raw)
		copy(h[:], raw)
		hashes = append(hashes, h)
		return err
	}); err != nil {
		return err
	}
	sound := map[string]error{}
	at := 0
	a.Kept(func() (journal.Hash, bool) {
		if at == len(hashes) {
			return journal.Hash{}, false
		}
		at++
		return hashes[at-1], true
	})
	return t.entries(allEntries, nil, func(e journal.Entry) error {
		a.Entry(e)
		return s.auditPaper(a, e, sound)
	})
}

// auditPaper holds the file that an entry attached against the entry's hash; each file is read once.
func (s *Store) auditPaper(a *journal.Audit, e journal.Entry, sound map[string]error) error {
	if e.Kind != string(casework.Attached) {
		return nil
	}
	var said casework.Event
	if json.Unmarshal(e.Body, &said) != nil || said.Attachment == nil {
		return nil //nolint:nilerr // an entry that cannot be read is a fault of its own
	}
	hash := said.Attachment.Hash
	err, known := sound[hash]
	if !known {
		var path string
		if path, err = s.blobPath(hash); err == nil {
			var f *os.File
			if f, err = os.Open(path); err == nil { //nolint:gosec // the path is made of a hash
				sum := sha256.New()
				_, err = io.Copy(sum, f)
				if err = errors.Join(err, f.Close()); err == nil && hex.EncodeToString(sum.Sum(nil)) != hash {
					err = errors.New("changed")
				}
			}
		}
		sound[hash] = err
	}
	if err != nil {
		a.Paper(e.Case, said.Attachment.Name, e.ID, errors.Is(err, fs.ErrNotExist))
	}
	return nil
}

// offRow is a case whose row is not what its entries say, and its last entry.
type offRow struct {
	no    string
	entry int64
}

// offRows compares every case's row with its entries.
func (s *Store) offRows(ctx context.Context, rebuild func(string, []journal.Entry) ([]byte, error)) ([]offRow, error) {
	var off []offRow
	err := s.Read(ctx, func(t *Tx) error {
		rows := map[string]caseRow{}
		if err := t.each("read cases", allCases, nil, func(scan func(...any) error) error {
			r, no, err := readRow(scan)
			rows[no] = r
			return err
		}); err != nil {
			return err
		}
		var of []journal.Entry
		compare := func() {
			if len(of) == 0 {
				return
			}
			last := of[len(of)-1]
			row, ok := rows[last.Case]
			delete(rows, last.Case)
			holds := ok && row.agrees && bytes.Equal(row.head, last.Hash[:])
			if rebuild != nil {
				body, err := rebuild(last.Case, of)
				if err == nil && body == nil && !ok {
					return // entries that are of no case
				}
				holds = holds && err == nil && bytes.Equal(body, row.body) // entries that make no case make no row either
			}
			if !holds {
				off = append(off, offRow{no: last.Case, entry: last.ID})
			}
		}
		if err := t.entries(entriesByCase, nil, func(e journal.Entry) error {
			if len(of) > 0 && of[0].Case != e.Case {
				compare()
				of = of[:0]
			}
			of = append(of, e)
			return nil
		}); err != nil {
			return err
		}
		compare()
		for no := range rows { // a case that no entry speaks of
			off = append(off, offRow{no: no})
		}
		return nil
	})
	return off, err
}

// caseRow is what a row says of its case; agrees: its columns say what its body says.
type caseRow struct {
	agrees     bool
	head, body []byte
}

func readRow(scan func(...any) error) (r caseRow, no string, err error) {
	var c casework.Case
	says := columns(c)
	into := make([]any, len(says), len(says)+2)
	for i, v := range says {
		switch v.(type) {
		case int64:
			into[i] = new(int64)
		default:
			into[i] = new(string)
		}
	}
	if err := scan(append(into, &r.head, &r.body)...); err != nil {
		return r, "", fmt.Errorf("read row of a case: %w", err)
	}
	no = *into[0].(*string) //nolint:forcetypeassert // the first column is the number
	if json.Unmarshal(r.body, &c) != nil {
		return r, no, nil //nolint:nilerr // a body that cannot be read is a fault of the row, which agrees stays false for
	}
	r.agrees = true
	for i, want := range columns(c) {
		switch got := into[i].(type) {
		case *int64:
			r.agrees = r.agrees && *got == want
		case *string:
			r.agrees = r.agrees && *got == want
		}
	}
	return r, no, nil
}
