package account

import (
	"time"

	"chancery/core/calendar"
)

// Feed is the secret address of somebody's calendar; an account has one or none. Of the address the hash is kept.
type Feed struct {
	Hash    Hash
	Account ID
	Made    calendar.Instant
	// Asked is when it was asked for last, to the hour; zero: never.
	Asked calendar.Instant
}

// feedAskedAfter is how long after the last time another asking is written down.
const feedAskedAfter = time.Hour

// Stale tells whether it should be written down that the feed was asked for.
func (f Feed) Stale(now calendar.Instant) bool {
	return now.Time().Sub(f.Asked.Time()) >= feedAskedAfter
}
