package api

import (
	"net/http"
	"reflect"
	"slices"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/rule"
	"chancery/core/text"
)

// rulebookBody is every book with its articles.
type rulebookBody struct {
	Books []bookBody `json:"books"`
}

type bookBody struct {
	Name       string           `json:"name"`
	Title      text.Text        `json:"title"`
	Issuer     text.Text        `json:"issuer"`
	Level      rule.Level       `json:"level"`
	Procedure  string           `json:"procedure"`
	Documents  []rule.Document  `json:"documents"`
	Parameters []rule.Parameter `json:"parameters"`
	Articles   []articleLine    `json:"articles"`
}

type articleLine struct {
	ID    string           `json:"id"`
	Title text.Text        `json:"title"`
	Kind  rule.ArticleKind `json:"kind"`
	Gate  rule.Gate        `json:"gate,omitempty"`
	// Since are the days from which its editions hold.
	Since []calendar.Day `json:"since"`
}

// articleBody is one article as it stands on a day.
type articleBody struct {
	Book    string       `json:"book"`
	On      calendar.Day `json:"on"`
	Article rule.Article `json:"article"`
	// InForce is the edition of that day; absent when there is none.
	InForce *rule.Edition `json:"in_force,omitempty"`
}

func (d *Door) rulebookOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/api/rulebook", id: "list-rulebook", scope: account.ScopeRead, say: say("列出规章和条款", "List the rulebooks with their articles"),
			answer: reflect.TypeFor[rulebookBody](), do: d.rulebook,
		},
		{
			method: http.MethodGet, path: "/api/rulebook/{book}/{article}", id: "show-article", scope: account.ScopeRead, say: say("读某一天的条款", "Read an article as it stands on a day"),
			query:  []parameter{{name: "on", say: say("哪一天；默认今天", "The day; else today")}},
			answer: reflect.TypeFor[articleBody](), do: d.article,
		},
	}
}

func (d *Door) rulebook(*call) (any, error) {
	out := rulebookBody{Books: []bookBody{}}
	for _, b := range d.desk.Library().Books.All() {
		body := bookBody{
			Name: b.Name, Title: b.Title, Issuer: b.Issuer, Level: b.Level, Procedure: b.Procedure, Documents: b.Documents, Parameters: b.Parameters,
			Articles: []articleLine{},
		}
		for _, a := range b.Articles {
			line := articleLine{ID: a.ID, Title: a.Title, Kind: a.Kind, Gate: a.Gate, Since: []calendar.Day{}}
			for _, e := range a.Editions {
				line.Since = append(line.Since, e.From)
			}
			body.Articles = append(body.Articles, line)
		}
		out.Books = append(out.Books, body)
	}
	return out, nil
}

func (d *Door) article(c *call) (any, error) {
	on := d.today()
	if asked := c.query("on"); asked != "" {
		day, err := calendar.ParseDay(asked)
		if err != nil {
			return nil, invalid("on", "「{day}」不是日期；请写成 2026-10-08", "{day} is no day; write it as 2026-10-08", text.Args{"day": asked})
		}
		on = day
	}
	book, ok := d.desk.Library().Books.Find(c.r.PathValue("book"))
	i := slices.IndexFunc(book.Articles, func(a rule.Article) bool { return a.ID == c.r.PathValue("article") })
	if !ok || i < 0 {
		return nil, fault.New(fault.NotFound, "article", say("规章中没有这一条；请从 /api/rulebook 的目录中找", "the rulebook has no such article; /api/rulebook lists them"))
	}
	out := articleBody{Book: book.Name, On: on, Article: book.Articles[i]}
	if e, ok := out.Article.On(on); ok {
		out.InForce = &e
	}
	return out, nil
}
