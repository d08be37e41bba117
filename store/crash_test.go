//go:build unix

package store_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/store"
	"chancery/store/storetest"
)

// The environment that makes the test binary an office on a disk of ours: its folder, what happens, and at which point.
const (
	crashFolder = "CHANCERY_CRASH_FOLDER"
	crashEvent  = "CHANCERY_CRASH_EVENT"
	crashPoint  = "CHANCERY_CRASH_POINT"
)

func TestMain(m *testing.M) {
	for name, be := range map[string]func(dir string) error{crashFolder: work, readOnly: mayNotWrite} {
		if dir := os.Getenv(name); dir != "" {
			if err := be(dir); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	os.Exit(m.Run())
}

// plan is what the office does in its life, act by act: enough to grow the tree over several checkpoints.
func plan() []string { return []string{"A", "B", "A", "A", "B", "C", "A"} }

// whole is one act that touches every table.
func whole(w storetest.Writing, i int) error {
	request := fmt.Sprintf("request-%d", i)
	if _, ok, err := w.Answered(request); err != nil || ok {
		return err
	}
	_, err := storetest.Do(w, plan()[i])
	_, number := w.NextNumber("out", 2026)
	return errors.Join(err, number, w.SaveOffice(office.Office{Name: text.Text{ZH: "澜川", EN: request}}),
		w.Outbox([]casework.Message{{To: "a", Case: plan()[i]}}), w.Remember(request, []byte(`{}`)))
}

// work opens a new folder, does the plan and closes the folder, and says what was acknowledged and what was refused.
func work(dir string) error {
	d := &disk{event: os.Getenv(crashEvent)}
	var err error
	if d.at, err = strconv.ParseInt(os.Getenv(crashPoint), 10, 64); err != nil {
		return err
	}
	if err := d.install(); err != nil {
		return err
	}
	ctx := context.Background()
	opened, err := store.Open(ctx, dir, time.Now)
	if err != nil {
		return refusal("open", err)
	}
	s := kept{opened}
	for i := range plan() {
		if err := s.Write(ctx, func(w storetest.Writing) error { return whole(w, i) }); err != nil {
			if err := refusal("act", err); err != nil {
				return err
			}
			if err := s.Read(ctx, func(r storetest.Reading) error {
				_, err := r.Cases(casework.Filter{Sight: casework.Everything()})
				return err
			}); err != nil {
				return fmt.Errorf("reading does not go on: %w", err)
			}
		} else {
			fmt.Printf("done %d\n", i)
		}
		if i%3 == 2 {
			if _, err := s.Proof(ctx, "A"); fault.KindOf(err) == fault.NotFound {
				continue // its first act was refused
			} else if err != nil {
				if err := refusal("proof", err); err != nil {
					return err
				}
				continue
			}
			head, err := s.Head(ctx)
			if err != nil {
				return err
			}
			fmt.Printf("signed %q\n", head.Note)
		}
	}
	if err := s.Close(); err != nil {
		fmt.Printf("refused close: %v\n", err)
	}
	fmt.Printf("points %d\n", d.points.Load())
	return nil
}

// refusal says what was refused; a refusal that is not in words for people is an error.
func refusal(what string, err error) error {
	words := fault.All(err)
	for _, f := range words {
		if f.Kind != fault.Unavailable || f.Text.ZH == "" || f.Text.EN == "" {
			return fmt.Errorf("%s was refused without words: %w", what, err)
		}
	}
	if len(words) == 0 {
		return fmt.Errorf("%s was refused without words: %w", what, err)
	}
	fmt.Printf("refused %s: %s\n", what, words[0].Text.EN)
	return nil
}

// life is what the office said while it worked.
type life struct {
	done    map[int]bool
	refused []string
	signed  []byte
	points  int64
}

// lives lets an office work on a new folder until something happens at a point, and gives what it had said.
func lives(t *testing.T, dir, event string, point int64) life {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this very binary
	cmd.Env = append(os.Environ(), crashFolder+"="+dir, crashEvent+"="+event, fmt.Sprintf("%s=%d", crashPoint, point))
	var said, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &complaint
	if err := cmd.Run(); err != nil && (complaint.Len() > 0 || event != killed && event != torn) {
		t.Fatalf("%s at %d: %v: %s", event, point, err, complaint.String())
	}
	l := life{done: map[int]bool{}}
	for lines := bufio.NewScanner(&said); lines.Scan(); {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		var err error
		switch word {
		case "done":
			var i int
			i, err = strconv.Atoi(rest)
			l.done[i] = true
		case "signed":
			var note string
			note, err = strconv.Unquote(rest)
			l.signed = []byte(note)
		case "points":
			l.points, err = strconv.ParseInt(rest, 10, 64)
		case "refused":
			l.refused = append(l.refused, rest)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// stride says which points are tried: all of them when the slow proofs run, else so many as are asked for, other ones each time.
func stride(t *testing.T, points, some int64) []int64 {
	t.Helper()
	if points < 50 {
		t.Fatalf("only %d points: the disk does not stand below the database", points)
	}
	step := int64(1)
	if os.Getenv("CHANCERY_PROOF") == "" {
		step = points / some
	}
	var out []int64
	for n := 1 + time.Now().UnixNano()%step; n <= points; n += step {
		out = append(out, n)
	}
	return out
}

// TestR01WhereverTheProcessIsKilledNothingAcknowledgedIsLost kills the office at numbered points: before each write,
// sync, cutting and removal of a file, and in the middle of a write (P1, P2, P3, P5).
func TestR01WhereverTheProcessIsKilledNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	points := lives(t, t.TempDir(), killed, 0).points
	for _, event := range []string{killed, torn} {
		for _, n := range stride(t, points, 10) {
			dir := t.TempDir()
			l := lives(t, dir, event, n)
			survives(t, dir, l, fmt.Sprintf("%s at %d of %d", event, n, points))
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d points", points)
}

// TestR04WhateverTheDiskRefusesIsSaidInWordsAndLosesNothing makes the disk full, failing, or unable to sync from a
// numbered point on, or for one sync only: acts are refused in words from then on, reading goes on, and with a sound disk again the folder holds what was
// acknowledged and nothing by half (P6, S-11).
func TestR04WhateverTheDiskRefusesIsSaidInWordsAndLosesNothing(t *testing.T) {
	t.Parallel()
	points := lives(t, t.TempDir(), full, 0).points
	for _, event := range []string{full, broken, unsync, once} {
		refused := 0
		for _, n := range stride(t, points, 5) {
			dir := t.TempDir()
			l := lives(t, dir, event, n)
			refused += len(l.refused)
			after := false
			for i := range plan() { // what is refused once is refused until the folder is opened anew
				if l.done[i] && after {
					t.Errorf("%s at %d: act %d was done after a refusal: %v", event, n, i, l.refused)
				}
				after = after || !l.done[i]
			}
			survives(t, dir, l, fmt.Sprintf("%s at %d of %d", event, n, points))
			if t.Failed() {
				return
			}
		}
		if refused == 0 {
			t.Errorf("%s: nothing was ever refused", event)
		}
	}
}

// survives opens the folder on a sound disk and holds what is there against what was said.
func survives(t *testing.T, dir string, l life, when string) {
	t.Helper()
	s := open(t, dir)
	done, versions := 0, map[string]int{}
	if err := s.Write(t.Context(), func(w storetest.Writing) error {
		for i, no := range plan() {
			_, there, err := w.Answered(fmt.Sprintf("request-%d", i))
			if err != nil {
				return err
			}
			if there {
				done++
				versions[no]++
			}
			if l.done[i] && !there {
				t.Errorf("%s: act %d was acknowledged and is gone", when, i)
			}
			if there && done != i+1 {
				t.Errorf("%s: act %d is there without those before it", when, i)
			}
		}
		if done > len(l.done)+1 {
			t.Errorf("%s: %d acts are there and only %d were acknowledged", when, done, len(l.done))
		}
		return together(w, done, versions)
	}); err != nil {
		t.Errorf("%s: %v", when, err)
	}
	if n := messages(t, dir); n != done {
		t.Errorf("%s: %d messages of %d acts", when, n, done)
	}
	r, err := s.Verify(t.Context(), storetest.Rebuild, l.signed)
	if err != nil || len(r.Faults) > 0 {
		t.Errorf("%s: the record does not hold: %+v, %v", when, r.Faults, err)
	}
	for i := range plan() { // sent again, each request is done once
		if err := s.Write(t.Context(), func(w storetest.Writing) error { return whole(w, i) }); err != nil {
			t.Errorf("%s: act %d sent again: %v", when, i, err)
		}
	}
	if _, err := s.Proof(t.Context(), "A"); err != nil {
		t.Errorf("%s: %v", when, err)
	}
	r, err = s.Verify(t.Context(), storetest.Rebuild, l.signed)
	if err != nil || len(r.Faults) > 0 || r.Entries != int64(len(plan())) || r.Sequenced != r.Entries {
		t.Errorf("%s: after the rest was sent again: %+v, %v", when, r, err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("%s: %v", when, err)
	}
}

// together expects that what an act changes has changed together: entries, cases, tasks, rows, numbers, the office.
func together(w storetest.Writing, done int, versions map[string]int) error {
	var errs []error
	for no, version := range versions {
		c, err := w.Case(no)
		entries, entriesErr := w.Entries(no)
		rows, rowsErr := w.RowsOf(no)
		errs = append(errs, err, entriesErr, rowsErr)
		if c.Version != version || len(entries) != version || len(rows) != 1 || rows[0].Until != c.Filed.AddDays(version) {
			errs = append(errs, fmt.Errorf("%s: %d acts, version %d, %d entries, rows %v", no, version, c.Version, len(entries), rows))
		}
	}
	cases, err := w.Cases(casework.Filter{Sight: casework.Everything()})
	open, tasksErr := w.Tasks("", "")
	o, officeErr := w.Office()
	if len(cases) != len(versions) || len(open) != len(versions) {
		errs = append(errs, fmt.Errorf("%d cases and %d tasks of %d cases", len(cases), len(open), len(versions)))
	}
	if want := fmt.Sprintf("request-%d", done-1); done > 0 && o.Name.EN != want || done == 0 && o.Name.EN != "" {
		errs = append(errs, fmt.Errorf("after %d acts the office is that of %q", done, o.Name.EN))
	}
	n, numberErr := w.NextNumber("out", 2026)
	if n != done+1 {
		errs = append(errs, fmt.Errorf("after %d acts the next number is %d", done, n))
	}
	return errors.Join(append(errs, err, tasksErr, officeErr, numberErr)...)
}

// messages counts the messages that wait to leave the house.
func messages(t *testing.T, dir string) (n int) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "chancery.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM outbox`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
