package web

import (
	"net/http"
	"strings"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// OwnPage is somebody's own sign-in: password, factors, sessions, what happened.
type OwnPage struct {
	Frame
	Login       string
	HasPassword bool
	PasswordAt  string
	HasApp      bool
	Keys        []KeyLine
	Subjects    []string
	Demanded    bool
	Code        *CodePicture
	Sessions    []SessionLine
	Log         []EventLine
	Wrong       []string
}

// KeyLine is a passkey in a list.
type KeyLine struct {
	ID    string
	Name  Run
	Dates string
}

// SessionLine is a session in a list.
type SessionLine struct {
	ID, Device, Address, Began, Seen string
	Current                          bool
}

// EventLine is something that happened at the door.
type EventLine struct {
	At, Words, Who, By, Address string
}

func (s *Site) ownSecurity(w http.ResponseWriter, r *http.Request) error {
	return s.ownPage(w, r, http.StatusOK, nil)
}

// own shows the page, once more with what is wrong where something is.
func (s *Site) ownPage(w http.ResponseWriter, r *http.Request, status int, wrong error) error {
	view, err := s.accounts.OwnSecurity(r.Context(), s.token(r))
	if err != nil {
		return err
	}
	code, err := s.codePicture(r)
	if err != nil {
		return err
	}
	r.URL.Path, r.URL.RawPath = "/me/security", "" // where a change of language leads
	f := s.frame(w, r)
	f.Title, f.Here = f.Say("own.title"), "own"
	page := OwnPage{
		Frame: f, Login: view.Login, HasPassword: view.HasPassword, PasswordAt: view.PasswordAt.In(f.Lang), HasApp: view.HasTOTP,
		Demanded: view.Demanded, Code: code,
	}
	for _, k := range view.Passkeys {
		dates := f.Say("own.key_new", text.Args{"since": f.minute(k.Since)})
		if k.Used != 0 {
			dates = f.Say("own.key_dates", text.Args{"since": f.minute(k.Since), "used": f.minute(k.Used)})
		}
		page.Keys = append(page.Keys, KeyLine{ID: k.ID, Name: f.Run(k.Name), Dates: dates})
	}
	for _, x := range view.Subjects {
		page.Subjects = append(page.Subjects, x.Issuer)
	}
	for _, x := range view.Sessions {
		page.Sessions = append(page.Sessions, SessionLine{
			ID: x.ID, Device: device(f, x.Agent), Address: x.Address, Began: f.minute(x.Began), Seen: f.minute(x.Seen), Current: x.ID == view.Current,
		})
	}
	for _, e := range view.Log {
		page.Log = append(page.Log, eventLine(f, e, nil))
	}
	show := func() error { return s.write(w, r, status, meSecurity(page)) }
	if wrong == nil {
		return show()
	}
	return s.again(w, r, wrong, &page.Wrong, f.Lang, show)
}

// device says in a few words what a browser calls itself.
func device(f Frame, agent string) string {
	if agent == "" {
		return f.Say("own.device_unknown")
	}
	system, browser := "", ""
	for _, known := range [][2]string{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Macintosh", "macOS"}, {"Linux", "Linux"}} {
		if system == "" && strings.Contains(agent, known[0]) {
			system = known[1]
		}
	}
	for _, known := range [][2]string{{"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if browser == "" && strings.Contains(agent, known[0]) {
			browser = known[1]
		}
	}
	if system == "" || browser == "" {
		return clipped(agent, 60)
	}
	return browser + " · " + system
}

// eventLine says what happened at the door. People are named by name; where it is nil they need no naming.
func eventLine(f Frame, e account.Event, name func(string) string) EventLine {
	line := EventLine{At: f.minute(e.At), Words: f.Say(eventKey(e.Kind)), Address: e.Address}
	if way := wayKey(e.Way); way != "" {
		line.Words += f.Say("list.colon") + f.Say(way)
	}
	if e.Duty != "" {
		line.Words += f.Say("list.colon") + e.Duty.Title().In(f.Lang)
	}
	if e.Case != "" {
		line.Words += f.Say("list.colon") + e.Case
	}
	if name != nil {
		line.Who, line.By = name(string(e.Person)), name(string(e.By))
	}
	if e.Operator {
		line.By = f.Say("event.operator")
	}
	return line
}

func wayKey(way string) string {
	switch way {
	case "unused":
		return "way.unused"
	case "password":
		return "way.password"
	case "totp":
		return "way.totp"
	case "passkey":
		return "way.passkey"
	case "sso":
		return "way.sso"
	}
	return ""
}

func eventKey(k account.EventKind) string {
	switch k {
	case account.Invited:
		return "event.invited"
	case account.InvitationVoid:
		return "event.invitation_withdrawn"
	case account.Opened:
		return "event.opened"
	case account.Recovered:
		return "event.recovered"
	case account.DisabledNow:
		return "event.disabled"
	case account.EnabledAgain:
		return "event.enabled"
	case account.SignedIn:
		return "event.signed_in"
	case account.SignInFailed:
		return "event.failed"
	case account.ReadDenied:
		return "event.read_denied"
	case account.SignedOut:
		return "event.signed_out"
	case account.SessionRevoked:
		return "event.session"
	case account.SessionsRevoked:
		return "event.sessions"
	case account.PasswordChanged:
		return "event.password"
	case account.FactorAdded:
		return "event.factor_added"
	case account.FactorRemoved:
		return "event.factor_removed"
	case account.Proposed:
		return "event.proposed"
	case account.Confirmed:
		return "event.confirmed"
	case account.TurnedDown:
		return "event.turned_down"
	case account.DutyWithdrawn:
		return "event.duty_withdrawn"
	case account.TokenMade:
		return "event.token_made"
	case account.TokenRevoked:
		return "event.token_revoked"
	case account.MailChanged:
		return "event.mail"
	}
	return "event.other"
}

// owned ends a change of the own account: with the new token on the page, or with what is wrong.
func (s *Site) owned(w http.ResponseWriter, r *http.Request, token string, err error) error {
	if err != nil {
		return s.ownPage(w, r, statusOf(fault.KindOf(err)), err)
	}
	if token != "" {
		s.carry(w, r, token)
	}
	http.Redirect(w, r, "/me/security", http.StatusSeeOther)
	return nil
}

func (s *Site) ownPassword(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	t, err := s.accounts.ChangePassword(r.Context(), s.token(r), r.PostForm.Get("current"), r.PostForm.Get("password"), s.way(r))
	return s.owned(w, r, t.Token, err)
}

func (s *Site) ownCode(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	t, err := s.accounts.ConfirmTOTP(r.Context(), s.token(r), r.PostForm.Get("current"), digits(r.PostForm.Get("code")), s.way(r))
	return s.owned(w, r, t.Token, err)
}

func (s *Site) ownRemoval(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	t, err := s.accounts.RemoveFactor(r.Context(), s.token(r), r.PostForm.Get("current"), r.PostForm.Get("factor"), s.way(r))
	return s.owned(w, r, t.Token, err)
}

func (s *Site) ownSession(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	return s.owned(w, r, "", s.accounts.EndSession(r.Context(), who, r.PostForm.Get("session")))
}

func (s *Site) ownOthers(w http.ResponseWriter, r *http.Request) error {
	return s.owned(w, r, "", s.accounts.EndOthers(r.Context(), s.token(r)))
}
