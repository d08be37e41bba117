package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/text"
)

func readAgain(t *testing.T, at Place) {
	t.Helper()
	s, err := at(t.Context(), time.Now)
	must(t, err)
	for i := range 20 {
		act(t, s, fmt.Sprintf("OUT-2026-%d", i%3+1))
	}
	must(t, s.Write(t.Context(), func(w Writing) error {
		return errors.Join(w.SaveOffice(office.Office{Name: text.Text{ZH: "澜川", EN: "Lanchuan"}}), w.Remember("r", []byte(`{"n":1}`)),
			w.Outbox([]casework.Message{{To: "a", Case: "OUT-2026-1", Words: text.Text{ZH: "一", EN: "one"}}}))
	}))
	placed(t, s, "OUT-2026-1")
	before := state(t, s)
	must(t, s.Close())
	s = open(t, at)
	if after := state(t, s); after != before {
		t.Errorf("before closing:\n%s\nafter opening anew:\n%s", before, after)
	}
	head, err := s.Head(t.Context())
	must(t, err)
	if head.Entries != 20 || head.Sequenced != 20 || head.Checkpoint.Size != 20 {
		t.Errorf("a closed store left entries outside the tree: %+v", head)
	}
	if found := faults(t, s, []byte(head.Note)); len(found) > 0 {
		t.Errorf("a record left alone: %v", found)
	}
}

// placed asks for the proof of a case: by then every entry has its place in the record, if it had none before.
func placed(t *testing.T, s Store, no string) {
	t.Helper()
	_, err := s.Proof(t.Context(), no)
	must(t, err)
}

// state is all that can be read, written out.
func state(t *testing.T, s Store) string {
	t.Helper()
	var b strings.Builder
	say := func(v any) error {
		line, err := journal.Canonical(v)
		b.Write(append(line, '\n'))
		return err
	}
	read(t, s, func(r Reading) error {
		cases, err := r.Cases(casework.Filter{Sight: casework.Everything()})
		errs := []error{err, say(cases)}
		for _, c := range cases {
			entries, err := r.Entries(c.No)
			for i := range entries {
				entries[i].ID = 0 // its place is given when it comes into the tree
			}
			rows, rowsErr := r.RowsOf(c.No)
			errs = append(errs, err, rowsErr, say(entries), say(rows))
		}
		tasks, err := r.Tasks("", "")
		o, officeErr := r.Office()
		result, ok, answerErr := r.Answered("r")
		return errors.Join(append(errs, err, officeErr, answerErr, say(tasks), say(o), say(ok), say(string(result)))...)
	})
	return b.String()
}

