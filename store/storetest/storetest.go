// Package storetest says what every store of the office promises, as one suite that each of them runs. What is not in the
// suite is not promised. It speaks of cases, entries and registers only, never of the database underneath.
package storetest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
)

// Reading is what can be read at one instant, of one consistent state.
type Reading interface {
	Now() calendar.Instant
	Case(no string) (casework.Case, error)
	Cases(f casework.Filter) ([]casework.Case, error)
	CountCases(f casework.Filter) (map[casework.State]int, error)
	KeysOf(no string) ([]casework.Key, error)
	Listed(q register.Query, sight casework.Sight) ([]register.Row, error)
	CountListed(q register.Query, sight casework.Sight) ([]register.Count, error)
	Noted(name string) (string, error)
	Entries(no string) ([]journal.Entry, error)
	LastEntry() (int64, error)
	Office() (office.Office, error)
	Rows(name, key string, from, until calendar.Day) ([]register.Row, error)
	RowsOf(no string) ([]register.Row, error)
	Tasks(post office.PostID, person office.PersonID) ([]casework.Task, error)
	Answered(request string) (result []byte, ok bool, err error)
	Told(at calendar.Instant) ([]job.Parcel, error)
	DigestOf(person office.PersonID, before int64) ([]job.Parcel, error)
	Ways() ([]job.Way, error)
	AllPreferences() (map[office.PersonID]account.Preferences, error)
}

// Writing is what one act may write; all of it becomes durable together, or none.
type Writing interface {
	Reading
	Append(no, kind string, version int, actor office.Actor, body []byte) (journal.Entry, error)
	SaveCase(c casework.Case, seen int, tasks []casework.Task) error
	SaveKeys(no string, came, went []casework.Key) error
	SaveRows(no string, rows []register.Row) error
	Note(name, value string) error
	SaveOffice(o office.Office) error
	Outbox(msgs []casework.Message) error
	Plan(j job.Job) error
	NextNumber(series string, year int) (int, error)
	Remember(request string, result []byte) error
	Digested(person office.PersonID, message int64) error
	DropDigested(person office.PersonID, before int64) error
	WayLeft(name string) error
	WayFailed(name, why string) error
	SavePreferences(person office.PersonID, p account.Preferences) error
	Hooked() (bool, error)
	SaveHook(h job.Hook, s job.HookSecret) error
	TurnHook(id string, live bool) (bool, error)
	DropHook(id string) (bool, error)
}

// Store is an open store.
type Store interface {
	Read(ctx context.Context, fn func(Reading) error) error
	Write(ctx context.Context, fn func(Writing) error) error
	Head(ctx context.Context) (journal.Head, error)
	Proof(ctx context.Context, no string) ([]byte, error)
	Export(ctx context.Context, w io.Writer) error
	Verify(ctx context.Context, rebuild func(no string, entries []journal.Entry) (register.Standing, error), held []byte) (journal.Report, error)
	Take(ctx context.Context, outward bool, most int) ([]job.Job, error)
	Settle(ctx context.Context, results ...job.Result) error
	KeepBlob(ctx context.Context, content []byte) (hash string, err error)
	Blob(ctx context.Context, hash string) ([]byte, error)
	Blobs(ctx context.Context, give func(hash string) error) error
	Close() error
}

// Place is where one office's data is kept. Opened again after it was closed it holds what was there before; the clock
// gives the instants of the acts.
type Place func(ctx context.Context, clock func() time.Time) (Store, error)

// Run holds a store against its promises. Fresh gives a place with nothing in it.
func Run(t *testing.T, fresh func(t *testing.T) Place) {
	t.Helper()
	for _, p := range promises() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.holds(t, fresh(t))
		})
	}
}

// promise is one sentence and what shows that it is kept.
type promise struct {
	name  string
	holds func(t *testing.T, at Place)
}

