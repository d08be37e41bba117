package load

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/office"
	"chancery/desk"
	"chancery/library"
	"chancery/store"
)

func measuring(t *testing.T) {
	t.Helper()
	if os.Getenv("CHANCERY_BENCH") == "" {
		t.Skip("measures run by `make bench`, which sets CHANCERY_BENCH")
	}
}

// say prints one measure and fails the test when it misses its limit.
func say(t *testing.T, what, value, limit, reference string, ok bool) {
	t.Helper()
	word := "ok"
	if !ok {
		word = "MISS"
	}
	t.Logf("bench: %s | %s | %s | %s | %s", what, value, limit, reference, word)
	if !ok {
		t.Errorf("%s is %s: the limit is %s", what, value, limit)
	}
}

// binary builds the program as it is shipped.
func binary(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chancery")
	build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o", path, "./cmd/chancery")
	build.Dir = "../.."
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// seeded makes an invented office up in a place, which may then be served as a demonstration.
func seeded(t *testing.T, program string, place store.Place, cases, people, years int) {
	t.Helper()
	seed := exec.CommandContext(t.Context(), program, "seed", "--data", place.Dir, "--db", place.DSN, "--until", "2026-10-01",
		"--cases", fmt.Sprint(cases), "--people", fmt.Sprint(people), "--years", fmt.Sprint(years))
	if out, err := seed.CombinedOutput(); err != nil {
		t.Fatalf("seed: %v\n%s", err, out)
	}
	must(t, os.WriteFile(filepath.Join(place.Dir, "demo"), []byte("filled\n"), 0o600))
}

// tokens gives people of the office so many access tokens each, with which programs act in their names.
func tokens(t *testing.T, place store.Place, each int, people ...office.PersonID) map[office.PersonID][]string {
	t.Helper()
	at := time.Date(2026, 10, 14, 9, 0, 0, 0, desk.OfficeZone())
	s, err := place.Open(t.Context(), func() time.Time { return at })
	must(t, err)
	defer func() { must(t, s.Close()) }()
	lib, err := desk.LoadLibrary(library.FS)
	must(t, err)
	d := desk.New(desk.Kept(s), lib).Under(account.DemoPolicy())
	const password = "an invented office of years"
	var who []desk.Newcomer
	for _, p := range people {
		who = append(who, desk.Newcomer{Person: p})
	}
	must(t, d.Settlers(t.Context(), password, who))
	out := map[office.PersonID][]string{}
	for _, p := range people {
		from := desk.Way{Address: "127.0.0.1"}
		in, err := d.SignIn(t.Context(), string(p), password, from)
		must(t, err)
		for range each {
			token, _, err := d.MakeToken(t.Context(), in.Token, password, desk.TokenAsk{
				Kind: account.Personal, Name: "measure", Scopes: []account.Scope{account.ScopeRead, account.ScopeFile, account.ScopeAct}, Days: 30,
			}, from)
			must(t, err)
			out[p] = append(out[p], token)
		}
	}
	return out
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// served is a process that serves a place.
type served struct {
	address string
	process *os.Process
}

// serve serves a place and gives the address.
func serve(t *testing.T, program string, place store.Place) string {
	t.Helper()
	return serving(t, program, place).address
}

func serving(t *testing.T, program string, place store.Place) *served {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, program, "serve", "--demo", "--addr", "127.0.0.1:0", "--data", place.Dir, "--db", place.DSN, "--lang", "en")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { stop(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	s, open := &served{process: cmd.Process}, false
	for !open && lines.Scan() {
		if s.address == "" {
			s.address = address.FindString(lines.Text())
		}
		open = len(lines.Text()) > 8 && lines.Text()[:8] == "password"
	}
	if !open {
		t.Fatal("serve printed no password")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
