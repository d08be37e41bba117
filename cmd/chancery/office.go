package main

import (
	"context"
	"errors"
	"io/fs"

	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/store"
)

// kept lets the desk use the store: the only place where the two meet.
type kept struct{ *store.Store }

// Read runs fn on one consistent state.
func (k kept) Read(ctx context.Context, fn func(desk.Reading) error) error {
	return k.Store.Read(ctx, func(t *store.Tx) error { return fn(t) })
}

// Write runs fn in a transaction.
func (k kept) Write(ctx context.Context, fn func(desk.Writing) error) error {
	return k.Store.Write(ctx, func(t *store.Tx) error { return fn(t) })
}

// place is where the office's data is.
func (a *App) place() store.Place {
	return store.Place{Dir: a.Data, DSN: a.DB, HoldsClock: a.timed && !a.TrustClock}
}

// openStore opens the data; close it when the command is done.
func (a *App) openStore() (*store.Store, error) { return a.place().Open(a.ctx, a.clock) }

// openDesk opens the data folder with the desk before it. A new folder is given the invented office, so that a command
// can be tried at once; it says so. Nobody is let into that by the web: serve and account ask for an office that was founded.
func (a *App) openDesk() (*desk.Desk, *store.Store, error) {
	d, s, err := a.openBare()
	if err != nil {
		return nil, nil, err
	}
	if err := errors.Join(a.found(d), d.Ready(a.ctx)); err != nil {
		_ = s.Close()
		return nil, nil, err
	}
	return d, s, nil
}

// libraryOf loads the library with the years that the office was announced.
func (a *App) libraryOf(s *store.Store) (*desk.Library, error) {
	announced, err := desk.Announced(a.ctx, kept{s})
	if err != nil {
		return nil, err
	}
	return a.load(a.libfs, announced...)
}

// found gives a new data folder its office.
func (a *App) found(d *desk.Desk) error {
	const file = "demo/office.yaml"
	data, err := fs.ReadFile(a.libfs, file)
	if err != nil {
		return err
	}
	o, err := office.Read(file, data)
	if err != nil {
		return err
	}
	if err := d.Found(a.ctx, o); err != nil && fault.KindOf(err) != fault.Conflict {
		return err
	}
	return nil
}

// reader is in whose name the command reads: the person named, else the machine's operator, who sees all.
func (a *App) reader(d *desk.Desk) (desk.Reader, error) {
	if a.As == "" {
		return desk.Operator(), nil
	}
	actor, err := d.Who(a.ctx, a.As)
	return desk.ReaderOf(actor), err
}

// actor is the person in whose name the command acts.
func (a *App) actor(d *desk.Desk) (office.Actor, error) {
	if a.As == "" {
		return office.Actor{}, fault.New(fault.NotAllowed, "as", text.Text{
			ZH: "请用 --as 写明以谁的名义办理", EN: "say with --as in whose name you act",
		})
	}
	return d.Who(a.ctx, a.As)
}
