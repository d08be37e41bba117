package office

import (
	"regexp"
	"strings"

	"chancery/core/fault"
	"chancery/core/text"
)

// Mark says how far a case may be seen: a label on the case, held against the
// clearance of who reads it. State secrets have no mark here: an instance never
// claims to be fit for them.
type Mark string

// The marks, from the lowest.
const (
	Public     Mark = "public"
	Internal   Mark = "internal"
	WorkSecret Mark = "work-secret"
)

// Words lists the marks, from the lowest.
func (Mark) Words() []string { return []string{string(Public), string(Internal), string(WorkSecret)} }

// Level is the height of the mark; none is internal.
func (m Mark) Level() int {
	switch m {
	case Public:
		return 0
	case WorkSecret:
		return 2
	case Internal, "":
	}
	return 1
}

// CeilingOf is the highest mark that this office's instance may hold.
func (o Office) CeilingOf() Mark {
	if o.Ceiling == "" {
		return Internal
	}
	return o.Ceiling
}

// Below refuses a mark above the instance's ceiling.
func (o Office) Below(m Mark) error {
	if m.Level() <= o.CeilingOf().Level() {
		return nil
	}
	return fault.New(fault.NotAllowed, "mark", text.Text{
		ZH: "本系统最高处理「{ceiling}」事项，不能存放「{mark}」内容；请按保密规定在相应场所和设备办理",
		EN: "this instance holds matters up to «{ceiling}» and cannot keep «{mark}»; handle it where the secrecy rules say",
	}.Fill(text.Args{"ceiling": o.CeilingOf().Title(), "mark": m.Title()}))
}

// Title is the mark in words.
func (m Mark) Title() text.Text {
	switch m {
	case Public:
		return text.Text{ZH: "公开", EN: "public"}
	case WorkSecret:
		return text.Text{ZH: "工作秘密", EN: "work secret"}
	case Internal, "":
	}
	return text.Text{ZH: "内部", EN: "internal"}
}

// Readership says who may read the office's public notices. The rules ask for a
// place that the own staff can read (PUB-01); an office may open them to everybody.
type Readership string

// The readerships.
const (
	Staff    Readership = "staff"
	Everyone Readership = "public"
)

// Words lists the readerships.
func (Readership) Words() []string { return []string{string(Staff), string(Everyone)} }

// OnNoticeFor says whether a case's notice may be read by somebody who is of the
// staff or not, up to a clearance. A case that is marked internal is noticed inside the office,
// whatever the office opens; one above is noticed to those who are cleared for it.
func (o Office) OnNoticeFor(m Mark, staff bool, clearance Mark) bool {
	switch {
	case !staff:
		return o.Notice == Everyone && (m == "" || m == Public)
	default:
		return m.Level() <= clearance.Level()
	}
}

// secrecyMark is how papers that hold state secrets are marked: a level before a
// star or a term (GB/T 9704-2012, 7.2.2), or standing alone in brackets.
var secrecyMark = regexp.MustCompile(`(?:绝密|机密|秘密)\s*(?:★|☆|＊|\*)|(?:绝密|机密|秘密)级|[【〔\[（(]\s*(?:绝密|机密|秘密)\s*[】〕\]）)]|\bTOP SECRET\b|\bSECRET//`)

// NotSecret refuses a text that bears the mark of a state secret, wherever it stands in it.
func NotSecret(field, words string) error {
	if !strings.Contains(words, "密") && !strings.Contains(words, "SECRET") { // one of which every mark has
		return nil
	}
	found := secrecyMark.FindString(words)
	if found == "" {
		return nil
	}
	return fault.New(fault.NotAllowed, field, text.Text{
		ZH: "文字中有国家秘密标志「{found}」；本系统不处理国家秘密，内容未保存", EN: "the text bears the mark of a state secret, «{found}»; this system does not hold state secrets, and nothing was kept",
	}.Fill(text.Args{"found": found}))
}
