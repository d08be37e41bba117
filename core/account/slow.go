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

// LoginHerePace is the pace of one login from one network: whoever guesses waits, and its owner elsewhere does not.
func LoginHerePace() Pace { return Pace{Free: 3, Most: 15 * time.Minute} }

// LoginPace is the pace of one login from everywhere: guesses from many networks count each other, and the wait stays so
// short that the owner comes in between.
func LoginPace() Pace { return Pace{Free: 10, Most: 30 * time.Second} }

// FactorPace is the pace of the second factor of an account: whoever guesses it knows the password already.
func FactorPace() Pace { return Pace{Free: 3, Most: 15 * time.Minute} }

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
