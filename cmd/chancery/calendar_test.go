package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"chancery/core/calendar"
	"chancery/desk"
)

func TestAYearIsImportedOnceAndKnownFromThenOn(t *testing.T) {
	t.Parallel()
	const file = "../../internal/scene/testdata/2027.json"
	as := []string{"--data", t.TempDir(), "--as", "司空砚"}
	done := answered[desk.Recounted](t, append([]string{"calendar", "import", file}, as...)...)
	if done.Year.Year != 2027 || done.Replaced || len(done.Deadlines) != 0 {
		t.Errorf("imported into an empty office: %+v", done)
	}
	years := answered[[]calendar.Year](t, append([]string{"calendar", "show"}, as...)...)
	if last := years[len(years)-1]; last.Year != 2027 || !strings.Contains(last.Notice.ZH, "2027年") {
		t.Errorf("the last year that is known is %+v", last)
	}
	for args, want := range map[string]int{file: exitConflict, file + " --replace": exitDone, "calendar_test.go": exitBadInput} {
		var out, errs bytes.Buffer
		line := append(append([]string{"calendar", "import"}, strings.Fields(args)...), as...)
		if code := run(context.WithoutCancel(t.Context()), line, &out, &errs); code != want {
			t.Errorf("chancery calendar import %s ends with %d: %s", args, code, errs.String())
		}
	}
}
