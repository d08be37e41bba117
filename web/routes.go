package web

import "net/http"

// routes is the table of contents of the site.
func (s *Site) routes() {
	s.page("GET /{$}", s.home)
	s.page("GET /cases", s.casesList)
	s.page("GET /cases/{no}", s.caseShow)
	s.page("GET /check", s.checkOpen)
	s.page("POST /check", s.checkRun)
	s.page("GET /rulebook", s.rulebookList)
	s.page("GET /rulebook/{book}/{article}", s.articleShow)

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
	s.page("POST /sign-out", s.signOut)
	s.page("GET /invitation/{token}", s.invitationOpen)
	s.page("POST /invitation/{token}", s.invitationAccept)

	s.mux.HandleFunc("GET /static/{name}", s.static)
	s.mux.HandleFunc("GET /health", s.health)
	s.page("/", s.nowhere)
}

// page registers a handler that returns its error; faulted turns that into an
// answer in words.
func (s *Site) page(pattern string, h func(http.ResponseWriter, *http.Request) error) {
	s.mux.HandleFunc(pattern, s.faulted(h))
}

// home sends people to the cases: what waits there is why they came.
func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/cases", http.StatusSeeOther)
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
