package scene

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"chancery/affairs/travel"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/desk"
)

// who sees the case in hand, of these people.
func (w *world) seenBy(people ...string) []string {
	w.Helper()
	var out []string
	for _, person := range people {
		reader := desk.Reader{Person: office.PersonID(person)}
		_, err := w.desk.Case(w.ctx, reader, w.no)
		lines, listErr := w.desk.Cases(w.ctx, reader, casework.Filter{})
		w.must(listErr)
		counts, countErr := w.desk.CountCases(w.ctx, reader, casework.Filter{})
		w.must(countErr)
		counted := 0
		for _, n := range counts {
			counted += n
		}
		listed := slices.ContainsFunc(lines, func(l desk.CaseLine) bool { return l.No == w.no })
		if listed != (err == nil) || counted != len(lines) {
			w.Errorf("%s: shown %v, listed %v, %d counted of %d listed", person, err, listed, counted, len(lines))
		}
		if err == nil {
			out = append(out, person)
		} else if want := casework.NoCase(w.no); err.Error() != want.Error() {
			w.Errorf("%s learns that the case exists: %v", person, err)
		}
	}
	return out
}

func (w *world) isSeenBy(want ...string) {
	w.Helper()
	everybody := []string{
		"sikong", "wenren", "linghu", "nangong", "dongfang", "shangguan", "ouyang", "zhongli", "gongye", "chunyu", "xiahou", "huangfu", "nobody",
	}
	slices.Sort(want)
	got := w.seenBy(everybody...)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		w.Errorf("in %s the case is seen by %v, want %v", w.see().Case.Step, got, want)
	}
}

// TestS05WhoSeesACaseAtEachStep: the applicant and the unit, whoever has or had a
// part in it, and the posts that see all of them; nobody else, in no list, no count and no error.
func TestS05WhoSeesACaseAtEachStep(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, shifted()...)
	w.isSeenBy("zhongli") // a draft is the applicant's own affair
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	always := []string{"zhongli", "dongfang", "nangong", "sikong", "wenren", "ouyang"}
	w.isSeenBy(always...)
	w.does("dongfang", agree(""))
	w.isSeenBy(append(slices.Clone(always), "gongye")...) // finance, from the day it is asked
	w.does("nangong", agree(""))
	w.does("gongye", agree(""))
	w.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	w.day("2026-09-24")
	w.isSeenBy(append(slices.Clone(always), "gongye", "chunyu")...)
	w.does("chunyu", agree(""))
	w.does("dongfang", casework.Act{Kind: casework.Commented, Text: "请阅", Persons: []office.PersonID{"huangfu"}})
	w.isSeenBy(append(slices.Clone(always), "gongye", "chunyu", "huangfu")...)
	lines, err := w.desk.Cases(w.ctx, desk.Reader{Person: "huangfu"}, casework.Filter{Key: casework.CopiedKey("huangfu")})
	w.must(err)
	if len(lines) != 1 {
		t.Errorf("%d cases were copied to 皇甫岑", len(lines))
	}
	w.day("2026-10-10") // 令狐川 stands in for the deputy director, for trips
	w.isSeenBy(append(slices.Clone(always), "gongye", "chunyu", "huangfu", "linghu")...)
	w.files("shangguan", "testdata/position.yaml")
	w.does("shangguan", casework.Act{Kind: casework.Submitted})
	if seen := w.seenBy("linghu", "sikong", "nangong"); !slices.Equal(seen, []string{"sikong"}) {
		t.Errorf("the common position is seen by %v: 令狐川 stands in for trips only, 南宫禾 sees trips", seen)
	}
	w.sightIsRebuilt()
}

// sightIsRebuilt expects every case's keys to be those that would be made anew.
func (w *world) sightIsRebuilt() {
	w.Helper()
	changed, err := w.desk.Resight(w.ctx)
	w.must(err)
	if changed != 0 {
		w.Errorf("the keys of %d cases grew to something else than they are rebuilt to", changed)
	}
}

