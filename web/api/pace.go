package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// callersMost is how many callers are remembered; those who were quiet long enough are forgotten first.
const callersMost = 10_000

// pace slows down whoever asks too often, each caller apart. It knows of this process only.
type pace struct {
	each  rate.Limit
	burst int

	mu sync.Mutex
	by map[string]*rate.Limiter
}

func newPace(each float64, burst int) *pace {
	return &pace{each: rate.Limit(each), burst: burst, by: map[string]*rate.Limiter{}}
}

// of is the limiter of a caller.
func (p *pace) of(caller string, now time.Time) *rate.Limiter {
	if l, ok := p.by[caller]; ok {
		return l
	}
	if len(p.by) >= callersMost {
		for name, l := range p.by {
			if l.TokensAt(now) >= float64(p.burst) {
				delete(p.by, name)
			}
		}
	}
	if len(p.by) >= callersMost {
		clear(p.by)
	}
	l := rate.NewLimiter(p.each, p.burst)
	p.by[caller] = l
	return l
}

// take counts a request. Zero comes back when it may pass, else how long to wait; then it was not counted.
func (p *pace) take(caller string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of(caller, now)
	if l.AllowN(now, 1) {
		return 0
	}
	return p.until(l, now)
}

// wait is how long a caller has to wait, without counting anything.
func (p *pace) wait(caller string, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of(caller, now)
	if l.TokensAt(now) >= 1 {
		return 0
	}
	return p.until(l, now)
}

func (p *pace) until(l *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - l.TokensAt(now)
	return max(time.Duration(missing/float64(p.each)*float64(time.Second)), time.Second)
}

// Wait counts a request from an address that another door answers, under the same limits. Zero comes back when it may pass,
// else how long to wait.
func (d *Door) Wait(address string) time.Duration {
	return d.pace.take("address:"+network(address), d.clock())
}
