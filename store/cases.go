package store

import (
	"chancery/core/calendar"
	"chancery/core/casework"
)

// Cases gives the cases that a filter picks, in the order that it asks for.
func (t *Tx) Cases(f casework.Filter) ([]casework.Case, error) {
	if err := t.locks.alone(); err != nil { // an act that decides by all cases
		return nil, err
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 1 << 40
	}
	few, err := t.seesFew(f.Sight)
	if err != nil {
		return nil, err
	}
	args := append(filtered(f), limit, f.Offset)
	q := someCases
	switch {
	case f.PressingFirst:
		q = pressingCases
	case f.SubmittedFrom > 0 && f.SubmittedUntil > 0:
		q = submittedCases
	}
	if few {
		args = append(args, limitedKeys(f.Sight)...)
		if q = reachedCases; f.PressingFirst {
			q = reachedPressing
		}
	}
	return t.cases("read cases", q, args...)
}

// few is up to how many cases a reader's keys are gone through one by one.
const few = 3000

// seesFew says whether a reader's keys name so few cases that going through them is quicker than going through all cases.
func (t *Tx) seesFew(s casework.Sight) (bool, error) {
	if s.All || s.SeesOffice() {
		return false, nil
	}
	args := keysOf(s)
	args = append(append(args, limitedKeys(s)...), few+1)
	var n int
	_, err := t.one("count keys", fewKeyed, args, &n)
	return n <= few, err
}

// TallyCases counts the cases that a filter picks, by state, and of these what is overdue on a day and what is due by another.
// Where very many lie in sight only the open ones are counted.
func (t *Tx) TallyCases(f casework.Filter, today, soon calendar.Day) (casework.Tally, error) {
	out := casework.Tally{Of: map[casework.State]casework.Count{}}
	reached, err := t.seesFew(f.Sight)
	if err != nil {
		return out, err
	}
	var there int
	if _, err := t.one("count cases", fewCases, []any{few + 1}, &there); err != nil {
		return out, err
	}
	args := append(filtered(f), today.String(), soon.String())
	q := tallyCases
	switch {
	case reached:
		q, args = reachedTally, append(args, limitedKeys(f.Sight)...)
	case there > few:
		q, out.OpenOnly = tallyOpen, true
	}
	err = t.each("count cases", q, args, func(scan func(...any) error) error {
		var state string
		var n casework.Count
		err := scan(&state, &n.All, &n.Over, &n.Soon)
		out.Of[casework.State(state)] = n
		return err
	})
	return out, err
}

// CountCases counts the cases that a filter picks, by state; its limit plays no part.
func (t *Tx) CountCases(f casework.Filter) (map[casework.State]int, error) {
	out := map[casework.State]int{}
	err := t.each("count cases", countCases, filtered(f), func(scan func(...any) error) error {
		var state string
		var n int
		err := scan(&state, &n)
		out[casework.State(state)] = n
		return err
	})
	return out, err
}

// KeysOf gives the keys of a case as they were saved, in order.
func (t *Tx) KeysOf(no string) ([]casework.Key, error) {
	var out []casework.Key
	err := t.each("read sight", keysOfCase, []any{no}, func(scan func(...any) error) error {
		var k string
		err := scan(&k)
		out = append(out, casework.Key(k))
		return err
	})
	return out, err
}

// filtered are the arguments of inSight and picked. What the reader has no key for is left to a word that no key is.
func filtered(f casework.Filter) []any {
	args := sighted(f.Sight)
	return append(args, f.Procedure, f.State, f.Unit, string(f.Person), int64(f.SubmittedFrom), int64(f.SubmittedUntil), string(f.Key))
}

// sighted are the arguments of inSight.
func sighted(s casework.Sight) []any {
	all := 0
	switch {
	case s.All:
		all = 1
	case s.SeesOffice():
		all = 2
	}
	args := append([]any{s.Clearance, all}, keysOf(s)...)
	for i := range casework.LimitedAtMost {
		key := ""
		if i < len(s.Limited) {
			key = string(s.Limited[i].Key) + "@" + s.Limited[i].Procedure
		}
		args = append(args, key)
	}
	return args
}

// keysOf are a reader's keys, filled up to as many as the statements take.
func keysOf(s casework.Sight) []any {
	args := make([]any, casework.KeysAtMost)
	for i := range args {
		args[i] = ""
		if i < len(s.Keys) {
			args[i] = string(s.Keys[i])
		}
	}
	return args
}

// limitedKeys are the keys that hold for one procedure, without it.
func limitedKeys(s casework.Sight) []any {
	args := make([]any, casework.LimitedAtMost)
	for i := range args {
		args[i] = ""
		if i < len(s.Limited) {
			args[i] = string(s.Limited[i].Key)
		}
	}
	return args
}
