package account

import (
	"time"

	"chancery/core/calendar"
)

// Policy is what an office demands of those who come in.
type Policy struct {
	// Profile judges passwords.
	Profile Profile
	// Factors demands a second factor of everybody who holds a post or a duty, at every door.
	Factors bool
	// Idle ends a session that was not used so long; Absolute ends it however much it is used.
	Idle, Absolute time.Duration
	// Dormant is how long an account may go unused before it is suspended; zero: for ever.
	Dormant time.Duration
}

// DefaultPolicy demands a second factor, ends a session after half an hour of rest and after twelve hours, and suspends
// an account that nobody used for ninety days.
func DefaultPolicy() Policy {
	return Policy{Profile: ASVS, Factors: true, Idle: 30 * time.Minute, Absolute: 12 * time.Hour, Dormant: 90 * 24 * time.Hour}
}

// DemoPolicy is that of an invented office on one machine: the same, without a second factor.
func DemoPolicy() Policy {
	p := DefaultPolicy()
	p.Factors = false
	return p
}

// Stage is how far somebody has come in.
type Stage string

// The stages. Only Full is signed in; the others open nothing but the page on which the next thing is done.
const (
	Full     Stage = "full"
	Factor   Stage = "factor" // a second factor is to be shown
	Enrol    Stage = "enrol"  // a second factor is to be set up first
	Renew    Stage = "renew"  // the password is too old and is to be changed
	stepTime       = 10 * time.Minute
)

// TouchAfter is how old the last use that is written down may be; so much sooner a session may end than it seems.
const TouchAfter = time.Minute

// Hash is the SHA-256 of a token; the token itself is kept by nobody but its bearer.
type Hash [32]byte

// Session is one coming-in with one device, from sign-in to sign-out.
type Session struct {
	// ID names it in lists and in the log; it opens nothing.
	ID      string           `json:"id"`
	Hash    Hash             `json:"-"`
	Account ID               `json:"account"`
	Stage   Stage            `json:"stage"`
	Began   calendar.Instant `json:"began"`
	Seen    calendar.Instant `json:"seen"`
	Until   calendar.Instant `json:"until"`
	Address string           `json:"address,omitempty"`
	Agent   string           `json:"agent,omitempty"`
	// Strong: a second factor was shown when it began, here or at a provider.
	Strong bool `json:"strong,omitempty"`
	// Offered is a time-based secret that is shown for enrolment and not yet confirmed; Ceremony is what a passkey was
	// asked for, in the form of its library.
	Offered  Secret `json:"offered,omitempty"`
	Ceremony []byte `json:"ceremony,omitempty"`
}

// Begin gives a new session. One that is not yet full lives for ten minutes.
func (p Policy) Begin(id string, hash Hash, of ID, stage Stage, now calendar.Instant) Session {
	lives := p.Absolute
	if stage != Full {
		lives = stepTime
	}
	return Session{ID: id, Hash: hash, Account: of, Stage: stage, Began: now, Seen: now, Until: calendar.InstantOf(now.Time().Add(lives))}
}

// Alive tells whether a session still counts.
func (p Policy) Alive(s Session, now calendar.Instant) bool {
	return now < s.Until && now.Time().Sub(s.Seen.Time()) < p.Idle
}

// Stale tells whether the last use should be written down again; once a minute is enough.
func (s Session) Stale(now calendar.Instant) bool { return now.Time().Sub(s.Seen.Time()) >= TouchAfter }
