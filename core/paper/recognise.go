package paper

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	_ "image/jpeg" // both are recognised by their own readers
	_ "image/png"
	"regexp"
)

// recognise says of which type a file is and, where they can be read, what its words are.
func recognise(data []byte) (Type, string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return PDF, "", examinePDF(data)
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return PNG, "", examinePNG(data)
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return JPEG, "", examineJPEG(data)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return examinePackage(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return "", "", refuse(
			"这是旧版 Office 文件，或加了密码的文件；请去掉密码，另存为 DOCX 或 XLSX",
			"this is a file of an old Office, or one locked by a password: save it as DOCX or XLSX, without a password",
		)
	}
	return "", "", refuse(
		"只收 PDF、PNG、JPEG、OFD、DOCX、XLSX；文件内容不是其中任何一种，请另存为其中一种后再附",
		"taken are PDF, PNG, JPEG, OFD, DOCX and XLSX; the content is none of them: save it as one and attach that",
	)
}

func damaged(t Type) error {
	return refuse("文件不完整或已损坏（"+string(t)+"）；请重新制作或扫描", "the file is not whole or is damaged ("+string(t)+"): make or scan it again")
}

func double() error {
	return refuse("文件里夹带了另一种文件，没有保存；请重新导出", "another file is hidden in this one, and it was not kept: export it again")
}

func acting(what string) error {
	return refuse("文件带有会自行动作的内容（"+what+"），没有保存；请去掉后另存", "the file bears something that acts by itself ("+what+") and was not kept: save it without")
}

// pixelsAtMost is the size of the largest picture: two sheets of A4 scanned finely.
const pixelsAtMost = 150_000_000

func sized(data []byte, t Type) error {
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || format != string(t) || c.Width < 1 || c.Height < 1 {
		return damaged(t)
	}
	if c.Width*c.Height > pixelsAtMost {
		return refuse("图片过大；请降低扫描精度", "the picture is too large: scan it less finely")
	}
	return nil
}

// examinePNG walks the chunks: each whole by its sum, from the header to the end, and nothing after.
func examinePNG(data []byte) error {
	at := 8
	for n := 0; ; n++ {
		if at+12 > len(data) {
			return damaged(PNG)
		}
		length := int(binary.BigEndian.Uint32(data[at:]))
		if length > len(data)-at-12 {
			return damaged(PNG)
		}
		kind, end := string(data[at+4:at+8]), at+8+length
		if binary.BigEndian.Uint32(data[end:]) != crc32.ChecksumIEEE(data[at+4:end]) || (n == 0) != (kind == "IHDR") {
			return damaged(PNG)
		}
		at = end + 4
		if kind == "IEND" {
			break
		}
	}
	if at != len(data) || marked(data) {
		return double()
	}
	return sized(data, PNG)
}

// examineJPEG reads the header and looks for what is no picture. Cameras write
// further pictures behind the first, so what follows it is let be.
func examineJPEG(data []byte) error {
	if err := sized(data, JPEG); err != nil {
		return err
	}
	if !bytes.Contains(data, []byte("\xff\xd9")) {
		return damaged(JPEG)
	}
	if packed(data) || marked(data) {
		return double()
	}
	return nil
}

// packed says that a file can be opened as a package from its end.
func packed(data []byte) bool {
	return bytes.LastIndex(data, []byte("PK\x05\x06")) >= 0 && bytes.Contains(data, []byte("PK\x01\x02"))
}

// marked says that a browser, a server or a loader could take a file for something else.
func marked(data []byte) bool {
	return regexp.MustCompile(`(?i)<script[\s>]|<!doctype html|<html[\s>]|<svg[\s>][^>]*xmlns|<\?php\s|<iframe[\s>]`).Match(data) || bytes.Contains(data, []byte("This program cannot be run in DOS mode"))
}
