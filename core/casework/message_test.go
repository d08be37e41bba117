package casework_test

import (
	"testing"

	"chancery/core/casework"
	"chancery/core/office"
)

// told are the people who are told of the last act of a play, in order, with the acts as they are told.
func (g *play) told(was casework.Case) (to []office.PersonID, kinds []casework.Kind) {
	for _, m := range casework.Messages(g.c, g.events[len(g.events)-1:], was.Tasks(g.w.Procedure), g.c.Tasks(g.w.Procedure), g.w.Office) {
		to, kinds = append(to, m.To), append(kinds, m.Kind)
	}
	return to, kinds
}

// TestAnActTellsThoseToWhomItBringsSomething: a new task is told to its holders, one that stays as it was is not; the
// applicant hears how it was decided, and nobody of his own act.
func TestAnActTellsThoseToWhomItBringsSomething(t *testing.T) {
	t.Parallel()
	g := opened(t, "position", "2026-09-07")
	was := g.c
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	if to, _ := g.told(was); len(to) == 0 {
		t.Error("nobody is told of a submission")
	}
	signers := g.c.Tasks(g.w.Procedure)
	if len(signers) < 2 {
		t.Fatalf("%d units are asked", len(signers))
	}
	first := g.w.Office.Bearers(signers[0].Post, g.w.Day, g.c.Procedure)[0].Person
	was = g.c
	g.does(string(first), casework.Act{Kind: casework.Countersigned, Stance: "agree"})
	if to, _ := g.told(was); len(to) != 0 {
		t.Errorf("one of several signed: %v are told, who had been told", to)
	}
	was = g.c
	g.does(string(first), casework.Act{Kind: casework.Commented, Text: "请知悉", Persons: []office.PersonID{"wenren"}})
	if to, _ := g.told(was); len(to) != 1 || to[0] != "wenren" {
		t.Errorf("a copy is told to %v", to)
	}
	for _, m := range casework.Aside(g.c, g.events) {
		if m.To != "" || m.Case != g.c.No {
			t.Errorf("what programs are told goes to %q", m.To)
		}
	}
}

// TestTheApplicantHearsHowItWasDecided, though no task is left to anybody.
func TestTheApplicantHearsHowItWasDecided(t *testing.T) {
	t.Parallel()
	g := opened(t, "position", "2026-09-07")
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	for len(g.c.Slots) > 0 {
		open := g.c.Tasks(g.w.Procedure)
		g.does(string(g.w.Office.Bearers(open[0].Post, g.w.Day, g.c.Procedure)[0].Person), casework.Act{Kind: casework.Countersigned, Stance: "agree"})
	}
	was := g.c
	g.does("sikong", casework.Act{Kind: casework.RefusedNow, Ground: "no-need", Text: "暂无必要"})
	to, kinds := g.told(was)
	if len(to) != 1 || to[0] != "zhongli" || kinds[0] != casework.RefusedNow {
		t.Errorf("the refusal is told to %v as %v", to, kinds)
	}
}
