package tour

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// wide and small are the two screens that clicks are counted on.
func wide() mode  { return mode{"zh", "light", 1440, 900} }
func small() mode { return mode{"zh", "light", 390, 844} }

func TestTheFirstTaskIsOneClickAndApprovingTwoOnADeskAndThreeOnAPhone(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	r := d.sit(t, "wenren", wide())
	r.open("/")
	r.reads("今天到期")
	r.click(".task")
	r.arrives("/cases/OUT-2026-398")
	r.took(1, "opening the first task")
	r.reads("只有一件事需要您判断", "保留意见")
	if low := asks[float64](r, `document.querySelector(".op.dissent").getBoundingClientRect().bottom`); low > 900 {
		r.Errorf("the dissent ends at %v px, below the screen", low)
	}
	r.click("label[for=pick-approve]")
	r.click(".pick-approve button[name=choice]")
	r.sees("#recall")
	r.took(2, "approving")
	r.picture("approved")
	r.click("#recall button")
	r.sees("#decide")
	r.took(1, "recalling")

	p := d.sit(t, "wenren", small())
	p.open("/cases/OUT-2026-398")
	p.click(".actbar a[href='#decide']")
	p.click("label[for=pick-approve]")
	p.click(".pick-approve button[name=choice]")
	p.sees("#recall")
	p.took(3, "approving on a phone")
}

func TestTheOfficerIsAskedInTwoClicksAndTheRecordIsFetchedWithOne(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "wenren", wide())
	r.open("/cases/OUT-2026-398")
	r.click("#ask_officer summary")
	r.sees("#ask_officer textarea")
	r.do(chromedp.SendKeys(chromedp.CSS("#ask_officer textarea"), "附件 7 在哪里？"))
	r.click("#ask_officer form button")
	r.arrives("/cases/OUT-2026-398?done=commented")
	r.reads("附件 7 在哪里？")
	r.took(2, "asking the officer")
	r.sees("a[download][href='/cases/OUT-2026-398/proof']")
}

func TestEveryListOfTodayAndEveryWayToStartIsOneClickAway(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "zhongli", wide())
	for _, list := range []string{"started", "copied", "done", "drafts"} {
		r.open("/")
		r.click(".tabs a[href*='list=" + list + "']")
		r.arrives("/?list=" + list)
		r.took(1, "the list "+list)
	}
	r.click(".side a[href='/cases/new']")
	r.arrives("/cases/new")
	r.took(1, "starting a case")
}

func TestAStoppedTripSaysSoAtOnceAndTheBestAlternativeIsOneClick(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "zhongli", wide())
	r.open("/trips/new")
	before := asks[string](r, `document.querySelector("#panel").innerText`)
	r.do(chromedp.SendKeys(chromedp.CSS("[name='itinerary.stays[0].place']"), "诺维亚"))
	quoted, err := json.Marshal(before)
	r.must(err)
	r.until(`document.querySelector("#panel").innerText !== `+string(quoted), "goes on saying "+before)
	r.took(0, "learning what typing changes")
	r.open("/cases/OUT-2026-412/application")
	r.sees(".verdict.stop")
	r.took(0, "knowing that it is stopped")
	verdict := asks[string](r, `document.querySelector("#panel .verdict h2").innerText`)
	r.sees("#panel .rules .cite")
	r.click("#panel button[name=apply]")
	r.sees("#undo")
	r.took(1, "taking the best alternative")
	r.sees(".verdict:not(.stop)")
	r.picture("alternative")
	r.click("#undo")
	r.sees(".verdict.stop")
	r.reads(verdict)
	r.took(1, "undoing it")
}

func TestAnybodyObjectsInTwoClicksWithoutAName(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "", wide())
	r.open("/notices/OUT-2026-414")
	r.reads("出〔2026〕414")
	r.click("#text")
	r.press("日程与任务无关。")
	r.click("#object button")
	r.sees(".receipt")
	r.took(2, "objecting")
	r.picture("objection")
}

func TestTheRulebookComparesWithoutAClickAndAMarkOpensItsCaseWithOne(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "wenren", wide())
	r.open("/rulebook/cn-national/OUT-02")
	r.sees("#compare .redline")
	r.sees("#compare ins")
	r.took(0, "comparing")
	r.open("/figures/refusals?quarter=2026Q3")
	r.sees("#refused")
	r.took(0, "reading the rate of refusals")
	r.click(".squares a")
	r.arrives("/cases/OUT-2026-")
	r.took(1, "opening the case behind a mark")
}

// TestA02FromApplicationToApprovalWithKeysAlone: no pointer is used, from signing in to signing.
func TestA02FromApplicationToApprovalWithKeysAlone(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	r := d.sit(t, "", wide())
	r.signsInByKeys("zhongli")
	r.open("/cases/OUT-2026-412/application")
	r.tabs("#panel button[name=apply]")
	r.press(kb.Enter)
	r.sees("#undo")
	r.sees(".verdict:not(.stop)")
	r.do(chromedp.Evaluate[chromedp.Void]("document.activeElement.blur()"))
	r.tabs("#submit")
	r.press(kb.Enter)
	r.sees("#recall")

	p := d.sit(t, "", wide())
	p.signsInByKeys("wenren")
	p.press("j")
	p.press(kb.Enter)
	p.arrives("/cases/OUT-2026-398")
	p.press("a")
	p.tabs("#pick-approve")
	p.press(" ")
	p.tabs("textarea[name=text]")
	p.press("同意。")
	p.tabs(".pick-approve button[name=choice]")
	p.press(kb.Enter)
	p.sees("#recall")
	p.reads("同意。")
}

func (r *reader) signsInByKeys(person string) {
	r.Helper()
	r.open("/sign-in")
	r.tabs("[name=login]")
	r.press(person)
	r.tabs("[name=password]")
	r.press(r.desk.password + kb.Enter)
	r.sees(".me")
	r.sees(".keyshint") // single keys are on from here
}

func TestACaseIsFiledAndReviewedWithoutScripts(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	r := d.sit(t, "zhongli", wide())
	r.without()
	r.open("/cases/OUT-2026-412/application")
	r.click("#panel button[name=apply]")
	r.sees("#undo")
	r.click("#submit")
	r.sees("#recall")

	p := d.sit(t, "dongfang", wide())
	p.without()
	p.open("/cases/OUT-2026-412")
	p.click("label[for=pick-agree]")
	p.click(".pick-agree button[name=choice]")
	p.sees("#recall")
}

func TestOnPaperStandsTheMatterAndNothingElse(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "dongfang", wide())
	for path, said := range map[string][]string{
		"/cases/OUT-2026-398":   {"出〔2026〕398", "钟离牧", "宇文简", "欧阳序"},
		"/notices/OUT-2026-414": {"出〔2026〕414", "长孙川简", "鲜于川澈", "澜川市外事办公室"},
		"/cases":                {"出〔2026〕", "澜川市外事办公室"},
		"/registers/abroad":     {"出〔2026〕", "澜川市外事办公室"},
	} {
		paper := strings.Join(strings.Fields(r.paper(path)), "")
		for _, words := range said {
			if !strings.Contains(paper, words) {
				r.Errorf("on paper %s does not say %s:\n%.600s", path, words, paper)
			}
		}
		for _, words := range []string{"人员与岗位", "跳到正文", "退出", "查找"} {
			if strings.Contains(paper, words) {
				r.Errorf("on paper %s says %s, which belongs to the screen", path, words)
			}
		}
	}
}
