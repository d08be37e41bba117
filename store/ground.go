package store

import (
	"context"

	"chancery/core/calendar"
)

// Ground is what an office stands on.
type Ground struct {
	Free, Size uint64 // of the disk of the folder, in bytes
	Full       bool   // so little is free that no act is taken
	// Now is what the clock says, Last the instant of the newest act, Server what the clock of the database says, where
	// that is another machine's; zero where there is none.
	Now, Last, Server calendar.Instant
	// Schema is the one that the data is at, Known the one of this program.
	Schema, Known int64
}

// Ground looks at the disk, the clock and the schema.
func (s *Store) Ground(ctx context.Context) (Ground, error) {
	g := Ground{Now: calendar.InstantOf(s.clock()), Last: calendar.Instant(s.last.Load())}
	var err error
	if g.Free, g.Size, err = diskRoom(s.dir); err != nil {
		return g, folderFault(s.dir, err)
	}
	g.Full = scarce(g.Free, g.Size)
	p := Place{Dir: s.dir}
	if _, served := s.db.(*postgres); served {
		p.DSN = "served"
	}
	if g.Known, err = knownSchema(p); err != nil {
		return g, err
	}
	err = s.Read(ctx, func(t *Tx) error {
		if _, err := t.one("read the schema", schemaReached, nil, &g.Schema); err != nil || p.DSN == "" {
			return err
		}
		_, err := t.one("ask for the time", postgresClock, nil, (*int64)(&g.Server))
		return err
	})
	return g, err
}
