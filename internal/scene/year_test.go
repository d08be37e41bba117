package scene

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/job"
	"chancery/desk"
	"chancery/jobs"
	"chancery/library"
	"chancery/store"
)

// forgetful is a queue that gives every job twice: what is done in the house beside itself, what leaves it once more
// after it was done.
type forgetful struct {
	jobs.Queue
	mu    sync.Mutex
	again []job.Job
}

func (f *forgetful) Take(ctx context.Context, outward bool, most int) ([]job.Job, error) {
	taken, err := f.Queue.Take(ctx, outward, most)
	f.mu.Lock()
	defer f.mu.Unlock()
	if !outward {
		return append(taken, taken...), err
	}
	taken, f.again = append(f.again, taken...), taken
	return taken, err
}

// post keeps what left the house.
type post struct {
	mu   sync.Mutex
	sent map[int64]int
	of   map[casework.Kind]int
}

func (p *post) Send(_ context.Context, parcel job.Parcel) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent[parcel.ID]++
	p.of[parcel.Message.Kind]++
	return nil
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// house does by itself what is due, over the movable clock.
func (w *world) house(q jobs.Queue, ways ...jobs.Way) *jobs.Runner {
	return jobs.New(jobs.Config{Queue: q, Desk: w.desk, Ways: ways, Log: quiet(), Clock: func() time.Time {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.now
	}})
}

// passes lets days pass, and every morning does what is due.
func (w *world) passes(r *jobs.Runner, until string) {
	w.Helper()
	for w.today() < mustDay(until) {
		w.mu.Lock()
		w.now = w.now.AddDate(0, 0, 1)
		w.mu.Unlock()
		if _, err := r.RunDue(w.ctx); err != nil {
			w.Fatal(err)
		}
	}
}

// byTime are the entries of a case that nobody made.
func (w *world) byTime(no string) []casework.Event {
	w.Helper()
	var out []casework.Event
	w.must(w.store.Read(w.ctx, func(t *store.Tx) error {
		entries, err := t.Entries(no)
		for _, entry := range entries {
			var e casework.Event
			if err := json.Unmarshal(entry.Body, &e); err != nil {
				return err
			}
			if e.Actor.Person == "" {
				out = append(out, e)
			}
		}
		return err
	}))
	return out
}

// said are those entries in short.
func said(events []casework.Event) []string {
	var out []string
	for _, e := range events {
		s := fmt.Sprintf("%s %s %s", e.Day, e.Step, e.Kind)
		if e.Slot != "" {
			s += " " + e.Slot
		}
		if e.Kind == casework.Escalated {
			s += " to " + e.From
		}
		out = append(out, s)
	}
	return out
}

// afterTheReturn is what time does in a case of which nobody does anything after the return on 22 October: the documents are
// due back on the 29th; the report, the notice and the step itself on 23 November, a Monday. The ladder has three rungs, the
// upper ones five and fifteen working days past.
func afterTheReturn() []string {
	out := []string{"2026-09-21 notice notice_ended"}
	at := func(day, what string, of ...string) {
		for _, duty := range of {
			out = append(out, day+" return-duties "+what+duty)
		}
	}
	handback := []string{" handback/钟离牧", " handback/慕容舟", " handback/端木青"}
	rest := []string{" report", " post-notice"}
	told := func(day, post string, of ...string) {
		for _, duty := range of {
			at(day, "escalated", duty+" to "+post)
		}
	}
	at("2026-10-28", "reminded", handback...)
	told("2026-10-30", "trips-head", handback...)
	told("2026-11-06", "deputy-director", handback...)
	at("2026-11-16", "reminded", rest...)
	told("2026-11-20", "director", handback...)
	at("2026-11-20", "reminded", rest...)
	for day, post := range map[string]string{"2026-11-24": "trips-head", "2026-12-01": "deputy-director", "2026-12-15": "director"} {
		told(day, post, "", rest[0], rest[1])
	}
	slices.SortStableFunc(out, func(a, b string) int { return strings.Compare(a[:10], b[:10]) })
	return out
}

