package web

import (
	"reflect"
	"strconv"
	"strings"

	"chancery/core/place"
	"chancery/core/rule"
	"chancery/core/text"
)

// Tag is a state or a stance: an icon and a word, never a colour alone.
type Tag struct {
	Icon string
	Tone string // ok, warn, stop, judge, pri or none
	Word string
}

// Due is a deadline as it is drawn: strokes for the working days left, and words.
type Due struct {
	// Tone is "" for time enough, "soon" for two working days or fewer, "hot" for today or over.
	Tone    string
	Strokes int // of five; none are drawn when Bare
	Bare    bool
	Words   string
	// Day is the day itself, in words.
	Day string
}

// dueIn draws the working days that are left; below zero they are over.
func dueIn(f Frame, left int, provisional bool) Due {
	var d Due
	switch {
	case left < 0:
		d = Due{Tone: "hot", Strokes: 5, Words: f.Say("due.over", text.Args{"n": -left})}
	case left == 0:
		d = Due{Tone: "hot", Bare: true, Words: f.Say("due.today")}
	case left <= 2:
		d = Due{Tone: "soon", Strokes: left, Words: f.Say("due.left", text.Args{"n": left})}
	default:
		d = Due{Strokes: min(left, 5), Words: f.Say("due.left", text.Args{"n": left})}
	}
	if provisional {
		d.Words += f.Say("due.provisional")
	}
	return d
}

// Citation names the article that a statement rests on and opens it as it stood that day.
type Citation struct {
	Words string
	Since string
	Href  string
	Hint  string
}

// Source is a document and the article in it.
type Source struct {
	Document Run
	Article  string
}

// source says where an article stands. Books name the article by its number,
// "?" while nobody has seen it.
func source(f Frame, document, article string) Source {
	s := Source{Document: f.Run(document), Article: article}
	if _, err := strconv.Atoi(article); err == nil {
		s.Article = f.Say("article.number", text.Args{"n": article})
	}
	if article == "?" || article == "" {
		s.Article = f.Say("article.number_unknown")
	}
	return s
}

// citation makes a citation out of what a rule says of itself.
func citation(f Frame, ruleID string, c rule.Cite) Citation {
	since := c.InForceFrom.String()
	hint := f.Say("cite.hint", text.Args{"document": c.Document, "article": source(f, "", c.Article).Article, "since": since})
	if c.AssumedDay {
		hint += f.Say("cite.assumed")
	}
	words := c.Title.In(f.Lang)
	if words == "" {
		words = c.Article
	}
	return Citation{
		Words: ruleID + " " + words, Since: since, Hint: hint,
		Href: articleHref(c.Book, ruleID, c.InForceFrom),
	}
}

// FindingLine is one finding as a reader meets it.
type FindingLine struct {
	Rule string
	// Href leads to the field that the finding is about, on a page that has it.
	Href   string
	Status string // ok, warn, judge, missing, stop
	Icon   string
	Word   string
	Say    Run
	How    Run
	Needs  Run
	About  []Run
	Cite   Citation
	Source Source
	Gauge  *Gauge
	Also   []AlsoLine
	// Provisional says that it rests on a year whose holidays are not announced.
	Provisional bool
}

// AlsoLine is an article of another layer that speaks to the same matter.
type AlsoLine struct {
	Word string
	Cite Citation
}

// Gauge is a measured count against its limit, drawn in strokes.
type Gauge struct {
	Within, Over, Free int
	Words              string
}

func findingLine(f Frame, x rule.Finding) FindingLine {
	mark := statusMark(f, x.Status)
	line := FindingLine{
		Rule: x.Rule, Status: string(x.Status), Icon: mark.Icon, Word: mark.Word,
		Say: f.of(x.Say), How: f.of(x.How), Needs: f.of(x.Needs),
		About: subjects(f, x.Subjects), Cite: citation(f, x.Rule, x.Cite),
		Source: source(f, x.Cite.Document, x.Cite.Article),
		Gauge:  gauge(f, x), Provisional: x.Provisional,
	}
	for _, a := range x.Also {
		line.Also = append(line.Also, AlsoLine{Word: statusMark(f, a.Status).Word, Cite: citation(f, a.Rule, a.Cite)})
	}
	return line
}

