package casework_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

func bytesOf(t *rapid.T, c casework.Case) []byte {
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// draw draws an act, mostly one that is allowed, with its fields filled at random.
func draw(t *rapid.T, g *play, person office.PersonID) casework.Act {
	may := casework.May{Kind: rapid.SampledFrom(casework.Kinds()).Draw(t, "kind")}
	if allowed := casework.Allowed(g.c, office.Actor{Person: person}, g.w); len(allowed) > 0 && rapid.IntRange(0, 9).Draw(t, "wild") > 0 {
		may = rapid.SampledFrom(allowed).Draw(t, "act")
	}
	a := casework.Act{
		Kind: may.Kind, Slot: may.Slot, Number: may.Number, Day: g.w.Day, Text: "x",
		Ground: rapid.SampledFrom([]string{"", "OUT-11", "days", "10-years"}).Draw(t, "ground"),
		Stance: rapid.SampledFrom([]procedure.Stance{procedure.Agree, procedure.Agree, procedure.Agree, procedure.Reservation, procedure.Object, procedure.Abstain}).Draw(t, "stance"),
		Yes:    rapid.IntRange(0, 4).Draw(t, "upheld") == 0,
		Post:   rapid.SampledFrom(g.w.Office.Posts).Draw(t, "post").ID,
		Settlement: &casework.Settlement{
			Claimed: "10.00 CNY", Paid: "8.00 CNY", Refused: rapid.SampledFrom([]string{"2.00 CNY", ""}).Draw(t, "refused"),
		},
	}
	if a.Kind == casework.ChangeAsked || (a.Kind == casework.Submitted && rapid.Bool().Draw(t, "altered")) {
		a.Filing, a.Digest = changed(fmt.Sprint(rapid.IntRange(1, 3).Draw(t, "filing")))
	}
	if a.Kind == casework.ApprovedNow && rapid.IntRange(0, 2).Draw(t, "conditional") == 0 {
		a.Conditions = []string{"不另安排活动"}
	}
	return a
}

// TestP8ACaseIsWhatItsEventsMakeOfIt: whatever people do and however time passes,
// the case that grew act by act equals the one that is folded from the bytes of
// its events; a refused act changes nothing; and what was said is never lost.
func TestP8ACaseIsWhatItsEventsMakeOfIt(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"outbound-trip", "position", "gift-received"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				g := begin(t.Fatalf, name, "2026-09-07")
				g.w.LeaderLevel = rapid.IntRange(1, 4).Draw(t, "level")
				if rapid.Bool().Draw(t, "exempt") {
					g.w.Circumstances = map[procedure.Circumstance]casework.Circumstance{"notice-exempt": {Why: text.Text{ZH: "免", EN: "exempt"}}}
				}
				for range rapid.IntRange(1, 60).Draw(t, "acts") {
					switch rapid.IntRange(0, 5).Draw(t, "time") {
					case 0:
						g.day(g.w.Day.AddDays(rapid.IntRange(1, 12).Draw(t, "days")).String())
					case 1:
						g.minutes(rapid.IntRange(1, 7).Draw(t, "minutes"))
					}
					person := rapid.SampledFrom(g.w.Office.Persons).Draw(t, "person").ID
					before, dissent, refusals := bytesOf(t, g.c), len(g.c.Dissent()), len(g.c.Decisions)
					a := draw(t, g, person)
					if err := g.try(string(person), a); err != nil {
						if !bytes.Equal(before, bytesOf(t, g.c)) {
							t.Fatalf("%s was refused and changed the case", a.Kind)
						}
						continue
					}
					if a.Kind != casework.Recalled && (len(g.c.Dissent()) < dissent || len(g.c.Decisions) < refusals) {
						t.Fatalf("%s made a dissent or a decision disappear", a.Kind)
					}
					sound(t, g)
				}
				again := casework.Rebuild(g.events)
				if grew, folded := bytesOf(t, g.c), bytesOf(t, again); !bytes.Equal(grew, folded) {
					t.Fatalf("grown:\n%s\nfolded:\n%s", grew, folded)
				}
			})
		})
	}
}

// sound says what is true of every case at every moment.
func sound(t *rapid.T, g *play) {
	c := g.c
	if _, ok := g.w.Procedure.Step(c.Step); !ok {
		t.Fatalf("there is no step %q", c.Step)
	}
	tasks := c.Tasks(g.w.Procedure)
	if c.State.Ended() != (len(tasks) == 0) {
		t.Fatalf("in %s, %s, there are %d tasks: somebody always has a case that has not ended", c.Step, c.State, len(tasks))
	}
	for _, task := range tasks {
		if task.Post == "" && task.Person == "" {
			t.Fatalf("nobody has the task %s", task.ID)
		}
	}
	if c.State == casework.Refused && (c.Outcome != casework.OutcomeRefused || c.Decisions[len(c.Decisions)-1].By.Person == "") {
		t.Fatal("a case was refused by nobody")
	}
	if (c.State == casework.Returned || c.State == casework.Draft) && c.Outcome != casework.NoOutcome && !c.State.Ended() {
		t.Fatalf("a draft has the outcome %s", c.Outcome)
	}
	if c.Outcome == casework.OutcomeApproved && c.OpenObjections() > 0 {
		t.Fatal("approved with an objection unanswered")
	}
	if c.Version != len(g.events) {
		t.Fatalf("version %d after %d events", c.Version, len(g.events))
	}
	for _, k := range c.Decisions {
		if k.By.Person == c.Applicant || k.By.For == c.Applicant {
			t.Fatal("the applicant decided his own case")
		}
	}
}

