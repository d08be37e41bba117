package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestS04_TheOperatorsCommandPrintsALinkThatIsGoodOnce(t *testing.T) {
	t.Parallel()
	folder := invented(t)
	type made struct{ Person, Link, Until string }
	link := answered[made](t, "account", "invite", "澹台守", "--duty", "system", "--site", "https://desk.example/", "--data", folder)
	if link.Person != "admin-system" || !strings.HasPrefix(link.Link, "https://desk.example/invitation/") || len(link.Link) < 70 || link.Until == "" {
		t.Errorf("%+v", link)
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"account", "invite", "nobody", "--data", folder}, &out, &errs); code != exitBadInput || !strings.Contains(errs.String(), "nobody") {
		t.Errorf("%d %s", code, errs.String())
	}
	if code := run(t.Context(), []string{"account", "disable", "dongfang", "--data", folder}, &out, &errs); code != exitConflict {
		t.Errorf("somebody without an account is shut: %d", code)
	}
	if code := run(t.Context(), []string{"journal", "verify", "--data", folder}, &out, &errs); code != exitDone {
		t.Errorf("the record does not hold: %s", out.String())
	}
}
