// Package fault holds the errors that are the user's to mend: what is wrong, in which field and on which line, and what
// to do about it, in both languages. Faults are gathered and shown together, never only the first. An error that is
// not a fault is ours.
package fault

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"chancery/core/text"
)

// Kind tells what sort of thing is wrong; every door maps it with one table to a status or an exit code.
type Kind uint8

// The kinds. Ours is the kind of an error that is no fault at all: the user cannot mend it.
const (
	Ours        Kind = iota
	Invalid          // what was given cannot be read or is not possible
	NotFound         // what was asked for is not there
	NotAllowed       // this person may not do this
	Conflict         // somebody changed it meanwhile
	TooLate          // the time for it has passed
	Unavailable      // the data cannot be reached or written now
	SignedOut        // nobody is signed in, or no longer
	TooOften         // it was tried too often; waiting helps
)

// String gives the kind in one English word, as it stands in machine-readable answers.
func (k Kind) String() string {
	switch k {
	case Ours:
		return "ours"
	case Invalid:
		return "invalid"
	case NotFound:
		return "not-found"
	case NotAllowed:
		return "not-allowed"
	case Conflict:
		return "conflict"
	case TooLate:
		return "too-late"
	case Unavailable:
		return "unavailable"
	case SignedOut:
		return "signed-out"
	case TooOften:
		return "too-often"
	}
	return fmt.Sprintf("kind-%d", uint8(k))
}

// MarshalText writes the kind as its word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Place is where in a file something stands; lines and columns count from 1, columns in characters. The zero Place is
// none; a zero column means the whole line.
type Place struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// IsZero tells whether no place is known.
func (p Place) IsZero() bool { return p == Place{} }

// String gives "file:line:column" as far as it is known, "" for no place.
func (p Place) String() string {
	s := p.File
	for _, n := range []int{p.Line, p.Column} {
		if n == 0 {
			break
		}
		if s != "" {
			s += ":"
		}
		s += fmt.Sprint(n)
	}
	return s
}

// Fault is one thing for the user to mend.
type Fault struct {
	Kind  Kind      `json:"kind"`
	Field string    `json:"field,omitempty"` // path like itinerary.stays[1].leave; empty: the whole
	Place Place     `json:"place,omitzero"`
	Text  text.Text `json:"text"`
}

// New makes a fault. The text says what is wrong and the way out, in both languages.
func New(k Kind, field string, t text.Text) *Fault {
	return &Fault{Kind: k, Field: field, Text: t}
}

// At gives the same fault at a place; the receiver stays as it was.
func (f *Fault) At(p Place) *Fault {
	moved := *f
	moved.Place = p
	return &moved
}

// In gives the same fault with its field put under a parent's path: In("stays[1]") makes "leave" into "stays[1].leave".
func (f *Fault) In(parent string) *Fault {
	moved := *f
	switch {
	case parent == "":
	case f.Field == "":
		moved.Field = parent
	case strings.HasPrefix(f.Field, "["):
		moved.Field = parent + f.Field
	default:
		moved.Field = parent + "." + f.Field
	}
	return &moved
}

// Error gives "file:line:column: the English text", without the place when none is known.
func (f *Fault) Error() string {
	if at := f.Place.String(); at != "" {
		return at + ": " + f.Text.EN
	}
	return f.Text.EN
}

// List is several faults, to be mended in one go.
type List []*Fault

// Error gives one line for each fault.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, f := range l {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As and errors.Is look at each fault.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, f := range l {
		errs[i] = f
	}
	return errs
}

// OrNil gives the list as an error, or nil when there is no fault in it.
func (l List) OrNil() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Sort orders the faults as a reader meets them: by file, line and column; faults without a place come first, and
// what is equal stays in its order.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Fault) int {
		return cmp.Or(cmp.Compare(a.Place.File, b.Place.File), cmp.Compare(a.Place.Line, b.Place.Line), cmp.Compare(a.Place.Column, b.Place.Column))
	})
}

// All gives every fault found anywhere in the chain of err, through wrapped and joined errors, in order. It is empty
// when err is ours (or nil).
func All(err error) List {
	switch e := err.(type) { //nolint:errorlint // each link of the chain is looked at in turn, below
	case nil:
		return nil
	case *Fault:
		return List{e}
	case List:
		return slices.Clone(e)
	case interface{ Unwrap() []error }:
		var all List
		for _, inner := range e.Unwrap() {
			all = append(all, All(inner)...)
		}
		return all
	}
	return All(errors.Unwrap(err))
}

// KindOf gives the kind of the first fault in the chain of err, Ours when there is none.
func KindOf(err error) Kind {
	if all := All(err); len(all) > 0 {
		return all[0].Kind
	}
	return Ours
}
