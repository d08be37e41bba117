package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"chancery/affairs/travel"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/paper"
	"chancery/core/text"
	"chancery/desk"
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

// What a form with a file may hold beside the file.
const (
	wordAtMost  = 200
	besidesFile = 64 << 10
)

// uploaded reads the form with the file, part by part and no further than the limit.
func uploaded(w http.ResponseWriter, r *http.Request) (desk.Attaching, error) {
	var a desk.Attaching
	if r.ContentLength > paper.AtMost+besidesFile {
		return a, paper.TooLarge()
	}
	r.Body = http.MaxBytesReader(w, r.Body, paper.AtMost+besidesFile)
	parts, err := r.MultipartReader()
	if err != nil {
		return a, refusal{status: http.StatusBadRequest, key: "fault.form"}
	}
	for range 8 {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return a, nil
		}
		if err != nil {
			return a, uploadError(err)
		}
		if err := take(&a, part); err != nil {
			return a, err
		}
	}
	return a, refusal{status: http.StatusBadRequest, key: "fault.form"}
}

// take takes one part of the form.
func take(a *desk.Attaching, part *multipart.Part) error {
	most := int64(wordAtMost)
	if part.FormName() == "file" {
		most = paper.AtMost
	}
	content, err := io.ReadAll(io.LimitReader(part, most+1))
	if err != nil {
		return uploadError(err)
	}
	if int64(len(content)) > most {
		if part.FormName() == "file" {
			return paper.TooLarge()
		}
		return refusal{status: http.StatusBadRequest, key: "fault.form"}
	}
	switch part.FormName() {
	case "file":
		a.Name, a.Content = part.FileName(), content
	case "paper":
		a.Paper = string(content)
	case "request":
		a.Request = string(content)
	}
	return nil
}

func uploadError(err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return paper.TooLarge()
	}
	return formError(err)
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
	h := w.Header()
	h.Set("Content-Type", paper.Type(a.Type).Media())
	h.Set("Content-Disposition", disposition(a))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // a reader who has gone is nobody's fault
	}
	return nil
}

// disposition names the file for saving; programs that read no other alphabet are given a plain name.
func disposition(a casework.Attachment) string {
	named := mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})
	if strings.ContainsFunc(a.Name, func(r rune) bool { return r > '~' }) {
		return named + `; filename="attachment-` + strconv.Itoa(a.ID) + "." + a.Type + `"`
	}
	return named
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
