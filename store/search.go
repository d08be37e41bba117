package store

import (
	"cmp"
	"slices"
	"strings"

	"chancery/core/casework"
	"chancery/core/text"
)

// SaveWords keeps the fields by which a case is found, in place of those before,
// and the keys of it that many cases share.
func (t *Tx) SaveWords(no string, fields []string, shared []casework.Key) error {
	return t.s.db.saveWords(t, no, fields, shared)
}

// WordsOf gives what a case is found by, as text.Findable writes it; empty when nothing was kept.
func (t *Tx) WordsOf(no string) (string, error) {
	var words string
	_, err := t.one("read words", wordsOfCase, []any{no}, &words)
	return words, err
}

// narrow is how many keys on cases a reader may have for those cases to be read
// one by one. Whoever sees more is answered from the pairs, newest first, and
// soon has a page full.
const narrow = 2000

// hit is a case that was found.
type hit struct {
	id int64
	c  casework.Case
}

// Find gives the cases in a filter's sight that every run is found in, the newest
// first; of the filter, sight and limit count. Sight decides what is found; that
// a reader's own cases are read one by one decides only how soon.
func (t *Tx) Find(f casework.Filter, runs []string) ([]casework.Case, error) {
	var shared, own []casework.Key
	for _, k := range f.Sight.Keys {
		if k.Shared() {
			shared = append(shared, k)
		} else {
			own = append(own, k)
		}
	}
	few, err := t.few(f.Sight, own)
	if err != nil {
		return nil, err
	}
	var found []hit
	if !few || len(shared) > 0 {
		found, err = t.s.db.found(t, f, runs, few)
	}
	if err == nil && few && len(own) > 0 {
		var mine []hit
		f.Sight.Keys = own
		mine, err = t.findAmong(filtered(f)[:sightArgs], runs, f.Limit)
		found = append(found, mine...)
	}
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b hit) int { return cmp.Compare(b.id, a.id) })
	found = slices.CompactFunc(found, func(a, b hit) bool { return a.id == b.id })
	out := make([]casework.Case, 0, len(found))
	for _, h := range found[:min(len(found), f.Limit)] {
		out = append(out, h.c)
	}
	return out, nil
}

// few says that a reader has few cases by keys of the own.
func (t *Tx) few(s casework.Sight, own []casework.Key) (bool, error) {
	if s.All || len(s.Limited) > 0 || len(own) > casework.KeysAtMost {
		return false, nil
	}
	args := make([]any, casework.KeysAtMost, casework.KeysAtMost+1)
	for i := range args {
		args[i] = ""
		if i < len(own) {
			args[i] = string(own[i])
		}
	}
	var n int
	_, err := t.one("search", countKeys, append(args, narrow+1), &n)
	return n <= narrow, err
}

func (t *Tx) hits(q string, args []any) ([]hit, error) {
	var out []hit
	err := t.each("search", q, args, func(scan func(...any) error) error {
		var (
			h    hit
			body []byte
		)
		if err := scan(&h.id, &body); err != nil {
			return err
		}
		out = append(out, h)
		var err error
		out[len(out)-1].c, err = t.s.cases.read(body, true)
		return err
	})
	return out, err
}

// likeAtMost is how many runs the statement foundAmong takes.
const likeAtMost = 8

// findAmong reads the words of the reader's own few cases.
func (t *Tx) findAmong(args []any, runs []string, limit int) ([]hit, error) {
	for i := range likeAtMost {
		like := "%"
		if i < len(runs) {
			like = "%" + runs[i] + "%"
			if !text.Spaceless(runs[i]) {
				like = "% " + runs[i] + "%"
			}
		}
		args = append(args, like)
	}
	return t.hits(foundAmong, append(args, limit))
}

// pairs writes fields as the pairs of characters by which a database finds them. The
// last character of a run stands alone as well, so that one is found too and no
// two runs read as one.
func pairs(fields []string) string {
	var b strings.Builder
	for _, f := range fields {
		for _, run := range text.Runs(f) {
			if !text.Spaceless(run) {
				b.WriteString(run)
				b.WriteByte(' ')
				continue
			}
			chars := []rune(run)
			for i := range chars {
				b.WriteString(string(chars[i:min(i+2, len(chars))]))
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}
