//go:build unix

package store_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// disk stands between the database and the file system of a process and numbers every point at which something is about
// to reach the disk: each write, each sync, each cutting and each removal of a file. At one of them something happens.
type disk struct {
	at    int64 // the point at which it happens; 0: never
	event string

	points  atomic.Int64
	mended  atomic.Bool
	real    uintptr // the file system's own functions
	mu      sync.Mutex
	methods map[uintptr]uintptr // a file's own functions, with ours before them
	own     map[uintptr]uintptr // and back
	keep    []any               // what the database calls must not be forgotten
}

// What may happen at a point.
const (
	killed = "kill"  // the process ends before it
	torn   = "torn"  // half of what is written reaches the disk, then the process ends
	full   = "full"  // from then on the disk is full
	broken = "eio"   // from then on the disk fails
	unsync = "fsync" // from then on no sync succeeds
	once   = "once"  // the next sync fails, and it alone
)

// The kinds of function that are called from inside the database.
type (
	openFile   = func(tls *libc.TLS, vfs, name, file uintptr, flags int32, out uintptr) int32
	deleteFile = func(tls *libc.TLS, vfs, name uintptr, sync int32) int32
	writeFile  = func(tls *libc.TLS, file, buf uintptr, n int32, at int64) int32
	syncFile   = func(tls *libc.TLS, file uintptr, flags int32) int32
	cutFile    = func(tls *libc.TLS, file uintptr, size int64) int32
)

func pointer[F any](f F) uintptr { return *(*uintptr)(unsafe.Pointer(&struct{ f F }{f})) }

func function[F any](p uintptr) F { return *(*F)(unsafe.Pointer(&struct{ p uintptr }{p})) }

// at gives what stands at an address that the database knows.
func at[T any](p uintptr) *T { return *(**T)(unsafe.Pointer(&p)) }

// install puts the disk below every database that this process opens from now on.
func (d *disk) install() error {
	tls := libc.NewTLS()
	d.real = sqlite3.Xsqlite3_vfs_find(tls, 0)
	name, err := libc.CString("counted")
	if err != nil || d.real == 0 {
		return fmt.Errorf("no file system to stand before: %w", err)
	}
	d.methods, d.own = map[uintptr]uintptr{}, map[uintptr]uintptr{}
	ours := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_vfs{})))
	vfs := at[sqlite3.Tsqlite3_vfs](ours)
	*vfs = *at[sqlite3.Tsqlite3_vfs](d.real)
	vfs.FzName = name
	open, remove := d.open, d.remove
	d.keep = append(d.keep, open, remove)
	vfs.FxOpen, vfs.FxDelete = pointer(open), pointer(remove)
	if rc := sqlite3.Xsqlite3_vfs_register(tls, ours, 1); rc != sqlite3.SQLITE_OK {
		return fmt.Errorf("register: %d", rc)
	}
	return nil
}

// point is passed before something reaches the disk; it gives what the database is told instead, or 0.
func (d *disk) point(isSync bool, half func()) int32 {
	n := d.points.Add(1)
	if d.at == 0 || n < d.at || d.mended.Load() {
		return sqlite3.SQLITE_OK
	}
	switch d.event {
	case torn, killed:
		if d.event == torn && half != nil {
			half()
		}
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way
	case full:
		if !isSync {
			return sqlite3.SQLITE_FULL
		}
	case broken:
		return sqlite3.SQLITE_IOERR_WRITE
	case unsync:
		if isSync {
			return sqlite3.SQLITE_IOERR_FSYNC
		}
	case once:
		if isSync && d.mended.CompareAndSwap(false, true) {
			return sqlite3.SQLITE_IOERR_FSYNC
		}
	}
	return sqlite3.SQLITE_OK
}

func (d *disk) open(tls *libc.TLS, _, name, file uintptr, flags int32, out uintptr) int32 {
	rc := function[openFile](at[sqlite3.Tsqlite3_vfs](d.real).FxOpen)(tls, d.real, name, file, flags, out)
	f := at[sqlite3.Tsqlite3_file](file)
	if rc != sqlite3.SQLITE_OK || f.FpMethods == 0 {
		return rc
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.methods[f.FpMethods] == 0 {
		p := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(sqlite3.Tsqlite3_io_methods{})))
		m := at[sqlite3.Tsqlite3_io_methods](p)
		*m = *at[sqlite3.Tsqlite3_io_methods](f.FpMethods)
		write, sync, cut := d.write, d.sync, d.cut
		d.keep = append(d.keep, write, sync, cut)
		m.FxWrite, m.FxSync, m.FxTruncate = pointer(write), pointer(sync), pointer(cut)
		d.methods[f.FpMethods], d.own[p] = p, f.FpMethods
	}
	f.FpMethods = d.methods[f.FpMethods]
	return rc
}

// of gives a file's own functions.
func (d *disk) of(file uintptr) *sqlite3.Tsqlite3_io_methods {
	d.mu.Lock()
	defer d.mu.Unlock()
	return at[sqlite3.Tsqlite3_io_methods](d.own[at[sqlite3.Tsqlite3_file](file).FpMethods])
}

func (d *disk) write(tls *libc.TLS, file, buf uintptr, n int32, to int64) int32 {
	write := function[writeFile](d.of(file).FxWrite)
	if rc := d.point(false, func() { write(tls, file, buf, n/2, to) }); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return write(tls, file, buf, n, to)
}

func (d *disk) sync(tls *libc.TLS, file uintptr, flags int32) int32 {
	if rc := d.point(true, nil); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return function[syncFile](d.of(file).FxSync)(tls, file, flags)
}

func (d *disk) cut(tls *libc.TLS, file uintptr, size int64) int32 {
	if rc := d.point(false, nil); rc != sqlite3.SQLITE_OK {
		return rc
	}
	return function[cutFile](d.of(file).FxTruncate)(tls, file, size)
}

func (d *disk) remove(tls *libc.TLS, _, name uintptr, sync int32) int32 {
	if strings.HasSuffix(libc.GoString(name), "-wal") {
		if rc := d.point(false, nil); rc != sqlite3.SQLITE_OK {
			return rc
		}
	}
	return function[deleteFile](at[sqlite3.Tsqlite3_vfs](d.real).FxDelete)(tls, d.real, name, sync)
}
