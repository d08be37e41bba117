package scene

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/store"
)

// wandering is an office in which people do what they may, in several cases over some months.
type wandering struct {
	*world
	rnd   *rand.Rand
	cases []string
}

// wanders lets people act so many times.
func wanders(t *testing.T, seed uint64, times int) *wandering {
	t.Helper()
	g := &wandering{world: begin(t, "2026-09-14"), rnd: rand.New(rand.NewPCG(seed, 9))} //nolint:gosec // the same walk every time
	people := []string{"zhongli", "shangguan", "dongfang", "nangong", "gongye", "chunyu", "ouyang", "wenren", "sikong", "huangfu", "xiahou", "taishi"}
	at := mustDay("2026-09-14")
	for range times {
		if g.rnd.IntN(6) == 0 {
			at = at.AddDays(1 + g.rnd.IntN(3))
			g.day(at.String())
		}
		if len(g.cases) < 4 || g.rnd.IntN(60) == 0 {
			file, change := compliant, []rule.PatchOp(nil)
			switch g.rnd.IntN(4) {
			case 0:
				file = "testdata/position.yaml"
			case 1:
				file = "testdata/gift.yaml"
			default:
				change = shifted()
			}
			g.cases = append(g.cases, g.files([]string{"zhongli", "shangguan"}[g.rnd.IntN(2)], file, change...).No)
		}
		g.no = g.cases[g.rnd.IntN(len(g.cases))]
		person := people[g.rnd.IntN(len(people))]
		may, err := g.desk.Allowed(g.ctx, deskActor(person), g.no)
		if fault.KindOf(err) == fault.NotFound {
			continue // it does not lie in this person's sight
		}
		g.must(err)
		if len(may) == 0 {
			continue
		}
		pick := may[g.rnd.IntN(len(may))]
		if back := g.holdsUp(pick.Kind); back && g.rnd.IntN(25) > 0 {
			continue
		}
		a := anyway(pick, at, g.rnd)
		before := g.entries()
		if err := g.act(person, a); err != nil {
			if left := g.entries() - before; left != 0 {
				t.Errorf("«%s» was refused and left %d entries: %v", a.Kind, left, err)
			}
			continue
		}
		if left := g.entries() - before; left != 1 {
			t.Errorf("«%s» left %d entries", a.Kind, left)
		}
		g.entered(person, a)
	}
	return g
}

// holdsUp tells whether an act ends a case, sends it back or only speaks of it: if people did those as often as others
// no case would ever come to its end.
func (g *wandering) holdsUp(k casework.Kind) bool {
	return slices.Contains([]casework.Kind{
		casework.WithdrawnNow, casework.CancelledNow, casework.RevokedNow, casework.ReturnedBack, casework.Commented, casework.Corrected,
		casework.Answered, casework.RefusedNow, casework.Recalled, casework.ChangeAsked, casework.SignerAdded, casework.SignerRemoved,
		casework.Reassigned, casework.Objected,
	}, k)
}

// done are the kinds of act that were done in any scene of this run.
var done sync.Map

// entered expects the newest entry to say all of an act (S-09): who did it, in which post, when, what, and in which
// version of the words.
func (w *world) entered(person string, a casework.Act) {
	w.Helper()
	done.Store(a.Kind, true)
	var entries []journal.Entry
	var o office.Office
	w.must(w.store.Read(w.ctx, func(t *store.Tx) (err error) {
		if entries, err = t.Entries(w.no); err != nil {
			return err
		}
		o, err = t.Office()
		return err
	}))
	e := entries[len(entries)-1]
	var said casework.Event
	w.must(json.Unmarshal(e.Body, &said))
	today := said.Day == e.At.Day(desk.OfficeZone()) || said.Day == a.Day // or the day that it happened, where that is told
	if e.Kind != string(a.Kind) || said.Kind != a.Kind || e.Version != casework.EventVersion || string(e.Actor.Person) != person ||
		e.At.IsZero() || e.At != said.At || said.Actor != e.Actor || said.Day.IsZero() || !today || e.Seq != len(entries) {
		w.Errorf("%s did «%s»; the entry is %+v, it says %s", person, a.Kind, e, e.Body)
	}
	if _, ok := o.Post(e.Actor.Post); e.Actor.Post != "" && !ok {
		w.Errorf("«%s» was done in the post %q, which is not there", a.Kind, e.Actor.Post)
	}
	inPost := []casework.Kind{casework.Countersigned, casework.ApprovedNow, casework.RefusedNow, casework.Issued, casework.ObjectionSettled, casework.ClosedNow}
	if slices.Contains(inPost, a.Kind) && e.Actor.Post == "" {
		w.Errorf("«%s» by %s names no post", a.Kind, person)
	}
}

