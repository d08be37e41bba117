// Package desk is the one place where things are done and asked. Pages, the
// programs' interface and the command line all come through it; every act is one
// transaction at one instant and leaves its entry in the journal.
package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"chancery/affairs"
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/register"
	"chancery/core/text"
)

// Desk does and answers. It is safe for use by many callers at once.
type Desk struct {
	store     Store
	blobs     Blobs
	lib       *Library
	policy    account.Policy
	quiet     bool // acts tell nobody
	restored  *restored
	histories *histories
	findables *findables
	hashing   chan struct{} // so many passwords are hashed at once as it holds
}

// restored keeps the applications that were read last: the acts of a case read
// the same one again and again, and nothing ever changes one in place.
type restored struct {
	mu       sync.Mutex
	byFiling map[string]form.Application
}

// restoredAtMost is so many cases as a busy hour moves.
const restoredAtMost = 128

func (r *restored) read(filing []byte, read func() (form.Application, error)) (form.Application, error) {
	if r == nil {
		return read()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if a, ok := r.byFiling[string(filing)]; ok {
		return a, nil
	}
	a, err := read()
	if err != nil {
		return a, err
	}
	if r.byFiling == nil || len(r.byFiling) >= restoredAtMost {
		r.byFiling = map[string]form.Application{}
	}
	r.byFiling[string(filing)] = a
	return a, nil
}

// New gives a desk over a data folder with a library, under the default policy of who may come in.
func New(folder Folder, lib *Library) *Desk {
	return &Desk{store: noted(folder), blobs: folder, lib: lib, policy: account.DefaultPolicy(), restored: &restored{}, histories: &histories{}, findables: &findables{}, hashing: make(chan struct{}, hashedAtOnce)}
}

// Under gives the same desk under another policy of who may come in.
func (d *Desk) Under(p account.Policy) *Desk {
	other := *d
	other.policy = p
	return &other
}

// Quietly gives the same desk, whose acts tell nobody: for a history that is written down long after it happened.
func (d *Desk) Quietly() *Desk {
	other := *d
	other.quiet = true
	return &other
}

// Library is the library that the desk works by.
func (d *Desk) Library() *Library { return d.lib }

// Person finds the person that a name or an ID means; NotFound comes back for nobody.
func (d *Desk) Person(ctx context.Context, name string) (office.Person, error) {
	var p office.Person
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		var ok bool
		if p, ok = o.Called(name); !ok {
			return fault.New(fault.NotFound, "person", text.Text{
				ZH: "没有名为「{name}」的人", EN: "there is nobody called {name}",
			}.Fill(text.Args{"name": name}))
		}
		return nil
	})
	return p, err
}

// Who finds the person that a name or an ID means, as an actor of the machine's operator.
func (d *Desk) Who(ctx context.Context, name string) (office.Actor, error) {
	var actor office.Actor
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		actor, err = Called(o, name, r.Now().Day(OfficeZone()))
		return err
	})
	return actor, err
}

// Called finds the person of an office that a name or an ID means, as an actor of the machine's operator.
func Called(o office.Office, name string, day calendar.Day) (office.Actor, error) {
	p, ok := o.Called(name)
	if ok && !p.There(day) {
		return office.Actor{}, fault.New(fault.NotAllowed, "as", text.Text{
			ZH: "{name}已于 {day} 离开本机构，不能再以其名义办理", EN: "{name} left the office on {day}; nothing is done in that name any more",
		}.Fill(text.Args{"name": p.Name, "day": p.Left.String()}))
	}
	if !ok {
		return office.Actor{}, fault.New(fault.NotAllowed, "as", text.Text{
			ZH: "没有名为「{name}」的人；请用 --as 写明以谁的名义办理", EN: "there is nobody called {name}; say with --as in whose name you act",
		}.Fill(text.Args{"name": name}))
	}
	return office.Actor{Person: p.ID, Operator: true}, nil
}

// Filing is a case to be filed: the application, and what the list shows of it.
type Filing struct {
	Application form.Application
	Title       string
	// Request is the caller's own name for this filing; sent again, it gives the first result.
	Request string
}

