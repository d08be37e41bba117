package scene

import (
	"slices"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/desk"
)

const compliant = "../contract/testdata/01-compliant.yaml"

func agree(text string) casework.Act {
	return casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Text: text}
}

// shifted is the compliant trip moved so that a real notice fits before it: five weeks later, all dates together.
func shifted() []rule.PatchOp {
	ops := []rule.PatchOp{
		{Op: "replace", Path: "/filed", Value: "2026-09-14"},
		{Op: "remove", Path: "/notice"},
		{Op: "remove", Path: "/reviews"},
		{Op: "remove", Path: "/briefing"},
	}
	return ops
}

// TestATripGoesFromApplicationToClosedCase: with a return, an objection, a
// delegation of authority, a change on the way and a late report.
func TestATripGoesFromApplicationToClosedCase(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, shifted()...)
	w.stands("application", casework.Draft)
	w.knowsNothing("dongfang", casework.Act{Kind: casework.Submitted}) // a draft is the applicant's own affair
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.stands("first-review", casework.Active)

	// Sent back, mended, and back where it came from.
	w.cannot("wenren", casework.Act{Kind: casework.ApprovedNow}, "审批")
	w.does("dongfang", casework.Act{Kind: casework.ReturnedBack, Ground: "papers", Text: "请补正邀请函译文"})
	w.stands("application", casework.Returned)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.stands("first-review", casework.Active)
	w.does("dongfang", agree("材料齐全"))

	// Two reviews, two signatories; the first can be recalled within five minutes.
	w.stands("reviews", casework.Active)
	w.does("nangong", agree(""))
	w.minutes(3)
	w.does("nangong", casework.Act{Kind: casework.Recalled})
	w.stands("reviews", casework.Active)
	w.does("nangong", agree("任务明确"))
	w.minutes(6)
	w.cannot("nangong", casework.Act{Kind: casework.Recalled}, "5 分钟")
	w.cannot("nangong", agree(""), "公冶衡")
	w.does("gongye", agree("有预算"))
	w.stands("notice", casework.Active)

	// The notice runs five working days; an objection holds the decision up until it is answered.
	w.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	w.stands("notice", casework.Noticed)
	if due := w.see().Case.Notice.Term; due.Due != mustDay("2026-09-20") || len(due.MadeUp) == 0 {
		t.Errorf("the notice ends on %s (%s), want Sunday 20 September, a make-up working day", due.Due, due.Say().ZH)
	}
	w.day("2026-09-16")
	w.does("xiahou", casework.Act{Kind: casework.Objected, Text: "行程与任务无关", Ground: "群众来信"})
	w.day("2026-09-22")
	w.stands("notice", casework.Noticed)
	w.cannot("dongfang", casework.Act{Kind: casework.ObjectionSettled, Number: 1, Text: "不成立"}, "欧阳序")
	w.does("ouyang", casework.Act{Kind: casework.ObjectionSettled, Number: 1, Text: "经核查，行程与任务相符"})
	w.day("2026-09-23")
	w.stands("co-signing", casework.Active)

	// Co-signing with a reservation, which is answered and stays.
	w.does("chunyu", agree(""))
	w.does("ouyang", casework.Act{Kind: casework.Countersigned, Stance: procedure.Reservation, Text: "建议压缩一天"})
	w.stands("approval", casework.Active)
	last := len(w.see().Case.Opinions) - 1
	w.does("zhongli", casework.Act{Kind: casework.Answered, Number: last, Text: "已压缩至最短"})
	if d := w.see().Case.Dissent(); len(d) != 1 || d[0].Answer == "" {
		t.Errorf("the reservation and its answer must stand beside the decision: %+v", d)
	}

	// The deputy director is away from 9 to 12 October; his stand-in decides, and both are recorded.
	w.knowsNothing("linghu", casework.Act{Kind: casework.ApprovedNow})
	w.day("2026-10-09")
	w.does("linghu", casework.Act{Kind: casework.ApprovedNow, Conditions: []string{"不另安排活动"}, Text: "同意，附条件"})
	w.stands("instrument", casework.ApprovedIf)
	k := w.see().Case.Decisions[0]
	if k.By.Person != "linghu" || k.By.For != "wenren" || k.Outcome != casework.OutcomeCondition || w.frozen(k.Checked) < 10 || k.Dissent != 1 {
		t.Errorf("the decision does not record who decided for whom, on what: %+v", k.By)
	}
	w.does("dongfang", casework.Act{Kind: casework.Issued})
	if n := w.see().Case.Instrument.ZH; !strings.Contains(n, "2026") {
		t.Errorf("the instrument is numbered %q", n)
	}

	// Nothing leaves before the briefing.
	w.day("2026-10-15")
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	w.cannot("dongfang", casework.Act{Kind: casework.Departed}, "行前教育")
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	w.does("dongfang", casework.Act{Kind: casework.Departed})
	w.stands("abroad", casework.ApprovedIf)

	// A change on the way goes up the same chain.
	w.day("2026-10-16")
	filing, digest := w.patched(rule.PatchOp{Op: "replace", Path: "/itinerary/stays/1/city", Value: "釜山"})
	w.does("zhongli", casework.Act{Kind: casework.ChangeAsked, Text: "对方改在釜山会谈", Filing: filing, Digest: digest})
	w.stands("first-review", casework.ApprovedIf)
	w.does("dongfang", agree(""))
	w.does("nangong", agree(""))
	w.does("gongye", agree(""))
	w.stands("co-signing", casework.ApprovedIf)
	w.does("chunyu", agree(""))
	w.does("ouyang", agree(""))
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow, Text: "同意变更"})
	w.stands("abroad", casework.ApprovedIf)
	if v := w.see(); v.Case.Changed != 1 || len(v.Case.Decisions) != 2 {
		t.Errorf("changed %d times, %d decisions", v.Case.Changed, len(v.Case.Decisions))
	}

	// Home; the documents in time, the report late and recorded as late.
	w.day("2026-10-23")
	w.does("zhongli", casework.Act{Kind: casework.CameHome, Day: mustDay("2026-10-22")})
	w.stands("return-duties", casework.ApprovedIf)
	w.does("dongfang", casework.Act{Kind: casework.HandedBack})
	w.does("dongfang", casework.Act{Kind: casework.PostNoticed})
	w.day("2026-11-24")
	if v := w.see(); !v.Case.Escalated {
		t.Error("the overdue report was not escalated")
	}
	w.does("zhongli", casework.Act{Kind: casework.Reported, Text: "任务完成"})
	w.stands("settlement", casework.ApprovedIf)
	w.does("gongye", casework.Act{Kind: casework.Settled, Settlement: &casework.Settlement{Claimed: "91200.00 CNY", Paid: "90000.00 CNY", Refused: "1200.00 CNY", Why: "超标准住宿"}})
	w.cannot("dongfang", casework.Act{Kind: casework.ClosedNow}, "不另安排活动")
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "condition-0"})
	w.does("dongfang", casework.Act{Kind: casework.ClosedNow})
	w.stands("closing", casework.Closed)
	late := false
	for _, l := range w.see().Log {
		late = late || l.Kind == casework.Reported
	}
	if !late {
		t.Error("the report is not in the log")
	}
	w.cannot("zhongli", casework.Act{Kind: casework.WithdrawnNow}, "结束")
	w.proves()
}

