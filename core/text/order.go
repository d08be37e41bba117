package text

import (
	"encoding/hex"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortKeys gives a function that gives, for each name, a word that stands among
// others like it as the name stands among names: Latin letters first, then
// Chinese names in the order of their pinyin. It is not for two callers at once.
func SortKeys() func(name string) string {
	var buf collate.Buffer
	order := collate.New(language.Chinese)
	return func(name string) string {
		buf.Reset()
		return hex.EncodeToString(order.KeyFromString(&buf, name))
	}
}
