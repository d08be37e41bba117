package hook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/core/text"
	"chancery/jobs"
	"chancery/jobs/hook"
)

// told is who is told, and what came of it.
type told struct {
	hook    job.Hook
	secret  job.HookSecret
	event   job.HookEvent
	answers []string
	status  int
}

func (d *told) HookCall(context.Context, job.Parcel) (job.Hook, job.HookSecret, job.HookEvent, bool, error) {
	return d.hook, d.secret, d.event, true, nil
}

func (d *told) HookAnswered(_ context.Context, _ string, status int, why string) error {
	d.answers, d.status = append(d.answers, why), status
	return nil
}

var at = time.Date(2026, 9, 14, 1, 2, 3, 0, time.UTC)

func approved(kind job.HookKind, address, secret string) *told {
	return &told{
		hook: job.Hook{ID: "h", Kind: kind, Live: true, Host: "the host"}, secret: job.HookSecret{URL: address, Sign: secret},
		event: job.HookEvent{
			Kind: "approved", At: calendar.InstantOf(at), Case: "OUT-2026-1", Number: text.Text{ZH: "出〔2026〕1", EN: "OUT-2026-1"}, Entry: 7,
			Title: "<at user_id=\"all\">赴东海",
		},
	}
}

func sends(t *testing.T, d *told, roots *x509.CertPool, allowed ...string) error {
	t.Helper()
	c := hook.Config{Desk: d, Site: "https://desk.example", Roots: roots, Clock: func() time.Time { return at }, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	for _, a := range allowed {
		c.Allowed = append(c.Allowed, netip.MustParsePrefix(a))
	}
	return hook.New(c).Send(t.Context(), job.Parcel{ID: 42, Target: "h"})
}

// here is this machine as an allowed network.
const here = "127.0.0.0/8"

func signature(key []byte, over string) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(over))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// TestAWebHookIsSignedAsTheStandardHasIt: the receiver checks it by the standard's own words, over https.
func TestAWebHookIsSignedAsTheStandardHasIt(t *testing.T) {
	t.Parallel()
	key := []byte("0123456789abcdef0123456789abcdef")
	got := make(chan string, 1)
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		over := r.Header.Get("webhook-id") + "." + r.Header.Get("webhook-timestamp") + "." + string(body)
		if r.Header.Get("webhook-signature") != "v1,"+signature(key, over) || r.Header.Get("webhook-id") != "msg_42" || r.Header.Get("webhook-timestamp") != "1789347723" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		got <- string(body)
	}))
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	d := approved(job.Webhook, s.URL+"/in", "whsec_"+base64.StdEncoding.EncodeToString(key))
	if err := sends(t, d, roots, here); err != nil {
		t.Fatal(err)
	}
	body := <-got
	for _, want := range []string{`"type":"approved"`, `"case":"OUT-2026-1"`, `"entry":7`, `"link":"https://desk.example/cases/OUT-2026-1"`} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not in %s", want, body)
		}
	}
	if err := sends(t, d, nil, here); err == nil {
		t.Error("a certificate that nobody trusts was taken")
	}
}

// TestNothingInsideIsReached: by address, by a name that leads there, by a redirect, or by http.
func TestNothingInsideIsReached(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{}, 10)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/elsewhere" {
			http.Redirect(w, r, "/in", http.StatusTemporaryRedirect)
			return
		}
		reached <- struct{}{}
	}))
	defer s.Close()
	port := s.URL[strings.LastIndex(s.URL, ":"):]
	for _, address := range []string{s.URL, "http://localhost" + port, "https://127.0.0.1" + port, "https://localhost" + port, "http://[::ffff:127.0.0.1]" + port} {
		d := approved(job.Webhook, address+"/in", "whsec_AAAA")
		if err := sends(t, d, nil); !errors.Is(err, hook.ErrInside) || len(d.answers) != 1 || d.status != 0 {
			t.Errorf("%s: %v, %v", address, err, d.answers)
		}
	}
	d := approved(job.Webhook, s.URL+"/elsewhere", "whsec_AAAA")
	if err := sends(t, d, nil, here); err == nil || d.status != http.StatusTemporaryRedirect {
		t.Errorf("a redirect: %v", err)
	}
	if len(reached) != 0 {
		t.Error("something inside was reached")
	}
	if err := sends(t, approved(job.Webhook, s.URL+"/in", "whsec_AAAA"), nil, here); err != nil || len(reached) != 1 {
		t.Errorf("a network that the office named: %v", err)
	}
}

