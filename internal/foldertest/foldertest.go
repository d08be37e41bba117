// Package foldertest gives each test a data folder of its own whose database has the present schema and nothing in it: a copy
// of one that was migrated once. What is promised of a folder's first opening is shown on folders that are empty.
package foldertest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"chancery/store"
)

// file is where a data folder has its database.
const file = "chancery.db"

// pattern is the database file of a folder in which nothing was done yet.
var pattern = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "pattern")
	if err != nil {
		return nil, err
	}
	s, err := store.Open(context.Background(), dir, time.Now)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	err = s.Close()                                     // by which all of it stands in the file
	data, read := os.ReadFile(filepath.Join(dir, file)) //nolint:gosec // the folder is our own
	return data, errors.Join(err, read, os.RemoveAll(dir))
})

// Fresh gives a folder with the present schema and nothing in it; its keys are made when it is opened. It is gone when the
// test is over.
func Fresh(t testing.TB) string {
	t.Helper()
	data, err := pattern()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, file), data, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Folder is a data folder as it was once: any number of tests begin with a copy of it and share nothing.
type Folder struct{ files fs.FS }

// Keep reads a folder that nobody holds.
func Keep(dir string) (Folder, error) {
	kept, from := fstest.MapFS{}, os.DirFS(dir)
	return Folder{kept}, fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(from, name)
		kept[name] = &fstest.MapFile{Data: content, Mode: 0o600}
		return err
	})
}

// Copy gives a folder that is as the kept one was. It is gone when the test is over.
func (f Folder) Copy(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "keys"), 0o700), os.CopyFS(dir, f.files)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Once is a folder that is filled when it is asked for the first time.
type Once struct {
	mu     sync.Mutex
	filled *Folder
}

// Copy gives a copy of the folder; fill fills it and lets go of it.
func (o *Once) Copy(t testing.TB, fill func() (dir string)) string {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.filled == nil {
		folder, err := Keep(fill())
		if err != nil {
			t.Fatal(err)
		}
		o.filled = &folder
	}
	return o.filled.Copy(t)
}
