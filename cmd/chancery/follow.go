package main

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"chancery/desk"
	"chancery/store"
	"chancery/web"
)

// lookedAgain is how often the announced years are looked at though nobody told of one.
const lookedAgain = time.Minute

// serving is the site that answers now. A library never changes, so when a year is announced the desk, its site and its
// jobs are made anew over the same data; what is under way ends with the old ones.
type serving struct {
	*serveCommand

	a        *App
	desk     *desk.Desk
	store    *store.Store
	seen     *watch
	changes  *desk.Changes
	stopping chan struct{}

	site  atomic.Pointer[web.Site]
	years int    // that the desk counts by
	rest  func() // ends its jobs
}

// ServeHTTP answers by the site of now.
func (v *serving) ServeHTTP(w http.ResponseWriter, r *http.Request) { v.site.Load().ServeHTTP(w, r) }

// follow takes in years that are announced until the context ends, and then ends the jobs.
func (v *serving) follow(ctx context.Context) {
	ear := v.changes.Years()
	defer ear.Close()
	look := time.NewTicker(lookedAgain)
	defer look.Stop()
	for {
		select {
		case <-ear.Told():
		case <-look.C:
		case <-ctx.Done():
			v.rest()
			return
		}
		if err := v.renew(ctx); err != nil && ctx.Err() == nil {
			v.a.logger().Warn("an announced year is not taken in yet", "error", err)
		}
	}
}

// renew makes the desk anew if a year was announced.
func (v *serving) renew(ctx context.Context) error {
	announced, err := desk.Announced(ctx, desk.Kept(v.store))
	if err != nil || len(announced) == v.years {
		return err
	}
	lib, err := v.a.load(v.a.libfs, announced...)
	if err != nil {
		return err
	}
	d := desk.New(desk.Kept(v.store), lib).Under(v.policy())
	site, err := v.serveCommand.site(v.a, d, v.store, v.changes, v.stopping) //nolint:contextcheck // requests bring their own
	if err != nil {
		return err
	}
	house, err := v.house(v.a, d, v.store, v.seen)
	if err != nil {
		return err
	}
	v.site.Store(site)
	v.years = len(announced)
	v.rest()
	v.desk.Rest()
	v.desk, v.rest = d, v.a.keep(house) //nolint:contextcheck // ended by rest, not by whoever looked
	moved, err := d.Recount(ctx)
	if err == nil {
		v.a.logger().Info("an announced year is taken in", "deadlines", moved)
	}
	return err
}
