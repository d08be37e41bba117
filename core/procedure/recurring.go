package procedure

import (
	"fmt"
	"slices"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/strict"
	"chancery/core/text"
)

// Recurring is a duty of the office that belongs to no case and comes back every year: the rulebook is reviewed, the
// documents in the safe are counted. It comes back on the first working day of its months.
type Recurring struct {
	ID     string        `json:"id"`
	Title  text.Text     `json:"title"`
	Post   office.PostID `json:"post"`
	Months []int         `json:"months"`
	// Term is within how many working days it is done.
	Term int `json:"working_days"`
	// Why says why the duty is there.
	Why text.Text `json:"why"`
}

// ReadRecurring reads a file of recurring duties and refuses what can never come back.
func ReadRecurring(file string, data []byte) ([]Recurring, error) {
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return nil, err
	}
	var all struct {
		Duties []Recurring `json:"duties"`
	}
	if err := doc.Decode(&all); err != nil {
		return nil, err
	}
	var faults fault.List
	seen := map[string]bool{}
	for i, r := range all.Duties {
		add := func(field, zh, en string) {
			f := fault.New(fault.Invalid, fmt.Sprintf("duties[%d].%s", i, field), text.Text{ZH: zh, EN: en})
			f.Place = doc.At(f.Field)
			faults = append(faults, f)
		}
		if r.ID == "" || seen[r.ID] {
			add("id", "编号缺失或重复", "the ID is missing or there twice")
		}
		seen[r.ID] = true
		if r.Title.ZH == "" || r.Title.EN == "" || r.Why.ZH == "" || r.Why.EN == "" {
			add("title", "须写明中英文名称和理由", "it has a title and a reason in both languages")
		}
		if r.Post == "" {
			add("post", "没有负责的岗位", "nobody owns it")
		}
		if len(r.Months) == 0 || slices.Min(r.Months) < 1 || slices.Max(r.Months) > 12 {
			add("months", "须写明 1 至 12 之间的月份", "it comes back in months from 1 to 12")
		}
		if r.Term < 1 {
			add("working_days", "须写明几个工作日内办完", "say within how many working days it is done")
		}
	}
	faults.Sort()
	return all.Duties, faults.OrNil()
}

// Last is the newest day until today on which the duty came back; no day where it never did within a year.
func (r Recurring) Last(today calendar.Day, c *calendar.Calendar) calendar.Day {
	var last calendar.Day
	for back := range 13 {
		month := today.AddMonths(-back)
		if !slices.Contains(r.Months, int(month.Month())) {
			continue
		}
		eve := calendar.DayOf(time.Date(month.Year(), month.Month(), 1, 0, 0, 0, 0, time.UTC)).AddDays(-1)
		if day := c.AddWorking(eve, 1).Due; day <= today && day > last {
			last = day
		}
	}
	return last
}

// Due is the day by which it is done when it came back on a day.
func (r Recurring) Due(came calendar.Day, c *calendar.Calendar) calendar.Derivation {
	return c.AddWorking(came, r.Term)
}
