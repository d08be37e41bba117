package casework

import (
	"fmt"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// RecallMinutes is how long an act can be recalled.
const RecallMinutes = 5

// doing is one act being worked out.
type doing struct {
	c     Case
	a     Act
	actor office.Actor
	w     World
	step  procedure.Step
	event Event
}

// Do works out an act: the events it gives and the case after them. An act that
// is not allowed in this state or to this person is a fault NotAllowed that says
// who may and when; a version since which something moved is a fault Conflict; nothing is changed then.
func Do(c Case, a Act, actor office.Actor, w World) ([]Event, Case, error) {
	if a.Seen != c.Version && (w.Unmoved == nil || !w.Unmoved(a.Seen)) {
		return nil, c, fault.New(fault.Conflict, "version", text.Text{
			ZH: "您看的是第 {seen} 版，现在已是第 {now} 版；请看过变动再办理", EN: "you saw version {seen}, it is now {now}; look at what changed, then act again",
		}.Fill(text.Args{"seen": a.Seen, "now": c.Version}))
	}
	step, ok := w.Procedure.Step(c.Step)
	if !ok {
		return nil, c, fmt.Errorf("case %s is in step %q, which procedure %s v%d does not have", c.No, c.Step, w.Procedure.Name, w.Procedure.Version)
	}
	actor = office.Actor{Person: actor.Person, Operator: actor.Operator} // for whom somebody acts is found, never claimed
	d := &doing{c: c, a: a, actor: actor, w: w, step: step, event: Event{
		Kind: a.Kind, Step: c.Step, At: w.Now, Day: w.Day, Actor: actor, Text: a.Text, Ground: a.Ground,
	}}
	work, ok := acts()[a.Kind]
	if !ok {
		return nil, c, d.refuse("没有这一办理动作", "there is no such act")
	}
	if _, known := w.Office.Person(actor.Person); !known && a.Kind != Objected { // anybody may object, also from outside
		return nil, c, d.refuse("此人不在机构名册中", "nobody of that name is in the office")
	}
	if c.State.Ended() && a.Kind != Commented && a.Kind != Corrected && a.Kind != Recalled {
		return nil, c, d.refuse("案件已经结束", "the case has ended")
	}
	if err := work(d); err != nil {
		return nil, c, err
	}
	return []Event{d.event}, Apply(c, d.event), nil
}

// acts is every act and what works it out.
func acts() map[Kind]func(*doing) error {
	return map[Kind]func(*doing) error{
		Submitted: (*doing).submit, ReturnedBack: (*doing).sendBack, Countersigned: (*doing).countersign,
		Commented: (*doing).comment, Answered: (*doing).answer, SignerAdded: (*doing).addSigner,
		SignerRemoved: (*doing).removeSigner, Reassigned: (*doing).reassign, NoticePosted: (*doing).postNotice,
		Objected: (*doing).object, ObjectionSettled: (*doing).resolve, DecisionAsked: (*doing).askOutside,
		DecisionReceived: (*doing).receiveDecision, ApprovedNow: (*doing).approve, RefusedNow: (*doing).turnDown,
		Issued: (*doing).issue, Fulfilled: (*doing).fulfil, Departed: (*doing).depart, ChangeAsked: (*doing).askChange,
		CameHome: (*doing).comeHome, HandedBack: (*doing).fulfilByAct, Reported: (*doing).fulfilByAct,
		PostNoticed: (*doing).fulfilByAct, Settled: (*doing).settle, ClosedNow: (*doing).close,
		WithdrawnNow: (*doing).withdraw, CancelledNow: (*doing).cancel, RevokedNow: (*doing).revoke,
		Recalled: (*doing).recall, Corrected: (*doing).comment, Hindered: (*doing).hinder,
		Attached: (*doing).attach,
	}
}

// refuse says why an act is not allowed here.
func (d *doing) refuse(zh, en string) error {
	return fault.New(fault.NotAllowed, string(d.a.Kind), text.Text{
		ZH: zh + "（案件现在「" + d.step.Title.ZH + "」步骤，由" + d.holders(d.c.Post).ZH + "办理）",
		EN: en + " (the case is in the step «" + d.step.Title.EN + "», with " + d.holders(d.c.Post).EN + ")",
	})
}

// holders names a post and who holds it today; no post: the applicant.
func (d *doing) holders(post office.PostID) text.Text {
	names := func(ids []office.PersonID) string {
		var out []string
		for _, id := range ids {
			if p, ok := d.w.Office.Person(id); ok {
				out = append(out, p.Name)
			}
		}
		return strings.Join(out, "、")
	}
	if post == "" {
		n := names([]office.PersonID{d.c.Applicant})
		return text.Text{ZH: "申请人" + n, EN: "the applicant " + n}
	}
	title := text.Text{ZH: string(post), EN: string(post)}
	if p, ok := d.w.Office.Post(post); ok {
		title = p.Name
	}
	held := names(d.w.Office.Holders(post, d.w.Day))
	if held == "" {
		return text.Text{ZH: title.ZH + "（空缺）", EN: title.EN + " (vacant)"}
	}
	return text.Text{ZH: title.ZH + held, EN: title.EN + " " + held}
}

// only lets the act pass when the step is of one of these kinds.
func (d *doing) only(kinds ...procedure.Kind) error {
	if slices.Contains(kinds, d.step.Kind) {
		return nil
	}
	var zh, en []string
	for _, s := range d.w.Procedure.Steps {
		if slices.Contains(kinds, s.Kind) {
			zh, en = append(zh, "「"+s.Title.ZH+"」"), append(en, "«"+s.Title.EN+"»")
		}
	}
	return d.refuse("此动作只在"+strings.Join(zh, "、")+"步骤办理", "this may be done in "+strings.Join(en, ", ")+" only")
}

// byApplicant lets the act pass when the actor is the applicant.
func (d *doing) byApplicant() error {
	if d.actor.Person == d.c.Applicant {
		return nil
	}
	return d.refuse("只有"+d.holders("").ZH+"可以办理", "only "+d.holders("").EN+" may do this")
}

// byPost lets the act pass when the actor bears the post today, by holding it or
// by delegation, and takes down in which capacity.
func (d *doing) byPost(post office.PostID) error {
	acting, ok := d.w.Office.ActingIn(d.actor.Person, post, d.w.Day, d.c.Procedure)
	if !ok {
		who := d.holders(post)
		return d.refuse("只有"+who.ZH+"可以办理", "only "+who.EN+" may do this")
	}
	acting.Operator = d.actor.Operator
	d.actor, d.event.Actor = acting, acting
	return nil
}

// disinterested refuses those the case is about, the applicant, and relatives of
// one of them, in the own name or on behalf of one of them.
func (d *doing) disinterested() error {
	why := Conflict(d.c, d.actor, d.w)
	if why.IsZero() {
		return nil
	}
	return d.refuse(why.ZH+"，须回避，请转办", why.EN+" and must stand aside; reassign it")
}

// Conflict says why somebody may not sign or decide a case: as a party to it, or
// as a relative of one. It is asked when a task is handed out, and again when the
// act is done. Empty: nothing stands in the way.
func Conflict(c Case, a office.Actor, w World) text.Text {
	for _, id := range []office.PersonID{a.Person, a.For} {
		if id == "" {
			continue
		}
		p, _ := w.Office.Person(id)
		if id == c.Applicant || slices.Contains(w.Involved, p.Name) {
			return text.Text{ZH: p.Name + "是本案当事人", EN: p.Name + " is a party to this case"}
		}
		for _, other := range w.Office.Persons {
			if other.ID != c.Applicant && !slices.Contains(w.Involved, other.Name) {
				continue
			}
			if relation, ok := w.Office.Related(id, other.ID); ok {
				return text.Text{
					ZH: p.Name + "与本案当事人" + other.Name + "有亲属关系（" + relation + "）", EN: p.Name + " is a relative of " + other.Name + ", a party to this case,",
				}
			}
		}
	}
	return text.Text{}
}

func (d *doing) submit() error {
	if err := d.only(procedure.Draft); err != nil {
		return err
	}
	if err := d.byApplicant(); err != nil {
		return err
	}
	digest := d.c.Digest
	if len(d.a.Filing) > 0 {
		digest = d.a.Digest
		d.event.Filing, d.event.Digest, d.event.Mark = d.a.Filing, digest, d.a.Mark
	}
	checked, err := d.check(rule.Application)
	if err != nil {
		return err
	}
	if checked != nil && !checked.Verdict.Passes() {
		return nil // a stop, or what is missing, is an answer: it is recorded, and the case stays with the applicant
	}
	if from, ok := d.w.Procedure.Step(d.c.ReturnedFrom); ok && (digest == d.c.Digest || !d.w.Procedure.Seen(from.ID)) {
		return d.enter(from)
	}
	return d.next()
}

// check puts the case before the rules and freezes what they said in the event.
func (d *doing) check(gate rule.Gate) (*Checked, error) {
	if d.w.Check == nil {
		return nil, nil //nolint:nilnil // a procedure without rulebooks has nothing to freeze
	}
	checked, err := d.w.Check(gate)
	if err != nil {
		return nil, err
	}
	if checked != nil {
		d.event.Answers = checked.Answers
	}
	d.event.Checked, err = Freeze(checked)
	return checked, err
}

// mustPass refuses when a rule stops the act or something is missing, citing the articles.
func (d *doing) mustPass(gate rule.Gate) error {
	checked, err := d.check(gate)
	if err != nil || checked == nil || checked.Verdict.Passes() {
		return err
	}
	var zh, en []string
	for _, f := range checked.Findings {
		if !f.Status.Passes() {
			zh, en = append(zh, f.Rule+" "+f.Say.ZH), append(en, f.Rule+" "+f.Say.EN)
		}
	}
	return fault.New(fault.NotAllowed, string(d.a.Kind), text.Text{
		ZH: "规则不允许：" + strings.Join(zh, "；"), EN: "the rules do not allow it: " + strings.Join(en, "; "),
	})
}

func (d *doing) sendBack() error {
	if err := d.only(procedure.Sign, procedure.Notice, procedure.Decision); err != nil {
		return err
	}
	if err := d.byOwnerOrOfficer(); err != nil {
		return err
	}
	if d.c.Change != nil {
		return d.refuse("变更不能退回；请表示不同意，原批准继续有效", "a change is not sent back; object to it, and the approval stands as it was")
	}
	if strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("退回须写明要补正什么", "say what is to be mended")
	}
	return d.backToDraft()
}

