package calendar_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"chancery/core/calendar"
)

// TestACalendarFileIsFoldedBetweenCharactersAndEscaped: what is unfolded and unescaped is what was said.
func TestACalendarFileIsFoldedBetweenCharactersAndEscaped(t *testing.T) {
	t.Parallel()
	day, err := calendar.ParseDay("2026-12-31")
	if err != nil {
		t.Fatal(err)
	}
	title := strings.Repeat("赴东海，议定; 备忘,\\ ", 12) + "\nBEGIN:VEVENT\r\nX\x07\x00"
	got := string(calendar.ICS("外事", []calendar.Event{{UID: "a", Title: title, From: day, Until: day}}))
	for line := range strings.SplitSeq(strings.TrimSuffix(got, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00\x07") {
			t.Errorf("%d bytes: %q", len(line), line)
		}
	}
	whole := strings.ReplaceAll(got, "\r\n ", "")
	_, rest, _ := strings.Cut(whole, "SUMMARY:")
	summary, _, _ := strings.Cut(rest, "\r\n")
	said := strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(summary)
	if want := strings.NewReplacer("\r\n", "\n", "\x07", "", "\x00", "").Replace(title); said != want {
		t.Errorf("said %q, want %q", said, want)
	}
	if strings.Count(whole, "\r\nBEGIN:VEVENT\r\n") != 1 || !strings.Contains(whole, "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n") {
		t.Errorf("the file is %s", whole)
	}
}
