package desk

import "chancery/core/rule"

// EachExample gives each example of each article with what the article says of it.
func (l *Library) EachExample(see func(rule.Book, rule.Article, rule.Example, rule.Finding)) error {
	for _, b := range l.Books.All() {
		for _, a := range b.Articles {
			for _, e := range a.Examples {
				f, ok, err := l.askExample(b, a, e)
				if err != nil {
					return err
				}
				if ok {
					see(b, a, e, f)
				}
			}
		}
	}
	return nil
}