func (d *doing) backToDraft() error {
	d.event.From = d.step.ID
	if d.c.Due != nil && d.c.Due.Unit == calendar.WorkingDays {
		left, _ := d.w.Calendar.WorkingBetween(d.w.Day, d.c.Due.Due)
		d.event.Pause = &Pause{Step: d.step.ID, Left: max(left, 1)}
	}
	if err := d.enter(d.w.Procedure.First()); err != nil {
		return err
	}
	d.event.Enter.State = Returned
	return nil
}

// byOwnerOrOfficer lets the owner of the step, one of its signers, or the officer of the procedure pass.
func (d *doing) byOwnerOrOfficer() error {
	posts := []office.PostID{d.c.Post}
	for _, s := range d.c.Slots {
		posts = append(posts, s.Post)
	}
	posts = append(posts, d.w.Procedure.Officer)
	for _, p := range posts {
		if p == "" {
			continue
		}
		if _, ok := d.w.Office.ActingIn(d.actor.Person, p, d.w.Day, d.c.Procedure); ok {
			return d.byPost(p)
		}
	}
	return d.byPost(d.w.Procedure.Officer)
}

func (d *doing) comment() error {
	if strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("请写下内容", "write something")
	}
	if d.a.Kind == Corrected {
		return d.byPost(d.w.Procedure.Officer)
	}
	return d.copyTo(d.a.Persons)
}

