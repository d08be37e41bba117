package calendar

import (
	"slices"
	"time"

	"chancery/core/text"
)

// Unit is what a term is counted in.
type Unit = string

// The units of a term.
const (
	WorkingDays Unit = "working-day"
	CalendarDay Unit = "day"
	Months      Unit = "month"
)

// Derivation is a day with the arithmetic that led to it. It is stored with every deadline, so that a reader years later
// sees what was counted and what was then known.
type Derivation struct {
	Calendar     string `json:"calendar"`
	From         Day    `json:"from"`                    // counting begins after this day
	Count        int    `json:"count"`                   // negative: counted back
	Unit         Unit   `json:"unit"`                    // working-day, day or month
	Due          Day    `json:"due"`                     // the last day of the term
	Skipped      []Skip `json:"skipped,omitempty"`       // days not counted, in the order met
	MadeUp       []Day  `json:"made_up,omitempty"`       // weekend days counted because they are worked
	Provisional  bool   `json:"provisional,omitempty"`   // a year not yet announced is touched
	UnknownYears []int  `json:"unknown_years,omitempty"` // the years not yet announced
	RolledFrom   Day    `json:"rolled_from,omitempty"`   // where the term would end were that day worked
}

// Skip is a day not counted and why: the holiday's name, or weekend.
type Skip struct {
	Day  Day       `json:"day"`
	Name text.Text `json:"name"`
}

// AddWorking gives the n-th full working day after from, which itself is not counted. A negative n counts back, to the
// n-th working day before; 0 gives from. No day stays no day.
func (c *Calendar) AddWorking(from Day, n int) Derivation {
	d := Derivation{Calendar: c.name, From: from, Count: n, Unit: WorkingDays, Due: from}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 && d.move(step) {
		k, name, known := c.Kind(d.Due)
		d.meet(d.Due, known)
		switch {
		case !k.Works():
			d.Skipped = append(d.Skipped, Skip{Day: d.Due, Name: name})
			continue
		case k == MakeUp:
			d.MadeUp = append(d.MadeUp, d.Due)
		}
		n--
	}
	return d
}

// AddDays gives the n-th day after from (before, when n is negative). With roll, a term that would end on a day not
// worked ends on the next day that is.
func (c *Calendar) AddDays(from Day, n int, roll bool) Derivation {
	d := Derivation{Calendar: c.name, From: from, Count: n, Unit: CalendarDay, Due: from.AddDays(n)}
	return c.roll(d, roll)
}

// AddMonths gives the day n months after from, the month's last day where it is too short. With roll, a term that would
// end on a day not worked ends on the next day that is.
func (c *Calendar) AddMonths(from Day, n int, roll bool) Derivation {
	d := Derivation{Calendar: c.name, From: from, Count: n, Unit: Months, Due: from.AddMonths(n)}
	return c.roll(d, roll)
}

// WorkingBetween counts the working days d with after < d <= until; none when until is not later. provisional tells
// whether one of the days examined lies in a year not announced.
func (c *Calendar) WorkingBetween(after, until Day) (n int, provisional bool) {
	if after.IsZero() || until.IsZero() {
		return 0, false
	}
	for d := after + 1; d <= until; d++ {
		working, known := c.IsWorking(d)
		if working {
			n++
		}
		provisional = provisional || !known
	}
	return n, provisional
}

func (c *Calendar) roll(d Derivation, roll bool) Derivation {
	if !roll || d.Due.IsZero() {
		return d
	}
	end := d.Due
	for {
		k, name, known := c.Kind(d.Due)
		d.meet(d.Due, known)
		if k.Works() {
			if k == MakeUp && d.Due != end {
				d.MadeUp = append(d.MadeUp, d.Due)
			}
			break
		}
		d.Skipped = append(d.Skipped, Skip{Day: d.Due, Name: name})
		if !d.move(1) {
			break
		}
	}
	if d.Due != end {
		d.RolledFrom = end
	}
	return d
}

// move goes one day on; false at the end of all days.
func (d *Derivation) move(step int) bool {
	next := d.Due.AddDays(step)
	moved := next != d.Due
	d.Due = next
	return moved
}

func (d *Derivation) meet(day Day, known bool) {
	if known {
		return
	}
	d.Provisional = true
	if year := day.Year(); !slices.Contains(d.UnknownYears, year) {
		d.UnknownYears = append(d.UnknownYears, year)
		slices.Sort(d.UnknownYears)
	}
}

