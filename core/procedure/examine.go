package procedure

import (
	"fmt"
	"slices"
	"strings"

	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// Known is what a procedure may name: posts, articles, circumstances, gates. What
// is nil is not asked about.
type Known struct {
	Posts         []office.PostID
	Article       func(book, id string) bool
	Book          func(name string) bool
	Circumstances []Circumstance
	Gates         []string
}

// Examine finds what the procedure names and what is not there: each with its line.
func (p Procedure) Examine(k Known) fault.List {
	var faults fault.List
	missing := func(field, what, zh, en string) {
		faults = append(faults, fault.New(fault.Invalid, field, text.Text{ZH: zh + "：" + what, EN: en + " " + what}))
	}
	post := func(field string, id office.PostID) {
		if id != "" && k.Posts != nil && !slices.Contains(k.Posts, id) {
			missing(field, string(id), "没有这个岗位", "there is no post")
		}
	}
	circumstance := func(field string, c Circumstance) {
		if c != "" && k.Circumstances != nil && !slices.Contains(k.Circumstances, c) {
			missing(field, string(c), "没有这种情形", "there is no circumstance")
		}
	}
	post("officer", p.Officer)
	for i, name := range p.Books {
		if k.Book != nil && !k.Book(name) {
			missing(fmt.Sprintf("books[%d]", i), name, "没有这部规章", "there is no rulebook")
		}
	}
	for i, a := range p.Authorities {
		post(fmt.Sprintf("authorities[%d].post", i), a.Post)
	}
	for i, s := range p.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		post(at+".owner.post", s.Owner.Post)
		for j, r := range s.Escalate {
			post(fmt.Sprintf("%s.escalate[%d].post", at, j), r.Post)
		}
		circumstance(at+".unless", s.Unless)
		if book, id, ok := strings.Cut(s.Article, "/"); s.Article != "" && k.Article != nil && (!ok || !k.Article(book, id)) {
			missing(at+".article", s.Article, "没有这一条款", "there is no article")
		}
		if s.Gate != "" && k.Gates != nil && !slices.Contains(k.Gates, s.Gate) {
			missing(at+".gate", s.Gate, "没有这道关口", "there is no gate")
		}
		for j, slot := range s.Slots {
			post(fmt.Sprintf("%s.slots[%d].post", at, j), slot.Post)
		}
		for j, d := range s.Duties {
			post(fmt.Sprintf("%s.duties[%d].owner.post", at, j), d.Owner.Post)
			circumstance(fmt.Sprintf("%s.duties[%d].when", at, j), d.When)
		}
		if s.Objections != nil {
			post(at+".objections.post", s.Objections.Post)
		}
	}
	return p.placed(faults)
}

// ActsOfDuties are the acts that do a duty of their own.
func ActsOfDuties() []string { return []string{"handed_back", "reported", "post_notice_posted"} }

