package rule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"chancery/core/fault"
	"chancery/core/strict"
	"chancery/core/text"
)

// Books are the rulebooks that are loaded: typed, compiled, layered.
type Books struct {
	books []*loadedBook
}

type loadedBook struct {
	Book
	dialect     *dialect
	compiled    []compiledArticle
	unconfirmed []Draft
	spans       []span
	subject     func(any) string
	higher      []*loadedBook
}

type compiledArticle struct {
	article Article
	check   *check
	gate    int
	matter  matter
	params  []string // the parameters it rests on
	how     text.Prepared
	spoken  []spoken // what each outcome says; the last is for «met»
}

// spoken are the texts of an outcome and what they show: the names of those it is about, and values of the article.
type spoken struct {
	say, needs text.Prepared
	names      bool
	with       []string
}

// Load reads every book under a folder of a library: each subfolder with a
// book.yaml. vocabularies gives what the checks of a procedure may speak of. All
// faults of all books come back together, each with its file and line; a book
// with a fault is not loaded, and then none is.
func Load(fsys fs.FS, root string, vocabularies map[string]Vocabulary) (*Books, error) {
	entries, err := fs.ReadDir(fsys, root)
	if err != nil {
		return nil, fmt.Errorf("read rulebooks: %w", err)
	}
	var (
		books  []*loadedBook
		faults fault.List
	)
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		b, err := readBook(fsys, path.Join(root, e.Name()))
		if err != nil {
			list := fault.All(err)
			if len(list) == 0 {
				return nil, err
			}
			faults = append(faults, list...)
			continue
		}
		books = append(books, &loadedBook{Book: b})
	}
	slices.SortStableFunc(books, func(a, b *loadedBook) int { return a.Level.depth() - b.Level.depth() })
	out := &Books{books: books}
	languages := map[string]*language{}
	for i, b := range books {
		v, ok := vocabularies[b.Procedure]
		if !ok {
			faults = append(faults, fault.New(fault.Invalid, "procedure", text.Text{
				ZH: "规章「" + b.Name + "」所属的程序不存在：" + b.Procedure, EN: "book " + b.Name + " is for a procedure that does not exist: " + b.Procedure,
			}).At(fault.Place{File: path.Join(root, b.Name, "book.yaml")}))
			continue
		}
		l, ok := languages[b.Procedure]
		if !ok {
			if l, err = newLanguage(v); err != nil {
				return nil, err
			}
			languages[b.Procedure] = l
		}
		for _, h := range books[:i] {
			if h.Procedure == b.Procedure && h.Level.depth() < b.Level.depth() {
				b.higher = append(b.higher, h)
			}
		}
		faults = append(faults, b.compile(l)...)
	}
	return out, faults.OrNil()
}

func readBook(fsys fs.FS, dir string) (Book, error) {
	var (
		b      Book
		faults fault.List
		sum    = sha256.New()
	)
	open := func(file string) ([]byte, error) {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read rulebook: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n", path.Base(file), len(data))
		sum.Write(data)
		return data, nil
	}
	read := func(file string, into any) error {
		data, err := open(file)
		if err != nil {
			return err
		}
		_, list, err := decode(file, data, into)
		faults = append(faults, list...)
		return err
	}
	var head struct {
		Name      string     `json:"name"`
		Title     text.Text  `json:"title"`
		Issuer    text.Text  `json:"issuer"`
		Level     Level      `json:"level"`
		Kind      string     `json:"kind"`
		Procedure string     `json:"procedure"`
		Documents []Document `json:"documents"`
	}
	if err := read(path.Join(dir, "book.yaml"), &head); err != nil {
		return Book{}, err
	}
	b = Book{
		Name: head.Name, Title: head.Title, Issuer: head.Issuer, Level: head.Level, Kind: head.Kind,
		Procedure: head.Procedure, Documents: head.Documents,
	}
	if err := read(path.Join(dir, "parameters.yaml"), &b.Parameters); err != nil {
		return Book{}, err
	}
	files, err := fs.Glob(fsys, path.Join(dir, "articles", "*.yaml"))
	if err != nil {
		return Book{}, fmt.Errorf("list articles: %w", err)
	}
	texts := make([][]byte, len(files))
	for i, file := range files {
		if texts[i], err = open(file); err != nil {
			return Book{}, err
		}
	}
	type reading struct {
		article Article
		doc     *strict.Document
		faults  fault.List
		err     error
	}
	readings := make([]reading, len(files))
	sideBySide(len(files), func(i int) {
		r := &readings[i]
		r.doc, r.faults, r.err = decode(files[i], texts[i], &r.article)
	})
	for i, r := range readings {
		if r.err != nil {
			return Book{}, r.err
		}
		faults = append(faults, r.faults...)
		if r.doc == nil {
			continue
		}
		r.article.file, r.article.where = files[i], placesOf(fsys, files[i])
		b.Articles = append(b.Articles, r.article)
	}
	slices.SortFunc(b.Articles, func(x, y Article) int { return strings.Compare(x.ID, y.ID) })
	b.digest = hex.EncodeToString(sum.Sum(nil))[:8]
	faults = append(faults, b.examine()...)
	return b, faults.OrNil()
}

