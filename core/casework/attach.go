package casework

import (
	"chancery/core/calendar"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/text"
)

// Attachment is a file that is kept with a case: a letter, a scan, a form. The
// file itself is kept under its hash; what is said of it here is in the journal.
type Attachment struct {
	// ID counts the attachments of a case from 1.
	ID int `json:"id"`
	// Paper is the kind of paper that it is, by the word of the rules; other for any else.
	Paper string           `json:"paper"`
	Name  string           `json:"name"`
	Type  string           `json:"type"`
	Size  int64            `json:"size"`
	Hash  string           `json:"hash"`
	By    office.Actor     `json:"by,omitzero"`
	At    calendar.Instant `json:"at,omitempty"`
}

// What one case may hold.
const (
	AttachmentsAtMost = 50
	AttachedAtMost    = 200 << 20 // bytes
)

// Attachment finds an attachment of a case by its number.
func (c Case) Attachment(id int) (Attachment, bool) {
	if id < 1 || id > len(c.Attachments) {
		return Attachment{}, false
	}
	return c.Attachments[id-1], true
}

// MayAttach says whether somebody may attach a file to a case now.
func MayAttach(c Case, actor office.Actor, w World) bool {
	_, _, err := Do(c, filled(c, w, Attached), actor, w)
	return err == nil
}

// attach keeps a file with the case: by the applicant, by whoever has the case, or by the officer.
func (d *doing) attach() error {
	if d.actor.Person != d.c.Applicant {
		if err := d.byOwnerOrOfficer(); err != nil {
			return err
		}
	}
	a := d.a.Attachment
	if a == nil || a.Hash == "" || a.Size < 1 {
		return d.refuse("请选择要附的文件", "choose the file to attach")
	}
	size := a.Size
	for _, one := range d.c.Attachments {
		size += one.Size
		if one.Hash == a.Hash && one.Paper == a.Paper {
			return fault.New(fault.Conflict, "file", text.Text{
				ZH: "同一文件已经附过：第 {id} 件「{name}」", EN: "the same file is attached already: no. {id}, {name}",
			}.Fill(text.Args{"id": one.ID, "name": one.Name}))
		}
	}
	if len(d.c.Attachments) >= AttachmentsAtMost || size > AttachedAtMost {
		return fault.New(fault.Invalid, "file", text.Text{
			ZH: "一件案件最多附 {n} 个文件、共 200 MiB；请合并后再附", EN: "a case holds at most {n} files and 200 MiB in all: put some together",
		}.Fill(text.Args{"n": AttachmentsAtMost}))
	}
	kept := *a
	kept.ID, kept.By, kept.At = len(d.c.Attachments)+1, d.actor, d.w.Now
	d.event.Attachment, d.event.Text = &kept, kept.Name
	return nil
}
