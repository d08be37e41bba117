package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/text"
	"chancery/desk"
)

// Operations shows how the house does what it does by itself, and has what failed tried again. *desk.Desk does.
type Operations interface {
	Operations(ctx context.Context, by desk.Reader) (desk.Operations, error)
	RetryJob(ctx context.Context, by desk.Reader, id int64) error
	BackUpNow(ctx context.Context, by desk.Reader) error
}

// OperationsPage is where a system administrator sees what the house does by itself.
type OperationsPage struct {
	Frame
	// State is the whole in one word, Sentence in one sentence.
	State    Tag
	Sentence string
	Tree     string
	// Mail says whether mail is sent, when one left last and by what one failed.
	Mail string
	// Witness says when a checkpoint was put down last for a witness, or why it could not be; nothing where none ever was.
	Witness string
	// Backup says when and where the last daily backup was taken; BacksUp: a machine takes one, and can be told to do so now.
	Backup   string
	BacksUp  bool
	Queues   []QueueRow
	Troubled []TroubleRow
	Wrong    []string
}

// QueueRow is one kind of job, and how many of it stand how.
type QueueRow struct {
	Name, What, Now string
	// Late is since when the oldest waits, where one is late.
	Late, Next, Ran string
}

// TroubleRow is a job that failed.
type TroubleRow struct {
	Name, Of, When, Why, Href, Label string
	State                            Tag
}

// lateAfter is how long a job may wait beyond its instant before the page speaks of it.
const lateAfter = 5 * 60 * 1_000_000

func (s *Site) operationsShow(w http.ResponseWriter, r *http.Request) error {
	return s.operationsPage(w, r, http.StatusOK, nil)
}

// operationsPage shows the page; with what is wrong, where something is.
func (s *Site) operationsPage(w http.ResponseWriter, r *http.Request, status int, wrong error) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	view, err := s.operations.Operations(r.Context(), who)
	if err != nil {
		return err
	}
	r.URL.Path, r.URL.RawPath = "/operations", "" // where a change of language leads
	f := s.frame(w, r)
	f.Title, f.Here = f.Say("operations.title"), "operations"
	page := OperationsPage{Frame: f, Tree: f.Say("operations.tree", text.Args{"n": view.Entries, "waiting": view.Lag()})}
	page.Mail, page.Witness = mailSaid(f, view, s.mails), witnessSaid(f, view)
	page.Backup = f.Say("operations.backup_none")
	if b := view.Backup; b.At > 0 {
		page.Backup = f.Say("operations.backup_last", text.Args{"at": f.minute(b.At), "file": b.File, "mb": max(1, b.Bytes>>20)})
	}
	failed, retrying, late := 0, 0, 0
	for _, c := range view.Counts {
		failed, retrying = failed+c.Failed, retrying+c.Retrying
		row := QueueRow{
			Name: jobName(f, c.Kind), What: jobWhat(f, c.Kind), Now: howMany(f, c),
		}
		if c.Next > 0 {
			row.Next = f.minute(c.Next)
		}
		if c.Ran > 0 {
			row.Ran = f.Say("operations.ran_at", text.Args{"at": f.minute(c.Ran)})
		}
		if c.Late > 0 && view.Now-c.Oldest > lateAfter {
			late += c.Late
			row.Late = f.Say("operations.late", text.Args{"n": c.Late, "since": f.minute(c.Oldest)})
		}
		page.BacksUp = page.BacksUp || c.Kind == job.Backup && c.Waiting+c.Retrying > 0
		page.Queues = append(page.Queues, row)
	}
	for _, j := range view.Troubled {
		page.Troubled = append(page.Troubled, troubleRow(f, j, view.Now))
	}
	args := text.Args{"failed": failed, "retrying": retrying, "late": late}
	switch {
	case len(view.Refused) > 0:
		page.State, page.Sentence = Tag{"alert-octagon", "stop", f.Say("operations.refusing")}, view.Refused[0].In(f.Lang)
	case failed > 0:
		page.State, page.Sentence = Tag{"alert-octagon", "stop", f.Say("operations.trouble")}, f.Say("operations.failed", args)
	case late > 0:
		page.State, page.Sentence = Tag{"alert-triangle", "warn", f.Say("operations.behind")}, f.Say("operations.waits", args)
	case retrying > 0:
		page.State, page.Sentence = Tag{"alert-triangle", "warn", f.Say("operations.unsteady")}, f.Say("operations.retries", args)
	default:
		page.State, page.Sentence = Tag{"circle-check", "ok", f.Say("operations.fine")}, f.Say("operations.nothing")
	}
	show := func() error { return s.write(w, r, status, operationsShow(page)) }
	if wrong == nil {
		return show()
	}
	return s.again(w, r, wrong, &page.Wrong, f.Lang, show)
}

