// Package procedure knows procedures as data: the steps a case goes through, who
// owns each, what may be done in it, within what term, and why the step is there.
// A procedure is versioned; a case stays on the version it began with.
package procedure

import (
	"fmt"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/strict"
	"chancery/core/text"
)

// Kind is what sort of step it is; it decides which acts move it.
type Kind string

// The kinds of step.
const (
	Draft      Kind = "draft"      // the applicant prepares and submits
	Sign       Kind = "sign"       // one or several signers give their opinion
	Notice     Kind = "notice"     // a public notice runs its term
	Decision   Kind = "decision"   // one authority decides
	Instrument Kind = "instrument" // the decision gets its number
	Departure  Kind = "departure"  // a checklist, then the delegation leaves
	Abroad     Kind = "abroad"     // under way, until the homecoming
	Duties     Kind = "duties"     // what must be done afterwards, each by itself
	Settlement Kind = "settlement" // the account is held against the approval
	Closing    Kind = "closing"    // the case is closed
)

// Words lists the kinds.
func (Kind) Words() []string {
	return []string{
		string(Draft), string(Sign), string(Notice), string(Decision), string(Instrument), string(Departure),
		string(Abroad), string(Duties), string(Settlement), string(Closing),
	}
}

// Silence is what is made of a signer who has not answered at the end of the term.
type Silence string

// The silence rules. None of them makes silence an agreement.
const (
	KeepWaiting Silence = "wait"  // the step waits on, and is escalated
	Lapse       Silence = "lapse" // the signer is labelled lapsed, and the case goes forward without
)

// Words lists the silence rules.
func (Silence) Words() []string { return []string{string(KeepWaiting), string(Lapse)} }

// Owner says who owns a step: a post, or a role that the case itself fills.
type Owner struct {
	Post office.PostID `json:"post,omitempty"`
	// Role is applicant, authority (by the leader's rank) or asked (the units that the circulation block names).
	Role Role `json:"role,omitempty"`
}

// Role is a part in a case.
type Role string

// The roles.
const (
	Applicant Role = "applicant"
	Authority Role = "authority"
	Asked     Role = "asked"
)

// Words lists the roles.
func (Role) Words() []string { return []string{string(Applicant), string(Authority), string(Asked)} }

// Term is how long a step may take.
type Term struct {
	WorkingDays int `json:"working_days,omitempty"`
	Days        int `json:"days,omitempty"`
	Months      int `json:"months,omitempty"`
}

// IsZero says that there is no term.
func (t Term) IsZero() bool { return t == Term{} }

// Back derives the day that lies the term before a day.
func (t Term) Back(day calendar.Day, c *calendar.Calendar) calendar.Derivation {
	switch {
	case t.WorkingDays > 0:
		return c.AddWorking(day, -t.WorkingDays)
	case t.Months > 0:
		return c.AddMonths(day, -t.Months, false)
	}
	return c.AddDays(day, -t.Days, false)
}

// From derives the last day of the term that begins after a day.
func (t Term) From(day calendar.Day, c *calendar.Calendar) calendar.Derivation {
	switch {
	case t.WorkingDays > 0:
		return c.AddWorking(day, t.WorkingDays)
	case t.Months > 0:
		return c.AddMonths(day, t.Months, true)
	}
	return c.AddDays(day, t.Days, true)
}

// Slot is one signer's place in a signing step.
type Slot struct {
	ID    string        `json:"id"`
	Title text.Text     `json:"title"`
	Post  office.PostID `json:"post"`
}

// Duty is one thing to be done in a step of duties, or on a checklist.
type Duty struct {
	ID    string    `json:"id"`
	Title text.Text `json:"title"`
	Owner Owner     `json:"owner"`
	Term  Term      `json:"term,omitzero"`
	// Blocks: the step cannot be left while it is open.
	Blocks bool `json:"blocks,omitempty"`
	// Act is the act that does it, where it has one of its own: handed_back, reported, post_notice_posted.
	Act string `json:"act,omitempty"`
	// Each: it is done for every traveller by itself.
	Each bool `json:"each,omitempty"`
	// When names the circumstance of the case under which it is there; empty: always.
	When Circumstance `json:"when,omitempty"`
	// Before is a term counted back from the day of departure.
	Before Term `json:"before,omitzero"`
}

// Circumstance is a word for what may be so in a case and makes its way different:
// that a ground of exemption from the public notice is claimed, that members come
// from other units. What the word means is counted from the application.
type Circumstance string

