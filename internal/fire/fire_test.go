package fire

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/jobs"
	"chancery/store"
)

// picture is an image that no other caller draws.
func picture(name string, n int) []byte {
	of := image.NewGray(image.Rect(0, 0, 8, 8))
	for i := range 8 {
		of.SetGray(i, i, color.Gray{uint8(n + i)}) //nolint:gosec // any grey will do
	}
	for i, b := range []byte(name) {
		of.SetGray(7, i, color.Gray{b})
	}
	var b bytes.Buffer
	_ = png.Encode(&b, of)
	return b.Bytes()
}

// lasting is how long the fire burns: ten minutes, or what CHANCERY_FIRE says.
func lasting(t *testing.T) time.Duration {
	t.Helper()
	if said := os.Getenv("CHANCERY_FIRE"); said != "" {
		d, err := time.ParseDuration(said)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	return 10 * time.Minute
}

// TestR02ThreeNodesBurnAndNothingAcknowledgedIsLostOrDoneTwice: sixteen programs act over the REST interface through a
// balancer; every few seconds a node is killed, twice the server goes down, once as if by a crash. Each act that was
// acknowledged is there once, each that was sent again was answered the same, each deadline acted once.
func TestR02ThreeNodesBurnAndNothingAcknowledgedIsLostOrDoneTwice(t *testing.T) {
	proven(t)
	burning := lasting(t)
	s := ownServer(t)
	place := store.Place{Dir: t.TempDir(), DSN: s.dsn(s.port)}
	before := time.Date(2026, 9, 14, 1, 0, 0, 0, time.UTC) // a day on which the trips are filed in time
	seeded := opens(t, place, func() time.Time { return before })
	seeded.founds()
	awaited := seeded.awaited(120)
	tokens := make([]string, 16)
	for i := range tokens {
		tokens[i] = seeded.token()
	}
	s.must(seeded.store.Close())
	spread(s, burning)

	all := nodes(t, 3, place.DSN, place.Dir)
	l := newLedger()
	stop := make(chan struct{})
	var working sync.WaitGroup
	for _, c := range callers(t, balancer(t, all), tokens, l) {
		working.Go(func() { c.works(stop) })
	}
	kills, crashes := burn(s, all, burning)
	close(stop)
	working.Wait()
	for _, n := range all {
		n.rest()
	}
	told(t, l, kills, crashes, all)

	s.must(s.asks(`UPDATE jobs SET held = 1 WHERE held > 0`)) // what a killed node had taken, five minutes later
	h := opens(t, place, time.Now)
	defer func() { s.must(h.store.Close()) }()
	settle(t, h)
	compare(h, l, len(awaited))
	deadlines(h, awaited, before)
	h.holds()
}

// spread lets the deadlines that are planned come due one after the other while the fire burns.
func spread(s *server, over time.Duration) {
	s.Helper()
	s.must(s.asks(`UPDATE jobs SET due = (extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT + (random() * $1)::BIGINT WHERE kind = 'tick'`, over.Microseconds()))
}

// burn kills nodes, and stops the server twice, for as long as is said.
func burn(s *server, all []*node, lasting time.Duration) (kills, crashes int) {
	var (
		over   = time.After(lasting)
		strike = time.NewTicker(4 * time.Second)
		falls  = []<-chan time.Time{time.After(lasting * 2 / 5), time.After(lasting * 7 / 10)}
	)
	defer strike.Stop()
	down := func(how syscall.Signal) {
		s.stop(how)
		time.Sleep(2 * time.Second)
		s.start()
		crashes++
	}
	for {
		select {
		case <-over:
			return kills, crashes
		case <-strike.C:
			all[rand.IntN(len(all))].kill() //nolint:gosec // any node will do
			kills++
		case <-falls[0]:
			down(syscall.SIGINT)
		case <-falls[1]:
			down(syscall.SIGQUIT)
		}
	}
}

// told says what the callers met, and fails for what nobody should meet.
func told(t *testing.T, l *ledger, kills, crashes int, all []*node) {
	t.Helper()
	by := map[string]int{}
	for _, s := range l.said {
		by[s.kind]++
	}
	t.Logf("fire: %d acts acknowledged %v, %d kills, %d falls of the server, %d attempts, %d retries (%d without any answer), %d sent again after the answer; the longest gap without an acknowledged act %s, the longest answer %s",
		len(l.said), by, kills, crashes, l.attempts.Load(), l.retries.Load(), l.cutShort.Load(), l.twice.Load(), l.gap.Round(time.Millisecond), l.slowest.Round(time.Millisecond))
	for _, words := range slices.Sorted(maps.Keys(l.refused)) {
		t.Logf("refused %d times: %s", l.refused[words], words)
	}
	for _, w := range l.wrong[:min(10, len(l.wrong))] {
		t.Errorf("nobody should be answered: %s", w)
	}
	if len(l.said) == 0 {
		t.Error("nothing was acknowledged")
	}
	if l.slowest > 45*time.Second {
		t.Errorf("an answer took %s", l.slowest)
	}
	if len(l.wrong) > 0 {
		for _, n := range all {
			t.Logf("%s says\n%s", n.address, n.said())
		}
	}
}

// settle lets the house do what is due, and the tree take what waits.
func settle(t *testing.T, h *house) {
	t.Helper()
	left, err := jobs.New(jobs.Config{Queue: h.store, Desk: h.desk, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}).RunDue(t.Context())
	h.must(err)
	t.Logf("fire: %d jobs were left in the hands of nodes that were killed, or came due at the end", left)
	begun := time.Now()
	for {
		head, err := h.store.Head(t.Context())
		h.must(err)
		if head.Entries == head.Sequenced {
			break
		}
		if time.Since(begun) > 30*time.Second {
			t.Fatalf("%d entries wait for the tree", head.Entries-head.Sequenced)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// compare holds the record against what the callers were told: every act that was acknowledged is there, once, and no
// other.
func compare(h *house, l *ledger, others int) {
	h.Helper()
	type act struct{ no, kind, text string }
	there := map[act]int{}
	mine := map[string]bool{}
	for _, s := range l.said {
		mine[s.no] = true
	}
	byCaller := 0
	numbers := h.numbers()
	h.must(h.store.Read(h.Context(), func(t *store.Tx) error {
		for _, no := range numbers {
			entries, err := t.Entries(no)
			if err != nil {
				return err
			}
			for _, e := range entries {
				var said casework.Event
				if err := json.Unmarshal(e.Body, &said); err != nil {
					return err
				}
				switch e.Kind {
				case "filed", "submitted", "commented", "attached":
					if mine[no] || e.Kind == "filed" {
						there[act{no, e.Kind, said.Text}]++
						byCaller++
					}
				}
			}
		}
		return nil
	}))
	wanted := map[act]int{}
	for _, s := range l.said {
		wanted[act{s.no, s.kind, s.text}]++
	}
	for a, n := range wanted {
		if there[a] != n {
			h.Errorf("%+v was acknowledged %d times and is there %d times", a, n, there[a])
		}
	}
	for a, n := range there {
		if mine[a.no] && wanted[a] != n {
			h.Errorf("%+v is there %d times and was acknowledged %d times", a, n, wanted[a])
		}
	}
	filed := 0
	for a := range there {
		if a.kind == "filed" {
			filed++
		}
	}
	if filed != len(mine)+others {
		h.Errorf("%d cases were filed, %d were acknowledged", filed-others, len(mine))
	}
	h.Logf("fire: %d acts in %d cases are there once each", byCaller, len(mine))
}

// deadlines wants each case that waited for time to have the history that it has in an office where nothing burns.
func deadlines(h *house, awaited []string, filed time.Time) {
	h.Helper()
	now := filed
	quiet := opens(h.T, store.Place{Dir: h.TempDir()}, func() time.Time { return now })
	defer func() { h.must(quiet.store.Close()) }()
	quiet.founds()
	of := quiet.awaited(2)
	now = time.Now()
	_, err := quiet.desk.Tick(h.Context())
	h.must(err)
	want := quiet.history(of[1])
	acted := 0
	for _, no := range awaited {
		if got := h.history(no); got != want {
			h.Errorf("time did %s in %s, and %s where nothing burns", got, no, want)
			break
		}
		acted++
	}
	h.Logf("fire: in each of %d cases time did what it does where nothing burns: %s", acted, want)
}
