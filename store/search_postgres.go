package store

import (
	"strings"

	"chancery/core/casework"
	"chancery/core/text"
)

func (*postgres) saveWords(t *Tx, no string, fields []string, _ []casework.Key) error {
	return t.put("save words", postgresPutWords, no, text.Findable(fields...), " "+pairs(fields))
}

// indexed is false where the role was not permitted to make the extension pg_trgm.
func (*postgres) indexed(t *Tx) (bool, error) {
	var n int
	_, err := t.one("look for the index of words", postgresIndexed, nil, &n)
	return n > 0, err
}

func (*postgres) found(t *Tx, f casework.Filter, runs []string, _ bool) ([]hit, error) {
	args := filtered(f)[:sightArgs]
	for i := range likeAtMost {
		like := "%"
		if i < len(runs) {
			like = pairsLike(runs[i])
		}
		args = append(args, like)
	}
	return t.hits(postgresFound, append(args, f.Limit))
}

// pairsLike is the pattern of pairs that hold a run: its pairs in a row, or the beginning of a word. Each pair stands
// between spaces, so that it is a word of the index, which knows of a word its first two characters and more. A run holds
// letters and digits only.
func pairsLike(run string) string {
	chars := []rune(run)
	if !text.Spaceless(run) || len(chars) == 1 {
		return "% " + run + "%"
	}
	var row []string
	for i := range len(chars) - 1 {
		row = append(row, string(chars[i:i+2]))
	}
	return "% " + strings.Join(row, " ") + " %"
}
