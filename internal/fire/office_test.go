package fire

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/office"
	"chancery/desk"
	"chancery/library"
	"chancery/store"
)

const compliant = "rulebooks/cn-national/examples/compliant.yaml"

var shipped = sync.OnceValues(func() (*desk.Library, error) { return desk.LoadLibrary(library.FS) })

// house is the invented office, opened by the test itself beside the nodes.
type house struct {
	*testing.T
	store *store.Store
	desk  *desk.Desk
	dir   string
}

// opens opens a place by a clock.
func opens(t *testing.T, place store.Place, clock func() time.Time) *house {
	t.Helper()
	lib, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	s, err := place.Open(t.Context(), clock)
	if err != nil {
		t.Fatal(err)
	}
	return &house{T: t, store: s, desk: desk.New(desk.Kept(s), lib), dir: place.Dir}
}

// founds gives a new place its office, and 钟离牧 an account.
func (h *house) founds() {
	h.Helper()
	data, err := library.FS.ReadFile("demo/office.yaml")
	h.must(err)
	o, err := office.Read("office.yaml", data)
	h.must(err)
	h.must(h.desk.Found(h.Context(), o))
	h.must(h.desk.Settlers(h.Context(), rand.Text(), []desk.Newcomer{{Person: "zhongli"}}))
}

// token makes a token of 钟离牧.
func (h *house) token() string {
	h.Helper()
	word := account.TokenPrefix + rand.Text() + rand.Text()
	h.must(h.store.Write(h.Context(), func(t *store.Tx) error {
		a, _, err := t.AccountOf("zhongli")
		if err != nil {
			return err
		}
		one, err := account.NewToken(account.Personal, "a program", []account.Scope{account.ScopeRead, account.ScopeFile, account.ScopeAct}, 90, t.Now())
		if err != nil {
			return err
		}
		one.ID, one.Account, one.Hash, one.Strong = rand.Text(), a.ID, sha256.Sum256([]byte(word)), true
		return t.SaveToken(one)
	}))
	return word
}

func (h *house) application() form.Application {
	h.Helper()
	data, err := library.FS.ReadFile(compliant)
	h.must(err)
	a, err := h.desk.Library().ReadApplication(compliant, data)
	h.must(err)
	return a
}

// awaited files and submits cases in which time has much to do, and gives their numbers.
func (h *house) awaited(n int) []string {
	h.Helper()
	actor, a := office.Actor{Person: "zhongli"}, h.application()
	out := make([]string, 0, n)
	for range n {
		c, err := h.desk.File(h.Context(), actor, desk.Filing{Application: a})
		h.must(err)
		_, err = h.desk.Do(h.Context(), actor, c.No, "", casework.Act{Kind: casework.Submitted, Seen: c.Version})
		h.must(err)
		out = append(out, c.No)
	}
	return out
}

// history is what happened in a case, in a line.
func (h *house) history(no string) string {
	h.Helper()
	var kinds []string
	h.must(h.store.Read(h.Context(), func(t *store.Tx) error {
		entries, err := t.Entries(no)
		for _, e := range entries {
			kinds = append(kinds, e.Kind)
		}
		return err
	}))
	return fmt.Sprint(kinds)
}

// holds verifies the record.
func (h *house) holds() {
	h.Helper()
	rebuild, err := h.desk.Standings(h.Context())
	h.must(err)
	report, err := h.store.Verify(h.Context(), rebuild, nil)
	h.must(err)
	if len(report.Faults) > 0 || report.Entries != report.Sequenced {
		h.Errorf("the journal does not hold: %d entries, %d in the tree, %+v", report.Entries, report.Sequenced, report.Faults[:min(5, len(report.Faults))])
	}
	h.Logf("the journal holds: %d entries", report.Entries)
}

// numbers wants the numbers of all cases to be given once and without gaps.
func (h *house) numbers() []string {
	h.Helper()
	var all []string
	h.must(h.store.Read(h.Context(), func(t *store.Tx) error {
		cases, err := t.Cases(casework.Filter{Sight: casework.Everything()})
		for _, c := range cases {
			all = append(all, c.No)
		}
		return err
	}))
	place := func(no string) int {
		n, err := strconv.Atoi(no[strings.LastIndexByte(no, '-')+1:])
		h.must(err)
		return n
	}
	slices.SortFunc(all, func(a, b string) int { return place(a) - place(b) })
	for i, no := range all {
		if place(no) != place(all[0])+i {
			h.Errorf("the number %s stands at place %d", no, i+1)
			break
		}
	}
	return all
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}
