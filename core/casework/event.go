package casework

import (
	"encoding/json"

	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// Kind names an act by what the journal says of it: a past participle.
type Kind string

// The acts, in the order of a trip.
const (
	Filed            Kind = "filed"
	Submitted        Kind = "submitted"
	ReturnedBack     Kind = "returned"
	Countersigned    Kind = "countersigned"
	Commented        Kind = "commented"
	Answered         Kind = "answered"
	SignerAdded      Kind = "signer_added"
	SignerRemoved    Kind = "signer_removed"
	Reassigned       Kind = "reassigned"
	NoticePosted     Kind = "notice_posted"
	Objected         Kind = "objected"
	ObjectionSettled Kind = "objection_resolved"
	NoticeEnded      Kind = "notice_ended"
	DecisionAsked    Kind = "decision_requested"
	DecisionReceived Kind = "decision_received"
	ApprovedNow      Kind = "approved"
	RefusedNow       Kind = "refused"
	Issued           Kind = "issued"
	Fulfilled        Kind = "fulfilled"
	Departed         Kind = "departed"
	ChangeAsked      Kind = "change_requested"
	CameHome         Kind = "came_home"
	HandedBack       Kind = "handed_back"
	Reported         Kind = "reported"
	PostNoticed      Kind = "post_notice_posted"
	Settled          Kind = "settled"
	ClosedNow        Kind = "closed"
	WithdrawnNow     Kind = "withdrawn"
	CancelledNow     Kind = "cancelled"
	RevokedNow       Kind = "revoked"
	Recalled         Kind = "recalled"
	Corrected        Kind = "corrected"
	Attached         Kind = "attached"
	Hindered         Kind = "hindered"
	LapsedNow        Kind = "lapsed"
	Escalated        Kind = "escalated"
	Reminded         Kind = "reminded"
	Recounted        Kind = "deadline_recomputed"
)

// Moves says that an event changes something on which somebody decides: what was said, asked, attached or decided, the step,
// who holds it. That the house told somebody of a deadline changes nothing of that, so that whoever was typing meanwhile
// need not look again.
func (k Kind) Moves() bool { return k != Reminded && k != Escalated }

// EventVersion is the version in which events are written.
const EventVersion = 1

// Event is what happened, complete: applying it needs nothing but the case before it.
type Event struct {
	Kind  Kind             `json:"kind"`
	Step  string           `json:"step,omitempty"`
	At    calendar.Instant `json:"at"`
	Day   calendar.Day     `json:"day"`
	Actor office.Actor     `json:"actor"`

	Text   string           `json:"text,omitempty"`
	Ground string           `json:"ground,omitempty"`
	Stance procedure.Stance `json:"stance,omitempty"`
	Slot   string           `json:"slot,omitempty"`
	Number int              `json:"number,omitempty"`
	// Rung is which rung of the ladder an escalation reached, the first as 0, or which of the reminders a reminder is; Post is
	// the name of the post that is told.
	Rung       int             `json:"rung,omitempty"`
	Post       text.Text       `json:"post,omitzero"`
	Yes        bool            `json:"yes,omitempty"`
	Late       bool            `json:"late,omitempty"`
	From       string          `json:"from,omitempty"`
	Outcome    Outcome         `json:"outcome,omitempty"`
	Conditions []string        `json:"conditions,omitempty"`
	Filing     json.RawMessage `json:"filing,omitempty"`
	Digest     string          `json:"digest,omitempty"`
	// New is the head of a case that is filed.
	New *Opening `json:"new,omitempty"`
	// Checked is what the rules said, with the facts they were told.
	Checked Frozen `json:"checked,omitzero"`
	// Answers are the answers that the rules were asked about, with what the registers
	// added to them, so that any later draft can be tried on them.
	Answers json.RawMessage `json:"answers,omitempty"`
	// Skipped are the steps that the case passed by on its way to the one it enters.
	Skipped []Skip `json:"skipped,omitempty"`
	// Pause is what was left of the term of the step that sends the case back.
	Pause *Pause `json:"pause,omitempty"`
	// Enter says which step the case enters, with everything worked out.
	Enter *Entering `json:"enter,omitempty"`
	// Due is a deadline that the act starts: of an objection, of a notice.
	Due *calendar.Derivation `json:"due,omitempty"`
	// Recounted are the deadlines that were counted afresh, each as it was and as it is.
	Recounted  []Recount         `json:"recounted,omitempty"`
	Signer     *Slot             `json:"signer,omitempty"`
	External   *External         `json:"external,omitempty"`
	Instrument text.Text         `json:"instrument,omitzero"`
	Settlement *Settlement       `json:"settlement,omitempty"`
	Actual     json.RawMessage   `json:"actual,omitempty"`
	Archive    procedure.Archive `json:"archive,omitempty"`
	// Mark is that of the filing, where one is given.
	Mark office.Mark `json:"mark,omitempty"`
	// Persons are those to whom the case is copied.
	Persons []office.PersonID `json:"persons,omitempty"`
	// Attachment is the file that was attached.
	Attachment *Attachment `json:"attachment,omitempty"`
}

// Opening is the head of a case as it was filed.
type Opening struct {
	No        string          `json:"no"`
	Number    text.Text       `json:"number"`
	Procedure string          `json:"procedure"`
	Version   int             `json:"version"`
	Title     string          `json:"title"`
	Unit      string          `json:"unit"`
	Applicant office.PersonID `json:"applicant"`
	Filed     calendar.Day    `json:"filed"`
	Mark      office.Mark     `json:"mark,omitempty"`
}

// Entering is a step with everything worked out on the day it was entered.
type Entering struct {
	Step   string               `json:"step"`
	State  State                `json:"state"`
	Post   office.PostID        `json:"post,omitempty"`
	Due    *calendar.Derivation `json:"due,omitempty"`
	Slots  []Slot               `json:"slots,omitempty"`
	Duties []Duty               `json:"duties,omitempty"`
}

// Act is what somebody wants to do. Which fields count depends on the kind.
type Act struct {
	Kind Kind
	// Seen is the version of the case that the actor saw.
	Seen int
	Text string
	// Ground is the coded ground of a refusal, a return or a cancellation.
	Ground     string
	Stance     procedure.Stance
	Slot       string
	Number     int
	Yes        bool
	Day        calendar.Day
	Conditions []string
	Outcome    Outcome
	Filing     json.RawMessage
	Digest     string
	Post       office.PostID
	Settlement *Settlement
	Actual     json.RawMessage
	// Mark is that of the filing, where one is given.
	Mark office.Mark
	// Persons are those to whom the case is copied with a comment.
	Persons []office.PersonID
	// Attachment is the file that is attached; it is kept under its hash already.
	Attachment *Attachment
}

// Unseen is the act without the version that was seen.
func (a Act) Unseen() Act {
	a.Seen = 0
	return a
}

// World is what an act needs to know beside the case: pure values, all of one instant.
type World struct {
	Now       calendar.Instant
	Day       calendar.Day
	Calendar  *calendar.Calendar
	Office    office.Office
	Procedure procedure.Procedure
	// Since is the day on which the case entered its step; nobody is reminded before it.
	Since calendar.Day
	// Involved are the names of those the case is about; they may not sign or decide it.
	Involved []string
	// Travellers are the names of those who travel; Exit is the day of departure.
	Travellers []string
	Exit       calendar.Day
	// Circumstances are those that are so in this case, each with its reason and the travellers concerned.
	Circumstances map[procedure.Circumstance]Circumstance
	// NoticeAgain: what a change alters was on public notice and is noticed again.
	NoticeAgain bool
	// Reduced refuses a filing that is not a reduction of the case's own: fewer people, days or places.
	Reduced func(filing json.RawMessage) error
	// Asked are the units that the case's circulation names, with the posts that answer for them.
	Asked []Slot
	// AskedTerm overrides the term of the signing that asks them, in working days.
	AskedTerm int
	// LeaderLevel is the rank level by which the authority is found.
	LeaderLevel int
	// Unmoved says that since a version was seen nothing happened but what moves nobody's decision; nil: only what was seen
	// last counts.
	Unmoved func(seen int) bool
	// Clearance is up to which mark a person may read; nil: nobody is held to one.
	Clearance func(office.PersonID) office.Mark
	// Check puts the case before the rules at a gate, on the day of the act.
	Check func(gate rule.Gate) (*Checked, error)
	// Instrument is the number for an instrument that is issued now.
	Instrument func() (text.Text, error)
}

// Circumstance is why something is so in a case, and whom it concerns.
type Circumstance struct {
	Why     text.Text
	Persons []string
}
