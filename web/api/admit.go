package api

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// caller is who is answered: the reader, and the token that was shown, if it was one.
type caller struct {
	reader desk.Reader
	token  *account.Token
}

// may refuses what the token of the caller is not good for.
func (c caller) may(scope account.Scope) error {
	if c.token == nil || c.token.Has(scope) {
		return nil
	}
	return refuse(http.StatusForbidden, "scope", "", say("这个令牌没有「{scope}」这项用途；请另做一个", "this token is not good for {scope}; make another one that is").Fill(text.Args{"scope": string(scope)}))
}

// admit finds who calls. A token that is shown counts before a session; a session counts only for the desk's own pages.
func (d *Door) admit(r *http.Request) (caller, error) {
	came, now := comingOf(r), d.clock()
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return caller{}, signedOut()
		}
		address := network(came.Way.Address)
		if wait := d.wrong.wait(address, now); wait > 0 {
			return caller{}, tooOften(wait)
		}
		b, err := d.desk.ByToken(r.Context(), strings.TrimSpace(token), came.Way)
		if fault.KindOf(err) == fault.SignedOut {
			d.wrong.take(address, now)
		}
		if err != nil {
			return caller{}, err
		}
		return caller{reader: b.Reader, token: &b.Token}, d.paced("token:"+b.Token.ID, now)
	}
	if came.Reader == nil || !ownPage(r) {
		if err := d.paced("address:"+network(came.Way.Address), now); err != nil {
			return caller{}, err
		}
		return caller{}, signedOut()
	}
	return caller{reader: *came.Reader}, d.paced("session:"+came.Reader.Session, now)
}

func (d *Door) paced(name string, now time.Time) error {
	if wait := d.pace.take(name, now); wait > 0 {
		return tooOften(wait)
	}
	return nil
}

func tooOften(wait time.Duration) error {
	r := refuse(http.StatusTooManyRequests, fault.TooOften.String(), "", say("请求过于频繁；请等 Retry-After 所写的秒数再试", "too many requests: wait for the seconds that Retry-After names and try again"))
	r.retry = wait
	return r
}

func signedOut() error {
	return fault.New(fault.SignedOut, "", say(
		"请出示访问令牌（Authorization: Bearer …）；令牌在网页「访问令牌」中制作", "show an access token (Authorization: Bearer …); it is made on the page of access tokens",
	))
}

// ownPage tells whether a request with a session comes from the desk's own pages. One that changes something must say so;
// one that only reads must not say otherwise.
func ownPage(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return site == "" || site == "same-origin" || site == "none"
	}
	if site != "" {
		return site == "same-origin"
	}
	origin, err := url.Parse(r.Header.Get("Origin"))
	return err == nil && origin.Host != "" && origin.Host == r.Host
}

// network is what stands for an address: itself, or for IPv6 the network that one household or office gets.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Is4() || ip.Is4In6() {
		return address
	}
	p, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}