// TestS05WhatOnlyThoseNeedWhoJudgeIsHidden: another department's co-signer sees
// the case, not the days of birth, documents and past trips of its people.
func TestS05WhatOnlyThoseNeedWhoJudgeIsHidden(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toApproval()
	for person, whole := range map[office.PersonID]bool{"zhongli": true, "dongfang": true, "wenren": true, "gongye": false, "chunyu": false} {
		v, err := w.desk.Case(w.ctx, desk.Reader{Person: person}, w.no)
		w.must(err)
		data, err := json.Marshal(v)
		w.must(err)
		if shows := strings.Contains(string(data), `"born":"19`); shows != whole || (len(v.Hidden) == 0) != whole {
			t.Errorf("%s is shown days of birth: %v; hidden: %v", person, shows, v.Hidden)
		}
		members := form.Get[[]travel.Member](v.Application.Answers, "delegation")
		if len(members) == 0 || members[0].Name == "" {
			t.Errorf("%s is not shown who travels", person)
		}
		if len(v.Checked.Findings) == 0 {
			t.Errorf("%s is not shown what the rules said", person)
		}
	}
}

// TestS05FiguresAreForThoseWhoSeeEveryCaseBehindThem.
func TestS05FiguresAreForThoseWhoSeeEveryCaseBehindThem(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	q := desk.Quarter{Year: 2026, Number: 3}
	for person, may := range map[office.PersonID]bool{"sikong": true, "nangong": true, "ouyang": true, "dongfang": false, "zhongli": false, "gongye": false} {
		f, err := w.desk.Refusals(w.ctx, desk.Reader{Person: person}, "outbound-trip", q)
		if may && (err != nil || f.Submitted != 1) {
			t.Errorf("%s: %+v %v", person, f, err)
		}
		if !may && fault.KindOf(err) != fault.NotAllowed {
			t.Errorf("%s is shown a figure over cases out of sight: %+v", person, f)
		}
	}
}

// TestS08NothingAboveTheCeilingIsKept, and a marked case is read by those who are cleared, even if it is their own.
func TestS08NothingAboveTheCeilingIsKept(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	refused := func(what string, err error) {
		t.Helper()
		if fault.KindOf(err) != fault.NotAllowed {
			t.Errorf("%s was kept: %v", what, err)
		}
	}
	marked := func(mark string) error {
		a, err := w.desk.Library().Apply(w.application(compliant), append(shifted(), rule.PatchOp{Op: "add", Path: "/mark", Value: mark}))
		w.must(err)
		c, err := w.desk.File(w.ctx, office.Actor{Person: "zhongli"}, desk.Filing{Application: a})
		w.no = c.No
		return err
	}
	refused("a work secret under an internal ceiling", marked("work-secret"))
	for _, words := range []string{"机密★1年", "附件（秘密）", "绝密级材料", "TOP SECRET"} {
		a, err := w.desk.Library().Apply(w.application(compliant), append(shifted(), rule.PatchOp{Op: "replace", Path: "/purpose/text", Value: words}))
		w.must(err)
		_, err = w.desk.File(w.ctx, office.Actor{Person: "zhongli"}, desk.Filing{Application: a})
		refused("a text marked "+words, err)
		_, err = w.desk.File(w.ctx, office.Actor{Person: "zhongli"}, desk.Filing{Application: w.application(compliant), Title: words})
		refused("a title marked "+words, err)
	}
	w.office(func(o office.Office) office.Office {
		o.Ceiling = office.WorkSecret
		return o
	})
	w.cleared(office.WorkSecret, "zhongli", "dongfang", "wenren")
	w.must(marked("work-secret"))
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.isSeenBy("zhongli", "dongfang", "wenren")
	w.cannot("dongfang", casework.Act{Kind: casework.Commented, Text: "x", Persons: []office.PersonID{"huangfu"}}, "皇甫岑")
	refused("an opinion with a secrecy mark", w.act("dongfang", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Text: "见机密★件"}))
	w.cleared(office.Internal, "zhongli", "dongfang", "wenren")
	w.isSeenBy() // not even the applicant, whose clearance has gone
}
