package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/store"
	"chancery/store/storetest"
)

// signed is a folder with a record that was signed, and its head.
func signed(t *testing.T) (dir string, head journal.Head) {
	t.Helper()
	dir = t.TempDir()
	s := open(t, dir)
	for range 3 {
		if err := s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "OUT-2026-1"); return err }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Proof(t.Context(), "OUT-2026-1"); err != nil {
			t.Fatal(err)
		}
	}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, head
}

func lose(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, n := range names {
		if err := os.Remove(filepath.Join(dir, "keys", n)); err != nil {
			t.Fatal(err)
		}
	}
}

// replaced gives a folder's record a new key and works on.
func replaced(t *testing.T, dir string) (kept, journal.Replacement) {
	t.Helper()
	s, said, err := (store.Place{Dir: dir}).ReplaceKey(t.Context(), time.Now, func(office.Office) (office.Actor, error) {
		return office.Actor{Person: "dongfang", Operator: true}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	k := kept{s}
	if err := k.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "OUT-2026-1"); return err }); err != nil {
		t.Fatal(err)
	}
	return k, said
}

func verified(t *testing.T, s kept, held []byte) journal.Report {
	t.Helper()
	r, err := s.Verify(t.Context(), storetest.Rebuild, held)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestALostKeyIsNotReplacedSilently(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{"journal.key"}, {"journal.pub"}, {"journal.key", "journal.pub"}} {
		dir, _ := signed(t)
		lose(t, dir, names...)
		_, err := store.Open(t.Context(), dir, time.Now)
		if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "new-key") {
			t.Errorf("without %v: %v", names, err)
		}
	}
}

