package desk

import (
	"context"
	"encoding/json"
	"fmt"

	"chancery/core/casework"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
)

// Rebuild folds the entries of a case, as verification does, and gives the case. The entries of the door are of no case
// and give the zero one.
func Rebuild(entries []journal.Entry) (casework.Case, error) {
	events := make([]casework.Event, 0, len(entries))
	for _, entry := range entries {
		if entry.Case == SecurityChain {
			return casework.Case{}, nil
		}
		e, err := eventOf(entry)
		if err != nil {
			return casework.Case{}, err
		}
		events = append(events, e)
	}
	return casework.Rebuild(events), nil
}

// Standings gives what folds the entries of a case into all that they make of it, as it is kept; of the office's chain it
// makes the office. Who may see a case is told by the office as it stands.
func (d *Desk) Standings(ctx context.Context) (func(no string, entries []journal.Entry) (register.Standing, error), error) {
	var now office.Office
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		now, err = r.Office()
		return err
	})
	return func(no string, entries []journal.Entry) (register.Standing, error) {
		if no != office.Chain {
			return d.standing(now, entries)
		}
		o, err := RebuildOffice(entries)
		if err != nil {
			return register.Standing{}, err
		}
		self, err := journal.Canonical(o)
		return register.Standing{Self: self}, err
	}, err
}

func (d *Desk) standing(o office.Office, entries []journal.Entry) (register.Standing, error) {
	c, err := Rebuild(entries)
	if err != nil || c.No == "" {
		return register.Standing{}, err
	}
	p, ok := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	if !ok {
		return register.Standing{}, notLoaded(c)
	}
	rows, err := d.Rows(c)
	if err != nil {
		return register.Standing{}, err
	}
	keys, err := d.keys(c, p, o)
	if err != nil {
		return register.Standing{}, err
	}
	self, err := journal.Canonical(c)
	return register.Standing{Self: self, Mark: c.Mark.Level(), Tasks: c.Tasks(p), Keys: keys, Rows: rows}, err
}

// notLoaded says that a case cannot be worked on without the procedure that it is pinned to.
func notLoaded(c casework.Case) error {
	return fmt.Errorf("case %s is on version %d of procedure %s, which is not loaded", c.No, c.ProcedureVersion, c.Procedure)
}

func eventOf(entry journal.Entry) (casework.Event, error) {
	var e casework.Event
	if err := json.Unmarshal(entry.Body, &e); err != nil {
		return e, fmt.Errorf("read entry %d: %w", entry.ID, err)
	}
	return e, nil
}
