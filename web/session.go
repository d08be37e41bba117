package web

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/desk"
)

// signedKey is where a request keeps who is signed in; only reader reads it.
type signedKey struct{}

// reader is who is signed in; SignedOut when nobody is.
func (s *Site) reader(r *http.Request) (desk.Reader, error) {
	who, ok := r.Context().Value(signedKey{}).(desk.Reader)
	if !ok {
		return desk.Reader{}, fault.New(fault.SignedOut, "", s.words.Say("fault.signed_out", nil))
	}
	return who, nil
}

// open tells whether a page is there for everybody, signed in or not.
func open(path string) bool {
	if probed(path) {
		return true
	}
	for _, one := range []string{"/sign-in", "/sign-out", "/invitation", "/notices", "/static"} {
		if path == one || strings.HasPrefix(path, one+"/") {
			return true
		}
	}
	return false
}

// ownDoor tells whether a path belongs to a door that asks for the reader itself and answers programs.
func ownDoor(path string) bool { return path == "/api" || strings.HasPrefix(path, "/api/") }

// admitted asks who is signed in before a page is. Whoever is not is sent to sign in, and comes back to the page that was
// asked for.
func (s *Site) admitted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/static/") || probed(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		if streamed(r.URL.Path) && s.live.Changes != nil {
			s.listening(w, r, next)
			return
		}
		if token := s.token(r); token != "" {
			who, err := s.accounts.Signed(r.Context(), token)
			switch {
			case err == nil:
				if who, err = s.preferred(r, who); err != nil {
					s.answer(w, r, err)
					return
				}
				next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), signedKey{}, who)))
				return
			case fault.KindOf(err) != fault.SignedOut:
				s.answer(w, r, err)
				return
			}
		}
		switch {
		case open(r.URL.Path) || ownDoor(r.URL.Path):
			next.ServeHTTP(w, r)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		default:
			s.answer(w, r, refusal{status: http.StatusUnauthorized, key: "fault.signed_out"})
		}
	})
}

// listening asks who is signed in before a page listens; the session is not used by that, and nobody is led elsewhere.
func (s *Site) listening(w http.ResponseWriter, r *http.Request, next http.Handler) {
	who, err := s.live.Desk.Looked(r.Context(), s.token(r))
	if err != nil {
		s.answer(w, r, err)
		return
	}
	next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), signedKey{}, who)))
}

// secure tells whether the reader's browser speaks to us encrypted, ourselves or through a proxy.
func (s *Site) secure(r *http.Request) bool { return s.encrypted || r.TLS != nil }

// cookieName is the name of the session's cookie. Where the connection is encrypted the prefix makes the browser refuse
// one that another host or path has set.
func (s *Site) cookieName(r *http.Request) string {
	if s.secure(r) {
		return "__Host-chancery"
	}
	return "chancery"
}

func (s *Site) token(r *http.Request) string {
	c, err := r.Cookie(s.cookieName(r))
	if err != nil {
		return ""
	}
	return c.Value
}

// carry gives the browser the token of a session; it keeps it until it is closed.
func (s *Site) carry(w http.ResponseWriter, r *http.Request, token string) {
	http.SetCookie(w, s.cookie(r, s.cookieName(r), token, 0))
}

// drop takes the token away from the browser.
func (s *Site) drop(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, s.cookie(r, s.cookieName(r), "", -1))
}

func (s *Site) cookie(r *http.Request, name, value string, age int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // plain http is answered on this machine only
		Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.secure(r), SameSite: http.SameSiteLaxMode,
	}
}

// way is whence a request comes. Behind a proxy the address is the one that the proxy saw, which it adds last.
func (s *Site) way(r *http.Request) desk.Way {
	address := r.RemoteAddr
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	if s.proxied {
		hops := r.Header.Values("X-Forwarded-For")
		if len(hops) > 0 {
			list := strings.Split(hops[len(hops)-1], ",")
			if ip := net.ParseIP(strings.TrimSpace(list[len(list)-1])); ip != nil {
				address = ip.String()
			}
		}
	}
	return desk.Way{Address: address, Agent: r.UserAgent()}
}

// within gives a place of this site to go on to; whatever is not a plain path of ours becomes the start page.
func within(next string) string {
	const start = "/"
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t\x00") {
		return start
	}
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") || strings.HasPrefix(u.Path, "/sign-") {
		return start
	}
	return u.RequestURI()
}

// onward leads to what is to be done after a step of the sign-in: the next step, or the page that was asked for.
func (s *Site) onward(w http.ResponseWriter, r *http.Request, t desk.Ticket, next string) {
	s.carry(w, r, t.Token)
	if t.Session.Stage == account.Full {
		http.Redirect(w, r, within(next), http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/sign-in/next?next="+url.QueryEscape(within(next)), http.StatusSeeOther)
}
