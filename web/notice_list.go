package web

import (
	"net/http"

	"chancery/core/fault"
	"chancery/core/text"
	"chancery/desk"
)

// NoticesPage lists the notices that are shown now.
type NoticesPage struct {
	Frame
	Sentence string
	Lines    []NoticeItem
	// Reference is what was asked for in the form below, and Wrong why it was not found.
	Reference, Wrong string
}

// NoticeItem is a notice in the list.
type NoticeItem struct {
	Number, Href, Posted, Until string
	Title, Unit                 Run
	State                       Tag
	Due                         *Due
}

// ReceiptPage is what an objector is given, and is shown again to whoever knows the reference.
type ReceiptPage struct {
	Frame
	Number, Href, Reference, At, Due, Arithmetic string
	State                                        Tag
	Finding                                      []Run
	Resolved                                     bool
}

// noticeList lists the notices that are shown now.
func (s *Site) noticeList(w http.ResponseWriter, r *http.Request) error {
	return s.noticeLines(w, r, http.StatusOK, "", "")
}

func (s *Site) noticeLines(w http.ResponseWriter, r *http.Request, status int, reference, wrong string) error {
	all, err := s.notices.Notices(r.Context(), s.visitor(r))
	if err != nil {
		return inside(w, r, err)
	}
	f := s.frame(w, r)
	f.Here, f.Title = "notices", f.Say("notices.title")
	page := NoticesPage{Frame: f, Reference: reference, Wrong: wrong}
	running := 0
	for _, n := range all {
		item := NoticeItem{
			Number: n.Number.In(f.Lang), Href: "/notices/" + n.No, Posted: f.day(n.Posted), Until: f.day(n.Term.Due),
			Title: f.title(n.Title, n.Called), Unit: f.naming(n.Names).unit(n.Unit), State: phaseTag(f, n.Phase),
		}
		if n.Phase != desk.NoticeRunning {
			item.Until = f.day(n.Until)
		}
		if n.Phase == desk.NoticeRunning {
			running++
			if n.Today <= n.Term.Due {
				due := dueIn(f, n.LeftDays, n.Term.Provisional)
				item.Due = &due
			}
		}
		page.Lines = append(page.Lines, item)
	}
	page.Sentence = f.Say("notices.sentence", text.Args{"n": running})
	if running == 0 {
		page.Sentence = f.Say("notices.none")
	}
	return s.write(w, r, status, noticeList(page))
}

// objectionShow tells whoever knows the reference what became of an objection.
func (s *Site) objectionShow(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query().Get("ref")
	f := s.frame(w, r)
	receipt, err := s.notices.Objection(r.Context(), asked)
	if fault.KindOf(err) == fault.NotFound {
		return s.noticeLines(w, r, http.StatusNotFound, asked, fault.All(err)[0].Text.In(f.Lang))
	}
	if err != nil {
		return err
	}
	f.Title = f.Say("receipt.title")
	page := ReceiptPage{
		Frame: f, Number: receipt.Number.In(f.Lang), Href: "/notices/" + receipt.No, Reference: receipt.Reference, At: f.minute(receipt.At),
		Due: f.day(receipt.Due.Due), Arithmetic: receipt.Due.Say().In(f.Lang), Resolved: receipt.Resolved,
		State: Tag{"hourglass", "pri", f.Say("receipt.open")}, Finding: runsOf(f, receipt.Finding),
	}
	switch {
	case receipt.Upheld:
		page.State = Tag{"check", "ok", f.Say("receipt.upheld")}
	case receipt.Resolved:
		page.State = Tag{"check", "", f.Say("receipt.not_upheld")}
	}
	return s.show(w, r, objectionShow(page))
}