// Say tells the arithmetic in one sentence, in whole days of the office's calendar.
func (d Derivation) Say() text.Text {
	if d.From.IsZero() {
		return text.Text{ZH: "尚无起算日", EN: "nothing to count from yet"}
	}
	args := text.Args{
		"from": d.day(d.From), "due": d.day(d.Due), "n": max(d.Count, -d.Count), "unit": d.unit(), "skipped": saySkipped(d.Skipped), "made": d.sayMadeUp(),
		"end": d.day(d.RolledFrom), "years": d.UnknownYears,
	}
	parts := []text.Text{d.opening()}
	if len(d.Skipped) > 0 && d.RolledFrom.IsZero() {
		parts = append(parts, text.Text{ZH: "，不计{skipped}", EN: ", not counting {skipped}"})
	}
	if len(d.MadeUp) > 0 {
		parts = append(parts, text.Text{ZH: "；{made}调休上班，计入", EN: ", counting {made}, worked in exchange for a holiday"})
	}
	if d.RolledFrom.IsZero() {
		parts = append(parts, text.Text{ZH: "，至{due}", EN: ": {due}"})
	} else {
		parts = append(parts, text.Text{
			ZH: "，至{end}；适逢{skipped}，顺延至{due}",
			EN: ": {end}; not a working day ({skipped}), so it moves to {due}",
		})
	}
	if d.Provisional {
		parts = append(parts, text.Text{
			ZH: "（{years}年放假安排尚未公布，此日为暂定）",
			EN: " (provisional: the holidays of {years} are not announced yet)",
		})
	}
	var all text.Text
	for _, p := range parts {
		all.ZH, all.EN = all.ZH+p.ZH, all.EN+p.EN
	}
	return all.Fill(args)
}

func (d Derivation) opening() text.Text {
	back := d.Count < 0
	switch {
	case back && d.Unit == WorkingDays:
		return text.Text{ZH: "自{from}前一日起倒数{n}个工作日", EN: "{n} full working {n|day|days} back from {from}"}
	case d.Unit == WorkingDays:
		return text.Text{ZH: "自{from}次日起数满{n}个工作日", EN: "{n} full working {n|day|days} after {from}"}
	case back:
		return text.Text{ZH: "自{from}倒数{n}{unit}", EN: "{n} {unit} back from {from}"}
	}
	return text.Text{ZH: "自{from}起{n}{unit}", EN: "{n} {unit} after {from}"}
}

func (d Derivation) unit() text.Text {
	if d.Unit == Months {
		return text.Text{ZH: "个月", EN: "{n|month|months}"}.Fill(text.Args{"n": max(d.Count, -d.Count)})
	}
	return text.Text{ZH: "日", EN: "{n|day|days}"}.Fill(text.Args{"n": max(d.Count, -d.Count)})
}

// day says a day, with its year when the term passes into another one.
func (d Derivation) day(day Day) text.Text {
	if d.From.Year() != d.Due.Year() {
		return day.SayFull()
	}
	return day.Say()
}

// saySkipped says days in runs: days next to one another with one name are one run.
func saySkipped(skipped []Skip) []text.Text {
	days := slices.SortedFunc(slices.Values(skipped), func(a, b Skip) int { return int(a.Day) - int(b.Day) })
	var said []text.Text
	for i := 0; i < len(days); {
		j := i + 1
		for j < len(days) && days[j].Day == days[j-1].Day+1 && days[j].Name == days[i].Name {
			j++
		}
		said = append(said, sayRun(days[i].Day, days[j-1].Day, days[i].Name))
		i = j
	}
	const most = 8
	if len(said) > most {
		rest := text.Text{ZH: "等等共{n}日", EN: "and more, {n} days in all"}.Fill(text.Args{"n": len(days)})
		said = append(said[:most:most], rest)
	}
	return said
}

func sayRun(first, last Day, name text.Text) text.Text {
	args := text.Args{"first": first.Say(), "last": last.Say(), "name": name, "day": last.DayOfMonth(), "from": first.DayOfMonth()}
	switch {
	case first == last:
		return text.Text{ZH: "{first}（{name}）", EN: "{first} ({name})"}.Fill(args)
	case first.Year() == last.Year() && first.Month() == last.Month():
		return text.Text{ZH: "{first}至{day}日（{name}）", EN: "{from}–{last} ({name})"}.Fill(args)
	}
	return text.Text{ZH: "{first}至{last}（{name}）", EN: "{first} – {last} ({name})"}.Fill(args)
}

func (d Derivation) sayMadeUp() []text.Text {
	said := make([]text.Text, len(d.MadeUp))
	for i, day := range d.MadeUp {
		sunday := text.Text{ZH: "{day}（周六）", EN: "Saturday {day}"}
		if day.Weekday() == time.Sunday {
			sunday = text.Text{ZH: "{day}（周日）", EN: "Sunday {day}"}
		}
		said[i] = sunday.Fill(text.Args{"day": day.Say()})
	}
	return said
}
