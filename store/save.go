package store

import (
	"slices"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
)

// SaveCase writes a case as it now stands, in place of the version that was seen (0: a new case), and its open tasks in
// place of those before. Conflict comes back when somebody changed the case meanwhile. Append its entries first.
func (t *Tx) SaveCase(c casework.Case, seen int, tasks []casework.Task) error {
	body, err := journal.Canonical(c)
	if err != nil {
		return err
	}
	end, err := t.end("save case", c.No)
	if err != nil {
		return err
	}
	if seen != end.version {
		return fault.New(fault.Conflict, "version", text.Text{
			ZH: "「{no}」已被别人改动；请重新打开后再办", EN: "somebody changed {no} meanwhile: open it again and then act",
		}.Fill(text.Args{"no": c.No}))
	}
	presses := pressing(c, tasks)
	found, args := foundBy(c, presses), append(columns(c), end.Hash[:], body)
	q := changeCase
	switch {
	case seen == 0:
		q, args = addCase, append(args, int64(t.at), presses)
	case slices.Equal(found, end.found):
		q, args = changeBody, []any{c.No, int64(c.Version), end.Hash[:], body, seen}
	default:
		args = append(args, seen, presses)
	}
	if err := t.put("save case", q, args...); err != nil {
		return err
	}
	end.version, end.found = c.Version, found
	t.ends[c.No] = end
	t.memory.keepCase(c, end)
	t.s.cases.keep(body, c)
	if seen > 0 {
		if err := t.put("save tasks", dropTasks, c.No); err != nil {
			return err
		}
	}
	return t.saveTasks(c, tasks)
}

// foundBy is what the row of a case is found by.
func foundBy(c casework.Case, presses string) []any {
	all := columns(c)
	all[len(all)-1] = presses // nobody asks by the version
	return all
}

// columns are what is kept of a case beside it, in the order of the statements: from its number to its version.
func columns(c casework.Case) []any {
	decided := ""
	if n := len(c.Decisions); n > 0 {
		decided = c.Decisions[n-1].Day.String()
	}
	return []any{
		c.No, c.Procedure, string(c.State), c.Step, c.Unit, string(c.Applicant), c.Title, c.Filed.String(),
		int64(c.FirstSubmitted), decided, string(c.Outcome), int64(c.Mark.Level()), int64(c.Version),
	}
}

// pressing is the day by which something in a case is due first, or the word for where it stands behind all days.
func pressing(c casework.Case, tasks []casework.Task) string {
	if c.State.Ended() {
		return "9999"
	}
	first := "9998"
	for _, t := range tasks {
		if t.Due != nil && !t.Due.Due.IsZero() {
			first = min(first, t.Due.Due.String())
		}
	}
	return first
}

// keysAtOnce is how many keys one statement adds.
const keysAtOnce = 6

// SaveKeys writes the keys of a case: those that came, and those that went.
func (t *Tx) SaveKeys(no string, came, went []casework.Key) error {
	for some := range slices.Chunk(came, keysAtOnce) {
		q, args := addKey, []any{no}
		for _, k := range some {
			args = append(args, string(k))
		}
		if len(some) > 1 {
			q = addKeys
			for len(args) <= keysAtOnce {
				args = append(args, "")
			}
		}
		if err := t.put("save sight", q, args...); err != nil {
			return err
		}
	}
	for _, k := range went {
		if err := t.put("save sight", dropKey, no, string(k)); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) saveTasks(c casework.Case, tasks []casework.Task) error {
	for i, task := range tasks {
		args, err := taskColumns(c.No, i, task, c.Mark.Level())
		if err != nil {
			return err
		}
		if err := t.put("save tasks", addTask, args...); err != nil {
			return err
		}
	}
	return nil
}

// taskColumns are what is kept of the i-th task of a case.
func taskColumns(no string, i int, task casework.Task, mark int) ([]any, error) {
	body, err := journal.Canonical(task)
	if err != nil {
		return nil, err
	}
	due := ""
	if task.Due != nil {
		due = task.Due.Due.String()
	}
	return []any{no, int64(i), string(task.Post), string(task.Person), int64(task.Since), due, body, int64(mark)}, nil
}

// Outbox keeps messages that leave the house after the commit.
func (t *Tx) Outbox(msgs []casework.Message) error {
	for _, m := range msgs {
		body, err := journal.Canonical(m)
		if err != nil {
			return err
		}
		if err := t.put("save message", addMessage, int64(t.at), m.Case, body); err != nil {
			return err
		}
	}
	return nil
}

// SaveOffice writes the office in place of the one before.
func (t *Tx) SaveOffice(o office.Office) error {
	body, err := journal.Canonical(o)
	if err != nil {
		return err
	}
	if err := t.locks.alone(); err != nil {
		return err
	}
	t.moved = true
	return t.put("save office", putOffice, string(body))
}

// Alone asks that no other act is under way: for one that decides by much, or does much. It is asked first of all.
func (t *Tx) Alone() error { return t.locks.alone() }

// NextNumber gives the next number of a series in a year, from 1, without gaps: an act that fails gives its number back.
func (t *Tx) NextNumber(series string, year int) (int, error) {
	var n int
	_, err := t.one("next number", nextNumber, []any{series, year}, &n)
	return n, err
}

// Opens says that a case is begun under a number that was just given: nothing is kept of it, and nothing is asked. If that is
// wrong, what is written of it is refused.
func (t *Tx) Opens(no string) error {
	if err := t.locks.hold(t, caseLock(no)); err != nil {
		return err
	}
	return t.ended(end{Entry: journal.Entry{Case: no}})
}

// Answered gives what a request was answered before, if it was.
func (t *Tx) Answered(request string) (result []byte, ok bool, err error) {
	ok, err = t.one("read answer", getAnswer, []any{request}, &result)
	return result, ok, err
}

// Note keeps a word about the data itself, under a name.
func (t *Tx) Note(name, value string) error {
	return t.put("note", putNote, name, value)
}

// Remember keeps what a request is answered.
func (t *Tx) Remember(request string, result []byte) error {
	return t.put("keep answer", putAnswer, request, int64(t.at), result)
}
