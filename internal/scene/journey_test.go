package scene

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"chancery/affairs/passport"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/register"
	"chancery/core/rule"
	"chancery/store"
)

// toApproval takes the compliant trip to the decision, with these changes.
func (w *world) toApproval(change ...rule.PatchOp) {
	w.Helper()
	w.toNotice(change...)
	w.day("2026-09-22")
	w.signed()
}

// toNotice takes it to the public notice.
func (w *world) toNotice(change ...rule.PatchOp) {
	w.Helper()
	w.files("zhongli", compliant, append(shifted(), change...)...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.does("dongfang", agree(""))
	w.does("nangong", agree(""))
	w.does("gongye", agree(""))
	w.does("dongfang", casework.Act{Kind: casework.NoticePosted})
}

// signed takes it from the end of the notice to the decision.
func (w *world) signed() {
	w.Helper()
	w.does("chunyu", agree(""))
	w.does("ouyang", agree(""))
	w.stands("approval", casework.Active)
}

// toDeparture takes it to the eve of the departure.
func (w *world) toDeparture() {
	w.Helper()
	w.toApproval()
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	w.does("dongfang", casework.Act{Kind: casework.Issued})
	w.stands("departure", casework.Approved)
}

func (w *world) rows(name string, day string) []register.Row {
	w.Helper()
	var out []register.Row
	w.must(w.store.Read(w.ctx, func(t *store.Tx) error {
		var err error
		out, err = t.Rows(name, "", mustDay(day), mustDay(day))
		return err
	}))
	return out
}

// TestTheProvinceDecidesForABureauLeader: the office asks, the clock stops, the
// officer enters the number and the day of the answer.
func TestTheProvinceDecidesForABureauLeader(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toApproval(rulePatch("/delegation/0/rank", "bureau"), rulePatch("/inviter/rank", "bureau"))
	w.cannot("wenren", casework.Act{Kind: casework.ApprovedNow}, "云海省")
	w.does("dongfang", casework.Act{Kind: casework.DecisionAsked})
	if w.see().Case.Due != nil {
		t.Error("the clock runs while the province decides")
	}
	w.day("2026-10-09")
	w.does("dongfang", casework.Act{Kind: casework.DecisionReceived, Ground: "云政外〔2026〕31号", Day: mustDay("2026-10-08"), Conditions: []string{"压缩随员"}})
	w.stands("instrument", casework.ApprovedIf)
	w.proves()
}

// TestTheApproverTakesADayAway: a reduction is fewer days, people or places, and nothing more.
func TestTheApproverTakesADayAway(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toApproval()
	filing, digest := w.patched(rulePatch("/itinerary/entry", "2026-10-23"))
	if err := w.act("wenren", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeReduced, Filing: filing, Digest: digest}); err == nil {
		t.Fatal("a longer trip passed for a reduction")
	}
	filing, digest = w.patched(rule.PatchOp{Op: "remove", Path: "/delegation/2"}, rulePatch("/inviter/letter/names", []any{"钟离牧", "慕容舟"}))
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeReduced, Filing: filing, Digest: digest, Text: "端木青不随团"})
	w.stands("instrument", casework.Approved)
	if v := w.see(); v.Outcome != casework.OutcomeReduced || len(w.rows(travel.TripsRegister, "2026-10-18")) != 2 {
		t.Errorf("%s, %d abroad", v.Outcome, len(w.rows(travel.TripsRegister, "2026-10-18")))
	}
	w.proves()
}

