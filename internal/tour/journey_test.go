package tour

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"chancery/core/rule"
	"chancery/internal/webtest"
)

// stand opens an office whose clock the test moves: a notice runs for five working days.
func stand(t *testing.T, day string) (*webtest.House, desk) {
	t.Helper()
	h := webtest.Open(t, day)
	address, password := h.Served()
	return h, desk{address, password}
}

// signatures are what a trip needs after it was submitted, in order; the clock moves to the day first.
func signatures() []struct{ day, person, card string } {
	return []struct{ day, person, card string }{
		{"", "dongfang", "agree"},
		{"", "nangong", "agree"},
		{"", "gongye", "agree"},
		{"2026-09-15", "dongfang", "notice"},
		{"2026-09-23", "chunyu", "agree"},
		{"", "ouyang", "agree"},
		{"", "wenren", "approve"},
	}
}

// TestA02FromApplicationToApprovalWithKeysAlone: no pointer is used from the first sign-in to the approval. The trip is begun
// from an earlier one, is stopped, and takes the best alternative.
func TestA02FromApplicationToApprovalWithKeysAlone(t *testing.T) {
	t.Parallel()
	touring(t)
	h, d := stand(t, "2026-09-14")
	earlier := h.Drafts(rule.PatchOp{Op: "replace", Path: "/itinerary/entry", Value: "2026-10-23"}, rule.PatchOp{Op: "replace", Path: "/itinerary/stays/1/leave", Value: "2026-10-23"})

	r := d.sit(t, "", wide())
	r.signsInByKeys("zhongli")
	r.tabs(".side a[href='/cases/new']")
	r.press(kb.Enter)
	r.arrives("/cases/new")
	r.tabs("main a[href='/cases/new/outbound-trip']")
	r.press(kb.Enter)
	r.arrives("/cases/new/outbound-trip")
	r.tabs(".start summary")
	r.press(kb.Enter)
	r.tabs(".start [name=from]")
	if from := asks[string](r, "document.activeElement.value"); from != earlier {
		r.Fatalf("the earlier case that is offered is %s", from)
	}
	r.tabs(".start [name=exit]")
	r.press("11092026")
	r.tabs(".start button")
	r.press(kb.Enter)
	r.sees(".verdict.stop")
	r.tabs("[name='purpose.text']")
	r.press(kb.End + "，续谈")
	r.keysIn([][2]string{ // the letter and the place in the plan are those of the new trip, and are not taken over
		{"inviter.letter.signed", ""},
		{"inviter.letter.translated", ""},
		{"inviter.letter.names", "钟离牧"},
		{"inviter.letter.names", "慕容舟"},
		{"inviter.letter.names", "端木青"},
		{"inviter.letter.from", "2026-11-09"},
		{"inviter.letter.to", "2026-11-17"},
		{"inviter.letter.payer", "sender"},
		{"inviter.letter.contact", "+81 3 0000 0000"},
		{"plan.listed", ""},
	})
	r.tabs("#panel button[name=apply]")
	r.press(kb.Enter)
	r.sees("#undo")
	r.sees(".verdict:not(.stop)")
	r.tabs("#submit")
	r.press(kb.Enter)
	r.sees("#recall")
	no := strings.TrimPrefix(asks[string](r, "location.pathname"), "/cases/")
	if no == earlier || no == "" {
		r.Fatalf("the new case has the number %q", no)
	}
	r.reads("续谈")
	for _, s := range signatures() {
		if s.day != "" {
			h.Day(s.day)
		}
		p := d.sit(t, "", wide())
		p.signsInByKeys(s.person)
		p.press(kb.Enter) // the first of what is to be done
		p.arrives("/cases/" + no)
		p.press("a")
		p.picks("#pick-" + s.card)
		p.tabs("#decide textarea[name=text]")
		p.press(s.person + "已阅")
		p.tabs(".pick-" + s.card + " button[name=choice]")
		p.press(kb.Enter)
		p.sees("#recall")
		p.reads(s.person + "已阅")
		p.leave()
	}
	d.sit(t, "zhongli", wide()).approved(no) // nine days later the first session is over
}

// keysIn goes to fields with the Tab key, in the order in which they stand, and fills them with keys.
func (r *reader) keysIn(lines [][2]string) {
	r.Helper()
	for _, line := range lines {
		field := "[name='" + line[0] + "']"
		switch kind := asks[string](r, "(document.querySelector(`"+field+"`) ?? {}).type ?? ''"); kind {
		case "checkbox":
			if line[1] != "" {
				field += "[value='" + line[1] + "']"
			}
			r.tabs(field)
			r.press(" ")
			r.until("document.activeElement.checked === true", field+" is not ticked")
		case "select-one":
			r.tabs(field)
			for range 12 {
				if asks[string](r, "document.activeElement.value") == line[1] {
					break
				}
				r.press(kb.ArrowDown)
			}
			r.until("document.activeElement.value === `"+line[1]+"`", field+" does not offer "+line[1])
		case "date":
			r.tabs(field)
			r.press(line[1][5:7] + line[1][8:] + line[1][:4])
			r.until("document.activeElement.value === `"+line[1]+"`", field+" is not "+line[1])
		case "":
			r.Fatalf("the form has no field %s", line[0])
		default:
			r.tabs(field)
			r.press(line[1])
		}
	}
}

