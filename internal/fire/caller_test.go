package fire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chancery/library"
)

// ledger is what the callers were told, all of them together.
type ledger struct {
	mu       sync.Mutex
	said     []said
	last     time.Time
	gap      time.Duration
	slowest  time.Duration
	refused  map[string]int // answers in words that something is not available, by what they say
	wrong    []string       // answers that nobody should get
	retries  atomic.Int64
	twice    atomic.Int64 // acts that were sent once more after they had been acknowledged
	attempts atomic.Int64
	cutShort atomic.Int64 // attempts without any answer
}

// said is one acknowledged act.
type said struct {
	no, kind, text string
	version        int
}

func newLedger() *ledger { return &ledger{last: time.Now(), refused: map[string]int{}} }

func (l *ledger) acknowledged(s said) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.gap, l.last = max(l.gap, now.Sub(l.last)), now
	l.said = append(l.said, s)
}

func (l *ledger) complain(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

// caller is a program with a token that acts at the desk over and over, and does not rest until each act was answered.
type caller struct {
	name, base, token string
	http              *http.Client
	ledger            *ledger
	random            *rand.Rand
	application       string
	acts              int
}

func callers(t *testing.T, base string, tokens []string, l *ledger) []*caller {
	t.Helper()
	a, err := library.FS.ReadFile(compliant)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]*caller, 0, len(tokens))
	for i, token := range tokens {
		through := &http.Transport{MaxIdleConnsPerHost: 2}
		t.Cleanup(through.CloseIdleConnections)
		out = append(out, &caller{
			name: fmt.Sprintf("c%d", i), base: base, token: token, http: &http.Client{Timeout: 100 * time.Second, Transport: through}, ledger: l,
			random: rand.New(rand.NewPCG(uint64(i), 7)), application: string(a), //nolint:gosec // any will do
		})
	}
	return out
}

// request is one act as it is sent, however often.
type request struct {
	path, kind, content, seen, key, text string
	body                                 []byte
}

// answered is what came back in the end.
type answered struct {
	status int
	body   []byte
	done   struct {
		No      string `json:"no"`
		Version int    `json:"version"`
	}
}

// problem is what the door says when it does not do something.
type problem struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail"`
	Faults []struct {
		Say struct{ ZH, EN string } `json:"say"`
	} `json:"faults"`
}

// once sends a request once. The status is 0 where no answer came.
func (c *caller) once(q request) answered {
	c.ledger.attempts.Add(1)
	r, err := http.NewRequest(http.MethodPost, c.base+q.path, bytes.NewReader(q.body))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Content-Type", q.content)
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Idempotency-Key", q.key)
	if q.seen != "" {
		r.Header.Set("If-Match", q.seen)
	}
	begun := time.Now()
	var out answered
	if got, err := c.http.Do(r); err == nil {
		if out.body, err = io.ReadAll(got.Body); err == nil {
			out.status = got.StatusCode
		}
		_ = got.Body.Close()
	}
	c.ledger.mu.Lock()
	c.ledger.slowest = max(c.ledger.slowest, time.Since(begun))
	c.ledger.mu.Unlock()
	_ = json.Unmarshal(out.body, &out.done)
	return out
}

// does sends a request until it is answered for good, always under the same key.
func (c *caller) does(q request) (answered, bool) {
	c.acts++
	q.key = fmt.Sprintf("%s-%d", c.name, c.acts)
	for tried := 0; ; tried++ {
		if tried > 0 {
			c.ledger.retries.Add(1)
			time.Sleep(time.Duration(50+c.random.IntN(200)) * time.Millisecond)
		}
		a := c.once(q)
		switch a.status {
		case http.StatusOK, http.StatusCreated:
			c.ledger.acknowledged(said{a.done.No, q.kind, q.text, a.done.Version})
			if c.random.IntN(4) == 0 { // the answer was lost on its way, as far as anybody knows
				c.again(q, a)
			}
			return a, true
		case 0, http.StatusBadGateway:
			c.ledger.cutShort.Add(1)
		case http.StatusServiceUnavailable, http.StatusTooManyRequests:
			c.unavailable(a)
		default:
			c.ledger.complain("%s %s: %d %s", q.kind, q.path, a.status, a.body)
			return a, false
		}
	}
}

// again sends what was acknowledged once more, and wants the same answer.
func (c *caller) again(q request, first answered) {
	for {
		a := c.once(q)
		if a.status == 0 || a.status == http.StatusBadGateway || a.status == http.StatusServiceUnavailable || a.status == http.StatusTooManyRequests {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		c.ledger.twice.Add(1)
		if a.status != first.status || !bytes.Equal(a.body, first.body) {
			c.ledger.complain("%s %s sent again: %d %s, first %d %s", q.kind, q.path, a.status, a.body, first.status, first.body)
		}
		return
	}
}

// unavailable wants words in both languages.
func (c *caller) unavailable(a answered) {
	var p problem
	if err := json.Unmarshal(a.body, &p); err != nil || p.Detail == "" || len(p.Faults) == 0 || p.Faults[0].Say.ZH == "" || p.Faults[0].Say.EN == "" {
		c.ledger.complain("%d without words: %s", a.status, a.body)
		return
	}
	c.ledger.mu.Lock()
	defer c.ledger.mu.Unlock()
	c.ledger.refused[p.Detail]++
}

// works files cases, submits them, says something to each and attaches something to some, until it is time to stop.
func (c *caller) works(stop <-chan struct{}) {
	for n := 0; ; n++ {
		a, ok := c.does(request{path: "/api/cases", kind: "filed", content: "application/yaml", body: []byte(c.application)})
		if !ok {
			return
		}
		to := "/api/cases/" + a.done.No
		for step := range 3 {
			text := fmt.Sprintf("%s-%d-%d", c.name, n, step)
			q := request{path: to + "/comments", kind: "commented", content: "application/json", text: text, body: fmt.Appendf(nil, `{"text":%q}`, text)}
			if step == 1 {
				q = request{path: to + "/submission", kind: "submitted", content: "application/json"}
			}
			q.seen = fmt.Sprintf(`"%d"`, a.done.Version)
			if a, ok = c.does(q); !ok {
				return
			}
		}
		if n%4 == 0 {
			if _, ok := c.does(c.attachment(to, n)); !ok {
				return
			}
		}
		select {
		case <-stop:
			return
		default:
		}
	}
}

// attachment is a small picture that nobody else has.
func (c *caller) attachment(to string, n int) request {
	var b bytes.Buffer
	name := fmt.Sprintf("%s-%d.png", c.name, n)
	form := multipart.NewWriter(&b)
	_ = form.SetBoundary("fire" + c.name)
	_ = form.WriteField("paper", "other")
	w, _ := form.CreateFormFile("file", name)
	_, _ = w.Write(picture(c.name, n))
	_ = form.Close()
	return request{path: to + "/attachments", kind: "attached", content: form.FormDataContentType(), text: name, body: b.Bytes()}
}
