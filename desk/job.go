package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/text"
)

// JobReading is what can be read of what the house does by itself.
type JobReading interface {
	// CountJobs counts the jobs of each kind and how they stand now.
	CountJobs() ([]job.Count, error)
	// TroubledJobs are those that were given up, and then those that are tried again.
	TroubledJobs(limit int) ([]job.Job, error)
	// Told is what the act of an instant has to tell; Parcel is one message by its number.
	Told(at calendar.Instant) ([]job.Parcel, error)
	Parcel(id int64) (job.Parcel, bool, error)
	IsPlanned(kind job.Kind, key string) (bool, error)
	// Ways are those by which messages left the house, or could not.
	Ways() ([]job.Way, error)
	// DigestOf are the messages that wait for the digest of a person and came before the message of that number.
	DigestOf(person office.PersonID, before int64) ([]job.Parcel, error)
	// OpenCases are the numbers of the cases that have not ended, behind a number.
	OpenCases(behind string, limit int) ([]string, error)
	// CasesBehind are the cases behind a number, in the order of numbers.
	CasesBehind(no string, limit int) ([]casework.Case, error)
	// Sequenced counts the entries that are in the tree.
	Sequenced() (int64, error)
}

// JobWriting is what an act plans for later; it becomes due with the act, or not at all.
type JobWriting interface {
	// Plan plans a job in place of the one of the same kind and key.
	Plan(j job.Job) error
	// Unplan takes a job out, and says whether there was one.
	Unplan(kind job.Kind, key string) (bool, error)
	// Drop is Unplan for whoever need not know.
	Drop(kind job.Kind, key string) error
	// Retry makes a job due now that failed. False comes back where there is none, or somebody has it.
	Retry(id int64) (bool, error)
	// WayLeft notes that a message left one way now; WayFailed that one could not, and why.
	WayLeft(name string) error
	WayFailed(name, why string) error
	// Digested has a message wait for the next digest of a person; DropDigested forgets those before the message of that number.
	Digested(person office.PersonID, message int64) error
	DropDigested(person office.PersonID, before int64) error
	// ForgetBefore drops what nobody needs any more since an instant, and counts it.
	ForgetBefore(at calendar.Instant) (int, error)
}

// plansRule is the version of the rule by which the next instant of a case is found; a data folder whose instants were
// found by another is read through again.
const plansRule = "1"

// plansMark is the rule with the years that the calendar knows: where it comes to know another, open cases are held against it.
func (d *Desk) plansMark() string {
	mark := sha256.New()
	for _, y := range d.lib.Calendar.Years() {
		known, _ := d.lib.Calendar.Year(y)
		_, _ = fmt.Fprintln(mark, known)
	}
	return plansRule + " " + hex.EncodeToString(mark.Sum(nil)[:8])
}

// planTick plans the next instant at which time does something in a case, in place of the one that was planned.
func (d *Desk) planTick(w Writing, c casework.Case, p procedure.Procedure) error {
	now := w.Now()
	next := casework.Next(c, casework.World{
		Now: now, Day: now.Day(OfficeZone()), Since: c.Since.Day(OfficeZone()), Calendar: d.lib.Calendar, Procedure: p,
	})
	if next.IsZero() {
		return w.Drop(job.Tick, c.No)
	}
	return w.Plan(job.Job{Kind: job.Tick, Key: c.No, Due: max(next.Begins(OfficeZone()), now)})
}

// tell keeps what an act has to tell, and plans that it is told once the act can no longer be taken back.
func tell(w Writing, msgs []casework.Message) error {
	if len(msgs) == 0 {
		return nil
	}
	if err := w.Outbox(msgs); err != nil {
		return err
	}
	due := w.Now()
	for _, m := range msgs {
		due = max(due, m.NotBefore)
	}
	return w.Plan(job.Job{Kind: job.Deliver, Key: strconv.FormatInt(int64(w.Now()), 10), Due: due})
}

