package desk

import (
	"encoding/json"
	"strings"
	"sync"

	"chancery/core/casework"
	"chancery/core/journal"
)

// history is what the entries of a case say, read once. Nothing ever changes one in place.
type history struct {
	events  []casework.Event
	checked *casework.Checked // what the rules said last
	asked   json.RawMessage   // the answers that they were asked about last
	folded  casework.Case
}

// standing is the case as its entries make it; unlike the one that is kept it still knows how it stood before its last act.
func (h history) standing() casework.Case { return h.folded.Copy() }

// histories keeps those that were read last, each by the hash of the entry that it ends with: every entry before is in it, so
// what is found is what those entries say.
type histories struct {
	mu     sync.Mutex
	byHead map[journal.Hash]history
	laid   map[laid][]Block
}

// laid names an application that was set out: by the last entry of its case, and what of it is hidden from the reader.
type laid struct {
	head   journal.Hash
	hidden string
}

// historiesAtMost is so many cases as people look at in the same minutes; each may take a hundred kilobytes.
const historiesAtMost = 64

func (d *Desk) historyOf(entries []journal.Entry) (history, error) {
	if len(entries) == 0 || entries[0].Case == SecurityChain {
		return history{}, nil
	}
	head := entries[len(entries)-1].Hash
	d.histories.mu.Lock()
	h, ok := d.histories.byHead[head]
	d.histories.mu.Unlock()
	if ok {
		return h, nil
	}
	for _, entry := range entries {
		e, err := eventOf(entry)
		if err != nil {
			return h, err
		}
		h.events = append(h.events, e)
		if len(e.Answers) > 0 {
			h.asked = e.Answers
		}
	}
	h.folded = casework.Rebuild(h.events)
	if last := lastCheck(h.folded); last > 0 && last <= len(h.events) {
		var err error
		if h.checked, err = h.events[last-1].Checked.Read(); err != nil {
			return h, err
		}
	}
	d.histories.mu.Lock()
	defer d.histories.mu.Unlock()
	if d.histories.byHead == nil || len(d.histories.byHead) >= historiesAtMost {
		d.histories.byHead = map[journal.Hash]history{}
	}
	d.histories.byHead[head] = h
	return h, nil
}

// laidOut are the parts of the application of a view, as far as its reader sees them.
func (d *Desk) laidOut(v *CaseView, entries []journal.Entry) ([]Block, error) {
	if len(entries) == 0 {
		return d.lib.blocks(v.Application)
	}
	key := laid{entries[len(entries)-1].Hash, strings.Join(v.Hidden, "\n")}
	d.histories.mu.Lock()
	blocks, ok := d.histories.laid[key]
	d.histories.mu.Unlock()
	if ok {
		return blocks, nil
	}
	blocks, err := d.lib.blocks(v.Application)
	if err != nil {
		return nil, err
	}
	d.histories.mu.Lock()
	defer d.histories.mu.Unlock()
	if d.histories.laid == nil || len(d.histories.laid) >= historiesAtMost {
		d.histories.laid = map[laid][]Block{}
	}
	d.histories.laid[key] = blocks
	return blocks, nil
}
