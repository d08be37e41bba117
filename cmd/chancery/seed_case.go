package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/desk"
)

// seedFate is what becomes of a case, if the last day does not come first.
type seedFate int

const (
	seedClosed seedFate = iota
	seedRefused
	seedConditional
	seedWithdrawn
	seedCancelled
	seedReturned // sent back, mended and then closed
	seedStopped  // stopped by the rules, mended and then closed
)

// seedFateOf spreads the outcomes as an office knows them: most are closed.
func seedFateOf(chance *rand.Rand) seedFate {
	n := chance.IntN(100)
	for _, f := range []struct {
		fate seedFate
		of   int
	}{{seedRefused, 8}, {seedConditional, 3}, {seedWithdrawn, 4}, {seedCancelled, 2}, {seedReturned, 4}, {seedStopped, 3}} {
		if n -= f.of; n < 0 {
			return f.fate
		}
	}
	return seedClosed
}

// seedCase is one case while it is made up.
type seedCase struct {
	f       *seeding
	no      string
	version int
	over    bool // nothing more is told of it
}

func (k *seedCase) came(c casework.Case, err error) error {
	if err == nil {
		k.no, k.version = c.No, c.Version
	}
	return err
}

// file files it and, in the same hour, submits it.
func (k *seedCase) file(day calendar.Day, person office.PersonID, a form.Application) {
	k.f.at(day, 9, k, func(d *desk.Desk, _ time.Time) error {
		return k.came(d.HandIn(k.f.ctx, office.Actor{Person: person}, desk.HandingIn{Application: a}))
	})
}

// mend submits it again with another application.
func (k *seedCase) mend(day calendar.Day, person office.PersonID, a form.Application) {
	k.f.at(day, 9, k, func(d *desk.Desk, _ time.Time) error {
		return k.came(d.HandIn(k.f.ctx, office.Actor{Person: person}, desk.HandingIn{Application: a, Case: k.no, Seen: k.version}))
	})
}

func (k *seedCase) act(day calendar.Day, hour int, person office.PersonID, a casework.Act) {
	k.f.at(day, hour, k, func(d *desk.Desk, _ time.Time) error {
		a.Seen = k.version
		if a.Kind == casework.CameHome {
			a.Day = day
		}
		if err := k.came(d.Do(k.f.ctx, office.Actor{Person: person}, k.no, "", a)); err != nil {
			return fmt.Errorf("%s, %s by %s: %w", k.no, a.Kind, person, err)
		}
		return nil
	})
}

// tick does what the passing of time does.
func (k *seedCase) tick(day calendar.Day, hour int) {
	k.f.at(day, hour, k, func(d *desk.Desk, _ time.Time) error {
		n, err := d.TickCase(k.f.ctx, k.no)
		k.version += n
		return err
	})
}

// plan lays out what is done in the n-th case, which is filed on a day: most are trips.
func (f *seeding) plan(n int, day calendar.Day) error {
	chance := f.world.chance(n)
	k := &seedCase{f: f}
	u := f.world.units[chance.IntN(len(f.world.units))]
	switch kind := chance.IntN(100); {
	case kind < 3:
		return f.position(k, chance, u, day)
	case kind < 8:
		return f.gift(k, chance, u, day)
	}
	return f.trip(k, chance, u, day)
}

func (f *seeding) read(doc map[string]any) (form.Application, error) {
	return demoApplication(f.desk.Library(), doc)
}

// after is so many working days after a day.
func (f *seeding) after(day calendar.Day, n int) calendar.Day {
	return f.desk.Library().Calendar.AddWorking(day, n).Due
}

// trip tells a trip from its filing to its archive.
func (f *seeding) trip(k *seedCase, chance *rand.Rand, u seedUnit, day calendar.Day) error {
	fate := seedFateOf(chance)
	t := newSeedTrip(chance, u, day, fate == seedRefused)
	doc := t.application(0)
	if fate == seedStopped {
		doc = t.application(5) // nights too many
	}
	a, err := f.read(doc)
	if err != nil {
		return err
	}
	k.file(day, u.files, a)
	if fate == seedStopped {
		if a, err = f.read(t.application(0)); err != nil {
			return err
		}
		day = f.after(day, 2)
		k.mend(day, u.files, a)
	}
	first := f.after(day, 1+chance.IntN(2))
	switch fate {
	case seedWithdrawn:
		k.act(first, 10, u.files, casework.Act{Kind: casework.WithdrawnNow, Text: "对方调整日程"})
		return nil
	case seedReturned:
		k.act(first, 10, "dongfang", casework.Act{Kind: casework.ReturnedBack, Ground: "papers", Text: "请补正邀请函译文"})
		day = f.after(first, 2)
		k.mend(day, u.files, a)
		first = f.after(day, 1)
	case seedClosed, seedRefused, seedConditional, seedCancelled, seedStopped:
	}
	f.reviewed(k, chance, t, fate, u, first)
	return nil
}

