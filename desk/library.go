package desk

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"chancery/affairs"
	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/money"
	"chancery/core/office"
	"chancery/core/place"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// Library is everything that is data: calendar, places, rates, forms and
// rulebooks, read and checked. It does not change once it is loaded.
type Library struct {
	Calendar *calendar.Calendar
	Places   *place.Table
	Rates    *money.Rates
	Books    *rule.Books
	Forms    map[string]form.Form
	// Words are what coded values are called.
	Words form.Words
	// Common are passwords that nobody may choose.
	Common account.Common

	procedures []procedure.Procedure
	numberings []numbering
	recurring  []procedure.Recurring
	posts      map[office.PostID]bool // those that have a part in one of the procedures
	fsys       fs.FS
}

// OfficeZone is the time zone in which an office's days are counted.
func OfficeZone() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// LoadLibrary reads a library, and lays the years that an office was announced over
// its calendar. All faults of all its files come back together as
// a fault.List; any other error is ours.
func LoadLibrary(fsys fs.FS, announced ...calendar.Announcement) (*Library, error) {
	l := &Library{fsys: fsys, Forms: map[string]form.Form{}, posts: map[office.PostID]bool{}}
	var faults fault.List
	gather := func(err error) error {
		list := fault.All(err)
		if err != nil && len(list) == 0 {
			return err
		}
		faults = append(faults, list...)
		return nil
	}
	for _, read := range []func() error{l.readCalendar, l.readPlaces, l.readRates, l.readCommon} {
		if err := gather(read()); err != nil {
			return nil, err
		}
	}
	for _, year := range announced {
		if l.Calendar == nil {
			break // its own faults are said first
		}
		with, err := l.Calendar.With(year)
		if err := gather(err); err != nil {
			return nil, err
		}
		if err == nil {
			l.Calendar = with
		}
	}
	if err := faults.OrNil(); err != nil {
		return nil, err // forms and books rest on these
	}
	for _, read := range []func() error{l.readWords, l.readForms, l.readProcedures, l.readRecurring, l.readBooks} {
		if err := gather(read()); err != nil {
			return nil, err
		}
	}
	return l, faults.OrNil()
}

func (l *Library) readCommon() error {
	data, err := fs.ReadFile(l.fsys, "accounts/common-passwords.txt")
	if err != nil {
		return fmt.Errorf("read common passwords: %w", err)
	}
	l.Common = account.ReadCommon(data)
	return nil
}

func (l *Library) readCalendar() error {
	const file = "calendars/cn.yaml"
	data, err := fs.ReadFile(l.fsys, file)
	if err != nil {
		return fmt.Errorf("read calendar: %w", err)
	}
	l.Calendar, err = calendar.ParseCalendar(file, data)
	return err
}

func (l *Library) readPlaces() error {
	files, err := fs.Glob(l.fsys, "places/*.yaml")
	if err != nil {
		return fmt.Errorf("list places: %w", err)
	}
	var tables []*place.Table
	for _, file := range files {
		data, err := fs.ReadFile(l.fsys, file)
		if err != nil {
			return fmt.Errorf("read places: %w", err)
		}
		table, err := place.ParseTable(file, data)
		if err != nil {
			return err
		}
		tables = append(tables, table)
	}
	l.Places = place.Join(tables...)
	return nil
}

func (l *Library) readRates() error {
	names, err := fs.Glob(l.fsys, "rates/*/*.yaml")
	if err != nil {
		return fmt.Errorf("list rates: %w", err)
	}
	var files []money.File
	for _, name := range names {
		data, err := fs.ReadFile(l.fsys, name)
		if err != nil {
			return fmt.Errorf("read rates: %w", err)
		}
		files = append(files, money.File{Name: name, Data: data})
	}
	l.Rates, err = money.ParseRates(files...)
	return err
}

// readWords reads the words of coded values, and refuses them when a code of a block, or of what rules speak of, has none.
func (l *Library) readWords() error {
	said, err := text.ReadCatalogue(l.fsys, "words")
	if err != nil {
		return wordless(err.Error())
	}
	l.Words = form.NewWords(said, l.Places)
	if lacking := l.Words.Unsaid(affairs.Kinds(l.Calendar)...); len(lacking) > 0 {
		return wordless(strings.Join(lacking, ", "))
	}
	return nil
}

