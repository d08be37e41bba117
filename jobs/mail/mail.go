// Package mail lets messages leave the house by mail: it asks the desk what somebody is to be told, writes it in that
// person's language, as text and as HTML, and hands it to the office's mail server over an encrypted connection. One message
// is one mail to one person, so that an address that is refused holds up nobody else.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"net/url"
	"time"

	gomail "github.com/wneessen/go-mail"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/jobs"
)

// Security says how the connection to the server is encrypted.
type Security string

// The ways. The last two are for a server on this machine alone.
const (
	StartTLS      Security = "starttls" // on the plain connection, before anything else is said; never without
	TLS           Security = "tls"      // from the first byte
	Opportunistic Security = "opportunistic"
	Plain         Security = "none"
)

// Letters gives what somebody is to be told of a message. *desk.Desk does.
type Letters interface {
	Letter(ctx context.Context, p job.Parcel, level office.Mark) (desk.Letter, error)
	// Digested keeps a message for the person's next digest.
	Digested(ctx context.Context, p job.Parcel) error
}

// Server is the mail server of the office.
type Server struct {
	Host     string
	Port     int
	Security Security
	// User and Password are how we show who we are; none where the server does not ask.
	User     string
	Password account.Secret
	// Roots are who the server's certificate may be signed by; nil: whom this machine trusts.
	Roots *x509.CertPool
	// Patience is how long the server may take to let us in, and once more to take a mail; zero: 20 seconds.
	Patience time.Duration
}

// Sender sends by mail.
type Sender struct {
	Server
	Letters Letters
	From    mail.Address
	// Site is where people reach the desk; every link leads there.
	Site *url.URL
	// Level is the highest mark of cases of which more than the number leaves the house.
	Level office.Mark
	Clock func() time.Time
}

const patience = 20 * time.Second

// Check refuses what would send passwords or mail in the clear over a network, and what is incomplete.
func (s Server) Check() error {
	loopback := s.Host == "localhost" || net.ParseIP(s.Host).IsLoopback()
	switch {
	case s.Security != StartTLS && s.Security != TLS && s.Security != Opportunistic && s.Security != Plain:
		return fault.New(fault.Invalid, "smtp-tls", text.Text{
			ZH: "没有「{security}」这种加密方式；请选 starttls、tls、opportunistic 或 none", EN: "there is no such encryption as {security}: take starttls, tls, opportunistic or none",
		}.Fill(text.Args{"security": string(s.Security)}))
	case (s.Security == Opportunistic || s.Security == Plain) && !loopback:
		return fault.New(fault.NotAllowed, "smtp-tls", text.Text{
			ZH: "到 {host} 的邮件会在网络上明文传输；opportunistic 和 none 只用于本机的邮件服务器，请改用 starttls 或 tls",
			EN: "mail to {host} would cross the network in the clear: opportunistic and none are for a mail server on this machine, take starttls or tls",
		}.Fill(text.Args{"host": s.Host}))
	case s.User == "" != (s.Password == ""):
		return fault.New(fault.Invalid, "smtp-user", text.Text{
			ZH: "邮件服务器的用户名与密码须同时给出", EN: "the user of the mail server and the password are given together",
		})
	}
	return nil
}

// Send tells the person to whom a message goes, as that person likes to be told.
func (s *Sender) Send(ctx context.Context, p job.Parcel) error {
	l, err := s.Letters.Letter(ctx, p, s.Level)
	if err != nil {
		return err
	}
	switch l.Course {
	case desk.Waits:
		return jobs.NotYet{Until: l.NotBefore}
	case desk.WithDigest:
		return errors.Join(s.Letters.Digested(ctx, p), jobs.ErrUnwanted)
	case desk.Dropped:
		return jobs.ErrUnwanted
	case desk.Goes:
	}
	m, err := s.compose(l)
	if err != nil {
		return fmt.Errorf("compose message %d: %w", p.ID, err)
	}
	_, err = s.hand(ctx, m, l.Address)
	return err
}

