package store

import (
	"cmp"
	"encoding/hex"
	"slices"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/register"
)

// locks are what an act holds of what it read to decide, so that no act on another connection changes it before the
// commit: cases, rows of a register under a key or a whole register, single notes. Each is a name that PostgreSQL locks until the
// transaction ends. Every act has the whole house in common with all others; one that must be alone has it to itself and
// needs no other name. Where acts come one at a time there are none, and what is asked of them does nothing.
type locks struct {
	held map[string]bool // true: alone, false: shared
}

// The names that are held.
const house = "house"

func caseLock(no string) string            { return "case/" + no }
func sessionLock(hash account.Hash) string { return "session/" + hex.EncodeToString(hash[:]) }
func tokenLock(hash account.Hash) string   { return "token/" + hex.EncodeToString(hash[:]) }
func registerLock(name string) string      { return "register/" + name }
func rowLock(name, key string) string      { return "row/" + name + "/" + key }

// locksAtMost is how many names an act may hold before it had better be alone: the server has room for so many in all.
const locksAtMost = 300

// again says that an act must be run once more from its beginning: with a name held from the start, or later than an instant.
type again struct {
	first string
	after calendar.Instant
}

func (a *again) Error() string {
	if a.first != "" {
		return "the act must hold " + a.first + " from its beginning"
	}
	return "the act must be later than " + a.after.String()
}

// overtaken is the fault of an act that found changed or gone what it had read. Run again it finds it so.
type overtaken struct{ error }

func (o *overtaken) Unwrap() error { return o.error }

// hold keeps every other act from a name.
func (l *locks) hold(t *Tx, name string) error {
	if l == nil || l.held[house] {
		return nil
	}
	alone, known := l.held[name]
	switch {
	case alone:
		return nil
	case known: // two acts that share a name and both want it alone would wait for each other
		return &again{first: name}
	case len(l.held) >= locksAtMost:
		return &again{first: house}
	}
	l.held[name] = true
	return t.put("hold "+name, postgresHold, name)
}

// share keeps those from a name who want it alone.
func (l *locks) share(t *Tx, name string) error {
	if l == nil || l.held[house] {
		return nil
	}
	if _, known := l.held[name]; known {
		return nil
	}
	l.held[name] = false
	return t.put("share "+name, postgresShare, name)
}

// alone asks that no other act is under way: for one that changes what all acts decide by, or decides by all there is.
func (l *locks) alone() error {
	if l == nil || l.held[house] {
		return nil
	}
	return &again{first: house}
}

// after asks that the act is later than an instant.
func (l *locks) after(t *Tx, at calendar.Instant) error {
	if l == nil || at < t.at {
		return nil
	}
	return &again{after: at}
}

// holdRows keeps the rows of a register as they are, of one key or all.
func (l *locks) holdRows(t *Tx, name, key string) error {
	if key == "" {
		return l.hold(t, registerLock(name))
	}
	if err := l.share(t, registerLock(name)); err != nil {
		return err
	}
	return l.hold(t, rowLock(name, key))
}

// holdRowsOf holds the rows that a case has in registers and those that it is to have.
func (l *locks) holdRowsOf(t *Tx, no string, rows []register.Row) error {
	if l == nil || l.held[house] {
		return nil
	}
	if err := l.hold(t, caseLock(no)); err != nil {
		return err
	}
	if err := t.put("hold rows", postgresHoldRows, no); err != nil {
		return err
	}
	sorted := slices.SortedFunc(slices.Values(rows), func(a, b register.Row) int {
		return cmp.Or(cmp.Compare(a.Register, b.Register), cmp.Compare(a.Key, b.Key))
	})
	for _, r := range sorted {
		if err := l.share(t, registerLock(r.Register)); err != nil {
			return err
		}
		if err := l.hold(t, rowLock(r.Register, r.Key)); err != nil {
			return err
		}
	}
	return nil
}
