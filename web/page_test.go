package web_test

import (
	"bytes"
	"encoding"
	"errors"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"chancery/affairs"
	"chancery/core/casework"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/office"
	"chancery/web"
)

// everyPage opens every page in both languages, errors included.
func everyPage(t *testing.T, w world, see func(path, body string)) {
	t.Helper()
	s := open(t, w, nil)
	paths := pages()
	for path := range wrong() {
		paths = append(paths, path)
	}
	for _, lang := range []string{"zh", "en"} {
		for _, path := range paths {
			sep := "?"
			if strings.Contains(path, "?") {
				sep = "&"
			}
			path += sep + "lang=" + lang
			see(path, get(t, s, path).Body.String())
		}
		see("POST /check "+lang, post(t, s, "/check?lang="+lang, url.Values{"application": {"procedure: " + w.title}}).Body.String())
	}
}

func TestNoPageHasInlineStyleOrScriptOrLeavesTheHouse(t *testing.T) {
	t.Parallel()
	everyPage(t, world{}, func(path, body string) {
		walk(t, body, func(n *html.Node) {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("%s: <%s %s>", path, n.Data, a.Key)
				}
				if (a.Key == "src" || a.Key == "href" || a.Key == "action" || a.Key == "formaction") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") {
					t.Errorf("%s: <%s> leads to %q", path, n.Data, a.Val)
				}
			}
			if n.Data == "style" || n.Data == "script" && (n.FirstChild != nil || attr(n, "src") == "") {
				t.Errorf("%s: inline <%s>", path, n.Data)
			}
		})
	})
}

func TestEveryPageIsWellFormedAndHasItsLandmarks(t *testing.T) {
	t.Parallel()
	everyPage(t, world{}, func(path, body string) {
		balanced(t, path, body)
		if strings.Contains(body, "⟨") {
			t.Errorf("%s: a text is missing", path)
		}
		count, ids := map[string]int{}, map[string]bool{}
		labels := map[string]bool{}
		var fields []string
		walk(t, body, func(n *html.Node) {
			count[n.Data]++
			if id := attr(n, "id"); id != "" {
				if ids[id] {
					t.Errorf("%s: id %s twice", path, id)
				}
				ids[id] = true
			}
			if n.Data == "label" && attr(n, "for") != "" {
				labels[attr(n, "for")] = true
			}
			if (n.Data == "textarea" || n.Data == "input" || n.Data == "select") && attr(n, "type") != "hidden" && !within(n, "label") {
				fields = append(fields, attr(n, "id"))
			}
			if n.Data == "svg" && attr(n, "aria-hidden") == "" && attr(n, "aria-label") == "" && !within(n, "svg") {
				t.Errorf("%s: a drawing without words", path)
			}
			if (n.Data == "a" || n.Data == "button") && strings.TrimSpace(inside(n)) == "" && attr(n, "aria-label") == "" && attr(n, "aria-hidden") == "" {
				t.Errorf("%s: a %s without words", path, n.Data)
			}
		})
		for _, id := range fields {
			if !labels[id] {
				t.Errorf("%s: field %q has no label", path, id)
			}
		}
		if count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 || !ids["m"] {
			t.Errorf("%s: landmarks %v", path, count)
		}
	})
}

