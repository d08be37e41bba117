package archtest

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// word is a line of the tables of acts and events in docs/words.md.
type word struct{ act, name, route, entry, zh, command string }

// words reads the tables of acts and events, by their lines of six and five cells.
func words(t *testing.T) []word {
	t.Helper()
	return wordsOf(t, "casework")
}

// wordsOf reads the tables whose lines name something of a package.
func wordsOf(t *testing.T, pkg string) []word {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "docs/words.md"))
	if err != nil {
		t.Fatal(err)
	}
	bare := strings.NewReplacer("`", "", pkg+".", "")
	var all []word
	for line := range strings.SplitSeq(string(page), "\n") {
		if !strings.Contains(line, "`"+pkg+".") || !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = bare.Replace(strings.TrimSpace(cells[i]))
		}
		switch len(cells) {
		case 6:
			all = append(all, word{cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]})
		case 5:
			all = append(all, word{cells[0], cells[1], "", cells[2], cells[3], cells[4]})
		default:
			t.Errorf("docs/words.md: %d cells in %q", len(cells), line)
		}
	}
	if len(all) == 0 {
		t.Fatalf("docs/words.md lists nothing of %s", pkg)
	}
	return all
}

func TestEveryActIsInTheWordsWithItsEntry(t *testing.T) {
	t.Parallel()
	said := map[string]string{}
	for _, w := range words(t) {
		said[w.name] = w.entry
	}
	kinds := kindsOf(t, "core/casework", "Kind")
	for name, entry := range kinds {
		if said[name] == "" {
			t.Errorf("casework.%s (%s) is not in docs/words.md", name, entry)
		} else if said[name] != entry {
			t.Errorf("casework.%s is entered as %q, docs/words.md says %q", name, entry, said[name])
		}
	}
	for name := range said {
		if kinds[name] == "" {
			t.Errorf("docs/words.md names casework.%s, which is not there", name)
		}
	}
}

func TestEveryChangeOfTheOfficeIsInTheWordsWithItsCommand(t *testing.T) {
	t.Parallel()
	kinds, commands := kindsOf(t, "core/office", "ChangeKind"), commandsOf(t, "officeCommand")
	for _, w := range wordsOf(t, "office") {
		if kinds[w.name] != w.entry {
			t.Errorf("office.%s is entered as %q, docs/words.md says %q", w.name, kinds[w.name], w.entry)
		}
		delete(kinds, w.name)
		command, ok := strings.CutPrefix(w.command, "office ")
		if !ok {
			continue // founded with the data folder
		}
		if m := bracketed.FindStringSubmatch(commands[command]); m == nil || m[1] != w.zh {
			t.Errorf("`%s` does not say %s in its help: %q", w.command, w.zh, commands[command])
		}
		delete(commands, command)
	}
	delete(commands, "show")
	for name := range kinds {
		t.Errorf("office.%s is not in docs/words.md", name)
	}
	for command := range commands {
		t.Errorf("`office %s` is not in docs/words.md", command)
	}
}

// kindsOf reads the constants of a type of kinds in a folder.
func kindsOf(t *testing.T, folder, named string) map[string]string {
	t.Helper()
	kinds := map[string]string{}
	for _, f := range written(t) {
		if !f.in(folder) {
			continue
		}
		for _, d := range f.syntax.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v, ok := s.(*ast.ValueSpec)
				if !ok || len(v.Values) != 1 {
					continue
				}
				if typ, ok := v.Type.(*ast.Ident); !ok || typ.Name != named {
					continue
				}
				if l, ok := v.Values[0].(*ast.BasicLit); ok {
					kinds[v.Names[0].Name], _ = strconv.Unquote(l.Value)
				}
			}
		}
	}
	if len(kinds) == 0 {
		t.Fatalf("%s has no %s", folder, named)
	}
	return kinds
}

// bracketed is the Chinese word of a command, in brackets at the end of its help.
var bracketed = regexp.MustCompile(`\(([^() ]*\p{Han}[^() ]*)\)\.$`)

func TestTheCommandsOfACaseAreTheWords(t *testing.T) {
	t.Parallel()
	fields := commandsOf(t, "caseCommand")
	for _, w := range words(t) {
		command, ok := strings.CutPrefix(w.command, "case ")
		if w.name == "Recounted" {
			continue // what an announced year does to every case
		}
		if !ok {
			t.Errorf("docs/words.md: %q is not a command of case", w.command)
			continue
		}
		help, ok := fields[command]
		if !ok {
			t.Errorf("docs/words.md: chancery has no %q", w.command)
			continue
		}
		if m := bracketed.FindStringSubmatch(help); m != nil && m[1] != w.zh {
			t.Errorf("`%s` is called %s in its help and %s in docs/words.md", w.command, m[1], w.zh)
		}
	}
	said := map[string]bool{"case show": true, "case list": true, "case path": true, "case allowed": true, "case tick": true} // what is asked is no act
	for _, w := range words(t) {
		said[w.command] = true
	}
	for command := range fields {
		if !said["case "+command] {
			t.Errorf("`case %s` is not in docs/words.md", command)
		}
	}
}

// commandsOf reads the words after a command of several, each with its help.
func commandsOf(t *testing.T, of string) map[string]string {
	t.Helper()
	commands := map[string]string{}
	for _, f := range written(t) {
		if !f.in("cmd/chancery") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			s, ok := n.(*ast.TypeSpec)
			if !ok || s.Name.Name != of {
				return true
			}
			for _, field := range s.Type.(*ast.StructType).Fields.List {
				tag, _ := strconv.Unquote(field.Tag.Value)
				named := reflect.StructTag(tag).Get("name")
				for _, n := range field.Names {
					command := named
					if command == "" {
						command = hyphened(n.Name)
					}
					commands[command] = reflect.StructTag(tag).Get("help")
				}
			}
			return false
		})
	}
	if len(commands) == 0 {
		t.Fatalf("cmd/chancery has no %s", of)
	}
	return commands
}

// hyphened is how the command line spells a field: AddSigner, add-signer.
func hyphened(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

func TestThePagesCallActsByTheirWords(t *testing.T) {
	t.Parallel()
	texts, err := os.ReadFile(filepath.Join(root, "web/texts/desk.zh.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range words(t) {
		if w.name == "ApprovedNow" && w.act == "reduce" {
			continue // entered as approved; its outcome says reduced
		}
		m := regexp.MustCompile(`(?m)^act\.` + w.entry + `: "?([^"\n]*)"?$`).FindSubmatch(texts)
		if m == nil {
			t.Errorf("web/texts/desk.zh.yaml has no act.%s", w.entry)
		} else if string(m[1]) != w.zh {
			t.Errorf("web/texts/desk.zh.yaml calls act.%s %s, docs/words.md %s", w.entry, m[1], w.zh)
		}
	}
}

var posted = regexp.MustCompile(`"POST /cases/\{no\}(/[a-z-]+)"`)

func TestTheRoutesOfActsAreTheWords(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, w := range words(t) {
		if said[w.route] && w.route != "" {
			t.Errorf("docs/words.md gives the route %s twice", w.route)
		}
		said[w.route] = true
	}
	for _, f := range written(t) {
		if !f.in("web") || f.test() {
			continue
		}
		for _, m := range posted.FindAllSubmatch(f.text, -1) {
			if !said[string(m[1])] {
				t.Errorf("%s posts to %s, which is not in docs/words.md", f.path, m[1])
			}
		}
	}
}
