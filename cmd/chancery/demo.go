package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/desk"
)

// demoClock is the clock of the demo: it stands where it is set while the office
// is made up, and then runs on from there.
type demoClock struct {
	at      atomic.Int64 // µs since 1970
	started atomic.Pointer[time.Time]
	real    func() time.Time
}

func newDemoClock(real func() time.Time) *demoClock { return &demoClock{real: real} }

func (c *demoClock) set(t time.Time) { c.at.Store(t.UnixMicro()) }

// goBy has a command go by an invented time, which no machine's clock is held against.
func (a *App) goBy(c *demoClock) { a.clock, a.timed = c.now, false }

// run lets the clock run on from where it stands.
func (c *demoClock) run() { now := c.real(); c.started.Store(&now) }

func (c *demoClock) now() time.Time {
	t := time.UnixMicro(c.at.Load())
	if began := c.started.Load(); began != nil {
		t = t.Add(c.real().Sub(*began))
	}
	return t
}

// demoBegin is before everything that the demo tells: instants only rise, so the
// clock may not stand at a later day when the office is founded.
func demoBegin() time.Time { return time.Date(2026, 1, 1, 9, 0, 0, 0, desk.OfficeZone()) }

// demoToday is the day on which the demo stands when it is opened.
func demoToday() time.Time { return time.Date(2026, 10, 15, 9, 0, 0, 0, desk.OfficeZone()) }

// What the third quarter of the demo holds, and how many cases of the year were numbered on paper before.
const (
	demoOnPaper   = 244
	demoSubmitted = 156
	demoRefused   = 28
)

// at puts an act on a day and an hour.
func (f *demo) at(day calendar.Day, hour int, a demoAct) {
	f.due[day.String()] = append(f.due[day.String()], demoStep{hour, a})
}

// plan lays out the year: some trips of the first half, the 156 of the third
// quarter, and those on the table today.
func (f *demo) plan() {
	units := []demoUnit{
		{"市港航局", "商谈港口岸电合作", "port-cooperation"},
		{"市商务局", "洽谈经贸园区项目", "trade"},
		{"市水务局", "商谈水处理技术合作", "water"},
		{"市教育局", "签署校际交流协议", "education"},
		{"市文旅局", "商谈文旅互访安排", "culture"},
		{"市卫健委", "商谈医疗培训合作", "health"},
		{"市经信局", "洽谈船舶配套项目", "industry"},
		{"澜川大学", "商谈联合实验室", "research"},
	}
	places := [][]demoStay{
		{{"XA", "哈尔堡"}},
		{{"XB", "圣林"}},
		{{"XC", "罗森港"}},
		{{"XA", "哈尔堡"}, {"XB", "圣林"}},
		{{"XB", "圣林"}, {"XC", "罗森港"}},
		{{"XE", "蓝港"}},
		{{"XA", "哈尔堡"}, {"XB", "圣林"}, {"XC", "罗森港"}},
	}
	first := calendar.MustDay("2026-07-01")
	for i := range demoSubmitted - 1 { // the last is the one with the reservation, filed in September
		filed := first.AddDays(i * 91 / demoSubmitted)
		fate := fateOf(i)
		f.trip(demoTrip{
			n: i, unit: units[i%len(units)], stays: places[i%len(places)], filed: filed, fate: fate,
		})
	}
	for i := range 10 {
		f.trip(demoTrip{n: 300 + i, unit: units[i%len(units)], stays: places[(i+2)%len(places)], filed: calendar.MustDay("2026-03-02").AddDays(i * 10), fate: fateClosed})
	}
	for i, fate := range []demoFate{fateReviewing, fateReservation, fateOnNotice, fateDraft, fateStopped, fateReturned, fateReviewing} {
		filed := calendar.MustDay("2026-09-28").AddDays(0)
		if fate != fateReservation {
			filed = calendar.MustDay("2026-10-08").AddDays(i % 4)
		}
		if fate == fateReservation {
			filed = calendar.MustDay("2026-09-21")
		}
		f.trip(demoTrip{n: 400 + i, unit: units[(i+7)%len(units)], stays: places[(i+5)%len(places)], filed: filed, fate: fate, late: true})
	}
	f.position()
	f.gifts()
}

type demoFate int

const (
	fateClosed demoFate = iota
	fateRefused
	fateConditional
	fateWithdrawn
	fateCancelled
	fateAbroad
	fateReviewing
	fateReservation
	fateOnNotice
	fateDraft
	fateStopped
	fateReturned
)

