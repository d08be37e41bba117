package api

import (
	"net/http"
	"reflect"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/text"
)

// ownBody is who the door takes the caller for.
type ownBody struct {
	Person office.PersonID `json:"person"`
	Name   text.Text       `json:"name"`
	Post   text.Text       `json:"post,omitzero"`
	// Token is the one that was shown; absent for a session.
	Token *tokenBody `json:"token,omitempty"`
}

// tokensBody are the own tokens.
type tokensBody struct {
	Tokens []tokenBody `json:"tokens"`
}

// tokenBody is a token as it is listed; what opens the door is told once, when it is made, and never again.
type tokenBody struct {
	ID     string            `json:"id"`
	Kind   account.TokenKind `json:"kind"`
	Name   string            `json:"name"`
	Scopes []account.Scope   `json:"scopes"`
	Made   calendar.Instant  `json:"made"`
	Until  calendar.Instant  `json:"until"`
	Used   calendar.Instant  `json:"used,omitempty"`
}

func tokenOf(t account.Token) tokenBody {
	return tokenBody{ID: t.ID, Kind: t.Kind, Name: t.Name, Scopes: t.Scopes, Made: t.Made, Until: t.Until, Used: t.Used}
}

func (d *Door) ownOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/api/me", id: "show-me", scope: account.ScopeRead, say: say("本接口把调用者当作谁", "Who the door takes the caller for"),
			answer: reflect.TypeFor[ownBody](), do: d.own,
		},
		{
			method: http.MethodGet, path: "/api/me/tokens", id: "list-tokens", scope: account.ScopeRead, say: say("本人的访问令牌", "The own access tokens"),
			answer: reflect.TypeFor[tokensBody](), do: d.tokens,
		},
		{
			method: http.MethodDelete, path: "/api/me/tokens/{id}", id: "revoke-token", scope: account.ScopeRead,
			say:    say("停用一个令牌；凭令牌调用时只能停用它自己", "Revoke a token; who comes with a token can revoke that one only"),
			status: http.StatusNoContent, do: d.revoke,
		},
	}
}

func (d *Door) own(c *call) (any, error) {
	out := ownBody{Person: c.reader.Person, Name: c.reader.Name, Post: c.reader.Post}
	if c.token != nil {
		t := tokenOf(*c.token)
		out.Token = &t
	}
	return out, nil
}

func (d *Door) tokens(c *call) (any, error) {
	all, err := d.desk.Tokens(c.r.Context(), c.reader)
	if err != nil {
		return nil, err
	}
	out := tokensBody{Tokens: []tokenBody{}}
	for _, t := range all {
		out.Tokens = append(out.Tokens, tokenOf(t))
	}
	return out, nil
}

func (d *Door) revoke(c *call) (any, error) {
	id := c.r.PathValue("id")
	if c.token != nil && c.token.ID != id {
		return nil, refuse(http.StatusForbidden, "scope", "", say("令牌只能停用它自己；其余请在网页「访问令牌」中停用", "a token revokes itself only; the others are revoked on the page of access tokens"))
	}
	return nil, d.desk.RevokeToken(c.r.Context(), c.reader, id)
}
