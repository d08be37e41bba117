package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"chancery/affairs"
	"chancery/affairs/travel"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/form"
	"chancery/core/journal"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// NoticePhase says what a notice tells its readers now.
type NoticePhase string

// The phases of a notice.
const (
	NoticeRunning NoticePhase = "running" // the term runs, and objections are taken
	NoticeResult  NoticePhase = "result"  // the term is over; what came of it is shown for as long again
	NoticeAfter   NoticePhase = "after"   // the trip was made; what was carried out is shown
)

// NoticeLine is a notice in the list.
type NoticeLine struct {
	No       string              `json:"no"`
	Number   text.Text           `json:"number"`
	Title    string              `json:"title"`
	Unit     string              `json:"unit"`
	Phase    NoticePhase         `json:"phase"`
	Posted   calendar.Day        `json:"posted"`
	Term     calendar.Derivation `json:"term"`
	LeftDays int                 `json:"left_days"`
	Today    calendar.Day        `json:"today"`
	// Until is the last day on which it is shown; none while the term runs.
	Until calendar.Day `json:"until,omitempty"`
	// Called is how the case is called in English; Names name people and units so.
	Called CaseName `json:"-"`
	Names  Reader   `json:"-"`
}

// NoticeView is a notice with all that it shows: what the rules demand, and nothing else of the case.
type NoticeView struct {
	NoticeLine
	Office text.Text    `json:"office"`
	Shown  travel.Shown `json:"shown"`
	// Actual is what was carried out; only after the trip.
	Actual *NoticeActual `json:"actual,omitempty"`
	// Supervision is the post that examines objections, with its unit and telephone.
	Supervision NoticePost `json:"supervision"`
	// Examination is how long examining an objection may take.
	Examination procedure.Term `json:"examination"`
	Received    int            `json:"received"`
	Examined    int            `json:"examined"`
	// Entry is the journal's entry of the posting, and Hash its hash.
	Entry int64        `json:"entry"`
	Hash  journal.Hash `json:"hash"`
}

// NoticePost is the post that examines objections.
type NoticePost struct {
	Post      text.Text `json:"post"`
	Unit      text.Text `json:"unit"`
	Telephone string    `json:"telephone,omitempty"`
}

// NoticeActual is what was carried out of a trip, as its notice shows it.
type NoticeActual struct {
	Exit    calendar.Day `json:"exit"`
	Entry   calendar.Day `json:"entry"`
	Members int          `json:"members"`
}

// noticesAtMost is how many notices a list shows.
const noticesAtMost = 100

