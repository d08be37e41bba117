package text_test

import (
	"slices"
	"strings"
	"testing"

	"chancery/core/text"
)

// TestNamesStandByTheirPinyin: Latin names first, then Chinese ones as they are read aloud.
func TestNamesStandByTheirPinyin(t *testing.T) {
	t.Parallel()
	names := []string{"钟离牧", "百里岚", "Zofia", "慕容舟", "Anna", "司空砚", "东方既白", "淳于青"}
	key := text.SortKeys()
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(key(a), key(b)) })
	if got := strings.Join(names, " "); got != "Anna Zofia 百里岚 淳于青 东方既白 慕容舟 司空砚 钟离牧" {
		t.Errorf("the names stand %s", got)
	}
	if key("百里岚") != text.SortKeys()("百里岚") {
		t.Error("two orders differ")
	}
}
