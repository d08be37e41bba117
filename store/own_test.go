package store_test

import (
	"testing"

	"chancery/core/casework"
	"chancery/core/office"
	"chancery/internal/foldertest"
	"chancery/store"
)

// TestWhatIsMarkedAboveTheClearanceDoesNotEvenWait: neither listed nor counted for who bears the post but is not cleared.
func TestWhatIsMarkedAboveTheClearanceDoesNotEvenWait(t *testing.T) {
	t.Parallel()
	s := open(t, foldertest.Fresh(t))
	if err := s.Store.Write(t.Context(), func(w *store.Tx) error {
		for no, mark := range map[string]office.Mark{"A-1": office.Internal, "A-2": office.WorkSecret} {
			c := casework.Case{No: no, State: casework.Active, Mark: mark, Version: 1}
			if _, err := w.Append(no, "filed", 1, office.Actor{Person: "zhongli"}, []byte(`{}`)); err != nil {
				return err
			}
			if err := w.SaveCase(c, 0, []casework.Task{{Case: no, ID: "review", Post: "officer"}}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for clearance, want := range map[office.Mark]int{office.Internal: 1, office.WorkSecret: 2} {
		own := casework.Own{Person: "dongfang", Posts: []office.PostID{"officer"}, Sight: casework.Sight{Clearance: clearance.Level()}}
		if err := s.Store.Read(t.Context(), func(r *store.Tx) error {
			cases, err := r.Waiting(own, 10, 0)
			if err != nil {
				return err
			}
			byDay, err := r.WaitingByDay(own)
			if len(cases) != want || byDay[0] != want {
				t.Errorf("cleared for %s: %d are listed, %d counted", clearance, len(cases), byDay[0])
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
}
