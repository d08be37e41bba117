package scene

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/desk"
	"chancery/internal/mailserver"
	"chancery/jobs"
	"chancery/jobs/mail"
	"chancery/library"
	"chancery/store"
)

// mails lets the house send by mail to a server.
func (w *world) mails(s *mailserver.Server, level office.Mark) *jobs.Runner {
	w.Helper()
	return w.house(w.store, jobs.Way{Name: job.Mail, Sender: mailer(s.Port, s, w.desk, level, w.clock)})
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func mailer(port int, s *mailserver.Server, letters mail.Letters, level office.Mark, clock func() time.Time) *mail.Sender {
	return &mail.Sender{
		Server:  mail.Server{Host: "localhost", Port: port, Security: mail.StartTLS, User: mailserver.User, Password: mailserver.Password, Roots: s.Roots(), Patience: 10 * time.Second},
		Letters: letters, From: netmail.Address{Address: "chancery@office.example"}, Site: &url.URL{Scheme: "https", Host: "desk.example"}, Level: level, Clock: clock,
	}
}

// prefers keeps how somebody likes to be told.
func (w *world) prefers(person string, m account.Mail) {
	w.Helper()
	w.must(w.desk.Prefer(w.ctx, desk.Reader{Person: office.PersonID(person)}, account.Preferences{Mail: m}))
}

func (w *world) due(r *jobs.Runner) {
	w.Helper()
	_, err := r.RunDue(w.ctx)
	w.must(err)
}

// at moves the clock to a time of the day on which it stands, or of a later one.
func (w *world) at(day, hour string) {
	w.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, desk.OfficeZone())
	w.must(err)
	w.mu.Lock()
	w.now = at
	w.mu.Unlock()
}

// subject and words read a mail.
func subject(t *testing.T, m mailserver.Taken) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(m.Message(t).Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func words(t *testing.T, m mailserver.Taken) string {
	t.Helper()
	read := m.Message(t)
	_, params, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	body := read.Body
	for params["boundary"] != "" { // the first part of the first part is the text
		p, err := multipart.NewReader(body, params["boundary"]).NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		if _, params, err = mime.ParseMediaType(p.Header.Get("Content-Type")); err != nil {
			t.Fatal(err)
		}
		body = p
	}
	data, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, body))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// of are the mails to an address.
func of(s *mailserver.Server, address string) []mailserver.Taken {
	var out []mailserver.Taken
	for _, m := range s.Box() {
		if m.To[0] == address {
			out = append(out, m)
		}
	}
	return out
}

// mailbox is whose post reviews first, as the invented office has it.
const (
	reviewer = "dongfang"
	mailbox  = "dongfang@office.example"
)

// TestWhoHoldsThePostIsToldByMail: once the act can no longer be recalled, in words that open the case and do nothing else.
// Of a case marked above the level the number alone leaves the house.
func TestWhoHoldsThePostIsToldByMail(t *testing.T) {
	t.Parallel()
	for _, level := range []office.Mark{office.Internal, office.Public} {
		w := begin(t, "2026-09-14")
		server := mailserver.Start(t, mailserver.StartTLS)
		house := w.mails(server, level)
		w.prefers(reviewer, account.Mail{Address: mailbox})
		w.files("zhongli", compliant, shifted()...)
		w.does("zhongli", casework.Act{Kind: casework.Submitted})
		w.due(house)
		if n := len(server.Box()); n != 0 {
			t.Fatalf("%d mails left while the act could be recalled", n)
		}
		w.minutes(6)
		w.due(house)
		w.due(house)
		box := server.Box()
		if len(box) != 1 || box[0].To[0] != mailbox {
			t.Fatalf("the server has %d mails", len(box))
		}
		c := w.see().Case
		said := subject(t, box[0]) + "\n" + words(t, box[0])
		if !strings.Contains(said, c.Number.ZH) || !strings.Contains(said, "https://desk.example/cases/"+c.No+"\r\n") {
			t.Errorf("it does not lead to the case: %s", said)
		}
		if open := strings.Contains(said, c.Title); open != (level == office.Internal) {
			t.Errorf("up to %s the title stands in it: %v, %s", level, open, said)
		}
		if level == office.Public && (!strings.Contains(said, "有事项待办") || strings.Contains(said, "钟离")) {
			t.Errorf("it says more than the number: %s", said)
		}
		view, err := w.desk.Operations(w.ctx, desk.Operator())
		w.must(err)
		if len(view.Ways) != 1 || view.Ways[0].Left.IsZero() || !view.Ways[0].Failed.IsZero() {
			t.Errorf("of the ways it is known %+v", view.Ways)
		}
	}
}

