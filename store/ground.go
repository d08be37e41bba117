package store

import (
	"context"
)

// Ground is what an office stands on.
type Ground struct {
	Free, Size uint64 // of the disk of the folder, in bytes
	Full       bool   // so little is free that no act is taken
	// Schema is the one that the data is at, Known the one of this program.
	Schema, Known int64
}

// Ground looks at the disk and the schema.
func (s *Store) Ground(ctx context.Context) (Ground, error) {
	var (
		g   Ground
		err error
	)
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
		_, err := t.one("read the schema", schemaReached, nil, &g.Schema)
		return err
	})
	return g, err
}
