package tour

import (
	"bufio"
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axe is axe-core 4.14.1 (MPL-2.0, testdata/axe-LICENSE.txt): it looks at a page as it stands in the browser.
//
//go:embed testdata/axe.min.js
var axe string

// touring skips what `make tour` runs.
func touring(t *testing.T) {
	t.Helper()
	if os.Getenv("CHANCERY_TOUR") == "" {
		t.Skip("the tour through a real browser is run by `make tour`, which sets CHANCERY_TOUR")
	}
}

// desk is the program with its demo, as it is started by hand.
type desk struct{ address, password string }

// open starts the built program on an empty folder, with more flags where the test needs them.
func open(t *testing.T, flags ...string) desk {
	t.Helper()
	program := os.Getenv("CHANCERY_BINARY")
	if program == "" {
		t.Fatal("CHANCERY_BINARY names the program to be looked at; `make tour` sets it")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, append([]string{"serve", "--demo", "--addr", "127.0.0.1:0", "--data", t.TempDir(), "--lang", "en"}, flags...)...) //nolint:gosec // the program under test
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = cmd.Wait() })
	var d desk
	lines := bufio.NewScanner(out)
	for (d.address == "" || d.password == "") && lines.Scan() {
		if strings.HasPrefix(lines.Text(), "http://") {
			d.address = lines.Text()
		}
		if p, ok := strings.CutPrefix(lines.Text(), "password: "); ok {
			d.password = p
		}
	}
	if d.password == "" {
		t.Fatal("the demo did not say how to sign in")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return d
}

// mode is how a reader looks at the desk.
type mode struct {
	lang, theme   string
	width, height int64
}

func (m mode) String() string { return fmt.Sprintf("%s-%s-%d", m.lang, m.theme, m.width) }

func modes() []mode {
	var out []mode
	for _, lang := range []string{"zh", "en"} {
		for _, theme := range []string{"light", "dark"} {
			out = append(out, mode{lang, theme, 1440, 900}, mode{lang, theme, 390, 844})
		}
	}
	return out
}

// reader is one browser of one person.
type reader struct {
	*testing.T
	leave context.CancelFunc
	ctx   context.Context //nolint:containedctx // a browser lives as long as its test
	desk  desk
	mode  mode
	// clicks counts what the person had to do.
	clicks int
}

// sit opens a browser for a person, who signs in; nobody for "".
func (d desk) sit(t *testing.T, person string, m mode) *reader {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("the tour needs Chromium: install the package chromium")
	}
	ctx, leave := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("lang", m.lang))...)
	t.Cleanup(leave)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(cancel)
	r := &reader{T: t, leave: leave, ctx: ctx, desk: d, mode: m}
	r.do(chromedp.EmulateViewport(m.width, m.height))
	r.open("/sign-in?lang=" + m.lang + "&theme=" + m.theme)
	if person != "" {
		r.do(
			chromedp.SetValue(chromedp.CSS(`[name=login]`), person), chromedp.SetValue(chromedp.CSS(`[name=password]`), d.password),
			chromedp.Submit(chromedp.CSS(`main form`)), chromedp.WaitReady(chromedp.CSS(`.me`)),
		)
	}
	return r
}

// without turns scripts off.
func (r *reader) without() {
	r.Helper()
	_, err := chromedp.Call(r.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	r.must(err)
}

func (r *reader) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *reader) do(steps ...chromedp.Action[chromedp.Void]) {
	r.Helper()
	r.must(chromedp.Do(r.ctx, steps...))
}

// open goes to a page of the desk and gives its status.
func (r *reader) open(path string) int {
	r.Helper()
	answer, err := chromedp.Run(r.ctx, chromedp.NavigateResponse(r.desk.address+path))
	r.must(err)
	if answer == nil {
		return 0
	}
	return int(answer.Status)
}

