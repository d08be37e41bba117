package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/internal/foldertest"
	"chancery/store"
)

// TestARowIsListedForWhoSeesItsCase: whatever keys and clearance a reader has, the rows listed and counted are those
// whose cases the sight lets through.
func TestARowIsListedForWhoSeesItsCase(t *testing.T) {
	t.Parallel()
	s := open(t, foldertest.Fresh(t))
	random := rand.New(rand.NewPCG(7, 11)) //nolint:gosec // a test that can be repeated
	some := func(of ...casework.Key) []casework.Key {
		return slices.DeleteFunc(slices.Clone(of), func(casework.Key) bool { return random.IntN(3) > 0 })
	}
	keys := map[string][]casework.Key{}
	cases := map[string]casework.Case{}
	day := calendar.MustDay("2026-10-15")
	must(t, s.Store.Write(t.Context(), func(w *store.Tx) error {
		for i := range 60 {
			c := casework.Case{
				No: fmt.Sprintf("C-%d", i), Procedure: []string{"outbound-trip", "gift-received", "position"}[i%3], Version: 1, FirstSubmitted: w.Now(),
				Mark: []office.Mark{office.Public, office.Internal, office.WorkSecret}[random.IntN(3)], Filing: []byte(`{}`),
			}
			cases[c.No] = c
			keys[c.No] = append(some("person:a", "person:b", "post:x", "post:y", "unit:u", "unit:v"), "office", casework.Key("procedure:"+c.Procedure))
			must(t, w.SaveCase(c, 0, nil))
			must(t, w.SaveKeys(c.No, keys[c.No], nil))
			must(t, w.SaveRows(c.No, []register.Row{{
				Register: "trips", Key: "钟离牧", Who: "钟离牧", Case: c.No, From: day, Until: day.AddDays(7), Stage: "asked", Body: []byte(`{}`),
				Procedure: c.Procedure, Mark: c.Mark.Level(),
			}}))
		}
		return nil
	}))
	for range 300 {
		sight := casework.Sight{
			Keys: some("person:a", "post:x", "unit:u", "office", "procedure:outbound-trip", "procedure:position"), Clearance: random.IntN(3), All: random.IntN(20) == 0,
		}
		for _, k := range some("office", "procedure:gift-received", "unit:v", "post:y") {
			sight.Limited = append(sight.Limited, casework.LimitedKey{Key: k, Procedure: []string{"outbound-trip", "gift-received"}[random.IntN(2)]})
		}
		want := 0
		for no, c := range cases {
			if sight.Sees(c, keys[no]) {
				want++
			}
		}
		must(t, s.Store.Read(t.Context(), func(r *store.Tx) error {
			q := register.Query{Source: "trips", On: day, Span: register.Alive(day)}
			rows, err := r.Listed(q, sight)
			must(t, err)
			counts, err := r.CountListed(q, sight)
			must(t, err)
			counted := 0
			for _, c := range counts {
				counted += c.Rows
			}
			for _, row := range rows {
				if !sight.Sees(cases[row.Case], keys[row.Case]) {
					t.Errorf("%s is listed for %+v", row.Case, sight)
				}
			}
			if len(rows) != want || counted != want {
				t.Errorf("%d listed, %d counted, %d seen by %+v", len(rows), counted, want, sight)
			}
			return nil
		}))
	}
}

// TestPreferencesAreKeptByPerson, and the later ones count.
func TestPreferencesAreKeptByPerson(t *testing.T) {
	t.Parallel()
	s := open(t, foldertest.Fresh(t))
	must(t, s.Store.Write(t.Context(), func(w *store.Tx) error {
		must(t, w.SavePreferences("a", account.Preferences{Theme: "dark", Phrases: []string{"同意"}}))
		return w.SavePreferences("a", account.Preferences{Theme: "light"})
	}))
	must(t, s.Store.Read(t.Context(), func(r *store.Tx) error {
		a, err := r.Preferences("a")
		must(t, err)
		b, err := r.Preferences("b")
		must(t, err)
		if a.Theme != "light" || len(a.Phrases) > 0 || b.Theme != "" {
			t.Errorf("kept %+v and %+v", a, b)
		}
		return nil
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
