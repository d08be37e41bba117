package contract

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"chancery/core/calendar"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/library"
)

// nationalRules are the rules of outbound trips with the confidences that public
// knowledge gives them, and the statuses that each may have beside «met».
func nationalRules() map[string]struct{ confidence, statuses string } {
	type r = struct{ confidence, statuses string }
	return map[string]r{
		"OUT-01": {"L", "stop missing"}, "OUT-02": {"L", "stop judge"}, "OUT-03": {"L", "warn"}, "OUT-04": {"TL", "missing"},
		"OUT-05": {"L", "stop missing"}, "OUT-06": {"L", "judge"}, "OUT-07": {"L", "stop"}, "OUT-08": {"L", "stop missing"},
		"OUT-09": {"L", "missing warn"}, "OUT-10": {"TL", "stop missing"}, "OUT-11": {"T", "stop judge missing"}, "OUT-12": {"L", "stop"},
		"OUT-12B": {"L", "stop"}, "OUT-13": {"L", "stop"}, "OUT-14": {"L", "warn"}, "OUT-15": {"L", "stop"}, "OUT-16": {"L", "stop missing"},
		"OUT-17": {"L", "stop"}, "OUT-18": {"L", "missing"}, "OUT-19": {"T", "stop"},
		"PLAN-01": {"TL", "stop missing warn"}, "PLAN-01B": {"TL", "stop"}, "FIN-01": {"T", "stop"}, "FIN-02": {"L", "stop missing"},
		"FIN-03": {"T", "stop missing"}, "INV-01": {"L", "stop missing"}, "INV-02": {"L", "missing"}, "INV-03": {"L", "warn"},
		"PUB-01": {"L", "stop warn judge"}, "PUB-02": {"L", "stop"}, "CROSS-01": {"L", "stop missing warn"}, "DOC-01": {"T", "stop missing warn"},
		"SEC-01": {"L", "missing"}, "EDU-01": {"L", "missing"}, "HKM-01": {"L", "stop warn"}, "TWN-01": {"L", "missing warn judge"},
		"ACA-01": {"L", "warn"}, "MON-01": {"T", "stop warn judge"}, "MON-02": {"TL", "warn"}, "MON-03": {"L", "stop"}, "MON-04": {"T", "stop"},
		"MON-05": {"L", "stop"}, "CHG-01": {"TL", "stop warn"}, "RET-01": {"TL", "warn"}, "RET-01B": {"TL", "stop"}, "RET-02": {"L", "warn"},
		"RET-02B": {"L", "stop"},
	}
}

func TestEveryRuleOfATripHasItsStatusesAndItsConfidence(t *testing.T) {
	t.Parallel()
	lib := loaded(t)
	book, ok := lib.Books.Find("cn-national")
	if !ok {
		t.Fatal("the national book is not there")
	}
	shown := map[string]map[string]bool{} // in a layer that takes a rule over as well
	for _, b := range lib.Books.All() {
		for _, a := range b.Articles {
			if shown[a.Matter] == nil {
				shown[a.Matter] = map[string]bool{}
			}
			for _, x := range a.Examples {
				shown[a.Matter][x.Expect.Status] = true
			}
		}
	}
	want := nationalRules()
	for _, a := range book.Articles {
		w, ok := want[a.ID]
		if !ok {
			t.Errorf("%s is no rule of a trip", a.ID)
			continue
		}
		delete(want, a.ID)
		for _, e := range a.Editions {
			if e.Confidence != rule.Unconfirmed && !strings.Contains(w.confidence, string(e.Confidence)) {
				t.Errorf("%s from %s is tagged %s; what is known gives it %s", a.ID, e.From, e.Confidence, w.confidence)
			}
		}
		var may []string
		for _, o := range a.Outcomes {
			may = append(may, string(o.Status))
		}
		slices.Sort(may)
		should := strings.Fields(w.statuses)
		slices.Sort(should)
		if may = slices.Compact(may); !slices.Equal(may, should) {
			t.Errorf("%s may be %v; it should be %v", a.ID, may, should)
		}
		for _, status := range should {
			if !shown[a.Matter][status] {
				t.Errorf("%s has no example that comes out as %s", a.ID, status)
			}
		}
	}
	for id := range want {
		t.Errorf("there is no rule %s", id)
	}
}

