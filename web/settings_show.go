package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// Own keeps how a person likes the desk to be. *desk.Desk does.
type Own interface {
	Prefer(ctx context.Context, reader desk.Reader, p account.Preferences) error
}

// SettingsPage is how somebody likes the desk to be.
type SettingsPage struct {
	Frame
	Name, Office Run
	Langs        []Pick
	Themes       []Pick
	Compact      bool
	KeysOff      bool
	Phrases      string
	// Mail is how the person is told by mail; MailNote says that this office sends none yet.
	Mail  MailSettings
	Wrong []string
	Kept  bool
	Own   string
}

// MailSettings are the choices of mail.
type MailSettings struct {
	Address, Note string
	When          []Pick
	Hours         []Pick
	From, Until   string
}

func (s *Site) settingsOpen(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	page := s.settingsPage(w, r, who, who.Prefers)
	page.Kept = r.URL.Query().Get("kept") != ""
	return s.show(w, r, settingsShow(page))
}

func (s *Site) settingsPage(w http.ResponseWriter, r *http.Request, who desk.Reader, p account.Preferences) SettingsPage {
	f := s.frame(w, r)
	f.Here, f.Title = "me", f.Say("settings.title")
	page := SettingsPage{
		Frame: f, Name: f.Run(f.Person), Office: f.Run(f.Post), Compact: p.Compact, KeysOff: p.KeysOff, Phrases: strings.Join(p.Phrases, "\n"),
		Own: personHref(who.Person),
		Langs: []Pick{
			{"", f.Say("settings.lang.auto"), p.Lang == ""}, {"zh", f.Say("lang.zh"), p.Lang == text.ZH}, {"en", f.Say("settings.lang.en"), p.Lang == text.EN},
		},
		Themes: []Pick{
			{"", f.Say("settings.theme.auto"), p.Theme == ""},
			{"light", f.Say("settings.theme.light"), p.Theme == "light"},
			{"dark", f.Say("settings.theme.dark"), p.Theme == "dark"},
		},
	}
	page.Mail = mailSettings(f, p.Mail)
	if !s.mails {
		page.Mail.Note = f.Say("settings.mail_off")
	}
	return page
}

// morning is the hour of a digest of which nobody said anything else.
const morning = 9

func mailSettings(f Frame, m account.Mail) MailSettings {
	out := MailSettings{Address: m.Address, When: []Pick{
		{"", f.Say("settings.mail_at_once"), m.When == account.AtOnce},
		{string(account.Digest), f.Say("settings.mail_digest"), m.When == account.Digest},
		{string(account.Never), f.Say("settings.mail_never"), m.When == account.Never},
	}}
	hour := m.Hour
	if m.When != account.Digest && hour == 0 {
		hour = morning
	}
	for h := range 24 {
		out.Hours = append(out.Hours, Pick{strconv.Itoa(h), clockTime(h * 60), h == hour})
	}
	if m.Quiet != (account.Quiet{}) {
		out.From, out.Until = clockTime(m.Quiet.From), clockTime(m.Quiet.Until)
	}
	return out
}

func clockTime(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// mailOf reads what the form says of mail. What is no time or no number is handed on as one that cannot be.
func mailOf(form url.Values) account.Mail {
	m := account.Mail{Address: form.Get("mail"), When: account.When(form.Get("mail_when"))}
	if said := form.Get("mail_hour"); said != "" {
		hour, err := strconv.Atoi(said)
		if m.Hour = hour; err != nil {
			m.Hour = -1
		}
	}
	from, until := form.Get("quiet_from"), form.Get("quiet_until")
	if from != "" || until != "" {
		m.Quiet = account.Quiet{From: minuteOf(from), Until: minuteOf(until)}
	}
	return m
}

// minuteOf is the minute of the day that is written like 22:00; less than none where it is not.
func minuteOf(s string) int {
	at, err := time.Parse("15:04", s)
	if err != nil {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

// settingsKeep keeps what the form says.
func (s *Site) settingsKeep(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	if err := s.parse(w, r); err != nil {
		return err
	}
	p := account.Preferences{
		Lang: text.Lang(r.PostForm.Get("lang")), Theme: r.PostForm.Get("theme"), Compact: r.PostForm.Get("compact") != "", KeysOff: r.PostForm.Get("keys_off") != "",
		Phrases: strings.Split(r.PostForm.Get("phrases"), "\n"), Mail: mailOf(r.PostForm),
	}
	if err := s.own.Prefer(r.Context(), who, p); err != nil {
		page := s.settingsPage(w, r, who, p)
		return s.again(w, r, err, &page.Wrong, page.Lang, func() error { return s.write(w, r, statusOf(fault.KindOf(err)), settingsShow(page)) })
	}
	for _, name := range []string{"lang", "theme"} { // what was chosen before the sign-in no longer counts
		http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, "/me?kept=1", http.StatusSeeOther)
	return nil
}
