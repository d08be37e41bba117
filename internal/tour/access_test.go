package tour

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestA02TheTabKeyGoesAsOneReads: the Tab key comes to everything once, in the order in which it stands; what it stands on is
// seen, marked, and under no bar. The order on the case's page is written down.
func TestA02TheTabKeyGoesAsOneReads(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	for _, m := range []mode{wide(), small()} {
		for _, s := range []stop{
			{"wenren", "/", 0},
			{"wenren", "/cases/OUT-2026-398", 0},
			{"zhongli", "/cases/OUT-2026-412/application", 0},
			{"dongfang", "/rulebook/cn-national/OUT-02", 0},
			{"", "/notices/OUT-2026-414", 0},
		} {
			r := d.sit(t, s.person, m)
			r.open(s.path)
			order := r.walks(s.path)
			if s.path == "/cases/OUT-2026-398" {
				want := []string{"跳到正文", "今日", "统计", "查找案件", "打印呈批件", "看列表", "OUT-11", "下载证明", "批准", "意见", "问经办人"}
				if m == small() {
					want = []string{"跳到正文", "查找", "看列表", "OUT-11", "下载证明", "批准", "意见", "问经办人", "办理", "其他办理"}
				}
				r.inOrder(order, want...)
			}
			r.leave()
		}
	}
}

// focused is what the Tab key stands on.
type focused struct {
	Words, HTML, Wrong string
}

// walks presses the Tab key until the end of the page and gives the words of what it stood on.
func (r *reader) walks(where string) []string {
	r.Helper()
	var words []string
	asks[int](r, "window.before = null; 0")
	for range 600 {
		r.press(kb.Tab)
		f := asks[*focused](r, `(() => {
			const e = document.activeElement, was = window.before;
			window.before = e;
			if (!e || e === document.body) return null;
			if (e === was) return { Words: "", HTML: "", Wrong: "" }; // the parts of a day
			const box = e.getBoundingClientRect(), s = getComputedStyle(e);
			let wrong = "";
			if (was && was !== document.body && document.contains(was) && !(was.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)) wrong = "comes after what it stands before";
			const mark = e.matches(".picks > input") ? getComputedStyle(e.nextElementSibling) : e.matches(".find input") ? getComputedStyle(e.parentElement) : s;
			if (mark.outlineStyle === "none" || parseFloat(mark.outlineWidth) < 2) wrong = "is not marked";
			if (box.width && box.height) {
				const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 1), innerHeight - 1), x = Math.min(Math.max(box.left + Math.min(box.width / 2, 12), 1), innerWidth - 1);
				const top = document.elementFromPoint(x, y);
				if (box.bottom < 0 || box.top > innerHeight) wrong = "is not on the screen";
				else if (top && !e.contains(top) && !top.contains(e) && top.closest(".top, .tabbar, .actbar")) wrong = "lies under " + top.closest(".top, .tabbar, .actbar").className;
			}
			return { Words: (e.labels?.[0]?.innerText || e.innerText || e.ariaLabel || e.name || "").trim().slice(0, 60), HTML: e.outerHTML.slice(0, 160), Wrong: wrong };
		})()`)
		if f == nil {
			break
		}
		if f.Wrong != "" {
			r.Errorf("%s %s: %s: %s", where, r.mode, f.Wrong, f.HTML)
		}
		words = append(words, strings.Join(strings.Fields(f.Words), " "))
	}
	if len(words) < 12 || len(words) == 600 {
		r.Errorf("%s %s: the Tab key stood on %d things", where, r.mode, len(words))
	}
	return words
}

// inOrder expects these words among those the Tab key came to, one after the other.
func (r *reader) inOrder(order []string, want ...string) {
	r.Helper()
	at := 0
	for _, words := range order {
		if at < len(want) && strings.HasPrefix(words, want[at]) {
			at++
		}
	}
	if at < len(want) {
		r.Errorf("%s: the Tab key does not come to %s in its turn: %q", r.mode, want[at], order)
	}
}

// TestA03AVerdictAStateAndADeadlineAreReadAloud: as the browser gives them to a screen reader.
func TestA03AVerdictAStateAndADeadlineAreReadAloud(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	r := d.sit(t, "wenren", wide())
	r.open("/cases/OUT-2026-398")
	for selector, want := range map[string]string{
		".phead .tag":                  "办理中",
		".decide > header .due":        "今天到期",
		"ol.steps [aria-current=step]": "审批",
		".op.dissent .tag":             "保留意见",
	} {
		if got := asks[string](r, "document.querySelector(`"+selector+"`)?.innerText ?? ''"); !strings.Contains(got, want) {
			t.Errorf("%s reads %q, not %s", selector, got, want)
		}
	}
	if drawn := asks[string](r, "document.querySelector('svg.tlsvg').getAttribute('aria-label')"); !strings.Contains(drawn, "10") || !strings.Contains(drawn, "罗森港") && !strings.Contains(drawn, "里斯卡") {
		t.Errorf("the itinerary is said as %q", drawn)
	}
	r.click("a[href='#answers']")
	r.until("document.querySelector('#answers').open && document.querySelector('#answers table') !== null", "does not unfold the table of what is drawn")

	a := d.sit(t, "zhongli", wide())
	a.open("/cases/OUT-2026-412/application")
	a.types("[name='purpose.text']", "签署校际交流协议二")
	a.until(`document.querySelector("#said[role=status][aria-live=polite]").textContent === document.querySelector("[data-verdict] h2").textContent`, "does not announce the verdict")
}

