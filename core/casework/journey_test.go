package casework_test

import (
	"testing"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/procedure"
)

func TestEachTravellerHasAChecklistWithOwnerAndDay(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.w.Circumstances = map[procedure.Circumstance]casework.Circumstance{"cleared": {Persons: []string{"端木青"}}}
	g.issuedTrip()
	count := map[string]int{}
	for _, x := range g.c.Duties {
		count[x.Base()]++
		if x.Due == nil || x.Due.Due >= calendar.MustDay("2026-10-15") || x.Due.From != calendar.MustDay("2026-10-15") {
			t.Errorf("%s is due %+v, to be before the day of departure", x.ID, x.Due)
		}
	}
	if count["documents"] != 3 || count["visa"] != 3 || count["undertaking"] != 1 || count["confirmation"] != 0 {
		t.Fatalf("%v", count)
	}
	g.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents/钟离牧"})
	g.cannot("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents/钟离牧"}, "已办")
	g.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	g.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	g.cannot("dongfang", casework.Act{Kind: casework.Departed}, "保密承诺书：端木青")
	g.cannot("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "undertaking/端木青"}, "钟离牧")
	g.does("zhongli", casework.Act{Kind: casework.Fulfilled, Slot: "undertaking/端木青"})
	g.does("dongfang", casework.Act{Kind: casework.Departed})
	g.stands("abroad", casework.Approved)
}

func TestARefusedVisaStaysVisibleUntilItIsSettled(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.issuedTrip()
	g.cannot("zhongli", casework.Act{Kind: casework.Hindered, Slot: "visa/慕容舟"}, "事由")
	g.does("zhongli", casework.Act{Kind: casework.Hindered, Slot: "visa/慕容舟", Ground: "visa-refused", Text: "领馆拒签"})
	for _, x := range g.c.Duties {
		if x.ID == "visa/慕容舟" && (x.Hindered != "visa-refused" || !x.Done.IsZero()) {
			t.Errorf("%+v", x)
		}
	}
	// The member drops out: that goes up the chain, and what was done stays done.
	g.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents/钟离牧"})
	filing, digest := changed("2")
	g.cannot("zhongli", casework.Act{Kind: casework.ChangeAsked, Filing: filing, Digest: digest, Text: "x", Ground: "other"}, "member-out")
	g.does("zhongli", casework.Act{Kind: casework.ChangeAsked, Filing: filing, Digest: digest, Text: "慕容舟退出", Ground: "member-out"})
	g.w.Travellers = []string{"钟离牧", "端木青"}
	g.cannot("dongfang", said(casework.ReturnedBack, "x"), "变更不能退回")
	g.does("dongfang", agreed())
	g.does("nangong", agreed())
	g.does("gongye", agreed())
	g.stands("co-signing", casework.Approved) // fewer people are not noticed again
	if n := len(g.c.Skipped); n != 1 || g.c.Skipped[0].Step != "notice" {
		t.Errorf("%+v", g.c.Skipped)
	}
	g.does("chunyu", agreed())
	g.does("ouyang", agreed())
	g.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	g.stands("departure", casework.Approved)
	documents := map[string]bool{}
	for _, x := range g.c.Duties {
		if x.Base() == "documents" {
			documents[x.Person] = !x.Done.IsZero()
		}
	}
	if len(documents) != 2 || !documents["钟离牧"] || documents["端木青"] {
		t.Errorf("documents after the change: %v", documents)
	}
	if g.c.Changed != 1 || g.c.Digest != "2" {
		t.Errorf("changed %d times, %s", g.c.Changed, g.c.Digest)
	}
}

func TestANewMemberIsNoticedBeforeHeLeaves(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.issuedTrip()
	filing, digest := changed("2")
	g.does("zhongli", casework.Act{Kind: casework.ChangeAsked, Filing: filing, Digest: digest, Text: "以太叔宁替换慕容舟", Ground: "member-replaced"})
	g.w.NoticeAgain = true
	g.does("dongfang", agreed())
	g.does("nangong", agreed())
	g.does("gongye", agreed())
	g.stands("notice", casework.Approved)
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.day(g.c.Notice.Term.Due.AddDays(1).String())
	g.stands("co-signing", casework.Approved)
}

