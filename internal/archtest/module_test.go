package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const (
	module = "chancery"
	root   = "../.."
)

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath   string
	Standard     bool
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// ours says whether the package belongs to this module.
func (p pkg) ours() bool { return ours(p.ImportPath) }

func ours(path string) bool { return path == module || strings.HasPrefix(path, module+"/") }

// listing is asked for once: every test reads the same graph.
var listing = sync.OnceValues(func() (map[string]pkg, error) {
	return list("-e", "-deps", "./...")
})

// packages lists every package of the module and all that they reach, by
// import path.
func packages(t *testing.T) map[string]pkg {
	t.Helper()
	all, err := listing()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("go list found no package")
	}
	return all
}

func list(args ...string) (map[string]pkg, error) {
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,TestImports,XTestImports"}, args...)...)
	cmd.Dir = root
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.New("go list: " + err.Error() + "\n" + complaint.String())
	}
	all := map[string]pkg{}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, err
		}
		all[p.ImportPath] = p
	}
}

// source is one file of the repository, by its path from the root.
type source struct {
	path string
	text []byte
}

// generated says whether a tool wrote the file.
func (s source) generated() bool {
	head := s.text[:min(len(s.text), 400)]
	return bytes.Contains(head, []byte("Code generated")) && bytes.Contains(head, []byte("DO NOT EDIT"))
}

// test says whether the file is part of a test.
func (s source) test() bool {
	return strings.HasSuffix(s.path, "_test.go") || strings.HasPrefix(s.path, "internal/") || strings.Contains(s.path, "/storetest/")
}

// in says whether the file lies below one of the folders.
func (s source) in(folders ...string) bool {
	for _, f := range folders {
		if strings.HasPrefix(s.path, f+"/") {
			return true
		}
	}
	return false
}

// files reads what the house itself wrote, with the given endings; none: all.
func files(t *testing.T, endings ...string) []source {
	t.Helper()
	skip := map[string]bool{".git": true, "bin": true, "node_modules": true, "chancery-data": true}
	var found []source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if skip[d.Name()] {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || !ends(path, endings) {
			return nil
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a working file that went away meanwhile
		}
		if err != nil {
			return err
		}
		if bytes.IndexByte(text, 0) >= 0 {
			return nil // a picture or a program, not a text
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		found = append(found, source{path: filepath.ToSlash(name), text: text})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func ends(path string, endings []string) bool {
	if len(endings) == 0 {
		return true
	}
	for _, e := range endings {
		if strings.HasSuffix(path, e) {
			return true
		}
	}
	return false
}

// goFile is a Go source file with its syntax.
type goFile struct {
	source
	set    *token.FileSet
	syntax *ast.File
}

// at says where a node stands, as file:line.
func (f goFile) at(n ast.Node) string {
	p := f.set.Position(n.Pos())
	p.Column = 0
	return p.String()
}

// written parses the Go files that people wrote.
func written(t *testing.T) []goFile {
	t.Helper()
	var parsed []goFile
	for _, s := range files(t, ".go") {
		if s.generated() || strings.Contains(s.path, "/testdata/") {
			continue
		}
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, s.path, s.text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, goFile{source: s, set: set, syntax: syntax})
	}
	return parsed
}
