package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/register"
	"chancery/core/text"
	"chancery/internal/postgrestest"
	"chancery/store"
	"chancery/store/storetest"
)

// nodes opens one database from several folders, each with a copy of the first one's key, but for the last, which has none.
func nodes(t *testing.T, n int) (dsn string, all []kept) {
	t.Helper()
	dsn = postgrestest.Fresh(t)
	first := t.TempDir()
	for i := range n {
		dir := first
		if i > 0 {
			dir = t.TempDir()
			if i < n-1 {
				must(t, os.CopyFS(filepath.Join(dir, "keys"), os.DirFS(filepath.Join(first, "keys"))))
			}
		}
		s, err := store.OpenPostgres(t.Context(), dsn, dir, time.Now)
		must(t, err)
		t.Cleanup(func() { must(t, s.Close()) })
		all = append(all, kept{s})
	}
	return dsn, all
}

// asks runs statements behind the store's back.
func asks(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	must(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	for _, q := range statements {
		if _, err := conn.Exec(t.Context(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// TestThreeNodesOnOneDatabaseActSideBySide: on the same case, under the same person's limit, under the same request, and
// for the next number; nothing is lost, nothing is done twice, and the record proves itself (P1, P2, P3, P5, P7).
func TestThreeNodesOnOneDatabaseActSideBySide(t *testing.T) {
	t.Parallel()
	_, all := nodes(t, 3)
	const callers, rounds, limit = 12, 8, 5
	var (
		mu       sync.Mutex
		numbers  []int
		answered = map[string]int{}
		trips    int
		running  sync.WaitGroup
	)
	day := calendar.MustDay("2026-10-15")
	for i := range callers {
		s := all[i%len(all)]
		running.Go(func() {
			for n := range rounds {
				if err := s.Write(t.Context(), func(w storetest.Writing) error { // everybody acts in one case
					_, err := storetest.Do(w, "OUT-2026-1")
					return err
				}); err != nil {
					t.Error(err)
				}
				var number int
				if err := s.Write(t.Context(), func(w storetest.Writing) (err error) {
					number, err = w.NextNumber("out", 2026)
					return err
				}); err != nil {
					t.Error(err)
				}
				went := false
				if err := s.Write(t.Context(), func(w storetest.Writing) error { // nobody goes abroad more than so often
					went = false
					rows, err := w.Rows("trips", "p", day, day)
					if err != nil || len(rows) >= limit {
						return err
					}
					no := fmt.Sprintf("P-%d-%d", i, n)
					went = true
					if _, err := w.Append(no, "commented", 1, office.Actor{Person: "zhongli"}, []byte(`{}`)); err != nil {
						return err
					}
					return w.SaveRows(no, []register.Row{{Register: "trips", Key: "p", Case: no, From: day, Until: day, Body: []byte(`{}`)}})
				}); err != nil {
					t.Error(err)
				}
				var said string
				if err := s.Write(t.Context(), func(w storetest.Writing) error { // the same request everywhere
					request := fmt.Sprintf("request-%d", n)
					before, ok, err := w.Answered(request)
					if said = string(before); err != nil || ok {
						return err
					}
					c, err := storetest.Do(w, "R-"+request)
					if err != nil {
						return err
					}
					said = fmt.Sprintf(`{"by":%d,"version":%d}`, i, c.Version)
					return w.Remember(request, []byte(said))
				}); err != nil {
					t.Error(err)
				}
				mu.Lock()
				numbers = append(numbers, number)
				answered[said]++
				if went {
					trips++
				}
				mu.Unlock()
			}
		})
	}
	running.Wait()
	slices.Sort(numbers)
	for i, n := range numbers {
		if n != i+1 {
			t.Fatalf("number %d is %d", i+1, n)
		}
	}
	if trips != limit {
		t.Errorf("%d went abroad, the limit is %d", trips, limit)
	}
	done := 0
	for said, n := range answered {
		if !strings.Contains(said, `"version":1}`) {
			t.Errorf("answered %s %d times: a request was done twice", said, n)
		}
		done += n
	}
	if done != callers*rounds {
		t.Errorf("%d answers", done)
	}
	entries := int64(callers*rounds + limit + rounds)
	for i, s := range all {
		if _, err := s.Proof(t.Context(), "OUT-2026-1"); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
		must(t, s.Read(t.Context(), func(r storetest.Reading) error {
			c, err := r.Case("OUT-2026-1")
			if c.Version != callers*rounds {
				t.Errorf("node %d sees version %d after %d acts", i, c.Version, callers*rounds)
			}
			of, entriesErr := r.Entries("OUT-2026-1")
			for n := 1; n < len(of); n++ {
				if of[n].At <= of[n-1].At || of[n].ID <= of[n-1].ID {
					t.Errorf("entry %d at %s, place %d, does not come after %s, place %d", n+1, of[n].At, of[n].ID, of[n-1].At, of[n-1].ID)
				}
			}
			return errors.Join(err, entriesErr)
		}))
		head, err := s.Head(t.Context())
		if err != nil || head.Entries != entries || head.Sequenced != entries {
			t.Errorf("node %d: %+v, %v", i, head, err)
		}
		r := verified(t, s, []byte(head.Note))
		for _, f := range r.Faults {
			if f.Kind != journal.RowOff || !strings.Contains(f.Say.EN, "P-") { // those have rows and no case
				t.Errorf("node %d: %s", i, f.Say.EN)
			}
		}
	}
}

// TestAnActWhoseClockIsSlowIsLaterThanTheCase: whichever node did the act before.
func TestAnActWhoseClockIsSlowIsLaterThanTheCase(t *testing.T) {
	t.Parallel()
	dsn, dir := postgrestest.Fresh(t), t.TempDir()
	noon := time.Date(2026, 10, 8, 4, 0, 0, 0, time.UTC)
	var last calendar.Instant
	for _, clock := range []time.Time{noon, noon.Add(-time.Hour), noon} {
		s, err := store.OpenPostgres(t.Context(), dsn, dir, func() time.Time { return clock })
		must(t, err)
		t.Cleanup(func() { must(t, s.Close()) })
		for range 2 {
			must(t, kept{s}.Write(t.Context(), func(w storetest.Writing) error {
				c, err := storetest.Do(w, "A")
				if err != nil {
					return err
				}
				if w.Now() != c.FirstSubmitted {
					t.Errorf("the act is at %s and says %s", w.Now(), c.FirstSubmitted)
				}
				if w.Now() <= last {
					t.Errorf("an act at %s after one at %s", w.Now(), last)
				}
				last = w.Now()
				return nil
			}))
		}
	}
}

// TestTheOfficeIsChangedByNobodyWhileAnActDecidesByIt: what one node changed counts at once on the other.
func TestTheOfficeIsChangedByNobodyWhileAnActDecidesByIt(t *testing.T) {
	t.Parallel()
	_, all := nodes(t, 2)
	var running sync.WaitGroup
	const each = 10
	for _, s := range all {
		running.Go(func() {
			for range each {
				if err := s.Write(t.Context(), func(w storetest.Writing) error {
					o, err := w.Office()
					if err != nil {
						return err
					}
					o.Name = text.Text{ZH: o.Name.ZH + "一", EN: o.Name.EN + "x"}
					return w.SaveOffice(o)
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	for _, s := range all {
		must(t, s.Read(t.Context(), func(r storetest.Reading) error {
			o, err := r.Office()
			if len(o.Name.EN) != each*len(all) {
				t.Errorf("%d of %d changes are there", len(o.Name.EN), each*len(all))
			}
			return err
		}))
	}
}

// TestAtTheDoorNothingIsLostBetweenNodes: failures are counted each, a link is taken once, and a session that was ended is
// not brought back by a page that was being read.
func TestAtTheDoorNothingIsLostBetweenNodes(t *testing.T) {
	t.Parallel()
	_, all := nodes(t, 2)
	one, other := all[0], all[1]
	far := calendar.InstantOf(time.Now().Add(time.Hour))
	write(t, one, func(tx *store.Tx) error {
		return errors.Join(tx.SaveSession(account.Session{ID: "s", Hash: hash(1), Account: "a", Until: far}),
			tx.SaveInvitation(account.Invitation{ID: "i", Hash: hash(2), Person: "p", Until: far}))
	})
	var (
		running sync.WaitGroup
		mu      sync.Mutex
		taken   int
	)
	for i := range 12 {
		running.Go(func() {
			write(t, all[i%2], func(tx *store.Tx) error {
				s, err := tx.Slowdown("login")
				if err != nil {
					return err
				}
				s.Failures++
				return tx.SaveSlowdown("login", s)
			})
			mine := false
			write(t, all[i%2], func(tx *store.Tx) error {
				mine = false
				link, _, err := tx.Invitation(hash(2))
				if err != nil || link.Void {
					return err
				}
				link.Void, mine = true, true
				return tx.SaveInvitation(link)
			})
			mu.Lock()
			defer mu.Unlock()
			if mine {
				taken++
			}
		})
	}
	running.Wait()
	if taken != 1 {
		t.Errorf("a link that is good once was taken %d times", taken)
	}
	must(t, one.Store.Read(t.Context(), func(tx *store.Tx) error {
		s, err := tx.Slowdown("login")
		if s.Failures != 12 {
			t.Errorf("%d of 12 failures are counted", s.Failures)
		}
		return err
	}))
	tries := 0
	write(t, one, func(tx *store.Tx) error {
		s, ok, err := tx.Session(hash(1))
		if err != nil || !ok {
			return err
		}
		if tries++; tries == 1 {
			write(t, other, func(tx *store.Tx) error { return tx.DropSessionsOf("a", account.Hash{}) })
		}
		s.Seen = tx.Now()
		return tx.SaveSession(s)
	})
	must(t, one.Store.Read(t.Context(), func(tx *store.Tx) error {
		if _, ok, err := tx.Session(hash(1)); ok || err != nil {
			t.Errorf("a session that was ended is there: %t, %v", ok, err)
		}
		return nil
	}))
}

// TestAConnectionThatIsLostInTheMiddleOfAnActCostsNothing: the act is begun again, and done once (P1, P2).
func TestAConnectionThatIsLostInTheMiddleOfAnActCostsNothing(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Fresh(t)
	s := openPostgres(t, dsn)
	tries := 0
	must(t, s.Write(t.Context(), func(w storetest.Writing) error {
		if _, err := storetest.Do(w, "A"); err != nil {
			return err
		}
		if tries++; tries == 1 {
			asks(t, dsn, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		}
		_, err := w.Case("A")
		return err
	}))
	must(t, s.Read(t.Context(), func(r storetest.Reading) error {
		c, err := r.Case("A")
		if c.Version != 1 || tries != 2 {
			t.Errorf("version %d after %d tries", c.Version, tries)
		}
		return err
	}))
	if r := verified(t, s, nil); len(r.Faults) > 0 || r.Entries != 1 {
		t.Errorf("%+v", r)
	}
}

// TestAServerThatIsAwayIsSaidInWordsAndFoundAgain: without anybody's hands.
func TestAServerThatIsAwayIsSaidInWordsAndFoundAgain(t *testing.T) {
	t.Parallel()
	door := newWire(t, postgrestest.Fresh(t))
	s := openPostgres(t, door.dsn)
	do := func() error {
		return s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err })
	}
	must(t, do())
	door.cut()
	for what, err := range map[string]error{
		"an act": do(), "a reading": s.Read(t.Context(), func(r storetest.Reading) error { _, err := r.Case("A"); return err }),
	} {
		inWords(t, what, err)
	}
	door.mend()
	must(t, do())
	must(t, s.Read(t.Context(), func(r storetest.Reading) error {
		c, err := r.Case("A")
		if c.Version != 2 {
			t.Errorf("version %d", c.Version)
		}
		return err
	}))
}

// TestACommitThatIsNotAnsweredIsSaidToBeUnsure: it may have been done; the same request again is answered what was done.
func TestACommitThatIsNotAnsweredIsSaidToBeUnsure(t *testing.T) {
	t.Parallel()
	door := newWire(t, postgrestest.Fresh(t))
	s := openPostgres(t, door.dsn)
	act := func(w storetest.Writing) error {
		if _, ok, err := w.Answered("r"); ok || err != nil {
			return err
		}
		if _, err := storetest.Do(w, "A"); err != nil {
			return err
		}
		return w.Remember("r", []byte(`1`))
	}
	err := s.Write(t.Context(), func(w storetest.Writing) error {
		err := act(w)
		door.swallow() // what the server answers from now on is lost
		return err
	})
	inWords(t, "an act whose commit is not answered", err)
	if !strings.Contains(err.Error(), "may or may not") {
		t.Errorf("said as %v", err)
	}
	door.mend()
	must(t, s.Write(t.Context(), act))
	must(t, s.Read(t.Context(), func(r storetest.Reading) error {
		c, err := r.Case("A")
		if c.Version != 1 {
			t.Errorf("version %d", c.Version)
		}
		return err
	}))
}

// inWords wants a refusal that people can read.
func inWords(t *testing.T, what string, err error) {
	t.Helper()
	if fault.KindOf(err) != fault.Unavailable {
		t.Errorf("%s: %v", what, err)
	}
	for _, f := range fault.All(err) {
		if f.Text.ZH == "" || f.Text.EN == "" {
			t.Errorf("%s was refused without words: %+v", what, f)
		}
	}
}

// TestAFolderWithAnotherKeyIsRefusedAndOneWithNoneLeavesSigningToOthers, and says so where nobody signs.
func TestAFolderWithAnotherKeyIsRefusedAndOneWithNoneLeavesSigningToOthers(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Fresh(t)
	first := openPostgres(t, dsn)
	must(t, first.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }))
	must(t, first.Close())
	stranger := t.TempDir()
	s, err := store.Open(t.Context(), stranger, time.Now)
	must(t, err)
	must(t, s.Close())
	_, err = store.OpenPostgres(t.Context(), dsn, stranger, time.Now)
	inWords(t, "another key", err)
	if err == nil || !strings.Contains(err.Error(), "not the key that signs this record") {
		t.Errorf("another key: %v", err)
	}
	alone := openPostgres(t, dsn) // its folder has no key
	must(t, alone.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }))
	_, err = alone.Proof(t.Context(), "A")
	inWords(t, "a proof that nobody signs", err)
	head, err := alone.Head(t.Context())
	if err != nil || head.Entries != 2 || head.Sequenced != 1 {
		t.Errorf("%+v, %v", head, err)
	}
	if r := verified(t, alone, nil); len(r.Faults) > 0 || r.Entries != 2 {
		t.Errorf("%+v", r)
	}
}

// TestWhateverIsChangedInTheRecordOnPostgreSQLIsFound (S-10).
func TestWhateverIsChangedInTheRecordOnPostgreSQLIsFound(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]string{
		"an entry's words":             `UPDATE entries SET body = '{"text":"other"}' WHERE case_no = 'A' AND seq = 2`,
		"an entry's actor":             `UPDATE entries SET person = 'other' WHERE case_no = 'B' AND seq = 1`,
		"an entry that is gone":        `DELETE FROM entries WHERE case_no = 'B' AND seq = 1`,
		"an entry gone with its place": `WITH gone AS (DELETE FROM entries WHERE case_no = 'B' AND seq = 1 RETURNING id) DELETE FROM placed WHERE entry IN (SELECT id FROM gone)`,
		"a place that is gone":         `DELETE FROM placed WHERE place = 2`,
		"two places that changed":      `UPDATE placed SET entry = CASE place WHEN 1 THEN (SELECT entry FROM placed WHERE place = 2) ELSE (SELECT entry FROM placed WHERE place = 1) END WHERE place IN (1, 2)`,
		"a hash of the tree":           `UPDATE tree SET hash = decode(repeat('00', 32), 'hex') WHERE position = 1`,
		"a hash that is gone":          `DELETE FROM tree WHERE position = 1`,
		"an entry put in":              `INSERT INTO entries (case_no, seq, kind, version, at, person, post, on_behalf, operator, body, prev, salt, hash) SELECT case_no, 9, kind, version, at, person, post, on_behalf, operator, body, prev, salt, hash FROM entries WHERE case_no = 'A' AND seq = 1`,
		"an entry that waits no more":  `DELETE FROM waiting`,
		"a case's row":                 `UPDATE cases SET title = 'other' WHERE no = 'A'`,
		"a task":                       `DELETE FROM tasks WHERE case_no = 'A'`,
	} {
		t.Run(strings.ReplaceAll(what, " ", "_"), func(t *testing.T) {
			t.Parallel()
			dsn := postgrestest.Fresh(t)
			first := openPostgres(t, dsn)
			for _, no := range []string{"A", "B", "A"} {
				must(t, first.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, no); return err }))
			}
			must(t, first.Close())
			s := openPostgres(t, dsn) // without a key: what it writes waits
			must(t, s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "C"); return err }))
			if r := verified(t, s, nil); len(r.Faults) > 0 || r.Entries != 4 || r.Sequenced != 3 {
				t.Fatalf("before: %+v", r)
			}
			asks(t, dsn, `ALTER TABLE placed DROP CONSTRAINT placed_entry_key`, change)
			if r := verified(t, s, nil); len(r.Faults) == 0 {
				t.Errorf("%s was not found", what)
			}
		})
	}
}

