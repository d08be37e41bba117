package text

import (
	"strings"
	"unicode"
)

// Runs splits words into the runs by which they are found: stretches of a script
// that sets no spaces between words, as Chinese does, and stretches of letters and
// digits. They are in small letters and of the usual width; whatever else stands
// between them is left out, so a run never holds a sign that a query language knows.
func Runs(words string) []string {
	var (
		out   []string
		run   strings.Builder
		which bool
	)
	end := func() {
		if run.Len() > 0 {
			out = append(out, run.String())
			run.Reset()
		}
	}
	for _, r := range words {
		if r >= '！' && r <= '～' { // the wide twins of ASCII
			r -= '！' - '!'
		}
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			end()
			continue
		}
		if spaceless(r) != which {
			end()
		}
		which = spaceless(r)
		run.WriteRune(unicode.ToLower(r))
	}
	end()
	return out
}

// Spaceless says that a run is of a script that sets no spaces between words: it
// is found by any part of it, any other by its beginning.
func Spaceless(run string) bool {
	for _, r := range run {
		return spaceless(r)
	}
	return false
}

func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// Findable are fields as they are searched: their runs with a space before each.
func Findable(fields ...string) string {
	var b strings.Builder
	for _, f := range fields {
		for _, run := range Runs(f) {
			b.WriteByte(' ')
			b.WriteString(run)
		}
	}
	return b.String()
}

// Found says whether every run is found in what Findable gave.
func Found(findable string, runs []string) bool {
	for _, run := range runs {
		if !Spaceless(run) {
			run = " " + run
		}
		if !strings.Contains(findable, run) {
			return false
		}
	}
	return true
}