// placesOf finds the places of a file's parts. It reads the file again when it is
// asked, which only a fault does: kept, the places would take more than the books.
func placesOf(fsys fs.FS, file string) func(path string) fault.Place {
	return func(path string) fault.Place {
		data, err := fs.ReadFile(fsys, file)
		if err != nil {
			return fault.Place{File: file}
		}
		doc, err := strict.Parse(file, data, strict.DefaultLimits())
		if err != nil {
			return fault.Place{File: file}
		}
		return doc.At(path)
	}
}

// decode reads a file into a value; doc is nil when there are faults.
func decode(file string, data []byte, into any) (doc *strict.Document, faults fault.List, err error) {
	doc, err = strict.Parse(file, data, strict.DefaultLimits())
	if err == nil {
		err = doc.Decode(into)
	}
	if list := fault.All(err); len(list) > 0 {
		return nil, list, nil
	}
	return doc, nil, err
}

// sideBySide does n things on all processors: a program that answers one
// question reads and compiles every book first.
func sideBySide(n int, do func(i int)) {
	var (
		wait sync.WaitGroup
		next atomic.Int64
	)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}

// examine finds what is wrong with a book whatever its checks say.
func (b Book) examine() fault.List {
	var faults fault.List
	documents := map[string]bool{}
	for _, d := range b.Documents {
		documents[d.Number] = true
	}
	seen := map[string]bool{}
	for _, a := range b.Articles {
		note := func(p, zh, en string) { faults = append(faults, refuse(a, p, zh, en)) }
		if seen[a.ID] {
			note("id", "编号重复", "this ID is there twice")
		}
		seen[a.ID] = true
		if base := strings.TrimSuffix(path.Base(a.file), ".yaml"); base != a.ID {
			note("id", "文件名应与编号一致", "the file must be named after the ID")
		}
		if len(a.Editions) == 0 {
			note("editions", "没有写明何时施行", "it does not say when it is in force")
		}
		for i, e := range a.Editions {
			at := fmt.Sprintf("editions[%d]", i)
			if !documents[e.Document] {
				note(at+".document", "所引文件不在 book.yaml 的 documents 中："+e.Document, "the cited document is not among the documents of book.yaml: "+e.Document)
			}
			if e.Source == "" {
				note(at+".source", "没有写明出处", "it has no source")
			}
			if i > 0 && (a.Editions[i-1].Until.IsZero() || a.Editions[i-1].Until >= e.From) {
				note(at+".from", "与上一版的施行期重叠", "it overlaps the edition before it")
			}
			if !e.Until.IsZero() && e.Until < e.From {
				note(at+".until", "止日早于起日", "it ends before it begins")
			}
		}
		if len(a.Examples) == 0 {
			note("examples", "没有示例；没有示例的条款不予载入", "it has no example; an article without one does not load")
		}
		if a.Strengthens == "" && (a.Text.ZH == "" || a.Text.EN == "") {
			note("text", "条文须有中英文", "the article must be written in both languages")
		}
	}
	for _, p := range b.Parameters {
		for _, v := range p.Values {
			if v.Source == "" {
				faults = append(faults, fault.New(fault.Invalid, p.Name, text.Text{
					ZH: "参数 " + p.Name + " 的值没有写明出处", EN: "a value of parameter " + p.Name + " has no source",
				}).At(fault.Place{File: path.Join("rulebooks", b.Name, "parameters.yaml")}))
			}
		}
	}
	return faults
}

