// Package casework knows a case and what may be done with it. An act by an actor
// gives an event; applying the event to the case gives the new case. Apply is a
// pure fold, so a case is what its events make of it and can be rebuilt from the
// journal at any time.
package casework

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"chancery/core/calendar"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
	"chancery/core/text"
)

// State is where a case stands, in the words shown on every screen.
type State string

// The states.
const (
	Draft      State = "draft"
	Active     State = "active"
	Noticed    State = "noticed"
	Returned   State = "returned"
	Approved   State = "approved"
	ApprovedIf State = "approved_if"
	Refused    State = "refused"
	Withdrawn  State = "withdrawn"
	Cancelled  State = "cancelled"
	Revoked    State = "revoked"
	Closed     State = "closed"
)

// Words lists the states.
func (State) Words() []string {
	return []string{
		string(Draft), string(Active), string(Noticed), string(Returned), string(Approved), string(ApprovedIf),
		string(Refused), string(Withdrawn), string(Cancelled), string(Revoked), string(Closed),
	}
}

// Ended says that nothing more can be done.
func (s State) Ended() bool {
	switch s {
	case Refused, Withdrawn, Cancelled, Revoked, Closed:
		return true
	case Draft, Active, Noticed, Returned, Approved, ApprovedIf:
	}
	return false
}

// Outcome is what became of a case; outcomes are kept apart for the figures.
type Outcome string

// The outcomes.
const (
	NoOutcome         Outcome = ""
	OutcomeApproved   Outcome = "approved"
	OutcomeCondition  Outcome = "approved_with_condition"
	OutcomeReduced    Outcome = "approved_reduced"
	OutcomeRefused    Outcome = "refused"
	OutcomeWithdrawn  Outcome = "withdrawn"
	OutcomeCancelled  Outcome = "cancelled"
	OutcomeRevoked    Outcome = "revoked"
	OutcomeSetForward Outcome = "concluded" // a position that was set, a gift that was disposed of
)

// Checked is what a decision rested on: frozen, never computed again for display.
type Checked struct {
	Gate     rule.Gate      `json:"gate"`
	Day      calendar.Day   `json:"day"`
	Today    calendar.Day   `json:"today"`
	Verdict  rule.Status    `json:"verdict"`
	Books    []rule.BookRef `json:"books"`
	Findings []rule.Finding `json:"findings"`
	Facts    rule.Facts     `json:"facts,omitempty"`
	Digest   string         `json:"digest"`
	// Answers are what the rules were asked about; the entry keeps them, the case keeps their digest.
	Answers json.RawMessage `json:"-"`
}

// Frozen is a Checked as it was written down. It is carried as its bytes, which
// nobody changes, and read only where it is shown.
type Frozen struct{ json.RawMessage }

// Freeze writes a Checked down.
func Freeze(c *Checked) (Frozen, error) {
	if c == nil {
		return Frozen{}, nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(c); err != nil {
		return Frozen{}, fmt.Errorf("freeze what the rules said: %w", err)
	}
	return Frozen{bytes.TrimSuffix(b.Bytes(), []byte("\n"))}, nil
}

// IsZero says that nothing was checked.
func (f Frozen) IsZero() bool { return len(f.RawMessage) == 0 }

// Read gives what was frozen; nil when nothing was checked.
func (f Frozen) Read() (*Checked, error) {
	if f.IsZero() {
		return nil, nil //nolint:nilnil // nothing was checked: there is nothing to read
	}
	var c Checked
	if err := json.Unmarshal(f.RawMessage, &c); err != nil {
		return nil, fmt.Errorf("read what the rules said: %w", err)
	}
	return &c, nil
}

// Slot is one signer's place in the signing that is going on.
type Slot struct {
	ID     string           `json:"id"`
	Title  text.Text        `json:"title"`
	Post   office.PostID    `json:"post"`
	Stance procedure.Stance `json:"stance,omitempty"`
	By     office.Actor     `json:"by,omitzero"`
}

// Opinion is what somebody said, and the reply to it.
type Opinion struct {
	Step   string           `json:"step"`
	Slot   string           `json:"slot,omitempty"`
	Title  text.Text        `json:"title"`
	Stance procedure.Stance `json:"stance"`
	Text   string           `json:"text,omitempty"`
	By     office.Actor     `json:"by"`
	At     calendar.Instant `json:"at"`
	// Round is the version of the text that the opinion was given on.
	Round  int    `json:"round"`
	Answer string `json:"answer,omitempty"`
}

// Dissents says that the opinion must stay visible beside the decision.
func (o Opinion) Dissents() bool {
	return o.Stance == procedure.Object || o.Stance == procedure.Reservation
}

// NoticeRun is the public notice of a case.
type NoticeRun struct {
	Posted calendar.Day        `json:"posted"`
	Term   calendar.Derivation `json:"term"`
	Ended  bool                `json:"ended,omitempty"`
}

// Objection is an objection to a public notice. By is empty when it is anonymous.
type Objection struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
	By   string `json:"by,omitempty"`
	// Reference is the word by which the objector asks what became of it; it names nobody.
	Reference string              `json:"reference,omitempty"`
	At        calendar.Instant    `json:"at"`
	Due       calendar.Derivation `json:"due"`
	Finding   string              `json:"finding,omitempty"`
	// Upheld: it was found to be right; the case goes back.
	Upheld   bool         `json:"upheld,omitempty"`
	Resolved bool         `json:"resolved,omitempty"`
	Examiner office.Actor `json:"examiner,omitzero"`
	// Escalated: the term to examine it has run out and somebody was told; Rungs of the ladder beyond the first were told as well.
	Escalated bool `json:"escalated,omitempty"`
	Rungs     int  `json:"rungs,omitempty"`
	Reminded  int  `json:"reminded,omitempty"`
}

