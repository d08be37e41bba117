package web

import (
	"net/url"

	"chancery/core/text"
	"chancery/desk"
)

// strokesAtMost is how many cases are drawn as a stroke each.
const strokesAtMost = 40

// gates shows at which step cases were stopped, and the cases behind the number that the address names.
func (p *RefusalsPage) gates(v desk.Refusals, q desk.Quarter, asked url.Values) {
	titles := map[string]string{}
	for _, g := range v.Gates {
		titles[g.Step] = g.Title.In(p.Lang)
		row := GateRow{Title: g.Title.In(p.Lang), Reached: number(g.Reached), All: number(v.Submitted)}
		row.Refused = p.gateCell(q, g.Step, row.Title, desk.GateRefused, len(g.Refused))
		row.Withdrawn = p.gateCell(q, g.Step, row.Title, desk.GateWithdrawn, len(g.Withdrawn))
		row.Waiting = p.gateCell(q, g.Step, row.Title, desk.GateWaiting, len(g.Waiting))
		p.Gates = append(p.Gates, row)
	}
	passed := 0
	for _, c := range v.All {
		if c.Came == desk.GatePassed {
			passed++
		}
	}
	p.Passed = p.gateCell(q, "", "", desk.GatePassed, passed)
	step, came := asked.Get("step"), asked.Get("came")
	title, known := titles[step]
	switch came {
	case desk.GatePassed:
		title = p.cameWord(came)
	case desk.GateRefused, desk.GateWithdrawn, desk.GateWaiting:
		title = joined(p.Frame, title, p.cameWord(came))
	default:
		known = false
	}
	if !known && came != desk.GatePassed {
		return
	}
	picked := PickedCases{Title: title}
	for _, c := range v.All {
		if c.Came == came && (came == desk.GatePassed || c.Gate == step) {
			picked.Rows = append(picked.Rows, PickedRow{
				No: p.Run(c.Number.In(p.Lang)), Title: p.title(c.Title, c.Called), Unit: p.unit(c.Unit), Href: "/cases/" + pathPart(c.No), State: stateTag(p.Frame, c.State),
			})
		}
	}
	picked.Count = p.Say("gates.of", text.Args{"n": len(picked.Rows), "of": v.Submitted})
	p.Picked = &picked
}

func (p *RefusalsPage) gateCell(q desk.Quarter, step, title, came string, n int) GateCell {
	cell := GateCell{Count: number(n)}
	if n > 0 {
		cell.Href = "/figures/refusals?" + url.Values{"quarter": {q.String()}, "step": {step}, "came": {came}}.Encode() + "#picked"
		cell.Spoken = p.cameWord(came) + p.Say("list.colon") + number(n)
		if title != "" {
			cell.Spoken = title + p.Say("list.comma") + cell.Spoken
		}
	}
	if n <= strokesAtMost {
		cell.Strokes = n
	}
	return cell
}

// cameWord says how a case is counted at a gate.
func (p *RefusalsPage) cameWord(came string) string {
	switch came {
	case desk.GateRefused:
		return p.Say("refusals.kind.0")
	case desk.GateWithdrawn:
		return p.Say("refusals.kind.3")
	case desk.GatePassed:
		return p.Say("gates.passed")
	}
	return p.Say("refusals.kind.4")
}
