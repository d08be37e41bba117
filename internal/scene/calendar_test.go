package scene

import (
	"os"
	"reflect"
	"testing"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/desk"
	"chancery/library"
	"chancery/store"
)

// TestAHolidayIsAnnouncedAndRunningDeadlinesAreCountedAfresh: a deadline that runs
// into a year without announced holidays is provisional; once the year is imported
// it is counted afresh, in an entry of its case that keeps the old derivation; a
// case whose deadlines do not touch the year gets none; the next start knows the year.
func TestAHolidayIsAnnouncedAndRunningDeadlinesAreCountedAfresh(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	early := w.no
	w.day("2026-12-30")
	w.files("zhongli", compliant, append(shifted(), rulePatch("/filed", "2026-12-30"))...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	old := w.see().Case.Due
	if old == nil || !old.Provisional {
		t.Fatalf("three working days after 30 December: %+v", old)
	}

	data, err := os.ReadFile("testdata/2027.json")
	w.must(err)
	year, err := calendar.ParseAnnouncement("2027.json", data)
	w.must(err)
	if _, err := w.desk.Announce(w.ctx, office.Actor{Person: "dongfang"}, year, false); fault.KindOf(err) != fault.NotAllowed {
		t.Errorf("somebody who is not the operator announced a year: %v", err)
	}
	before := w.entries()
	done, err := w.desk.Announce(w.ctx, operator("sikong"), year, false)
	w.must(err)
	if len(done.Deadlines) != 1 || done.Deadlines[0].Case != w.no || w.entries()-before != 2 {
		t.Fatalf("%d entries, counted afresh: %+v", w.entries()-before, done.Deadlines)
	}
	now := w.see().Case.Due
	if now.Provisional || now.Due == old.Due || !reflect.DeepEqual(done.Deadlines[0].Was, *old) || !reflect.DeepEqual(done.Deadlines[0].Is, *now) {
		t.Errorf("was %+v, is %+v", old, now)
	}
	var tasks []casework.Task
	w.must(w.store.Read(w.ctx, func(tx *store.Tx) (err error) { tasks, err = tx.Tasks("trips-officer", ""); return err }))
	for _, task := range tasks {
		if task.Case == w.no && task.Due.Due != now.Due {
			t.Errorf("the task is due on %s, its case on %s", task.Due.Due, now.Due)
		}
	}
	w.proves()
	report, err := verified(t, w.store)
	if err != nil || len(report.Faults) > 0 {
		t.Errorf("the journal does not hold: %+v, %v", report.Faults, err)
	}

	announced, err := desk.Announced(w.ctx, desk.Kept(w.store))
	w.must(err)
	lib, err := desk.LoadLibrary(library.FS, announced...)
	w.must(err)
	afresh := lib.Calendar.AddWorking(old.From, old.Count)
	if !reflect.DeepEqual(afresh, *now) {
		t.Errorf("the next start counts %+v, the case says %+v", afresh, now)
	}
	again := desk.New(desk.Kept(w.store), lib)
	if _, err := again.Announce(w.ctx, operator("sikong"), year, false); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a year that is known was announced once more: %v", err)
	}
	done, err = again.Announce(w.ctx, operator("sikong"), year, true)
	if err != nil || !done.Replaced || len(done.Deadlines) != 0 {
		t.Errorf("replaced by the same: %+v, %v", done, err)
	}
	w.no = early
	for _, line := range w.see().Log {
		if line.Kind == casework.Recounted {
			t.Error("a deadline of September was counted afresh")
		}
	}
}
