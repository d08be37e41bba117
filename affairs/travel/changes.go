package travel

import (
	"slices"

	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/place"
	"chancery/core/rule"
	"chancery/core/text"
)

// The table of costs: how far each change is from what was asked for. A change
// touches only the applicant's own choices; papers, signatures and evidence are
// never invented.
const (
	weightDay     = 10 // a day less
	weightStay    = 25 // a stay less, beside its days
	weightPerson  = 40 // a person less
	weightWaiting = 4  // a working day of waiting before filing
	weightTrack   = 60 // another track, with its evidence already there
)

// Changes gives the applications one step away, in a fixed order: fewer days, a
// stay less, a person less, a later filing day, another track.
func Changes(a form.Application, w World) []rule.Change[form.Application] {
	var out []rule.Change[form.Application]
	it := form.Get[Itinerary](a.Answers, "itinerary")
	for n := 1; n <= 3; n++ {
		if shorter, ok := Shorten(it, n); ok {
			out = append(out, rule.Change[form.Application]{
				Kind: "shorter", To: with(a, "itinerary", shorter), Weight: n * weightDay, Cost: map[string]int{"days": -n},
				Say: text.Text{
					ZH: "缩短 {n} 天，{entry} 入境，在外 {days} 天", EN: "{n} {n|day|days} shorter: back on {entry}, {days} days abroad",
				}.Fill(text.Args{"n": n, "entry": shorter.Entry.Say(), "days": DaysAbroad(shorter)}),
			})
		}
	}
	for i, s := range it.Stays {
		if s.Airside || len(Places(it)) < 2 {
			continue
		}
		less, days := DropStay(it, i)
		name := text.Text{ZH: string(s.Place), EN: string(s.Place)}
		if p, ok := w.Places.Find(s.Place); ok {
			name = p.Name
		}
		out = append(out, rule.Change[form.Application]{
			Kind: "without " + string(s.Place), To: with(a, "itinerary", less), Weight: weightStay + days*weightDay, Cost: map[string]int{"stays": -1, "days": -days},
			Say: text.Text{
				ZH: "去掉{place}一站，在外 {days} 天", EN: "without {place}: {days} days abroad",
			}.Fill(text.Args{"place": name, "days": DaysAbroad(less)}),
		})
	}
	members := form.Get[[]Member](a.Answers, "delegation")
	for i := len(members) - 1; i >= 0; i-- {
		if members[i].Leader || len(members) < 2 {
			continue
		}
		out = append(out, rule.Change[form.Application]{
			Kind: "without " + members[i].Name, To: with(a, "delegation", slices.Delete(slices.Clone(members), i, i+1)), Weight: weightPerson, Cost: map[string]int{"people": -1},
			Say: text.Text{ZH: "{name}不随团", EN: "{name} does not go"}.Fill(text.Args{"name": members[i].Name}),
		})
	}
	if later, ok := fileLater(a, it, w.Calendar); ok {
		out = append(out, later)
	}
	return append(out, otherTracks(a, it)...)
}

// with is the application with one block replaced; the given one stays as it is.
func with(a form.Application, block string, v any) form.Application {
	answers := make(form.Answers, len(a.Answers))
	for k, old := range a.Answers {
		answers[k] = old
	}
	answers[block] = v
	a.Answers = answers
	return a
}

// Shorten takes n days out of the end of a trip, before its last day: the last
// stay ends earlier and the way home moves up. Where only the way home was put off, so that days without a stay or a
// programme lie before it, those go first. It refuses when the last stay would have no day left.
func Shorten(it Itinerary, n int) (Itinerary, bool) {
	if len(it.Stays) == 0 || DaysAbroad(it) <= n+1 {
		return it, false
	}
	last := it.Stays[len(it.Stays)-1]
	end := it.Entry
	written := slices.ContainsFunc(it.Programme, func(l HalfDay) bool { return l.Day == end })
	leave := last.Leave.AddDays(-n)
	if !written && last.Leave.DaysUntil(end) > 1 {
		leave = min(last.Leave, end.AddDays(-n))
	}
	if last.Airside || leave <= last.Arrive {
		return it, false
	}
	it.Stays = slices.Clone(it.Stays)
	it.Entry = end.AddDays(-n)
	it.Stays[len(it.Stays)-1].Leave = leave
	if !written {
		it.Programme = slices.DeleteFunc(slices.Clone(it.Programme), func(l HalfDay) bool { return l.Day > it.Entry })
		return it, true // the day of the way home was not written down yet
	}
	it.Programme = cut(it.Programme, it.Entry, end, n)
	return it, true
}

