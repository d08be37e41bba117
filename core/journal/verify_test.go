package journal_test

import (
	"slices"
	"testing"

	"chancery/core/journal"
)

func (r *record) audit(t testing.TB, held ...[]byte) []journal.FaultKind {
	t.Helper()
	a, err := journal.NewAudit(r.key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(slices.Clone(r.checkpoints), held...) {
		a.Checkpoint(c)
	}
	i := 0
	a.Kept(func() (journal.Hash, bool) {
		if i == len(r.kept) {
			return journal.Hash{}, false
		}
		i++
		return r.kept[i-1], true
	})
	for _, e := range r.entries {
		a.Entry(e)
	}
	var kinds []journal.FaultKind
	for _, f := range a.Found().Faults {
		t.Logf("entry %d %s: %s / %s", f.Entry, f.Kind, f.Say.EN, f.Say.ZH)
		if !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func TestARecordLeftAloneHasNoFault(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 8, 13} {
		if kinds := newRecord(t, n).audit(t); len(kinds) > 0 {
			t.Errorf("%d entries: %v", n, kinds)
		}
	}
}

func TestWhatIsDoneToTheRecordIsCalledByItsName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(*testing.T, *record)
		want []journal.FaultKind
	}{
		{"a changed byte", func(_ *testing.T, r *record) { r.entries[4].Body[9] ^= 1 }, []journal.FaultKind{journal.Changed}},
		{"an entry rewritten with its hash", func(_ *testing.T, r *record) {
			r.entries[10].Kind = "approved"
			r.entries[10].Hash = r.entries[10].Commitment()
		}, []journal.FaultKind{journal.ChainCut, journal.Changed}},
		{"a removed entry", func(_ *testing.T, r *record) { r.entries = slices.Delete(r.entries, 4, 5) }, []journal.FaultKind{journal.ChainCut, journal.Removed}},
		{"a removed entry, the others renumbered", func(_ *testing.T, r *record) {
			r.entries = slices.Delete(r.entries, 4, 5)
			for i := range r.entries {
				r.entries[i].ID = int64(i + 1)
			}
		}, []journal.FaultKind{journal.ChainCut, journal.Removed}},
		{"an entry put in", func(_ *testing.T, r *record) {
			e := journal.Chain(journal.Entry{}, journal.Entry{Case: "OUT 2026-9", Kind: "filed", Body: []byte(`{}`)}, journal.Salt{1})
			r.entries = slices.Insert(r.entries, 4, e)
			for i := range r.entries {
				r.entries[i].ID = int64(i + 1)
			}
		}, []journal.FaultKind{journal.Inserted}},
		{"two entries swapped", func(_ *testing.T, r *record) {
			r.entries[3], r.entries[4] = r.entries[4], r.entries[3]
			r.entries[3].ID, r.entries[4].ID = 4, 5
		}, []journal.FaultKind{journal.Reordered}},
		{"two far entries of a case swapped", func(_ *testing.T, r *record) {
			r.entries[2], r.entries[8] = r.entries[8], r.entries[2]
			r.entries[2].ID, r.entries[8].ID = 3, 9
		}, []journal.FaultKind{journal.ChainCut, journal.Reordered}},
		{"a checkpoint forged", func(_ *testing.T, r *record) { r.checkpoints[1][3] ^= 1 }, []journal.FaultKind{journal.Unsigned}},
		{"a hash inside the tree changed", func(_ *testing.T, r *record) { r.kept[2][0] ^= 1 }, []journal.FaultKind{journal.Changed}},
		{"a leaf and its entry changed together", func(_ *testing.T, r *record) {
			r.entries[12].Body = []byte(`{}`)
			r.entries[12].Hash = r.entries[12].Commitment()
			r.kept = r.kept[:journal.Stored(12)]
			grown, _ := journal.Grow(12, r.entries[12].Hash, r.read)
			r.kept = append(r.kept, grown...)
		}, []journal.FaultKind{journal.Changed}},
		{"the tail cut off behind the checkpoint", func(_ *testing.T, r *record) {
			r.entries, r.kept = r.entries[:9], r.kept[:journal.Stored(9)]
		}, []journal.FaultKind{journal.Truncated}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newRecord(t, 13)
			c.do(t, r)
			if got := r.audit(t); !slices.Equal(got, c.want) {
				t.Errorf("found %v, want %v", got, c.want)
			}
		})
	}
}

func TestTheTailCutOffWithItsCheckpointsIsFoundByTheOneKeptElsewhere(t *testing.T) {
	t.Parallel()
	r := newRecord(t, 13)
	held := r.checkpoints[len(r.checkpoints)-1]
	r.entries, r.kept, r.checkpoints = r.entries[:9], r.kept[:journal.Stored(9)], r.checkpoints[:3]
	if kinds := r.audit(t); len(kinds) > 0 {
		t.Errorf("without the kept checkpoint: %v", kinds)
	}
	if kinds := r.audit(t, held); !slices.Equal(kinds, []journal.FaultKind{journal.Truncated}) {
		t.Errorf("with the kept checkpoint: %v", kinds)
	}
}
