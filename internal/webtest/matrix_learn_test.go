package webtest

import (
	"regexp"
	"strings"
	"testing"

	"chancery/core/casework"
)

var ofThisPage = regexp.MustCompile(`name="request" value="[^"]*"`)

// TestS05WhoSeesNoCaseCannotTellWhetherThereIsOne: two offices, one with a trip under review and a draft, one with none; to
// whoever sees neither, both answer the same, byte for byte: lists, counts, search, order, registers, exports, drafts, cursors.
// Figures: TestRefusalsAreShownToWhoSeesAllOfThem; files by their hash: TestS05AFileIsGivenOutInTheSightOfItsCaseOnlyAndNeverByItsHash;
// notices inside the office: TestS05ANoticeInsideTheOfficeIsShownToItsStaffOnly.
func TestS05WhoSeesNoCaseCannotTellWhetherThereIsOne(t *testing.T) {
	t.Parallel()
	full, bare := Open(t, "2026-09-14"), Open(t, "2026-09-14")
	no := full.Files()
	full.Does("dongfang", no, casework.Act{Kind: casework.Commented, Text: "岸电一事请阅"})
	full.Drafts() // filed, and not submitted
	paths := strings.Fields(`/ /?list=done /?list=copied /?list=mine /cases /cases?q=钟离 /cases?state=active /cases?sort=no /cases?unit=澜川市港航局 /drafts
		/search?q=岸电 /search?q=` + no + ` /search?q=首尔 /registers/trips /registers/trips?sort=who /registers/abroad /registers/documents /registers/gifts
		/registers/trips.csv /registers/trips.xlsx /notices /rulebook/cn-national/PUB-01 /people/zhongli /posts/trips-officer /figures/refusals
		/cases/` + no + ` /cases/` + no + `/proof /cases/` + no + `/attachments/1 /cases/new/outbound-trip?from=` + no + `
		/api/cases /api/cases?q=钟离 /api/cases?limit=1 /api/counts /api/registers/trips /api/cases/` + no + ` /api/cases?cursor=` + encoded(no))
	answer := func(c *Client, path string) string {
		r := c.Get(path)
		return ofThisPage.ReplaceAllString(strings.ReplaceAll(r.Body.String(), r.Header().Get("X-Request-Id"), "R"), "")
	}
	for _, who := range []string{"xiahou", "chunyu", "admin-system", "admin-security", "admin-audit"} {
		there, none := full.As(who), bare.As(who)
		for _, path := range paths {
			if a, b := answer(there, path), answer(none, path); a != b {
				t.Errorf("%s as %s tells that there is a case: %s", path, who, differ(a, b))
			}
		}
	}
	for _, path := range []string{"/cases", "/registers/trips.csv", "/search?q=岸电", "/cases/" + no} { // and to who sees it, they do
		if answer(full.As("dongfang"), path) == answer(bare.As("dongfang"), path) {
			t.Errorf("%s does not tell the case officer of the case", path)
		}
	}
}
