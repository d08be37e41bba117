package web

import (
	"reflect"
	"strings"

	"chancery/affairs/travel"
	"chancery/core/text"
	"chancery/desk"
)

// PartyLine is one of a delegation: who it is, what for, and which trip of the year it is.
type PartyLine struct {
	Name, Office, Part Run
	Turn               string
	Again              bool
}

// party sets out who travels.
func party(f Frame, v desk.CaseView) []PartyLine {
	out := make([]PartyLine, 0, len(v.Party))
	for _, c := range v.Party {
		line := PartyLine{Name: f.person(c.Name), Office: f.Run(strings.TrimSpace(f.called(c.Unit) + " " + c.Post)), Part: f.Run(partOf(f, c)), Again: c.Turn > 1}
		switch {
		case c.Turn == 1:
			line.Turn = f.Say("party.first")
		case c.Turn > 1:
			line.Turn = f.Say("party.turn", text.Args{"n": c.Turn})
		}
		out = append(out, line)
	}
	return out
}

// partOf says what somebody is in a delegation: its leader, an interpreter, and which duties of the post it is for.
func partOf(f Frame, c travel.Companion) string {
	var said []string
	if c.Leader {
		said = append(said, f.Say("notice.leader"))
	}
	if c.Role != "" && c.Role != "member" {
		said = append(said, f.word(reflect.TypeFor[travel.Role](), string(c.Role)))
	}
	for _, duty := range c.Duties {
		said = append(said, f.word(reflect.TypeFor[travel.Duty](), string(duty)))
	}
	return text.Join(said, f.Lang)
}

// allowed sets out what the tables give a whole delegation; nil where they give nothing.
func allowed(f Frame, all []travel.Allowance) *TripFigures {
	if len(all) == 0 {
		return nil
	}
	t := &TripFigures{}
	t.allow(f, all)
	return t
}
