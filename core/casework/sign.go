package casework

import (
	"slices"
	"strings"

	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
)

// countersign gives an opinion in one of the open places of a signing.
func (d *doing) countersign() error {
	if err := d.only(procedure.Sign); err != nil {
		return err
	}
	if !slices.Contains(d.a.Stance.Words(), string(d.a.Stance)) {
		return d.refuse("请写明同意、保留意见、不同意或弃权", "say agree, reservation, object or abstain")
	}
	if d.a.Stance != procedure.Agree && strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("保留、不同意或弃权须写明意见", "a reservation, an objection or an abstention needs its reason")
	}
	at, err := d.openSlot()
	if err != nil {
		return err
	}
	if err := d.byPost(d.c.Slots[at].Post); err != nil {
		return err
	}
	if err := d.disinterested(); err != nil {
		return err
	}
	for _, s := range d.c.Slots {
		if s.Stance != procedure.Open && s.Stance != procedure.Lapsed && (s.By.Person == d.actor.Person || principal(s.By) == principal(d.actor)) {
			return d.refuse("同一人在一次会签中只计一次，另一签署须由他人办理", "one person counts once in a signing; the other signature must be another's")
		}
	}
	d.event.Slot, d.event.Stance = d.c.Slots[at].ID, d.a.Stance
	stances := make([]procedure.Stance, len(d.c.Slots))
	for i, s := range d.c.Slots {
		stances[i] = s.Stance
	}
	stances[at] = d.a.Stance
	return d.tally(stances)
}

// principal is the person whose authority somebody used: the own one's, or the delegator's.
func principal(a office.Actor) office.PersonID {
	if a.For != "" {
		return a.For
	}
	return a.Person
}

// openSlot finds the place that the actor may sign: the one named, else the first that is the actor's.
func (d *doing) openSlot() (int, error) {
	first := -1
	for i, s := range d.c.Slots {
		if s.Stance != procedure.Open || (d.a.Slot != "" && d.a.Slot != s.ID) {
			continue
		}
		if first < 0 {
			first = i
		}
		if _, ok := d.w.Office.ActingIn(d.actor.Person, s.Post, d.w.Day, d.c.Procedure); ok {
			return i, nil
		}
	}
	if first < 0 {
		return -1, d.refuse("没有等待签署的位置", "no signature is waited for")
	}
	return first, nil // byPost then says who may
}

// tally moves the case when the signing has come to an end.
func (d *doing) tally(stances []procedure.Stance) error {
	switch procedure.Tally(d.step.Mode, d.step.Need, stances) {
	case procedure.Passed:
		return d.next()
	case procedure.Failed:
		if d.c.Change != nil { // a change that does not pass leaves the approval as it was
			d.event.Outcome = OutcomeRefused
			return d.resume()
		}
		return d.backToDraft()
	case procedure.Waiting:
	}
	return nil
}

// answer replies to an opinion: the applicant, or the officer.
func (d *doing) answer() error {
	if d.a.Number < 0 || d.a.Number >= len(d.c.Opinions) {
		return d.refuse("没有这条意见", "there is no such opinion")
	}
	if strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("请写下答复", "write the reply")
	}
	d.event.Number = d.a.Number
	if d.actor.Person == d.c.Applicant {
		return nil
	}
	return d.byPost(d.w.Procedure.Officer)
}

func (d *doing) addSigner() error {
	if err := d.only(procedure.Sign); err != nil {
		return err
	}
	if err := d.byOwnerOrOfficer(); err != nil {
		return err
	}
	if _, ok := d.w.Office.Post(d.a.Post); !ok {
		return d.refuse("没有这个岗位："+string(d.a.Post), "there is no post "+string(d.a.Post))
	}
	if slices.ContainsFunc(d.c.Slots, func(s Slot) bool { return s.Post == d.a.Post }) {
		return d.refuse("此岗位已在会签之列", "that post already signs")
	}
	d.event.Signer = &Slot{ID: "added-" + string(d.a.Post), Title: postOf(d.w.Office, d.a.Post), Post: d.a.Post}
	return nil
}

// removeSigner takes a signer out, with a reason; what can be reached is lower then.
func (d *doing) removeSigner() error {
	if err := d.only(procedure.Sign); err != nil {
		return err
	}
	if err := d.byPost(d.w.Procedure.Officer); err != nil {
		return err
	}
	if strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("减签须写明理由", "say why the signer is removed")
	}
	var stances []procedure.Stance
	found := false
	for _, s := range d.c.Slots {
		if s.ID == d.a.Slot && s.Stance == procedure.Open {
			found = true
			continue
		}
		stances = append(stances, s.Stance)
	}
	if !found {
		return d.refuse("没有这个等待签署的位置", "no signature of that name is waited for")
	}
	if len(stances) == 0 {
		return d.refuse("至少须有一人签署；请先加签或转办", "somebody has to sign; add a signer or reassign it first")
	}
	d.event.Slot = d.a.Slot
	return d.tally(stances)
}

