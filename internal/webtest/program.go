package webtest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	"chancery/core/account"
)

// Program asks at the programs' door with a token; with none for "".
type Program struct {
	house *House
	Token string
}

var shown = regexp.MustCompile(account.TokenPrefix + `[A-Za-z0-9_-]{43}`)

// Token makes a token of a person over the pages, and gives a program that carries it.
func (h *House) Token(person string, scopes ...account.Scope) *Program {
	h.Helper()
	kind := account.Personal
	r := h.As(person).Post("/me/tokens", TokenForm(kind, "a tool of "+person, scopes...))
	found := shown.FindString(r.Body.String())
	if r.Code != http.StatusCreated || found == "" {
		h.Fatalf("%s makes no token: %d %s", person, r.Code, r.Body)
	}
	return &Program{house: h, Token: found}
}

// TokenForm is the form with which a token is made.
func TokenForm(kind account.TokenKind, name string, scopes ...account.Scope) url.Values {
	form := url.Values{"kind": {string(kind)}, "name": {name}, "days": {"90"}, "password": {password}}
	for _, s := range scopes {
		form.Add("scope", string(s))
	}
	return form
}

// Do sends a request; a body that is no reader is sent as JSON.
func (p *Program) Do(method, path string, body any, headers ...string) *httptest.ResponseRecorder {
	p.house.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case io.Reader:
		reader = b
	case string:
		reader, headers = strings.NewReader(b), append([]string{"Content-Type", "application/json"}, headers...)
	default:
		data, err := json.Marshal(b)
		p.house.must(err)
		reader, headers = strings.NewReader(string(data)), append([]string{"Content-Type", "application/json"}, headers...)
	}
	if p.Token != "" {
		headers = append([]string{"Authorization", "Bearer " + p.Token}, headers...)
	}
	return (&Client{house: p.house, cookies: map[string]string{}}).Send(method, path, reader, headers...)
}

// Get asks for something.
func (p *Program) Get(path string, headers ...string) *httptest.ResponseRecorder {
	p.house.Helper()
	return p.Do(http.MethodGet, path, nil, headers...)
}
