package strict

import (
	"unicode/utf8"

	"chancery/core/text"
)

// characters looks at every character of the file. It gives the text with the forbidden ones replaced, so that reading
// may go on and find more, and false when the file is not UTF-8 at all.
func (c *checker) characters(data []byte) ([]byte, bool) {
	clean := data
	line, column := 1, 1
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			c.add(line, column, "", text.Text{
				ZH: "文件不是 UTF-8 编码；请另存为 UTF-8", EN: "the file is not UTF-8; save it as UTF-8",
			})
			return nil, false
		}
		windowsLine := r == '\r' && i+1 < len(data) && data[i+1] == '\n'
		if isForbidden(r) && !windowsLine {
			if &clean[0] == &data[0] {
				clean = append([]byte(nil), data...)
			}
			for j := range size {
				clean[i+j] = '?'
			}
			if len(c.faults) < maxFaults {
				c.add(line, column, "", forbiddenText(r))
			}
		}
		i += size
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return clean, true
}

func firstForbidden(s string) (rune, bool) {
	for _, r := range s {
		if isForbidden(r) {
			return r, true
		}
	}
	return 0, false
}

// isForbidden names the characters that no text may hold: control characters but for line end and tab, separators that
// some programs take for a line end, marks and overrides of writing direction, and the byte order mark.
func isForbidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20, r >= 0x7F && r <= 0x9F:
		return true
	case r == 0x200E, r == 0x200F, r == 0x061C:
		return true
	case r == 0x2028, r == 0x2029:
		return true
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r == 0xFEFF
}

func forbiddenText(r rune) text.Text {
	return text.Text{
		ZH: "此处有不可见的控制字符 {code}；请删去后重新输入",
		EN: "an invisible control character {code} stands here; delete it and type the text again",
	}.Fill(text.Args{"code": quoteRune(r)})
}
