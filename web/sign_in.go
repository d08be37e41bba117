package web

import (
	"net/http"
	"strings"
	"unicode/utf8"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/text"
)

// SignInPage asks for login and password.
type SignInPage struct {
	Frame
	Login, Next string
	Wrong       []string
	// Provider is how the sign-in of the office's own identity provider is called; empty where there is none.
	Provider string
}

func (s *Site) signInOpen(w http.ResponseWriter, r *http.Request) error {
	next := within(r.URL.Query().Get("next"))
	if _, err := s.reader(r); err == nil {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	return s.show(w, r, signIn(s.signInPage(w, r, next, "")))
}

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request, next, login string) SignInPage {
	f := s.frame(w, r)
	f.Title = f.Say("sign_in.title")
	page := SignInPage{Frame: f, Next: next, Login: login}
	if s.provider != nil {
		page.Provider = s.provider.Name().In(f.Lang)
	}
	return page
}

func (s *Site) signInRun(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	next, login := within(r.PostForm.Get("next")), r.PostForm.Get("login")
	ticket, err := s.accounts.SignIn(r.Context(), login, r.PostForm.Get("password"), s.way(r))
	if err != nil {
		page := s.signInPage(w, r, next, login)
		return s.again(w, r, err, &page.Wrong, page.Lang, func() error { return s.write(w, r, statusOf(fault.KindOf(err)), signIn(page)) })
	}
	if before := s.token(r); before != "" {
		if err := s.accounts.SignOut(r.Context(), before); err != nil {
			return err
		}
	}
	s.onward(w, r, ticket, next)
	return nil
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.accounts.SignOut(r.Context(), s.token(r)); err != nil {
		return err
	}
	s.drop(w, r)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}

// parse reads a form of a page, at most so large as the site's limit.
func (s *Site) parse(w http.ResponseWriter, r *http.Request) error {
	return readForm(w, r, s.limits.Form)
}

// readForm reads a form of at most so many bytes. What is no text in UTF-8 is refused: no browser sends it, and it could not be
// written down as it was typed.
func readForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if err := r.ParseForm(); err != nil {
		return formError(err)
	}
	for name, values := range r.PostForm {
		if !utf8.ValidString(name + strings.Join(values, "")) {
			return refusal{status: http.StatusBadRequest, key: "fault.form"}
		}
	}
	return nil
}

// again shows a page once more with what is wrong on it. What is not the reader's to mend goes to the error page.
func (s *Site) again(w http.ResponseWriter, _ *http.Request, err error, wrong *[]string, lang text.Lang, show func() error) error {
	faults := fault.All(err)
	if len(faults) == 0 || fault.KindOf(err) == fault.SignedOut || fault.KindOf(err) == fault.Unavailable {
		return err
	}
	for _, one := range faults {
		*wrong = append(*wrong, capital(one.Text.In(lang)))
	}
	if fault.KindOf(err) == fault.TooOften {
		w.Header().Set("Retry-After", "5")
	}
	return show()
}

// NextPage is what stands between the password and the desk: a second factor to show or to set up, or a password to renew.
type NextPage struct {
	Frame
	Stage  account.Stage
	Next   string
	Name   Run
	Wrong  []string
	HasApp bool
	// Keys says that a passkey can be shown.
	Keys bool
	Code *CodePicture
}

// signInNext shows the step that is still to be done.
func (s *Site) signInNext(w http.ResponseWriter, r *http.Request) error {
	return s.nextStep(w, r, within(r.URL.Query().Get("next")), http.StatusOK, nil)
}

func (s *Site) nextStep(w http.ResponseWriter, r *http.Request, next string, status int, wrong error) error {
	stage, view, err := s.accounts.Pending(r.Context(), s.token(r))
	if fault.KindOf(err) == fault.SignedOut || stage == account.Full {
		http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	page := NextPage{Frame: f, Stage: stage, Next: next, Name: f.Run(view.Name), HasApp: view.HasTOTP, Keys: len(view.Passkeys) > 0}
	switch stage {
	case account.Enrol:
		page.Title = f.Say("next.enrol")
		if page.Code, err = s.codePicture(r); err != nil {
			return err
		}
	case account.Renew:
		page.Title = f.Say("next.renew")
	case account.Factor, account.Full:
		page.Title = f.Say("next.factor")
	}
	show := func() error { return s.write(w, r, status, signInStep(page)) }
	if wrong == nil {
		return show()
	}
	return s.again(w, r, wrong, &page.Wrong, f.Lang, show)
}

// signInCode takes the code of a generator, as the factor of a sign-in or to confirm one that is set up.
func (s *Site) signInCode(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	stage, _, err := s.accounts.Pending(r.Context(), s.token(r))
	if err != nil {
		return err
	}
	next := within(r.PostForm.Get("next"))
	prove := s.accounts.ProveCode
	if stage == account.Enrol {
		prove = s.confirmed
	}
	ticket, err := prove(r.Context(), s.token(r), digits(r.PostForm.Get("code")), s.way(r))
	if err != nil {
		return s.nextStep(w, r, next, statusOf(fault.KindOf(err)), err)
	}
	s.onward(w, r, ticket, next)
	return nil
}

// signInRenew takes a new password in place of one that is too old.
func (s *Site) signInRenew(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	next := within(r.PostForm.Get("next"))
	ticket, err := s.accounts.ChangePassword(r.Context(), s.token(r), r.PostForm.Get("current"), r.PostForm.Get("password"), s.way(r))
	if err != nil {
		return s.nextStep(w, r, next, statusOf(fault.KindOf(err)), err)
	}
	s.onward(w, r, ticket, next)
	return nil
}
