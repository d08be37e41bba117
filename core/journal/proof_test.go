package journal_test

import (
	"crypto/rand"
	"fmt"
	"testing"

	"chancery/core/calendar"
	"chancery/core/journal"
	"chancery/core/office"
)

// record is a small record in memory: entries of two cases, the kept hashes, and checkpoints.
type record struct {
	key         *journal.Key
	entries     []journal.Entry
	kept        []journal.Hash
	checkpoints [][]byte
}

func newRecord(t testing.TB, n int) *record {
	t.Helper()
	private, public, err := journal.NewKey(rand.Reader, "office.example/record")
	if err != nil {
		t.Fatal(err)
	}
	key, err := journal.ReadKey(private, public)
	if err != nil {
		t.Fatal(err)
	}
	r := &record{key: key}
	last := map[string]journal.Entry{}
	for i := range n {
		no := fmt.Sprintf("OUT 2026-%d", i%2+1)
		e := journal.Entry{
			ID: int64(i + 1), Case: no, Kind: "filed", Version: 1, At: calendar.Instant(1_790_000_000_000_000 + i),
			Actor: office.Actor{Person: "zhongli-mu", Post: "director"}, Body: []byte(fmt.Sprintf(`{"text":"澜川 <%d>"}`, i)),
		}
		e = journal.Chain(last[no], e, journal.Salt{byte(i), 7})
		last[no] = e
		r.entries = append(r.entries, e)
		grown, err := journal.Grow(int64(i), e.Hash, r.read)
		if err != nil {
			t.Fatal(err)
		}
		r.kept = append(r.kept, grown...)
		if i%3 == 2 || i == n-1 {
			r.sign(t, int64(i+1))
		}
	}
	return r
}

func (r *record) sign(t testing.TB, size int64) {
	t.Helper()
	root, err := journal.Root(size, r.read)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := r.key.Sign(journal.Checkpoint{Size: size, Root: root, At: 1_790_000_000_000_000})
	if err != nil {
		t.Fatal(err)
	}
	r.checkpoints = append(r.checkpoints, signed)
}

func (r *record) read(positions []int64) ([]journal.Hash, error) {
	out := make([]journal.Hash, len(positions))
	for i, p := range positions {
		if p < 0 || p >= int64(len(r.kept)) {
			return nil, fmt.Errorf("no hash %d", p)
		}
		out[i] = r.kept[p]
	}
	return out, nil
}

func (r *record) proof(t testing.TB) []byte {
	t.Helper()
	var mine []journal.Entry
	for _, e := range r.entries {
		if e.Case == "OUT 2026-1" {
			mine = append(mine, e)
		}
	}
	data, err := journal.BuildProof(mine, r.checkpoints[len(r.checkpoints)-1], r.key.Verifier(), r.read)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestProofOfACaseHoldsWithoutTheOffice(t *testing.T) {
	t.Parallel()
	r := newRecord(t, 7)
	report, err := journal.CheckProof(r.proof(t), r.key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Entries) != 4 || report.Checkpoint.Size != 7 || !report.Trusted {
		t.Errorf("proof says %d entries, size %d, trusted %v", len(report.Entries), report.Checkpoint.Size, report.Trusted)
	}
}

func TestProofFailsWhateverByteIsChanged(t *testing.T) {
	t.Parallel()
	r := newRecord(t, 5)
	data := r.proof(t)
	for i := range data {
		for bit := range 8 {
			changed := append([]byte(nil), data...)
			changed[i] ^= 1 << bit
			if _, err := journal.CheckProof(changed, ""); err == nil {
				t.Fatalf("byte %d of %d, bit %d: changed and still accepted", i, len(data), bit)
			}
		}
		if _, err := journal.CheckProof(append(append([]byte(nil), data[:i]...), data[i+1:]...), ""); err == nil {
			t.Fatalf("byte %d left out and still accepted", i)
		}
	}
}

func TestProofOfAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := journal.CheckProof(newRecord(t, 3).proof(t), newRecord(t, 1).key.Verifier()); err == nil {
		t.Error("a proof signed by another key was accepted")
	}
}

func FuzzCheckProof(f *testing.F) {
	r := newRecord(f, 5)
	good := r.proof(f)
	f.Add(good)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"form":"chancery proof v1","case":"","verifier":"","checkpoint":"","entries":[]}` + "\n"))
	held := map[journal.Hash]bool{}
	for _, e := range r.entries {
		held[e.Hash] = true
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		report, err := journal.CheckProof(data, r.key.Verifier())
		if err != nil {
			return
		}
		for _, e := range report.Entries {
			if !held[e.Hash] || e.Commitment() != e.Hash {
				t.Errorf("an entry that was never written was accepted: %d", e.ID)
			}
		}
	})
}
