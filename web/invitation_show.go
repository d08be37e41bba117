package web

import (
	"net/http"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// InvitationPage is where an invited person chooses a password.
type InvitationPage struct {
	Frame
	Name   Run
	Login  string
	Until  string
	Action string
	Wrong  []string
	// Fixed says that the login is there already and stays.
	Fixed bool
	// Half asks for the code that goes with the link of a recovery.
	Half     bool
	Provider string
}

func (s *Site) invitationOpen(w http.ResponseWriter, r *http.Request) error {
	view, err := s.accounts.Invitation(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return s.show(w, r, invitationShow(s.invitationPage(w, r, view)))
}

func (s *Site) invitationPage(w http.ResponseWriter, r *http.Request, v desk.InvitationView) InvitationPage {
	f := s.frame(w, r)
	until := v.Invitation.Until
	page := InvitationPage{
		Frame: f, Name: f.Run(v.Name), Login: v.Login, Fixed: v.Login != "", Half: v.Invitation.Half != "", Action: "/invitation/" + pathPart(r.PathValue("token")),
		Until: f.Say("invitation.until", text.Args{"at": f.minute(until)}),
	}
	page.Title = f.Say("invitation.title")
	if v.Invitation.Purpose == account.Recover {
		page.Title = f.Say("invitation.recover")
	}
	if page.Login == "" {
		page.Login = v.Suggested
	}
	if s.provider != nil && v.Invitation.Purpose == account.Join {
		page.Provider = s.provider.Name().In(f.Lang)
	}
	return page
}

func (s *Site) invitationAccept(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	token, login := r.PathValue("token"), r.PostForm.Get("login")
	ticket, err := s.accounts.Accept(r.Context(), token, r.PostForm.Get("code"), login, r.PostForm.Get("password"), s.way(r))
	if err == nil {
		s.onward(w, r, ticket, "/")
		return nil
	}
	view, gone := s.accounts.Invitation(r.Context(), token)
	if gone != nil {
		return gone
	}
	page := s.invitationPage(w, r, view)
	if !page.Fixed {
		page.Login = login
	}
	return s.again(w, r, err, &page.Wrong, page.Lang, func() error { return s.write(w, r, statusOf(fault.KindOf(err)), invitationShow(page)) })
}
