package journal

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"chancery/core/calendar"
)

// Leaf gives the leaf hash under which the entry of this hash stands in the tree.
func Leaf(h Hash) Hash { return Hash(tlog.RecordHash(h[:])) }

// Grow gives the hashes to be kept, in order, when the entry of this hash comes into a tree of the given size. Read
// gives hashes kept before, by the positions that Stored counts.
func Grow(size int64, h Hash, read func(positions []int64) ([]Hash, error)) ([]Hash, error) {
	kept, err := tlog.StoredHashes(size, h[:], hashReader(read))
	if err != nil {
		return nil, fmt.Errorf("grow tree: %w", err)
	}
	out := make([]Hash, len(kept))
	for i, k := range kept {
		out[i] = Hash(k)
	}
	return out, nil
}

// Stored counts the hashes kept for a tree of the given size; the next one kept has this position.
func Stored(size int64) int64 { return tlog.StoredHashCount(size) }

// Root gives the root of the tree of the given size.
func Root(size int64, read func(positions []int64) ([]Hash, error)) (Hash, error) {
	root, err := tlog.TreeHash(size, hashReader(read))
	if err != nil {
		return Hash{}, fmt.Errorf("root of tree: %w", err)
	}
	return Hash(root), nil
}

func hashReader(read func([]int64) ([]Hash, error)) tlog.HashReader {
	return tlog.HashReaderFunc(func(positions []int64) ([]tlog.Hash, error) {
		hashes, err := read(positions)
		if err != nil {
			return nil, err
		}
		out := make([]tlog.Hash, len(hashes))
		for i, h := range hashes {
			out[i] = tlog.Hash(h)
		}
		return out, nil
	})
}

// growing is a tree that takes leaf hashes one by one and knows its root at any size: the roots of its full subtrees,
// the largest first.
type growing struct {
	size int64
	full []tlog.Hash
}

// add takes the next leaf hash and gives the hashes that a store keeps for it.
func (g *growing) add(leaf Hash) []Hash {
	node := tlog.Hash(leaf)
	kept := []Hash{leaf}
	for range bits.TrailingZeros64(uint64(g.size) + 1) {
		node = tlog.NodeHash(g.full[len(g.full)-1], node)
		g.full = g.full[:len(g.full)-1]
		kept = append(kept, Hash(node))
	}
	g.full = append(g.full, node)
	g.size++
	return kept
}

func (g *growing) root() Hash {
	if g.size == 0 {
		none, _ := tlog.TreeHash(0, nil)
		return Hash(none)
	}
	root := g.full[len(g.full)-1]
	for i := len(g.full) - 2; i >= 0; i-- {
		root = tlog.NodeHash(g.full[i], root)
	}
	return Hash(root)
}

// Checkpoint says that the tree had this root when it held this many entries. The zero Size is an empty tree.
type Checkpoint struct {
	Origin string           `json:"origin"`
	Size   int64            `json:"size"`
	Root   Hash             `json:"root"`
	At     calendar.Instant `json:"at"`
}

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\nat %s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]), c.At)
}

// Key signs checkpoints, if its private half is there. It is written as note.GenerateKey writes it.
type Key struct {
	signer   note.Signer
	verifier string
}

// NewKey makes a key of a name, without space or plus sign, from fresh random bytes. Private must be kept secret; public
// is the verifier key to be given to everybody.
func NewKey(random io.Reader, name string) (private, public string, err error) {
	return note.GenerateKey(random, name)
}

// ReadKey reads a private key and its verifier key.
func ReadKey(private, public string) (*Key, error) {
	signer, err := note.NewSigner(strings.TrimSpace(private))
	if err != nil {
		return nil, fmt.Errorf("read signing key: %w", err)
	}
	verifier, err := readVerifier(strings.TrimSpace(public))
	if err != nil {
		return nil, err
	}
	if verifier.Name() != signer.Name() || verifier.KeyHash() != signer.KeyHash() {
		return nil, fmt.Errorf("signing key %s+%08x and verifier key %s+%08x do not belong together",
			signer.Name(), signer.KeyHash(), verifier.Name(), verifier.KeyHash())
	}
	return &Key{signer: signer, verifier: strings.TrimSpace(public)}, nil
}

