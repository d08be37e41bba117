package store

import (
	"time"

	"chancery/core/fault"
	"chancery/core/text"
)

// Nothing is written when less than a twentieth of the disk is free, or less than four gigabytes of a large one: what is
// left is for ending well, for a backup, and for whatever else lives there.
const (
	leastShare = 20
	leastRoom  = 4 << 30
	askAgain   = 2 * time.Second // how long an answer about the disk holds
)

// room is what was last heard of the disk. Only the one goroutine that writes looks at it.
type room struct {
	ask    func(dir string) (free, size uint64, err error)
	asked  time.Time
	answer error
}

// refuses gives the fault of a disk that is nearly full, asked at most every two seconds.
func (r *room) refuses(dir string, now time.Time) error {
	if since := now.Sub(r.asked); !r.asked.IsZero() && since >= 0 && since < askAgain {
		return r.answer
	}
	r.asked = now
	free, size, err := r.ask(dir)
	switch {
	case err != nil:
		r.answer = folderFault(dir, err)
	case scarce(free, size):
		r.answer = fault.New(fault.Unavailable, "data", text.Text{
			ZH: "磁盘将满（只剩 {free} MB，共 {size} MB），为保全记录暂停写入，仍可查阅；请腾出空间后再办",
			EN: "the disk is nearly full ({free} of {size} MB are free), so nothing is written to keep the record safe, and reading goes on: make room and do it again",
		}.Fill(text.Args{"free": int(free >> 20), "size": int(size >> 20)})) //nolint:gosec // megabytes of a disk fit
	default:
		r.answer = nil
	}
	return r.answer
}

// scarce says that so little of a disk is free that nothing is written.
func scarce(free, size uint64) bool { return free < min(size/leastShare, leastRoom) }
