package mail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/internal/mailserver"
	"chancery/jobs"
	"chancery/jobs/mail"
)

func TestMain(m *testing.M) {
	mailserver.Main()
	os.Exit(m.Run())
}

// told is what somebody is to be told.
type told struct{ what desk.Letter }

func (l told) Letter(context.Context, job.Parcel, office.Mark) (desk.Letter, error) {
	return l.what, nil
}
func (told) Digested(context.Context, job.Parcel) error { return nil }

func letter(to string) desk.Letter {
	return desk.Letter{
		Course: desk.Goes, Number: 7, To: "nangong", Name: text.Text{ZH: "南宫", EN: "Nangong"}, Address: to, Lang: text.ZH, Day: calendar.MustDay("2026-09-14"),
		Lines: []desk.LetterLine{{
			Case: "OUT-2026-398", Number: text.Text{ZH: "出〔2026〕398", EN: "OUT 2026/398"}, Title: text.Text{ZH: "钟离牧一行赴东京", EN: "Zhongli Mu to Tokyo"},
			Says: []text.Text{{ZH: "出〔2026〕398：分管领导审批", EN: "OUT 2026/398: decision"}}, Due: calendar.MustDay("2026-09-17"),
		}},
	}
}

func sender(t *testing.T, s *mailserver.Server, l desk.Letter) *mail.Sender {
	t.Helper()
	security := map[mailserver.Mode]mail.Security{mailserver.StartTLS: mail.StartTLS, mailserver.TLS: mail.TLS, mailserver.Bare: mail.StartTLS}
	return &mail.Sender{
		Server: mail.Server{
			Host: "localhost", Port: s.Port, Security: security[s.Mode()], User: mailserver.User, Password: mailserver.Password, Roots: s.Roots(), Patience: 10 * time.Second,
		},
		Letters: told{l}, From: netmail.Address{Name: "外事枢务", Address: "chancery@office.example"}, Site: &url.URL{Scheme: "https", Host: "desk.example"},
		Clock: func() time.Time { return time.Date(2026, 9, 14, 1, 0, 0, 0, time.UTC) },
	}
}

func send(t *testing.T, s *mail.Sender) error {
	t.Helper()
	return s.Send(t.Context(), job.Parcel{ID: 7})
}

// part is a part of a mail, read.
type part struct {
	kind, file string
	body       []byte
}

func parts(t *testing.T, header func(string) string, body io.Reader) []part {
	t.Helper()
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		if header("Content-Transfer-Encoding") == "base64" {
			body = base64.NewDecoder(base64.StdEncoding, body)
		}
		data, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		_, disposition, _ := mime.ParseMediaType(header("Content-Disposition"))
		name, err := new(mime.WordDecoder).DecodeHeader(disposition["filename"])
		if err != nil {
			t.Fatal(err)
		}
		return []part{{kind, name, data}}
	}
	var out []part
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, parts(t, p.Header.Get, p)...)
	}
}

// TestWhatIsSentIsReadAsItWasWritten: a Chinese subject, name and list survive byte for byte, over STARTTLS and over TLS.
func TestWhatIsSentIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	for _, mode := range []mailserver.Mode{mailserver.StartTLS, mailserver.TLS} {
		server := mailserver.Start(t, mode)
		l := letter("nangong@office.example")
		l.Digest, l.All, l.Over = true, 61, 1
		if err := send(t, sender(t, server, l)); err != nil {
			t.Fatal(err)
		}
		box := server.Box()
		if len(box) != 1 || !box[0].TLS || box[0].User != mailserver.User || box[0].From != "chancery@office.example" || box[0].To[0] != "nangong@office.example" {
			t.Fatalf("over %s the server has %d mails, or others", mode, len(box))
		}
		m := box[0].Message(t)
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || subject != "9月14日待办 61 件，其中 1 件已超期" {
			t.Errorf("the subject is %q, %v", subject, err)
		}
		to, err := m.Header.AddressList("To")
		if err != nil || to[0].Name != "南宫" {
			t.Errorf("it is to %v, %v", to, err)
		}
		if from, err := m.Header.AddressList("From"); err != nil || from[0].Name != "外事枢务" {
			t.Errorf("it is from %v, %v", from, err)
		}
		for header, want := range map[string]string{"Auto-Submitted": "auto-generated", "X-Mailer": "", "User-Agent": "", "Content-Language": "zh"} {
			if got := m.Header.Get(header); got != want {
				t.Errorf("%s is %q", header, got)
			}
		}
		read := parts(t, m.Header.Get, m.Body)
		if len(read) != 3 {
			t.Fatalf("there are %d parts", len(read))
		}
		for i, want := range []string{"出〔2026〕398　钟离牧一行赴东京\r\n  出〔2026〕398：分管领导审批（9月17日到期）\r\n  https://desk.example/cases/OUT-2026-398\r\n", `<a href="https://desk.example/cases/OUT-2026-398">出〔2026〕398　钟离牧一行赴东京</a>`} {
			if !strings.Contains(string(read[i].body), want) {
				t.Errorf("part %d does not say %q: %s", i, want, read[i].body)
			}
		}
		list := "\ufeff编号,题名,事项,到期,页面\r\n出〔2026〕398,钟离牧一行赴东京,出〔2026〕398：分管领导审批,2026-09-17,https://desk.example/cases/OUT-2026-398\r\n"
		if read[2].file != "待办 2026-09-14.csv" || string(read[2].body) != list {
			t.Errorf("the file %s is %q", read[2].file, read[2].body)
		}
	}
}

