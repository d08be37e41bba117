package account

import (
	"slices"
	"strings"
	"unicode/utf8"

	"chancery/core/fault"
	"chancery/core/text"
)

// Preferences are how a person likes the desk to be; the zero value is how it comes.
type Preferences struct {
	// Lang is zh or en; none: as the browser asks.
	Lang text.Lang `json:"lang,omitempty"`
	// Theme is light or dark; none: as the machine is.
	Theme string `json:"theme,omitempty"`
	// Compact sets lines closer together.
	Compact bool `json:"compact,omitempty"`
	// KeysOff turns single-letter keys off.
	KeysOff bool `json:"keys_off,omitempty"`
	// Phrases are the person's own usual phrases, for opinions and decisions.
	Phrases []string `json:"phrases,omitempty"`
	// Mail is how the person likes to be told by mail.
	Mail Mail `json:"mail,omitzero"`
}

// How many usual phrases somebody keeps, and how long one is.
const (
	phrasesAtMost = 30
	phraseAtMost  = 200
)

// Tidy gives the preferences with phrases trimmed, each once, and finds what cannot be: a word that is none of those
// known, too many or too long phrases, an address that is none.
func (p Preferences) Tidy() (Preferences, error) {
	var faults fault.List
	add := func(field, zh, en string, args text.Args) {
		faults = append(faults, fault.New(fault.Invalid, field, text.Text{ZH: zh, EN: en}.Fill(args)))
	}
	if p.Lang != "" && p.Lang != text.ZH && p.Lang != text.EN {
		add("lang", "没有这种语言；请选中文或英文", "there is no such language; choose Chinese or English", nil)
	}
	if !slices.Contains([]string{"", "light", "dark"}, p.Theme) {
		add("theme", "没有这种外观；请从选项里选", "there is no such look; choose one of the list", nil)
	}
	var phrases []string
	for _, phrase := range p.Phrases {
		if phrase = strings.TrimSpace(phrase); phrase != "" && !slices.Contains(phrases, phrase) {
			phrases = append(phrases, phrase)
		}
	}
	p.Phrases = phrases
	if n := len(phrases); n > phrasesAtMost {
		add("phrases", "常用语最多 {most} 条，现有 {n} 条；请删去不用的", "keep at most {most} phrases, there are {n}; take out those that are not used", text.Args{"n": n, "most": phrasesAtMost})
	}
	for i, phrase := range phrases {
		if n := utf8.RuneCountInString(phrase); n > phraseAtMost {
			add("phrases", "第 {i} 条常用语有 {n} 字，最多 {most} 字", "phrase {i} has {n} characters, at most {most}", text.Args{"i": i + 1, "n": n, "most": phraseAtMost})
		}
	}
	p.Mail = p.Mail.tidy(add)
	return p, faults.OrNil()
}
