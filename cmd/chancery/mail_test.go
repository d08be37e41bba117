package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/desk"
	"chancery/internal/mailserver"
	"chancery/jobs/mail"
)

func TestMain(m *testing.M) {
	mailserver.Main()
	os.Exit(m.Run())
}

// TestAMailIsTestedOnTheCommandLine: it says what the server answered, and never the password.
func TestAMailIsTestedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.StartTLS)
	secret := func(words string) string {
		name := filepath.Join(t.TempDir(), "secret")
		if err := os.WriteFile(name, []byte(words+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	flags := func(password string) []string {
		return []string{
			"--smtp", "smtp://localhost:" + strconv.Itoa(server.Port), "--smtp-ca", server.CA(), "--smtp-user", mailserver.User,
			"--smtp-password-file", secret(password), "--mail-from", "外事枢务 <chancery@office.example>", "--site", "https://desk.example",
		}
	}
	for _, x := range []struct {
		to, password string
		code         int
		says         string
	}{
		{"nangong@office.example", mailserver.Password, exitDone, "localhost took the mail to nangong@office.example"},
		{mailserver.Refused, mailserver.Password, exitUnreached, "nobody here is called that"},
		{"nangong@office.example", "swordfish-77", exitUnreached, "535"},
		{"nangong", mailserver.Password, exitBadInput, "this is not a mail address"},
		{"", mailserver.Password, exitBadInput, "this is not a mail address"},
	} {
		var out strings.Builder
		code := run(t.Context(), append([]string{"--lang", "en", "mail", "test", x.to}, flags(x.password)...), &out, &out)
		if code != x.code || !strings.Contains(out.String(), x.says) || strings.Contains(out.String(), x.password) {
			t.Errorf("to %q: exit %d, %q; want %q", x.to, code, out.String(), x.says)
		}
	}
	if n := len(server.Box()); n != 1 {
		t.Errorf("the server took %d mails", n)
	}
}

// TestMailThatIsHalfSetUpIsRefusedInWords, before anything is opened, by every command that would send.
func TestMailThatIsHalfSetUpIsRefusedInWords(t *testing.T) {
	t.Parallel()
	site, from := []string{"--site", "https://desk.example"}, []string{"--mail-from", "chancery@office.example"}
	for _, x := range []struct {
		args []string
		code int
		says string
	}{
		{append(site, "--smtp", "smtp://mail.office.example"), exitBadInput, "--mail-from"},
		{append(from, "--smtp", "smtp://mail.office.example"), exitBadInput, "mail needs --site"},
		{append(append(from, site...), "--smtp", "mail.office.example"), exitBadInput, "--smtp is written like"},
		{append(append(from, site...), "--smtp", "smtp://a:swordfish-77@mail.office.example"), exitBadInput, "without user and password"},
		{append(append(from, site...), "--smtp", "smtp://mail.office.example", "--smtp-tls", "none"), exitNotAllowed, "in the clear"},
		{append(append(from, site...), "--smtp", "smtp://mail.office.example", "--smtp-user", "a"), exitBadInput, "given together"},
	} {
		for _, command := range [][]string{{"serve"}, {"jobs", "run"}, {"doctor"}, {"mail", "test", "a@b.example"}} {
			var out strings.Builder
			code := run(t.Context(), append(append([]string{"--data", t.TempDir(), "--lang", "en"}, command...), x.args...), &out, &out)
			if code != x.code || !strings.Contains(out.String(), x.says) || strings.Contains(out.String(), "swordfish") {
				t.Errorf("%v %v: exit %d, %q; want %q", command, x.args, code, out.String(), x.says)
			}
		}
	}
}

// TestTheDoctorSaysHowMailStands.
func TestTheDoctorSaysHowMailStands(t *testing.T) {
	t.Parallel()
	sender := &mail.Sender{}
	early := calendar.InstantOf(calendar.MustDay("2026-09-14").Begins(desk.OfficeZone()).Time())
	late := early + 60_000_000
	for _, x := range []struct {
		sender *mail.Sender
		ways   []job.Way
		ok     bool
		says   string
	}{
		{nil, nil, true, "no mail is sent"},
		{sender, nil, true, "none was sent yet"},
		{sender, []job.Way{{Name: job.Mail, Left: late, Failed: early, Why: "x"}}, true, "left at 2026-09-14 00:01"},
		{sender, []job.Way{{Name: job.Mail, Left: early, Failed: late, Why: "550 no"}}, false, "550 no"},
		{nil, []job.Way{{Name: job.Mail, Left: early}}, false, "give doctor the same"},
	} {
		if d := mailInOrder(x.sender, desk.Operations{Ways: x.ways}); d.OK != x.ok || !strings.Contains(d.Say.EN, x.says) {
			t.Errorf("%+v: %v, %s", x.ways, d.OK, d.Say.EN)
		}
	}
}