// TestTheRegisterSaysWhoIsReallyAbroad: one comes back two days early, and the
// register of travel documents runs for each by himself.
func TestTheRegisterSaysWhoIsReallyAbroad(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toDeparture()
	w.day("2026-10-15")
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	w.does("dongfang", casework.Act{Kind: casework.Departed})
	w.day("2026-10-20")
	w.does("zhongli", casework.Act{Kind: casework.CameHome, Slot: "端木青", Day: mustDay("2026-10-20"), Text: "母亲病重，提前回国"})
	if n := len(w.rows(travel.TripsRegister, "2026-10-21")); n != 2 {
		t.Errorf("%d are abroad on the 21st, want 2", n)
	}
	w.day("2026-10-22")
	w.does("zhongli", casework.Act{Kind: casework.CameHome, Day: mustDay("2026-10-22")})
	w.does("dongfang", casework.Act{Kind: casework.HandedBack, Slot: "handback/端木青"})
	open := 0
	for _, r := range w.rows(passport.Register, "2026-10-23") {
		var row passport.Row
		w.must(json.Unmarshal(r.Body, &row))
		if row.Back.IsZero() {
			open++
			if row.Due != mustDay("2026-10-29") {
				t.Errorf("%s's document is due on %s", row.Person, row.Due)
			}
		}
	}
	if open != 2 {
		t.Errorf("%d documents are out, want 2", open)
	}
	w.proves()
}

// TestAVacantPostIsAnIncidentAndAHandOverLeavesNoGap: the step waits and is shown,
// nobody skips it; the new holder finds the task where it was.
func TestAVacantPostIsAnIncidentAndAHandOverLeavesNoGap(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.does("dongfang", agree(""))
	change := func(alter func(office.Office) (office.Office, error)) {
		w.must(w.store.Write(w.ctx, func(t *store.Tx) error {
			o, err := t.Office()
			if err != nil {
				return err
			}
			if o, err = alter(o); err != nil {
				return err
			}
			return t.SaveOffice(o)
		}))
	}
	change(func(o office.Office) (office.Office, error) {
		o.Holdings = slices.Clone(o.Holdings)
		for i, h := range o.Holdings {
			if h.Post == "trips-head" {
				o.Holdings[i].Until = mustDay("2026-09-10")
			}
		}
		return o, nil
	})
	vacant := 0
	for _, h := range w.see().Holders {
		if h.Vacant {
			vacant++
		}
	}
	if vacant != 1 {
		t.Errorf("%d vacancies are shown, want 1", vacant)
	}
	w.day("2026-09-25")
	w.stands("reviews", casework.Active) // never skipped
	w.cannot("dongfang", agree(""), "空缺")
	w.knowsNothing("nangong", agree("")) // who held the post
	change(func(o office.Office) (office.Office, error) {
		o.Holdings = append(o.Holdings, office.Holding{Person: "linghu", Post: "trips-head", From: mustDay("2026-09-25")})
		return o, nil
	})
	w.does("linghu", agree(""))
	change(func(o office.Office) (office.Office, error) {
		return o.HandOver("finance-review", "gongye", "chunyu", mustDay("2026-09-26"))
	})
	w.day("2026-09-27")
	w.knowsNothing("gongye", agree("")) // the tasks and the sight of them go with the post
	w.does("chunyu", agree(""))
	w.stands("notice", casework.Active)
	w.proves()
}

// saysOf demands what the page of the case says of a rule to whoever is to decide.
func (w *world) saysOf(id string, want rule.Status) {
	w.Helper()
	said := w.see().Checked
	if said.Gate != rule.Approval || said.Today != w.today() {
		w.Errorf("the page is of the gate %s on %s", said.Gate, said.Today)
	}
	for _, f := range said.Findings {
		if f.Rule == id {
			if f.Status != want {
				w.Errorf("the page says of %s: %s, want %s", id, f.Status, want)
			}
			return
		}
	}
	w.Errorf("the page says nothing of %s", id)
}

