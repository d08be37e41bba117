package main

import (
	"fmt"
	"io/fs"

	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/store"
)

// place is where the office's data is.
func (a *App) place() store.Place {
	return store.Place{Dir: a.Data, DSN: a.DB, HoldsClock: a.timed && !a.TrustClock}
}

// openStore opens the data; close it when the command is done.
func (a *App) openStore() (*store.Store, error) { return a.place().Open(a.ctx, a.clock) }

// openDesk opens the data folder with the desk before it. A new folder is given the invented office, so that a command
// can be tried at once; it says so. Nobody is let into that by the web: serve and account ask for an office that was founded.
func (a *App) openDesk() (*desk.Desk, *store.Store, error) {
	d, s, made, err := a.openInvented()
	if made {
		fmt.Fprintln(a.errs, text.Text{
			ZH: "{data} 是空的，已放入一个虚构的机构供试用；自己的机构请在空数据夹上用 chancery office found 建立",
			EN: "{data} was empty and was given an invented office to try things in; found an office of your own in an empty folder with chancery office found",
		}.Fill(text.Args{"data": a.Data}).In(a.lang()))
	}
	return d, s, err
}

// openInvented opens the data folder with the desk before it; made says that it was new and was given the invented office.
func (a *App) openInvented() (d *desk.Desk, s *store.Store, made bool, err error) {
	if d, s, err = a.openBare(); err != nil {
		return nil, nil, false, err
	}
	if made, err = a.found(d); err == nil {
		err = d.Ready(a.ctx)
	}
	if err != nil {
		_ = s.Close()
		return nil, nil, false, err
	}
	return d, s, made, nil
}

// libraryOf loads the library with the years that the office was announced.
func (a *App) libraryOf(s *store.Store) (*desk.Library, error) {
	announced, err := desk.Announced(a.ctx, desk.Kept(s))
	if err != nil {
		return nil, err
	}
	return a.load(a.libfs, announced...)
}

// found gives a data folder the invented office, and says whether it had none.
func (a *App) found(d *desk.Desk) (made bool, err error) {
	const file = "demo/office.yaml"
	data, err := fs.ReadFile(a.libfs, file)
	if err != nil {
		return false, err
	}
	o, err := office.Read(file, data)
	if err != nil {
		return false, err
	}
	err = d.Found(a.ctx, o)
	if fault.KindOf(err) == fault.Conflict {
		return false, nil
	}
	return err == nil, err
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
