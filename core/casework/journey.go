package casework

import (
	"slices"
	"strconv"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/money"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// fulfil does one of the things to be done, or ticks off a condition of the approval.
func (d *doing) fulfil() error {
	if strings.HasPrefix(d.a.Slot, "condition-") {
		if err := d.byPost(d.w.Procedure.Officer); err != nil {
			return err
		}
		if d.c.ConditionAt(d.a.Slot) == nil {
			return d.refuse("没有这项条件", "there is no such condition")
		}
		d.event.Slot = d.a.Slot
		return nil
	}
	return d.duty(func(x Duty) bool { return x.Act == "" && x.answersTo(d.a.Slot) })
}

// fulfilByAct does the duty that has an act of its own.
func (d *doing) fulfilByAct() error {
	return d.duty(func(x Duty) bool { return x.Act == string(d.a.Kind) && (d.a.Slot == "" || x.answersTo(d.a.Slot)) })
}

// answersTo says whether an ID means this duty: its own, or that of the duty for all travellers.
func (d Duty) answersTo(id string) bool { return d.ID == id || d.Base() == id }

// duty does one thing of a list, or one thing for every traveller for whom it is still open.
func (d *doing) duty(is func(Duty) bool) error {
	left, err := d.openDuties(is)
	if err != nil {
		return err
	}
	if d.event.Slot != d.a.Slot && d.a.Slot != "" {
		d.event.Slot = d.a.Slot
	}
	if d.step.Kind != procedure.Duties || left > 0 {
		return nil
	}
	return d.next() // it was the last
}

// openDuties finds the open duties that are meant, sees that the actor is the one
// who does them, and says how many others are open.
func (d *doing) openDuties(is func(Duty) bool) (left int, err error) {
	if err := d.only(procedure.Departure, procedure.Duties); err != nil {
		return 0, err
	}
	var meant []Duty
	there := false
	for _, x := range d.c.Duties {
		there = there || is(x)
		switch {
		case !x.Done.IsZero():
		case is(x):
			meant = append(meant, x)
		default:
			left++
		}
	}
	if len(meant) == 0 {
		if there {
			return 0, d.refuse("此事项已办", "that is done already")
		}
		return 0, d.refuse("此步骤没有这一事项", "this step has nothing of the kind to be done")
	}
	if meant[0].Post == "" {
		err = d.byApplicant()
	} else {
		err = d.byPost(meant[0].Post)
	}
	d.event.Slot = meant[0].ID
	if len(meant) > 1 {
		d.event.Slot = meant[0].Base()
	}
	for _, x := range meant {
		d.event.Late = d.event.Late || x.late(d.w.Day)
	}
	return left, err
}

func (d Duty) late(day calendar.Day) bool { return d.Due != nil && day > d.Due.Due }

// hinder records what stands in the way of a duty: a visa refused, a document
// lost. The duty stays open until it is done, or the case is changed or cancelled.
func (d *doing) hinder() error {
	if d.a.Ground == "" || strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("请写明事由代码和情况", "give the coded ground and what happened")
	}
	_, err := d.openDuties(func(x Duty) bool { return x.answersTo(d.a.Slot) })
	return err
}

// depart lets the delegation go, when nothing that blocks is open.
func (d *doing) depart() error {
	if err := d.only(procedure.Departure); err != nil {
		return err
	}
	if err := d.byPost(d.c.Post); err != nil {
		return err
	}
	for _, x := range d.c.Duties {
		if x.Blocks && x.Done.IsZero() {
			return d.refuse("「"+x.Named().ZH+"」未办，不能出发", "«"+x.Named().EN+"» is not done; the delegation cannot leave")
		}
	}
	if err := d.mustPass(rule.Departure); err != nil {
		return err
	}
	return d.next()
}

