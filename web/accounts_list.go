package web

import (
	"net/http"

	"chancery/core/account"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
)

// AccountsPage is where administrators keep the accounts.
type AccountsPage struct {
	Frame
	Sentence    string
	Rows        []AccountRow
	Proposals   []ProposalRow
	Invitations []InvitationRow
	Uninvited   []Offered
	Log         []EventLine
	// System, Grants and Audits say what the reader may do here.
	System, Grants, Relieves bool
	// Made is what was just made and is shown once.
	Made, MadeWords, MadeHint string
	Wrong                     []string
	Duties                    []Offered
	Clearances                []Offered
}

// Offered is one of several that a form offers.
type Offered struct{ Value, Words string }

// AccountRow is an account in the list.
type AccountRow struct {
	ID, Login, Clearance, Duty, Sessions, Seen string
	Name                                       Run
	State                                      Tag
	Factors                                    string
	Own, Disabled                              bool
}

// ProposalRow is a right that waits for the second administrator.
type ProposalRow struct {
	ID, What, Made string
	Name, By       Run
	May            bool
}

// InvitationRow is a link that nobody has used yet.
type InvitationRow struct {
	ID, Until, What string
	Name            Run
}

func (s *Site) accountsList(w http.ResponseWriter, r *http.Request) error {
	return s.accountsPage(w, r, http.StatusOK, nil, once{})
}

// once is something that was just made and is shown this one time.
type once struct{ words, hint, what string }

func (s *Site) linkOnce(r *http.Request, token string) once {
	return once{words: "accounts.link", hint: "accounts.link_hint", what: s.place(r).Origin + "/invitation/" + token}
}

// accountsPage shows the page; with what is wrong, or with what was just made, where there is something.
func (s *Site) accountsPage(w http.ResponseWriter, r *http.Request, status int, wrong error, made once) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	view, err := s.accounts.Accounts(r.Context(), who)
	if err != nil {
		return err
	}
	r.URL.Path, r.URL.RawPath = "/accounts", "" // where a change of language leads
	f := s.frame(w, r)
	f.Title, f.Here = f.Say("accounts.title"), "accounts"
	page := AccountsPage{
		Frame: f, System: who.Duties.System, Grants: who.Duties.Grants(), Relieves: who.Duties.Security, Made: made.what,
		Sentence: f.Say("accounts.sentence", text.Args{"n": len(view.Accounts), "open": len(view.Proposals)}),
	}
	if made.what != "" {
		page.MadeWords, page.MadeHint = f.Say(made.words), f.Say(made.hint)
	}
	for _, a := range view.Accounts {
		page.Rows = append(page.Rows, accountRow(f, a))
	}
	for _, p := range view.Proposals {
		page.Proposals = append(page.Proposals, ProposalRow{
			ID: p.ID, What: proposalWords(f, p.Proposal), Made: f.minute(p.Made), Name: f.person(p.Name), By: f.person(p.By), May: p.May,
		})
	}
	for _, i := range view.Invitations {
		what := f.Say("accounts.joins")
		if i.Purpose == account.Recover {
			what = f.Say("accounts.recovers")
		}
		page.Invitations = append(page.Invitations, InvitationRow{ID: i.ID, Until: f.minute(i.Until), What: what, Name: f.person(i.Name)})
	}
	for _, p := range view.Uninvited {
		page.Uninvited = append(page.Uninvited, Offered{string(p.ID), p.Name})
	}
	for _, duty := range account.AllDuties() {
		page.Duties = append(page.Duties, Offered{string(duty), duty.Title().In(f.Lang)})
	}
	for _, word := range office.Mark("").Words() {
		page.Clearances = append(page.Clearances, Offered{word, office.Mark(word).Title().In(f.Lang)})
	}
	for _, e := range view.Log {
		page.Log = append(page.Log, eventLine(f, e, func(id string) string {
			if n, ok := view.Names[office.PersonID(id)]; ok {
				return n
			}
			return id
		}))
	}
	show := func() error { return s.write(w, r, status, accountsList(page)) }
	if wrong == nil {
		return show()
	}
	return s.again(w, r, wrong, &page.Wrong, f.Lang, show)
}

