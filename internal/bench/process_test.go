package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
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
	build := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o", path, "./cmd/chancery")
	build.Dir = "../.."
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

func TestTheBinaryIsAtMostThirtyMegabytes(t *testing.T) {
	measuring(t)
	file, err := os.Stat(binary(t))
	if err != nil {
		t.Fatal(err)
	}
	mb := float64(file.Size()) / 1e6
	say(t, "size of the binary", fmt.Sprintf("%.1f MB", mb), "30 MB", "–", mb <= 30)
}

func TestACheckTakesAtMostEightyMilliseconds(t *testing.T) {
	measuring(t)
	program := binary(t)
	application := "../../library/rulebooks/cn-national/examples/compliant.yaml"
	const rounds = 31
	check := medianRun(t, rounds, program, "check", application, "--on", "2026-10-08", "--at", "notice", "--json")
	// The same binary doing nothing, and the machine's own cheapest process, in
	// the same minute: what is left is the check's own.
	idle := medianRun(t, rounds, program, "--help")
	bare := medianRun(t, rounds, "true")
	say(t, "`chancery check` as a process, median of 31", ms(check), "80 ms",
		fmt.Sprintf("`chancery --help` %s, `true` %s", ms(idle), ms(bare)), check <= 80*time.Millisecond)
}

// medianRun runs a command again and again and gives the middle duration. An
// exit code of 1 is an answer.
func medianRun(t *testing.T, rounds int, name string, args ...string) time.Duration {
	t.Helper()
	taken := make([]time.Duration, 0, rounds)
	for range rounds {
		cmd := exec.Command(name, args...)
		var complaint bytes.Buffer
		cmd.Stderr = &complaint
		began := time.Now()
		err := cmd.Run()
		taken = append(taken, time.Since(began))
		var exit *exec.ExitError
		if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
			t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, complaint.Bytes())
		}
	}
	slices.Sort(taken)
	return taken[rounds/2]
}

func TestTheDemoOfficeIsOpenWithinTwoSecondsAndRestsInEightyMegabytes(t *testing.T) {
	measuring(t)
	program := binary(t)
	openings := make([]time.Duration, 0, 5)
	for range 4 {
		d := openDemo(t, program)
		openings = append(openings, d.opened)
		d.stop()
	}
	d := openDemo(t, program)
	openings = append(openings, d.opened)
	slices.Sort(openings)

	// At rest: every page was asked for once, then nobody asks for a while.
	for _, path := range []string{"/cases", "/check", "/rulebook"} {
		d.get(t, path)
	}
	time.Sleep(3 * time.Second)
	resting := d.resident(t)
	d.stop()

	say(t, "`serve --demo` on an empty folder until its cases are listed, median of 5", ms(openings[2]), "2000 ms",
		fmt.Sprintf("`chancery --help` %s", ms(medianRun(t, 5, program, "--help"))), openings[2] <= 2*time.Second)
	say(t, "resident memory of `serve --demo` at rest", fmt.Sprintf("%.1f MB", resting), "80 MB", "–", resting <= 80)
}

// demo is a running demo office.
type demo struct {
	process *exec.Cmd
	address string
	reader  *http.Client // signed in
	secret  string
	began   time.Time
	opened  time.Duration
}

var (
	address  = regexp.MustCompile(`http://[0-9.]+:[0-9]+`)
	password = regexp.MustCompile(`password: (\S+)`)
)

// openDemo starts the demo office on an empty folder and waits until its list of
// cases answers.
func openDemo(t *testing.T, program string) *demo {
	t.Helper()
	d := serveDemo(t, program, filepath.Join(t.TempDir(), "data"))
	page := d.get(t, "/cases")
	d.opened = time.Since(d.began)
	if !strings.Contains(page, "398") {
		t.Fatal("the list of the demo's cases does not show 398")
	}
	return d
}

// serveDemo starts the demo office on a folder and signs the case officer in.
func serveDemo(t *testing.T, program, folder string) *demo {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, program, "serve", "--demo", "--addr", "127.0.0.1:0", "--data", folder, "--lang", "en")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = write, write
	d := &demo{process: cmd, began: time.Now()}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	t.Cleanup(d.stop)
	lines := bufio.NewScanner(read)
	lines.Buffer(nil, 1<<20) // an office of thousands names all its logins
	var said strings.Builder
	var secret []string
	for secret == nil && lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if d.address == "" {
			d.address = address.FindString(lines.Text())
		}
		secret = password.FindStringSubmatch(lines.Text())
	}
	if d.address == "" || secret == nil {
		t.Fatalf("serve --demo printed no address or no password:\n%s", said.String())
	}
	go func() { _, _ = io.Copy(io.Discard, read) }()
	d.secret = secret[1]
	d.reader = d.signIn(t, "dongfang")
	return d
}

// signIn gives the browser of somebody who has signed in.
func (d *demo) signIn(t *testing.T, login string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	reader := &http.Client{Jar: jar}
	r, err := reader.PostForm(d.address+"/sign-in", url.Values{"login": {login}, "password": {d.secret}, "next": {"/check"}})
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Body.Close()
	if r.StatusCode != http.StatusOK || r.Request.URL.Path != "/check" {
		t.Fatalf("sign-in ends at %s with %s", r.Request.URL.Path, r.Status)
	}
	return reader
}

// get asks for a page and gives its text.
func (d *demo) get(t *testing.T, path string) string {
	t.Helper()
	r, err := d.reader.Get(d.address + path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r.Body)
	_ = r.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s", path, r.Status)
	}
	return string(text)
}

// resident is the memory of the process in megabytes, as the kernel counts it.
func (d *demo) resident(t *testing.T) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.process.Process.Pid))
	if err != nil {
		t.Skip("resident memory is read from /proc: ", err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			if err != nil {
				t.Fatal(err)
			}
			return kb * 1024 / 1e6
		}
	}
	t.Fatal("the kernel does not say how much is resident")
	return 0
}

// stop ends the process that openDemo started.
func (d *demo) stop() {
	if d.process.ProcessState == nil {
		_ = d.process.Process.Signal(os.Interrupt)
		_ = d.process.Wait()
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
