package desk

import (
	"context"
	"slices"

	"chancery/affairs"
	"chancery/core/casework"
	"chancery/core/fault"
	"chancery/core/office"
	"chancery/core/paper"
	"chancery/core/text"
)

// Blobs is where the files of attachments are kept.
type Blobs interface {
	// KeepBlob keeps a file and gives its hash once it is durable.
	KeepBlob(ctx context.Context, content []byte) (hash string, err error)
	// Blob gives the file of a hash, which it is seen to have.
	Blob(ctx context.Context, hash string) ([]byte, error)
}

// otherPaper is the kind of a paper that the rules do not ask for.
const otherPaper = "other"

// Attaching is a file to be attached to a case.
type Attaching struct {
	// Paper is the kind of paper that it is, one of Papers.
	Paper   string
	Name    string
	Content []byte
	// Request is the caller's own name for the act; sent again, it gives the first result.
	Request string
}

// Papers lists the kinds of paper that the rules know in a case of a procedure, and other.
func Papers(procedure string) []string { return append(affairs.Papers(procedure), otherPaper) }

// Attach keeps a file with a case in the actor's sight. The file is durable before
// the entry that names it is. It is an addition to whatever version the case has
// come to, so no version need have been seen. Besides what Do refuses, Invalid
// comes back for a file that paper.Examine refuses.
func (d *Desk) Attach(ctx context.Context, actor office.Actor, no string, a Attaching) (casework.Case, error) {
	var out casework.Case
	c, err := d.attachable(ctx, actor, no)
	if err != nil {
		return out, err
	}
	examined, err := paper.Examine(a.Name, a.Content)
	if err != nil {
		return out, err
	}
	if !slices.Contains(Papers(c.Procedure), a.Paper) {
		return out, fault.New(fault.Invalid, "paper", text.Text{ZH: "请选择材料种类", EN: "choose what kind of paper it is"})
	}
	hash, err := d.blobs.KeepBlob(ctx, a.Content)
	if err != nil {
		return out, err
	}
	err = d.store.Write(ctx, func(w Writing) error {
		return once(w, request{actor.Person, a.Request, attached{no, a.Paper, a.Name, hash}}, &out, func() error {
			c, err := d.inSight(w, ReaderOf(actor), no)
			if err != nil {
				return err
			}
			out, err = d.act(w, c, actor, casework.Act{Kind: casework.Attached, Seen: c.Version, Attachment: &casework.Attachment{
				Paper: a.Paper, Name: examined.Name, Type: string(examined.Type), Size: int64(len(a.Content)), Hash: hash,
			}})
			return err
		})
	})
	return out, err
}

// attached is what a request to attach a file asks for.
type attached struct{ No, Paper, Name, Hash string }

// attachable gives a case to which the actor may attach a file, before the file is looked at.
func (d *Desk) attachable(ctx context.Context, actor office.Actor, no string) (casework.Case, error) {
	var c casework.Case
	err := d.store.Read(ctx, func(r Reading) error {
		var err error
		if c, err = d.inSight(r, ReaderOf(actor), no); err != nil {
			return err
		}
		w, _, err := d.world(r, c, nil)
		if err != nil {
			return err
		}
		_, _, err = casework.Do(c, casework.Act{Kind: casework.Attached, Seen: c.Version, Attachment: &casework.Attachment{Hash: "-", Size: 1}}, actor, w)
		return err
	})
	return c, err
}

// Attachment gives a file of a case in the reader's sight, by its number in the
// case; nothing is given out by a hash. NotFound comes back for any other.
func (d *Desk) Attachment(ctx context.Context, reader Reader, no string, id int) (casework.Attachment, []byte, error) {
	var found casework.Attachment
	err := d.store.Read(ctx, func(r Reading) error {
		c, err := d.inSight(r, reader, no)
		if err != nil {
			return err
		}
		var ok bool
		if found, ok = c.Attachment(id); !ok {
			return fault.New(fault.NotFound, "id", text.Text{ZH: "没有这件附件；请从案件页打开", EN: "there is no such attachment: open it from the case"})
		}
		return nil
	})
	if err != nil {
		return found, nil, err
	}
	content, err := d.blobs.Blob(ctx, found.Hash)
	return found, content, err
}
