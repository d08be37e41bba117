package web

import (
	"context"
	"net/http"
	"strings"

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
	Wrong        []string
	Kept         bool
	Own          string
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
	return page
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
		Phrases: strings.Split(r.PostForm.Get("phrases"), "\n"),
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
