package calendar

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Event is a day, or a run of days, in somebody's calendar.
type Event struct {
	// UID names the event for ever; Sequence rises with every change of what it is about.
	UID      string
	Sequence int
	// Stamp is when what it says became so: the same facts give the same bytes.
	Stamp       Instant
	Title       string
	About, Link string
	// From and Until are both included.
	From, Until Day
	// Away: the days are taken; else others still see the person free. Tentative: it is asked for, and not sure.
	Away, Tentative bool
}

// icsLine is the most bytes of a line before it is folded (RFC 5545, 3.1).
const icsLine = 75

// ICS writes a calendar as RFC 5545 has it: lines of at most 75 bytes ended by CR LF, text escaped, every event of whole
// days in the form DATE, so that no time zone is in it. The same events give the same bytes.
func ICS(name string, events []Event) []byte {
	var b bytes.Buffer
	line := func(key, value string) { foldInto(&b, key+":"+value) }
	line("BEGIN", "VCALENDAR")
	line("VERSION", "2.0")
	line("PRODID", "-//Chancery//Calendar feed//EN")
	line("CALSCALE", "GREGORIAN")
	line("METHOD", "PUBLISH")
	line("X-WR-CALNAME", icsText(name))
	line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	line("X-PUBLISHED-TTL", "PT1H")
	for _, e := range events {
		line("BEGIN", "VEVENT")
		line("UID", icsText(e.UID))
		line("DTSTAMP", e.Stamp.Time().UTC().Format("20060102T150405Z"))
		line("SEQUENCE", strconv.Itoa(e.Sequence))
		line("DTSTART;VALUE=DATE", icsDay(e.From))
		line("DTEND;VALUE=DATE", icsDay(max(e.From, e.Until).AddDays(1))) // the first day that is not of it any more
		line("SUMMARY", icsText(e.Title))
		if e.About != "" {
			line("DESCRIPTION", icsText(e.About))
		}
		if e.Link != "" {
			line("URL", e.Link)
		}
		status, transparent := "CONFIRMED", "TRANSPARENT"
		if e.Tentative {
			status = "TENTATIVE"
		}
		if e.Away {
			transparent = "OPAQUE"
		}
		line("STATUS", status)
		line("TRANSP", transparent)
		line("END", "VEVENT")
	}
	line("END", "VCALENDAR")
	return b.Bytes()
}

func icsDay(d Day) string { return strings.ReplaceAll(d.String(), "-", "") }

// icsText escapes a text (RFC 5545, 3.3.11). Control characters, which no text may hold, go.
func icsText(s string) string {
	s = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(strings.ToValidUTF8(s, "�"))
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// foldInto writes a line, folded between characters; what follows begins with a space.
func foldInto(b *bytes.Buffer, line string) {
	room := icsLine
	for len(line) > room {
		at := room
		for !utf8.RuneStart(line[at]) {
			at--
		}
		b.WriteString(line[:at])
		b.WriteString("\r\n ")
		line, room = line[at:], icsLine-1
	}
	b.WriteString(line)
	b.WriteString("\r\n")
}
