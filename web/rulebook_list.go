package web

import (
	"net/http"

	"chancery/core/calendar"
	"chancery/core/rule"
	"chancery/core/text"
)

// Rules opens the rulebooks. *rule.Books does.
type Rules interface {
	All() []rule.Book
	Find(name string) (rule.Book, bool)
}

// RulebookPage lists every book with its articles.
type RulebookPage struct {
	Frame
	Sentence string
	Books    []BookPart
}

// BookPart is one book.
type BookPart struct {
	Name, Title, Issuer, Level string
	Articles                   []ArticleLine
}

// ArticleLine is one article in a list.
type ArticleLine struct {
	ID, Title, Href string
	Gate            string
	Source          Source
	Since           string
	State           Tag
}

// rulebookList shows which articles there are and since when they are in force.
func (s *Site) rulebookList(w http.ResponseWriter, r *http.Request) error {
	f := s.frame(w, r)
	f.Here, f.Title = "rulebook", f.Say("rulebook.title")
	page := RulebookPage{Frame: f}
	articles, drafts := 0, 0
	for _, b := range s.rules.All() {
		part := BookPart{Name: b.Name, Title: b.Title.In(f.Lang), Issuer: b.Issuer.In(f.Lang), Level: levelWord(f, b.Level)}
		for _, a := range b.Articles {
			e := latestEdition(a)
			line := ArticleLine{
				ID: a.ID, Title: a.Title.In(f.Lang), Href: articleHref(b.Name, a.ID, 0), Gate: gateWord(f, a.Gate),
				Source: source(f, e.Document, e.Article), Since: e.From.String(), State: editionTag(f, e),
			}
			articles++
			if e.Confidence == rule.Unconfirmed {
				drafts++
			}
			part.Articles = append(part.Articles, line)
		}
		page.Books = append(page.Books, part)
	}
	args := text.Args{"books": len(page.Books), "articles": articles, "drafts": drafts}
	page.Sentence = f.Say("rulebook.sentence", args)
	if drafts == 0 {
		page.Sentence = f.Say("rulebook.sentence_all", args)
	}
	return s.show(w, r, rulebookList(page))
}

func levelWord(f Frame, l rule.Level) string {
	switch l {
	case rule.National:
		return f.Say("level.national")
	case rule.Provincial:
		return f.Say("level.provincial")
	case rule.Unit:
		return f.Say("level.unit")
	}
	return string(l)
}

// latestEdition is the edition that began last.
func latestEdition(a rule.Article) rule.Edition {
	var last rule.Edition
	for _, e := range a.Editions {
		if e.From >= last.From {
			last = e
		}
	}
	return last
}

// editionTag says whether an edition speaks.
func editionTag(f Frame, e rule.Edition) Tag {
	switch {
	case e.Confidence == rule.Unconfirmed:
		return Tag{"pencil", "warn", f.Say("edition.draft")}
	case !e.Until.IsZero():
		return Tag{"clock", "", f.Say("edition.ended", text.Args{"until": e.Until.String()})}
	default:
		return Tag{"check", "ok", f.Say("edition.in_force")}
	}
}

// articleHref is the address of an article as it stood on a day.
func articleHref(book, article string, on calendar.Day) string {
	href := "/rulebook/" + pathPart(book) + "/" + pathPart(article)
	if !on.IsZero() {
		href += "?on=" + on.String()
	}
	return href
}
