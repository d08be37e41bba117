package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"chancery/core/fault"
	"chancery/core/text"
)

// dirBlobs is where attached files are kept, each under its hash: blobs/aa/bb/aabb….
const dirBlobs = "blobs"

// blobPath is where the file of a hash is kept.
func (s *Store) blobPath(hash string) (string, error) {
	if raw, err := hex.DecodeString(hash); err != nil || len(raw) != sha256.Size || hex.EncodeToString(raw) != hash {
		return "", fmt.Errorf("%q is no hash of a file", hash)
	}
	return filepath.Join(s.dir, dirBlobs, hash[:2], hash[2:4], hash), nil
}

// KeepBlob keeps a file under its hash and returns once it is durable: an entry that names the hash may be committed then. The same
// content is kept once; one that no entry names takes room and harms nothing.
func (s *Store) KeepBlob(_ context.Context, content []byte) (string, error) {
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	path, err := s.blobPath(hash)
	if err != nil {
		return "", err
	}
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, content) { //nolint:gosec // the path is made of a hash
		return hash, nil
	}
	if err := s.placeBlob(path, content); err != nil {
		return "", folderFault(s.dir, fmt.Errorf("keep file: %w", err))
	}
	return hash, nil
}

// placeBlob writes a file under a name of its own first: what bears a hash as its name is whole.
func (s *Store) placeBlob(path string, content []byte) error {
	leaf, middle, top := filepath.Dir(path), filepath.Dir(filepath.Dir(path)), filepath.Join(s.dir, dirBlobs)
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
	for _, dir := range []string{leaf, middle, top, s.dir} {
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

// Blob gives the file of a hash. Unavailable comes back when it is gone or is no longer what was kept.
func (s *Store) Blob(_ context.Context, hash string) ([]byte, error) {
	path, err := s.blobPath(hash)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(path) //nolint:gosec // the path is made of a hash
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Unavailable, "file", text.Text{
			ZH: "附件的文件不在数据夹中；请系统管理员从备份恢复", EN: "the attached file is not in the data folder: have it restored from a backup",
		})
	}
	if err != nil {
		return nil, folderFault(s.dir, err)
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != hash {
		return nil, fault.New(fault.Unavailable, "file", text.Text{
			ZH: "附件的文件与存证不符，没有取出；请系统管理员从备份恢复", EN: "the attached file is not what the record says and is not given out: have it restored from a backup",
		})
	}
	return content, nil
}
