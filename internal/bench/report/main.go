// Command report reads what `make bench` printed and writes its measures into
// docs/operating/performance.md, between two marks; the words around them are
// people's. It ends with 1 when a measure misses its limit or none was found.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"time"
)

const (
	page  = "docs/operating/performance.md"
	begin = "<!-- measured: begin -->"
	end   = "<!-- measured: end -->"
)

var line = regexp.MustCompile(`bench: ([^|]+)\|([^|]+)\|([^|]+)\|([^|]+)\|\s*(ok|MISS)`)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "report: name the file that `make bench` printed")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(printed string) error {
	said, err := os.ReadFile(printed)
	if err != nil {
		return fmt.Errorf("read the measures: %w", err)
	}
	table, missed := tabled(said)
	if table == "" {
		return fmt.Errorf("%s holds no measure", printed)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	before, rest, ok := bytes.Cut(text, []byte(begin))
	_, after, ok2 := bytes.Cut(rest, []byte(end))
	if !ok || !ok2 {
		return fmt.Errorf("%s has lost its marks %s and %s", page, begin, end)
	}
	var b bytes.Buffer
	b.Write(before)
	fmt.Fprintf(&b, "%s\n%s, %s on %d cores, %s\n\n%s%s", begin, time.Now().UTC().Format(time.DateOnly), runtime.Version(), runtime.NumCPU(), kernel(), table, end)
	b.Write(after)
	if err := os.WriteFile(page, b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	fmt.Print(table)
	if missed > 0 {
		return fmt.Errorf("%d missed the limit", missed)
	}
	return nil
}

// tabled turns the measures into a table; the last of two with one name counts.
func tabled(said []byte) (table string, missed int) {
	var names []string
	rows := map[string]string{}
	for _, m := range line.FindAllStringSubmatch(string(said), -1) {
		name := strings.TrimSpace(m[1])
		if _, seen := rows[name]; !seen {
			names = append(names, name)
		}
		rows[name] = fmt.Sprintf("| %s | %s | %s | %s | %s |\n", name, strings.TrimSpace(m[2]), strings.TrimSpace(m[3]), strings.TrimSpace(m[4]), m[5])
	}
	if len(names) == 0 {
		return "", 0
	}
	var b strings.Builder
	b.WriteString("| what | measured | limit | same run's reference | |\n|---|---|---|---|---|\n")
	for _, n := range names {
		b.WriteString(rows[n])
		if strings.HasSuffix(rows[n], "| MISS |\n") {
			missed++
		}
	}
	return b.String(), missed
}

func kernel() string {
	out, err := exec.Command("uname", "-sm").Output()
	if err != nil {
		return runtime.GOOS + "/" + runtime.GOARCH
	}
	return strings.TrimSpace(string(out))
}
