package scene

import (
	"math/rand/v2"
	"testing"

	"chancery/core/casework"
	"chancery/core/fault"
)

// TestWhatTheHouseTellsMeanwhileIsNoConflict: whoever saw a version may act on it exactly as long as nothing but the clock's
// reminders and escalations came behind it; of any act of a person, whatever its order among them, the one who did not see
// it is told. The journal keeps all of it, and holds.
func TestWhatTheHouseTellsMeanwhileIsNoConflict(t *testing.T) {
	t.Parallel()
	days := []string{"2026-09-14", "2026-09-15", "2026-09-16", "2026-09-17", "2026-09-18", "2026-09-21", "2026-09-22", "2026-09-23"}
	for seed := range uint64(4) {
		draw := rand.New(rand.NewPCG(seed, 18)) //nolint:gosec // a drawn order, the same each time
		w := begin(t, days[0])
		w.files("zhongli", compliant, shifted()...)
		w.does("zhongli", casework.Act{Kind: casework.Submitted})
		told := 0
		for _, day := range days[1:] {
			seen, moved := w.see().Version, false
			w.day(day)
			for _, l := range w.see().Log[seen:] {
				moved = moved || l.Kind.Moves()
				told++
			}
			if draw.IntN(3) == 0 {
				w.does("nangong", casework.Act{Kind: casework.Commented, Text: "请核对日程"})
				moved = true
			}
			_, err := w.desk.Do(w.ctx, deskActor("dongfang"), w.no, "", casework.Act{Kind: casework.Commented, Text: "已看", Seen: seen})
			if conflict := fault.KindOf(err) == fault.Conflict; conflict != moved || err != nil && !conflict {
				t.Errorf("seed %d, %s: moved %v, answered %v", seed, day, moved, err)
			}
		}
		if told == 0 {
			t.Fatal("the house told nobody of anything")
		}
		if _, err := w.desk.Do(w.ctx, deskActor("dongfang"), w.no, "", casework.Act{Kind: casework.Commented, Text: "x", Seen: w.see().Version + 1}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a version that is not there yet: %v", err)
		}
		w.proves()
	}
}
