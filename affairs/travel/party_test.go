package travel

import (
	"encoding/json"
	"testing"

	"chancery/core/calendar"
	"chancery/core/form"
)

func TestAPartySaysWhichTripOfTheYearItIsForEach(t *testing.T) {
	t.Parallel()
	exit := calendar.MustDay("2026-11-09")
	past, err := PastIn(json.RawMessage(`{"delegation":[
		{"name":"钟离牧","past":[{"exit":"2025-12-01","track":"general"},{"exit":"2026-03-01","track":"general"},{"exit":"2026-04-01","track":"academic"},{"exit":"2026-12-01","track":"general"}]},
		{"name":"慕容舟"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	members := []Member{{Name: "钟离牧", Leader: true}, {Name: "慕容舟"}}
	got := Party(members, exit, past)
	if got[0].Turn != 2 || got[1].Turn != 1 || !got[0].Leader {
		t.Errorf("the year before, the academic track and what begins later do not count: %+v", got)
	}
	if got := Party(members, exit, nil); got[0].Turn != 0 {
		t.Errorf("where nobody asked a register nothing is said: %+v", got)
	}
}

func TestTheSizeOfATripSaysWhatIsKnown(t *testing.T) {
	t.Parallel()
	a := form.Application{Answers: form.Answers{"delegation": []Member{{Name: "钟离牧"}, {Name: "慕容舟"}}}}
	if got := Size(a); got.ZH != "2 人" || got.EN != "2 people" {
		t.Errorf("of people alone: %+v", got)
	}
	a.Answers["itinerary"] = Itinerary{
		Exit: calendar.MustDay("2026-11-09"), Entry: calendar.MustDay("2026-11-18"),
		Stays: []Stay{{Place: "XA"}, {Place: "XB"}, {Place: "XC", Airside: true}},
	}
	if got := Size(a); got.ZH != "2 人·2 个国家和地区·10 天" || got.EN != "2 people, 10 days" {
		t.Errorf("of all: %+v", got)
	}
}