// fateOf spreads the outcomes of the quarter: exactly 28 refused of 156.
func fateOf(i int) demoFate {
	const decided = 130 // those filed later in September are not decided yet
	switch {
	case i < decided && i*demoRefused/decided != (i+1)*demoRefused/decided:
		return fateRefused
	case i%13 == 4:
		return fateWithdrawn
	case i%17 == 5:
		return fateConditional
	case i%29 == 6:
		return fateCancelled
	case i > 120 && i%6 == 1:
		return fateAbroad
	}
	return fateClosed
}

type demoUnit struct{ name, task, duty string }

type demoStay struct{ place, city string }

type demoTrip struct {
	n     int
	unit  demoUnit
	stays []demoStay
	filed calendar.Day
	fate  demoFate
	late  bool
}

// surnames and given names of the invented people; each pair is used for one traveller.
func demoNames(n int) (leader, second string) {
	surnames := []string{"慕容", "端木", "宇文", "濮阳", "申屠", "呼延", "太叔", "公孙", "轩辕", "尉迟", "长孙", "鲜于", "闾丘", "司徒", "百里"}
	given := []string{"舟", "青", "简", "澈", "原", "朔", "宁", "禾", "川", "岚", "序", "临", "牧", "白", "砚"}
	name := func(k int) string { return surnames[k%len(surnames)] + given[k/len(surnames)%len(given)] + given[k%11] }
	return name(2*n + 1), name(2*n + 2)
}

// inviter is the counterpart of a made-up trip, another for each.
func (t demoTrip) inviter() string {
	if t.fate == fateRefused {
		return fmt.Sprintf("圣林文化交流促进会（%d）", t.n)
	}
	return fmt.Sprintf("哈尔堡港务局（%d）", t.n)
}

// application writes the application of a made-up trip: within the rules, except where it is to be stopped or refused.
func (t demoTrip) application() (map[string]any, calendar.Day) {
	leader, second := demoNames(t.n)
	exit := t.filed.AddDays(35 + t.n%9)
	if t.fate == fateClosed && !t.late {
		exit = t.filed.AddDays(24 + t.n%5)
	}
	if t.fate == fateAbroad {
		exit = calendar.MustDay("2026-10-13").AddDays(t.n % 3)
	}
	nights := 4
	if len(t.stays) == 2 {
		nights = 3
	}
	if len(t.stays) == 3 {
		nights = 3
	}
	if t.fate == fateStopped {
		nights += 4
	}
	var stays, programme []any
	day := exit
	for _, s := range t.stays {
		stays = append(stays, map[string]any{"place": s.place, "city": s.city, "arrive": day, "leave": day.AddDays(nights)})
		day = day.AddDays(nights)
	}
	for d := exit; d <= day; d++ {
		for _, part := range []string{"am", "pm"} {
			line := map[string]any{"day": d, "part": part, "kind": "official", "text": "会谈", "with": t.inviter()}
			if d == exit || d == day {
				line = map[string]any{"day": d, "part": part, "kind": "travel", "text": "在途"}
			}
			programme = append(programme, line)
		}
	}
	member := func(name string, lead bool) map[string]any {
		return map[string]any{
			"name": name, "unit": t.unit.name, "post": "科员", "rank": "staff", "leader": lead, "role": "member", "duties": []string{t.unit.duty},
			"born": "1980-05-06", "document": map[string]any{"kind": "official", "expires": "2031-01-01"},
		}
	}
	return map[string]any{
		"procedure": "outbound-trip", "track": "general", "filed": t.filed, "unit": t.unit.name,
		"purpose":    map[string]any{"kind": "negotiation", "text": t.unit.task, "tasks": []string{t.unit.duty}},
		"delegation": []any{member(leader, true), member(second, false)},
		"itinerary":  map[string]any{"exit": exit, "entry": day, "stays": stays, "programme": programme},
		"inviter": map[string]any{
			"kind": "counterpart", "body": t.inviter(), "name": "Quell", "post": "Director", "rank": "staff", "place": t.stays[0].place,
			"letter": map[string]any{"signed": true, "translated": true, "names": []string{leader, second}, "from": exit, "to": day, "payer": "sender", "contact": "office@harborg.example"},
		},
		"plan": map[string]any{"listed": true}, "budget": map[string]any{"line": "因公出国经费", "payer": "own-budget", "host_covers": "none"},
		"papers": []string{"request", "member-list", "programme", "invitation", "translation", "task-and-budget-form"},
	}, exit
}

