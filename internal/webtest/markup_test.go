package webtest

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestEveryPageOfTheDeskIsReadAloudRightly: one first heading and none skipped, a label for every field, every id once, no style in place.
func TestEveryPageOfTheDeskIsReadAloudRightly(t *testing.T) {
	t.Parallel()
	h := abroad(t)
	reader := h.As("sikong")
	for _, lang := range []string{"zh", "en"} {
		reader.In(lang)
		for _, path := range []string{
			"/registers/abroad", "/registers/trips", "/registers/documents", "/registers/gifts", "/registers/trips?who=nobody", "/people", "/people/sikong",
			"/posts/director", "/posts/trips-officer", "/me", "/rulebook", "/rulebook/cn-national/OUT-02", "/figures/refusals?quarter=2026Q3",
		} {
			page, err := html.Parse(strings.NewReader(reader.Get(path).Body.String()))
			h.must(err)
			at := lang + " " + path
			level, firsts := 0, 0
			ids, labelled := map[string]bool{}, map[string]bool{}
			for n := range page.Descendants() {
				if n.Type != html.ElementNode {
					continue
				}
				if id := attribute(n, "id"); id != "" {
					if ids[id] {
						t.Errorf("%s: the id %s is there twice", at, id)
					}
					ids[id] = true
				}
				if attribute(n, "style") != "" {
					t.Errorf("%s: a style in place", at)
				}
				switch n.Data {
				case "h1", "h2", "h3", "h4":
					now := int(n.Data[1] - '0')
					if now > level+1 && n.Parent != nil && !within(n, "nav") {
						t.Errorf("%s: <%s> follows <h%d>", at, n.Data, level)
					}
					if now == 1 {
						firsts++
					}
					level = now
				case "label":
					labelled[attribute(n, "for")] = true
				case "input", "select", "textarea":
					if attribute(n, "type") != "hidden" && !within(n, "label") && attribute(n, "aria-label") == "" && !labelled[attribute(n, "id")] {
						t.Errorf("%s: the field %s has no label", at, attribute(n, "name"))
					}
				case "table":
					if !within(n, "section") {
						t.Errorf("%s: a table stands alone", at)
					}
				}
			}
			if firsts != 1 {
				t.Errorf("%s: %d first headings", at, firsts)
			}
		}
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func within(n *html.Node, element string) bool {
	for p := range n.Ancestors() {
		if p.Data == element {
			return true
		}
	}
	return false
}
