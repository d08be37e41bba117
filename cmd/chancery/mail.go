package main

import (
	"cmp"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	netmail "net/mail"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/jobs/mail"
)

// mailFlags say by which server mail leaves, and what may be in it. The password is no flag: flags are seen by everybody on
// the machine.
type mailFlags struct {
	Site string `help:"Address at which people reach the desk, for links, passkeys and identities elsewhere; else the one they asked for." placeholder:"URL" env:"CHANCERY_SITE"`

	SMTP     string `name:"smtp" help:"Mail server of the office, smtp://HOST[:587] or smtps://HOST[:465]; without it no mail is sent." placeholder:"URL" env:"CHANCERY_SMTP" group:"Mail"`
	Security string `name:"smtp-tls" help:"How smtp:// is encrypted: starttls, and never without; opportunistic or none only to this machine." enum:"starttls,opportunistic,none" default:"starttls" env:"CHANCERY_SMTP_TLS" group:"Mail"`
	User     string `name:"smtp-user" help:"User of the mail server; the password stands in CHANCERY_SMTP_PASSWORD or in a file." placeholder:"NAME" env:"CHANCERY_SMTP_USER" group:"Mail"`
	Password string `name:"smtp-password-file" help:"File that holds the password of the mail server." placeholder:"FILE" env:"CHANCERY_SMTP_PASSWORD_FILE" group:"Mail"`
	CA       string `name:"smtp-ca" help:"File of the authority that signed the mail server's certificate, where this machine does not know it." placeholder:"FILE" env:"CHANCERY_SMTP_CA" group:"Mail"`
	From     string `name:"mail-from" help:"Address that mail comes from, alone or as Name <address>." placeholder:"ADDRESS" env:"CHANCERY_MAIL_FROM" group:"Mail"`
	Level    string `name:"mail-level" help:"Highest mark of cases of which more than the number stands in a mail." enum:"public,internal,work-secret" default:"public" env:"CHANCERY_MAIL_LEVEL" group:"Mail"`
}

// sender is who sends by mail; nil where no server is named.
func (f mailFlags) sender(letters mail.Letters, clock func() time.Time) (*mail.Sender, error) {
	if f.SMTP == "" {
		return nil, nil //nolint:nilnil // no server is a choice, not a failure
	}
	server, err := f.server()
	if err != nil {
		return nil, err
	}
	site, err := siteOf(f.Site)
	if err == nil && site == nil {
		err = fault.New(fault.Invalid, "site", text.Text{
			ZH: "发邮件须用 --site 写明人们访问本系统的地址，邮件中的链接都指向它", EN: "mail needs --site, the address at which people reach the desk: every link in it leads there",
		})
	}
	if err != nil {
		return nil, err
	}
	from, err := netmail.ParseAddress(f.From)
	if err == nil {
		_, err = account.MailAddress(from.Address)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "mail-from", text.Text{
			ZH: "发邮件须用 --mail-from 写明发件地址；例如 外事枢务 <chancery@office.example>", EN: "mail needs --mail-from, the address that it comes from; for example Chancery <chancery@office.example>",
		})
	}
	return &mail.Sender{Server: server, Letters: letters, From: *from, Site: site, Level: office.Mark(f.Level), Clock: clock}, nil
}

// server is the mail server, with the password from where it is kept.
func (f mailFlags) server() (mail.Server, error) {
	u, err := url.Parse(f.SMTP)
	wrong := err != nil || u.Hostname() == "" || u.User != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || strings.Trim(u.Path, "/") != "" || u.RawQuery != ""
	if wrong { // what was written may hold a password and is not repeated
		return mail.Server{}, fault.New(fault.Invalid, "smtp", text.Text{
			ZH: "--smtp 写作 smtp://mail.office.example:587 或 smtps://mail.office.example:465，其中不写用户名和密码",
			EN: "--smtp is written like smtp://mail.office.example:587 or smtps://mail.office.example:465, without user and password",
		})
	}
	s := mail.Server{Host: u.Hostname(), Port: 587, Security: mail.Security(cmp.Or(f.Security, string(mail.StartTLS))), User: f.User}
	if u.Scheme == "smtps" {
		s.Port, s.Security = 465, mail.TLS
	}
	if u.Port() != "" {
		if s.Port, err = strconv.Atoi(u.Port()); err != nil {
			return s, fmt.Errorf("read the port of the mail server: %w", err)
		}
	}
	s.Password = account.Secret(os.Getenv("CHANCERY_SMTP_PASSWORD"))
	if f.Password != "" {
		secret, err := readInput(f.Password, secretBytes)
		if err != nil {
			return s, err
		}
		s.Password = account.Secret(strings.TrimRight(string(secret), "\r\n"))
	}
	if f.CA != "" {
		signed, err := readInput(f.CA, 1<<20)
		if err != nil {
			return s, err
		}
		s.Roots = x509.NewCertPool()
		if !s.Roots.AppendCertsFromPEM(signed) {
			return s, fault.New(fault.Invalid, "smtp-ca", text.Text{
				ZH: "{name} 中没有证书（PEM）", EN: "there is no certificate in {name} (PEM)",
			}.Fill(text.Args{"name": f.CA}))
		}
	}
	return s, s.Check()
}

