package journal

import (
	"bytes"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
)

const proofForm = "chancery proof v1"

// Proof is what a proof file says: the entries of one case, each with its way up the tree, and a signed checkpoint over
// them. The file is its canonical JSON and a newline, so that there is one way to write it and any other byte is refused.
type Proof struct {
	Form       string   `json:"form"`
	Case       string   `json:"case"`
	Verifier   string   `json:"verifier"`
	Checkpoint string   `json:"checkpoint"`
	Entries    []Proven `json:"entries"`
}

// Proven is an entry and the hashes beside its way from the leaf to the root, the lowest first.
type Proven struct {
	Entry Entry  `json:"entry"`
	Path  []Hash `json:"path"`
}

// ProofReport is what a proof file that holds proves. Trusted says that the key was known beforehand; otherwise it was
// taken from the file itself, which proves only that the file agrees with itself. What came into the case after the
// checkpoint a proof cannot show.
type ProofReport struct {
	Case       string           `json:"case"`
	Entries    []Entry          `json:"entries"`
	From       calendar.Instant `json:"from"`
	Until      calendar.Instant `json:"until"`
	Checkpoint Checkpoint       `json:"checkpoint"`
	Verifier   string           `json:"verifier"`
	Trusted    bool             `json:"trusted"`
}

// BuildProof writes the proof file of a case: its entries, all of them in the tree of the signed checkpoint. Read gives
// kept hashes by position. What CheckProof would refuse is an error here already.
func BuildProof(entries []Entry, signed []byte, verifierKey string, read func(positions []int64) ([]Hash, error)) ([]byte, error) {
	c, err := OpenCheckpoint(signed, verifierKey)
	if err != nil {
		return nil, err
	}
	p := Proof{Form: proofForm, Verifier: verifierKey, Checkpoint: string(signed)}
	for _, e := range entries {
		path, err := tlog.ProveRecord(c.Size, e.ID-1, hashReader(read))
		if err != nil {
			return nil, fmt.Errorf("prove entry %d: %w", e.ID, err)
		}
		steps := make([]Hash, len(path))
		for i, h := range path {
			steps[i] = Hash(h)
		}
		p.Case = e.Case
		p.Entries = append(p.Entries, Proven{Entry: e, Path: steps})
	}
	data, err := Canonical(p)
	if err != nil {
		return nil, err
	}
	data = append(data, '\n')
	if _, err := CheckProof(data, verifierKey); err != nil {
		return nil, fmt.Errorf("the record does not prove itself: %w", err)
	}
	return data, nil
}

// CheckProof reads a proof file and checks all of it: that it is written in the one way, that every entry has the hash
// it says, follows the one before, and stands in the tree whose root the key signed. A trusted key that is given must be
// the file's key. What does not hold is a fault Invalid that says what.
func CheckProof(data []byte, trustedKey string) (ProofReport, error) {
	var p Proof
	if err := json.Unmarshal(data, &p); err != nil {
		return ProofReport{}, refused("不是证明文件", "this is not a proof file", nil)
	}
	written, err := Canonical(p)
	if err != nil || !bytes.Equal(append(written, '\n'), data) || p.Form != proofForm {
		return ProofReport{}, refused("文件不是按证明文件的唯一写法写成的，可能被改动", "the file is not written in the one way proof files are; it may have been altered", nil)
	}
	if trustedKey != "" && trustedKey != p.Verifier {
		return ProofReport{}, refused("证明由另一把密钥签署：{key}", "the proof is signed by another key: {key}", text.Args{"key": p.Verifier})
	}
	c, err := OpenCheckpoint([]byte(p.Checkpoint), p.Verifier)
	if err != nil {
		return ProofReport{}, refused("检查点的签名不成立", "the signature of the checkpoint does not hold", nil)
	}
	if len(p.Entries) == 0 {
		return ProofReport{}, refused("证明中没有记录", "the proof holds no entry", nil)
	}
	var before Entry
	for _, proven := range p.Entries {
		if err := proven.follows(before, p.Case, c); err != nil {
			return ProofReport{}, err
		}
		before = proven.Entry
	}
	r := ProofReport{
		Case: p.Case, From: p.Entries[0].Entry.At, Until: before.At, Checkpoint: c,
		Verifier: p.Verifier, Trusted: trustedKey != "",
	}
	for _, proven := range p.Entries {
		r.Entries = append(r.Entries, proven.Entry)
	}
	return r, nil
}

// follows checks one entry of a proof against the one before and against the checkpoint.
func (p Proven) follows(before Entry, no string, c Checkpoint) error {
	e, args := p.Entry, text.Args{"id": p.Entry.ID}
	switch {
	case e.Commitment() != e.Hash:
		return refused("第 {id} 条记录与其散列值不符", "entry {id} does not have the hash it says", args)
	case e.Case != no || e.Seq != before.Seq+1 || e.Prev != before.Hash || e.ID <= before.ID:
		return refused("第 {id} 条记录接不上前一条", "entry {id} does not follow the one before", args)
	case e.ID > c.Size:
		return refused("第 {id} 条记录不在检查点之内", "entry {id} is not covered by the checkpoint", args)
	}
	path := make(tlog.RecordProof, len(p.Path))
	for i, h := range p.Path {
		path[i] = tlog.Hash(h)
	}
	if tlog.CheckRecord(path, c.Size, tlog.Hash(c.Root), e.ID-1, tlog.Hash(Leaf(e.Hash))) != nil {
		return refused("第 {id} 条记录不在已签署的树中", "entry {id} does not stand in the signed tree", args)
	}
	return nil
}

func refused(zh, en string, args text.Args) error {
	return fault.New(fault.Invalid, "proof", text.Text{ZH: zh, EN: en}.Fill(args))
}
