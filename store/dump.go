package store

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/text"
)

// dumpFormat is the number of the form in which backups are written; a program refuses those of a higher one.
const dumpFormat = 1

// Manifest is what a backup says about itself, at its beginning.
type Manifest struct {
	Format   int              `json:"format"`
	Program  string           `json:"program"` // the version that wrote it
	Schema   int64            `json:"schema"`
	Database string           `json:"database"` // sqlite or postgres
	At       calendar.Instant `json:"at"`
	Head     DumpHead         `json:"head"`
	Tables   []TableSum       `json:"tables"`
	Files    FilesSum         `json:"files"`
	// Lists counts the checkpoints of the folder's list.
	Lists int `json:"checkpoints"`
	// Next are the numbers that a table gave its rows last, where a number is not given again.
	Next map[string]int64 `json:"next,omitempty"`
	// WithKey: the private key that signs the record is in the backup.
	WithKey bool `json:"with_key"`
}

// DumpHead is the state of the record in the same snapshot as the rows.
type DumpHead struct {
	Entries    int64  `json:"entries"`
	Sequenced  int64  `json:"sequenced"`
	Root       string `json:"root"`
	Key        string `json:"key"` // the public half of the one that signs
	Checkpoint string `json:"checkpoint"`
}

// TableSum is what a table held: its columns in the order in which they are written, those of the primary key first, and
// the SHA-256 of its rows. Two offices with the same rows have the same digest, whichever database they are in.
type TableSum struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	Bytes   int64    `json:"bytes"`
	Digest  string   `json:"sha256"`
}

// FilesSum is what was attached: how many files, how long together, and the SHA-256 of their hashes in order.
type FilesSum struct {
	Count  int64  `json:"count"`
	Bytes  int64  `json:"bytes"`
	Digest string `json:"sha256"`
}

// Taking says how a backup is taken.
type Taking struct {
	Program string           // the version of the program
	At      calendar.Instant // now
	WithKey bool             // the private key goes into the backup, and the one under which secrets lie
	Force   bool             // a file of that name is replaced
	// Progress, where it is set, is told how many rows of a table, or how many files, are written.
	Progress func(what string, n int64)
}

// Backup writes the office that a place holds to a file, as it is at one instant, whoever acts on it meanwhile, and reads
// what it wrote again. The file bears its name once it is whole and on the disk. Invalid comes back when the file is
// there already, Unavailable when there is no data in the place or the disk fails.
func (p Place) Backup(ctx context.Context, file string, how Taking) (Manifest, error) {
	s, err := p.snapshot(ctx)
	if err != nil {
		return Manifest{}, err
	}
	m, err := s.backup(file, how)
	return m, errors.Join(err, s.close())
}

func (s *snapshot) backup(file string, how Taking) (Manifest, error) {
	half, err := openHalf(file, how.Force)
	if err != nil {
		return Manifest{}, err
	}
	a := newArchive(half)
	m, err := s.write(a, how)
	if err = errors.Join(err, s.close()); err == nil { // the database is not held up while the file is read again
		err = a.finish(m)
	}
	if err == nil {
		err = half.Sync()
	}
	if err == nil {
		var read Manifest
		if read, err = CheckBackup(s.ctx, half.Name(), nil); err == nil && read.Head != m.Head {
			err = errors.New("the backup does not say what was written")
		}
	}
	if err == nil {
		err = os.Rename(half.Name(), file)
	}
	if err != nil {
		_ = os.Remove(half.Name()) // before the lock is let go of
		return Manifest{}, errors.Join(backupFault(file, err), half.Close())
	}
	return m, errors.Join(half.Close(), syncDir(filepath.Dir(file)))
}

// openHalf makes the file that is to become the backup; nobody else writes it.
func openHalf(file string, force bool) (*os.File, error) {
	if _, err := os.Lstat(file); err == nil && !force {
		return nil, fault.New(fault.Invalid, "file", text.Text{
			ZH: "{file} 已存在，没有覆盖；请换一个文件名，或用 --force", EN: "{file} is there already and was left alone: name another file, or use --force",
		}.Fill(text.Args{"file": file}))
	}
	f, err := os.OpenFile(filepath.Clean(file)+".half", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, backupFault(file, err)
	}
	if err := holdFile(f); err != nil {
		_ = f.Close()
		return nil, fault.New(fault.Unavailable, "file", text.Text{
			ZH: "另一个进程正在写 {file}；请等它写完", EN: "another process is just writing {file}: wait until it is done",
		}.Fill(text.Args{"file": file}))
	}
	if err := errors.Join(f.Truncate(0), f.Chmod(0o600)); err != nil {
		return nil, errors.Join(backupFault(file, err), f.Close())
	}
	return f, nil
}

