package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/journal"
	"chancery/core/office"
)

// Tx is one reading or one act. It must not be used after the function that it was given to has returned.
type Tx struct {
	s        *Store
	ctx      context.Context //nolint:containedctx // a Tx lives no longer than the call that the context is of
	tx       *sql.Tx
	line     line
	locks    *locks // what the act holds against acts on other connections; nil where acts come one at a time
	at       calendar.Instant
	writes   bool
	grew     bool
	kinds    []string         // of the entries appended in this act
	chains   []string         // in which they stand
	planned  calendar.Instant // when the first of the jobs is due that this act planned; zero: it planned none
	moved    bool             // this act wrote the office
	memory   *memory          // what the acts before left behind; nil where others write too
	version  *int64           // of the office, as far as it was asked
	ends     map[string]end   // how far the cases have come that this act looked at or wrote
	expected *expected        // an account that is asked along
	hooked   *bool            // whether anybody outside is told what happens, as far as it was asked
	rehooked bool             // this act changes who is told
	looked   map[string]bool  // sessions and tokens that this act read, and whether they were there
	last     int64            // the place of the entry appended last, where places are given at once
}

// look holds something that is to be read and perhaps written again.
func (t *Tx) look(name string) error {
	if t.looked == nil {
		t.looked = map[string]bool{}
	}
	return t.locks.hold(t, name)
}

// Now is the instant of the act, the same throughout. The instants of acts rise strictly, whatever the clock does.
func (t *Tx) Now() calendar.Instant { return t.at }

// exec runs a writing statement and says how many rows it touched.
func (t *Tx) exec(doing, q string, args ...any) (int64, error) {
	if !t.writes {
		return 0, fmt.Errorf("%s: a reading does not write", doing)
	}
	n, err := t.line.exec(doing, q, args)
	return n, mend(doing, err)
}

// put runs a writing statement at any moment before the next that is asked, or before the commit.
func (t *Tx) put(doing, q string, args ...any) error {
	if !t.writes {
		return fmt.Errorf("%s: a reading does not write", doing)
	}
	return mend(doing, t.line.put(doing, q, args))
}

// one reads one row; ok is false when there is none.
func (t *Tx) one(doing, q string, args []any, into ...any) (ok bool, err error) {
	err = t.line.query(q, args, func(scan func(...any) error) error {
		if ok {
			return nil
		}
		ok = true
		return scan(into...)
	})
	return ok && err == nil, mend(doing, err)
}

// each reads rows and calls read for each. Read asks the database nothing.
func (t *Tx) each(doing, q string, args []any, read func(scan func(...any) error) error) error {
	return mend(doing, t.line.query(q, args, read))
}

// bodies reads rows of one JSON body each.
func bodies[T any](t *Tx, doing, q string, args ...any) ([]T, error) {
	var out []T
	err := t.each(doing, q, args, func(scan func(...any) error) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		var v T
		if err := json.Unmarshal(body, &v); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	})
	return out, err
}

// Case gives a case as it stands; NotFound when there is none of that number.
func (t *Tx) Case(no string) (casework.Case, error) {
	if c, e, ok := t.memory.caseOf(no); ok {
		return c, t.ended(e)
	}
	body, err := t.caseBody(no)
	if err != nil {
		return casework.Case{}, err
	}
	if body == nil {
		return casework.Case{}, casework.NoCase(no)
	}
	c, err := t.s.cases.read(body, true)
	if err != nil {
		return casework.Case{}, err
	}
	if e, ok := t.ends[no]; ok && e.version == c.Version {
		e.found = foundBy(c, e.pressing)
		t.ends[no] = e
		t.memory.keepCase(c, e)
	}
	return c, nil
}

// caseBody reads a case's row, nothing when there is none. An act reads with it what the next entry of the case follows.
func (t *Tx) caseBody(no string) (body []byte, err error) {
	if !t.writes {
		_, err = t.one("read case", oneCase, []any{no}, &body)
		return body, err
	}
	if err := t.locks.hold(t, caseLock(no)); err != nil {
		return nil, err
	}
	end := end{Entry: journal.Entry{Case: no}}
	var hash []byte
	ok, err := t.one("read case", caseToAct, []any{no}, &body, &end.pressing, &end.version, &end.Seq, (*int64)(&end.At), &hash)
	if err != nil || !ok {
		return nil, err
	}
	copy(end.Hash[:], hash)
	return body, t.ended(end)
}

// end is how far a case has come: its last entry, as far as number, instant and hash, and the version of its row.
type end struct {
	journal.Entry
	version  int
	pressing string
	found    []any // what the row is found by, as far as it is known
}

// ended notes how far a case has come. The act must be later than that, whichever clock it was by.
func (t *Tx) ended(e end) error {
	if t.ends == nil {
		t.ends = map[string]end{}
	}
	_, known := t.ends[e.Case]
	t.ends[e.Case] = e
	if known { // this act has held the case since, and is perhaps the one that wrote the entry
		return nil
	}
	return t.locks.after(t, e.At)
}