// PublicKey reads a verifier key alone: what it gives signs nothing.
func PublicKey(public string) (*Key, error) {
	if _, err := readVerifier(strings.TrimSpace(public)); err != nil {
		return nil, err
	}
	return &Key{verifier: strings.TrimSpace(public)}, nil
}

// Signs tells whether the private half is there.
func (k *Key) Signs() bool { return k.signer != nil }

// Name is the name of the key and the origin of its checkpoints.
func (k *Key) Name() string {
	name, _, _ := strings.Cut(k.verifier, "+")
	return name
}

// Verifier is the verifier key: name, key hash and public key.
func (k *Key) Verifier() string { return k.verifier }

// Sign signs a checkpoint under the key's own name as origin.
func (k *Key) Sign(c Checkpoint) ([]byte, error) {
	if !k.Signs() {
		return nil, errors.New("sign checkpoint: the private half of the key is not here")
	}
	c.Origin = k.Name()
	signed, err := note.Sign(&note.Note{Text: c.text()}, k.signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return signed, nil
}

// OpenCheckpoint reads a signed checkpoint. It is an error when it is not signed by the verifier key, or is not byte for
// byte as Sign writes it.
func OpenCheckpoint(signed []byte, verifierKey string) (Checkpoint, error) {
	verifier, err := readVerifier(verifierKey)
	if err != nil {
		return Checkpoint{}, err
	}
	return openCheckpoint(signed, verifier)
}

func openCheckpoint(signed []byte, verifier note.Verifier) (Checkpoint, error) {
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("open checkpoint: %w", err)
	}
	sig, err := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("open checkpoint: signature: %w", err)
	}
	if len(sig) < 4 || binary.BigEndian.Uint32(sig) != verifier.KeyHash() {
		return Checkpoint{}, fmt.Errorf("open checkpoint: signed by another key")
	}
	c, err := readCheckpoint(n.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	written := c.text() + "\n— " + verifier.Name() + " " + base64.StdEncoding.EncodeToString(sig) + "\n"
	if c.Origin != verifier.Name() || !bytes.Equal(signed, []byte(written)) {
		return Checkpoint{}, fmt.Errorf("open checkpoint: not written as checkpoints are")
	}
	return c, nil
}

// readCheckpoint reads the text that is signed.
func readCheckpoint(said string) (Checkpoint, error) {
	lines := strings.Split(said, "\n")
	if len(lines) != 5 {
		return Checkpoint{}, fmt.Errorf("open checkpoint: four lines wanted")
	}
	c := Checkpoint{Origin: lines[0]}
	var err error
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return Checkpoint{}, fmt.Errorf("open checkpoint: size %q", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(c.Root) {
		return Checkpoint{}, fmt.Errorf("open checkpoint: root %q", lines[2])
	}
	copy(c.Root[:], root)
	if c.At, err = calendar.ParseInstant(strings.TrimPrefix(lines[3], "at ")); err != nil {
		return Checkpoint{}, fmt.Errorf("open checkpoint: instant %q", lines[3])
	}
	return c, nil
}

// IsVerifier tells whether this is a verifier key, written as verifier keys are.
func IsVerifier(key string) bool {
	_, err := readVerifier(key)
	return err == nil
}

// readVerifier reads a verifier key that is written as verifier keys are, in one way only.
func readVerifier(key string) (note.Verifier, error) {
	v, err := note.NewVerifier(key)
	if err != nil {
		return nil, fmt.Errorf("read verifier key: %w", err)
	}
	parts := strings.SplitN(key, "+", 3)
	public, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil {
		return nil, fmt.Errorf("read verifier key: %w", err)
	}
	if key != fmt.Sprintf("%s+%08x+%s", v.Name(), v.KeyHash(), base64.StdEncoding.EncodeToString(public)) {
		return nil, fmt.Errorf("read verifier key: not written as verifier keys are")
	}
	return v, nil
}
