package web

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/rule"
	"chancery/core/text"
)

// ArticlePage is one article: its words, where it comes from and what it measures by.
type ArticlePage struct {
	Frame
	Book, BookHref string
	ID, Heading    string
	Paragraphs     []string
	Note           string
	Facts          []Fact
	Asked          string
	Editions       []EditionLine
	Parameters     []ParameterPart
	Check          *CheckText
	Compared       *Compared
	Tree           []TreePart
	Cited          CitedPart
}

// EditionLine is the article over one span of days.
type EditionLine struct {
	Since, Until     string
	From             Source
	Confidence, Note string
	Source           string
	State            Tag
	Current          bool
}

// ParameterPart is a number or word of the rules with its values from day to day.
type ParameterPart struct {
	Name, Title, Tighter string
	Values               []ValueLine
}

// ValueLine is what a parameter is worth from a day on.
type ValueLine struct {
	Since, Value, Source, Confidence string
	Current                          bool
}

// CheckText is the expression by which the machine checks, as it stands in the book.
type CheckText struct{ Applies, Measure, Limit string }

// articleShow opens one article as it stood on a day.
func (s *Site) articleShow(w http.ResponseWriter, r *http.Request) error {
	f := s.frame(w, r)
	book, ok := s.rules.Find(r.PathValue("book"))
	i := slices.IndexFunc(book.Articles, func(a rule.Article) bool { return a.ID == r.PathValue("article") })
	if !ok || i < 0 {
		return refusal{status: http.StatusNotFound, key: "fault.no_article"}
	}
	article := book.Articles[i]
	on := latestEdition(article).From
	if asked := r.URL.Query().Get("on"); asked != "" {
		day, err := calendar.ParseDay(asked)
		if err != nil {
			return fault.New(fault.Invalid, "on", f.words.Say("check.on.wrong", text.Args{"day": asked}))
		}
		on = day
	}
	page := ArticlePage{
		Frame: f, Book: book.Title.In(f.Lang), BookHref: "/rulebook#" + book.Name,
		ID: article.ID, Heading: article.Title.In(f.Lang), Paragraphs: paragraphs(article.Text.In(f.Lang)), Note: article.Note.In(f.Lang),
		Asked: f.Say("article.on", text.Args{"day": f.day(on)}),
		Facts: []Fact{
			{Label: f.Say("article.book"), Value: []Run{{Words: joined(f, book.Title.In(f.Lang), book.Issuer.In(f.Lang), levelWord(f, book.Level))}}},
			{Label: f.Say("article.kind"), Value: []Run{{Words: kindWord(f, article.Kind)}}},
			{Label: f.Say("article.gate"), Value: []Run{{Words: gateWord(f, article.Gate)}}},
			{Label: f.Say("article.scope"), Value: []Run{{Words: scopeWord(f, article.Scope)}}},
		},
	}
	page.Here, page.Title = "rulebook", article.ID+" "+page.Heading
	now, _ := article.On(on)
	for _, e := range article.Editions {
		line := EditionLine{
			Since: e.From.String(), From: source(f, e.Document, e.Article), Source: e.Source, Note: e.Note.In(f.Lang),
			Confidence: confidenceWord(f, e.Confidence), State: editionTag(f, e), Current: e.From == now.From,
		}
		if e.AssumedDay {
			line.Confidence += f.Say("cite.assumed")
		}
		if !e.Until.IsZero() {
			line.Until = e.Until.String()
		}
		page.Editions = append(page.Editions, line)
	}
	page.Parameters = parameters(f, s.visibleParameters(book), article, on)
	if m := article.Measure; m != nil || article.Applies != "" {
		page.Check = &CheckText{Applies: article.Applies}
		if m != nil {
			page.Check.Measure, page.Check.Limit = m.Value, m.Limit
		}
	}
	spoken := spokenOf(s.visibleParameters(book), article)
	var err error
	if page.Compared, err = compared(f, article, spoken, on, r.URL.Query().Get("with")); err != nil {
		return err
	}
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	if page.Cited, err = s.cited(f, r, who, book.Name, article.ID); err != nil {
		return err
	}
	page.Tree = s.tree(f, book.Name, article.ID)
	return s.show(w, r, articleShow(page))
}

