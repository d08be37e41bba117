package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"

	"chancery/core/trace"
)

// Passage is what a request leaves behind for a log and for figures: nothing of what it held, and nobody's name.
type Passage struct {
	// ID is the name of the request in the log, in X-Request-Id and on an error page.
	ID string
	// Route is the line of the site's table that answered; empty where a request was refused before any did.
	Route string
}

type passageKey struct{}

// Follow gives a request a passage that the site fills in; it is whole when the site has answered.
func Follow(r *http.Request) (*http.Request, *Passage) {
	p := &Passage{}
	return r.WithContext(context.WithValue(r.Context(), passageKey{}, p)), p
}

// passage is that of the request; one that nobody follows is given one here.
func passage(r *http.Request) (*http.Request, *Passage) {
	if p, ok := r.Context().Value(passageKey{}).(*Passage); ok {
		return r, p
	}
	return Follow(r)
}

func idOf(r *http.Request) string {
	_, p := passage(r)
	return p.ID
}

// lineOf is the line of the table that answers; empty before one is found.
func lineOf(r *http.Request) string {
	_, p := passage(r)
	return cmp.Or(r.Pattern, p.Route)
}

// guarded puts in front of the pages what every request passes: an id, the
// headers, recovery from a panic, the host, cross-origin protection, a limit of
// time, and who is signed in.
func (s *Site) guarded(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.faulted(func(http.ResponseWriter, *http.Request) error {
		return refusal{status: http.StatusForbidden, key: "fault.cross"}
	}))
	inner := cross.Handler(s.timed(s.admitted(next)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, p := passage(r)
		p.ID = newRequestID()
		r = r.WithContext(trace.With(r.Context(), p.ID))
		setHeaders(w.Header(), p.ID)
		if s.secure(r) {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		defer s.recovered(w, r)
		if s.loopback && !names(r.Host, "localhost", "127.0.0.1", "::1") {
			s.answer(w, r, refusal{status: http.StatusMisdirectedRequest, key: "fault.host"})
			return
		}
		inner.ServeHTTP(w, r)
	})
}

// setHeaders sets what every answer carries, errors included. There is no inline
// script or style anywhere, so the policy allows none.
func setHeaders(h http.Header, id string) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Request-Id", id)
}

// timed gives the work behind a request an end.
func (s *Site) timed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if streamed(r.URL.Path) { // its end is its own
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), s.limits.Time)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// recovered turns a panic into an ordinary failure of ours: logged once, with
// the request's id, and answered in words.
func (s *Site) recovered(w http.ResponseWriter, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	s.answer(w, r, fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
}

// routed notes which line of the table answers.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, p := passage(r)
		defer func() {
			if p.Route == "" {
				p.Route = r.Pattern
			}
		}()
		mux.ServeHTTP(w, r)
	})
}

// names says whether host, with or without a port, is one of those listed.
func names(host string, listed ...string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	for _, l := range listed {
		if strings.EqualFold(host, l) {
			return true
		}
	}
	return false
}

func newRequestID() string {
	var b [5]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}
