// Package desk is the one place where things are done and asked. Pages, the
// programs' interface and the command line all come through it; every act is one
// transaction at one instant and leaves its entry in the journal.
package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
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
	"chancery/core/rule"
	"chancery/core/text"
)

// Reading is what can be read at one instant.
type Reading interface {
	Now() calendar.Instant
	Case(no string) (casework.Case, error)
	Cases(f casework.Filter) ([]casework.Case, error)
	// Found gives those of the cases that a filter picks whose title or number holds the words, beginning behind the case
	// of a number; "": all of them, from the newest.
	Found(f casework.Filter, words, behind string) ([]casework.Case, error)
	CountCases(f casework.Filter) (map[casework.State]int, error)
	TallyCases(f casework.Filter, today, soon calendar.Day) (casework.Tally, error)
	OwnReading
	HookReading
	// KeysOf are the keys of a case, by which readers see it.
	KeysOf(no string) ([]casework.Key, error)
	// Noted is a word about the data itself, kept under a name; none: empty.
	Noted(name string) (string, error)
	Entries(no string) ([]journal.Entry, error)
	// Entry is one entry of a case, by its number within the case.
	Entry(no string, seq int) (journal.Entry, error)
	Office() (office.Office, error)
	// Tasks gives the open tasks of a post, and those that are a person's own.
	Tasks(post office.PostID, person office.PersonID) ([]casework.Task, error)
	Rows(name, key string, from, until calendar.Day) ([]register.Row, error)
	// CountKeyed counts the rows of one key of a register, those of one case left out.
	CountKeyed(name, key, but string) (int, error)
	// Listed are the rows that a query picks and whose cases lie in a sight; CountListed counts them.
	Listed(q register.Query, sight casework.Sight) ([]register.Row, error)
	CountListed(q register.Query, sight casework.Sight) ([]register.Count, error)
	// Noticed gives the cases of which a notice is shown on a day, the newest first.
	Noticed(day calendar.Day, limit int) ([]casework.Case, error)
	// Find gives the cases in a filter's sight that all runs are found in, the newest first; of the filter, sight and limit count.
	Find(f casework.Filter, runs []string) ([]casework.Case, error)
	// WordsOf is what a case is found by, as text.Findable writes it.
	WordsOf(no string) (string, error)
	// LastEntry is the number of the newest entry of the journal; zero when it is empty.
	LastEntry() (int64, error)
	AccountReading
	DraftReading
	JobReading
}

// Writing is what one act may write; all of it becomes durable together, or none.
type Writing interface {
	Reading
	AccountWriting
	DraftWriting
	JobWriting
	HookWriting
	SaveOffice(o office.Office) error
	NextNumber(series string, year int) (int, error)
	Append(no, kind string, version int, actor office.Actor, body []byte) (journal.Entry, error)
	SaveCase(c casework.Case, seen int, tasks []casework.Task) error
	SaveKeys(no string, came, went []casework.Key) error
	SaveRows(no string, rows []register.Row) error
	// SaveNotice keeps until when a notice of the case is shown; the zero day takes it down.
	SaveNotice(no string, until calendar.Day) error
	// SaveWords keeps the fields by which a case is found, and the keys of it that many cases share.
	SaveWords(no string, fields []string, shared []casework.Key) error
	Note(name, value string) error
	Outbox(msgs []casework.Message) error
	// Alone asks that no other act is under way, for one that does much; it is asked first of all.
	Alone() error
	Answered(request string) (result []byte, ok bool, err error)
	Remember(request string, result []byte) error
}

// Store is where the office's data is kept.
type Store interface {
	// Proof is the proof file of a case, for outsiders; NotFound when there is no such case.
	Proof(ctx context.Context, no string) ([]byte, error)
	// Read runs fn on one consistent state.
	Read(ctx context.Context, fn func(Reading) error) error
	// Write runs fn in a transaction and returns once it is durable. An error of fn leaves nothing behind. Fn must bear to be
	// run again from its beginning: what it says to the outside it assigns, and never adds to.
	Write(ctx context.Context, fn func(Writing) error) error
	// Refuses gives the reason for which no act is taken just now; nil: acts are taken.
	Refuses() error
}

// Folder is where an office keeps all it has: its data, and the files of its cases.
type Folder interface {
	Store
	Blobs
}

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

// Found makes the office that a new data folder begins with, and its record. It refuses where one is there already.
func (d *Desk) Found(ctx context.Context, o office.Office) error {
	empty := func(r Reading) error {
		there, err := r.Office()
		if err == nil && len(there.Persons) > 0 {
			err = fault.New(fault.Conflict, "office", text.Text{ZH: "数据夹中已有一个机构", EN: "the data folder holds an office already"})
		}
		return err
	}
	if err := d.store.Read(ctx, empty); err != nil { // asked without a commit first: each command asks, also while nothing is written
		return err
	}
	return d.store.Write(ctx, func(w Writing) error {
		if err := empty(w); err != nil {
			return err
		}
		if err := found(w, o); err != nil {
			return err
		}
		if err := errors.Join(w.Note("sight", sightRule), w.Note("registers", rowsRule), w.Note("words", wordsRule), w.Note("plans", d.plansMark())); err != nil {
			return err
		}
		return w.SaveOffice(o)
	})
}

