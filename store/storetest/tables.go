package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/text"
)

func conflict(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	act(t, s, "OUT-2026-1")
	for _, seen := range []int{0, 7} {
		err := s.Write(t.Context(), func(w Writing) error {
			return w.SaveCase(casework.Case{No: "OUT-2026-1", Version: 8, Title: "another's"}, seen, nil)
		})
		if fault.KindOf(err) != fault.Conflict {
			t.Errorf("seen version %d: %v", seen, err)
		}
	}
	if err := s.Write(t.Context(), func(w Writing) error {
		return w.SaveCase(casework.Case{No: "OUT-2026-2", Version: 2}, 1, nil)
	}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a change of a case that is not there: %v", err)
	}
	read(t, s, func(r Reading) error {
		c, err := r.Case("OUT-2026-1")
		if c.Version != 1 || c.Title == "another's" {
			t.Errorf("a conflict changed the case: %+v", c)
		}
		if _, err := r.Case("OUT-2026-2"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a case that is not there: %v", err)
		}
		return err
	})
}

func found(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	for i := range 6 {
		must(t, s.Write(t.Context(), func(w Writing) error {
			c := casework.Case{
				No: fmt.Sprintf("C-%d", i+1), Version: 1, Procedure: []string{"trip", "gift"}[i%2], State: casework.Active,
				Unit: []string{"port", "rail", "city"}[i%3], Applicant: "zhongli",
			}
			if i < 4 {
				c.FirstSubmitted = calendar.Instant(1000 * (i + 1))
			}
			return w.SaveCase(c, 0, nil)
		}))
	}
	all := casework.Everything()
	for _, c := range []struct {
		f    casework.Filter
		want []string
	}{
		{casework.Filter{}, nil}, // the zero sight sees nothing
		{casework.Filter{Sight: all}, []string{"C-6", "C-5", "C-4", "C-3", "C-2", "C-1"}},
		{casework.Filter{Sight: all, Procedure: "gift"}, []string{"C-6", "C-4", "C-2"}},
		{casework.Filter{Sight: all, Procedure: "gift", Unit: "rail"}, []string{"C-2"}},
		{casework.Filter{Sight: all, Person: "nobody"}, nil},
		{casework.Filter{Sight: all, State: "active", Limit: 2, Offset: 1}, []string{"C-5", "C-4"}},
		{casework.Filter{Sight: all, SubmittedFrom: 2000}, []string{"C-4", "C-3", "C-2"}},
		{casework.Filter{Sight: all, SubmittedUntil: 3000}, []string{"C-2", "C-1"}},
	} {
		read(t, s, func(r Reading) error {
			cases, err := r.Cases(c.f)
			var got []string
			for _, x := range cases {
				got = append(got, x.No)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v gives %v, want %v", c.f, got, c.want)
			}
			return err
		})
	}
}

