package fire

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/desk"
	"chancery/store"
)

// founded gives a server with an office and tokens of 钟离牧.
func founded(t *testing.T, n int) (s *server, place store.Place, tokens []string) {
	t.Helper()
	s = ownServer(t)
	place = store.Place{Dir: t.TempDir(), DSN: s.dsn(s.port)}
	h := opens(t, place, time.Now)
	h.founds()
	for range n {
		tokens = append(tokens, h.token())
	}
	s.must(h.store.Close())
	return s, place, tokens
}

// after opens the office when all nodes rest, and holds it against what the callers were told.
func after(t *testing.T, place store.Place, all []*node, l *ledger) {
	t.Helper()
	for _, n := range all {
		n.rest()
	}
	h := opens(t, place, time.Now)
	defer func() { h.must(h.store.Close()) }()
	settle(t, h)
	compare(h, l, 0)
	h.holds()
}

// works lets callers work for as long as trouble lasts, and until each has an answer.
func during(all []*caller, trouble func()) {
	stop := make(chan struct{})
	var working sync.WaitGroup
	for _, c := range all {
		working.Go(func() { c.works(stop) })
	}
	trouble()
	close(stop)
	working.Wait()
}

// TestR07ACommitWhoseAnswerIsLostIsDoneOnceAndSaysSo: the network between the nodes and the server loses the answer to one
// commit in five, and connections on the way to it. Whoever is told that nobody knows sends the same request again, and is
// given the first result.
func TestR07ACommitWhoseAnswerIsLostIsDoneOnceAndSaysSo(t *testing.T) {
	proven(t)
	s, place, tokens := founded(t, 8)
	r := newRelay(t, s.port)
	all := nodes(t, 2, s.dsn(r.port), place.Dir)
	l := newLedger()
	r.losing.Store(20)
	r.missing.Store(100)
	during(callers(t, balancer(t, all), tokens, l), func() { time.Sleep(20 * time.Second) })
	r.losing.Store(0)
	r.missing.Store(0)
	told(t, l, 0, 0, all)
	unsure := 0
	for words, n := range l.refused {
		if strings.Contains(words, "may or may not have been done") {
			unsure += n
		}
	}
	t.Logf("%d answers to commits were lost, %d connections on the way to the server; %d times it was said that nobody knows", r.lost.Load(), r.dropped.Load(), unsure)
	if unsure == 0 || r.lost.Load() == 0 || r.dropped.Load() == 0 {
		t.Error("nothing was lost that matters")
	}
	after(t, place, all, l)
}

