package main

import "chancery/core/calendar"

// What is said in the case of the port mission: the one reservation, the answer to
// it, and the officer's proposal.
const (
	missionReservation = "罗森港三日中，仅 11月16日港务局会谈与任务直接相关。建议压缩为一天半，全程 9 天。"
	missionAnswer      = "港区参观为岸电设施现场，对方技术方案见附件 7。可不另安排其他活动，当日返程。"
	missionProposal    = "建议 11月17日上午看完现场即返程，全程 9 天，里斯卡按 2 天核定。"
)

// missionDay is a day of the port mission: what its two halves are used for.
type missionDay struct{ am, pm missionHalf }

type missionHalf struct{ kind, text, with string }

// portMission is the application of the case that the demo shows first: five
// people to three countries for ten days, within every limit. One thing is for a
// person to judge: whether the visit to the port on the last day but one is part
// of the task, for which an engineer of the port group travels along.
func portMission(filed calendar.Day) (doc map[string]any, exit calendar.Day) {
	const bureau, group, office = "市港航局", "澜川港集团", "市外事办公室"
	exit = calendar.MustDay("2026-11-09")
	entry := exit.AddDays(len(missionDays()) - 1)
	member := func(name, unit, post, rank, role string, duties ...string) map[string]any {
		return map[string]any{
			"name": name, "unit": unit, "post": post, "rank": rank, "role": role, "duties": append([]string{}, duties...), "born": "1978-04-09",
			"document": map[string]any{"kind": "official", "expires": "2031-01-01"},
		}
	}
	leader := member("钟离牧", bureau, "副局长", "division-deputy", "member", "shore-power", "emission-agreement")
	leader["leader"] = true
	engineer := member("宇文简", group, "工程师", "staff", "member", "port-equipment")
	engineer["justification"] = "11月17日在罗森港岸电设施现场核对技术接口，对方方案由本人负责比对"
	stay := func(place, city string, arrive, nights int) map[string]any {
		return map[string]any{"place": place, "city": city, "arrive": exit.AddDays(arrive), "leave": exit.AddDays(arrive + nights)}
	}
	var programme []any
	for i, d := range missionDays() {
		for _, half := range []struct {
			part string
			missionHalf
		}{{"am", d.am}, {"pm", d.pm}} {
			programme = append(programme, map[string]any{"day": exit.AddDays(i), "part": half.part, "kind": half.kind, "text": half.text, "with": half.with})
		}
	}
	return map[string]any{
		"procedure": "outbound-trip", "track": "general", "filed": filed, "unit": bureau,
		"purpose": map[string]any{"kind": "signing", "text": "商签港口减排协议", "tasks": []string{"shore-power", "emission-agreement"}},
		"delegation": []any{
			leader,
			member("慕容舟", bureau, "技术处处长", "staff", "member", "shore-power"),
			member("端木青", bureau, "法规处干部", "staff", "member", "emission-agreement"),
			engineer,
			member("百里岚", office, "译员", "staff", "interpreter"),
		},
		"itinerary": map[string]any{
			"exit": exit, "entry": entry, "programme": programme,
			"stays": []any{stay("XA", "哈尔堡", 1, 2), stay("XB", "圣林", 3, 3), stay("XC", "罗森港", 6, 3)},
		},
		"inviter": map[string]any{
			"kind": "counterpart", "body": "哈尔堡港务局", "name": "奎尔", "post": "局长", "rank": "division", "place": "XA",
			"letter": map[string]any{
				"signed": true, "translated": true, "names": []string{"钟离牧", "慕容舟", "端木青", "宇文简", "百里岚"}, "from": exit, "to": entry,
				"payer": "sender", "contact": "office@harborg.example",
			},
		},
		"plan": map[string]any{"listed": true}, "budget": map[string]any{"line": "因公出国经费", "payer": "own-budget", "host_covers": "none"},
		"notice": map[string]any{"other_units": []string{group, office}}, "consents": []string{group, office}, "cross": map[string]any{"relation": "guide"},
		"papers": []string{"request", "member-list", "programme", "invitation", "translation", "task-and-budget-form", "consent-letter"},
	}, exit
}

func missionDays() []missionDay {
	official := func(text, with string) missionHalf { return missionHalf{"official", text, with} }
	travel := func(text string) missionHalf { return missionHalf{kind: "travel", text: text} }
	internal := missionHalf{kind: "internal", text: "内部整理协议文本"}
	return []missionDay{
		{travel("澜川出发"), travel("在途")},
		{official("靠港船舶岸电互认会谈", "哈尔堡港务局"), official("岸电技术标准磋商", "哈尔堡港务局")},
		{official("签署岸电互认协议", "哈尔堡市政厅"), official("航运企业座谈", "哈尔堡商会")},
		{travel("赴圣林"), official("减排监测会谈", "圣林航运管理局")},
		{official("减排监测办法磋商", "圣林航运管理局"), official("减排协议文本磋商", "圣林航运管理局")},
		{official("签署港口减排协议", "圣林航运管理局"), internal},
		{travel("赴罗森港"), internal},
		{official("港务局会谈", "罗森港港务局"), official("岸电合作备忘录磋商", "罗森港港务局")},
		{official("港区参观：岸电设施现场", "罗森港港务局"), official("核对岸电技术接口", "罗森港港务局")},
		{travel("罗森港返程"), travel("抵澜川")},
	}
}
