package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"chancery/affairs/travel"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/paper"
	"chancery/core/text"
	"chancery/desk"
	"chancery/web/api"
)

// Papers keeps files with cases and gives them out. *desk.Desk does.
type Papers interface {
	Attach(ctx context.Context, actor office.Actor, no string, a desk.Attaching) (casework.Case, error)
	Attachment(ctx context.Context, reader desk.Reader, no string, id int) (casework.Attachment, []byte, error)
}

// AttachmentsPart is the part of a case that shows its files and takes another.
type AttachmentsPart struct {
	Frame
	Lines []AttachmentLine
	// Action is where the form goes; empty when this reader may attach nothing now.
	Action, Request string
	Kinds           []KindOption
	Wrong           []FieldWrong
	FileWrong       string
	PaperWrong      string
}

// AttachmentLine is one attached file.
type AttachmentLine struct {
	Href, Kind, Size, At, Hash string
	Name, Who                  Run
}

// KindOption is a kind of paper to choose.
type KindOption struct {
	Value, Label string
	Chosen       bool
}

// AttachmentsPage is the part on a page of its own: where the form leads when something is wrong.
type AttachmentsPage struct {
	Frame
	No string
	// Number is how the page writes the number of the case.
	Number string
	Part   AttachmentsPart
}

// Empty says that there is nothing to show.
func (p AttachmentsPart) Empty() bool { return len(p.Lines) == 0 && p.Action == "" }

// attachments sets out the files of a case; chosen is the kind of paper that was chosen before.
func attachments(f Frame, v desk.CaseView, chosen string) AttachmentsPart {
	part := AttachmentsPart{Frame: f}
	for _, a := range v.Case.Attachments {
		part.Lines = append(part.Lines, AttachmentLine{
			Href: "/cases/" + v.No + "/attachments/" + strconv.Itoa(a.ID), Kind: paperWord(f, a.Paper), Size: sizeInWords(a.Size), At: f.minute(a.At), Hash: a.Hash[:16],
			Name: f.Run(a.Name), Who: actorName(f, v.People, a.By),
		})
	}
	if !v.Attaches {
		return part
	}
	part.Action, part.Request = "/cases/"+v.No+"/attachments", newRequestID()+newRequestID()
	for _, kind := range desk.Papers(v.CaseLine.Procedure) {
		part.Kinds = append(part.Kinds, KindOption{Value: kind, Label: paperWord(f, kind), Chosen: kind == chosen})
	}
	return part
}

// attachmentsShow shows the files of a case on a page of their own.
func (s *Site) attachmentsShow(w http.ResponseWriter, r *http.Request) error {
	return s.attachmentsAgain(w, r, http.StatusOK, "", nil)
}

func (s *Site) attachmentsAgain(w http.ResponseWriter, r *http.Request, status int, chosen string, faults []*fault.Fault) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	v, err := s.cases.Case(r.Context(), who, r.PathValue("no"))
	if err != nil {
		return err
	}
	f := s.frame(w, r)
	f.Here, f.Title = "cases", f.Say("attach.title")+" · "+v.Number.In(f.Lang)
	page := AttachmentsPage{Frame: f, No: v.No, Number: v.Number.In(f.Lang), Part: attachments(f, v, chosen)}
	for _, one := range faults {
		field, say := "file", one.Text.In(f.Lang)
		if one.Field == "paper" {
			field, page.Part.PaperWrong = "paper", say
		} else {
			page.Part.FileWrong = say
		}
		page.Part.Wrong = append(page.Part.Wrong, FieldWrong{Field: field, Say: say})
	}
	if len(faults) > 0 {
		page.Title = f.Say("fault.count", text.Args{"n": len(faults)}) + page.Title
	}
	return s.write(w, r, status, attachmentsShow(page))
}

// attach keeps a file with a case and leads back to it.
func (s *Site) attach(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	select {
	case s.uploads <- struct{}{}: // so many files are in memory at once, and no more
		defer func() { <-s.uploads }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	a, err := uploaded(w, r)
	if err == nil {
		// Reading the file took its own time; keeping it begins now.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), s.limits.Time)
		defer cancel()
		_, err = s.papers.Attach(ctx, who.Actor(), r.PathValue("no"), a)
	}
	if err == nil {
		http.Redirect(w, r, "/cases/"+r.PathValue("no")+"#attachments", http.StatusSeeOther)
		return nil
	}
	kind, faults := fault.KindOf(err), fault.All(err)
	if len(faults) == 0 || kind == fault.NotFound || kind == fault.Unavailable || (kind == fault.NotAllowed && faults[0].Field != "file") {
		return err
	}
	return s.attachmentsAgain(w, r, statusOf(kind), a.Paper, faults)
}

// uploaded reads the form with the file.
func uploaded(w http.ResponseWriter, r *http.Request) (desk.Attaching, error) {
	a, err := api.ReadUpload(w, r)
	var tooLong *http.MaxBytesError
	switch {
	case err == nil:
		return a, nil
	case errors.As(err, &tooLong):
		return a, paper.TooLarge()
	case errors.Is(err, api.ErrForm):
		return a, refusal{status: http.StatusBadRequest, key: "fault.form"}
	}
	return a, formError(err)
}

// attachmentOpen gives out a file: to be saved, never to be shown or run in the
// browser, whatever is in it.
func (s *Site) attachmentOpen(w http.ResponseWriter, r *http.Request) error {
	who, err := s.reader(r)
	if err != nil {
		return err
	}
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		id = 0 // no attachment has it
	}
	a, content, err := s.papers.Attachment(r.Context(), who, r.PathValue("no"), id)
	if err != nil {
		return err
	}
	api.GiveFile(w, r, a, content)
	return nil
}

func sizeInWords(n int64) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	case n >= 1<<10:
		return strconv.FormatInt((n+1<<9)>>10, 10) + " KiB"
	}
	return strconv.FormatInt(n, 10) + " B"
}

// paperWord is the word of a kind of paper; what is none of them is another.
func paperWord(f Frame, kind string) string {
	if !slices.Contains(travel.Paper("").Words(), kind) {
		return f.Say("paper.other")
	}
	return wordOf(f, travel.Paper(kind))
}

// Describes names what is said of the field for the file.
func (p AttachmentsPart) Describes() string {
	if p.FileWrong != "" {
		return "file-wrong file-hint"
	}
	return "file-hint"
}
