package rule

import (
	"reflect"

	"chancery/core/calendar"
)

// DayFunctions are the functions on days that every vocabulary may offer: day,
// present, add_days, add_months, days_between, working_days_between and
// working_days_known, which is no when the working days after one day until
// another cannot be told because a year's holidays are not announced.
func DayFunctions(cal *calendar.Calendar) []Function {
	var (
		day    = reflect.TypeFor[calendar.Day]()
		number = reflect.TypeFor[int]()
		word   = reflect.TypeFor[string]()
		yesNo  = reflect.TypeFor[bool]()
		asDay  = func(v any) calendar.Day { d, _ := v.(calendar.Day); return d }
		asInt  = func(v any) int { n, _ := v.(int64); return int(n) }
	)
	return []Function{
		{Name: "day", Args: []reflect.Type{word}, Result: day, Call: func(a []any) any {
			s, _ := a[0].(string)
			d, err := calendar.ParseDay(s)
			if err != nil {
				return err
			}
			return d
		}},
		{Name: "present", Args: []reflect.Type{day}, Result: yesNo, Call: func(a []any) any { return !asDay(a[0]).IsZero() }},
		{Name: "add_days", Args: []reflect.Type{day, number}, Result: day, Call: func(a []any) any { return asDay(a[0]).AddDays(asInt(a[1])) }},
		{Name: "add_months", Args: []reflect.Type{day, number}, Result: day, Call: func(a []any) any { return asDay(a[0]).AddMonths(asInt(a[1])) }},
		{Name: "days_between", Args: []reflect.Type{day, day}, Result: number, Call: func(a []any) any { return asDay(a[0]).DaysUntil(asDay(a[1])) }},
		{Name: "working_days_between", Args: []reflect.Type{day, day}, Result: number, Call: func(a []any) any {
			n, _ := cal.WorkingBetween(asDay(a[0]), asDay(a[1]))
			return n
		}},
		{Name: "working_days_known", Args: []reflect.Type{day, day}, Result: yesNo, Call: func(a []any) any {
			_, provisional := cal.WorkingBetween(asDay(a[0]), asDay(a[1]))
			return !provisional
		}},
	}
}
