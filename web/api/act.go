package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"chancery/affairs/travel"
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/strict"
	"chancery/core/text"
)

// act is one act at the door: its route below the case, and what may be said with it.
type act struct {
	kind   casework.Kind
	route  string
	say    text.Text
	fields []string
}

// actBody is all that can be said with an act. Which of it an act takes is in the table of acts; the rest is refused.
type actBody struct {
	Text        string            `json:"text,omitempty" doc:"What is said: the opinion, the reason, the report. 意见、理由、报告。"`
	Ground      string            `json:"ground,omitempty" doc:"Coded ground; number of an outside reply; name of an objector. 理由编码、批复文号、异议人。"`
	Opinion     procedure.Stance  `json:"opinion,omitempty" doc:"agree, reservation, object or abstain. 意见类别。"`
	Slot        string            `json:"slot,omitempty" doc:"Which signature, duty, condition or traveller. 哪一签署、事项、条件或人员。"`
	Number      int               `json:"number,omitempty" doc:"Which opinion or objection. 第几条意见或异议。"`
	Upheld      bool              `json:"upheld,omitempty" doc:"The objection was found to be right. 异议成立。"`
	Day         calendar.Day      `json:"day,omitempty" doc:"The day it happened. 发生之日。"`
	Conditions  []string          `json:"conditions,omitempty" doc:"Conditions of the approval. 附加条件。"`
	Refused     bool              `json:"refused,omitempty" doc:"The authority outside refused. 外部机关不予批准。"`
	Application json.RawMessage   `json:"application,omitempty" doc:"The changed application. 改动后的申请。"`
	Actual      *travel.Actual    `json:"actual,omitempty" doc:"The border days as they were. 实际出入境日期。"`
	Post        office.PostID     `json:"post,omitempty" doc:"The post that signs or takes over. 签署或接办的岗位。"`
	Claimed     string            `json:"claimed,omitempty" doc:"Money claimed, such as 1234.50 CNY. 申报金额。"`
	Paid        string            `json:"paid,omitempty" doc:"Money paid. 核销金额。"`
	Unpaid      string            `json:"unpaid,omitempty" doc:"Money refused. 不予核销金额。"`
	CopyTo      []office.PersonID `json:"copy_to,omitempty" doc:"To whom the case is copied. 抄送人。"`
}

// acts are all of them, in the order of a trip; docs/words.md has the same.
func acts() []act {
	return []act{
		{casework.Submitted, "/submission", say("报送", "Submit"), []string{"text", "application"}},
		{casework.ReturnedBack, "/return", say("退回", "Return"), []string{"text", "ground"}},
		{casework.Countersigned, "/countersignatures", say("会签", "Countersign"), []string{"opinion", "text", "slot"}},
		{casework.Commented, "/comments", say("批注", "Comment"), []string{"text", "copy_to"}},
		{casework.Answered, "/answers", say("答复", "Answer an opinion"), []string{"text", "number"}},
		{casework.SignerAdded, "/signers", say("加签", "Add a signer"), []string{"post", "text"}},
		{casework.SignerRemoved, "/signer-removals", say("减签", "Remove a signer"), []string{"slot", "text"}},
		{casework.Reassigned, "/reassignment", say("转办", "Reassign"), []string{"post", "slot", "text"}},
		{casework.NoticePosted, "/notice", say("公示", "Post notice"), []string{"text"}},
		{casework.Objected, "/objections", say("提出异议", "Object to a notice"), []string{"text", "ground"}},
		{casework.ObjectionSettled, "/objection-findings", say("核查异议", "Resolve an objection"), []string{"number", "upheld", "text"}},
		{casework.DecisionAsked, "/outside-request", say("报请审批", "Ask an authority outside"), []string{"text"}},
		{casework.DecisionReceived, "/outside-answer", say("收到批复", "Receive a decision from outside"), []string{"ground", "day", "refused", "text"}},
		{casework.ApprovedNow, "/approval", say("批准", "Approve"), []string{"conditions", "text"}},
		{casework.ApprovedNow, "/reduction", say("核减", "Approve a reduced application"), []string{"application", "conditions", "text"}},
		{casework.RefusedNow, "/refusal", say("不予批准", "Refuse"), []string{"ground", "text"}},
		{casework.Issued, "/instrument", say("制发批件", "Issue the instrument"), []string{"text"}},
		{casework.Fulfilled, "/fulfilments", say("办妥", "Fulfil"), []string{"slot", "text"}},
		{casework.Hindered, "/hindrances", say("受阻", "Hinder"), []string{"slot", "ground", "text"}},
		{casework.Departed, "/departure", say("出发", "Depart"), []string{"text"}},
		{casework.ChangeAsked, "/changes", say("申请变更", "Ask for a change"), []string{"application", "ground", "text"}},
		{casework.CameHome, "/homecoming", say("回国", "Come home"), []string{"day", "actual", "slot", "text"}},
		{casework.HandedBack, "/hand-back", say("交还证照", "Hand back the documents"), []string{"slot", "text"}},
		{casework.Reported, "/report", say("归国报告", "Report back"), []string{"slot", "text"}},
		{casework.PostNoticed, "/post-notice", say("事后公示", "Post notice after the trip"), []string{"slot", "text"}},
		{casework.Settled, "/settlement", say("核销", "Settle"), []string{"claimed", "paid", "unpaid", "text"}},
		{casework.ClosedNow, "/closure", say("办结", "Close"), []string{"ground", "text"}},
		{casework.WithdrawnNow, "/withdrawal", say("撤回", "Withdraw"), []string{"text"}},
		{casework.CancelledNow, "/cancellation", say("取消", "Cancel"), []string{"ground", "text"}},
		{casework.RevokedNow, "/revocation", say("撤销", "Revoke"), []string{"ground", "text"}},
		{casework.Recalled, "/recall", say("收回", "Recall"), []string{"text"}},
		{casework.Corrected, "/corrections", say("更正", "Correct"), []string{"text"}},
	}
}

