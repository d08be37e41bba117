package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"chancery/core/text"
)

// An entry of this case and kind says that from it on another key signs. It is of no case of the office.
const (
	KeyCase     = "journal-key"
	KeyReplaced = "key_replaced"
)

// Replacement is what such an entry says: which key signed before and which signs from then on. Old is "" when the old
// verifier key was lost as well; then Origin, the name under which the old key signed, is all that is known of it.
type Replacement struct {
	Old    string `json:"old"`
	Origin string `json:"origin"`
	New    string `json:"new"`
}

// ReadReplacement reads an entry of the kind KeyReplaced.
func ReadReplacement(e Entry) (Replacement, error) {
	var r Replacement
	if err := json.Unmarshal(e.Body, &r); err != nil {
		return r, fmt.Errorf("read entry %d: %w", e.ID, err)
	}
	return r, nil
}

// Signer gives the name under which a checkpoint is signed, as the checkpoint itself says.
func Signer(signed []byte) string {
	origin, _, _ := strings.Cut(string(signed), "\n")
	return origin
}

// reign is the time of a key that was replaced: it signed the record before an entry. The verifier is nil when nothing
// but its name is known.
type reign struct {
	origin   string
	verifier note.Verifier
	before   int64
}

// Replaced tells the audit that the entry replaced the key. All replacements come first, in the order of their entries;
// each must begin with the key that the one before ended with, and the last must end with the audit's own key.
func (a *Audit) Replaced(entry int64, r Replacement) {
	k := reign{origin: r.Origin, before: entry}
	if r.Old != "" {
		v, err := readVerifier(r.Old)
		if err != nil || v.Name() != r.Origin {
			a.strange(entry)
		} else {
			k.verifier = v
		}
	}
	if a.expects != "" && r.Old != a.expects && (r.Old != "" || !strings.HasPrefix(a.expects, r.Origin+"+")) {
		a.strange(entry)
	}
	a.expects, a.expectedBy = r.New, entry
	a.reigns = append(a.reigns, k)
}

func (a *Audit) strange(entry int64) {
	a.fault(entry, Unsigned, "第 {id} 条记录所写的密钥与前后不符", "the key that entry {id} names is not the one before or after it", text.Args{"id": entry})
}

// signedBy reads a checkpoint by the key whose time it falls in: the present one, or one that was replaced, for what it
// signed before. Where only the name of the old key is left its checkpoint is taken without proof, and remembered so.
func (a *Audit) signedBy(signed []byte) (Checkpoint, error) {
	c, err := openCheckpoint(signed, a.verifier)
	if err == nil {
		return c, nil
	}
	for _, k := range a.reigns {
		if k.verifier != nil {
			if c, err := openCheckpoint(signed, k.verifier); err == nil && c.Size < k.before {
				return c, nil
			}
			continue
		}
		if c, ok := Claimed(signed); ok && c.Origin == k.origin && c.Size < k.before {
			a.unproven = max(a.unproven, k.before)
			return c, nil
		}
	}
	return Checkpoint{}, err
}

// Claimed reads what a checkpoint says, whoever signed it and whether it is so.
func Claimed(signed []byte) (Checkpoint, bool) {
	_, err := note.Open(signed, note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if !errors.As(err, &unverified) {
		return Checkpoint{}, false
	}
	c, err := readCheckpoint(unverified.Note.Text)
	return c, err == nil
}
