package paper

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a package may hold.
const (
	partsAtMost    = 2000
	unpackedAtMost = 100 << 20
	ratioAtMost    = 200
	wordsAtMost    = 4 << 20
)

func bomb() error {
	return refuse("文件展开后过大，没有保存；请拆成几份", "unpacked, the file would be too large, and it was not kept: split it")
}

// examinePackage opens a document that is a package of parts (OOXML, OFD): every
// part is unpacked within the limits, every part of XML is read, and nothing that
// acts is let through. It gives the words of the document.
func examinePackage(data []byte) (Type, string, error) {
	z, err := opened(data)
	if err != nil {
		return "", "", err
	}
	t, err := packageType(z)
	if err != nil {
		return "", "", err
	}
	var (
		words strings.Builder
		left  = int64(unpackedAtMost)
	)
	for _, f := range z.File {
		if err := allowed(f, t); err != nil {
			return "", "", err
		}
		part, err := unpack(f, &left, t)
		if err != nil {
			return "", "", err
		}
		if harmful(part) || bytes.HasPrefix(part, []byte("MZ")) || bytes.HasPrefix(part, []byte("\x7fELF")) {
			return "", "", acting(path.Base(f.Name))
		}
		if ending := strings.ToLower(path.Ext(f.Name)); ending == ".xml" || ending == ".rels" {
			if err := readXML(f.Name, part, t, &words); err != nil {
				return "", "", err
			}
		}
	}
	return t, words.String(), nil
}

// opened opens a package that begins with its first part and ends with its list,
// so that nothing stands before, behind or between.
func opened(data []byte) (*zip.Reader, error) {
	const listEnd = 22
	if len(data) < listEnd || !bytes.HasPrefix(data[len(data)-listEnd:], []byte("PK\x05\x06")) {
		return nil, double()
	}
	end := data[len(data)-listEnd:]
	size, begin := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	if begin+size != int64(len(data)-listEnd) {
		return nil, double()
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, refuse("文件不完整或已损坏；请重新保存", "the file is not whole or is damaged: save it again")
	}
	if len(z.File) > partsAtMost {
		return nil, bomb()
	}
	return z, apart(z, begin)
}

// apart refuses parts that lie over each other: what is kept once would be unpacked many times.
func apart(z *zip.Reader, list int64) error {
	type span struct{ from, to int64 }
	var spans []span
	for _, f := range z.File {
		from, err := f.DataOffset()
		if err != nil || f.CompressedSize64 > uint64(AtMost) {
			return bomb()
		}
		spans = append(spans, span{from, from + int64(f.CompressedSize64)}) //nolint:gosec // bounded above
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })
	for i, s := range spans {
		if s.to > list || (i > 0 && s.from < spans[i-1].to) {
			return bomb()
		}
	}
	return nil
}

// packageType says which document a package is, by what it declares.
func packageType(z *zip.Reader) (Type, error) {
	foreign := refuse(
		"文件是压缩包，但不是 DOCX、XLSX 或 OFD；请解开后逐件附上",
		"the file is a package, but no DOCX, XLSX or OFD: unpack it and attach its files one by one",
	)
	for _, f := range z.File {
		left := int64(1 << 20)
		switch f.Name {
		case "[Content_Types].xml":
			declared, err := unpack(f, &left, DOCX)
			if err != nil {
				return "", err
			}
			switch {
			case bytes.Contains(declared, []byte("macroEnabled")) || bytes.Contains(declared, []byte("vbaProject")):
				return "", acting("VBA")
			case bytes.Contains(declared, []byte("wordprocessingml.document.main+xml")):
				return DOCX, nil
			case bytes.Contains(declared, []byte("spreadsheetml.sheet.main+xml")):
				return XLSX, nil
			}
			return "", foreign
		case "OFD.xml":
			declared, err := unpack(f, &left, OFD)
			if err != nil {
				return "", err
			}
			if bytes.Contains(declared, []byte("http://www.ofdspec.org/2016")) {
				return OFD, nil
			}
		}
	}
	return "", foreign
}

// allowed looks at a part before it is unpacked: its name, its kind, what it claims of its size.
func allowed(f *zip.File, t Type) error {
	name := f.Name
	clean := path.Clean(strings.TrimSuffix(name, "/"))
	if !utf8.ValidString(name) || strings.ContainsAny(name, "\\:\x00") || path.IsAbs(name) || clean != strings.TrimSuffix(name, "/") || clean == ".." || strings.HasPrefix(clean, "../") {
		return refuse("文件内部的路径不合规，没有保存；请重新导出", "a path inside the file leads out of it, and it was not kept: export it again")
	}
	if f.Flags&1 != 0 {
		return refuse("文件加了密码，无法检查；请去掉密码后再附", "the file is locked by a password and cannot be examined: attach it without")
	}
	if !f.Mode().IsRegular() && !f.Mode().IsDir() || (f.Method != zip.Store && f.Method != zip.Deflate) {
		return damaged(t)
	}
	low := strings.ToLower(name)
	for _, part := range []string{"vbaproject", "activex/", "oleobject", "macrosheets/", "externallinks/"} {
		if strings.Contains(low, part) {
			return acting(path.Base(name))
		}
	}
	switch path.Ext(low) {
	case ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".jar", ".hta", ".scr", ".com", ".lnk", ".html", ".htm", ".swf":
		return acting(path.Base(name))
	}
	if f.UncompressedSize64 > unpackedAtMost || (f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/max(f.CompressedSize64, 1) > ratioAtMost) {
		return bomb()
	}
	return nil
}

// unpack reads a part, at most what is left of the limit; a part that is larger
// than it claims is refused by the reader itself.
func unpack(f *zip.File, left *int64, t Type) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, damaged(t)
	}
	part, err := io.ReadAll(io.LimitReader(r, *left+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, damaged(t)
	}
	if *left -= int64(len(part)); *left < 0 {
		return nil, bomb()
	}
	return part, nil
}

// readXML reads a part of XML: well-formed, in UTF-8, without declarations of
// documents or entities, and without a link that opens something by itself. The
// words in it are gathered.
func readXML(name string, part []byte, t Type, words *strings.Builder) error {
	d := xml.NewDecoder(bytes.NewReader(part))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			words.WriteByte('\n')
			return nil
		}
		if err != nil {
			return damaged(t)
		}
		switch x := token.(type) {
		case xml.Directive:
			return acting("DOCTYPE")
		case xml.StartElement:
			if err := inert(x); err != nil {
				return err
			}
			if x.Name.Local == "p" || x.Name.Local == "si" { // a paragraph or a cell: its runs are one text
				words.WriteByte('\n')
			}
		case xml.CharData:
			if strings.Contains(string(x), "DDEAUTO") {
				return acting("DDE")
			}
			if !strings.HasSuffix(name, ".rels") && words.Len() < wordsAtMost {
				words.Write(x)
			}
		}
	}
}

// inert refuses a relation that fetches something from elsewhere when the
// document is opened; a link that a reader follows is let be.
func inert(x xml.StartElement) error {
	switch x.Name.Local {
	case "ddeLink", "oleLink":
		return acting(x.Name.Local)
	case "Relationship":
	default:
		return nil
	}
	kind, outside := "", false
	for _, a := range x.Attr {
		switch a.Name.Local {
		case "Type":
			kind = path.Base(a.Value)
		case "TargetMode":
			outside = a.Value == "External"
		}
	}
	if outside && kind != "hyperlink" {
		return acting(kind)
	}
	return nil
}