// TestEnglishIsWrittenForWhoReadsIt.
func TestEnglishIsWrittenForWhoReadsIt(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.StartTLS)
	l := letter("nangong@office.example")
	l.Lang = text.EN
	if err := send(t, sender(t, server, l)); err != nil {
		t.Fatal(err)
	}
	m := server.Box()[0].Message(t)
	if got := m.Header.Get("Subject"); got != "OUT 2026/398: decision" {
		t.Errorf("the subject is %q", got)
	}
	body := string(parts(t, m.Header.Get, m.Body)[0].body)
	for _, want := range []string{"Dear Nangong,", "Zhongli Mu to Tokyo", "due on 17 Sep", "never act", "https://desk.example/me"} {
		if !strings.Contains(body, want) {
			t.Errorf("it does not say %q: %s", want, body)
		}
	}
}

// TestNothingThatSomebodyWroteBecomesAHeadOfAMail: line ends in names and titles add no recipient and no header.
func TestNothingThatSomebodyWroteBecomesAHeadOfAMail(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.StartTLS)
	hostile := "x\r\nBcc: thief@elsewhere.example\r\n\r\n<script>alert(1)</script>\n.\r\nRCPT TO:<thief@elsewhere.example>\u2028"
	l := letter("nangong@office.example")
	l.Name = text.Text{ZH: hostile, EN: hostile}
	l.Lines[0].Title, l.Lines[0].Says = l.Name, []text.Text{l.Name}
	if err := send(t, sender(t, server, l)); err != nil {
		t.Fatal(err)
	}
	box := server.Box()
	m := box[0].Message(t)
	if len(box) != 1 || len(box[0].To) != 1 || m.Header.Get("Bcc") != "" {
		t.Fatalf("it went to %v with the head %v", box[0].To, m.Header)
	}
	for name := range m.Header {
		switch name {
		case "From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Auto-Submitted", "Content-Language", "Content-Type", "Content-Transfer-Encoding":
		default:
			t.Errorf("the head has %s", name)
		}
	}
	if marked := string(parts(t, m.Header.Get, m.Body)[1].body); strings.Contains(marked, "<script") {
		t.Error("what somebody wrote is HTML")
	}
	if _, err := sender(t, server, letter("")).Test(t.Context(), "a@b.example\r\nRCPT TO:<thief@elsewhere.example>", text.ZH); err == nil {
		t.Error("an address with a line end is taken")
	}
}

