package bench

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"chancery/core/casework"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/store"
)

// TestDurableActsKeepUpWithBareCommits measures acts of sixteen callers, each with
// its case row, entry, tasks, register row and message, against one-row commits
// of the same driver on the same disk, one after the other, in the same run.
func TestDurableActsKeepUpWithBareCommits(t *testing.T) {
	measuring(t)
	bare := bareCommits(t, 3*time.Second)
	acts := durableActs(t, 3*time.Second)
	ratio := acts / bare
	say(t, "durable acts, 16 callers", fmt.Sprintf("%.0f/s", acts), "≥ 0.5 × bare", fmt.Sprintf("bare serial commits %.0f/s, ratio %.2f", bare, ratio), ratio >= 0.5)
}

func bareCommits(t *testing.T, span time.Duration) float64 {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT)`); err != nil {
		t.Fatal(err)
	}
	n, begin := 0, time.Now()
	for time.Since(begin) < span {
		if _, err := db.ExecContext(t.Context(), `INSERT INTO bare (body) VALUES ($1)`, "one row"); err != nil {
			t.Fatal(err)
		}
		n++
	}
	return float64(n) / time.Since(begin).Seconds()
}

func durableActs(t *testing.T, span time.Duration) float64 {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var (
		callers sync.WaitGroup
		done    atomic.Int64
		begin   = time.Now()
	)
	for caller := range 16 {
		callers.Go(func() {
			for i := 0; time.Since(begin) < span; i++ {
				if err := s.Write(t.Context(), func(w *store.Tx) error { return act(w, fmt.Sprintf("B-%d-%d", caller, i)) }); err != nil {
					t.Error(err)
					return
				}
				done.Add(1)
			}
		})
	}
	callers.Wait()
	return float64(done.Load()) / time.Since(begin).Seconds()
}

// act is what a typical act writes.
func act(w *store.Tx, no string) error {
	actor := office.Actor{Person: "zhongli", Post: "port-answer"}
	c := casework.Case{No: no, Procedure: "outbound-trip", State: casework.Active, Step: "first-review", Unit: "市港航局", Applicant: "zhongli", Version: 1, Since: w.Now(), Filing: []byte(`{}`)}
	body, err := journal.Canonical(casework.Event{Kind: casework.Submitted, Step: "application", At: w.Now(), Actor: actor, Text: "报送"})
	if err != nil {
		return err
	}
	if _, err := w.Append(no, "submitted", 1, actor, body); err != nil {
		return err
	}
	if err := w.SaveCase(c, 0, []casework.Task{{Case: no, ID: "a", Post: "trips-officer"}, {Case: no, ID: "b", Post: "trips-head"}}); err != nil {
		return err
	}
	if err := w.SaveRows(no, []register.Row{{Register: "trips", Key: "钟离牧", Case: no, Body: []byte(`{}`)}}); err != nil {
		return err
	}
	return w.Outbox([]casework.Message{{To: "dongfang", Case: no, Kind: casework.Submitted}})
}

// TestAHundredThousandEntriesAreVerifiedInTwoSeconds fills a record and verifies all of it.
func TestAHundredThousandEntriesAreVerifiedInTwoSeconds(t *testing.T) {
	measuring(t)
	s, err := store.Open(t.Context(), t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	actor := office.Actor{Person: "zhongli"}
	body := []byte(`{"kind":"commented","text":"记一条","at":"2026-10-15T01:00:00Z"}`)
	for batch := range 100 {
		err := s.Write(t.Context(), func(w *store.Tx) error {
			for i := range 1000 {
				if _, err := w.Append(fmt.Sprintf("B-%d-%d", batch, i/10), "commented", 1, actor, body); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Head(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	report, err := s.Verify(t.Context(), nil, nil)
	took := time.Since(begin)
	if err != nil || report.Entries != 100_000 {
		t.Fatalf("%d entries, %v", report.Entries, err)
	}
	say(t, "verifying 100,000 entries", took.Round(time.Millisecond).String(), "2 s", fmt.Sprintf("%d in the tree, %d faults", report.Sequenced, len(report.Faults)), took <= 2*time.Second)
}
