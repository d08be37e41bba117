package text_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"chancery/core/text"
)

func TestWordsAreSplitIntoRunsByTheirScript(t *testing.T) {
	t.Parallel()
	for words, want := range map[string][]string{
		"市水务局赴维尔达":      {"市水务局赴维尔达"},
		"OUT-2026-398":  {"out", "2026", "398"},
		"出〔2026〕398":    {"出", "2026", "398"},
		"ＯＵＴ１２":         {"out12"},
		"港口B区3号码头":      {"港口", "b", "区", "3", "号码头"},
		`" OR pairs:*)`: {"or", "pairs"},
		"，。、":           nil,
	} {
		if diff := cmp.Diff(want, text.Runs(words)); diff != "" {
			t.Errorf("%q:\n%s", words, diff)
		}
	}
}

func TestChineseIsFoundByAnyTwoCharactersOfItAndLatinByItsBeginning(t *testing.T) {
	t.Parallel()
	findable := text.Findable("市水务局", "Zhongli Mu")
	for words, want := range map[string]bool{"水务": true, "务局": true, "局": true, "水局": false, "zhong": true, "ongli": false, "水务 mu": true, "水务 li": false} {
		if text.Found(findable, text.Runs(words)) != want {
			t.Errorf("%q is found: %v", words, !want)
		}
	}
}

// TestARunHoldsNothingThatAQueryLanguageKnows, whatever somebody types.
func TestARunHoldsNothingThatAQueryLanguageKnows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.String().Draw(t, "words")
		for _, run := range text.Runs(words) {
			if run == "" || strings.ContainsAny(run, "\"'*:^()+-%_\\ \x00") {
				t.Fatalf("%q gives the run %q", words, run)
			}
		}
	})
}