// backupFault puts into words that a backup could not be written.
func backupFault(file string, err error) error {
	if fault.KindOf(err) != fault.Ours {
		return err
	}
	return errors.Join(fault.New(fault.Unavailable, "file", text.Text{
		ZH: "备份 {file} 没有写成：请检查文件夹是否存在、是否可写、磁盘是否已满", EN: "the backup {file} was not written: see that the folder exists, can be written, and that the disk is not full",
	}.Fill(text.Args{"file": file})), err)
}

// write writes everything but the manifest, which it gives.
func (s *snapshot) write(a *archive, how Taking) (Manifest, error) {
	m := Manifest{Format: dumpFormat, Program: how.Program, Schema: s.schema, Database: s.engine.name(), At: how.At, WithKey: how.WithKey}
	tell := how.Progress
	if tell == nil {
		tell = func(string, int64) {}
	}
	var err error
	if m.Head, err = s.head(); err != nil {
		return m, err
	}
	if m.Next, err = s.engine.given(s); err != nil {
		return m, err
	}
	for _, t := range s.tables {
		sum := sumOf(t)
		if err := a.packed(tableMember(t.name), func(w io.Writer) error {
			return s.sum(t, &sum, w, func(n int64) { tell(t.name, n) })
		}); err != nil {
			return m, err
		}
		m.Tables = append(m.Tables, sum)
	}
	files := newFilesSum()
	if err := s.files(func(hash string, content []byte) error {
		files.add(hash, int64(len(content)))
		tell(dirBlobs, files.Count)
		return a.whole(dirBlobs+"/"+hash, content)
	}); err != nil {
		return m, err
	}
	m.Files = files.done()
	list, n, err := s.checkpoints(m.Head.Sequenced)
	if err != nil {
		return m, err
	}
	m.Lists = n
	if err := a.whole(fileCheckpoints, list); err != nil {
		return m, err
	}
	if how.WithKey {
		err = s.writeKey(a, m.Head.Key)
	}
	return m, err
}

// checkpoints gives the folder's list as far as the record goes in the snapshot.
func (s *snapshot) checkpoints(size int64) (list []byte, n int, err error) {
	kept, err := keptCheckpoints(s.dir)
	for _, signed := range kept {
		if c, ok := journal.Claimed(signed); ok && c.Size <= size {
			list = append(append(list, signed...), '\n')
			n++
		}
	}
	return list, n, err
}

// writeKey writes both halves of the key that signs, and the key under which secrets lie.
func (s *snapshot) writeKey(a *archive, public string) error {
	private, err := os.ReadFile(filepath.Join(s.dir, filePrivate))
	if err == nil {
		_, err = journal.ReadKey(string(private), public)
	}
	if err != nil {
		return errors.Join(fault.New(fault.Unavailable, "keys", text.Text{
			ZH: "{private} 不是签署本库记录的密钥，或读不出来；请在持有密钥的机器上备份，或不带密钥备份",
			EN: "{private} is not the key that signs this record, or cannot be read: take the backup on a machine that has the key, or without the key",
		}.Fill(text.Args{"private": filepath.Join(s.dir, filePrivate)})), err)
	}
	if err := errors.Join(a.whole(filePrivate, private), a.whole(filePublic, []byte(public+"\n"))); err != nil {
		return err
	}
	secrets, err := os.ReadFile(filepath.Join(s.dir, fileSeal))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was put under it, or another machine has it
	}
	if err != nil {
		return folderFault(s.dir, err)
	}
	return a.whole(fileSeal, secrets)
}

// Digests gives what each table of a place holds just now, read as a backup reads it.
func (p Place) Digests(ctx context.Context) ([]TableSum, error) {
	s, err := p.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	sums, err := s.sums()
	return sums, errors.Join(err, s.close())
}

func (s *snapshot) sums() ([]TableSum, error) {
	var out []TableSum
	for _, t := range s.tables {
		sum := sumOf(t)
		if err := s.sum(t, &sum, io.Discard, func(int64) {}); err != nil {
			return nil, err
		}
		out = append(out, sum)
	}
	return out, nil
}

// manifestRoom is how many bytes a manifest has at the beginning of a backup.
const manifestRoom = 64 << 10

// padded writes a manifest as it stands in a backup.
func (m Manifest) padded() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return nil, err
	}
	if len(b) >= manifestRoom {
		return nil, errors.New("the manifest has no room")
	}
	for len(b) < manifestRoom-1 {
		b = append(b, ' ')
	}
	return append(b, '\n'), nil
}
