package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"chancery/core/fault"
	"chancery/core/text"
)

// dirBlobs is where attached files are kept in a folder, each under its hash: blobs/aa/bb/aabb….
const dirBlobs = "blobs"

// blobFolder is a data folder, as the place of attached files.
type blobFolder struct{ dir string }

func (b blobFolder) path(hash string) string {
	return filepath.Join(b.dir, dirBlobs, hash[:2], hash[2:4], hash)
}

// keep keeps a file, unless it is there as it should be.
func (b blobFolder) keep(hash string, content []byte) error {
	path := b.path(hash)
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, content) { //nolint:gosec // the path is made of a hash
		return nil
	}
	err := b.place(path, content)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("keep file: %w: %w", fault.New(fault.Unavailable, "data", text.Text{
			ZH: "磁盘已满，文件没有保存；请腾出空间后再传", EN: "the disk is full and the file was not kept: make room and attach it again",
		}), err)
	}
	if err != nil {
		return folderFault(b.dir, fmt.Errorf("keep file: %w", err))
	}
	return nil
}

// place writes a file under a name of its own first: what bears a hash as its name is whole.
func (b blobFolder) place(path string, content []byte) error {
	leaf, middle, top := filepath.Dir(path), filepath.Dir(filepath.Dir(path)), filepath.Join(b.dir, dirBlobs)
	if err := os.MkdirAll(leaf, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(top, "half-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	for _, dir := range []string{leaf, middle, top, b.dir} {
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// syncDir makes the names in a folder durable, where the system can.
func syncDir(dir string) error {
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, fs.ErrPermission) {
		err = nil // not every system lets folders be synced
	}
	return errors.Join(err, d.Close())
}

// tidy takes away the halves that a process left which died over them. Nobody else may be writing.
func (b blobFolder) tidy() error {
	halves, err := filepath.Glob(filepath.Join(b.dir, dirBlobs, "half-*"))
	for _, half := range halves {
		err = errors.Join(err, os.Remove(half))
	}
	return err
}

// read gives a file, and nothing where there is none.
func (b blobFolder) read(hash string) ([]byte, error) {
	content, err := os.ReadFile(b.path(hash)) //nolint:gosec // the path is made of a hash
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, folderFault(b.dir, err)
	}
	return content, nil
}

// after lists the hashes that follow one, in order.
func (b blobFolder) after(after string, most int) ([]string, error) {
	var out []string
	root := filepath.Join(b.dir, dirBlobs)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			begins, err := filepath.Rel(root, path)
			begins = strings.ReplaceAll(begins, string(filepath.Separator), "")
			if err == nil && len(begins) <= len(after) && begins < after[:len(begins)] {
				err = fs.SkipDir
			}
			return err
		case isHash(e.Name()) && e.Name() > after:
			if out = append(out, e.Name()); len(out) == most {
				return fs.SkipAll
			}
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) && out == nil {
		return nil, nil
	}
	if err != nil {
		return nil, folderFault(b.dir, err)
	}
	slices.Sort(out)
	return out, nil
}
