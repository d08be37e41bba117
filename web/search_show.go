package web

import (
	"context"
	"net/http"
	"strings"

	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// Finder finds cases, people and articles. *desk.Desk does.
type Finder interface {
	Search(ctx context.Context, reader desk.Reader, words string) (desk.Found, error)
}

// SearchPage shows what was found.
type SearchPage struct {
	Frame
	Sentence, Wrong string
	Cases           []CaseHit
	People          []PersonHit
	Articles        []ArticleHit
}

// CaseHit is a case that was found.
type CaseHit struct {
	Number, Href string
	Title, Unit  Run
	State        Tag
	Step         Run
}

// PersonHit is a person that was found.
type PersonHit struct {
	Name  Run
	Posts []Run
}

// ArticleHit is an article that was found.
type ArticleHit struct {
	Words, Href string
	Book        Run
}

// searchShow finds what the words in the box say.
func (s *Site) searchShow(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	f.Query = r.URL.Query().Get("q")
	f.Here, f.Title = "search", f.Say("search.title")
	page := SearchPage{Frame: f}
	if strings.TrimSpace(f.Query) == "" {
		page.Sentence = f.Say("search.empty")
		return s.show(w, r, searchShow(page))
	}
	found, err := s.finder.Search(r.Context(), who, f.Query)
	if fault.KindOf(err) == fault.Invalid {
		page.Wrong = fault.All(err)[0].Text.In(f.Lang)
		return s.write(w, r, http.StatusUnprocessableEntity, searchShow(page))
	}
	if err != nil {
		return err
	}
	for _, c := range found.Cases {
		page.Cases = append(page.Cases, CaseHit{
			Number: c.Number.In(f.Lang), Href: "/cases/" + c.No, Title: f.title(c.Title, c.Called), Unit: f.unit(c.Unit), State: stateTag(f, c.State), Step: f.Run(c.Step.In(f.Lang)),
		})
	}
	for _, p := range found.People {
		hit := PersonHit{Name: f.Run(p.Name)}
		for _, post := range p.Posts {
			hit.Posts = append(hit.Posts, f.Run(post.In(f.Lang)))
		}
		page.People = append(page.People, hit)
	}
	for _, a := range found.Articles {
		page.Articles = append(page.Articles, ArticleHit{Words: a.ID + " " + a.Title.In(f.Lang), Href: articleHref(a.Book, a.ID, 0), Book: f.Run(a.Issue.In(f.Lang))})
	}
	args := text.Args{"q": f.Query, "cases": len(page.Cases), "people": len(page.People), "articles": len(page.Articles)}
	switch {
	case len(page.Cases)+len(page.People)+len(page.Articles) == 0:
		page.Sentence = f.Say("search.nothing", args)
	case found.More:
		page.Sentence = f.Say("search.more", args)
	default:
		page.Sentence = f.Say("search.sentence", args)
	}
	return s.show(w, r, searchShow(page))
}
