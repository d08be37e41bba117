package store_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"chancery/core/fault"
	"chancery/internal/foldertest"
	"chancery/store"
	"chancery/store/storetest"
)

// TestP6ADiskThatIsNearlyFullTakesNoActsAndIsRead: below a twentieth free, or four gigabytes of a large disk; it is asked
// at most every two seconds, and with room again the office works on.
func TestP6ADiskThatIsNearlyFullTakesNoActsAndIsRead(t *testing.T) {
	t.Parallel()
	const gb = 1 << 30
	var free, size, asked, now atomic.Int64
	var gone atomic.Bool
	opened, err := store.OpenOnDisk(t.Context(), foldertest.Fresh(t), func() time.Time { return time.Unix(1_800_000_000+now.Load(), 0) },
		func(string) (uint64, uint64, error) {
			asked.Add(1)
			if gone.Load() {
				return 0, 0, errors.New("no such device")
			}
			return uint64(free.Load()), uint64(size.Load()), nil
		})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	s, acts := kept{opened}, 0
	do := func() error {
		err := s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err })
		if err == nil {
			acts++
		}
		return err
	}
	for _, c := range []struct {
		free, size int64
		refused    bool
	}{{10 * gb, 100 * gb, false}, {5 * gb, 100 * gb, false}, {gb, 100 * gb, true}, {gb, 20 * gb, false}, {gb - 1, 20 * gb, true}, {0, 0, false}, {2 * gb, 10 * gb, false}} {
		free.Store(c.free)
		size.Store(c.size)
		now.Add(3)
		err := do()
		if (fault.KindOf(err) == fault.Unavailable) != c.refused || (err != nil) != c.refused {
			t.Errorf("%d of %d bytes free: %v", c.free, c.size, err)
		}
		if c.refused && !strings.Contains(err.Error(), "make room") {
			t.Errorf("the refusal says %v", err)
		}
		if err := s.Read(t.Context(), func(r storetest.Reading) error {
			entries, err := r.Entries("A")
			if len(entries) != acts {
				t.Errorf("%d entries are read after %d acts", len(entries), acts)
			}
			return err
		}); err != nil {
			t.Errorf("reading does not go on: %v", err)
		}
	}
	before := asked.Load()
	for range 20 {
		if err := do(); err != nil {
			t.Error(err)
		}
	}
	if n := asked.Load() - before; n != 0 {
		t.Errorf("within a second the disk was asked %d times", n)
	}
	gone.Store(true)
	now.Add(3)
	if err := do(); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a disk that does not answer: %v", err)
	}
}
