package desk

import (
	"regexp"
	"strconv"
	"strings"

	"chancery/core/procedure"
	"chancery/core/text"
)

// numbering is how the cases of a procedure are numbered, and how such a number is known when it is written.
type numbering struct {
	series  text.Text
	written []*regexp.Regexp // with the groups year and n
}

// numberingOf reads a series; one that names no year or no number is no number when it is written either.
func numberingOf(series text.Text) numbering {
	n := numbering{series: series}
	for _, s := range []string{series.ZH, series.EN} {
		pattern := strings.NewReplacer(`\{year\}`, `(?P<year>\d{4})`, `\{n\}`, `(?P<n>\d{1,9})`).Replace(regexp.QuoteMeta(s))
		re, err := regexp.Compile("(?i)^" + pattern + "$")
		if err != nil || re.SubexpIndex("year") < 0 || re.SubexpIndex("n") < 0 {
			continue
		}
		n.written = append(n.written, re)
	}
	return n
}

// bracket makes every bracket the one that numbers are written with.
func bracket(r rune) rune {
	switch r {
	case '[', '（', '【':
		return '〔'
	case ']', '）', '】':
		return '〕'
	}
	return r
}

// Number reads words as the number of a case in either language; 出〔2026〕398, 出[2026]398 and out-2026-398 are all OUT-2026-398.
func (l *Library) Number(words string) (no string, is bool) {
	words = strings.Map(bracket, strings.TrimSpace(words))
	for _, series := range l.numberings {
		for _, re := range series.written {
			m := re.FindStringSubmatch(words)
			if m == nil {
				continue
			}
			year, _ := strconv.Atoi(m[re.SubexpIndex("year")]) // digits, by the pattern
			n, _ := strconv.Atoi(m[re.SubexpIndex("n")])
			return procedure.Number(series.series, year, n).EN, true
		}
	}
	return "", false
}

// CaseNo gives the number by which a case is kept, however people wrote it; words that are no number come back as they are.
func (l *Library) CaseNo(written string) string {
	if no, is := l.Number(written); is {
		return no
	}
	return written
}

// CaseNo gives the number by which a case is kept, as Library.CaseNo does.
func (d *Desk) CaseNo(written string) string { return d.lib.CaseNo(written) }
