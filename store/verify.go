package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"chancery/core/casework"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/text"
)

// Rebuild gives what the entries of a case make of it, and nothing for entries that are of no case.
type Rebuild = func(no string, entries []journal.Entry) (register.Standing, error)

// Verify checks the whole record: every entry against its hash and its case's chain, the entries against the tree, the
// tree against every signed checkpoint (the database's, the folder's, and one held elsewhere, which may be nil), and
// every case's row, tasks and register rows against what rebuild makes of its entries, and so the office against those of
// its chain. A fault in the record is in the report, never an error.
func (s *Store) Verify(ctx context.Context, rebuild Rebuild, held []byte) (journal.Report, error) {
	audit, err := journal.NewAudit(s.key.Verifier())
	if err != nil {
		return journal.Report{}, err
	}
	// The folder's list is read before the record: what is signed while that is read speaks of more than was read.
	kept, err := keptCheckpoints(s.dir)
	if err != nil {
		return journal.Report{}, err
	}
	if held != nil {
		kept = append(kept, held)
	}
	var (
		off     []offRow
		offErr  error
		running sync.WaitGroup
	)
	running.Go(func() { off, offErr = s.offRows(ctx, rebuild) })
	var papers []paper
	err = s.Read(ctx, func(t *Tx) error { return s.audit(t, audit, kept, &papers) })
	if err == nil {
		err = s.auditPapers(ctx, audit, papers)
	}
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
func (s *Store) audit(t *Tx, a *journal.Audit, kept [][]byte, papers *[]paper) error {
	replaced, err := t.replacements()
	if err != nil {
		return err
	}
	for _, r := range replaced {
		if r.entry == 0 { // it waits: nothing in the tree is behind it
			if r.entry, err = t.LastEntry(); err != nil {
				return err
			}
		}
		a.Replaced(r.entry, r.Replacement)
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
	straight := true // what stands behind a gap is of no tree
	if err := t.each("read tree", allTreeHashes, nil, func(scan func(...any) error) error {
		var position int64
		var raw []byte
		var h journal.Hash
		err := scan(&position, &raw)
		copy(h[:], raw)
		if straight = straight && position == int64(len(hashes)); straight {
			hashes = append(hashes, h)
		}
		return err
	}); err != nil {
		return err
	}
	at := 0
	a.Kept(func() (journal.Hash, bool) {
		if at == len(hashes) {
			return journal.Hash{}, false
		}
		at++
		return hashes[at-1], true
	})
	if err := s.db.unsound(t, a); err != nil {
		return err
	}
	last := int64(0)
	return t.entries(s.db.allEntries(), nil, func(e journal.Entry) error {
		if e.ID == 0 { // it waits, and is named as what it would be if its turn came now
			e.ID = last + 1
		}
		last = e.ID
		a.Entry(e)
		*papers = attachedBy(*papers, e)
		return nil
	})
}

// offRow is a case whose row is not what its entries say, and its last entry.
type offRow struct {
	no    string
	entry int64
}

// offRows compares what is kept of every case with what its entries make of it.
func (s *Store) offRows(ctx context.Context, rebuild Rebuild) ([]offRow, error) {
	var off []offRow
	err := s.Read(ctx, func(t *Tx) error {
		kept, err := t.keptCases()
		if err != nil {
			return err
		}
		var keptOffice string
		var version int64
		if _, err := t.one("read office", getOffice, nil, &keptOffice, &version); err != nil {
			return err
		}
		sortKey := text.SortKeys()
		var of []journal.Entry
		compare := func() error {
			if len(of) == 0 {
				return nil
			}
			last := of[len(of)-1]
			if last.Case == office.Chain {
				holds, err := officeHolds(rebuild, of, keptOffice)
				if err == nil && !holds {
					off = append(off, offRow{no: last.Case, entry: last.ID})
				}
				return err
			}
			row, ok := kept[last.Case]
			delete(kept, last.Case)
			if last.Case == journal.KeyCase && !ok {
				return nil // of no case of the office
			}
			standing, err := rebuild(last.Case, of)
			if err == nil && standing.Self == nil && !ok {
				return nil // entries that are of no case
			}
			made, doubt := madeOf(last.Case, int64(of[0].At), standing, sortKey)
			if doubt != nil {
				return doubt
			}
			if err != nil || !ok || !row.agrees || !bytes.Equal(row.head, last.Hash[:]) || row.opened != int64(of[0].At) || row.digest != made {
				off = append(off, offRow{no: last.Case, entry: last.ID})
			}
			return nil
		}
		if err := t.entries(entriesByCase, nil, func(e journal.Entry) error {
			if len(of) > 0 && of[0].Case != e.Case {
				if err := compare(); err != nil {
					return err
				}
				of = of[:0]
			}
			of = append(of, e)
			return nil
		}); err != nil {
			return err
		}
		if err := compare(); err != nil {
			return err
		}
		for no := range kept { // a case that no entry speaks of
			off = append(off, offRow{no: no})
		}
		return nil
	})
	return off, err
}

// officeHolds says whether the office that is kept is what the entries of its chain make of it.
func officeHolds(rebuild Rebuild, entries []journal.Entry, kept string) (bool, error) {
	made, err := rebuild(office.Chain, entries)
	if err != nil {
		return false, nil //nolint:nilerr // entries that make no office are a fault of the record, which is what is asked
	}
	return made.Self == nil || string(made.Self) == kept, nil
}

// keptCases reads what is kept of every case; tasks and rows of a case that has no row of its own stand for one.
func (t *Tx) keptCases() (map[string]keptCase, error) {
	all := map[string]keptCase{}
	if err := t.each("read cases", allCases, nil, func(scan func(...any) error) error {
		r, no, err := readRow(scan)
		all[no] = r
		return err
	}); err != nil {
		return nil, err
	}
	for _, table := range []struct {
		doing, query string
		columns      int
	}{{"read tasks", allTasks, 8}, {"read sight", allKeys, 3}, {"read register", allRows, rowWidth}} {
		if err := t.each(table.doing, table.query, nil, func(scan func(...any) error) error {
			into := make([]any, table.columns)
			args := make([]any, len(into))
			for i := range into {
				args[i] = &into[i]
			}
			if err := scan(args...); err != nil {
				return err
			}
			no := fmt.Sprint(into[0])
			r := all[no]
			r.digest = r.digest.with(table.doing, into)
			all[no] = r
			return nil
		}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// madeOf is the digest of what the entries of a case make of it.
func madeOf(no string, opened int64, s register.Standing, sortKey func(string) string) (digest, error) {
	made := digest{}.with("read cases", []any{[]byte(s.Self)})
	for i, task := range s.Tasks {
		columns, err := taskColumns(no, i, task, s.Mark)
		if err != nil {
			return digest{}, err
		}
		made = made.with("read tasks", columns)
	}
	for _, key := range s.Keys {
		made = made.with("read sight", []any{no, string(key), opened})
	}
	for i, r := range s.Rows {
		made = made.with("read register", keptRow(no, i, r, sortKey))
	}
	return made, nil
}

// digest grows over the rows that are kept of a case, one after the other.
type digest [sha256.Size]byte

// with gives the digest over one more row of a table.
func (d digest) with(table string, columns []any) digest {
	h := sha256.New()
	h.Write(d[:])
	fmt.Fprintf(h, "%s\n", table)
	for _, c := range columns {
		said := fmt.Appendf(nil, "%v", c)
		if b, ok := c.([]byte); ok {
			said = b
		}
		fmt.Fprintf(h, "%d:", len(said))
		h.Write(said)
	}
	return digest(h.Sum(nil))
}

// keptCase is what is kept of a case; agrees: the columns of its row say what its body says.
type keptCase struct {
	agrees bool
	head   []byte
	opened int64
	digest digest
}

func readRow(scan func(...any) error) (r keptCase, no string, err error) {
	var (
		c    casework.Case
		body []byte
	)
	says := columns(c)
	into := make([]any, len(says), len(says)+3)
	for i, v := range says {
		switch v.(type) {
		case int64:
			into[i] = new(int64)
		default:
			into[i] = new(string)
		}
	}
	if err := scan(append(into, &r.head, &body, &r.opened)...); err != nil {
		return r, "", fmt.Errorf("read row of a case: %w", err)
	}
	no = *into[0].(*string) //nolint:forcetypeassert // the first column is the number
	r.digest = r.digest.with("read cases", []any{body})
	if json.Unmarshal(body, &c) != nil {
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
