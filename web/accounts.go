package web

import (
	"context"
	"time"

	"chancery/core/account"
	"chancery/desk"
)

// Accounts says who is signed in, and lets people in. *desk.Desk does.
type Accounts interface {
	Signed(ctx context.Context, token string) (desk.Reader, error)
	SignIn(ctx context.Context, login, password string, from desk.Way) (desk.Ticket, error)
	SignOut(ctx context.Context, token string) error
	Pending(ctx context.Context, token string) (account.Stage, desk.SecurityView, error)
	ProveCode(ctx context.Context, token, code string, from desk.Way) (desk.Ticket, error)
	OfferTOTP(ctx context.Context, token string) (desk.Offer, error)
	ConfirmTOTP(ctx context.Context, token, password, code string, from desk.Way) (desk.Ticket, error)
	RemoveFactor(ctx context.Context, token, password, which string, from desk.Way) (desk.Ticket, error)
	ChangePassword(ctx context.Context, token, present, password string, from desk.Way) (desk.Ticket, error)
	OfferPasskey(ctx context.Context, token, password string, at desk.Place, from desk.Way) ([]byte, error)
	EnrolPasskey(ctx context.Context, token string, answer []byte, name string, at desk.Place, from desk.Way) (desk.Ticket, error)
	AskPasskey(ctx context.Context, token string, at desk.Place) ([]byte, error)
	ProvePasskey(ctx context.Context, token string, answer []byte, at desk.Place, from desk.Way) (desk.Ticket, error)
	SignInBySubject(ctx context.Context, s account.Subject, strong bool, from desk.Way) (desk.Ticket, error)
	OwnSecurity(ctx context.Context, token string) (desk.SecurityView, error)
	EndSession(ctx context.Context, by desk.Reader, id string) error
	EndOthers(ctx context.Context, token string) error

	Invitation(ctx context.Context, token string) (desk.InvitationView, error)
	Accept(ctx context.Context, token, code, login, password string, from desk.Way) (desk.Ticket, error)
	AcceptBySubject(ctx context.Context, token string, s account.Subject, strong bool, from desk.Way) (desk.Ticket, error)

	Accounts(ctx context.Context, by desk.Reader) (desk.AccountsView, error)
	Invite(ctx context.Context, by desk.Reader, name string, lives time.Duration) (token string, i account.Invitation, err error)
	WithdrawInvitation(ctx context.Context, by desk.Reader, id string) error
	Disable(ctx context.Context, by desk.Reader, id account.ID) error
	Enable(ctx context.Context, by desk.Reader, id account.ID) error
	EndSessionsOf(ctx context.Context, by desk.Reader, id account.ID) error
	Propose(ctx context.Context, by desk.Reader, p account.Proposal) (code string, err error)
	Settle(ctx context.Context, by desk.Reader, id string, confirm bool) (token string, err error)
	WithdrawDuty(ctx context.Context, by desk.Reader, id account.ID) error
}
