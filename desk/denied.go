package desk

import (
	"context"
	"errors"
	"sync"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/office"
)

// denied is the answer to somebody who asked for a marked case that does not lie in his sight. It says no more than the
// answer for a case that does not exist; it carries what the security log is to know.
type denied struct {
	error

	person   office.PersonID
	operator bool
	no       string
}

// Unwrap gives the answer itself.
func (d denied) Unwrap() error { return d.error }

// denial is the answer to a reader who does not see a case that is there. Of cases without a mark nothing is noted: whoever
// follows an old link, or mistypes a number, means nothing by it.
func denial(reader Reader, c casework.Case) error {
	answer := casework.NoCase(c.No)
	if c.Mark.Level() <= office.Internal.Level() {
		return answer
	}
	return denied{answer, reader.Person, reader.Operator, c.No}
}

// noting is a store that notes in the security log who asked for a marked case in vain. The answer does not wait for it,
// so that the time it takes tells nobody that the case is there; that of the machine's operator does, whose command ends
// with it.
type noting struct {
	Store

	under *sync.WaitGroup
	room  chan struct{}
}

// notedAtOnce is how many lines are written beside one another; who asks for more has to wait.
const notedAtOnce = 16

func noted(s Store) noting {
	return noting{s, &sync.WaitGroup{}, make(chan struct{}, notedAtOnce)}
}

// Read runs fn on one consistent state.
func (n noting) Read(ctx context.Context, fn func(Reading) error) error {
	return n.note(ctx, n.Store.Read(ctx, fn))
}

// Write runs fn in a transaction.
func (n noting) Write(ctx context.Context, fn func(Writing) error) error {
	return n.note(ctx, n.Store.Write(ctx, fn))
}

func (n noting) note(ctx context.Context, err error) error {
	var d denied
	if err == nil || !errors.As(err, &d) {
		return err
	}
	write := func() error { return n.Store.Write(context.WithoutCancel(ctx), d.log) }
	if d.operator {
		return errors.Join(d.error, write())
	}
	n.room <- struct{}{}
	n.under.Go(func() {
		defer func() { <-n.room }()
		_ = write() // a store that cannot write says so itself, and refuses every act
	})
	return d.error
}

// log writes the line: one a day for a person and a case, however often it is tried. It stands under the person and not
// under the account, whose holder reads the own lines.
func (d denied) log(w Writing) error {
	name, today := "denied "+string(d.person)+" "+d.no, w.Now().Day(OfficeZone()).String()
	last, err := w.Noted(name)
	if err != nil || last == today {
		return err
	}
	if err := w.Note(name, today); err != nil {
		return err
	}
	return note(w, account.Event{Kind: account.ReadDenied, Person: d.person, Operator: d.operator, Case: d.no})
}

// Rest waits until what is noted beside the answers is written.
func (d *Desk) Rest() {
	if n, ok := d.store.(noting); ok {
		n.under.Wait()
	}
}

// SecurityLog gives the newest lines of the security log, with the names of those in it. The auditor and the security
// administrator read it, and the operator of the machine.
func (d *Desk) SecurityLog(ctx context.Context, by Reader, limit int) ([]account.Event, map[office.PersonID]string, error) {
	var out []account.Event
	names := map[office.PersonID]string{}
	err := d.store.Read(ctx, func(r Reading) error {
		if !by.Operator || by.Person != "" {
			if _, err := administrator(r, by, account.Security, account.Audit); err != nil {
				return err
			}
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		for _, p := range o.Persons {
			names[p.ID] = p.Name
		}
		out, err = r.SecurityLog("", limit)
		return err
	})
	return out, names, err
}