func chained(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	must(t, s.Write(t.Context(), func(w Writing) error { // several entries of several cases in one act
		for _, no := range []string{"A", "B", "A", "A", "B"} {
			if _, err := w.Append(no, "commented", 1, office.Actor{Person: "zhongli"}, []byte(`{}`)); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, no := range []string{"B", "A"} {
		must(t, s.Write(t.Context(), func(w Writing) error {
			_, err := w.Append(no, "commented", 1, office.Actor{Person: "zhongli"}, []byte(`{}`))
			return err
		}))
	}
	placed(t, s, "A")
	ids := map[int64]bool{}
	read(t, s, func(r Reading) error {
		for no, want := range map[string]int{"A": 4, "B": 3, "C": 0} {
			entries, err := r.Entries(no)
			if err != nil {
				return err
			}
			if len(entries) != want {
				t.Errorf("%s has %d entries, want %d", no, len(entries), want)
			}
			var before journal.Entry
			for i, e := range entries {
				if e.Case != no || e.Seq != i+1 || e.Prev != before.Hash || e.Commitment() != e.Hash || e.Salt == (journal.Salt{}) || e.At < before.At {
					t.Errorf("%s: entry %d does not follow the one before: %+v", no, i+1, e)
				}
				before, ids[e.ID] = e, true
			}
		}
		last, err := r.LastEntry()
		if last != 7 {
			t.Errorf("the last entry is %d", last)
		}
		return err
	})
	for id := range int64(7) {
		if !ids[id+1] {
			t.Errorf("there is no entry %d", id+1)
		}
	}
}

func bytesKept(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	bodies := []string{`{"a":"'\"; -- 𠮷 é e\u0301 \u0000"}`, `{"b":1.50,"a":1e3}`, `[]`, `"` + strings.Repeat("长", 50_000) + `"`}
	actor := office.Actor{Person: "zhongli", Post: "director", For: "dongfang", Operator: true}
	var at0 calendar.Instant
	must(t, s.Write(t.Context(), func(w Writing) error {
		at0 = w.Now()
		for _, b := range bodies {
			if _, err := w.Append("出-1 'x'", "commented", 3, actor, []byte(b)); err != nil {
				return err
			}
		}
		return nil
	}))
	read(t, s, func(r Reading) error {
		entries, err := r.Entries("出-1 'x'")
		if err != nil || len(entries) != len(bodies) {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		for i, e := range entries {
			if string(e.Body) != bodies[i] || e.Actor != actor || e.Kind != "commented" || e.Version != 3 || e.At != at0 {
				t.Errorf("entry %d: %+v", i+1, e)
			}
		}
		return nil
	})
	err := s.Write(t.Context(), func(w Writing) error {
		_, err := w.Append("出-1 'x'", "commented", 1, actor, []byte(`{"half":`))
		return err
	})
	if err == nil {
		t.Error("a body that is no JSON was written")
	}
}

func proofs(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	for i := range 37 {
		act(t, s, fmt.Sprintf("OUT-2026-%d", i%5+1))
	}
	proof, err := s.Proof(t.Context(), "OUT-2026-2")
	must(t, err)
	head, err := s.Head(t.Context())
	must(t, err)
	if head.Entries != 37 || head.Sequenced != 37 {
		t.Errorf("who asks for a proof finds entries outside the tree: %+v", head)
	}
	report, err := journal.CheckProof(proof, head.Key)
	if err != nil || len(report.Entries) != 8 || !report.Trusted {
		t.Errorf("the proof: %+v, %v", report, err)
	}
	if _, err := s.Proof(t.Context(), "OUT-2026-99"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the proof of a case that is not there: %v", err)
	}
	held := []byte(head.Note)
	act(t, s, "OUT-2026-1")
	var out bytes.Buffer
	must(t, s.Export(t.Context(), &out))
	if n := strings.Count(out.String(), "\n"); n != 39 {
		t.Errorf("the export has %d lines: 38 entries and the checkpoint are wanted", n)
	}
	if found := faults(t, s, held); len(found) > 0 {
		t.Errorf("against a checkpoint that was kept: %v", found)
	}
	bent := bytes.Replace(held, []byte("\n37\n"), []byte("\n36\n"), 1)
	if found := faults(t, s, bent); !slices.Equal(found, []journal.FaultKind{journal.Unsigned}) {
		t.Errorf("against a forged checkpoint: %v", found)
	}
}

func rowOff(t *testing.T, at Place) {
	t.Helper()
	for what, change := range map[string]func(w Writing, c casework.Case) error{
		"the case": func(w Writing, c casework.Case) error {
			c.Title = "something that no entry says"
			return w.SaveCase(c, c.Version, standing(c).Tasks)
		},
		"a task": func(w Writing, c casework.Case) error {
			tasks := standing(c).Tasks
			tasks[0].Post = "clerk"
			return w.SaveCase(c, c.Version, tasks)
		},
		"a task that is gone": func(w Writing, c casework.Case) error { return w.SaveCase(c, c.Version, nil) },
		"a register row": func(w Writing, c casework.Case) error {
			rows := standing(c).Rows
			rows[0].Until++
			return w.SaveRows(c.No, rows)
		},
		"a register row too many": func(w Writing, c casework.Case) error {
			rows := standing(c).Rows
			return w.SaveRows(c.No, append(rows, rows[0]))
		},
		"a register row of no case": func(w Writing, _ casework.Case) error {
			return w.SaveRows("OUT-2026-77", []register.Row{{Register: "trips", Key: "x", Case: "OUT-2026-77", Body: []byte(`{}`)}})
		},
	} {
		s, err := at(t.Context(), time.Now)
		must(t, err)
		act(t, s, "OUT-2026-1")
		act(t, s, "OUT-2026-2")
		if found := faults(t, s, nil); len(found) > 0 {
			t.Errorf("before %s is changed: %v", what, found)
		}
		must(t, s.Write(t.Context(), func(w Writing) error {
			c, err := w.Case("OUT-2026-2")
			return errors.Join(err, change(w, c))
		}))
		if found := faults(t, s, nil); !slices.Equal(found, []journal.FaultKind{journal.RowOff}) {
			t.Errorf("%s was changed, found: %v", what, found)
		}
		act(t, s, "OUT-2026-2") // the next act puts it right
		must(t, s.Write(t.Context(), func(w Writing) error { return w.SaveRows("OUT-2026-77", nil) }))
		must(t, s.Close())
	}
}
