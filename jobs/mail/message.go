package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"html"
	"net/mail"
	"strconv"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"chancery/core/text"
	"chancery/desk"
)

// compose writes a letter as a mail: text, the same as HTML, and with a digest the list as a file.
func (s *Sender) compose(l desk.Letter) (*gomail.Msg, error) {
	lang := l.Lang
	if lang != text.EN {
		lang = text.ZH
	}
	p := pageOf(l, s.Site.String())
	m, err := s.envelope(l.Address, l.Name.In(lang), lang, p.subject.In(lang), s.messageID(string(l.To), l.Number))
	if err != nil {
		return nil, err
	}
	m.SetBodyString(gomail.TypeTextPlain, plain(p, lang))
	m.AddAlternativeString(gomail.TypeTextHTML, marked(p, lang))
	if l.Digest {
		list, err := table(l, s.Site.String(), lang)
		if err != nil {
			return nil, err
		}
		name := words().file.Fill(text.Args{"day": l.Day.String()}).In(lang)
		err = m.AttachReader(name, bytes.NewReader(list), gomail.WithFileContentType("text/csv; charset=utf-8"), gomail.WithFileEncoding(gomail.EncodingB64))
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// envelope is a mail with its head and nothing in it.
func (s *Sender) envelope(address, name string, lang text.Lang, subject, id string) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingB64))
	m.FromMailAddress(&s.From)
	m.ToMailAddress(&mail.Address{Name: oneLine(name), Address: address})
	if _, err := m.GetRecipients(); err != nil {
		return nil, err
	}
	m.Subject(oneLine(subject))
	m.SetMessageIDWithValue(id)
	m.SetDateWithValue(s.Clock())
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("Content-Language", string(lang))
	return m, nil
}

// messageID is the same however often a message is tried, and tells nobody who it is for.
func (s *Sender) messageID(to string, number int64) string {
	mark := sha256.Sum256([]byte(to + "\x00" + strconv.FormatInt(number, 10) + "\x00" + s.Site.Host))
	return strconv.FormatInt(number, 10) + "." + hex.EncodeToString(mark[:10]) + "@" + s.helo()
}

// oneLine is what may stand in the head of a mail: no line ends in it, and nothing that cannot be seen.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > subjectAtMost {
		s = string(r[:subjectAtMost]) + "…"
	}
	return s
}

const subjectAtMost = 150

// page is what a mail says, in both languages.
type page struct {
	subject, greeting, lead text.Text
	parts                   []part
	foot                    []text.Text
	footLink                string
}

type part struct {
	title text.Text
	items []item
}

type item struct {
	head, body text.Text
	link       string
}

func pageOf(l desk.Letter, site string) page {
	w := words()
	p := page{greeting: w.greeting.Fill(text.Args{"name": l.Name}), foot: []text.Text{w.opens, w.change}, footLink: site + "/me"}
	if l.Digest {
		args := text.Args{"n": l.All, "over": l.Over, "day": l.Day.Say()}
		p.subject, p.lead = w.digest.Fill(args), w.waiting.Fill(args)
		if l.Over > 0 {
			p.subject, p.lead = w.digestOver.Fill(args), w.waitingOver.Fill(args)
		}
		p.parts = append(p.parts, part{w.todo, items(l.Lines, site)})
		if len(l.Told) > 0 {
			p.parts = append(p.parts, part{w.told, items(l.Told, site)})
		}
		if more := l.All - len(l.Lines); more > 0 {
			p.parts = append(p.parts, part{title: w.more.Fill(text.Args{"n": more})})
		}
		return p
	}
	p.lead = w.atOnce
	p.parts = append(p.parts, part{items: items(l.Lines, site)})
	for _, line := range l.Lines[:min(1, len(l.Lines))] {
		if p.subject = w.something.Fill(text.Args{"number": line.Number}); !line.Sealed && len(line.Says) > 0 {
			p.subject = line.Says[0]
		}
	}
	return p
}

