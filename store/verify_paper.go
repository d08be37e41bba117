package store

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"

	"chancery/core/casework"
	"chancery/core/journal"
)

// paper is what an entry says of the file that it attached.
type paper struct {
	no, name, hash string
	entry          int64
}

// attachedBy adds the paper of an entry, if it attached one.
func attachedBy(papers []paper, e journal.Entry) []paper {
	if e.Kind != string(casework.Attached) {
		return papers
	}
	var said casework.Event
	if json.Unmarshal(e.Body, &said) != nil || said.Attachment == nil {
		return papers // an entry that cannot be read is a fault of its own
	}
	return append(papers, paper{no: e.Case, name: said.Attachment.Name, hash: said.Attachment.Hash, entry: e.ID})
}

// auditPapers holds the files that were attached against what their entries say; each file is read once. A file that cannot
// be read from the disk is as good as changed; a server that does not answer is no fault of the record.
func (s *Store) auditPapers(ctx context.Context, a *journal.Audit, papers []paper) error {
	type state struct{ missing, changed bool }
	known := map[string]state{}
	for _, p := range papers {
		is, asked := known[p.hash]
		if !asked {
			var (
				content []byte
				err     error
				disk    *fs.PathError
			)
			if isHash(p.hash) {
				content, err = s.db.blob(ctx, p.hash)
			}
			if err != nil && !errors.As(err, &disk) {
				return err
			}
			is.missing = err == nil && content == nil && isHash(p.hash)
			is.changed = !is.missing && (err != nil || hashOf(content) != p.hash)
			known[p.hash] = is
		}
		if is.missing || is.changed {
			a.Paper(p.no, p.name, p.entry, is.missing)
		}
	}
	return nil
}