// Founded says whether there is an office.
func (d *Desk) Founded(ctx context.Context) (bool, error) {
	there := false
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		there = len(o.Persons) > 0
		return err
	})
	return there, err
}

// MissingPost is a post that a procedure names and an office has not.
type MissingPost struct {
	Procedure string        `json:"procedure"`
	Post      office.PostID `json:"post"`
}

// PostsMissing are the posts that the procedures of the library name and an office has not, each once.
func (l *Library) PostsMissing(o office.Office) []MissingPost {
	out := []MissingPost{}
	for _, p := range l.procedures {
		if newest, _ := l.Procedure(p.Name); newest.Version != p.Version {
			continue
		}
		for _, post := range p.Posts() {
			if _, ok := o.Post(post); !ok {
				out = append(out, MissingPost{p.Name, post})
			}
		}
	}
	return out
}

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

// ContinueNumbers lets the numbers of a procedure's cases go on after those that
// were given on paper, so that a year's series runs through. It refuses once a
// number behind that one has been given.
func (d *Desk) ContinueNumbers(ctx context.Context, name string, year, after int) error {
	p, ok := d.lib.Procedure(name)
	if !ok {
		return fault.New(fault.NotFound, "procedure", text.Text{
			ZH: "没有名为「{name}」的程序", EN: "there is no procedure called {name}",
		}.Fill(text.Args{"name": name}))
	}
	return d.store.Write(ctx, func(w Writing) error {
		for n := 0; n < after; {
			var err error
			if n, err = w.NextNumber(p.Key, year); err != nil {
				return err
			}
			if n > after {
				return fault.New(fault.Conflict, "number", text.Text{
					ZH: "已经编到第 {n} 号，不能再接 {after} 号", EN: "numbers are at {n} already and cannot go on after {after}",
				}.Fill(text.Args{"n": n, "after": after}))
			}
		}
		return nil
	})
}

// Together does several acts in one transaction, at one instant: all become
// durable together, or none. fn uses the desk that it is given, and nothing else.
func (d *Desk) Together(ctx context.Context, fn func(*Desk) error) error {
	return d.store.Write(ctx, func(w Writing) error {
		if err := w.Alone(); err != nil {
			return err
		}
		other := *d
		other.store = joined{w}
		return fn(&other)
	})
}

// TogetherAt is Together for acts that are written down after the instant at which they happened: that is theirs, as their
// events and cases tell it. Their entries bear the instant of the writing, as all do.
func (d *Desk) TogetherAt(ctx context.Context, at calendar.Instant, fn func(*Desk) error) error {
	return d.store.Write(ctx, func(w Writing) error {
		if err := w.Alone(); err != nil {
			return err
		}
		other := *d
		other.store = joined{dated{w, min(at, w.Now())}}
		return fn(&other)
	})
}

// dated is a transaction whose acts happened at an instant before it.
type dated struct {
	Writing
	at calendar.Instant
}

func (d dated) Now() calendar.Instant { return d.at }

// joined is a store whose writes all belong to a transaction that is open already.
type joined struct{ w Writing }

func (j joined) Read(_ context.Context, fn func(Reading) error) error  { return fn(j.w) }
func (j joined) Write(_ context.Context, fn func(Writing) error) error { return fn(j.w) }

// Refuses finds no reason: an act is under way.
func (joined) Refuses() error { return nil }

