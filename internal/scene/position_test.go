package scene

import (
	"testing"

	"chancery/core/casework"
	"chancery/core/office"
	"chancery/core/procedure"
	"chancery/core/rule"
)

func rulePatch(path string, v any) rule.PatchOp {
	return rule.PatchOp{Op: "replace", Path: path, Value: v}
}

func deskActor(id string) office.Actor { return office.Actor{Person: office.PersonID(id)} }

// TestAPositionGoesForwardWithDissentAndWithoutALateUnit: two versions of the
// text, an objection that is answered and stays, a unit that never answers and
// is recorded as lapsed, and a decider who sees all of it.
func TestAPositionGoesForwardWithDissentAndWithoutALateUnit(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-21")
	w.files("shangguan", "testdata/position.yaml")
	w.does("shangguan", casework.Act{Kind: casework.Submitted})
	w.stands("opinions", casework.Active)
	for _, h := range w.see().Holders {
		if h.Due == nil || h.Due.Due != mustDay("2026-09-29") {
			t.Errorf("%s must answer by %v; five working days end on Tuesday 29 September: the 25th is a holiday", h.Task.EN, h.Due)
		}
	}
	w.does("zhongli", agree(""))
	w.does("shangguan", casework.Act{Kind: casework.ReturnedBack, Text: "按港航局意见修改文本"})
	filing, digest := w.patched(rulePatch("/matter/text", "支持岸电互认，分三步实施。"))
	w.does("shangguan", casework.Act{Kind: casework.Submitted, Filing: filing, Digest: digest})
	if c := w.see().Case; c.Round != 2 {
		t.Errorf("the text is in version %d", c.Round)
	}
	w.does("zhongli", agree(""))
	w.does("huangfu", casework.Act{Kind: casework.Countersigned, Stance: procedure.Object, Text: "会延误船企订单"})
	w.stands("opinions", casework.Active)
	n := len(w.see().Case.Opinions) - 1
	w.does("shangguan", casework.Act{Kind: casework.Answered, Number: n, Text: "第一步即含船企订单"})
	w.day("2026-09-30")
	w.stands("decision", casework.Active)
	v := w.see()
	lapsed := 0
	for _, o := range v.Case.Opinions {
		if o.Stance == procedure.Lapsed {
			lapsed++
		}
	}
	if lapsed != 1 || len(v.Case.Dissent()) != 1 {
		t.Errorf("%d lapsed, %d dissenting", lapsed, len(v.Case.Dissent()))
	}
	w.cannot("shangguan", casework.Act{Kind: casework.ApprovedNow}, "司空砚")
	w.does("sikong", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeSetForward, Text: "按牵头单位文本，船企订单单列"})
	w.does("shangguan", casework.Act{Kind: casework.ClosedNow})
	w.stands("closing", casework.Closed)
	if c := w.see().Case; len(c.Dissent()) != 1 || c.Decisions[0].Dissent != 1 {
		t.Error("the dissent disappeared")
	}
	w.proves()
}

// TestAGiftIsDeclaredAndDisposedOf: declared in time, decided by the keeper, never by the receiver.
func TestAGiftIsDeclaredAndDisposedOf(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-10-09")
	w.files("wenren", "testdata/gift.yaml")
	w.does("wenren", casework.Act{Kind: casework.Submitted})
	w.stands("disposal", casework.Active)
	w.cannot("wenren", casework.Act{Kind: casework.ApprovedNow}, "上官临")
	w.does("shangguan", casework.Act{Kind: casework.ApprovedNow, Outcome: casework.OutcomeSetForward, Text: "上交登记"})
	w.does("shangguan", casework.Act{Kind: casework.ClosedNow})
	w.stands("closing", casework.Closed)
	w.proves()
}