// TestQuietHoursEndBeforeMailLeaves: what is told in the evening is sent in the morning, and what was turned off is not.
func TestQuietHoursEndBeforeMailLeaves(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	server := mailserver.Start(t, mailserver.StartTLS)
	house := w.mails(server, office.Internal)
	w.prefers(reviewer, account.Mail{Address: mailbox, Quiet: account.Quiet{From: 20 * 60, Until: 7*60 + 30}})
	w.at("2026-09-14", "21:00")
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	for _, step := range []struct {
		day, hour string
		mails     int
	}{{"2026-09-14", "21:10", 0}, {"2026-09-15", "07:29", 0}, {"2026-09-15", "07:31", 1}, {"2026-09-15", "12:00", 1}} {
		w.at(step.day, step.hour)
		w.due(house)
		if n := len(server.Box()); n != step.mails {
			t.Errorf("on %s at %s %d mails had left, want %d", step.day, step.hour, n, step.mails)
		}
	}
	w.prefers(reviewer, account.Mail{Address: mailbox, When: account.Never})
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.at("2026-09-15", "13:00")
	w.due(house)
	if n := len(server.Box()); n != 1 {
		t.Error("whoever wants no mail is sent one")
	}
}

// TestADigestComesOnceAWorkingDay with all that waits, and with what was told beside; not on days off, and not when nothing waits.
func TestADigestComesOnceAWorkingDay(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	server := mailserver.Start(t, mailserver.StartTLS)
	house := w.mails(server, office.Internal)
	w.prefers(reviewer, account.Mail{Address: mailbox, When: account.Digest, Hour: 8})
	w.prefers("murong", account.Mail{Address: "murong@office.example", When: account.Digest, Hour: 8})
	w.due(house)
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.at("2026-09-14", "18:00")
	w.due(house)
	if n := len(server.Box()); n != 0 {
		t.Errorf("%d mails left before the hour of the digest", n)
	}
	w.at("2026-09-15", "08:05")
	w.due(house)
	w.due(house)
	w.at("2026-09-15", "15:00")
	w.due(house)
	box := of(server, mailbox)
	if len(box) != 1 || !strings.Contains(subject(t, box[0]), "9月15日待办 1 件") || !strings.Contains(words(t, box[0]), w.see().Case.Title) {
		t.Fatalf("of the first day there are %d", len(box))
	}
	// 19 September is a Saturday that is off; the 20th, a Sunday, is worked.
	days := map[string]int{"2026-09-16": 2, "2026-09-17": 3, "2026-09-18": 4, "2026-09-19": 4, "2026-09-20": 5}
	for _, day := range []string{"2026-09-16", "2026-09-17", "2026-09-18", "2026-09-19", "2026-09-20"} {
		w.at(day, "09:00")
		w.due(house)
		if n := len(of(server, mailbox)); n != days[day] {
			t.Errorf("on %s there were %d digests, want %d", day, n, days[day])
		}
	}
	if last := of(server, mailbox)[3]; !strings.Contains(subject(t, last), "其中 1 件已超期") {
		t.Errorf("on the 18th the subject is %q", subject(t, last))
	}
	for _, m := range of(server, "murong@office.example") {
		t.Errorf("somebody for whom nothing waits is sent «%s» %s", subject(t, m), words(t, m))
	}
}

// TestAServerThatIsDownIsTriedAgainAndThenDeliversOnce; an address that it refuses is given up in sight, and holds up nobody.
func TestAServerThatIsDownIsTriedAgainAndThenDeliversOnce(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	server := mailserver.Start(t, mailserver.StartTLS)
	house := w.mails(server, office.Internal)
	w.office(func(o office.Office) office.Office {
		post := o.Bearers("trips-officer", w.today(), "")
		if len(post) == 0 || post[0].Person != reviewer {
			t.Fatalf("who reviews is %+v", post)
		}
		o.Delegations = append(o.Delegations, office.Delegation{Post: post[0].Post, From: reviewer, To: "murong", Since: w.today(), Until: mustDay("2026-12-31")})
		return o
	})
	w.prefers(reviewer, account.Mail{Address: mailbox})
	w.prefers("murong", account.Mail{Address: mailserver.Refused})
	server.Stop()
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.minutes(6)
	w.due(house)
	view, err := w.desk.Operations(w.ctx, desk.Operator())
	w.must(err)
	if len(view.Troubled) != 2 || view.Troubled[0].State(view.Now) != job.Retrying || len(view.Ways) != 1 || view.Ways[0].Failed.IsZero() {
		t.Fatalf("while the server is down: %+v, %+v", view.Troubled, view.Ways)
	}
	server.Again()
	for range 4 {
		w.minutes(10)
		w.due(house)
	}
	if box := server.Box(); len(box) != 1 || box[0].To[0] != mailbox {
		t.Errorf("the server has %d mails", len(box))
	}
	view, err = w.desk.Operations(w.ctx, desk.Operator())
	w.must(err)
	if len(view.Troubled) != 1 || view.Troubled[0].State(view.Now) != job.Failed || !strings.Contains(view.Troubled[0].Why, "nobody here is called that") ||
		!strings.Contains(view.Troubled[0].Why, mailserver.Refused) {
		t.Errorf("of the refused address it is known %+v", view.Troubled)
	}
}

