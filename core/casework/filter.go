package casework

import (
	"chancery/core/calendar"
	"chancery/core/office"
)

// Filter picks cases; the zero Filter picks all. Cases come newest first.
type Filter struct {
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