// TestARefusedAddressIsGivenUpWithTheServersWordsAndOthersAreTriedAgain: what no second try mends, and what one may.
func TestARefusedAddressIsGivenUpWithTheServersWordsAndOthersAreTriedAgain(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.StartTLS)
	err := send(t, sender(t, server, letter(mailserver.Refused)))
	if !errors.Is(err, jobs.ErrForGood) || !strings.Contains(err.Error(), "550") || !strings.Contains(err.Error(), "nobody here is called that") ||
		!strings.Contains(err.Error(), mailserver.Refused) {
		t.Errorf("a refused address is answered %v", err)
	}
	discreet := jobs.Discreet(nil)
	if !errors.As(err, &discreet) || strings.Contains(discreet.Logged(), "@") || !strings.Contains(discreet.Logged(), "550") {
		t.Error("the log names whom it is about, or not the answer")
	}
	if err := send(t, sender(t, server, letter(mailserver.PutOff))); err == nil || errors.Is(err, jobs.ErrForGood) || !strings.Contains(err.Error(), "451") {
		t.Errorf("an address that is put off is answered %v", err)
	}
	wrong := sender(t, server, letter("nangong@office.example"))
	wrong.Password = "swordfish-77"
	if err := send(t, wrong); err == nil || errors.Is(err, jobs.ErrForGood) || strings.Contains(err.Error(), "swordfish") || !strings.Contains(err.Error(), "535") {
		t.Errorf("a wrong password is answered %v", err)
	}
	stranger := sender(t, server, letter("nangong@office.example"))
	stranger.Roots = nil
	if err := send(t, stranger); err == nil || errors.Is(err, jobs.ErrForGood) {
		t.Errorf("a certificate that nobody knows is answered %v", err)
	}
	server.Stop()
	if err := send(t, sender(t, server, letter("nangong@office.example"))); err == nil || errors.Is(err, jobs.ErrForGood) {
		t.Errorf("a server that is down is answered %v", err)
	}
	if n := len(server.Box()); n != 0 {
		t.Errorf("%d mails left all the same", n)
	}
}

// TestNoMailLeavesInTheClear: a server that offers no encryption gets neither mail nor password, and none is configured so.
func TestNoMailLeavesInTheClear(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Bare)
	s := sender(t, server, letter("nangong@office.example"))
	if err := send(t, s); err == nil || len(server.Box()) > 0 {
		t.Errorf("it is answered %v, and %d mails left", err, len(server.Box()))
	}
	s.Security, s.User, s.Password = mail.Plain, "", ""
	if err := errors.Join(s.Check(), send(t, s)); err != nil || len(server.Box()) != 1 {
		t.Errorf("on this machine it is answered %v, and %d mails left", err, len(server.Box()))
	}
	for _, security := range []mail.Security{mail.Plain, mail.Opportunistic} {
		if err := (mail.Server{Host: "mail.office.example", Port: 587, Security: security}).Check(); fault.KindOf(err) != fault.NotAllowed {
			t.Errorf("%s to another machine is answered %v", security, err)
		}
	}
}

// TestASlowServerIsNotWaitedForLong, and is tried again.
func TestASlowServerIsNotWaitedForLong(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.StartTLS)
	s := sender(t, server, letter(mailserver.Stalled))
	s.Patience = 700 * time.Millisecond
	begun := time.Now()
	if err := send(t, s); err == nil || errors.Is(err, jobs.ErrForGood) {
		t.Errorf("a server that stalls is answered %v", err)
	}
	if took := time.Since(begun); took > 15*time.Second {
		t.Errorf("it was waited for %s", took)
	}
}

// TestARepeatIsKnownAgain: the same message has the same Message-ID whenever it is tried, another has another.
func TestARepeatIsKnownAgain(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.StartTLS)
	s := sender(t, server, letter("nangong@office.example"))
	for range 2 {
		if err := send(t, s); err != nil {
			t.Fatal(err)
		}
	}
	other := letter("nangong@office.example")
	other.To = "sikong"
	if err := send(t, sender(t, server, other)); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range server.Box() {
		ids = append(ids, m.Message(t).Header.Get("Message-Id"))
	}
	if len(ids) != 3 || ids[0] == "" || ids[0] != ids[1] || ids[0] == ids[2] || strings.Contains(ids[0], "nangong") {
		t.Errorf("the mails are called %v", ids)
	}
}

// TestATestMailTellsWhatTheServerAnswered.
func TestATestMailTellsWhatTheServerAnswered(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.StartTLS)
	answer, err := sender(t, server, desk.Letter{}).Test(t.Context(), "nangong@office.example", text.ZH)
	if err != nil || answer == "" || len(server.Box()) != 1 {
		t.Errorf("the server answered %q, %v, and has %d", answer, err, len(server.Box()))
	}
}
