package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"chancery/affairs"
	"chancery/core/form"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/library"
)

// examples are applications to be checked, shared with the tests of the contract.
const examples = "../contract/testdata"

func TestFortyArticlesOnSixPeopleTakeAtMostAHundredMicroseconds(t *testing.T) {
	measuring(t)
	lib := loaded(t)
	a := read(t, lib, "04-seven-people.yaml")
	a, err := lib.Apply(a, []rule.PatchOp{{Op: "remove", Path: "/delegation/6"}})
	if err != nil {
		t.Fatal(err)
	}
	values, _, _ := affairs.Of(a.Procedure).Count(a, a.Filed, lib.World())
	request := rule.Request{
		Procedure: a.Procedure, Books: []string{desk.DefaultBook}, Day: a.Filed, Gate: rule.Settlement, Values: values,
	}
	book, ok := lib.Books.Find(desk.DefaultBook)
	if !ok || len(book.Articles) < 40 {
		t.Fatalf("%s has %d articles: forty were to be measured", desk.DefaultBook, len(book.Articles))
	}
	n := len(book.Articles)
	whole := perCall(t, func() error { _, err := lib.Books.Evaluate(request); return err })
	judged := perCall(t, func() error { _, _, err := lib.Books.Judge(request); return err })
	written := perCall(t, func() error { _, err := a.Canonical(); return err })
	forty := whole * 40 / time.Duration(n)
	say(t, "evaluating 40 articles on a trip of six", us(forty), "100 µs",
		fmt.Sprintf("all %d articles %s, their verdict alone %s; writing the application as canonical JSON %s", n, us(whole), us(judged), us(written)), forty <= 100*time.Microsecond)
}

func TestAlternativesAreFoundInUnderFiftyMilliseconds(t *testing.T) {
	measuring(t)
	lib := loaded(t)
	for _, name := range []string{"02-nine-days-two-countries", "03-four-countries", "04-seven-people", "13-academic-without-evidence"} {
		a := read(t, lib, name+".yaml")
		without := perCall(t, func() error { _, err := lib.Check(a, desk.CheckOptions{}); return err })
		with := perCall(t, func() error { _, err := lib.Check(a, desk.CheckOptions{Alternatives: true}); return err })
		say(t, "a stop with its alternatives, "+name, ms(with), "50 ms", "the check alone "+us(without), with <= 50*time.Millisecond)
	}
}

func TestTheLibraryIsReadInUnderSixtyMilliseconds(t *testing.T) {
	measuring(t)
	took := perCall(t, func() error { _, err := desk.LoadLibrary(library.FS); return err })
	say(t, "reading and type-checking the whole library", ms(took), "60 ms", "–", took <= 60*time.Millisecond)
}

// perCall is what a call costs, as the testing package measures it.
func perCall(t *testing.T, call func() error) time.Duration {
	t.Helper()
	r := testing.Benchmark(func(b *testing.B) {
		b.Helper()
		for b.Loop() {
			if err := call(); err != nil {
				b.Fatal(err)
			}
		}
	})
	if r.N == 0 {
		t.Fatal("the call failed while it was measured")
	}
	return time.Duration(r.NsPerOp())
}

func loaded(t *testing.T) *desk.Library {
	t.Helper()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func read(t *testing.T, lib *desk.Library, name string) form.Application {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(examples, name))
	if err != nil {
		t.Fatal(err)
	}
	a, err := lib.ReadApplication(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func us(d time.Duration) string { return fmt.Sprintf("%.1f µs", float64(d.Nanoseconds())/1000) }
