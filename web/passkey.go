package web

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	"chancery/core/account"
	"chancery/desk"
)

// asking is what the script of passkeys sends.
type asking struct {
	Password   string          `json:"password"`
	Credential json.RawMessage `json:"credential"`
	Name       string          `json:"name"`
	Next       string          `json:"next"`
}

// place is where the reader's browser believes to be; passkeys belong to that.
func (s *Site) place(r *http.Request) desk.Place {
	if s.origin != nil {
		return desk.Place{Host: s.origin.Hostname(), Origin: s.origin.Scheme + "://" + s.origin.Host}
	}
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	scheme := "http"
	if s.secure(r) {
		scheme = "https"
	}
	return desk.Place{Host: host, Origin: scheme + "://" + r.Host}
}

func (s *Site) passkeyOffer(w http.ResponseWriter, r *http.Request, in asking) error {
	out, err := s.accounts.OfferPasskey(r.Context(), s.token(r), in.Password, s.place(r), s.way(r))
	return answered(w, out, err)
}

func (s *Site) passkeyEnrol(w http.ResponseWriter, r *http.Request, in asking) error {
	t, err := s.accounts.EnrolPasskey(r.Context(), s.token(r), in.Credential, in.Name, s.place(r), s.way(r))
	return s.sentOn(w, r, t, in.Next, err)
}

func (s *Site) passkeyAsk(w http.ResponseWriter, r *http.Request, _ asking) error {
	out, err := s.accounts.AskPasskey(r.Context(), s.token(r), s.place(r))
	return answered(w, out, err)
}

func (s *Site) passkeyProve(w http.ResponseWriter, r *http.Request, in asking) error {
	t, err := s.accounts.ProvePasskey(r.Context(), s.token(r), in.Credential, s.place(r), s.way(r))
	return s.sentOn(w, r, t, in.Next, err)
}

// scripted registers what the script of passkeys posts to. It speaks JSON both ways, errors included.
func (s *Site) scripted(pattern string, h func(http.ResponseWriter, *http.Request, asking) error) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var in asking
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
		if err == nil && json.Unmarshal(body, &in) != nil {
			err = refusal{status: http.StatusBadRequest, key: "fault.form"}
		}
		if err == nil {
			err = h(w, r, in)
		}
		if err == nil {
			return
		}
		status, said := s.sentences(s.bareFrame(w, r), r, err)
		if status == 0 {
			return // the reader has gone
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(struct {
			Detail string `json:"detail"`
		}{said[0]})
	})
}

func answered(w http.ResponseWriter, out []byte, err error) error {
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(out)
	if err != nil {
		return fmt.Errorf("write answer: %w", err)
	}
	return nil
}

// sentOn gives the browser its new token, and says where it goes on.
func (s *Site) sentOn(w http.ResponseWriter, r *http.Request, t desk.Ticket, next string, err error) error {
	if err != nil {
		return err
	}
	s.carry(w, r, t.Token)
	next = within(next)
	if t.Session.Stage != account.Full {
		next = "/sign-in/next?next=" + url.QueryEscape(next)
	}
	out, err := json.Marshal(struct {
		Next string `json:"next"`
	}{next})
	return answered(w, out, err)
}
