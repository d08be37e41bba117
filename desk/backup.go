package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/job"
	"chancery/core/text"
)

// BackedUp is the backup that was taken last, and read again.
type BackedUp struct {
	At    calendar.Instant `json:"at"`
	File  string           `json:"file"`
	Bytes int64            `json:"bytes"`
}

// noteBackup is the name of the note that holds it.
const noteBackup = "last backup"

// NoteBackup writes down that a backup was taken.
func (d *Desk) NoteBackup(ctx context.Context, b BackedUp) error {
	said, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("note the backup: %w", err)
	}
	return d.store.Write(ctx, func(w Writing) error { return w.Note(noteBackup, string(said)) })
}

// BackUpNow has the daily backup taken at once, by the machine that takes it. A system administrator may, and the operator of the
// machine. Conflict comes back where no machine takes one, and while one is being taken.
func (d *Desk) BackUpNow(ctx context.Context, by Reader) error {
	return d.store.Write(ctx, func(w Writing) error {
		if err := operates(w, by); err != nil {
			return err
		}
		counted, err := w.CountJobs()
		if err != nil {
			return err
		}
		at := slices.IndexFunc(counted, func(c job.Count) bool { return c.Kind == job.Backup })
		switch {
		case at < 0:
			return fault.New(fault.Conflict, "backup", text.Text{
				ZH: "没有哪台机器负责每日备份：请用 serve --backup-to 文件夹 启动一台，或在本机运行 chancery backup 文件",
				EN: "no machine takes the daily backup: start one with serve --backup-to DIR, or run chancery backup FILE on the machine",
			})
		case counted[at].Running > 0:
			return fault.New(fault.Conflict, "backup", text.Text{ZH: "正在备份，请稍后再看", EN: "a backup is being taken: look again in a moment"})
		}
		return w.Plan(job.Job{Kind: job.Backup, Due: w.Now()})
	})
}

// EndBackups takes the daily backup out of what is planned: nobody takes it any more.
func (d *Desk) EndBackups(ctx context.Context) error {
	planned := false
	if err := d.store.Read(ctx, func(r Reading) error {
		var err error
		planned, err = r.IsPlanned(job.Backup, "")
		return err
	}); err != nil || !planned {
		return err
	}
	return d.store.Write(ctx, func(w Writing) error {
		_, err := w.Unplan(job.Backup, "")
		return err
	})
}

// lastBackup reads what was written down of the last backup.
func lastBackup(r Reading) (b BackedUp, err error) {
	said, err := r.Noted(noteBackup)
	if err == nil && said != "" {
		err = json.Unmarshal([]byte(said), &b)
	}
	return b, err
}