func wordless(what string) error {
	return fault.New(fault.Invalid, "words", text.Text{
		ZH: "编码值的名称不全或有误：{what}", EN: "the words of coded values are lacking or wrong: {what}",
	}.Fill(text.Args{"what": what})).At(fault.Place{File: "words"})
}

func (l *Library) readForms() error {
	files, err := fs.Glob(l.fsys, "procedures/*/form.yaml")
	if err != nil {
		return fmt.Errorf("list forms: %w", err)
	}
	var faults fault.List
	for _, file := range files {
		data, err := fs.ReadFile(l.fsys, file)
		if err != nil {
			return fmt.Errorf("read form: %w", err)
		}
		f, err := form.Load(file, data, affairs.Blocks())
		if err != nil {
			list := fault.All(err)
			if len(list) == 0 {
				return err
			}
			faults = append(faults, list...)
			continue
		}
		f.Procedure = path.Base(path.Dir(file))
		if examine := affairs.Of(f.Procedure).Examine; examine != nil {
			f.Examine = func(a form.Answers) []*fault.Fault { return examine(a, l.Places) }
		}
		l.Forms[f.Procedure] = f
	}
	return faults.OrNil()
}

func (l *Library) readProcedures() error {
	files, err := fs.Glob(l.fsys, "procedures/*/procedure*.yaml")
	if err != nil {
		return fmt.Errorf("list procedures: %w", err)
	}
	var faults fault.List
	for _, file := range files {
		data, err := fs.ReadFile(l.fsys, file)
		if err != nil {
			return fmt.Errorf("read procedure: %w", err)
		}
		p, err := procedure.Read(file, data)
		if err != nil {
			list := fault.All(err)
			if len(list) == 0 {
				return err
			}
			faults = append(faults, list...)
			continue
		}
		l.procedures = append(l.procedures, p)
		l.numberings = append(l.numberings, numberingOf(p.Series))
		for _, post := range p.Posts() {
			l.posts[post] = true
		}
	}
	return faults.OrNil()
}

// readRecurring reads the duties that come back; a library may do without.
func (l *Library) readRecurring() error {
	const file = "duties/duties.yaml"
	data, err := fs.ReadFile(l.fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read recurring duties: %w", err)
	}
	l.recurring, err = procedure.ReadRecurring(file, data)
	return err
}

// Procedure is the newest version of a procedure.
func (l *Library) Procedure(name string) (procedure.Procedure, bool) {
	var newest procedure.Procedure
	for _, p := range l.procedures {
		if p.Name == name && p.Version > newest.Version {
			newest = p
		}
	}
	return newest, newest.Version > 0
}

// ProcedureVersion is one version of a procedure.
func (l *Library) ProcedureVersion(name string, version int) (procedure.Procedure, bool) {
	for _, p := range l.procedures {
		if p.Name == name && p.Version == version {
			return p, true
		}
	}
	return procedure.Procedure{}, false
}

func (l *Library) readBooks() error {
	vocabularies := map[string]rule.Vocabulary{}
	for name := range l.Forms {
		if v := affairs.Of(name).Vocabulary; v != nil {
			vocabulary := v(l.Calendar)
			vocabulary.Say = l.Words.Say
			vocabularies[name] = vocabulary
		}
	}
	var err error
	l.Books, err = rule.Load(l.fsys, "rulebooks", vocabularies)
	return err
}

// ReadApplication reads the file of an application. Every fault comes back with
// its line, as a fault.List.
func (l *Library) ReadApplication(file string, data []byte) (form.Application, error) {
	return form.Read(file, data, l.form)
}

func (l *Library) form(procedure string) (form.Form, bool) {
	f, ok := l.Forms[procedure]
	return f, ok
}

// HasBooks refuses names of rulebooks that are not there.
func (l *Library) HasBooks(names []string) error {
	var known []string
	for _, b := range l.Books.All() {
		known = append(known, b.Name)
	}
	var faults fault.List
	for _, n := range names {
		if !slices.Contains(known, n) {
			faults = append(faults, fault.New(fault.Invalid, "books", text.Text{
				ZH: "没有名为「{name}」的规章；现有：{known}", EN: "there is no rulebook called {name}; there are {known}",
			}.Fill(text.Args{"name": n, "known": known})))
		}
	}
	return faults.OrNil()
}