// TestTheYearsPlanIsUsedUp: with one group planned and one approved, the second is stopped at the decision.
func TestTheYearsPlanIsUsedUp(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.must(w.store.Write(w.ctx, func(t *store.Tx) error {
		o, err := t.Office()
		if err != nil {
			return err
		}
		o.Plans = []office.Plan{{Unit: "澜川市港航局", Year: 2026, Groups: 1, Source: "云外计〔2026〕3号"}}
		return t.SaveOffice(o)
	}))
	w.toNotice()
	first := w.no
	w.toNotice(rulePatch("/inviter/body", "釜山港湾协会"))
	second := w.no
	w.day("2026-09-22")
	w.signed()
	w.no = first
	w.signed()
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	w.no = second
	w.saysOf("PLAN-01B", rule.Stop) // who decides reads it before signing
	w.cannot("wenren", casework.Act{Kind: casework.ApprovedNow}, "PLAN-01B")
	w.no = first
	w.does("dongfang", casework.Act{Kind: casework.Issued})
	w.does("zhongli", casework.Act{Kind: casework.CancelledNow, Text: "对方取消"})
	w.no = second
	w.saysOf("PLAN-01B", rule.OK)
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow}) // the place is free again
	w.proves()
}

// TestWhoMayDoWhatIsSaidBeforehand: what the desk offers is what it lets pass.
func TestWhoMayDoWhatIsSaidBeforehand(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toApproval()
	for person, want := range map[string]casework.Kind{
		"wenren": casework.ApprovedNow, "zhongli": casework.WithdrawnNow, "dongfang": casework.ReturnedBack, "ouyang": casework.Recalled,
	} {
		may, err := w.desk.Allowed(w.ctx, deskActor(person), w.no)
		w.must(err)
		if !slices.ContainsFunc(may, func(m casework.May) bool { return m.Kind == want }) {
			t.Errorf("%s may not %s: %v", person, want, may)
		}
		if person != "wenren" && slices.ContainsFunc(may, func(m casework.May) bool { return m.Kind == casework.ApprovedNow }) {
			t.Errorf("%s may approve", person)
		}
	}
}

// TestTheWayIsShownBeforeAnythingIsFiled names every step, why it is there, and who would have it.
func TestTheWayIsShownBeforeAnythingIsFiled(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-10-12")
	w.files("zhongli", compliant)
	way, err := w.desk.Path(w.ctx, w.see().Application)
	w.must(err)
	if len(way) != 12 {
		t.Fatalf("%d steps", len(way))
	}
	for _, s := range way {
		if s.Why.ZH == "" || s.Why.EN == "" {
			t.Errorf("%s does not say why it is there", s.Step)
		}
		for _, p := range s.Posts {
			if p.Vacant || len(p.People) == 0 {
				t.Errorf("nobody is named for %s", p.Title.EN)
			}
		}
	}
	if people := way[5].Posts[0].People; !slices.Equal(people, []string{"闻人澜", "令狐川"}) {
		t.Errorf("on 12 October the approval is with %v: the deputy director and his stand-in", people)
	}
}

// TestR10RegistersRebuiltEqualThoseThatGrew: whatever people do in several cases over
// two months, every register row and every case is what its entries make of it.
func TestR10RegistersRebuiltEqualThoseThatGrew(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // the same walk every time
			w := begin(t, "2026-09-14")
			var cases []string
			for _, file := range []string{compliant, compliant, "testdata/position.yaml", "testdata/gift.yaml"} {
				var change []rule.PatchOp
				if file == compliant {
					change = shifted()
				}
				cases = append(cases, w.files([]string{"zhongli", "shangguan"}[rnd.IntN(2)], file, change...).No)
			}
			people := []string{"zhongli", "shangguan", "dongfang", "nangong", "gongye", "chunyu", "ouyang", "wenren", "sikong", "huangfu", "xiahou"}
			at, done := mustDay("2026-09-14"), 0
			for range 400 {
				if rnd.IntN(5) == 0 {
					at = at.AddDays(1 + rnd.IntN(3))
					w.day(at.String())
				}
				w.no = cases[rnd.IntN(len(cases))]
				person := people[rnd.IntN(len(people))]
				may, err := w.desk.Allowed(w.ctx, deskActor(person), w.no)
				if fault.KindOf(err) == fault.NotFound {
					continue // it does not lie in this person's sight
				}
				w.must(err)
				may = slices.DeleteFunc(may, func(m casework.May) bool { // what ends a case, and what is only said, is rarer
					return (m.Kind == casework.WithdrawnNow || m.Kind == casework.CancelledNow || m.Kind == casework.RevokedNow ||
						m.Kind == casework.Commented || m.Kind == casework.Corrected) && rnd.IntN(12) > 0
				})
				if len(may) == 0 {
					continue
				}
				if err := w.act(person, anyway(may[rnd.IntN(len(may))], at, rnd)); err == nil {
					done++
				}
			}
			if done < 30 {
				t.Errorf("only %d acts were done", done)
			}
			w.proves()
			w.numbered(cases)
		})
	}
}