// Proof is not given while acts are under way that nobody has committed.
func (j joined) Proof(context.Context, string) ([]byte, error) {
	return nil, errors.New("a proof was asked for within a transaction")
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
	n, err := w.NextNumber(p.Key, today.Year())
	if err != nil {
		return casework.Case{}, err
	}
	number := procedure.Number(p.Series, today.Year(), n)
	filing, err := f.Application.Canonical()
	if err != nil {
		return casework.Case{}, err
	}
	if f.Title == "" {
		f.Title = affairs.Title(f.Application, p.Title, d.lib.Places)
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
	return tell(w, messages(c, events, tasks, o))
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

// messages tells those who hold an open task, and the post to which an overdue one
// is escalated, once the act is durable. A reminder tells those alone whose task it is.
func messages(c casework.Case, events []casework.Event, tasks []casework.Task, o office.Office) []casework.Message {
	last := events[len(events)-1]
	var out []casework.Message
	say := func(id office.PersonID, words text.Text) {
		if id != last.Actor.Person {
			out = append(out, casework.Message{To: id, Case: c.No, Kind: last.Kind, Words: words, NotBefore: recallableUntil(c)})
		}
	}
	if last.Kind == casework.Escalated {
		for _, b := range o.Bearers(office.PostID(last.From), last.Day, c.Procedure) {
			say(b.Person, text.Text{ZH: c.Number.ZH + "：超期转报", EN: c.Number.EN + ": overdue, told to you"})
		}
	}
	for _, t := range tasks {
		words := text.Text{ZH: c.Number.ZH + "：" + t.Title.ZH, EN: c.Number.EN + ": " + t.Title.EN}
		if last.Kind == casework.Reminded {
			if !remindedOf(last, t, c.Duties) {
				continue
			}
			words = text.Text{ZH: "{task}（{due}到期）", EN: "{task}, due on {due}"}.Fill(text.Args{"task": words, "due": t.Due.Due.Say()})
		}
		if t.Post == "" {
			say(t.Person, words)
			continue
		}
		for _, b := range o.Bearers(t.Post, last.Day, c.Procedure) {
			say(b.Person, words)
		}
	}
	return out
}

// remindedOf says whether a task is the one of which a reminder reminds: the duty, the examination of an objection, or what
// the step itself waits for.
func remindedOf(e casework.Event, t casework.Task, duties []casework.Duty) bool {
	switch {
	case t.Due == nil:
		return false
	case e.Slot != "":
		return t.ID == e.Slot
	case e.Number > 0:
		return t.ID == casework.ExamineObjection
	}
	return t.ID != casework.ExamineObjection && !slices.ContainsFunc(duties, func(d casework.Duty) bool { return d.ID == t.ID })
}

// recallableUntil is the instant until which the last act can be taken back; no
// message of it leaves the house before.
func recallableUntil(c casework.Case) calendar.Instant {
	if c.Last == nil {
		return 0
	}
	return calendar.InstantOf(c.Last.At.Time().Add(casework.RecallMinutes * time.Minute))
}

// Rebuild folds the entries of a case, as verification does, and gives the case. The entries of the door are of no case
// and give the zero one.
func Rebuild(entries []journal.Entry) (casework.Case, error) {
	events := make([]casework.Event, 0, len(entries))
	for _, entry := range entries {
		if entry.Case == SecurityChain {
			return casework.Case{}, nil
		}
		e, err := eventOf(entry)
		if err != nil {
			return casework.Case{}, err
		}
		events = append(events, e)
	}
	return casework.Rebuild(events), nil
}

// Standings gives what folds the entries of a case into all that they make of it, as it is kept; of the office's chain it
// makes the office. Who may see a case is told by the office as it stands.
func (d *Desk) Standings(ctx context.Context) (func(no string, entries []journal.Entry) (register.Standing, error), error) {
	var now office.Office
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		now, err = r.Office()
		return err
	})
	return func(no string, entries []journal.Entry) (register.Standing, error) {
		if no != office.Chain {
			return d.standing(now, entries)
		}
		o, err := RebuildOffice(entries)
		if err != nil {
			return register.Standing{}, err
		}
		self, err := journal.Canonical(o)
		return register.Standing{Self: self}, err
	}, err
}

func (d *Desk) standing(o office.Office, entries []journal.Entry) (register.Standing, error) {
	c, err := Rebuild(entries)
	if err != nil || c.No == "" {
		return register.Standing{}, err
	}
	p, ok := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	if !ok {
		return register.Standing{}, notLoaded(c)
	}
	rows, err := d.Rows(c)
	if err != nil {
		return register.Standing{}, err
	}
	keys, err := d.keys(c, p, o)
	if err != nil {
		return register.Standing{}, err
	}
	self, err := journal.Canonical(c)
	return register.Standing{Self: self, Mark: c.Mark.Level(), Tasks: c.Tasks(p), Keys: keys, Rows: rows}, err
}

// notLoaded says that a case cannot be worked on without the procedure that it is pinned to.
func notLoaded(c casework.Case) error {
	return fmt.Errorf("case %s is on version %d of procedure %s, which is not loaded", c.No, c.ProcedureVersion, c.Procedure)
}

