package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/md5" //nolint:gosec // dpkg looks for accidents with it; the sums of a release are SHA-256
	"embed"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// maintainer answers for the package.
const maintainer = "The Chancery maintainers <maintainers@chancery.example>"

//go:embed package/*
var packaging embed.FS

// debianVersion orders a version on its way before the version itself, and commits on the way by their time.
func (s source) debianVersion() string {
	v := strings.Replace(s.version, "-", "~", 1)
	if strings.Contains(v, "~") {
		v += "+" + s.at.Format("20060102150405") + "." + s.commit[:7]
	}
	return v
}

// file is one file of a package; its path is from the root, without a slash before it.
type file struct {
	path    string
	mode    int64
	content []byte
}

// debianPackage is the package of a binary: the program, its unit, its options and what the law asks for. It is an ar of
// two tars, which need no tool of Debian's to write.
func debianPackage(s source, machine, binary string, bill []byte) ([]byte, error) {
	files, err := installed(s, binary, bill)
	if err != nil {
		return nil, err
	}
	control, err := controlled(s, machine, files)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("!<arch>\n")
	for _, member := range []struct {
		name  string
		files []file
	}{{"control.tar.gz", control}, {"data.tar.gz", files}} {
		packed, err := tarred(s.at, member.files)
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", member.name, err)
		}
		if member.name == "control.tar.gz" {
			archived(&b, "debian-binary", s.at, []byte("2.0\n"))
		}
		archived(&b, member.name, s.at, packed)
	}
	return b.Bytes(), nil
}

// installed are the files that the package puts into place.
func installed(s source, binary string, bill []byte) ([]file, error) {
	const doc = "usr/share/doc/chancery/"
	var files []file
	for _, f := range []struct {
		from, to string
		mode     int64
		embedded bool
		packed   bool
	}{
		{from: binary, to: "usr/bin/chancery", mode: 0o755},
		{from: "chancery.service", to: "usr/lib/systemd/system/chancery.service", mode: 0o644, embedded: true},
		{from: "chancery.conf", to: "etc/chancery/chancery.conf", mode: 0o644, embedded: true},
		{from: "copyright", to: doc + "copyright", mode: 0o644, embedded: true},
		{from: "NOTICE", to: doc + "NOTICE", mode: 0o644},
		{from: "THIRD_PARTY_NOTICES.txt", to: doc + "THIRD_PARTY_NOTICES.txt.gz", mode: 0o644, packed: true},
		{from: "CHANGELOG.md", to: doc + "CHANGELOG.md.gz", mode: 0o644, packed: true},
	} {
		read := os.ReadFile
		if f.embedded {
			read, f.from = packaging.ReadFile, "package/"+f.from
		}
		content, err := read(f.from)
		if err == nil && f.packed {
			content, err = zipped(content)
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.from, err)
		}
		files = append(files, file{f.to, f.mode, content})
	}
	changes := fmt.Sprintf("chancery (%s) stable; urgency=medium\n\n  * What a user meets is in CHANGELOG.md.gz beside this file.\n\n -- %s  %s\n",
		s.debianVersion(), maintainer, s.at.Format(time.RFC1123Z))
	for name, content := range map[string][]byte{"chancery.cdx.json.gz": bill, "changelog.gz": []byte(changes)} {
		packed, err := zipped(content)
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", name, err)
		}
		files = append(files, file{doc + name, 0o644, packed})
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return files, nil
}

// controlled are the files that tell dpkg about the package.
func controlled(s source, machine string, files []file) ([]file, error) {
	size, sums := 0, ""
	for _, f := range files {
		size += (len(f.content) + 1023) / 1024
		sums += fmt.Sprintf("%x  %s\n", md5.Sum(f.content), f.path) //nolint:gosec // as above
	}
	control := fmt.Sprintf(`Package: chancery
Version: %s
Architecture: %s
Maintainer: %s
Installed-Size: %d
Depends: passwd
Recommends: ca-certificates
Section: misc
Priority: optional
Description: desk of an office of external affairs
 A delegation's trip goes from application to closed case under the written
 rules; every answer names its article, and every act is in a record that an
 outsider can verify. One program with an embedded database, in Chinese and
 English.
`, s.debianVersion(), machine, maintainer, size)
	list := []file{{"control", 0o644, []byte(control)}, {"md5sums", 0o644, []byte(sums)}, {"conffiles", 0o644, []byte("/etc/chancery/chancery.conf\n")}}
	for _, script := range []string{"postinst", "prerm", "postrm"} {
		content, err := packaging.ReadFile("package/" + script)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", script, err)
		}
		list = append(list, file{script, 0o755, content})
	}
	return list, nil
}

// tarred packs files with the folders above them, in order, all of root's and of one time.
func tarred(at time.Time, files []file) ([]byte, error) {
	all := map[string]file{"./": {mode: 0o755}}
	for _, f := range files {
		all["./"+f.path] = f
		for dir := path.Dir(f.path); dir != "."; dir = path.Dir(dir) {
			all["./"+dir+"/"] = file{mode: 0o755}
		}
	}
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		f := all[name]
		h := &tar.Header{Name: name, Mode: f.mode, ModTime: at, Uname: "root", Gname: "root", Format: tar.FormatGNU, Typeflag: tar.TypeReg, Size: int64(len(f.content))}
		if strings.HasSuffix(name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return zipped(b.Bytes())
}

// zipped compresses without a name and without a time.
func zipped(content []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// archived adds a member to an ar archive.
func archived(b *bytes.Buffer, name string, at time.Time, content []byte) {
	fmt.Fprintf(b, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name, at.Unix(), 0, 0, 0o100644, len(content))
	b.Write(content)
	if len(content)%2 == 1 {
		b.WriteByte('\n')
	}
}
