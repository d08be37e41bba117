package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"chancery/library"
)

// byClock runs a command line on a machine with a clock of its own.
func byClock(ctx context.Context, clock func() time.Time, out, errs io.Writer, args ...string) int {
	return (&App{ctx: ctx, out: out, errs: errs, clock: clock, timed: true, libfs: library.FS, load: readOnce}).run(args)
}

// TestP9AMachineWithAWrongClockSaysSoAndIsReadOnly: it stands an hour before the newest act. /readyz sends people elsewhere,
// pages are there, an act is refused in words, doctor says no; who knows better has the clock taken as it is.
func TestP9AMachineWithAWrongClockSaysSoAndIsReadOnly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	late := func() time.Time { return time.Now().Add(-time.Hour) }
	file := []string{"case", "file", examples + "01-compliant.yaml", "--as", "zhongli", "--data", folder}
	for i, c := range []struct {
		clock func() time.Time
		code  int
		args  []string
		words string
	}{
		{time.Now, exitDone, file, ""},
		{time.Now, exitDone, []string{"doctor", "--data", folder}, "the clock can be right"},
		{late, exitUnreached, file, "behind the newest act"},
		{late, exitUnreached, append([]string{"--lang", "zh"}, file...), "请校准时钟"},
		{late, exitDone, []string{"case", "list", "--data", folder}, ""},
		{late, exitNo, []string{"doctor", "--data", folder}, "set the clock right"},
		{late, exitDone, append([]string{"--trust-clock"}, file...), ""},
	} {
		var said bytes.Buffer
		if code := byClock(t.Context(), c.clock, &said, &said, c.args...); c.words == "" && code != c.code || c.words != "" && !strings.Contains(said.String(), c.words) {
			t.Errorf("%d: %v ends with %d and says %s", i, c.args, code, said.String())
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	said, out := io.Pipe()
	s := &started{lines: bufio.NewReader(said), stop: stop, ended: make(chan int, 1), errs: &shelf{}}
	go func() {
		s.ended <- byClock(ctx, late, out, s.errs, "serve", "--addr", "127.0.0.1:0", "--data", folder)
		_ = out.Close()
	}()
	line, err := s.lines.ReadString('\n')
	if err != nil {
		t.Fatalf("%v: %s", err, s.errs)
	}
	s.addr = strings.TrimPrefix(strings.TrimSpace(line), "http://")
	for path, want := range map[string]int{"/readyz": http.StatusServiceUnavailable, "/healthz": http.StatusOK, "/sign-in": http.StatusOK, "/notices": http.StatusOK} {
		if status, words := s.asks(t, path); status != want || path == "/readyz" && !strings.Contains(words, "clock") {
			t.Errorf("%s: %d %s", path, status, words)
		}
	}
	stop()
	if code := <-s.ended; code != exitDone {
		t.Errorf("it ends with %d: %s", code, s.errs)
	}
}