// Test sends a message that says nothing but that mail works, and gives the answer of the server.
func (s *Sender) Test(ctx context.Context, address string, lang text.Lang) (string, error) {
	m, err := s.envelope(address, "", lang, tested().subject.In(lang), s.messageID("test", s.Clock().UnixMicro()))
	if err != nil {
		return "", err
	}
	m.SetBodyString(gomail.TypeTextPlain, tested().body.In(lang)+"\r\n\r\n"+s.Site.String()+"\r\n")
	return s.hand(ctx, m, address)
}

// hand hands one mail to the server and gives its answer. What the server has taken is sent, whatever happens afterwards.
func (s *Sender) hand(ctx context.Context, m *gomail.Msg, to string) (string, error) {
	if _, err := m.WriteTo(&bytes.Buffer{}); err != nil { // what cannot be written fails before the server hears of it
		return "", fmt.Errorf("write mail: %w", err)
	}
	var conn net.Conn
	client, err := s.client(func(c net.Conn) { conn = c })
	if err != nil {
		return "", fmt.Errorf("prepare mail: %w", err)
	}
	defer func() {
		if conn != nil {
			_ = conn.Close() // never a QUIT into half a mail: the server would take the half for the whole
		}
	}()
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return "", trouble(to, err)
	}
	err = client.SendWithSMTPClient(session, m)
	if !m.IsDelivered() {
		if err == nil {
			err = errors.New("the server did not say that it took the mail")
		}
		return "", trouble(to, err)
	}
	_ = session.Quit() // the mail is the server's by now
	return m.ServerResponse(), nil
}

// client speaks SMTP once; it tells of the connection, which is ours to close.
func (s *Sender) client(opened func(net.Conn)) (*gomail.Client, error) {
	wait := s.Patience
	if wait == 0 {
		wait = patience
	}
	encrypted := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: s.Roots}
	options := []gomail.Option{
		gomail.WithPort(s.Port), gomail.WithTimeout(wait), gomail.WithTLSConfig(encrypted), gomail.WithoutNoop(), gomail.WithoutRset(),
		gomail.WithoutSMTPUTF8(), gomail.WithHELO(s.helo()), gomail.WithTLSPolicy(gomail.TLSMandatory),
		gomail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			opened(c)
			if s.Security != TLS {
				return c, nil
			}
			secured := tls.Client(c, encrypted)
			return secured, secured.HandshakeContext(ctx)
		}),
	}
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case Opportunistic:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	case StartTLS:
	}
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.secret()),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(s.Host, options...)
}

func (s *Sender) secret() string { return string(s.Password) }

// helo is how we introduce ourselves: by the name under which people know the desk.
func (s *Sender) helo() string {
	if host := s.Site.Hostname(); host != "" && net.ParseIP(host) == nil {
		return host
	}
	return "localhost"
}

// refusal is a mail that did not leave, with the address and what the server said.
type refusal struct {
	to  string
	err error
	// code is what the server answered; zero: it did not.
	code    int
	forGood bool
}

// Error names the address, for those who look after the house.
func (r refusal) Error() string { return r.to + ": " + r.err.Error() }

// Logged does not.
func (r refusal) Logged() string {
	switch {
	case r.forGood:
		return fmt.Sprintf("the mail server refuses the address or the mail: %d", r.code)
	case r.code > 0:
		return fmt.Sprintf("the mail server answered %d", r.code)
	}
	return "the mail server cannot be reached, or does not answer"
}

// Unwrap says whether it is for good.
func (r refusal) Unwrap() []error {
	if r.forGood {
		return []error{r.err, jobs.ErrForGood}
	}
	return []error{r.err}
}

// trouble tells what no second try mends from what one may: the server refuses this address, or this mail, for good. Who
// we are, and whether it serves us at all, is mended by the office, and tried again.
func trouble(to string, err error) error {
	r := refusal{to: to, err: err}
	var sent *gomail.SendError
	var said *textproto.Error
	switch {
	case errors.As(err, &sent):
		r.code = sent.ErrorCode()
		ours := sent.Reason == gomail.ErrSMTPRcptTo || sent.Reason == gomail.ErrSMTPData || sent.Reason == gomail.ErrSMTPDataClose
		r.forGood = ours && r.code >= 500
	case errors.As(err, &said):
		r.code = said.Code
	}
	return r
}