// changed is the library with one file written anew.
func changed(t *testing.T, file string, alter func(string) string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(library.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(library.FS, path)
		if path == file {
			data = []byte(alter(string(data)))
		}
		out[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestTheFormInWhichTripsAreCountedHoldsFromItsDay: from the day on which the
// parameter says so, trips at bureau level are counted by the term of office.
func TestTheFormInWhichTripsAreCountedHoldsFromItsDay(t *testing.T) {
	t.Parallel()
	lib, err := desk.LoadLibrary(changed(t, "rulebooks/cn-national/parameters.yaml", func(s string) string {
		rolling := `    - {from: 2013-12-31, value: rolling,`
		return strings.Replace(s, rolling, `    - {from: 2026-10-09, value: term, source: 测试, confidence: T}`+"\n"+rolling, 1)
	}))
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/01-compliant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := lib.ReadApplication("application", data)
	if err != nil {
		t.Fatal(err)
	}
	a, err = lib.Apply(a, []rule.PatchOp{
		{Op: "replace", Path: "/delegation/0/rank", Value: "bureau"},
		{Op: "add", Path: "/delegation/0/term_from", Value: "2022-01-10"},
		{Op: "add", Path: "/delegation/0/past", Value: []any{map[string]any{"exit": "2025-03-01", "entry": "2025-03-05", "track": "general"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]rule.Status{"2026-10-08": rule.Stop, "2026-10-09": rule.OK} {
		answer, err := lib.Check(a, desk.CheckOptions{On: calendar.MustDay(day), Gate: rule.Application})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(answer.Findings, func(f rule.Finding) bool { return f.Rule == "OUT-16" })
		if i < 0 || answer.Findings[i].Status != want {
			t.Errorf("filed on %s, one earlier trip in the term: %+v; want %s", day, answer.Findings[i], want)
		}
	}
}

// TestADraftNeverSpeaks: no finding rests on what nobody has confirmed.
func TestADraftNeverSpeaks(t *testing.T) {
	t.Parallel()
	book, _ := loaded(t).Books.Find("cn-national")
	for _, p := range book.Parameters {
		for _, v := range p.Values {
			if v.Confidence != rule.Unconfirmed {
				continue
			}
			if now, ok := p.On(calendar.MustDay("2026-10-15")); ok && now.Confidence == rule.Unconfirmed {
				t.Errorf("the unconfirmed value of %s is in force", p.Name)
			}
		}
	}
}

// TestALeadTimeIntoAnUnannouncedYearIsMarkedProvisional: met or not, the count of
// working days says that it may yet change.
func TestALeadTimeIntoAnUnannouncedYearIsMarkedProvisional(t *testing.T) {
	t.Parallel()
	lib := loaded(t)
	data, err := library.FS.ReadFile("rulebooks/cn-national/examples/taiwan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a, err := lib.ReadApplication("taiwan", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, leads := range []struct {
		exit, filed string
		status      rule.Status
		provisional bool
	}{{"2026-12-07", "2026-10-08", rule.OK, false}, {"2027-01-11", "2026-11-16", rule.Judge, true}, {"2027-01-11", "2026-12-14", rule.Warn, true}} {
		b, err := lib.Apply(a, []rule.PatchOp{
			{Op: "replace", Path: "/itinerary/exit", Value: leads.exit},
			{Op: "replace", Path: "/itinerary/entry", Value: leads.exit},
			{Op: "remove", Path: "/itinerary/programme"},
		})
		if err != nil {
			t.Fatal(err)
		}
		answer, err := lib.Check(b, desk.CheckOptions{On: calendar.MustDay(leads.filed)})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(answer.Findings, func(f rule.Finding) bool { return f.Rule == "TWN-01" })
		if i < 0 || answer.Findings[i].Status != leads.status || answer.Findings[i].Provisional != leads.provisional {
			t.Errorf("filed on %s for %s: %+v", leads.filed, leads.exit, answer.Findings[i])
		}
	}
}
