package scene

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
	"chancery/store"
)

func operator(person string) office.Actor {
	return office.Actor{Person: office.PersonID(person), Operator: true}
}

// TestTheOfficeRebuiltFromItsEntriesIsTheOneThatIsKept: a post handed over, authority
// given and ended, a plan, people who come and go, a unit and a post: each leaves
// one entry in the office's own chain, and together they make the office.
func TestTheOfficeRebuiltFromItsEntriesIsTheOneThatIsKept(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-10-15")
	steps := []func() (office.Office, error){
		func() (office.Office, error) {
			return w.desk.AddUnit(w.ctx, operator("sikong"), office.Unit{ID: "archive", Name: text.Text{ZH: "档案室", EN: "Archive"}, Parent: "fao"})
		},
		func() (office.Office, error) {
			return w.desk.AddPost(w.ctx, operator("sikong"), office.Post{ID: "archivist", Name: text.Text{ZH: "档案员", EN: "Archivist"}, Unit: "archive"})
		},
		func() (office.Office, error) {
			return w.desk.Join(w.ctx, operator("sikong"), office.Joining{Person: office.Person{ID: "zhangsun", Name: "长孙原"}, Post: "archivist", From: mustDay("2026-10-15")})
		},
		func() (office.Office, error) {
			return w.desk.Delegate(w.ctx, office.Actor{Person: "nangong"}, office.Delegation{
				Post: "trips-head", From: "nangong", To: "linghu", Since: mustDay("2026-10-16"), Until: mustDay("2026-10-30"), Why: "出差",
			})
		},
		func() (office.Office, error) {
			return w.desk.EndDelegation(w.ctx, office.Actor{Person: "nangong"}, office.Ending{Post: "trips-head", From: "nangong", To: "linghu", On: mustDay("2026-10-20")})
		},
		func() (office.Office, error) {
			return w.desk.SetPlan(w.ctx, operator("sikong"), office.Plan{Unit: "市公安局", Year: 2027, Groups: 3, Source: "澜外办〔2026〕70号"})
		},
		func() (office.Office, error) {
			return w.desk.HandOver(w.ctx, operator("sikong"), office.HandOver{Post: "archivist", From: "zhangsun", To: "linghu", On: mustDay("2026-11-02")})
		},
		func() (office.Office, error) {
			return w.desk.Leave(w.ctx, operator("sikong"), office.Leaving{Person: "zhangsun", Last: mustDay("2026-11-01")})
		},
	}
	for i, step := range steps {
		before := w.entries()
		_, err := step()
		w.must(err)
		if left := w.entries() - before; left != 1 {
			t.Errorf("change %d left %d entries", i, left)
		}
	}
	w.must(w.store.Read(w.ctx, func(tx *store.Tx) error {
		entries, err := tx.Entries(office.Chain)
		if err != nil {
			return err
		}
		made, err := desk.RebuildOffice(entries)
		if err != nil {
			return err
		}
		kept, err := tx.Office()
		if err != nil {
			return err
		}
		a, _ := journal.Canonical(made)
		b, _ := journal.Canonical(kept)
		if string(a) != string(b) || len(entries) != len(steps)+1 {
			t.Errorf("%d entries make\n%s\nand kept is\n%s", len(entries), a, b)
		}
		return nil
	}))
	report, err := verified(t, w.store)
	if err != nil || len(report.Faults) > 0 {
		t.Errorf("the journal does not hold: %+v, %v", report.Faults, err)
	}
	w.day("2026-11-02")
	if _, err := w.desk.Who(w.ctx, "长孙原"); fault.KindOf(err) != fault.NotAllowed {
		t.Errorf("who has left still acts: %v", err)
	}
}

// TestVerifyFindsAnOfficeThatWasChangedBehindItsRecord (S-10).
func TestVerifyFindsAnOfficeThatWasChangedBehindItsRecord(t *testing.T) {
	inFile(t)
	t.Parallel()
	w := begin(t, "2026-10-15")
	w.must(w.store.Close())
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "chancery.db"))
	w.must(err)
	_, err = db.ExecContext(w.ctx, `UPDATE office SET body = REPLACE(body, '"person":"ouyang","post":"supervision"', '"person":"wenren","post":"supervision"')`)
	w.must(err)
	w.must(db.Close())
	report, err := verified(t, reopened(t, w.dir))
	w.must(err)
	if len(report.Faults) != 1 || report.Faults[0].Kind != "row" {
		t.Errorf("%+v", report.Faults)
	}
}

// TestNobodyLeavesWhoStillHoldsSomething: posts, authority, tasks and documents are
// named, and each has to be given away first.
func TestNobodyLeavesWhoStillHoldsSomething(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	leave := func(person, because string) {
		t.Helper()
		_, err := w.desk.Leave(w.ctx, operator("sikong"), office.Leaving{Person: office.PersonID(person), Last: w.today()})
		if because == "" {
			w.must(err)
			return
		}
		said := ""
		for _, f := range fault.All(err) {
			said += f.Text.ZH
		}
		if fault.KindOf(err) != fault.Conflict || !strings.Contains(said, because) {
			t.Errorf("%s leaves: %v, want a refusal that names %s", person, err, because)
		}
	}
	leave("dongfang", "出国管理处专办员")
	leave("linghu", "闻人澜") // stands in for the deputy in October
	w.toDeparture()
	leave("zhongli", w.no) // his tasks before the departure
	w.day("2026-10-15")
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	_, err := w.desk.HandOver(w.ctx, operator("sikong"), office.HandOver{Post: "port-technical", From: "murong", To: "yuwen", On: mustDay("2026-10-15")})
	w.must(err)
	leave("murong", "证照")
	leave("linghu", "")
}

// TestOnlyTheOwnAuthorityIsGivenAway: whoever is not the operator changes nothing else.
func TestOnlyTheOwnAuthorityIsGivenAway(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-10-15")
	before := w.entries()
	_, err := w.desk.Delegate(w.ctx, office.Actor{Person: "linghu"}, office.Delegation{
		Post: "trips-head", From: "nangong", To: "linghu", Since: mustDay("2026-10-16"), Until: mustDay("2026-10-30"),
	})
	if fault.KindOf(err) != fault.NotAllowed {
		t.Errorf("authority of another was taken: %v", err)
	}
	if _, err = w.desk.SetPlan(w.ctx, office.Actor{Person: "nangong"}, office.Plan{Unit: "市公安局", Year: 2027, Groups: 3, Source: "计划"}); fault.KindOf(err) != fault.NotAllowed {
		t.Errorf("a plan was set by a head of division: %v", err)
	}
	if n := w.entries() - before; n != 0 {
		t.Errorf("what was refused left %d entries", n)
	}
}
