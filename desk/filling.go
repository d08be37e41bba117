package desk

import (
	"context"
	"errors"
	"maps"
	"slices"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/text"
)

// Filling is an office while it is filled with acts of days past. Each act is done as the desk does it: checked, entered,
// and with its register rows. What a case is found by, and the case itself, is written when nothing more comes soon: when the
// case has ended, when very many are held, and at the end. Nobody else acts meanwhile; what is asked over many cases is asked
// after the end.
type Filling struct {
	desk *Desk
	held map[string]*heldCase
	// The office as it stands; nil: it is to be read.
	office *office.Office
	failed bool
}

// heldAtMost is how many cases are held between commits.
const heldAtMost = 10_000

// heldCase is a case as it stands, with what is still to be written of it.
type heldCase struct {
	c          casework.Case
	tasks      []casework.Task
	written    int  // the version that the store has
	fresh      bool // nothing finds it yet: what was filed later is found first, so that this does not wait
	came, went []casework.Key
	words      *heldWords
	planned    *job.Job
	dropped    bool
}

type heldWords struct {
	fields []string
	shared []casework.Key
}

// fillingNote is kept while an office is filled: what was held is not written then.
const fillingNote = "filling"

// Fill begins to fill the office. Until the end nobody else is let into the place.
func (d *Desk) Fill(ctx context.Context) (*Filling, error) {
	f := &Filling{desk: d, held: map[string]*heldCase{}}
	return f, d.store.Write(ctx, func(w Writing) error { return w.Note(fillingNote, "begun") })
}

// whole refuses a place that was being filled when the program ended: its cases are behind its record.
func whole(r Reading) error {
	begun, err := r.Noted(fillingNote)
	if err != nil || begun == "" {
		return err
	}
	return unfinished()
}

func unfinished() error {
	return fault.New(fault.Conflict, "data", text.Text{
		ZH: "这里的虚构机构尚未编完就中断了，不能使用；请删除后重新编造", EN: "an invented office was being made up here and was not finished; remove it and make it up again",
	})
}

// At does several acts in one transaction, at the instant at which they happened: that is theirs, as their events and cases
// tell it. Their entries bear the instant of the writing, as all do. After an error the filling goes no further.
func (f *Filling) At(ctx context.Context, at calendar.Instant, fn func(*Desk) error) error {
	began := false
	err := f.write(ctx, func(w Writing) error {
		if began {
			return errors.New("what is held cannot be done a second time")
		}
		began = true
		other := *f.desk
		other.store = joined{&filled{Writing: w, f: f, at: min(at, w.Now())}}
		if err := fn(&other); err != nil {
			return err
		}
		return f.rest(w, len(f.held) > heldAtMost)
	})
	f.failed = f.failed || err != nil
	return err
}

// End writes what is still held; the place is an office as any other then. After acts that failed it is none: what is held
// is ahead of the record.
func (f *Filling) End(ctx context.Context) error {
	if f.failed {
		return unfinished()
	}
	return f.write(ctx, func(w Writing) error { return errors.Join(f.rest(w, true), w.Note(fillingNote, "")) })
}

func (f *Filling) write(ctx context.Context, fn func(Writing) error) error {
	return f.desk.store.Write(ctx, func(w Writing) error {
		if err := w.Alone(); err != nil {
			return err
		}
		return fn(w)
	})
}

// rest writes the cases that have ended, or all.
func (f *Filling) rest(w Writing, all bool) error {
	for _, no := range slices.Sorted(maps.Keys(f.held)) {
		h := f.held[no]
		if !all && !h.c.State.Ended() {
			continue
		}
		if err := h.save(w); err != nil {
			return err
		}
		delete(f.held, no)
	}
	return nil
}

// save writes what is still to be written of a case.
func (h *heldCase) save(w Writing) error {
	if h.written < h.c.Version {
		if err := w.SaveCase(h.c, h.written, h.tasks); err != nil {
			return err
		}
	}
	if err := w.SaveKeys(h.c.No, h.came, h.went); err != nil {
		return err
	}
	if h.words != nil {
		if err := w.SaveWords(h.c.No, h.words.fields, h.words.shared); err != nil {
			return err
		}
	}
	switch {
	case h.planned != nil:
		return w.Plan(*h.planned)
	case h.dropped:
		return w.Drop(job.Tick, h.c.No)
	}
	return nil
}

// filled is a transaction of an office that is filled.
type filled struct {
	Writing
	f  *Filling
	at calendar.Instant
}

func (l *filled) Now() calendar.Instant { return l.at }

func (l *filled) Office() (office.Office, error) {
	if l.f.office == nil {
		o, err := l.Writing.Office()
		if err != nil {
			return o, err
		}
		l.f.office = &o
	}
	return *l.f.office, nil
}

func (l *filled) SaveOffice(o office.Office) error {
	l.f.office = nil
	return l.Writing.SaveOffice(o)
}

func (l *filled) Case(no string) (casework.Case, error) {
	if h, ok := l.f.held[no]; ok {
		return h.c.Copy(), nil
	}
	return l.Writing.Case(no)
}

func (l *filled) SaveCase(c casework.Case, seen int, tasks []casework.Task) error {
	h, ok := l.f.held[c.No]
	switch {
	case !ok && seen == 0:
		if err := l.Writing.SaveCase(c, seen, tasks); err != nil {
			return err
		}
		h = &heldCase{written: c.Version, fresh: true}
	case !ok:
		h = &heldCase{written: seen}
	case h.c.Version != seen:
		return errors.New("filling: an act in a case that has moved on")
	}
	h.c, h.tasks = c.Copy(), tasks
	h.c.Before = nil // not kept in the store either
	l.f.held[c.No] = h
	return nil
}

func (l *filled) SaveKeys(no string, came, went []casework.Key) error {
	h, ok := l.f.held[no]
	if !ok {
		return l.Writing.SaveKeys(no, came, went)
	}
	for _, k := range came {
		h.came, h.went = turned(h.came, h.went, k)
	}
	for _, k := range went {
		h.went, h.came = turned(h.went, h.came, k)
	}
	return nil
}

// turned notes a key in a list, unless that undoes what the other list holds.
func turned(list, other []casework.Key, k casework.Key) (in, out []casework.Key) {
	if i := slices.Index(other, k); i >= 0 {
		return list, slices.Delete(other, i, i+1)
	}
	return append(list, k), other
}

func (l *filled) SaveWords(no string, fields []string, shared []casework.Key) error {
	h, ok := l.f.held[no]
	if !ok || h.fresh {
		if ok {
			h.fresh = false
		}
		return l.Writing.SaveWords(no, fields, shared)
	}
	h.words = &heldWords{fields, shared}
	return nil
}

func (l *filled) Plan(j job.Job) error {
	h, ok := l.f.held[j.Key]
	if !ok || j.Kind != job.Tick {
		return l.Writing.Plan(j)
	}
	h.planned, h.dropped = &j, false
	return nil
}

func (l *filled) Drop(kind job.Kind, key string) error {
	h, ok := l.f.held[key]
	if !ok || kind != job.Tick {
		return l.Writing.Drop(kind, key)
	}
	h.planned, h.dropped = nil, true
	return nil
}
