package desk

import (
	"context"
	"slices"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/text"
)

// lastUse is when an account was used last: signed in, opened or enabled again, by a session or by a token.
func lastUse(r Reading, a account.Account, logged map[account.ID]calendar.Instant) (calendar.Instant, error) {
	last := max(a.Since, logged[a.ID])
	sessions, err := r.SessionsOf(a.ID)
	if err != nil {
		return last, err
	}
	for _, s := range sessions {
		if s.Stage == account.Full {
			last = max(last, s.Seen)
		}
	}
	tokens, err := r.TokensOf(a.ID)
	for _, t := range tokens {
		last = max(last, t.Used)
	}
	return last, err
}

// dormancy finds in all accounts those that sleep.
type dormancy struct {
	policy account.Policy
	logged map[account.ID]calendar.Instant
	active map[account.Duty]int
}

func (d *Desk) dormancy(r Reading, all []account.Account) (dormancy, error) {
	out := dormancy{policy: d.policy, active: map[account.Duty]int{}}
	for _, a := range all {
		if a.State == account.Active && a.Duties.Of() != "" {
			out.active[a.Duties.Of()]++
		}
	}
	var err error
	out.logged, err = r.LastUses()
	return out, err
}

// until is when an account is suspended unless it is used before; zero: never. The last one in use that has an
// administrator's duty is left, since nobody else could open the others again.
func (y dormancy) until(a account.Account, last calendar.Instant) calendar.Instant {
	if a.State != account.Active || y.policy.Dormant <= 0 || a.Duties.Of() != "" && y.active[a.Duties.Of()] == 1 {
		return 0
	}
	return last.Add(y.policy.Dormant)
}

// The kinds of the messages about accounts that sleep; they are of no case.
const (
	accountSleeps   casework.Kind = "account_unused"
	accountStopped  casework.Kind = "account_suspended"
	toldBefore                    = 14 * 24 * time.Hour
	dormantNoteName               = "dormant "
)

// SuspendDormant suspends the accounts that nobody used for as long as the policy bears, and ends their sessions and
// tokens; whoever is near that is told once, two weeks before, and the system administrators are told of every account
// that was suspended. Done again it does nothing. It says how many were suspended.
func (d *Desk) SuspendDormant(ctx context.Context) (int, error) {
	gone := 0
	err := d.store.Write(ctx, func(w Writing) error {
		gone = 0
		all, err := w.Accounts()
		if err != nil {
			return err
		}
		sleep, err := d.dormancy(w, all)
		if err != nil {
			return err
		}
		o, err := w.Office()
		if err != nil {
			return err
		}
		var msgs []casework.Message
		for _, a := range all {
			last, err := lastUse(w, a, sleep.logged)
			if err != nil {
				return err
			}
			until := sleep.until(a, last)
			p, _ := o.Person(a.Person)
			switch {
			case until == 0 || w.Now() < until.Add(-toldBefore):
			case w.Now() < until:
				fresh, err := onceNoted(w, dormantNoteName+string(a.ID), last.Day(OfficeZone()).String())
				if err != nil {
					return err
				}
				if fresh {
					msgs = append(msgs, casework.Message{To: a.Person, Kind: accountSleeps, Words: text.Text{
						ZH: "您的账号自{last}起未用，{until}将自动停用；登录一次即可保留", EN: "Your account has not been used since {last} and is suspended on {until}; sign in once to keep it",
					}.Fill(text.Args{"last": last.Day(OfficeZone()).Say(), "until": until.Day(OfficeZone()).Say()})})
				}
			default:
				a.State = account.Disabled
				if a.Duties.Of() != "" {
					sleep.active[a.Duties.Of()]--
				}
				if err := save(w, a); err != nil {
					return err
				}
				if err := shut(w, a.ID); err != nil {
					return err
				}
				if err := note(w, account.Event{Kind: account.DisabledNow, Account: a.ID, Person: a.Person, Way: "unused"}); err != nil {
					return err
				}
				gone++
				for _, admin := range all {
					if admin.Duties.System && admin.State == account.Active && admin.ID != a.ID {
						msgs = append(msgs, casework.Message{To: admin.Person, Kind: accountStopped, Words: text.Text{
							ZH: "{name}的账号自{last}起未用，已自动停用", EN: "The account of {name} was not used since {last} and is suspended",
						}.Fill(text.Args{"name": p.Name, "last": last.Day(OfficeZone()).Say()})})
					}
				}
			}
		}
		return tell(w, msgs)
	})
	return gone, err
}

// onceNoted says whether a word is new under a name, and keeps it.
func onceNoted(w Writing, name, word string) (bool, error) {
	last, err := w.Noted(name)
	if err != nil || last == word {
		return false, err
	}
	return true, w.Note(name, word)
}

// UnusedAccount is an account, when it was used last, and when it is suspended unless it is used before; zero: never.
type UnusedAccount struct {
	AccountLine

	Until calendar.Instant
}

// Unused gives the accounts that nobody used for so long, the one unused longest first. Administrators see them, and the
// operator of the machine.
func (d *Desk) Unused(ctx context.Context, by Reader, since time.Duration) ([]UnusedAccount, error) {
	var out []UnusedAccount
	err := d.store.Read(ctx, func(r Reading) error {
		if !by.Operator || by.Person != "" {
			if _, err := administrator(r, by, account.AllDuties()...); err != nil {
				return err
			}
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		all, err := r.Accounts()
		if err != nil {
			return err
		}
		sleep, err := d.dormancy(r, all)
		if err != nil {
			return err
		}
		for _, a := range all {
			last, err := lastUse(r, a, sleep.logged)
			if err != nil {
				return err
			}
			if r.Now() < last.Add(since) {
				continue
			}
			p, _ := o.Person(a.Person)
			out = append(out, UnusedAccount{
				AccountLine{ID: a.ID, Person: a.Person, Name: p.Name, Login: a.Login, State: a.State, Duties: a.Duties, Used: last}, sleep.until(a, last),
			})
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b UnusedAccount) int { return int((a.Used - b.Used) / 1e6) })
	return out, err
}
