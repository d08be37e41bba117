package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"chancery/core/fault"
	"chancery/core/text"
	"chancery/store"
)

// version is that of the next release, or of this one.
const version = "0.2.0"

// commit is the one that the program was built from; a release writes it in.
var commit string //nolint:gochecknoglobals // the linker can set nothing else

type versionCommand struct {
	Verify string `help:"Look whether this program is one of those that the file of sums names." placeholder:"SHA256SUMS"`
}

// programVersion is what the program says of itself.
type programVersion struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
	System  string `json:"system"`
	Schema  int64  `json:"schema"`
}

// thisVersion is what this program is. A commit with changes that are not in it ends in a plus.
func thisVersion() programVersion {
	v := programVersion{Version: version, Commit: commit, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	v.Schema, _ = store.Schema() // the files are in the program and were read by its tests
	if built, ok := debug.ReadBuildInfo(); ok && v.Commit == "" {
		changed := ""
		for _, s := range built.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Commit = s.Value
			case "vcs.modified":
				if s.Value == "true" {
					changed = "+"
				}
			}
		}
		v.Commit += changed
	}
	if v.Commit == "" {
		v.Commit = "unknown"
	}
	return v
}

// Run says which program this is; with --verify also whether it is what was released.
func (c *versionCommand) Run(a *App) error {
	if c.Verify != "" {
		return c.verify(a)
	}
	v := thisVersion()
	return a.print(v, func(w io.Writer) {
		fmt.Fprintln(w, text.Text{
			ZH: "chancery {version}\n提交 {commit}\n{go}，{system}\n数据格式 {schema}", EN: "chancery {version}\ncommit {commit}\n{go}, {system}\nschema {schema}",
		}.Fill(text.Args{"version": v.Version, "commit": v.Commit, "go": v.Go, "system": v.System, "schema": v.Schema}).In(a.lang()))
	})
}

// sumsBytes is the most that is read of a file of sums.
const sumsBytes = 1 << 20

// verify compares the sum of the running program with those of a release.
func (c *versionCommand) verify(a *App) error {
	sums, err := readInput(c.Verify, sumsBytes)
	if err != nil {
		return err
	}
	own, err := ownSum()
	if err != nil {
		return err
	}
	type verdict struct {
		Sum   string    `json:"sum"`
		Named string    `json:"named,omitempty"`
		Say   text.Text `json:"say"`
	}
	v := verdict{Sum: own, Say: text.Text{
		ZH: "本程序不在 {file} 所列之中（{sum}）；请重新取得", EN: "this program is none of those in {file} ({sum}): get it anew",
	}}
	for line := range strings.Lines(string(sums)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), " ")
		if ok && strings.EqualFold(sum, own) {
			v.Named = strings.TrimLeft(name, " *")
			v.Say = text.Text{ZH: "与 {file} 所列的 {name} 一致（{sum}）", EN: "this program is {name} of {file} ({sum})"}
		}
	}
	if v.Named == "" {
		a.exit = exitNo
	}
	v.Say = v.Say.Fill(text.Args{"file": c.Verify, "name": v.Named, "sum": own})
	return a.print(v, func(w io.Writer) { fmt.Fprintln(w, v.Say.In(a.lang())) })
}

// ownSum is the SHA-256 of the running program's file.
func ownSum() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	f, err := os.Open(filepath.Clean(name))
	if err != nil {
		return "", fault.New(fault.Unavailable, "", text.Text{ZH: "读不了本程序的文件 {name}", EN: "cannot read this program's file {name}"}.Fill(text.Args{"name": name}))
	}
	defer f.Close() //nolint:errcheck // only read
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
