package job_test

import (
	"testing"

	"chancery/core/calendar"
	"chancery/core/job"
)

func TestOfWhatNobodyHeardTheEarliestStands(t *testing.T) {
	t.Parallel()
	heard := make(chan calendar.Instant, 1)
	for _, due := range []calendar.Instant{30, 10, 20} {
		job.Sooner(heard, due)
	}
	if got := <-heard; got != 10 {
		t.Errorf("heard of %d, want the earliest, 10", got)
	}
	job.Sooner(heard, 40)
	if got := <-heard; got != 40 {
		t.Errorf("heard of %d: what was heard counts no more", got)
	}
}
