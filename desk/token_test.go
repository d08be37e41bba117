package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/desk"
)

func reading() desk.TokenAsk {
	return desk.TokenAsk{Kind: account.Personal, Name: "日报取数", Scopes: []account.Scope{account.ScopeRead}, Days: 30}
}

// TestS03ATokenNeedsTheSecondFactorAsTheDoorDoes: no token is made by who is only half signed in, and none outlives what the
// door has come to demand.
func TestS03ATokenNeedsTheSecondFactorAsTheDoorDoes(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	session, generator := d.join("dongfang", "")
	token, made, err := d.MakeToken(d.ctx, session, passphrase, reading(), from("192.0.2.1"))
	d.must(err)
	if !made.Strong || !strings.HasPrefix(token, account.TokenPrefix) {
		t.Fatalf("%+v", made)
	}
	b, err := d.ByToken(d.ctx, token, from("192.0.2.1"))
	d.must(err)
	if b.Reader.Person != "dongfang" || b.Reader.Operator || b.Reader.Session != "" {
		t.Errorf("%+v", b.Reader)
	}
	half, err := d.SignIn(d.ctx, "dongfang", passphrase, from("192.0.2.1"))
	d.must(err)
	_, _, err = d.MakeToken(d.ctx, half.Token, passphrase, reading(), from("192.0.2.1"))
	d.refused("a token by who showed a password only", err, fault.SignedOut)
	_, _, err = d.MakeToken(d.ctx, d.enter("dongfang", generator).Token, "wrong", reading(), from("192.0.2.1"))
	d.refused("a token without the password", err, fault.NotAllowed)

	weak := d.Under(account.DemoPolicy())
	d.must(weak.Settlers(d.ctx, passphrase, []desk.Newcomer{{Person: "gongye"}}))
	in, err := weak.SignIn(d.ctx, "gongye", passphrase, from("192.0.2.1"))
	d.must(err)
	token, _, err = weak.MakeToken(d.ctx, in.Token, passphrase, reading(), from("192.0.2.1"))
	d.must(err)
	_, err = weak.ByToken(d.ctx, token, from("192.0.2.1"))
	d.must(err)
	_, err = d.ByToken(d.ctx, token, from("192.0.2.1"))
	d.refused("a token from before a second factor was demanded", err, fault.SignedOut)
	_, _, err = d.MakeToken(d.ctx, in.Token, passphrase, reading(), from("192.0.2.1"))
	d.refused("a token by a session from before", err, fault.NotAllowed)
}

// TestATokenDiesWithItsAccountForGood: enabling the account again does not bring it back.
func TestATokenDiesWithItsAccountForGood(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	admin, _ := d.join("admin-system", account.System)
	by, err := d.Signed(d.ctx, admin)
	d.must(err)
	session, _ := d.join("dongfang", "")
	token, made, err := d.MakeToken(d.ctx, session, passphrase, reading(), from("192.0.2.1"))
	d.must(err)
	d.must(d.Disable(d.ctx, by, made.Account))
	_, err = d.ByToken(d.ctx, token, from("192.0.2.1"))
	d.refused("a token of a disabled account", err, fault.SignedOut)
	d.must(d.Enable(d.ctx, by, made.Account))
	_, err = d.ByToken(d.ctx, token, from("192.0.2.1"))
	d.refused("a token from before the account was disabled", err, fault.SignedOut)
}

func TestATokenEndsOnItsDayAndSaysWhenItWasUsed(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	session, _ := d.join("dongfang", "")
	me, err := d.Signed(d.ctx, session)
	d.must(err)
	token, made, err := d.MakeToken(d.ctx, session, passphrase, reading(), from("192.0.2.1"))
	d.must(err)
	own, err := d.Tokens(d.ctx, me)
	d.must(err)
	if len(own) != 1 || own[0].Used != 0 || own[0].ID != made.ID {
		t.Fatalf("%+v", own)
	}
	_, err = d.ByToken(d.ctx, token, from("192.0.2.1"))
	d.must(err)
	if own, err = d.Tokens(d.ctx, me); err != nil || own[0].Used == 0 {
		t.Fatalf("%+v, %v", own, err)
	}
	d.pass(30*24*time.Hour - 2*time.Minute)
	_, err = d.ByToken(d.ctx, token, from("192.0.2.1"))
	d.must(err)
	d.pass(3 * time.Minute)
	_, err = d.ByToken(d.ctx, token, from("192.0.2.1"))
	d.refused("a token after its term", err, fault.SignedOut)
}

// TestS09ATokenIsEnteredWhenItIsMadeAndWhenItIsRevoked, without what opens the door.
func TestS09ATokenIsEnteredWhenItIsMadeAndWhenItIsRevoked(t *testing.T) {
	t.Parallel()
	d := newDoor(t)
	session, _ := d.join("dongfang", "")
	me, err := d.Signed(d.ctx, session)
	d.must(err)
	token, made, err := d.MakeToken(d.ctx, session, passphrase, reading(), from("192.0.2.1"))
	d.must(err)
	d.must(d.RevokeToken(d.ctx, me, made.ID))
	_, err = d.ByToken(d.ctx, token, from("198.51.100.7"))
	d.refused("a token that was revoked", err, fault.SignedOut)
	d.refused("once more", d.RevokeToken(d.ctx, me, made.ID), fault.NotFound)
	var kinds []string
	d.must(desk.Kept(d.store).Read(d.ctx, func(r desk.Reading) error {
		entries, err := r.Entries(desk.SecurityChain)
		for _, e := range entries {
			if strings.Contains(string(e.Body), token) {
				t.Error("the journal holds the token")
			}
			kinds = append(kinds, e.Kind)
		}
		return err
	}))
	d.must(desk.Kept(d.store).Read(d.ctx, func(r desk.Reading) error {
		log, err := r.SecurityLog("", 1)
		if len(log) != 1 || log[0].Kind != account.SignInFailed || log[0].Way != "token" || log[0].Address != "198.51.100.7" {
			t.Errorf("the log says %+v", log)
		}
		return err
	}))
	if n := len(kinds); n < 2 || !slices.Equal(kinds[n-2:], []string{"token_made", "token_revoked"}) {
		t.Errorf("%v", kinds)
	}
}

func TestWhatIsAskedOfATokenIsRefusedTogether(t *testing.T) {
	t.Parallel()
	_, err := account.NewToken("robot", " ", []account.Scope{"admin"}, 0, 0)
	var fields []string
	for _, f := range fault.All(err) {
		fields = append(fields, f.Field)
	}
	if !slices.Equal(fields, []string{"name", "kind", "scopes", "days"}) {
		t.Errorf("%v", fields)
	}
	if _, err := account.NewToken(account.Service, "x", []account.Scope{account.ScopeRead, account.ScopeAct}, 1, 0); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a service that acts: %v", err)
	}
}
