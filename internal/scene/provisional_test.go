package scene

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/desk"
	"chancery/library"
)

// TestR17ADeadlineInAYearNotAnnouncedIsProvisionalAndSaysSo: where the case is shown, in both languages, with its year.
func TestR17ADeadlineInAYearNotAnnouncedIsProvisionalAndSaysSo(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-12-30")
	w.files("shangguan", "testdata/position.yaml")
	w.does("shangguan", casework.Act{Kind: casework.Submitted})
	shown := 0
	for _, h := range w.see().Holders {
		if h.Due == nil || h.Due.Due < mustDay("2027-01-01") {
			continue
		}
		shown++
		say := h.Due.Say()
		if !h.Due.Provisional || !strings.Contains(say.ZH, "暂定") || !strings.Contains(say.EN, "provisional") ||
			!strings.Contains(say.ZH, "2027") || !strings.Contains(say.EN, "2027") {
			t.Errorf("the deadline %s says %q / %q", h.Due.Due, say.ZH, say.EN)
		}
	}
	if shown == 0 {
		t.Errorf("no deadline reaches 2027: %+v", w.see().Holders)
	}
	w.proves()
}

// TestP6WithoutTheRulebookOfAProcedureNothingIsLoaded: a desk that could not ask the rules does not open at all.
func TestP6WithoutTheRulebookOfAProcedureNothingIsLoaded(t *testing.T) {
	t.Parallel()
	left := fstest.MapFS{}
	if err := fs.WalkDir(library.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, "rulebooks/cn-national/") {
			return err
		}
		data, err := fs.ReadFile(library.FS, path)
		left[path] = &fstest.MapFile{Data: data}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	_, err := desk.LoadLibrary(left)
	if fault.KindOf(err) != fault.Invalid || len(fault.All(err)) == 0 {
		t.Errorf("without the national book the library loads, or is refused without words: %v", err)
	}
}