// numbered expects the instruments of some cases to be numbered without a gap and
// each once: those that stand, and those that are void and stay visible (P7).
func (w *world) numbered(cases []string) {
	w.Helper()
	issued, shown := map[string]bool{}, map[string]bool{}
	w.must(w.store.Read(w.ctx, func(t *store.Tx) error {
		for _, no := range cases {
			c, err := t.Case(no)
			if err != nil {
				return err
			}
			for _, n := range append(slices.Clone(c.Voided), c.Instrument) {
				shown[n.EN] = shown[n.EN] || !n.IsZero()
			}
			entries, err := t.Entries(no)
			if err != nil {
				return err
			}
			for _, entry := range entries {
				var e casework.Event
				if err := json.Unmarshal(entry.Body, &e); err != nil {
					return err
				}
				if e.Instrument.IsZero() {
					continue
				}
				if issued[e.Instrument.EN] {
					w.Errorf("%s was issued twice", e.Instrument.EN)
				}
				issued[e.Instrument.EN] = true
			}
		}
		return nil
	}))
	for n := range len(issued) {
		if number := fmt.Sprintf("LC-FA approval 2026 no. %d", n+1); !issued[number] || !shown[number] {
			w.Errorf("%s: issued %t, shown %t", number, issued[number], shown[number])
		}
	}
}

// TestP2AnActThatIsRefusedLeavesNothing: no entry, no number, no row.
func TestP2AnActThatIsRefusedLeavesNothing(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toApproval()
	state := func() (last int64, version int, rows int) {
		w.must(w.store.Read(w.ctx, func(t *store.Tx) error {
			var err error
			if last, err = t.LastEntry(); err != nil {
				return err
			}
			c, err := t.Case(w.no)
			version = c.Version
			return err
		}))
		return last, version, len(w.rows(travel.TripsRegister, "2026-10-18"))
	}
	last, version, rows := state()
	w.cannot("dongfang", casework.Act{Kind: casework.Issued}, "批件")
	w.cannot("nangong", casework.Act{Kind: casework.ApprovedNow}, "闻人澜")
	w.cannot("wenren", casework.Act{Kind: casework.RefusedNow}, "引用条款")
	if l, v, r := state(); l != last || v != version || r != rows {
		t.Errorf("entries %d → %d, version %d → %d, rows %d → %d", last, l, version, v, rows, r)
	}
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	w.does("dongfang", casework.Act{Kind: casework.Issued})
	if n := w.see().Case.Instrument.EN; n != "LC-FA approval 2026 no. 1" {
		t.Errorf("the first instrument is %q: a refused act took a number", n)
	}
	w.proves()
}

func anyway(m casework.May, day calendar.Day, rnd *rand.Rand) casework.Act {
	a := casework.Act{
		Kind: m.Kind, Slot: m.Slot, Number: m.Number, Day: day, Text: "x", Ground: "OUT-11", Stance: procedure.Agree, Post: "director",
		Settlement: &casework.Settlement{Claimed: "10.00 CNY", Paid: "10.00 CNY"},
	}
	if rnd.IntN(8) == 0 {
		a.Stance = procedure.Reservation
	}
	if m.Kind == casework.ClosedNow {
		a.Ground = ""
	}
	return a
}
