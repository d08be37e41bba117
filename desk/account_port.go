package desk

import (
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/office"
)

// AccountReading is what can be read of accounts at one instant; ok is false where there is none.
type AccountReading interface {
	Account(id account.ID) (a account.Account, ok bool, err error)
	AccountByLogin(login string) (a account.Account, ok bool, err error)
	AccountOf(person office.PersonID) (a account.Account, ok bool, err error)
	// Expect says that AccountOf is going to be asked of a person, so that it can be asked along with what is asked next.
	Expect(person office.PersonID)
	// Clearance is up to which mark a person's account may read.
	Clearance(person office.PersonID) (mark office.Mark, ok bool, err error)
	AccountOfSubject(s account.Subject) (a account.Account, ok bool, err error)
	Accounts() ([]account.Account, error)
	Session(hash account.Hash) (s account.Session, ok bool, err error)
	SessionsOf(id account.ID) ([]account.Session, error)
	Invitation(hash account.Hash) (i account.Invitation, ok bool, err error)
	// Invitations gives the newest, of one person or, for "", of all.
	Invitations(person office.PersonID) ([]account.Invitation, error)
	Proposal(id string) (p account.Proposal, ok bool, err error)
	// Proposals gives those that nobody settled.
	Proposals() ([]account.Proposal, error)
	Slowdown(what string) (account.Slowdown, error)
	Token(hash account.Hash) (t account.Token, ok bool, err error)
	// Bearer gives a token with its account, the zero one where that is gone, and knows the office after it.
	Bearer(hash account.Hash) (t account.Token, a account.Account, ok bool, err error)
	// TokensOf gives the tokens of an account, the newest first, those that have run out among them.
	TokensOf(id account.ID) ([]account.Token, error)
	// Feed gives the feed whose address has a hash, FeedOf that of an account.
	Feed(hash account.Hash) (f account.Feed, ok bool, err error)
	FeedOf(id account.ID) (f account.Feed, ok bool, err error)
	// SecurityLog gives the newest lines, of one account or, for "", of all.
	SecurityLog(id account.ID, limit int) ([]account.Event, error)
	// LastUses are when each account was last signed in to, opened or enabled again; of those that never were there is none.
	LastUses() (map[account.ID]calendar.Instant, error)
	// Preferences are how a person likes the desk to be.
	Preferences(person office.PersonID) (account.Preferences, error)
	// AllPreferences are those of everybody who said so.
	AllPreferences() (map[office.PersonID]account.Preferences, error)
}

// AccountWriting is what one act may write of accounts.
type AccountWriting interface {
	// SaveAccount refuses as a Conflict what was changed since seen, and a person, login or subject that has an account.
	SaveAccount(a account.Account, seen int) error
	SaveSession(s account.Session) error
	DropSession(hash account.Hash) error
	// DropSessionsOf spares one; the zero hash spares none.
	DropSessionsOf(id account.ID, but account.Hash) error
	SaveToken(t account.Token) error
	DropToken(hash account.Hash) error
	DropTokensOf(id account.ID) error
	// SaveFeed writes the feed of an account in place of the one before; TouchFeed notes that it was asked for now, DropFeed
	// says whether there was one.
	SaveFeed(f account.Feed) error
	TouchFeed(hash account.Hash) error
	DropFeed(id account.ID) (bool, error)
	SaveInvitation(i account.Invitation) error
	SaveProposal(p account.Proposal) error
	SaveSlowdown(what string, s account.Slowdown) error
	Log(e account.Event) error
	SavePreferences(person office.PersonID, p account.Preferences) error
	// Sweep forgets sessions that ended, tokens that ran out long ago and failures that no longer count.
	Sweep() error
}
