package account

import (
	"slices"
	"strings"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
)

// TokenPrefix begins every token, so that one that was left lying in a file is recognised.
const TokenPrefix = "chancery_"

// TokenKind says who carries a token.
type TokenKind string

// The kinds. A personal token is carried by its person; a service token by a program, which reads and files but never acts.
const (
	Personal TokenKind = "personal"
	Service  TokenKind = "service"
)

// Words lists the kinds.
func (TokenKind) Words() []string { return []string{string(Personal), string(Service)} }

// Scope is what a token is good for. There is none for the administration of accounts.
type Scope string

// The scopes: read cases and rulebooks, file cases, act in cases.
const (
	ScopeRead Scope = "read"
	ScopeFile Scope = "file"
	ScopeAct  Scope = "act"
)

// Words lists the scopes.
func (Scope) Words() []string {
	return []string{string(ScopeRead), string(ScopeFile), string(ScopeAct)}
}

// The most that tokens may be: days until the end, live ones of one account, characters of a name.
const (
	TokenDays  = 365
	TokensMost = 20
	tokenName  = 60
)

// Token lets a program in at the programs' door in the name of a person. It never gives more than the person sees and may
// do that day.
type Token struct {
	// ID names it in lists and in the log; it opens nothing.
	ID      string           `json:"id"`
	Hash    Hash             `json:"-"`
	Account ID               `json:"account"`
	Kind    TokenKind        `json:"kind"`
	Name    string           `json:"name"`
	Scopes  []Scope          `json:"scopes"`
	Made    calendar.Instant `json:"made"`
	Until   calendar.Instant `json:"until"`
	// Used is when it was shown last, to the minute; zero: never.
	Used calendar.Instant `json:"used,omitempty"`
	// Strong: a second factor had been shown when it was made.
	Strong bool `json:"strong,omitempty"`
}

// Alive tells whether the token has not run out.
func (t Token) Alive(now calendar.Instant) bool { return now < t.Until }

// Has tells whether the token has a scope.
func (t Token) Has(s Scope) bool { return slices.Contains(t.Scopes, s) }

// Stale tells whether the last use should be written down again; once a minute is enough.
func (t Token) Stale(now calendar.Instant) bool { return now.Time().Sub(t.Used.Time()) >= TouchAfter }

// NewToken is a token as it was asked for: of a kind, with a name, for so many days. Every fault of what was asked comes
// back together.
func NewToken(kind TokenKind, name string, scopes []Scope, days int, now calendar.Instant) (Token, error) {
	var faults fault.List
	wrong := func(field, zh, en string, args text.Args) {
		faults = append(faults, fault.New(fault.Invalid, field, text.Text{ZH: zh, EN: en}.Fill(args)))
	}
	name = strings.TrimSpace(name)
	if n := len([]rune(name)); n == 0 || n > tokenName {
		wrong("name", "请给令牌起名，说明给谁用，最多 {n} 个字", "give the token a name that says what uses it, at most {n} characters", text.Args{"n": tokenName})
	}
	if !slices.Contains(kind.Words(), string(kind)) {
		wrong("kind", "令牌只有个人（personal）和程序（service）两种", "a token is personal or service", nil)
	}
	kept := []Scope{}
	for _, s := range []Scope{ScopeRead, ScopeFile, ScopeAct} {
		if slices.Contains(scopes, s) {
			kept = append(kept, s)
		}
	}
	if unknown := slices.ContainsFunc(scopes, func(s Scope) bool { return !slices.Contains(s.Words(), string(s)) }); unknown || len(kept) == 0 {
		wrong("scopes", "请选择令牌的用途：查看、立案、办理，至少一项", "choose what the token is for: read, file, act; at least one", nil)
	}
	if kind == Service && slices.Contains(scopes, ScopeAct) {
		wrong("scopes", "程序令牌不能办理，只能查看和立案；须本人办理的请用个人令牌", "a service token does not act, it reads and files; where a person acts, use a personal token", nil)
	}
	if days < 1 || days > TokenDays {
		wrong("days", "有效期为 1 至 {n} 天", "it is good for 1 to {n} days", text.Args{"n": TokenDays})
	}
	until := calendar.InstantOf(now.Time().Add(time.Duration(days) * 24 * time.Hour))
	return Token{Kind: kind, Name: name, Scopes: kept, Made: now, Until: until}, faults.OrNil()
}
