package travel

import (
	"fmt"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/place"
	"chancery/core/text"
)

// Blocks are the blocks of an application for a trip.
func Blocks() []form.Block {
	return []form.Block{
		form.NewBlock[Track]("track", "类别", "Track"),
		form.NewBlock[Purpose]("purpose", "任务", "Purpose"),
		form.NewBlock[[]Member]("delegation", "团组成员", "Delegation"),
		form.NewBlock[Itinerary]("itinerary", "行程", "Itinerary"),
		form.NewBlock[Inviter]("inviter", "邀请方", "Inviter"),
		form.NewBlock[Plan]("plan", "年度计划", "Year's plan"),
		form.NewBlock[Budget]("budget", "经费", "Budget"),
		form.NewBlock[Reviews]("reviews", "任务和预算审批意见", "Task and budget reviews"),
		form.NewBlock[Notice]("notice", "公示", "Public notice"),
		form.NewBlock[[]string]("consents", "征求意见", "Consents of other units"),
		form.NewBlock[Extension]("extension", "延长申请", "Extra days"),
		form.NewBlock[[]Paper]("papers", "材料", "Papers"),
		form.NewBlock[[]string]("health_guarantee", "健康保证", "Health guarantees"),
		form.NewBlock[[]string]("secrecy_review", "保密审查", "Secrecy review"),
		form.NewBlock[[]string]("secrecy_consents", "涉密人员派出单位同意函", "Consents for persons with access to secrets"),
		form.NewBlock[[]string]("briefing", "行前教育", "Briefing before departure"),
		form.NewBlock[Academic]("academic", "学术任务证明", "Evidence of an academic task"),
		form.NewBlock[Cross]("cross", "双跨关系", "Relation of the units"),
		form.NewBlock[Undertakings]("undertakings", "承诺", "Undertakings"),
		form.NewBlock[Actual]("actual", "实际出入境", "Actual border days"),
		form.NewBlock[Homecoming]("homecoming", "回国事项", "After the return"),
	}
}

// Examine finds what no single field shows: an itinerary that ends before it
// begins, a stay that is left before it is reached, a place that does not exist.
func Examine(a form.Answers, places *place.Table) []*fault.Fault {
	var found []*fault.Fault
	exists := func(field string, c place.Code) {
		if _, ok := places.Find(c); !ok && c != "" {
			found = append(found, fault.New(fault.Invalid, field, text.Text{
				ZH: "没有代码为 {code} 的国家或地区；请用 ISO 3166-1 两字母代码", EN: "there is no country or region with the code {code}; use its ISO 3166-1 alpha-2 code",
			}.Fill(text.Args{"code": string(c)})))
		}
	}
	ends := func(field string, from, to calendar.Day) {
		if from.IsZero() || to.IsZero() || to >= from {
			return
		}
		found = append(found, fault.New(fault.Invalid, field, text.Text{
			ZH: "{to} 早于开始的 {from}；请核对两个日期", EN: "{to} is before the beginning, {from}; check the two days",
		}.Fill(text.Args{"from": from, "to": to})))
	}
	it := form.Get[Itinerary](a, "itinerary")
	ends("itinerary.entry", it.Exit, it.Entry)
	for i, s := range it.Stays {
		exists(fmt.Sprintf("itinerary.stays[%d].place", i), s.Place)
		ends(fmt.Sprintf("itinerary.stays[%d].leave", i), s.Arrive, s.Leave)
	}
	exists("inviter.place", form.Get[Inviter](a, "inviter").Place)
	for i, b := range form.Get[Budget](a, "budget").Banquets {
		exists(fmt.Sprintf("budget.banquets[%d].place", i), b.Place)
	}
	letter := form.Get[Inviter](a, "inviter").Letter
	ends("inviter.letter.to", letter.From, letter.To)
	actual := form.Get[Actual](a, "actual")
	ends("actual.entry", actual.Exit, actual.Entry)
	for i, p := range actual.Places {
		exists(fmt.Sprintf("actual.places[%d]", i), p)
	}
	for i, p := range actual.Route {
		exists(fmt.Sprintf("actual.route[%d]", i), p)
	}
	for i, m := range form.Get[[]Member](a, "delegation") {
		for j, p := range m.Past {
			for k, c := range p.Places {
				exists(fmt.Sprintf("delegation[%d].past[%d].places[%d]", i, j, k), c)
			}
			ends(fmt.Sprintf("delegation[%d].past[%d].entry", i, j), p.Exit, p.Entry)
		}
	}
	return found
}
