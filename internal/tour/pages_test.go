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
		{"", "/notices"},
		{"", "/notices/OUT-2026-414"},
		{"wenren", "/"},
		{"wenren", "/?list=done"},
		{"wenren", "/cases"},
		{"wenren", "/cases/OUT-2026-398"},
		{"wenren", "/cases/GIFT-2026-1"},
		{"wenren", "/figures/refusals?quarter=2026Q3"},
		{"zhongli", "/?list=started"},
		{"zhongli", "/?list=drafts"},
		{"zhongli", "/trips/new"},
		{"zhongli", "/cases/OUT-2026-412/application"},
		{"zhongli", "/cases/new"},
		{"zhongli", "/cases/new/gift-received"},
		{"zhongli", "/drafts"},
		{"zhongli", "/check"},
		{"dongfang", "/?list=copied"},
		{"dongfang", "/cases/OUT-2026-410"},
		{"dongfang", "/notices"},
		{"dongfang", "/notices/OUT-2026-414"},
		{"dongfang", "/search?q=港口"},
		{"dongfang", "/registers/abroad"},
		{"dongfang", "/registers/documents"},
		{"dongfang", "/registers/gifts"},
		{"dongfang", "/registers/trips"},
		{"dongfang", "/people"},
		{"dongfang", "/people/shangguan"},
		{"dongfang", "/posts/coordination-officer"},
		{"dongfang", "/rulebook"},
		{"dongfang", "/rulebook/cn-national/OUT-02"},
		{"dongfang", "/rulebook/cn-national/OUT-02?on=2013-12-31&with=2008-01-01"},
		{"dongfang", "/me"},
		{"dongfang", "/me/security"},
		{"dongfang", "/me/tokens"},
		{"admin-system", "/accounts"},
	}
}

// TestA01EveryPageIsAccessibleInBothLanguagesAndLooks: axe finds nothing, nothing is
// wider than the screen, and a picture is kept of each.
func TestA01EveryPageIsAccessibleInBothLanguagesAndLooks(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	for _, m := range modes() {
		t.Run(m.String(), func(t *testing.T) {
			t.Parallel()
			var r *reader
			sitting := stop{path: "nowhere"}
			for _, s := range stops() {
				if r == nil || s.person != sitting.person {
					if r != nil {
						r.leave()
					}
					r = d.sit(t, s.person, m)
				}
				sitting = s
				r.looks(s)
			}
		})
	}
}

// looks at one page.
func (r *reader) looks(s stop) {
	r.Helper()
	if status := r.open(s.path); status != http.StatusOK {
		r.Errorf("%s is answered %d to %q", s.path, status, s.person)
		return
	}
	if lang := asks[string](r, "document.documentElement.lang"); lang[:2] != r.mode.lang {
		r.Errorf("%s is in %s, asked for in %s", s.path, lang, r.mode.lang)
	}
	r.picture(s.person + s.path)
	r.accessible(s.path)
	r.fits(s.path)
}

// TestACasePageIsLightAndAsksNobodyElse: at most 60 KB over the wire with everything, all from the desk itself.
func TestACasePageIsLightAndAsksNobodyElse(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	r := d.sit(t, "wenren", modes()[0])
	bytes, hosts := r.heavy("/cases/OUT-2026-398")
	t.Logf("the case page and all that it needs: %d bytes", bytes)
	if bytes > 60_000 || len(hosts) != 1 {
		t.Errorf("%d bytes from %v", bytes, hosts)
	}
}