// Count is what a library holds.
type Count struct {
	Books      int `json:"books"`
	Articles   int `json:"articles"`
	Procedures int `json:"procedures"`
	Calendars  int `json:"calendars"`
	Examples   int `json:"examples"`
}

// Count counts what the library holds; Examples are those of the articles.
func (l *Library) Count() Count {
	c := Count{Procedures: len(l.Forms), Calendars: 1}
	for _, b := range l.Books.All() {
		c.Books++
		c.Articles += len(b.Articles)
		for _, a := range b.Articles {
			c.Examples += len(a.Examples)
		}
	}
	return c
}

// RunExamples runs every example of every article and says how many there were.
// Each that does not come out as it must is a fault that names the article's file.
func (l *Library) RunExamples() (int, error) {
	var (
		faults fault.List
		ran    int
	)
	for _, b := range l.Books.All() {
		for _, a := range b.Articles {
			for i, e := range a.Examples {
				ran++
				got, err := l.runExample(b, a, e)
				if err != nil {
					got = err.Error()
				}
				if got != "" {
					faults = append(faults, fault.New(fault.Invalid, fmt.Sprintf("examples[%d]", i), text.Text{
						ZH: a.ID + " 的示例「" + e.Name.ZH + "」不成立：" + got, EN: a.ID + ", example «" + e.Name.EN + "»: " + got,
					}).At(a.Where(fmt.Sprintf("examples[%d]", i))))
				}
			}
		}
	}
	return ran, faults.OrNil()
}

// runExample says how an example came out, when not as it must.
func (l *Library) runExample(b rule.Book, a rule.Article, e rule.Example) (string, error) {
	f, ok, err := l.askExample(b, a, e)
	if err != nil {
		return "", err
	}
	got := rule.Expectation{Status: "none"}
	if ok {
		got.Status = string(f.Status)
		if f.Measured != nil && e.Expect.Value != "" {
			got.Value = f.Measured.Value
		}
		if f.Limit != nil && e.Expect.Limit != "" {
			got.Limit = f.Limit.Value
		}
	}
	if got != e.Expect {
		return fmt.Sprintf("%+v, want %+v", got, e.Expect), nil
	}
	return "", nil
}

// askExample puts an example before its article; ok is false where the article has nothing to say.
func (l *Library) askExample(b rule.Book, a rule.Article, e rule.Example) (f rule.Finding, ok bool, err error) {
	application, err := l.exampleBase(b.Name, e.Base)
	if err != nil {
		return f, false, err
	}
	if len(e.Change) > 0 {
		if application, err = l.Apply(application, e.Change); err != nil {
			return f, false, err
		}
	}
	if !e.On.IsZero() {
		application.Filed = e.On
	}
	gate := e.Gate
	if gate == "" {
		gate = rule.Settlement
	}
	values, _, _ := affairs.Of(b.Procedure).Count(application, application.Filed, l.World())
	return l.Books.Ask(b.Name, a.ID, rule.Request{
		Procedure: b.Procedure, Day: application.Filed, Gate: gate, Values: values, Facts: typedFacts(e.Facts),
	})
}

// exampleBase reads the application an example starts from: of its own book, or of the national one.
func (l *Library) exampleBase(book, base string) (form.Application, error) {
	for _, dir := range []string{book, DefaultBook} {
		file := path.Join("rulebooks", dir, "examples", base+".yaml")
		data, err := fs.ReadFile(l.fsys, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return form.Application{}, fmt.Errorf("read example: %w", err)
		}
		return l.ReadApplication(file, data)
	}
	return form.Application{}, fmt.Errorf("there is no example called %s", base)
}

// typedFacts gives the facts of an example the types that registers give them.
func typedFacts(facts map[string]any) rule.Facts {
	if facts == nil {
		return nil
	}
	out := rule.Facts{}
	for name, v := range facts {
		switch x := v.(type) {
		case []any:
			words := []string{}
			for _, w := range x {
				words = append(words, strings.TrimSpace(fmt.Sprint(w)))
			}
			out[name] = words
		case int64:
			out[name] = int(x)
		case float64:
			out[name] = int(x)
		default:
			out[name] = v
		}
	}
	return out
}