// TestNobodyIsToldOfACaseThatHeMayNotSee: a case above the clearance of who holds the post says nothing, not even its number.
func TestNobodyIsToldOfACaseThatHeMayNotSee(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	server := mailserver.Start(t, mailserver.StartTLS)
	house := w.mails(server, office.WorkSecret)
	w.prefers(reviewer, account.Mail{Address: mailbox})
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.cleared(office.Public, reviewer)
	w.minutes(6)
	w.due(house)
	if box := server.Box(); len(box) != 0 {
		t.Errorf("somebody who may not see the case is sent %s", words(t, box[0]))
	}
}

// The environment that makes the test binary the house that is killed after the server took a mail.
const (
	mailedFolder = "CHANCERY_MAILED_FOLDER"
	mailedPort   = "CHANCERY_MAILED_PORT"
	mailedCA     = "CHANCERY_MAILED_CA"
	mailedNow    = "CHANCERY_MAILED_NOW"
)

// struck is a desk whose process dies before it can write down that a message left.
type struck struct{ *desk.Desk }

func (struck) Sent(context.Context, string) error {
	fmt.Println("taken")
	select {}
}

// untilStruck does what is due in a folder until a mail has left, and then waits to be killed.
func untilStruck(dir string) error {
	micros, err := strconv.ParseInt(os.Getenv(mailedNow), 10, 64)
	if err != nil {
		return err
	}
	clock := func() time.Time { return time.UnixMicro(micros) }
	ctx := context.Background()
	s, err := store.Open(ctx, dir, clock)
	if err != nil {
		return err
	}
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		return err
	}
	d := desk.New(desk.Kept(s), lib)
	port, err := strconv.Atoi(os.Getenv(mailedPort))
	if err != nil {
		return err
	}
	roots, err := mailserver.ReadRoots(os.Getenv(mailedCA))
	if err != nil {
		return err
	}
	sender := &mail.Sender{
		Server:  mail.Server{Host: "localhost", Port: port, Security: mail.StartTLS, User: mailserver.User, Password: mailserver.Password, Roots: roots},
		Letters: d, From: netmail.Address{Address: "chancery@office.example"}, Site: &url.URL{Scheme: "https", Host: "desk.example"}, Level: office.Internal, Clock: clock,
	}
	house := jobs.New(jobs.Config{Queue: s, Desk: struck{d}, Ways: []jobs.Way{{Name: job.Mail, Sender: sender}}, Clock: clock, Log: quiet()})
	_, err = house.RunDue(ctx)
	return err
}

// TestAMailIsRepeatedOnceAtMostWhenTheProcessDies between the server's answer and the note of it; the repeat has the same
// Message-ID, by which it can be known.
func TestAMailIsRepeatedOnceAtMostWhenTheProcessDies(t *testing.T) {
	t.Parallel()
	inFile(t)
	w := begin(t, "2026-09-14")
	server := mailserver.Start(t, mailserver.StartTLS)
	w.prefers(reviewer, account.Mail{Address: mailbox})
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.minutes(6)
	w.must(w.store.Close())

	binary, err := os.Executable()
	w.must(err)
	process := exec.CommandContext(w.ctx, binary) //nolint:gosec // our own test binary
	process.Env = append(os.Environ(), mailedFolder+"="+w.dir, mailedPort+"="+strconv.Itoa(server.Port), mailedCA+"="+server.CA(),
		mailedNow+"="+strconv.FormatInt(int64(calendar.InstantOf(w.clock())), 10))
	process.Stderr = os.Stderr
	out, err := process.StdoutPipe()
	w.must(err)
	w.must(process.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "taken" {
		t.Fatalf("the house said %q, %v", line, err)
	}
	w.must(process.Process.Kill())
	_ = process.Wait()

	w.store, err = w.place.Open(w.ctx, w.clock)
	w.must(err)
	lib, err := shipped()
	w.must(err)
	w.desk = desk.New(desk.Kept(w.store), lib)
	house := w.mails(server, office.Internal)
	for range 3 {
		w.minutes(6)
		w.due(house)
	}
	box := server.Box()
	if len(box) != 2 {
		t.Fatalf("the server has %d mails, want the one and its repeat", len(box))
	}
	if first, second := box[0].Message(t).Header.Get("Message-Id"), box[1].Message(t).Header.Get("Message-Id"); first == "" || first != second {
		t.Errorf("the repeat is called %s, the first was %s", second, first)
	}
}
