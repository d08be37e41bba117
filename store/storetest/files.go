package storetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"chancery/core/fault"
)

// files: what was kept is given again under its hash, also after opening anew, and listed once in order; what was not kept
// is refused in words.
func files(t *testing.T, at Place) {
	t.Helper()
	s, err := at(t.Context(), time.Now)
	must(t, err)
	kept := map[string][]byte{}
	for i := range 40 {
		content := bytes.Repeat([]byte{0, 255, byte(i)}, i*i)
		if i == 39 {
			content = bytes.Repeat([]byte("外事"), 2<<20)
		}
		for range 2 {
			hash, err := s.KeepBlob(t.Context(), content)
			must(t, err)
			if sum := sha256.Sum256(content); hash != hex.EncodeToString(sum[:]) {
				t.Fatalf("the hash of a file is %s", hash)
			}
			kept[hash] = content
		}
	}
	must(t, s.Close())
	if _, err := s.KeepBlob(t.Context(), []byte("late")); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a closed store keeps a file: %v", err)
	}
	s = open(t, at)
	var listed []string
	must(t, s.Blobs(t.Context(), func(hash string) error {
		listed = append(listed, hash)
		content, err := s.Blob(t.Context(), hash)
		if !bytes.Equal(content, kept[hash]) {
			t.Errorf("%s came back with %d bytes of %d", hash, len(content), len(kept[hash]))
		}
		return err
	}))
	if len(listed) != len(kept) || !slices.IsSorted(listed) {
		t.Errorf("%d files are listed of %d: %v", len(listed), len(kept), listed)
	}
	enough := errors.New("enough")
	if err := s.Blobs(t.Context(), func(string) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("the list ended with %v", err)
	}
	never := sha256.Sum256([]byte(strconv.Itoa(1)))
	if _, err := s.Blob(t.Context(), hex.EncodeToString(never[:])); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a file that was never kept: %v", err)
	}
	if _, err := s.Blob(t.Context(), "../../keys/journal.key"); err == nil {
		t.Error("a path was taken for a hash")
	}
}