// clicks on something, which is one thing to do.
func (r *reader) click(selector string) {
	r.Helper()
	r.clicks++
	r.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// types writes into a field, and chooses picks from a list by its value.
func (r *reader) types(selector, words string) {
	r.Helper()
	asks[string](r, "document.querySelector(`"+selector+"`).value = ''")
	r.do(chromedp.SendKeys(chromedp.CSS(selector), words, chromedp.NodeVisible))
}

func (r *reader) chooses(selector, value string) {
	r.Helper()
	r.do(chromedp.SetValue(chromedp.CSS(selector), value))
	if got := asks[string](r, "document.querySelector(`"+selector+"`).value"); got != value {
		r.Errorf("%s does not offer %s", selector, value)
	}
}

// asks gives what an expression is worth on the page.
func asks[T any](r *reader, js string) T {
	r.Helper()
	v, err := chromedp.Run(r.ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	r.must(err)
	return v
}

// until waits for an expression to hold, over as many pages as are opened meanwhile.
func (r *reader) until(js, otherwise string) {
	r.Helper()
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(12 * time.Second); time.Now().Before(deadline); <-tick.C {
		if holds, err := chromedp.Run(r.ctx, chromedp.Evaluate[bool](js)); err == nil && holds {
			return
		}
	}
	r.Fatalf("%s %s:\n%s", asks[string](r, "location.pathname + location.search"), otherwise, asks[string](r, "document.body.innerText.slice(0, 1600)"))
}

// reads waits until the page says this.
func (r *reader) reads(words ...string) {
	r.Helper()
	for _, w := range words {
		quoted, err := json.Marshal(w)
		r.must(err)
		r.until("document.body !== null && document.body.innerText.includes("+string(quoted)+")", "does not say "+w)
	}
}

// sees waits until something is there.
func (r *reader) sees(selector string) {
	r.Helper()
	quoted, err := json.Marshal(selector)
	r.must(err)
	r.until("document.querySelector("+string(quoted)+")?.checkVisibility() === true", "does not show "+selector)
}

// arrives waits until a page of the desk has been opened.
func (r *reader) arrives(path string) {
	r.Helper()
	quoted, err := json.Marshal(path)
	r.must(err)
	r.until(`document.readyState === "complete" && (location.pathname + location.search).startsWith(`+string(quoted)+")", "is not "+path)
}

// press types keys, wherever the focus is.
func (r *reader) press(keys string) {
	r.Helper()
	r.do(chromedp.KeyEvent(keys))
}

// tabs moves on with the Tab key until it stands on something.
func (r *reader) tabs(selector string) {
	r.Helper()
	quoted, err := json.Marshal(selector)
	r.must(err)
	for range 400 {
		if asks[bool](r, "document.activeElement?.matches("+string(quoted)+") === true") {
			return
		}
		r.press(kb.Tab)
	}
	r.Fatalf("%s: the Tab key does not come to %s", asks[string](r, "location.pathname"), selector)
}

// took expects as many clicks since the last count, and starts anew.
func (r *reader) took(clicks int, what string) {
	r.Helper()
	if r.clicks != clicks {
		r.Errorf("%s takes %d clicks, not %d", what, r.clicks, clicks)
	}
	r.clicks = 0
}

// paper prints the page and gives what can be read on it.
func (r *reader) paper(path string) string {
	r.Helper()
	r.open(path)
	data, err := chromedp.Run(r.ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize()))
	r.must(err)
	cmd := exec.CommandContext(r.ctx, "pdftotext", "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(data)
	words, err := cmd.Output()
	r.must(err)
	return string(words)
}

// picture keeps what is on the screen, and what the whole page is like.
func (r *reader) picture(name string) {
	r.Helper()
	name = regexp.MustCompile(`[^A-Za-z0-9-]+`).ReplaceAllString(strings.Trim(name, "/"), "_")
	for folder, shot := range map[string]chromedp.Action[[]byte]{"": chromedp.CaptureScreenshot(), "whole": chromedp.FullScreenshot(100)} {
		data, err := chromedp.Run(r.ctx, shot)
		r.must(err)
		folder = filepath.Join(os.Getenv("CHANCERY_TOUR"), folder)
		r.must(os.MkdirAll(folder, 0o750))
		r.must(os.WriteFile(filepath.Join(folder, name+"-"+r.mode.String()+".png"), data, 0o600))
	}
}

// violation is something that axe found.
type violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

// named expects what is drawn to be said in words too: every drawing has a sentence and a way to the same as a table, every
// state and deadline its word.
func (r *reader) named(where string) {
	r.Helper()
	for _, mute := range asks[[]string](r, `[...document.querySelectorAll("main svg:not(svg svg)")].filter((e) =>
		e.getAttribute("aria-hidden") !== "true" && !(/^(img|group)$/.test(e.getAttribute("role")) && e.getAttribute("aria-label")?.length > 12)
	).concat([...document.querySelectorAll("main .tag, main .due:not(.task > .due:empty), main [data-verdict] h2")].filter((e) => e.textContent.trim().length < 2)
	).map((e) => e.outerHTML.slice(0, 160))`) {
		r.Errorf("%s %s: is not said in words: %s", where, r.mode, mute)
	}
	for _, alone := range asks[[]string](r, `[...document.querySelectorAll("main svg.tlsvg, main svg.squares")].filter((e) => {
		if (e.closest("form, #figures")) return false; // the fields and the table beneath are the twin
		const to = e.closest(".sheet").querySelector("a[href^='#']");
		return !(to && document.querySelector(to.hash)?.querySelector("table, dl"));
	}).map((e) => e.outerHTML.slice(0, 160))`) {
		r.Errorf("%s %s: is drawn and nowhere a table: %s", where, r.mode, alone)
	}
}

// accessible expects axe to find nothing: all of its rules, those of WCAG 2.2 AA and those of good practice, on the page
// with everything unfolded.
func (r *reader) accessible(where string) {
	r.Helper()
	found := asks[struct {
		Passes     int
		Violations []violation
	}](r, `(async () => { if (!window.axe) { `+axe+` }
		document.querySelectorAll("main details:not([open])").forEach((d) => { d.open = true; });
		scrollTo(0, 0); // what has been scrolled under a bar is not too small for that
		const r = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
		return { Passes: r.passes.length, Violations: r.violations.map((v) => ({ ID: v.id, Impact: v.impact, Help: v.help,
			Nodes: v.nodes.slice(0, 3).map((n) => ({ HTML: n.html.slice(0, 200), FailureSummary: n.failureSummary })) })) } })()`)
	if found.Passes < 10 {
		r.Errorf("%s %s: only %d rules had something to look at", where, r.mode, found.Passes)
	}
	for _, v := range found.Violations {
		for _, n := range v.Nodes {
			r.Errorf("%s %s: %s (%s): %s\n%s", where, r.mode, v.ID, v.Impact, n.HTML, n.FailureSummary)
		}
	}
}

// spaced is the distance between letters, words and lines that readers may set (WCAG 1.4.12); without the letters, which
// Chinese does not part.
const spaced = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"

// fits expects the page not to be wider than the screen and nothing on it to be cut off: as it is, on the narrowest screen,
// with letters twice the size, and with more space between them.
func (r *reader) fits(where string) {
	r.Helper()
	look := func(how string, width int64) {
		r.Helper()
		if wide := asks[int64](r, "document.documentElement.scrollWidth"); wide > width {
			r.Errorf("%s %s %s: %d px wide on a screen of %d: %s", where, r.mode, how, wide, width, asks[string](r, outside))
		}
		for _, cut := range asks[[]string](r, cutOff) {
			r.Errorf("%s %s %s: cut off: %s", where, r.mode, how, cut)
		}
	}
	look("as it is", r.mode.width)
	asks[string](r, "document.documentElement.style.fontSize = '200%'")
	look("at 200 %", r.mode.width)
	asks[string](r, "document.documentElement.style.fontSize = ''")
	asks[int](r, "{ const s = new CSSStyleSheet(); s.replaceSync(`"+spaced+"`); document.adoptedStyleSheets = [s]; 0 }")
	look("with spaced letters", r.mode.width)
	asks[int](r, "document.adoptedStyleSheets = []; 0")
	if r.mode.width < 400 {
		r.do(chromedp.EmulateViewport(320, r.mode.height))
		look("at 320 px", 320)
		r.do(chromedp.EmulateViewport(r.mode.width, r.mode.height))
	}
}

// outside names what stands furthest beyond the right edge of the screen, words without a box of their own too.
const outside = `(() => {
	const all = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT), range = document.createRange();
	for (let n = words.nextNode(); n; n = words.nextNode()) {
		const e = n.nodeType === 3 ? n.parentElement : n;
		if (!e.checkVisibility() || e.parentElement.closest(".scroll-x, .tabs") || e.closest(".vh, .brand")) continue; // these are cut to nothing there
		range.selectNode(n);
		all.push([(n.nodeType === 3 ? range : n).getBoundingClientRect().right, n.nodeType === 3 ? n.data.trim() + " in " + e.outerHTML : n.outerHTML]);
	}
	return all.sort((a, b) => b[0] - a[0]).slice(0, 2).map(([right, what]) => Math.round(right) + " " + what.slice(0, 120)).join("\n");
})()`

// cutOff lists the elements whose words do not fit and cannot be scrolled to.
const cutOff = `[...document.querySelectorAll("body *")].filter((e) => {
	if (!e.checkVisibility() || e.closest(".vh, svg, .skip, input, select, textarea, [aria-hidden=true]") || e.clientWidth < 2) return false;
	const s = getComputedStyle(e);
	if (s.clipPath !== "none" || s.display === "inline") return false;
	const hidden = s.overflowX === "hidden" || s.overflowX === "clip" || e.matches("button, .btn, .tag");
	return hidden && (e.scrollWidth > e.clientWidth + 1 || s.overflowY === "hidden" && e.scrollHeight > e.clientHeight + 2);
}).map((e) => e.outerHTML.slice(0, 160))`

// heavy gives how many bytes came over the wire for a page and all that it needs, and where from.
func (r *reader) heavy(path string) (total int64, hosts map[string]bool) {
	r.Helper()
	_, err := chromedp.Call(r.ctx, network.Enable, network.EnableParams{})
	r.must(err)
	_, err = chromedp.Call(r.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	r.must(err)
	r.open(path)
	sizes := asks[[]struct {
		Name string
		Size int64
	}](r, `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((e) => ({ Name: e.name, Size: e.transferSize }))`)
	hosts = map[string]bool{}
	for _, s := range sizes {
		total += s.Size
		host, _, _ := strings.Cut(strings.TrimPrefix(s.Name, "http://"), "/")
		hosts[host] = true
	}
	return total, hosts
}
