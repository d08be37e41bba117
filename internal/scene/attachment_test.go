package scene

import (
	"testing"

	"chancery/core/casework"
)

// TestAPaperIsAttachedAlongTheWay: by the applicant and by whoever has the case;
// it is no act of the next holder, and stays when an act is taken back.
func TestAPaperIsAttachedAlongTheWay(t *testing.T) {
	t.Parallel()
	w := begin(t, "2026-09-14")
	w.files("zhongli", compliant, shifted()...)
	w.does("zhongli", casework.Act{Kind: casework.Attached, Text: "来函.pdf"})
	w.does("zhongli", casework.Act{Kind: casework.Submitted})
	w.does("dongfang", agree(""))
	w.does("zhongli", casework.Act{Kind: casework.Attached, Text: "译文.pdf"})
	w.does("dongfang", casework.Act{Kind: casework.Recalled})
	w.stands("first-review", casework.Active)
	w.does("dongfang", casework.Act{Kind: casework.Attached, Text: "核对记录.pdf"})
	w.knowsNothing("xiahou", casework.Act{Kind: casework.Attached, Text: "无关.pdf"})
	w.cannot("sikong", casework.Act{Kind: casework.Attached, Text: "主任.pdf"}, "东方既白")
	if n := len(w.see().Case.Attachments); n != 3 {
		t.Errorf("the case holds %d attachments", n)
	}
	w.does("zhongli", casework.Act{Kind: casework.WithdrawnNow, Text: "行程取消"})
	w.cannot("zhongli", casework.Act{Kind: casework.Attached, Text: "迟到.pdf"}, "结束")
	w.proves()
}
