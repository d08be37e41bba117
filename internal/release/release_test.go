package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func released() source {
	return source{version: "1.2.0", commit: strings.Repeat("ab12", 10), at: time.Date(2026, 11, 25, 6, 0, 0, 0, time.UTC)}
}

// fromTheTop lets the test find the files that lie at the top of the repository.
func fromTheTop(t *testing.T) { t.Helper(); t.Chdir("../..") }

func packed(t *testing.T) []byte {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "chancery-linux-amd64")
	if err := os.WriteFile(binary, []byte("a program\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	deb, err := debianPackage(released(), "amd64", binary, []byte("{}\n"))
	if err != nil {
		t.Fatal(err)
	}
	return deb
}

// members reads an ar archive.
func members(t *testing.T, ar []byte) map[string][]byte {
	t.Helper()
	rest, ok := bytes.CutPrefix(ar, []byte("!<arch>\n"))
	if !ok {
		t.Fatal("it does not begin as an archive")
	}
	all := map[string][]byte{}
	for len(rest) > 0 {
		head := string(rest[:60])
		size, err := strconv.Atoi(strings.TrimSpace(head[48:58]))
		if err != nil || head[58:] != "`\n" {
			t.Fatalf("the head of a member is %q", head)
		}
		all[strings.TrimSpace(head[:16])] = rest[60 : 60+size]
		rest = rest[60+size+size%2:]
	}
	return all
}

// lies is a file of a tar with what it is.
type lies struct {
	*tar.Header

	content string
}

func untarred(t *testing.T, packed []byte) map[string]lies {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]lies{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[h.Name] = lies{h, string(content)}
	}
}

func TestAPackageHoldsTheProgramItsUnitAndItsOptionsAndNobodyElseOwnsThem(t *testing.T) {
	fromTheTop(t)
	parts := members(t, packed(t))
	if string(parts["debian-binary"]) != "2.0\n" || len(parts) != 3 {
		t.Fatalf("%d parts, %q", len(parts), parts["debian-binary"])
	}
	files := untarred(t, parts["data.tar.gz"])
	for name, mode := range map[string]int64{
		"./": 0o755, "./usr/bin/": 0o755, "./usr/bin/chancery": 0o755, "./usr/lib/systemd/system/chancery.service": 0o644,
		"./etc/chancery/chancery.conf": 0o644, "./usr/share/doc/chancery/copyright": 0o644, "./usr/share/doc/chancery/THIRD_PARTY_NOTICES.txt.gz": 0o644,
	} {
		if f, ok := files[name]; !ok || f.Mode != mode {
			t.Errorf("%s: there %v, %+v", name, ok, f.Header)
		}
	}
	for name, f := range files {
		if f.Uid != 0 || f.Gid != 0 || !f.ModTime.Equal(released().at) {
			t.Errorf("%s is of %d:%d and of %s", name, f.Uid, f.Gid, f.ModTime)
		}
	}
	if files["./usr/bin/chancery"].content != "a program\n" {
		t.Error("the program is another one")
	}
	control := untarred(t, parts["control.tar.gz"])
	if told := control["./control"].content; !strings.Contains(told, "Version: 1.2.0\nArchitecture: amd64\n") {
		t.Errorf("it says of itself: %s", told)
	}
	if control["./conffiles"].content != "/etc/chancery/chancery.conf\n" {
		t.Errorf("options of the office: %q", control["./conffiles"].content)
	}
	for _, script := range []string{"./postinst", "./prerm", "./postrm"} {
		if f := control[script]; f.Mode != 0o755 || !strings.HasPrefix(f.content, "#!/bin/sh\n") {
			t.Errorf("%s: %+v", script, f.Header)
		}
	}
}

func TestThePackageIsTheSameBytesEachTime(t *testing.T) {
	fromTheTop(t)
	if !bytes.Equal(packed(t), packed(t)) {
		t.Error("two packages of one commit differ")
	}
}

func TestDpkgReadsThePackage(t *testing.T) {
	fromTheTop(t)
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("NO DPKG-DEB: that Debian reads the package is not tested in this run")
	}
	deb := filepath.Join(t.TempDir(), "chancery.deb")
	if err := os.WriteFile(deb, packed(t), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, ask := range [][]string{{"--info", deb}, {"--contents", deb}, {"--extract", deb, t.TempDir()}} {
		if out, err := exec.Command("dpkg-deb", ask...).CombinedOutput(); err != nil {
			t.Errorf("dpkg-deb %s: %v\n%s", ask[0], err, out)
		}
	}
}

func TestAVersionOnItsWayComesBeforeTheVersion(t *testing.T) {
	t.Parallel()
	s := released()
	if got := s.debianVersion(); got != "1.2.0" {
		t.Errorf("a release is %s", got)
	}
	s.version = "1.3.0-dev"
	if got := s.debianVersion(); got != "1.3.0~dev+20261125060000.ab12ab1" {
		t.Errorf("on its way it is %s", got)
	}
}

func TestTheBillNamesEveryModuleOfTheBinary(t *testing.T) {
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "program")
	if out, err := exec.Command("go", "build", "-o", binary, "mvdan.cc/gofumpt").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	written, err := billOfMaterials(released(), binary)
	if err != nil {
		t.Fatal(err)
	}
	again, err := billOfMaterials(released(), binary)
	if err != nil || !bytes.Equal(written, again) {
		t.Errorf("it is written differently each time: %v", err)
	}
	var b bill
	if err := json.Unmarshal(written, &b); err != nil {
		t.Fatal(err)
	}
	if b.Format != "CycloneDX" || b.Spec != "1.6" || b.Metadata.Timestamp != "2026-11-25T06:00:00Z" || len(b.Serial) != len("urn:uuid:")+36 {
		t.Errorf("%+v", b)
	}
	if len(b.Metadata.Component.Hashes) != 1 || len(b.Metadata.Component.Hashes[0].Content) != 64 {
		t.Errorf("the program is not named by its sum: %+v", b.Metadata.Component)
	}
	named := map[string]bool{}
	for _, c := range b.Components {
		named[c.Name+" "+c.Version] = true
	}
	said, err := exec.Command("go", "version", "-m", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := 0
	for line := range strings.Lines(string(said)) {
		if words := strings.Fields(line); len(words) >= 3 && words[0] == "dep" {
			modules++
			if !named[words[1]+" "+words[2]] {
				t.Errorf("%s %s is in the binary and not in the bill", words[1], words[2])
			}
		}
	}
	if modules == 0 || len(b.Components) != modules+1 || len(b.Dependencies[0].On) != modules+1 {
		t.Errorf("%d modules, %d in the bill", modules, len(b.Components)) // and the Go library
	}
}
