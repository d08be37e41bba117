package store

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"chancery/core/fault"
	"chancery/core/text"
)

// A backup is a tar file: the manifest, a member for each table, one for each attached file, the list of checkpoints,
// perhaps the key, and at the end a seal over every byte before it. Tables are packed one by one, so that the manifest can
// be read and the file listed by any tool.
const (
	memberManifest = "manifest.json"
	memberSeal     = "seal"
	block          = 512
)

// archive writes a backup. The length of a member is written once it is known.
type archive struct {
	f  *os.File
	w  *bufio.Writer
	at int64
}

func newArchive(f *os.File) *archive {
	a := &archive{f: f, at: block + manifestRoom}
	_, err := f.Seek(a.at, io.SeekStart)
	a.w = bufio.NewWriterSize(f, 256<<10)
	if err != nil {
		a.w = bufio.NewWriter(failing{err})
	}
	return a
}

// failing is a writer that cannot.
type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

// Write counts what it writes.
func (a *archive) Write(b []byte) (int, error) {
	n, err := a.w.Write(b)
	a.at += int64(n)
	return n, err
}

func header(name string, size int64) ([]byte, error) {
	var b bytes.Buffer
	err := tar.NewWriter(&b).WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, Format: tar.FormatGNU})
	if err == nil && b.Len() != block {
		err = fmt.Errorf("%s has too long a name", name)
	}
	return b.Bytes(), err
}

// pad fills a member up to a whole block.
func pad(size int64) []byte { return make([]byte, (block-size%block)%block) }

