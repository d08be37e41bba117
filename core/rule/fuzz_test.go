package rule

import (
	"testing"

	"chancery/core/fault"
)

// FuzzLoadBook gives the loader books that somebody else wrote: it answers with
// a book or with faults, and never falls over.
func FuzzLoadBook(f *testing.F) {
	f.Add(daysArticle(), daysParameter)
	f.Add(daysArticle("value > limit", "trip.route.exists(x, x == \"\")"), "[]")
	f.Add("id: D-01\neditions: [{}]", "- {}")
	f.Add("", "")
	f.Add(strengthening, daysParameter)
	f.Fuzz(func(t *testing.T, article, parameters string) {
		b, err := Load(library(map[string]string{"top/articles/D-01.yaml": article, "top/parameters.yaml": parameters}), "rulebooks", smallWorld())
		if err != nil {
			if len(fault.All(err)) == 0 {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		_, _ = b.Evaluate(Request{Procedure: "walk", Day: day(t, "2026-01-01"), Gate: Settlement, Values: Values{Variables: map[string]any{
			"trip": &journey{Days: 3, Route: []string{"a"}}, "today": day(t, "2026-01-01"),
		}}})
	})
}