// picks goes through the cards with the arrow keys, as one does in a group of choices.
func (r *reader) picks(selector string) {
	r.Helper()
	for range 8 {
		if asks[bool](r, "document.activeElement.matches(`"+selector+"`)") {
			r.press(" ")
			return
		}
		r.press(kb.ArrowDown)
	}
	r.Fatalf("the arrow keys do not come to %s", selector)
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

// approved expects the applicant to read that the case is approved.
func (r *reader) approved(no string) {
	r.Helper()
	r.open("/cases/" + no)
	if tag := asks[string](r, `document.querySelector(".phead .tag").innerText`); tag != "批准" {
		r.Errorf("in the end the case is %s", tag)
	}
	r.reads("闻人澜")
}

// TestFromApplicationToApprovalWithoutScripts: every page is a form that is sent and a page that comes back, from the empty
// form of a trip to the approval.
func TestFromApplicationToApprovalWithoutScripts(t *testing.T) {
	t.Parallel()
	touring(t)
	h, d := stand(t, "2026-09-14")
	r := d.sit(t, "zhongli", wide())
	r.without()
	r.click(".side a[href='/cases/new']")
	r.arrives("/cases/new")
	r.click("main a[href='/cases/new/outbound-trip']")
	r.arrives("/cases/new/outbound-trip")
	r.fills(trip())
	r.click("#panel button[name=check]")
	r.sees(".verdict.stop") // six days in one country
	r.fills([][2]string{{"inviter.letter.names", "钟离牧"}})
	for i, half := range []string{"am", "pm"} {
		for day := range 6 {
			name := "itinerary.programme[" + strconv.Itoa(2*day+i) + "]."
			if got := asks[string](r, "document.querySelector(`[name='"+name+"part']`).value"); got != half {
				r.Fatalf("%s is of %s", name, got)
			}
			if day == 0 || day == 5 {
				r.fills([][2]string{{name + "kind", "travel"}, {name + "text", "在途"}})
			} else {
				r.fills([][2]string{{name + "kind", "official"}, {name + "text", "会谈"}, {name + "with", "东京湾港湾合作机构"}})
			}
		}
	}
	r.click("#submit")
	r.sees(".note.stop") // kept as a draft of its number, and told why
	r.sees("#panel .rules li.stop .cite")
	r.click("#panel button[name=apply]")
	r.sees("#undo")
	r.sees(".verdict:not(.stop)")
	r.click("#submit")
	r.sees("#recall")
	no := strings.TrimPrefix(asks[string](r, "location.pathname"), "/cases/")
	for _, s := range signatures() {
		if s.day != "" {
			h.Day(s.day)
		}
		p := d.sit(t, s.person, wide())
		p.without()
		p.open("/")
		p.click(".task")
		p.arrives("/cases/" + no)
		p.click("label[for=pick-" + s.card + "]")
		p.types("#decide textarea[name=text]", s.person+"已阅")
		p.click(".pick-" + s.card + " button[name=choice]")
		p.sees("#recall")
		p.reads(s.person + "已阅")
		p.leave()
	}
	d.sit(t, "zhongli", wide()).approved(no) // nine days later the first session is over
}

// trip is what 钟离牧 writes into the empty form, line by line.
func trip() [][2]string {
	return [][2]string{
		{"unit", "市港航局"},
		{"track", "general"},
		{"purpose.kind", "negotiation"},
		{"purpose.text", "商谈港口岸电合作"},
		{"purpose.tasks", "port-cooperation"},
		{"delegation[0].name", "钟离牧"},
		{"delegation[0].unit", "市港航局"},
		{"delegation[0].post", "副局长"},
		{"delegation[0].rank", "division-deputy"},
		{"delegation[0].leader", "true"},
		{"delegation[0].role", "member"},
		{"delegation[0].duties", "port-cooperation"},
		{"delegation[0].born", "1978-04-09"},
		{"delegation[0].document.kind", "official"},
		{"delegation[0].document.expires", "2031-01-01"},
		{"itinerary.exit", "2026-11-09"},
		{"itinerary.entry", "2026-11-14"},
		{"itinerary.stays[0].place", "日本"},
		{"itinerary.stays[0].city", "东京"},
		{"itinerary.stays[0].arrive", "2026-11-09"},
		{"itinerary.stays[0].leave", "2026-11-14"},
		{"inviter.kind", "counterpart"},
		{"inviter.body", "东京湾港湾合作机构"},
		{"inviter.name", "Sato Haruka"},
		{"inviter.post", "Director"},
		{"inviter.rank", "division"},
		{"inviter.place", "日本"},
		{"inviter.letter.signed", "true"},
		{"inviter.letter.translated", "true"},
		{"inviter.letter.from", "2026-11-09"},
		{"inviter.letter.to", "2026-11-14"},
		{"inviter.letter.payer", "sender"},
		{"inviter.letter.contact", "+81 3 0000 0000"},
		{"plan.listed", "true"},
		{"budget.line", "因公出国经费"},
		{"budget.payer", "own-budget"},
		{"budget.host_covers", "none"},
		{"papers", "request"},
		{"papers", "member-list"},
		{"papers", "programme"},
		{"papers", "invitation"},
		{"papers", "translation"},
		{"papers", "task-and-budget-form"},
	}
}

// fills writes into fields by their names: boxes are ticked, the rest is typed or chosen.
func (r *reader) fills(lines [][2]string) {
	r.Helper()
	for _, line := range lines {
		field := "[name='" + line[0] + "']"
		kind := asks[string](r, "(document.querySelector(`"+field+"`) ?? {}).type ?? ''")
		switch kind {
		case "checkbox":
			r.do(chromedp.Click(chromedp.CSS(field+"[value='"+line[1]+"']"), chromedp.NodeVisible))
		case "select-one", "date":
			r.chooses(field, line[1])
		case "":
			r.Fatalf("the form has no field %s", line[0])
		default:
			r.types(field, line[1])
		}
	}
}
