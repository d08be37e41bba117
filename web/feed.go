package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/desk"
	"chancery/web/api"
)

// Feeds keeps the secret addresses of calendars, and gives what stands in them. *desk.Desk does.
type Feeds interface {
	Feed(ctx context.Context, by desk.Reader) (f account.Feed, ok bool, err error)
	MakeFeed(ctx context.Context, session, password string, from desk.Way) (string, error)
	RevokeFeed(ctx context.Context, by desk.Reader) error
	Agenda(ctx context.Context, secret string, level office.Mark) (desk.Agenda, error)
}

// FeedPage is where somebody makes, renews and revokes the address of the own calendar.
type FeedPage struct {
	Frame
	// Made is the address that was just made: shown now and never again.
	Made string
	// There: an address is in use, made then and asked for last then.
	There            bool
	MadeOn, AskedFor string
	Level            string
	Wrong            []string
}

func (s *Site) feedOpen(w http.ResponseWriter, r *http.Request) error {
	page, err := s.feedPage(w, r)
	if err != nil {
		return err
	}
	return s.show(w, r, feedShow(page))
}

func (s *Site) feedPage(w http.ResponseWriter, r *http.Request) (FeedPage, error) {
	who, err := s.reader(r)
	if err != nil {
		return FeedPage{}, err
	}
	feed, there, err := s.feeds.Feed(r.Context(), who)
	if err != nil {
		return FeedPage{}, err
	}
	f := s.frame(w, r)
	f.Here, f.Title = "me", f.Say("feed.title")
	page := FeedPage{Frame: f, There: there, AskedFor: f.Say("feed.never"), Level: s.feedLevel.Title().In(f.Lang)}
	if there {
		page.MadeOn = f.minute(feed.Made)
	}
	if feed.Asked != 0 {
		page.AskedFor = f.minute(feed.Asked)
	}
	return page, nil
}

// feedMake makes an address, in place of the one before, and shows it this once.
func (s *Site) feedMake(w http.ResponseWriter, r *http.Request) error {
	if err := s.parse(w, r); err != nil {
		return err
	}
	secret, wrong := s.feeds.MakeFeed(r.Context(), s.token(r), r.PostForm.Get("password"), s.way(r))
	if kind := fault.KindOf(wrong); kind == fault.SignedOut || kind == fault.Unavailable {
		return wrong
	}
	page, err := s.feedPage(w, r)
	if err != nil {
		return err
	}
	if wrong != nil {
		return s.again(w, r, wrong, &page.Wrong, page.Lang, func() error { return s.write(w, r, statusOf(fault.KindOf(wrong)), feedShow(page)) })
	}
	page.Made = s.place(r).Origin + api.FeedAddress(secret)
	return s.write(w, r, http.StatusCreated, feedShow(page))
}

func (s *Site) feedRevoke(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	if err := s.feeds.RevokeFeed(r.Context(), who); err != nil {
		page, lost := s.feedPage(w, r)
		if lost != nil {
			return lost
		}
		return s.again(w, r, err, &page.Wrong, page.Lang, func() error { return s.write(w, r, statusOf(fault.KindOf(err)), feedShow(page)) })
	}
	http.Redirect(w, r, "/settings/feed", http.StatusSeeOther)
	return nil
}

// feedGive gives a calendar to whoever comes with its address. One that opens nothing is answered like any page that is not
// there.
func (s *Site) feedGive(w http.ResponseWriter, r *http.Request) error {
	if s.programs != nil {
		if wait := s.programs.Wait(s.way(r).Address); wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
			return fault.New(fault.TooOften, "", s.words.Say("feed.often", nil))
		}
	}
	secret, is := strings.CutSuffix(r.PathValue("token"), ".ics")
	if !is {
		return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
	}
	agenda, err := s.feeds.Agenda(r.Context(), secret, s.feedLevel)
	if fault.KindOf(err) == fault.NotFound {
		return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
	}
	if err != nil {
		return err
	}
	for i := range agenda.Events {
		agenda.Events[i].Link = s.place(r).Origin + agenda.Events[i].Link
	}
	ics := calendar.ICS(agenda.Name, agenda.Events)
	sum := sha256.Sum256(ics)
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="chancery.ics"`)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(ics))
	return nil
}
