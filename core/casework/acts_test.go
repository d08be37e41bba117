package casework_test

import (
	"encoding/json"
	"testing"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

func TestWhatIsAlteredAfterANoticeIsNoticedAgain(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.reviewed()
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.day("2026-09-08")
	g.does("dongfang", said(casework.ReturnedBack, "请补正经费来源"))
	g.stands("application", casework.Returned)
	filing, digest := changed("2")
	g.does("zhongli", casework.Act{Kind: casework.Submitted, Filing: filing, Digest: digest})
	g.stands("first-review", casework.Active)
	if g.c.Notice != nil {
		t.Fatal("the notice of the old text still runs")
	}
	g.does("dongfang", agreed())
	g.does("nangong", agreed())
	g.does("gongye", agreed())
	g.day("2026-09-20")
	g.stands("notice", casework.Active)
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.stands("notice", casework.Noticed)
}

func TestAReturnWithoutAlterationComesBackToARunningNotice(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.reviewed()
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.does("dongfang", said(casework.ReturnedBack, "请补交译文"))
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.stands("notice", casework.Noticed)
	g.cannot("dongfang", casework.Act{Kind: casework.NoticePosted}, "正在进行")
}

func TestTheClockStandsStillWhileACaseIsSentBack(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-10-12")
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	if g.c.Due.Due != calendar.MustDay("2026-10-15") {
		t.Fatalf("due %s", g.c.Due.Due)
	}
	g.day("2026-10-13")
	g.does("dongfang", said(casework.ReturnedBack, "请补正"))
	if g.c.Due != nil {
		t.Fatal("a deadline runs while the case is sent back")
	}
	g.day("2026-11-02")
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	if d := g.c.Due; d.Due != calendar.MustDay("2026-11-04") || d.Count != 2 || d.From != calendar.MustDay("2026-11-02") {
		t.Errorf("two of the three working days were left; due %+v", d)
	}
}

func TestAnObjectionIsExaminedWhileTheCaseIsSentBack(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.reviewed()
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.does("someone-outside", said(casework.Objected, "行程与任务无关"))
	g.does("dongfang", said(casework.ReturnedBack, "请说明行程"))
	tasks := 0
	for _, task := range g.c.Tasks(g.w.Procedure) {
		if task.Post == "supervision" {
			tasks++
		}
	}
	if tasks != 1 {
		t.Error("nobody is asked to examine the objection")
	}
	g.does("ouyang", casework.Act{Kind: casework.ObjectionSettled, Number: 1, Text: "不成立"})
	g.stands("application", casework.Returned)
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.day("2026-09-15")
	g.stands("co-signing", casework.Active)
}

func TestAnObjectionIsNeverExaminedByWhomItIsAbout(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.w.Involved = append(g.w.Involved, "欧阳序")
	g.reviewed()
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.does("xiahou", said(casework.Objected, "x"))
	g.cannot("ouyang", casework.Act{Kind: casework.ObjectionSettled, Number: 1, Text: "不成立"}, "回避")
	g.day("2026-09-25")
	g.stands("notice", casework.Noticed) // no decision before it is answered
	if !g.c.Objections[0].Escalated {
		t.Error("nobody was told that the objection lies unexamined")
	}
}

func TestAnUpheldObjectionSendsTheCaseBack(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.reviewed()
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.does("xiahou", said(casework.Objected, "x"))
	g.does("ouyang", casework.Act{Kind: casework.ObjectionSettled, Number: 1, Text: "成立", Yes: true})
	g.stands("application", casework.Returned)
	if g.c.ReturnedFrom != "notice" || g.c.Notice != nil {
		t.Errorf("returned from %q, notice %v", g.c.ReturnedFrom, g.c.Notice)
	}
}

func TestOneAuthorityCountsOnceWhoeverUsesIt(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-10-09")
	day := calendar.MustDay("2026-12-31")
	g.w.Office.Delegations = []office.Delegation{{From: "nangong", To: "linghu", Post: "trips-head", Since: calendar.MustDay("2026-01-01"), Until: day}}
	g.w.Office.Holdings = append(g.w.Office.Holdings, office.Holding{Person: "nangong", Post: "finance-review", From: calendar.MustDay("2026-01-01")})
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.does("dongfang", agreed())
	g.does("linghu", agreed()) // for Nangong He
	if by := g.c.Slots[0].By; by.For != "nangong" {
		t.Fatalf("%+v", by)
	}
	g.cannot("nangong", agreed(), "只计一次")
	g.does("gongye", agreed())
	g.stands("notice", casework.Active)
}

func TestARelativeStandsAside(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-10-12")
	g.w.Office.Kin = []office.Kinship{{Persons: []office.PersonID{"nangong", "zhongli"}, Relation: "夫妻"}}
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.does("dongfang", agreed())
	g.cannot("nangong", agreed(), "亲属")
	if free, aside := casework.Bearers(g.c, "trips-head", g.w); len(free) != 0 || len(aside) != 1 {
		t.Errorf("free %v, aside %v", free, aside)
	}
}

func TestNobodyHandsADecisionToHimself(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.reviewed()
	g.noticed()
	g.cannot("dongfang", casework.Act{Kind: casework.Reassigned, Post: "trips-officer"}, "自己")
	g.cannot("dongfang", casework.Act{Kind: casework.Reassigned, Post: "finance-review"}, "无权")
	g.does("dongfang", casework.Act{Kind: casework.Reassigned, Post: "director"})
	g.cannot("wenren", casework.Act{Kind: casework.ApprovedNow}, "司空砚")
	g.does("sikong", casework.Act{Kind: casework.ApprovedNow})
}

func TestForWhomSomebodyActsIsFoundAndNeverClaimed(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	a := casework.Act{Kind: casework.Submitted, Seen: g.c.Version}
	events, _, err := casework.Do(g.c, a, office.Actor{Person: "zhongli", For: "sikong", Post: "director", Operator: true}, g.w)
	if err != nil {
		t.Fatal(err)
	}
	if got := events[0].Actor; got != (office.Actor{Person: "zhongli", Operator: true}) {
		t.Errorf("the entry says %+v", got)
	}
	g.cannot("nobody-known", said(casework.Commented, "x"), "名册")
}

func TestAnAuthorityOutsideDecidesAndTheClockStops(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.w.LeaderLevel = 3
	g.reviewed()
	g.noticed()
	g.cannot("wenren", casework.Act{Kind: casework.ApprovedNow}, "省")
	g.cannot("dongfang", casework.Act{Kind: casework.DecisionReceived, Ground: "云政批〔2026〕7号", Day: g.w.Day}, "尚未报请")
	g.does("dongfang", casework.Act{Kind: casework.DecisionAsked})
	if g.c.Due != nil {
		t.Error("the clock runs while the province decides")
	}
	g.cannot("dongfang", casework.Act{Kind: casework.DecisionAsked}, "正在等待")
	g.day("2026-10-30")
	if g.c.Escalated {
		t.Error("the office was escalated for the province's time")
	}
	g.cannot("dongfang", casework.Act{Kind: casework.DecisionReceived, Ground: "7号", Day: calendar.MustDay("2026-11-03")}, "之前")
	g.does("dongfang", casework.Act{Kind: casework.DecisionReceived, Ground: "云政批〔2026〕7号", Day: calendar.MustDay("2026-10-28")})
	g.stands("instrument", casework.Approved)
	if g.c.External.Number != "云政批〔2026〕7号" || g.c.External.Answered != calendar.MustDay("2026-10-28") {
		t.Errorf("%+v", g.c.External)
	}
}

func TestAnExemptionPassesTheNoticeByVisibly(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.w.Circumstances = map[procedure.Circumstance]casework.Circumstance{"notice-exempt": {Why: text.Text{ZH: "境外突发事件，按规定免予公示", EN: "emergency"}}}
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.does("dongfang", agreed())
	g.does("nangong", agreed())
	g.does("gongye", agreed())
	g.stands("co-signing", casework.Active)
	if len(g.c.Skipped) != 1 || g.c.Skipped[0].Step != "notice" || g.c.Skipped[0].Why.ZH == "" {
		t.Errorf("%+v", g.c.Skipped)
	}
}

func TestAReductionIsAReductionAndNothingElse(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.reviewed()
	g.noticed()
	filing, digest := changed("2")
	g.w.Reduced = func(json.RawMessage) error {
		return fault.New(fault.Invalid, "reduction", text.Text{ZH: "这不是核减", EN: "no reduction"})
	}
	g.cannot("wenren", casework.Act{Kind: casework.ApprovedNow, Filing: filing, Digest: digest}, "不能改动")
	g.cannot("wenren", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeReduced}, "须附")
	g.cannot("wenren", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeReduced, Filing: filing, Digest: digest}, "不是核减")
	g.w.Reduced = nil
	g.cannot("wenren", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeSetForward}, "须批准")
	g.does("wenren", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeReduced, Filing: filing, Digest: digest})
	if g.c.Outcome != casework.OutcomeReduced || g.c.Digest != "2" || g.c.Round != 2 {
		t.Errorf("%s, %s, round %d", g.c.Outcome, g.c.Digest, g.c.Round)
	}
}

