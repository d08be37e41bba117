package scene

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/desk"
	"chancery/library"
	"chancery/store"
)

// fullFolder makes the test binary an office whose disk fills up: no file may grow beyond a few megabytes.
const fullFolder = "CHANCERY_FULL_FOLDER"

// untilFull files cases until one is refused, and says with what kind of fault.
func untilFull(dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	ctx := context.Background()
	lib, err := shipped()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, dir, time.Now)
	if err != nil {
		return err
	}
	const most = 3 << 20
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
		return err
	}
	d := desk.New(desk.Kept(s), lib)
	people, err := library.FS.ReadFile("demo/office.yaml")
	if err != nil {
		return err
	}
	o, err := office.Read("office.yaml", people)
	if err != nil {
		return err
	}
	if err := d.Found(ctx, o); err != nil {
		return err
	}
	file, err := os.ReadFile(compliant)
	if err != nil {
		return err
	}
	a, err := lib.ReadApplication(compliant, file)
	if err != nil {
		return err
	}
	var refusal error
	done := 0
	for refusal == nil && done < 20_000 {
		if _, refusal = d.File(ctx, office.Actor{Person: "zhongli"}, desk.Filing{Application: a}); refusal == nil {
			done++
		}
	}
	_, readable := d.Cases(ctx, desk.Operator(), casework.Filter{Limit: 1})
	fmt.Printf("%d filed; then %s; readable: %t; says: %v\n", done, fault.KindOf(refusal), readable == nil, refusal)
	return nil
}

// TestR04AFullDiskIsSaidInWordsAndLosesNothing fills the disk under the office:
// the act is refused as unavailable, reading goes on, and with room again the
// folder opens and the journal holds (P6, S-11).
func TestR04AFullDiskIsSaidInWordsAndLosesNothing(t *testing.T) {
	inFile(t)
	t.Parallel()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very binary
	cmd.Env = append(os.Environ(), fullFolder+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	said := string(out)
	var filed int
	if _, err := fmt.Sscanf(said, "%d filed", &filed); err != nil || filed == 0 {
		t.Fatalf("it says %q", said)
	}
	if !strings.Contains(said, "then unavailable") || !strings.Contains(said, "readable: true") {
		t.Errorf("it says %q", said)
	}
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	s := reopened(t, dir)
	lines, err := desk.New(desk.Kept(s), lib).Cases(t.Context(), desk.Operator(), casework.Filter{})
	if err != nil || len(lines) < filed {
		t.Errorf("%d of %d acknowledged cases are there, %v", len(lines), filed, err)
	}
	report, err := verified(t, s)
	if err != nil || len(report.Faults) > 0 {
		t.Errorf("the journal does not hold: %+v, %v", report.Faults, err)
	}
}