// Notices lists the notices that a reader may read: those that run, then the others, the newest first. Somebody
// who is not signed in is answered SignedOut where the office shows notices to
// its own staff only.
func (d *Desk) Notices(ctx context.Context, reader Reader) ([]NoticeLine, error) {
	var out []NoticeLine
	err := d.store.Read(ctx, func(r Reading) error {
		o, err := r.Office()
		if err != nil {
			return err
		}
		if err := admits(o, reader); err != nil {
			return err
		}
		today := r.Now().Day(OfficeZone())
		cases, err := r.Noticed(today, noticesAtMost)
		if err != nil {
			return err
		}
		for _, c := range cases {
			reads, err := readsNotice(r, reader, o, c)
			if err != nil {
				return err
			}
			p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
			line, ok := d.noticeLine(c, p, today)
			if !reads || !ok {
				continue
			}
			a, err := d.noticed(c)
			if err != nil {
				return err
			}
			line.Title, line.Called, line.Names = affairs.Title(a, p.Title, d.lib.Places), d.named(c, o), naming(o)
			out = append(out, line)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b NoticeLine) int { return cmp.Compare(over(a), over(b)) })
	return out, err
}

func over(n NoticeLine) int {
	if n.Phase == NoticeRunning {
		return 0
	}
	return 1
}

// Notice shows the notice of a case. NotFound comes back when there is none of
// that number that the reader may read; SignedOut as from Notices.
func (d *Desk) Notice(ctx context.Context, reader Reader, no string) (NoticeView, error) {
	var out NoticeView
	err := d.store.Read(ctx, func(r Reading) error {
		c, line, err := d.onNotice(r, reader, no)
		if err != nil {
			return err
		}
		o, err := r.Office()
		if err != nil {
			return err
		}
		p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
		a, err := d.noticed(c)
		if err != nil {
			return err
		}
		line.Title, line.Called, line.Names = affairs.Title(a, p.Title, d.lib.Places), d.named(c, o), naming(o)
		out = NoticeView{NoticeLine: line, Office: o.Name, Shown: affairs.Of(c.Procedure).Show(a, d.lib.Rates), Received: len(c.Objections)}
		out.Examined = len(c.Objections) - c.OpenObjections()
		if step, ok := p.OfKind(procedure.Notice); ok {
			out.Supervision, out.Examination = noticePost(o, step.Objections.Post), step.Objections.Term
		}
		if line.Phase == NoticeAfter {
			if out.Actual, err = actual(c, out.Shown); err != nil {
				return err
			}
		}
		entries, err := r.Entries(c.No)
		for _, e := range entries {
			if e.Kind == string(casework.NoticePosted) || (line.Phase == NoticeAfter && e.Kind == string(casework.PostNoticed)) {
				out.Entry, out.Hash = e.ID, e.Hash
			}
		}
		return err
	})
	return out, err
}

func noticePost(o office.Office, id office.PostID) NoticePost {
	post, _ := o.Post(id)
	for _, u := range o.Units {
		if u.ID == post.Unit {
			return NoticePost{Post: post.Name, Unit: u.Name, Telephone: post.Telephone}
		}
	}
	return NoticePost{Post: post.Name, Telephone: post.Telephone}
}

// actual is what was carried out: as it was planned, where nothing else was recorded at the border.
func actual(c casework.Case, planned travel.Shown) (*NoticeActual, error) {
	out := &NoticeActual{Exit: c.Departed, Entry: c.Home, Members: len(planned.Members)}
	if len(c.Actual) == 0 {
		return out, nil
	}
	var recorded travel.Actual
	if err := json.Unmarshal(c.Actual, &recorded); err != nil {
		return nil, fmt.Errorf("read border days of %s: %w", c.No, err)
	}
	if !recorded.Exit.IsZero() {
		out.Exit = recorded.Exit
	}
	if !recorded.Entry.IsZero() {
		out.Entry = recorded.Entry
	}
	if len(recorded.Members) > 0 {
		out.Members = len(recorded.Members)
	}
	return out, nil
}

// noticed is the application that is on notice: that of a change, where the change is.
func (d *Desk) noticed(c casework.Case) (form.Application, error) {
	if c.Change != nil && c.State == casework.Noticed {
		return d.application(c, c.Change.Filing)
	}
	return d.application(c, c.Filing)
}

// onNotice gives a case of which a notice is shown to a reader today.
func (d *Desk) onNotice(r Reading, reader Reader, no string) (casework.Case, NoticeLine, error) {
	o, err := r.Office()
	if err != nil {
		return casework.Case{}, NoticeLine{}, err
	}
	if err := admits(o, reader); err != nil {
		return casework.Case{}, NoticeLine{}, err
	}
	c, err := r.Case(no)
	if fault.KindOf(err) == fault.NotFound {
		return casework.Case{}, NoticeLine{}, noNotice(no)
	}
	if err != nil {
		return casework.Case{}, NoticeLine{}, err
	}
	reads, err := readsNotice(r, reader, o, c)
	if err != nil {
		return casework.Case{}, NoticeLine{}, err
	}
	p, _ := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	line, ok := d.noticeLine(c, p, r.Now().Day(OfficeZone()))
	if !reads || !ok {
		return casework.Case{}, NoticeLine{}, noNotice(no)
	}
	return c, line, nil
}

func noNotice(no string) error {
	return fault.New(fault.NotFound, "no", text.Text{
		ZH: "没有编号为「{no}」的公示，或公示已经结束；请从公示清单找起", EN: "there is no notice {no}, or it is over: look for it in the list of notices",
	}.Fill(text.Args{"no": no}))
}

// admits asks those outside to sign in where notices are for the own staff.
func admits(o office.Office, reader Reader) error {
	if reader.Person != "" || reader.Operator || o.Notice == office.Everyone {
		return nil
	}
	return fault.New(fault.SignedOut, "", text.Text{
		ZH: "公示在本机关内部公布；请登录后查看", EN: "notices are posted inside the office: sign in to read them",
	})
}

// readsNotice says whether a reader may read the notice of a case, if there is one.
func readsNotice(r Reading, reader Reader, o office.Office, c casework.Case) (bool, error) {
	if reader.Operator && reader.Person == "" {
		return true, nil
	}
	clearance, err := clearanceOf(r, reader.Person)
	return err == nil && o.OnNoticeFor(c.Mark, reader.Person != "", clearance), err
}

// noticeLine is the notice of a case as it stands on a day; ok is false when none is shown then.
func (d *Desk) noticeLine(c casework.Case, p procedure.Procedure, today calendar.Day) (NoticeLine, bool) {
	phase, until, ok := d.noticePhase(c, p)
	if !ok || (!until.IsZero() && today > until) {
		return NoticeLine{}, false
	}
	line := NoticeLine{No: c.No, Number: c.Number, Unit: c.Unit, Phase: phase, Today: today, Until: until}
	if c.Notice != nil {
		line.Posted, line.Term = c.Notice.Posted, c.Notice.Term
	}
	if phase == NoticeRunning && today <= line.Term.Due {
		line.LeftDays, _ = d.lib.Calendar.WorkingBetween(today, line.Term.Due)
	}
	if phase == NoticeAfter {
		line.Posted = postNoticed(c)
	}
	return line, true
}

// noticePhase says what the notice of a case tells, and until when it is shown
// (never ending while the term runs): the result for as long again as the term,
// counted from when the last objection had to be examined; and as long after the
// notice that follows the trip.
func (d *Desk) noticePhase(c casework.Case, p procedure.Procedure) (phase NoticePhase, until calendar.Day, ok bool) {
	step, has := p.OfKind(procedure.Notice)
	if !has || affairs.Of(c.Procedure).Show == nil || c.State == casework.Withdrawn || c.State == casework.Cancelled || c.State == casework.Revoked {
		return "", 0, false
	}
	if c.State == casework.Noticed && c.Notice != nil && !c.Notice.Ended {
		return NoticeRunning, 0, true
	}
	if day := postNoticed(c); !day.IsZero() {
		return NoticeAfter, step.Term.From(day, d.lib.Calendar).Due, true
	}
	if c.Notice == nil || !c.Notice.Ended {
		return "", 0, false
	}
	last := c.Notice.Term.Due
	for _, o := range c.Objections {
		last = max(last, o.Due.Due)
	}
	return NoticeResult, step.Term.From(last, d.lib.Calendar).Due, true
}

// postNoticed is the day on which the notice after the trip was posted; zero when it was not.
func postNoticed(c casework.Case) calendar.Day {
	duties := c.Checklist()
	i := slices.IndexFunc(duties, func(x casework.Duty) bool { return x.Act == string(casework.PostNoticed) && !x.Done.IsZero() })
	if i < 0 {
		return 0
	}
	return duties[i].Done
}

// saveNotice keeps until when a notice of the case is shown, where the act changed that.
func (d *Desk) saveNotice(w Writing, before, c casework.Case, p procedure.Procedure) error {
	then, now := calendar.Day(0), d.noticeUntil(c, p)
	if before.No != "" {
		then = d.noticeUntil(before, p)
	}
	if then == now {
		return nil
	}
	return w.SaveNotice(c.No, now)
}

// noticeUntil is the last day of a notice, the end of time for one that runs, and zero for none.
func (d *Desk) noticeUntil(c casework.Case, p procedure.Procedure) calendar.Day {
	phase, until, ok := d.noticePhase(c, p)
	switch {
	case !ok:
		return 0
	case phase == NoticeRunning:
		return calendar.LastDay
	}
	return until
}