func promises() []promise {
	return []promise{
		{"WhatIsWrittenIsReadAgainAfterOpeningAnew", readAgain},
		{"EntriesAreChainedAndCountedWithoutGaps", chained},
		{"TheBytesOfAnEntryAreKeptAsTheyAre", bytesKept},
		{"SomebodyElsesChangeIsAConflict", conflict},
		{"CasesAreFoundByWhatTheySay", found},
		{"S05_OnlyWhatLiesInSightIsGivenAndCounted", inSight},
		{"TasksAreThoseOfTheCaseAsItStands", tasks},
		{"RegisterRowsAreThoseOfTheCaseAsItStands", rows},
		{"RegisterRowsAreFoundByDayAndKey", rowsByDay},
		{"TheOfficeIsTheOneSavedLast", offices},
		{"WhatWaitsForADigestIsThePersonsAndWaysAreKnown", digests},
		{"AnActKnowsWhetherAnybodyOutsideIsTold", hooked},
		{"P7_NumbersAreGivenOnceAndWithoutGaps", numbers},
		{"P3_TheSameRequestTwiceIsDoneOnce", requests},
		{"P2_AnActThatFailsLeavesNothingAndHarmsNobody", allOrNothing},
		{"P2_AnActThatFailsLateLeavesNoPart", noPart},
		{"APanicComesBackToItsOwnCaller", panics},
		{"AReadingSeesOneStateWhileOthersWrite", oneState},
		{"AReadingDoesNotWaitForAnAct", noWaiting},
		{"InstantsRiseThoughTheClockStandsOrFalls", instants},
		{"P5_TheRecordProvesItselfAndTheProofHoldsElsewhere", proofs},
		{"P5_ARowThatIsNotWhatItsEntriesMakeOfItIsFound", rowOff},
		{"P3_AJobIsGivenOnceAndAgainWhenItsHolderIsGone", jobs},
		{"AFileIsKeptOnceUnderItsHashAndListed", files},
		{"AClosedStoreRefusesActsInWords", closed},
	}
}

func open(t *testing.T, at Place) Store {
	t.Helper()
	s, err := at(t.Context(), time.Now)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// act does one act in a case and expects it to be done.
func act(t *testing.T, s Store, no string) {
	t.Helper()
	must(t, s.Write(t.Context(), func(w Writing) error {
		_, err := Do(w, no)
		return err
	}))
}

func read(t *testing.T, s Store, fn func(Reading) error) {
	t.Helper()
	must(t, s.Read(t.Context(), fn))
}

// Do does one act in a case, filing it when there is none: the case after its act n is what Rebuild makes of n entries.
// It is exported for stores whose own tests need an act.
func Do(w Writing, no string) (casework.Case, error) {
	c, err := w.Case(no)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return c, err
	}
	seen := c.Version
	body := fmt.Sprintf(`{"text":"出〔2026〕%d <%s>"}`, seen+1, strings.Repeat("x", 400))
	e, err := w.Append(no, "commented", 1, office.Actor{Person: "zhongli", Post: "director"}, []byte(body))
	if err != nil {
		return c, err
	}
	c = folded(no, e)
	made := standing(c)
	if err := w.SaveCase(c, seen, made.Tasks); err != nil {
		return c, err
	}
	return c, w.SaveRows(no, made.Rows)
}

func folded(no string, last journal.Entry) casework.Case {
	return casework.Case{
		No: no, Procedure: "outbound-trip", Version: last.Seq, State: casework.Active, Applicant: "zhongli",
		Unit: "port", FirstSubmitted: last.At, Title: string(last.Body), Filed: calendar.MustDay("2026-10-08"),
	}
}

// standing is what Do keeps beside a case: one task, one register row, as long as it is old.
func standing(c casework.Case) register.Standing {
	return register.Standing{
		Mark:  c.Mark.Level(),
		Tasks: []casework.Task{{Case: c.No, ID: "review", Post: "director", Since: c.FirstSubmitted}},
		Rows:  []register.Row{{Register: "trips", Key: c.No, Case: c.No, From: c.Filed, Until: c.Filed.AddDays(c.Version), Body: []byte(`{}`)}},
	}
}

// Rebuild gives what Do keeps of a case, from its entries alone.
func Rebuild(no string, entries []journal.Entry) (register.Standing, error) {
	c := folded(no, entries[len(entries)-1])
	made := standing(c)
	var err error
	made.Self, err = journal.Canonical(c)
	return made, err
}

// faults are the kinds of fault that verification finds.
func faults(t *testing.T, s Store, held []byte) []journal.FaultKind {
	t.Helper()
	r, err := s.Verify(t.Context(), Rebuild, held)
	must(t, err)
	var kinds []journal.FaultKind
	for _, f := range r.Faults {
		t.Logf("entry %d %s: %s", f.Entry, f.Kind, f.Say.EN)
		if !slices.Contains(kinds, f.Kind) {
			kinds = append(kinds, f.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}
