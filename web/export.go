package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/xuri/excelize/v2"

	"chancery/core/text"
)

// exportAtMost is how many rows leave the house in one file.
const exportAtMost = 10_000

// Export is a table that leaves as a file: what it is, of which day, and for whom it was made.
type Export struct {
	// Name is the file's name without its kind, in ASCII.
	Name  string
	Title string
	Notes []string
	Heads []string
	Rows  [][]string
}

// exported sends a table as csv or xlsx; another kind is answered like a page that is not there.
func (s *Site) exported(w http.ResponseWriter, kind string, e Export) error {
	var (
		content []byte
		mime    string
		err     error
	)
	switch kind {
	case "csv":
		mime = "text/csv; charset=utf-8"
		content, err = e.csv()
	case "xlsx":
		mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		content, err = e.xlsx()
	default:
		return refusal{status: http.StatusNotFound, key: "fault.nowhere"}
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", e.Name, err)
	}
	h := w.Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"; filename*=UTF-8''%s.%s`, e.Name, kind, url.PathEscape(e.Title), kind))
	h.Set("Content-Length", fmt.Sprint(len(content)))
	_, _ = w.Write(content) // a reader who has gone is nobody's fault
	return nil
}

// inert makes a cell that a spreadsheet would read as a formula mere text.
func inert(cell string) string {
	if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") {
		return "'" + cell
	}
	return cell
}

// csv writes the table with the mark by which spreadsheets know UTF-8.
func (e Export) csv() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	lines := [][]string{{e.Title}}
	for _, n := range e.Notes {
		lines = append(lines, []string{n})
	}
	for _, line := range append(append(lines, e.Heads), e.Rows...) {
		safe := make([]string, len(line))
		for i, cell := range line {
			safe[i] = inert(cell)
		}
		if err := w.Write(safe); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// xlsx writes the table as an official sheet: the title over all columns, whence
// and when it is, then ruled rows. Every cell is text.
func (e Export) xlsx() ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	const sheet = "Sheet1"
	style := func(s excelize.Style) int {
		id, _ := f.NewStyle(&s) // fails only on a style that is none
		return id
	}
	ruled := []excelize.Border{{Type: "left", Color: "000000", Style: 1}, {Type: "right", Color: "000000", Style: 1}, {Type: "top", Color: "000000", Style: 1}, {Type: "bottom", Color: "000000", Style: 1}}
	const asText = 49
	title := style(excelize.Style{Font: &excelize.Font{Family: "方正小标宋简体", Size: 18}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}, NumFmt: asText})
	note := style(excelize.Style{Font: &excelize.Font{Family: "仿宋_GB2312", Size: 11}, NumFmt: asText})
	head := style(excelize.Style{Font: &excelize.Font{Family: "黑体", Size: 11}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}, Border: ruled, NumFmt: asText})
	body := style(excelize.Style{Font: &excelize.Font{Family: "仿宋_GB2312", Size: 11}, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}, Border: ruled, NumFmt: asText})
	last, err := excelize.ColumnNumberToName(len(e.Heads))
	if err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	for i, width := range e.widths() {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return nil, err
		}
	}
	row := 0
	put := func(style int, cells ...string) error {
		row++
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = excelize.Cell{StyleID: style, Value: c}
		}
		return w.SetRow(fmt.Sprintf("A%d", row), values)
	}
	if err := put(title, e.Title); err != nil {
		return nil, err
	}
	for _, n := range e.Notes {
		if err := put(note, n); err != nil {
			return nil, err
		}
	}
	merged := row
	if err := put(head, e.Heads...); err != nil {
		return nil, err
	}
	for _, cells := range e.Rows {
		if err := put(body, cells...); err != nil {
			return nil, err
		}
	}
	for i := 1; i <= merged; i++ {
		if err := w.MergeCell(fmt.Sprintf("A%d", i), fmt.Sprintf("%s%d", last, i)); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	landscape, a4, wide, tall := "landscape", 9, 1, 0
	fit := true
	if err := f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &wide, FitToHeight: &tall}); err != nil {
		return nil, err
	}
	if err := f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// widths are wide enough for what most cells hold.
func (e Export) widths() []float64 {
	out := make([]float64, len(e.Heads))
	for i := range out {
		out[i] = 10
		for _, cells := range append([][]string{e.Heads}, e.Rows[:min(len(e.Rows), 200)]...) {
			wide := 0.0
			for _, r := range cells[i] {
				if r < 0x2e80 {
					wide++
				} else {
					wide += 2
				}
			}
			out[i] = max(out[i], min(wide+2, 44))
		}
	}
	return out
}

// exportNotes say whence a table is: the office, the day it speaks of, who had it made and when, and what was left out.
func (s *Site) exportNotes(f Frame, of string, rows, total int) []string {
	notes := []string{f.Say("export.head", text.Args{"office": f.Say("brand.office"), "on": of, "who": f.Person, "today": f.day(s.today())})}
	if rows < total {
		return append(notes, f.Say("export.cut", text.Args{"rows": rows, "total": total}))
	}
	return append(notes, f.Say("export.whole", text.Args{"n": total}))
}
