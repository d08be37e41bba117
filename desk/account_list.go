package desk

import (
	"context"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/office"
)

// AccountLine is an account as administrators see it: no secret is in it.
type AccountLine struct {
	ID        account.ID
	Person    office.PersonID
	Name      string
	Login     string
	State     account.State
	Duties    account.Duties
	Clearance office.Mark
	Factors   int
	Subjects  []account.Subject
	Sessions  int
	Seen      calendar.Instant
	// Used is when it was used last, and Until when it is suspended unless it is used before; zero: never.
	Used, Until calendar.Instant
	// Soon says that it is suspended within two weeks.
	Soon bool
	// Own says that it is the reader's.
	Own bool
}

// ProposalLine is a proposal as administrators see it; May says whether the reader may settle it.
type ProposalLine struct {
	account.Proposal
	Name, By string
	May      bool
}

// InvitationLine is an open invitation as administrators see it.
type InvitationLine struct {
	account.Invitation
	Name string
}

// AccountsView is the page of accounts.
type AccountsView struct {
	Accounts    []AccountLine
	Proposals   []ProposalLine
	Invitations []InvitationLine
	// Uninvited are the people of the office without an account.
	Uninvited []office.Person
	// Log is the security log, for the auditor.
	Log []account.Event
	// Names names the people of the log.
	Names map[office.PersonID]string
}

// securityLogLines is how much of the security log a page shows.
const securityLogLines = 200

// Accounts shows the accounts to an administrator; the log of the door is the auditor's and the security administrator's.
func (d *Desk) Accounts(ctx context.Context, by Reader) (AccountsView, error) {
	out := AccountsView{Names: map[office.PersonID]string{}}
	err := d.store.Read(ctx, func(r Reading) error {
		me, err := administrator(r, by, account.AllDuties()...)
		if err != nil {
			return err
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		for _, p := range o.Persons {
			out.Names[p.ID] = p.Name
		}
		all, err := r.Accounts()
		if err != nil {
			return err
		}
		sleep, err := d.dormancy(r, all)
		if err != nil {
			return err
		}
		has := map[office.PersonID]bool{}
		names := map[account.ID]string{}
		for _, a := range all {
			line := AccountLine{
				ID: a.ID, Person: a.Person, Name: out.Names[a.Person], Login: a.Login, State: a.State, Duties: a.Duties, Clearance: a.Clearance,
				Factors: a.FactorCount(), Subjects: a.Subjects, Own: a.ID == me.ID,
			}
			if err := d.countSessions(r, &line); err != nil {
				return err
			}
			if line.Used, err = lastUse(r, a, sleep.logged); err != nil {
				return err
			}
			line.Until = sleep.until(a, line.Used)
			line.Soon = line.Until > 0 && r.Now() >= line.Until.Add(-toldBefore)
			has[a.Person], names[a.ID] = true, line.Name
			out.Accounts = append(out.Accounts, line)
		}
		for _, p := range o.Persons {
			if !has[p.ID] {
				out.Uninvited = append(out.Uninvited, p)
			}
		}
		if err := d.waiting(r, me, names, &out); err != nil {
			return err
		}
		if me.Duties.System {
			return nil
		}
		out.Log, err = r.SecurityLog("", securityLogLines)
		return err
	})
	return out, err
}

func (d *Desk) countSessions(r Reading, line *AccountLine) error {
	sessions, err := r.SessionsOf(line.ID)
	for _, s := range sessions {
		if s.Stage == account.Full && d.policy.Alive(s, r.Now()) {
			line.Sessions++
			line.Seen = max(line.Seen, s.Seen)
		}
	}
	return err
}

// waiting adds what waits for somebody: proposals and open invitations.
func (d *Desk) waiting(r Reading, me account.Account, names map[account.ID]string, out *AccountsView) error {
	proposals, err := r.Proposals()
	if err != nil {
		return err
	}
	for _, p := range proposals {
		if r.Now() < p.Until {
			out.Proposals = append(out.Proposals, ProposalLine{
				Proposal: p, Name: names[p.Account], By: out.Names[p.ByPerson], May: p.MaySettle(me, r.Now()) == nil,
			})
		}
	}
	invitations, err := r.Invitations("")
	if err != nil {
		return err
	}
	for _, i := range invitations {
		if i.Open(r.Now()) == nil {
			out.Invitations = append(out.Invitations, InvitationLine{Invitation: i, Name: out.Names[i.Person]})
		}
	}
	return nil
}
