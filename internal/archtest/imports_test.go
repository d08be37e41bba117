package archtest

import (
	"slices"
	"sort"
	"strings"
	"testing"
)

// coreOrder is the order of the core: a package imports only what stands before it.
var coreOrder = []string{
	"trace", "text", "fault", "strict", "calendar", "place", "money",
	"office", "paper", "account", "form", "rule", "procedure", "casework", "journal", "register", "job",
}

// mayImport says which parts each part may import from this module. Order in
// the core and strangers among the affairs have rules of their own below.
var mayImport = map[string][]string{
	"core":     {"core"},
	"affairs":  {"core"},
	"library":  {},
	"desk":     {"core", "affairs"},
	"store":    {"core", "affairs"},
	"jobs":     {"core", "affairs", "desk", "jobs"},
	"web":      {"core", "affairs", "desk", "web"},
	"cmd":      {"core", "affairs", "library", "desk", "store", "jobs", "web", "cmd"},
	"internal": {"core", "affairs", "library", "desk", "store", "jobs", "web", "cmd", "internal"},
}

// testsMayImport adds what tests need: real data to work on and the house's own
// test tools. The tests of a lower part may ask the affairs for real blocks, and
// those above the store may stand on a real one.
var testsMayImport = map[string][]string{
	"core":    {"affairs", "library", "internal"},
	"affairs": {"affairs", "desk", "library", "internal"},
	"library": {"core", "affairs", "desk", "internal"},
	"desk":    {"library", "store", "internal"},
	"store":   {"library", "desk", "store", "internal"},
	"jobs":    {"library", "store", "internal"},
	"web":     {"library", "store", "internal"},
	"cmd":     {"internal"},
}

func TestEveryPartImportsOnlyWhatTheArchitectureAllows(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if !p.ours() {
			continue
		}
		part := partOf(p.ImportPath)
		allowed, known := mayImport[part]
		if !known {
			t.Errorf("%s: the architecture knows no part %q", p.ImportPath, part)
			continue
		}
		for _, i := range p.Imports {
			if ours(i) && !permitted(p.ImportPath, i, allowed) {
				t.Errorf("%s imports %s: %s may import only %s", p.ImportPath, i, part, strings.Join(allowed, ", "))
			}
		}
		withTests := append(slices.Clone(allowed), testsMayImport[part]...)
		for _, i := range append(slices.Clone(p.TestImports), p.XTestImports...) {
			if ours(i) && i != p.ImportPath && !permitted(p.ImportPath, i, withTests) {
				t.Errorf("a test of %s imports %s: tests of %s may import only %s", p.ImportPath, i, part, strings.Join(withTests, ", "))
			}
		}
	}
}

func TestTheCoreImportsInItsOrder(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if !p.ours() || partOf(p.ImportPath) != "core" {
			continue
		}
		at := coreRank(p.ImportPath)
		if at < 0 {
			t.Errorf("%s has no place in the order of the core: %s", p.ImportPath, strings.Join(coreOrder, " → "))
			continue
		}
		for _, i := range p.Imports {
			if ours(i) && partOf(i) == "core" && coreRank(i) > at {
				t.Errorf("%s imports %s, which stands after it: %s", p.ImportPath, i, strings.Join(coreOrder, " → "))
			}
		}
	}
}

func TestAffairsDoNotImportEachOther(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		name := second(p.ImportPath)
		if !p.ours() || partOf(p.ImportPath) != "affairs" || name == "" {
			continue // affairs itself lists them all
		}
		for _, i := range p.Imports {
			if ours(i) && partOf(i) == "affairs" && second(i) != name {
				t.Errorf("%s imports %s: an affair stands on the core alone", p.ImportPath, i)
			}
		}
	}
}

func TestOnlyTestsImportInternal(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		if !p.ours() || partOf(p.ImportPath) == "internal" {
			continue
		}
		for _, i := range p.Imports {
			if ours(i) && partOf(i) == "internal" {
				t.Errorf("%s imports %s outside its tests", p.ImportPath, i)
			}
		}
	}
}

func TestOnlyCommandsMeetBothTheStoreAndTheWeb(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, p := range all {
		if !p.ours() || partOf(p.ImportPath) == "cmd" || partOf(p.ImportPath) == "internal" {
			continue
		}
		reach := reached(all, p.ImportPath)
		_, store := reach[module+"/store"]
		_, web := reach[module+"/web"]
		if store && web {
			t.Errorf("%s reaches both the store and the web: only cmd wires them", p.ImportPath)
		}
	}
}

// TestCoreAndAffairsReachNeitherDatabaseNorNetworkNorProcessNorLog follows every
// import, also through libraries: what is pure must stay so all the way down.
func TestCoreAndAffairsReachNeitherDatabaseNorNetworkNorProcessNorLog(t *testing.T) {
	t.Parallel()
	all := packages(t)
	for _, p := range all {
		if !p.ours() || (partOf(p.ImportPath) != "core" && partOf(p.ImportPath) != "affairs") {
			continue
		}
		from := reached(all, p.ImportPath)
		for _, forbidden := range []string{"database/sql", "net/http", "net", "os/exec", "log/slog"} {
			if _, ok := from[forbidden]; ok {
				t.Errorf("%s reaches %s: %s", p.ImportPath, forbidden, strings.Join(chain(from, forbidden), " → "))
			}
		}
	}
}

// reached follows the imports of a package; each package is kept with the one
// that led to it.
func reached(all map[string]pkg, start string) map[string]string {
	from := map[string]string{start: ""}
	for queue := []string{start}; len(queue) > 0; queue = queue[1:] {
		imports := slices.Clone(all[queue[0]].Imports)
		sort.Strings(imports)
		for _, i := range imports {
			if _, seen := from[i]; !seen {
				from[i] = queue[0]
				queue = append(queue, i)
			}
		}
	}
	return from
}

func chain(from map[string]string, end string) []string {
	var links []string
	for at := end; at != ""; at = from[at] {
		links = append([]string{at}, links...)
	}
	return links
}

// permitted says whether a package may import another of this module: its own
// folder below, or an allowed part. Within a part of one story (desk, store,
// cmd) the folders below belong to it.
func permitted(importer, imported string, allowed []string) bool {
	return strings.HasPrefix(imported, importer+"/") || slices.Contains(allowed, partOf(imported)) ||
		(importer == module+"/affairs" && partOf(imported) == "affairs")
}

// partOf is the top folder of a package.
func partOf(path string) string {
	part, _, _ := strings.Cut(strings.TrimPrefix(path, module+"/"), "/")
	return part
}

// second is the folder below the top one.
func second(path string) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(path, module+"/"), "/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func coreRank(path string) int { return slices.Index(coreOrder, second(path)) }
