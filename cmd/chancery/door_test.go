package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// started is a desk that serves until it is stopped.
type started struct {
	addr  string
	lines *bufio.Reader // what it prints
	stop  context.CancelFunc
	ended chan int
	errs  *shelf
}

func start(t *testing.T, args ...string) *started {
	t.Helper()
	folder := t.TempDir()
	switch {
	case slices.Contains(args, "--demo"):
		folder = demoOffice(t)
	case !slices.Contains(args, "--database"):
		folder = foundedFolder(t)
	}
	ctx, stop := context.WithCancel(t.Context())
	said, out := io.Pipe()
	s := &started{lines: bufio.NewReader(said), stop: stop, ended: make(chan int, 1), errs: &shelf{}}
	go func() {
		s.ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", folder}, args...), out, s.errs)
		_ = out.Close()
	}()
	line, err := s.lines.ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, s.errs)
	}
	s.addr = strings.TrimPrefix(strings.TrimSpace(line), "http://")
	return s
}

// asks gives the status and the words of a path; 0 where nobody answers.
func (s *started) asks(t *testing.T, path string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+s.addr+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Close = true
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(body)
}

// until asks again and again until the answer has the status.
func (s *started) until(t *testing.T, path string, status int) {
	t.Helper()
	for {
		got, words := s.asks(t, path)
		if got == status {
			return
		}
		if t.Context().Err() != nil || len(s.ended) > 0 {
			t.Fatalf("%s is answered %d %q, and never %d", path, got, words, status)
		}
	}
}

// TestAnActInHandIsFinishedThoughTheDeskIsToldToStop: half of a comment has arrived; /readyz sends people away first, then
// the door closes, then the other half comes and is done, and the desk ends well.
func TestAnActInHandIsFinishedThoughTheDeskIsToldToStop(t *testing.T) {
	t.Parallel()
	s := start(t, "--demo", "--drain", "300ms")
	defer s.stop()
	logins, err := s.lines.ReadString('\n')
	if err != nil || !strings.Contains(logins, "dongfang") {
		t.Fatalf("%q %v", logins, err)
	}
	line, err := s.lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	h := &door{T: t, password: regexp.MustCompile(`[a-z2-7]{4}(-[a-z2-7]{4}){3}`).FindString(line)}
	who := h.visitor()
	send := func(method, path string, form url.Values) string {
		r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.addr+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := who.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close() //nolint:errcheck // it was only read
		page, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode >= http.StatusBadRequest {
			t.Fatalf("%s: %d %v", path, answer.StatusCode, err)
		}
		return string(page)
	}
	send(http.MethodPost, "/sign-in", url.Values{"login": {"dongfang"}, "password": {h.password}})
	no := regexp.MustCompile(`/cases/(OUT-2026-\d+)`).FindStringSubmatch(send(http.MethodGet, "/cases?state=active", nil))[1]
	form := formOf(send(http.MethodGet, "/cases/"+no, nil))
	form.Set("text", "this was on its way")
	body := form.Encode()
	site := &url.URL{Scheme: "http", Host: s.addr}
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // the answer was read
	fmt.Fprintf(conn, "POST /cases/%s/comments HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		no, s.addr, who.Jar.Cookies(site)[0], len(body))
	reader := bufio.NewReader(conn)
	if line, err := reader.ReadString('\n'); err != nil || !strings.Contains(line, "100") {
		t.Fatalf("the desk does not begin to read: %q %v", line, err)
	}
	if _, err := reader.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(conn, body[:len(body)/2])

	s.until(t, "/readyz", http.StatusOK)
	s.stop()
	s.until(t, "/readyz", http.StatusServiceUnavailable)
	if status, words := s.asks(t, "/healthz"); status != http.StatusOK {
		t.Errorf("it lives, and says %d %q", status, words)
	}
	s.until(t, "/readyz", 0) // the door is closed
	fmt.Fprint(conn, body[len(body)/2:])
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusSeeOther || !strings.Contains(answer.Header.Get("Location"), "done=commented") {
		t.Errorf("the act in hand is answered %d %s", answer.StatusCode, answer.Header.Get("Location"))
	}
	if err := answer.Body.Close(); err != nil {
		t.Error(err)
	}
	begun := time.Now()
	if code := <-s.ended; code != exitDone || time.Since(begun) > stopTime {
		t.Errorf("it ends with %d after %s: %s", code, time.Since(begun), s.errs)
	}
}

// TestAStreamWithoutEndDoesNotHoldTheDeskUp: whoever listens for what is new is let go when the desk stops.
func TestAStreamWithoutEndDoesNotHoldTheDeskUp(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	live := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: one\n\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		<-r.Context().Done()
	})
	seen := newWatch(slog.New(slog.DiscardHandler), nil, time.Hour)
	ended := make(chan error, 1)
	go func() {
		ended <- (&serveCommand{}).open(&App{ctx: ctx}, seen, live, listener, nil, make(chan struct{}))
	}()
	for range 3 {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+"/live", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close() //nolint:errcheck // it was only read
		if line, err := bufio.NewReader(answer.Body).ReadString('\n'); err != nil || line != "data: one\n" {
			t.Fatalf("%q %v", line, err)
		}
	}
	begun := time.Now()
	stop()
	if err := <-ended; err != nil || time.Since(begun) > stopTime/2 {
		t.Errorf("it ends after %s: %v", time.Since(begun), err)
	}
}

// TestFiguresAnswerOnAnAddressOfTheirOwn, this machine's where none is named, and never on the desk's.
func TestFiguresAnswerOnAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	for given, wants := range map[string]string{"0": "127.0.0.1:", ":0": "127.0.0.1:", "127.0.0.2:0": "127.0.0.2:"} {
		l, err := (&serveCommand{Metrics: given}).listenFigures(&App{ctx: t.Context()})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(l.Addr().String(), wants) {
			t.Errorf("%q is %s", given, l.Addr())
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
	s := start(t, "--metrics", "0")
	defer s.stop()
	s.until(t, "/readyz", http.StatusOK)
	at := regexp.MustCompile(`metrics=(\S+)`).FindStringSubmatch(s.errs.String())
	if at == nil {
		t.Fatalf("it does not say where: %s", s.errs)
	}
	if status, _ := s.asks(t, "/metrics"); status == http.StatusOK {
		t.Error("the desk's own door tells the figures")
	}
	figures := &started{addr: at[1]}
	if status, words := figures.asks(t, "/metrics"); status != http.StatusOK || !strings.Contains(words, "chancery_data_answers 1") {
		t.Errorf("the figures are answered %d %s", status, words)
	}
	if status, _ := figures.asks(t, "/cases"); status != http.StatusNotFound {
		t.Errorf("the figures' door answers /cases with %d", status)
	}
	s.stop()
	if code := <-s.ended; code != exitDone {
		t.Errorf("it ends with %d: %s", code, s.errs)
	}
	if log := s.errs.String(); !strings.Contains(log, "msg=stopping") || !strings.Contains(log, "msg=stopped") {
		t.Errorf("it does not say that it stops: %s", log)
	}
}
