package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"chancery/core/calendar"
	"chancery/core/casework"
	"chancery/core/job"
)

// Plan plans a job in place of the one of the same kind and key, if there is one; it becomes due with the act.
func (t *Tx) Plan(j job.Job) error {
	t.plans(j.Due)
	return t.put("plan job", planJob, string(j.Kind), j.Key, int64(j.Due))
}

// plans notes that a job is due at an instant.
func (t *Tx) plans(due calendar.Instant) {
	if t.planned == 0 || due < t.planned {
		t.planned = due
	}
}

// Unplan takes a job out, and says whether there was one.
func (t *Tx) Unplan(kind job.Kind, key string) (bool, error) {
	n, err := t.exec("drop job", dropJob, string(kind), key)
	return n > 0, err
}

// Drop is Unplan for whoever need not know.
func (t *Tx) Drop(kind job.Kind, key string) error {
	return t.put("drop job", dropJob, string(kind), key)
}

// IsPlanned says whether there is a job of a kind and key.
func (t *Tx) IsPlanned(kind job.Kind, key string) (bool, error) {
	var n int
	return t.one("read job", isPlanned, []any{string(kind), key}, &n)
}

// Retry makes a job due now that failed. False comes back where there is none, or somebody has it.
func (t *Tx) Retry(id int64) (bool, error) {
	t.plans(t.at)
	n, err := t.exec("retry job", retryJob, id, int64(t.at))
	return n > 0, err
}

// CountJobs counts the jobs of each kind and how they stand now.
func (t *Tx) CountJobs() ([]job.Count, error) {
	var out []job.Count
	err := t.each("count jobs", countJobs, []any{int64(t.at)}, func(scan func(...any) error) error {
		var c job.Count
		err := scan((*string)(&c.Kind), &c.Waiting, &c.Running, &c.Retrying, &c.Failed, &c.Late, (*int64)(&c.Oldest), (*int64)(&c.Next), (*int64)(&c.Ran))
		out = append(out, c)
		return err
	})
	return out, err
}

// TroubledJobs are those that were given up, and then those that are tried again.
func (t *Tx) TroubledJobs(limit int) ([]job.Job, error) { return t.jobs(troubledJobs, limit) }

func (t *Tx) jobs(q string, args ...any) ([]job.Job, error) {
	var out []job.Job
	err := t.each("read jobs", q, args, func(scan func(...any) error) error {
		var j job.Job
		err := scan(&j.ID, (*string)(&j.Kind), &j.Key, (*int64)(&j.Due), &j.Tries, &j.Turn, (*int64)(&j.Held), (*int64)(&j.Ran), (*int64)(&j.Failed), &j.Why)
		out = append(out, j)
		return err
	})
	return out, err
}

// Told is what the act of an instant has to tell.
func (t *Tx) Told(at calendar.Instant) ([]job.Parcel, error) {
	return t.parcels(messagesOfAct, int64(at))
}

// Parcel is one message by its number; ok is false where it is not kept any more.
func (t *Tx) Parcel(id int64) (p job.Parcel, ok bool, err error) {
	return first(t.parcels(oneMessage, id))
}

func (t *Tx) parcels(q string, args ...any) ([]job.Parcel, error) {
	var out []job.Parcel
	err := t.each("read messages", q, args, func(scan func(...any) error) error {
		var p job.Parcel
		var body []byte
		if err := scan(&p.ID, (*int64)(&p.At), &body); err != nil {
			return err
		}
		out = append(out, p)
		return json.Unmarshal(body, &out[len(out)-1].Message)
	})
	return out, err
}

// OpenCases are the numbers of the cases that have not ended, behind a number.
func (t *Tx) OpenCases(behind string, limit int) ([]string, error) {
	var out []string
	err := t.each("read open cases", openCases, []any{behind, limit}, func(scan func(...any) error) error {
		var no string
		err := scan(&no)
		out = append(out, no)
		return err
	})
	return out, err
}

// CasesBehind are the cases behind a number, in the order of numbers.
func (t *Tx) CasesBehind(no string, limit int) ([]casework.Case, error) {
	return bodies[casework.Case](t, "read cases", casesBehind, no, limit)
}

// Sequenced counts the entries that are in the tree.
func (t *Tx) Sequenced() (int64, error) { return t.treeSize() }

