package main

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/core/journal"
	"chancery/store"
	"chancery/web"
)

// watched is what the figures ask of the data when they are read.
type watched interface {
	Head(ctx context.Context) (journal.Head, error)
	Sessions(ctx context.Context, idle time.Duration) (int, error)
	Room() (free, size uint64, err error)
	Refuses() error
	Jobs(ctx context.Context) ([]job.Count, calendar.Instant, error)
	Lag(ctx context.Context) (time.Duration, error)
}

// watch sees what passes the door and what is committed behind it: a line in the log for each request, and figures for
// Prometheus. Neither holds a name, a login, an address or anything of a case: routes stand for paths.
type watch struct {
	log  *slog.Logger
	data watched
	idle time.Duration

	figures  *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	acts     *prometheus.CounterVec
	shared   prometheus.Histogram
	commits  prometheus.Histogram
	streams  streams
	jobs     *jobFigures
}

// newWatch begins to watch the data; idle is after how long a rest a session ends.
func newWatch(log *slog.Logger, data watched, idle time.Duration) *watch {
	w := &watch{
		log: log, data: data, idle: idle, figures: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chancery_requests_total", Help: "Requests answered, by the route that answered and the status.",
		}, []string{"route", "status"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "chancery_request_seconds", Help: "How long requests took, by route.", Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"route"}),
		acts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "chancery_acts_total", Help: "Entries of the journal that became durable, by kind.",
		}, []string{"kind"}),
		shared: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "chancery_commit_writes", Help: "How many writes shared a commit.", Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128},
		}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "chancery_commit_seconds", Help: "How long the disk took for a commit.", Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .1, 1},
		}),
	}
	v := thisVersion()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "chancery_build_info", Help: "Which program this is.", ConstLabels: prometheus.Labels{"version": v.Version, "commit": v.Commit, "go": v.Go},
	})
	build.Set(1)
	w.jobs = newJobFigures(w)
	w.figures.MustRegister(w.requests, w.took, w.acts, w.shared, w.commits, build, standing{w},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return w
}

// slowData is what is called long of an act or a reading.
const slowData = time.Second

// slow writes a line of what the data took long for, under the request for which it was.
func (w *watch) slow(s store.Slow) {
	what := "reading"
	if s.Act {
		what = "act"
	}
	w.log.Warn("the data took long", "id", s.Request, "what", what, "ms", s.Took.Milliseconds())
}

// committed counts what a commit carried.
func (w *watch) committed(c store.Commit) {
	w.shared.Observe(float64(c.Writes))
	w.commits.Observe(c.Took.Seconds())
	for _, kind := range c.Kinds {
		w.acts.WithLabelValues(kind).Inc()
	}
}

// door stands before the site.
func (w *watch) door(site http.Handler) http.Handler {
	return http.HandlerFunc(func(to http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		r, passage := web.Follow(r.WithContext(ctx))
		sent := &answer{ResponseWriter: to, streaming: func() { w.streams.hold(passage, cancel) }}
		defer func() {
			w.streams.release(passage)
			w.passed(ctx, passage, sent, time.Since(begun))
		}()
		site.ServeHTTP(sent, r)
	})
}

// passed writes the line of a request and counts it. What machines ask every few seconds, and files that never change,
// have no line unless they fail.
func (w *watch) passed(ctx context.Context, p *web.Passage, a *answer, took time.Duration) {
	route, status := p.Route, a.status
	if route == "" {
		route = "(none)" // refused before the table was looked at
	}
	if status == 0 {
		status = http.StatusOK
		if a.bytes == 0 {
			status = 499 // the reader went before there was an answer
		}
	}
	w.requests.WithLabelValues(route, strconv.Itoa(status)).Inc()
	w.took.WithLabelValues(route).Observe(took.Seconds())
	if status < http.StatusBadRequest && (strings.HasPrefix(route, "GET /static/") || route == "GET /healthz" || route == "GET /readyz") {
		return
	}
	w.log.LogAttrs(ctx, slog.LevelInfo, "answered", slog.String("id", p.ID), slog.String("route", route), slog.Int("status", status),
		slog.Int64("bytes", a.bytes), slog.Float64("ms", float64(took.Microseconds())/1000))
}

// page answers Prometheus.
func (w *watch) page() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(w.figures, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(w.log.Handler(), slog.LevelWarn), ErrorHandling: promhttp.ContinueOnError,
	}))
	return mux
}

// answer follows what is sent as an answer.
type answer struct {
	http.ResponseWriter

	streaming func() // the answer has no end of its own
	status    int
	bytes     int64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
		if strings.HasPrefix(a.Header().Get("Content-Type"), "text/event-stream") {
			a.streaming()
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection: to flush, and to set its own deadlines.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// streams are the answers under way that end only when their reader goes. A desk that stops ends them itself: the
// browser asks again, and finds another node or the new program.
type streams struct {
	mu    sync.Mutex
	ended bool
	open  map[*web.Passage]context.CancelFunc
}

func (s *streams) hold(p *web.Passage, end context.CancelFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		end()
		return
	}
	if s.open == nil {
		s.open = map[*web.Passage]context.CancelFunc{}
	}
	s.open[p] = end
}

func (s *streams) release(p *web.Passage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, p)
}

func (s *streams) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for _, end := range s.open {
		end()
	}
}

// askTime is how long the data may take to say how it stands.
const askTime = 2 * time.Second

// standing are the figures of how the data stands, asked when they are read.
type standing struct{ w *watch }

// The figures that standing gives.
const (
	figureAnswers  = "chancery_data_answers"
	figureWriting  = "chancery_writing"
	figureEntries  = "chancery_entries"
	figureWaiting  = "chancery_entries_waiting"
	figureSessions = "chancery_sessions"
	figureFree     = "chancery_disk_free_bytes"
	figureDisk     = "chancery_disk_bytes"
)

func described(name string) *prometheus.Desc {
	help := map[string]string{
		figureAnswers:  "1 when the data answers.",
		figureWriting:  "1 when acts are taken; 0 after a commit that failed and while the disk is nearly full.",
		figureEntries:  "Entries of the journal.",
		figureWaiting:  "Entries that wait for the tree.",
		figureSessions: "Sessions that go on.",
		figureFree:     "What is free of the disk under the data.",
		figureDisk:     "The disk under the data.",
	}
	return prometheus.NewDesc(name, help[name], nil, nil)
}

// Describe names the figures.
func (s standing) Describe(to chan<- *prometheus.Desc) {
	for _, name := range []string{figureAnswers, figureWriting, figureEntries, figureWaiting, figureSessions, figureFree, figureDisk} {
		to <- described(name)
	}
}

// Collect asks the data; what it does not answer is left out, and figureAnswers says so.
func (s standing) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	give := func(name string, v float64) {
		to <- prometheus.MustNewConstMetric(described(name), prometheus.GaugeValue, v)
	}
	truth := map[bool]float64{true: 1}
	head, failed := s.w.data.Head(ctx)
	if failed == nil {
		give(figureEntries, float64(head.Entries))
		give(figureWaiting, float64(head.Entries-head.Sequenced))
	}
	if n, err := s.w.data.Sessions(ctx, s.w.idle); err == nil {
		give(figureSessions, float64(n))
	}
	if free, size, err := s.w.data.Room(); err == nil {
		give(figureFree, float64(free))
		give(figureDisk, float64(size))
	}
	give(figureAnswers, truth[failed == nil])
	give(figureWriting, truth[s.w.data.Refuses() == nil])
}
