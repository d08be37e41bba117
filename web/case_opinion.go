package web

import (
	"slices"
	"strings"

	"chancery/core/casework"
	"chancery/core/procedure"
	"chancery/core/text"
	"chancery/desk"
)

// OpinionLine is one opinion, as it was given.
type OpinionLine struct {
	Who, Office Run
	At          string
	Stance      Tag
	Text        []Run
	Dissent     bool
	// Answer is the form of the reply, where the reader may give it.
	Answer *Form
}

// DecisionLine is a decision with its ground and its conditions.
type DecisionLine struct {
	Outcome    Tag
	Who        Run
	At         string
	Ground     string
	Text       Run
	Conditions []ConditionLine
	Dissent    string
}

// ConditionLine is one condition of an approval.
type ConditionLine struct {
	Text Run
	Met  Tag
	Tick *Form
}

// opinions are what was said: dissent first, with the reply to it, then the
// others, oldest first. Those who agreed without a word share one line.
// Objections of the public stand with the dissent.
func (o offering) opinions() []OpinionLine {
	f, v := o.f, o.v
	out := objections(f, v)
	ordered := make([]int, len(v.Case.Opinions))
	for i := range ordered {
		ordered[i] = i
	}
	slices.SortStableFunc(ordered, func(a, b int) int {
		switch first, second := v.Case.Opinions[a].Dissents(), v.Case.Opinions[b].Dissents(); {
		case first == second:
			return 0
		case first:
			return -1
		default:
			return 1
		}
	})
	var silent []string
	for _, i := range ordered {
		said := v.Case.Opinions[i]
		if said.Stance == procedure.Agree && said.Text == "" && said.Answer == "" {
			silent = append(silent, joined(f, actorName(f, v.People, said.By).Words, said.Title.In(f.Lang)))
			continue
		}
		line := OpinionLine{
			Who: actorName(f, v.People, said.By), Office: f.Run(said.Title.In(f.Lang)), At: f.minute(said.At),
			Stance: stanceTag(f, said.Stance), Text: runsOf(f, said.Text), Dissent: said.Dissents(),
		}
		if said.By.Person == "" { // nobody spoke in time
			line.Who, line.Office = line.Office, Run{}
		}
		if said.By.Person != o.who.Person && said.Text != "" {
			line.Answer = o.answerForm(i, number(i))
		}
		out = append(out, line)
		if said.Answer != "" {
			out = append(out, replyLine(f, v, said.Answer))
		}
	}
	if len(silent) > 0 {
		who := "case.others"
		if len(out) == 0 {
			who = "case.silent"
		}
		out = append(out, OpinionLine{
			Who: Run{Words: f.Say(who, text.Args{"n": len(silent)})}, Stance: stanceTag(f, procedure.Agree),
			Text: []Run{f.Run(strings.Join(silent, f.Say("list.semicolon")))},
		})
	}
	return out
}

// replyLine is a reply to an opinion, with who gave it, as the log knows.
func replyLine(f Frame, v desk.CaseView, reply string) OpinionLine {
	line := OpinionLine{Stance: Tag{"message-circle", "", f.Say("stance.reply")}, Text: runsOf(f, reply)}
	for _, e := range slices.Backward(v.Log) {
		if e.Kind == casework.Answered && e.Text == reply {
			line.Who, line.At = behalf(f, e.Person, e.For), f.minute(e.At)
			break
		}
	}
	return line
}

// objections are those of the public, each with what the examination found.
func objections(f Frame, v desk.CaseView) []OpinionLine {
	var out []OpinionLine
	for _, o := range v.Case.Objections {
		who := Run{Words: f.Say("case.anonymous")}
		if o.By != "" {
			who = f.Run(o.By)
		}
		out = append(out, OpinionLine{
			Who: who, Office: Run{Words: f.Say("case.public")}, At: f.minute(o.At),
			Stance: Tag{"message-circle", "warn", f.Say("stance.objection")}, Text: runsOf(f, o.Text), Dissent: true,
		})
		if o.Resolved {
			word := f.Say("stance.not_upheld")
			if o.Upheld {
				word = f.Say("stance.upheld")
			}
			out = append(out, OpinionLine{
				Who: actorName(f, v.People, o.Examiner), Stance: Tag{"message-circle", "", word}, Text: runsOf(f, o.Finding),
			})
		}
	}
	return out
}

func runsOf(f Frame, words string) []Run {
	if words == "" {
		return nil
	}
	return f.Runs(paragraphs(words))
}

func (o offering) decisions() []DecisionLine {
	f, v := o.f, o.v
	var out []DecisionLine
	for _, d := range v.Case.Decisions {
		line := DecisionLine{
			Outcome: outcomeTag(f, d.Outcome), Who: actorName(f, v.People, d.By), At: f.minute(d.At), Ground: f.ground(d.Ground), Text: f.Run(d.Text),
		}
		if d.Dissent > 0 {
			line.Dissent = f.Say("case.dissent", text.Args{"n": d.Dissent})
		}
		for _, words := range d.Conditions {
			met := Tag{"hourglass", "", f.Say("condition.open")}
			if slices.Contains(v.Case.Conditions, casework.Condition{Text: words, Met: true}) {
				met = Tag{"check", "ok", f.Say("condition.met")}
			}
			kept := ConditionLine{Text: f.Run(words), Met: met}
			if i := slices.Index(v.Case.Conditions, casework.Condition{Text: words}); i >= 0 {
				kept.Tick = o.tick("condition-"+number(i), "")
			}
			line.Conditions = append(line.Conditions, kept)
		}
		out = append(out, line)
	}
	return out
}
