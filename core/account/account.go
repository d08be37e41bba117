// Package account knows who may come in and how: accounts of persons, what they prove themselves with, how long a
// session lives, how sign-in is slowed down, and which two administrators a right needs. It draws no random bytes and
// reads no clock; both are handed to it.
package account

import (
	"slices"
	"strings"
	"unicode"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// ID names an account for good.
type ID string

// Secret is text that proves somebody; printed, it shows nothing of itself.
type Secret string

// String hides the secret.
func (Secret) String() string { return "(secret)" }

// GoString hides the secret.
func (Secret) GoString() string { return "(secret)" }

// State says whether an account may be used.
type State string

// The states. A disabled account keeps its history; its sessions end at once.
const (
	Active   State = "active"
	Disabled State = "disabled"
)

// Duty is one of the three administrators' duties. They are kept apart: no account holds two, and none of them gives the
// reading of cases.
type Duty string

// The duties: system keeps accounts and the machine, security grants rights, audit reads what both did.
const (
	System   Duty = "system"
	Security Duty = "security"
	Audit    Duty = "audit"
)

// AllDuties are the three, in the order in which they are shown.
func AllDuties() []Duty { return []Duty{System, Security, Audit} }

// Title is the duty in words.
func (d Duty) Title() text.Text {
	switch d {
	case System:
		return text.Text{ZH: "系统管理员", EN: "system administrator"}
	case Security:
		return text.Text{ZH: "安全管理员", EN: "security administrator"}
	case Audit:
		return text.Text{ZH: "审计员", EN: "auditor"}
	}
	return text.Text{ZH: "无管理职责", EN: "no administrator's duty"}
}

// Duties are the administrator's duties of an account: at most one, which Grant sees to.
type Duties struct {
	System   bool `json:"system,omitempty"`
	Security bool `json:"security,omitempty"`
	Audit    bool `json:"audit,omitempty"`
}

// Of is the one duty that is held; "" for none.
func (d Duties) Of() Duty {
	switch {
	case d.System:
		return System
	case d.Security:
		return Security
	case d.Audit:
		return Audit
	}
	return ""
}

// Has tells whether the duty is held.
func (d Duties) Has(one Duty) bool { return one != "" && d.Of() == one }

// Grants tells whether the holder takes part in granting rights: system and security do, audit never does.
func (d Duties) Grants() bool { return d.System || d.Security }

// Grant gives the duties with one more. NotAllowed comes back where another of the three is held already; what is no duty
// at all is Invalid.
func (d Duties) Grant(one Duty) (Duties, error) {
	if !slices.Contains(AllDuties(), one) {
		return d, fault.New(fault.Invalid, "duty", text.Text{
			ZH: "没有这项管理职责；只有系统管理员、安全管理员、审计员三项", EN: "there is no such duty; there are three: system, security, audit",
		})
	}
	if held := d.Of(); held != "" && held != one {
		return d, fault.New(fault.NotAllowed, "duty", text.Text{
			ZH: "此账号已是{held}；三项管理职责互斥，请另选一人，或先解除原职责", EN: "this account is {held} already; the three duties are kept apart: choose another person, or withdraw that duty first",
		}.Fill(text.Args{"held": held.Title()}))
	}
	return Duties{System: one == System, Security: one == Security, Audit: one == Audit}, nil
}

// Passkey is a passkey as it was enrolled. Body is the credential as its library keeps it.
type Passkey struct {
	ID    string           `json:"id"`
	Name  string           `json:"name"`
	Body  []byte           `json:"body"`
	Since calendar.Instant `json:"since"`
	Used  calendar.Instant `json:"used,omitempty"`
}

// Subject is who somebody is at a provider that signs in for us: the subject means nothing without its issuer.
type Subject struct {
	Issuer  string `json:"issuer"`
	Subject string `json:"subject"`
}

// Account is how one person comes in. It is kept whole, with its secrets; what is told of it elsewhere is made of other
// types.
type Account struct {
	ID     ID              `json:"id"`
	Person office.PersonID `json:"person"`
	Login  string          `json:"login"`
	State  State           `json:"state"`
	Duties Duties          `json:"duties,omitzero"`
	// Clearance is up to which mark the person may read, besides the need to know.
	Clearance  office.Mark      `json:"clearance"`
	Password   Secret           `json:"password,omitempty"` // a PHC string
	PasswordAt calendar.Instant `json:"password_at,omitempty"`
	Former     []Secret         `json:"former,omitempty"` // PHC strings that may not come back, the newest first
	TOTP       *TOTP            `json:"totp,omitempty"`
	Passkeys   []Passkey        `json:"passkeys,omitempty"`
	Subjects   []Subject        `json:"subjects,omitempty"`
	Since      calendar.Instant `json:"since"`
	Version    int              `json:"version"`
}

// HasFactor tells whether the account can show a second factor.
func (a Account) HasFactor() bool { return a.TOTP != nil || len(a.Passkeys) > 0 }

// FactorCount is how many second factors are enrolled.
func (a Account) FactorCount() int {
	n := len(a.Passkeys)
	if a.TOTP != nil {
		n++
	}
	return n
}

// WithoutFactor gives the account without one factor: "totp", or the ID of a passkey. NotFound comes back when there is
// none such; NotAllowed when it is the last one and one is demanded.
func (a Account) WithoutFactor(which string, demanded bool) (Account, error) {
	kept := slices.DeleteFunc(slices.Clone(a.Passkeys), func(p Passkey) bool { return p.ID == which })
	isTOTP := which == "totp" && a.TOTP != nil
	if !isTOTP && len(kept) == len(a.Passkeys) {
		return a, fault.New(fault.NotFound, "factor", text.Text{ZH: "没有这个第二因素", EN: "there is no such second factor"})
	}
	if demanded && a.FactorCount() == 1 {
		return a, fault.New(fault.NotAllowed, "factor", text.Text{
			ZH: "这是最后一个第二因素，不能移除；请先登记另一个", EN: "this is the last second factor and cannot be removed; enrol another first",
		})
	}
	if isTOTP {
		a.TOTP = nil
	}
	a.Passkeys = kept
	return a, nil
}

// loginLength bounds a login, in characters.
const loginLength = 64

// Login gives a login as it is kept: without case or space around it. Faults say what a login may look like.
func Login(s string) (string, error) {
	login := strings.ToLower(strings.TrimSpace(s))
	wrong := login == "" || len([]rune(login)) > loginLength || strings.ContainsFunc(login, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-@", r)
	})
	if wrong {
		return "", fault.New(fault.Invalid, "login", text.Text{
			ZH: "登录名由字母、数字和 . _ - @ 组成，最多 {n} 个字符", EN: "a login is made of letters, digits and . _ - @, at most {n} characters",
		}.Fill(text.Args{"n": loginLength}))
	}
	return login, nil
}
