package paper

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"regexp"
)

// actsInPDF are the names by which a PDF runs scripts, starts programs or carries other files.
func actsInPDF() *regexp.Regexp {
	return regexp.MustCompile(`/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b`)
}

// examinePDF refuses a document that does not end, that bears something that
// acts, also in its packed objects, or that is a package as well. The content of
// pages and pictures is not read.
func examinePDF(data []byte) error {
	if !bytes.Contains(data[max(0, len(data)-1024):], []byte("%%EOF")) {
		return damaged(PDF)
	}
	if packed(data) || marked(data) {
		return double()
	}
	plain, objects, err := skeleton(data)
	if err != nil {
		return err
	}
	for _, part := range append(objects, plain) {
		if found := actsInPDF().Find(plainNames(part)); found != nil {
			return acting(string(found))
		}
	}
	return nil
}

// skeleton is a PDF without the content of its streams, and the objects that are packed in some of them.
func skeleton(data []byte) (plain []byte, objects [][]byte, err error) {
	left := int64(unpackedAtMost)
	for {
		before, after, ok := bytes.Cut(data, []byte("stream"))
		plain = append(plain, before...)
		if !ok {
			return plain, objects, nil
		}
		content, rest, ended := bytes.Cut(after, []byte("endstream"))
		if !ended {
			return append(plain, after...), objects, nil
		}
		if head := before[max(0, len(before)-1024):]; bytes.Contains(plainNames(head[bytes.LastIndex(head, []byte("obj"))+1:]), []byte("/ObjStm")) {
			part, err := inflate(bytes.TrimLeft(content, "\r\n"), &left)
			if err != nil {
				return nil, nil, err
			}
			objects = append(objects, part)
		}
		plain, data = append(plain, ' '), rest
	}
}

// inflate unpacks packed objects; those that are locked or packed otherwise cannot be examined.
func inflate(content []byte, left *int64) ([]byte, error) {
	hidden := refuse(
		"PDF 的内部对象读不出来（可能加了密码），无法检查；请去掉密码或打印成新的 PDF 后再附",
		"objects inside the PDF cannot be read, perhaps for a password: attach it without, or printed to a new PDF",
	)
	z, err := zlib.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil, hidden
	}
	part, err := io.ReadAll(io.LimitReader(z, *left+1))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && len(part) == 0 {
		return nil, hidden
	}
	if *left -= int64(len(part)); *left < 0 {
		return nil, bomb()
	}
	return part, nil
}

// plainNames writes the names in a PDF as they are meant: /J#61vaScript is /JavaScript.
func plainNames(data []byte) []byte {
	if !bytes.ContainsRune(data, '#') {
		return data
	}
	return regexp.MustCompile(`#[0-9A-Fa-f]{2}`).ReplaceAllFunc(data, func(h []byte) []byte {
		digit := func(c byte) byte {
			if c <= '9' {
				return c - '0'
			}
			return c&^0x20 - 'A' + 10
		}
		return []byte{digit(h[1])<<4 | digit(h[2])}
	})
}