func TestAChangeThatDoesNotPassLeavesTheApprovalAsItWas(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*play){
		"a reviewer objects": func(g *play) {
			g.does("dongfang", casework.Act{Kind: casework.Countersigned, Stance: procedure.Object, Text: "理由不足"})
		},
		"it is withdrawn": func(g *play) { g.does("zhongli", casework.Act{Kind: casework.WithdrawnNow}) },
		"the authority refuses": func(g *play) {
			for _, who := range []string{"dongfang", "nangong", "gongye", "chunyu", "ouyang"} {
				g.does(who, agreed())
			}
			g.does("wenren", casework.Act{Kind: casework.RefusedNow, Ground: "CHG-01", Text: "理由不足"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := opened(t, "outbound-trip", "2026-09-07")
			g.issuedTrip()
			g.left()
			filing, digest := changed("2")
			g.does("zhongli", casework.Act{Kind: casework.ChangeAsked, Filing: filing, Digest: digest, Text: "延长一日", Ground: "days"})
			g.cannot("zhongli", casework.Act{Kind: casework.CameHome, Day: g.w.Day}, "")
			end(g)
			g.stands("abroad", casework.Approved)
			if g.c.Change != nil || g.c.Changed != 0 || g.c.Digest != "1" || g.c.Outcome != casework.OutcomeApproved {
				t.Errorf("%+v", g.c.Change)
			}
		})
	}
}

func TestSeparateHomecomingsEachStartTheirOwnTerm(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.issuedTrip()
	g.day("2026-10-15")
	g.left()
	g.day("2026-10-23")
	g.does("zhongli", casework.Act{Kind: casework.CameHome, Slot: "端木青", Day: calendar.MustDay("2026-10-20"), Text: "提前回国"})
	g.stands("abroad", casework.Approved)
	g.cannot("zhongli", casework.Act{Kind: casework.CameHome, Slot: "端木青", Day: g.w.Day}, "仍在境外")
	g.cannot("zhongli", casework.Act{Kind: casework.CameHome, Day: calendar.MustDay("2026-10-24")}, "已经入境")
	g.does("zhongli", casework.Act{Kind: casework.CameHome, Day: calendar.MustDay("2026-10-22")}) // all the others
	g.stands("return-duties", casework.Approved)
	if g.c.Home != calendar.MustDay("2026-10-22") || g.c.HomeDay("端木青") != calendar.MustDay("2026-10-20") {
		t.Errorf("home %s, %s", g.c.Home, g.c.HomeDay("端木青"))
	}
	due := map[string]string{}
	for _, x := range g.c.Duties {
		due[x.ID] = x.Due.Due.String()
	}
	if due["handback/端木青"] != "2026-10-27" || due["handback/钟离牧"] != "2026-10-29" || due["report"] != "2026-11-23" {
		t.Errorf("%v", due)
	}
	if g.c.Due.From != g.c.Home {
		t.Errorf("the step is counted from %s", g.c.Due.From)
	}
}

func TestALateReportIsRecordedAsLateAndStaysWithTheCase(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.issuedTrip()
	g.day("2026-10-15")
	g.left()
	g.day("2026-10-22")
	g.does("zhongli", casework.Act{Kind: casework.CameHome, Day: g.w.Day})
	g.day("2026-10-30")
	g.does("dongfang", casework.Act{Kind: casework.HandedBack, Slot: "handback/钟离牧"})
	g.does("dongfang", casework.Act{Kind: casework.HandedBack})
	g.does("dongfang", casework.Act{Kind: casework.PostNoticed})
	g.day("2026-11-24")
	g.does("zhongli", said(casework.Reported, "任务完成"))
	g.stands("settlement", casework.Approved)
	kept := map[string]casework.Duty{}
	for _, x := range g.c.Done {
		kept[x.ID] = x
	}
	if x := kept["report"]; !x.Late || x.Done != calendar.MustDay("2026-11-24") || x.By.Person != "zhongli" {
		t.Errorf("the report: %+v", x)
	}
	if x := kept["handback/钟离牧"]; !x.Late || !x.Escalated {
		t.Errorf("the document was a day late: %+v", x)
	}
	if kept["post-notice"].Late {
		t.Error("the notice was in time")
	}
}