// ForgetBefore drops what requests were answered and what was told before an instant, and sessions and tokens that ended before it.
func (t *Tx) ForgetBefore(at calendar.Instant) (int, error) {
	gone := 0
	for _, q := range []string{dropRequestsLong, dropDigestedLong, dropMessagesLong, dropEndedBefore, dropTokensLong, dropSlowBefore} {
		n, err := t.exec("forget", q, int64(at))
		if err != nil {
			return 0, err
		}
		gone += int(n)
	}
	return gone, nil
}

// Keep plans those jobs that are not planned; the others stay as they are.
func (s *Store) Keep(ctx context.Context, jobs ...job.Job) error {
	return s.Write(ctx, func(t *Tx) error {
		for _, j := range jobs {
			if _, err := t.exec("keep job", keepJob, string(j.Kind), j.Key, int64(j.Due)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Take gives up to so many jobs whose instant has come, the oldest first, of those that wait for somebody outside or of the
// others. They belong to the caller for job.HeldFor, or
// until they are settled; afterwards they are given again.
func (s *Store) Take(ctx context.Context, outward bool, most int) ([]job.Job, error) {
	wait, err := s.Ahead(ctx, outward)
	if err != nil || wait > 0 {
		return nil, err // looking costs no commit
	}
	var out []job.Job
	err = s.Write(ctx, func(t *Tx) error {
		if _, err := t.exec("free jobs", freeJobs, int64(t.at)); err != nil {
			return err
		}
		var err error
		out, err = t.jobs(takeJobs, int64(t.at), int64(t.at.Add(job.HeldFor)), most, one(outward))
		return err
	})
	slices.SortFunc(out, func(a, b job.Job) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
	return out, err
}

// TakeAlone gives a job of a kind that is taken for itself, once its instant has come, to one who asks; it belongs to him for so
// long, or until it is settled. Where none is planned it is planned as j says.
func (s *Store) TakeAlone(ctx context.Context, j job.Job, hold time.Duration) (taken job.Job, ok bool, err error) {
	var due int64
	var now calendar.Instant
	planned := false
	if err := s.Read(ctx, func(t *Tx) error {
		var err error
		now = t.at
		planned, err = t.one("read jobs", dueAlone, []any{string(j.Kind)}, &due)
		return err
	}); err != nil || planned && calendar.Instant(due) > now {
		return job.Job{}, false, err // looking costs no commit
	}
	if !planned {
		return job.Job{}, false, s.Keep(ctx, j)
	}
	err = s.Write(ctx, func(t *Tx) error {
		if _, err := t.exec("free jobs", freeJobs, int64(t.at)); err != nil {
			return err
		}
		all, err := t.jobs(takeAlone, string(j.Kind), int64(t.at), int64(t.at.Add(hold)))
		taken, ok, err = first(all, err)
		return err
	})
	return taken, ok, err
}

// Settle writes down what became of jobs that were taken. What was planned anew meanwhile stays as it was planned.
func (s *Store) Settle(ctx context.Context, results ...job.Result) error {
	return s.Write(ctx, func(t *Tx) error {
		for _, r := range results {
			var err error
			switch j := r.Job; {
			case r.Why == "" && r.Again == 0:
				err = t.put("settle job", doneJob, j.ID, j.Turn)
			case r.Why == "":
				err = t.put("settle job", moveJob, j.ID, j.Turn, int64(r.Again), 0, int64(t.at), 0, "")
			case r.Again == 0:
				err = t.put("settle job", moveJob, j.ID, j.Turn, int64(j.Due), j.Tries, int64(j.Ran), int64(t.at), r.Why)
			default:
				err = t.put("settle job", moveJob, j.ID, j.Turn, int64(r.Again), j.Tries, int64(j.Ran), 0, r.Why)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Ahead is how long it is until the next job is due; nothing or less where one is, and a day where none is planned.
func (s *Store) Ahead(ctx context.Context, outward bool) (time.Duration, error) {
	wait := 24 * time.Hour
	err := s.Read(ctx, func(t *Tx) error {
		var next int64
		if _, err := t.one("read jobs", nextJob, []any{one(outward)}, &next); err != nil {
			return err
		}
		if next > 0 {
			wait = min(wait, calendar.Instant(next).Time().Sub(t.at.Time()))
		}
		return nil
	})
	return wait, err
}

func one(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// Planned gives, after a commit with which jobs were planned, the instant at which the first of them is due.
func (s *Store) Planned() <-chan calendar.Instant { return s.planned }