// examineStep finds what a step says that cannot be, or that nothing would ever act on.
func (p Procedure) examineStep(at string, s Step, add func(field, zh, en string)) {
	if s.Kind != Sign && (len(s.Slots) > 0 || s.Mode != "" || s.Silence != "") {
		add(at+".kind", "只有签署步骤才有签署人、方式和逾期规则", "only a signing has signers, a mode and a rule of silence")
	}
	if s.Kind != Departure && s.Kind != Duties && len(s.Duties) > 0 {
		add(at+".duties", "此类步骤没有事项", "a step of this kind has no duties")
	}
	if s.Kind == Duties && len(s.Duties) == 0 {
		add(at+".duties", "事项步骤至少须有一项", "a step of duties has at least one")
	}
	if s.Unless != "" && (s.Kind == Draft || s.Kind == Closing || s.Kind == Decision) {
		add(at+".unless", "申请、审批和办结不能略过", "an application, a decision and a closing are never passed by")
	}
	if !s.Escalate.climbs() {
		add(at+".escalate", "转报的各级须逐级推后", "each rung is told later than the one before")
	}
	if len(s.Escalate) > 0 && s.Term.IsZero() && s.Kind != Duties && s.Kind != Departure {
		add(at+".escalate", "没有期限，就不会转报", "without a term nothing is ever escalated")
	}
	titles := map[string]text.Text{at + ".title": s.Title}
	seen := map[string]bool{}
	for i, slot := range s.Slots {
		where := fmt.Sprintf("%s.slots[%d]", at, i)
		titles[where+".title"] = slot.Title
		if slot.ID == "" || seen[slot.ID] || slot.Post == "" {
			add(where, "签署位置须有不重复的编号和岗位", "a signer has an ID of its own and a post")
		}
		seen[slot.ID] = true
	}
	for i, d := range s.Duties {
		where := fmt.Sprintf("%s.duties[%d]", at, i)
		titles[where+".title"] = d.Title
		if d.ID == "" || strings.Contains(d.ID, "/") || seen[d.ID] || d.Owner == (Owner{}) {
			add(where, "事项须有不重复的编号（不含 /）和负责人", "a duty has an ID of its own, without a slash, and an owner")
		}
		if d.Act != "" && !slices.Contains(ActsOfDuties(), d.Act) {
			add(where+".act", "没有这种办理动作："+d.Act, "there is no such act: "+d.Act)
		}
		if d.Owner.Role != "" && d.Owner.Role != Applicant {
			add(where+".owner", "事项由岗位或申请人负责", "a duty belongs to a post or to the applicant")
		}
		seen[d.ID] = true
	}
	for field, t := range titles {
		if t.ZH == "" || t.EN == "" {
			add(field, "须写明中英文名称", "it has a title in both languages")
		}
	}
	switch s.Kind {
	case Notice, Decision, Instrument, Departure, Abroad:
		if first, _ := p.OfKind(s.Kind); first.ID != s.ID {
			add(at+".kind", "同类步骤只能有一个", "there is one step of this kind at most")
		}
	case Draft, Sign, Duties, Settlement, Closing:
	}
	if s.Kind == Instrument && p.Instrument.IsZero() {
		add(at+".kind", "须写明批件编号式样", "the procedure gives no series for its instruments")
	}
}

// PathStep is a step that a case will go through, or pass by.
type PathStep struct {
	Step Step
	// Posts are those who act in it; none where the applicant does, the units asked do, or an authority outside.
	Posts []office.PostID
	// Outside is the authority outside the office that decides.
	Outside text.Text
	// PassedBy: a circumstance lets the case pass the step by.
	PassedBy bool
}

// Path is the way that a case will go, whose leader has a rank level and in which
// some circumstances are so, if nobody sends it back.
func (p Procedure) Path(level int, so func(Circumstance) bool) []PathStep {
	out := make([]PathStep, 0, len(p.Steps))
	for _, s := range p.Steps {
		line := PathStep{Step: s, PassedBy: s.Unless != "" && so != nil && so(s.Unless)}
		switch {
		case len(s.Slots) > 0:
			for _, slot := range s.Slots {
				line.Posts = append(line.Posts, slot.Post)
			}
		case s.Owner.Role == Authority:
			row, _ := p.AuthorityFor(level)
			if line.Outside = row.External; row.Post != "" {
				line.Posts = []office.PostID{row.Post}
			}
		case s.Owner.Post != "":
			line.Posts = []office.PostID{s.Owner.Post}
		}
		out = append(out, line)
	}
	return out
}

// Posts are the posts that the procedure names, each once, in the order in which it names them.
func (p Procedure) Posts() []office.PostID {
	var out []office.PostID
	add := func(id office.PostID) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	add(p.Officer)
	for _, a := range p.Authorities {
		add(a.Post)
	}
	for _, s := range p.Steps {
		add(s.Owner.Post)
		for _, slot := range s.Slots {
			add(slot.Post)
		}
		for _, d := range s.Duties {
			add(d.Owner.Post)
		}
		if s.Objections != nil {
			add(s.Objections.Post)
		}
		for _, r := range s.Escalate {
			add(r.Post)
		}
	}
	return out
}