var paramName = regexp.MustCompile(`\bparam\.([a-z0-9_]+)`)

// compile compiles the articles of a book, those that strengthen a higher one
// with its checks and their own parameters.
func (bk *loadedBook) compile(l *language) fault.List {
	var faults fault.List
	bk.subject = l.vocabulary.Subject
	bk.unconfirmed = bk.drafts()
	params := bk.visibleParameters()
	var err error
	if bk.dialect, err = l.dialect(params); err != nil {
		return fault.List{fault.New(fault.Invalid, "parameters", text.Text{ZH: err.Error(), EN: err.Error()})}
	}
	type compiled struct {
		article Article
		params  []string
		check   *check
		faults  fault.List
	}
	all := make([]compiled, len(bk.Articles))
	sideBySide(len(all), func(i int) {
		c := &all[i]
		base, bad := bk.strengthened(bk.Articles[i])
		if bad != nil {
			c.faults = fault.List{bad}
			return
		}
		c.article = bk.Articles[i].complete(base)
		c.params = parametersOf(c.article)
		if base != nil && bk.declaresAlike(c.params) {
			c.check = base.check
			return
		}
		c.check, c.faults = bk.dialect.compile(c.article)
	})
	for _, c := range all {
		faults = append(faults, c.faults...)
		if len(c.faults) > 0 {
			continue
		}
		bk.compiled = append(bk.compiled, compiledArticle{
			article: c.article, check: c.check, gate: c.article.Gate.Order(), params: c.params,
			matter: matter{name: c.article.Matter, direction: directionOf(c.article, params)},
			how:    c.article.How.Prepare(), spoken: spokenOf(c.article),
		})
	}
	bk.spans = bk.divide()
	return append(faults, bk.looser()...)
}

// strengthened is the article of a higher book that an article strengthens; absent when it stands by itself.
func (bk *loadedBook) strengthened(a Article) (*compiledArticle, *fault.Fault) {
	if a.Strengthens == "" {
		return nil, nil
	}
	for _, h := range bk.higher {
		for i := range h.compiled {
			if h.compiled[i].article.ID == a.Strengthens {
				return &h.compiled[i], nil
			}
		}
	}
	return nil, refuse(a, "strengthens", "上级规章中没有这一条："+a.Strengthens, "no higher book has this article: "+a.Strengthens)
}

// complete gives an article its defaults and, when it strengthens a higher one, that one's checks.
func (a Article) complete(higher *compiledArticle) Article {
	if higher != nil {
		base := higher.article
		a.Gate, a.Scope, a.Matter, a.Applies, a.Facts = base.Gate, base.Scope, base.Matter, base.Applies, base.Facts
		a.Measure, a.With, a.Provisional, a.Outcomes = base.Measure, base.With, base.Provisional, base.Outcomes
		a.How, a.OK = base.How, base.OK
		if a.Text == (text.Text{}) {
			a.Text = base.Text
		}
		return a
	}
	if a.Gate == "" {
		a.Gate = Approval
	}
	if a.Scope == "" {
		a.Scope = "case"
	}
	if a.Matter == "" {
		a.Matter = a.ID
	}
	return a
}

// declaresAlike says whether all these parameters have in this book the type that
// every higher book that has them gives them, so that the higher one's checks hold here.
func (bk *loadedBook) declaresAlike(params []string) bool {
	for _, own := range bk.Parameters {
		if !slices.Contains(params, own.Name) {
			continue
		}
		for _, h := range bk.higher {
			if slices.ContainsFunc(h.Parameters, func(p Parameter) bool { return p.Name == own.Name && p.Type != own.Type }) {
				return false
			}
		}
	}
	return true
}

// visibleParameters are the book's own and those of the higher books that it does not declare itself.
func (bk *loadedBook) visibleParameters() []Parameter {
	all := slices.Clone(bk.Parameters)
	for _, h := range slices.Backward(bk.higher) {
		for _, p := range h.Parameters {
			if !slices.ContainsFunc(all, func(q Parameter) bool { return q.Name == p.Name }) {
				all = append(all, p)
			}
		}
	}
	return all
}

