package tour

import (
	"cmp"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"
)

// stop is a page as somebody opens it; it answers 200 unless it says otherwise.
type stop struct {
	person, path string
	status       int
}

// stops are the pages of the desk, each with somebody who works there.
func stops() []stop {
	return []stop{
		{"", "/sign-in", 0},
		{"", "/notices", 0},
		{"", "/notices/OUT-2026-414", 0},
		{"wenren", "/", 0},
		{"wenren", "/?list=done", 0},
		{"wenren", "/cases", 0},
		{"wenren", "/cases/OUT-2026-398", 0},
		{"wenren", "/cases/GIFT-2026-1", 0},
		{"wenren", "/cases/POS-2026-1", 0},
		{"wenren", "/cases/OUT-2026-9999", http.StatusNotFound},
		{"wenren", "/registers/trips?who=nobody", 0},
		{"wenren", "/figures/refusals?quarter=2026Q3", 0},
		{"wenren", "/figures/refusals?quarter=2026Q3&step=first-review&came=withdrawn", 0},
		{"dongfang", "/?until=2026-10-14", 0},
		{"murong", "/", 0},
		{"zhongli", "/?list=started", 0},
		{"zhongli", "/?list=drafts", 0},
		{"zhongli", "/trips/new", 0},
		{"zhongli", "/cases/OUT-2026-412/application", 0},
		{"zhongli", "/cases/new", 0},
		{"zhongli", "/cases/new/gift-received", 0},
		{"zhongli", "/cases/new/position", 0},
		{"zhongli", "/cases/OUT-2026-397/change", 0},
		{"zhongli", "/drafts", 0},
		{"zhongli", "/check", 0},
		{"dongfang", "/?list=copied", 0},
		{"dongfang", "/cases/OUT-2026-410", 0},
		{"dongfang", "/cases/OUT-2026-401", 0},
		{"dongfang", "/notices", 0},
		{"dongfang", "/notices/OUT-2026-414", 0},
		{"dongfang", "/search?q=港口", 0},
		{"dongfang", "/registers/abroad", 0},
		{"dongfang", "/registers/documents", 0},
		{"dongfang", "/registers/gifts", 0},
		{"dongfang", "/registers/trips", 0},
		{"dongfang", "/people", 0},
		{"dongfang", "/people/shangguan", 0},
		{"dongfang", "/posts/coordination-officer", 0},
		{"dongfang", "/rulebook", 0},
		{"dongfang", "/rulebook/cn-national/OUT-02", 0},
		{"dongfang", "/rulebook/cn-national/OUT-02?on=2013-12-31&with=2008-01-01", 0},
		{"dongfang", "/me", 0},
		{"dongfang", "/me/security", 0},
		{"dongfang", "/me/tokens", 0},
		{"dongfang", "/settings/feed", 0},
		{"admin-system", "/accounts", 0},
		{"admin-system", "/cases", 0},
		{"admin-system", "/operations", 0},
		{"admin-system", "/operations/hooks", 0},
		{"admin-security", "/accounts", 0},
		{"admin-audit", "/accounts", 0},
		{"", "/notices/OUT-2026-9999", http.StatusNotFound},
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
	if status := r.open(s.path); status != cmp.Or(s.status, http.StatusOK) {
		r.Errorf("%s is answered %d to %q", s.path, status, s.person)
		return
	}
	r.stands(s.person + s.path)
}

// stands looks at the page on which the reader is.
func (r *reader) stands(where string) {
	r.Helper()
	if lang := asks[string](r, "document.documentElement.lang"); lang[:2] != r.mode.lang {
		r.Errorf("%s is in %s, asked for in %s", where, lang, r.mode.lang)
	}
	r.picture(where)
	r.named(where)
	r.accessible(where)
	r.fits(where)
}

// TestA01WhatUnfoldsIsAccessible: the bell with its lines, and the list of the bar on a small screen.
func TestA01WhatUnfoldsIsAccessible(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	for _, m := range modes() {
		t.Run(m.String(), func(t *testing.T) {
			t.Parallel()
			for _, person := range []string{"dongfang", "murong"} {
				r := d.sit(t, person, m)
				r.open("/cases")
				r.click("#bell")
				r.until("!document.querySelector('#bell-list').hidden && document.querySelector('#bell-list [data-wait]').hidden", "does not show what waits")
				r.stands("bell/" + person)
				r.open("/cases")
				if asks[bool](r, "document.querySelector('details.rest').getClientRects().length > 0") {
					r.click("details.rest summary")
					r.until("document.querySelector('details.rest').open", "does not open its list")
					r.stands("menu/" + person)
				}
				r.leave()
			}
		})
	}
}

// TestA01WhatComesBackFromAFormIsAccessible: what was refused, what was done, and what is shown once.
func TestA01WhatComesBackFromAFormIsAccessible(t *testing.T) {
	t.Parallel()
	touring(t)
	for _, m := range modes() {
		t.Run(m.String(), func(t *testing.T) {
			t.Parallel()
			d := open(t)
			r := d.sit(t, "", m)
			r.types("[name=login]", "wenren")
			r.types("[name=password]", "not the password")
			r.click("main form button")
			r.sees(".errsum")
			r.stands("wrong/sign-in")
			r.open("/notices/OUT-2026-414")
			r.types("#text", "日程与任务无关。")
			r.click("#object button")
			r.sees(".receipt")
			r.stands("done/objection")
			r.leave()

			r = d.sit(t, "zhongli", m)
			r.open("/cases/new/gift-received")
			r.types("[name='gift.value.amount']", "viel")
			r.click("#submit")
			r.sees(".errsum")
			r.stands("wrong/application")
			r.leave()

			r = d.sit(t, "wenren", m)
			r.open("/cases/OUT-2026-398")
			r.do(chromedp.Evaluate[chromedp.Void]("document.querySelector('#pick-refuse').click()"))
			r.click(".pick-refuse button[name=choice]")
			r.sees(".errsum")
			r.stands("wrong/refusal")
			r.open("/cases/OUT-2026-398")
			r.do(chromedp.Evaluate[chromedp.Void]("document.querySelector('#pick-approve').click()"))
			r.click(".pick-approve button[name=choice]")
			r.sees("#recall")
			r.stands("done/approval")
			r.open("/me/tokens")
			r.types("#name", "每日取数")
			r.types("main [type=password]", d.password)
			r.click("main form .btn.pri")
			r.sees(".token-made")
			r.stands("done/token")
		})
	}
}

// TestACasePageIsLightAndAsksNobodyElse: at most 60 KB over the wire with everything, all from the desk itself; a style or a
// script in the page would not be obeyed, and the browser finds none to refuse.
func TestACasePageIsLightAndAsksNobodyElse(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	for _, s := range []stop{{"wenren", "/cases/OUT-2026-398", 0}, {"zhongli", "/cases/OUT-2026-412/application", 0}, {"", "/notices/OUT-2026-414", 0}} {
		r := d.sit(t, s.person, modes()[0])
		var refused atomic.Int32
		r.must(chromedp.Listen(r.ctx, func(ev any) {
			if e, ok := ev.(*log.EventEntryAdded); ok && e.Entry.Source == log.EntrySourceSecurity {
				refused.Add(1)
			}
		}))
		bytes, hosts := r.heavy(s.path)
		t.Logf("%s and all that it needs: %d bytes", s.path, bytes)
		if bytes > 60_000 || len(hosts) != 1 {
			t.Errorf("%s: %d bytes from %v", s.path, bytes, hosts)
		}
		if n := refused.Load(); n != 0 {
			t.Errorf("%s: the browser refused %d things that stand in the page", s.path, n)
		}
		if asks[bool](r, `{ const x = document.createElement("script"); x.textContent = "window.obeyed = 1"; document.body.append(x); window.obeyed === 1 }`) {
			t.Errorf("%s: a script in the page is obeyed", s.path)
		}
		if refused.Load() == 0 {
			t.Errorf("%s: nothing would be known of what is refused", s.path)
		}
		r.leave()
	}
}
