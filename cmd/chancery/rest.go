package main

import (
	"context"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// rested is how long nobody must have asked anything for the memory of the last busy hour to be given back.
const rested = time.Second

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
