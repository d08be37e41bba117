package strict

import (
	"strings"

	"chancery/core/fault"
	"chancery/core/text"
)

// Nearest gives the known word that the writer most likely meant, if any is near: up to one slip (a letter left out,
// added, changed or two swapped) for every three letters, capitals and the sort of hyphen not counted.
func Nearest(word string, known []string) (string, bool) {
	const longest = 64
	meant := []rune(fold(word))
	if len(meant) == 0 || len(meant) > longest {
		return "", false
	}
	best, least := "", max(1, (len(meant)+1)/3)+1
	for _, k := range known {
		folded := []rune(fold(k))
		if len(folded) > longest {
			continue
		}
		if slips := distance(meant, folded); slips < least {
			best, least = k, slips
		}
	}
	return best, best != "" && least < len(meant)
}

// UnknownKey gives the fault that a key is not among the known ones, with the nearest of them proposed.
func UnknownKey(d *Document, key string, known []string) error {
	k, _ := find(d.root, key)
	if k == nil {
		k = d.root
	}
	return fault.List{fault.New(fault.Invalid, key, unknownKeyText(key, known)).At(d.place(k))}
}

func unknownKeyText(key string, known []string) text.Text {
	args := text.Args{"key": brief(key)}
	if near, ok := Nearest(key, known); ok {
		args["near"] = near
		return text.Text{
			ZH: "没有「{key}」这一项；是否应为「{near}」？",
			EN: "unknown key '{key}'; did you mean '{near}'?",
		}.Fill(args)
	}
	if len(known) == 0 {
		return text.Text{ZH: "没有「{key}」这一项；请删去", EN: "unknown key '{key}'; delete it"}.Fill(args)
	}
	args["known"] = known
	return text.Text{
		ZH: "没有「{key}」这一项；此处可写：{known}",
		EN: "unknown key '{key}'; known here: {known}",
	}.Fill(args)
}

func unknownWordText(word string, words []string) text.Text {
	args := text.Args{"word": brief(word), "words": words}
	if near, ok := Nearest(word, words); ok {
		args["near"] = near
		return text.Text{
			ZH: "「{word}」不在可选之列；是否应为「{near}」？可选：{words}",
			EN: "'{word}' is not in the list; did you mean '{near}'? One of: {words}",
		}.Fill(args)
	}
	return text.Text{
		ZH: "「{word}」不在可选之列；可选：{words}",
		EN: "'{word}' is not in the list; one of: {words}",
	}.Fill(args)
}

func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return '_'
		}
		return r
	}, strings.ToLower(s))
}

// distance counts the slips between two words; two neighbouring letters swapped are one slip.
func distance(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
