package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/internal/postgrestest"
	"chancery/store"
)

// lay puts a file into a folder as an earlier version did.
func lay(t *testing.T, dir, content, changed string) (hash string) {
	t.Helper()
	sum := sha256.Sum256([]byte(content))
	hash = hex.EncodeToString(sum[:])
	leaf := filepath.Join(dir, "blobs", hash[:2], hash[2:4])
	must(t, os.MkdirAll(leaf, 0o700))
	must(t, os.WriteFile(filepath.Join(leaf, hash), []byte(content+changed), 0o600))
	return hash
}

// TestAFileThatOneNodeWasGivenIsGivenByTheOthers, whose folders have nothing of it.
func TestAFileThatOneNodeWasGivenIsGivenByTheOthers(t *testing.T) {
	t.Parallel()
	_, all := nodes(t, 3)
	hash, err := all[0].KeepBlob(t.Context(), []byte("scan"))
	must(t, err)
	for _, s := range all {
		if content, err := s.Blob(t.Context(), hash); err != nil || string(content) != "scan" {
			t.Errorf("%q, %v", content, err)
		}
	}
}

// TestFilesThatAnEarlierVersionLeftInTheFolderMoveIntoTheDatabase at the start of a node that sees the folder, and are
// given before they have moved. One that is damaged stays where it is.
func TestFilesThatAnEarlierVersionLeftInTheFolderMoveIntoTheDatabase(t *testing.T) {
	t.Parallel()
	dsn, dir := postgrestest.Fresh(t), t.TempDir()
	s, err := store.OpenPostgres(t.Context(), dsn, dir, time.Now)
	must(t, err)
	hash := lay(t, dir, "scan", "")
	if content, err := s.Blob(t.Context(), hash); err != nil || string(content) != "scan" {
		t.Errorf("before it has moved: %q, %v", content, err)
	}
	must(t, s.Close())
	damaged := lay(t, dir, "letter", "!")
	s, err = store.OpenPostgres(t.Context(), dsn, dir, time.Now)
	must(t, err)
	s.Moved()
	if _, err := s.Blob(t.Context(), damaged); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a damaged file: %v", err)
	}
	must(t, s.Close())
	elsewhere := openPostgres(t, dsn)
	if content, err := elsewhere.Blob(t.Context(), hash); err != nil || string(content) != "scan" {
		t.Errorf("on a node with another folder: %q, %v", content, err)
	}
	var listed []string
	must(t, elsewhere.Blobs(t.Context(), func(hash string) error { listed = append(listed, hash); return nil }))
	if len(listed) != 1 || listed[0] != hash {
		t.Errorf("the database has %v", listed)
	}
}