// copyTo copies the case to persons of the office who are cleared for it.
func (d *doing) copyTo(persons []office.PersonID) error {
	for _, id := range persons {
		p, known := d.w.Office.Person(id)
		if !known {
			return d.refuse("没有这个人："+string(id), "there is no person "+string(id))
		}
		if d.w.Clearance != nil && d.c.Mark.Level() > d.w.Clearance(id).Level() {
			return d.refuse(p.Name+"不在本案知悉范围", p.Name+" is not cleared for this case")
		}
	}
	d.event.Persons = persons
	return nil
}

func (d *doing) withdraw() error {
	if err := d.byApplicant(); err != nil {
		return err
	}
	if d.c.Change != nil {
		return d.resume() // it is the change that is withdrawn
	}
	if d.c.Outcome != NoOutcome {
		return d.refuse("已经作出决定，不能撤回；可以取消或申请变更", "it is decided and can no longer be withdrawn; cancel it or ask for a change")
	}
	return nil
}

func (d *doing) cancel() error {
	if d.c.Outcome == NoOutcome || !d.c.Departed.IsZero() {
		return d.refuse("只能在批准后、出发前取消", "a case can be cancelled after approval and before departure")
	}
	if d.actor.Person == d.c.Applicant {
		return nil
	}
	return d.byPost(d.w.Procedure.Officer)
}

func (d *doing) revoke() error {
	if d.c.Outcome == NoOutcome {
		return d.refuse("尚未批准，无从撤销", "there is no approval to revoke")
	}
	if strings.TrimSpace(d.a.Text) == "" {
		return d.refuse("撤销须写明理由", "say why it is revoked")
	}
	by := d.c.Decisions[len(d.c.Decisions)-1].By.Post
	if by == "" {
		by = d.w.Procedure.Officer
	}
	return d.byPost(by)
}

// recall takes the last act back: by the one who did it, within five minutes,
// and until somebody else has acted.
func (d *doing) recall() error {
	last := d.c.Last
	if last == nil || d.c.Before == nil {
		return d.refuse("没有可以收回的动作", "there is nothing to recall")
	}
	if last.By.Person != d.actor.Person {
		p, _ := d.w.Office.Person(last.By.Person)
		return d.refuse("只有"+p.Name+"可以收回自己的动作", "only "+p.Name+" can recall that act")
	}
	if d.w.Now.Time().Sub(last.At.Time()).Minutes() > RecallMinutes {
		return fault.New(fault.TooLate, string(d.a.Kind), text.Text{
			ZH: "已过 5 分钟，不能收回；可以退回或申请变更", EN: "five minutes have passed; it can no longer be recalled",
		})
	}
	d.event.From = last.Kind
	return nil
}
