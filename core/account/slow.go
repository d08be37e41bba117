package account

import (
	"time"

	"chancery/core/calendar"
)

// Slowdown counts failures of one account or one address. It makes the next try wait, longer each time, and never shuts
// anybody out for good: whoever waits may try.
type Slowdown struct {
	Failures int
	Last     calendar.Instant
}

// Pace is how a kind of slow-down grows: so many failures are free, then the wait doubles from a second up to Most.
type Pace struct {
	Free int
	Most time.Duration
}

// AccountPace is the pace of one account: it is attacked from many addresses, so the wait stays short enough for its owner.
func AccountPace() Pace { return Pace{Free: 3, Most: 2 * time.Minute} }

// AddressPace is the pace of one address: many people share one, so it is more patient.
func AddressPace() Pace { return Pace{Free: 20, Most: 15 * time.Minute} }

// Forgotten is how long after the last failure everything is forgotten.
const Forgotten = time.Hour

// Wait is how long to wait before the next try; zero: now.
func (s Slowdown) Wait(p Pace, now calendar.Instant) time.Duration {
	since := now.Time().Sub(s.Last.Time())
	over := s.Failures - p.Free
	if over < 0 || s.Failures == 0 || since >= Forgotten {
		return 0
	}
	wait := p.Most
	if over < 20 {
		wait = min(time.Second<<over, p.Most)
	}
	return max(0, wait-since)
}

// Failed counts one failure more.
func (s Slowdown) Failed(now calendar.Instant) Slowdown {
	if now.Time().Sub(s.Last.Time()) >= Forgotten {
		s.Failures = 0
	}
	return Slowdown{Failures: s.Failures + 1, Last: now}
}
