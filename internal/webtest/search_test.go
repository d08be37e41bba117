package webtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/rule"
	"chancery/desk"
)

// finds says what a person finds by words.
func (c *Client) finds(words string) string {
	c.house.Helper()
	r := c.Get("/search?q=" + url.QueryEscape(words))
	if r.Code != http.StatusOK {
		c.house.Fatalf("%q is answered %d", words, r.Code)
	}
	return r.Body.String()
}

func TestACaseIsFoundByTwoCharactersOfWhatItIsAbout(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	officer := h.As("dongfang")
	for _, words := range []string{"岸电", "商谈", "港", "慕容舟", "慕容", "首尔", "日本", "Japan", "jap", "钟离", "zhongli", "东京湾", no, strings.ToLower(no), "出〔2026〕1", "出[2026]1", "岸电 慕容", "ＪＡＰ"} {
		if !strings.Contains(officer.finds(words), "/cases/"+no+`"`) {
			t.Errorf("%q finds no case", words)
		}
	}
	for _, words := range []string{"电岸", "岸电 维尔达", "apan", "1971", "04-09", "OUT-2026-2", "。", "division"} {
		if strings.Contains(officer.finds(words), "/cases/"+no+`"`) {
			t.Errorf("%q finds the case", words)
		}
	}
	for _, written := range []string{"出〔2026〕1", strings.ToLower(no)} {
		if r := officer.Get("/cases/" + url.PathEscape(written)); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), "/cases/"+no) {
			t.Errorf("the case is not at its number %q: %d", written, r.Code)
		}
		if r := h.Token("dongfang", everything...).Get("/api/cases/" + url.PathEscape(written)); r.Code != http.StatusOK {
			t.Errorf("a program does not find %q: %d", written, r.Code)
		}
	}
	says(t, officer.finds("司空"), "司空砚", "主任")
	says(t, officer.finds("公示"), "/rulebook/cn-national/PUB-01")
	says(t, officer.In("en").finds("nothing-like-this"), "Nothing was found")
}

// TestS05SearchFindsAndCountsOnlyWhatLiesInSight: for strangers, for drafts, above a clearance, and by the number.
func TestS05SearchFindsAndCountsOnlyWhatLiesInSight(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	draft, err := h.Desk.Library().ReadApplication("draft.yaml", []byte("procedure: outbound-trip\nunit: 市港航局\npurpose: {text: 尚未报送的草稿}\n"))
	h.must(err)
	c, err := h.Desk.File(t.Context(), desk.Reader{Person: "zhongli"}.Actor(), desk.Filing{Application: draft})
	h.must(err)
	for _, who := range []string{"xiahou", "huangfu", "admin-system"} {
		stranger := h.As(who)
		for _, words := range []string{"岸电", "首尔", no} {
			body := stranger.finds(words)
			silent(t, body, "/cases/"+no, "商谈港口岸电")
			if !strings.Contains(body, "没有找到") {
				t.Errorf("%s finds something by %q", who, words)
			}
		}
	}
	for who, sees := range map[string]bool{"zhongli": true, "dongfang": false, "sikong": false, "ouyang": false} {
		if strings.Contains(h.As(who).finds("草稿"), "/cases/"+c.No) != sees {
			t.Errorf("%s finds a draft of somebody else: %v", who, !sees)
		}
	}
	h.Does("zhongli", no, casework.Act{Kind: casework.Commented, Text: "请阅", Persons: []office.PersonID{"xiahou"}})
	says(t, h.As("xiahou").finds("岸电"), "/cases/"+no)
}

func TestWhatIsTypedIsNeverTakenForTheLanguageOfTheIndex(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	h.Files()
	officer := h.As("dongfang")
	for _, words := range []string{`"`, `" OR "`, `港*`, `pairs:港`, `NEAR(港 岸, 2)`, `港 AND NOT 岸`, `^港`, `-港`, `(港`, `港)`, `%`, `_`, `\`, `' OR 1=1 --`, "\x00港", "<script>alert(1)</script>", `shared : k00`} {
		silent(t, officer.finds(words), "<script>alert")
	}
	if r := officer.Get("/search?q=" + strings.Repeat(url.QueryEscape("长"), 101)); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a hundred and one characters are answered %d", r.Code)
	}
	if r := officer.Get("/search?q=a+b+c+d+e+f+g+h+i"); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("nine words are answered %d", r.Code)
	}
	if r := officer.Get("/search"); r.Code != http.StatusOK {
		t.Errorf("an empty search is answered %d", r.Code)
	}
}

func TestWhatIsMendedIsFoundByItsNewWordsAndNotByTheOld(t *testing.T) {
	t.Parallel()
	h := Open(t, "2026-09-21")
	no := h.Files()
	h.Does("dongfang", no, casework.Act{Kind: casework.ReturnedBack, Ground: "papers", Text: "请换人"})
	v, err := h.Desk.Case(t.Context(), desk.Operator(), no)
	h.must(err)
	a, err := h.Desk.Library().Apply(v.Application, []rule.PatchOp{{Op: "replace", Path: "/delegation/1/name", Value: "宇文简"}, {Op: "replace", Path: "/inviter/letter/names/1", Value: "宇文简"}})
	h.must(err)
	filing, err := a.Canonical()
	h.must(err)
	digest, err := a.Digest()
	h.must(err)
	h.Does("zhongli", no, casework.Act{Kind: casework.Submitted, Filing: filing, Digest: digest})
	officer := h.As("dongfang")
	says(t, officer.finds("宇文简"), "/cases/"+no)
	silent(t, officer.finds("慕容舟"), "/cases/"+no)
}
