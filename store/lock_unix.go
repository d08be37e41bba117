//go:build unix

package store

import (
	"os"
	"syscall"
)

// holdFile takes the lock on an open file, without waiting. The kernel lets go of it when the process ends, however it ends.
func holdFile(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// freeFile lets go of the lock at once, though a process that is just being started may still have the file open too.
func freeFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }

// awaitFile takes the lock on an open file, waiting for whoever has it.
func awaitFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX) }
