package store

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"chancery/core/casework"
	"chancery/core/text"
)

func (*sqliteFile) saveWords(t *Tx, no string, fields []string, shared []casework.Key) error {
	var id int64
	if _, err := t.one("save words", sqlitePutWords, []any{no, text.Findable(fields...)}, &id); err != nil {
		return err
	}
	if err := t.put("save words", sqliteDropPairs, id); err != nil {
		return err
	}
	return t.put("save words", sqliteAddPairs, id, pairs(fields), strings.Join(marks(shared), " "))
}

// indexed: the schema has the index, always.
func (*sqliteFile) indexed(*Tx) (bool, error) { return true, nil }

// found asks the index; where the reader's own cases are read one by one, it asks for those of shared keys by their marks.
func (*sqliteFile) found(t *Tx, f casework.Filter, runs []string, few bool) ([]hit, error) {
	var shared []casework.Key
	for _, k := range f.Sight.Keys {
		if few && k.Shared() {
			shared = append(shared, k)
		}
	}
	return t.hits(sqliteFound, append(filtered(f)[:sightArgs], query(runs, shared), f.Limit))
}

// marks are words that stand for keys; two keys with one mark would only be looked at in vain.
func marks(keys []casework.Key) []string {
	out := make([]string, 0, len(keys))
	for _, k := range keys {
		sum := sha256.Sum256([]byte(k))
		out = append(out, "k"+hex.EncodeToString(sum[:6]))
	}
	return out
}

// query asks for all runs: for the pairs of a run in a row, or for the beginning
// of a word. A run holds letters and digits only, and each stands in quotes. With
// shared keys it asks for cases that bear the mark of one of them.
func query(runs []string, shared []casework.Key) string {
	var all []string
	for _, run := range runs {
		chars := []rune(run)
		if !text.Spaceless(run) || len(chars) == 1 {
			all = append(all, `"`+run+`"*`)
			continue
		}
		var row []string
		for i := range len(chars) - 1 {
			row = append(row, string(chars[i:i+2]))
		}
		all = append(all, `"`+strings.Join(row, " ")+`"`)
	}
	q := "pairs : (" + strings.Join(all, " AND ") + ")"
	if len(shared) > 0 {
		q += " AND shared : (" + strings.Join(marks(shared), " OR ") + ")"
	}
	return q
}