// DropStay leaves out one stay and its nights; what follows moves up by as many
// days. It says how many days the trip is shorter.
func DropStay(it Itinerary, i int) (Itinerary, int) {
	s := it.Stays[i]
	n := max(0, s.Arrive.DaysUntil(s.Leave))
	it.Stays = slices.Delete(slices.Clone(it.Stays), i, i+1)
	for j := i; j < len(it.Stays); j++ {
		it.Stays[j].Arrive, it.Stays[j].Leave = it.Stays[j].Arrive.AddDays(-n), it.Stays[j].Leave.AddDays(-n)
	}
	end := it.Entry
	it.Entry = end.AddDays(-n)
	if i == len(it.Stays) { // it was the last: the way home stays the last day
		it.Programme = cut(it.Programme, it.Entry, end, n)
	} else {
		it.Programme = cut(it.Programme, s.Arrive, s.Leave, n)
	}
	return it, n
}

// cut takes the days from `from` up to the day before `until` out of a programme
// and moves what follows n days up.
func cut(lines []HalfDay, from, until calendar.Day, n int) []HalfDay {
	out := make([]HalfDay, 0, len(lines))
	for _, l := range lines {
		switch {
		case l.Day < from:
			out = append(out, l)
		case l.Day >= until:
			l.Day = l.Day.AddDays(-n)
			out = append(out, l)
		}
	}
	return out
}

// fileLater files on the first day on which the public notice has run its term, when the trip is still ahead then.
func fileLater(a form.Application, it Itinerary, cal *calendar.Calendar) (rule.Change[form.Application], bool) {
	n := form.Get[Notice](a.Answers, "notice")
	if n.From.IsZero() || a.Filed.IsZero() {
		return rule.Change[form.Application]{}, false
	}
	day := cal.AddWorking(n.From, noticeTerm).Due.AddDays(1)
	for range 30 {
		if working, _ := cal.IsWorking(day); working {
			break
		}
		day = day.AddDays(1)
	}
	if day <= a.Filed || (!it.Exit.IsZero() && day >= it.Exit) {
		return rule.Change[form.Application]{}, false
	}
	waiting, _ := cal.WorkingBetween(a.Filed, day)
	a.Filed = day
	return rule.Change[form.Application]{
		Kind: "later", To: a, Weight: max(1, waiting*weightWaiting), Cost: map[string]int{"working_days": waiting},
		Say: text.Text{ZH: "公示期满后于 {day} 报送", EN: "file on {day}, when the public notice has run its term"}.Fill(text.Args{"day": day.Say()}),
	}, true
}

// otherTracks offers another track only where what it asks for is there already.
func otherTracks(a form.Application, it Itinerary) []rule.Change[form.Application] {
	track := form.Get[Track](a.Answers, "track")
	var out []rule.Change[form.Application]
	offer := func(to Track, zh, en string) {
		if track != to {
			out = append(out, rule.Change[form.Application]{
				Kind: "track " + string(to), To: with(a, "track", to), Weight: weightTrack, Cost: map[string]int{"track": 1}, Say: text.Text{ZH: zh, EN: en},
			})
		}
	}
	if len(form.Get[Academic](a.Answers, "academic").Evidence) > 0 {
		offer("academic", "改按教学科研类办理，学术任务证明已附", "file on the teaching and research track: the evidence is there")
	}
	places := Places(it)
	if len(places) > 0 && !slices.ContainsFunc(places, func(c place.Code) bool { return c != "HK" && c != "MO" }) {
		offer("hk-macao", "改按赴港澳办理", "file on the Hong Kong and Macao track")
	}
	return out
}
