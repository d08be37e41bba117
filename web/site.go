// Package web is the people's door to the office: pages rendered on the server,
// in Chinese and in English, that need neither JavaScript nor anything from
// another place. A page asks the desk, turns the answer into a typed page struct
// and hands that to a template of the same name; templates decide nothing.
package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/web/api"
)

//go:embed texts/*.yaml
var textFiles embed.FS

// Config is what a site needs to open.
type Config struct {
	// Accounts says who is signed in, and lets people in.
	Accounts Accounts
	// Provider signs people in for us; nil: only we do.
	Provider Provider
	// Cases answers what the case pages ask.
	Cases Cases
	// Applications takes applications in; nil: nothing is filed at the pages.
	Applications Applications
	// Notices answers what the pages of public notices ask; nil: there are none.
	Notices NoticeBoard
	// Finder finds cases, people and articles; nil: nothing is searched.
	Finder Finder
	// Papers keeps files with cases and gives them out; nil: no files are kept.
	Papers Papers
	// Checks evaluates an application without filing it.
	Checks Checks
	// Registers reads registers.
	Registers Registers
	// Office shows the office and changes who acts for whom.
	Office Office
	// Own keeps how a person likes the desk to be.
	Own Own
	// Figures counts.
	Figures Figures
	// Rules opens books and articles.
	Rules Rules
	// Tokens keeps the tokens with which programs come in; nil: there are none.
	Tokens Tokens
	// Mails says that the office sends mail.
	Mails bool
	// Operations shows what the house does by itself; nil: nobody looks after that here.
	Operations Operations
	// Live lets open pages hear that something changed; without Changes they do not.
	Live Live
	// Programs is the door that answers programs, below /api; nil: there is none.
	Programs *api.Door
	// Feeds keeps the addresses of calendars; nil: there are none. FeedLevel is the highest mark of cases of which a
	// calendar tells more than the number.
	Feeds     Feeds
	FeedLevel office.Mark
	// Hooks keeps those outside who are told; nil: nobody is.
	Hooks Hooks
	// Places names places.
	Places Places
	// Words are what coded values are called.
	Words Words
	// Today is the day in the office.
	Today func() calendar.Day
	// Origin is the address at which people reach the site; nil: the one that a request names.
	Origin *url.URL
	// Encrypted says that browsers reach the site by https, here or at a proxy before it: cookies then ask for that.
	Encrypted bool
	// Proxied says that a proxy of the office stands before the site and names the address of the reader.
	Proxied bool
	// Idle is how long a session lasts unused; people are told before it ends. Zero: they are not.
	Idle time.Duration
	// Loopback refuses requests that name another host than this machine, so that
	// no page elsewhere can reach the office by a name that points here.
	Loopback bool
	// Log receives what is ours to mend: one line a failure, with the request's id.
	Log *slog.Logger
	// Ready says whether the office's data answers; nil: it does.
	Ready func(context.Context) error
	// Stopping is closed when the desk is about to close its door; nil: never.
	Stopping <-chan struct{}
	// Limits bounds a request; the zero value takes the house's own.
	Limits Limits
}

// Limits bounds what one request may cost.
type Limits struct {
	// Form is the largest body of a form, in bytes.
	Form int64
	// Time is how long an answer may take.
	Time time.Duration
	// Stream is how long an open page hears at once what changed, before its browser asks again.
	Stream time.Duration
}

func (l Limits) orDefault() Limits {
	if l.Form == 0 {
		l.Form = 1 << 20
	}
	if l.Time == 0 {
		l.Time = 10 * time.Second
	}
	if l.Stream == 0 {
		l.Stream = pageOpenFor
	}
	return l
}

// Site answers requests. It is safe for use by many requests at once.
type Site struct {
	accounts   Accounts
	provider   Provider
	cases      Cases
	forms      Applications
	notices    NoticeBoard
	finder     Finder
	papers     Papers
	uploads    chan struct{}
	checks     Checks
	registers  Registers
	office     Office
	own        Own
	figures    Figures
	rules      Rules
	tokens     Tokens
	operations Operations
	mails      bool
	feeds      Feeds
	feedLevel  office.Mark
	hooks      Hooks
	programs   *api.Door
	live       Live
	pages      pages
	places     Places
	coded      Words
	today      func() calendar.Day
	origin     *url.URL
	idle       time.Duration
	encrypted  bool
	proxied    bool
	loopback   bool
	log        *slog.Logger
	ready      func(context.Context) error
	stopping   <-chan struct{}
	limits     Limits

	words   text.Catalogue
	assets  assets
	mux     *http.ServeMux
	handler http.Handler
	zippers sync.Pool // of *gzip.Writer
	sheets  sync.Pool // of *bytes.Buffer, on which pages are written before they go out
}

// New opens a site. It fails when a text is missing in one of the languages or
// when a part of the configuration is missing.
func New(c Config) (*Site, error) {
	if c.Accounts == nil || c.Cases == nil || c.Checks == nil || c.Rules == nil || c.Registers == nil || c.Office == nil || c.Own == nil || c.Figures == nil || c.Places == nil || c.Words == nil || c.Today == nil || c.Log == nil {
		return nil, errors.New("open site: accounts, cases, checks, registers, the office, own preferences, figures, rules, places, words, today and a log are all needed")
	}
	words, err := catalogue()
	if err != nil {
		return nil, fmt.Errorf("open site: %w", err)
	}
	assets, err := loadAssets()
	if err != nil {
		return nil, fmt.Errorf("open site: %w", err)
	}
	s := &Site{
		accounts: c.Accounts, provider: c.Provider, cases: c.Cases, notices: c.Notices, finder: c.Finder, papers: c.Papers, uploads: make(chan struct{}, api.UploadsAtOnce), forms: c.Applications, checks: c.Checks, rules: c.Rules, registers: c.Registers, office: c.Office, own: c.Own, figures: c.Figures, tokens: c.Tokens,
		operations: c.Operations, feeds: c.Feeds, feedLevel: c.FeedLevel, hooks: c.Hooks, mails: c.Mails, programs: c.Programs, live: c.Live, places: c.Places, coded: c.Words, today: c.Today, origin: c.Origin, idle: c.Idle, encrypted: c.Encrypted, proxied: c.Proxied, loopback: c.Loopback, log: c.Log,
		ready: c.Ready, stopping: c.Stopping, limits: c.Limits.orDefault(),
		words: words, assets: assets, mux: http.NewServeMux(),
	}
	if s.programs != nil {
		s.uploads = s.programs.Uploads() // both doors together hold so many files in memory
	}
	s.zippers.New = func() any {
		z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // a level that there is
		return z
	}
	s.sheets.New = func() any { return new(bytes.Buffer) }
	s.routes()
	s.handler = s.guarded(routed(s.mux))
	return s, nil
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// catalogue reads the texts: each area of the desk keeps its own pair of files, <area>.zh.yaml and <area>.en.yaml.
//
//nolint:gochecknoglobals // what is embedded never changes: it is read once, however many sites a process opens
var catalogue = sync.OnceValues(func() (text.Catalogue, error) { return text.ReadCatalogue(textFiles, "texts") })
