package procedure

import (
	"fmt"
	"slices"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// Rung is one rung of the ladder of escalation: the post that is told when a
// deadline is so many working days past.
type Rung struct {
	Post  office.PostID `json:"post"`
	After int           `json:"after,omitempty"`
}

// Ladder is the ladder of escalation of a step, the first rung first. A file
// writes it as a list of rungs, or as the one post that is told at once.
type Ladder []Rung

// NewShape gives what a strict reader is to read: a post, or a list.
func (l *Ladder) NewShape() any { return new(any) }

// TakeShape reads a post, or a list of rungs.
func (l *Ladder) TakeShape(shape any) error {
	written, _ := shape.(*any)
	switch w := (*written).(type) {
	case string:
		*l = Ladder{{Post: office.PostID(w)}}
		return nil
	case []any:
		var faults fault.List
		for i, item := range w {
			rung, err := rungOf(item)
			if err != nil {
				faults = append(faults, err.In(fmt.Sprintf("[%d]", i)))
				continue
			}
			*l = append(*l, rung)
		}
		return faults.OrNil()
	}
	return fault.New(fault.Invalid, "", text.Text{
		ZH: "请写一个岗位，或写成清单：[{post: 岗位}, {post: 岗位, after: 工作日数}]", EN: "write a post, or a list: [{post: POST}, {post: POST, after: WORKING DAYS}]",
	})
}

func rungOf(item any) (Rung, *fault.Fault) {
	fields, ok := item.(map[string]any)
	post, _ := fields["post"].(string)
	after, whole := fields["after"].(int64)
	if _, given := fields["after"]; !ok || post == "" || (given && !whole) {
		return Rung{}, fault.New(fault.Invalid, "", text.Text{
			ZH: "每一级须写明岗位 post，以及逾期几个工作日后转报 after", EN: "a rung names its post, and after how many working days past due it is told",
		})
	}
	for name := range fields {
		if name != "post" && name != "after" {
			return Rung{}, fault.New(fault.Invalid, name, text.Text{
				ZH: "这里只能写 post 和 after，不认得「{name}」", EN: "only post and after stand here, not {name}",
			}.Fill(text.Args{"name": name}))
		}
	}
	return Rung{Post: office.PostID(post), After: int(after)}, nil
}

// Has says whether a post stands on the ladder.
func (l Ladder) Has(post office.PostID) bool {
	return slices.ContainsFunc(l, func(r Rung) bool { return r.Post == post })
}

// Next gives the rung that is told next of a deadline of which so many rungs were told already, and the day from which it
// is; ok is false where none is left.
func (l Ladder) Next(told int, due calendar.Day, c *calendar.Calendar) (rung Rung, from calendar.Day, ok bool) {
	if told >= len(l) || due.IsZero() {
		return Rung{}, 0, false
	}
	return l[told], c.AddWorking(due, l[told].After).Due.AddDays(1), true
}

// climbs says that each rung is later than the one before.
func (l Ladder) climbs() bool {
	for i, r := range l {
		if r.After < 0 || (i > 0 && r.After <= l[i-1].After) {
			return false
		}
	}
	return true
}
