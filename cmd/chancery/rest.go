package main

import (
	"context"
	"net/http"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// rested is how long nobody must have asked anything for the memory of the last busy hour to be given back.
const rested = time.Second

// roomAboveLive is how far the memory may grow above what is in use, in hundredths, before it is gone through: pages are
// short-lived, and what is in use is some twenty megabytes, so that going through it twenty times a second costs a fifth of
// the work and saves nothing that is not given back at rest anyway.
const roomAboveLive = 250

// roomy lets the memory grow that far, unless whoever runs the program says otherwise by GOGC.
func roomy() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(roomAboveLive)
	}
}

// givingBack gives the machine back the memory that a busy hour took, once nobody has asked for a while: an office
// sleeps two thirds of the day, beside other programs. A password alone is hashed in nineteen megabytes.
func givingBack(ctx context.Context, next http.Handler) http.Handler {
	var asked atomic.Int64
	go func() {
		look := time.NewTicker(rested)
		defer look.Stop()
		known, given := int64(0), int64(0)
		for {
			select {
			case <-ctx.Done():
				return
			case <-look.C:
			}
			now := asked.Load()
			if now == known && now != given {
				debug.FreeOSMemory()
				given = now
			}
			known = now
		}
	}()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		next.ServeHTTP(w, r)
	})
}