// TestA04APartInTheOtherLanguageSaysSo: what is written in Chinese keeps its language on an English page; names of people are
// names in every language.
func TestA04APartInTheOtherLanguageSaysSo(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	r := d.sit(t, "wenren", mode{"en", "light", 1440, 900})
	for _, path := range []string{"/", "/cases", "/cases/OUT-2026-398", "/people", "/registers/abroad", "/rulebook/cn-national/OUT-02", "/notices/OUT-2026-414"} {
		r.open(path)
		for _, words := range asks[[]string](r, `(() => {
			const all = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
			for (let n = words.nextNode(); n; n = words.nextNode()) {
				const han = n.data.match(/[\u4e00-\u9fff]/g)?.length ?? 0, latin = n.data.match(/[a-z]/gi)?.length ?? 0;
				if (han > 4 && han > latin && !n.parentElement.closest("[lang|=zh], textarea, option, title")) all.push(n.data.trim() + " in " + n.parentElement.outerHTML.slice(0, 120));
			}
			return all.slice(0, 5);
		})()`) {
			t.Errorf("%s: is not said to be Chinese: %s", path, words)
		}
	}
}

// TestA04TheEndOfASessionIsToldBeforeAndNothingTypedIsLost: one button goes on; whoever was signed out signs in beside the
// page and sends what was written.
func TestA04TheEndOfASessionIsToldBeforeAndNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t, "--idle", "66s") // a use is written down to the minute, so the session may end after six seconds
	r := d.sit(t, "wenren", wide())
	r.open("/cases/OUT-2026-398")
	r.click("label[for=pick-approve]")
	r.types("#decide textarea[name=text]", "写了很久的意见")
	r.sees("#idle button")
	r.picture("session-ends")
	r.accessible("the end of a session")
	r.click("#idle button")
	r.until("document.querySelector('#idle').hidden", "does not go on")

	beside, leave := chromedp.NewContext(r.ctx)
	defer leave()
	tab := *r
	tab.ctx = beside
	tab.open("/me")
	tab.click(".top form[action='/sign-out'] button") // signed out
	tab.arrives("/sign-in")

	r.sees("#idle button")
	r.click("#idle button")
	r.sees("#idle a[href='/sign-in']")
	r.picture("session-over")
	tab.types("[name=login]", "wenren")
	tab.types("[name=password]", d.password)
	tab.click("main form button")
	tab.sees(".me")
	_, err := chromedp.Call(r.ctx, page.BringToFront, cdp.Empty{})
	r.must(err)
	r.click(".pick-approve button[name=choice]")
	r.sees("#recall")
	r.reads("写了很久的意见")
}

// TestA05WhatCannotBeUndoneSaysSoBesideItsButton: the consequence in a sentence, then five minutes in which it can be
// recalled; no act is done by a link or by the Enter key in a field.
func TestA05WhatCannotBeUndoneSaysSoBesideItsButton(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "wenren", wide())
	r.open("/cases/OUT-2026-398")
	r.click("label[for=pick-refuse]")
	if words := asks[string](r, "document.querySelector('.pick-refuse .t-stop')?.innerText ?? ''"); len([]rune(words)) < 8 {
		t.Errorf("refusing says %q beside its button", words)
	}
	if words := asks[string](r, "document.querySelector('.pick-refuse .effects').innerText"); !strings.Contains(words, "5 分钟内可收回") {
		t.Errorf("refusing says as its effects %q", words)
	}
	r.press(kb.Enter)
	time.Sleep(300 * time.Millisecond)
	r.arrives("/cases/OUT-2026-398")
	if asks[bool](r, "document.querySelector('#recall') !== null") {
		t.Error("the Enter key signed")
	}
	for _, link := range asks[[]string](r, `[...document.querySelectorAll("main a[href]")].map((a) => a.getAttribute("href"))`) {
		if strings.Contains(link, "/refusal") || strings.Contains(link, "/approval") || strings.Contains(link, "/recall") {
			t.Errorf("an act is done by the link %s", link)
		}
	}
}
