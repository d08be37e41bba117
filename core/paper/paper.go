// Package paper knows which files may be kept with a case: a few kinds of
// document and picture, recognised by what is in them and never by their name,
// without anything that acts by itself when it is opened. It reads bytes that
// were handed to it; a file that it refuses was opened by nobody.
package paper

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode"

	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// Type is the kind of file, as it was recognised.
type Type string

// The types.
const (
	PDF  Type = "pdf"
	PNG  Type = "png"
	JPEG Type = "jpeg"
	OFD  Type = "ofd"
	DOCX Type = "docx"
	XLSX Type = "xlsx"
)

// Words lists the types.
func (Type) Words() []string {
	return []string{string(PDF), string(PNG), string(JPEG), string(OFD), string(DOCX), string(XLSX)}
}

// Media is the type as the web names it.
func (t Type) Media() string {
	switch t {
	case PDF:
		return "application/pdf"
	case PNG:
		return "image/png"
	case JPEG:
		return "image/jpeg"
	case OFD:
		return "application/ofd"
	case DOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "application/octet-stream"
}

// endings are how names of a type end; the first is the one that is given to a name without.
func (t Type) endings() []string {
	if t == JPEG {
		return []string{".jpg", ".jpeg"}
	}
	return []string{"." + string(t)}
}

// AtMost is the size of the largest file that is taken.
const AtMost = 20 << 20

// nameAtMost is how many characters of a name are kept.
const nameAtMost = 120

// Paper is a file that may be kept.
type Paper struct {
	Name string
	Type Type
}

// Examine looks at a file and says under which name and as what it may be kept.
// Invalid comes back for a file that is empty, too large, of another kind than
// those taken or than its name says, damaged, or bearing something that acts;
// NotAllowed where its name or its words bear the mark of a state secret.
func Examine(name string, data []byte) (Paper, error) {
	switch {
	case len(data) == 0:
		return Paper{}, refuse("文件是空的；请重新选择", "the file is empty: choose it again")
	case len(data) > AtMost:
		return Paper{}, TooLarge()
	case harmful(data):
		return Paper{}, refuse("文件带有恶意代码特征，没有保存；请查杀后重新制作", "the file bears the sign of malware and was not kept: clean the machine and make it anew")
	}
	t, words, err := recognise(data)
	if err != nil {
		return Paper{}, err
	}
	kept := safe(name)
	if err := fits(kept, t); err != nil {
		return Paper{}, err
	}
	if !slices.Contains(t.endings(), strings.ToLower(path.Ext(kept))) {
		kept += t.endings()[0]
	}
	for _, w := range []string{kept, name, words} {
		if err := office.NotSecret("file", w); err != nil {
			return Paper{}, err
		}
	}
	return Paper{Name: kept, Type: t}, nil
}

// TooLarge refuses a file above the limit, also before all of it was read.
func TooLarge() error {
	return refuse("文件超过 20 MiB；请压缩或分拆后再附", "the file is larger than 20 MiB: compress or split it")
}

func refuse(zh, en string) error {
	return fault.New(fault.Invalid, "file", text.Text{ZH: zh, EN: en})
}

// fits refuses a name that says another kind than the content does.
func fits(name string, t Type) error {
	ending := strings.ToLower(path.Ext(name))
	known := []string{".exe", ".js", ".html", ".htm", ".svg", ".docm", ".xlsm", ".doc", ".xls", ".zip", ".bat", ".cmd", ".com", ".scr", ".lnk", ".hta"}
	for _, other := range []Type{PDF, PNG, JPEG, OFD, DOCX, XLSX} {
		if other != t {
			known = append(known, other.endings()...)
		}
	}
	if !slices.Contains(known, ending) {
		return nil
	}
	return fault.New(fault.Invalid, "file", text.Text{
		ZH: "文件名以 {ending} 结尾，内容却是 {type}；请核对后重新保存", EN: "the name ends in {ending}, but the content is {type}: check it and save it again",
	}.Fill(text.Args{"ending": ending, "type": strings.ToUpper(string(t))}))
}

// safe is a name that can be shown, and saved on any machine: the last part of a
// path, without signs that steer a terminal, turn the writing round or mean
// something to a file system.
func safe(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs), r == unicode.ReplacementChar:
			return -1
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	ending := path.Ext(name)
	stem := []rune(strings.TrimSuffix(name, ending))
	if len(stem) > nameAtMost {
		stem = stem[:nameAtMost]
	}
	if len([]rune(ending)) > 10 {
		ending = ""
	}
	if len(stem) == 0 {
		stem = []rune("附件")
	}
	return string(stem) + ending
}

// harmful finds the text by which scanners for malware are tried out. It is put
// together here, so that this program does not bear it itself.
func harmful(data []byte) bool {
	return bytes.Contains(data, []byte(`X5O!P%@AP[4\PZX54(P^)7CC)7}$`+"EICAR-STANDARD-"+"ANTIVIRUS-TEST-FILE!"))
}
