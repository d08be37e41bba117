package scene

import (
	"slices"
	"testing"

	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/rule"
	"chancery/desk"
	"chancery/store"
)

// shown is the notice of the case as somebody outside reads it.
func (w *world) shown() desk.NoticeView {
	w.Helper()
	v, err := w.desk.Notice(w.ctx, desk.Reader{}, w.no)
	w.must(err)
	return v
}

// notShown expects the case to have no notice that anybody reads.
func (w *world) notShown() {
	w.Helper()
	for _, reader := range []desk.Reader{{}, {Person: "dongfang"}, desk.Operator()} {
		if _, err := w.desk.Notice(w.ctx, reader, w.no); fault.KindOf(err) != fault.NotFound {
			w.Errorf("a notice is shown to %+v: %v", reader, err)
		}
		lines, err := w.desk.Notices(w.ctx, reader)
		w.must(err)
		if slices.ContainsFunc(lines, func(n desk.NoticeLine) bool { return n.No == w.no }) {
			w.Errorf("the notice is listed to %+v", reader)
		}
	}
}

// TestTheNoticeAfterTheTripShowsWhatWasCarriedOut, for five working days.
func TestTheNoticeAfterTheTripShowsWhatWasCarriedOut(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toDeparture()
	w.day("2026-10-15")
	w.notShown()
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "documents"})
	w.does("dongfang", casework.Act{Kind: casework.Fulfilled, Slot: "briefing"})
	w.does("dongfang", casework.Act{Kind: casework.Departed})
	w.day("2026-10-23")
	w.does("zhongli", casework.Act{Kind: casework.CameHome, Day: mustDay("2026-10-22")})
	w.does("dongfang", casework.Act{Kind: casework.HandedBack})
	w.notShown()
	w.does("dongfang", casework.Act{Kind: casework.PostNoticed})
	v := w.shown()
	if v.Phase != desk.NoticeAfter || v.Actual == nil || v.Actual.Exit != mustDay("2026-10-15") || v.Actual.Entry != mustDay("2026-10-22") || v.Actual.Members != 3 {
		t.Errorf("%s, carried out %+v", v.Phase, v.Actual)
	}
	w.does("zhongli", casework.Act{Kind: casework.Reported, Text: "任务完成"})
	w.day("2026-10-30")
	w.shown()
	w.day("2026-10-31")
	w.notShown()
	w.proves()
}

// TestAChangeThatAddsAPersonIsOnNoticeAsItIsAsked, not as it was approved.
func TestAChangeThatAddsAPersonIsOnNoticeAsItIsAsked(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toDeparture()
	filing, digest := w.patched(
		rule.PatchOp{Op: "replace", Path: "/delegation/2/name", Value: "宇文简"}, rulePatch("/inviter/letter/names", []any{"钟离牧", "慕容舟", "宇文简"}),
	)
	w.does("zhongli", casework.Act{Kind: casework.ChangeAsked, Text: "换人", Ground: "member-replaced", Filing: filing, Digest: digest})
	w.does("dongfang", agree(""))
	w.does("nangong", agree(""))
	w.does("gongye", agree(""))
	w.stands("notice", casework.Approved)
	w.does("dongfang", casework.Act{Kind: casework.NoticePosted})
	var names []string
	for _, m := range w.shown().Shown.Members {
		names = append(names, m.Name)
	}
	if !slices.Equal(names, []string{"钟离牧", "慕容舟", "宇文简"}) {
		t.Errorf("on notice are %v", names)
	}
	w.proves()
}

// TestAnObjectionThatIsUpheldTakesTheNoticeDown, and whoever made it is told by the reference.
func TestAnObjectionThatIsUpheldTakesTheNoticeDown(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toNotice()
	before := w.entries()
	receipt, err := w.desk.Object(w.ctx, desk.Reader{}, w.no, desk.Objecting{Text: "随员与任务无关", From: desk.Way{Address: "203.0.113.9"}})
	w.must(err)
	if left := w.entries() - before; left != 1 {
		t.Errorf("the objection left %d entries", left)
	}
	w.day("2026-09-22")
	w.stands("notice", casework.Noticed) // no decision before it is answered
	w.does("ouyang", casework.Act{Kind: casework.ObjectionSettled, Number: 1, Yes: true, Text: "请调整随员"})
	w.stands("application", casework.Returned)
	w.notShown()
	after, err := w.desk.Objection(w.ctx, receipt.Reference)
	w.must(err)
	if !after.Upheld || after.Finding != "请调整随员" {
		t.Errorf("the objector is told %+v", after)
	}
	w.proves()
}

// TestADataFolderThatWasWrittenBeforeIsReadThroughOnce: its cases are found, and its notices shown.
func TestADataFolderThatWasWrittenBeforeIsReadThroughOnce(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.toNotice()
	w.must(w.store.Write(w.ctx, func(t *store.Tx) error {
		if err := t.SaveWords(w.no, nil, nil); err != nil {
			return err
		}
		if err := t.SaveNotice(w.no, 0); err != nil {
			return err
		}
		return t.Note("words", "")
	}))
	finds := func() (cases, notices int) {
		found, err := w.desk.Search(w.ctx, desk.Reader{Person: "nangong"}, "岸电")
		w.must(err)
		lines, err := w.desk.Notices(w.ctx, desk.Reader{})
		w.must(err)
		return len(found.Cases), len(lines)
	}
	if cases, notices := finds(); cases != 0 || notices != 0 {
		t.Fatalf("before it is read through, %d cases and %d notices are found", cases, notices)
	}
	w.must(w.desk.Ready(w.ctx))
	if cases, notices := finds(); cases != 1 || notices != 1 {
		t.Errorf("then %d cases and %d notices are found", cases, notices)
	}
}
