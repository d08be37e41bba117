package store

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/text"
)

// The files of a data folder.
const (
	fileData        = "chancery.db"
	fileLock        = "lock"
	fileCheckpoints = "checkpoints"
	filePrivate     = "keys/journal.key"
	filePublic      = "keys/journal.pub"
)

// holdFolder makes the data folder when there is none, and keeps every other process out of it.
func holdFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		return nil, folderFault(dir, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, fileLock), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, folderFault(dir, err)
	}
	if err := holdFile(f); err != nil {
		pid, _ := os.ReadFile(f.Name())
		_ = f.Close()
		return nil, fault.New(fault.Unavailable, "data", text.Text{
			ZH: "数据夹 {dir} 正由另一个进程使用（进程号 {pid}）；请先停止它，或换一个数据夹",
			EN: "the data folder {dir} is in use by another process (pid {pid}): stop that one, or name another folder",
		}.Fill(text.Args{"dir": dir, "pid": strings.TrimSpace(string(pid))}))
	}
	if err := errors.Join(f.Truncate(0), writeAt(f, strconv.Itoa(os.Getpid())+"\n")); err != nil {
		_ = f.Close()
		return nil, folderFault(dir, err)
	}
	return f, nil
}

func writeAt(f *os.File, s string) error {
	_, err := f.WriteAt([]byte(s), 0)
	return err
}

func folderFault(dir string, err error) error {
	f := fault.New(fault.Unavailable, "data", text.Text{
		ZH: "数据夹 {dir} 无法使用：请检查它是否存在、是否可写、磁盘是否已满",
		EN: "the data folder {dir} cannot be used: see that it exists, can be written, and that the disk is not full",
	}.Fill(text.Args{"dir": dir}))
	return fmt.Errorf("%w: %w", f, err)
}

// readKey reads the key that signs checkpoints. A record that has none yet is given a new one; a record whose key is
// lost is not given another silently.
func readKey(dir string, empty bool) (*journal.Key, error) {
	private, err := os.ReadFile(filepath.Join(dir, filePrivate))
	if errors.Is(err, fs.ErrNotExist) {
		if !empty {
			return nil, fault.New(fault.Unavailable, "keys", text.Text{
				ZH: "签署记录的密钥 {file} 不见了；请从备份中恢复它",
				EN: "the key that signs the record, {file}, is gone: restore it from a backup",
			}.Fill(text.Args{"file": filepath.Join(dir, filePrivate)}))
		}
		return newKey(dir)
	}
	if err != nil {
		return nil, folderFault(dir, err)
	}
	public, err := os.ReadFile(filepath.Join(dir, filePublic))
	if err != nil {
		return nil, folderFault(dir, err)
	}
	return journal.ReadKey(string(private), string(public))
}

func newKey(dir string) (*journal.Key, error) {
	var id [4]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	private, public, err := journal.NewKey(rand.Reader, "chancery/"+hex.EncodeToString(id[:]))
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	// The private key comes last and under its name only when whole: a key that is there is complete.
	half := filepath.Join(dir, filePrivate+".new")
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, filePublic), []byte(public+"\n"), 0o600),
		os.WriteFile(half, []byte(private+"\n"), 0o600),
	)
	if err == nil {
		err = os.Rename(half, filepath.Join(dir, filePrivate))
	}
	if err != nil {
		return nil, folderFault(dir, err)
	}
	return journal.ReadKey(private, public)
}

// keepCheckpoint writes a signed checkpoint at the end of the folder's list, followed by an empty line.
func keepCheckpoint(dir string, signed []byte) error {
	f, err := os.OpenFile(filepath.Join(dir, fileCheckpoints), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(bytes.Clone(signed), '\n'))
	return errors.Join(err, f.Close())
}

// keptCheckpoints reads the folder's list; a last one that was not written to its end is left out.
func keptCheckpoints(dir string) ([][]byte, error) {
	data, err := os.ReadFile(filepath.Join(dir, fileCheckpoints))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, folderFault(dir, err)
	}
	parts := strings.Split(string(data), "\n\n")
	var out [][]byte
	for i := 0; i+2 < len(parts); i += 2 {
		out = append(out, []byte(parts[i]+"\n\n"+parts[i+1]+"\n"))
	}
	return out, nil
}