func TestARecalledSubmissionWasOneAndAVoidNumberStays(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	first := g.c.FirstSubmitted
	g.minutes(2)
	g.does("dongfang", said(casework.Commented, "稍候"))
	g.does("zhongli", casework.Act{Kind: casework.Recalled})
	g.stands("application", casework.Draft)
	if g.c.FirstSubmitted != first || first.IsZero() {
		t.Error("an act counts at once: the submission is no longer there")
	}
	g.cannot("zhongli", casework.Act{Kind: casework.Recalled}, "没有可以收回")
	g.reviewed()
	g.noticed()
	g.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	g.does("dongfang", casework.Act{Kind: casework.Issued})
	number := g.c.Instrument
	g.does("dongfang", casework.Act{Kind: casework.Recalled})
	if !g.c.Instrument.IsZero() || len(g.c.Voided) != 1 || g.c.Voided[0] != number {
		t.Errorf("instrument %v, void %v", g.c.Instrument, g.c.Voided)
	}
	g.does("dongfang", casework.Act{Kind: casework.Issued})
	if g.c.Instrument == number {
		t.Error("a void number was used again")
	}
}

func TestARecallEndsWhenTheNextHolderActs(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.does("dongfang", agreed())
	g.cannot("zhongli", casework.Act{Kind: casework.Recalled}, "东方既白")
	g.minutes(6)
	err := g.try("dongfang", casework.Act{Kind: casework.Recalled})
	if fault.KindOf(err) != fault.TooLate {
		t.Errorf("after six minutes: %v", err)
	}
}

