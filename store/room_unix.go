//go:build linux || darwin || freebsd

package store

import "syscall"

// diskRoom says how much of the disk that a folder is on is free for us, and how large that disk is, in bytes.
func diskRoom(dir string) (free, size uint64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, 0, err
	}
	return uint64(max(0, st.Bavail)) * uint64(st.Bsize), st.Blocks * uint64(st.Bsize), nil //nolint:gosec,unconvert,nolintlint // the types differ from system to system
}