// TestATripIsRefusedWithItsArticle ends in refusal, and the figure counts it.
func TestATripIsRefusedWithItsArticle(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.does("dongfang", agree(""))
	w.does("nangong", agree(""))
	w.does("gongye", agree(""))
	w.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	w.day("2026-09-22")
	w.stands("co-signing", casework.Active)
	w.does("chunyu", agree(""))
	w.does("ouyang", agree(""))
	w.cannot("wenren", casework.Act{Kind: casework.RefusedNow}, "引用条款")
	w.does("wenren", casework.Act{Kind: casework.RefusedNow, Ground: "OUT-11", Text: "任务与人员职责不相符"})
	w.stands("approval", casework.Refused)
	q, err := desk.ParseQuarter("2026Q3")
	w.must(err)
	f, err := w.desk.Refusals(w.ctx, desk.Operator(), "outbound-trip", q)
	w.must(err)
	if f.Refused != 1 || f.Submitted != 1 || f.Share != "1.00" || len(f.Cases) != 1 {
		t.Errorf("%+v", f)
	}
	w.proves()
}

// TestAStopIsAnAnswer: nine days in two countries are stopped at submission; the
// stop is recorded and counted apart, and the mended trip goes on.
func TestAStopIsAnAnswer(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", "../contract/testdata/02-nine-days-two-countries.yaml", shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.stands("application", casework.Draft)
	if c := w.see().Case; c.Stops != 1 || w.see().Checked == nil || w.see().Checked.Verdict != rule.Stop {
		t.Fatalf("the stop was not recorded: %d", c.Stops)
	}
	filing, digest := w.patched(rule.PatchOp{Op: "replace", Path: "/itinerary/entry", Value: "2026-10-22"}, rule.PatchOp{Op: "replace", Path: "/itinerary/stays/1/leave", Value: "2026-10-22"})
	w.does("zhongli", casework.Act{Kind: casework.Submitted, Filing: filing, Digest: digest})
	w.stands("first-review", casework.Active)
	q, err := desk.ParseQuarter("2026Q3")
	w.must(err)
	f, err := w.desk.Refusals(w.ctx, desk.Operator(), "outbound-trip", q)
	w.must(err)
	if f.Submitted != 1 || f.Refused != 0 || f.Stopped != 1 {
		t.Errorf("submitted %d, refused %d, stopped %d", f.Submitted, f.Refused, f.Stopped)
	}
	w.proves()
}