func TestEachOutcomeEndsApart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		to      func(*play)
		person  string
		act     casework.Act
		state   casework.State
		outcome casework.Outcome
	}{
		"withdrawn before the decision": {
			(*play).reviewed, "zhongli", casework.Act{Kind: casework.WithdrawnNow}, casework.Withdrawn, casework.OutcomeWithdrawn,
		},
		"refused": {
			func(g *play) { g.reviewed(); g.noticed() }, "wenren",
			casework.Act{Kind: casework.RefusedNow, Ground: "OUT-11", Text: "因人找事"},
			casework.Refused, casework.OutcomeRefused,
		},
		"cancelled after approval": {
			(*play).issuedTrip, "zhongli", casework.Act{Kind: casework.CancelledNow}, casework.Cancelled, casework.OutcomeCancelled,
		},
		"revoked by who decided": {
			func(g *play) { g.issuedTrip(); g.left() }, "wenren",
			casework.Act{Kind: casework.RevokedNow, Text: "安全形势变化"},
			casework.Revoked, casework.OutcomeRevoked,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := opened(t, "outbound-trip", "2026-09-07")
			c.to(g)
			number := g.c.Instrument
			g.does(c.person, c.act)
			if g.c.State != c.state || g.c.Outcome != c.outcome || len(g.c.Tasks(g.w.Procedure)) != 0 {
				t.Errorf("%s, %s, %d tasks", g.c.State, g.c.Outcome, len(g.c.Tasks(g.w.Procedure)))
			}
			if !number.IsZero() && (len(g.c.Voided) != 1 || !g.c.Instrument.IsZero()) {
				t.Error("the instrument still stands")
			}
			g.does("dongfang", said(casework.Commented, "归档"))
			g.cannot("dongfang", said(casework.ReturnedBack, "x"), "结束")
		})
	}
}
