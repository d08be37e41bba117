package account

import (
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// Purpose is what an invitation is for.
type Purpose string

// The purposes: to open an account, or to come back into one whose password or factors were lost.
const (
	Join    Purpose = "join"
	Recover Purpose = "recover"
)

// How long an invitation may live.
const (
	InvitationLeast = time.Hour
	InvitationUsual = 48 * time.Hour
	InvitationMost  = 72 * time.Hour
)

// Invitation is a link that is good once and not for long. Whoever has the link is taken for the person.
type Invitation struct {
	ID      string           `json:"id"`
	Hash    Hash             `json:"-"`
	Purpose Purpose          `json:"purpose"`
	Person  office.PersonID  `json:"person"`
	Account ID               `json:"account,omitempty"`
	Duties  Duties           `json:"duties,omitzero"`
	By      office.PersonID  `json:"by,omitempty"` // empty: the operator of the machine
	Made    calendar.Instant `json:"made"`
	Until   calendar.Instant `json:"until"`
	Used    calendar.Instant `json:"used,omitempty"`
	Void    bool             `json:"void,omitempty"`
	// Half is the hash of the code that goes with the link of a recovery: the administrator who proposed it has the code, the
	// one who confirmed it the link, and neither can come in with what he has.
	Half string `json:"half,omitempty"`
}

// Open gives nil while an invitation may be accepted. The words are the same whatever is against it.
func (i Invitation) Open(now calendar.Instant) error {
	if i.Void || i.Used != 0 || now >= i.Until {
		return InvitationGone()
	}
	return nil
}

// InvitationGone is said of a link that was used, ran out, was withdrawn or never was.
func InvitationGone() error {
	return fault.New(fault.NotFound, "invitation", text.Text{
		ZH: "此链接已用过、已过期或从未有效；请向系统管理员索取新的链接", EN: "this link was used, has run out or never was good; ask a system administrator for a new one",
	})
}

// InvitationUntil is when an invitation of so long a life ends; the life is kept within its bounds.
func InvitationUntil(now calendar.Instant, lives time.Duration) calendar.Instant {
	return calendar.InstantOf(now.Time().Add(min(max(lives, InvitationLeast), InvitationMost)))
}

// Change is a kind of right that two administrators give together.
type Change string

// The changes that need two.
const (
	GrantDuty     Change = "duty"
	SetClearance  Change = "clearance"
	RecoverAccess Change = "recovery"
	BindSubject   Change = "subject"
)

// Proposal is a right that one administrator proposes and another confirms or turns down.
type Proposal struct {
	ID        string           `json:"id"`
	Change    Change           `json:"change"`
	Account   ID               `json:"account"`
	Duty      Duty             `json:"duty,omitempty"`
	Clearance office.Mark      `json:"clearance,omitempty"`
	Subject   *Subject         `json:"subject,omitempty"`
	By        ID               `json:"by"`
	ByPerson  office.PersonID  `json:"by_person"`
	Made      calendar.Instant `json:"made"`
	Until     calendar.Instant `json:"until"`
	Half      string           `json:"half,omitempty"` // the hash of a recovery's code
	Settled   calendar.Instant `json:"settled,omitempty"`
	SettledBy ID               `json:"settled_by,omitempty"`
	Confirmed bool             `json:"confirmed,omitempty"`
}

// proposalLives is how long a proposal waits for the second administrator.
const proposalLives = 7 * 24 * time.Hour

// ProposalUntil is when a proposal that is made now runs out.
func ProposalUntil(now calendar.Instant) calendar.Instant {
	return calendar.InstantOf(now.Time().Add(proposalLives))
}

// MayPropose gives nil when an account may propose a change of another. It must grant rights, and never its own.
func MayPropose(by Account, about ID) error {
	if !by.Duties.Grants() {
		return fault.New(fault.NotAllowed, "", text.Text{
			ZH: "授予权限须由系统管理员或安全管理员提出", EN: "a right is proposed by a system or a security administrator",
		})
	}
	if by.ID == about {
		return fault.New(fault.NotAllowed, "", text.Text{
			ZH: "不能为自己授予权限；请由其他两名管理员办理", EN: "nobody grants a right to himself; two other administrators do it",
		})
	}
	return nil
}

// MaySettle gives nil when an account may confirm or turn down a proposal: another administrator than the one who made
// it, and not the one it is about; and only while it waits.
func (p Proposal) MaySettle(by Account, now calendar.Instant) error {
	if err := MayPropose(by, p.Account); err != nil {
		return err
	}
	if by.ID == p.By {
		return fault.New(fault.NotAllowed, "", text.Text{
			ZH: "提出人不能自己确认；请由另一名管理员确认", EN: "who proposed does not confirm; another administrator does",
		})
	}
	if p.Settled != 0 || now >= p.Until {
		return fault.New(fault.TooLate, "", text.Text{
			ZH: "此项已办结或已过期；如仍需要，请重新提出", EN: "this was settled or has run out; propose it again if it is still wanted",
		})
	}
	return nil
}