func TestNothingThatPeopleWriteBecomesMarkup(t *testing.T) {
	t.Parallel()
	for _, evil := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'-alert(1)-'`, `</textarea><script>alert(1)</script>`,
		`javascript:alert(1)`, `{{constructor.constructor('alert(1)')()}}`, "<svg/onload=alert(1)>", `</title><svg onload=alert(1)>`,
	} {
		everyPage(t, world{title: evil}, func(path, body string) {
			walk(t, body, func(n *html.Node) {
				if n.Data == "script" && attr(n, "src") == "" || n.Data == "img" {
					t.Errorf("%s: %s came through as <%s>", path, evil, n.Data)
				}
				for _, a := range n.Attr {
					if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") {
						t.Errorf("%s: %s came through as %s=%s", path, evil, a.Key, a.Val)
					}
				}
			})
		})
	}
}

func TestEveryTextIsUsedAndEveryKeyHasItsText(t *testing.T) {
	t.Parallel()
	catalogue, err := web.Texts()
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var source bytes.Buffer
	for _, pattern := range []string{"*.go", "*.templ"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if !strings.HasSuffix(name, "_templ.go") && !strings.HasSuffix(name, "_test.go") {
				source.Write(read(name))
			}
		}
	}
	var heads []string // "state." + word: a family of texts
	for _, m := range regexp.MustCompile(`"([a-z]+\.[a-z_]*)"(?: ?\+|, )`).FindAllStringSubmatch(source.String(), -1) {
		if strings.HasSuffix(m[1], ".") || strings.HasSuffix(m[1], "_") {
			heads = append(heads, m[1])
		}
	}
	drawn := drawnKeys()
	for key, needed := range drawn {
		if needed && !catalogue.Has(key) {
			t.Errorf("a form draws %s, which has no text", key)
		}
	}
	for _, key := range catalogue.Keys() {
		_, ok := drawn[key]
		family := slices.ContainsFunc(heads, func(head string) bool { return strings.HasPrefix(key, head) })
		if !ok && !family && !strings.Contains(source.String(), `"`+key+`"`) {
			t.Errorf("text %s is used nowhere", key)
		}
	}
	for _, m := range regexp.MustCompile(`Say\("([^"]+)"`).FindAllStringSubmatch(source.String(), -1) {
		if !strings.HasSuffix(m[1], ".") && !catalogue.Has(m[1]) && !slices.Contains(heads, m[1]) {
			t.Errorf("key %s has no text", m[1])
		}
	}
}

// drawnKeys are the texts that the forms of all blocks draw, by the names of their fields; a hint may be lacking.
func drawnKeys() map[string]bool {
	keys := map[string]bool{}
	var walk func(name string, t reflect.Type)
	walk = func(name string, t reflect.Type) {
		keys["field."+name], keys["hint."+name] = true, false
		_, literal := reflect.New(t).Interface().(encoding.TextUnmarshaler)
		switch {
		case t.Kind() == reflect.Slice:
			if t.Elem().Kind() == reflect.Struct {
				keys["item."+name] = true
				walk(name, t.Elem())
			}
		case t.Kind() == reflect.Struct && !literal && t != reflect.TypeFor[money.Amount]():
			for _, p := range form.Parts(t) {
				walk(name+"."+p.Name, p.Type)
			}
		}
	}
	for _, b := range affairs.Blocks() {
		walk(b.Name, b.Type)
	}
	walk("unit", reflect.TypeFor[string]())
	walk("mark", reflect.TypeFor[office.Mark]())
	for _, ground := range casework.ChangeGrounds() {
		keys["ground."+ground] = true
	}
	return keys
}

func TestNoTemplateSpeaksForItself(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.templ")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(b), "\n") {
			if comment := strings.Index(line, "//"); comment >= 0 {
				line = line[:comment]
			}
			if regexp.MustCompile(`\p{Han}`).MatchString(line) || regexp.MustCompile(`>\s*[A-Za-z]{2,}[^<{}]*</`).MatchString(line) {
				t.Errorf("%s:%d: visible text outside the texts files: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
}

func TestThePagesStayWithinTheirBudget(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	page := get(t, s, "/cases/2026-0398", "Accept-Encoding", "gzip")
	total := page.Body.Len()
	plain := get(t, s, "/cases/2026-0398").Body.String()
	seen := map[string]bool{}
	for _, file := range regexp.MustCompile(`/static/[^"#]+`).FindAllString(plain, -1) {
		if !seen[file] {
			total += get(t, s, file, "Accept-Encoding", "gzip").Body.Len()
		}
		seen[file] = true
	}
	if total > 60<<10 {
		t.Errorf("a case page weighs %d bytes", total)
	}
	script, err := os.ReadFile("static/app.js/00-check.js")
	if err != nil || len(script) > 6<<10 {
		t.Errorf("script: %d bytes, %v", len(script), err)
	}
}

func walk(t *testing.T, body string, see func(*html.Node)) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			see(n)
		}
	}
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func within(n *html.Node, name string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == name {
			return true
		}
	}
	return false
}

func inside(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// balanced says whether every element that is opened is closed, in order.
func balanced(t *testing.T, path, body string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "br": true, "input": true, "img": true}
	var open []string
	for z := html.NewTokenizer(strings.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.Errorf("%s: %v", path, z.Err())
			}
			if len(open) > 0 {
				t.Errorf("%s: never closed: %v", path, open)
			}
			return
		case html.StartTagToken:
			name, _ := z.TagName()
			if !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Errorf("%s: </%s> closes %v", path, name, open)
				return
			}
			open = open[:len(open)-1]
		}
	}
}
