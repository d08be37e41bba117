package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/library"
)

// seedWorld is who and where everything that is made up happens.
type seedWorld struct {
	asked       seedCommand
	from, until calendar.Day
	working     []calendar.Day // the days on which something is filed
	office      office.Office
	units       []seedUnit
}

// seedUnit is a unit that sends people abroad: who files for it, who travels, and for what.
type seedUnit struct {
	name, task, duty string
	files            office.PersonID
	people           []string
}

// seedWork are the units and what they travel for.
func seedWork() []seedUnit {
	return []seedUnit{
		{name: "市港航局", task: "商谈港口岸电合作", duty: "port-cooperation"},
		{name: "市商务局", task: "洽谈经贸园区项目", duty: "trade"},
		{name: "市水务局", task: "商谈水处理技术合作", duty: "water"},
		{name: "市教育局", task: "签署校际交流协议", duty: "education"},
		{name: "市文旅局", task: "商谈文旅互访安排", duty: "culture"},
		{name: "市卫健委", task: "商谈医疗培训合作", duty: "health"},
		{name: "市经信局", task: "洽谈船舶配套项目", duty: "industry"},
		{name: "澜川大学", task: "商谈联合实验室", duty: "research"},
		{name: "市农业局", task: "商谈种苗引进", duty: "agriculture"},
		{name: "市林业局", task: "洽谈湿地保护合作", duty: "wetlands"},
		{name: "市环境局", task: "商谈近岸监测合作", duty: "monitoring"},
		{name: "市气象局", task: "商谈台风预报交换", duty: "forecast"},
		{name: "市体育局", task: "商谈青年赛事互访", duty: "sports"},
		{name: "市博物馆", task: "洽谈海图展借展", duty: "exhibition"},
		{name: "市图书馆", task: "商谈古籍数字化合作", duty: "archives"},
		{name: "市中医院", task: "商谈康复医学培训", duty: "rehabilitation"},
		{name: "澜川学院", task: "签署学生交换协议", duty: "exchange"},
		{name: "市开发区", task: "洽谈冷链园区投资", duty: "investment"},
		{name: "市规划院", task: "考察滨水更新项目", duty: "planning"},
		{name: "市消防局", task: "商谈船舶消防培训", duty: "fire-safety"},
	}
}

func seedSurnames() [][2]string {
	return [][2]string{
		{"慕容", "Murong"},
		{"端木", "Duanmu"},
		{"宇文", "Yuwen"},
		{"濮阳", "Puyang"},
		{"申屠", "Shentu"},
		{"呼延", "Huyan"},
		{"太叔", "Taishu"},
		{"公孙", "Gongsun"},
		{"轩辕", "Xuanyuan"},
		{"尉迟", "Yuchi"},
		{"长孙", "Zhangsun"},
		{"鲜于", "Xianyu"},
		{"闾丘", "Lüqiu"},
		{"司徒", "Situ"},
		{"仲孙", "Zhongsun"},
		{"令狐", "Linghu"},
		{"钟离", "Zhongli"},
		{"诸葛", "Zhuge"},
		{"第五", "Diwu"},
		{"公羊", "Gongyang"},
	}
}

func seedGiven() [][2]string {
	return [][2]string{
		{"舟", "zhou"},
		{"青", "qing"},
		{"简", "jian"},
		{"澈", "che"},
		{"原", "yuan"},
		{"朔", "shuo"},
		{"宁", "ning"},
		{"禾", "he"},
		{"川", "chuan"},
		{"岚", "lan"},
		{"序", "xu"},
		{"临", "lin"},
		{"牧", "mu"},
		{"白", "bai"},
		{"砚", "yan"},
		{"溪", "xi"},
		{"蘅", "heng"},
		{"珩", "heng"},
		{"屿", "yu"},
		{"岑", "cen"},
		{"汀", "ting"},
		{"槐", "huai"},
		{"榆", "yu"},
		{"霁", "ji"},
		{"晏", "yan"},
		{"陆", "lu"},
		{"桥", "qiao"},
		{"渡", "du"},
		{"泊", "bo"},
		{"帆", "fan"},
		{"樟", "zhang"},
		{"楠", "nan"},
	}
}

