package store

import (
	"fmt"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/register"
)

// Waiting gives the cases in which something waits for somebody, what presses first; a case comes once, however much waits in it.
func (t *Tx) Waiting(own casework.Own, limit, offset int) ([]casework.Case, error) {
	return t.cases("read what waits", waitingCases, append(waitingOf(own), limit, offset)...)
}

// WaitingByDay counts the cases in which something waits for somebody, by the first day by which something is due. Those
// without a day stand under the zero one.
func (t *Tx) WaitingByDay(own casework.Own) (map[calendar.Day]int, error) {
	out := map[calendar.Day]int{}
	err := t.each("count what waits", countWaiting, waitingOf(own), func(scan func(...any) error) error {
		var first string
		var n int
		if err := scan(&first, &n); err != nil {
			return err
		}
		day, err := calendar.ParseDay(first)
		if err != nil {
			day = 0
		}
		out[day] = n
		return nil
	})
	return out, err
}

// noPost is no post's ID and fills the places that are left.
const noPost = " "

// waitingOf are the arguments of waiting.
func waitingOf(own casework.Own) []any {
	args := []any{own.Sight.Clearance, string(own.Person)}
	for i := range casework.KeysAtMost {
		post := noPost
		if i < len(own.Posts) {
			post = string(own.Posts[i])
		}
		args = append(args, post)
	}
	var posts, limited []any
	for i := range casework.LimitedAtMost {
		post, of := noPost, noPost
		if i < len(own.Limited) {
			post, of = string(own.Limited[i].Post), string(own.Limited[i].Post)+"@"+own.Limited[i].Procedure
		}
		posts, limited = append(posts, post), append(limited, of)
	}
	return append(append(args, posts...), limited...)
}

// OwnCases gives a page of one of somebody's lists, but for what waits.
func (t *Tx) OwnCases(list casework.List, own casework.Own, limit, offset int) ([]casework.Case, error) {
	q, _, err := listStatements(list)
	if err != nil {
		return nil, err
	}
	return t.cases("read a list", q, append(sighted(own.Sight), string(own.Person), limit, offset)...)
}

// CountOwn counts one of somebody's lists, but for what waits, as far as casework.ListAtMost and one more.
func (t *Tx) CountOwn(list casework.List, own casework.Own) (int, error) {
	_, q, err := listStatements(list)
	if err != nil {
		return 0, err
	}
	var n int
	_, err = t.one("count a list", q, append(sighted(own.Sight), string(own.Person), casework.ListAtMost+1), &n)
	return n, err
}

func listStatements(list casework.List) (rows, count string, err error) {
	switch list {
	case casework.Done:
		return doneCases, countDone, nil
	case casework.Started:
		return startedCases, countStarted, nil
	case casework.Copied:
		return copiedCases, countCopied, nil
	case casework.Drafts:
		return draftCases, countDraftCases, nil
	case casework.ToDo:
	}
	return "", "", fmt.Errorf("%q is no list that is read so", list)
}

// RowsInSight gives the rows of a register that touch a day, of the cases in somebody's sight.
func (t *Tx) RowsInSight(name string, sight casework.Sight, day calendar.Day) ([]register.Row, error) {
	return t.registerRows(rowsInSight, append(sighted(sight), name, day.String())...)
}