// reassign gives an open signature, or the step itself, to another post. Nobody
// hands a task to himself, and a decision goes only to a post that may decide:
// one of the table of authorities, or the one to which the step is escalated.
func (d *doing) reassign() error {
	if _, ok := d.w.Office.Post(d.a.Post); !ok {
		return d.refuse("没有这个岗位："+string(d.a.Post), "there is no post "+string(d.a.Post))
	}
	if err := d.byOwnerOrOfficer(); err != nil {
		return err
	}
	if d.step.Owner.Role == procedure.Applicant {
		return d.refuse("此步骤是申请人自己的，不能转办", "this step is the applicant's own and is not reassigned")
	}
	if _, own := d.w.Office.ActingIn(d.actor.Person, d.a.Post, d.w.Day, d.c.Procedure); own && d.a.Post != d.c.Post {
		return d.refuse("不能转办给自己", "nobody reassigns a task to himself")
	}
	if d.step.Kind == procedure.Decision && !d.mayDecide(d.a.Post) {
		return d.refuse("此岗位无权作出决定", "that post has no authority to decide")
	}
	if open := func(s Slot) bool { return s.ID == d.a.Slot && s.Stance == procedure.Open }; d.step.Kind == procedure.Sign && !slices.ContainsFunc(d.c.Slots, open) {
		return d.refuse("没有这个等待签署的位置", "no signature of that name is waited for")
	}
	d.event.Slot = d.a.Slot
	d.event.Signer = &Slot{ID: d.a.Slot, Title: postOf(d.w.Office, d.a.Post), Post: d.a.Post}
	return nil
}

// mayDecide says whether a post can be given the decision of this step.
func (d *doing) mayDecide(post office.PostID) bool {
	if d.step.Escalate.Has(post) {
		return true
	}
	if d.step.Owner.Role != procedure.Authority {
		return post == d.step.Owner.Post
	}
	row, _ := d.w.Procedure.AuthorityFor(d.w.LeaderLevel)
	return slices.ContainsFunc(d.w.Procedure.Authorities, func(a procedure.AuthorityRow) bool { return a.Post == post && a.FromLevel >= row.FromLevel })
}

// postNotice puts the case on public notice.
func (d *doing) postNotice() error {
	if err := d.only(procedure.Notice); err != nil {
		return err
	}
	if err := d.byPost(d.c.Post); err != nil {
		return err
	}
	if d.c.Notice != nil && !d.c.Notice.Ended {
		return d.refuse("公示正在进行", "the notice is running already")
	}
	if d.step.Gate != "" {
		if err := d.mustPass(rule.Gate(d.step.Gate)); err != nil {
			return err
		}
	}
	due := d.step.Term.From(d.w.Day, d.w.Calendar)
	d.event.Due = &due
	return nil
}

// object files an objection to a running notice. Anybody may, in no name or in one.
func (d *doing) object() error {
	if err := d.only(procedure.Notice); err != nil {
		return err
	}
	if d.c.Notice == nil || d.c.Notice.Ended || d.w.Day > d.c.Notice.Term.Due {
		return d.refuse("公示没有开始或已经期满", "the notice is not running")
	}
	if strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("请写明异议", "say what the objection is")
	}
	due := d.step.Objections.Term.From(d.w.Day, d.w.Calendar)
	d.event.Due, d.event.Number, d.event.From, d.event.Ground = &due, len(d.c.Objections)+1, d.a.Ground, ""
	d.event.Slot = d.a.Slot
	return nil
}

// resolve answers an objection: the post that examines objections, never a person
// it is about. It may do so as long as the objection is open, also while the case
// has been sent back.
func (d *doing) resolve() error {
	notice, ok := d.w.Procedure.OfKind(procedure.Notice)
	if !ok || d.c.OpenObjections() == 0 {
		return d.refuse("没有待核查的异议", "there is no open objection")
	}
	if err := d.byPost(notice.Objections.Post); err != nil {
		return err
	}
	if err := d.disinterested(); err != nil {
		return err
	}
	i := slices.IndexFunc(d.c.Objections, func(o Objection) bool { return o.ID == d.a.Number && !o.Resolved })
	if i < 0 {
		return d.refuse("没有这条待核查的异议", "there is no such open objection")
	}
	if strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("请写明核查结果", "write down what was found")
	}
	d.event.Number, d.event.Yes = d.a.Number, d.a.Yes
	if d.a.Yes && d.step.Kind != procedure.Draft {
		return d.backToDraft()
	}
	return nil
}
