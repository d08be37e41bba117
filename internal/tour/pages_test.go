package tour

import (
	"net/http"
	"testing"
)

// stop is a page as somebody opens it.
type stop struct{ person, path string }

// stops are the pages of the desk, each with somebody who works there.
func stops() []stop {
	return []stop{
		{"", "/sign-in"},
		{"dongfang", "/cases"},
		{"wenren", "/cases/OUT-2026-398"},
		{"zhongli", "/check"},
		{"dongfang", "/rulebook"},
		{"dongfang", "/rulebook/cn-national/OUT-02"},
		{"dongfang", "/me/security"},
		{"admin-system", "/accounts"},
	}
}

// TestA01EveryPageIsAccessibleInBothLanguagesAndLooks: axe finds nothing, nothing is
// wider than the screen, and a picture is kept of each.
func TestA01EveryPageIsAccessibleInBothLanguagesAndLooks(t *testing.T) {
	touring(t)
	d := open(t)
	for _, m := range modes() {
		people := map[string]*reader{}
		for _, s := range stops() {
			r, ok := people[s.person]
			if !ok {
				r = d.sit(t, s.person, m)
				people[s.person] = r
			}
			if status := r.open(s.path); status != http.StatusOK {
				t.Errorf("%s is answered %d to %q", s.path, status, s.person)
				continue
			}
			if lang := asks[string](r, "document.documentElement.lang"); lang[:2] != m.lang {
				t.Errorf("%s is in %s, asked for in %s", s.path, lang, m.lang)
			}
			r.picture(s.person + s.path)
			r.accessible(s.path)
			r.fits(s.path)
		}
		for _, r := range people {
			r.leave()
		}
	}
}

// TestACasePageIsLightAndAsksNobodyElse: at most 60 KB over the wire with everything, all from the desk itself.
func TestACasePageIsLightAndAsksNobodyElse(t *testing.T) {
	touring(t)
	d := open(t)
	r := d.sit(t, "wenren", modes()[0])
	bytes, hosts := r.heavy("/cases/OUT-2026-398")
	t.Logf("the case page and all that it needs: %d bytes", bytes)
	if bytes > 60_000 || len(hosts) != 1 {
		t.Errorf("%d bytes from %v", bytes, hosts)
	}
}