// Step is one step of a procedure.
type Step struct {
	ID    string    `json:"id"`
	Title text.Text `json:"title"`
	Kind  Kind      `json:"kind"`
	Owner Owner     `json:"owner"`
	// Gate is the gate of the rules at which the case is checked when it leaves the step.
	Gate string `json:"gate,omitempty"`
	Term Term   `json:"term,omitzero"`
	// Escalate are the posts that are told when the term has run out, one after the other.
	Escalate Ladder `json:"escalate,omitempty"`
	// Why says why the step is there, and Article on which article it rests (book/ID); empty: the office's own order.
	Why     text.Text `json:"why"`
	Article string    `json:"article,omitempty"`
	// For a signing step: the signers, the mode, the number of votes, what silence means, whether one person may sign once only.
	Slots   []Slot  `json:"slots,omitempty"`
	Mode    Mode    `json:"mode,omitempty"`
	Need    int     `json:"need,omitempty"`
	Silence Silence `json:"silence,omitempty"`
	// Duties are the things to be done in a step of duties, or before departure.
	Duties []Duty `json:"duties,omitempty"`
	// Objections says who examines objections to a notice, and within what term.
	Objections *ObjectionRule `json:"objections,omitempty"`
	// Unless names the circumstance under which a case passes the step by; that it did, and why, is entered.
	Unless Circumstance `json:"unless,omitempty"`
}

// ObjectionRule says who examines objections, and how long that may take.
type ObjectionRule struct {
	Post office.PostID `json:"post"`
	Term Term          `json:"term"`
}

// Archive is how long a closed case is kept.
type Archive string

// Words lists the classes (机关文件材料归档范围和文书档案保管期限规定, article 5).
func (Archive) Words() []string { return []string{"permanent", "30-years", "10-years"} }

// AuthorityRow is one line of the table of authorities: who decides for a leader of at least this rank level.
type AuthorityRow struct {
	// FromLevel is the lowest rank level it is for (staff 1 … state 5).
	FromLevel int           `json:"from_level"`
	Post      office.PostID `json:"post,omitempty"`
	// External names an authority outside the office; the case waits for its answer and the clock stops.
	External text.Text `json:"external,omitzero"`
	Source   string    `json:"source"`
}

// Procedure is one version of a procedure.
type Procedure struct {
	Name    string    `json:"procedure"`
	Version int       `json:"version"`
	Title   text.Text `json:"title"`
	// Series is how cases are numbered, Instrument how instruments are: {year} and {n} stand for the year and the running number.
	Series     text.Text `json:"series"`
	Key        string    `json:"key"`
	Instrument text.Text `json:"instrument,omitzero"`
	// Officer is the post that keeps the case moving; Books are the rulebooks that are asked.
	Officer office.PostID `json:"officer"`
	// Archive is the class in which a closed case is kept, where the closing names no other.
	Archive     Archive        `json:"archive,omitempty"`
	Books       []string       `json:"books,omitempty"`
	Authorities []AuthorityRow `json:"authorities,omitempty"`
	// Remind are the working days before a deadline on which those who hold the task are reminded, the earliest first.
	Remind []int  `json:"remind,omitempty"`
	Steps  []Step `json:"steps"`

	doc *strict.Document // the file it was read from
}

// Read reads a procedure.yaml and refuses one that cannot run.
func Read(file string, data []byte) (Procedure, error) {
	doc, err := strict.Parse(file, data, strict.DefaultLimits())
	if err != nil {
		return Procedure{}, err
	}
	var p Procedure
	if err := doc.Decode(&p); err != nil {
		return Procedure{}, err
	}
	p.doc = doc
	return p, p.placed(p.examine()).OrNil()
}

// placed says where in the file each fault lies.
func (p Procedure) placed(faults fault.List) fault.List {
	for _, f := range faults {
		if p.doc != nil {
			f.Place = p.doc.At(f.Field)
		}
	}
	faults.Sort()
	return faults
}

