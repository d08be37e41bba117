package web_test

import (
	"context"
	"html"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/desk"
)

type waiting struct{ world }

func (waiting) Cases(ctx context.Context, _ desk.Reader, _ casework.Filter) ([]desk.CaseLine, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func sample(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("samples/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func between(t *testing.T, body, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, from)
	part, _, closed := strings.Cut(rest, to)
	if !ok || !closed {
		t.Fatalf("no %q … %q on the page", from, to)
	}
	return html.UnescapeString(part)
}

var textArea = regexp.MustCompile(`(?s)<textarea[^>]*>\n?(.*?)</textarea>`)

func typed(t *testing.T, body string) string {
	t.Helper()
	m := textArea.FindStringSubmatch(body)
	if m == nil {
		t.Fatal("no text area on the page")
	}
	return html.UnescapeString(m[1])
}

func TestAnAlternativeIsTakenAndUndoneWithoutScript(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	nine := sample(t, "nine-days")
	first := post(t, s, "/check", url.Values{"application": {nine}})
	contains(t, first.Body.String(), "现在提交会被拦下", "在外 9 天，上限 8 天", "缩短 1 天，在外 8 天", "少 1 天")
	patch := between(t, first.Body.String(), `name="apply" value="`, `"`)

	taken := post(t, s, "/check", url.Values{"application": {strings.ReplaceAll(nine, "\n", "\r\n")}, "apply": {patch}})
	contains(t, taken.Body.String(), "可以提交，各项符合", "撤销改动")
	patched := typed(t, taken.Body.String())
	if strings.Contains(patched, "2026-10-23, part") || !strings.Contains(patched, "  entry: '2026-10-22'") {
		t.Errorf("not applied:\n%s", patched)
	}
	if got, want := len(strings.Split(patched, "\n")), len(strings.Split(nine, "\n"))-2; got != want {
		t.Errorf("%d lines, want %d: lines that the change does not touch were rewritten", got, want)
	}
	before := between(t, taken.Body.String(), `name="before" value="`, `"`)
	undone := post(t, s, "/check", url.Values{"application": {patched}, "before": {before}, "undo": {"1"}})
	if typed(t, undone.Body.String()) != nine {
		t.Error("undo does not give back what stood there")
	}
}

func TestAnAlternativeThatNoLongerFitsChangesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	for _, patch := range []string{`[{"op":"remove","path":"/itinerary/stays/7"}]`, `[{"op":"replace","path":"/inviter/letter/to/x","value":1}]`} {
		rec := post(t, s, "/check?lang=en", url.Values{"application": {sample(t, "nine-days")}, "apply": {patch}})
		if rec.Code != 422 || typed(t, rec.Body.String()) != sample(t, "nine-days") {
			t.Errorf("%s: %d", patch, rec.Code)
		}
		contains(t, rec.Body.String(), "no longer fits")
	}
	for _, patch := range []string{"no json", `[{"op":"copy","path":"/a"}]`, `[{"op":"add","path":"a"}]`} {
		if rec := post(t, s, "/check", url.Values{"application": {"a: 1"}, "apply": {patch}}); rec.Code != 422 {
			t.Errorf("%s: %d", patch, rec.Code)
		}
	}
}

func TestEveryFaultOfTheFileIsListedWithItsLine(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	broken := "procedure: outbound-trip\ntrack: sideways\nitinerary:\n  exitt: 2026-10-15\n  entry: never\n"
	rec := post(t, s, "/check?lang=en", url.Values{"application": {broken}})
	if rec.Code != 422 {
		t.Errorf("status %d", rec.Code)
	}
	body := rec.Body.String()
	contains(t, body, "<title>3 things to mend: Pre-check", "Line 2", "Line 4", "Line 5", `data-line="4"`, "exitt: 2026-10-15", "The application cannot be read yet")
	if typed(t, body) != broken {
		t.Error("what was typed is gone")
	}
	for _, v := range []url.Values{{"on": {"soon"}}, {"gate": {"moon"}}, {"book": {"cook-book"}}} {
		v.Set("application", sample(t, "compliant"))
		if rec := post(t, s, "/check", v); rec.Code != 422 {
			t.Errorf("%v: %d", v, rec.Code)
		}
	}
}

func TestAPartOfTheCheckComesWithoutTheRestOfThePage(t *testing.T) {
	t.Parallel()
	body := post(t, open(t, world{}, nil), "/check", url.Values{"application": {sample(t, "nine-days")}}, "Chancery-Part", "check").Body.String()
	contains(t, body, `id="panel"`, "现在提交会被拦下")
	if strings.Contains(body, "<html") || strings.Contains(body, "<nav") {
		t.Error("more than the part was sent")
	}
}

func TestLaterAndUnconfirmedRulesAreShownApart(t *testing.T) {
	t.Parallel()
	contains(t, get(t, open(t, world{}, nil), "/check?lang=en").Body.String(),
		"What later gates will ask", "documents back within 7 days", "1 unconfirmed, without effect", "an unconfirmed article", "83%", "Japan, Republic of Korea", "90000")
}

func TestAnAlternativeLeavesTheLinesItDoesNotTouchAsTheyWere(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil)
	nine := sample(t, "nine-days")
	patch := `[{"op":"replace","path":"/itinerary/entry","value":"2026-10-22"},{"op":"remove","path":"/itinerary/programme/17"},
		{"op":"remove","path":"/itinerary/programme/16"},{"op":"replace","path":"/itinerary/programme/14/kind","value":"travel"},
		{"op":"remove","path":"/itinerary/programme/14/with"},{"op":"remove","path":"/itinerary/programme/13/text"},
		{"op":"add","path":"/delegation/0/retired","value":true},{"op":"add","path":"/papers/-","value":"consent-letter"}]`
	got := strings.Split(typed(t, post(t, s, "/check", url.Values{"application": {nine}, "apply": {patch}}).Body.String()), "\n")
	was := map[string]int{}
	for line := range strings.SplitSeq(nine, "\n") {
		was[line]++
	}
	var fresh []string
	for _, line := range got {
		if was[line] == 0 {
			fresh = append(fresh, strings.TrimSpace(line))
		}
		was[line]--
	}
	if len(fresh) != 5 {
		t.Errorf("%d lines changed, want 5", len(fresh))
	}
	for _, want := range []string{
		"retired: true", `task-and-budget-form, "consent-letter"]`, "- {day: '2026-10-22', part: am, kind: travel, text: 会谈}", "- {day: '2026-10-21', part: pm, kind: official, with: 对方机构}",
	} {
		if !strings.Contains(strings.Join(fresh, "\n"), want) {
			t.Errorf("%q is not among the changed lines:\n%s", want, strings.Join(fresh, "\n"))
		}
	}
}
