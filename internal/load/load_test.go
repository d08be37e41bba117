package load

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL, under the name "pgx"
	_ "modernc.org/sqlite"

	"chancery/core/office"
	"chancery/internal/postgrestest"
	"chancery/store"
)

const (
	callers = 16
	rounds  = 3 // of which the middle one counts
	span    = 3 * time.Second
)

// filers are those who file, in turn: what one token may ask in a second is bounded.
func filers() []office.PersonID { return []office.PersonID{"shangguan", "murong", "duanmu", "yuwen"} }

// signers are those who act in a common position after it is submitted, in their order.
func signers() []office.PersonID { return []office.PersonID{"zhongli", "xiahou", "huangfu", "sikong"} }

// caller is one program with tokens of its own; programs are let pass by the token, so many times a second.
type caller struct {
	http   *http.Client
	at     string
	tokens map[office.PersonID]string
	filed  *int // how many cases it filed
}

// ask sends one request and gives its answer, and the version that it came with.
func (c caller) ask(ctx context.Context, person office.PersonID, method, path, seen string, body any) (map[string]any, string, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, "", err
	}
	r, err := http.NewRequestWithContext(ctx, method, c.at+path, bytes.NewReader(data))
	if err != nil {
		return nil, "", err
	}
	r.Header.Set("Authorization", "Bearer "+c.tokens[person])
	r.Header.Set("Content-Type", "application/json")
	if seen != "" {
		r.Header.Set("If-Match", seen)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, "", err
	}
	if answer.StatusCode >= http.StatusBadRequest {
		return nil, "", fmt.Errorf("%s %s: %s: %s", method, path, answer.Status, said)
	}
	var out map[string]any
	_ = json.Unmarshal(said, &out) // a list is no map, and is not looked at
	return out, answer.Header.Get("ETag"), nil
}

// approval takes one case from its filing to its decision: create and five acts. It gives how long each took.
func (c caller) approval(ctx context.Context) ([]time.Duration, error) {
	var took []time.Duration
	no, seen := "", ""
	filer := filers()[*c.filed%len(filers())]
	*c.filed++
	step := func(person office.PersonID, path string, body any) error {
		begin := time.Now()
		out, etag, err := c.ask(ctx, person, http.MethodPost, path, seen, body)
		if err != nil {
			return err
		}
		took = append(took, time.Since(begin))
		seen = etag
		if no == "" {
			no, _ = out["no"].(string)
		}
		return nil
	}
	if err := step(filer, "/api/cases", map[string]any{
		"procedure": "position", "unit": "市外事办公室",
		"matter":      map[string]any{"title": "港口减排合作的对外口径", "text": "支持互认，分两步实施。", "why": "会谈前须有统一口径"},
		"circulation": map[string]any{"asked": []string{"市港航局", "市水务局", "市经信局"}},
	}); err != nil {
		return took, err
	}
	if err := step(filer, "/api/cases/"+no+"/submission", map[string]any{}); err != nil {
		return took, err
	}
	for i, who := range signers() {
		path, body := "/countersignatures", map[string]any{"opinion": "agree"}
		if i == len(signers())-1 {
			path, body = "/approval", map[string]any{"text": "同意"}
		}
		if err := step(who, "/api/cases/"+no+path, body); err != nil {
			return took, err
		}
	}
	return took, nil
}

// day is a case with what somebody looks at meanwhile: the newest cases, a case, who is abroad.
func (c caller) day(ctx context.Context) ([]time.Duration, error) {
	for _, path := range []string{"/api/cases?limit=20", "/api/registers/abroad"} {
		if _, _, err := c.ask(ctx, "sikong", http.MethodGet, path, "", nil); err != nil {
			return nil, err
		}
	}
	return c.approval(ctx)
}

// measured is what was done in a span.
type measured struct {
	cases, acts float64 // a second
	p99, whole  time.Duration
}

// drive has all callers do one thing again and again for a span.
func drive(t *testing.T, all []caller, do func(caller, context.Context) ([]time.Duration, error)) measured {
	t.Helper()
	var (
		mu          sync.Mutex
		running     sync.WaitGroup
		acts, whole []time.Duration
	)
	begin := time.Now()
	for _, c := range all {
		running.Go(func() {
			for time.Since(begin) < span {
				took, err := do(c, t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				sum := time.Duration(0)
				for _, d := range took {
					sum += d
				}
				mu.Lock()
				acts, whole = append(acts, took...), append(whole, sum)
				mu.Unlock()
			}
		})
	}
	running.Wait()
	took := time.Since(begin).Seconds()
	if len(acts) == 0 {
		t.Fatal("nothing was done")
	}
	return measured{cases: float64(len(whole)) / took, acts: float64(len(acts)) / took, p99: p99(acts), whole: p99(whole)}
}

func p99(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)*99/100]
}