func tasks(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	save := func(no string, seen int, open ...casework.Task) {
		must(t, s.Write(t.Context(), func(w Writing) error {
			return w.SaveCase(casework.Case{No: no, Version: seen + 1}, seen, open)
		}))
	}
	save("A", 0, casework.Task{Case: "A", ID: "old", Post: "director"})
	save("A", 1, casework.Task{Case: "A", ID: "review", Post: "director", Since: 20}, casework.Task{Case: "A", ID: "mend", Person: "zhongli", Since: 20})
	save("B", 0, casework.Task{Case: "B", ID: "sign", Post: "director", Since: 10})
	for _, c := range []struct {
		post   office.PostID
		person office.PersonID
		want   []string
	}{{"director", "", []string{"sign", "review"}}, {"", "zhongli", []string{"mend"}}, {"", "", []string{"sign", "review", "mend"}}, {"clerk", "", nil}} {
		read(t, s, func(r Reading) error {
			open, err := r.Tasks(c.post, c.person)
			var got []string
			for _, x := range open {
				got = append(got, x.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the tasks of %q and %q are %v, want %v", c.post, c.person, got, c.want)
			}
			return err
		})
	}
	save("A", 2)
	read(t, s, func(r Reading) error {
		left, err := r.Tasks("", "")
		if len(left) != 1 {
			t.Errorf("a case without tasks left %v", left)
		}
		return err
	})
}

func rows(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	row := func(no, key string) register.Row {
		return register.Row{Register: "trips", Key: key, Case: no, From: calendar.MustDay("2026-10-15"), Body: []byte(`{"n":1}`)}
	}
	for _, saved := range [][]register.Row{{row("A", "p1"), row("A", "p2")}, {row("A", "p3"), row("A", "p1"), row("A", "p1")}, {row("B", "p9")}} {
		must(t, s.Write(t.Context(), func(w Writing) error { return w.SaveRows(saved[0].Case, saved) }))
	}
	read(t, s, func(r Reading) error {
		of, err := r.RowsOf("A")
		var keys []string
		for _, x := range of {
			keys = append(keys, x.Key)
			if x.Case != "A" || x.From != calendar.MustDay("2026-10-15") || !x.Until.IsZero() || string(x.Body) != `{"n":1}` {
				t.Errorf("the row came back as %+v", x)
			}
		}
		if !slices.Equal(keys, []string{"p3", "p1", "p1"}) {
			t.Errorf("the rows of a case are %v: those saved last are wanted, in their order", keys)
		}
		return err
	})
	must(t, s.Write(t.Context(), func(w Writing) error { return w.SaveRows("A", nil) }))
	read(t, s, func(r Reading) error {
		left, err := r.Rows("trips", "", 0, 0)
		if len(left) != 1 || left[0].Key != "p9" {
			t.Errorf("rows left: %v", left)
		}
		return err
	})
}

func rowsByDay(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	saved := []register.Row{
		{Register: "trips", Key: "p1", Case: "A", From: calendar.MustDay("2026-10-15"), Until: calendar.MustDay("2026-10-22"), Body: []byte(`{}`)},
		{Register: "trips", Key: "p2", Case: "A", From: calendar.MustDay("2026-10-20"), Body: []byte(`{}`)},
		{Register: "gifts", Key: "p1", Case: "A", From: calendar.MustDay("2026-10-15"), Until: calendar.MustDay("2026-10-15"), Body: []byte(`{}`)},
	}
	must(t, s.Write(t.Context(), func(w Writing) error { return w.SaveRows("A", saved) }))
	for _, c := range []struct {
		name, key, from, until string
		want                   []string
	}{
		{"trips", "", "2026-10-01", "2026-10-14", nil},
		{"trips", "", "2026-10-01", "2026-10-15", []string{"p1"}},
		{"trips", "", "2026-10-22", "2026-10-30", []string{"p1", "p2"}},
		{"trips", "", "2026-10-23", "", []string{"p2"}},
		{"trips", "", "", "2026-10-19", []string{"p1"}},
		{"trips", "p1", "", "", []string{"p1"}},
		{"trips", "p1", "2026-10-23", "", nil},
		{"trips", "p2", "2027-01-01", "2027-12-31", []string{"p2"}},
		{"gifts", "", "", "", []string{"p1"}},
		{"letters", "", "", "", nil},
	} {
		read(t, s, func(r Reading) error {
			touched, err := r.Rows(c.name, c.key, day(c.from), day(c.until))
			var got []string
			for _, x := range touched {
				got = append(got, x.Key)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v gives %v", c, got)
			}
			return err
		})
	}
}

func day(s string) calendar.Day {
	if s == "" {
		return 0
	}
	return calendar.MustDay(s)
}

func offices(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	read(t, s, func(r Reading) error {
		o, err := r.Office()
		if len(o.Persons) > 0 || !o.Name.IsZero() {
			t.Errorf("a new place has an office: %+v", o)
		}
		return err
	})
	for _, name := range []string{"one", "two"} {
		must(t, s.Write(t.Context(), func(w Writing) error {
			return w.SaveOffice(office.Office{Name: text.Text{ZH: "澜川", EN: name}, Persons: []office.Person{{ID: "zhongli", Name: "钟离牧"}}})
		}))
	}
	for range 2 { // what a caller appends to the office it was given is not seen by the next
		read(t, s, func(r Reading) error {
			o, err := r.Office()
			if o.Name.EN != "two" || len(o.Persons) != 1 || o.Persons[0].Name != "钟离牧" {
				t.Errorf("the office is %+v", o)
			}
			o.Persons = append(o.Persons, office.Person{ID: "other", Name: "别人"})
			return err
		})
	}
}

// inSight: a reader is given, listed and counted the cases that share a key with the reader's sight and whose mark is not
// above the clearance, and no others.
func inSight(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	type kept struct {
		procedure string
		mark      office.Mark
		keys      []casework.Key
	}
	for i, k := range []kept{
		{"trip", office.Internal, []casework.Key{"person:a", "post:p", "unit:u"}},
		{"trip", office.WorkSecret, []casework.Key{"person:b", "unit:u"}},
		{"gift", office.Public, []casework.Key{"person:a", "office"}},
		{"gift", office.Internal, []casework.Key{"post:p"}},
	} {
		no := fmt.Sprintf("C-%d", i+1)
		must(t, s.Write(t.Context(), func(w Writing) error {
			c := casework.Case{No: no, Version: 1, Procedure: k.procedure, Mark: k.mark, State: casework.Active, Applicant: "a"}
			if err := w.SaveCase(c, 0, nil); err != nil {
				return err
			}
			row := register.Row{
				Register: "trips", Key: "k", Case: no, From: calendar.MustDay("2026-10-15"), Body: []byte(`{}`), Procedure: k.procedure, Mark: k.mark.Level(),
			}
			return errors.Join(w.SaveKeys(no, append([]casework.Key{"gone"}, k.keys...), nil), w.SaveKeys(no, nil, []casework.Key{"gone"}), w.SaveRows(no, []register.Row{row}))
		}))
	}
	internal, secret := office.Internal.Level(), office.WorkSecret.Level()
	for _, c := range []struct {
		sight casework.Sight
		key   casework.Key
		want  []string
	}{
		{casework.Sight{Clearance: secret}, "", nil},
		{casework.Sight{Keys: []casework.Key{"gone"}, Clearance: secret}, "", nil},
		{casework.Sight{Keys: []casework.Key{"person:a"}, Clearance: internal}, "", []string{"C-3", "C-1"}},
		{casework.Sight{Keys: []casework.Key{"person:a"}}, "", []string{"C-3"}},
		{casework.Sight{Keys: []casework.Key{"unit:u"}, Clearance: internal}, "", []string{"C-1"}},
		{casework.Sight{Keys: []casework.Key{"unit:u"}, Clearance: secret}, "", []string{"C-2", "C-1"}},
		{casework.Sight{Limited: []casework.LimitedKey{{Key: "post:p", Procedure: "gift"}}, Clearance: internal}, "", []string{"C-4"}},
		{casework.Sight{Keys: []casework.Key{"person:a", "post:p"}, Clearance: internal}, "post:p", []string{"C-4", "C-1"}},
		{casework.Everything(), "", []string{"C-4", "C-3", "C-2", "C-1"}},
	} {
		read(t, s, func(r Reading) error {
			f := casework.Filter{Sight: c.sight, Key: c.key}
			cases, err := r.Cases(f)
			must(t, err)
			counts, err := r.CountCases(f)
			must(t, err)
			listing := register.Query{Source: "trips", On: calendar.MustDay("2026-10-15")}
			rows, err := r.Listed(listing, c.sight)
			must(t, err)
			groups, err := r.CountListed(listing, c.sight)
			listed := 0
			for _, g := range groups {
				listed += g.Rows
			}
			var got, rowsOf []string
			for _, x := range cases {
				got = append(got, x.No)
			}
			for _, x := range rows {
				rowsOf = append(rowsOf, x.Case)
			}
			slices.Sort(rowsOf)
			slices.Reverse(rowsOf)
			if !slices.Equal(got, c.want) || counts[casework.Active] != len(c.want) || c.key == "" && (!slices.Equal(rowsOf, c.want) || listed != len(c.want)) {
				t.Errorf("%+v sees %v, counts %v, reads rows of %v; want %v", c.sight, got, counts, rowsOf, c.want)
			}
			return err
		})
	}
	read(t, s, func(r Reading) error {
		keys, err := r.KeysOf("C-1")
		if want := []casework.Key{"person:a", "post:p", "unit:u"}; !slices.Equal(keys, want) {
			t.Errorf("the keys of C-1 are %v, want %v", keys, want)
		}
		return err
	})
}

func hooked(t *testing.T, at Place) {
	t.Helper()
	s := open(t, at)
	is := func(want bool, change func(w Writing) error) {
		t.Helper()
		for _, afterwards := range []bool{true, false} {
			must(t, s.Write(t.Context(), func(w Writing) error {
				if afterwards { // it was asked along with something else
					if _, err := w.Office(); err != nil {
						return err
					}
				}
				got, err := w.Hooked()
				if got != want {
					t.Errorf("somebody outside is told: %t, want %t", got, want)
				}
				return err
			}))
		}
		must(t, s.Write(t.Context(), change))
	}
	is(false, func(w Writing) error {
		err := w.SaveHook(job.Hook{ID: "h", Kind: job.Webhook, Name: "h", Live: true}, job.HookSecret{})
		if got, e := w.Hooked(); !got || e != nil {
			t.Errorf("in the act that adds one: %t, %v", got, e)
		}
		return err
	})
	is(true, func(w Writing) error { _, err := w.TurnHook("h", false); return err })
	is(false, func(w Writing) error { _, err := w.TurnHook("h", true); return err })
	_ = s.Write(t.Context(), func(w Writing) error {
		_, err := w.DropHook("h")
		if got, e := w.Hooked(); got || e != nil {
			t.Errorf("in the act that drops it: %t, %v", got, e)
		}
		return errors.Join(err, errors.New("it comes to nothing"))
	})
	is(true, func(w Writing) error { _, err := w.DropHook("h"); return err })
	is(false, func(Writing) error { return nil })
}