func eventOf(entry journal.Entry) (casework.Event, error) {
	var e casework.Event
	if err := json.Unmarshal(entry.Body, &e); err != nil {
		return e, fmt.Errorf("read entry %d: %w", entry.ID, err)
	}
	return e, nil
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

// world gathers what an act needs to know: the office that day, the procedure
// that the case is pinned to, and the rules with the facts that they ask for.
func (d *Desk) world(r Reading, c casework.Case, filing []byte) (casework.World, procedure.Procedure, error) {
	p, ok := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	if !ok {
		return casework.World{}, p, notLoaded(c)
	}
	o, err := r.Office()
	if err != nil {
		return casework.World{}, p, err
	}
	if len(filing) == 0 {
		filing = c.Filing
		if c.Change != nil {
			filing = c.Change.Filing
		}
	}
	a, err := d.application(c, filing)
	if err != nil {
		return casework.World{}, p, err
	}
	now := r.Now()
	w := casework.World{
		Now: now, Day: now.Day(OfficeZone()), Since: c.Since.Day(OfficeZone()), Calendar: d.lib.Calendar, Office: o, Procedure: p,
		Clearance: func(id office.PersonID) office.Mark {
			mark, err := clearanceOf(r, id)
			if err != nil {
				return office.Public // what cannot be read is not presumed
			}
			return mark
		},
		Involved: affairs.Involved(a), LeaderLevel: affairs.LeaderLevel(a),
		Instrument: func() (text.Text, error) {
			w, ok := r.(Writing)
			if !ok {
				return text.Text{}, errors.New("a number was taken while reading")
			}
			n, err := w.NextNumber(p.Key+" instrument", now.Day(OfficeZone()).Year())
			return procedure.Number(p.Instrument, now.Day(OfficeZone()).Year(), n), err
		},
	}
	w.Unmoved = func(seen int) bool { return unmoved(r, c, seen) }
	w.Asked, w.AskedTerm = asked(a, o)
	if err := d.circumstances(&w, c, a); err != nil {
		return casework.World{}, p, err
	}
	if len(p.Books) > 0 {
		w.Check = func(gate rule.Gate) (*casework.Checked, error) { return d.checked(r, c, a, p, gate, w.Day) }
	}
	return w, p, nil
}

// unmovedAtMost is how much may have happened that moves nothing; beyond that a version is simply old.
const unmovedAtMost = 30

// unmoved says that every entry of a case behind the version that was seen moves nobody's decision. What cannot be read
// is not presumed.
func unmoved(r Reading, c casework.Case, seen int) bool {
	if seen < 1 || seen > c.Version || c.Version-seen > unmovedAtMost {
		return false
	}
	for seq := seen + 1; seq <= c.Version; seq++ {
		e, err := r.Entry(c.No, seq)
		if err != nil || casework.Kind(e.Kind).Moves() {
			return false
		}
	}
	return true
}

// asked are the units that the circulation block names, each with the post that
// answers for it; a unit without one is shown by its name and stays vacant.
func asked(a form.Application, o office.Office) ([]casework.Slot, int) {
	block := form.Get[form.Circulation](a.Answers, "circulation")
	var out []casework.Slot
	for _, name := range block.Asked {
		slot := casework.Slot{ID: "unit-" + name, Title: text.Text{ZH: name, EN: name}}
		for _, u := range o.Units {
			if u.Name.ZH != name && u.Name.EN != name && string(u.ID) != name {
				continue
			}
			slot.ID, slot.Title = "unit-"+string(u.ID), u.Name
			for _, p := range o.Posts {
				if p.Unit == u.ID && slot.Post == "" {
					slot.Post = p.ID
				}
			}
		}
		out = append(out, slot)
	}
	return out, block.Term
}

// checked puts a case before the rules at a gate and freezes the answer.
func (d *Desk) checked(r Reading, c casework.Case, a form.Application, p procedure.Procedure, gate rule.Gate, today calendar.Day) (*casework.Checked, error) {
	live, facts, err := d.withRegisters(r, c, a)
	if err != nil {
		return nil, err
	}
	answer, err := d.lib.Check(live, CheckOptions{Today: today, Gate: gate, Books: p.Books, Facts: facts})
	if err != nil {
		return nil, err
	}
	answers, err := live.Canonical()
	if err != nil {
		return nil, err
	}
	return &casework.Checked{
		Gate: gate, Day: answer.Day, Today: today, Verdict: answer.Verdict, Books: answer.Books, Findings: answer.Findings, Facts: facts,
		Digest: form.DigestOf(answers), Answers: answers,
	}, nil
}

// withRegisters adds what the registers know: a person's past trips, and the
// facts that rules ask for.
func (d *Desk) withRegisters(r Reading, c casework.Case, a form.Application) (form.Application, rule.Facts, error) {
	return d.withRows(r, c, a, r.Rows)
}

// withRows is withRegisters over rows that somebody looks up.
func (d *Desk) withRows(r Reading, c casework.Case, a form.Application, look affairs.Lookup) (form.Application, rule.Facts, error) {
	live, err := affairs.Live(a, c)
	if err != nil {
		return a, nil, err
	}
	ask := affairs.Of(a.Procedure).Registers
	if ask == nil {
		return live, rule.Facts{}, nil
	}
	live, facts, err := ask(live, c, look)
	if err != nil {
		return a, nil, err
	}
	return live, facts, planLeft(r, c, live, facts)
}