// trip puts a whole case on the calendar.
func (f *demo) trip(t demoTrip) {
	lib := f.desk.Library()
	doc, exit := t.application()
	if t.fate == fateReservation {
		doc, exit = portMission(t.filed)
	}
	k := &demoCase{ctx: f.ctx}
	act := k.act
	work := func(from calendar.Day, n int) calendar.Day { return lib.Calendar.AddWorking(from, n).Due }
	f.at(t.filed, 8, k.file("zhongli", doc))
	if t.fate == fateDraft {
		return
	}
	f.at(t.filed, 9, act("zhongli", casework.Act{Kind: casework.Submitted}))
	if t.fate == fateStopped {
		return
	}
	first := work(t.filed, 1)
	if t.fate == fateWithdrawn {
		f.at(first, 10, act("zhongli", casework.Act{Kind: casework.WithdrawnNow, Text: "对方调整日程"}))
		return
	}
	if t.fate == fateReturned {
		f.at(first, 10, act("dongfang", casework.Act{Kind: casework.ReturnedBack, Ground: "papers", Text: "请补正邀请函译文"}))
		return
	}
	if t.fate == fateReviewing && t.n%2 == 0 {
		return
	}
	f.at(first, 10, act("dongfang", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Text: "材料齐全"}))
	reviewed := work(first, 1)
	f.at(reviewed, 10, act("nangong", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree}))
	if t.fate == fateReviewing {
		return
	}
	f.at(reviewed, 11, act("gongye", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Text: "有预算"}))
	posted := work(reviewed, 1)
	f.at(posted, 9, act("dongfang", casework.Act{Kind: casework.NoticePosted}))
	if t.fate == fateOnNotice {
		return
	}
	ended := work(posted, 6)
	f.at(ended, 8, k.tick)
	f.at(ended, 10, act("chunyu", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree}))
	signed := work(ended, 1)
	opinion := casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree}
	if t.fate == fateReservation || t.fate == fateConditional {
		opinion = casework.Act{Kind: casework.Countersigned, Stance: procedure.Reservation, Text: missionReservation}
	}
	f.at(signed, 10, act("ouyang", opinion))
	if t.fate == fateReservation {
		f.at(signed, 15, act("zhongli", casework.Act{Kind: casework.Answered, Number: 4, Text: missionAnswer}))
		f.at(signed, 16, act("dongfang", casework.Act{Kind: casework.Commented, Text: missionProposal}))
		return
	}
	decided := work(signed, 1)
	switch t.fate {
	case fateRefused:
		grounds := []struct{ rule, words string }{
			{"OUT-11", "任务与人员职责不相符，属因人找事。"},
			{"OUT-08", "实质性公务活动不足，行程安排松散。"},
			{"INV-01", "邀请单位与任务不对应，不是对口单位。"},
			{"PLAN-01", "未列入年度计划，调剂理由不充分。"},
		}
		g := grounds[t.n%len(grounds)]
		f.at(decided, 15, act("wenren", casework.Act{Kind: casework.RefusedNow, Ground: g.rule, Text: g.words}))
		return
	case fateConditional:
		f.at(decided, 15, act("wenren", casework.Act{Kind: casework.ApprovedNow, Conditions: []string{"末站当日往返，不另安排活动"}, Text: "同意，附条件"}))
	case fateClosed, fateCancelled, fateAbroad, fateWithdrawn, fateReviewing, fateReservation, fateOnNotice, fateDraft, fateStopped, fateReturned:
		f.at(decided, 15, act("wenren", casework.Act{Kind: casework.ApprovedNow, Text: "同意"}))
	}
	issued := work(decided, 1)
	f.at(issued, 9, act("dongfang", casework.Act{Kind: casework.Issued}))
	if t.fate == fateCancelled {
		f.at(work(issued, 1), 9, act("zhongli", casework.Act{Kind: casework.CancelledNow, Text: "对方取消会议"}))
		return
	}
	f.at(work(issued, 1), 9, act("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"}))
	f.at(work(issued, 1), 10, act("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"}))
	leave := max(exit, work(issued, 2))
	f.at(leave, 12, act("dongfang", casework.Act{Kind: casework.Departed}))
	home := leave.AddDays(len(t.stays) * 4)
	f.at(home, 18, act("zhongli", casework.Act{Kind: casework.CameHome}))
	after := work(home, 2)
	f.at(after, 9, act("dongfang", casework.Act{Kind: casework.HandedBack}))
	f.at(after, 10, act("zhongli", casework.Act{Kind: casework.Reported, Text: "任务完成，已签署会谈纪要。"}))
	f.at(after, 11, act("dongfang", casework.Act{Kind: casework.PostNoticed}))
	f.at(work(after, 2), 9, act("gongye", casework.Act{Kind: casework.Settled, Settlement: &casework.Settlement{Claimed: "86400.00 CNY", Paid: "86400.00 CNY"}}))
	if t.fate == fateConditional {
		f.at(work(after, 3), 9, act("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "condition-0"}))
		return
	}
	f.at(work(after, 3), 10, act("dongfang", casework.Act{Kind: casework.ClosedNow}))
}

// position puts a common position with dissent on the table.
func (f *demo) position() {
	doc := map[string]any{
		"procedure": "position", "unit": "市外事办公室",
		"matter":      map[string]any{"title": "与哈尔堡港口减排合作的对外口径", "text": "支持岸电互认，分两步实施；费用各自承担。", "why": "11 月会谈前须有统一口径"},
		"circulation": map[string]any{"asked": []string{"市港航局", "市水务局", "市经信局"}},
	}
	k := &demoCase{ctx: f.ctx}
	act := k.act
	f.at(calendar.MustDay("2026-09-28"), 8, k.file("shangguan", doc))
	f.at(calendar.MustDay("2026-09-28"), 9, act("shangguan", casework.Act{Kind: casework.Submitted}))
	f.at(calendar.MustDay("2026-09-29"), 10, act("zhongli", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree}))
	f.at(calendar.MustDay("2026-09-30"), 10, act("huangfu", casework.Act{Kind: casework.Countersigned, Stance: procedure.Object, Text: "两步实施会延误船企订单，建议一步到位。"}))
	f.at(calendar.MustDay("2026-10-13"), 8, k.tick)
}