func (d *Door) actOperations() []operation {
	var out []operation
	for _, a := range acts() {
		out = append(out, operation{
			method: http.MethodPost, path: "/api/cases/{no}" + a.route, id: "post-" + strings.TrimPrefix(a.route, "/"), say: a.say, scope: account.ScopeAct,
			versioned: true, repeatable: true, body: d.actSchema(a), empty: true, answer: reflect.TypeFor[doneBody](), tagged: true,
			do: func(c *call) (any, error) { return d.act(c, a) },
		})
	}
	return out
}

// actSchema is the part of actBody that an act takes.
func (d *Door) actSchema(a act) *huma.Schema {
	d.schemas.of(reflect.TypeFor[actBody]())
	whole := d.schemas.Map()["ActBody"]
	props := map[string]*huma.Schema{}
	for _, f := range a.fields {
		props[f] = whole.Properties[f]
		if f == "application" {
			props[f] = d.schemas.application()
		}
	}
	return &huma.Schema{Type: huma.TypeObject, Properties: props, AdditionalProperties: false}
}

// act does one act in the case that the caller saw.
func (d *Door) act(c *call, a act) (any, error) {
	no := c.r.PathValue("no")
	if a.kind == casework.Objected { // at this door only those object who see the case
		if _, err := d.desk.Version(c.r.Context(), c.reader, no); err != nil {
			return nil, err
		}
	}
	does, err := d.readAct(c, a)
	if err != nil {
		return nil, err
	}
	does.Seen = c.seen
	done, err := d.desk.Do(c.r.Context(), c.reader.Actor(), no, c.r.Header.Get("Idempotency-Key"), does)
	if err != nil {
		return nil, d.stale(c, no, err)
	}
	c.w.Header().Set("ETag", etag(done.Version))
	return doneOf(done), nil
}

// readAct reads what is said with an act: what the table of acts has for it, and nothing else.
func (d *Door) readAct(c *call, a act) (casework.Act, error) {
	does := casework.Act{Kind: a.kind}
	if a.route == "/reduction" {
		does.Outcome = casework.OutcomeReduced
	}
	if len(c.body) == 0 {
		return does, nil
	}
	doc, err := c.document()
	if err != nil {
		return does, err
	}
	var (
		b           actBody
		application any
	)
	all := map[string]any{
		"text": &b.Text, "ground": &b.Ground, "opinion": &b.Opinion, "slot": &b.Slot, "number": &b.Number, "upheld": &b.Upheld, "day": &b.Day,
		"conditions": &b.Conditions, "refused": &b.Refused, "application": &application, "actual": &b.Actual, "post": &b.Post, "claimed": &b.Claimed,
		"paid": &b.Paid, "unpaid": &b.Unpaid, "copy_to": &b.CopyTo,
	}
	for field := range all {
		if !slices.Contains(a.fields, field) {
			delete(all, field)
		}
	}
	if err := fields(doc, all); err != nil {
		return does, err
	}
	does.Text, does.Ground, does.Stance, does.Slot, does.Number, does.Yes = b.Text, b.Ground, b.Opinion, b.Slot, b.Number, b.Upheld
	does.Day, does.Conditions, does.Post, does.Persons = b.Day, b.Conditions, b.Post, b.CopyTo
	if b.Refused {
		does.Outcome = casework.OutcomeRefused
	}
	if b.Claimed != "" || b.Paid != "" || b.Unpaid != "" {
		does.Settlement = &casework.Settlement{Claimed: b.Claimed, Paid: b.Paid, Refused: b.Unpaid, Why: b.Text}
	}
	if b.Actual != nil {
		if does.Actual, err = json.Marshal(b.Actual); err != nil {
			return does, fmt.Errorf("write the border days: %w", err)
		}
	}
	if application == nil {
		return does, nil
	}
	return d.withFiling(does, doc, application)
}

func (d *Door) withFiling(does casework.Act, doc *strict.Document, application any) (casework.Act, error) {
	a, err := d.applicationIn(doc, "application", application)
	if err != nil {
		return does, err
	}
	if does.Filing, err = a.Canonical(); err != nil {
		return does, fmt.Errorf("write the application: %w", err)
	}
	if does.Digest, err = a.Digest(); err != nil {
		return does, fmt.Errorf("write the application: %w", err)
	}
	return does, nil
}