// visibleParameters are the book's own and, for the rest, those of the other
// books of its procedure, from the top layer down.
func (s *Site) visibleParameters(b rule.Book) []rule.Parameter {
	all := slices.Clone(b.Parameters)
	for _, other := range s.rules.All() {
		if other.Procedure != b.Procedure || other.Name == b.Name {
			continue
		}
		for _, p := range other.Parameters {
			if !slices.ContainsFunc(all, func(q rule.Parameter) bool { return q.Name == p.Name }) {
				all = append(all, p)
			}
		}
	}
	return all
}

// parameters are those that the article names, with their values from day to day.
func parameters(f Frame, all []rule.Parameter, a rule.Article, on calendar.Day) []ParameterPart {
	var out []ParameterPart
	for _, p := range all {
		if !speaksOf(a, p.Name) {
			continue
		}
		part := ParameterPart{Name: p.Name, Title: p.Title.In(f.Lang)}
		switch p.Tighter {
		case "lower":
			part.Tighter = f.Say("parameter.lower")
		case "higher":
			part.Tighter = f.Say("parameter.higher")
		}
		now, _ := p.On(on)
		for _, v := range p.Values {
			line := ValueLine{
				Since: v.From.String(), Value: valueWords(f, v.Value, p.Unit), Source: v.Source,
				Confidence: confidenceWord(f, v.Confidence), Current: v.From == now.From && v.Confidence != rule.Unconfirmed,
			}
			if v.AssumedDay {
				line.Confidence += f.Say("cite.assumed")
			}
			part.Values = append(part.Values, line)
		}
		out = append(out, part)
	}
	return out
}

func valueWords(f Frame, v any, unit string) string {
	words := fmt.Sprint(v)
	if list, ok := v.([]any); ok {
		all := make([]string, len(list))
		for i, e := range list {
			all[i] = fmt.Sprint(e)
		}
		words = text.Join(all, f.Lang)
	}
	switch unit {
	case "", "count":
		return words
	case "day":
		return f.Say("unit.day", text.Args{"n": words})
	case "working-day":
		return f.Say("unit.working_day", text.Args{"n": words})
	case "month":
		return f.Say("unit.month", text.Args{"n": words})
	case "person":
		return f.Say("unit.person", text.Args{"n": words})
	case "country":
		return f.Say("unit.country", text.Args{"n": words})
	case "trip":
		return f.Say("unit.trip", text.Args{"n": words})
	case "year":
		return f.Say("unit.year", text.Args{"n": words})
	}
	return words + " " + unit
}

func kindWord(f Frame, k rule.ArticleKind) string {
	switch k {
	case "limit":
		return f.Say("kind.limit")
	case "prohibition":
		return f.Say("kind.prohibition")
	case "paper":
		return f.Say("kind.paper")
	case "sequence":
		return f.Say("kind.sequence")
	case "money":
		return f.Say("kind.money")
	case "derivation":
		return f.Say("kind.derivation")
	case "duty":
		return f.Say("kind.duty")
	}
	return string(k)
}

func scopeWord(f Frame, s rule.Scope) string {
	switch s {
	case "person":
		return f.Say("scope.person")
	case "stay":
		return f.Say("scope.stay")
	case "case", "":
		return f.Say("scope.case")
	}
	return string(s)
}

func confidenceWord(f Frame, c rule.Confidence) string {
	switch c {
	case "T":
		return f.Say("confidence.t")
	case "L":
		return f.Say("confidence.l")
	case "U":
		return f.Say("confidence.u")
	}
	return string(c)
}

func pathPart(s string) string { return url.PathEscape(s) }

// paragraphs cuts a text at its line breaks.
func paragraphs(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '\n' })
}

// speaksOf says whether any expression of an article names a parameter.
func speaksOf(a rule.Article, parameter string) bool {
	spoken := []string{a.Applies, a.Provisional}
	if a.Measure != nil {
		spoken = append(spoken, a.Measure.Value, a.Measure.Limit)
	}
	for _, o := range a.Outcomes {
		spoken = append(spoken, o.If)
	}
	for _, expr := range a.With {
		spoken = append(spoken, expr)
	}
	name := regexp.MustCompile(`\bparam\.` + regexp.QuoteMeta(parameter) + `\b`)
	return slices.ContainsFunc(spoken, name.MatchString)
}
