package web

import (
	"slices"

	"chancery/core/casework"
	"chancery/core/text"
)

// nav is one entry of the navigation. Only what exists is listed.
type nav struct{ key, href, icon, label string }

// navGroup is a group of entries; the first, the reader's own, has no heading.
type navGroup struct {
	heading string
	entries []nav
}

// navigation is the menu: what is one's own, the work, what governs it, and what is watched. Who only comes to apply finds
// the first two, and who is not signed in the public notices.
func (f Frame) navigation() []navGroup {
	notices := nav{"notices", "/notices", "speakerphone", f.Say("nav.notices")}
	if f.Person == "" {
		return []navGroup{{entries: []nav{notices}}}
	}
	own := navGroup{"", []nav{
		{"today", "/", "home", f.Say("nav.today")},
		{"cases", "/cases", "files", f.Say("nav.cases")},
	}}
	work := navGroup{f.Say("nav.work"), []nav{
		{"new", "/cases/new", "plus", f.Say("nav.new")},
		{"trips", "/registers/trips", "plane-departure", f.Say("nav.trips")},
		{"check", "/check", "clipboard-check", f.Say("nav.check")},
	}}
	if f.who.Applies {
		return []navGroup{own, work}
	}
	govern := []nav{{"rulebook", "/rulebook", "scale", f.Say("nav.rulebook")}, notices}
	if f.who.Figures {
		govern = append(govern, nav{"figures", "/figures/refusals", "chart-bar", f.Say("nav.figures")})
	}
	govern = append(govern,
		nav{"registers", "/registers/documents", "book-2", f.Say("nav.registers")},
		nav{"people", "/people", "user", f.Say("nav.people")},
	)
	watch := []nav{{"abroad", "/registers/abroad", "world", f.Say("nav.abroad")}}
	if f.Administers {
		watch = append(watch, nav{"accounts", "/accounts", "user-plus", f.Say("nav.accounts")})
	}
	if f.who.Duties.System {
		watch = append(watch, nav{"operations", "/operations", "rotate-clockwise", f.Say("nav.operations")})
	}
	return []navGroup{own, work, {f.Say("nav.govern"), govern}, {f.Say("nav.watch"), watch}}
}

// first are the entries in the bar of a small screen.
func (f Frame) first() []nav {
	if f.Person == "" {
		return f.navigation()[0].entries
	}
	last := nav{"abroad", "/registers/abroad", "world", f.Say("nav.abroad_short")}
	if f.who.Applies {
		last = nav{"new", "/cases/new", "plus", f.Say("nav.new")}
	}
	return []nav{
		{"today", "/", "home", f.Say("nav.today")},
		{"cases", "/cases", "files", f.Say("nav.cases")},
		{"search", "/search", "search", f.Say("nav.search")},
		last,
	}
}

// rest is what the bar of a small screen keeps in its list: the menu without what stands in the bar, and the own pages.
func (f Frame) rest() []navGroup {
	first := f.first()
	var out []navGroup
	for _, g := range f.navigation() {
		g.entries = slices.DeleteFunc(g.entries, func(n nav) bool {
			return slices.ContainsFunc(first, func(m nav) bool { return m.key == n.key })
		})
		if len(g.entries) > 0 {
			out = append(out, g)
		}
	}
	if f.Person != "" {
		out = append(out, navGroup{f.Say("nav.mine"), []nav{
			{"me", "/me", "user", f.Say("nav.settings")},
			{"own", "/me/security", "shield-check", f.Say("nav.own")},
		}})
	}
	return out
}

// inRest says that the page is one of that list.
func (f Frame) inRest() bool {
	return slices.ContainsFunc(f.rest(), func(g navGroup) bool {
		return slices.ContainsFunc(g.entries, func(n nav) bool { return n.key == f.Here })
	})
}

// waits sets how many cases wait for the reader: the number beside Today, and on the bell.
func (f *Frame) waits(n int) {
	f.Waiting, f.Bell = capped(*f, casework.ToDo, n), f.Say("bell.waiting", text.Args{"n": n})
}

// bellWords say what the bell counts.
func (f Frame) bellWords() string {
	if f.Bell == "" {
		return f.Say("bell.label")
	}
	return f.Bell
}
