package desk

import (
	"context"
	"slices"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// Bearer is who comes with a token: the person in whose name, and what the token lets through.
type Bearer struct {
	Reader Reader
	Token  account.Token
}

// TokenAsk is what a token is to be.
type TokenAsk struct {
	Kind   account.TokenKind
	Name   string
	Scopes []account.Scope
	Days   int
}

// MakeToken makes a token for who is signed in; it is told once, in the answer. The password is shown again, and where a
// second factor is demanded the session must have been begun with one.
func (d *Desk) MakeToken(ctx context.Context, session, password string, ask TokenAsk, from Way) (string, account.Token, error) {
	if err := d.reprove(ctx, session, password, from, account.Full); err != nil {
		return "", account.Token{}, err
	}
	var made account.Token
	token := account.TokenPrefix + newToken()
	err := d.store.Write(ctx, func(w Writing) error {
		s, a, err := d.session(w, hashOf(session), account.Full)
		if err != nil {
			return err
		}
		demanded, err := d.factorDemanded(w, a)
		if err != nil {
			return err
		}
		if demanded && !s.Strong {
			return fault.New(fault.NotAllowed, "", text.Text{
				ZH: "制作令牌须以第二因素登录；请先在账号安全中登记第二因素，再重新登录", EN: "a token is made by who signed in with a second factor: set one up for the account, sign in anew, then make it",
			})
		}
		if made, err = account.NewToken(ask.Kind, ask.Name, ask.Scopes, ask.Days, w.Now()); err != nil {
			return err
		}
		all, err := w.TokensOf(a.ID)
		if err != nil {
			return err
		}
		if alive := slices.DeleteFunc(all, func(t account.Token) bool { return !t.Alive(w.Now()) }); len(alive) >= account.TokensMost {
			return fault.New(fault.Conflict, "", text.Text{
				ZH: "有效令牌已有 {n} 个；请先停用不再使用的", EN: "there are {n} live tokens already; revoke one that is not used any more",
			}.Fill(text.Args{"n": account.TokensMost}))
		}
		made.ID, made.Hash, made.Account, made.Strong = newID(), hashOf(token), a.ID, s.Strong
		if err := w.SaveToken(made); err != nil {
			return err
		}
		return note(w, account.Event{
			Kind: account.TokenMade, Account: a.ID, Person: a.Person, Session: s.ID, Token: made.ID, Scopes: made.Scopes, Address: from.Address, Agent: shortened(from.Agent, 200),
		})
	})
	if err != nil {
		return "", account.Token{}, err
	}
	return token, made, nil
}

// ByToken gives who comes with a token. SignedOut comes back for one that opens nothing (never did, or no longer): it ran
// out, was revoked, its account was disabled, or a second factor is demanded by now and was not when it was made. A failure
// is written into the security log.
func (d *Desk) ByToken(ctx context.Context, token string, from Way) (Bearer, error) {
	var (
		out   Bearer
		whose account.Account
		stale bool
	)
	err := d.store.Glance(ctx, func(r Reading) error {
		t, a, ok, err := r.Bearer(hashOf(token))
		if err != nil {
			return err
		}
		if !ok || !t.Alive(r.Now()) {
			return deadToken()
		}
		if whose = a; whose.State != account.Active {
			return deadToken()
		}
		demanded, err := d.factorDemanded(r, whose)
		if err != nil {
			return err
		}
		if demanded && !t.Strong {
			return deadToken()
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		out = Bearer{Token: t, Reader: readerOf(account.Session{}, whose, o, r.Now().Day(OfficeZone()))}
		stale = t.Stale(r.Now())
		return nil
	})
	if fault.KindOf(err) == fault.SignedOut {
		return out, d.failedAt(ctx, whose, "token", from, err)
	}
	if err != nil || !stale {
		return out, err
	}
	return out, d.store.Write(ctx, func(w Writing) error {
		t, ok, err := w.Token(out.Token.Hash)
		if err != nil || !ok {
			return err
		}
		t.Used = w.Now()
		return w.SaveToken(t)
	})
}

func deadToken() error {
	return fault.New(fault.SignedOut, "", text.Text{
		ZH: "没有可用的令牌：未出示、已过期或已停用；请登录网页，在「访问令牌」中另做一个",
		EN: "no token that opens anything was shown: none at all, or one that ran out or was revoked; sign in at the pages and make another under access tokens",
	})
}

// Tokens gives the own tokens, the newest first, those that have run out among them.
func (d *Desk) Tokens(ctx context.Context, by Reader) ([]account.Token, error) {
	var out []account.Token
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		out, err = r.TokensOf(by.Account)
		return err
	})
	return out, err
}

// RevokeToken makes one of the own tokens open nothing from now on, by its ID; NotFound when there is none such.
func (d *Desk) RevokeToken(ctx context.Context, by Reader, id string) error {
	return d.store.Write(ctx, func(w Writing) error {
		all, err := w.TokensOf(by.Account)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(t account.Token) bool { return t.ID == id })
		if at < 0 {
			return fault.New(fault.NotFound, "token", text.Text{ZH: "没有这个令牌，或已经停用", EN: "there is no such token, or it was revoked already"})
		}
		if err := w.DropToken(all[at].Hash); err != nil {
			return err
		}
		return note(w, account.Event{Kind: account.TokenRevoked, Account: by.Account, Person: by.Person, By: by.Person, Token: id})
	})
}

// shut ends everything by which an account is in, its sessions and its tokens, and the address of its calendar.
func shut(w Writing, id account.ID) error {
	if err := w.DropSessionsOf(id, account.Hash{}); err != nil {
		return err
	}
	if _, err := w.DropFeed(id); err != nil {
		return err
	}
	return w.DropTokensOf(id)
}