// TestConnectionsThatTheServerEndsUnderLoadLoseNothing: an administrator ends the connections of the nodes one after the
// other, whatever they are doing.
func TestConnectionsThatTheServerEndsUnderLoadLoseNothing(t *testing.T) {
	proven(t)
	s, place, tokens := founded(t, 8)
	all := nodes(t, 2, place.DSN, place.Dir)
	l := newLedger()
	ended := 0
	during(callers(t, balancer(t, all), tokens, l), func() {
		for over := time.After(15 * time.Second); ; {
			select {
			case <-over:
				return
			case <-time.After(20 * time.Millisecond):
				s.must(s.asks(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'chancery' AND pid <> pg_backend_pid() ORDER BY state = 'idle', random() LIMIT 2`))
				ended += 2
			}
		}
	})
	t.Logf("up to %d connections were ended", ended)
	told(t, l, 0, 0, all)
	after(t, place, all, l)
}

// down is how long the server stays away: 300 seconds, or what CHANCERY_DOWN says.
func down(t *testing.T) time.Duration {
	t.Helper()
	if said := os.Getenv("CHANCERY_DOWN"); said != "" {
		d, err := time.ParseDuration(said)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	return 300 * time.Second
}

// TestAServerThatIsAwayIsWaitedForAndWorkGoesOnByItself: it is stopped, for 300 seconds. Pages and programs are told in their
// language and soon, /readyz says no and /healthz yes; when it is back an act is done within seconds, and so is what came
// due meanwhile.
func TestAServerThatIsAwayIsWaitedForAndWorkGoesOnByItself(t *testing.T) {
	proven(t)
	t.Parallel()
	s, place, tokens := founded(t, 3)
	away(t, s, place, s.port, tokens, down(t), 5*time.Second, func() { s.stop(syscall.SIGINT) }, s.start)
}

// TestANetworkThatSwallowsEverythingHoldsNobodyUp: the server is not gone, it only never answers.
func TestANetworkThatSwallowsEverythingHoldsNobodyUp(t *testing.T) {
	proven(t)
	t.Parallel()
	s, place, tokens := founded(t, 3)
	r := newRelay(t, s.port)
	away(t, s, place, r.port, tokens, min(down(t), 100*time.Second), 32*time.Second, r.freeze, r.thaw)
}

// away takes the server away and gives it back, and looks at what is said meanwhile. No answer may take longer than most.
func away(t *testing.T, s *server, place store.Place, port int, tokens []string, lasting, most time.Duration, goes, comes func()) {
	t.Helper()
	one := nodes(t, 1, s.dsn(port), place.Dir)[0]
	l := newLedger()
	all := callers(t, "http://"+one.address, tokens, l)
	first, ok := all[0].does(request{path: "/api/cases", kind: "filed", content: "application/yaml", body: []byte(all[0].application)})
	if !ok {
		t.Fatal(l.wrong)
	}
	due(t, place, s, lasting/2)
	goes()
	gone := time.Now()
	asked, slow := map[string]int{}, time.Duration(0)
	for n := 0; time.Since(gone) < lasting; n++ {
		for _, path := range []string{"/api/cases/" + first.done.No, "/sign-in", "/notices", "/readyz", "/healthz"} {
			lang := []string{"zh", "en"}[n%2]
			status, body, took := looks(one, path, lang, tokens[0])
			slow = max(slow, took)
			asked[fmt.Sprintf("%s %d", path, status)]++
			switch {
			case path == "/healthz" && status != http.StatusOK, path != "/healthz" && path != "/sign-in" && status != http.StatusServiceUnavailable, status >= 500 && status != http.StatusServiceUnavailable:
				t.Errorf("%s: %d %.300s", path, status, body)
			case status == http.StatusServiceUnavailable && path != "/readyz" && !strings.Contains(body, map[string]string{"zh": "请", "en": "try again"}[lang]):
				t.Errorf("%s does not say what to do: %.600s", path, body)
			}
		}
		begun := time.Now()
		a := all[0].once(request{path: "/api/cases", kind: "filed", content: "application/yaml", body: []byte(all[0].application), key: fmt.Sprintf("away-%d", n)})
		slow = max(slow, time.Since(begun))
		asked[fmt.Sprintf("POST /api/cases %d", a.status)]++
		if a.status != http.StatusServiceUnavailable {
			t.Errorf("an act is answered %d %s", a.status, a.body)
		}
		all[0].unavailable(a)
		time.Sleep(500 * time.Millisecond)
	}
	comes()
	back := time.Now()
	one.ready(30 * time.Second)
	ready := time.Since(back)
	a, ok := all[1].does(request{path: "/api/cases", kind: "filed", content: "application/yaml", body: []byte(all[1].application)})
	acts := time.Since(back)
	if !ok || a.done.No == "" {
		t.Errorf("no act afterwards: %v", l.wrong)
	}
	var left int
	s.until(90*time.Second, "what came due is done", func() bool { left = late(t, place); return left == 0 })
	jobs := time.Since(back)
	t.Logf("away for %s: %v, the slowest answer %s; ready %s after it was back, the first act after %s, what came due done after %s; words %v",
		lasting, asked, slow.Round(time.Millisecond), ready.Round(time.Millisecond), acts.Round(time.Millisecond), jobs.Round(time.Millisecond), l.refused)
	if slow > most {
		t.Errorf("an answer took %s", slow)
	}
	if ready > 10*time.Second || acts > 15*time.Second {
		t.Errorf("it took %s until the node was ready, %s until the first act", ready, acts)
	}
	if n := one.starts.Load(); n != 1 {
		t.Errorf("the node was started %d times", n)
	}
	for _, w := range l.wrong {
		t.Error(w)
	}
}

// looks asks for a page or a document.
func looks(n *node, path, lang, token string) (status int, body string, took time.Duration) {
	r, err := http.NewRequest(http.MethodGet, "http://"+n.address+path, nil)
	if err != nil {
		return 0, err.Error(), 0
	}
	r.Header.Set("Accept-Language", lang)
	r.AddCookie(&http.Cookie{Name: "lang", Value: lang})
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	begun := time.Now()
	got, err := (&http.Client{Timeout: 100 * time.Second}).Do(r)
	if err != nil {
		return 0, err.Error(), time.Since(begun)
	}
	defer func() { _ = got.Body.Close() }()
	all, _ := io.ReadAll(got.Body)
	return got.StatusCode, string(all), time.Since(begun)
}

// due files cases for which something comes due while the server is away.
func due(t *testing.T, place store.Place, s *server, in time.Duration) {
	t.Helper()
	h := opens(t, store.Place{Dir: t.TempDir(), DSN: s.dsn(s.port)}, time.Now)
	defer func() { h.must(h.store.Close()) }()
	c, err := h.desk.File(t.Context(), office.Actor{Person: "zhongli"}, desk.Filing{Application: h.application()})
	h.must(err)
	_, err = h.desk.Do(t.Context(), office.Actor{Person: "zhongli"}, c.No, "", casework.Act{Kind: casework.Submitted, Seen: c.Version})
	h.must(err)
	h.must(h.store.Write(t.Context(), func(x *store.Tx) error {
		return x.Plan(job.Job{Kind: job.Tick, Key: c.No, Due: x.Now().Add(in)})
	}))
	_ = place
}

// late counts what is due and not done.
func late(t *testing.T, place store.Place) int {
	t.Helper()
	h := opens(t, store.Place{Dir: t.TempDir(), DSN: place.DSN}, time.Now)
	defer func() { h.must(h.store.Close()) }()
	n := 0
	h.must(h.store.Read(t.Context(), func(x *store.Tx) error {
		counts, err := x.CountJobs()
		for _, c := range counts {
			if c.Kind == job.Tick {
				n += c.Late + c.Running + c.Retrying
			}
		}
		return err
	}))
	return n
}

// TestR06TwoHundredSubmitsOverThreeNodesAreGivenOneNumberEach: two hundred filings at once, half of them under keys that
// others use as well: one case and one number to each key, in no order and without a gap.
func TestR06TwoHundredSubmitsOverThreeNodesAreGivenOneNumberEach(t *testing.T) {
	proven(t)
	s, place, tokens := founded(t, 1)
	all := nodes(t, 3, place.DSN, place.Dir)
	l := newLedger()
	one := callers(t, balancer(t, all), tokens, l)[0]
	const many, keys = 200, 150 // the last fifty are sent under keys of the first fifty
	var (
		at      sync.WaitGroup
		begin   = make(chan struct{})
		numbers [many]string
		bodies  [many]string
		taken   atomic.Int64
	)
	for i := range many {
		at.Go(func() {
			<-begin
			q := request{path: "/api/cases", kind: "filed", content: "application/yaml", body: []byte(one.application), key: fmt.Sprint("r06-", i%keys)}
			for {
				a := one.once(q)
				if a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable {
					taken.Add(1)
					time.Sleep(200 * time.Millisecond)
					continue
				}
				if a.status != http.StatusCreated {
					t.Errorf("%d %s", a.status, a.body)
				}
				numbers[i], bodies[i] = a.done.No, string(a.body)
				return
			}
		})
	}
	begun := time.Now()
	close(begin)
	at.Wait()
	took := time.Since(begun)
	of := map[string]int{}
	for i := range many {
		if bodies[i] != bodies[i%keys] {
			t.Errorf("the key %d was answered %s and %s", i%keys, bodies[i], bodies[i%keys])
		}
		of[numbers[i]]++
	}
	h := opens(t, place, time.Now)
	defer func() { s.must(h.store.Close()) }()
	if there := h.numbers(); len(of) != keys || len(there) != keys {
		t.Errorf("%d keys were given %d numbers, and %d cases are there", keys, len(of), len(there))
	}
	for _, n := range all {
		n.rest()
	}
	settle(t, h)
	h.holds()
	t.Logf("%d filings under %d keys in %s over three nodes, %d times asked to come again: %d numbers", many, keys, took.Round(time.Millisecond), taken.Load(), len(of))
}
