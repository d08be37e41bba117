//go:build unix

package store_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/store"
	"chancery/store/storetest"
)

// readOnly makes the test binary a process of somebody who may read the folder and not write it.
const readOnly = "CHANCERY_READ_ONLY_FOLDER"

// mayNotWrite opens a folder as nobody and says how that was refused.
func mayNotWrite(dir string) error {
	if os.Geteuid() == 0 {
		if err := syscall.Setgid(65534); err != nil {
			return err
		}
		if err := syscall.Setuid(65534); err != nil {
			return err
		}
	}
	_, err := store.Open(context.Background(), dir, time.Now)
	if err == nil {
		return fmt.Errorf("%s was opened", dir)
	}
	return refusal("open", err)
}

// TestR04AFolderThatCannotBeWrittenIsRefusedInWordsAndLeftAsItIs: a whole one, and one that is still to be made.
func TestR04AFolderThatCannotBeWrittenIsRefusedInWordsAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	dir, _ := signed(t)
	before := contents(t, dir)
	paths := []string{dir, filepath.Join(dir, "keys")}
	for _, p := range append(paths, filepath.Dir(dir)) {
		if err := os.Chmod(p, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(p, 0o700) }) //nolint:gosec // so that the folder can be removed
	}
	for _, folder := range []string{dir, filepath.Join(dir, "new")} {
		cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very binary
		cmd.Env = append(os.Environ(), readOnly+"="+folder)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "refused open: the data folder "+folder) {
			t.Errorf("%s: %s, %v", folder, out, err)
		}
	}
	if after := contents(t, dir); after != before {
		t.Errorf("the folder was\n%s\nand is\n%s", before, after)
	}
}

// contents lists the files of a folder with their sizes.
func contents(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	if err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			fmt.Fprintf(&b, "%s %d\n", path, info.Size())
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestR04ACheckpointThatTheFolderCannotKeepHarmsNobody: the database holds it too.
func TestR04ACheckpointThatTheFolderCannotKeepHarmsNobody(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	list := filepath.Join(dir, "checkpoints")
	if err := os.Mkdir(list, 0o700); err != nil { // where the list should be no file can be written
		t.Fatal(err)
	}
	s := open(t, dir)
	do := func() error {
		return s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err })
	}
	if err := do(); err != nil {
		t.Fatalf("an act: %v", err)
	}
	if _, err := s.Proof(t.Context(), "A"); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a proof was refused as %v", err)
	}
	if err := do(); err != nil {
		t.Fatalf("the next act: %v", err)
	}
	if err := os.Remove(list); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Proof(t.Context(), "A"); err != nil {
		t.Errorf("with the list in its place: %v", err)
	}
	if r := verified(t, s, nil); len(r.Faults) > 0 || r.Sequenced != 2 {
		t.Errorf("the record: %+v", r)
	}
}

// TestR01ACheckpointThatWasCutOffDoesNotSpoilTheNext: wherever the list was cut.
func TestR01ACheckpointThatWasCutOffDoesNotSpoilTheNext(t *testing.T) {
	t.Parallel()
	dir, _ := signed(t)
	list := filepath.Join(dir, "checkpoints")
	whole, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	for cut := len(whole); cut >= 0; cut -= 1 + len(whole)/25 {
		if err := os.WriteFile(list, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, dir)
		if err := s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Proof(t.Context(), "A"); err != nil {
			t.Fatal(err)
		}
		if r := verified(t, s, nil); len(r.Faults) > 0 {
			t.Errorf("cut after %d of %d bytes: %+v", cut, len(whole), r.Faults)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(list)
		if err != nil || strings.Count(string(kept), "\n— ") != strings.Count(string(kept), "\nat ") {
			t.Errorf("cut after %d bytes the list is %q, %v", cut, kept, err)
		}
	}
}
