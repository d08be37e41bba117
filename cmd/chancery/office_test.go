package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"chancery/desk"
)

func TestTheOfficeIsChangedFromTheCommandLineAndSaysWho(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	as := []string{"--data", folder, "--as", "司空砚"}
	office := func(args ...string) desk.OfficeView {
		t.Helper()
		return answered[desk.OfficeView](t, append(append([]string{"office"}, args...), as...)...)
	}
	office("add-post", "archivist", "档案员", "Archivist", "--unit", "fao")
	office("join", "zhangsun", "长孙原", "--post", "archivist")
	office("delegate", "archivist", "--from", "长孙原", "--to", "令狐川", "--until", "2099-01-01", "--why", "出差")
	v := office("plan", "市公安局", "2027", "3", "--source", "澜外办〔2026〕70号")
	last := v.Posts[len(v.Posts)-1]
	if strings.Join(last.People, " ") != "长孙原 令狐川" || last.Vacant {
		t.Errorf("the new post is borne by %v", last.People)
	}
	if p := v.Plans[len(v.Plans)-1]; p.Unit != "市公安局" || p.Left != 3 {
		t.Errorf("the plan that was set is %+v", p)
	}

	var out, errs bytes.Buffer
	code := run(context.WithoutCancel(t.Context()), append([]string{"office", "leave", "长孙原", "--lang", "zh"}, as...), &out, &errs)
	if code != exitConflict || !strings.Contains(errs.String(), "档案员") {
		t.Errorf("who holds a post leaves with %d: %s", code, errs.String())
	}
	office("end-delegation", "archivist", "--from", "长孙原", "--to", "令狐川")

	verified := answered[struct {
		Entries int   `json:"entries"`
		Faults  []any `json:"faults"`
	}](t, "journal", "verify", "--data", folder)
	if verified.Entries != 6 || len(verified.Faults) > 0 {
		t.Errorf("five changes after the founding leave %+v", verified)
	}
}

// TestAnInventedOfficeIsNeverGivenInSilence: a command on an empty folder says whose office it made, once.
func TestAnInventedOfficeIsNeverGivenInSilence(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for i, said := range []bool{true, false} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), []string{"case", "list", "--data", folder, "--lang", "en"}, &out, &errs); code != exitDone {
			t.Fatal(errs.String())
		}
		if strings.Contains(errs.String(), "an invented office") != said {
			t.Errorf("run %d says %q", i+1, errs.String())
		}
	}
}
