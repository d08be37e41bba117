package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var link = regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)

func TestEveryLinkInTheDocumentsLeadsSomewhere(t *testing.T) {
	t.Parallel()
	for _, f := range files(t, ".md") {
		for _, m := range link.FindAllSubmatch(f.text, -1) {
			to := string(m[1])
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(f.path), to)); err != nil {
				t.Errorf("%s links to %s, which is not there", f.path, to)
			}
		}
	}
}

func TestEveryDecisionIsListedAndUnderAPage(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile(filepath.Join(root, "docs/decisions/README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files(t, ".md") {
		name, ok := strings.CutPrefix(f.path, "docs/decisions/")
		if !ok || name == "README.md" {
			continue
		}
		if !strings.Contains(string(list), "("+name+")") {
			t.Errorf("%s is not in docs/decisions/README.md", name)
		}
		if !strings.Contains(string(f.text), "**Rejected") {
			t.Errorf("%s says of nothing that it was rejected", name)
		}
		if n := strings.Count(string(f.text), "\n"); n > 60 {
			t.Errorf("%s has %d lines: a decision stays under a page", name, n)
		}
	}
}

// folder is what a document says is there: a path from the root in backquotes.
var folder = regexp.MustCompile("`((?:core|affairs|library|desk|store|web|cmd|docs|internal|tools)/[A-Za-z0-9_./-]*[A-Za-z0-9_])`")

// TestTheTourNamesOnlyRoomsThatExist keeps the map to the house.
func TestTheTourNamesOnlyRoomsThatExist(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "docs/tour.md", "CHANGELOG.md", "SECURITY.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range folder.FindAllSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(root, string(m[1]))); err != nil {
				t.Errorf("%s speaks of %s, which is not there", name, m[1])
			}
		}
	}
}