// File files a case for the actor: it gets its number and stays a draft until it
// is submitted. The filing day is that of the application, and today where it
// names none; a day after today is refused, since the rules of a day that has
// not come cannot be known.
func (d *Desk) File(ctx context.Context, actor office.Actor, f Filing) (casework.Case, error) {
	var out casework.Case
	application, err := f.Application.Canonical()
	if err != nil {
		return out, err
	}
	asked := request{actor.Person, f.Request, filed{application, f.Title}}
	err = d.store.Write(ctx, func(w Writing) error {
		return once(w, asked, &out, func() error {
			var err error
			out, err = d.file(w, actor, f)
			return err
		})
	})
	return out, err
}

func (d *Desk) file(w Writing, actor office.Actor, f Filing) (casework.Case, error) {
	p, ok := d.lib.Procedure(f.Application.Procedure)
	if !ok {
		return casework.Case{}, fault.New(fault.Invalid, "procedure", text.Text{
			ZH: "没有名为「{name}」的程序", EN: "there is no procedure called {name}",
		}.Fill(text.Args{"name": f.Application.Procedure}))
	}
	o, err := w.Office()
	if err != nil {
		return casework.Case{}, err
	}
	if err := fit(o, f.Application, f.Title); err != nil {
		return casework.Case{}, err
	}
	now := w.Now()
	today := now.Day(OfficeZone())
	if f.Application.Filed.IsZero() || f.Application.Filed > today {
		f.Application.Filed = today
	}
	filing, err := f.Application.Canonical()
	if err != nil {
		return casework.Case{}, err
	}
	if f.Title == "" {
		f.Title = affairs.Title(f.Application, p.Title, d.lib.Places)
	}
	n, err := w.NextNumber(p.Key, today.Year()) // from here on others who file wait for the commit: nothing more is asked
	if err != nil {
		return casework.Case{}, err
	}
	number := procedure.Number(p.Series, today.Year(), n)
	if err := w.Opens(number.EN); err != nil {
		return casework.Case{}, err
	}
	event := casework.Event{
		Kind: casework.Filed, At: now, Day: today, Actor: actor, Filing: filing, Digest: form.DigestOf(filing),
		New: &casework.Opening{
			No: number.EN, Number: number, Procedure: p.Name, Version: p.Version, Title: f.Title, Unit: f.Application.Unit,
			Applicant: actor.Person, Filed: f.Application.Filed, Mark: f.Application.Mark,
		},
		Enter: &casework.Entering{Step: p.First().ID, State: casework.Draft},
	}
	c := casework.Open(event)
	return c, d.record(w, casework.Case{}, c, []casework.Event{event}, p, o)
}

// Do does one act in a case. Seen is the version that the actor saw; name is
// the caller's own name for the act, which sent again gives the first result.
func (d *Desk) Do(ctx context.Context, actor office.Actor, no, name string, a casework.Act) (casework.Case, error) {
	var out casework.Case
	asked := request{actor.Person, name, acted{no, a.Unseen()}}
	err := d.store.Write(ctx, func(w Writing) error {
		return once(w, asked, &out, func() error {
			a.Attachment = nil // a file is attached by Attach, which has seen it; a hash by itself proves nothing
			c, err := d.forAct(w, actor, no, &a)
			if err != nil {
				return err
			}
			out, err = d.act(w, c, actor, a)
			return err
		})
	})
	return out, err
}

// act does an act in a case and writes it down. It gives the case after it, without who objected to it.
func (d *Desk) act(w Writing, c casework.Case, actor office.Actor, a casework.Act) (casework.Case, error) {
	world, p, err := d.world(w, c, a.Filing)
	if err != nil {
		return casework.Case{}, err
	}
	if err := d.fitAct(world.Office, &a); err != nil {
		return casework.Case{}, err
	}
	events, next, err := casework.Do(c, a, actor, world)
	if err != nil {
		return casework.Case{}, err
	}
	return next.Discreet(), d.record(w, c, next, events, p, world.Office)
}