// everyKindWasDone tells whether the scenes together did every kind of act that there is; of what nobody did nothing was shown.
func everyKindWasDone() error {
	var errs []error
	for _, k := range casework.Kinds() {
		if _, ok := done.Load(k); !ok {
			errs = append(errs, fmt.Errorf("S-09: no scene does «%s»", k))
		}
	}
	return errors.Join(errs...)
}

// TestASignerIsAddedAndRemovedADutyHinderedAndAnApprovalRevoked: the acts that no other scene comes to.
func TestASignerIsAddedAndRemovedADutyHinderedAndAnApprovalRevoked(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toNotice()
	w.day("2026-09-22")
	w.does("dongfang", casework.Act{Kind: casework.SignerAdded, Post: "water-answer"})
	w.does("dongfang", casework.Act{Kind: casework.SignerRemoved, Slot: "added-water-answer", Text: "与水务无关"})
	w.signed()
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	w.does("dongfang", casework.Act{Kind: casework.Issued})
	duties := w.see().Case.Duties
	if len(duties) == 0 {
		t.Fatal("nothing is to be done before departure")
	}
	i := slices.IndexFunc(duties, func(d casework.Duty) bool { return strings.HasPrefix(d.ID, "visa/") })
	if i < 0 {
		t.Fatalf("no visa is among %+v", duties)
	}
	w.does("zhongli", casework.Act{Kind: casework.Hindered, Slot: duties[i].ID, Ground: "visa-refused", Text: "领馆拒签"})
	w.does("wenren", casework.Act{Kind: casework.RevokedNow, Text: "安全形势变化"})
	w.does("dongfang", casework.Act{Kind: casework.Corrected, Text: "签证被拒的日期应为前一日"})
	w.toNotice()
	w.does("zhongli", casework.Act{Kind: casework.WithdrawnNow, Text: "对方改期"})
	w.proves()
}

// TestR10TheWholeJournalReplayedTwiceGivesOneHash: from the entries alone every case, task and register row comes out the
// same, in whatever order the cases are replayed, and as the tables hold them (P8).
func TestR10TheWholeJournalReplayedTwiceGivesOneHash(t *testing.T) {
	t.Parallel()
	g := wanders(t, 11, 250)
	slices.Sort(g.cases)
	first := g.replayed(g.cases)
	backwards := slices.Clone(g.cases)
	slices.Reverse(backwards)
	if again := g.replayed(backwards); again != first {
		t.Errorf("replayed twice: %s and %s", first, again)
	}
	if kept := g.kept(); kept != first {
		t.Errorf("the tables hash to %s, the journal replayed to %s", kept, first)
	}
}

// replayed is the hash of what the entries of the cases make, case by case.
func (g *wandering) replayed(cases []string) string {
	g.Helper()
	made := map[string][]byte{}
	rebuild, err := g.desk.Standings(g.ctx)
	g.must(err)
	g.must(g.store.Read(g.ctx, func(t *store.Tx) error {
		for _, no := range cases {
			entries, err := t.Entries(no)
			if err != nil {
				return err
			}
			standing, err := rebuild(no, entries)
			if err != nil {
				return err
			}
			if made[no], err = journal.Canonical(standing); err != nil {
				return err
			}
		}
		return nil
	}))
	return hashed(made)
}

// kept is the same hash of what the tables hold.
func (g *wandering) kept() string {
	g.Helper()
	held := map[string][]byte{}
	g.must(g.store.Read(g.ctx, func(t *store.Tx) error {
		tasks, err := t.Tasks("", "")
		if err != nil {
			return err
		}
		for _, no := range g.cases {
			var s register.Standing
			c, err := t.Case(no)
			if err != nil {
				return err
			}
			if s.Self, err = journal.Canonical(c); err != nil {
				return err
			}
			for _, task := range tasks {
				if task.Case == no {
					s.Tasks = append(s.Tasks, task)
				}
			}
			s.Mark = c.Mark.Level()
			if s.Keys, err = t.KeysOf(no); err != nil {
				return err
			}
			if s.Rows, err = t.RowsOf(no); err != nil {
				return err
			}
			if held[no], err = journal.Canonical(s); err != nil {
				return err
			}
		}
		return nil
	}))
	return hashed(held)
}

// hashed is one hash over all cases, in the order of their numbers.
func hashed(cases map[string][]byte) string {
	h := sha256.New()
	for _, no := range slices.Sorted(maps.Keys(cases)) {
		fmt.Fprintf(h, "%s %d\n%s\n", no, len(cases[no]), cases[no])
	}
	return hex.EncodeToString(h.Sum(nil))
}