// looser finds own values that loosen what a higher book says on the same day.
func (bk *loadedBook) looser() fault.List {
	var faults fault.List
	for _, p := range bk.Parameters {
		for _, h := range bk.higher {
			i := slices.IndexFunc(h.Parameters, func(q Parameter) bool { return q.Name == p.Name })
			if i < 0 {
				continue
			}
			for _, v := range p.Values {
				above, ok := h.Parameters[i].On(v.From)
				x, okX := number(v.Value)
				y, okY := number(above.Value)
				if !ok || !okX || !okY {
					continue
				}
				if d := h.Parameters[i].Tighter; (d == "lower" && x > y) || (d == "higher" && x < y) {
					faults = append(faults, fault.New(fault.Invalid, p.Name, text.Text{
						ZH: fmt.Sprintf("参数 %s 自 %s 起为 %d，宽于「%s」的 %d；下级只能从严", p.Name, v.From, x, h.Name, y),
						EN: fmt.Sprintf("parameter %s is %d from %s, looser than the %d of %s; a lower layer may only tighten", p.Name, x, v.From, y, h.Name),
					}).At(fault.Place{File: path.Join("rulebooks", bk.Name, "parameters.yaml")}))
				}
			}
		}
	}
	return faults
}

func number(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case int64:
		return int(n), true
	case float64:
		return int(n), n == float64(int(n))
	}
	return 0, false
}

func spokenOf(a Article) []spoken {
	var out []spoken
	for _, o := range append(slices.Clone(a.Outcomes), ArticleOutcome{Say: a.OK}) {
		words := spoken{say: o.Say.Prepare(), needs: o.Needs.Prepare()}
		places := slices.Concat(o.Say.Placeholders(), o.Needs.Placeholders(), a.How.Placeholders())
		slices.Sort(places)
		for _, name := range slices.Compact(places) {
			if _, ok := a.With[name]; ok {
				words.with = append(words.with, name)
			}
			words.names = words.names || name == "names"
		}
		out = append(out, words)
	}
	return out
}

func parametersOf(a Article) []string {
	texts := []string{a.Applies, a.Provisional}
	if a.Measure != nil {
		texts = append(texts, a.Measure.Value, a.Measure.Limit)
	}
	for _, o := range a.Outcomes {
		texts = append(texts, o.If)
	}
	for _, w := range a.With {
		texts = append(texts, w)
	}
	var names []string
	for _, m := range paramName.FindAllStringSubmatch(strings.Join(texts, " "), -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// directionOf is the direction in which the limit of an article tightens: that of the parameters it is made of.
func directionOf(a Article, params []Parameter) Tighter {
	if a.Measure == nil {
		return "none"
	}
	for _, m := range paramName.FindAllStringSubmatch(a.Measure.Limit, -1) {
		for _, p := range params {
			if p.Name == m[1] && p.Tighter != "none" {
				return p.Tighter
			}
		}
	}
	return "none"
}

// speaking are the books asked about a procedure, from the top layer down.
func (b *Books) speaking(procedure string, names []string) []*loadedBook {
	var out []*loadedBook
	for _, bk := range b.books {
		if bk.Procedure == procedure && (len(names) == 0 || slices.Contains(names, bk.Name)) {
			out = append(out, bk)
		}
	}
	return out
}

// drafts lists what nobody has confirmed.
func (bk *loadedBook) drafts() []Draft {
	var out []Draft
	for _, a := range bk.Articles {
		for _, e := range a.Editions {
			if e.Confidence == Unconfirmed {
				out = append(out, Draft{Book: bk.Name, Rule: a.ID, Title: a.Title, Note: e.Note})
			}
		}
	}
	for _, p := range bk.Parameters {
		for _, v := range p.Values {
			if v.Confidence == Unconfirmed {
				out = append(out, Draft{Book: bk.Name, Rule: p.Name, Title: p.Title, Note: v.Note})
			}
		}
	}
	return out
}

// All lists the books from the top layer down, each with its articles completed:
// one that strengthens a higher article shows that one's checks.
func (b *Books) All() []Book {
	out := make([]Book, 0, len(b.books))
	for _, bk := range b.books {
		book := bk.Book
		book.Articles = nil
		for _, c := range bk.compiled {
			book.Articles = append(book.Articles, c.article)
		}
		out = append(out, book)
	}
	return out
}

// Find gives a book by name.
func (b *Books) Find(name string) (Book, bool) {
	for _, bk := range b.All() {
		if bk.Name == name {
			return bk, true
		}
	}
	return Book{}, false
}
