package casework

import (
	"slices"
	"strings"

	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// outside is the authority outside the office that must decide; ok is false when the office decides itself.
func (d *doing) outside() (text.Text, bool) {
	if d.step.Owner.Role != procedure.Authority {
		return text.Text{}, false
	}
	row, ok := d.w.Procedure.AuthorityFor(d.w.LeaderLevel)
	return row.External, ok && row.Post == ""
}

// askOutside sends the request to an authority outside; the clock stops until it answers.
func (d *doing) askOutside() error {
	if err := d.only(procedure.Decision); err != nil {
		return err
	}
	authority, ok := d.outside()
	if !ok {
		return d.refuse("此案由本级审批，无须报请", "this case is decided here; nobody outside is asked")
	}
	if err := d.byPost(d.w.Procedure.Officer); err != nil {
		return err
	}
	if d.c.External != nil && d.c.External.Answered.IsZero() {
		return d.refuse("已经报请，正在等待批复", "it has been asked and the answer is awaited")
	}
	if d.c.OpenObjections() > 0 {
		return d.refuse("还有异议未核查完毕", "an objection has not been answered yet")
	}
	if err := d.mustPass(rule.Approval); err != nil {
		return err
	}
	d.event.External = &External{Authority: authority, Requested: d.w.Day}
	return nil
}

// receiveDecision enters the answer of an authority outside: its number, its day, its decision.
func (d *doing) receiveDecision() error {
	if err := d.only(procedure.Decision); err != nil {
		return err
	}
	if d.c.External == nil || !d.c.External.Answered.IsZero() {
		return d.refuse("尚未报请上级", "nobody outside has been asked")
	}
	if err := d.byPost(d.w.Procedure.Officer); err != nil {
		return err
	}
	if d.a.Ground == "" || d.a.Day.IsZero() {
		return d.refuse("请写明批复文号和日期", "give the number and the day of the reply")
	}
	if d.a.Day > d.w.Day || d.a.Day < d.c.External.Requested {
		return d.refuse("批复日期须在报请之后、今天之前", "the reply lies between the request and today")
	}
	answered := *d.c.External
	answered.Answered, answered.Number = d.a.Day, d.a.Ground
	d.event.External = &answered
	if d.a.Outcome == OutcomeRefused {
		return d.refused()
	}
	return d.approved()
}

func (d *doing) approve() error {
	if err := d.only(procedure.Decision); err != nil {
		return err
	}
	if authority, ok := d.outside(); ok {
		return d.refuse("此案须报"+authority.ZH+"审批", "this case is for "+authority.EN+" to decide")
	}
	if err := d.byPost(d.c.Post); err != nil {
		return err
	}
	if err := d.disinterested(); err != nil {
		return err
	}
	if d.c.OpenObjections() > 0 {
		return d.refuse("还有异议未核查完毕", "an objection has not been answered yet")
	}
	if err := d.mustPass(rule.Approval); err != nil {
		return err
	}
	return d.approved()
}

// approved works out which approval it is. An approval that leads to an instrument
// is plain, with conditions, or reduced; where nothing is issued, as with a common
// position, the matter is concluded.
func (d *doing) approved() error {
	_, issues := d.w.Procedure.OfKind(procedure.Instrument)
	d.event.Outcome, d.event.Conditions = OutcomeApproved, d.a.Conditions
	switch {
	case d.a.Outcome == OutcomeReduced:
		if err := d.reduced(); err != nil {
			return err
		}
	case len(d.a.Filing) > 0:
		return d.refuse("批准时不能改动申请；要压减请用核减，要修改请退回", "an approval does not alter the application; reduce it, or send it back")
	case d.a.Outcome == OutcomeSetForward && issues:
		return d.refuse("此程序须批准或不予批准", "in this procedure one approves or refuses")
	case d.a.Outcome == OutcomeSetForward:
		d.event.Outcome = OutcomeSetForward
	case len(d.a.Conditions) > 0:
		d.event.Outcome = OutcomeCondition
	}
	if d.c.Change != nil {
		return d.resume()
	}
	before := d.c.Outcome
	d.c.Outcome = d.event.Outcome // the step that follows is entered by an approved case
	err := d.next()
	d.c.Outcome = before
	return err
}

// reduced takes fewer people, days or places than were asked for, and nothing else.
func (d *doing) reduced() error {
	if len(d.a.Filing) == 0 {
		return d.refuse("核减须附核减后的方案", "a reduction comes with the reduced application")
	}
	if d.c.Change != nil {
		return d.refuse("变更只能同意或不同意", "a change is agreed to or refused")
	}
	if d.w.Reduced != nil {
		if err := d.w.Reduced(d.a.Filing); err != nil {
			return err
		}
	}
	d.event.Outcome, d.event.Filing, d.event.Digest = OutcomeReduced, d.a.Filing, d.a.Digest
	return nil
}

// turnDown refuses a case: by a person, with a coded ground and in words.
func (d *doing) turnDown() error {
	if err := d.only(procedure.Decision); err != nil {
		return err
	}
	if err := d.byPost(d.c.Post); err != nil {
		return err
	}
	if err := d.disinterested(); err != nil {
		return err
	}
	if d.a.Ground == "" || strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("不予批准须引用条款并写明理由", "a refusal cites its article and gives its reason in words")
	}
	if _, err := d.check(rule.Approval); err != nil {
		return err
	}
	return d.refused()
}

func (d *doing) refused() error {
	d.event.Outcome = OutcomeRefused
	if d.c.Change != nil {
		return d.resume()
	}
	return nil
}

// resume goes back to the step from which a change was asked for.
func (d *doing) resume() error {
	s, ok := d.w.Procedure.Step(d.c.Change.Resume)
	if !ok {
		return nil
	}
	return d.enter(s)
}

func (d *doing) issue() error {
	if err := d.only(procedure.Instrument); err != nil {
		return err
	}
	if err := d.byPost(d.c.Post); err != nil {
		return err
	}
	number, err := d.w.Instrument()
	if err != nil {
		return err
	}
	d.event.Instrument = number
	return d.next()
}

// askChange asks for a change of an approved case, by the applicant.
func (d *doing) askChange() error {
	if err := d.only(procedure.Departure, procedure.Abroad); err != nil {
		return err
	}
	if err := d.byApplicant(); err != nil {
		return err
	}
	if d.c.Change != nil {
		return d.refuse("已有一项变更在办", "a change is under way already")
	}
	if len(d.a.Filing) == 0 || strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("变更须附变更后的方案并写明理由", "a change comes with the changed application and its reason")
	}
	if d.a.Ground != "" && !slices.Contains(ChangeGrounds(), d.a.Ground) {
		return d.refuse("变更事由须为："+strings.Join(ChangeGrounds(), "、"), "the ground of a change is one of "+strings.Join(ChangeGrounds(), ", "))
	}
	d.event.Filing, d.event.Digest, d.event.From, d.event.Mark = d.a.Filing, d.a.Digest, d.step.ID, d.a.Mark
	first, ok := d.w.Procedure.OfKind(procedure.Sign)
	if !ok {
		first, _ = d.w.Procedure.OfKind(procedure.Decision)
	}
	return d.enter(first)
}

// ChangeGrounds are the coded grounds of a change: a member drops out or is
// replaced, the trip is put off, the route or the days change, force majeure.
func ChangeGrounds() []string {
	return []string{"member-out", "member-replaced", "postponed", "route", "days", "emergency"}
}
