package api

import (
	"net/http"
	"reflect"
	"strconv"

	"chancery/core/account"
	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/core/office"
	"chancery/core/text"
	"chancery/desk"
)

// operationsBody is how the house does what it does by itself.
type operationsBody struct {
	Queues []queueBody `json:"queues"`
	Failed []jobBody   `json:"failed"`
	// Entries is how long the journal is, Waiting how many of its entries wait for the tree.
	Entries int64 `json:"entries"`
	Waiting int64 `json:"waiting_for_tree"`
	// Refused is why no act is taken just now; nothing where acts are taken.
	Refused []text.Text `json:"refused,omitempty"`
	// Backup is the daily backup that was taken last.
	Backup *desk.BackedUp `json:"backup,omitempty"`
}

// queueBody is one kind of job, and how many of it stand how.
type queueBody struct {
	Kind     job.Kind `json:"kind"`
	Waiting  int      `json:"waiting"`
	Running  int      `json:"running"`
	Retrying int      `json:"retrying"`
	Failed   int      `json:"failed"`
	// Late is how many wait though their instant has come, Oldest the earliest such instant.
	Late   int              `json:"late"`
	Oldest calendar.Instant `json:"oldest,omitempty"`
	Next   calendar.Instant `json:"next,omitempty"`
	Ran    calendar.Instant `json:"ran,omitempty"`
}

// jobBody is a job that was given up or is tried again.
type jobBody struct {
	ID    int64            `json:"id"`
	Kind  job.Kind         `json:"kind"`
	Key   string           `json:"key,omitempty"`
	State job.State        `json:"state"`
	Due   calendar.Instant `json:"due"`
	Tries int              `json:"tries"`
	Why   string           `json:"why"`
}

func (d *Door) operationsOperations() []operation {
	return []operation{
		{
			method: http.MethodGet, path: "/api/operations", id: "show-operations", scope: account.ScopeRead,
			say:    say("系统自动办理的作业：等待、办理、重试和失败；系统管理员可用", "What the house does by itself: waiting, running, tried again, failed; for system administrators"),
			answer: reflect.TypeFor[operationsBody](), do: d.operationsShown,
		},
		{
			method: http.MethodGet, path: "/api/security-log", id: "show-security-log", scope: account.ScopeRead,
			say: say("安全日志最近的条目：登录、授权、查阅无权知悉的标密案件；审计员和安全管理员可用",
				"The newest lines of the security log: sign-in, rights, who asked for a marked case in vain; for the auditor and security administrators"),
			answer: reflect.TypeFor[struct {
				Log []securityBody `json:"log"`
			}](), do: d.securityShown,
		},
		{
			method: http.MethodPost, path: "/api/operations/backup", id: "back-up-now", scope: account.ScopeAct,
			say:    say("立即做一次每日备份，由负责备份的机器在半分钟内开始；系统管理员可用", "Have the daily backup taken now: the machine that takes it begins within half a minute; for system administrators"),
			status: http.StatusNoContent, faults: []int{http.StatusConflict},
			do: func(c *call) (any, error) { return nil, d.desk.BackUpNow(c.r.Context(), c.reader) },
		},
		{
			method: http.MethodPost, path: "/api/operations/{id}/retry", id: "retry-job", scope: account.ScopeAct,
			say:    say("立即重试一项失败的作业；系统管理员可用", "Have a job that failed tried again at once; for system administrators"),
			status: http.StatusNoContent, faults: []int{http.StatusConflict}, do: func(c *call) (any, error) {
				id, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
				if err != nil {
					id = 0 // no job has it
				}
				return nil, d.desk.RetryJob(c.r.Context(), c.reader, id)
			},
		},
	}
}

// securityBody is a line of the security log.
type securityBody struct {
	At       calendar.Instant  `json:"at"`
	Kind     account.EventKind `json:"kind"`
	Person   office.PersonID   `json:"person,omitempty"`
	By       office.PersonID   `json:"by,omitempty"`
	Operator bool              `json:"operator,omitempty"`
	Way      string            `json:"way,omitempty"`
	Address  string            `json:"address,omitempty"`
	// Case is the number of the marked case that somebody asked for who may not see it.
	Case string `json:"case,omitempty"`
}

// securityLines is how much of the security log one answer holds.
const securityLines = 500

func (d *Door) securityShown(c *call) (any, error) {
	log, _, err := d.desk.SecurityLog(c.r.Context(), c.reader, securityLines)
	if err != nil {
		return nil, err
	}
	out := struct {
		Log []securityBody `json:"log"`
	}{[]securityBody{}}
	for _, e := range log {
		out.Log = append(out.Log, securityBody{e.At, e.Kind, e.Person, e.By, e.Operator, e.Way, e.Address, e.Case})
	}
	return out, nil
}

func (d *Door) operationsShown(c *call) (any, error) {
	view, err := d.desk.Operations(c.r.Context(), c.reader)
	if err != nil {
		return nil, err
	}
	out := operationsBody{Queues: []queueBody{}, Failed: []jobBody{}, Entries: view.Entries, Waiting: view.Lag(), Refused: view.Refused}
	if view.Backup.At > 0 {
		out.Backup = &view.Backup
	}
	for _, q := range view.Counts {
		out.Queues = append(out.Queues, queueBody{
			Kind: q.Kind, Waiting: q.Waiting, Running: q.Running, Retrying: q.Retrying, Failed: q.Failed, Late: q.Late, Oldest: q.Oldest, Next: q.Next, Ran: q.Ran,
		})
	}
	for _, j := range view.Troubled {
		out.Failed = append(out.Failed, jobBody{ID: j.ID, Kind: j.Kind, Key: j.Key, State: j.State(view.Now), Due: j.Due, Tries: j.Tries, Why: j.Why})
	}
	return out, nil
}