// Discreet is the case without who objected to it and by which reference they
// ask; only the post that examines objections sees that.
func (c Case) Discreet() Case {
	c.Objections = slices.Clone(c.Objections)
	for i := range c.Objections {
		c.Objections[i].By, c.Objections[i].Reference = "", ""
	}
	return c
}

// Duty is one thing to be done, and whether it was.
type Duty struct {
	ID    string        `json:"id"`
	Title text.Text     `json:"title"`
	Step  string        `json:"step,omitempty"`
	Post  office.PostID `json:"post,omitempty"`
	// Person is the traveller for whom it is done, where each has one of his own.
	Person string               `json:"person,omitempty"`
	Act    string               `json:"act,omitempty"`
	Blocks bool                 `json:"blocks,omitempty"`
	Due    *calendar.Derivation `json:"due,omitempty"`
	Done   calendar.Day         `json:"done,omitempty"`
	Late   bool                 `json:"late,omitempty"`
	By     office.Actor         `json:"by,omitzero"`
	Text   string               `json:"text,omitempty"`
	// Hindered says what stands in the way, in a coded ground: visa-refused, document-lost. It stays open.
	Hindered string `json:"hindered,omitempty"`
	// Escalated: its deadline has run out and somebody was told; Rungs of the ladder beyond the first were told as well.
	Escalated bool `json:"escalated,omitempty"`
	Rungs     int  `json:"rungs,omitempty"`
	// Reminded is how many of the reminders before the deadline were given, or went by.
	Reminded int `json:"reminded,omitempty"`
}

// Base is the ID of the duty without the traveller for whom it is done.
func (d Duty) Base() string {
	base, _, _ := strings.Cut(d.ID, "/")
	return base
}

// Homecoming is one traveller's own entry, when not all came back together.
type Homecoming struct {
	Person string       `json:"person"`
	Day    calendar.Day `json:"day"`
	Text   string       `json:"text,omitempty"`
}

// Skip is a step that the case passed by, and why.
type Skip struct {
	Step string    `json:"step"`
	Why  text.Text `json:"why"`
}

// Pause is what was left of a term when the case was sent back; the clock stops
// until it comes back to the step.
type Pause struct {
	Step string `json:"step"`
	Left int    `json:"left"`
}

// Condition is a condition of an approval, ticked off at the end.
type Condition struct {
	Text string `json:"text"`
	Met  bool   `json:"met,omitempty"`
}

// Decision is how a case was decided, and by whom.
type Decision struct {
	Outcome    Outcome          `json:"outcome"`
	Ground     string           `json:"ground,omitempty"`
	Text       string           `json:"text,omitempty"`
	Conditions []string         `json:"conditions,omitempty"`
	By         office.Actor     `json:"by"`
	At         calendar.Instant `json:"at"`
	Day        calendar.Day     `json:"day"`
	// Dissent counts the reservations and objections that stood when it was decided.
	Dissent int `json:"dissent,omitempty"`
	// Checked is the number, within the case, of the entry that keeps what the rules said; zero: nothing was checked.
	Checked int `json:"checked,omitempty"`
}

