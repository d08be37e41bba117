package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/text"
	"chancery/store"
)

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// do does one act in a case: the case after act n is what fold makes of its n entries.
func do(tx *store.Tx, no string) (casework.Case, error) {
	c, err := tx.Case(no)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return c, err
	}
	seen := c.Version
	body := fmt.Sprintf(`{"text":"出〔2026〕%d <%s>"}`, seen+1, strings.Repeat("x", 400))
	e, err := tx.Append(no, "commented", 1, office.Actor{Person: "zhongli-mu", Post: "director"}, []byte(body))
	if err != nil {
		return c, err
	}
	c = fold(no, e)
	return c, tx.SaveCase(c, seen, []casework.Task{{Case: no, ID: "review", Post: "director", Since: tx.Now()}})
}

func fold(no string, last journal.Entry) casework.Case {
	return casework.Case{
		No: no, Procedure: "outbound-trip", Version: last.Seq, State: casework.Active, Applicant: "zhongli-mu",
		Unit: "port", FirstSubmitted: last.At, Title: string(last.Body), Filed: calendar.MustDay("2026-10-08"),
	}
}

func rebuild(no string, entries []journal.Entry) ([]byte, error) {
	return journal.Canonical(fold(no, entries[len(entries)-1]))
}

func act(t testing.TB, s *store.Store, no string) {
	t.Helper()
	if err := s.Write(context.Background(), func(tx *store.Tx) error {
		_, err := do(tx, no)
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func kinds(t testing.TB, s *store.Store, held []byte) []journal.FaultKind {
	t.Helper()
	r, err := s.Verify(context.Background(), rebuild, held)
	if err != nil {
		t.Fatal(err)
	}
	var out []journal.FaultKind
	for _, f := range r.Faults {
		t.Logf("entry %d %s: %s", f.Entry, f.Kind, f.Say.EN)
		if !slices.Contains(out, f.Kind) {
			out = append(out, f.Kind)
		}
	}
	slices.Sort(out)
	return out
}

func TestWhatIsWrittenIsReadAgainInANewProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	for i := range 20 {
		act(t, s, fmt.Sprintf("OUT 2026-%d", i%3+1))
	}
	rows := []register.Row{
		{Register: "trips", Key: "p1", Case: "OUT 2026-1", From: calendar.MustDay("2026-10-15"), Until: calendar.MustDay("2026-10-22"), Body: []byte(`{}`)},
		{Register: "trips", Key: "p2", Case: "OUT 2026-1", From: calendar.MustDay("2026-10-20"), Body: []byte(`{"n":1}`)},
	}
	if err := s.Write(context.Background(), func(tx *store.Tx) error {
		return errors.Join(tx.SaveRows("OUT 2026-1", rows), tx.SaveOffice(office.Office{Name: text.Text{ZH: "澜川", EN: "Lanchuan"}}),
			tx.Outbox([]casework.Message{{To: "a", Case: "OUT 2026-1", Words: text.Text{ZH: "一", EN: "one"}}}))
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if err := s.Read(context.Background(), func(tx *store.Tx) error {
		entries, err := tx.Entries("OUT 2026-2")
		if err != nil || len(entries) != 7 {
			t.Errorf("entries: %d, %v", len(entries), err)
		}
		cases, err := tx.Cases(casework.Filter{Sight: casework.Everything(), Person: "zhongli-mu", State: "active", Limit: 2})
		if err != nil || len(cases) != 2 || cases[0].No != "OUT 2026-3" {
			t.Errorf("cases: %v, %v", cases, err)
		}
		tasks, err := tx.Tasks("director", "")
		if err != nil || len(tasks) != 3 {
			t.Errorf("tasks: %v, %v", tasks, err)
		}
		for _, c := range []struct {
			key, from, until string
			want             int
		}{{"", "2026-10-01", "2026-10-14", 0}, {"", "2026-10-01", "2026-10-15", 1}, {"", "2026-10-22", "2026-10-30", 2}, {"p1", "", "", 1}, {"", "2026-12-01", "", 1}} {
			var from, until calendar.Day
			_ = errors.Join(from.UnmarshalText([]byte(c.from)), until.UnmarshalText([]byte(c.until)))
			got, err := tx.Rows("trips", c.key, from, until)
			if err != nil || len(got) != c.want {
				t.Errorf("rows %v: %v, %v", c, got, err)
			}
		}
		o, err := tx.Office()
		if err != nil || o.Name.EN != "Lanchuan" {
			t.Errorf("office: %v, %v", o, err)
		}
		if _, err := tx.Case("OUT 2026-99"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a case that is not there: %v", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	head, err := s.Head(context.Background())
	if err != nil || head.Entries != 20 || head.Sequenced != 20 || head.Checkpoint.Size != 20 {
		t.Errorf("head %+v, %v", head, err)
	}
	if found := kinds(t, s, []byte(head.Note)); len(found) > 0 {
		t.Errorf("a record left alone: %v", found)
	}
	proof, err := s.Proof(context.Background(), "OUT 2026-2")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := journal.CheckProof(proof, head.Key); err != nil || len(r.Entries) != 7 {
		t.Errorf("proof: %d entries, %v", len(r.Entries), err)
	}
	var export bytes.Buffer
	if err := s.Export(context.Background(), &export); err != nil || strings.Count(export.String(), "\n") != 21 {
		t.Errorf("export: %d lines, %v", strings.Count(export.String(), "\n"), err)
	}
}

func TestAnActThatFailsLeavesNothingAndHarmsNobody(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	no := errors.New("no")
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			err := s.Write(context.Background(), func(tx *store.Tx) error {
				if _, err := do(tx, fmt.Sprintf("OUT 2026-%d", i)); err != nil {
					return err
				}
				if i%3 == 0 {
					return no
				}
				return nil
			})
			if want := i%3 == 0; want != errors.Is(err, no) || (!want && err != nil) {
				t.Errorf("act %d: %v", i, err)
			}
		})
	}
	all.Wait()
	if found := kinds(t, s, nil); len(found) > 0 {
		t.Errorf("after acts that failed: %v", found)
	}
	head, err := s.Head(context.Background())
	if err != nil || head.Entries != 40 {
		t.Errorf("%d entries, %v; want 40", head.Entries, err)
	}
}

// TestACaseWhoseActWasUndoneIsReadAsItStoodBefore: what the store still knows of the act that failed is not what is kept.
func TestACaseWhoseActWasUndoneIsReadAsItStoodBefore(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	const no = "OUT 2026-1"
	act(t, s, no)
	undone := errors.New("undone")
	err := s.Write(context.Background(), func(tx *store.Tx) error {
		c, err := do(tx, no)
		if err != nil || c.Version != 2 {
			t.Errorf("version %d, %v; the second act was to be done", c.Version, err)
		}
		if c, err = tx.Case(no); err != nil || c.Version != 2 {
			t.Errorf("within the act it is at version %d, %v; want 2", c.Version, err)
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatal(err)
	}
	err = s.Read(context.Background(), func(tx *store.Tx) error {
		c, err := tx.Case(no)
		if c.Version != 1 {
			t.Errorf("it is at version %d; want 1, the act was undone", c.Version)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAPanicComesBackToItsOwnCaller(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was lost")
			}
		}()
		_ = s.Write(context.Background(), func(*store.Tx) error { panic("ours") })
	}()
	act(t, s, "OUT 2026-1")
}

func TestSomebodyElsesChangeIsAConflict(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	act(t, s, "OUT 2026-1")
	for _, seen := range []int{0, 7} {
		err := s.Write(context.Background(), func(tx *store.Tx) error {
			return tx.SaveCase(casework.Case{No: "OUT 2026-1", Version: 8}, seen, nil)
		})
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("seen version %d: %v", seen, err)
		}
	}
}

func TestP3TheSameRequestTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if err := s.Write(context.Background(), func(tx *store.Tx) error {
				said, ok, err := tx.Answered("request-1")
				if err != nil || ok {
					if string(said) != `{"n":1}` && ok {
						t.Errorf("answered %s", said)
					}
					return err
				}
				if _, err := do(tx, "OUT 2026-1"); err != nil {
					return err
				}
				return tx.Remember("request-1", []byte(`{"n":1}`))
			}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if head, err := s.Head(context.Background()); err != nil || head.Entries != 1 {
		t.Errorf("%d entries, %v", head.Entries, err)
	}
}

func TestNumbersAreGivenOnceAndWithoutGaps(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	var mu sync.Mutex
	var got []int
	var all sync.WaitGroup
	for i := range 300 {
		all.Go(func() {
			var n int
			err := s.Write(context.Background(), func(tx *store.Tx) error {
				var err error
				if n, err = tx.NextNumber("out", 2026); err == nil && i%3 == 0 {
					return errors.New("changed its mind")
				}
				return err
			})
			if err == nil {
				mu.Lock()
				got = append(got, n)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	slices.Sort(got)
	for i, n := range got {
		if n != i+1 {
			t.Fatalf("number %d is %d", i+1, n)
		}
	}
	if len(got) != 200 {
		t.Errorf("%d numbers", len(got))
	}
}

func TestASecondOpeningOfAFolderIsRefusedInWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, dir)
	_, err := store.Open(context.Background(), dir, time.Now)
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("second opening: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, "keys", "journal.key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key: %v, %v", info, err)
	}
}

func TestInstantsRiseThoughTheClockStands(t *testing.T) {
	t.Parallel()
	still := time.Date(2026, 10, 8, 1, 0, 0, 0, time.UTC)
	s, err := store.Open(context.Background(), t.TempDir(), func() time.Time { return still })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var last calendar.Instant
	for range 3 {
		if err := s.Write(context.Background(), func(tx *store.Tx) error {
			if tx.Now() <= last {
				t.Errorf("%s after %s", tx.Now(), last)
			}
			last = tx.Now()
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}