// TestAYearPassesAndEachDeadlineReminderAndEscalationActsOnce: five cases are left alone at different steps, every job is
// given twice, and in the middle of it the holidays of the next year are announced.
func TestAYearPassesAndEachDeadlineReminderAndEscalationActsOnce(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	gone := &post{sent: map[int64]int{}, of: map[casework.Kind]int{}}
	queue := &forgetful{Queue: w.store}
	house := w.house(queue, jobs.Way{Name: "post", Sender: gone})

	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	waits := w.no
	w.files("shangguan", "testdata/position.yaml")
	w.does("shangguan", casework.Act{Kind: casework.Submitted})
	position := w.no
	w.toNotice()
	noticed := w.no

	w.toNotice()
	back := w.no
	w.passes(house, "2026-09-22")
	w.signed()
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	w.does("dongfang", casework.Act{Kind: casework.Issued})
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	w.does("dongfang", casework.Act{Kind: casework.Departed})
	w.passes(house, "2026-10-23")
	w.does("zhongli", casework.Act{Kind: casework.CameHome, Day: mustDay("2026-10-22")})

	w.passes(house, "2026-12-30")
	w.files("zhongli", compliant, append(shifted(), rulePatch("/filed", "2026-12-30"))...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	moved := w.no
	was := *w.see().Case.Due
	w.passes(house, "2026-12-31")

	data, err := os.ReadFile("testdata/2027.json")
	w.must(err)
	year, err := calendar.ParseAnnouncement("2027.json", data)
	w.must(err)
	_, err = w.desk.Announce(w.ctx, operator("sikong"), year, false)
	w.must(err)
	announced, err := desk.Announced(w.ctx, desk.Kept(w.store))
	w.must(err)
	lib, err := desk.LoadLibrary(library.FS, announced...)
	w.must(err)
	w.desk = desk.New(desk.Kept(w.store), lib) // the next start knows the year
	house = w.house(queue, jobs.Way{Name: "post", Sender: gone})
	w.passes(house, "2027-09-14")

	for no, want := range map[string][]string{
		// Due on 17 September, the third working day.
		waits: {"2026-09-16 first-review reminded", "2026-09-18 first-review escalated to trips-head"},
		// The opinions are due on Sunday the 20th, which is worked; nobody answers. The decision is due on the 24th, before a holiday.
		position: {
			"2026-09-18 opinions reminded", "2026-09-21 opinions lapsed",
			"2026-09-23 decision reminded", "2026-09-25 decision escalated to deputy-director",
		},
		// Shown until the 20th; then co-signed until the 29th, the 25th being off.
		noticed: {"2026-09-21 notice notice_ended", "2026-09-28 co-signing reminded", "2026-09-30 co-signing escalated to deputy-director"},
		// From 30 December: due on 5 January as long as nobody knows, on the 6th once the 4th is announced to be off.
		moved: {"2027-01-05 first-review reminded", "2027-01-07 first-review escalated to trips-head"},
		back:  afterTheReturn(),
	} {
		if got := said(w.byTime(no)); !slices.Equal(got, want) {
			t.Errorf("in %s time did\n  %s\nwant\n  %s", no, strings.Join(got, "\n  "), strings.Join(want, "\n  "))
		}
	}
	w.no = moved
	kept := 0
	for _, line := range w.see().Log {
		if line.Kind == casework.Recounted {
			kept++
		}
	}
	if now := w.see().Case.Due; kept != 1 || now.Due != mustDay("2027-01-06") || was.Due != mustDay("2027-01-05") || !was.Provisional || now.Provisional {
		t.Errorf("was %+v, is %+v, counted afresh %d times", was, now, kept)
	}
	for id, n := range gone.sent {
		if n != 1 {
			t.Errorf("message %d left the house %d times", id, n)
		}
	}
	for _, kind := range []casework.Kind{casework.Reminded, casework.Escalated, casework.LapsedNow, casework.NoticeEnded, casework.Recounted} {
		if gone.of[kind] == 0 {
			t.Errorf("nobody was told of anything %s", kind)
		}
	}
	// The rulebook once, the documents in December, March, June and September, the calendar in December.
	if n := gone.of[job.DutyCameBack]; n != 6 {
		t.Errorf("%d recurring duties were told, want 6", n)
	}
	w.proves()
	left, err := w.desk.Operations(w.ctx, desk.Operator())
	w.must(err)
	for _, c := range left.Counts {
		if c.Failed+c.Retrying+c.Running+c.Late > 0 || (c.Kind == job.Tick && c.Waiting > 0) || (c.Kind.Routine() && c.Kind != job.Backup && (c.Waiting != 1 || c.Ran.IsZero())) {
			t.Errorf("after a year of %s: %+v", c.Kind, c)
		}
	}
	if len(left.Troubled) > 0 || left.Lag() > 0 && left.Sequenced == 0 {
		t.Errorf("after a year: %+v", left)
	}
}

// TestWhatWasPlannedIsDoneThoughTheProcessDied: between the commit and the job, and while somebody had it.
func TestWhatWasPlannedIsDoneThoughTheProcessDied(t *testing.T) {
	t.Parallel()
	for _, taken := range []bool{false, true} {
		w := begin(t, "2026-09-14")
		w.files("zhongli", compliant, shifted()...)
		w.does("zhongli", casework.Act{Kind: casework.Submitted})
		w.mu.Lock()
		w.now = mustDay("2026-09-18").Begins(desk.OfficeZone()).Add(9 * time.Hour).Time()
		w.mu.Unlock()
		if taken {
			jobs, err := w.store.Take(w.ctx, false, 10)
			if err != nil || len(jobs) == 0 {
				t.Fatalf("nothing to take: %v", err)
			}
			if more, err := w.store.Take(w.ctx, false, 10); err != nil || len(more) > 0 {
				t.Errorf("what somebody has is given again: %+v, %v", more, err)
			}
		}
		w.must(w.store.Close())
		again, err := w.place.Open(w.ctx, func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now })
		w.must(err)
		lib, err := shipped()
		w.must(err)
		w.store, w.desk = again, desk.New(desk.Kept(again), lib)
		house := w.house(w.store)
		_, err = house.RunDue(w.ctx)
		w.must(err)
		if did := len(w.byTime(w.no)); taken && did > 0 {
			t.Error("the job of one who may still be about it was done beside him")
		}
		w.minutes(6)
		for range 2 {
			_, err = house.RunDue(w.ctx)
			w.must(err)
		}
		if got, want := said(w.byTime(w.no)), []string{"2026-09-18 first-review escalated to trips-head"}; !slices.Equal(got, want) {
			t.Errorf("taken %v: time did %v, want %v", taken, got, want)
		}
		w.must(again.Close())
	}
}