// end tells how far a case has come; the zero numbers where there is none.
func (t *Tx) end(doing, no string) (end, error) {
	if e, ok := t.ends[no]; ok {
		return e, nil
	}
	if err := t.locks.hold(t, caseLock(no)); err != nil {
		return end{}, err
	}
	e := end{Entry: journal.Entry{Case: no}}
	var hash []byte
	if _, err := t.one(doing, endOfCase, []any{no}, &e.version, &e.Seq, (*int64)(&e.At), &hash); err != nil {
		return e, err
	}
	copy(e.Hash[:], hash)
	err := t.ended(e)
	return t.ends[no], err
}

// Entries gives the entries of a case in order; none when there is no such case.
func (t *Tx) Entries(no string) ([]journal.Entry, error) {
	var out []journal.Entry
	err := t.entries(entriesOfCase, []any{no}, func(e journal.Entry) error {
		out = append(out, e)
		return nil
	})
	return out, err
}

// Entry gives one entry of a case by its number within the case; an error where there is none.
func (t *Tx) Entry(no string, seq int) (journal.Entry, error) {
	var out journal.Entry
	err := t.entries(entryOfCase, []any{no, seq}, func(e journal.Entry) error {
		out = e
		return nil
	})
	if err == nil && out.Seq == 0 {
		err = fmt.Errorf("read entry: %s has no entry %d", no, seq)
	}
	return out, err
}

func (t *Tx) entries(q string, args []any, give func(journal.Entry) error) error {
	return t.each("read entries", q, args, func(scan func(...any) error) error {
		var e journal.Entry
		var operator int64
		var body, prev, salt, hash []byte
		if err := scan(&e.ID, &e.Case, &e.Seq, &e.Kind, &e.Version, (*int64)(&e.At), (*string)(&e.Actor.Person), (*string)(&e.Actor.Post),
			(*string)(&e.Actor.For), &operator, &body, &prev, &salt, &hash); err != nil {
			return err
		}
		e.Body, e.Actor.Operator = body, operator != 0
		copy(e.Prev[:], prev)
		copy(e.Salt[:], salt)
		copy(e.Hash[:], hash)
		return give(e)
	})
}

// Append writes the next entry of a case. The body must be JSON as journal.Canonical writes it. Where places in the record
// are given later the entry comes back without one.
func (t *Tx) Append(no, kind string, version int, actor office.Actor, body []byte) (journal.Entry, error) {
	if !json.Valid(body) {
		return journal.Entry{}, fmt.Errorf("append entry: the body of %s is not JSON", kind)
	}
	prev, err := t.end("append entry", no)
	if err != nil {
		return journal.Entry{}, err
	}
	var salt journal.Salt
	if _, err := rand.Read(salt[:]); err != nil {
		return journal.Entry{}, fmt.Errorf("append entry: %w", err)
	}
	e, err := t.s.db.addEntry(t, journal.Chain(prev.Entry, journal.Entry{
		Case: no, Kind: kind, Version: version, At: t.at, Actor: actor, Body: slices.Clone(body),
	}, salt))
	if err != nil {
		return journal.Entry{}, err
	}
	prev.Entry = e
	t.memory.forgetCase(no)
	t.ends[no], t.grew, t.kinds = prev, true, append(t.kinds, kind)
	t.chains = append(t.chains, no)
	return e, nil
}

// kept is what is kept of an entry, from its case to its hash.
func kept(e journal.Entry) []any {
	operator := int64(0)
	if e.Actor.Operator {
		operator = 1
	}
	return []any{
		e.Case, e.Seq, e.Kind, e.Version, int64(e.At), string(e.Actor.Person), string(e.Actor.Post), string(e.Actor.For), operator,
		[]byte(e.Body), e.Prev[:], e.Salt[:], e.Hash[:],
	}
}

// Office gives the office as it stands; the zero Office in a new folder. Nobody else changes it while this reading or act
// goes on. Its lists are given to others too: whoever wants another office makes new ones.
func (t *Tx) Office() (office.Office, error) {
	if t.version == nil { // perhaps it was asked along
		if err := t.line.send(); err != nil {
			return office.Office{}, err
		}
	}
	if t.version == nil {
		version := int64(0)
		if _, err := t.one("read office", versionOf, nil, &version); err != nil {
			return office.Office{}, err
		}
		t.version = &version
	}
	if *t.version == 0 && !t.moved {
		return office.Office{}, nil
	}
	last := t.s.office.Load()
	if last == nil || last.version != *t.version || t.moved {
		last = &readOffice{}
		var body string
		if _, err := t.one("read office", getOffice, nil, &body, &last.version); err != nil {
			return office.Office{}, err
		}
		if err := json.Unmarshal([]byte(body), &last.office); err != nil {
			return office.Office{}, fmt.Errorf("read office: %w", err)
		}
		o := &last.office // what somebody appends is not written behind the list of another
		o.Units, o.Posts, o.Persons, o.Holdings = slices.Clip(o.Units), slices.Clip(o.Posts), slices.Clip(o.Persons), slices.Clip(o.Holdings)
		o.Delegations, o.Kin, o.Plans = slices.Clip(o.Delegations), slices.Clip(o.Kin), slices.Clip(o.Plans)
		if !t.moved { // what this act has written may yet be undone
			t.s.office.Store(last)
		}
	}
	return last.office, nil
}

// Tasks gives the open tasks of a post, and those of a person; of everybody when neither is named. The oldest come first.
func (t *Tx) Tasks(post office.PostID, person office.PersonID) ([]casework.Task, error) {
	return bodies[casework.Task](t, "read tasks", someTasks, string(post), string(person))
}
