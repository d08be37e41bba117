package archtest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// statement is how an SQL statement begins; the house writes SQL in capitals.
var statement = regexp.MustCompile(`(?s)^\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s.+\sSET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|UNIQUE)|ALTER\s+TABLE|DROP\s+TABLE|PRAGMA\s)`)

func TestOnlyTheStoreSpeaksSQL(t *testing.T) {
	t.Parallel()
	for _, f := range written(t) {
		if f.test() || f.in("store") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil && statement.MatchString(s) {
					t.Errorf("%s: SQL outside store", f.at(l))
				}
			}
			return true
		})
	}
}

// TestNobodyReadsTheClockButCmdAndStore: everybody else is told the instant or
// the day, so that a scene can move the clock.
func TestNobodyReadsTheClockButCmdAndStore(t *testing.T) {
	t.Parallel()
	for _, f := range written(t) {
		if f.test() || f.in("cmd", "store") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && (s.Sel.Name == "Now" || s.Sel.Name == "Since" || s.Sel.Name == "Until") {
				t.Errorf("%s: time.%s outside cmd and store", f.at(s), s.Sel.Name)
			}
			return true
		})
	}
}

// inline is what the content security policy forbids in a page: a style or a
// script written in place, and handlers in attributes.
var inline = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{"inline style", regexp.MustCompile(`\sstyle=["{]`)},
	{"style element", regexp.MustCompile(`<style[\s>]`)},
	{"inline script", regexp.MustCompile(`<script(\s+(?:[^>]*\s)?)?>`)},
	{"handler in an attribute", regexp.MustCompile(`\son[a-z]+=["{]`)},
	{"script address", regexp.MustCompile(`(?i)["']javascript:`)},
}

var scriptWithSource = regexp.MustCompile(`<script\s[^>]*\bsrc=`)

func TestPagesHoldNoInlineStyleOrScript(t *testing.T) {
	t.Parallel()
	for _, f := range files(t, ".templ", ".html") {
		for i, line := range bytes.Split(f.text, []byte("\n")) {
			for _, rule := range inline {
				if rule.what == "inline script" && scriptWithSource.Match(line) {
					continue
				}
				if rule.pattern.Match(line) {
					t.Errorf("%s:%d: %s: %s", f.path, i+1, rule.what, bytes.TrimSpace(line))
				}
			}
		}
	}
}

// TestNothingPointsOutsideTheRepository: a reader of a clone must never meet a
// path that only another machine has, nor the name of a place modules come from.
func TestNothingPointsOutsideTheRepository(t *testing.T) {
	t.Parallel()
	// Written in halves, so that this file may keep the rule too.
	words := []string{
		"../" + "shared", "/work/" + "shared", "proxy.golang" + ".org", "sum.golang" + ".org",
		"npm" + "js.", "py" + "pi.org", "crates" + ".io", "docker" + ".io",
	}
	for _, f := range files(t) {
		if f.path == "THIRD_PARTY_NOTICES.txt" || strings.HasSuffix(f.path, ".sum") {
			continue // other people's words
		}
		for _, w := range words {
			if i := bytes.Index(f.text, []byte(w)); i >= 0 {
				t.Errorf("%s:%d: says %q", f.path, 1+bytes.Count(f.text[:i], []byte("\n")), w)
			}
		}
	}
}

// TestEveryExportedNameSaysWhatItPromises asks for a comment on each exported
// function, method, type, constant and variable. A group may have one for all;
// for types it then names each.
func TestEveryExportedNameSaysWhatItPromises(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	where := map[string]string{}
	for _, f := range written(t) {
		if strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		folder := f.path[:max(0, strings.LastIndex(f.path, "/"))]
		where[folder] = f.path
		documented[folder] = documented[folder] || f.syntax.Doc != nil
		for _, d := range f.syntax.Decls {
			for _, silent := range undocumented(d) {
				t.Errorf("%s: exported %s has no comment", f.at(silent), name(silent))
			}
		}
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("%s: the package has no comment that says what it knows", where[folder])
		}
	}
}

func undocumented(d ast.Decl) []ast.Node {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || ast.IsExported(receiver(d))) {
			return []ast.Node{d}
		}
	case *ast.GenDecl:
		if d.Doc != nil && (d.Lparen.IsValid() || len(d.Specs) == 1) && d.Tok != token.TYPE {
			return nil
		}
		var silent []ast.Node
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && s.Comment == nil && !strings.Contains(d.Doc.Text(), s.Name.Name) {
					silent = append(silent, s)
				}
			case *ast.ValueSpec:
				if s.Doc == nil && s.Comment == nil && s.Names[0].IsExported() {
					silent = append(silent, s)
				}
			}
		}
		return silent
	}
	return nil
}

func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return fmt.Sprint(x)
		}
	}
}

func name(n ast.Node) string {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Recv != nil {
			return receiver(n) + "." + n.Name.Name
		}
		return n.Name.Name
	case *ast.TypeSpec:
		return n.Name.Name
	case *ast.ValueSpec:
		return n.Names[0].Name
	}
	return ""
}
