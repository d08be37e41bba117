package office_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

const today = "2026-10-15"

func day(s string) calendar.Day { return calendar.MustDay(s) }

// refused expects a change to be refused, and the office to stay as it was.
func refused(t *testing.T, o office.Office, c office.Change, what string) {
	t.Helper()
	c.Day = day(today)
	if _, err := o.Change(c); fault.KindOf(err) != fault.Invalid {
		t.Errorf("%s: %v", what, err)
	}
}

func TestAChangeOfTheOfficeHoldsFromTodayOn(t *testing.T) {
	t.Parallel()
	o := invented(t)
	refused(t, o, office.Change{Kind: office.HandedOver, HandOver: &office.HandOver{
		Post: "trips-head", From: "nangong", To: "linghu", On: day("2026-10-14"),
	}}, "a hand-over of yesterday")
	refused(t, o, office.Change{Kind: office.AuthorityGiven, Given: &office.Delegation{
		Post: "trips-head", From: "nangong", To: "linghu", Since: day("2026-10-14"), Until: day("2026-10-20"),
	}}, "a delegation from yesterday on")
	refused(t, o, office.Change{Kind: office.AuthorityGiven, Given: &office.Delegation{
		Post: "trips-head", From: "linghu", To: "nangong", Since: day(today), Until: day("2026-10-20"),
	}}, "a delegation by somebody who does not hold the post")
	refused(t, o, office.Change{Kind: office.Joined, Joined: &office.Joining{
		Person: office.Person{ID: "zhangsun", Name: "长孙原"}, Post: "trips-head", From: day(today),
	}}, "a post that somebody holds")
	refused(t, o, office.Change{Kind: office.Joined, Joined: &office.Joining{Person: office.Person{ID: "sikong2", Name: "司空砚"}}}, "a second of one name")
	refused(t, o, office.Change{Kind: office.Joined, Joined: &office.Joining{Person: office.Person{ID: "Zhang Sun", Name: "长孙原"}}}, "an ID with a space")
	refused(t, o, office.Change{Kind: office.UnitAdded, Unit: &office.Unit{ID: "fao", Name: text.Text{ZH: "某处", EN: "Some division"}}}, "an ID that is taken")
	refused(t, o, office.Change{Kind: office.PostAdded, Post: &office.Post{ID: "archivist", Name: text.Text{ZH: "档案员", EN: "Archivist"}, Unit: "none"}}, "a post of no unit")
	refused(t, o, office.Change{Kind: office.PlanSet, Plan: &office.Plan{Unit: "市港务局", Year: 2027, Groups: 3, Source: "…"}}, "a plan of no unit")
	refused(t, o, office.Change{Kind: office.PlanSet, Plan: &office.Plan{Unit: "市港航局", Year: 2027, Groups: 3}}, "a plan without its source")
	refused(t, o, office.Change{Kind: office.AuthorityEnded, Ended: &office.Ending{
		Post: "deputy-director", From: "wenren", To: "linghu", On: day("2026-10-20"),
	}}, "an end of what has ended")
}

func TestWhoHasLeftTakesUpNothing(t *testing.T) {
	t.Parallel()
	o := invented(t)
	o, err := o.Change(office.Change{Kind: office.Left, Day: day(today), Left: &office.Leaving{Person: "linghu", Last: day("2026-10-31")}})
	if err != nil {
		t.Fatal(err)
	}
	refused(t, o, office.Change{Kind: office.HandedOver, HandOver: &office.HandOver{
		Post: "trips-head", From: "nangong", To: "linghu", On: day("2026-11-01"),
	}}, "a post for somebody who has left by then")
	if p, ok := o.Called("令狐川"); !ok || p.There(day("2026-11-01")) || !p.There(day("2026-10-31")) {
		t.Errorf("%+v: the name stays in the record, and the last day is the last", p)
	}
}

