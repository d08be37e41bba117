//go:build linux

package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"chancery/core/fault"
)

// TestR04AFileThatFindsNoRoomIsRefusedInWordsAndLeavesNoHalf on a real file system that is full; acts go on, what was kept is
// given, and with room again the same file is kept.
func TestR04AFileThatFindsNoRoomIsRefusedInWordsAndLeavesNoHalf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	blobs := filepath.Join(dir, "blobs")
	must(t, os.MkdirAll(blobs, 0o700))
	if err := syscall.Mount("none", blobs, "tmpfs", 0, "size=1m,mode=0700"); err != nil {
		t.Skipf("A FULL DISK UNDER ATTACHED FILES IS NOT SHOWN BY THIS RUN: no file system may be mounted here: %v", err)
	}
	t.Cleanup(func() { must(t, syscall.Unmount(blobs, syscall.MNT_DETACH)) })
	must(t, os.WriteFile(filepath.Join(blobs, "half-of-a-process-that-died"), []byte("half"), 0o600))
	s := open(t, dir)
	first, err := s.KeepBlob(t.Context(), bytes.Repeat([]byte("一"), 100_000))
	must(t, err)
	large := bytes.Repeat([]byte("二"), 300_000)
	_, err = s.KeepBlob(t.Context(), large)
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "the disk is full and the file was not kept") {
		t.Errorf("without room: %v", err)
	}
	inWords(t, "a file without room", err)
	if halves, err := filepath.Glob(filepath.Join(blobs, "half-*")); err != nil || len(halves) > 0 {
		t.Errorf("halves are left: %v, %v", halves, err)
	}
	n := 0
	must(t, s.Blobs(t.Context(), func(hash string) error {
		n++
		_, err := s.Blob(t.Context(), hash)
		return err
	}))
	if n != 1 {
		t.Errorf("%d files are listed", n)
	}
	must(t, os.RemoveAll(filepath.Join(blobs, first[:2])))
	hash, err := s.KeepBlob(t.Context(), large)
	must(t, err)
	if content, err := s.Blob(t.Context(), hash); err != nil || !bytes.Equal(content, large) {
		t.Errorf("with room again: %d bytes, %v", len(content), err)
	}
}
