//go:build !unix

package store

import "os"

// holdFile cannot hold a file on this system: the database's own lock must do.
func holdFile(*os.File) error { return nil }

// freeFile has nothing to let go of.
func freeFile(*os.File) error { return nil }

// awaitFile has nothing to wait for.
func awaitFile(*os.File) error { return nil }
