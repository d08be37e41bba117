// Package job knows what the house does by itself: a job, when it is due, and when
// it is tried again after it failed. What is done about it is known to those who do it.
package job

import (
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
)

// Kind says what is to be done.
type Kind string

// The kinds. A job of a routine comes back by itself; the others are done once.
const (
	Tick    Kind = "tick"    // what time does in a case; its key is the number of the case
	Deliver Kind = "deliver" // what an act has to tell; its key is the instant of the act
	Send    Kind = "send"    // one message by one way; its key is the way and the number of the message
	Recount Kind = "recount" // open cases are held against the calendar
	Duties  Kind = "duties"  // what comes back every so often is told to those who do it
	Digests Kind = "digests" // whoever wants to be told once a day is told
	Tidy    Kind = "tidy"    // what nobody needs any more goes
	Dormant Kind = "dormant" // accounts that nobody uses are suspended
	Backup  Kind = "backup"  // the office is written to a file; where a node is told to
)

// Kinds lists them, in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{Tick, Deliver, Send, Recount, Duties, Digests, Tidy, Dormant, Backup}
}

// Routine says that a job of this kind comes back by itself.
func (k Kind) Routine() bool {
	switch k {
	case Recount, Duties, Digests, Tidy, Dormant, Backup:
		return true
	case Tick, Deliver, Send:
	}
	return false
}

// Outward says that a job of this kind waits for somebody outside the house, who may be slow; it stands in a queue of its own.
func (k Kind) Outward() bool { return k == Send }

// Sooner tells whoever hears a channel of one place that something is due at an instant. What was told and not heard yet counts
// on: the earlier instant stands.
func Sooner(heard chan calendar.Instant, due calendar.Instant) {
	for {
		select {
		case heard <- due:
			return
		case told := <-heard:
			due = min(due, told)
		}
	}
}

// Job is something that is to be done at an instant, once. There is one of a kind and key.
type Job struct {
	ID   int64
	Kind Kind
	Key  string
	Due  calendar.Instant
	// Tries counts how often it was taken and failed, or is being tried.
	Tries int
	// Turn rises whenever the job is planned anew or taken, so that what became of an older turn says nothing about the present one.
	Turn int64
	// Held is until when it belongs to the one who took it; Ran when it was done last.
	Held, Ran calendar.Instant
	// Failed is when it was given up; Why says what it failed by the last time.
	Failed calendar.Instant
	Why    string
}

// State is how a job stands at an instant.
type State string

// The states.
const (
	Waiting  State = "waiting"  // for its instant, or for somebody to take it
	Running  State = "running"  // somebody has it
	Retrying State = "retrying" // it failed and is tried again
	Failed   State = "failed"   // it was given up, and waits for somebody to look
)

// State says how the job stands at an instant.
func (j Job) State(now calendar.Instant) State {
	switch {
	case j.Failed > 0:
		return Failed
	case j.Held > now:
		return Running
	case j.Tries > 0:
		return Retrying
	}
	return Waiting
}

// Result is what became of a job that was taken: done, and due again where it comes back; or failed, why, and when it is tried again.
type Result struct {
	Job Job
	// Again is when it is due again; zero: it is done with, or given up where Why says something.
	Again calendar.Instant
	Why   string
}

// Count is how many jobs of a kind there are, and how they stand.
type Count struct {
	Kind                               Kind
	Waiting, Running, Retrying, Failed int
	// Late is how many wait though their instant has come; Oldest is the earliest such instant, and Next the earliest of those to come.
	Late         int
	Oldest, Next calendar.Instant
	// Ran is when one of a routine was done last.
	Ran calendar.Instant
}

// HeldFor is how long a job belongs to the one who took it. Whoever runs it stops before that, so that nobody runs it beside him.
const HeldFor = 5 * time.Minute

// triesAtMost is how often a job is tried: with the pauses between, for about a day.
const triesAtMost = 16

// The pauses between tries double from the shortest to the longest.
const (
	shortest = 15 * time.Second
	longest  = 4 * time.Hour
)

// After gives what becomes of a job that failed now: when it is tried again, or that it is given up. A routine is never
// given up, since nobody would plan it anew.
func After(j Job, now calendar.Instant, why string) Result {
	const most = 500
	if r := []rune(why); len(r) > most {
		why = string(r[:most]) + "…"
	}
	r := Result{Job: j, Why: why}
	if j.Tries < triesAtMost || j.Kind.Routine() {
		r.Again = now.Add(Pause(j.Tries))
	}
	return r
}

// Pause is how long is waited after so many tries.
func Pause(tries int) time.Duration {
	pause := shortest
	for range tries - 1 {
		if pause *= 2; pause >= longest {
			return longest
		}
	}
	return pause
}

// DutyCameBack is the kind of a message that tells of a recurring duty; it is of no case.
const DutyCameBack casework.Kind = "duty_came_back"

// Digest is the kind of a message that stands for all that waits for somebody on a day; it goes by mail alone.
const Digest casework.Kind = "digest"

// Mail is the name of the way by mail.
const Mail = "mail"

// Checkpoints is the name of the way by which signed checkpoints are put down for a witness.
const Checkpoints = "checkpoints"

// Way is a way by which messages leave the house: when one left last, and when one last could not, and why.
type Way struct {
	Name         string
	Left, Failed calendar.Instant
	Why          string
}

// Parcel is a message that leaves the house, with its number, which stays the same however often it is tried, and the
// instant of the act that tells it.
type Parcel struct {
	ID      int64
	At      calendar.Instant
	Message casework.Message
	// Target is which of those that a way leads to is meant; empty where it finds out by itself.
	Target string
}
