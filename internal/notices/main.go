// Command notices writes THIRD_PARTY_NOTICES.txt: the licences of all that the
// binary holds and others wrote. Modules come from the import graph of the
// binary on each platform it is built for, their texts from the module cache;
// what is not a module (the Go library itself, pictures) lies in more/, one file
// each, named after the work.
package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

//go:embed more/*.txt
var more embed.FS

const output = "THIRD_PARTY_NOTICES.txt"

// work is one piece of other people's work with what they ask us to pass on.
type work struct{ name, text string }

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run() error {
	works, err := modules("linux/amd64", "linux/arm64", "linux/loong64", "windows/amd64", "darwin/arm64")
	if err != nil {
		return err
	}
	others, err := more.ReadDir("more")
	if err != nil {
		return fmt.Errorf("list more: %w", err)
	}
	for _, o := range others {
		text, err := more.ReadFile("more/" + o.Name())
		if err != nil {
			return fmt.Errorf("read %s: %w", o.Name(), err)
		}
		works = append(works, work{name: strings.TrimSuffix(o.Name(), ".txt"), text: string(text)})
	}
	sort.Slice(works, func(i, j int) bool { return works[i].name < works[j].name })

	var b bytes.Buffer
	b.WriteString("Chancery holds the work of others. Each is listed with its licence and notices.\nThis file is written by `make notices`.\n")
	for _, w := range works {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), w.name, strings.TrimSpace(strings.ReplaceAll(w.text, "\r\n", "\n")))
	}
	if err := os.WriteFile(output, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the notices: %w", err)
	}
	return nil
}

// modules lists the modules whose packages the binary holds on any platform.
func modules(platforms ...string) ([]work, error) {
	type module struct {
		Path, Version, Dir string
		Main               bool
	}
	found := map[string]module{}
	for _, p := range platforms {
		system, machine, _ := strings.Cut(p, "/")
		list := exec.Command("go", "list", "-deps", "-json=Module", "./cmd/chancery")
		list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+machine)
		list.Stderr = os.Stderr
		out, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("list what the binary holds on %s: %w", p, err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); ; {
			var pkg struct{ Module *module }
			if err := d.Decode(&pkg); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, fmt.Errorf("read the list of packages: %w", err)
			}
			if m := pkg.Module; m != nil && !m.Main {
				found[m.Path] = *m
			}
		}
	}
	var works []work
	for _, m := range found {
		text, err := licence(m.Dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Path, err)
		}
		works = append(works, work{name: m.Path + " " + m.Version, text: text})
	}
	return works, nil
}

// licence joins the licence and notice files at the top of a module.
func licence(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fmt.Errorf("look for the licence: %w", err)
	}
	var texts []string
	for _, e := range entries {
		stem := strings.ToUpper(strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())))
		known := slices.ContainsFunc([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT"}, func(w string) bool {
			return stem == w || strings.HasPrefix(stem, w+"-")
		})
		if !known || e.IsDir() || filepath.Ext(e.Name()) == ".go" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", fmt.Errorf("read the licence: %w", err)
		}
		texts = append(texts, strings.TrimSpace(string(text)))
	}
	if len(texts) == 0 {
		return "", errors.New("no licence file")
	}
	return strings.Join(texts, "\n\n"), nil
}
