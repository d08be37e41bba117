package store

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"chancery/core/fault"
	"chancery/core/text"
)

// The files of a data folder.
const (
	fileData        = "chancery.db"
	fileLock        = "lock"
	fileCheckpoints = "checkpoints"
	filePrivate     = "keys/journal.key"
	filePublic      = "keys/journal.pub"
	fileNext        = "keys/journal.key.next"
	fileHooks       = "keys/hooks.key"
)

// makeFolder makes the data folder when there is none.
func makeFolder(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		return folderFault(dir, err)
	}
	return nil
}

// holdFolder makes the data folder when there is none, and keeps every other process out of it.
func holdFolder(dir string) (*os.File, error) {
	if err := makeFolder(dir); err != nil {
		return nil, err
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

// keepCheckpoint writes a signed checkpoint at the end of the folder's list, followed by an empty line. What cannot be
// written whole is not left there by half. Processes that share the folder write one after the other.
func keepCheckpoint(dir string, signed []byte) error {
	f, err := os.OpenFile(filepath.Join(dir, fileCheckpoints), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	var size int64
	err = awaitFile(f) // let go of when it is closed
	if err == nil {
		size, err = f.Seek(0, io.SeekEnd)
	}
	if err == nil {
		if _, err = f.Write(append(bytes.Clone(signed), '\n')); err != nil {
			err = errors.Join(err, f.Truncate(size))
		}
	}
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
	out, _ := checkpointsIn(data)
	return out, nil
}

// checkpointsIn reads a list of checkpoints, and says how many bytes those take that were written to their end.
func checkpointsIn(data []byte) (list [][]byte, whole int64) {
	parts := strings.Split(string(data), "\n\n")
	for i := 0; i+2 < len(parts); i += 2 {
		list = append(list, []byte(parts[i]+"\n\n"+parts[i+1]+"\n"))
		whole += int64(len(parts[i]) + len(parts[i+1]) + 4)
	}
	return list, whole
}

// cutTornCheckpoint takes a last checkpoint that was not written to its end off the list, so that the next one does not
// run into it. It stands in the database all the same. A list that cannot be read is reported when it is needed, and stops
// nobody from acting.
func cutTornCheckpoint(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, fileCheckpoints), os.O_RDWR, 0o600)
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	err = awaitFile(f)
	if data, read := io.ReadAll(f); err == nil && read == nil {
		if _, whole := checkpointsIn(data); whole < int64(len(data)) {
			err = f.Truncate(whole)
		}
	}
	return errors.Join(err, f.Close())
}
