package store

import (
	"chancery/core/casework"
	"chancery/core/office"
)

// memory is what the acts before left behind where nobody else writes: an act need not ask again. It holds what the
// transaction holds, so that all of it goes when anything is undone.
type memory struct {
	version    *int64 // of the office; nil: it is to be asked
	last       int64  // the place of the last entry; zero: it is to be asked
	cases      map[string]remembered
	clearances map[office.PersonID]clearance
	hooked     *bool // whether anybody outside is told what happens; nil: it is to be asked
}

type remembered struct {
	c   casework.Case
	end end
}

// clearance is up to which mark an account may read; ok: there is one.
type clearance struct {
	mark office.Mark
	ok   bool
}

// rememberedAtMost is how many cases, and how many clearances, are remembered.
const rememberedAtMost = 256

// forget forgets everything: something was undone.
func (m *memory) forget() { *m = memory{} }

func (m *memory) caseOf(no string) (casework.Case, end, bool) {
	if m == nil {
		return casework.Case{}, end{}, false
	}
	r, ok := m.cases[no]
	return r.c.Copy(), r.end, ok
}

func (m *memory) keepCase(c casework.Case, e end) {
	if m == nil {
		return
	}
	if m.cases == nil || len(m.cases) >= rememberedAtMost {
		m.cases = map[string]remembered{}
	}
	c.Before = nil // not kept in the database either
	m.cases[c.No] = remembered{c.Copy(), e}
}

func (m *memory) clearanceOf(person office.PersonID) (c clearance, known bool) {
	if m == nil {
		return c, false
	}
	c, known = m.clearances[person]
	return c, known
}

func (m *memory) keepClearance(person office.PersonID, c clearance) {
	if m == nil {
		return
	}
	if m.clearances == nil || len(m.clearances) >= rememberedAtMost {
		m.clearances = map[office.PersonID]clearance{}
	}
	m.clearances[person] = c
}

// forgetCase forgets a case that an entry was written in; with the case it is remembered again.
func (m *memory) forgetCase(no string) {
	if m != nil {
		delete(m.cases, no)
	}
}

func (m *memory) forgetClearances() {
	if m != nil {
		m.clearances = nil
	}
}

func (m *memory) isHooked() *bool {
	if m == nil {
		return nil
	}
	return m.hooked
}

func (m *memory) keepHooked(yes *bool) {
	if m != nil {
		m.hooked = yes
	}
}
