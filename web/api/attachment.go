package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"chancery/core/account"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/paper"
	"chancery/desk"
)

// attachmentList is the files of a case, and the kinds of paper that another may be.
type attachmentList struct {
	Version     int                   `json:"version"`
	Attachments []casework.Attachment `json:"attachments"`
	Papers      []string              `json:"papers" doc:"The kinds of paper that a file of this case may be. 可选的材料种类。"`
}

// attachedBody is what a file is answered once it is kept.
type attachedBody struct {
	No         string              `json:"no"`
	Version    int                 `json:"version"`
	Attachment casework.Attachment `json:"attachment"`
}

// attachmentFile is a file that is given out.
type attachmentFile struct {
	casework.Attachment
	content []byte
}

// attachmentOperations keep files with a case and give them out. None takes one away: what was attached stands in the
// journal, and another is attached beside it.
func (d *Door) attachmentOperations() []operation {
	text := &huma.Schema{Type: huma.TypeString}
	return []operation{
		{
			method: http.MethodGet, path: "/api/cases/{no}/attachments", id: "list-attachments", scope: account.ScopeRead,
			say: say("列出附件", "List the files of a case"), answer: reflect.TypeFor[attachmentList](), tagged: true, do: d.listAttachments,
		},
		{
			method: http.MethodPost, path: "/api/cases/{no}/attachments", id: "post-attachments", scope: account.ScopeAct,
			say: say("附材料：一个文件，至多 20 MiB", "Attach a file of at most 20 MiB"), repeatable: true,
			form: &huma.Schema{
				Type: huma.TypeObject, Required: []string{"paper", "file"}, AdditionalProperties: false,
				Properties: map[string]*huma.Schema{
					"paper": text, "file": {Type: huma.TypeString, Format: "binary", Extensions: map[string]any{"contentMediaType": "application/octet-stream"}},
				},
			},
			answer: reflect.TypeFor[attachedBody](), status: http.StatusCreated, tagged: true, do: d.attach,
		},
		{
			method: http.MethodGet, path: "/api/cases/{no}/attachments/{id}", id: "show-attachment", scope: account.ScopeRead,
			say: say("取出一个附件", "Take out a file of a case"), gives: media(), do: d.showAttachment,
		},
	}
}

// media are the kinds of file that are given out.
func media() []string {
	var out []string
	for _, t := range paper.Type("").Words() {
		out = append(out, paper.Type(t).Media())
	}
	return out
}

func (d *Door) listAttachments(c *call) (any, error) {
	v, err := d.desk.Case(c.r.Context(), c.reader, c.r.PathValue("no"))
	if err != nil {
		return nil, err
	}
	out := attachmentList{Version: v.Case.Version, Attachments: v.Case.Attachments, Papers: desk.Papers(v.Case.Procedure)}
	if out.Attachments == nil {
		out.Attachments = []casework.Attachment{}
	}
	c.w.Header().Set("ETag", etag(v.Case.Version))
	return out, nil
}

// attach keeps a file. Whoever does not see the case is told so before any of the file is read.
func (d *Door) attach(c *call) (any, error) {
	no := c.r.PathValue("no")
	if _, err := d.desk.Version(c.r.Context(), c.reader, no); err != nil {
		return nil, err
	}
	select {
	case d.uploads <- struct{}{}:
		defer func() { <-d.uploads }()
	case <-c.r.Context().Done():
		return nil, c.r.Context().Err()
	}
	a, err := ReadUpload(c.w, c.r)
	if err != nil {
		return nil, uploadProblem(err)
	}
	a.Request = c.r.Header.Get("Idempotency-Key")
	// Reading the file took its own time; keeping it begins now.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.r.Context()), d.limits.Time)
	defer cancel()
	done, err := d.desk.Attach(ctx, c.reader.Actor(), no, a)
	if err != nil {
		return nil, err
	}
	kept := done.Attachments[len(done.Attachments)-1]
	c.w.Header().Set("Location", "/api/cases/"+url.PathEscape(no)+"/attachments/"+strconv.Itoa(kept.ID))
	c.w.Header().Set("ETag", etag(done.Version))
	return attachedBody{No: done.No, Version: done.Version, Attachment: kept}, nil
}

