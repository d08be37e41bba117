package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"chancery/core/fault"
	"chancery/desk"
)

// Live lets open pages hear that something changed. *desk.Desk and desk.Changes do.
type Live struct {
	Desk    LiveDesk
	Changes *desk.Changes
}

// LiveDesk answers, as whoever reads the page, how what the page shows stands now.
type LiveDesk interface {
	Looked(ctx context.Context, token string) (desk.Reader, error)
	Version(ctx context.Context, reader desk.Reader, no string) (int, error)
	WaitingFor(ctx context.Context, reader desk.Reader) (int, error)
}

// What open pages may cost: so many of one session and of all, so long each before its browser asks again, so often a sign
// of life, and so long at least between two looks at a case and at somebody's day.
const (
	pagesOfSession = 6
	pagesOfAll     = 1000
	pageOpenFor    = 10 * time.Minute
	signOfLife     = 20 * time.Second
	caseLooked     = time.Second
	dayLooked      = 5 * time.Second
	lineTime       = 10 * time.Second // for a browser to take what it is sent
)

// liveAt is where a page hears that it shows what was; "" where nobody tells.
func (s *Site) liveAt(path string, seen int) string {
	if s.live.Changes == nil {
		return ""
	}
	return path + "?seen=" + strconv.Itoa(seen)
}

// streamed tells whether a path is one on which an open page listens.
func streamed(path string) bool {
	return path == "/events" || strings.HasPrefix(path, "/cases/") && strings.HasSuffix(path, "/events")
}

// caseEvents tells the page of a case that the case has another version by now. Nothing else is told; a case that does not
// lie in the reader's sight is absent, and a page whose reader may see it no more hears nothing more.
func (s *Site) caseEvents(w http.ResponseWriter, r *http.Request) error {
	no := r.PathValue("no")
	ear := s.live.Changes.Case(no)
	defer ear.Close()
	return s.stream(w, r, ear, caseLooked, func(ctx context.Context, who desk.Reader) (int, error) {
		return s.live.Desk.Version(ctx, who, no)
	})
}

// dayEvents tells the page of a day that more or less waits for its reader by now.
func (s *Site) dayEvents(w http.ResponseWriter, r *http.Request) error {
	ear := s.live.Changes.Any()
	defer ear.Close()
	return s.stream(w, r, ear, dayLooked, s.live.Desk.WaitingFor)
}

// stream tells an open page whenever what it shows stands otherwise than it was seen (seen=N in its address). It ends when
// the session does, when the site is about to stop, and after a while; the browser then asks again.
func (s *Site) stream(w http.ResponseWriter, r *http.Request, ear *desk.Ear, gap time.Duration, stands func(context.Context, desk.Reader) (int, error)) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	now, err := s.looked(r.Context(), who, stands)
	if err != nil {
		return err
	}
	leave, ok := s.pages.enter(who.Session)
	if !ok {
		return refusal{status: http.StatusTooManyRequests, key: "fault.pages"}
	}
	defer leave()
	seen, err := strconv.Atoi(r.URL.Query().Get("seen"))
	if err != nil {
		seen = now
	}
	l := line{w: w, to: http.NewResponseController(w)}
	l.begin()
	if !l.say("retry: 5000\n\n") {
		return nil
	}
	beat, end := time.NewTicker(signOfLife), time.NewTimer(s.limits.Stream)
	defer beat.Stop()
	defer end.Stop()
	for {
		if now != seen {
			if !l.say(fmt.Sprintf("event: changed\ndata: {\"version\":%d}\n\n", now)) {
				return nil
			}
			seen = now
		}
		told := false
		select {
		case <-ear.Told():
			told = true
		case <-beat.C:
			if !l.say(": \n\n") {
				return nil
			}
		case <-end.C:
			return nil
		case <-s.stopping:
			return nil
		case <-r.Context().Done():
			return nil
		}
		who, err = s.live.Desk.Looked(r.Context(), s.token(r))
		if err == nil {
			var is int
			if is, err = s.looked(r.Context(), who, stands); err == nil {
				now = is
			}
		}
		if kind := fault.KindOf(err); kind == fault.SignedOut || kind == fault.NotFound || kind == fault.NotAllowed {
			return nil
		}
		if told && !rested(r.Context(), end, gap) {
			return nil
		}
	}
}

// looked asks how it stands, for as long as an answer may take.
func (s *Site) looked(ctx context.Context, who desk.Reader, stands func(context.Context, desk.Reader) (int, error)) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.limits.Time)
	defer cancel()
	return stands(ctx, who)
}

// rested waits until it may be looked again; false: the stream is over.
func rested(ctx context.Context, end *time.Timer, gap time.Duration) bool {
	rest := time.NewTimer(gap)
	defer rest.Stop()
	select {
	case <-rest.C:
		return true
	case <-end.C:
	case <-ctx.Done():
	}
	return false
}

// line is what an open page hears. It has deadlines of its own: those of the server are for answers that end.
type line struct {
	w  http.ResponseWriter
	to *http.ResponseController
}

func (l line) begin() {
	_ = l.to.SetReadDeadline(time.Time{}) // nothing more is read; a recorder has no deadlines
	h := l.w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no")
	l.w.WriteHeader(http.StatusOK)
}

// say sends words at once; false: the browser has gone, or takes nothing.
func (l line) say(words string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), lineTime)
	defer cancel()
	until, _ := ctx.Deadline()
	_ = l.to.SetWriteDeadline(until)
	if _, err := l.w.Write([]byte(words)); err != nil {
		return false
	}
	return l.to.Flush() == nil
}

// pages counts the open pages that listen.
type pages struct {
	mu  sync.Mutex
	of  map[string]int
	all int
}

// enter lets a page of a session listen, unless too many do; leave is called when it does no more.
func (p *pages) enter(session string) (leave func(), ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all >= pagesOfAll || p.of[session] >= pagesOfSession {
		return nil, false
	}
	if p.of == nil {
		p.of = map[string]int{}
	}
	p.all++
	p.of[session]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.all--
		if p.of[session]--; p.of[session] == 0 {
			delete(p.of, session)
		}
	}, true
}