// TestTheOfficeIsWhatItsChangesMakeOfIt: whatever is changed in whatever order, the
// office rebuilt from its changes is the one that grew.
func TestTheOfficeIsWhatItsChangesMakeOfIt(t *testing.T) {
	t.Parallel()
	begun := invented(t)
	rapid.Check(t, func(r *rapid.T) {
		o := begun
		changes := []office.Change{{Kind: office.Founded, Day: day("2026-09-01"), Founded: &begun}}
		now := day("2026-09-01")
		for range rapid.IntRange(1, 12).Draw(r, "changes") {
			now = now.AddDays(rapid.IntRange(0, 9).Draw(r, "days pass"))
			c := drawChange(r, o, now)
			next, err := o.Change(c)
			if err != nil {
				if fault.KindOf(err) != fault.Invalid {
					r.Fatal(err)
				}
				continue
			}
			o = next
			changes = append(changes, c)
		}
		written, err := json.Marshal(changes)
		if err != nil {
			r.Fatal(err)
		}
		var read []office.Change
		if err := json.Unmarshal(written, &read); err != nil {
			r.Fatal(err)
		}
		again, err := office.Rebuild(read)
		if err != nil {
			r.Fatal(err)
		}
		want, _ := json.Marshal(o)
		if got, _ := json.Marshal(again); string(got) != string(want) {
			r.Fatalf("rebuilt it is\n%s\nand it grew to\n%s", got, want)
		}
		for _, p := range o.Posts {
			if len(o.Holders(p.ID, now)) > 1 {
				r.Fatalf("%s has %v on %s", p.ID, o.Holders(p.ID, now), now)
			}
		}
	})
}

func drawChange(r *rapid.T, o office.Office, now calendar.Day) office.Change {
	person := func(label string) office.PersonID { return rapid.SampledFrom(o.Persons).Draw(r, label).ID }
	post := rapid.SampledFrom(o.Posts).Draw(r, "post").ID
	from := person("from")
	if h := o.Holders(post, now); len(h) > 0 && rapid.IntRange(0, 4).Draw(r, "by the holder") > 0 {
		from = h[0]
	}
	on := now.AddDays(rapid.IntRange(-1, 20).Draw(r, "on"))
	c := office.Change{Day: now}
	switch rapid.IntRange(0, 6).Draw(r, "kind") {
	case 0:
		c.Kind, c.HandOver = office.HandedOver, &office.HandOver{Post: post, From: from, To: person("to"), On: on}
	case 1:
		c.Kind, c.Given = office.AuthorityGiven, &office.Delegation{Post: post, From: from, To: person("to"), Since: on, Until: on.AddDays(rapid.IntRange(0, 9).Draw(r, "for"))}
	case 2:
		c.Kind, c.Ended = office.AuthorityEnded, &office.Ending{Post: post, From: from, To: person("to"), On: on}
		if len(o.Delegations) > 0 {
			d := rapid.SampledFrom(o.Delegations).Draw(r, "delegation")
			c.Ended = &office.Ending{Post: d.Post, From: d.From, To: d.To, On: on}
		}
	case 3:
		c.Kind, c.Plan = office.PlanSet, &office.Plan{Unit: rapid.SampledFrom(o.Units).Draw(r, "unit").Name.ZH, Year: 2027, Groups: rapid.IntRange(0, 9).Draw(r, "groups"), Source: "计划"}
	case 4:
		id := rapid.StringMatching(`[a-z]{3}`).Draw(r, "id")
		c.Kind, c.Joined = office.Joined, &office.Joining{Person: office.Person{ID: office.PersonID(id), Name: "新人" + id}}
	case 5:
		c.Kind, c.Left = office.Left, &office.Leaving{Person: from, Last: on}
	case 6:
		id := rapid.StringMatching(`[a-z]{3}`).Draw(r, "id")
		c.Kind, c.Post = office.PostAdded, &office.Post{ID: office.PostID(id), Name: text.Text{ZH: "岗", EN: "post"}, Unit: "fao"}
	}
	return c
}

// TestAChangeThatDoesNotSayWhatChangedIsRefused: a record that somebody spoilt is read by those who look for what was spoilt.
func TestAChangeThatDoesNotSayWhatChangedIsRefused(t *testing.T) {
	t.Parallel()
	for _, kind := range []office.ChangeKind{
		office.Founded, office.HandedOver, office.AuthorityGiven, office.AuthorityEnded, office.PlanSet, office.Joined, office.Left, office.UnitAdded, office.PostAdded,
	} {
		if _, err := office.Rebuild([]office.Change{{Kind: kind}}); err == nil || !strings.Contains(err.Error(), string(kind)) {
			t.Errorf("%s without what it was: %v", kind, err)
		}
	}
}
