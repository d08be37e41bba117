package web

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
)

// requestID is the name of a request in the log and on an error page.
type requestID struct{}

func idOf(r *http.Request) string {
	id, _ := r.Context().Value(requestID{}).(string)
	return id
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
		id := newRequestID()
		r = r.WithContext(context.WithValue(r.Context(), requestID{}, id))
		setHeaders(w.Header(), id)
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
