package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// Identity is somebody as a provider has proven him: who, and whether it saw more than a password.
type Identity struct {
	Subject account.Subject
	Strong  bool
}

// Journey is what must come back unchanged from the provider: it ties the answer to the browser that began.
type Journey struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	// Next is where the reader goes on to; Invitation is the token of the invitation that is accepted, if one is.
	Next       string `json:"next,omitempty"`
	Invitation string `json:"invitation,omitempty"`
}

// Provider signs people in for us.
type Provider interface {
	// Name is how people know it.
	Name() text.Text
	// Begin is the address at the provider at which a journey begins; back is ours, to which it leads.
	Begin(ctx context.Context, j Journey, back string) (string, error)
	// Answer exchanges the code that came back and verifies what the provider says.
	Answer(ctx context.Context, j Journey, code, back string) (Identity, error)
}

// OpenID is a provider that speaks OpenID Connect. It is asked for its keys and addresses when they are first needed, so
// that the desk opens while the provider is away.
type OpenID struct {
	Issuer, Client, Secret string
	Title                  text.Text
	// HTTP is how the provider is reached; Now is the clock that its tokens are measured by.
	HTTP *http.Client
	Now  func() time.Time
}

// Name is how people know the provider.
func (o OpenID) Name() text.Text { return o.Title }

// signingAlgorithms are those that we believe; none and the symmetric ones are not among them.
func signingAlgorithms() []string { return []string{oidc.RS256, oidc.ES256, oidc.EdDSA} }

func (o OpenID) reach(ctx context.Context, back string) (context.Context, *oidc.Provider, *oauth2.Config, error) {
	ctx = oidc.ClientContext(ctx, o.HTTP)
	p, err := oidc.NewProvider(ctx, o.Issuer)
	if err != nil {
		return ctx, nil, nil, fault.New(fault.Unavailable, "provider", text.Text{
			ZH: "{name}现在连不上；请稍后再试，或用本系统的密码登录", EN: "{name} cannot be reached just now: try later, or sign in with a password of this desk",
		}.Fill(text.Args{"name": o.Title}))
	}
	return ctx, p, &oauth2.Config{ClientID: o.Client, ClientSecret: o.Secret, Endpoint: p.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID}}, nil
}

// Begin is the address at which the provider asks the reader.
func (o OpenID) Begin(ctx context.Context, j Journey, back string) (string, error) {
	_, _, c, err := o.reach(ctx, back)
	if err != nil {
		return "", err
	}
	return c.AuthCodeURL(j.State, oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)), nil
}

// Answer exchanges the code and believes the token only when it is signed by the provider's keys with an algorithm of
// ours, made for us, by this issuer, for this journey, and not run out.
func (o OpenID) Answer(ctx context.Context, j Journey, code, back string) (Identity, error) {
	ctx, p, c, err := o.reach(ctx, back)
	if err != nil {
		return Identity{}, err
	}
	token, err := c.Exchange(ctx, code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return Identity{}, notBelieved()
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Identity{}, notBelieved()
	}
	id, err := p.Verifier(&oidc.Config{ClientID: o.Client, SupportedSigningAlgs: signingAlgorithms(), Now: o.Now}).Verify(ctx, raw)
	if err != nil || id.Subject == "" || j.Nonce == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(j.Nonce)) != 1 {
		return Identity{}, notBelieved()
	}
	var claims struct {
		Methods []string `json:"amr"`
		Party   string   `json:"azp"`
	}
	if err := id.Claims(&claims); err != nil || claims.Party != "" && claims.Party != o.Client {
		return Identity{}, notBelieved()
	}
	return Identity{Subject: account.Subject{Issuer: id.Issuer, Subject: id.Subject}, Strong: strong(claims.Methods)}, nil
}

// strong tells whether the methods that a provider names (RFC 8176) are more than one factor: it says so itself, or names
// something known and something held.
func strong(methods []string) bool {
	known, held := false, false
	for _, m := range methods {
		switch m {
		case "mfa":
			return true
		case "pwd", "pin":
			known = true
		case "otp", "hwk", "swk":
			held = true
		}
	}
	return known && held
}

func notBelieved() error {
	return fault.New(fault.NotAllowed, "provider", text.Text{
		ZH: "单位身份登录没有通过核对；请从登录页重新开始", EN: "the sign-in elsewhere did not stand up to examination: begin again from the sign-in page",
	})
}

// journeyMinutes is how long somebody may take at the provider.
const journeyMinutes = 10

func (s *Site) ssoBegin(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	return s.depart(w, r, Journey{Next: within(r.PostForm.Get("next"))})
}

func (s *Site) ssoInvited(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	if _, err := s.accounts.Invitation(r.Context(), token); err != nil {
		return err
	}
	return s.depart(w, r, Journey{Invitation: token})
}

// depart sends the reader to the provider, and keeps in the browser what must come back.
func (s *Site) depart(w http.ResponseWriter, r *http.Request, j Journey) error {
	if s.provider == nil {
		return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
	}
	j.State, j.Nonce, j.Verifier = rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	to, err := s.provider.Begin(r.Context(), j, s.back(r))
	if err != nil {
		return err
	}
	kept, err := json.Marshal(j)
	if err != nil {
		return fmt.Errorf("keep a journey: %w", err)
	}
	http.SetCookie(w, s.cookie(r, s.journeyName(r), base64.RawURLEncoding.EncodeToString(kept), journeyMinutes*60))
	// A form may only be sent within the site, and browsers hold a redirect after it to the same; so a page leads on.
	f := s.frame(w, r)
	f.Title = f.Say("sso.title")
	w.Header().Set("Refresh", "0; url="+to)
	return s.show(w, r, ssoDepart(SSOPage{Frame: f, To: to, Name: s.provider.Name().In(f.Lang)}))
}

// SSOPage leads to the provider.
type SSOPage struct {
	Frame
	To, Name string
}

func (s *Site) journeyName(r *http.Request) string { return s.cookieName(r) + "-journey" }

func (s *Site) back(r *http.Request) string { return s.place(r).Origin + "/sign-in/sso" }

// ssoAnswer takes what came back from the provider. Only the browser that began is believed.
func (s *Site) ssoAnswer(w http.ResponseWriter, r *http.Request) error {
	if s.provider == nil {
		return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
	}
	j, ok := s.journey(r)
	http.SetCookie(w, s.cookie(r, s.journeyName(r), "", -1))
	q := r.URL.Query()
	if !ok || j.State == "" || subtle.ConstantTimeCompare([]byte(j.State), []byte(q.Get("state"))) != 1 || q.Get("code") == "" {
		return notBelieved()
	}
	who, err := s.provider.Answer(r.Context(), j, q.Get("code"), s.back(r))
	if err != nil {
		return err
	}
	var ticket desk.Ticket
	if j.Invitation != "" {
		ticket, err = s.accounts.AcceptBySubject(r.Context(), j.Invitation, who.Subject, who.Strong, s.way(r))
	} else {
		ticket, err = s.accounts.SignInBySubject(r.Context(), who.Subject, who.Strong, s.way(r))
	}
	if err != nil {
		return err
	}
	s.onward(w, r, ticket, j.Next)
	return nil
}

func (s *Site) journey(r *http.Request) (Journey, bool) {
	var j Journey
	c, err := r.Cookie(s.journeyName(r))
	if err != nil {
		return j, false
	}
	kept, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(c.Value))
	return j, err == nil && json.Unmarshal(kept, &j) == nil
}
