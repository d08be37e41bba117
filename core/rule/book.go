// Package rule knows rulebooks: articles with the days on which they are in
// force, dated parameters, and checks written in CEL over the typed blocks of an
// application. Evaluating gives findings, each citing its article as it stood
// that day. Books are layered, national, provincial, unit; a lower layer may only
// tighten, and where several speak to one matter the strictest counts.
package rule

import (
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/text"
)

// Level is the layer of a book.
type Level string

// The layers, from the top.
const (
	National   Level = "national"
	Provincial Level = "provincial"
	Unit       Level = "unit"
)

// Words lists the layers from the top.
func (Level) Words() []string { return []string{string(National), string(Provincial), string(Unit)} }

func (l Level) depth() int {
	switch l {
	case Provincial:
		return 1
	case Unit:
		return 2
	case National:
		return 0
	}
	return 0
}

// Book is one rulebook: who issued it, which documents it rests on, its articles and parameters.
type Book struct {
	Name       string
	Title      text.Text
	Issuer     text.Text
	Level      Level
	Kind       string
	Procedure  string
	Documents  []Document
	Parameters []Parameter
	Articles   []Article
	digest     string
}

// Document is a published document that articles cite.
type Document struct {
	Number     string     `json:"number"`
	Title      text.Text  `json:"title"`
	Issuer     text.Text  `json:"issuer,omitzero"`
	Date       string     `json:"date,omitempty"`
	Status     text.Text  `json:"status,omitzero"`
	Confidence Confidence `json:"confidence"`
	Note       text.Text  `json:"note,omitzero"`
}

// Tighter says in which direction a lower layer may move a parameter.
type Tighter string

// Words lists the directions.
func (Tighter) Words() []string { return []string{"lower", "higher", "none"} }

// ParameterType is the type that a check sees.
type ParameterType string

// Words lists the types.
func (ParameterType) Words() []string { return []string{"int", "text", "words"} }

// Parameter is a number or word of the rules, with its value from day to day.
type Parameter struct {
	Name    string        `json:"name"`
	Title   text.Text     `json:"title"`
	Unit    string        `json:"unit,omitempty"`
	Type    ParameterType `json:"type"`
	Tighter Tighter       `json:"tighter"`
	Note    text.Text     `json:"note,omitzero"`
	Values  []Value       `json:"values"`
}

// Value is what a parameter is worth from a day on.
type Value struct {
	From       calendar.Day `json:"from"`
	Value      any          `json:"value"`
	Document   string       `json:"document,omitempty"`
	Source     string       `json:"source"`
	Confidence Confidence   `json:"confidence"`
	AssumedDay bool         `json:"assumed_day,omitempty"`
	Note       text.Text    `json:"note,omitzero"`
}

// On is the value in force on a day. An unconfirmed value is never in force.
func (p Parameter) On(day calendar.Day) (Value, bool) {
	var (
		best  Value
		found bool
	)
	for _, v := range p.Values {
		if v.Confidence != Unconfirmed && v.From <= day && (!found || v.From > best.From) {
			best, found = v, true
		}
	}
	return best, found
}

// ArticleKind says what sort of rule an article is.
type ArticleKind string

// Words lists the sorts.
func (ArticleKind) Words() []string {
	return []string{"limit", "prohibition", "paper", "sequence", "money", "derivation", "duty"}
}

// Scope says of what an article is asked: the case, each person, each stay.
type Scope string

// Words lists the scopes.
func (Scope) Words() []string { return []string{"case", "person", "stay"} }

// Article is one rule.
type Article struct {
	ID    string      `json:"id"`
	Title text.Text   `json:"title"`
	Kind  ArticleKind `json:"kind"`
	Gate  Gate        `json:"gate,omitempty"`
	Scope Scope       `json:"scope,omitempty"`
	// Matter is what the article speaks of; articles on one matter compete. Default: the ID.
	Matter string `json:"matter,omitempty"`
	// Strengthens names an article of a higher book whose checks this one takes over with its own parameters.
	Strengthens string            `json:"strengthens,omitempty"`
	Editions    []Edition         `json:"editions"`
	Text        text.Text         `json:"text"`
	Note        text.Text         `json:"note,omitzero"`
	Applies     string            `json:"applies,omitempty"`
	Facts       []string          `json:"facts,omitempty"`
	Measure     *Measure          `json:"measure,omitempty"`
	With        map[string]string `json:"with,omitempty"`
	// Provisional is a CEL yes/no: the finding rests on days of a year whose holidays are not announced.
	Provisional string           `json:"provisional,omitempty"`
	How         text.Text        `json:"how,omitzero"`
	Outcomes    []ArticleOutcome `json:"outcomes,omitempty"`
	OK          text.Text        `json:"ok,omitzero"`
	Examples    []Example        `json:"examples"`

	file  string
	where func(path string) fault.Place
}

// File is the file that the article was read from, inside the library.
func (a Article) File() string { return a.file }

// Where is the place of a part of the article in its file.
func (a Article) Where(path string) fault.Place {
	if a.where == nil {
		return fault.Place{File: a.file}
	}
	return a.where(path)
}

// Edition is the text of an article over a span of days.
type Edition struct {
	From       calendar.Day `json:"from"`
	Until      calendar.Day `json:"until,omitempty"`
	Document   string       `json:"document"`
	Article    string       `json:"article"`
	Confidence Confidence   `json:"confidence"`
	AssumedDay bool         `json:"assumed_day,omitempty"`
	Source     string       `json:"source"`
	Note       text.Text    `json:"note,omitzero"`
}

// On is the edition in force on a day; unconfirmed editions are returned as well,
// with their confidence.
func (a Article) On(day calendar.Day) (Edition, bool) {
	for _, e := range a.Editions {
		if e.From <= day && (e.Until.IsZero() || day <= e.Until) {
			return e, true
		}
	}
	return Edition{}, false
}

// Measure is what an article measures and against what.
type Measure struct {
	Value string `json:"value"`
	Limit string `json:"limit,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

// ArticleOutcome is one way in which an article is not simply met.
type ArticleOutcome struct {
	If     string    `json:"if"`
	Status Status    `json:"status"`
	Say    text.Text `json:"say"`
	Needs  text.Text `json:"needs,omitzero"`
}

// Example is a case that shows what an article does; it is run when the book is loaded.
type Example struct {
	Name   text.Text      `json:"name"`
	Base   string         `json:"base"`
	Change []PatchOp      `json:"change,omitempty"`
	On     calendar.Day   `json:"on,omitempty"`
	Gate   Gate           `json:"gate,omitempty"`
	Facts  map[string]any `json:"facts,omitempty"`
	Expect Expectation    `json:"expect"`
}

// Expectation is what an example must come out as; "none": the article does not apply.
type Expectation struct {
	Status string `json:"status"`
	Value  string `json:"value,omitempty"`
	Limit  string `json:"limit,omitempty"`
}