// TestWhatLiesInsideIsKnown.
func TestWhatLiesInsideIsKnown(t *testing.T) {
	t.Parallel()
	for _, inside := range []string{
		"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.100.100.200", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "168.63.129.16",
		"::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "::10.0.0.1", "2001::1", "fe80::1%eth0",
	} {
		if hook.Allows(netip.MustParseAddr(inside), nil) {
			t.Errorf("%s is reached", inside)
		}
	}
	for _, outside := range []string{"1.1.1.1", "119.29.29.29", "2606:4700::1111", "240e::1"} {
		if !hook.Allows(netip.MustParseAddr(outside), nil) {
			t.Errorf("%s is not reached", outside)
		}
	}
}

// TestMessengersSayWith200ThatTheyDidNotTakeAMessage, and are signed and written to each in its own way.
func TestMessengersSayWith200ThatTheyDidNotTakeAMessage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind       job.HookKind
		good, busy string
		never      string
		signed     func(r *http.Request, m map[string]any) bool
		words      func(m map[string]any) any
	}{
		{job.WeCom, `{"errcode":0,"errmsg":"ok"}`, `{"errcode":45009,"errmsg":"api freq out of limit"}`, `{"errcode":93000,"errmsg":"invalid webhook url"}`, func(r *http.Request, _ map[string]any) bool {
			return r.URL.Query().Get("key") == "k"
		}, func(m map[string]any) any { return m["text"].(map[string]any)["content"] }},
		{job.DingTalk, `{"errcode":0,"errmsg":"ok"}`, `{"errcode":130101,"errmsg":"send too fast"}`, `{"errcode":310000,"errmsg":"sign not match"}`, func(r *http.Request, _ map[string]any) bool {
			q := r.URL.Query()
			return q.Get("key") == "k" && q.Get("timestamp") == "1789347723000" && q.Get("sign") == signature([]byte("SEC1"), "1789347723000\nSEC1")
		}, func(m map[string]any) any { return m["text"].(map[string]any)["content"] }},
		{job.Feishu, `{"code":0,"msg":"success"}`, `{"code":11232,"msg":"frequency limited"}`, `{"code":19021,"msg":"sign match fail"}`, func(_ *http.Request, m map[string]any) bool {
			return m["timestamp"] == "1789347723" && m["sign"] == signature([]byte("1789347723\nSEC1"), "")
		}, func(m map[string]any) any { return m["content"].(map[string]any)["text"] }},
	} {
		answer := c.good
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var m map[string]any
			err := json.NewDecoder(r.Body).Decode(&m)
			words, _ := c.words(m).(string)
			if err != nil || !c.signed(r, m) || !strings.HasPrefix(words, "外事枢务：出〔2026〕1 已批准\n") || strings.ContainsAny(words, "<@>") {
				t.Errorf("%s was sent %s %v: %v", c.kind, r.URL, m, err)
			}
			_, _ = io.WriteString(w, answer)
		}))
		d := approved(c.kind, s.URL+"/robot?key=k", "SEC1")
		if err := sends(t, d, nil, here); err != nil {
			t.Errorf("%s: %v", c.kind, err)
		}
		answer = c.busy
		if err := sends(t, d, nil, here); err == nil || errors.Is(err, jobs.ErrForGood) {
			t.Errorf("%s is busy: %v", c.kind, err)
		}
		answer = c.never
		if err := sends(t, d, nil, here); !errors.Is(err, jobs.ErrForGood) {
			t.Errorf("%s refuses: %v", c.kind, err)
		}
		s.Close()
		if err := sends(t, d, nil, here); err == nil || strings.Contains(err.Error(), "key=k") {
			t.Errorf("%s is down: %v", c.kind, err)
		}
	}
}

// TestAHookThatIsGoneIsGivenUp.
func TestAHookThatIsGoneIsGivenUp(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	defer s.Close()
	d := approved(job.Webhook, s.URL, "whsec_AAAA")
	if err := sends(t, d, nil, here); !errors.Is(err, jobs.ErrForGood) || d.status != http.StatusGone {
		t.Errorf("answered %d: %v", d.status, err)
	}
}
