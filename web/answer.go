package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"chancery/core/fault"
	"chancery/core/text"
	"chancery/web/api"
)

// refusal is an answer that the door itself gives, before the desk is asked.
type refusal struct {
	status int
	key    string // of the sentence that says what is wrong and what to do
	args   text.Args
}

func (r refusal) Error() string { return r.key }

// statusOf is the one table from kinds of fault to answers; both doors have it.
func statusOf(k fault.Kind) int { return api.Status(k) }

// faulted runs a page and answers its error in words.
func (s *Site) faulted(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			s.answer(w, r, err)
		}
	}
}

// answer writes the page of an error. What is the user's to mend is said in
// their language; anything else is logged once and shown as a request id. The
// log names the route and never the path: paths hold names and tokens.
func (s *Site) answer(w http.ResponseWriter, r *http.Request, err error) {
	if ownDoor(r.URL.Path) && s.programs != nil {
		s.problem(w, r, err)
		return
	}
	f := s.bareFrame(w, r)
	page := ErrorPage{Frame: f, ID: idOf(r)}
	status, sentences := s.sentences(f, r, err)
	if status == 0 {
		return // the reader has gone
	}
	page.Sentences = sentences
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	page.Title, page.Ours = errorTitle(f, status), status >= 500
	if err := s.write(w, r, status, errorShow(page)); err != nil {
		s.log.LogAttrs(r.Context(), slog.LevelError, "error page failed", slog.String("id", page.ID), slog.String("error", err.Error()))
		http.Error(w, page.ID, status)
	}
}

// sentences says an error in the reader's words, with its status; none when the reader has gone. What is ours is logged here.
func (s *Site) sentences(f Frame, r *http.Request, err error) (status int, sentences []string) {
	var (
		ours    refusal
		tooLong *http.MaxBytesError
	)
	faults := fault.All(err)
	switch {
	case errors.As(err, &ours):
		return ours.status, []string{f.Say(ours.key, ours.args)}
	case errors.As(err, &tooLong):
		return http.StatusRequestEntityTooLarge, []string{f.Say("fault.large", text.Args{"limit": bytesInWords(tooLong.Limit)})}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout, []string{f.Say("fault.slow_body")}
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusServiceUnavailable, []string{f.Say("fault.slow_answer", text.Args{"seconds": int(s.limits.Time.Seconds())})}
	case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
		return 0, nil
	case len(faults) > 0:
		for _, one := range faults {
			sentences = append(sentences, capital(one.Text.In(f.Lang)))
		}
		return statusOf(fault.KindOf(err)), sentences
	}
	s.log.LogAttrs(r.Context(), slog.LevelError, "request failed",
		slog.String("id", idOf(r)), slog.String("method", r.Method), slog.String("route", lineOf(r)), slog.String("error", err.Error()))
	return http.StatusInternalServerError, []string{f.Say("fault.ours")}
}

func errorTitle(f Frame, status int) string {
	switch status {
	case http.StatusNotFound:
		return f.Say("fault.title.absent")
	case http.StatusForbidden, http.StatusMisdirectedRequest, http.StatusUnauthorized:
		return f.Say("fault.title.refused")
	case http.StatusConflict:
		return f.Say("fault.title.conflict")
	case http.StatusUnprocessableEntity, http.StatusRequestEntityTooLarge, http.StatusRequestTimeout, http.StatusMethodNotAllowed, http.StatusBadRequest,
		http.StatusTooManyRequests:
		return f.Say("fault.title.invalid")
	case http.StatusServiceUnavailable:
		return f.Say("fault.title.busy")
	default:
		return f.Say("fault.title.ours")
	}
}

// show writes a page.
func (s *Site) show(w http.ResponseWriter, r *http.Request, page templ.Component) error {
	return s.write(w, r, http.StatusOK, page)
}

// write renders the whole page first, so that a page that fails half-way never
// reaches a reader.
func (s *Site) write(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	b, _ := s.sheets.Get().(*bytes.Buffer)
	defer s.sheets.Put(b)
	b.Reset()
	if err := page.Render(context.WithoutCancel(r.Context()), b); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
	if acceptsGzip(r) && b.Len() > 1024 {
		packed, _ := s.sheets.Get().(*bytes.Buffer)
		defer s.sheets.Put(packed)
		packed.Reset()
		if err := s.pack(packed, b.Bytes()); err != nil {
			return fmt.Errorf("pack page: %w", err)
		}
		h.Set("Content-Encoding", "gzip")
		b = packed
	}
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // a reader who has gone is nobody's fault
	}
	return nil
}

func (s *Site) pack(w io.Writer, page []byte) error {
	z, _ := s.zippers.Get().(*gzip.Writer)
	defer s.zippers.Put(z)
	z.Reset(w)
	if _, err := z.Write(page); err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("compress: %w", err)
	}
	return nil
}

func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return strings.ReplaceAll(weight, " ", "") != "q=0"
		}
	}
	return false
}

func bytesInWords(n int64) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return strconv.FormatInt(n>>20, 10) + " MiB"
	}
	return strconv.FormatInt(n, 10) + " B"
}
