package office_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
)

func invented(t *testing.T) office.Office {
	t.Helper()
	data, err := os.ReadFile("../../library/demo/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o, err := office.Read("office.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAStandInActsForTheOneWhoDelegatedAndOnlyInHisDays(t *testing.T) {
	t.Parallel()
	o := invented(t)
	for day, want := range map[string]bool{"2026-10-08": false, "2026-10-09": true, "2026-10-12": true, "2026-10-13": false} {
		a, ok := o.ActingIn("linghu", "deputy-director", calendar.MustDay(day), "outbound-trip")
		if ok != want || (ok && a.For != "wenren") {
			t.Errorf("on %s: %+v, %v", day, a, ok)
		}
	}
	if _, ok := o.ActingIn("linghu", "deputy-director", calendar.MustDay("2026-10-10"), "position"); ok {
		t.Error("a delegation for trips was good for positions")
	}
	if a, _ := o.ActingIn("wenren", "deputy-director", calendar.MustDay("2026-10-10"), "outbound-trip"); a.For != "" {
		t.Errorf("the holder acts for %q", a.For)
	}
}

func TestADelegationCannotBePassedOnSoChainsEndAfterOneLink(t *testing.T) {
	t.Parallel()
	o := invented(t)
	day := calendar.MustDay("2026-10-10")
	o.Delegations = append(o.Delegations, office.Delegation{From: "linghu", To: "nangong", Post: "deputy-director", Since: day, Until: day})
	if _, ok := o.ActingIn("nangong", "deputy-director", day, "outbound-trip"); ok {
		t.Error("a stand-in passed the authority on")
	}
}

func TestAVacantPostIsShown(t *testing.T) {
	t.Parallel()
	o := invented(t)
	if v := o.Vacant(calendar.MustDay("2026-10-15")); len(v) != 0 {
		t.Fatalf("vacant: %v", v)
	}
	if v := o.Vacant(calendar.MustDay("2021-06-01")); slices.Contains(v, "supervision") || !slices.Contains(v, "director") {
		t.Errorf("vacant in June 2021: %v", v)
	}
}

// TestAHandOverLeavesNoGap: whatever the day, before and after a hand-over
// somebody holds the post on every day, and never two persons by the hand-over.
func TestAHandOverLeavesNoGap(t *testing.T) {
	t.Parallel()
	base := invented(t)
	first := calendar.MustDay("2024-01-01")
	rapid.Check(t, func(t *rapid.T) {
		o, holder := base, office.PersonID("wenren")
		at := first
		for range rapid.IntRange(1, 5).Draw(t, "times") {
			at = at.AddDays(rapid.IntRange(1, 400).Draw(t, "days"))
			to := rapid.SampledFrom([]office.PersonID{"linghu", "nangong", "sikong", "wenren"}).Filter(func(p office.PersonID) bool { return p != holder }).Draw(t, "to")
			next, err := o.HandOver("deputy-director", holder, to, at)
			if err != nil {
				t.Fatal(err)
			}
			if before := o.Holders("deputy-director", at); !slices.Equal(before, []office.PersonID{holder}) {
				t.Fatalf("the hand-over changed the office it was given: %v", before)
			}
			o, holder = next, to
		}
		for d := first; d <= at.AddDays(3); d = d.AddDays(1) {
			if n := len(o.Holders("deputy-director", d)); n != 1 {
				t.Fatalf("on %s %d persons hold the post", d, n)
			}
		}
		for i, d := range o.Delegations {
			if !slices.Contains(o.Holders(d.Post, d.Until), d.From) {
				t.Fatalf("delegation %d goes on after its delegator left", i)
			}
		}
	})
}

func TestOnlyAHolderHandsOver(t *testing.T) {
	t.Parallel()
	o := invented(t)
	if _, err := o.HandOver("director", "wenren", "linghu", calendar.MustDay("2026-10-15")); fault.KindOf(err) != fault.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestAnOfficeThatContradictsItselfIsRefusedLineByLine(t *testing.T) {
	t.Parallel()
	const file = `name: {zh: 某办, en: Some office}
units:
  - {id: a, name: {zh: 甲, en: A}, parent: b}
  - {id: b, name: {zh: 乙, en: B}, parent: a}
posts:
  - {id: p, name: {zh: 岗, en: P}, unit: nowhere}
  - {id: p, name: {zh: 岗, en: P}, unit: a}
persons:
  - {id: x, name: 某}
holdings:
  - {person: y, post: q, from: 2026-01-02, until: 2026-01-01}
delegations:
  - {from: x, to: z, post: p, since: 2026-01-01, until: 2026-01-02}
kin:
  - {persons: [x, x], relation: 配偶}
`
	_, err := office.Read("office.yaml", []byte(file))
	lines := map[int]bool{}
	for _, f := range fault.All(err) {
		lines[f.Place.Line] = true
		if f.Text.ZH == "" || f.Text.EN == "" || !strings.HasPrefix(f.Error(), "office.yaml:") {
			t.Errorf("%v", f)
		}
	}
	for _, line := range []int{3, 4, 6, 7, 11, 13, 15} {
		if !lines[line] {
			t.Errorf("nothing is said of line %d: %v", line, err)
		}
	}
}

func TestRelativesAreKnownBothWays(t *testing.T) {
	t.Parallel()
	o := invented(t)
	o.Kin = []office.Kinship{{Persons: []office.PersonID{"wenren", "zhongli"}, Relation: "配偶"}}
	for _, pair := range [][2]office.PersonID{{"wenren", "zhongli"}, {"zhongli", "wenren"}} {
		if r, ok := o.Related(pair[0], pair[1]); !ok || r != "配偶" {
			t.Errorf("%v: %q %v", pair, r, ok)
		}
	}
	if _, ok := o.Related("wenren", "linghu"); ok {
		t.Error("strangers are relatives")
	}
}

// TestWhoReadsANotice: by the office's setting, by the mark of the case, and by the reader's clearance.
func TestWhoReadsANotice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		notice    office.Readership
		mark      office.Mark
		staff     bool
		clearance office.Mark
		reads     bool
	}{
		{office.Everyone, "", false, "", true},
		{office.Everyone, office.Public, false, "", true},
		{office.Everyone, office.Internal, false, "", false},
		{office.Everyone, office.WorkSecret, false, office.WorkSecret, false},
		{office.Staff, office.Public, false, "", false},
		{"", "", false, "", false},
		{"", "", true, office.Internal, true},
		{office.Staff, office.Internal, true, office.Internal, true},
		{office.Everyone, office.WorkSecret, true, office.Internal, false},
		{office.Everyone, office.WorkSecret, true, office.WorkSecret, true},
		{office.Everyone, office.Internal, true, office.Public, false},
	} {
		if got := (office.Office{Notice: c.notice}).OnNoticeFor(c.mark, c.staff, c.clearance); got != c.reads {
			t.Errorf("%+v: reads %v", c, got)
		}
	}
}
