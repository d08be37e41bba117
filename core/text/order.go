package text

import (
	"encoding/hex"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// SortKey gives a word that stands among others like it as the name stands among
// names: Latin letters first, then Chinese names in the order of their pinyin.
func SortKey(name string) string {
	var buf collate.Buffer
	return hex.EncodeToString(collate.New(language.Chinese).KeyFromString(&buf, name))
}
