package web_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"chancery/desk"
	"chancery/web"
)

// longRegister is a register of so many lines.
type longRegister int

func (n longRegister) RegisterPart(_ context.Context, _ desk.Reader, q desk.RegisterQuery) (desk.RegisterView, error) {
	v := desk.RegisterView{Register: q.Name, Title: say("出访台账", "Register of trips"), On: day("2026-10-15"), Today: true, Total: int(n)}
	for i := range min(int(n), q.Limit) {
		line := desk.RegisterLine{Number: say(fmt.Sprintf("出〔2026〕%d", i), fmt.Sprintf("OUT-2026-%d", i))}
		line.Who, line.Say, line.State = "钟离牧", say("办理中", "asked for"), "asked"
		v.Lines = append(v.Lines, line)
	}
	return v, nil
}

// TestS19AnExportHoldsTenThousandRowsAtMost, and says that there are more.
func TestS19AnExportHoldsTenThousandRowsAtMost(t *testing.T) {
	t.Parallel()
	s := open(t, world{}, nil, func(c *web.Config) { c.Registers = longRegister(12_000) })
	file := get(t, s, "/registers/trips.csv?lang=zh").Body.String()
	if n := strings.Count(file, "钟离牧"); n != 10_000 {
		t.Errorf("the file holds %d rows", n)
	}
	contains(t, file, "共 12000 行，每次最多导出前 10000 行")
	page := get(t, s, "/registers/trips?lang=zh").Body.String()
	if n := strings.Count(page, "<th scope=\"row\">"); n != 50 {
		t.Errorf("a page holds %d rows", n)
	}
	contains(t, page, "共 12000 行，每次最多导出前 10000 行", "page=240")
	if r := get(t, s, "/registers/trips.xlsx?lang=zh"); r.Code != 200 || !strings.HasPrefix(r.Body.String(), "PK") {
		t.Errorf("the sheet is answered %d", r.Code)
	}
}
