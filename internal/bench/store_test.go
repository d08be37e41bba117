package bench

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"chancery/core/casework"
	"chancery/core/job"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/desk"
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
		given   atomic.Int64
		done    atomic.Int64
		begin   = time.Now()
	)
	for range 16 {
		callers.Go(func() {
			for time.Since(begin) < span {
				no := fmt.Sprintf("出〔2026〕%d", given.Add(1)) // numbers are given in turn, whoever asks
				if err := s.Write(t.Context(), func(w *store.Tx) error { return act(w, no) }); err != nil {
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
	if err := w.Outbox([]casework.Message{{To: "dongfang", Case: no, Kind: casework.Submitted}}); err != nil {
		return err
	}
	later := w.Now().Add(time.Hour)
	if err := w.Plan(job.Job{Kind: job.Tick, Key: no, Due: later}); err != nil {
		return err
	}
	return w.Plan(job.Job{Kind: job.Deliver, Key: no, Due: later})
}

// TestAHundredThousandEntriesAreVerifiedInTwoSeconds fills a record of ten thousand
// cases with ten entries each and verifies all of it as `journal verify` does:
// every hash and chain, the tree, its checkpoints, and every case folded again.
// A record in which anything is found to be wrong would not be a measure.
func TestAHundredThousandEntriesAreVerifiedInTwoSeconds(t *testing.T) {
	measuring(t)
	s, err := store.Open(t.Context(), t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for batch := range 100 {
		err := s.Write(t.Context(), func(w *store.Tx) error {
			for i := range 100 {
				if err := tenEntries(w, fmt.Sprintf("B-%d-%d", batch, i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for waiting := true; waiting; { // the sequencer is behind by so many entries at once
		head, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		waiting = head.Sequenced < head.Entries
		time.Sleep(50 * time.Millisecond)
	}
	fold := func(_ string, entries []journal.Entry) (register.Standing, error) {
		c, err := desk.Rebuild(entries)
		if err != nil {
			return register.Standing{}, err
		}
		self, err := journal.Canonical(c)
		return register.Standing{Self: self}, err
	}
	begin := time.Now()
	report, err := s.Verify(t.Context(), fold, nil)
	took := time.Since(begin)
	if err != nil || report.Entries != 100_000 || len(report.Faults) > 0 {
		t.Fatalf("%d entries, %d faults, %v", report.Entries, len(report.Faults), err)
	}
	hashed := hashing(t, 100_000)
	say(t, "verifying 100,000 entries", ms(took), "2000 ms", fmt.Sprintf("%d in the tree; SHA-256 of as many entries alone %s", report.Sequenced, ms(hashed)), took <= 2*time.Second)
}

// tenEntries files a case and comments on it nine times.
func tenEntries(w *store.Tx, no string) error {
	actor := office.Actor{Person: "zhongli"}
	events := []casework.Event{{
		Kind: casework.Filed, At: w.Now(), Actor: actor, Filing: []byte(`{"procedure":"outbound-trip","unit":"市港航局"}`),
		New:   &casework.Opening{No: no, Procedure: "outbound-trip", Version: 1, Title: "赴哈尔堡商谈", Unit: "市港航局", Applicant: "zhongli"},
		Enter: &casework.Entering{Step: "application", State: casework.Draft},
	}}
	for range 9 {
		events = append(events, casework.Event{Kind: casework.Commented, Step: "application", At: w.Now(), Actor: actor, Text: "记一条"})
	}
	for _, e := range events {
		body, err := journal.Canonical(e)
		if err != nil {
			return err
		}
		if _, err := w.Append(no, string(e.Kind), casework.EventVersion, actor, body); err != nil {
			return err
		}
	}
	return w.SaveCase(casework.Rebuild(events), 0, nil)
}

// hashing is what the hashes of n entries of a kilobyte cost and nothing else.
func hashing(t *testing.T, n int) time.Duration {
	t.Helper()
	entry := make([]byte, 1024)
	begin := time.Now()
	for range n {
		sum := sha256.Sum256(entry)
		copy(entry, sum[:])
	}
	return time.Since(begin)
}