// mailSaid says how mail stands.
func mailSaid(f Frame, view desk.Operations, mails bool) string {
	said := []string{f.Say("operations.mail_on")}
	if !mails {
		said[0] = f.Say("operations.mail_off")
	}
	for _, w := range view.Ways {
		if w.Name != job.Mail {
			continue
		}
		if w.Left > 0 {
			said = append(said, f.Say("operations.mail_left", text.Args{"at": f.minute(w.Left)}))
		}
		if w.Failed > 0 {
			said = append(said, f.Say("operations.mail_failed", text.Args{"at": f.minute(w.Failed), "why": w.Why}))
		}
	}
	space := ""
	if f.Lang == text.EN {
		space = " "
	}
	return strings.Join(said, space)
}

// witnessSaid says how checkpoints are put down.
func witnessSaid(f Frame, view desk.Operations) string {
	for _, w := range view.Ways {
		switch {
		case w.Name != job.Checkpoints:
		case w.Failed > w.Left:
			return f.Say("operations.witness_failed", text.Args{"at": f.minute(w.Failed), "why": w.Why})
		default:
			return f.Say("operations.witness_left", text.Args{"at": f.minute(w.Left)})
		}
	}
	return ""
}

// howMany says how the jobs of a kind stand, without what there is none of.
func howMany(f Frame, c job.Count) string {
	var parts []string
	for _, p := range []struct {
		n   int
		key string
	}{{c.Waiting, "operations.n_waiting"}, {c.Running, "operations.n_running"}, {c.Retrying, "operations.n_retrying"}, {c.Failed, "operations.n_failed"}} {
		if p.n > 0 {
			parts = append(parts, f.Say(p.key, text.Args{"n": p.n}))
		}
	}
	if len(parts) == 0 {
		return f.Say("operations.none")
	}
	return text.Join(parts, f.Lang)
}

func troubleRow(f Frame, j job.Job, now calendar.Instant) TroubleRow {
	row := TroubleRow{
		Name: jobName(f, j.Kind), Of: j.Key, Why: j.Why, Href: "/operations/" + strconv.FormatInt(j.ID, 10) + "/retry",
		State: Tag{"hourglass", "warn", f.Say("operations.retried", text.Args{"n": j.Tries})}, When: f.Say("operations.again", text.Args{"at": f.minute(j.Due)}),
	}
	row.Label = f.Say("operations.retry_this", text.Args{"what": row.Name + " " + j.Key})
	switch j.State(now) {
	case job.Failed:
		row.State, row.When = Tag{"alert-octagon", "stop", f.Say("operations.given_up")}, f.Say("operations.since", text.Args{"at": f.minute(j.Failed), "n": j.Tries})
	case job.Running:
		row.State, row.When, row.Href = Tag{"rotate-clockwise", "pri", f.Say("operations.running")}, "", ""
	case job.Waiting, job.Retrying:
	}
	return row
}

// operationsRetry has a job tried again at once.
func (s *Site) operationsRetry(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		id = 0 // no job has it
	}
	if err := s.operations.RetryJob(r.Context(), who, id); err != nil {
		return s.operationsPage(w, r, statusOf(fault.KindOf(err)), err)
	}
	http.Redirect(w, r, "/operations", http.StatusSeeOther)
	return nil
}

// operationsBackup has the daily backup taken at once.
func (s *Site) operationsBackup(w http.ResponseWriter, r *http.Request) error {
	who, err := s.asked(w, r)
	if err != nil {
		return err
	}
	if err := s.operations.BackUpNow(r.Context(), who); err != nil {
		return s.operationsPage(w, r, statusOf(fault.KindOf(err)), err)
	}
	http.Redirect(w, r, "/operations", http.StatusSeeOther)
	return nil
}

func jobName(f Frame, k job.Kind) string {
	switch k {
	case job.Tick:
		return f.Say("operations.tick")
	case job.Deliver:
		return f.Say("operations.deliver")
	case job.Send:
		return f.Say("operations.send")
	case job.Recount:
		return f.Say("operations.recount")
	case job.Duties:
		return f.Say("operations.duties")
	case job.Digests:
		return f.Say("operations.digests")
	case job.Tidy:
		return f.Say("operations.tidy")
	case job.Dormant:
		return f.Say("operations.dormant")
	case job.Backup:
		return f.Say("operations.backup")
	}
	return string(k)
}

func jobWhat(f Frame, k job.Kind) string {
	switch k {
	case job.Tick:
		return f.Say("operations.tick_what")
	case job.Deliver:
		return f.Say("operations.deliver_what")
	case job.Send:
		return f.Say("operations.send_what")
	case job.Recount:
		return f.Say("operations.recount_what")
	case job.Duties:
		return f.Say("operations.duties_what")
	case job.Digests:
		return f.Say("operations.digests_what")
	case job.Tidy:
		return f.Say("operations.tidy_what")
	case job.Dormant:
		return f.Say("operations.dormant_what")
	case job.Backup:
		return f.Say("operations.backup_what")
	}
	return ""
}
