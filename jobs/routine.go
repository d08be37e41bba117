package jobs

import (
	"time"

	"chancery/core/calendar"
	"chancery/core/job"
	"chancery/desk"
)

// routine is what comes back every day at a time of the office, or every hour.
type routine struct {
	kind         job.Kind
	hour, minute int
}

// hourly is the hour of a routine that comes back in each.
const hourly = -1

// routines are those that there are; what is done once a day, at times when nobody waits.
func routines() []routine {
	return []routine{
		{job.Recount, 0, 10},
		{job.Duties, 8, 0},
		{job.Digests, hourly, 0},
		{job.Tidy, 3, 30},
		{job.Dormant, 4, 0},
	}
}

func routineOf(k job.Kind) (routine, bool) {
	for _, r := range routines() {
		if r.kind == k {
			return r, true
		}
	}
	return routine{}, false
}

// after is the next time after an instant.
func (r routine) after(now calendar.Instant) calendar.Instant {
	at := now.Time().In(desk.OfficeZone())
	hour := r.hour
	if hour == hourly {
		hour = at.Hour()
	}
	next := time.Date(at.Year(), at.Month(), at.Day(), hour, r.minute, 0, 0, at.Location())
	switch {
	case calendar.InstantOf(next) > now:
	case r.hour == hourly:
		next = next.Add(time.Hour)
	default:
		next = next.AddDate(0, 0, 1)
	}
	return calendar.InstantOf(next)
}