// bare inserts one row a transaction, by so many callers at once, and gives how many a second and how long the slowest hundredth took.
func bare(t *testing.T, db *sql.DB, by int) (rate float64, slow time.Duration) {
	t.Helper()
	var (
		mu      sync.Mutex
		running sync.WaitGroup
		all     []time.Duration
	)
	begin := time.Now()
	for range by {
		running.Go(func() {
			for time.Since(begin) < span {
				at := time.Now()
				if _, err := db.ExecContext(t.Context(), `INSERT INTO bare (body) VALUES ($1)`, "one row"); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				all = append(all, time.Since(at))
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return float64(len(all)) / time.Since(begin).Seconds(), p99(all)
}

// TestActsOverHTTPKeepUpWithBareCommits drives the program with sixteen callers on a folder and on PostgreSQL, each round
// beside the database alone.
func TestActsOverHTTPKeepUpWithBareCommits(t *testing.T) {
	measuring(t)
	program := binary(t)
	t.Run("SQLite", func(t *testing.T) {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "bare.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
		must(t, err)
		defer db.Close() //nolint:errcheck // the test ends
		db.SetMaxOpenConns(1)
		compare(t, "SQLite", program, store.Place{Dir: filepath.Join(t.TempDir(), "data")}, db, `CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT)`, 1, 0.5)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		db, err := sql.Open("pgx", postgrestest.Fresh(t))
		must(t, err)
		defer db.Close() //nolint:errcheck // the test ends
		db.SetMaxOpenConns(callers)
		db.SetMaxIdleConns(callers)
		compare(t, "PostgreSQL", program, store.Place{Dir: filepath.Join(t.TempDir(), "data"), DSN: postgrestest.Empty(t)}, db,
			`CREATE TABLE bare (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body TEXT)`, callers, 0.15)
	})
}

// compare measures acts beside one-row inserts of so many callers, of which acts are to reach a share.
func compare(t *testing.T, name, program string, place store.Place, db *sql.DB, table string, by int, share float64) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), table)
	must(t, err)
	seeded(t, program, place, 30, 40, 1)
	people := append(filers(), signers()...)
	given := tokens(t, place, callers, people...)
	at := serve(t, program, place)
	var all []caller
	for i := range callers {
		c := caller{http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}, Timeout: time.Minute}, at: at, tokens: map[office.PersonID]string{}, filed: new(int)}
		for _, p := range people {
			c.tokens[p] = given[p][i]
		}
		all = append(all, c)
	}
	type round struct {
		measured
		bare                       float64
		slow, single               time.Duration
		ratio, latency, commitTime float64
	}
	var got []round
	for range rounds {
		var r round
		r.bare, r.slow = bare(t, db, callers)
		r.single = r.slow
		if by == 1 {
			r.bare, r.single = bare(t, db, 1)
		}
		r.measured = drive(t, all, caller.approval)
		r.ratio, r.latency, r.commitTime = r.acts/r.bare, float64(r.p99)/float64(r.slow), float64(r.p99)/float64(r.single)
		t.Logf("%s: %+v", name, r)
		got = append(got, r)
	}
	middle := func(by func(round) float64) round {
		slices.SortFunc(got, func(a, b round) int {
			switch x, y := by(a), by(b); {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
		return got[rounds/2]
	}
	r := middle(func(r round) float64 { return r.ratio })
	say(t, name+", acts over HTTP, 16 callers", fmt.Sprintf("%.0f/s", r.acts), fmt.Sprintf("≥ %.2f × bare", share),
		fmt.Sprintf("one-row commits %.0f/s by %d, ratio %.2f", r.bare, by, r.ratio), r.ratio >= share)
	say(t, name+", a case of create and five acts, 16 callers", fmt.Sprintf("%.1f/s", r.cases), "–", fmt.Sprintf("p99 %s", ms(r.whole)), true)
	r = middle(func(r round) float64 { return r.latency })
	say(t, name+", p99 of an act over HTTP", ms(r.p99), "≤ 3 × bare", fmt.Sprintf("p99 of a one-row insert, 16 callers %s, ratio %.1f", ms(r.slow), r.latency), r.latency <= 3)
	r = middle(func(r round) float64 { return r.commitTime })
	say(t, name+", the same beside a bare commit", ms(r.p99), "≤ 10 × bare", fmt.Sprintf("p99 %s, ratio %.1f", ms(r.single), r.commitTime), r.commitTime <= 10)
	mixed := drive(t, all, caller.day)
	say(t, name+", the mix of a working day, 16 callers", fmt.Sprintf("%.1f cases/s", mixed.cases), "–", fmt.Sprintf("each with two lists read; p99 of an act %s", ms(mixed.p99)), true)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
