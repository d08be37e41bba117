package load

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"chancery/core/office"
	"chancery/internal/postgrestest"
	"chancery/store"
)

// nodesMeasured is how many nodes serve one database; nodeRounds of each way, of which the middle one counts.
const (
	nodesMeasured = 3
	nodeRounds    = 5
)

// TestThreeNodesDoAsMuchAsOneAndTheTreeKeepsUp drives three nodes on one database beside one of them, in turns, and looks
// meanwhile how long the oldest entry has waited for its place in the tree; then one node is killed under load.
func TestThreeNodesDoAsMuchAsOneAndTheTreeKeepsUp(t *testing.T) {
	measuring(t)
	program := binary(t)
	place := store.Place{Dir: filepath.Join(t.TempDir(), "data"), DSN: postgrestest.Empty(t)}
	seeded(t, program, place, 30, 40, 1)
	people := append(filers(), signers()...)
	given := tokens(t, place, callers, people...)
	var nodes []*served
	for i := range nodesMeasured {
		own := place
		own.Dir = filepath.Join(t.TempDir(), fmt.Sprint("node", i))
		must(t, os.CopyFS(own.Dir, os.DirFS(place.Dir)))
		_ = os.Remove(filepath.Join(own.Dir, "lock"))
		nodes = append(nodes, serving(t, program, own))
	}
	calling := func(on []*served) []caller {
		var all []caller
		for i := range callers {
			c := caller{http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}, Timeout: time.Minute}, at: on[i%len(on)].address, tokens: map[office.PersonID]string{}, filed: new(int)}
			for _, p := range people {
				c.tokens[p] = given[p][i]
			}
			all = append(all, c)
		}
		return all
	}
	one, three := calling(nodes[:1]), calling(nodes)
	drive(t, three, caller.approval) // each node has read what it reads once

	type round struct{ one, three, ratio float64 }
	var got []round
	for range nodeRounds {
		r := round{one: drive(t, one, caller.approval).acts, three: drive(t, three, caller.approval).acts}
		r.ratio = r.three / r.one
		t.Logf("%+v", r)
		got = append(got, r)
	}
	slices.SortFunc(got, func(a, b round) int { return cmp.Compare(a.ratio, b.ratio) })
	r := got[nodeRounds/2]
	say(t, "PostgreSQL, acts over HTTP by three nodes, 16 callers", fmt.Sprintf("%.0f/s", r.three), "≥ 0.90 × one node",
		fmt.Sprintf("one node %.0f/s, ratio %.2f, the middle of %d rounds", r.one, r.ratio, nodeRounds), r.ratio >= 0.9)

	var lags []time.Duration
	stop := behind(t, place.DSN, &lags)
	drive(t, three, caller.approval)
	stop()
	late := p99(lags)
	say(t, "PostgreSQL, how long an entry waits for its place in the tree at full load, p99", ms(late), "1000 ms", fmt.Sprintf("%d looks, the longest %s", len(lags), ms(lags[len(lags)-1])), late <= time.Second)

	lags = nil
	stop = behind(t, place.DSN, &lags)
	left := calling(nodes[1:])
	var running sync.WaitGroup
	running.Go(func() { drive(t, left, caller.approval) })
	time.Sleep(span / 3)
	must(t, nodes[0].process.Kill())
	running.Wait()
	stop()
	slices.Sort(lags)
	longest := lags[len(lags)-1]
	say(t, "PostgreSQL, the same when a node is killed, the longest", ms(longest), "5000 ms", "two nodes left under full load", longest <= 5*time.Second)
}

// behind looks again and again which entries have no place in the tree, and for how long the oldest of them had none, until it
// is stopped.
func behind(t *testing.T, dsn string, into *[]time.Duration) (stop func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	must(t, err)
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ctx := context.WithoutCancel(t.Context())
		defer conn.Close(ctx) //nolint:errcheck // it was only read
		since := map[int64]time.Time{}
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
			rows, err := conn.Query(ctx, `SELECT entry FROM waiting`)
			if err != nil {
				t.Error(err)
				return
			}
			now, still, longest := time.Now(), map[int64]time.Time{}, time.Duration(0)
			for rows.Next() {
				var entry int64
				if err := rows.Scan(&entry); err != nil {
					t.Error(err)
				}
				at, seen := since[entry]
				if !seen {
					at = now
				}
				still[entry], longest = at, max(longest, now.Sub(at))
			}
			if err := rows.Err(); err != nil {
				t.Error(err)
			}
			since = still
			*into = append(*into, longest)
		}
	})
	return func() { close(done); running.Wait() }
}