// gifts declares two gifts.
func (f *demo) gifts() {
	for i, g := range []map[string]any{
		{"what": "瓷盘", "kind": "object", "giver": "哈尔堡市政厅", "receiver": "闻人澜", "received": "2026-09-15", "value": map[string]any{"amount": "480.00", "currency": "CNY"}, "disposal": "handed-over"},
		{"what": "画册", "kind": "object", "giver": "罗森港港务局", "receiver": "钟离牧", "received": "2026-10-02", "value": map[string]any{"amount": "120.00", "currency": "CNY"}, "disposal": "kept-by-unit"},
	} {
		person := []office.PersonID{"wenren", "zhongli"}[i]
		k := &demoCase{ctx: f.ctx}
		f.at(calendar.MustDay("2026-10-09"), 8, k.file(person, map[string]any{"procedure": "gift-received", "unit": "市外事办公室", "gift": g}))
		f.at(calendar.MustDay("2026-10-09"), 9, k.act(person, casework.Act{Kind: casework.Submitted}))
		if i == 0 {
			f.at(calendar.MustDay("2026-10-12"), 9, k.act("shangguan", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeSetForward, Text: "上交登记"}))
		}
	}
}

// demoCase is one case while it is being made up: its number, and the version it has come to.
type demoCase struct {
	ctx     context.Context //nolint:containedctx // lives as long as one call of fillDemo
	no      string
	version int
}

func (k *demoCase) file(person office.PersonID, doc map[string]any) demoAct {
	return func(d *desk.Desk, _ time.Time) error {
		application, err := demoApplication(d.Library(), doc)
		if err != nil {
			return err
		}
		c, err := d.File(k.ctx, office.Actor{Person: person}, desk.Filing{Application: application})
		k.no, k.version = c.No, c.Version
		return err
	}
}

func (k *demoCase) act(person office.PersonID, a casework.Act) demoAct {
	return func(d *desk.Desk, at time.Time) error {
		a.Seen = k.version
		if a.Kind == casework.CameHome {
			a.Day = calendar.InstantOf(at).Day(desk.OfficeZone())
		}
		c, err := d.Do(k.ctx, office.Actor{Person: person}, k.no, "", a)
		if err != nil {
			return fmt.Errorf("%s, %s by %s: %w", k.no, a.Kind, person, err)
		}
		k.version = c.Version
		return nil
	}
}

func (k *demoCase) tick(d *desk.Desk, _ time.Time) error {
	n, err := d.TickCase(k.ctx, k.no)
	k.version += n
	return err
}

func demoApplication(lib *desk.Library, doc map[string]any) (form.Application, error) {
	data, err := json.Marshal(doc)
	if err != nil {
		return form.Application{}, fmt.Errorf("write application: %w", err)
	}
	return lib.ReadApplication("demo", data)
}
