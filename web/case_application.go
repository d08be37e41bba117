package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"chancery/core/calendar"
	"chancery/core/place"
	"chancery/core/text"
	"chancery/desk"
)

// ApplicationPart is a block of the application in full, or what is locked of it.
type ApplicationPart struct {
	Title  string
	Groups []AnswerGroup
	// Lock names what this reader may not see of the block.
	Lock string
}

// AnswerGroup are answers that belong together: those of one member, one stay.
type AnswerGroup struct {
	Title string
	Facts []Fact
}

// RoundPart is what was changed in the application at once.
type RoundPart struct {
	Title   string
	Changes []ChangeLine
}

// ChangeLine is one field before and after.
type ChangeLine struct{ Field, Before, After Run }

// applicationParts sets the application out in full, with a visible lock where something is hidden from the reader.
func (s *Site) applicationParts(f Frame, v desk.CaseView) []ApplicationPart {
	locked := map[string][]string{}
	for _, path := range v.Hidden {
		block, rest, _ := strings.Cut(strings.NewReplacer("[", ".", "]", "").Replace(path), ".")
		label := f.Say("lock.whole")
		if parts := strings.Split(rest, "."); rest != "" {
			label = f.fieldLabel(parts)
		}
		if !slices.Contains(locked[block], label) {
			locked[block] = append(locked[block], label)
		}
	}
	lock := func(name string) string {
		if len(locked[name]) == 0 {
			return ""
		}
		return f.Say("lock.words", text.Args{"parts": text.Join(locked[name], f.Lang)})
	}
	var out []ApplicationPart
	for _, b := range v.Answers {
		out = append(out, ApplicationPart{Title: b.Title.In(f.Lang), Groups: s.answerGroups(f, b), Lock: lock(b.Name)})
		delete(locked, b.Name)
	}
	rest := make([]string, 0, len(locked))
	for name := range locked {
		rest = append(rest, name)
	}
	slices.Sort(rest)
	for _, name := range rest {
		out = append(out, ApplicationPart{Title: f.fieldLabel([]string{name}), Lock: lock(name)})
	}
	return out
}

func (s *Site) answerGroups(f Frame, b desk.Block) []AnswerGroup {
	var out []AnswerGroup
	for _, leaf := range b.Leaves {
		title := groupTitle(f, leaf.Path)
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, AnswerGroup{Title: title})
		}
		g := &out[len(out)-1]
		name := append([]string{b.Name}, leaf.Path...)
		g.Facts = append(g.Facts, Fact{Label: f.fieldLabel(name), Value: []Run{s.answerRun(f, name[len(name)-1], leaf.Value)}})
	}
	return out
}

// groupTitle names the item of a list that an answer belongs to; the innermost list counts.
func groupTitle(f Frame, path []string) string {
	list, item := "", ""
	for i, part := range path {
		if _, err := strconv.Atoi(part); err == nil {
			item = part
			if i > 0 {
				list = path[i-1]
			}
		}
	}
	if item == "" {
		return ""
	}
	n, _ := strconv.Atoi(item) // it is a number
	return f.Say("answers.item", text.Args{"list": f.fieldLabel([]string{cmp.Or(list, "item")}), "n": n + 1})
}

// fieldLabel is the word of a field; a field without one is shown by its name.
func (f Frame) fieldLabel(path []string) string {
	for _, part := range slices.Backward(path) {
		if _, err := strconv.Atoi(part); err == nil {
			continue
		}
		if key := "app." + part; f.words.Has(key) {
			return f.Say(key)
		}
		return part
	}
	return ""
}

// answerRun says a value in words: a day, a place, a coded word, yes.
func (s *Site) answerRun(f Frame, field, value string) Run {
	if d, err := calendar.ParseDay(value); err == nil {
		return Run{Words: f.day(d)}
	}
	if field == "place" || field == "places" {
		var names []string
		for code := range strings.SplitSeq(value, ", ") {
			names = append(names, s.placeName(f, place.Code(code)))
		}
		return f.Run(text.Join(names, f.Lang))
	}
	parts := strings.Split(value, ", ")
	for i, part := range parts {
		if key := "word." + part; f.words.Has(key) {
			parts[i] = f.Say(key)
		}
	}
	return f.Run(strings.Join(parts, f.Say("list.comma")))
}

// word is the word of a code under a head of the texts; a code without one is shown as it is.
func (o offering) word(head, code string) string {
	if key := head + code; o.f.words.Has(key) {
		return o.say(key)
	}
	return code
}

// rounds sets out what was changed in the application, the latest first.
func (s *Site) rounds(f Frame, v desk.CaseView) []RoundPart {
	var out []RoundPart
	for _, round := range slices.Backward(v.Rounds) {
		part := RoundPart{Title: f.Say("round.title", text.Args{"at": f.minute(round.At), "who": v.People[round.By], "act": actWord(f, round.Kind)})}
		for _, c := range round.Changes {
			path := strings.Split(strings.TrimPrefix(c.Path, "/"), "/")
			label := joined(f, f.fieldLabel(path[:1]), groupTitle(f, path), f.fieldLabel(path))
			if len(path) == 1 {
				label = f.fieldLabel(path)
			}
			field := path[len(path)-1]
			part.Changes = append(part.Changes, ChangeLine{
				Field: f.Run(label), Before: s.answerRun(f, field, desk.Plain(c.Before)), After: s.answerRun(f, field, desk.Plain(c.After)),
			})
		}
		out = append(out, part)
	}
	return out
}