// External is a decision asked of an authority outside the office; the clock stops meanwhile.
type External struct {
	Authority text.Text    `json:"authority"`
	Requested calendar.Day `json:"requested"`
	Answered  calendar.Day `json:"answered,omitempty"`
	Number    string       `json:"number,omitempty"`
}

// Change is a change of an approved case; it goes up the same chain.
type Change struct {
	Why       string           `json:"why"`
	Filing    json.RawMessage  `json:"filing"`
	Digest    string           `json:"digest"`
	Requested calendar.Instant `json:"requested"`
	// Resume is the step to which the case comes back once the change is decided.
	Resume string `json:"resume"`
	// Ground is the coded ground: member-out, member-replaced, postponed, route, days, emergency.
	Ground string `json:"ground,omitempty"`
}

// Case is one case. It is a value; acts make a new one.
type Case struct {
	No               string          `json:"no"`
	Number           text.Text       `json:"number"`
	Procedure        string          `json:"procedure"`
	ProcedureVersion int             `json:"procedure_version"`
	Title            string          `json:"title"`
	Unit             string          `json:"unit"`
	Applicant        office.PersonID `json:"applicant"`
	Filed            calendar.Day    `json:"filed"`
	// Mark says how far the case may be seen; none: internal.
	Mark office.Mark `json:"mark,omitempty"`
	// Copied are the persons to whom it was copied; they keep it in sight.
	Copied    []office.PersonID    `json:"copied,omitempty"`
	Version   int                  `json:"version"`
	State     State                `json:"state"`
	Step      string               `json:"step"`
	Since     calendar.Instant     `json:"since"`
	Post      office.PostID        `json:"post,omitempty"`
	Due       *calendar.Derivation `json:"due,omitempty"`
	Escalated bool                 `json:"escalated,omitempty"`
	// Rungs are the rungs of the ladder that were told beyond the first.
	Rungs int `json:"rungs,omitempty"`
	// Reminded is how many of the reminders before the deadline of the step were given, or went by.
	Reminded int `json:"reminded,omitempty"`
	// ReturnedFrom is the step that sent the case back; it comes back there.
	ReturnedFrom   string           `json:"returned_from,omitempty"`
	Round          int              `json:"round"`
	Filing         json.RawMessage  `json:"filing"`
	Digest         string           `json:"digest"`
	FirstSubmitted calendar.Instant `json:"first_submitted,omitempty"`
	Stops          int              `json:"stops,omitempty"`
	// Checked is the number, within the case, of the entry that keeps what the rules said; zero: nothing was checked.
	Checked    int         `json:"checked,omitempty"`
	Slots      []Slot      `json:"slots,omitempty"`
	Opinions   []Opinion   `json:"opinions,omitempty"`
	Notice     *NoticeRun  `json:"notice,omitempty"`
	Objections []Objection `json:"objections,omitempty"`
	Decisions  []Decision  `json:"decisions,omitempty"`
	// Conditions are those of every approval that stands, ticked off before the case is closed.
	Conditions []Condition `json:"conditions,omitempty"`
	Outcome    Outcome     `json:"outcome,omitempty"`
	External   *External   `json:"external,omitempty"`
	Instrument text.Text   `json:"instrument,omitzero"`
	Voided     []text.Text `json:"voided,omitempty"`
	Duties     []Duty      `json:"duties,omitempty"`
	// Done are the duties of the steps that the case has left.
	Done []Duty `json:"done,omitempty"`
	// Skipped are the steps that the case passed by, and why.
	Skipped []Skip `json:"skipped,omitempty"`
	// Paused is the clock of the step that sent the case back.
	Paused   *Pause       `json:"paused,omitempty"`
	Change   *Change      `json:"change,omitempty"`
	Changed  int          `json:"changed,omitempty"`
	Departed calendar.Day `json:"departed,omitempty"`
	Home     calendar.Day `json:"home,omitempty"`
	// Homecomings are those who came back by themselves.
	Homecomings []Homecoming    `json:"homecomings,omitempty"`
	Actual      json.RawMessage `json:"actual,omitempty"`
	Settled     *Settlement     `json:"settled,omitempty"`
	// Attachments are the files that are kept with the case.
	Attachments []Attachment `json:"attachments,omitempty"`
	// Archive is the class in which the closed case is kept.
	Archive procedure.Archive `json:"archive,omitempty"`
	// Last is the act before, while it can still be recalled. Before is the case as
	// it stood then; it is not kept, since folding the entries gives it again.
	Last   *LastAct `json:"last,omitempty"`
	Before *Case    `json:"-"`
}

