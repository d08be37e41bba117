package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chancery/core/office"
	"chancery/store"
)

// enters lets an office's record grow.
func enters(t *testing.T, dir string, n int) {
	t.Helper()
	s, err := store.Open(t.Context(), dir, time.Now)
	if err == nil {
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			for range n {
				if _, err := tx.Append("OUT-2026-1", "commented", 1, office.Actor{Person: "p"}, []byte(`{}`)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// says runs a command line, and gives what it said.
func says(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out strings.Builder
	if code := run(t.Context(), append([]string{"--lang", "en"}, args...), &out, &out); code != want {
		t.Errorf("%v: exit %d, want %d: %s", args, code, want, out.String())
	}
	return out.String()
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

func contains(t *testing.T, said, want string) {
	t.Helper()
	if !strings.Contains(said, want) {
		t.Errorf("said %q, not %q", said, want)
	}
}

// TestAWitnessWhoWasAwayCatchesUpAndALyingOfficeIsFoundOut: over the office's address and by files. What it keeps is
// good for journal verify, and proves the lie to anybody.
func TestAWitnessWhoWasAwayCatchesUpAndALyingOfficeIsFoundOut(t *testing.T) {
	t.Parallel()
	true1, kept := t.TempDir(), filepath.Join(t.TempDir(), "witness")
	file := filepath.Join(t.TempDir(), "shown")
	shows := func(dir, since string) string {
		t.Helper()
		if err := os.WriteFile(file, []byte(says(t, exitDone, "--data", dir, "journal", "checkpoint", "--since", since)), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	enters(t, true1, 5)
	contains(t, says(t, exitDone, "witness", "keep", kept, "--from", shows(true1, "0")), "kept: 5 entries")
	contains(t, says(t, exitDone, "witness", "keep", kept, "--from", file), "the one that is kept")
	liar := copyOf(t, true1)
	enters(t, true1, 40)
	enters(t, true1, 7) // the witness was away meanwhile
	contains(t, says(t, exitBadInput, "witness", "keep", kept, "--from", shows(true1, "0")), "--since 5")
	contains(t, says(t, exitDone, "witness", "keep", kept, "--from", shows(true1, "5")), "kept: 52 entries")
	contains(t, says(t, exitDone, "--data", true1, "journal", "verify", "--checkpoint", filepath.Join(kept, "newest")), "0 faults")

	enters(t, liar, 47)
	said := says(t, exitNo, "witness", "keep", kept, "--from", shows(liar, "52"))
	contains(t, said, "two roots were signed")
	proofs, err := filepath.Glob(filepath.Join(kept, "alarm-*", "*"))
	if err != nil || len(proofs) != 3 {
		t.Errorf("the lie is proven by %v, %v", proofs, err)
	}
	enters(t, liar, 3)
	contains(t, says(t, exitNo, "witness", "keep", kept, "--from", shows(liar, "52")), "does not go on from the one that is kept")
	cut := t.TempDir()
	if err := os.CopyFS(filepath.Join(cut, "keys"), os.DirFS(filepath.Join(true1, "keys"))); err != nil {
		t.Fatal(err)
	}
	enters(t, cut, 3)
	contains(t, says(t, exitNo, "witness", "keep", kept, "--from", shows(cut, "52")), "cut off")
	other := t.TempDir()
	enters(t, other, 60)
	contains(t, says(t, exitNo, "witness", "keep", kept, "--from", shows(other, "52")), "not signed by the key")
	contains(t, says(t, exitDone, "witness", "check", kept), "2 checkpoints hold")
}

// TestAWitnessAlarmsWhenTheOfficeIsSilentForTooLong, and not before; a torn last line was never told of.
func TestAWitnessAlarmsWhenTheOfficeIsSilentForTooLong(t *testing.T) {
	t.Parallel()
	dir, kept := t.TempDir(), t.TempDir()
	enters(t, dir, 5)
	shown := says(t, exitDone, "--data", dir, "journal", "checkpoint")
	silent := false
	office := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if silent || r.URL.Path != "/api/journal/checkpoint" || r.Header.Get("Authorization") != "Bearer abc" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte(shown))
	}))
	t.Cleanup(office.Close)
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("abc\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	keep := []string{"witness", "keep", kept, "--from", office.URL, "--token", token}
	contains(t, says(t, exitDone, append(keep, "--stale", "24h")...), "kept: 5 entries")
	silent = true
	contains(t, says(t, exitUnreached, append(keep, "--stale", "24h")...), "gives no checkpoint")
	contains(t, says(t, exitNo, append(keep, "--stale", "1ns")...), "ALARM: the newest checkpoint was signed at")
	f, err := os.OpenFile(filepath.Join(kept, "kept.jsonl"), os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"form":"chan`); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	contains(t, says(t, exitDone, "witness", "check", kept), "1 checkpoint holds")
	data, err := os.ReadFile(filepath.Join(kept, "kept.jsonl"))
	if err != nil || !json.Valid(data) {
		t.Errorf("the torn line is left: %s %v", data, err)
	}
}

// TestTheHeadGivesTheCheckpointAsVerifyTakesIt.
func TestTheHeadGivesTheCheckpointAsVerifyTakesIt(t *testing.T) {
	t.Parallel()
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "note")
	enters(t, dir, 5)
	if err := os.WriteFile(file, []byte(says(t, exitDone, "--data", dir, "journal", "head", "--note")), 0o600); err != nil {
		t.Fatal(err)
	}
	contains(t, says(t, exitDone, "--data", dir, "journal", "verify", "--checkpoint", file), "0 faults")
}