// forAct gives the case for an act: one in the actor's sight, or one on notice
// that the actor may read and objects to.
func (d *Desk) forAct(w Writing, actor office.Actor, no string, a *casework.Act) (casework.Case, error) {
	if a.Kind == casework.Objected {
		a.Slot = reference()
		c, line, err := d.onNotice(w, ReaderOf(actor), no)
		if err == nil && line.Phase == NoticeRunning {
			return c, nil
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return c, err
		}
	}
	c, err := d.inSight(w, ReaderOf(actor), no)
	if err != nil {
		return c, err
	}
	if a.Kind == casework.Recalled {
		return d.refolded(w, no)
	}
	return c, nil
}

// fit refuses an application that this instance may not hold: marked above its
// ceiling, or bearing the mark of a state secret anywhere.
func fit(o office.Office, a form.Application, words ...string) error {
	if err := o.Below(a.Mark); err != nil {
		return err
	}
	filing, err := a.Canonical()
	if err != nil {
		return err
	}
	for _, w := range append(words, string(filing)) {
		if err := office.NotSecret("text", w); err != nil {
			return err
		}
	}
	return nil
}

// fitAct looks at what an act would write, and finds the mark of its filing.
func (d *Desk) fitAct(o office.Office, a *casework.Act) error {
	if len(a.Filing) > 0 {
		filed, err := form.Restore(a.Filing, d.lib.form)
		if err != nil {
			return err
		}
		if err := fit(o, filed); err != nil {
			return err
		}
		a.Mark = filed.Mark
	}
	for _, w := range append([]string{a.Text, a.Ground, string(a.Actual)}, a.Conditions...) {
		if !utf8.ValidString(w) { // the record would hold other characters than the case
			return fault.New(fault.Invalid, "text", text.Text{ZH: "文字不是 UTF-8 编码，记录不下来；请重新输入", EN: "the words are not in UTF-8 and cannot be written down; type them again"})
		}
		if err := office.NotSecret("text", w); err != nil {
			return err
		}
	}
	return nil
}

// refolded is a case folded from its entries, which unlike the one that is kept
// still knows how it stood before its last act.
func (d *Desk) refolded(r Reading, no string) (casework.Case, error) {
	entries, err := r.Entries(no)
	if err != nil {
		return casework.Case{}, err
	}
	told, err := d.historyOf(entries)
	return told.standing(), err
}

// record writes an act down: its entries, the case as it stands after it, its tasks, who may see it, its register rows
// where they are other than before, its messages. A new case was nothing before.
func (d *Desk) record(w Writing, before, c casework.Case, events []casework.Event, p procedure.Procedure, o office.Office) error {
	for _, e := range events {
		body, err := journal.Canonical(e)
		if err != nil {
			return fmt.Errorf("write entry: %w", err)
		}
		if _, err := w.Append(c.No, string(e.Kind), casework.EventVersion, e.Actor, body); err != nil {
			return err
		}
	}
	tasks := c.Tasks(p)
	if err := w.SaveCase(c, before.Version, tasks); err != nil {
		return err
	}
	if err := d.saveKeys(w, before, c, p, o); err != nil {
		return err
	}
	if err := errors.Join(d.saveNotice(w, before, c, p), d.saveWords(w, before, c, p, o)); err != nil {
		return err
	}
	if err := d.recordRows(w, before, c); err != nil {
		return err
	}
	if err := d.planTick(w, c, p); err != nil {
		return err
	}
	if d.quiet {
		return nil
	}
	told := casework.Messages(c, events, before.Tasks(p), tasks, o)
	if heard, err := w.Hooked(); err != nil {
		return err
	} else if heard {
		told = append(told, casework.Aside(c, events)...)
	}
	return tell(w, told)
}

func (d *Desk) recordRows(w Writing, before, c casework.Case) error {
	var kept []register.Row
	if before.Version > 0 {
		var err error
		if kept, err = d.Rows(before); err != nil {
			return err
		}
	}
	rows, err := d.Rows(c)
	if err != nil || slices.EqualFunc(kept, rows, register.Row.Equal) {
		return err
	}
	return w.SaveRows(c.No, rows)
}

// application reads the application that a case holds.
func (d *Desk) application(c casework.Case, filing []byte) (form.Application, error) {
	a, err := d.restored.read(filing, func() (form.Application, error) { return form.Restore(filing, d.lib.form) })
	if err != nil {
		return form.Application{}, fmt.Errorf("read the application of %s: %w", c.No, err)
	}
	a.Filed = c.Filed
	return a, nil
}
