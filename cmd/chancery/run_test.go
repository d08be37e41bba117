package main

import (
	"context"
	"io"
	"io/fs"
	"sync"
	"time"

	"chancery/core/calendar"
	"chancery/desk"
	"chancery/library"
)

// shipped is the library that the program ships, read once for all command lines: nothing changes it.
var shipped = sync.OnceValues(func() (*desk.Library, error) { return desk.LoadLibrary(library.FS) })

// readOnce gives the shipped library as it was read before; with announced years, or from elsewhere, one that is read anew.
func readOnce(from fs.FS, announced ...calendar.Announcement) (*desk.Library, error) {
	if from == library.FS && len(announced) == 0 {
		return shipped()
	}
	return desk.LoadLibrary(from, announced...)
}

// run runs one command line as the binary does, in a process that has read its library.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	return (&App{ctx: ctx, out: out, errs: errs, clock: time.Now, libfs: library.FS, load: readOnce}).run(args)
}
