// Package api is the programs' door to the office: the same desk that pages and
// commands ask, in JSON, described by an OpenAPI document. Who comes shows a token
// or, on the desk's own pages, a session; neither gives more than its person sees
// that day. What cannot be done is answered as a problem in both languages.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"chancery/core/journal"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"chancery/core/calendar"
	"chancery/desk"
)

// Record is the journal as a whole.
type Record interface {
	Head(ctx context.Context) (journal.Head, error)
	// Advance shows a witness the newest signed checkpoint, proven from a tree of so many entries.
	Advance(ctx context.Context, since int64) (journal.Advance, error)
}

// Config is what the door needs to open.
type Config struct {
	Desk *desk.Desk
	// Record is the journal, which proves itself.
	Record Record
	// Clock is the office's clock.
	Clock func() time.Time
	// Log receives what is ours to mend: one line a failure, with the request's id.
	Log *slog.Logger
	// Limits bounds what comes in; the zero value takes the house's own.
	Limits Limits
}

// Limits bounds what one caller may send.
type Limits struct {
	// Body is the largest body, in bytes.
	Body int64
	// EachSecond is how many requests of one caller are answered in a second for good, AtOnce how many in a rush.
	EachSecond float64
	AtOnce     int
	// WrongAtOnce is how many tokens that open nothing are looked at from one address in a rush; then one in two seconds.
	WrongAtOnce int
	// Time is how long keeping a file may take once all of it was sent.
	Time time.Duration
}

func (l Limits) orDefault() Limits {
	if l.Body == 0 {
		l.Body = 1 << 20
	}
	if l.EachSecond == 0 {
		l.EachSecond = 20
	}
	if l.AtOnce == 0 {
		l.AtOnce = 100
	}
	if l.WrongAtOnce == 0 {
		l.WrongAtOnce = 20
	}
	if l.Time == 0 {
		l.Time = 10 * time.Second
	}
	return l
}

// Door answers programs. It is safe for use by many requests at once.
type Door struct {
	desk   *desk.Desk
	record Record
	clock  func() time.Time
	log    *slog.Logger
	limits Limits
	pace   *pace
	wrong  *pace
	// uploads has room for the files that are in memory at once; the pages share it.
	uploads chan struct{}

	mux      *http.ServeMux
	huma     huma.API
	schemas  *schemas
	document func() ([]byte, error) // written when it is asked for first
}

// Coming is how a request came to the door.
type Coming struct {
	// Reader is who is signed in by a session; nil when nobody is.
	Reader *desk.Reader
	Way    desk.Way
	// Request is the request's id.
	Request string
}

// UploadsAtOnce is how many files are taken in at the same moment; the next waits.
const UploadsAtOnce = 8

// Uploads is the room for the files that are in memory at once, for who takes in files beside this door.
func (d *Door) Uploads() chan struct{} { return d.uploads }

type comingKey struct{}

func comingOf(r *http.Request) Coming {
	c, _ := r.Context().Value(comingKey{}).(Coming)
	return c
}

// New opens the door. It fails when a part of the configuration is missing.
func New(c Config) (*Door, error) {
	if c.Desk == nil || c.Record == nil || c.Clock == nil || c.Log == nil {
		return nil, errors.New("open the programs' door: desk, record, clock and a log are all needed")
	}
	limits := c.Limits.orDefault()
	d := &Door{
		desk: c.Desk, record: c.Record, clock: c.Clock, log: c.Log, limits: limits, mux: http.NewServeMux(),
		pace: newPace(limits.EachSecond, limits.AtOnce), wrong: newPace(0.5, limits.WrongAtOnce),
		uploads: make(chan struct{}, UploadsAtOnce),
	}
	d.schemas = newSchemas(c.Desk.Library().Forms)
	config := huma.Config{OpenAPI: describedBy(d.schemas)}
	d.huma = humago.New(d.mux, config)
	for _, op := range d.operations() {
		d.register(op)
	}
	d.schemas.words()
	d.document = sync.OnceValues(func() ([]byte, error) { return json.Marshal(d.huma.OpenAPI()) })
	d.mux.HandleFunc("/", d.nowhere)
	return d, nil
}

// operations is the table of contents of the door.
func (d *Door) operations() []operation {
	all := []operation{d.describeOperation()}
	for _, some := range [][]operation{
		d.caseOperations(), d.actOperations(), d.attachmentOperations(), d.checkOperations(), d.rulebookOperations(), d.registerOperations(), d.officeOperations(), d.journalOperations(), d.ownOperations(), d.operationsOperations(), d.hookOperations(), d.settingsOperations(),
	} {
		all = append(all, some...)
	}
	return all
}

// Serve answers a request and says which line of the table did.
func (d *Door) Serve(w http.ResponseWriter, r *http.Request, c Coming) (route string) {
	r = r.WithContext(context.WithValue(r.Context(), comingKey{}, c))
	d.mux.ServeHTTP(w, r)
	return r.Pattern
}

func (d *Door) today() calendar.Day { return calendar.InstantOf(d.clock()).Day(desk.OfficeZone()) }

// nowhere answers what no operation does.
func (d *Door) nowhere(w http.ResponseWriter, r *http.Request) {
	allowed := ""
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if _, pattern := d.mux.Handler(probe); pattern == "/" || pattern == "" {
			continue
		}
		if allowed != "" {
			allowed += ", "
		}
		allowed += method
	}
	if allowed != "" {
		w.Header().Set("Allow", allowed)
		d.fail(w, r, refuse(http.StatusMethodNotAllowed, "method-not-allowed", "", say("这个地址不接受这种请求方法；可用的方法见 Allow", "this address does not take this method; Allow lists those that it takes")))
		return
	}
	d.fail(w, r, refuse(http.StatusNotFound, "not-found", "", say("没有这个接口地址；全部地址见 /api/openapi.json", "there is no such address; /api/openapi.json lists them all")))
}
