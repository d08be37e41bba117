package web

import (
	"net/http"
	"net/url"
)

// routes is the table of contents of the site.
func (s *Site) routes() {
	s.page("GET /{$}", s.home)
	s.page("GET /cases", s.casesList)
	s.page("GET /cases/{no}", s.caseShow)
	s.page("GET /check", s.checkOpen)
	s.page("POST /check", s.checkRun)
	s.page("GET /rulebook", s.rulebookList)
	s.page("GET /rulebook/{book}/{article}", s.articleShow)

	s.page("GET /registers/{name}", s.registerShow)
	s.page("GET /people", s.peopleList)
	s.page("GET /people/{id}", s.personShow)
	s.page("GET /posts/{id}", s.postShow)
	s.page("POST /posts/{id}/delegations", s.delegate)
	s.page("POST /posts/{id}/delegation-ends", s.endDelegation)
	s.page("POST /posts/{id}/hand-over", s.handOver)
	s.page("GET /me", s.settingsOpen)
	s.page("POST /me", s.settingsKeep)
	s.page("GET /figures/{name}", s.refusalsShow)

	s.page("GET /sign-in", s.signInOpen)
	s.page("POST /sign-in", s.signInRun)
	s.page("GET /sign-in/next", s.signInNext)
	s.page("POST /sign-in/code", s.signInCode)
	s.page("POST /sign-in/password", s.signInRenew)
	s.scripted("POST /sign-in/passkey", s.passkeyAsk)
	s.scripted("POST /sign-in/passkey/answer", s.passkeyProve)
	s.scripted("POST /sign-in/passkey/enrolment", s.passkeyOffer)
	s.scripted("POST /sign-in/passkey/enrolment/answer", s.passkeyEnrol)
	s.page("POST /sign-in/sso", s.ssoBegin)
	s.page("GET /sign-in/sso", s.ssoAnswer)
	s.page("POST /sign-out", s.signOut)
	s.page("GET /invitation/{token}", s.invitationOpen)
	s.page("POST /invitation/{token}", s.invitationAccept)
	s.page("POST /invitation/{token}/sso", s.ssoInvited)
	s.page("GET /me/security", s.ownSecurity)
	s.page("POST /me/security/password", s.ownPassword)
	s.page("POST /me/security/code", s.ownCode)
	s.page("POST /me/security/removal", s.ownRemoval)
	s.page("POST /me/security/session", s.ownSession)
	s.page("POST /me/security/others", s.ownOthers)
	s.page("GET /accounts", s.accountsList)
	s.page("POST /accounts/invitation", s.accountsInvite)
	s.page("POST /accounts/withdrawal", s.accountsWithdraw)
	s.page("POST /accounts/state", s.accountsTurn)
	s.page("POST /accounts/sessions", s.accountsEnd)
	s.page("POST /accounts/proposal", s.accountsPropose)
	s.page("POST /accounts/settlement", s.accountsSettle)
	s.page("POST /accounts/duty-withdrawal", s.accountsRelieve)

	s.applicationRoutes()

	if s.tokens != nil {
		s.page("GET /me/tokens", s.tokensOpen)
		s.page("POST /me/tokens", s.tokensMake)
		s.page("POST /me/tokens/{id}/revocation", s.tokensRevoke)
	}
	if s.programs != nil {
		s.mux.HandleFunc("/api/", s.program)
	}

	s.mux.HandleFunc("GET /static/{name}", s.static)
	s.mux.HandleFunc("GET /health", s.health)
	s.page("/", s.nowhere)
}

// applicationRoutes are the forms of applications: new ones by their procedure, drafts, and those of a case.
func (s *Site) applicationRoutes() {
	if s.forms == nil {
		return
	}
	s.page("GET /trips/new", s.applicationNew("outbound-trip"))
	s.page("GET /cases/new", s.caseNew)
	for _, p := range s.forms.Procedures() {
		s.page("GET /cases/new/"+p.Name, s.applicationNew(p.Name))
	}
	s.page("GET /drafts", s.draftList)
	s.page("GET /drafts/{id}", s.draftOpen)
	s.page("POST /drafts/{id}", s.draftRun)
	s.page("POST /drafts/{id}/removal", s.draftDrop)
	s.page("GET /cases/{no}/application", s.caseForm(false))
	s.page("GET /cases/{no}/change", s.caseForm(true))
}

// page registers a handler that returns its error; faulted turns that into an
// answer in words.
func (s *Site) page(pattern string, h func(http.ResponseWriter, *http.Request) error) {
	s.mux.HandleFunc(pattern, s.faulted(h))
}

// home sends people to the cases: what waits there is why they came.
func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	start := "/cases"
	if who, err := s.reader(r); err == nil && who.Prefers.State != "" {
		start += "?state=" + url.QueryEscape(who.Prefers.State)
	}
	http.Redirect(w, r, start, http.StatusSeeOther)
	return nil
}

// health says that the site answers; a load balancer or a script asks it.
func (s *Site) health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// nowhere answers what no other line of the table does.
func (s *Site) nowhere(w http.ResponseWriter, r *http.Request) error {
	if allowed := s.methodsOf(r); allowed != "" {
		w.Header().Set("Allow", allowed)
		return refusal{status: http.StatusMethodNotAllowed, key: "fault.method"}
	}
	return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
}

// methodsOf lists the methods that the requested path does answer.
func (s *Site) methodsOf(r *http.Request) string {
	allowed := ""
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := s.mux.Handler(probe); pattern == "/" || pattern == "" {
			continue
		}
		if allowed != "" {
			allowed += ", "
		}
		allowed += method
	}
	return allowed
}
