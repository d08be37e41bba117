package journal

import (
	"cmp"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"chancery/core/calendar"
	"chancery/core/text"
)

// FaultKind is the sort of fault found in a record.
type FaultKind string

// The kinds of fault.
const (
	Changed   FaultKind = "changed"
	Removed   FaultKind = "removed"
	Inserted  FaultKind = "inserted"
	Reordered FaultKind = "reordered"
	ChainCut  FaultKind = "chain"
	RowOff    FaultKind = "row"
	Truncated FaultKind = "truncated"
	Unsigned  FaultKind = "signature"
)

// FaultFound is one fault found in a record, and the entry at which it shows; 0 where no single entry can be named.
type FaultFound struct {
	Entry int64     `json:"entry"`
	Kind  FaultKind `json:"kind"`
	Say   text.Text `json:"say"`
}

// Head is the newest state of the record: how many entries there are, how many stand in the tree, and what was signed.
type Head struct {
	Entries    int64      `json:"entries"`
	Sequenced  int64      `json:"sequenced"`
	Root       string     `json:"root"`
	Checkpoint HeadSigned `json:"checkpoint"`
	Key        string     `json:"key"`
	Note       string     `json:"note,omitempty"`
}

// HeadSigned is the newest checkpoint, by whom and when it was signed.
type HeadSigned struct {
	Size     int64            `json:"size"`
	SignedBy string           `json:"signed_by"`
	At       calendar.Instant `json:"at"`
}

// Report is what checking the whole record gave.
type Report struct {
	Head
	Faults []FaultFound `json:"faults"`
	// UnprovenBefore is the entry before which the signatures cannot be checked, because the key that made them was lost
	// with its public half; 0 when all can. What was signed is compared all the same.
	UnprovenBefore int64 `json:"unproven_before,omitempty"`
}

// Audit checks a whole record: give it the entries in the order of their IDs, the kept hashes, the checkpoints, and ask
// it what it Found. It keeps some 150 bytes for each entry, not the entries.
type Audit struct {
	verifier note.Verifier
	key      string
	reigns   []reign // of keys that were replaced
	seen     []seen
	last     map[string]link
	tree     []Hash // the leaves, in order
	offTree  []int64
	roots    map[int64]Hash // the roots wanted, by size
	signed   []Checkpoint
	grown    growing
	found    []FaultFound

	expects    string // the key that the last replacement ended with
	expectedBy int64
	unproven   int64
}

type seen struct {
	id    int64
	leaf  Hash
	whole bool
}

type link struct {
	seq  int
	hash Hash
	id   int64
}

// NewAudit begins an audit of the record whose checkpoints the verifier key signed.
func NewAudit(verifierKey string) (*Audit, error) {
	v, err := readVerifier(verifierKey)
	if err != nil {
		return nil, err
	}
	return &Audit{verifier: v, key: verifierKey, last: map[string]link{}, roots: map[int64]Hash{}}, nil
}

// Checkpoint gives the audit a signed checkpoint, the record's own or one kept elsewhere; all of them must come before
// the hashes.
func (a *Audit) Checkpoint(signed []byte) {
	c, err := a.signedBy(signed)
	if err != nil {
		a.fault(0, Unsigned, "有一个检查点的签名不成立", "the signature of a checkpoint does not hold", nil)
		return
	}
	a.signed = append(a.signed, c)
	a.roots[c.Size] = Hash{}
	if c.Size == 0 {
		a.roots[0] = a.grown.root()
	}
}

// Kept gives the audit the hashes kept of the tree, in order of position. It computes each again from the leaves.
func (a *Audit) Kept(next func() (Hash, bool)) {
	for {
		leaf, ok := next()
		if !ok {
			return
		}
		a.tree = append(a.tree, leaf)
		for _, want := range a.grown.add(leaf)[1:] {
			if got, ok := next(); !ok || got != want {
				a.offTree = append(a.offTree, a.grown.size)
			}
		}
		if _, ok := a.roots[a.grown.size]; ok {
			a.roots[a.grown.size] = a.grown.root()
		}
	}
}

// Entry gives the audit the next entry, in the order of IDs.
func (a *Audit) Entry(e Entry) { a.entry(e, e.Commitment() == e.Hash) }

func (a *Audit) entry(e Entry, whole bool) {
	a.seen = append(a.seen, seen{id: e.ID, leaf: Leaf(e.Hash), whole: whole})
	before := a.last[e.Case]
	if e.Seq != before.seq+1 || e.Prev != before.hash {
		a.fault(e.ID, ChainCut, "第 {id} 条记录接不上「{case}」的前一条", "entry {id} does not follow the one before it in {case}", text.Args{"id": e.ID, "case": e.Case})
	}
	a.last[e.Case] = link{seq: e.Seq, hash: e.Hash, id: e.ID}
}

// Unplaced tells the audit that an entry neither has a place in the tree nor waits for one, so that it would never be proven.
func (a *Audit) Unplaced(no string, seq int) {
	a.fault(0, Removed, "「{case}」的第 {seq} 条记录既未入树，也不在等候之列", "entry {seq} of {case} is not in the tree and does not wait for it", text.Args{"case": no, "seq": seq})
}

// Unsound tells the audit what the database says of its own file: it does not hold together.
func (a *Audit) Unsound(said string) {
	a.fault(0, Changed, "数据文件自相矛盾：{said}", "the data file contradicts itself: {said}", text.Args{"said": said})
}

// Row tells the audit that the row of a case is not what the case's entries make of it, as the entry it ends with says.
func (a *Audit) Row(no string, entry int64) {
	a.fault(entry, RowOff, "「{case}」的现状与其记录推算出的不同", "the row of {case} is not what its entries make of it", text.Args{"case": no})
}

// Paper tells the audit that the file which an entry attached to a case is not what the entry says: it is missing, or it was changed.
func (a *Audit) Paper(no, name string, entry int64, missing bool) {
	args := text.Args{"case": no, "name": name}
	if missing {
		a.fault(entry, RowOff, "「{case}」的附件「{name}」不见了", "the attached file {name} of {case} is missing", args)
		return
	}
	a.fault(entry, RowOff, "「{case}」的附件「{name}」被改动", "the attached file {name} of {case} was changed", args)
}

func (a *Audit) fault(id int64, kind FaultKind, zh, en string, args text.Args) {
	a.found = append(a.found, FaultFound{Entry: id, Kind: kind, Say: text.Text{ZH: zh, EN: en}.Fill(args)})
}

// Found ends the audit: the state of the record and every fault, in the order of entries.
func (a *Audit) Found() Report {
	if a.expects != "" && a.expects != a.key {
		a.strange(a.expectedBy)
	}
	a.compare()
	a.compareSigned()
	for _, id := range a.offTree {
		a.fault(id, Changed, "树中第 {id} 条记录之上的散列值被改动", "a hash kept above entry {id} in the tree was changed", text.Args{"id": id})
	}
	slices.SortStableFunc(a.found, func(x, y FaultFound) int { return cmp.Compare(x.Entry, y.Entry) })
	r := Report{Faults: a.found, UnprovenBefore: a.unproven, Head: Head{Entries: int64(len(a.seen)), Sequenced: a.grown.size, Root: a.grown.root().String(), Key: a.verifier.Name()}}
	if r.Faults == nil {
		r.Faults = []FaultFound{}
	}
	for _, c := range a.signed {
		if c.Size >= r.Checkpoint.Size {
			r.Checkpoint = HeadSigned{Size: c.Size, SignedBy: c.Origin, At: c.At}
		}
	}
	return r
}
