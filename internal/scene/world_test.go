// Package scene plays whole days of the office over a movable clock: what people
// do, what time does, and what must then be true. It runs on the real store.
package scene

import (
	"context"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/internal/foldertest"
	"chancery/internal/postgrestest"
	"chancery/library"
	"chancery/store"
)

// world is one office on one day.
type world struct {
	*testing.T
	ctx   context.Context
	desk  *desk.Desk
	store *store.Store
	mu    sync.Mutex
	now   time.Time
	no    string
	dir   string
	place store.Place
}

// shipped is the library that the program ships, read once for all scenes: nothing changes it.
var shipped = sync.OnceValues(func() (*desk.Library, error) { return desk.LoadLibrary(library.FS) })

// begin opens the invented office on a day, at nine in the morning.
func begin(t *testing.T, day string) *world {
	t.Helper()
	w := &world{T: t, ctx: t.Context()}
	w.day(day)
	lib, err := shipped()
	w.must(err)
	if onPostgres {
		w.place = store.Place{Dir: t.TempDir(), DSN: postgrestest.Fresh(t)}
	} else {
		w.place = store.Place{Dir: foldertest.Fresh(t)}
	}
	w.dir = w.place.Dir
	w.store, err = w.place.Open(w.ctx, func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now })
	w.must(err)
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.desk = desk.New(desk.Kept(w.store), lib)
	data, err := library.FS.ReadFile("demo/office.yaml")
	w.must(err)
	o, err := office.Read("office.yaml", data)
	w.must(err)
	w.must(w.desk.Found(w.ctx, o))
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// day moves the clock to a day, at nine in the morning, and lets time do what it does.
func (w *world) day(s string) {
	w.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s+" 09:00", desk.OfficeZone())
	w.must(err)
	w.mu.Lock()
	w.now = at
	w.mu.Unlock()
	if w.desk != nil {
		_, err = w.desk.Tick(w.ctx)
		w.must(err)
		again, err := w.desk.Tick(w.ctx)
		w.must(err)
		if again != 0 {
			w.Errorf("on %s time did %d things twice", s, again)
		}
	}
}

// today is the day on which the clock stands.
func (w *world) today() calendar.Day {
	w.mu.Lock()
	defer w.mu.Unlock()
	return calendar.InstantOf(w.now).Day(desk.OfficeZone())
}

// minutes lets some minutes pass.
func (w *world) minutes(n int) {
	w.mu.Lock()
	w.now = w.now.Add(time.Duration(n) * time.Minute)
	w.mu.Unlock()
}

// application reads the file of an application.
func (w *world) application(file string) form.Application {
	w.Helper()
	data, err := os.ReadFile(file)
	w.must(err)
	a, err := w.desk.Library().ReadApplication(file, data)
	w.must(err)
	return a
}

// office changes the office.
func (w *world) office(change func(office.Office) office.Office) {
	w.Helper()
	w.must(w.store.Write(w.ctx, func(t *store.Tx) error {
		o, err := t.Office()
		if err != nil {
			return err
		}
		return t.SaveOffice(change(o))
	}))
}

// cleared gives people an account with a clearance.
func (w *world) cleared(mark office.Mark, people ...office.PersonID) {
	w.Helper()
	w.must(w.store.Write(w.ctx, func(t *store.Tx) error {
		for _, p := range people {
			a, _, err := t.AccountOf(p)
			if err != nil {
				return err
			}
			seen := a.Version
			a.ID, a.Person, a.Login, a.State, a.Clearance, a.Version = account.ID(p), p, string(p), account.Active, mark, seen+1
			if err := t.SaveAccount(a, seen); err != nil {
				return err
			}
		}
		return nil
	}))
}

// files files an application; change gives the operations that make it differ from the compliant one.
func (w *world) files(person, file string, change ...rule.PatchOp) casework.Case {
	w.Helper()
	a, err := w.desk.Library().Apply(w.application(file), change)
	w.must(err)
	c, err := w.desk.File(w.ctx, office.Actor{Person: office.PersonID(person)}, desk.Filing{Application: a})
	w.must(err)
	w.no = c.No
	return c
}

// patched gives the filing that a change of the case's application makes.
func (w *world) patched(change ...rule.PatchOp) (json.RawMessage, string) {
	w.Helper()
	v := w.see()
	a, err := w.desk.Library().Apply(v.Application, change)
	w.must(err)
	filing, err := a.Canonical()
	w.must(err)
	digest, err := a.Digest()
	w.must(err)
	return filing, digest
}

func (w *world) act(person string, a casework.Act) error {
	w.Helper()
	if a.Kind == casework.Attached { // its text is the name of the file, and what is in it
		_, err := w.desk.Attach(w.ctx, deskActor(person), w.no, desk.Attaching{Paper: "invitation", Name: a.Text, Content: []byte("%PDF-1.7\n% " + a.Text + "\n%%EOF\n")})
		return err
	}
	v, err := w.desk.Version(w.ctx, desk.Operator(), w.no)
	w.must(err)
	a.Seen = v
	_, err = w.desk.Do(w.ctx, office.Actor{Person: office.PersonID(person)}, w.no, "", a)
	return err
}

