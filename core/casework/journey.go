package casework

import (
	"slices"
	"strconv"
	"strings"

	"chancery/core/procedure"
	"chancery/core/rule"
)

// fulfil does one of the things to be done, or ticks off a condition of the approval.
func (d *doing) fulfil() error {
	if strings.HasPrefix(d.a.Slot, "condition-") {
		if err := d.byPost(d.w.Procedure.Officer); err != nil {
			return err
		}
		if d.c.conditionAt(d.a.Slot) == nil {
			return d.refuse("没有这项条件", "there is no such condition")
		}
		d.event.Slot = d.a.Slot
		return nil
	}
	return d.duty(func(x Duty) bool { return x.ID == d.a.Slot && x.Act == "" })
}

// fulfilByAct does the duty that has an act of its own.
func (d *doing) fulfilByAct() error {
	return d.duty(func(x Duty) bool { return x.Act == string(d.a.Kind) })
}

func (d *doing) duty(is func(Duty) bool) error {
	if err := d.only(procedure.Departure, procedure.Duties); err != nil {
		return err
	}
	i := slices.IndexFunc(d.c.Duties, is)
	if i < 0 {
		return d.refuse("此步骤没有这一事项", "this step has nothing of the kind to be done")
	}
	duty := d.c.Duties[i]
	if !duty.Done.IsZero() {
		return d.refuse("此事项已办", "that is done already")
	}
	if duty.Post == "" {
		if err := d.byApplicant(); err != nil {
			return err
		}
	} else if err := d.byPost(duty.Post); err != nil {
		return err
	}
	d.event.Slot, d.event.Late = duty.ID, duty.Due != nil && d.w.Day > duty.Due.Due
	if d.step.Kind != procedure.Duties {
		return nil
	}
	for j, other := range d.c.Duties {
		if j != i && other.Done.IsZero() {
			return nil
		}
	}
	return d.next() // it was the last
}

// depart lets the delegation go, when nothing that blocks is open.
func (d *doing) depart() error {
	if err := d.only(procedure.Departure); err != nil {
		return err
	}
	if err := d.byPost(d.step.Owner.Post); err != nil {
		return err
	}
	for _, x := range d.c.Duties {
		if x.Blocks && x.Done.IsZero() {
			return d.refuse("「"+x.Title.ZH+"」未办，不能出发", "«"+x.Title.EN+"» is not done; the delegation cannot leave")
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
	d.c.Home = d.a.Day // what follows is counted from the homecoming
	return d.next()
}

// settle holds the account against the approval; what lies outside is refused and kept.
func (d *doing) settle() error {
	if err := d.only(procedure.Settlement); err != nil {
		return err
	}
	if err := d.byPost(d.step.Owner.Post); err != nil {
		return err
	}
	if d.a.Settlement == nil {
		return d.refuse("请写明申报、核销和不予核销的金额", "give what is claimed, what is paid and what is refused")
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
	if err := d.byPost(d.step.Owner.Post); err != nil {
		return err
	}
	for _, k := range d.c.Conditions {
		if !k.Met {
			return d.refuse("所附条件未核对完毕："+k.Text, "a condition has not been ticked off: "+k.Text)
		}
	}
	return nil
}

// conditionAt is the condition that an ID such as condition-0 names; nil when there is none.
func (c Case) conditionAt(id string) *Condition {
	number, ok := strings.CutPrefix(id, "condition-")
	i, err := strconv.Atoi(number)
	if !ok || err != nil || i < 0 || i >= len(c.Conditions) {
		return nil
	}
	return &c.Conditions[i]
}