// seedPerson is the n-th person who travels; no two have one name.
func seedPerson(n int) office.Person {
	surnames, given := seedSurnames(), seedGiven()
	s, first, second := surnames[n%len(surnames)], given[n/len(surnames)%len(given)], given[(n/len(surnames)/len(given)+n)%len(given)]
	return office.Person{
		ID: office.PersonID(fmt.Sprintf("p-%05d", n+1)), Name: s[0] + first[0] + second[0],
		Pinyin: s[1] + " " + string(first[1][0]-'a'+'A') + first[1][1:] + second[1],
	}
}

// newSeedWorld lays out the invented office: the people of the demo keep the desk, all through; the others travel.
func newSeedWorld(asked seedCommand, until calendar.Day) (*seedWorld, error) {
	const file = "demo/office.yaml"
	data, err := library.FS.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("seed: %w", err)
	}
	o, err := office.Read(file, data)
	if err != nil {
		return nil, err
	}
	w := &seedWorld{asked: asked, until: until, from: until.AddMonths(-12 * asked.Years).AddDays(1)}
	for d := w.from; d <= until; d = d.AddDays(1) {
		if day := d.Weekday(); day != 0 && day != 6 {
			w.working = append(w.working, d)
		}
	}
	for i := range o.Holdings {
		o.Holdings[i].From = min(o.Holdings[i].From, w.from)
	}
	o.Delegations, o.Plans = nil, nil
	w.units = seedWork()
	for i := range w.units {
		w.settle(&o, i)
	}
	for n := range asked.People {
		p := seedPerson(n)
		u := &w.units[n%len(w.units)]
		u.people = append(u.people, p.Name)
		o.Persons = append(o.Persons, p)
		o.Holdings = append(o.Holdings, office.Holding{Person: p.ID, Post: office.PostID(fmt.Sprintf("staff-%02d", n%len(w.units)+1)), From: w.from})
	}
	w.office = o
	return w, nil
}

// settle gives a unit its posts, the person who files for it and its plans.
func (w *seedWorld) settle(o *office.Office, i int) {
	u := &w.units[i]
	at := slices.IndexFunc(o.Units, func(x office.Unit) bool { return x.Name.ZH == u.name })
	if at < 0 {
		at = len(o.Units)
		o.Units = append(o.Units, office.Unit{ID: office.UnitID(u.duty), Name: text.Text{ZH: u.name, EN: "Bureau of " + u.duty}})
	}
	of := o.Units[at]
	u.files = office.PersonID(fmt.Sprintf("liaison-%02d", i+1))
	liaison, staff := office.PostID(u.files), office.PostID(fmt.Sprintf("staff-%02d", i+1))
	surname := seedSurnames()[i%len(seedSurnames())]
	o.Persons = append(o.Persons, office.Person{ID: u.files, Name: surname[0] + "晨", Pinyin: surname[1] + " Chen"})
	o.Posts = append(o.Posts,
		office.Post{ID: liaison, Name: text.Text{ZH: u.name + "外事专员", EN: "Liaison, " + of.Name.EN}, Unit: of.ID, Sees: office.Sees{Unit: true}},
		office.Post{ID: staff, Name: text.Text{ZH: u.name + "科员", EN: "Staff, " + of.Name.EN}, Unit: of.ID})
	o.Holdings = append(o.Holdings, office.Holding{Person: u.files, Post: liaison, From: w.from})
	for year := w.from.Year(); year <= w.until.Year()+1; year++ {
		o.Plans = append(o.Plans, office.Plan{
			Unit: u.name, Year: year, Groups: 20 + 2*w.asked.Cases/w.asked.Years/len(w.units), Source: fmt.Sprintf("澜外办〔%d〕61号", year-1),
		})
	}
}

// filed is the day on which the n-th case is filed: they come evenly.
func (w *seedWorld) filed(n int) calendar.Day { return w.working[n*len(w.working)/w.asked.Cases] }

// chance is what the n-th case is drawn from, the same for the same arguments.
func (w *seedWorld) chance(n int) *rand.Rand {
	return rand.New(rand.NewPCG(w.asked.Seed, uint64(n))) //nolint:gosec // invented on purpose the same way each time; n is no negative number
}
