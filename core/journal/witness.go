package journal

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"chancery/core/text"
)

const advanceForm = "chancery checkpoint v1"

// Advance is what an office shows a witness: its newest signed checkpoint, and the proof that the tree under it is the one
// of Since entries with more behind them. Since is zero where nothing was asked to be proven, or where the tree has fewer.
type Advance struct {
	Form     string `json:"form"`
	Verifier string `json:"verifier"`
	Note     string `json:"note"`
	Since    int64  `json:"since,omitempty"`
	Proof    []Hash `json:"proof,omitempty"`
}

// BuildAdvance shows a signed checkpoint, proven from a tree of so many entries. Read gives kept hashes by position.
func BuildAdvance(since int64, signed []byte, verifierKey string, read func(positions []int64) ([]Hash, error)) (Advance, error) {
	c, err := OpenCheckpoint(signed, verifierKey)
	if err != nil {
		return Advance{}, err
	}
	a := Advance{Form: advanceForm, Verifier: verifierKey, Note: string(signed)}
	if since <= 0 || since > c.Size {
		return a, nil
	}
	a.Since = since
	if since == c.Size {
		return a, nil
	}
	path, err := tlog.ProveTree(c.Size, since, hashReader(read))
	if err != nil {
		return Advance{}, fmt.Errorf("prove the tree since entry %d: %w", since, err)
	}
	for _, h := range path {
		a.Proof = append(a.Proof, Hash(h))
	}
	return a, nil
}

// Sighting is what a witness makes of an advance.
type Sighting string

// The sightings. The last four are alarms: of an honest office that is whole none of them can be.
const (
	First      Sighting = "first"      // nothing was kept before
	Same       Sighting = "same"       // it is the one that was kept
	Grown      Sighting = "grown"      // what was kept is its beginning
	Older      Sighting = "older"      // a copy from before what was kept
	Unproven   Sighting = "unproven"   // it may have grown: a proof from what was kept is lacking
	Foreign    Sighting = "signature"  // the office's key did not sign it
	Forked     Sighting = "fork"       // for one size two roots were signed
	CutOff     Sighting = "truncated"  // signed later than what was kept, with fewer entries
	Contradict Sighting = "contradict" // the proof does not lead from what was kept to it
)

// Alarming tells whether somebody must be called.
func (s Sighting) Alarming() bool {
	switch s {
	case Foreign, Forked, CutOff, Contradict:
		return true
	case First, Same, Grown, Older, Unproven:
	}
	return false
}

// Say says a sighting for people.
func (s Sighting) Say() text.Text {
	switch s {
	case First:
		return text.Text{ZH: "首次留存检查点", EN: "the first checkpoint is kept"}
	case Same:
		return text.Text{ZH: "与已留存的一致", EN: "it is the one that is kept"}
	case Grown:
		return text.Text{ZH: "已核对：在已留存的基础上增长", EN: "checked: it has grown from the one that was kept"}
	case Older:
		return text.Text{ZH: "出示的是较早的检查点，已留存的更新", EN: "what is shown is older than what is kept"}
	case Unproven:
		return text.Text{ZH: "缺少从已留存处起的一致性证明，无法留存", EN: "the proof from what is kept is lacking, so it is not kept"}
	case Foreign:
		return text.Text{ZH: "警报：检查点不是本机构密钥签署的", EN: "ALARM: the checkpoint is not signed by the key of the office"}
	case Forked:
		return text.Text{ZH: "警报：同样条数签署过两个不同的根，记录有两份", EN: "ALARM: two roots were signed for one number of entries: there are two records"}
	case CutOff:
		return text.Text{ZH: "警报：后签署的检查点条数反而更少，记录被截断", EN: "ALARM: fewer entries were signed later: the record was cut off"}
	case Contradict:
		return text.Text{ZH: "警报：证明不成立，现在的记录不是已留存的那一份的延续", EN: "ALARM: the proof does not hold: the record that is shown does not go on from the one that is kept"}
	}
	return text.Text{}
}

// See holds an advance against the newest checkpoint that was kept; nil: nothing was. The key is the one that the witness
// trusts. It gives what the advance shows, as far as its signature holds.
func (a Advance) See(kept *Checkpoint, key string) (Checkpoint, Sighting) {
	c, err := OpenCheckpoint([]byte(a.Note), key)
	switch {
	case err != nil || a.Form != advanceForm:
		return c, Foreign
	case kept == nil:
		return c, First
	case c.Size == kept.Size && c.Root != kept.Root:
		return c, Forked
	case c.Size == kept.Size:
		return c, Same
	case c.Size < kept.Size && c.At > kept.At:
		return c, CutOff
	case c.Size < kept.Size:
		return c, Older
	case kept.Size == 0:
		return c, Grown // every record begins with none
	case a.Since != kept.Size:
		return c, Unproven
	}
	path := make(tlog.TreeProof, len(a.Proof))
	for i, h := range a.Proof {
		path[i] = tlog.Hash(h)
	}
	if tlog.CheckTree(path, c.Size, tlog.Hash(c.Root), kept.Size, tlog.Hash(kept.Root)) != nil {
		return c, Contradict
	}
	return c, Grown
}