func TestASettlementAddsUp(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.issuedTrip()
	g.left()
	g.does("zhongli", casework.Act{Kind: casework.CameHome, Day: g.w.Day})
	g.does("dongfang", casework.Act{Kind: casework.HandedBack})
	g.does("dongfang", casework.Act{Kind: casework.PostNoticed})
	g.does("zhongli", said(casework.Reported, "任务完成"))
	pay := func(claimed, paid, refused string) casework.Act {
		return casework.Act{Kind: casework.Settled, Settlement: &casework.Settlement{Claimed: claimed, Paid: paid, Refused: refused, Why: "超标准住宿"}}
	}
	g.cannot("gongye", pay("100.00 CNY", "90.00 CNY", ""), "须等于")
	g.cannot("gongye", pay("100.00 CNY", "90.00 CNY", "10.00 USD"), "")
	g.cannot("gongye", pay("a lot", "a lot", ""), "")
	g.does("gongye", pay("100.00 CNY", "90.00 CNY", "10.00 CNY"))
	g.cannot("dongfang", casework.Act{Kind: casework.ClosedNow, Ground: "forever"}, "归档")
	g.does("dongfang", casework.Act{Kind: casework.ClosedNow})
	if g.c.Archive != "30-years" || g.c.Settled.Refused != "10.00 CNY" {
		t.Errorf("%s, %+v", g.c.Archive, g.c.Settled)
	}
}

func TestSilenceLapsesAndIsNeverAgreement(t *testing.T) {
	t.Parallel()
	g := opened(t, "position", "2026-10-12")
	g.w.AskedTerm = 3
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.does("huangfu", casework.Act{Kind: casework.Countersigned, Stance: procedure.Object, Text: "会延误订单"})
	g.day("2026-10-15")
	g.stands("opinions", casework.Active)
	g.day("2026-10-16")
	g.stands("decision", casework.Active)
	lapsed := g.c.Opinions[len(g.c.Opinions)-1]
	if lapsed.Stance != procedure.Lapsed || lapsed.By.Person != "" || len(g.c.Dissent()) != 1 {
		t.Errorf("%+v", lapsed)
	}
}

func TestAddingAndRemovingSignersMidway(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	g.reviewed()
	g.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	g.day(g.c.Notice.Term.Due.AddDays(1).String())
	g.stands("co-signing", casework.Active)
	g.does("dongfang", casework.Act{Kind: casework.SignerAdded, Post: "water-answer"})
	g.cannot("dongfang", casework.Act{Kind: casework.SignerAdded, Post: "water-answer"}, "已在")
	g.does("chunyu", agreed())
	g.does("ouyang", agreed())
	g.stands("co-signing", casework.Active) // the one added is waited for
	g.cannot("dongfang", casework.Act{Kind: casework.SignerRemoved, Slot: "added-water-answer"}, "理由")
	g.cannot("chunyu", casework.Act{Kind: casework.SignerRemoved, Slot: "added-water-answer", Text: "x"}, "东方既白")
	g.does("dongfang", casework.Act{Kind: casework.SignerRemoved, Slot: "added-water-answer", Text: "与水务无关"})
	g.stands("approval", casework.Active)
}

func TestAReturnClosesTheOthersTasks(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-10-12")
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.does("dongfang", agreed())
	g.does("nangong", casework.Act{Kind: casework.Countersigned, Stance: procedure.Object, Text: "任务不明"})
	g.stands("application", casework.Returned)
	tasks := g.c.Tasks(g.w.Procedure)
	if len(tasks) != 1 || tasks[0].Person != "zhongli" || g.c.ReturnedFrom != "reviews" {
		t.Errorf("%+v, from %s", tasks, g.c.ReturnedFrom)
	}
	g.cannot("gongye", agreed(), "步骤")
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	g.stands("reviews", casework.Active)
	if len(g.c.Slots) != 2 || g.c.Slots[0].Stance != procedure.Open {
		t.Errorf("%+v", g.c.Slots)
	}
}