func accountRow(f Frame, a desk.AccountLine) AccountRow {
	row := AccountRow{
		ID: string(a.ID), Login: a.Login, Clearance: capital(a.Clearance.Title().In(f.Lang)), Sessions: f.Say("accounts.session_count", text.Args{"n": a.Sessions}), Seen: f.Say("accounts.used", text.Args{"at": f.minute(a.Used)}),
		Name: f.person(a.Name), Factors: f.Say("accounts.factor_count", text.Args{"n": a.Factors}), Own: a.Own, Disabled: a.State == account.Disabled,
		State: Tag{"circle-check", "ok", f.Say("accounts.active")},
	}
	if a.Soon {
		row.State = Tag{"clock", "warn", f.Say("accounts.suspended_on", text.Args{"day": f.day(a.Until.Day(desk.OfficeZone()))})}
	}
	if row.Disabled {
		row.State = Tag{"circle-x", "stop", f.Say("accounts.disabled")}
	}
	if duty := a.Duties.Of(); duty != "" {
		row.Duty = capital(duty.Title().In(f.Lang))
	}
	return row
}

func proposalWords(f Frame, p account.Proposal) string {
	switch p.Change {
	case account.GrantDuty:
		return f.Say("accounts.grant_duty", text.Args{"duty": p.Duty.Title()})
	case account.SetClearance:
		return f.Say("accounts.set_clearance", text.Args{"clearance": p.Clearance.Title()})
	case account.RecoverAccess:
		return f.Say("accounts.recover")
	case account.BindSubject:
		if p.Subject != nil {
			return f.Say("accounts.bind", text.Args{"subject": p.Subject.Subject, "issuer": p.Subject.Issuer})
		}
	}
	return string(p.Change)
}

// kept ends an act on the page of accounts.
func (s *Site) kept(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return s.accountsPage(w, r, statusOf(fault.KindOf(err)), err, once{})
	}
	http.Redirect(w, r, "/accounts", http.StatusSeeOther)
	return nil
}

// asked reads the form of an administrator, and who it is.
func (s *Site) asked(w http.ResponseWriter, r *http.Request) (desk.Reader, error) {
	if err := s.parse(w, r); err != nil {
		return desk.Reader{}, err
	}
	return s.reader(r)
}

func (s *Site) accountsInvite(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	token, _, err := s.accounts.Invite(r.Context(), who, r.PostForm.Get("person"), account.InvitationUsual)
	if err != nil {
		return s.kept(w, r, err)
	}
	return s.accountsPage(w, r, http.StatusOK, nil, s.linkOnce(r, token))
}

func (s *Site) accountsWithdraw(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	return s.kept(w, r, s.accounts.WithdrawInvitation(r.Context(), who, r.PostForm.Get("invitation")))
}

func (s *Site) accountsTurn(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	turn := s.accounts.Disable
	if r.PostForm.Get("to") == string(account.Active) {
		turn = s.accounts.Enable
	}
	return s.kept(w, r, turn(r.Context(), who, account.ID(r.PostForm.Get("account"))))
}

func (s *Site) accountsEnd(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	return s.kept(w, r, s.accounts.EndSessionsOf(r.Context(), who, account.ID(r.PostForm.Get("account"))))
}

func (s *Site) accountsRelieve(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	return s.kept(w, r, s.accounts.WithdrawDuty(r.Context(), who, account.ID(r.PostForm.Get("account"))))
}

func (s *Site) accountsPropose(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	p := account.Proposal{Change: account.Change(r.PostForm.Get("change")), Account: account.ID(r.PostForm.Get("account"))}
	switch p.Change {
	case account.GrantDuty:
		p.Duty = account.Duty(r.PostForm.Get("duty"))
	case account.SetClearance:
		p.Clearance = office.Mark(r.PostForm.Get("clearance"))
	case account.BindSubject:
		p.Subject = &account.Subject{Issuer: r.PostForm.Get("issuer"), Subject: r.PostForm.Get("subject")}
	case account.RecoverAccess:
	}
	code, err := s.accounts.Propose(r.Context(), who, p)
	if err != nil || code == "" {
		return s.kept(w, r, err)
	}
	return s.accountsPage(w, r, http.StatusOK, nil, once{words: "accounts.code", hint: "accounts.code_hint", what: code})
}

func (s *Site) accountsSettle(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	token, err := s.accounts.Settle(r.Context(), who, r.PostForm.Get("proposal"), r.PostForm.Get("answer") == "confirm")
	if err != nil || token == "" {
		return s.kept(w, r, err)
	}
	return s.accountsPage(w, r, http.StatusOK, nil, s.linkOnce(r, token))
}