func items(lines []desk.LetterLine, site string) []item {
	w := words()
	var out []item
	for _, l := range lines {
		one := item{link: site + "/"}
		if l.Case != "" {
			one.link = site + "/cases/" + l.Case
		}
		switch {
		case l.Sealed:
			one.head, one.body = w.something.Fill(text.Args{"number": l.Number}), w.sealed
		case l.Case == "":
			one.head = joined(l.Says)
		default:
			one.head = text.Text{ZH: l.Number.ZH + "　" + l.Title.ZH, EN: l.Number.EN + "  " + l.Title.EN}
			one.body = joined(l.Says)
			if !l.Due.IsZero() {
				due := w.due
				if l.Over {
					due = w.over
				}
				one.body = text.Text{ZH: "{says}（{due}）", EN: "{says} ({due})"}.Fill(text.Args{"says": one.body, "due": due.Fill(text.Args{"day": l.Due.Say()})})
			}
		}
		out = append(out, one)
	}
	return out
}

func joined(all []text.Text) text.Text {
	var zh, en []string
	for _, t := range all {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return text.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}
}

// plain is the page as text.
func plain(p page, lang text.Lang) string {
	var b strings.Builder
	line := func(s string) { b.WriteString(oneLineOf(s) + "\r\n") }
	line(p.greeting.In(lang))
	line("")
	line(p.lead.In(lang))
	for _, part := range p.parts {
		line("")
		if !part.title.IsZero() {
			line(part.title.In(lang))
		}
		for _, i := range part.items {
			line("· " + i.head.In(lang))
			if !i.body.IsZero() {
				line("  " + i.body.In(lang))
			}
			line("  " + i.link)
		}
	}
	line("")
	line("-- ")
	for _, f := range p.foot {
		line(f.In(lang))
	}
	line(p.footLink)
	return b.String()
}

// oneLineOf keeps what somebody wrote from looking like lines of ours.
func oneLineOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// marked is the page as HTML: nothing in it is fetched from anywhere, and every link only opens a page.
func marked(p page, lang text.Lang) string {
	var b strings.Builder
	say := func(t text.Text) string { return html.EscapeString(oneLineOf(t.In(lang))) }
	tag := "zh-CN"
	if lang == text.EN {
		tag = "en"
	}
	fmt.Fprintf(&b, `<!doctype html><html lang="%s"><head><meta charset="utf-8"><title>%s</title></head>`, tag, say(p.subject))
	b.WriteString(`<body style="font:16px/1.6 sans-serif;color:#1c2430;max-width:40em;margin:1.5em auto;padding:0 1em">`)
	fmt.Fprintf(&b, "<p>%s</p><p>%s</p>", say(p.greeting), say(p.lead))
	for _, part := range p.parts {
		if !part.title.IsZero() {
			fmt.Fprintf(&b, `<p style="font-weight:bold">%s</p>`, say(part.title))
		}
		if len(part.items) > 0 {
			b.WriteString(`<ul style="padding-left:1.2em">`)
			for _, i := range part.items {
				fmt.Fprintf(&b, `<li style="margin:.6em 0"><a href="%s">%s</a>`, html.EscapeString(i.link), say(i.head))
				if !i.body.IsZero() {
					fmt.Fprintf(&b, "<br>%s", say(i.body))
				}
				b.WriteString("</li>")
			}
			b.WriteString("</ul>")
		}
	}
	b.WriteString(`<hr style="border:0;border-top:1px solid #ccd2da"><p style="font-size:14px;color:#55606e">`)
	for _, f := range p.foot {
		b.WriteString(say(f) + "<br>")
	}
	fmt.Fprintf(&b, `<a href="%s">%s</a></p></body></html>`, html.EscapeString(p.footLink), html.EscapeString(p.footLink))
	return b.String()
}

// table is the digest as a table for a spreadsheet: UTF-8 with its mark, so that it is read as such, and no cell that would
// be taken for a formula.
func table(l desk.Letter, site string, lang text.Lang) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	rows := csv.NewWriter(&b)
	rows.UseCRLF = true
	w := words()
	all := [][]string{{w.number.In(lang), w.title.In(lang), w.task.In(lang), w.until.In(lang), w.page.In(lang)}}
	for _, x := range append(append([]desk.LetterLine{}, l.Lines...), l.Told...) {
		row := []string{x.Number.In(lang), x.Title.In(lang), joined(x.Says).In(lang), x.Due.String(), items([]desk.LetterLine{x}, site)[0].link}
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell
			}
		}
		all = append(all, row)
	}
	err := rows.WriteAll(all)
	return b.Bytes(), err
}
