package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"chancery/store"
)

// TestAWitnessReadsWhatTheOfficePutsDown: a file for each time the record has grown, each proven from the one before, also
// after the office was started anew; a record that was rewritten is found out by the next file.
func TestAWitnessReadsWhatTheOfficePutsDown(t *testing.T) {
	t.Parallel()
	data, kept, share := t.TempDir(), filepath.Join(t.TempDir(), "witness"), filepath.Join(t.TempDir(), "share")
	puts := func(dir string, want bool) {
		t.Helper()
		s, err := store.Open(t.Context(), dir, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close() //nolint:errcheck // only read
		d := &drop{dropFlags: dropFlags{To: share, Every: time.Minute}, store: s}
		if err := d.begin(); err != nil {
			t.Fatal(err)
		}
		for _, want := range []bool{want, false} { // the second time nothing has grown
			if did, err := d.put(t.Context()); did != want || err != nil {
				t.Errorf("put down: %t, want %t: %v", did, want, err)
			}
		}
	}
	contains(t, says(t, exitUnreached, "witness", "keep", kept, "--from", t.TempDir()), "no checkpoint in")
	enters(t, data, 5)
	puts(data, true)
	liar := copyOf(t, data)
	enters(t, data, 40)
	puts(data, true)
	contains(t, says(t, exitDone, "witness", "keep", kept, "--from", share), "kept: 45 entries")
	contains(t, says(t, exitDone, "witness", "keep", kept, "--from", share), "the one that is kept")
	enters(t, data, 1)
	puts(data, true)
	enters(t, data, 1)
	puts(data, true)
	puts(data, false)
	contains(t, says(t, exitDone, "witness", "keep", kept, "--from", share), "kept: 47 entries")
	contains(t, says(t, exitDone, "witness", "check", kept), "4 checkpoints hold")

	enters(t, liar, 60)
	puts(liar, true)
	contains(t, says(t, exitNo, "witness", "keep", kept, "--from", share), "does not go on from the one that is kept")

	all, err := os.ReadDir(share)
	if err != nil || len(all) != 5 {
		t.Errorf("%d files lie there: %v", len(all), err)
	}
}

// TestWhatCannotBePutDownIsSaid, and is put down once it can be.
func TestWhatCannotBePutDownIsSaid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	enters(t, dir, 5)
	s, err := store.Open(t.Context(), dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read
	file := filepath.Join(t.TempDir(), "share")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := &drop{dropFlags: dropFlags{To: file}, store: s}
	if did, err := d.put(t.Context()); did || err == nil {
		t.Errorf("a file is taken for a folder: %t, %v", did, err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if did, err := d.put(t.Context()); !did || err != nil {
		t.Errorf("put down: %t, %v", did, err)
	}
}