// TestALostKeyIsReplacedAndJournalled: what the old key signed stays provable by its public half, up to the entry.
func TestALostKeyIsReplacedAndJournalled(t *testing.T) {
	t.Parallel()
	dir, before := signed(t)
	lose(t, dir, "journal.key")
	s, said := replaced(t, dir)
	if said.Old != before.Key || said.New == said.Old {
		t.Errorf("replaced %+v, the key was %s", said, before.Key)
	}
	if err := s.Read(t.Context(), func(r storetest.Reading) error {
		entries, err := r.Entries(journal.KeyCase)
		if len(entries) != 1 || entries[0].ID != 4 || entries[0].Kind != journal.KeyReplaced || entries[0].Actor.Person != "dongfang" {
			t.Errorf("the journal says %+v", entries)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if r := verified(t, s, []byte(before.Note)); len(r.Faults) > 0 || r.UnprovenBefore != 0 {
		t.Errorf("after the replacement: %+v", r)
	}
	proof, err := s.Proof(t.Context(), "OUT-2026-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := journal.CheckProof(proof, said.New); err != nil {
		t.Errorf("a proof under the new key: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir) // and in the next process
	if head, err := s.Head(t.Context()); err != nil || head.Key != said.New || head.Checkpoint.Size != 5 {
		t.Errorf("opened anew: %+v, %v", head, err)
	}
	if r := verified(t, s, []byte(before.Note)); len(r.Faults) > 0 {
		t.Errorf("opened anew: %+v", r.Faults)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, again := replaced(t, dir) // a key that is there can be replaced too, and a second time
	if again.Old != said.New {
		t.Errorf("the second replacement: %+v", again)
	}
	if r := verified(t, s, []byte(before.Note)); len(r.Faults) > 0 {
		t.Errorf("after the second replacement: %+v", r.Faults)
	}
}

// TestWithoutItsPublicHalfWhatTheOldKeySignedIsSaidToBeUnproven: it is compared all the same.
func TestWithoutItsPublicHalfWhatTheOldKeySignedIsSaidToBeUnproven(t *testing.T) {
	t.Parallel()
	dir, before := signed(t)
	lose(t, dir, "journal.key", "journal.pub")
	s, said := replaced(t, dir)
	if said.Old != "" || !strings.HasPrefix(before.Key, said.Origin+"+") {
		t.Errorf("replaced %+v", said)
	}
	if r := verified(t, s, []byte(before.Note)); len(r.Faults) > 0 || r.UnprovenBefore != 4 {
		t.Errorf("after the replacement: %+v", r)
	}
	lines := strings.SplitN(before.Note, "\n", 4)
	lines[2] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	r := verified(t, s, []byte(strings.Join(lines, "\n")))
	if !slices.ContainsFunc(r.Faults, func(f journal.FaultFound) bool { return f.Kind == journal.Changed }) {
		t.Errorf("a checkpoint with another root is not compared: %+v", r.Faults)
	}
}

// TestAKeyThatWasReplacedSignsNothingMore: a thief of the old key cannot sign what came after.
func TestAKeyThatWasReplacedSignsNothingMore(t *testing.T) {
	t.Parallel()
	dir, before := signed(t)
	private, err := os.ReadFile(filepath.Join(dir, "keys", "journal.key"))
	if err != nil {
		t.Fatal(err)
	}
	stolen, err := journal.ReadKey(string(private), before.Key)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := replaced(t, dir)
	late, err := stolen.Sign(journal.Checkpoint{Size: 5})
	if err != nil {
		t.Fatal(err)
	}
	r := verified(t, s, late)
	if len(r.Faults) != 1 || r.Faults[0].Kind != journal.Unsigned {
		t.Errorf("a checkpoint of the stolen key over what came later: %+v", r.Faults)
	}
}

// TestAReplacementThatWasBrokenOffIsBroughtToItsEnd takes the folder as it is between the entry and the key's own files.
func TestAReplacementThatWasBrokenOffIsBroughtToItsEnd(t *testing.T) {
	t.Parallel()
	dir, before := signed(t)
	old, err := os.ReadFile(filepath.Join(dir, "keys", "journal.key"))
	if err != nil {
		t.Fatal(err)
	}
	s, said := replaced(t, dir)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	key := func(name string) string { return filepath.Join(dir, "keys", name) }
	for _, c := range []struct{ public, private string }{{before.Key, string(old)}, {said.New, string(old)}, {said.New, ""}, {"", ""}} {
		if _, err := os.Stat(key("journal.key.next")); err == nil {
			t.Error("the next key lies about")
		}
		errs := []error{os.Rename(key("journal.key"), key("journal.key.next"))}
		for name, half := range map[string]string{"journal.pub": c.public, "journal.key": c.private} {
			if half == "" {
				_ = os.Remove(key(name))
			} else {
				errs = append(errs, os.WriteFile(key(name), []byte(half), 0o600))
			}
		}
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), dir, time.Now)
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		if head, err := s.Head(t.Context()); err != nil || head.Key != said.New {
			t.Errorf("%+v: %+v, %v", c, head, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestR01AKeyThatWasMadeByHalfIsMadeAnew takes the folder as a kill leaves it between the key's files.
func TestR01AKeyThatWasMadeByHalfIsMadeAnew(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"the private half began":    {"journal.key.next": "PRIVATE+KEY+chan"},
		"the private half is there": {"journal.key.next": "PRIVATE+KEY+x+00000000+AAAA\n"},
		"the public half began":     {"journal.key.next": "PRIVATE+KEY+x+00000000+AAAA\n", "journal.pub": "x+000"},
	} {
		dir := t.TempDir()
		if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
			t.Fatal(err)
		}
		for file, content := range files {
			if err := os.WriteFile(filepath.Join(dir, "keys", file), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s := open(t, dir)
		if err := s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if r := verified(t, s, nil); len(r.Faults) > 0 {
			t.Errorf("%s: %+v", name, r.Faults)
		}
	}
}

func TestWhereNothingWasSignedThereIsNoKeyToReplace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	nobody := func(office.Office) (office.Actor, error) { return office.Actor{Operator: true}, nil }
	if _, _, err := (store.Place{Dir: dir}).ReplaceKey(context.Background(), time.Now, nobody); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an empty folder: %v", err)
	}
	open(t, dir) // and the folder can be used
}
