package scene

import (
	"errors"
	"maps"
	"testing"

	"chancery/affairs/passport"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/register"
	"chancery/desk"
	"chancery/store"
)

// states reads a register on a day: who stands how.
func (w *world) states(name, on string) map[string]register.State {
	w.Helper()
	v, err := w.desk.Register(w.ctx, desk.Operator(), name, mustDay(on))
	w.must(err)
	out := map[string]register.State{}
	for _, l := range v.Lines {
		out[l.Who] = l.State
		if l.Number.ZH == "" || l.Say.ZH == "" || l.Say.EN == "" {
			w.Errorf("a line of %s does not say its case or how it stands: %+v", name, l)
		}
	}
	return out
}

// TestADocumentThatStaysOutBlocksItsUnitUntilItIsBack: handed out, not returned for
// more than thirty days after it fell due, it stops the unit's next case; once back
// the case goes on.
func TestADocumentThatStaysOutBlocksItsUnitUntilItIsBack(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toDeparture()
	w.day("2026-10-15")
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	if got := w.states(passport.Register, "2026-10-15"); len(got) != 3 || got["端木青"] != passport.Out {
		t.Errorf("handed out: %v", got)
	}
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	w.does("dongfang", casework.Act{Kind: casework.Departed})
	if got := w.states("abroad", "2026-10-18"); len(got) != 3 {
		t.Errorf("abroad on the 18th: %v", got)
	}
	w.day("2026-10-22")
	w.does("zhongli", casework.Act{Kind: casework.CameHome, Day: mustDay("2026-10-22")})
	if got := w.states("abroad", "2026-10-23"); len(got) != 0 {
		t.Errorf("abroad after the homecoming: %v", got)
	}
	w.day("2026-10-23")
	w.does("dongfang", casework.Act{Kind: casework.HandedBack, Slot: "handback/慕容舟"})
	w.does("dongfang", casework.Act{Kind: casework.HandedBack, Slot: "handback/钟离牧"})
	w.does("zhongli", casework.Act{Kind: casework.Reported, Text: "任务完成"})
	first := w.no

	w.day("2026-11-30")
	if got := w.states(passport.Register, "2026-11-30"); got["端木青"] != passport.Blocks || len(got) != 1 {
		t.Errorf("thirty-two days overdue: %v", got)
	}
	w.toNotice(rulePatch("/filed", "2026-11-30"), rulePatch("/itinerary", map[string]any{
		"exit": "2026-12-21", "entry": "2026-12-24", "gaps_reason": "日程待定",
		"stays": []any{map[string]any{"place": "JP", "city": "东京", "arrive": "2026-12-21", "leave": "2026-12-24"}},
	}))
	second := w.no
	w.day("2026-12-09")
	w.signed()
	w.cannot("wenren", casework.Act{Kind: casework.ApprovedNow}, "RET-01B")
	w.no = first
	w.does("dongfang", casework.Act{Kind: casework.HandedBack, Slot: "handback/端木青"})
	w.no = second
	w.does("wenren", casework.Act{Kind: casework.ApprovedNow})
	w.proves()
}

func TestARegisterThatIsNotThereIsSaid(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	_, err := w.desk.Register(w.ctx, desk.Operator(), "visas", 0)
	if fault.KindOf(err) != fault.NotFound {
		t.Errorf("asked for a register of visas: %v", err)
	}
	v, err := w.desk.Register(w.ctx, desk.Operator(), "gifts", 0)
	w.must(err)
	if v.On != mustDay("2026-09-14") || v.Lines == nil {
		t.Errorf("without a day it reads today: %+v", v)
	}
}

// TestAFolderFromBeforeIsReadThroughOnce: rows that an earlier version wrote are made anew, and the registers read as they did.
func TestAFolderFromBeforeIsReadThroughOnce(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toDeparture()
	before := w.states("trips", "2026-09-22")
	w.must(w.store.Write(w.ctx, func(tx *store.Tx) error {
		rows, err := tx.RowsOf(w.no)
		if err != nil {
			return err
		}
		for i, r := range rows {
			rows[i] = register.Row{Register: r.Register, Key: r.Key, Case: r.Case, From: r.From, Until: r.Until, Body: r.Body, Mark: 2}
		}
		return errors.Join(tx.SaveRows(w.no, rows), tx.Note("registers", ""))
	}))
	w.must(w.desk.Ready(w.ctx))
	if after := w.states("trips", "2026-09-22"); len(before) != 3 || !maps.Equal(before, after) {
		t.Errorf("before %v, after %v", before, after)
	}
	w.proves()
}
