package account

import (
	"strings"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
)

// Mail is how a person likes to be told by mail; without an address nothing is sent.
type Mail struct {
	Address string `json:"address,omitempty"`
	When    When   `json:"when,omitempty"`
	// Hour is the hour of the office at which the digest of a working day leaves.
	Hour int `json:"hour,omitempty"`
	// Quiet are the hours in which nothing leaves; what falls in them waits for their end.
	Quiet Quiet `json:"quiet,omitzero"`
}

// When says when somebody is told by mail.
type When string

// The choices; none is at once.
const (
	AtOnce When = ""
	Digest When = "digest" // once a working day, with all that waits
	Never  When = "never"
)

// Quiet are hours of each day, in minutes since midnight in the office; they may reach over midnight. None where both are the same.
type Quiet struct {
	From  int `json:"from"`
	Until int `json:"until"`
}

const minutesADay = 24 * 60

// End gives when the quiet hours end into which an instant falls; it falls into none where ok is false.
func (q Quiet) End(now calendar.Instant, zone *time.Location) (end calendar.Instant, ok bool) {
	at := now.Time().In(zone)
	minute, day := at.Hour()*60+at.Minute(), now.Day(zone)
	switch {
	case q.From < q.Until && minute >= q.From && minute < q.Until, q.From > q.Until && minute < q.Until:
	case q.From > q.Until && minute >= q.From:
		day = day.AddDays(1)
	default:
		return 0, false
	}
	return atMinute(day, q.Until, zone), true
}

// DigestAt is when the digest of a day leaves.
func (m Mail) DigestAt(day calendar.Day, zone *time.Location) calendar.Instant {
	return atMinute(day, m.Hour*60, zone)
}

func atMinute(day calendar.Day, minute int, zone *time.Location) calendar.Instant {
	begins := day.Begins(zone).Time().In(zone)
	return calendar.InstantOf(time.Date(begins.Year(), begins.Month(), begins.Day(), 0, minute, 0, 0, zone))
}

// tidy gives the choice as it is kept, and hands on what cannot be.
func (m Mail) tidy(wrong func(field, zh, en string, args text.Args)) Mail {
	address, err := MailAddress(m.Address)
	if err != nil {
		for _, f := range fault.All(err) {
			wrong(f.Field, f.Text.ZH, f.Text.EN, nil)
		}
	}
	m.Address = address
	if m.When != AtOnce && m.When != Digest && m.When != Never {
		wrong("mail_when", "没有这种方式；请选随时、每日汇总或不发", "there is no such choice: take at once, a daily digest or none", nil)
	}
	if m.Hour < 0 || m.Hour > 23 {
		wrong("mail_hour", "汇总的时间是 0 至 23 点", "the digest leaves at an hour from 0 to 23", nil)
	}
	for _, at := range []int{m.Quiet.From, m.Quiet.Until} {
		if at < 0 || at >= minutesADay {
			wrong("mail_quiet", "免打扰的起止写作 22:00 的样子", "the quiet hours are written like 22:00", nil)
			break
		}
	}
	if m.Quiet.From == m.Quiet.Until {
		m.Quiet = Quiet{}
	}
	return m
}

// How long an address may be (RFC 5321, 4.5.3.1), and the part of it before the @.
const (
	addressAtMost = 254
	localAtMost   = 64
)

// MailAddress gives an address as it is kept, without space around it; "" is none. What is plainly no address for one
// person is Invalid: whether somebody reads what is sent there, only a test mail shows.
func MailAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || plausible(s) {
		return s, nil
	}
	return s, fault.New(fault.Invalid, "mail", text.Text{
		ZH: "这不是一个邮件地址；请写作 name@office.example 的样子，只写地址", EN: "this is not a mail address: write it like name@office.example, the address alone",
	})
}

// plausible says that a text is one bare address in ASCII whose domain has a dot or is this machine, and nothing else.
func plausible(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(s) > addressAtMost || local == "" || len(local) > localAtMost || strings.ContainsFunc(s, strange) {
		return false
	}
	if !strings.Contains(domain, ".") && domain != "localhost" {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") || strings.ContainsFunc(label, noLabel) {
			return false
		}
	}
	return !strings.HasPrefix(local, ".") && !strings.HasSuffix(local, ".") && !strings.Contains(local, "..")
}

// strange are characters that no plain address has; among them all that could end a line or begin another address.
func strange(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"(),:;<>[\]`, r) }

func noLabel(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
}