// whole writes a member of which the content is at hand.
func (a *archive) whole(name string, content []byte) error {
	head, err := header(name, int64(len(content)))
	if err != nil {
		return err
	}
	for _, b := range [][]byte{head, content, pad(int64(len(content)))} {
		if _, err := a.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// packed writes a member that fill writes, compressed.
func (a *archive) packed(name string, fill func(io.Writer) error) error {
	start := a.at
	if _, err := a.Write(make([]byte, block)); err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(a, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if err := fill(z); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	size := a.at - start - block
	if _, err := a.Write(pad(size)); err != nil {
		return err
	}
	head, err := header(name, size)
	if err == nil {
		err = a.w.Flush()
	}
	if err == nil {
		_, err = a.f.WriteAt(head, start)
	}
	return err
}

// finish writes the manifest and the seal.
func (a *archive) finish(m Manifest) error {
	if err := a.w.Flush(); err != nil {
		return err
	}
	said, err := m.padded()
	if err != nil {
		return err
	}
	head, err := header(memberManifest, int64(len(said)))
	if err != nil {
		return err
	}
	if _, err := a.f.WriteAt(append(head, said...), 0); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(a.f, 0, a.at)); err != nil {
		return err
	}
	end, err := stamp(sum.Sum(nil))
	if err == nil {
		_, err = a.f.WriteAt(end, a.at)
	}
	return err
}

// stamp is the seal of a backup: the end of one whose other bytes have a hash. It is the same to the byte for the same hash.
func stamp(sum []byte) ([]byte, error) {
	said := []byte(hex.EncodeToString(sum) + "\n")
	out, err := header(memberSeal, int64(len(said)))
	if err != nil {
		return nil, err
	}
	out = append(append(out, said...), pad(int64(len(said)))...)
	return append(out, make([]byte, 2*block)...), nil
}

// stampLength is how many bytes a seal takes.
const stampLength = 4 * block

// errBackup marks a file that is no backup, or no longer what was written.
var errBackup = errors.New("not a whole backup")

// BadBackup tells of an error that the file is the reason, and that no other file was looked at or changed.
func BadBackup(err error) bool { return errors.Is(err, errBackup) }

func foreign(file string, why error) error {
	return errors.Join(errBackup, fault.New(fault.Invalid, "file", text.Text{
		ZH: "{file} 不是本程序写的备份", EN: "{file} is not a backup that this program wrote",
	}.Fill(text.Args{"file": file})), why)
}

func damaged(file string, why error) error {
	return errors.Join(errBackup, fault.New(fault.Invalid, "file", text.Text{
		ZH: "备份 {file} 已损坏或不完整，与写成时不符，没有采用；请改用另一份备份", EN: "the backup {file} is damaged or cut off: it is not what was written, and was not used; take another one",
	}.Fill(text.Args{"file": file})), why)
}

func newer(file string, m Manifest) error {
	return errors.Join(errBackup, fault.New(fault.Unavailable, "file", text.Text{
		ZH: "备份 {file} 由更新的版本（{program}）写成，本程序读不了；请使用更新的程序", EN: "the backup {file} was written by a newer version ({program}), which this program cannot read: use the newer program",
	}.Fill(text.Args{"file": file, "program": m.Program})))
}

// unreadable is the fault of a file that cannot be opened or read.
func unreadable(file string, why error) error {
	return errors.Join(fault.New(fault.Unavailable, "file", text.Text{
		ZH: "打不开备份 {file}；请核对路径与权限", EN: "the backup {file} cannot be opened: check the path and its permissions",
	}.Fill(text.Args{"file": file})), why)
}

// takes is what is done with the members of a backup as they come, in the order in which they were written.
type takes struct {
	manifest func(m Manifest) error
	table    func(sum TableSum, r io.Reader) error // reads to the end
	file     func(hash string, content []byte) error
	other    func(name string, content []byte) error
}

// CheckBackup reads a whole backup and gives its manifest: it is what was written, to the byte, every table has the rows
// and every attached file the content that it was written with. The error is one of BadBackup when it is not. Progress,
// where it is set, is told which table has been read.
func CheckBackup(ctx context.Context, file string, progress func(what string, n int64)) (Manifest, error) {
	if progress == nil {
		progress = func(string, int64) {}
	}
	return readBackup(ctx, file, takes{
		manifest: func(Manifest) error { return nil },
		table: func(sum TableSum, r io.Reader) error {
			rows := newRowReader(r, sum, nil)
			for {
				if _, err := rows.next(); errors.Is(err, io.EOF) {
					progress(sum.Name, sum.Rows)
					return nil
				} else if err != nil {
					return err
				}
			}
		},
		file:  func(string, []byte) error { return nil },
		other: func(string, []byte) error { return nil },
	})
}

// readBackup gives the members of a backup once its seal holds.
func readBackup(ctx context.Context, file string, to takes) (Manifest, error) {
	f, err := os.Open(filepath.Clean(file))
	if err != nil {
		return Manifest{}, unreadable(file, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = errors.New("it is a folder")
	}
	if err != nil {
		return Manifest{}, unreadable(file, err)
	}
	m, err := readManifest(f)
	if err != nil {
		return Manifest{}, foreign(file, err)
	}
	if err := stamped(ctx, f, info.Size()); err != nil {
		if ctx.Err() != nil {
			return Manifest{}, ctx.Err()
		}
		return Manifest{}, damaged(file, err)
	}
	if m.Format > dumpFormat {
		return m, newer(file, m)
	}
	if err := to.manifest(m); err != nil {
		return m, err
	}
	if _, err := f.Seek(block+manifestRoom, io.SeekStart); err != nil {
		return m, unreadable(file, err)
	}
	r := &reading{ctx: ctx, m: m, r: tar.NewReader(bufio.NewReaderSize(f, 256<<10)), to: to}
	var own ourError
	switch err := r.all(); {
	case errors.As(err, &own):
		return m, own.error
	case err != nil:
		return m, damaged(file, err)
	}
	return m, nil
}

// readManifest reads the first member.
func readManifest(f io.ReaderAt) (Manifest, error) {
	r := tar.NewReader(io.NewSectionReader(f, 0, block+manifestRoom))
	head, err := r.Next()
	if err != nil {
		return Manifest{}, err
	}
	if head.Name != memberManifest || head.Size != manifestRoom {
		return Manifest{}, errors.New("it does not begin with a manifest")
	}
	var m Manifest
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return Manifest{}, err
	}
	if m.Format < 1 {
		return Manifest{}, errors.New("the manifest says no format")
	}
	return m, nil
}

// stamped holds every byte of a file against its seal.
func stamped(ctx context.Context, f io.ReaderAt, size int64) error {
	if size < block+manifestRoom+stampLength {
		return errors.New("it is too short")
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, &stoppable{ctx, io.NewSectionReader(f, 0, size-stampLength)}); err != nil {
		return err
	}
	want, err := stamp(sum.Sum(nil))
	if err != nil {
		return err
	}
	is := make([]byte, stampLength)
	if _, err := f.ReadAt(is, size-stampLength); err != nil {
		return err
	}
	if !bytes.Equal(is, want) {
		return errors.New("the seal does not hold")
	}
	return nil
}

// stoppable reads until nobody waits any more.
type stoppable struct {
	ctx context.Context //nolint:containedctx // of one reading
	r   io.Reader
}

func (s *stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(b)
}

// ourError is an error of whoever takes the members, and none of the file's.
type ourError struct{ error }

func (o ourError) Unwrap() error { return o.error }

// reading goes through the members of a backup.
type reading struct {
	ctx context.Context //nolint:containedctx // of one reading
	m   Manifest
	r   *tar.Reader
	to  takes
}

func (r *reading) all() error {
	for _, sum := range r.m.Tables {
		if err := r.table(sum); err != nil {
			return err
		}
	}
	files := newFilesSum()
	for {
		if err := r.ctx.Err(); err != nil {
			return ourError{err}
		}
		head, err := r.r.Next()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(io.LimitReader(r.r, head.Size))
		if err != nil {
			return err
		}
		hash, attached := strings.CutPrefix(head.Name, dirBlobs+"/")
		switch {
		case head.Name == memberSeal:
			if files.done() != r.m.Files {
				return errors.New("the attached files are not those of the manifest")
			}
			return nil
		case attached:
			if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != hash {
				return fmt.Errorf("file %s is not what was attached", hash)
			}
			files.add(hash, head.Size)
			err = r.to.file(hash, content)
		case head.Name == fileCheckpoints, head.Name == filePrivate, head.Name == filePublic, head.Name == fileSeal:
			err = r.to.other(head.Name, content)
		default:
			return fmt.Errorf("%s has no place in a backup", head.Name)
		}
		if err != nil {
			return ourError{err}
		}
	}
}

func (r *reading) table(sum TableSum) error {
	head, err := r.r.Next()
	if err != nil {
		return err
	}
	if head.Name != tableMember(sum.Name) {
		return fmt.Errorf("%s stands where table %s should", head.Name, sum.Name)
	}
	z, err := gzip.NewReader(&stoppable{r.ctx, r.r})
	if err != nil {
		return err
	}
	return r.to.table(sum, z)
}
