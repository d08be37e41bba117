package load

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

// pgbench is how many one-row inserts a second the server's own tool makes by sixteen clients; false where there is no such tool.
func pgbench(t *testing.T, dsn string) (rate float64, ok bool) {
	t.Helper()
	tool, err := exec.LookPath("pgbench")
	if err != nil {
		return 0, false
	}
	script := filepath.Join(t.TempDir(), "insert.sql")
	must(t, os.WriteFile(script, []byte("INSERT INTO bare (body) VALUES ('one row');\n"), 0o600))
	out, err := exec.CommandContext(t.Context(), tool, "-n", "-M", "prepared", "-f", script, "-c", fmt.Sprint(callers), "-j", "2", "-T", fmt.Sprint(int(span.Seconds())), dsn).CombinedOutput()
	if err != nil {
		t.Fatalf("pgbench: %v\n%s", err, out)
	}
	found := transactions.FindSubmatch(out)
	if found == nil {
		t.Fatalf("pgbench says %s", out)
	}
	rate, err = strconv.ParseFloat(string(found[1]), 64)
	must(t, err)
	return rate, true
}

var transactions = regexp.MustCompile(`tps = ([0-9.]+)`)

// TestActsOverHTTPKeepUpWithBareCommits drives the program with sixteen callers on a folder and on PostgreSQL, each round
// beside the database alone: for the rate as quick as it is by itself, for the time on the same path, over HTTP.
func TestActsOverHTTPKeepUpWithBareCommits(t *testing.T) {
	measuring(t)
	program := binary(t)
	t.Run("SQLite", func(t *testing.T) {
		file := "file:" + filepath.Join(t.TempDir(), "bare.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
		db := bareTable(t, "sqlite", file, 1)
		compare(t, comparison{
			name: "SQLite", program: program, place: store.Place{Dir: filepath.Join(t.TempDir(), "data")}, door: bareDoor(t, "sqlite", file),
			alone: "one-row commits by one caller", rate: func() float64 { rate, _ := bare(t, db, 1); return rate }, share: 0.5,
		})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		dsn := postgrestest.Fresh(t)
		db := bareTable(t, "pgx", dsn, callers)
		c := comparison{
			name: "PostgreSQL", program: program, place: store.Place{Dir: filepath.Join(t.TempDir(), "data"), DSN: postgrestest.Empty(t)}, door: bareDoor(t, "pgx", dsn),
			alone: "pgbench's one-row inserts by 16 clients", share: 0.15,
		}
		c.rate = func() float64 { rate, _ := pgbench(t, dsn); return rate }
		if _, ok := pgbench(t, dsn); !ok {
			c.alone = "one-row inserts by 16 callers"
			c.rate = func() float64 { rate, _ := bare(t, db, callers); return rate }
		}
		compare(t, c)
	})
}

// bareTable opens a database and makes a table of rows that say nothing.
func bareTable(t *testing.T, driver, dsn string, conns int) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	table := `CREATE TABLE bare (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body TEXT)`
	if driver == "sqlite" {
		table = `CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT)`
	}
	_, err = db.ExecContext(t.Context(), table)
	must(t, err)
	return db
}

// comparison is an office, and what it is measured beside: how many rows a second the database takes by itself, of which acts
// are to reach a share, and a door behind which nothing but one row is written.
type comparison struct {
	name, program string
	place         store.Place
	door, alone   string
	rate          func() float64
	share         float64
}

// compare measures acts beside one-row inserts.
func compare(t *testing.T, c comparison) {
	t.Helper()
	seeded(t, c.program, c.place, 30, 40, 1)
	people := append(filers(), signers()...)
	given := tokens(t, c.place, callers, people...)
	at := serve(t, c.program, c.place)
	var all []caller
	for i := range callers {
		one := caller{http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}, Timeout: time.Minute}, at: at, tokens: map[office.PersonID]string{}, filed: new(int)}
		for _, p := range people {
			one.tokens[p] = given[p][i]
		}
		all = append(all, one)
	}
	type round struct {
		measured
		bare           float64
		slow           time.Duration
		ratio, latency float64
	}
	var got []round
	for range rounds {
		r := round{bare: c.rate()}
		r.slow = drive(t, all, func(one caller, ctx context.Context) ([]time.Duration, error) {
			begin := time.Now()
			one.at = c.door
			_, _, err := one.ask(ctx, filers()[0], http.MethodPost, "/", "", nil)
			return []time.Duration{time.Since(begin)}, err
		}).p99
		r.measured = drive(t, all, caller.approval)
		r.ratio, r.latency = r.acts/r.bare, float64(r.p99)/float64(r.slow)
		t.Logf("%s: %+v", c.name, r)
		got = append(got, r)
	}
	middle := func(by func(round) float64) round {
		slices.SortFunc(got, func(a, b round) int { return cmp.Compare(by(a), by(b)) })
		return got[rounds/2]
	}
	r := middle(func(r round) float64 { return r.ratio })
	say(t, c.name+", acts over HTTP, 16 callers", fmt.Sprintf("%.0f/s", r.acts), fmt.Sprintf("≥ %.2f × bare", c.share),
		fmt.Sprintf("%s %.0f/s, ratio %.2f", c.alone, r.bare, r.ratio), r.ratio >= c.share)
	say(t, c.name+", a case of create and five acts, 16 callers", fmt.Sprintf("%.1f/s", r.cases), "–", fmt.Sprintf("p99 %s", ms(r.whole)), true)
	r = middle(func(r round) float64 { return r.latency })
	say(t, c.name+", p99 of an act over HTTP", ms(r.p99), "≤ 3 × bare", fmt.Sprintf("p99 of a one-row insert over HTTP, 16 callers %s, ratio %.1f", ms(r.slow), r.latency), r.latency <= 3)
	mixed := drive(t, all, caller.day)
	say(t, c.name+", the mix of a working day, 16 callers", fmt.Sprintf("%.1f cases/s", mixed.cases), "–", fmt.Sprintf("each with two lists read; p99 of an act %s", ms(mixed.p99)), true)
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
