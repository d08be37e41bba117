// Package oidcprovider is a small but real provider of OpenID Connect for tests: discovery, keys, the code flow with PKCE,
// signed tokens. Told to, it lies in one of the ways that a relying party must see through.
package oidcprovider

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Lie is how the provider forges what it says; Honest is not at all.
type Lie string

// The lies, each of one thing only.
const (
	Honest      Lie = ""
	AlgNone     Lie = "alg-none"     // a token that nobody signed
	AlgHMAC     Lie = "alg-hmac"     // a token signed with the client's secret
	OtherKey    Lie = "other-key"    // a token signed with a key that is not published
	OtherClient Lie = "other-client" // a token for somebody else
	OtherIssuer Lie = "other-issuer" // a token that another provider seems to have made
	OtherNonce  Lie = "other-nonce"  // a token of another journey
	NoNonce     Lie = "no-nonce"     // a token of no journey
	OtherState  Lie = "other-state"  // an answer to another browser
	Expired     Lie = "expired"      // a token that ran out
	NoSubject   Lie = "no-subject"   // a token about nobody
	OtherParty  Lie = "other-party"  // a token that another client asked for
)

// Lies are all of them.
func Lies() []Lie {
	return []Lie{AlgNone, AlgHMAC, OtherKey, OtherClient, OtherIssuer, OtherNonce, NoNonce, OtherState, Expired, NoSubject, OtherParty}
}

// Provider answers as an identity provider does. It is safe for use by many requests at once.
type Provider struct {
	issuer, client, secret string
	key, stranger          *rsa.PrivateKey
	now                    func() time.Time
	mux                    *http.ServeMux

	mu      sync.Mutex
	lie     Lie
	subject string
	methods []string
	codes   map[string]asked
}

// asked is what a code stands for.
type asked struct{ redirect, nonce, challenge string }

// New gives a provider with fresh keys that knows one client.
func New(issuer, client, secret string, now func() time.Time) (*Provider, error) {
	p := &Provider{issuer: issuer, client: client, secret: secret, now: now, mux: http.NewServeMux(), codes: map[string]asked{}, subject: "subject-1"}
	var err error
	if p.key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	if p.stranger, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	p.mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	p.mux.HandleFunc("GET /keys", p.keys)
	p.mux.HandleFunc("GET /authorize", p.authorize)
	p.mux.HandleFunc("POST /token", p.token)
	p.mux.HandleFunc("POST /told", p.told)
	return p, nil
}

// ServeHTTP answers one request.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// told sets whom the provider signs in next, with which methods, and how it lies.
func (p *Provider) told(_ http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	p.lie, p.subject, p.methods = Lie(q.Get("lie")), q.Get("subject"), q["method"]
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{
		"issuer": p.issuer, "authorization_endpoint": p.issuer + "/authorize", "token_endpoint": p.issuer + "/token", "jwks_uri": p.issuer + "/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}, "code_challenge_methods_supported": []string{"S256"},
	})
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	e := big.NewInt(int64(p.key.E)).Bytes()
	reply(w, map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k1", "n": encode(p.key.N.Bytes()), "e": encode(e),
	}}})
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// authorize signs in whoever comes and sends him back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != p.client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("state") == "" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.codes[code] = asked{redirect: q.Get("redirect_uri"), nonce: q.Get("nonce"), challenge: q.Get("code_challenge")}
	state := q.Get("state")
	if p.lie == OtherState {
		state = rand.Text()
	}
	back.RawQuery = url.Values{"code": {code}, "state": {state}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// token exchanges a code, once, for those who know the verifier.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	client, secret, ok := r.BasicAuth()
	if ok { // RFC 6749 §2.3.1: both are encoded as in a form first
		var errClient, errSecret error
		client, errClient = url.QueryUnescape(client)
		secret, errSecret = url.QueryUnescape(secret)
		ok = errClient == nil && errSecret == nil
	}
	if !ok {
		client, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	a, known := p.codes[r.PostForm.Get("code")]
	delete(p.codes, r.PostForm.Get("code"))
	sum := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if !known || client != p.client || secret != p.secret || a.redirect != r.PostForm.Get("redirect_uri") || a.challenge != encode(sum[:]) {
		w.WriteHeader(http.StatusBadRequest)
		reply(w, map[string]string{"error": "invalid_grant"})
		return
	}
	token, err := p.idToken(a)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	reply(w, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": 300, "id_token": token})
}

func (p *Provider) idToken(a asked) (string, error) {
	now := p.now()
	claims := map[string]any{
		"iss": p.issuer, "sub": p.subject, "aud": p.client, "azp": p.client, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": a.nonce, "amr": p.methods,
	}
	switch p.lie {
	case OtherClient:
		claims["aud"] = "another-client"
	case OtherIssuer:
		claims["iss"] = "https://id.elsewhere.example"
	case OtherNonce:
		claims["nonce"] = rand.Text()
	case NoNonce:
		delete(claims, "nonce")
	case Expired:
		claims["iat"], claims["exp"] = now.Add(-2*time.Hour).Unix(), now.Add(-time.Hour).Unix()
	case NoSubject:
		delete(claims, "sub")
	case OtherParty:
		claims["azp"] = "another-client"
	case Honest, AlgNone, AlgHMAC, OtherKey, OtherState:
	}
	return p.signed(claims)
}

func (p *Provider) signed(claims map[string]any) (string, error) {
	alg := map[Lie]string{AlgNone: "none", AlgHMAC: "HS256"}[p.lie]
	if alg == "" {
		alg = "RS256"
	}
	head, errHead := json.Marshal(map[string]string{"alg": alg, "kid": "k1", "typ": "JWT"})
	body, errBody := json.Marshal(claims)
	if err := errors.Join(errHead, errBody); err != nil {
		return "", err
	}
	text := encode(head) + "." + encode(body)
	switch alg {
	case "none":
		return text + ".", nil
	case "HS256":
		mac := hmac.New(sha256.New, []byte(p.secret))
		mac.Write([]byte(text))
		return text + "." + encode(mac.Sum(nil)), nil
	}
	key := p.key
	if p.lie == OtherKey {
		key = p.stranger
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return text + "." + encode(signature), err
}
