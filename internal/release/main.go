// Command release makes what an office is given, in bin/release: the binaries, a
// Debian package and a bill of materials of each, the notices, and the sums of all
// of it. The same commit under the same Go gives the same bytes, in whatever folder
// and on whatever day.
package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// machines are the processors for which a release is made; Debian has the same words for both.
var machines = []string{"amd64", "arm64"}

// source is what is released.
type source struct {
	version string
	commit  string
	at      time.Time // of the commit: no other time goes into a release
}

func main() {
	out := flag.String("out", "bin/release", "folder of what is made")
	unclean := flag.Bool("unclean", false, "make it also of what is not committed; nobody can make the same again")
	flag.Parse()
	if err := run(*out, *unclean); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(out string, unclean bool) error {
	s, err := describe(unclean)
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(out), os.MkdirAll(out, 0o755)); err != nil {
		return fmt.Errorf("make %s: %w", out, err)
	}
	for _, file := range []string{"LICENSE", "NOTICE", "THIRD_PARTY_NOTICES.txt", "Containerfile"} {
		content, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(filepath.Join(out, file), content, 0o644)
		}
		if err != nil {
			return fmt.Errorf("copy %s: %w", file, err)
		}
	}
	for _, machine := range machines {
		name := filepath.Join(out, "chancery-linux-"+machine)
		if err := build(s, machine, name); err != nil {
			return err
		}
		bill, err := billOfMaterials(s, name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(name+".cdx.json", bill, 0o644); err != nil {
			return fmt.Errorf("write the bill of materials: %w", err)
		}
		pkg, err := debianPackage(s, machine, name, bill)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, "chancery_"+s.debianVersion()+"_"+machine+".deb"), pkg, 0o644); err != nil {
			return fmt.Errorf("write the package: %w", err)
		}
	}
	return sums(out)
}

var versionLine = regexp.MustCompile(`(?m)^const version = "([0-9A-Za-z.-]+)"$`)

// describe asks the repository what it is; it refuses a folder with changes that no commit holds.
func describe(unclean bool) (source, error) {
	code, err := os.ReadFile("cmd/chancery/version.go")
	if err != nil {
		return source{}, fmt.Errorf("read the version: %w", err)
	}
	m := versionLine.FindSubmatch(code)
	if m == nil {
		return source{}, errors.New("cmd/chancery/version.go names no version")
	}
	changed, err := git("status", "--porcelain")
	if err != nil {
		return source{}, err
	}
	if changed != "" && !unclean {
		return source{}, fmt.Errorf("these are not committed, so nobody could make the same again:\n%s", changed)
	}
	told, err := git("log", "-1", "--format=%H %ct")
	if err != nil {
		return source{}, err
	}
	commit, second, _ := strings.Cut(told, " ")
	unix, err := strconv.ParseInt(second, 10, 64)
	if err != nil {
		return source{}, fmt.Errorf("read the time of the commit: %w", err)
	}
	return source{version: string(m[1]), commit: commit, at: time.Unix(unix, 0).UTC()}, nil
}

func git(args ...string) (string, error) {
	out, err := exec.Command("git", args...).Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

// build builds one binary. Nothing of this machine goes in: no path, no time, no setting of the environment.
func build(s source, machine, name string) error {
	name, err := filepath.Abs(name)
	if err != nil {
		return fmt.Errorf("build for %s: %w", machine, err)
	}
	var said bytes.Buffer
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid= -X main.commit="+s.commit, "-o", name, "./cmd/chancery")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+machine, "GOAMD64=v1", "GOARM64=v8.0",
		"GOFLAGS=-mod=readonly", "GOEXPERIMENT=", "GOWORK=off", "GOTOOLCHAIN="+runtime.Version())
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build for %s: %w\n%s", machine, err, said.Bytes())
	}
	return nil
}

// sums writes SHA256SUMS of all that lies in the folder.
func sums(out string) error {
	entries, err := os.ReadDir(out)
	if err != nil {
		return fmt.Errorf("list %s: %w", out, err)
	}
	var lines []string
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(out, e.Name()))
		if err != nil {
			return fmt.Errorf("sum up: %w", err)
		}
		lines = append(lines, fmt.Sprintf("%x  %s\n", sha256.Sum256(content), e.Name()))
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	if err := os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(strings.Join(lines, "")), 0o644); err != nil {
		return fmt.Errorf("write the sums: %w", err)
	}
	return nil
}
