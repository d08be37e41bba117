package casework_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// play is one case over a movable clock, without rules and without a store.
type play struct {
	fatal  func(format string, args ...any)
	c      casework.Case
	events []casework.Event
	w      casework.World
	issued int
}

func read(fatal func(string, ...any), file string) []byte {
	data, err := os.ReadFile("../../library/" + file)
	if err != nil {
		fatal("%v", err)
	}
	return data
}

// begin files a case of a procedure on a day, by Zhongli Mu.
func begin(fatal func(string, ...any), name, day string) *play {
	p, err := procedure.Read(name, read(fatal, "procedures/"+name+"/procedure.yaml"))
	if err != nil {
		fatal("%v", err)
	}
	o, err := office.Read("office.yaml", read(fatal, "demo/office.yaml"))
	if err != nil {
		fatal("%v", err)
	}
	cal, err := calendar.ParseCalendar("cn.yaml", read(fatal, "calendars/cn.yaml"))
	if err != nil {
		fatal("%v", err)
	}
	g := &play{fatal: fatal}
	g.w = casework.World{
		Calendar: cal, Office: o, Procedure: p, LeaderLevel: 2,
		Involved: []string{"钟离牧", "慕容舟", "端木青"}, Travellers: []string{"钟离牧", "慕容舟", "端木青"}, Exit: calendar.MustDay("2026-10-15"),
		Instrument: func() (text.Text, error) {
			g.issued++
			return procedure.Number(p.Instrument, 2026, g.issued), nil
		},
		Asked: []casework.Slot{
			{ID: "unit-water", Title: text.Text{ZH: "市水务局", EN: "Water Bureau"}, Post: "water-answer"},
			{ID: "unit-industry", Title: text.Text{ZH: "市经信局", EN: "Industry Bureau"}, Post: "industry-answer"},
		},
	}
	g.day(day)
	number := procedure.Number(p.Series, 2026, 398)
	g.events = []casework.Event{{
		Kind: casework.Filed, At: g.w.Now, Day: g.w.Day, Actor: office.Actor{Person: "zhongli"}, Filing: json.RawMessage(`{"n":1}`), Digest: "1",
		New: &casework.Opening{
			No: number.EN, Number: number, Procedure: p.Name, Version: p.Version, Title: "t", Unit: "市港航局", Applicant: "zhongli", Filed: g.w.Day,
		},
		Enter: &casework.Entering{Step: p.First().ID, State: casework.Draft},
	}}
	g.c = casework.Open(g.events[0])
	return g
}

// opened begins a case in a test.
func opened(t *testing.T, name, day string) *play {
	t.Helper()
	return begin(func(format string, args ...any) { t.Helper(); t.Fatalf(format, args...) }, name, day)
}

// day moves the clock to nine in the morning of a day, and lets time do what it does.
func (g *play) day(s string) {
	d := calendar.MustDay(s)
	at, err := time.Parse("2006-01-02T15:04:05Z07:00", s+"T09:00:00+08:00")
	if err != nil {
		g.fatal("%v", err)
	}
	g.w.Now, g.w.Day = calendar.InstantOf(at), d
	if g.c.No != "" {
		g.tick()
	}
}

func (g *play) tick() {
	for range 100 {
		e, next, err := casework.Tick(g.c, g.w)
		if err != nil {
			g.fatal("tick: %v", err)
		}
		if e == nil {
			return
		}
		g.take(*e, next)
	}
	g.fatal("time never stops doing things")
}

func (g *play) minutes(n int) { g.w.Now += calendar.Instant(n) * 60_000_000 }

// take keeps an event as the journal does, in its bytes, and the case that it makes.
func (g *play) take(e casework.Event, next casework.Case) {
	data, err := json.Marshal(e)
	if err != nil {
		g.fatal("%v", err)
	}
	var again casework.Event
	if err := json.Unmarshal(data, &again); err != nil {
		g.fatal("%v", err)
	}
	g.events = append(g.events, again)
	g.c = next
}

func (g *play) try(person string, a casework.Act) error {
	a.Seen = g.c.Version
	events, next, err := casework.Do(g.c, a, office.Actor{Person: office.PersonID(person)}, g.w)
	if err != nil {
		return err
	}
	g.take(events[0], next)
	return nil
}

func (g *play) does(person string, a casework.Act) {
	if err := g.try(person, a); err != nil {
		g.fatal("%s cannot do «%s» in %s: %v", person, a.Kind, g.c.Step, err)
	}
}

func (g *play) cannot(person string, a casework.Act, because string) {
	before := g.c.Version
	err := g.try(person, a)
	if err == nil {
		g.fatal("%s did «%s», which must be refused", person, a.Kind)
		return
	}
	for _, f := range fault.All(err) {
		if f.Kind == fault.Ours || f.Text.ZH == "" || f.Text.EN == "" {
			g.fatal("%v is not a fault in both languages", err)
		}
	}
	if !strings.Contains(fmt.Sprint(fault.All(err)[0].Text), because) {
		g.fatal("it says %v, want %s", fault.All(err)[0].Text, because)
	}
	if g.c.Version != before {
		g.fatal("a refused act changed the case")
	}
}

func (g *play) stands(step string, state casework.State) {
	if g.c.Step != step || g.c.State != state {
		g.fatal("the case is in %s, %s; want %s, %s", g.c.Step, g.c.State, step, state)
	}
}

func agreed() casework.Act {
	return casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree}
}

func said(k casework.Kind, words string) casework.Act { return casework.Act{Kind: k, Text: words} }

// reviewed takes a trip to the public notice.
func (g *play) reviewed() {
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.does("dongfang", agreed())
	g.does("nangong", agreed())
	g.does("gongye", agreed())
	g.stands("notice", casework.Active)
}

// noticed takes a trip through its notice and the co-signing to the decision.
func (g *play) noticed() {
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.day(g.c.Notice.Term.Due.AddDays(1).String())
	g.does("chunyu", agreed())
	g.does("ouyang", agreed())
	g.stands("approval", casework.Active)
}

// issuedTrip takes a trip to its departure.
func (g *play) issuedTrip() {
	g.reviewed()
	g.noticed()
	g.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	g.does("dongfang", casework.Act{Kind: casework.Issued})
	g.stands("departure", casework.Approved)
}

func (g *play) left() {
	g.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	g.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	g.does("dongfang", casework.Act{Kind: casework.Departed})
	g.stands("abroad", casework.Approved)
}

func changed(n string) (json.RawMessage, string) { return json.RawMessage(`{"n":` + n + `}`), n }
