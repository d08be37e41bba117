package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// Tokens keeps the tokens with which programs come in. *desk.Desk does.
type Tokens interface {
	Tokens(ctx context.Context, by desk.Reader) ([]account.Token, error)
	MakeToken(ctx context.Context, session, password string, ask desk.TokenAsk, from desk.Way) (string, account.Token, error)
	RevokeToken(ctx context.Context, by desk.Reader, id string) error
}

// TokensPage lists the own tokens and makes new ones.
type TokensPage struct {
	Frame
	// Made is the token that was just made: shown now and never again.
	Made     string
	MadeName string
	Wrong    []FormWrong
	Name     string
	Kinds    []Choice
	Scopes   []Choice
	Terms    []Choice
	Rows     []TokenRow
}

// FormWrong is what is wrong in a form, at a field of it; "" is the form as a whole.
type FormWrong struct{ Field, Say string }

// At is what is wrong at a field.
func (p TokensPage) At(field string) string {
	for _, w := range p.Wrong {
		if w.Field == field {
			return w.Say
		}
	}
	return ""
}

// TokenRow is one token in the list.
type TokenRow struct {
	Name                    Run
	Kind, Scopes            string
	Made, Until, Used, Href string
	State                   Tag
}

// tokenTerms are the terms that are offered, in days.
func tokenTerms() []int { return []int{30, 90, 180, account.TokenDays} }

// tokensOpen shows the own tokens.
func (s *Site) tokensOpen(w http.ResponseWriter, r *http.Request) error {
	ask := desk.TokenAsk{Kind: account.Personal, Scopes: []account.Scope{account.ScopeRead}, Days: 90}
	page, err := s.tokensPage(w, r, ask)
	if err != nil {
		return err
	}
	return s.show(w, r, tokensShow(page))
}

func (s *Site) tokensPage(w http.ResponseWriter, r *http.Request, ask desk.TokenAsk) (TokensPage, error) {
	who, err := s.reader(r)
	if err != nil {
		return TokensPage{}, err
	}
	all, err := s.tokens.Tokens(r.Context(), who)
	if err != nil {
		return TokensPage{}, err
	}
	f := s.frame(w, r)
	f.Here, f.Title = "tokens", f.Say("tokens.title")
	page := TokensPage{Frame: f, Name: ask.Name}
	for _, k := range account.Personal.Words() {
		page.Kinds = append(page.Kinds, Choice{Value: k, Label: tokenKind(f, account.TokenKind(k)), Chosen: k == string(ask.Kind)})
	}
	for _, one := range account.ScopeRead.Words() {
		page.Scopes = append(page.Scopes, Choice{Value: one, Label: tokenScope(f, account.Scope(one)), Chosen: slices.Contains(ask.Scopes, account.Scope(one))})
	}
	for _, days := range tokenTerms() {
		page.Terms = append(page.Terms, Choice{Value: number(days), Label: f.Say("tokens.days", text.Args{"n": days}), Chosen: days == ask.Days})
	}
	today := s.today()
	for _, t := range all {
		row := TokenRow{
			Name: f.Run(t.Name), Kind: f.Say("tokens.kind_short.personal"), Made: f.day(t.Made.Day(desk.OfficeZone())),
			Until: f.day(t.Until.Day(desk.OfficeZone())), Used: f.Say("tokens.never"), Href: "/me/tokens/" + pathPart(t.ID) + "/revocation",
			State: Tag{"check", "ok", f.Say("tokens.live")},
		}
		if t.Kind == account.Service {
			row.Kind = f.Say("tokens.kind_short.service")
		}
		if t.Used != 0 {
			row.Used = f.minute(t.Used)
		}
		if t.Until.Day(desk.OfficeZone()) < today {
			row.State = Tag{"clock", "", f.Say("tokens.over")}
		}
		var scopes []string
		for _, one := range t.Scopes {
			scopes = append(scopes, tokenScopeShort(f, one))
		}
		row.Scopes = text.Join(scopes, f.Lang)
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

func tokenKind(f Frame, k account.TokenKind) string {
	if k == account.Service {
		return f.Say("tokens.kind.service")
	}
	return f.Say("tokens.kind.personal")
}

func tokenScope(f Frame, s account.Scope) string {
	switch s {
	case account.ScopeRead:
		return f.Say("tokens.scope.read")
	case account.ScopeFile:
		return f.Say("tokens.scope.file")
	case account.ScopeAct:
		return f.Say("tokens.scope.act")
	}
	return string(s)
}

func tokenScopeShort(f Frame, s account.Scope) string {
	switch s {
	case account.ScopeRead:
		return f.Say("tokens.scope_short.read")
	case account.ScopeFile:
		return f.Say("tokens.scope_short.file")
	case account.ScopeAct:
		return f.Say("tokens.scope_short.act")
	}
	return string(s)
}

// tokensMake makes a token and shows it, this once.
func (s *Site) tokensMake(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil {
		days = 0
	}
	ask := desk.TokenAsk{Kind: account.TokenKind(r.PostForm.Get("kind")), Name: r.PostForm.Get("name"), Days: days}
	for _, one := range r.PostForm["scope"] {
		ask.Scopes = append(ask.Scopes, account.Scope(one))
	}
	token, made, err := s.tokens.MakeToken(r.Context(), s.token(r), r.PostForm.Get("password"), ask, s.way(r))
	faults := fault.All(err)
	if err != nil && (len(faults) == 0 || fault.KindOf(err) == fault.SignedOut || fault.KindOf(err) == fault.Unavailable) {
		return err
	}
	status := http.StatusCreated
	if err == nil {
		ask = desk.TokenAsk{Kind: account.Personal, Scopes: []account.Scope{account.ScopeRead}, Days: 90}
	} else {
		status = statusOf(fault.KindOf(err))
	}
	page, lost := s.tokensPage(w, r, ask)
	if lost != nil {
		return lost
	}
	page.Made, page.MadeName = token, made.Name
	for _, one := range faults {
		field := one.Field
		if field == "current" {
			field = "password"
		}
		page.Wrong = append(page.Wrong, FormWrong{field, one.Text.In(page.Lang)})
	}
	return s.write(w, r, status, tokensShow(page))
}

// tokensRevoke makes a token open nothing from now on.
func (s *Site) tokensRevoke(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	if err := s.tokens.RevokeToken(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	http.Redirect(w, r, "/me/tokens", http.StatusSeeOther)
	return nil
}