// TestWhatCameDueWhileNobodyServedIsDoneBeforeTheDoorOpens: nothing of it leaves the house yet, and nothing is left to move a case.
func TestWhatCameDueWhileNobodyServedIsDoneBeforeTheDoorOpens(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	gone := &post{sent: map[int64]int{}, of: map[casework.Kind]int{}}
	house := w.house(w.store, jobs.Way{Name: "post", Sender: gone})
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.mu.Lock()
	w.now = mustDay("2026-09-18").Begins(desk.OfficeZone()).Add(9 * time.Hour).Time()
	w.mu.Unlock()
	w.must(house.CatchUp(w.ctx))
	before, did := w.see().Case.Version, said(w.byTime(w.no))
	if !slices.Equal(did, []string{"2026-09-18 first-review escalated to trips-head"}) {
		t.Errorf("time did %v", did)
	}
	if len(gone.sent) > 0 {
		t.Error("a message left the house before the door was open")
	}
	w.minutes(6)
	_, err := house.RunDue(w.ctx)
	w.must(err)
	if len(gone.sent) == 0 {
		t.Error("no message left the house afterwards")
	}
	if after := w.see().Case.Version; after != before {
		t.Errorf("the case moved again, from version %d to %d", before, after)
	}
}

// TestWhatIsTakenBackIsNotTold: a message waits until its act can no longer be recalled, and one that was recalled is told to nobody.
func TestWhatIsTakenBackIsNotTold(t *testing.T) {
	t.Parallel()
	for _, recalled := range []bool{false, true} {
		w := begin(t, "2026-09-14")
		gone := &post{sent: map[int64]int{}, of: map[casework.Kind]int{}}
		house := w.house(w.store, jobs.Way{Name: "post", Sender: gone})
		w.files("zhongli", compliant, shifted()...)
		w.does("zhongli", casework.Act{Kind: casework.Submitted})
		w.minutes(3)
		_, err := house.RunDue(w.ctx)
		w.must(err)
		if len(gone.sent) > 0 {
			t.Error("a message left the house while its act could be recalled")
		}
		if recalled {
			w.does("zhongli", casework.Act{Kind: casework.Recalled})
		}
		w.minutes(6)
		_, err = house.RunDue(w.ctx)
		w.must(err)
		if left := gone.of[casework.Submitted]; (left > 0) == recalled {
			t.Errorf("recalled %v: %d messages of the submission left the house", recalled, left)
		}
	}
}
