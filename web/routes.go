package web

import (
	"net/http"

	"chancery/core/casework"
)

// routes is the table of contents of the site.
func (s *Site) routes() {
	s.page("GET /{$}", s.todayShow)
	s.page("GET /cases", s.casesList)
	s.page("GET /cases/{no}", s.caseShow)
	s.page("GET /cases/{no}/proof", s.proofDownload)
	s.page("GET /cases/{no}/foot.css", s.footStyle)
	s.page("POST /cases/{no}/submission", s.act(casework.Submitted))
	s.page("POST /cases/{no}/return", s.act(casework.ReturnedBack))
	s.page("POST /cases/{no}/countersignatures", s.act(casework.Countersigned))
	s.page("POST /cases/{no}/comments", s.act(casework.Commented))
	s.page("POST /cases/{no}/answers", s.act(casework.Answered))
	s.page("POST /cases/{no}/signers", s.act(casework.SignerAdded))
	s.page("POST /cases/{no}/signer-removals", s.act(casework.SignerRemoved))
	s.page("POST /cases/{no}/reassignment", s.act(casework.Reassigned))
	s.page("POST /cases/{no}/notice", s.act(casework.NoticePosted))
	s.page("POST /cases/{no}/objection-findings", s.act(casework.ObjectionSettled))
	s.page("POST /cases/{no}/outside-request", s.act(casework.DecisionAsked))
	s.page("POST /cases/{no}/outside-answer", s.act(casework.DecisionReceived))
	s.page("POST /cases/{no}/approval", s.act(casework.ApprovedNow))
	s.page("POST /cases/{no}/reduction", s.act(casework.ApprovedNow))
	s.page("POST /cases/{no}/refusal", s.act(casework.RefusedNow))
	s.page("POST /cases/{no}/instrument", s.act(casework.Issued))
	s.page("POST /cases/{no}/fulfilments", s.act(casework.Fulfilled))
	s.page("POST /cases/{no}/hindrances", s.act(casework.Hindered))
	s.page("POST /cases/{no}/departure", s.act(casework.Departed))
	s.page("POST /cases/{no}/changes", s.act(casework.ChangeAsked))
	s.page("POST /cases/{no}/homecoming", s.act(casework.CameHome))
	s.page("POST /cases/{no}/hand-back", s.act(casework.HandedBack))
	s.page("POST /cases/{no}/report", s.act(casework.Reported))
	s.page("POST /cases/{no}/post-notice", s.act(casework.PostNoticed))
	s.page("POST /cases/{no}/settlement", s.act(casework.Settled))
	s.page("POST /cases/{no}/closure", s.act(casework.ClosedNow))
	s.page("POST /cases/{no}/withdrawal", s.act(casework.WithdrawnNow))
	s.page("POST /cases/{no}/cancellation", s.act(casework.CancelledNow))
	s.page("POST /cases/{no}/revocation", s.act(casework.RevokedNow))
	s.page("POST /cases/{no}/recall", s.act(casework.Recalled))
	s.page("POST /cases/{no}/corrections", s.act(casework.Corrected))

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
	if s.finder != nil {
		s.page("GET /search", s.searchShow)
	}
	if s.papers != nil {
		s.page("GET /cases/{no}/attachments", s.attachmentsShow)
		s.page("POST /cases/{no}/attachments", s.attach)
		s.page("GET /cases/{no}/attachments/{id}", s.attachmentOpen)
	}
	if s.notices != nil {
		s.page("GET /notices", s.noticeList)
		s.page("GET /notices/{no}", s.noticeShow)
		s.page("POST /notices/{no}/objections", s.noticeObject)
		s.page("GET /notices/objections", s.objectionShow)
	}

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
	if s.feeds != nil {
		s.page("GET /settings/feed", s.feedOpen)
		s.page("POST /settings/feed", s.feedMake)
		s.page("POST /settings/feed/removal", s.feedRevoke)
		s.page("GET /feed/{token}", s.feedGive)
	}
	if s.operations != nil {
		s.page("GET /operations", s.operationsShow)
		s.page("POST /operations/{id}/retry", s.operationsRetry)
		s.page("POST /operations/backup", s.operationsBackup)
	}
	if s.live.Changes != nil {
		s.page("GET /events", s.dayEvents)
		s.page("GET /cases/{no}/events", s.caseEvents)
	}
	if s.hooks != nil {
		s.page("GET /operations/hooks", s.hooksOpen)
		s.page("POST /operations/hooks", s.hooksAdd)
		s.page("POST /operations/hooks/{id}/state", s.hookTurn)
		s.page("POST /operations/hooks/{id}/test", s.hookTest)
		s.page("POST /operations/hooks/{id}/removal", s.hookRemove)
	}
	if s.programs != nil {
		s.mux.HandleFunc("/api/", s.program)
	}

	s.mux.HandleFunc("GET /static/{name}", s.static)
	s.mux.HandleFunc("GET /healthz", s.alive)
	s.mux.HandleFunc("GET /readyz", s.readyNow)
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
	s.mux.HandleFunc(pattern, s.faulted(func(w http.ResponseWriter, r *http.Request) error {
		if no := r.PathValue("no"); no != "" {
			r.SetPathValue("no", s.cases.CaseNo(no))
		}
		return h(w, r)
	}))
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
