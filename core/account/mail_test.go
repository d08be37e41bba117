package account_test

import (
	"strings"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
)

// TestAMailAddressIsOneBareAddress and nothing that a mail server could take for more.
func TestAMailAddressIsOneBareAddress(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "a@b.example", "first.last+desk@mail.office.example", "root@localhost", " a@b.example "} {
		if got, err := account.MailAddress(good); err != nil || got != strings.TrimSpace(good) {
			t.Errorf("%q is %q, %v", good, got, err)
		}
	}
	for _, bad := range []string{
		"a", "a@", "@b.example", "a@b", "a@b..example", "a@-b.example", "a b@c.example", "a@b.example, c@d.example", "A <a@b.example>", "a@b.example\r\nBcc: c@d.example",
		"a\n@b.example", `"a"@b.example`, "a..b@c.example", ".a@c.example", "a@[127.0.0.1]", "南宫@office.example", "a@外事.example", "a@b@c.example",
		strings.Repeat("a", 65) + "@b.example", "a@" + strings.Repeat("b.", 130) + "example",
	} {
		if _, err := account.MailAddress(bad); err == nil {
			t.Errorf("%q is taken for an address", bad)
		}
	}
}

// TestQuietHoursMayReachOverMidnight: they end in the morning after.
func TestQuietHoursMayReachOverMidnight(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("office", 8*60*60)
	at := func(s string) calendar.Instant {
		when, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return calendar.InstantOf(when)
	}
	night, noon := account.Quiet{From: 22 * 60, Until: 7*60 + 30}, account.Quiet{From: 12 * 60, Until: 14 * 60}
	for _, x := range []struct {
		q        account.Quiet
		now, end string
	}{
		{night, "2026-09-14 21:59", ""},
		{night, "2026-09-14 22:00", "2026-09-15 07:30"},
		{night, "2026-09-15 07:29", "2026-09-15 07:30"},
		{night, "2026-09-15 07:30", ""},
		{noon, "2026-09-14 11:59", ""},
		{noon, "2026-09-14 13:00", "2026-09-14 14:00"},
		{noon, "2026-09-14 14:00", ""},
		{account.Quiet{}, "2026-09-14 00:00", ""},
	} {
		end, quiet := x.q.End(at(x.now), zone)
		if quiet != (x.end != "") || quiet && end != at(x.end) {
			t.Errorf("at %s of %+v they end %s, %v", x.now, x.q, end, quiet)
		}
	}
}
