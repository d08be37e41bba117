package web

import (
	"cmp"
	"net/http"
	"slices"

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
	// First says that the book is the first of its level.
	First    bool
	Articles []ArticleLine
	// Drafts are the values that nobody has confirmed; they decide nothing.
	Drafts []string
}

// ArticleLine is one article in a list.
type ArticleLine struct {
	ID, Title, Href string
	Gate            string
	Source          Source
	Since           string
	State           Tag
	// Draft says that a value of which the article speaks waits to be confirmed.
	Draft *Tag
}

// rulebookList shows which articles there are and since when they are in force.
func (s *Site) rulebookList(w http.ResponseWriter, r *http.Request) error {
	f := s.frame(w, r)
	f.Here, f.Title = "rulebook", f.Say("rulebook.title")
	page := RulebookPage{Frame: f}
	articles, drafts := 0, 0
	books := slices.Clone(s.rules.All())
	slices.SortStableFunc(books, func(a, b rule.Book) int { return cmp.Compare(depthOf(a.Level), depthOf(b.Level)) })
	for i, b := range books {
		part := BookPart{
			First: i == 0 || books[i-1].Level != b.Level,
			Name:  b.Name, Title: b.Title.In(f.Lang), Issuer: b.Issuer.In(f.Lang), Level: levelWord(f, b.Level),
		}
		for _, a := range b.Articles {
			e := latestEdition(a)
			line := ArticleLine{
				ID: a.ID, Title: a.Title.In(f.Lang), Href: articleHref(b.Name, a.ID, 0), Gate: gateWord(f, a.Gate),
				Source: source(f, e.Document, e.Article), Since: e.From.String(), State: editionTag(f, e),
			}
			if s.hasDraft(b, a) && e.Confidence != rule.Unconfirmed {
				line.Draft = &Tag{"pencil", "warn", f.Say("rulebook.draft_value")}
			}
			articles++
			if e.Confidence == rule.Unconfirmed {
				drafts++
			}
			part.Articles = append(part.Articles, line)
		}
		for _, p := range b.Parameters {
			for _, v := range p.Values {
				if v.Confidence == rule.Unconfirmed {
					part.Drafts = append(part.Drafts, f.Say("rulebook.draft_line", text.Args{"title": p.Title, "value": valueWords(f, v.Value, p.Unit), "since": v.From.String()}))
				}
			}
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

// draftTag marks values that nobody has confirmed.
func (p RulebookPage) draftTag() Tag { return Tag{"pencil", "warn", p.Say("edition.draft")} }

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
