package desk

import (
	"context"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// SignInBySubject lets in somebody whom a provider has just signed in: the account that issuer and subject are bound to,
// never one that merely has the same name. Strong says that the provider saw a second factor; where it did not, and one is
// demanded, ours is asked for.
func (d *Desk) SignInBySubject(ctx context.Context, s account.Subject, strong bool, from Way) (Ticket, error) {
	var out Ticket
	var whose account.Account
	err := d.store.Write(ctx, func(w Writing) error {
		a, ok, err := w.AccountOfSubject(s)
		if err != nil {
			return err
		}
		whose = a
		if !ok || a.State != account.Active {
			return fault.New(fault.NotAllowed, "subject", text.Text{
				ZH: "该身份没有绑定可用的账号；请先用邀请链接开户，或请管理员绑定", EN: "that identity is bound to no account in use: open one with an invitation, or ask the administrators to bind it",
			})
		}
		out, err = d.admit(w, a, strong, "sso", from)
		return err
	})
	if fault.KindOf(err) == fault.NotAllowed {
		return out, d.failedAt(ctx, whose, "sso", from, err)
	}
	return out, err
}