// LastAct is the act that was done last.
type LastAct struct {
	Kind string           `json:"kind"`
	By   office.Actor     `json:"by"`
	At   calendar.Instant `json:"at"`
}

// Settlement is the account held against the approval; what lies outside is refused and kept.
type Settlement struct {
	Day     calendar.Day `json:"day"`
	Claimed string       `json:"claimed"`
	Paid    string       `json:"paid"`
	Refused string       `json:"refused,omitempty"`
	Why     string       `json:"why,omitempty"`
}

// Task is something that a post has to do in a case.
type Task struct {
	Case  string        `json:"case"`
	Step  string        `json:"step"`
	ID    string        `json:"id"`
	Title text.Text     `json:"title"`
	Post  office.PostID `json:"post,omitempty"`
	// Person is the applicant, where the task is the applicant's own.
	Person office.PersonID      `json:"person,omitempty"`
	Since  calendar.Instant     `json:"since"`
	Due    *calendar.Derivation `json:"due,omitempty"`
}

// ExamineObjection is the ID of the task of examining an objection.
const ExamineObjection = "objection"

// Tasks are the open tasks of a case.
func (c Case) Tasks(p procedure.Procedure) []Task {
	if c.State.Ended() {
		return nil
	}
	step, ok := p.Step(c.Step)
	if !ok {
		return nil
	}
	task := func(id string, title text.Text, post office.PostID, due *calendar.Derivation) Task {
		t := Task{Case: c.No, Step: c.Step, ID: id, Title: title, Post: post, Since: c.Since, Due: due}
		if post == "" {
			t.Person = c.Applicant
		}
		return t
	}
	var out []Task
	for _, s := range c.Slots {
		if s.Stance == procedure.Open {
			out = append(out, task(s.ID, s.Title, s.Post, c.Due))
		}
	}
	for _, o := range c.Objections {
		if notice, ok := p.OfKind(procedure.Notice); ok && !o.Resolved {
			out = append(out, task(ExamineObjection, text.Text{ZH: "核查异议", EN: "Examine the objection"}, notice.Objections.Post, &o.Due))
		}
	}
	open := 0
	for _, d := range c.Duties {
		if d.Done.IsZero() {
			open++
			out = append(out, task(d.ID, d.Named(), d.Post, d.Due))
		}
	}
	if step.Kind == procedure.Sign && len(out) == 0 { // an empty step is an incident, shown at once
		return append(out, task("empty", text.Text{ZH: step.Title.ZH + "：无人签署，须加签", EN: step.Title.EN + ": nobody signs; add a signer"}, p.Officer, c.Due))
	}
	if step.Kind == procedure.Sign || (step.Kind == procedure.Duties && open > 0) {
		return out
	}
	return append(out, task(step.ID, step.Title, c.Post, c.Due))
}

// Named is the title of the duty with the traveller for whom it is done.
func (d Duty) Named() text.Text {
	if d.Person == "" {
		return d.Title
	}
	return text.Text{ZH: d.Title.ZH + "：" + d.Person, EN: d.Title.EN + ": " + d.Person}
}

// Checklist is every duty of the case, of the steps it has left and of the present one.
func (c Case) Checklist() []Duty { return append(slices.Clone(c.Done), c.Duties...) }

// HomeDay is the day on which a traveller came back; zero while abroad.
func (c Case) HomeDay(person string) calendar.Day {
	for _, h := range c.Homecomings {
		if h.Person == person {
			return h.Day
		}
	}
	return c.Home
}

// Dissent are the reservations and objections of the signings, all rounds, oldest first.
func (c Case) Dissent() []Opinion {
	var out []Opinion
	for _, o := range c.Opinions {
		if o.Dissents() {
			out = append(out, o)
		}
	}
	return out
}

// OpenObjections counts the objections to the notice that nobody has answered yet.
func (c Case) OpenObjections() int {
	n := 0
	for _, o := range c.Objections {
		if !o.Resolved {
			n++
		}
	}
	return n
}