func (d *Door) showAttachment(c *call) (any, error) {
	id, err := strconv.Atoi(c.r.PathValue("id"))
	if err != nil {
		id = 0 // no attachment has it
	}
	a, content, err := d.desk.Attachment(c.r.Context(), c.reader, c.r.PathValue("no"), id)
	if err != nil {
		return nil, err
	}
	return attachmentFile{a, content}, nil
}

// uploadProblem says as a problem why a form with a file could not be read.
func uploadProblem(err error) error {
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return refuse(http.StatusRequestEntityTooLarge, "too-large", "file", fault.All(paper.TooLarge())[0].Text)
	case errors.Is(err, ErrForm):
		return refuse(http.StatusUnsupportedMediaType, "unsupported-type", "", say(
			"请以 multipart/form-data 送来：paper 写材料种类，file 为文件", "send multipart/form-data: paper is the kind of paper, file is the file",
		))
	}
	return err
}

// ErrForm says that a form with a file is none, or is broken.
var ErrForm = errors.New("not a form with a file")

// What a form with a file may hold beside the file.
const (
	wordAtMost  = 200
	besidesFile = 64 << 10
)

// ReadUpload reads a form with a file, part by part and no further than the limit. A *http.MaxBytesError comes back for one
// that is above it, ErrForm for what is no such form, and any other error of the connection as it is.
func ReadUpload(w http.ResponseWriter, r *http.Request) (desk.Attaching, error) {
	var a desk.Attaching
	if r.ContentLength > paper.AtMost+besidesFile {
		return a, &http.MaxBytesError{Limit: paper.AtMost}
	}
	r.Body = http.MaxBytesReader(w, r.Body, paper.AtMost+besidesFile)
	parts, err := r.MultipartReader()
	if err != nil {
		return a, ErrForm
	}
	for range 8 {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return a, nil
		}
		if err != nil {
			return a, broken(err)
		}
		if err := take(&a, part); err != nil {
			return a, err
		}
	}
	return a, ErrForm
}

// take takes one part of the form.
func take(a *desk.Attaching, part *multipart.Part) error {
	most := int64(wordAtMost)
	if part.FormName() == "file" {
		most = paper.AtMost
	}
	content, err := io.ReadAll(io.LimitReader(part, most+1))
	if err != nil {
		return broken(err)
	}
	if int64(len(content)) > most {
		if part.FormName() == "file" {
			return &http.MaxBytesError{Limit: paper.AtMost}
		}
		return ErrForm
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

// broken tells a form that ends too soon or is bent from a connection that is slow or says too much.
func broken(err error) error {
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) || errors.Is(err, os.ErrDeadlineExceeded) {
		return fmt.Errorf("read form: %w", err)
	}
	return ErrForm
}

// GiveFile gives out a file: to be saved, never to be shown or run in a browser, whatever is in it.
func GiveFile(w http.ResponseWriter, r *http.Request, a casework.Attachment, content []byte) {
	h := w.Header()
	h.Set("Content-Type", paper.Type(a.Type).Media())
	h.Set("Content-Disposition", disposition(a))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // a reader who has gone is nobody's fault
	}
}

// disposition names the file for saving; programs that read no other alphabet are given a plain name.
func disposition(a casework.Attachment) string {
	named := mime.FormatMediaType("attachment", map[string]string{"filename": a.Name})
	if strings.ContainsFunc(a.Name, func(r rune) bool { return r > '~' }) {
		return named + `; filename="attachment-` + strconv.Itoa(a.ID) + "." + a.Type + `"`
	}
	return named
}