// reviewed tells a trip from its first review on.
func (f *seeding) reviewed(k *seedCase, chance *rand.Rand, t seedTrip, fate seedFate, u seedUnit, first calendar.Day) {
	agree := casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree}
	k.act(first, 10, "dongfang", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Text: "材料齐全"})
	second := f.after(first, 1+chance.IntN(2))
	k.act(second, 10, "nangong", agree)
	k.act(second, 11, "gongye", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Text: "有预算"})
	posted := f.after(second, 1)
	k.act(posted, 9, "dongfang", casework.Act{Kind: casework.NoticePosted})
	ended := f.after(posted, 6)
	k.tick(ended, 8)
	k.act(ended, 10, "chunyu", agree)
	signed := f.after(ended, 1)
	k.act(signed, 10, "ouyang", agree)
	decided := f.after(signed, 1+chance.IntN(2))
	switch fate {
	case seedRefused:
		grounds := []struct{ rule, words string }{
			{"OUT-11", "任务与人员职责不相符，属因人找事。"},
			{"OUT-08", "实质性公务活动不足，行程安排松散。"},
			{"INV-01", "邀请单位与任务不对应，不是对口单位。"},
			{"PLAN-01", "未列入年度计划，调剂理由不充分。"},
		}
		g := grounds[chance.IntN(len(grounds))]
		k.act(decided, 15, "wenren", casework.Act{Kind: casework.RefusedNow, Ground: g.rule, Text: g.words})
		return
	case seedConditional:
		k.act(decided, 15, "wenren", casework.Act{Kind: casework.ApprovedNow, Conditions: []string{"末站当日往返，不另安排活动"}, Text: "同意，附条件"})
	case seedClosed, seedWithdrawn, seedCancelled, seedReturned, seedStopped:
		k.act(decided, 15, "wenren", casework.Act{Kind: casework.ApprovedNow, Text: "同意"})
	}
	issued := f.after(decided, 1)
	k.act(issued, 9, "dongfang", casework.Act{Kind: casework.Issued})
	next := f.after(issued, 1)
	if fate == seedCancelled {
		k.act(next, 9, u.files, casework.Act{Kind: casework.CancelledNow, Text: "对方取消会议"})
		return
	}
	k.act(next, 9, "dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	k.act(next, 10, "dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	f.travelled(k, t, fate, u, max(t.exit, f.after(issued, 2)))
}

// travelled tells a trip from the day on which it leaves.
func (f *seeding) travelled(k *seedCase, t seedTrip, fate seedFate, u seedUnit, leave calendar.Day) {
	k.act(leave, 12, "dongfang", casework.Act{Kind: casework.Departed})
	home := leave.AddDays(t.exit.DaysUntil(t.entry))
	k.act(home, 18, u.files, casework.Act{Kind: casework.CameHome})
	after := f.after(home, 2)
	k.act(after, 9, "dongfang", casework.Act{Kind: casework.HandedBack})
	k.act(after, 10, u.files, casework.Act{Kind: casework.Reported, Text: "任务完成，已签署会谈纪要。"})
	k.act(after, 11, "dongfang", casework.Act{Kind: casework.PostNoticed})
	spent := fmt.Sprintf("%d.00 CNY", 18_400*len(t.members))
	k.act(f.after(after, 2), 9, "gongye", casework.Act{Kind: casework.Settled, Settlement: &casework.Settlement{Claimed: spent, Paid: spent}})
	if fate == seedConditional {
		k.act(f.after(after, 3), 9, "dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "condition-0"})
	}
	k.act(f.after(after, 3), 10, "dongfang", casework.Act{Kind: casework.ClosedNow})
}

// position tells a common position: the units asked answer, the director decides.
func (f *seeding) position(k *seedCase, chance *rand.Rand, u seedUnit, day calendar.Day) error {
	a, err := f.read(map[string]any{
		"procedure": "position", "unit": "市外事办公室",
		"matter":      map[string]any{"title": "关于" + u.task + "的对外口径", "text": "支持互认，分两步实施；费用各自承担。", "why": "会谈前须有统一口径"},
		"circulation": map[string]any{"asked": []string{"市港航局", "市水务局", "市经信局"}},
	})
	if err != nil {
		return err
	}
	k.file(day, "shangguan", a)
	for i, who := range []office.PersonID{"zhongli", "xiahou", "huangfu"} {
		opinion := casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree}
		if chance.IntN(6) == 0 {
			opinion.Stance, opinion.Text = procedure.Reservation, "建议第二步与预算年度衔接。"
		}
		k.act(f.after(day, 1+i), 10, who, opinion)
	}
	decided := f.after(day, 5)
	k.act(decided, 15, "sikong", casework.Act{Kind: casework.ApprovedNow, Text: "同意"})
	k.act(f.after(decided, 1), 9, "shangguan", casework.Act{Kind: casework.ClosedNow})
	return nil
}

// gift tells a gift that somebody received.
func (f *seeding) gift(k *seedCase, chance *rand.Rand, u seedUnit, day calendar.Day) error {
	what := []string{"瓷盘", "画册", "丝巾", "木雕", "茶具", "纪念章"}[chance.IntN(6)]
	a, err := f.read(map[string]any{"procedure": "gift-received", "unit": u.name, "gift": map[string]any{
		"what": what, "kind": "object", "giver": seedHosts()[chance.IntN(len(seedHosts()))], "receiver": u.people[chance.IntN(len(u.people))],
		"received": day.AddDays(-chance.IntN(10)), "value": map[string]any{"amount": fmt.Sprintf("%d.00", 60+10*chance.IntN(60)), "currency": "CNY"}, "disposal": "handed-over",
	}})
	if err != nil {
		return err
	}
	k.file(day, u.files, a)
	decided := f.after(day, 1+chance.IntN(5))
	k.act(decided, 9, "shangguan", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeSetForward, Text: "上交登记"})
	k.act(f.after(decided, 1), 9, "shangguan", casework.Act{Kind: casework.ClosedNow})
	return nil
}
