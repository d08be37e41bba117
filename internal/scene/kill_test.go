package scene

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/core/office"
	"chancery/desk"
	"chancery/internal/mailserver"
	"chancery/internal/postgrestest"
	"chancery/library"
	"chancery/store"
)

// The environment that makes the test binary the office that is killed.
const killedFolder = "CHANCERY_KILLED_FOLDER"

func TestMain(m *testing.M) {
	mailserver.Main()
	for name, be := range map[string]func(dir string) error{killedFolder: underLoad, fullFolder: untilFull, mailedFolder: untilStruck} {
		if dir := os.Getenv(name); dir != "" {
			if err := be(dir); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	code := m.Run()
	if code == 0 && flag.Lookup("test.list").Value.String() == "" {
		code = againOnPostgres(m)
	}
	if all := flag.Lookup("test.run").Value.String() == ""; all && code == 0 {
		if err := everyKindWasDone(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// onPostgres says that the scenes are played for the second time, on PostgreSQL.
var onPostgres bool

// againOnPostgres plays all scenes once more. Where no server answers it says so aloud, and with CI=true that is a failure.
func againOnPostgres(m *testing.M) int {
	if err := postgrestest.Answers(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		if os.Getenv("CI") == "true" {
			return 1
		}
		return 0
	}
	onPostgres = true
	return m.Run()
}

// inFile is for scenes that are about the files of a data folder; they are played once.
func inFile(t *testing.T) {
	t.Helper()
	if onPostgres {
		t.Skip("about the files of a data folder")
	}
}

// underLoad files and submits cases from sixteen callers until it is killed, and
// says of each act that it was acknowledged, once it was.
func underLoad(dir string) error {
	ctx := context.Background()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, dir, time.Now)
	if err != nil {
		return err
	}
	d := desk.New(desk.Kept(s), lib)
	data, err := library.FS.ReadFile("demo/office.yaml")
	if err != nil {
		return err
	}
	o, err := office.Read("office.yaml", data)
	if err != nil {
		return err
	}
	_ = d.Found(ctx, o) // the folder may have its office from the round before
	file, err := os.ReadFile(compliant)
	if err != nil {
		return err
	}
	a, err := lib.ReadApplication(compliant, file)
	if err != nil {
		return err
	}
	var (
		mu      sync.Mutex
		callers sync.WaitGroup
		actor   = office.Actor{Person: "zhongli"}
	)
	acknowledged := func(c casework.Case) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf("%s %d\n", c.No, c.Version)
	}
	for range 16 {
		callers.Go(func() {
			for {
				c, err := d.File(ctx, actor, desk.Filing{Application: a})
				if err != nil {
					return
				}
				acknowledged(c)
				c, err = d.Do(ctx, actor, c.No, "", casework.Act{Kind: casework.Submitted, Seen: c.Version})
				if err != nil {
					return
				}
				acknowledged(c)
			}
		})
	}
	callers.Wait()
	return nil
}

// TestR02NothingAcknowledgedIsLostWhenTheProcessIsKilled kills the office at
// random moments under load, again and again on the same folder, and holds what
// is there afterwards against what was acknowledged (P1, P2, R-01, R-02).
func TestR02NothingAcknowledgedIsLostWhenTheProcessIsKilled(t *testing.T) {
	inFile(t)
	t.Parallel()
	rounds := 3
	if os.Getenv("CHANCERY_PROOF") != "" {
		rounds = 200
		if n, err := strconv.Atoi(os.Getenv("CHANCERY_PROOF_ROUNDS")); err == nil {
			rounds = n
		}
	}
	dir := t.TempDir()
	said := map[string]int{}
	acts := 0
	for round := range rounds {
		lines := killedAfter(t, dir, time.Duration(rand.IntN(500))*time.Millisecond) //nolint:gosec // any moment will do
		for _, l := range lines {
			var no string
			var version int
			if _, err := fmt.Sscanf(l, "%s %d", &no, &version); err == nil {
				said[no] = max(said[no], version)
				acts++
			}
		}
		survives(t, dir, said, round)
	}
	if acts == 0 {
		t.Error("nothing was acknowledged: the office never came to work")
	}
	t.Logf("%d rounds, %d acts acknowledged, %d cases", rounds, acts, len(said))
}

// killedAfter runs the office on a folder, kills it a while after its first act and gives the lines that it had said in full.
func killedAfter(t *testing.T, dir string, after time.Duration) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very binary
	cmd.Env = append(os.Environ(), killedFolder+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	reader := bufio.NewReader(out)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			break // what was not said in full was not acknowledged
		}
		if len(lines) == 0 { // it has come to work
			kill := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
			defer kill.Stop()
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	_ = cmd.Wait() // it was killed
	return lines
}

// survives opens the folder again: every acknowledged act is there, no act is there by half, and the journal holds.
func survives(t *testing.T, dir string, said map[string]int, round int) {
	t.Helper()
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), dir, time.Now)
	if err != nil {
		t.Fatalf("round %d: the folder does not open again: %v", round, err)
	}
	w := &world{T: t, ctx: t.Context(), store: s, desk: desk.New(desk.Kept(s), lib)}
	for no, version := range said {
		v, err := w.desk.Version(w.ctx, desk.Operator(), no)
		if err != nil || v < version {
			t.Errorf("round %d: %s was acknowledged in version %d and is in %d (%v)", round, no, version, v, err)
		}
	}
	report, err := verified(t, s)
	if err != nil || len(report.Faults) > 0 {
		t.Errorf("round %d: the journal does not hold: %+v, %v", round, report.Faults, err)
	}
	if len(said) > 0 && round%20 == 0 {
		w.proves()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
