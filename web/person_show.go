package web

import (
	"net/http"

	"chancery/core/office"
	"chancery/core/text"
)

// PersonPage is one person: posts, and authority given and received.
type PersonPage struct {
	Frame
	Name     Run
	Sentence string
	Written  Run
	Held     []HoldingRow
	Given    []DelegationRow
	Received []DelegationRow
	// Give leads to the posts whose authority the reader may give; only on the own page.
	Give []PostRow
}

// HoldingRow is a post that is, was or will be held.
type HoldingRow struct {
	Post, Unit Run
	Href, Span string
	State      Tag
}

func (s *Site) personShow(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	v, err := s.office.PersonOf(r.Context(), who, office.PersonID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	page := PersonPage{Frame: f, Name: f.person(v.Name), Written: f.Run(v.Name)}
	if f.Lang == text.ZH {
		page.Written = Run{Words: v.Pinyin, Lang: "zh-Latn"}
	}
	page.Here, page.Title = "people", page.Name.Words
	now := 0
	for _, h := range v.Held {
		row := HoldingRow{
			Post: f.Run(h.Name.In(f.Lang)), Unit: f.Run(h.Unit.In(f.Lang)), Href: postHref(h.Post), Span: spanWords(f, h.From.String(), h.Until.String()),
			State: Tag{"clock", "", f.Say("people.not_now")},
		}
		if h.Now {
			now++
			row.State = Tag{"check", "ok", f.Say("people.holds")}
			if v.Self {
				page.Give = append(page.Give, PostRow{Name: row.Post, Href: row.Href + "#give"})
			}
		}
		page.Held = append(page.Held, row)
	}
	for _, g := range v.Given {
		page.Given = append(page.Given, delegationRow(f, g))
	}
	for _, g := range v.Received {
		page.Received = append(page.Received, delegationRow(f, g))
	}
	args := text.Args{"posts": now, "given": len(v.Given), "received": len(v.Received)}
	page.Sentence = f.Say("person.sentence", args)
	if !v.Left.IsZero() {
		page.Sentence = f.Say("person.left", text.Args{"day": f.day(v.Left)})
	}
	return s.show(w, r, personShow(page))
}
