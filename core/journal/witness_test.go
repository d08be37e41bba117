package journal

import (
	"crypto/rand"
	"testing"

	"chancery/core/calendar"
)

// record is a record in memory that signs what it likes.
type record struct {
	*testing.T
	key    *Key
	hashes []Hash
	size   int64
}

func newRecord(t *testing.T) *record {
	t.Helper()
	private, public, err := NewKey(rand.Reader, "desk.example")
	if err != nil {
		t.Fatal(err)
	}
	key, err := ReadKey(private, public)
	if err != nil {
		t.Fatal(err)
	}
	return &record{T: t, key: key}
}

func (r *record) read(at []int64) ([]Hash, error) {
	out := make([]Hash, len(at))
	for i, p := range at {
		out[i] = r.hashes[p]
	}
	return out, nil
}

// enters puts entries into the tree that are told apart by a word.
func (r *record) enters(n int, word byte) {
	r.Helper()
	for range n {
		grown, err := Grow(r.size, Hash{word, byte(r.size)}, r.read)
		if err != nil {
			r.Fatal(err)
		}
		r.hashes, r.size = append(r.hashes, grown...), r.size+1
	}
}

// shows gives what is shown to a witness that keeps so many entries, signed at an instant.
func (r *record) shows(since int64, at calendar.Instant) Advance {
	r.Helper()
	root, err := Root(r.size, r.read)
	if err != nil {
		r.Fatal(err)
	}
	signed, err := r.key.Sign(Checkpoint{Size: r.size, Root: root, At: at})
	if err != nil {
		r.Fatal(err)
	}
	a, err := BuildAdvance(since, signed, r.key.Verifier(), r.read)
	if err != nil {
		r.Fatal(err)
	}
	return a
}

// TestAWitnessTellsAnHonestOfficeFromOneThatLies.
func TestAWitnessTellsAnHonestOfficeFromOneThatLies(t *testing.T) {
	t.Parallel()
	r := newRecord(t)
	r.enters(5, 'a')
	key := r.key.Verifier()
	kept, is := r.shows(0, 1000).See(nil, key)
	if is != First || kept.Size != 5 {
		t.Fatalf("%s %+v", is, kept)
	}
	early := r.shows(0, 900)
	liar := &record{T: t, key: r.key}
	liar.enters(3, 'a')
	short := liar.shows(0, 2000)
	old := liar.shows(0, 500)
	liar.enters(2, 'b')
	fork := liar.shows(0, 2000)
	liar.enters(4, 'b')
	later := liar.shows(5, 3000)
	stranger := newRecord(t)
	stranger.enters(6, 'a')
	same := r.shows(5, 1500)
	r.enters(8, 'a')
	for _, x := range []struct {
		what string
		a    Advance
		want Sighting
	}{
		{"the same again", same, Same},
		{"the same, signed before", early, Same},
		{"grown", r.shows(5, 4000), Grown},
		{"grown, without a proof", r.shows(0, 4000), Unproven},
		{"grown, proven from elsewhere", r.shows(4, 4000), Unproven},
		{"an old copy", old, Older},
		{"cut off", short, CutOff},
		{"two records", fork, Forked},
		{"another record that grew", later, Contradict},
		{"another key", stranger.shows(5, 4000), Foreign},
		{"no note", Advance{Form: advanceForm, Note: "x"}, Foreign},
	} {
		if _, is := x.a.See(&kept, key); is != x.want {
			t.Errorf("%s: %s, want %s", x.what, is, x.want)
		}
		if x.want.Say().IsZero() {
			t.Errorf("%s has no words", x.want)
		}
	}
	for _, quiet := range []Sighting{First, Same, Grown, Older, Unproven} {
		if quiet.Alarming() || !Forked.Alarming() {
			t.Errorf("%s alarms", quiet)
		}
	}
}
