package tour

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
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
	r.open("/")
	r.press(kb.Enter)
	r.arrives("/cases/OUT-2026-398")
	r.took(0, "opening it with Enter")
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

// TestEveryOtherDecisionIsTwoClicksToo: what is typed or chosen in a field is not counted.
func TestEveryOtherDecisionIsTwoClicksToo(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "wenren", wide())
	for _, one := range []struct {
		card, field, words, ground, tag string
	}{
		{"condition", "condition.conditions", "11月17日看完岸电现场即返程", "", "附条件批准"},
		{"return", "text", "请补充附件 7", "papers", "退回补正"},
		{"refuse", "text", "港区参观与任务无关", "OUT-11", "不予批准"},
	} {
		r.open("/cases/OUT-2026-398")
		r.click("label[for=pick-" + one.card + "]")
		r.types("[name='"+one.field+"']", one.words)
		if one.ground != "" {
			r.chooses("[name='"+one.card+".ground']", one.ground)
		}
		r.click(".pick-" + one.card + " button[name=choice]")
		r.sees("#recall")
		r.took(2, one.card)
		r.reads(one.words)
		if tag := asks[string](r, `document.querySelector(".phead .tag").innerText`); tag != one.tag {
			r.Errorf("after %s the case is %s, not %s", one.card, tag, one.tag)
		}
		r.picture("decided-" + one.card)
		r.click("#recall button")
		r.sees("#decide")
		r.took(1, "recalling it")
	}
}

func TestASignerIsAddedACaseReassignedAndTheOfficerAskedInTwoClicks(t *testing.T) {
	t.Parallel()
	touring(t)
	d := open(t)
	r := d.sit(t, "wenren", wide())
	r.open("/cases/OUT-2026-398")
	r.click("#ask_officer summary")
	r.types("#ask_officer textarea", "附件 7 在哪里？")
	r.click("#ask_officer form button")
	r.arrives("/cases/OUT-2026-398?done=commented")
	r.reads("附件 7 在哪里？")
	r.took(2, "asking the officer")

	r.click("#reassign summary")
	r.types("#reassign [name=post]", "主任")
	r.click("#reassign form button")
	r.arrives("/cases/OUT-2026-398?done=reassigned")
	r.reads("司空砚")
	r.took(2, "reassigning")

	o := d.sit(t, "dongfang", wide())
	o.open("/cases/OUT-2026-410")
	o.click("#add_signer summary")
	o.types("#add_signer [name=post]", "市水务局联络人")
	o.click("#add_signer form button")
	o.arrives("/cases/OUT-2026-410?done=signer_added")
	o.reads("夏侯渊澄")
	o.took(2, "adding a signer")
}

// TestTheRecordIsVerifiedWithOneClick: what is downloaded is proven by the program alone, without the office's data.
func TestTheRecordIsVerifiedWithOneClick(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "wenren", wide())
	folder := t.TempDir()
	_, err := chromedp.Call(r.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: folder})
	r.must(err)
	r.open("/cases/OUT-2026-398")
	r.click(".proof a[download]")
	r.took(1, "fetching the proof")
	command := strings.Fields(asks[string](r, `document.querySelector(".proof ~ p code").innerText`))
	file := filepath.Join(folder, command[len(command)-1])
	for deadline := time.Now().Add(12 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(file); err == nil {
			break
		}
		if time.Now().After(deadline) {
			r.Fatalf("no file %s was saved", filepath.Base(file))
		}
	}
	command[len(command)-1] = file
	check := exec.CommandContext(r.ctx, os.Getenv("CHANCERY_BINARY"), command[1:]...) //nolint:gosec // the program under test
	if out, err := check.CombinedOutput(); err != nil {
		r.Errorf("%v: %v\n%s", command, err, out)
	}
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

func TestOnPaperStandsTheMatterAndNothingElse(t *testing.T) {
	t.Parallel()
	touring(t)
	r := open(t).sit(t, "dongfang", wide())
	r.open("/cases/OUT-2026-398")
	asks[int](r, "window.printed = 0; window.print = () => { window.printed++; }; 0")
	r.click("[data-print]")
	if n := asks[int](r, "window.printed"); n != 1 {
		r.Errorf("one click prints %d times", n)
	}
	for path, said := range map[string][]string{
		"/cases/OUT-2026-398":   {"出〔2026〕398", "钟离牧", "宇文简", "欧阳序", "罗森港三日中", "慕容舟", "因公出国经费"},
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
