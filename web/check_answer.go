package web

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"chancery/core/rule"
	"chancery/core/text"
)

// CheckAnswer is the verdict with everything it rests on.
type CheckAnswer struct {
	Status, Icon  string
	Verdict       string
	Counts, Basis string
	Findings      Findings
	Alternatives  []AlternativeLine
	Later         []LaterGate
	Drafts        []string
	Unanswered    []string
	Trip          *TripFigures
	Timeline      *Timeline
}

// AlternativeLine is a nearby application that would pass, ready to be taken.
type AlternativeLine struct {
	Say, Cost string
	Verdict   Tag
	// Patch is what taking it changes, as a JSON Patch.
	Patch string
	Best  bool
}

// LaterGate is what will be asked at a later gate.
type LaterGate struct {
	Gate string
	Asks []string
}

// checkAnswer sets out an answer of the rules for the panel.
func (s *Site) checkAnswer(f Frame, a rule.Answer) *CheckAnswer {
	out := &CheckAnswer{Status: string(a.Verdict), Findings: findings(f, a.Findings), Trip: s.tripFigures(f, a.Derived)}
	n := out.Findings
	switch a.Verdict {
	case rule.Stop:
		out.Icon, out.Verdict = "alert-octagon", f.Say("verdict.stop")
	case rule.Missing:
		out.Icon, out.Verdict = "circle-dashed", f.Say("verdict.missing")
	case rule.Judge:
		out.Icon, out.Verdict = "scale", f.Say("verdict.judge", text.Args{"n": n.Judges})
	case rule.Warn:
		out.Icon, out.Verdict = "alert-triangle", f.Say("verdict.warn", text.Args{"n": n.Warns})
	case rule.OK:
		out.Icon, out.Verdict = "circle-check", f.Say("verdict.ok")
	}
	var books []string
	for _, b := range a.Books {
		title := b.Name
		if book, ok := s.rules.Find(b.Name); ok {
			title = book.Title.In(f.Lang)
		}
		books = append(books, title+" "+b.Edition)
	}
	out.Counts = n.counts(f)
	out.Basis = f.Say("check.basis", text.Args{"day": a.Day.String(), "gate": gateWord(f, a.Gate), "books": books})
	for i, alt := range a.Alternatives {
		patch, err := json.Marshal(alt.Changes)
		if err != nil {
			continue // a change that cannot be written cannot be taken
		}
		out.Alternatives = append(out.Alternatives, AlternativeLine{
			Say: f.of(alt.Say).Words, Cost: costInWords(f, alt.Cost), Verdict: statusMark(f, alt.Verdict), Patch: string(patch), Best: i == 0,
		})
	}
	for _, d := range a.Drafts {
		words := d.Title.In(f.Lang)
		if strings.ToUpper(d.Rule) == d.Rule { // an article; the name of a parameter says nothing to people
			words = d.Rule + " " + words
		}
		out.Drafts = append(out.Drafts, words)
	}
	for _, u := range a.Unanswered {
		out.Unanswered = append(out.Unanswered, u.Rule+" "+u.Title.In(f.Lang))
	}
	for _, l := range a.Later {
		gate := gateWord(f, l.Gate)
		i := slices.IndexFunc(out.Later, func(g LaterGate) bool { return g.Gate == gate })
		if i < 0 {
			out.Later = append(out.Later, LaterGate{Gate: gate})
			i = len(out.Later) - 1
		}
		out.Later[i].Asks = append(out.Later[i].Asks, l.Rule+" "+l.Asks.In(f.Lang))
	}
	return out
}

func gateWord(f Frame, g rule.Gate) string {
	switch g {
	case rule.Application:
		return f.Say("gate.application")
	case rule.NoticeGate:
		return f.Say("gate.notice")
	case rule.Approval:
		return f.Say("gate.approval")
	case rule.Departure:
		return f.Say("gate.departure")
	case rule.Return:
		return f.Say("gate.return")
	case rule.Settlement:
		return f.Say("gate.settlement")
	}
	return string(g)
}

// costInWords says what an alternative gives up, in a fixed order.
func costInWords(f Frame, cost map[string]int) string {
	var parts []string
	for _, unit := range slices.Sorted(maps.Keys(cost)) {
		n := cost[unit]
		if n == 0 {
			continue
		}
		switch unit {
		case "days":
			parts = append(parts, signed(f, n, "cost.days_less", "cost.days_more"))
		case "people":
			parts = append(parts, signed(f, n, "cost.people_less", "cost.people_more"))
		case "stays":
			parts = append(parts, signed(f, n, "cost.stays_less", "cost.stays_more"))
		case "working_days":
			parts = append(parts, f.Say("cost.waiting", text.Args{"n": n}))
		case "track":
			parts = append(parts, f.Say("cost.track"))
		default:
			parts = append(parts, f.Say("cost.other", text.Args{"unit": unit, "n": n}))
		}
	}
	if len(parts) == 0 {
		return f.Say("cost.none")
	}
	return text.Join(parts, f.Lang)
}

func signed(f Frame, n int, less, more string) string {
	if n < 0 {
		return f.Say(less, text.Args{"n": -n})
	}
	return f.Say(more, text.Args{"n": n})
}

// panelTone rims the panel when a submission would be stopped.
func panelTone(p CheckPage) string {
	if p.Answer == nil || p.Answer.Status == string(rule.Stop) || p.Answer.Status == string(rule.Missing) {
		return "stop"
	}
	return ""
}