// siteOf is the address at which people reach the desk; nil where none is given.
func siteOf(site string) (*url.URL, error) {
	if site == "" {
		return nil, nil //nolint:nilnil // no address is a choice, not a failure
	}
	u, err := url.Parse(strings.TrimRight(site, "/"))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return nil, fault.New(fault.Invalid, "site", text.Text{
			ZH: "{site} 不是站点地址；例如 https://waishi.example", EN: "{site} is not the address of a site; for example https://desk.example",
		}.Fill(text.Args{"site": site}))
	}
	return u, nil
}

type mailCommand struct {
	Test mailTestCommand `cmd:"" help:"Send a test message, and say what the server answers."`
}

type mailTestCommand struct {
	mailFlags

	Address string `arg:"" help:"Where to."`
}

// Run sends a test message and says what the server answers. It asks nothing of the data, so that it works beside serve.
func (c *mailTestCommand) Run(a *App) error {
	sender, err := c.sender(nil, a.clock)
	if err != nil {
		return err
	}
	if sender == nil {
		return fault.New(fault.Invalid, "smtp", text.Text{
			ZH: "没有配置邮件服务器；请用 --smtp 或 CHANCERY_SMTP 写明", EN: "no mail server is named: say it with --smtp or CHANCERY_SMTP",
		})
	}
	to, err := account.MailAddress(c.Address)
	if err == nil && to == "" {
		_, err = account.MailAddress("@")
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(a.ctx, time.Minute)
	defer cancel()
	answer, err := sender.Test(ctx, to, a.lang())
	if err != nil {
		return fault.New(fault.Unavailable, "smtp", text.Text{
			ZH: "没有发出。{why}", EN: "it did not leave. {why}",
		}.Fill(text.Args{"why": err.Error()}))
	}
	return a.print(map[string]string{"sent": to, "answer": answer}, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{
			ZH: "{host} 收下了给 {to} 的邮件：{answer}", EN: "{host} took the mail to {to}: {answer}",
		}.Fill(text.Args{"host": sender.Host, "to": to, "answer": answer}).In(a.lang()))
	})
}

// mailInOrder says whether mail is sent, and whether the last one left.
func mailInOrder(sender *mail.Sender, view desk.Operations) diagnosis {
	var way job.Way
	for _, w := range view.Ways {
		if w.Name == job.Mail {
			way = w
		}
	}
	at := func(i calendar.Instant) string { return i.Time().In(desk.OfficeZone()).Format("2006-01-02 15:04") }
	args := text.Args{"left": at(way.Left), "failed": at(way.Failed), "why": way.Why}
	d := diagnosis{Check: "mail", OK: true}
	switch {
	case sender == nil && mailWaits(view):
		d.OK, d.Say = false, text.Text{
			ZH: "有邮件在等待，而没有写明邮件服务器（--smtp）：配置后会发出", EN: "mail waits and no server is named (--smtp): it leaves once there is one",
		}
	case sender == nil && way.Left == 0 && way.Failed == 0:
		d.Say = text.Text{ZH: "没有配置邮件：不发送邮件（--smtp）", EN: "no mail server is named: no mail is sent (--smtp)"}
	case sender == nil:
		d.OK, d.Say = false, text.Text{
			ZH: "以前发送过邮件，这次运行没有写明邮件服务器；请给 doctor 与服务同样的 CHANCERY_SMTP 等环境变量",
			EN: "mail was sent before, and no server is named now: give doctor the same CHANCERY_SMTP… as serve has",
		}
	case way.Failed > way.Left:
		d.OK, d.Say = false, text.Text{
			ZH: "邮件：{failed} 未能发出（{why}）；请用 chancery mail test 地址 试一试", EN: "mail could not leave at {failed} ({why}): try chancery mail test ADDRESS",
		}.Fill(args)
	case way.Left > 0:
		d.Say = text.Text{ZH: "邮件：最近一封 {left} 发出", EN: "mail: the last one left at {left}"}.Fill(args)
	default:
		d.Say = text.Text{ZH: "邮件已配置，还没有发送过", EN: "mail is set up, none was sent yet"}
	}
	return d
}

// mailWaits says whether messages wait for a way that nobody serves.
func mailWaits(view desk.Operations) bool {
	return slices.ContainsFunc(view.Counts, func(c job.Count) bool { return c.Kind == job.Send && c.Waiting > 0 })
}
