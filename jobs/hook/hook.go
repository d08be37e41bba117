// Package hook is the way by which programs outside are told what happens: web hooks by Standard Webhooks, and the robots
// of office messengers. A message says which act, of which case, when and where to read on; nothing else of the case but,
// where the system administrator allowed it, its title. Nothing inside a network is reached unless the office named it.
package hook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"chancery/core/job"
	"chancery/jobs"
)

// Desk knows who is told what. *desk.Desk does.
type Desk interface {
	HookCall(ctx context.Context, p job.Parcel) (h job.Hook, s job.HookSecret, e job.HookEvent, ok bool, err error)
	HookAnswered(ctx context.Context, id string, status int, why string) error
}

// Config is what the way stands on.
type Config struct {
	Desk Desk
	// Site is where people reach the desk, for links; "": a message has none.
	Site string
	// Allowed are networks of the office that may be reached though they lie inside, also without encryption.
	Allowed []netip.Prefix
	// Roots are the authorities that are trusted; nil: those of the machine.
	Roots *x509.CertPool
	Clock func() time.Time
	Log   *slog.Logger
}

// Sender tells hooks.
type Sender struct {
	Config
	plain, encrypted *http.Client
}

// How long is waited, and how much is read of what is answered.
const (
	dialTime   = 5 * time.Second
	answerTime = 10 * time.Second
	headMost   = 16 << 10
	answerMost = 64 << 10
)

// New gives the way.
func New(c Config) *Sender {
	client := func(encrypted bool) *http.Client {
		dialer := &net.Dialer{Timeout: dialTime, Control: guard(c.Allowed, encrypted)}
		return &http.Client{
			Timeout: answerTime,
			Transport: &http.Transport{ // no proxy of the environment: what is reached is what is looked at
				DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: c.Roots, MinVersion: tls.VersionTLS12},
				TLSHandshakeTimeout: dialTime, ResponseHeaderTimeout: answerTime, MaxResponseHeaderBytes: headMost, DisableKeepAlives: true, ForceAttemptHTTP2: true,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return &Sender{Config: c, plain: client(false), encrypted: client(true)}
}

// letter is what one hook is sent.
type letter struct {
	url    string
	body   []byte
	header http.Header
}

// Send tells the hook that the parcel names. What it answers, or that it could not be reached, stands with it.
func (s *Sender) Send(ctx context.Context, p job.Parcel) error {
	h, secret, e, ok, err := s.Desk.HookCall(ctx, p)
	if err != nil || !ok {
		return err
	}
	l, err := s.write(h, secret, e, p.ID)
	if err != nil {
		return err
	}
	status, err := s.post(ctx, h, l)
	why := ""
	if err != nil {
		why = err.Error()
	}
	if errors.Is(err, ErrInside) {
		s.Log.Warn("a hook was kept from reaching inside", "hook", h.ID, "host", h.Host, "why", why)
	}
	return errors.Join(err, s.Desk.HookAnswered(context.WithoutCancel(ctx), h.ID, status, why))
}

// write writes what a hook is sent in the form of its kind.
func (s *Sender) write(h job.Hook, secret job.HookSecret, e job.HookEvent, id int64) (letter, error) {
	link := ""
	if s.Site != "" && e.Case != "" {
		link = strings.TrimSuffix(s.Site, "/") + "/cases/" + url.PathEscape(e.Case)
	}
	now := s.Clock()
	switch h.Kind {
	case job.Webhook:
		return webhook(secret, e, link, id, now)
	case job.WeCom:
		return wecom(secret, said(e, link))
	case job.DingTalk:
		return dingtalk(secret, said(e, link), now)
	case job.Feishu:
		return feishu(secret, said(e, link), now)
	}
	return letter{}, fmt.Errorf("nobody here writes to what is called %q: %w", h.Kind, jobs.ErrForGood)
}

// post sends it. Only what was taken in is no error; where the answer says so no second try is made.
func (s *Sender) post(ctx context.Context, h job.Hook, l letter) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url, bytes.NewReader(l.body))
	if err != nil {
		return 0, fmt.Errorf("%s: not an address: %w", h.Host, jobs.ErrForGood)
	}
	for name, values := range l.header {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "Chancery")
	client := s.encrypted
	if r.URL.Scheme != "https" {
		client = s.plain
	}
	answer, err := client.Do(r)
	if err != nil {
		var at *url.Error
		if errors.As(err, &at) { // its words hold the address, which may let somebody in
			err = at.Err
		}
		return 0, fmt.Errorf("%s: %w", h.Host, err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerMost))
	if err != nil {
		return answer.StatusCode, fmt.Errorf("%s: read the answer: %w", h.Host, err)
	}
	switch {
	case answer.StatusCode == http.StatusGone:
		return answer.StatusCode, fmt.Errorf("%s: it is gone, and switched off: %w", h.Host, jobs.ErrForGood)
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		return answer.StatusCode, fmt.Errorf("%s: answered %d; it leads elsewhere, which is not followed", h.Host, answer.StatusCode)
	case answer.StatusCode < 200 || answer.StatusCode >= 300:
		return answer.StatusCode, fmt.Errorf("%s: answered %d", h.Host, answer.StatusCode)
	case h.Kind == job.Webhook:
		return answer.StatusCode, nil
	}
	if err := taken(body); err != nil {
		return answer.StatusCode, fmt.Errorf("%s: %w", h.Host, err)
	}
	return answer.StatusCode, nil
}
