package main

import (
	"fmt"
	"math/rand/v2"

	"chancery/core/calendar"
)

// seedHosts are those who invite and give.
func seedHosts() []string {
	return []string{"哈尔堡港务局", "圣林航运管理局", "罗森港港务局", "蓝港市政厅", "哈尔堡商会", "圣林大学", "罗森港海事学院", "蓝港水务公司", "哈尔堡博物馆", "圣林医院"}
}

// seedTrip is one trip that is made up: within the rules, unless nights are added.
type seedTrip struct {
	unit        seedUnit
	filed       calendar.Day
	exit, entry calendar.Day
	stays       []demoStay
	members     []string
	host        string
	born        int
}

// newSeedTrip draws a trip: two to five people of the unit to one to three places, a month and a half after it is filed.
func newSeedTrip(chance *rand.Rand, u seedUnit, filed calendar.Day, odd bool) seedTrip {
	places := []demoStay{{"XA", "哈尔堡"}, {"XB", "圣林"}, {"XC", "罗森港"}, {"XE", "蓝港"}}
	first := chance.IntN(len(places))
	t := seedTrip{unit: u, filed: filed, exit: filed.AddDays(38 + chance.IntN(14)), host: seedHosts()[chance.IntN(len(seedHosts()))], born: 1968 + chance.IntN(25)}
	if odd {
		t.host = "圣林文化交流促进会"
	}
	t.host += fmt.Sprintf("（第%d处）", 1+chance.IntN(200))
	for i := range 1 + chance.IntN(3) {
		t.stays = append(t.stays, places[(first+i)%len(places)])
	}
	t.entry = t.exit.AddDays(t.nights() * len(t.stays))
	at := chance.IntN(len(u.people))
	for i := range min(2+chance.IntN(3), len(u.people)) {
		t.members = append(t.members, u.people[(at+i)%len(u.people)])
	}
	return t
}

func (t seedTrip) nights() int {
	if len(t.stays) == 1 {
		return 4
	}
	return 3
}

// application writes it; with nights beyond what the rules allow where it is to be stopped.
func (t seedTrip) application(more int) map[string]any {
	var stays, programme, delegation []any
	day := t.exit
	for _, s := range t.stays {
		leave := day.AddDays(t.nights() + more)
		stays = append(stays, map[string]any{"place": s.place, "city": s.city, "arrive": day, "leave": leave})
		day = leave
	}
	for d := t.exit; d <= day; d++ {
		for _, part := range []string{"am", "pm"} {
			line := map[string]any{"day": d, "part": part, "kind": "official", "text": "会谈", "with": t.host}
			if d == t.exit || d == day {
				line = map[string]any{"day": d, "part": part, "kind": "travel", "text": "在途"}
			}
			programme = append(programme, line)
		}
	}
	for i, name := range t.members {
		delegation = append(delegation, map[string]any{
			"name": name, "unit": t.unit.name, "post": "科员", "rank": "staff", "leader": i == 0, "role": "member", "duties": []string{t.unit.duty},
			"born": fmt.Sprintf("%d-05-06", t.born), "document": map[string]any{"kind": "official", "expires": t.exit.AddMonths(30)},
		})
	}
	return map[string]any{
		"procedure": "outbound-trip", "track": "general", "filed": t.filed, "unit": t.unit.name,
		"purpose":    map[string]any{"kind": "negotiation", "text": t.unit.task, "tasks": []string{t.unit.duty}},
		"delegation": delegation,
		"itinerary":  map[string]any{"exit": t.exit, "entry": day, "stays": stays, "programme": programme},
		"inviter": map[string]any{
			"kind": "counterpart", "body": t.host, "name": "Quell", "post": "Director", "rank": "staff", "place": t.stays[0].place,
			"letter": map[string]any{"signed": true, "translated": true, "names": t.members, "from": t.exit, "to": day, "payer": "sender", "contact": "office@harborg.example"},
		},
		"plan": map[string]any{"listed": true}, "budget": map[string]any{"line": "因公出国经费", "payer": "own-budget", "host_covers": "none"},
		"papers": []string{"request", "member-list", "programme", "invitation", "translation", "task-and-budget-form"},
	}
}