// subjects name those that a finding is about: persons, and stays by their place and city.
func subjects(f Frame, all []string) []Run {
	out := make([]Run, len(all))
	for i, subject := range all {
		code, city, _ := strings.Cut(subject, " ")
		said, _ := f.coded.Say(reflect.TypeFor[place.Code](), code)
		if name := said.In(f.Lang); name != code {
			out[i] = f.Run(joined(f, name, city))
			continue
		}
		out[i] = f.person(subject)
	}
	return out
}

// gauge draws small whole numbers only: beyond twelve strokes nobody counts.
func gauge(f Frame, x rule.Finding) *Gauge {
	if x.Measured == nil || x.Limit == nil || x.Measured.Unit != x.Limit.Unit {
		return nil
	}
	measured, errM := strconv.Atoi(x.Measured.Value)
	limit, errL := strconv.Atoi(x.Limit.Value)
	if errM != nil || errL != nil || measured < 0 || limit < 1 || max(measured, limit) > 12 || measured <= limit && x.Status != rule.OK {
		return nil
	}
	return &Gauge{
		Within: min(measured, limit), Over: max(measured-limit, 0), Free: max(limit-measured, 0),
		Words: f.Say("gauge.words", text.Args{"measured": measured, "limit": limit}),
	}
}

// statusMark is the icon and the word of a finding's status.
func statusMark(f Frame, s rule.Status) Tag {
	switch s {
	case rule.Stop:
		return Tag{"circle-x", "stop", f.Say("status.stop")}
	case rule.Missing:
		return Tag{"circle-dashed", "missing", f.Say("status.missing")}
	case rule.Judge:
		return Tag{"scale", "judge", f.Say("status.judge")}
	case rule.Warn:
		return Tag{"alert-triangle", "warn", f.Say("status.warn")}
	case rule.OK:
		return Tag{"circle-check", "ok", f.Say("status.ok")}
	}
	return Tag{"circle-dashed", "", string(s)}
}

// Findings are findings in the order in which they matter: what stops first,
// what is met last and apart.
type Findings struct {
	Open []FindingLine
	Met  []FindingLine
	// Counts by status.
	Stops, Missing, Judges, Warns int
}

func findings(f Frame, all []rule.Finding) Findings {
	var out Findings
	for _, status := range []rule.Status{rule.Stop, rule.Missing, rule.Judge, rule.Warn, rule.OK} {
		for _, x := range all {
			if x.Status != status {
				continue
			}
			line := findingLine(f, x)
			switch status {
			case rule.Stop:
				out.Stops++
			case rule.Missing:
				out.Missing++
			case rule.Judge:
				out.Judges++
			case rule.Warn:
				out.Warns++
			case rule.OK:
				out.Met = append(out.Met, line)
				continue
			}
			out.Open = append(out.Open, line)
		}
	}
	return out
}

// counts says in one sentence how many findings there are of each kind; what
// there is none of is not named, except what is met.
func (x Findings) counts(f Frame) string {
	var parts []string
	for _, c := range []struct {
		n   int
		key string
	}{{x.Stops, "count.stop"}, {x.Missing, "count.missing"}, {x.Judges, "count.judge"}, {x.Warns, "count.warn"}} {
		if c.n > 0 {
			parts = append(parts, f.Say(c.key, text.Args{"n": c.n}))
		}
	}
	parts = append(parts, f.Say("count.ok", text.Args{"n": len(x.Met)}))
	if f.Lang == text.EN {
		return text.Join(parts, text.EN)
	}
	joined := ""
	for i, p := range parts {
		if i > 0 {
			joined += "，"
		}
		joined += p
	}
	return joined
}

func pressed(on bool) string { return strconv.FormatBool(on) }
