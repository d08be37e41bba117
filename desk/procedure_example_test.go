package desk_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"chancery/core/fault"
	"chancery/desk"
	"chancery/library"
)

func TestEveryExampleOfEveryProcedureComesOutAsItMust(t *testing.T) {
	t.Parallel()
	lib, err := desk.LoadLibrary(library.FS)
	if err != nil {
		t.Fatal(err)
	}
	ran, err := lib.RunProcedureExamples()
	for _, f := range fault.All(err) {
		t.Error(f.Error(), f.Text.ZH)
	}
	if err != nil && len(fault.All(err)) == 0 {
		t.Fatal(err)
	}
	if ran < 8 {
		t.Errorf("only %d examples", ran)
	}
}

// altered is the library with one file changed.
func altered(t *testing.T, file, old, new string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(library.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(library.FS, name)
		if name == file {
			if !strings.Contains(string(data), old) {
				t.Fatalf("%s does not hold %q", file, old)
			}
			data = []byte(strings.Replace(string(data), old, new, 1))
		}
		out[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAProcedureThatNamesWhatIsNotThereIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	const file = "procedures/outbound-trip/procedure.yaml"
	for name, c := range map[string]struct{ old, new, says string }{
		"a post":            {"owner: {post: finance-review}", "owner: {post: finance}", "there is no post finance"},
		"an article":        {"article: cn-national/FIN-02", "article: cn-national/FIN-99", "there is no article cn-national/FIN-99"},
		"a book":            {"books: [cn-national]", "books: [cn-nowhere]", "there is no rulebook cn-nowhere"},
		"a circumstance":    {"unless: notice-exempt", "unless: sunny", "there is no circumstance sunny"},
		"a gate":            {"gate: settlement", "gate: garden", "there is no gate garden"},
		"an act":            {"act: reported", "act: sung", "there is no such act: sung"},
		"a word of a list":  {"mode: all", "mode: al", "all"},
		"an unknown key":    {"silence: wait", "silense: wait", "silence"},
		"a term of nothing": {"term: {working_days: 3}\n    escalate: trips-head", "escalate: trips-head", "without a term"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lib, err := desk.LoadLibrary(altered(t, file, c.old, c.new))
			if err == nil {
				_, err = lib.RunProcedureExamples()
			}
			for _, f := range fault.All(err) {
				if strings.Contains(f.Text.EN, c.says) && f.Place.File == file && f.Place.Line > 0 {
					return
				}
			}
			t.Errorf("it says %v, want %q with a line of %s", err, c.says, file)
		})
	}
}

func TestAnExampleThatDoesNotHoldIsAFault(t *testing.T) {
	t.Parallel()
	const file = "procedures/gift-received/examples/plate.yaml"
	for old, new := range map[string]string{
		"path: [declaration, disposal, closing]": "path: [declaration, closing]", "decides: gift-keeper": "decides: director",
		"due: 2026-10-22": "due: 2026-10-23", "refused: 上官临": "refused: 司空砚", "state: closed": "state: refused",
	} {
		lib, err := desk.LoadLibrary(altered(t, file, old, new))
		if err != nil {
			t.Fatal(err)
		}
		_, err = lib.RunProcedureExamples()
		found := false
		for _, f := range fault.All(err) {
			found = found || (f.Place.File == file && f.Place.Line > 0)
		}
		if !found {
			t.Errorf("%s: nothing is said (%v)", new, err)
		}
	}
}
