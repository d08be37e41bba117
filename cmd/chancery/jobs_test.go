package main

import (
	"strings"
	"testing"
)

// TestJobsAreListedRunAndRetriedOnTheCommandLine: an empty house has its routines; there is nothing to try again.
func TestJobsAreListedRunAndRetriedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, x := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"jobs", "run"}, exitDone, "jobs run"},
		{[]string{"jobs", "list"}, exitDone, "recount  1 waiting"},
		{[]string{"jobs", "retry", "99"}, exitConflict, "nothing to try again"},
		{[]string{"doctor"}, -1, "what is due has been done"},
	} {
		var out strings.Builder
		code := run(t.Context(), append([]string{"--data", dir, "--lang", "en"}, x.args...), &out, &out)
		if (x.code >= 0 && code != x.code) || !strings.Contains(out.String(), x.says) {
			t.Errorf("%v: exit %d, %q; want %q", x.args, code, out.String(), x.says)
		}
	}
}
