package casework

import (
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// NoCase is the answer for a number that no case has, and for one that the reader may not know of.
func NoCase(no string) error {
	return fault.New(fault.NotFound, "no", text.Text{
		ZH: "没有编号为「{no}」的案件", EN: "there is no case {no}",
	}.Fill(text.Args{"no": no}))
}

// Filter picks cases in somebody's sight; the zero Filter picks none, since the
// zero Sight sees nothing. Cases come newest first.
type Filter struct {
	// Sight is that of who asks.
	Sight Sight
	// Key picks the cases that have this key.
	Key       Key
	Procedure string
	State     string
	Unit      string
	// Person picks the cases that the person filed.
	Person office.PersonID
	// SubmittedFrom and SubmittedUntil pick by the first submission; the end is not included.
	SubmittedFrom  calendar.Instant
	SubmittedUntil calendar.Instant
	Limit          int
	Offset         int
}