// Deliver plans for each message of an act, by the key of the job, that it is sent each of these ways. Messages of an act
// that was taken back meanwhile are not. Done twice it plans nothing the second time.
func (d *Desk) Deliver(ctx context.Context, key string, ways []string) error {
	at, err := strconv.ParseInt(key, 10, 64)
	if err != nil {
		return fmt.Errorf("deliver %q: %w", key, err)
	}
	return d.store.Write(ctx, func(w Writing) error {
		if there, err := w.Unplan(job.Deliver, key); err != nil || !there {
			return err
		}
		told, err := w.Told(calendar.Instant(at))
		if err != nil {
			return err
		}
		reach, err := reachOf(w, ways)
		if err != nil {
			return err
		}
		for _, p := range told {
			if gone, err := takenBack(w, p); err != nil || gone {
				if err != nil {
					return err
				}
				continue
			}
			for _, way := range reach.to(p) {
				if p.Message.Kind == job.Digest && way != job.Mail {
					continue
				}
				if err := w.Plan(job.Job{Kind: job.Send, Key: way + "/" + strconv.FormatInt(p.ID, 10), Due: w.Now()}); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// takenBack says whether the act of which a message tells was recalled before the message could leave.
func takenBack(r Reading, p job.Parcel) (bool, error) {
	if p.Message.NotBefore <= p.At || p.Message.Case == "" {
		return false, nil
	}
	entries, err := r.Entries(p.Message.Case)
	for _, e := range entries {
		if e.Kind == string(casework.Recalled) && e.At > p.At && e.At <= p.Message.NotBefore {
			return true, nil
		}
	}
	return false, err
}

// atOnce is how many cases one transaction goes through, so that nobody who acts waits long.
const atOnce = 50

// Recount holds every open case against the calendar: its running deadlines are counted afresh where the calendar says
// otherwise by now, each change an entry of its case with the old derivation beside the new; and what time will do in it is
// planned. It says how many deadlines moved; done again it changes nothing. Unavailable comes back where this process works
// by a calendar older than the office's, which it reads when it starts.
func (d *Desk) Recount(ctx context.Context) (int, error) {
	if err := d.upToDate(ctx); err != nil {
		return 0, err
	}
	moved, behind := 0, ""
	for {
		var numbers []string
		err := d.store.Write(ctx, func(w Writing) error {
			var err error
			if numbers, err = w.OpenCases(behind, atOnce); err != nil {
				return err
			}
			for _, no := range numbers {
				n, err := d.recount(w, no)
				if err != nil {
					return err
				}
				moved += n
			}
			return nil
		})
		if err != nil || len(numbers) == 0 {
			return moved, err
		}
		behind = numbers[len(numbers)-1]
	}
}

// recount holds one case against the calendar.
func (d *Desk) recount(w Writing, no string) (int, error) {
	c, err := w.Case(no)
	if err != nil {
		return 0, err
	}
	p, ok := d.lib.ProcedureVersion(c.Procedure, c.ProcedureVersion)
	if !ok {
		return 0, notLoaded(c)
	}
	now := w.Now()
	event, next := casework.Recompute(c, office.Actor{}, casework.World{Now: now, Day: now.Day(OfficeZone()), Calendar: d.lib.Calendar, Procedure: p})
	if event == nil {
		return 0, d.planTick(w, c, p)
	}
	o, err := w.Office()
	if err != nil {
		return 0, err
	}
	return len(event.Recounted), d.record(w, c, next, []casework.Event{*event}, p, o)
}

// upToDate refuses where the office was announced a year that the library of this process does not know.
func (d *Desk) upToDate(ctx context.Context) error {
	announced, err := Announced(ctx, d.store)
	if err != nil {
		return err
	}
	newest := map[int]calendar.Year{}
	for _, a := range announced {
		newest[a.Year.Year] = a.Year
	}
	for year, want := range newest {
		if has, ok := d.lib.Calendar.Year(year); !ok || has != want {
			return fault.New(fault.Unavailable, "calendar", text.Text{
				ZH: "{year} 年的放假安排是刚刚载入的，本进程还未采用；请稍后再试，仍不行则重新启动", EN: "the holidays of {year} were loaded a moment ago and this process does not count by them yet: try again, and if it stays so start it again",
			}.Fill(text.Args{"year": fmt.Sprint(year)}))
		}
	}
	return nil
}

// ComeBack tells those who do them of the recurring duties that have come back. Each is told once; done again it tells
// nobody. It says how many came back.
func (d *Desk) ComeBack(ctx context.Context) (int, error) {
	came := 0
	err := d.store.Write(ctx, func(w Writing) error {
		o, err := w.Office()
		if err != nil {
			return err
		}
		today := w.Now().Day(OfficeZone())
		var msgs []casework.Message
		for _, r := range d.lib.recurring {
			day := r.Last(today, d.lib.Calendar)
			told, err := w.Noted("duty " + r.ID)
			if err != nil {
				return err
			}
			month := day.String()[:min(len(day.String()), len("2026-10"))] // a holiday announced late may move the day
			if day.IsZero() || month == told {
				continue
			}
			if err := w.Note("duty "+r.ID, month); err != nil {
				return err
			}
			due := r.Due(day, d.lib.Calendar)
			if told == "" && due.Due < today {
				continue // the house was not there when it came back
			}
			came++
			for _, b := range o.Bearers(r.Post, today, "") {
				msgs = append(msgs, casework.Message{To: b.Person, Kind: job.DutyCameBack, Words: text.Text{
					ZH: "例行事项：{title}（{due}前办完）", EN: "Recurring duty: {title}, by {due}",
				}.Fill(text.Args{"title": r.Title, "due": due.Due.Say()})})
			}
		}
		return tell(w, msgs)
	})
	return came, err
}

// kept is how long what requests were answered and what was told stays at hand, and what ended stays known.
const kept = 90 * 24 * time.Hour

// Tidy drops what nobody needs any more: what old requests were answered, messages that left the house long ago, sessions
// and tokens that ended. The journal keeps everything. It says how much went.
func (d *Desk) Tidy(ctx context.Context) (int, error) {
	gone := 0
	err := d.store.Write(ctx, func(w Writing) error {
		var err error
		gone, err = w.ForgetBefore(w.Now().Add(-kept))
		return err
	})
	return gone, err
}

// Operations is how the house does what it does by itself. Nothing of what is in a case is among it.
type Operations struct {
	Now calendar.Instant
	// Counts are of every kind, those of which there is none among them.
	Counts []job.Count
	// Troubled are jobs that were given up or are tried again, no more than troubledAtMost.
	Troubled []job.Job
	// Refused is why no act is taken just now, in words: the clock, the disk; nothing where acts are taken.
	Refused []text.Text
	// Ways are those by which messages left the house, or could not.
	Ways []job.Way
	// Backup is the daily backup that was taken last; the zero instant: none was.
	Backup BackedUp
	// Entries is how long the journal is, Sequenced how much of it is in the tree.
	Entries, Sequenced int64
}

// Lag is how many entries wait for the tree.
func (o Operations) Lag() int64 { return o.Entries - o.Sequenced }

const troubledAtMost = 100

// Operations shows how the house does what it does by itself. A system administrator sees it, and the operator of the machine.
func (d *Desk) Operations(ctx context.Context, by Reader) (Operations, error) {
	var out Operations
	for _, f := range fault.All(d.store.Refuses()) {
		out.Refused = append(out.Refused, f.Text)
	}
	err := d.store.Read(ctx, func(r Reading) error {
		if err := operates(r, by); err != nil {
			return err
		}
		out.Now = r.Now()
		counted, err := r.CountJobs()
		if err != nil {
			return err
		}
		for _, k := range job.Kinds() {
			at := slices.IndexFunc(counted, func(c job.Count) bool { return c.Kind == k })
			if at < 0 {
				out.Counts = append(out.Counts, job.Count{Kind: k})
				continue
			}
			out.Counts = append(out.Counts, counted[at])
		}
		if out.Troubled, err = r.TroubledJobs(troubledAtMost); err != nil {
			return err
		}
		if out.Ways, err = r.Ways(); err != nil {
			return err
		}
		if out.Backup, err = lastBackup(r); err != nil {
			return err
		}
		if out.Entries, err = r.LastEntry(); err != nil {
			return err
		}
		out.Sequenced, err = r.Sequenced()
		return err
	})
	return out, err
}

// RetryJob has a job tried again at once that failed. A system administrator may, and the operator of the machine. Conflict
// comes back where it is done meanwhile, or somebody is about it.
func (d *Desk) RetryJob(ctx context.Context, by Reader, id int64) error {
	return d.store.Write(ctx, func(w Writing) error {
		if err := operates(w, by); err != nil {
			return err
		}
		there, err := w.Retry(id)
		if err == nil && !there {
			err = fault.New(fault.Conflict, "job", text.Text{
				ZH: "这项作业已经办完，或正在办理，不用重试", EN: "the job is done, or somebody is about it: there is nothing to try again",
			})
		}
		return err
	})
}

// operates refuses whoever does not look after the running of the house.
func operates(r Reading, by Reader) error {
	if by.Operator && by.Person == "" {
		return nil
	}
	_, err := administrator(r, by, account.System)
	return err
}
