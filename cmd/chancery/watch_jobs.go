package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/jobs"
)

// jobFigures are the figures of what the house does by itself, of the tree that grows behind the acts, and of pages that listen.
type jobFigures struct {
	w           *watch
	done, tried *prometheus.CounterVec

	waiting, failed, late, lag, pages *prometheus.Desc
}

func newJobFigures(w *watch) *jobFigures {
	by := []string{"kind"}
	f := &jobFigures{
		w:       w,
		done:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "chancery_jobs_done_total", Help: "Jobs that this process did, by kind."}, by),
		tried:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "chancery_jobs_tried_total", Help: "Tries of jobs of this process that failed, by kind."}, by),
		waiting: prometheus.NewDesc("chancery_jobs_waiting", "Jobs that wait, or are tried again, by kind.", by, nil),
		failed:  prometheus.NewDesc("chancery_jobs_failed", "Jobs that were given up, by kind.", by, nil),
		late:    prometheus.NewDesc("chancery_jobs_oldest_late_seconds", "How long the job has waited whose instant came first.", nil, nil),
		lag:     prometheus.NewDesc("chancery_sequencer_lag_seconds", "How long the oldest entry has waited for the tree.", nil, nil),
		pages:   prometheus.NewDesc("chancery_pages_listening", "Open pages that hear of changes.", nil, nil),
	}
	w.figures.MustRegister(f.done, f.tried, f)
	return f
}

// Describe names the figures.
func (f *jobFigures) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{f.waiting, f.failed, f.late, f.lag, f.pages} {
		to <- d
	}
}

// Collect asks the data; what it does not answer is left out.
func (f *jobFigures) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	give := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	if counts, now, err := f.w.data.Jobs(ctx); err == nil {
		oldest := calendar.Instant(0)
		for _, c := range counts {
			give(f.waiting, float64(c.Waiting+c.Retrying), string(c.Kind))
			give(f.failed, float64(c.Failed), string(c.Kind))
			if c.Late > 0 && (oldest == 0 || c.Oldest < oldest) {
				oldest = c.Oldest
			}
		}
		late := 0.0
		if oldest > 0 {
			late = now.Time().Sub(oldest.Time()).Seconds()
		}
		give(f.late, late)
	}
	if lag, err := f.w.data.Lag(ctx); err == nil {
		give(f.lag, lag.Seconds())
	}
	give(f.pages, float64(f.w.streams.count()))
}

// count counts the answers under way that have no end of their own.
func (s *streams) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// queue is a queue of jobs of which what became of each is counted.
func (w *watch) queue(q jobs.Queue) jobs.Queue { return counted{q, w.jobs} }

type counted struct {
	jobs.Queue
	figures *jobFigures
}

// Settle writes down what became of jobs, and counts it.
func (c counted) Settle(ctx context.Context, results ...job.Result) error {
	err := c.Queue.Settle(ctx, results...)
	if err != nil {
		return err
	}
	for _, r := range results {
		by := c.figures.done
		if r.Why != "" {
			by = c.figures.tried
		}
		by.WithLabelValues(string(r.Job.Kind)).Inc()
	}
	return nil
}