// TestANewerSchemaOnPostgreSQLIsRefusedInWords and left as it is.
func TestANewerSchemaOnPostgreSQLIsRefusedInWords(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Fresh(t)
	asks(t, dsn, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, true)`)
	old := openPostgres(t, dsn) // it says that this program can work on it
	must(t, old.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }))
	asks(t, dsn, `UPDATE meta SET value = '999' WHERE name = 'least schema'`)
	_, migrated := (store.Place{DSN: dsn}).Migrate(t.Context())
	_, opened := store.OpenPostgres(t.Context(), dsn, t.TempDir(), time.Now)
	for what, err := range map[string]error{"migrate": migrated, "open": opened} {
		inWords(t, what, err)
		if err == nil || !strings.Contains(err.Error(), "999") {
			t.Errorf("%s: %v", what, err)
		}
	}
	asks(t, dsn, `DELETE FROM goose_db_version WHERE version_id = 999`)
	openPostgres(t, dsn)
}

// TestNodesThatStartAtOnceOnAnEmptyDatabaseAgree on the schema and on one key.
func TestNodesThatStartAtOnceOnAnEmptyDatabaseAgree(t *testing.T) {
	t.Parallel()
	dsn, dir := postgrestest.Empty(t), t.TempDir()
	var running sync.WaitGroup
	for range 3 {
		running.Go(func() {
			s, err := store.OpenPostgres(t.Context(), dsn, dir, time.Now)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = s.Close() }()
			if err := (kept{s}).Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }); err != nil {
				t.Error(err)
			}
		})
	}
	running.Wait()
	s, err := store.OpenPostgres(t.Context(), dsn, dir, time.Now)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	if r := verified(t, kept{s}, nil); len(r.Faults) > 0 || r.Entries != 3 || r.Sequenced != 3 {
		t.Errorf("%+v", r)
	}
}

// TestAnAddressThatIsNoneAndAServerThatIsNotThereAreSaidInWords, without the password that the address holds.
func TestAnAddressThatIsNoneAndAServerThatIsNotThereAreSaidInWords(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]fault.Kind{
		"postgres://user:geheim@127.0.0.1:1/none?sslmode=disable": fault.Unavailable,
		"postgres://user:geheim@host:port/none":                   fault.Invalid,
	} {
		_, err := store.OpenPostgres(t.Context(), dsn, t.TempDir(), time.Now)
		if fault.KindOf(err) != want || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%v", err)
		}
	}
}

// TestAnActTakesFewWaysToTheServer: one for what it reads of its case, and one for all that it writes, with the commit.
func TestAnActTakesFewWaysToTheServer(t *testing.T) {
	t.Parallel()
	s := openPostgres(t, postgrestest.Fresh(t))
	do := func() {
		must(t, s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }))
	}
	do()
	fewest := int64(math.MaxInt64)
	for range 8 { // what goes on beside an act asks the server too, now and then
		before := s.Trips()
		do()
		fewest = min(fewest, s.Trips()-before)
	}
	if fewest > 2 {
		t.Errorf("an act asked the server %d times", fewest)
	}
}

// TestAKeyThatWasReplacedSignsNothingMoreOnAnyNode, and what it signed holds.
func TestAKeyThatWasReplacedSignsNothingMoreOnAnyNode(t *testing.T) {
	t.Parallel()
	dsn, dir := postgrestest.Fresh(t), t.TempDir()
	first, err := store.OpenPostgres(t.Context(), dsn, dir, time.Now)
	must(t, err)
	t.Cleanup(func() { must(t, first.Close()) })
	old := kept{first}
	do := func(s kept) {
		must(t, s.Write(t.Context(), func(w storetest.Writing) error { _, err := storetest.Do(w, "A"); return err }))
	}
	do(old)
	_, err = old.Proof(t.Context(), "A")
	must(t, err)
	held, err := old.Head(t.Context())
	must(t, err)
	replaced, said, err := (store.Place{Dir: t.TempDir(), DSN: dsn}).ReplaceKey(t.Context(), time.Now, func(office.Office) (office.Actor, error) {
		return office.Actor{Operator: true}, nil
	})
	must(t, err)
	t.Cleanup(func() { must(t, replaced.Close()) })
	do(old)
	if _, err := old.Proof(t.Context(), "A"); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "was replaced") {
		t.Errorf("the old key signed: %v", err)
	}
	proof, err := replaced.Proof(t.Context(), "A")
	must(t, err)
	if report, err := journal.CheckProof(proof, said.New); err != nil || len(report.Entries) != 2 {
		t.Errorf("the proof under the new key: %+v, %v", report, err)
	}
	if r := verified(t, kept{replaced}, []byte(held.Note)); len(r.Faults) > 0 || r.Sequenced != 3 {
		t.Errorf("%+v", r)
	}
}

// TestWithoutTheIndexOfWordsCasesAreFoundAndItIsSaid.
func TestWithoutTheIndexOfWordsCasesAreFoundAndItIsSaid(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Fresh(t)
	s := openPostgres(t, dsn)
	for _, indexed := range []bool{true, false} {
		if ok, err := s.Indexed(t.Context()); ok != indexed || err != nil {
			t.Errorf("indexed: %t, %v", ok, err)
		}
		write(t, s, func(tx *store.Tx) error {
			if err := tx.SaveCase(casework.Case{No: fmt.Sprint("C-", indexed), Version: 1, Title: "外事局"}, 0, nil); err != nil {
				return err
			}
			return tx.SaveWords(fmt.Sprint("C-", indexed), []string{"外事局 Lanchuan"}, nil)
		})
		asks(t, dsn, `DROP EXTENSION IF EXISTS pg_trgm CASCADE`)
	}
	for runs, want := range map[string]int{"外事": 2, "事局": 2, "局": 2, "外局": 0, "lanch": 2, "chuan": 0} {
		must(t, s.Store.Read(t.Context(), func(tx *store.Tx) error {
			found, err := tx.Find(casework.Filter{Sight: casework.Everything(), Limit: 10}, []string{runs})
			if len(found) != want {
				t.Errorf("%s finds %d", runs, len(found))
			}
			return err
		}))
	}
}

// TestWordsThatTheServerCannotKeepAreRefusedInWords, and nothing of the act is left.
func TestWordsThatTheServerCannotKeepAreRefusedInWords(t *testing.T) {
	t.Parallel()
	s := openPostgres(t, postgrestest.Fresh(t))
	for what, name := range map[string]string{"a null character": "a\x00b", "a name without end": longName()} {
		err := s.Write(t.Context(), func(w storetest.Writing) error {
			if _, err := storetest.Do(w, "A"); err != nil {
				return err
			}
			return w.SaveRows("A", []register.Row{{Register: "trips", Key: name, Case: "A", From: calendar.MustDay("2026-10-15"), Body: []byte(`{}`)}})
		})
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
	if head, err := s.Head(t.Context()); err != nil || head.Entries != 0 {
		t.Errorf("%+v, %v", head, err)
	}
}

// longName is so long that no index takes it, even packed.
func longName() string {
	var b strings.Builder
	for range 400 {
		b.WriteString(rand.Text())
	}
	return b.String()
}
