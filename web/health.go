package web

import (
	"errors"
	"log/slog"
	"net/http"
)

// The words that a balancer or a script is answered with; nobody reads them on a page.
const (
	wordAlive    = "ok"
	wordReady    = "ready"
	wordStopping = "stopping"
	wordSilent   = "the data does not answer"
	wordClock    = "the clock cannot be right"
)

// probed tells whether a path is asked by machines that look after the site: nobody signs in for it.
func probed(path string) bool { return path == "/healthz" || path == "/readyz" }

// alive says that the process lives, whatever else is wrong: whoever starts it again asks this.
func (s *Site) alive(w http.ResponseWriter, _ *http.Request) { probe(w, http.StatusOK, wordAlive) }

// ErrClock is what makes a site not ready whose clock cannot be right: another node does what this one would refuse.
var ErrClock = errors.New("the clock cannot be right")

// readyNow says whether people may be sent here: the data answers, the clock can be right, and the site is not about to stop. The schema is the
// present one ever since the door opened.
func (s *Site) readyNow(w http.ResponseWriter, r *http.Request) {
	select {
	case <-s.stopping:
		probe(w, http.StatusServiceUnavailable, wordStopping)
		return
	default:
	}
	if s.ready != nil {
		if err := s.ready(r.Context()); err != nil {
			s.log.LogAttrs(r.Context(), slog.LevelError, "not ready", slog.String("id", idOf(r)), slog.String("error", err.Error()))
			word := wordSilent
			if errors.Is(err, ErrClock) {
				word = wordClock
			}
			probe(w, http.StatusServiceUnavailable, word)
			return
		}
	}
	probe(w, http.StatusOK, wordReady)
}

func probe(w http.ResponseWriter, status int, word string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(word + "\n")) // whoever asked and has gone is nobody's fault
}