// comeHome records the homecoming, with the border days as they really were.
func (d *doing) comeHome() error {
	if err := d.only(procedure.Abroad); err != nil {
		return err
	}
	if err := d.byApplicant(); err != nil {
		return err
	}
	if d.c.Change != nil {
		return d.refuse("变更还在办理", "a change is still under way")
	}
	if d.a.Day.IsZero() || d.a.Day > d.w.Day {
		return d.refuse("请写明已经入境的日期", "give the day of entry, which has passed")
	}
	d.event.Day, d.event.Actual = d.a.Day, d.a.Actual
	if d.a.Slot != "" { // one traveller by himself
		if !slices.Contains(d.w.Travellers, d.a.Slot) || !d.c.HomeDay(d.a.Slot).IsZero() {
			return d.refuse("团组中没有这个仍在境外的人："+d.a.Slot, "nobody of that name is still abroad: "+d.a.Slot)
		}
		d.event.Slot = d.a.Slot
		d.c.Homecomings = append(slices.Clone(d.c.Homecomings), Homecoming{Person: d.a.Slot, Day: d.a.Day})
		if len(d.c.Homecomings) < len(d.w.Travellers) {
			return nil
		}
	}
	d.c.Home = d.c.lastHome(d.a.Day) // what follows is counted from the homecoming
	return d.next()
}

// settle holds the account against the approval; what lies outside is refused and kept.
func (d *doing) settle() error {
	if err := d.only(procedure.Settlement); err != nil {
		return err
	}
	if err := d.byPost(d.c.Post); err != nil {
		return err
	}
	if err := d.disinterested(); err != nil {
		return err
	}
	if d.a.Settlement == nil {
		return d.refuse("请写明申报、核销和不予核销的金额", "give what is claimed, what is paid and what is refused")
	}
	if err := d.a.Settlement.adds(); err != nil {
		return err
	}
	checked, err := d.check(rule.Settlement)
	if err != nil {
		return err
	}
	if checked != nil && !checked.Verdict.Passes() && d.a.Settlement.Refused == "" {
		return d.mustPass(rule.Settlement)
	}
	settled := *d.a.Settlement
	settled.Day = d.w.Day
	d.event.Settlement = &settled
	return d.next()
}

func (d *doing) close() error {
	if err := d.only(procedure.Closing); err != nil {
		return err
	}
	if err := d.byPost(d.c.Post); err != nil {
		return err
	}
	d.event.Archive = d.w.Procedure.Archive
	if d.a.Ground != "" {
		if d.event.Archive = procedure.Archive(d.a.Ground); !slices.Contains(d.event.Archive.Words(), d.a.Ground) {
			return d.refuse("归档期限须为永久、30 年或 10 年", "the archive class is permanent, 30-years or 10-years")
		}
	}
	for _, k := range d.c.Conditions {
		if !k.Met {
			return d.refuse("所附条件未核对完毕："+k.Text, "a condition has not been ticked off: "+k.Text)
		}
	}
	return nil
}

// lastHome is the day on which the last traveller came back.
func (c Case) lastHome(day calendar.Day) calendar.Day {
	for _, h := range c.Homecomings {
		day = max(day, h.Day)
	}
	return day
}

// adds sees that what is paid and what is refused make up what is claimed.
func (s Settlement) adds() error {
	var sum [3]money.Amount
	for i, words := range []string{s.Claimed, s.Paid, s.Refused} {
		if words == "" && i == 2 {
			continue
		}
		amount, currency, _ := strings.Cut(strings.TrimSpace(words), " ")
		var err error
		if sum[i], err = money.Parse(amount, money.Currency(strings.TrimSpace(currency))); err != nil {
			return err
		}
	}
	total, sameMoney := sum[1], true
	if s.Refused != "" {
		var err error
		total, err = total.Add(sum[2])
		sameMoney = err == nil // another currency does not add up
	}
	if order, same := total.Cmp(sum[0]); !sameMoney || !same || order != 0 {
		return fault.New(fault.Invalid, "settlement", text.Text{
			ZH: "核销与不予核销之和须等于申报：{claimed}", EN: "what is paid and what is refused must make up what is claimed: {claimed}",
		}.Fill(text.Args{"claimed": s.Claimed}))
	}
	return nil
}

func conditionID(i int) string { return "condition-" + strconv.Itoa(i) }

// ConditionAt is the condition that an ID such as condition-0 names; nil when there is none.
func (c Case) ConditionAt(id string) *Condition {
	number, ok := strings.CutPrefix(id, "condition-")
	i, err := strconv.Atoi(number)
	if !ok || err != nil || i < 0 || i >= len(c.Conditions) {
		return nil
	}
	return &c.Conditions[i]
}