// TestP4OnlyTheProcedureMovesACase: every event names its step, its day and who did
// it, or that nobody did; and a case only ever goes on, comes back to its draft,
// returns to where it was sent back from, or resumes where a change was asked for.
func TestP4OnlyTheProcedureMovesACase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := begin(t.Fatalf, "outbound-trip", "2026-09-07")
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			person := rapid.SampledFrom(g.w.Office.Persons).Draw(t, "person").ID
			_ = g.try(string(person), draw(t, g, person))
			if rapid.IntRange(0, 4).Draw(t, "time") == 0 {
				g.day(g.w.Day.AddDays(rapid.IntRange(1, 12).Draw(t, "days")).String())
			}
		}
		c := casework.Open(g.events[0])
		for _, e := range g.events[1:] {
			byTime := e.Kind == casework.NoticeEnded || e.Kind == casework.LapsedNow || e.Kind == casework.Escalated || e.Kind == casework.Reminded
			if e.At.IsZero() || e.Day.IsZero() || byTime != (e.Actor.Person == "") || e.Step != c.Step {
				t.Fatalf("%s in %s by %+v", e.Kind, e.Step, e.Actor)
			}
			if e.Enter != nil {
				legal(t, g.w.Procedure, c, e)
			}
			c = casework.Apply(c, e)
		}
	})
}

func legal(t *rapid.T, p procedure.Procedure, c casework.Case, e casework.Event) {
	next, _ := p.After(c.Step)
	for _, skip := range e.Skipped {
		if skip.Step != next.ID || skip.Why.ZH == "" {
			t.Fatalf("%s passes %s by, which is not next", e.Kind, skip.Step)
		}
		next, _ = p.After(next.ID)
	}
	sign, _ := p.OfKind(procedure.Sign)
	switch to := e.Enter.Step; {
	case to == next.ID:
	case to == p.First().ID && e.Enter.State == casework.Returned && c.Outcome == casework.NoOutcome:
	case e.Kind == casework.Submitted && to == c.ReturnedFrom:
	case e.Kind == casework.ChangeAsked && to == sign.ID:
	case c.Change != nil && to == c.Change.Resume:
	default:
		t.Fatalf("%s moves the case from %s to %s", e.Kind, c.Step, to)
	}
}

// TestTimeDoesEachThingOnce: called again at the same instant, time does nothing more.
func TestTimeDoesEachThingOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := begin(t.Fatalf, "outbound-trip", "2026-09-07")
		for range rapid.IntRange(1, 25).Draw(t, "acts") {
			person := rapid.SampledFrom(g.w.Office.Persons).Draw(t, "person").ID
			_ = g.try(string(person), draw(t, g, person))
			g.day(g.w.Day.AddDays(rapid.IntRange(0, 20).Draw(t, "days")).String())
			if e, _, err := casework.Tick(g.c, g.w); e != nil || err != nil {
				t.Fatalf("again: %+v, %v", e, err)
			}
		}
	})
}

// TestWhatIsOfferedIsWhatIsLetPass: at every moment, for everybody, an act is
// offered exactly when it would be done.
func TestWhatIsOfferedIsWhatIsLetPass(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-10-12")
	offered := func(person string) map[casework.Kind]bool {
		out := map[casework.Kind]bool{}
		for _, m := range casework.Allowed(g.c, office.Actor{Person: office.PersonID(person)}, g.w) {
			out[m.Kind] = true
		}
		return out
	}
	if may := offered("zhongli"); !may[casework.Submitted] || !may[casework.WithdrawnNow] || may[casework.ReturnedBack] {
		t.Errorf("the applicant: %v", may)
	}
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	if may := offered("zhongli"); may[casework.Submitted] || !may[casework.Recalled] || !may[casework.WithdrawnNow] {
		t.Errorf("the applicant after submitting: %v", may)
	}
	if may := offered("dongfang"); !may[casework.Countersigned] || !may[casework.ReturnedBack] || !may[casework.Reassigned] || may[casework.ApprovedNow] {
		t.Errorf("the officer: %v", may)
	}
	if may := offered("sikong"); may[casework.Countersigned] || !may[casework.Commented] {
		t.Errorf("the director: %v", may)
	}
	if g.c.Step != "first-review" || g.c.Version != 2 {
		t.Error("asking what is allowed changed the case")
	}
	if g.w.Day != calendar.MustDay("2026-10-12") {
		t.Error("asking moved the clock")
	}
}