func (p Procedure) examine() fault.List {
	var faults fault.List
	add := func(field, zh, en string) {
		faults = append(faults, fault.New(fault.Invalid, field, text.Text{ZH: zh, EN: en}))
	}
	if p.Name == "" || p.Version < 1 || p.Key == "" || !strings.Contains(p.Series.ZH, "{n}") || !strings.Contains(p.Series.EN, "{n}") {
		add("procedure", "须写明程序名、版本、编号前缀和含 {n} 的编号式样", "a procedure has a name, a version, a key and a series with {n}")
	}
	if len(p.Steps) == 0 || p.Steps[0].Kind != Draft || p.Steps[len(p.Steps)-1].Kind != Closing {
		add("steps", "第一步须为 draft，末步须为 closing", "the first step is a draft and the last a closing")
	}
	seen := map[string]bool{}
	for i, s := range p.Steps {
		at := fmt.Sprintf("steps[%d]", i)
		if s.ID == "" || seen[s.ID] {
			add(at+".id", "步骤编号缺失或重复", "the step's ID is missing or there twice")
		}
		seen[s.ID] = true
		if s.Why.ZH == "" || s.Why.EN == "" {
			add(at+".why", "须写明为何有此步骤", "say why the step is there")
		}
		if s.Owner == (Owner{}) && len(s.Slots) == 0 {
			add(at+".owner", "没有负责的岗位", "nobody owns it")
		}
		if s.Kind == Sign && (s.Mode == "" || s.Silence == "" || (len(s.Slots) == 0 && s.Owner.Role != Asked)) {
			add(at+".mode", "签署步骤须写明方式、签署人和逾期未答如何处理", "a signing says its mode, its signers and what silence means")
		}
		if s.Mode == Vote && (s.Need < 1 || (len(s.Slots) > 0 && s.Need > len(s.Slots))) {
			add(at+".need", "票数须在 1 与签署人数之间", "the number of votes lies between one and the number of signers")
		}
		if s.Silence == Lapse && s.Term.IsZero() {
			add(at+".term", "须写明期限", "silence can only lapse at the end of a term")
		}
		if s.Kind == Notice && (s.Term.WorkingDays < 1 || s.Objections == nil) {
			add(at+".term", "公示须写明工作日数和由谁核查异议", "a notice has a term in working days and somebody who examines objections")
		}
		if s.Owner.Role == Authority && len(p.Authorities) == 0 {
			add(at+".owner", "没有审批权限表", "there is no table of authorities")
		}
		p.examineStep(at, s, add)
	}
	for i, n := range p.Remind {
		if n < 0 || (i > 0 && n >= p.Remind[i-1]) {
			add(fmt.Sprintf("remind[%d]", i), "提醒日须由早到晚，写作到期前的工作日数", "the reminders are working days before the deadline, the earliest first")
		}
	}
	for i, a := range p.Authorities {
		if (a.Post == "") == (a.External == text.Text{}) || a.Source == "" {
			add(fmt.Sprintf("authorities[%d]", i), "须写明本级岗位或外部机关之一，并写明出处", "name either a post or an authority outside, and a source")
		}
	}
	return faults
}

// Step finds a step by ID.
func (p Procedure) Step(id string) (Step, bool) {
	i := p.index(id)
	if i < 0 {
		return Step{}, false
	}
	return p.Steps[i], true
}

func (p Procedure) index(id string) int {
	return slices.IndexFunc(p.Steps, func(s Step) bool { return s.ID == id })
}

// First is the step a case begins in.
func (p Procedure) First() Step { return p.Steps[0] }

// After is the step that follows one; ok is false after the last.
func (p Procedure) After(id string) (Step, bool) {
	i := p.index(id)
	if i < 0 || i+1 >= len(p.Steps) {
		return Step{}, false
	}
	return p.Steps[i+1], true
}

// Seen says whether a case that stands in a step has been before several people,
// or the public, on its way there: what they saw is then not altered behind them.
func (p Procedure) Seen(id string) bool {
	for _, s := range p.Steps[:max(p.index(id), 0)] {
		if s.Kind == Notice || len(s.Slots) > 1 || s.Owner.Role == Asked {
			return true
		}
	}
	return false
}

// OfKind is the first step of a kind.
func (p Procedure) OfKind(k Kind) (Step, bool) {
	i := slices.IndexFunc(p.Steps, func(s Step) bool { return s.Kind == k })
	if i < 0 {
		return Step{}, false
	}
	return p.Steps[i], true
}

// AuthorityFor is the authority that decides for a leader of a rank level: the
// row with the highest level that is not above it.
func (p Procedure) AuthorityFor(level int) (AuthorityRow, bool) {
	var (
		best  AuthorityRow
		found bool
	)
	for _, a := range p.Authorities {
		if a.FromLevel <= level && (!found || a.FromLevel > best.FromLevel) {
			best, found = a, true
		}
	}
	return best, found
}

// Number writes a running number in both languages.
func Number(series text.Text, year, n int) text.Text {
	r := strings.NewReplacer("{year}", fmt.Sprint(year), "{n}", fmt.Sprint(n))
	return text.Text{ZH: r.Replace(series.ZH), EN: r.Replace(series.EN)}
}
