package desk_test

import (
	"os"
	"testing"

	"chancery/affairs"
	"chancery/core/form"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/library"
)

func sixPeople(tb testing.TB) (*desk.Library, form.Application) {
	tb.Helper()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		tb.Fatal(err)
	}
	data, err := os.ReadFile("../internal/contract/testdata/04-seven-people.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	a, err := lib.ReadApplication("six people", data)
	if err != nil {
		tb.Fatal(err)
	}
	a, err = lib.Apply(a, []rule.PatchOp{{Op: "remove", Path: "/delegation/6"}})
	if err != nil {
		tb.Fatal(err)
	}
	return lib, a
}

// BenchmarkEvaluateTheNationalBookOnSixPeople evaluates the articles alone, cost limits on.
func BenchmarkEvaluateTheNationalBookOnSixPeople(b *testing.B) {
	lib, a := sixPeople(b)
	values, _, _ := affairs.Of(a.Procedure).Count(a, a.Filed, lib.World())
	r := rule.Request{Procedure: a.Procedure, Books: []string{desk.DefaultBook}, Day: a.Filed, Gate: rule.Settlement, Values: values, Facts: rule.Facts{
		"overlapping_filings": []string{}, "team_same_country": []string{}, "team_abroad": []string{}, "team_heads_abroad": false, "plan_left": 3,
		"unit_overdue_documents": []string{}, "leader_overdue_reports": []string{},
	}}
	e, err := lib.Books.Evaluate(r)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(len(e.Findings)), "findings")
	b.ResetTimer()
	for b.Loop() {
		if _, err := lib.Books.Evaluate(r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCountAndEvaluate is what one pre-check costs without alternatives.
func BenchmarkCountAndEvaluate(b *testing.B) {
	lib, a := sixPeople(b)
	for b.Loop() {
		if _, err := lib.Check(a, desk.CheckOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAlternatives is a stopped application with the search for the nearest that pass.
func BenchmarkAlternatives(b *testing.B) {
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"02-nine-days-two-countries", "03-four-countries", "13-academic-without-evidence"} {
		data, err := os.ReadFile("../internal/contract/testdata/" + name + ".yaml")
		if err != nil {
			b.Fatal(err)
		}
		a, err := lib.ReadApplication(name, data)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := lib.Check(a, desk.CheckOptions{Alternatives: true}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkLoadLibrary is what every start of the program pays first.
func BenchmarkLoadLibrary(b *testing.B) {
	for b.Loop() {
		if _, err := desk.LoadLibrary(library.FS); err != nil {
			b.Fatal(err)
		}
	}
}
