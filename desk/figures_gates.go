package desk

import (
	"slices"

	"chancery/core/casework"
	"chancery/core/procedure"
	"chancery/core/text"
)

// GateCount says of one step up to the decision how many of the cases submitted came so far, and which of them ended or wait there.
// The denominator of all steps is the same: Refusals.Submitted.
type GateCount struct {
	Step    string    `json:"step"`
	Title   text.Text `json:"title"`
	Reached int       `json:"reached"`
	// Refused, Withdrawn and Waiting are the numbers of the cases, as they stand on paper. Withdrawn are those that were withdrawn
	// or cancelled before they were decided; a case that was sent back waits at the step that sent it.
	Refused   []string `json:"refused"`
	Withdrawn []string `json:"withdrawn"`
	Waiting   []string `json:"waiting"`
}

// The ways in which a case is counted at a gate; GatePassed: it was approved, whatever came of it afterwards.
const (
	GateRefused   = "refused"
	GateWithdrawn = "withdrawn"
	GateWaiting   = "waiting"
	GatePassed    = "passed"
)

// gates counts, step by step up to the decision, where cases of a procedure came to.
func gates(p procedure.Procedure, all []CountedCase) []GateCount {
	out := []GateCount{}
	for _, s := range p.Steps {
		out = append(out, GateCount{Step: s.ID, Title: s.Title, Refused: []string{}, Withdrawn: []string{}, Waiting: []string{}})
		if s.Kind == procedure.Decision {
			break
		}
	}
	for _, c := range all {
		at := slices.IndexFunc(out, func(g GateCount) bool { return g.Step == c.Gate })
		if c.Came == GatePassed {
			at = len(out) - 1
		}
		for i := range out[:at+1] {
			out[i].Reached++
		}
		if at < 0 {
			continue
		}
		switch g := &out[at]; c.Came {
		case GateRefused:
			g.Refused = append(g.Refused, c.Number.ZH)
		case GateWithdrawn:
			g.Withdrawn = append(g.Withdrawn, c.Number.ZH)
		case GateWaiting:
			g.Waiting = append(g.Waiting, c.Number.ZH)
		}
	}
	return out
}

// gateOf is the step up to the decision at which a case ended or waits, and how; for one that was approved, the decision.
func gateOf(p procedure.Procedure, c casework.Case) (gate, came string) {
	last, _ := p.OfKind(procedure.Decision)
	gate = c.Step
	if c.State == casework.Returned && c.ReturnedFrom != "" {
		gate = c.ReturnedFrom
	}
	at := func(step string) int {
		return slices.IndexFunc(p.Steps, func(s procedure.Step) bool { return s.ID == step })
	}
	if at(gate) > at(last.ID) {
		gate = last.ID
	}
	switch {
	case refusedByPerson(c):
		return last.ID, GateRefused
	case len(c.Decisions) > 0 && approvedOnce(c):
		return last.ID, GatePassed
	case c.State.Ended():
		return gate, GateWithdrawn
	}
	return gate, GateWaiting
}

// approvedOnce says that the case was approved, whatever came of it.
func approvedOnce(c casework.Case) bool {
	return slices.ContainsFunc(c.Decisions, func(d casework.Decision) bool {
		return d.Outcome == casework.OutcomeApproved || d.Outcome == casework.OutcomeCondition || d.Outcome == casework.OutcomeReduced
	})
}
