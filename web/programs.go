package web

import (
	"errors"
	"net/http"

	"chancery/web/api"
)

// program hands a request to the programs' door, with who is signed in at the pages, if anybody is.
func (s *Site) program(w http.ResponseWriter, r *http.Request) {
	_, p := passage(r)
	p.Route = s.programs.Serve(w, r, s.coming(r))
}

func (s *Site) coming(r *http.Request) api.Coming {
	c := api.Coming{Way: s.way(r), Request: idOf(r)}
	if who, err := s.reader(r); err == nil {
		c.Reader = &who
	}
	return c
}

// problem answers for the programs' door what is refused before it is reached.
func (s *Site) problem(w http.ResponseWriter, r *http.Request, err error) {
	var ours refusal
	if errors.As(err, &ours) {
		s.programs.Refuse(w, r, s.coming(r), ours.status, s.words.Say(ours.key, ours.args))
		return
	}
	s.programs.Fail(w, r, s.coming(r), err)
}