// TestWhatIsMissingAtSubmissionIsAskedForThere: a trip that names no duty it serves is not submitted, whoever asks for it;
// that is recorded with its article, and the trip goes on once the duty is named.
func TestWhatIsMissingAtSubmissionIsAskedForThere(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, append(shifted(), rule.PatchOp{Op: "remove", Path: "/purpose/tasks"})...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.stands("application", casework.Draft)
	v := w.see()
	if v.Case.Stops != 1 || v.Checked == nil || v.Checked.Verdict != rule.Missing {
		t.Fatalf("what is missing was not recorded: %d", v.Case.Stops)
	}
	if !slices.ContainsFunc(v.Checked.Findings, func(f rule.Finding) bool { return f.Rule == "OUT-11" && f.Status == rule.Missing }) {
		t.Errorf("no article asks for it: %v", v.Checked.Findings)
	}
	filing, digest := w.patched(rule.PatchOp{Op: "add", Path: "/purpose/tasks", Value: []any{"port-cooperation"}})
	w.does("zhongli", casework.Act{Kind: casework.Submitted, Filing: filing, Digest: digest})
	w.stands("first-review", casework.Active)
	w.proves()
}

// TestAStaleVersionIsAConflict: who acts on what he no longer sees is told so.
func TestAStaleVersionIsAConflict(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	c := w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	_, err := w.desk.Do(w.ctx, deskActor("dongfang"), c.No, "", casework.Act{Kind: casework.Countersigned, Stance: procedure.Agree, Seen: c.Version})
	if err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("got %v", err)
	}
}

// TestThePersonConcernedStandsAside: who travels does not decide, and the one whose name is in the group is told so.
func TestThePersonConcernedStandsAside(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, append(shifted(), rule.PatchOp{Op: "replace", Path: "/delegation/2/name", Value: "南宫禾"}, rule.PatchOp{Op: "replace", Path: "/inviter/letter/names", Value: []any{"钟离牧", "慕容舟", "南宫禾"}})...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.does("dongfang", agree(""))
	w.cannot("nangong", agree(""), "回避")
	w.does("dongfang", casework.Act{Kind: casework.Reassigned, Slot: "foreign-affairs", Post: "director"})
	w.does("sikong", agree(""))
	w.does("gongye", agree(""))
	w.stands("notice", casework.Active)
	w.proves()
}