// does expects the act to succeed and to leave exactly one entry in the journal (S-09).
func (w *world) does(person string, a casework.Act) {
	w.Helper()
	before := w.entries()
	if err := w.act(person, a); err != nil {
		w.Fatalf("%s cannot do «%s»: %v", person, a.Kind, err)
	}
	if left := w.entries() - before; left != 1 {
		w.Errorf("«%s» left %d entries", a.Kind, left)
	}
	w.entered(person, a)
}

// entries counts the journal.
func (w *world) entries() int64 {
	w.Helper()
	var n int64
	w.must(w.store.Read(w.ctx, func(t *store.Tx) (err error) { n, err = t.LastEntry(); return err }))
	return n
}

// cannot expects the act to be refused in words that name this.
func (w *world) cannot(person string, a casework.Act, because string) {
	w.Helper()
	before := w.entries()
	err := w.act(person, a)
	if left := w.entries() - before; left != 0 {
		w.Errorf("«%s» was refused and left %d entries", a.Kind, left)
	}
	if fault.KindOf(err) != fault.NotAllowed && fault.KindOf(err) != fault.TooLate {
		w.Fatalf("%s did «%s», which must be refused (%v)", person, a.Kind, err)
	}
	for _, f := range fault.All(err) {
		if !strings.Contains(f.Text.ZH, because) && !strings.Contains(f.Text.EN, because) {
			w.Errorf("the refusal says %q / %q, want %q", f.Text.ZH, f.Text.EN, because)
		}
		if f.Text.ZH == "" || f.Text.EN == "" {
			w.Error("the refusal is not written in both languages")
		}
	}
}

// knowsNothing expects the act to be answered as if there were no such case.
func (w *world) knowsNothing(person string, a casework.Act) {
	w.Helper()
	before := w.entries()
	err := w.act(person, a)
	if left := w.entries() - before; left != 0 {
		w.Errorf("«%s» was refused and left %d entries", a.Kind, left)
	}
	if want := casework.NoCase(w.no); err == nil || err.Error() != want.Error() {
		w.Fatalf("%s of %s is answered %v; want %v", a.Kind, person, err, want)
	}
}

func (w *world) see() desk.CaseView {
	w.Helper()
	v, err := w.desk.Case(w.ctx, desk.Operator(), w.no)
	w.must(err)
	return v
}

// stands expects the case to be in a step, in a state.
func (w *world) stands(step string, state casework.State) {
	w.Helper()
	v := w.see()
	if v.Case.Step != step || v.Case.State != state {
		w.Fatalf("the case is in %s, %s; want %s, %s", v.Case.Step, v.Case.State, step, state)
	}
	if !v.Case.State.Ended() {
		if len(v.Holders) == 0 {
			w.Errorf("in %s nobody has the case", step)
		}
		for _, s := range v.Steps {
			if s.Current && (s.Why.ZH == "" || s.Why.EN == "") {
				w.Errorf("the step %s does not say why it is there", step)
			}
		}
	}
}

// proves expects the journal to hold, and every case and register row to be what its entries make of it.
func (w *world) proves() {
	w.Helper()
	var entriesOf int
	w.must(w.store.Read(w.ctx, func(t *store.Tx) error {
		cases, err := t.Cases(casework.Filter{Sight: casework.Everything()})
		if err != nil {
			return err
		}
		for _, c := range cases {
			entries, err := t.Entries(c.No)
			if err != nil {
				return err
			}
			entriesOf += len(entries)
			rebuilt, err := desk.Rebuild(entries)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(normal(w.T, c), normal(w.T, rebuilt)); diff != "" {
				w.Errorf("%s is not what its entries make of it (-kept +rebuilt):\n%s", c.No, diff)
			}
			kept, err := t.RowsOf(c.No)
			if err != nil {
				return err
			}
			rows, err := w.desk.Rows(rebuilt)
			if err != nil {
				return err
			}
			if len(kept)+len(rows) > 0 && !reflect.DeepEqual(normal(w.T, kept), normal(w.T, rows)) {
				w.Errorf("%s: the register rows grew to something else than they are rebuilt to:\n%s", c.No, cmp.Diff(kept, rows))
			}
		}
		return nil
	}))
	if entriesOf == 0 {
		w.Error("the journal is empty")
	}
	changed, err := w.desk.Reword(w.ctx)
	w.must(err)
	if changed != 0 {
		w.Errorf("%d cases are found by other words than they are rebuilt to", changed)
	}
}

// normal is a value as JSON would keep it.
func normal(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// frozen counts the findings that an entry of the case keeps.
func (w *world) frozen(seq int) int {
	w.Helper()
	n := 0
	w.must(w.store.Read(w.ctx, func(t *store.Tx) error {
		entries, err := t.Entries(w.no)
		if err != nil || seq < 1 || seq > len(entries) {
			return err
		}
		var e casework.Event
		if err := json.Unmarshal(entries[seq-1].Body, &e); err != nil {
			return err
		}
		c, err := e.Checked.Read()
		if err == nil && c != nil {
			n = len(c.Findings)
		}
		return err
	}))
	return n
}

func mustDay(s string) calendar.Day { return calendar.MustDay(s) }
