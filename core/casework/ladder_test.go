package casework_test

import (
	"testing"

	"chancery/core/casework"
	"chancery/core/procedure"
)

// TestEachRungOfTheLadderIsToldOnce: on the day after the deadline the first post is
// told, three working days past it the second; the entry names the post, and what
// was told is not told again.
func TestEachRungOfTheLadderIsToldOnce(t *testing.T) {
	t.Parallel()
	g := opened(t, "outbound-trip", "2026-09-07")
	for i, s := range g.w.Procedure.Steps {
		if s.ID == "first-review" {
			g.w.Procedure.Steps[i].Escalate = procedure.Ladder{{Post: "trips-head"}, {Post: "deputy-director", After: 3}, {Post: "director", After: 8}}
		}
	}
	g.does("zhongli", casework.Act{Kind: casework.Submitted})
	told := func() (posts []string) {
		for _, e := range g.events {
			if e.Kind != casework.Escalated {
				continue
			}
			if e.Post.ZH == "" || e.Post.EN == "" {
				t.Errorf("the entry of %s does not name the post", e.From)
			}
			posts = append(posts, e.From)
		}
		return posts
	}
	due := g.c.Due.Due // the third working day: 10 September
	g.day(due.String())
	if got := told(); len(got) != 0 {
		t.Errorf("on the due day %v are told", got)
	}
	for _, at := range []struct {
		day  string
		told int
	}{{"2026-09-11", 1}, {"2026-09-14", 1}, {"2026-09-15", 1}, {"2026-09-16", 2}, {"2026-09-21", 2}, {"2026-09-23", 3}, {"2026-10-20", 3}} {
		g.day(at.day)
		if got := told(); len(got) != at.told {
			t.Errorf("on %s %v are told, want %d of the ladder; due on %s", at.day, got, at.told, due)
		}
	}
	if again := casework.Rebuild(g.events); !again.Escalated || again.Rungs != 2 {
		t.Errorf("rebuilt, %d rungs beyond the first were told", again.Rungs)
	}
}
