package store

import (
	"errors"
	"math"
	"strings"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/register"
	"chancery/core/text"
)

// SaveRows writes the register rows of a case in place of those before.
func (t *Tx) SaveRows(no string, rows []register.Row) error {
	if err := t.locks.holdRowsOf(t, no, rows); err != nil {
		return err
	}
	if err := t.put("save register", dropRows, no); err != nil || len(rows) == 0 {
		return err
	}
	sortKey, ok := t.s.orders.Get().(func(string) string)
	if !ok {
		sortKey = text.SortKeys()
	}
	defer t.s.orders.Put(sortKey)
	for i, r := range rows {
		if err := t.put("save register", addRow, keptRow(no, i, r, sortKey)...); err != nil {
			return err
		}
	}
	return nil
}

// rowWidth is how many columns are kept of a row.
const rowWidth = 20

// keptRow is what is kept of the i-th register row of a case, in the order of addRow and allRows.
func keptRow(no string, i int, r register.Row, sortKey func(string) string) []any {
	return []any{
		no, int64(i), r.Register, r.Key, r.From.String(), r.Until.String(), []byte(r.Body),
		r.Last().String(), r.Began.String(), r.Ended.String(), r.Due.String(), string(r.Stage),
		r.Who, sortKey(r.Who), r.Unit, r.Place, r.Number.ZH, r.Number.EN, r.Procedure, int64(r.Mark),
	}
}

// Listed gives the rows that a query picks and whose cases lie in a sight.
func (t *Tx) Listed(q register.Query, sight casework.Sight) ([]register.Row, error) {
	limit := q.Limit
	if limit <= 0 {
		limit = math.MaxInt32
	}
	down := 0
	if q.Down {
		down = 1
	}
	return t.registerRows(listRows, append(queried(q, sight), string(q.State), q.Sort, down, limit, q.Offset)...)
}

// CountListed counts the rows that a query picks and whose cases lie in a sight, by state and place; its state, order
// and limit play no part.
func (t *Tx) CountListed(q register.Query, sight casework.Sight) ([]register.Count, error) {
	var out []register.Count
	err := t.each("count register", countRows, queried(q, sight), func(scan func(...any) error) error {
		var c register.Count
		err := scan((*string)(&c.State), &c.Place, &c.Rows)
		out = append(out, c)
		return err
	})
	return out, err
}

// queried are the arguments of rowInSight and listed.
func queried(q register.Query, sight casework.Sight) []any {
	from, begun := q.Span.From, 0
	if from.IsZero() {
		from = calendar.LastDay
	}
	if q.Span.Begun {
		begun = 1
	}
	return append(seenRows(sight),
		q.Source, q.On.String(), q.Grave.String(), q.Span.Last.String(), from.String(), begun, q.Unit, q.Place, q.Who)
}

// seenRows are the arguments of rowInSight.
func seenRows(s casework.Sight) []any {
	narrow := casework.Sight{All: s.SeesOffice(), Clearance: s.Clearance}
	var whole []any
	for _, k := range s.Keys {
		if name, ok := strings.CutPrefix(string(k), "procedure:"); ok && len(whole) < casework.LimitedAtMost {
			whole = append(whole, name)
			continue
		}
		narrow.Keys = append(narrow.Keys, k)
	}
	for _, k := range s.Limited {
		if len(whole) < casework.LimitedAtMost && s.SeesLimited(k) {
			whole = append(whole, k.Procedure)
			continue
		}
		narrow.Limited = append(narrow.Limited, k)
	}
	for len(whole) < casework.LimitedAtMost {
		whole = append(whole, "-") // no procedure is called so
	}
	return append(sighted(narrow), whole...)
}

// registerRows reads rows of registers.
func (t *Tx) registerRows(q string, args ...any) ([]register.Row, error) {
	var out []register.Row
	err := t.each("read register", q, args, func(scan func(...any) error) error {
		var r register.Row
		var first, last, began, ended, due string
		var body []byte
		if err := scan(&r.Register, &r.Key, &r.Case, &first, &last, &body, &began, &ended, &due, (*string)(&r.Stage), &r.Who, &r.Unit, &r.Place,
			&r.Number.ZH, &r.Number.EN, &r.Procedure, &r.Mark); err != nil {
			return err
		}
		r.Body = body
		out = append(out, r)
		at := &out[len(out)-1]
		return errors.Join(at.From.UnmarshalText([]byte(first)), at.Until.UnmarshalText([]byte(last)),
			at.Began.UnmarshalText([]byte(began)), at.Ended.UnmarshalText([]byte(ended)), at.Due.UnmarshalText([]byte(due)))
	})
	return out, err
}
