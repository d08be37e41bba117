// Package journal knows the record: what was done in each case, by whom and when, in such a form that a later change
// shows. It does no input or output; somebody else keeps the bytes.
//
// # What is hashed
//
// An entry's canonical bytes are the line "chancery entry v1" followed by eleven fields in this order: case, seq, kind,
// version, at, person, post, for, operator, body, prev. A field is written as the number of its bytes in decimal, a
// colon, the bytes, and a newline; so no text inside a field can be taken for another field. Numbers are decimal; at is
// RFC 3339 in UTC with six decimals of a second and the letter Z; operator is "true" or "false"; body is the JSON text
// exactly as kept (UTF-8, no space between tokens, keys in the order in which the writer gave them); prev is the hash of
// the case's entry before as 64 lowercase hexadecimal digits, sixty-four zeros for the first.
//
// An entry's hash is SHA-256 over its 16 bytes of salt followed by its canonical bytes. The hash is thus a commitment
// that tells nothing about a short or guessable body: once body and salt are destroyed, chain and tree still verify.
//
// # The tree
//
// Entries enter a Merkle tree as RFC 6962 defines it, in the order of their IDs, the first at index 0. The leaf's data is
// the 32 bytes of the entry's hash: leaf hash = SHA-256(0x00 ‖ hash), node hash = SHA-256(0x01 ‖ left ‖ right).
//
// A checkpoint is a C2SP signed note (Ed25519) over a C2SP tlog-checkpoint: a line with the origin, a line with the
// number of entries, a line with the root in base64, and one extension line, "at " and the instant.
//
// What this proves: an entry in the tree was neither changed, removed nor moved since a checkpoint was signed that
// somebody keeps elsewhere. It does not prove that what an entry says is true, nor anything of the holder of the key who
// begins a second record from the start; against that, keep checkpoints outside the house.
package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"chancery/core/calendar"
	"chancery/core/office"
)

const entryForm = "chancery entry v1\n"

// Hash is a SHA-256 hash; the zero Hash is none.
type Hash [sha256.Size]byte

// String gives 64 hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero tells whether it is no hash.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText gives what String gives.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hexadecimal digits.
func (h *Hash) UnmarshalText(b []byte) error { return unhex(h[:], b) }

// Salt hides what a hash is of.
type Salt [16]byte

// MarshalText gives 32 hexadecimal digits.
func (s Salt) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(s[:])), nil }

// UnmarshalText reads 32 hexadecimal digits.
func (s *Salt) UnmarshalText(b []byte) error { return unhex(s[:], b) }

func unhex(into, b []byte) error {
	if len(b) != 2*len(into) {
		return fmt.Errorf("%d hexadecimal digits wanted, %d given", 2*len(into), len(b))
	}
	_, err := hex.Decode(into, b)
	return err
}

// Entry is one thing that was done. ID is its place in the whole record, Seq its place in its case, both from 1.
type Entry struct {
	ID      int64            `json:"id"`
	Case    string           `json:"case"`
	Seq     int              `json:"seq"`
	Kind    string           `json:"kind"`
	Version int              `json:"version"`
	At      calendar.Instant `json:"at"`
	Actor   office.Actor     `json:"actor"`
	Body    json.RawMessage  `json:"body"`
	Prev    Hash             `json:"prev"`
	Salt    Salt             `json:"salt"`
	Hash    Hash             `json:"hash"`
}

// Canonical writes a value as the JSON that an entry's body is kept in: UTF-8, no space between tokens, nothing escaped
// that need not be, structs in the order of their fields and maps in the order of their keys.
func Canonical(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("canonical json: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Canonical gives the bytes that the entry's hash is over, as the package comment defines them.
func (e Entry) Canonical() []byte {
	b := make([]byte, 0, len(e.Body)+384)
	b = append(b, entryForm...)
	field := func(s string) {
		b = strconv.AppendInt(b, int64(len(s)), 10)
		b = append(b, ':')
		b = append(b, s...)
		b = append(b, '\n')
	}
	field(e.Case)
	field(strconv.Itoa(e.Seq))
	field(e.Kind)
	field(strconv.Itoa(e.Version))
	field(e.At.String())
	field(string(e.Actor.Person))
	field(string(e.Actor.Post))
	field(string(e.Actor.For))
	field(strconv.FormatBool(e.Actor.Operator))
	field(string(e.Body))
	field(e.Prev.String())
	return b
}

// Commitment computes the entry's hash from its salt and its canonical bytes; Hash must equal it.
func (e Entry) Commitment() Hash {
	h := sha256.New()
	h.Write(e.Salt[:])
	h.Write(e.Canonical())
	var out Hash
	h.Sum(out[:0])
	return out
}

// Chain gives next as the entry that follows prev in its case: numbered, bound to it and hashed. For a case's first
// entry prev is the zero Entry. The salt must be 16 fresh random bytes.
func Chain(prev, next Entry, salt Salt) Entry {
	next.Seq, next.Prev, next.Salt = prev.Seq+1, prev.Hash, salt
	next.Hash = next.Commitment()
	return next
}
