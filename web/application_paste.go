package web

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/form"
	"chancery/core/text"
)

// pasteColumns are the columns of a pasted table of members, in the order in
// which they are taken when no line of heads names them.
func pasteColumns() []string {
	return []string{"name", "unit", "post", "rank", "born", "role", "duties", "document.kind", "document.expires"}
}

// pasteAtMost bounds how many lines are taken at once.
const pasteAtMost = 200

// pasted reads lines copied from a spreadsheet into a sheet's delegation. Lines
// that cannot be read are left over, each with what is wrong; the others are in.
func (s *Site) pasted(f Frame, sheet form.Sheet, table string) (left string, wrong []string) {
	lines := strings.Split(strings.Trim(table, "\n"), "\n")
	columns := pasteColumns()
	var kept []string
	for i, line := range lines {
		cells := strings.Split(strings.TrimRight(line, "\r"), "\t")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if heads, ok := s.heads(cells); ok && i == 0 {
			columns = heads
			kept = append(kept, line)
			continue
		}
		faults := []string{f.Say("apply.paste.many", text.Args{"n": pasteAtMost})}
		if i < pasteAtMost {
			faults = s.pastedLine(f, sheet, columns, cells)
		}
		if len(faults) == 0 {
			continue
		}
		for _, x := range faults {
			wrong = append(wrong, f.Say("apply.paste.line", text.Args{"n": i + 1, "say": x}))
		}
		kept = append(kept, line)
	}
	if len(wrong) == 0 {
		return "", nil
	}
	return strings.Join(kept, "\n"), wrong
}

// heads reads a line of column heads, in either language.
func (s *Site) heads(cells []string) ([]string, bool) {
	var out []string
	known := 0
	for _, cell := range cells {
		head, found := strings.TrimSpace(cell), ""
		for _, column := range pasteColumns() {
			label := s.words.Say("field.delegation."+column, nil)
			if head == label.ZH || strings.EqualFold(head, label.EN) || head == column {
				found = column
				known++
			}
		}
		out = append(out, found)
	}
	return out, known >= 2 && slices.Contains(out, "name")
}

// pastedLine takes one line in, or says everything that is wrong with it and takes nothing.
func (s *Site) pastedLine(f Frame, sheet form.Sheet, columns, cells []string) []string {
	at := rowName("delegation", nextRow(sheet, "delegation"))
	row := form.Sheet{}
	var wrong []string
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		if cell == "" || i < len(columns) && columns[i] == "" {
			continue
		}
		if i >= len(columns) {
			wrong = append(wrong, f.Say("apply.paste.columns", text.Args{"n": len(cells), "most": len(columns)}))
			break
		}
		value, ok := s.pastedCell(columns[i], cell)
		if !ok {
			wrong = append(wrong, f.Say("apply.paste.cell", text.Args{"column": f.Say("field.delegation." + columns[i]), "value": clipped(cell, 20)}))
			continue
		}
		row[at+"."+columns[i]] = []string{value}
	}
	if row.Get(at+".name") == "" && len(wrong) == 0 {
		wrong = append(wrong, f.Say("apply.paste.name"))
	}
	if len(wrong) > 0 {
		return wrong
	}
	for name, v := range row {
		sheet[name] = v
	}
	return nil
}

// pastedCell reads what stands in one cell: words by their name in either language, days as people write them.
func (s *Site) pastedCell(column, cell string) (string, bool) {
	switch column {
	case "rank":
		return s.coded.Code(reflect.TypeFor[travel.Rank](), cell)
	case "role":
		return s.coded.Code(reflect.TypeFor[travel.Role](), cell)
	case "document.kind":
		return s.coded.Code(reflect.TypeFor[travel.DocumentKind](), cell)
	case "born", "document.expires":
		return pastedDay(cell)
	case "duties":
		return strings.Join(strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("、，,；;", r) }), "\n"), true
	}
	return cell, true
}

// pastedDay reads 1971-04-09, 1971/4/9, 1971.4.9 and 1971年4月9日.
func pastedDay(cell string) (string, bool) {
	parts := strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("-/.年月日", r) })
	if len(parts) != 3 {
		return "", false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(strings.TrimSpace(p))
		if err != nil {
			return "", false
		}
		n[i] = v
	}
	d, err := calendar.NewDay(n[0], n[1], n[2])
	return d.String(), err == nil
}
