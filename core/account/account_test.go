package account_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/fault"
)

func at(seconds int64) calendar.Instant { return calendar.InstantOf(time.Unix(seconds, 0)) }

// The codes are those of RFC 6238, appendix B, for SHA-1, their last six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	t.Parallel()
	generator := account.TOTP{Secret: account.NewTOTPSecret([]byte("12345678901234567890"))}
	for seconds, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		if got, err := generator.Code(at(seconds)); err != nil || got != want {
			t.Errorf("at %d: %s %v, want %s", seconds, got, err, want)
		}
	}
}

func TestACodeIsTakenOnceAndOnlyInItsTime(t *testing.T) {
	t.Parallel()
	g := account.TOTP{Secret: account.NewTOTPSecret([]byte("12345678901234567890"))}
	rapid.Check(t, func(t *rapid.T) {
		now := rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "now")
		off := rapid.Int64Range(-200, 200).Draw(t, "off")
		code, err := g.Code(at(now + off))
		if err != nil {
			t.Fatal(err)
		}
		steps := (now+off)/30 - now/30
		used, ok := g.Accept(code, at(now))
		if near := steps >= -1 && steps <= 1; ok != near {
			if _, again := used.Accept(code, at(now)); !near && !again {
				return // six digits fell together by chance
			}
			t.Fatalf("%d steps off: %v", steps, ok)
		}
		if _, again := used.Accept(code, at(now+1)); ok && again {
			t.Fatal("the same code was taken twice")
		}
	})
	for _, code := range []string{"", "12345", "1234567", "abcdef", "٢٨٧٠٨٢"} {
		if _, ok := g.Accept(code, at(59)); ok {
			t.Errorf("%q was taken", code)
		}
	}
}

func TestTheWaitGrowsAndNeverShutsAnybodyOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pace := rapid.SampledFrom([]account.Pace{account.LoginHerePace(), account.LoginPace(), account.FactorPace(), account.AddressPace()}).Draw(t, "pace")
		now, before := int64(1_800_000_000), time.Duration(0)
		var s account.Slowdown
		for range rapid.IntRange(1, 200).Draw(t, "failures") {
			s = s.Failed(at(now))
			wait := s.Wait(pace, at(now))
			if wait < before || wait > pace.Most {
				t.Fatalf("after %v it is %v", before, wait)
			}
			before = wait
			if s.Wait(pace, calendar.InstantOf(at(now).Time().Add(wait))) != 0 {
				t.Fatal("who waited may not try")
			}
			now += int64(rapid.IntRange(0, 1800).Draw(t, "pause"))
		}
		if s.Failures < pace.Free && s.Wait(pace, s.Last) != 0 {
			t.Fatal("a free failure has to wait")
		}
		if s.Wait(pace, calendar.InstantOf(s.Last.Time().Add(account.Forgotten))) != 0 {
			t.Fatal("nothing is forgotten")
		}
	})
}

func TestOnlyThePasswordMatchesItsHashAndABrokenHashMatchesNothing(t *testing.T) {
	t.Parallel()
	salt := []byte("sixteen bytes ..")
	hash := account.HashPassword("Boote im Café", salt)
	if !strings.HasPrefix(string(hash), "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("%q", string(hash))
	}
	if !account.MatchPassword(hash, "Boote im Café") || !account.MatchPassword(hash, "Boote im Cafe\u0301") {
		t.Error("the same characters, composed otherwise, do not match")
	}
	for _, wrong := range []string{"", "boote im Café", "Boote im Café ", "Boote im Cafe"} {
		if account.MatchPassword(hash, wrong) {
			t.Errorf("%q matches", wrong)
		}
	}
	for _, broken := range []string{
		"", "plain", "$argon2id$", strings.Replace(string(hash), "argon2id", "argon2i", 1), strings.Replace(string(hash), "m=19456", "m=999999999", 1),
		strings.Replace(string(hash), "p=1", "p=0", 1), strings.Replace(string(hash), "v=19", "v=18", 1), string(hash)[:40], "$argon2id$v=19$m=8,t=1,p=1$$",
	} {
		if account.MatchPassword(account.Secret(broken), "") || account.MatchPassword(account.Secret(broken), "Boote im Café") {
			t.Errorf("%q matches", broken)
		}
	}
}

func TestALoginIsKeptWithoutCaseAndWithoutSigns(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{" Dongfang ": "dongfang", "东方既白": "东方既白", "a.b-c_d@e": "a.b-c_d@e"} {
		if got, err := account.Login(in); err != nil || got != want {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
	for _, in := range []string{"", "  ", "a b", "a\u202eb", "a/b", "<b>", strings.Repeat("a", 65), "a\x00"} {
		if _, err := account.Login(in); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestTheLastFactorStaysWhereOneIsDemanded(t *testing.T) {
	t.Parallel()
	a := account.Account{TOTP: &account.TOTP{}, Passkeys: []account.Passkey{{ID: "k1"}}}
	one, err := a.WithoutFactor("totp", true)
	if err != nil || one.FactorCount() != 1 || a.FactorCount() != 2 {
		t.Fatal(one.FactorCount(), a.FactorCount(), err)
	}
	if _, err := one.WithoutFactor("k1", true); fault.KindOf(err) != fault.NotAllowed {
		t.Error(err)
	}
	if none, err := one.WithoutFactor("k1", false); err != nil || none.HasFactor() {
		t.Error(err)
	}
	if _, err := a.WithoutFactor("k2", false); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}
