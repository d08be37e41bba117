package account

import (
	"chancery/core/calendar"
	"chancery/core/office"
)

// EventKind is what happened at the door, as it is entered in the journal and in the security log.
type EventKind string

// The kinds. SignInFailed and ReadDenied stand in the security log only; all others are entries of the journal too.
const (
	Invited         EventKind = "account_invited"
	InvitationVoid  EventKind = "invitation_withdrawn"
	Opened          EventKind = "account_opened"
	Recovered       EventKind = "account_recovered"
	DisabledNow     EventKind = "account_disabled"
	EnabledAgain    EventKind = "account_enabled"
	SignedIn        EventKind = "signed_in"
	SignInFailed    EventKind = "sign_in_failed"
	ReadDenied      EventKind = "read_denied"
	SignedOut       EventKind = "signed_out"
	SessionRevoked  EventKind = "session_revoked"
	SessionsRevoked EventKind = "sessions_revoked"
	PasswordChanged EventKind = "password_changed"
	FactorAdded     EventKind = "factor_added"
	FactorRemoved   EventKind = "factor_removed"
	Proposed        EventKind = "right_proposed"
	Confirmed       EventKind = "right_confirmed"
	TurnedDown      EventKind = "right_turned_down"
	DutyWithdrawn   EventKind = "duty_withdrawn"
	TokenMade       EventKind = "token_made"
	TokenRevoked    EventKind = "token_revoked"
	MailChanged     EventKind = "mail_address_changed"
)

// EventVersion is the form of Event as it is entered in the journal.
const EventVersion = 1

// Event is one thing that happened at the door. No secret ever stands in it.
type Event struct {
	Kind     EventKind        `json:"security"`
	At       calendar.Instant `json:"at"`
	Account  ID               `json:"account,omitempty"`
	Person   office.PersonID  `json:"person,omitempty"`
	By       office.PersonID  `json:"by,omitempty"`
	Operator bool             `json:"operator,omitempty"`
	Session  string           `json:"session,omitempty"`
	Address  string           `json:"address,omitempty"`
	Agent    string           `json:"agent,omitempty"`
	// Way is how: password, totp, passkey, sso, token.
	Way       string      `json:"way,omitempty"`
	Change    Change      `json:"change,omitempty"`
	Proposal  string      `json:"proposal,omitempty"`
	Duty      Duty        `json:"duty,omitempty"`
	Clearance office.Mark `json:"clearance,omitempty"`
	Subject   *Subject    `json:"subject,omitempty"`
	// Token is the ID of a token, which opens nothing, and Scopes what it is good for.
	Token  string  `json:"token,omitempty"`
	Scopes []Scope `json:"scopes,omitempty"`
	// Case is the number of the marked case that somebody asked for who may not see it.
	Case string `json:"case,omitempty"`
}

// Entry is the event as the journal keeps it for ever: without the address and the device, which only the log keeps.
func (e Event) Entry() Event {
	e.Address, e.Agent = "", ""
	return e
}

// Journalled tells whether the event is an entry of the journal and not only a line of the log: a stranger who fails at
// the door, or asks for what is not for him, must not be able to fill the record.
func (e Event) Journalled() bool { return e.Kind != SignInFailed && e.Kind != ReadDenied }
